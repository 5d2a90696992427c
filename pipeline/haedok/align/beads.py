"""Which sentences belong together: the best path through two texts, with what it is worth.

Each step of the path, a *bead*, takes 0–2 (or 3) sentences of each side. A bead is worth how much
likelier its evidence is for a translation than for two sentences at random: lengths after Gale &
Church (1993), words by dictionary after Moore (2002) and hunalign. The posterior probability of a
bead comes from all paths (forward–backward), within a band around the path that sure matches draw.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from haedok.align.evidence import Sides

PRIORS = {
    (1, 1): 0.80, (1, 0): 0.02, (0, 1): 0.02, (2, 1): 0.06, (1, 2): 0.06, (2, 2): 0.01,
    (3, 1): 0.01, (1, 3): 0.01,
}  # fmt: skip
"""How common each bead is in translated prose, roughly; the sides are (Korean, English)."""
LOG_PRIORS = {bead: math.log(prior) for bead, prior in PRIORS.items()}

SHOWN = 0.5
"""Share of English words (of those the dictionary knows) that a true Korean partner shows."""
RANDOM = 0.02
"""Share that a sentence at random shows, before the text itself is counted."""
SPREAD = 0.28
"""Standard deviation of the log of the length ratio of true pairs of middling length."""
LOOSE = 3.0
"""That of pairs at random is so many times wider."""

SCALE = 0.7
"""Words of a sentence are not independent: their evidence counts for less than its sum."""
MINUS_INFINITY = float("-inf")


class Bead(msgspec.Struct, frozen=True):
    """Korean sentences ``ko[0]:ko[1]`` and English ``en[0]:en[1]`` say the same.

    ``posterior`` is the model's probability; ``worth`` the log-likelihood ratio of its evidence.
    """

    ko: tuple[int, int]
    en: tuple[int, int]
    posterior: float
    worth: float


MOST = 3
"""Sentences of one side in a bead, at most."""


class Scorer:
    """Worth of beads over one pair of texts; remembers what it has computed."""

    def __init__(self, evidence: Sides) -> None:
        self._evidence = evidence
        self._ratio = math.log(sum(evidence.english_lengths) / sum(evidence.korean_lengths))
        chances = _chances(evidence)
        self._words = [_words(sentence, chances) for sentence in evidence.english]
        self._hits: dict[tuple[int, int], frozenset[int]] = {}
        self._worth: dict[tuple[int, int, int, int], float] = {}

    def worth(self, i: int, di: int, j: int, dj: int) -> float:
        """Log-likelihood ratio that Korean ``i:i+di`` and English ``j:j+dj`` are a translation."""
        if not di or not dj:
            return 0.0
        key = (i, di, j, dj)
        if key not in self._worth:
            shared = sum(self._shared(i, di, other) for other in range(j, j + dj))
            self._worth[key] = shared + self._lengths(i, di, j, dj)
        return self._worth[key]

    def _shared(self, i: int, di: int, j: int) -> float:
        hits = frozenset[int]().union(*(self._shows(other, j) for other in range(i, i + di)))
        words = self._words[j]
        return words.missed[di] + sum(words.gains[di][word] for word in hits)

    def _shows(self, i: int, j: int) -> frozenset[int]:
        """Which words of the English sentence the Korean one shows."""
        if (i, j) not in self._hits:
            by_key = self._words[j].by_key
            common = self._evidence.korean[i] & by_key.keys()
            self._hits[i, j] = frozenset(by_key[key] for key in common)
        return self._hits[i, j]

    def _lengths(self, i: int, di: int, j: int, dj: int) -> float:
        ko = sum(self._evidence.korean_lengths[i : i + di])
        en = sum(self._evidence.english_lengths[j : j + dj])
        # Short sentences vary more: the spread falls with the root of the length (Gale & Church).
        spread = SPREAD * math.sqrt(1 + 20 / ko)
        off = (math.log(en / ko) - self._ratio) / spread
        return -off * off / 2 * (1 - 1 / LOOSE**2) + math.log(LOOSE)


class _Words(msgspec.Struct, frozen=True):
    """An English sentence: its words by key, and what they are worth.

    ``missed[di]`` if ``di`` Korean sentences show none of them; ``gains[di][word]`` for each shown.
    """

    by_key: dict[str, int]
    missed: tuple[float, ...]
    gains: tuple[tuple[float, ...], ...]


def _chances(evidence: Sides) -> dict[str, float]:
    """How likely a Korean sentence at random shows a key."""
    seen = Counter(key for keys in evidence.korean for key in keys)
    total = len(evidence.korean)
    return {key: (count + 4 * RANDOM) / (total + 4) for key, count in seen.items()}


def _words(sentence: Sequence[tuple[str, ...]], chances: dict[str, float]) -> _Words:
    missed: list[float] = [0.0]
    gains: list[tuple[float, ...]] = [()]  # a bead without Korean sentences shows nothing
    for size in range(1, MOST + 1):
        odds = [
            min(sum(chances.get(key, RANDOM) for key in keys) * size, SHOWN) for keys in sentence
        ]
        missing = [math.log((1 - SHOWN) / (1 - chance)) for chance in odds]
        missed.append(sum(missing))
        gains.append(
            tuple(math.log(SHOWN / c) - miss for c, miss in zip(odds, missing, strict=True))
        )
    by_key = {key: index for index, keys in enumerate(sentence) for key in keys}
    return _Words(by_key, tuple(missed), tuple(gains))


def align_beads(evidence: Sides, scale: float = SCALE) -> list[Bead]:
    """The best path through both texts."""
    n, m = len(evidence.korean), len(evidence.english)
    if not n or not m:
        return []
    scorer = Scorer(evidence)
    rows = band(evidence, n, m)
    forward = _forward(scorer, rows, n, m, scale)
    backward = _backward(scorer, rows, n, m, scale)
    total = forward[0][n, m]
    path: list[Bead] = []
    at = (n, m)
    while at != (0, 0):
        di, dj = forward[1][at]
        start = (at[0] - di, at[1] - dj)
        step = _step(scorer, start, di, dj, scale)
        sure = math.exp(min(forward[0][start] + step + backward[at] - total, 0.0))
        worth = scorer.worth(start[0], di, start[1], dj)
        path.append(Bead((start[0], at[0]), (start[1], at[1]), sure, worth))
        at = start
    return path[::-1]


Cells = dict[tuple[int, int], float]


def _step(scorer: Scorer, start: tuple[int, int], di: int, dj: int, scale: float) -> float:
    return LOG_PRIORS[di, dj] + scale * scorer.worth(start[0], di, start[1], dj)


def _forward(
    scorer: Scorer, rows: Sequence[range], n: int, m: int, scale: float
) -> tuple[Cells, dict[tuple[int, int], tuple[int, int]]]:
    """Log-probability of all paths to a cell, and the last step of the best one."""
    best: Cells = {(0, 0): 0.0}
    every: Cells = {(0, 0): 0.0}
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(n + 1):
        for j in rows[i]:
            for di, dj in LOG_PRIORS:
                start = (i - di, j - dj)
                if start not in best:
                    continue
                step = _step(scorer, start, di, dj, scale)
                if best[start] + step > best.get((i, j), MINUS_INFINITY):
                    best[i, j], steps[i, j] = best[start] + step, (di, dj)
                every[i, j] = _add(every.get((i, j), MINUS_INFINITY), every[start] + step)
    return every, steps


def _backward(scorer: Scorer, rows: Sequence[range], n: int, m: int, scale: float) -> Cells:
    """Log-probability of all paths from a cell to the end."""
    every: Cells = {(n, m): 0.0}
    for i in range(n, -1, -1):
        for j in reversed(rows[i]):
            for di, dj in LOG_PRIORS:
                end = (i + di, j + dj)
                if end in every:
                    step = _step(scorer, (i, j), di, dj, scale)
                    every[i, j] = _add(every.get((i, j), MINUS_INFINITY), every[end] + step)
    return every


def _add(a: float, b: float) -> float:
    """``log(exp(a) + exp(b))``."""
    if a < b:
        a, b = b, a
    return a if b == MINUS_INFINITY else a + math.log1p(math.exp(b - a))


WIDTH = 6
"""Half width of the band, in sentences, around the line through the sure matches."""
WHOLE = 4000
"""Texts with fewer cells than this are searched whole."""


def band(evidence: Sides, n: int, m: int) -> list[range]:
    """For each Korean position the English positions worth trying; near-linear for long texts."""
    if n * m <= WHOLE:
        return [range(m + 1)] * (n + 1)
    points = [(0, 0), *_chain(_sure(evidence, n, m)), (n, m)]
    rows: list[range] = []
    for (i0, j0), (i1, j1) in pairwise(points):
        reach = WIDTH + max(i1 - i0, j1 - j0) // 2
        for i in range(len(rows), i1 + 1):
            middle = j0 + (j1 - j0) * (i - i0) / max(i1 - i0, 1)
            rows.append(range(max(0, int(middle) - reach), min(m, int(middle) + reach) + 1))
    return rows


def _sure(evidence: Sides, n: int, m: int) -> list[tuple[int, int]]:
    """Pairs of sentences that share rare keys with each other more than with any other."""
    holders: dict[str, list[int]] = {}
    for i, keys in enumerate(evidence.korean):
        for key in keys:
            holders.setdefault(key, []).append(i)
    scores: dict[tuple[int, int], float] = {}
    for j, words in enumerate(evidence.english):
        for readings in words:
            near = {i for key in readings for i in holders.get(key, ()) if _near(i / n, j / m)}
            if len(near) <= 0.05 * n + 2:
                for i in near:
                    scores[i, j] = scores.get((i, j), 0.0) + math.log(n / len(near))
    return [pair for pair, _ in _mutual_best(scores)]


def _near(a: float, b: float) -> bool:
    """A sentence is not sought farther away than a tenth of the text."""
    return abs(a - b) < 0.1


def _mutual_best(
    scores: dict[tuple[int, int], float],
) -> Iterator[tuple[tuple[int, int], float]]:
    by_ko: dict[int, float] = {}
    by_en: dict[int, float] = {}
    for (i, j), score in scores.items():
        by_ko[i] = max(by_ko.get(i, 0.0), score)
        by_en[j] = max(by_en.get(j, 0.0), score)
    for (i, j), score in sorted(scores.items()):
        if score >= 8.0 and score == by_ko[i] == by_en[j]:
            yield (i, j), score


def _chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``pairs`` (sorted) that rises in both texts (patience sorting).

    >>> _chain([(1, 1), (2, 9), (3, 3), (4, 4)])
    [(1, 1), (3, 3), (4, 4)]
    """
    tails: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        before.append(heads[at - 1] if at else -1)
        tails[at : at + 1] = [j]
        heads[at : at + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = heads[-1] if heads else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]

"""Syllables misread by an engine that knows Hangul: ``핵위합`` was ``핵위협``.

The first law is to do no harm. Only words that neither the lexicon nor the document has seen are
looked at; each is compared with the words that it may have been, by three voices: how the engine
takes letters for one another (``confusion``), how often a word is written (``lexicon``), and how
well it stands in its sentence (``language``). The weights, and what they are worth as a
probability, are fitted on worn pages held out from all tables (``benchmarks/fit_near_miss.py``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from haedok.model import Line
from haedok.repair import confusion, language, lexicon
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the word is misread."""

_WORD = re.compile("(?<![가-힣A-Za-z\u4e00-\u9fff])[가-힣]{2,12}(?![가-힣])")
WORDS_OF_CONTEXT = 2
SHORTLIST = 5
"""How many candidates are worth a question to the language model."""
MIN_FOR_TWO, REACH_OF_TWO = 4, 10
"""Two misread syllables are looked for in words this long, each among so many origins."""
HOPELESS = -12.0
"""So far behind the word as it stands, no sentence can help a candidate."""
CONTEXT, FREQUENCY = 0.5, 0.35
"""Weights of the language model's and the lexicon's voice beside the engine's (1.0)."""


class Suspect(NamedTuple):
    """An unseen word, what it may have been, and how much better (nats) the best one is."""

    start: int
    end: int
    word: str
    ranked: tuple[tuple[str, float], ...]
    """Candidates with their advantage over the word as it stands, best first."""

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        return self.ranked[0][1] - self.ranked[1][1] if len(self.ranked) > 1 else 8.0


def find(text: str) -> tuple[Found, ...]:
    """Words that are probably misread.

    >>> find("북한의 핵위협을 강조하였다")
    ()
    """
    return tuple((s.start, s.end, chance) for s, chance in _weighed(text, frozenset()) if chance)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Candidates for each misread word, with the chance that the first is right."""
    return tuple(
        _reading(suspect, chance)
        for suspect, chance in _weighed(line.text, evidence.words)
        if chance >= settings.offer
    )


def _reading(suspect: Suspect, chance: float) -> Reading:
    best = suspect.ranked[0][0]
    weights = [math.exp(min(0.0, gain - suspect.ranked[0][1])) for _, gain in suspect.ranked]
    total = sum(weights)
    candidates = tuple(
        (word, chance * weight / total * (total if at == 0 else 1.0))
        for at, ((word, _), weight) in enumerate(zip(suspect.ranked, weights, strict=True))
    )
    why = [f"no such word; {best} is {suspect.ranked[0][1]:.1f} nats likelier here"]
    lost = sorted({s for s in best if s not in confusion.printable()})
    if lost:
        why.append(f"Tesseract cannot print {' '.join(lost)}")
    return Reading(suspect.start, suspect.end, candidates[:3], chance, tuple(why))


def _weighed(text: str, confirmed: frozenset[str]) -> Iterator[tuple[Suspect, float]]:
    for suspect in suspects(text, confirmed):
        yield suspect, probability(suspect)


def probability(suspect: Suspect) -> float:
    """Chance that the best candidate is what was written: logistic in advantage and margin."""
    if not suspect.ranked:
        return 0.0
    length = len(suspect.word)
    z = -3.0 + 0.5 * min(suspect.ranked[0][1], 15.0) + 0.3 * min(suspect.margin, 8.0) + 0.2 * length
    return 1 / (1 + math.exp(-z))


@lru_cache(maxsize=1024)
def suspects(text: str, confirmed: frozenset[str] = frozenset()) -> tuple[Suspect, ...]:
    """Unseen words of a line with their candidates; ``confirmed`` words are above suspicion."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        if lexicon.count(word) or word in confirmed:
            continue
        ranked = _ranked(text, match.start(), match.end(), confirmed)
        if ranked:
            found.append(Suspect(match.start(), match.end(), word, ranked))
    return tuple(found)


def _ranked(
    text: str, start: int, end: int, confirmed: frozenset[str]
) -> tuple[tuple[str, float], ...]:
    word = text[start:end]
    right = confusion.log_word(word, word)
    weighed = (
        (c, _frequency(c, confirmed) + confusion.log_word(word, c) - right)
        for c in candidates(word, confirmed)
    )
    prior = sorted((row for row in weighed if row[1] > HOPELESS), key=_best_first)[:SHORTLIST]
    if not prior:
        return ()
    before = text[:start].split(" ")[-WORDS_OF_CONTEXT - 1 :]
    after = text[end:].split(" ")[: WORDS_OF_CONTEXT + 1]
    left, rest = " ".join(before), " ".join(after)
    here = language.score(left + word + rest)
    scored = ((c, p + CONTEXT * (language.score(left + c + rest) - here)) for c, p in prior)
    return tuple(sorted(scored, key=_best_first))


def _best_first(row: tuple[str, float]) -> tuple[float, str]:
    return -row[1], row[0]


def _frequency(word: str, confirmed: frozenset[str]) -> float:
    return FREQUENCY * math.log(lexicon.count(word) + 5 * (word in confirmed) + 0.5)


def candidates(word: str, confirmed: frozenset[str] = frozenset()) -> frozenset[str]:
    """Seen words that differ in one or two like syllables.

    >>> "핵무기를" in candidates("핵무키를")
    True
    """
    seen = lexicon.eojeols()
    places = [confusion.origins(syllable) for syllable in word]
    found = set()
    for i, origins in enumerate(places):
        found.update(word[:i] + s + word[i + 1 :] for s in origins)
    if len(word) >= MIN_FOR_TWO:
        places = [origins[:REACH_OF_TWO] for origins in places]
        for i, j in combinations(range(len(word)), 2):
            head, middle, tail = word[:i], word[i + 1 : j], word[j + 1 :]
            found.update(head + s + middle + t + tail for s in places[i] for t in places[j])
    return frozenset(c for c in found if c in seen or c in confirmed)

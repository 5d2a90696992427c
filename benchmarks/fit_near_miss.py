"""Fit how the voices for a near-miss candidate add up to a probability.

Usage: python fit_near_miss.py SOUND.txt PAIRS.jsonl...

PAIRS are those of ``haedok/repair/tables/build_pairs.py`` and of ``haedok.train.korean.pages``, of
faces and texts held out from all tables and from the net; lines of SOUND are not damaged at all (a
document each ``PAGE``). Writes the nets of ``haedok.repair.judgement`` to its table and prints how
precise, how complete and how harmful edits are at several thresholds, by five-fold cross-validation
over documents. Needs the extra ``[train]``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from haedok.repair import habits, judgement, lexicon, voices
from haedok.repair.evidence import SURELY, UNSEEN, has_engines_signs
from haedok.repair.habits import Habits
from haedok.repair.jamo_strings import letters
from haedok.repair.judgement import Net, Nets, nets
from haedok.repair.line_context import Place, places
from haedok.repair.near_miss import LIKELY, LOOKED_AT, RARE, USUAL, log_share
from haedok.repair.suspects import WORD, suspects_of
from haedok.repair.vocabulary import Vocabulary

PAGE, FOLDS = 40, 5
UNITS, RIDGE, SEEDS = 10, 10.0, 4
CAUTION = 0.15
"""Nats by which a change is taken for less likely than on the pages of the fit: a face unlike those
of development costs a hundredth of precision, and a wrong change more than a missed one."""
AROUND, ALIKE = 10, 0.5
"""So many signs on both sides of a word, and the share of them that must be read right."""
Floats = NDArray[np.float64]
Line = tuple[str, str]
"""As written and as read."""


class Question(NamedTuple):
    """A suspect: what it may be, a row of features for each, and which is right (0: none)."""

    document: str
    line: int
    word: str
    candidates: tuple[str, ...]
    rows: Floats
    right: int
    sound: bool


class Asked(NamedTuple):
    """All documents: the lines as they were read, what is asked about them, what is wrong."""

    lines: dict[str, list[str]]
    questions: list[Question]
    errors: int
    """Words that were misread by as many other syllables."""


def truths(written: str, read: str) -> dict[tuple[int, int], str]:
    """What was printed where a run of Hangul was read: span of the read line → text.

    From the sign that stands at the place of its first syllable to that of its last, spaces aside;
    what is lost before or behind is not part of it. Where too little around is alike, nothing is
    known.
    """
    offsets = [at for at, sign in enumerate(read) if not sign.isspace()]
    solid = "".join(read[at] for at in offsets)
    printed = "".join(written.split())
    stands = np.full(len(read), -1)
    alike = np.zeros(len(read))
    for here, there in aligned(printed, solid):
        stands[offsets[there]] = here
        alike[offsets[there]] = printed[here] == solid[there]
    found = {}
    for match in WORD.finditer(read):
        a, b = match.span()
        near = [
            x
            for x, sign in zip(
                alike[max(0, a - AROUND) : b + AROUND],
                read[max(0, a - AROUND) : b + AROUND],
                strict=True,
            )
            if sign != " "
        ]
        if np.mean(near) >= ALIKE:
            known = stands[a] >= 0 and stands[b - 1] >= 0
            found[a, b] = printed[stands[a] : stands[b - 1] + 1] if known else ""
    return found


GAP = 0.8
"""Cost of a sign lost or put in; another sign in its place costs 1, less if letters are shared."""


def aligned(written: str, read: str) -> list[tuple[int, int]]:
    """Pairs of places of signs that stand for each other, by the cheapest alignment."""
    costs = np.zeros((len(written) + 1, len(read) + 1))
    costs[:, 0] = GAP * np.arange(len(written) + 1)
    costs[0] = GAP * np.arange(len(read) + 1)
    table = [[_cost(a, b) for b in read] for a in written]
    rows = costs.tolist()
    for i, row in enumerate(table, 1):
        above, now = rows[i - 1], rows[i]
        for j, cost in enumerate(row, 1):
            now[j] = min(above[j - 1] + cost, above[j] + GAP, now[j - 1] + GAP)
    pairs = []
    i, j = len(written), len(read)
    while i and j:
        if rows[i][j] == rows[i - 1][j - 1] + table[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif rows[i][j] == rows[i - 1][j] + GAP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


@cache
def _cost(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if not (lexicon.is_syllable(a) and lexicon.is_syllable(b)):
        return 1.2 if lexicon.is_syllable(a) or lexicon.is_syllable(b) else 0.9
    same = sum(x == y for x, y in zip(letters(a), letters(b), strict=True))
    return (1.1, 0.9, 0.7)[same]


def ask(documents: dict[str, list[Line]], quick: bool = False) -> Asked:
    """The suspects of all documents; ``quick``: all of them, with what tables tell only."""
    questions: list[Question] = []
    errors = 0
    for name, lines in documents.items():
        texts = [read for _, read in lines]
        words, where = Vocabulary(texts), places(texts)
        for at, row in enumerate(_by_tables(where) if quick else voices.ask(where)):
            known = truths(*lines[at])
            errors += sum(
                word != texts[at][a:b] and len(word) == b - a and WORD.fullmatch(word) is not None
                for (a, b), word in known.items()
            )
            for one in row:
                questions += _question(name, at, one, words, known)
    return Asked(
        {n: [read for _, read in rows] for n, rows in documents.items()}, questions, errors
    )


def _by_tables(where: Sequence[Place]) -> Iterable[tuple[voices.Asked, ...]]:
    for place, found in zip(where, suspects_of(where), strict=True):
        told = [tuple(voices.told_by_tables(suspect, place.text)) for suspect in found]
        yield tuple(
            voices.Asked(s, place, rows, False) for s, rows in zip(found, told, strict=True)
        )


def _question(
    name: str, line: int, one: voices.Asked, words: Vocabulary, known: dict[tuple[int, int], str]
) -> Iterable[Question]:
    start, end = _span(one, one.where)
    word = known.get((start - one.where.first, end - one.where.first))
    if word is None:
        return
    here = slice(start - one.suspect.start, end - one.suspect.start)
    read = one.suspect.word[here]
    others = tuple(c.word[here] for c in one.suspect.candidates)
    rows = np.array(
        one.rows if len(one.rows[0]) == len(voices.QUICK) else voices.features(one, words, 0.0)
    )
    right = others.index(word) + 1 if word in others else 0
    yield Question(name, line, read, others, rows, right, word == read)


def _span(one: voices.Asked, where: Place) -> tuple[int, int]:
    return max(one.suspect.start, where.first), min(one.suspect.end, where.last)


class Table(NamedTuple):
    """Questions as arrays: questions × candidates × features; ``held`` is where there are any."""

    rows: Floats
    held: NDArray[np.bool_]
    right: NDArray[np.int64]

    def of(self, which: NDArray[np.bool_]) -> Table:
        """Some of the questions."""
        return Table(self.rows[which], self.held[which], self.right[which])


def table(asked: Sequence[Question], shares: dict[str, float], others: Floats | None) -> Table:
    """With the log-share, if any, in the last column, and what others tell in the first ones."""
    most = max(len(q.rows) for q in asked)
    rows = np.zeros((len(asked), most, asked[0].rows.shape[1]))
    held = np.zeros(rows.shape[:2], bool)
    for row, mask, q in zip(rows, held, asked, strict=True):
        row[: len(q.rows)] = q.rows
        if shares:
            row[: len(q.rows), -1] = log_share(shares[q.document])
        mask[: len(q.rows)] = True
    whole = rows if others is None else np.concatenate([others, rows], axis=2)
    return Table(whole, held, np.array([q.right for q in asked]))


def fit(data: Table, names: tuple[str, ...], n_units: int = UNITS, seed: int = 0) -> Net:
    """Conditional logit of a weighted sum and some units, by L-BFGS with a ridge."""
    torch.manual_seed(seed)
    mean, scale = data.rows[data.held].mean(axis=0), data.rows[data.held].std(axis=0) + 1e-9
    x = torch.tensor((data.rows - mean) / scale)
    held, right = torch.tensor(data.held), torch.tensor(data.right)
    shapes = ((len(names),), (1,), (n_units, len(names)), (n_units,), (n_units,))
    start = [torch.zeros(s) if at < 2 else torch.randn(s) * 0.3 for at, s in enumerate(shapes)]
    weights, bias, units, thresholds, said = (w.double().requires_grad_() for w in start)
    # without units, there is nothing to learn of them, and nothing to say
    optimiser = torch.optim.LBFGS(
        [weights, bias, units, thresholds, said], max_iter=150, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        odds = x @ weights + bias + torch.tanh(x @ units.T + thresholds) @ said
        odds = torch.cat([torch.zeros(len(right), 1), odds.masked_fill(~held, -1e9)], 1)
        total = torch.nn.functional.cross_entropy(odds, right, reduction="sum")
        total = total + RIDGE * ((weights**2).sum() + (units**2).sum() + (said**2).sum())
        total.backward()
        return total

    optimiser.step(loss)
    found = [w.detach().tolist() for w in (weights, units, thresholds, said)]
    return msgspec.convert(
        {
            "features": names,
            "mean": _short(mean.tolist()),
            "scale": _short(scale.tolist()),
            "weights": _short(found[0]),
            "bias": round(bias.item(), 4),
            "units": [_short(row) for row in found[1]],
            "thresholds": _short(found[2]),
            "voices": _short(found[3]),
        },
        Net,
    )


def _short(numbers: Sequence[float]) -> list[float]:
    return [float(f"{number:.5g}") for number in numbers]


def fit_together(data: Table, names: tuple[str, ...]) -> Net:
    """The mean of some nets that began with other units, as one net."""
    nets = [fit(data, names, seed=seed) for seed in range(SEEDS)]
    return msgspec.structs.replace(
        nets[0],
        weights=tuple(map(fmean, zip(*(net.weights for net in nets), strict=True))),
        bias=fmean(net.bias for net in nets),
        units=tuple(row for net in nets for row in net.units),
        thresholds=tuple(x for net in nets for x in net.thresholds),
        voices=tuple(x / SEEDS for net in nets for x in net.voices),
    )


def chances(net: Net, data: Table) -> Floats:
    """Questions × (the word as it stands, its candidates)."""
    odds = np.where(data.held, net.log_odds(data.rows), -1e9)
    odds = np.concatenate([np.zeros((len(odds), 1)), odds], axis=1)
    weights = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def crossed(data: Table, folds: NDArray[np.int64], names: tuple[str, ...]) -> Floats:
    """``chances`` by nets that did not see the documents."""
    found = np.zeros((len(data.right), data.held.shape[1] + 1))
    for k in range(FOLDS):
        net = fit_together(data.of(folds != k), names)
        found[folds == k] = chances(net, data.of(folds == k))
    return found


def misread(asked: Asked, told: Floats, least: float) -> dict[str, int]:
    """By document, lines that have a misread word with a chance of ``least``: see ``evidence``."""
    sound: dict[tuple[str, int], float] = defaultdict(lambda: 1.0)
    for q, p in zip(asked.questions, told, strict=True):
        sound[q.document, q.line] *= float(p[0])
    found = dict.fromkeys(asked.lines, 0)
    for name, lines in asked.lines.items():
        for at, line in enumerate(lines):
            found[name] += 1 - sound[name, at] >= least
            found[name] += 2 * (least == SURELY and has_engines_signs(line))
    return found


def others_tell(asked: Asked, told: Floats) -> Floats:
    """Of each candidate, the features of ``habits``."""
    pages: dict[str, Habits] = defaultdict(Habits)
    own: dict[tuple[str, int], Habits] = defaultdict(Habits)
    for name, lines in asked.lines.items():
        for at, line in enumerate(lines):
            pages[name].see(line)
            own[name, at].see(line)
    for q, p in zip(asked.questions, told.tolist(), strict=True):
        for other, chance in zip(q.candidates, p[1:], strict=False):
            pages[q.document].hear(q.word, other, chance)
            own[q.document, q.line].hear(q.word, other, chance)
    found = np.zeros((*told[:, 1:].shape, len(habits.FEATURES)))
    for row, q in zip(found, asked.questions, strict=True):
        page, without = pages[q.document], own[q.document, q.line]
        row[: len(q.rows)] = [page.features(q.word, other, without) for other in q.candidates]
    return found


def read_documents(sound: Path, pairs: Sequence[Path]) -> dict[str, list[Line]]:
    """Lines by document; every other sound one is cut into lines as short as printed ones."""
    found: dict[str, list[Line]] = defaultdict(list)
    for path in pairs:
        for row in path.read_text("utf-8").splitlines():
            written, read, _, document = json.loads(row)
            found[f"{path.name} {document}"].append((written, read))
    lines = [" ".join(line.split()) for line in sound.read_text("utf-8").splitlines()]
    for at in range(0, len(lines), PAGE):
        page = [line for line in lines[at : at + PAGE] if line]
        if at // PAGE % 2:
            page = [line[i : i + 36].strip() for line in page for i in range(0, len(line), 36)]
        found[f"sound {at}"] = [(line, line) for line in page if line][: 2 * PAGE]
    return found


def main(sound: str, *pairs: str) -> None:
    """Fit, cross-validate, write."""
    documents = read_documents(Path(sound), [Path(p) for p in pairs])
    quick = fit_quick(ask(documents, quick=True))
    write(Nets(quick, quick, quick))
    nets.cache_clear()
    (alone, among), told, cautious = learn(ask(documents))
    write(Nets(quick, _cautious(alone), _cautious(among)))
    report(*told, cautious)


def _cautious(net: Net) -> Net:
    return msgspec.structs.replace(net, bias=round(net.bias - CAUTION, 4))


def write(found: Nets) -> None:
    """To the table of the package."""
    out = Path(judgement.__file__).parent / "tables" / "near_miss.json"
    out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))


def fit_quick(asked: Asked) -> Net:
    """What tells whom to ask the analyser about."""
    return fit(table(asked.questions, {}, None), voices.QUICK, n_units=0)


Told = tuple[Asked, Floats]


def learn(asked: Asked) -> tuple[tuple[Net, Net], Told, NDArray[np.bool_]]:
    """The other two nets, what they say of documents not seen, and where with caution."""
    lot = np.random.default_rng(0).permutation(len(asked.lines)) % FOLDS
    fold = dict(zip(asked.lines, lot.tolist(), strict=True))
    folds = np.array([fold[q.document] for q in asked.questions])
    size = {name: len(lines) for name, lines in asked.lines.items()}
    shares = dict.fromkeys(asked.lines, USUAL)
    for _ in range(2):
        data = table(asked.questions, shares, None)
        net = fit(data, voices.FEATURES)
        first = table(asked.questions, dict.fromkeys(size, USUAL), None)
        hits = misread(asked, chances(net, first), LIKELY)
        looked = {n: (hits[n] + USUAL * LOOKED_AT) / (size[n] + LOOKED_AT) for n in size}
        said = chances(net, table(asked.questions, looked, None))
        hits, sure = misread(asked, said, LIKELY), misread(asked, said, SURELY)
        shares = {n: max(0, hits[n] - 1) / (size[n] + UNSEEN) for n in size}
    surely = {n: max(0, sure[n] - 1) / (size[n] + UNSEEN) for n in size}
    data = table(asked.questions, shares, None)
    told = crossed(data, folds, voices.FEATURES)
    net = fit_together(data, voices.FEATURES)
    names = (*habits.FEATURES, *voices.FEATURES)
    data = table(asked.questions, shares, others_tell(asked, told))
    cautious = np.array([surely[q.document] < RARE for q in asked.questions])
    return (net, fit_together(data, names)), (asked, crossed(data, folds, names)), cautious


def report(asked: Asked, told: Floats, cautious: NDArray[np.bool_]) -> None:
    """Precision, recall and harm at several thresholds; where with caution, nothing is changed.

    Of the nets as they are fitted: those that are written say a little less (``CAUTION``).
    """
    best = told[:, 1:].max(axis=1)
    right = told[:, 1:].argmax(axis=1) + 1 == [q.right for q in asked.questions]
    harm = np.array([q.sound for q in asked.questions])
    print(f"{asked.errors} misread words, {len(best)} suspects")
    for low, high in pairwise((0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01)):
        kept, within = (best >= low) & ~cautious, (best >= low) & (best < high)
        n = max(1, int(within.sum()))
        print(
            f"p ≥ {low}: {right[kept].sum()} of {kept.sum()} right, {harm[kept].sum()} did harm;"
            f" up to {high}: {best[within].sum() / n:.3f} said, {right[within].sum() / n:.3f} true"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Words that may have been others: candidates by a net, the engine's habits and the neighbours.

In the place of every doubted sign (``doubted``) all syllables are tried that the engine takes for
it (``confusion``) and those that the net finds likeliest, each among the signs around it
(``ngrams``): this asks some thousand questions a line, so all answer by table, for all lines of a
page at once. What is left, a few words with a few candidates each, is for slower judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np

from haedok.hangul import IN_USE
from haedok.repair import confusion, ngrams
from haedok.repair.doubted import Doubt, Doubted, Floats, doubts
from haedok.repair.korean_net import NEVER, Flags
from haedok.repair.korean_signs import NO_SYLLABLE, Ints, number
from haedok.repair.line_context import LINES, Lines, Place

Amount = TypeVar("Amount", float, Floats)

WORD = re.compile("[가-힣]{1,14}")
OTHERS = 8
"""So many others are tried in the place of a sign."""
SIDES, NEIGHBOURS, HABITS = 0.4, 0.9, 0.6
"""Weights of the net, the n-gram model and the engine's habits. A net knows the faces it was taught
with better than others, so it does not outvote the habits."""
SOON, EARLY_WORTH, WORTH = 2, -8.5, -6.5
"""A sign must be worth so many nats beside what was read, when only so many signs behind it were
heard, and when all were."""
TRIED, MOST, CHANGED = 16, 6, 4
"""Readings of a word that are tried and that are kept, and most signs of it that are changed."""


def _worth(sides: Amount, neighbours: Amount, habits: Amount) -> Amount:
    """What all voices say together, of one change or of many."""
    return SIDES * sides + NEIGHBOURS * neighbours + HABITS * habits


class Candidate(NamedTuple):
    """What a word may have been, and by how many nats each voice prefers it to the word."""

    word: str
    habits: float
    """Of the engine: mostly below zero, since most syllables are read right."""
    neighbours: float
    """Of the n-gram model."""
    natural: float
    """Log-probability of the changed signs and those behind them, in the n-gram model."""
    sides: float
    """Of the net: how much likelier it was printed."""
    doubt: float
    """Log-odds of the least doubted of the changed signs to have been misread, by the net."""
    left: float
    """Log-odds of the most doubted of the others."""

    @property
    def gain(self) -> float:
        """All voices."""
        return _worth(self.sides, self.neighbours, self.habits)


class Suspect(NamedTuple):
    """A word that stands at ``start``, and what it may have been, best first."""

    start: int
    word: str
    candidates: tuple[Candidate, ...]
    unrest: float = 0.0
    """Log of the share of the other signs of the line that the net takes for misread."""

    @property
    def end(self) -> int:
        """Offset just behind the word."""
        return self.start + len(self.word)


class _Change(NamedTuple):
    """A sign put in the place of a doubted one."""

    sign: str
    sides: float
    habits: float
    neighbours: float
    natural: float
    doubt: float

    @property
    def gain(self) -> float:
        return _worth(self.sides, self.neighbours, self.habits)


class _Try(NamedTuple):
    """A reading of a word: what is changed in it, and how good the changes are one by one."""

    changes: tuple[tuple[int, _Change], ...]
    gain: float


def suspects(text: str, first: int = 0, last: int | None = None) -> tuple[Suspect, ...]:
    """Words of a text that have candidates worth a question, in order.

    Only signs from ``first`` to ``last`` (exclusive) are taken for misread; what stands around
    them is context.

    >>> [(s.word, s.candidates[0].word) for s in suspects("북한의 핵무키를 개발하였다")]
    [('핵무키를', '핵무기를')]
    """
    (found,) = suspects_of([Place(text, first, len(text) if last is None else last)])
    return found


def suspects_of(places: Sequence[Place]) -> list[tuple[Suspect, ...]]:
    """The suspects of each of some lines."""
    found: list[tuple[Suspect, ...]] = []
    for start in range(0, len(places), LINES):
        found += _together(places[start : start + LINES])
    return found


def _together(places: Sequence[Place]) -> Iterator[tuple[Suspect, ...]]:
    lines = Lines([place.text for place in places])
    found = list(doubts(places, lines))
    changes = iter(_changes(places, lines, found))
    words = [
        (line, start, text, _tries(start, inside))
        for line, (place, doubted) in enumerate(zip(places, found, strict=True))
        for start, text, inside in _words(place, [(d.at, next(changes)) for d in doubted.doubts])
    ]
    by_line: list[list[Suspect]] = [[] for _ in places]
    heard = _heard(lines, words, found)
    for (line, start, text, _), candidates in zip(words, heard, strict=True):
        unrest = found[line].unrest(start, start + len(text))
        by_line[line].append(Suspect(start, text, candidates, unrest))
    return map(tuple, by_line)


def _changes(
    places: Sequence[Place], lines: Lines, found: Sequence[Doubted]
) -> list[list[_Change]]:
    """For each doubt what may have stood there, the likeliest first.

    The net's own best, and what the engine is known to take for the sign if the signs around
    do not speak against it.
    """
    flat = [(line, doubt) for line, doubted in enumerate(found) for doubt in doubted.doubts]
    if not flat:
        return []
    tables = [_tried(places[line].text[doubt.at], doubt) for line, doubt in flat]
    of = np.repeat(np.arange(len(flat)), [len(outputs) for outputs, *_ in tables])
    outputs, sides, habits = (np.concatenate(column) for column in zip(*tables, strict=True))
    codes = _in_use()[outputs]
    at = np.array([lines.at[line][doubt.at] for line, doubt in flat])[of]
    gains = np.zeros((0, 2))
    for heard, worth in ((SOON, EARLY_WORTH), (ngrams.ORDER, WORTH)):
        gains = lines.gains(at[:, None], codes[:, None], heard)
        kept = np.flatnonzero(_worth(sides, gains[:, 0], habits) > worth)
        of, at, codes, gains = of[kept], at[kept], codes[kept], gains[kept]
        sides, habits = sides[kept], habits[kept]
    changes: list[list[_Change]] = [[] for _ in flat]
    rows = zip(
        of.tolist(), codes.tolist(), sides.tolist(), habits.tolist(), gains.tolist(), strict=True
    )
    for which, code, side, habit, (gain, natural) in rows:
        change = _Change(chr(code), side, habit, gain, natural, flat[which][1].log_odds)
        changes[which].append(change)
    return [sorted(some, key=lambda c: -c.gain)[:OTHERS] for some in changes]


class _Origins(NamedTuple):
    """What an engine may have taken for a sign: outputs of the net, log-odds, marks at those."""

    outputs: Ints
    odds: Floats
    known: Flags


@cache
def _origins(read: str) -> _Origins:
    rows = [(number(written), odds) for written, odds in confusion.origins(read)]
    rows = [(at, odds) for at, odds in rows if at is not None and odds > NEVER]
    outputs = np.array([at for at, _ in rows], np.int64)
    known = np.zeros(NO_SYLLABLE, np.bool_)
    known[outputs] = True
    return _Origins(outputs, np.array([odds for _, odds in rows]), known)


def _tried(sign: str, doubt: Doubt) -> tuple[Ints, Floats, Floats]:
    """Syllables that are tried in the place of a sign, what the net says, what the engine does."""
    origins = _origins(sign)
    best = np.argpartition(-doubt.gains, OTHERS)[:OTHERS]
    best = best[~origins.known[best]]
    outputs = np.concatenate([origins.outputs, best])
    habits = np.concatenate([origins.odds, np.full(len(best), NEVER)])
    return outputs, np.maximum(doubt.gains[outputs], NEVER).astype(np.float64), habits


@cache
def _in_use() -> ngrams.Signs:
    return np.array([ord(syllable) for syllable in IN_USE], np.uint64)


_Word = tuple[int, int, str, list[_Try]]
"""Number of its line, offset, text, readings."""


def _words(
    place: Place, doubted: Sequence[tuple[int, list[_Change]]]
) -> Iterator[tuple[int, str, list[tuple[int, list[_Change]]]]]:
    """Words with doubted signs; a mark that was probably a syllable is part of a word."""
    found = {at: changes for at, changes in doubted if changes}
    taken = list(place.text)
    for at, changes in found.items():
        if not "가" <= taken[at] <= "힣" and changes[0].doubt > 0:
            taken[at] = "가"
    for match in WORD.finditer("".join(taken)):
        start, end = match.span()
        inside = [(at, found[at]) for at in range(start, end) if at in found]
        if inside:
            yield start, place.text[start:end], inside


def _tries(start: int, doubted: Sequence[tuple[int, list[_Change]]]) -> list[_Try]:
    """The likeliest readings with something changed."""
    beam = [_Try((), 0.0)]
    for at, changes in doubted:
        more = [
            _Try((*t.changes, (at - start, change)), t.gain + change.gain)
            for t in beam
            if len(t.changes) < CHANGED
            for change in changes
        ]
        beam = sorted([*beam, *more], key=lambda t: -t.gain)[: TRIED + 1]
    return [t for t in beam if t.changes][:TRIED]


def _heard(
    lines: Lines, words: Sequence[_Word], doubted: Sequence[Doubted]
) -> list[tuple[Candidate, ...]]:
    """What the voices say of each reading; the best of each word."""
    found: list[list[Candidate]] = [[] for _ in words]
    asked = [(index, t) for index, (*_, tries) in enumerate(words) for t in tries]
    for size in range(1, CHANGED + 1):
        some = [(index, t) for index, t in asked if len(t.changes) == size]
        for (index, t), (gain, natural) in zip(some, _joint(lines, words, some), strict=True):
            line, start, text, _ = words[index]
            left = doubted[line].left(start, start + len(text), (k for k, _ in t.changes))
            found[index].append(
                Candidate(
                    _put(text, t),
                    sum(change.habits for _, change in t.changes),
                    gain,
                    natural,
                    sum(change.sides for _, change in t.changes),
                    min(change.doubt for _, change in t.changes),
                    left,
                )
            )
    return [tuple(sorted(row, key=lambda c: (-c.gain, c.word))[:MOST]) for row in found]


def _joint(
    lines: Lines, words: Sequence[_Word], asked: Sequence[tuple[int, _Try]]
) -> list[tuple[float, float]]:
    """What the n-gram model says of readings that change equally many signs."""
    if not asked or len(asked[0][1].changes) == 1:
        return [(t.changes[0][1].neighbours, t.changes[0][1].natural) for _, t in asked]
    at = np.array(
        [[lines.at[words[i][0]][words[i][1] + k] for k, _ in t.changes] for i, t in asked]
    )
    signs = np.array([[ord(c.sign) for _, c in t.changes] for _, t in asked], np.uint64)
    return [(gain, natural) for gain, natural in lines.gains(at, signs).tolist()]


def _put(word: str, tried: _Try) -> str:
    signs = list(word)
    for place, change in tried.changes:
        signs[place] = change.sign
    return "".join(signs)

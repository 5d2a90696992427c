"""Words that may have been others: candidates by the engine's habits and their neighbours' voice.

For every syllable of a line all syllables are tried that the engine takes for it (``confusion``),
each in its place among the signs around it (``ngrams``): this asks some thousand questions a line,
so both answer them by table, for all lines of a page at once. What is left, a few words with a few
candidates each, is for slower judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import confusion, lexicon, ngrams
from haedok.repair.line_context import LINES, Lines, Place, Places

WORD = re.compile("[가-힣]{1,14}")
WORTH = -5.5
"""Nats behind the word as it stands; what is further behind is not asked about."""
MOST = 5
"""Candidates of a word that are kept."""
PARTNERS, PARTNER_WORTH = 4, -9.0
"""Two syllables of a word are changed at once where each alone is among so many, and so good."""
CONTEXT = 1.2
"""Weight of the n-gram model beside the engine's habits: those of an unknown face are unlike."""
SOON, EARLY_WORTH = 2, -8.5
"""A candidate must be so good when only so many signs were heard."""
HOPELESS = -13.0
"""What the engine does so seldom no neighbours can make good."""


class Candidate(NamedTuple):
    """What a word may have been, and by how many nats each voice prefers it to the word."""

    word: str
    habits: float
    """Of the engine: mostly below zero, since most syllables are read right."""
    neighbours: float
    """Of the n-gram model."""
    natural: float = 0.0
    """Log-probability of the changed signs and those behind them, in the n-gram model."""

    @property
    def gain(self) -> float:
        """Both voices."""
        return self.habits + CONTEXT * self.neighbours


class Suspect(NamedTuple):
    """A word that stands at ``start``, and what it may have been, best first."""

    start: int
    word: str
    candidates: tuple[Candidate, ...]

    @property
    def end(self) -> int:
        """Offset just behind the word."""
        return self.start + len(self.word)


class _Change(NamedTuple):
    """One sign, ``at`` its place among those of all lines, that may have been ``sign``."""

    at: int
    sign: str
    heard: Candidate


def suspects(text: str, first: int = 0, last: int | None = None) -> tuple[Suspect, ...]:
    """Words of a text that have candidates worth a question, in order.

    Only syllables from ``first`` to ``last`` (exclusive) are taken for misread; what stands around
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
    odd = np.flatnonzero(lines.odd(places))
    alone: dict[int, list[_Change]] = {}
    for change in _changes(lines, odd):
        alone.setdefault(change.at, []).append(change)
    words = [
        [word for word in _words(place, lines.at[number], alone) if word.alone]
        for number, place in enumerate(places)
    ]
    pairs = iter(_pairs(lines, [word for row in words for word in row]))
    for row in words:
        suspects = (_suspect(word, next(pairs)) for word in row)
        yield tuple(suspect for suspect in suspects if suspect.candidates)


class _Word(NamedTuple):
    """A word with the changes of each of its signs, by offset, of those that have any."""

    start: int
    text: str
    alone: dict[int, list[_Change]]


def _words(place: Place, at: Places, alone: dict[int, list[_Change]]) -> Iterator[_Word]:
    for match in WORD.finditer(place.text):
        start, end = match.span()
        if end > place.first and start < place.last:
            changes = enumerate(at[start:end].tolist())
            yield _Word(
                start, match.group(), {i: alone[sign] for i, sign in changes if sign in alone}
            )


def _changes(lines: Lines, odd: Places) -> Iterator[_Change]:
    """All single syllables that may have been others, and what speaks for it."""
    tables = [_origins(chr(sign)) for sign in lines.signs[odd].tolist()]
    if not tables:
        return
    at = np.repeat(odd, [len(codes) for codes, _ in tables])
    codes = np.concatenate([codes for codes, _ in tables])
    odds = np.concatenate([odds for _, odds in tables])
    # Most fall at the first signs already: only the others are asked about all of them.
    for heard, worth in ((SOON, EARLY_WORTH), (ngrams.ORDER, PARTNER_WORTH)):
        gains = lines.gains(at[:, None], codes[:, None], heard)
        good = odds + CONTEXT * gains[:, 0] > worth
        at, codes, odds, gains = at[good], codes[good], odds[good], gains[good]
    rows = zip(at.tolist(), codes.tolist(), odds.tolist(), gains.tolist(), strict=True)
    for place, code, habits, (gain, natural) in rows:
        yield _Change(place, chr(code), Candidate(chr(code), habits, gain, natural))


@cache
def _origins(read: str) -> tuple[ngrams.Signs, NDArray[np.float64]]:
    """What a syllable may have been, and the log-odds of that."""
    rows = [row for row in confusion.origins(read) if row[1] > HOPELESS]
    return np.array([ord(s) for s, _ in rows], np.uint64), np.array([odds for _, odds in rows])


def _suspect(word: _Word, pairs: Sequence[Candidate]) -> Suspect:
    found = [
        one.heard._replace(word=_put(word.text, (place, one)))
        for place, ones in word.alone.items()
        for one in ones
        if one.heard.gain > WORTH
    ]
    found += (pair for pair in pairs if pair.gain > WORTH)
    best = sorted(found, key=lambda c: (-c.gain, c.word))[:MOST]
    return Suspect(word.start, word.text, tuple(best))


def _put(word: str, *changes: tuple[int, _Change]) -> str:
    signs = list(word)
    for place, change in changes:
        signs[place] = change.sign
    return "".join(signs)


def _pairs(lines: Lines, words: Sequence[_Word]) -> list[list[Candidate]]:
    """For each word the candidates with two syllables changed."""
    rows = [
        (number, (i, one), (j, other))
        for number, word in enumerate(words)
        for i, j in _two(word)
        for one in _best(word.alone[i])
        for other in _best(word.alone[j])
    ]
    found: list[list[Candidate]] = [[] for _ in words]
    if rows:
        at = np.array([(one.at, other.at) for _, (_, one), (_, other) in rows])
        signs = np.array([(ord(a.sign), ord(b.sign)) for _, (_, a), (_, b) in rows], np.uint64)
        gains = lines.gains(at, signs).tolist()
        for (number, one, other), (gain, natural) in zip(rows, gains, strict=True):
            habits = one[1].heard.habits + other[1].heard.habits
            word = _put(words[number].text, one, other)
            found[number].append(Candidate(word, habits, gain, natural))
    return found


def _two(word: _Word) -> Iterable[tuple[int, int]]:
    if len(word.text) < 3 or len(word.alone) < 2 or lexicon.count(word.text):
        return ()
    return combinations(sorted(word.alone), 2)


def _best(changes: Sequence[_Change]) -> list[_Change]:
    return sorted(changes, key=lambda change: -change.heard.gain)[:PARTNERS]

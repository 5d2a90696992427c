"""Words that may have been others: candidates by the engine's habits and their neighbours' voice.

For every syllable of a line all syllables are tried that the engine takes for it (``confusion``),
each in its place among the signs around it (``ngrams``): this asks some thousand questions a line,
so both answer them by table. What is left, a few words with a few candidates each, is for slower
judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import confusion, lexicon, ngrams

WORD = re.compile("[가-힣]{1,14}")
WORTH = -5.0
"""Nats behind the word as it stands; what is further behind is not asked about."""
MOST = 4
"""Candidates of a word that are kept."""
PARTNERS, PARTNER_WORTH = 3, -9.0
"""Two syllables of a word are changed at once where each alone is among so many, and so good."""
UNSURE = 0.7
"""Weight of the n-gram model beside the engine's habits."""
EXPECTED = -11.0
"""Nats of a sign and the two behind it: what is likelier is what the model expected; nine in ten
misread syllables are not, and three in four of the others are."""
SOON, EARLY_WORTH = 2, -8.5
"""A candidate must be so good when only so many signs were heard."""
HOPELESS = -13.0
"""What the engine does so seldom no neighbours can make good."""
_BACK = ngrams.ORDER - 1
"""A sign is heard in the probability of so many signs behind it."""


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
        return self.habits + UNSURE * self.neighbours


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
    """One syllable at ``place`` of a line that may have been ``sign``."""

    place: int
    sign: str
    habits: float


def suspects(text: str, first: int = 0, last: int | None = None) -> tuple[Suspect, ...]:
    """Words of a text that have candidates worth a question, in order.

    Only syllables from ``first`` to ``last`` (exclusive) are taken for misread; what stands around
    them is context.

    >>> [(s.word, s.candidates[0].word) for s in suspects("북한의 핵무키를 개발하였다")]
    [('핵무키를', '핵무기를')]
    """
    line = _Line(text)
    last = len(text) if last is None else last
    alone: dict[int, list[tuple[Candidate, _Change]]] = {}
    for change, candidate in _changes(line, line.odd_places(first, last)):
        alone.setdefault(change.place, []).append((candidate, change))
    if not alone:
        return ()
    found = (_suspect(line, match, alone) for match in WORD.finditer(text))
    return tuple(suspect for suspect in found if suspect.candidates)


def _changes(line: _Line, places: Sequence[int]) -> Iterator[tuple[_Change, Candidate]]:
    """All single syllables that may have been others, and what speaks for it."""
    tables = [_origins(line.text[place]) for place in places]
    if not tables:
        return
    at = np.repeat(np.array(places), [len(codes) for codes, _ in tables])
    codes = np.concatenate([codes for codes, _ in tables])
    odds = np.concatenate([odds for _, odds in tables])
    # Most fall at the first signs already: only the others are asked about all of them.
    for heard, worth in ((SOON, EARLY_WORTH), (ngrams.ORDER, PARTNER_WORTH)):
        gains = line.gains(at[:, None], codes[:, None], heard)
        good = odds + UNSURE * gains[:, 0] > worth
        at, codes, odds, gains = at[good], codes[good], odds[good], gains[good]
    rows = zip(at.tolist(), codes.tolist(), odds.tolist(), gains.tolist(), strict=True)
    for place, code, habits, (gain, natural) in rows:
        yield _Change(place, chr(code), habits), Candidate(chr(code), habits, gain, natural)


@cache
def _origins(read: str) -> tuple[ngrams.Signs, NDArray[np.float64]]:
    """What a syllable may have been, and the log-odds of that."""
    rows = [row for row in confusion.origins(read) if row[1] > HOPELESS]
    return np.array([ord(s) for s, _ in rows], np.uint64), np.array([odds for _, odds in rows])


def _suspect(
    line: _Line, match: re.Match[str], alone: dict[int, list[tuple[Candidate, _Change]]]
) -> Suspect:
    start, end = match.span()
    word = match.group()
    ones = [row for place in range(start, end) for row in alone.get(place, ())]
    found = [c._replace(word=_put(word, start, change)) for c, change in ones if c.gain > WORTH]
    found += _pairs(line, match, alone)
    best = sorted(found, key=lambda c: (-c.gain, c.word))[:MOST]
    return Suspect(start, word, tuple(c for c in best if c.gain > WORTH))


def _put(word: str, start: int, *changes: _Change) -> str:
    signs = list(word)
    for change in changes:
        signs[change.place - start] = change.sign
    return "".join(signs)


def _pairs(
    line: _Line, match: re.Match[str], alone: dict[int, list[tuple[Candidate, _Change]]]
) -> list[Candidate]:
    """Candidates with two syllables changed."""
    start, end = match.span()
    if lexicon.count(match.group()) or end - start < 3:
        return []
    best = {
        place: sorted(alone[place], key=lambda row: -row[0].gain)[:PARTNERS]
        for place in range(start, end)
        if place in alone
    }
    both = [
        (one, other)
        for i, j in combinations(sorted(best), 2)
        for _, one in best[i]
        for _, other in best[j]
    ]
    if not both:
        return []
    places = np.array([(a.place, b.place) for a, b in both])
    gains = line.gains(places, np.array([(ord(a.sign), ord(b.sign)) for a, b in both], np.uint64))
    return [
        Candidate(_put(match.group(), start, a, b), a.habits + b.habits, gain, natural)
        for (a, b), (gain, natural) in zip(both, gains.tolist(), strict=True)
    ]


def joined(left: str, right: str) -> str:
    """What stands between two lines: a space, or nothing where a word goes on.

    >>> joined("북한의 핵위", "협을 강조하였다"), joined("북한의 핵위협을", "강조하였다")
    ('', ' ')
    """
    if not left or not right:
        return ""
    whole, apart = (_log_probability(left[-8:] + sep + right[:8]) for sep in ("", " "))
    return "" if whole > apart else " "


def _log_probability(text: str) -> float:
    return float(ngrams.model().log_probabilities(ngrams.signs("\0" + text))[1:].sum())


class _Line:
    """A line as the n-gram model sees it."""

    def __init__(self, text: str) -> None:
        self.text = text
        signs, seen = _folded(text)
        self._seen = np.array(seen, np.int64)
        pad = np.zeros(ngrams.ORDER, np.uint64)
        self._padded = np.concatenate([pad, signs])
        self._now = ngrams.model().log_probabilities(self._padded)

    def odd_places(self, first: int, last: int) -> list[int]:
        """Where a syllable stands that the model did not expect, or nothing of what follows it."""
        ahead = np.concatenate([self._now[ngrams.ORDER :], np.zeros(2, np.float32)])
        low = (ahead[:-2] + ahead[1:-1] + ahead[2:] < EXPECTED).tolist()
        return [
            at
            for at in range(first, last)
            if lexicon.is_syllable(self.text[at]) and low[self._seen[at]]
        ]

    def gains(
        self, places: NDArray[np.int64], signs: ngrams.Signs, heard_in: int = ngrams.ORDER
    ) -> NDArray[np.float64]:
        """Nats by which the line is likelier with these signs in these places, and how likely.

        Args:
            places: n × k places, in order; k are changed at once.
            signs: n × k signs to put there.
            heard_in: so many signs, from a changed one on, are heard.

        Returns:
            n × 2; of both numbers, what is heard from the first changed sign on.
        """
        at = self._seen[places] + ngrams.ORDER
        width = _BACK + int((at[:, -1] - at[:, 0]).max(initial=0)) + heard_in
        firsts = at[:, :1] - _BACK
        columns = firsts + np.arange(width)
        inside = columns < len(self._padded)
        columns = np.minimum(columns, len(self._padded) - 1)
        rows = self._padded[columns]
        np.put_along_axis(rows, at - firsts, signs, axis=1)
        new = ngrams.model().log_probabilities(rows, _BACK)[:, _BACK:]
        old = self._now[columns[:, _BACK:]]
        heard = inside[:, _BACK:]
        sums = [np.where(heard, values, 0.0).sum(axis=1) for values in (new - old, new)]
        return np.stack(sums, axis=1).astype(np.float64)


def _folded(text: str) -> tuple[ngrams.Signs, list[int]]:
    """Signs of the model, and for each place of the text the place of its sign."""
    signs = ngrams.signs(text)
    if len(signs) == len(text):
        return signs, list(range(len(text)))
    seen, at = [], -1
    for place, sign in enumerate(text):
        latin = "A" <= sign <= "Z" or "a" <= sign <= "z"
        before = place and ("A" <= text[place - 1] <= "Z" or "a" <= text[place - 1] <= "z")
        at += not (latin and before)
        seen.append(at)
    return signs, seen

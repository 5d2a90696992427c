"""Words that may have been others: candidates by the engine's habits and their neighbours' voice.

For every syllable of a line all syllables are tried that the engine takes for it (``confusion``),
each in its place among the signs around it (``ngrams``): this asks some thousand questions a line,
so both answer them by table. What is left, a few words with a few candidates each, is for slower
judges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
EXPECTED = -10.0
"""Nats of a sign and the two behind it: what is likelier is what the model expected; nine in ten
misread syllables are not, and three in four of the others are."""
HOPELESS = -18.0
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
    changes = [
        _Change(place, written, odds)
        for place in line.odd_places(first, last)
        for written, odds in confusion.origins(text[place])
        if odds > HOPELESS
    ]
    gains = line.gains([((c.place, c.sign),) for c in changes])
    alone: dict[int, list[tuple[Candidate, _Change]]] = {}
    for change, (gain, natural) in zip(changes, gains.tolist(), strict=True):
        if change.habits + UNSURE * gain > PARTNER_WORTH:
            candidate = Candidate(change.sign, change.habits, gain, natural)
            alone.setdefault(change.place, []).append((candidate, change))
    if not alone:
        return ()
    found = (_suspect(line, match, alone) for match in WORD.finditer(text))
    return tuple(suspect for suspect in found if suspect.candidates)


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
    gains = line.gains([((a.place, a.sign), (b.place, b.sign)) for a, b in both])
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
        self._text = text
        signs, self._seen = _folded(text)
        pad = np.zeros(ngrams.ORDER, np.uint64)
        self._padded = np.concatenate([pad, signs])
        self._now = ngrams.model().log_probabilities(self._padded)

    def odd_places(self, first: int, last: int) -> list[int]:
        """Where a syllable stands that the model did not expect, or nothing of what follows it."""
        ahead = np.concatenate([self._now[ngrams.ORDER :], np.zeros(2, np.float32)])
        three = ahead[:-2] + ahead[1:-1] + ahead[2:]
        return [
            at
            for at in range(first, last)
            if lexicon.is_syllable(self._text[at]) and three[self._seen[at]] < EXPECTED
        ]

    def gains(self, asked: Sequence[tuple[tuple[int, str], ...]]) -> NDArray[np.float64]:
        """Nats by which the line is likelier with these signs in these places, and how likely.

        Returns:
            n × 2; of both numbers, what is heard from the first changed sign on.
        """
        if not asked:
            return np.zeros((0, 2))
        reach = max(self._seen[a[-1][0]] - self._seen[a[0][0]] for a in asked)
        width = _BACK + reach + ngrams.ORDER
        firsts = np.array([self._seen[a[0][0]] for a in asked]) + ngrams.ORDER
        columns = firsts[:, None] - _BACK + np.arange(width)[None, :]
        inside = columns < len(self._padded)
        columns = np.minimum(columns, len(self._padded) - 1)
        rows = self._padded[columns]
        for k in range(len(asked[0])):
            at = np.array([self._seen[a[k][0]] for a in asked]) + ngrams.ORDER - firsts + _BACK
            rows[np.arange(len(asked)), at] = [ord(a[k][1]) for a in asked]
        new = ngrams.model().log_probabilities(rows)[:, _BACK:]
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

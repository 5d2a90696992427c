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
LINES = 64
"""Lines that are looked at together: what a page has, and what little memory holds."""
REACH = 16
"""Signs of the lines before and after that are context."""
_BACK = ngrams.ORDER - 1
"""A sign is heard in the probability of so many signs behind it."""
_CLOSED = re.compile(r"[.?!,;:)”’」』]$")
"""Behind these a word has ended."""

Places = NDArray[np.int64]


class Place(NamedTuple):
    """A line among its neighbours, as far as they are context; the line is ``text[first:last]``."""

    text: str
    first: int
    last: int


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
    lines = _Lines([place.text for place in places])
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


def _changes(lines: _Lines, odd: Places) -> Iterator[_Change]:
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
        good = odds + UNSURE * gains[:, 0] > worth
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


def _pairs(lines: _Lines, words: Sequence[_Word]) -> list[list[Candidate]]:
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


def joined(left: str, right: str) -> str:
    """What stands between two lines: a space, or nothing where a word goes on.

    >>> joined("북한의 핵위", "협을 강조하였다"), joined("북한의 핵위협을", "강조하였다")
    ('', ' ')
    """
    (found,) = joints([(left, right)])
    return found


def joints(ends: Sequence[tuple[str, str]]) -> list[str]:
    """The same for many line ends."""
    found = ["" if not left or not right else " " for left, right in ends]
    asked = [i for i, (left, _) in enumerate(ends) if found[i] and not _CLOSED.search(left)]
    near = [(ends[i][0][-8:], ends[i][1][:8]) for i in asked]
    told = _Lines([a + between + b for a, b in near for between in ("", " ")]).totals()
    for i, (whole, apart) in zip(asked, told.reshape(-1, 2).tolist(), strict=True):
        found[i] = "" if whole > apart else " "
    return found


def places(texts: Sequence[str]) -> list[Place]:
    """Lines that stand together, each with its neighbours."""
    if not texts:
        return []
    ends = [text.rstrip()[-REACH:] for text in texts]
    heads = [text.lstrip()[:REACH] for text in texts]
    above, below = ["", *ends[:-1]], [*heads[1:], ""]
    between = joints(list(zip(ends, heads[1:], strict=False)))
    found = []
    for text, a, b, c, d in zip(texts, above, ["", *between], [*between, ""], below, strict=True):
        found.append(Place(a + b + text + c + d, len(a + b), len(a + b + text)))
    return found


class _Lines:
    """Lines as the n-gram model sees them, one behind the other with nothing between them."""

    def __init__(self, texts: Sequence[str]) -> None:
        gap = np.zeros(ngrams.ORDER, np.uint64)
        self.at: list[Places] = []
        """For each line and place of its text, the place of its sign."""
        parts, length = [gap], len(gap)
        for text in texts:
            signs, seen = _folded(text)
            self.at.append(seen + length)
            parts += [signs, gap]
            length += len(signs) + len(gap)
        self.signs = np.concatenate(parts)
        self._void = self.signs == 0
        self._now = ngrams.model().log_probabilities(self.signs)
        self._now[self._void] = 0.0

    def totals(self) -> NDArray[np.float64]:
        """Log-probability of each line."""
        return np.array([self._now[at[0] : at[-1] + 1].sum() for at in self.at], np.float64)

    def odd(self, places: Sequence[Place]) -> NDArray[np.bool_]:
        """Where a syllable stands that the model did not expect, or nothing of what follows it."""
        asked = np.zeros(len(self.signs), bool)
        for at, place in zip(self.at, places, strict=True):
            asked[at[place.first : place.last]] = True
        ahead = np.concatenate([self._now, np.zeros(2, np.float32)])
        low = ahead[:-2] + ahead[1:-1] + ahead[2:] < EXPECTED
        hangul = (self.signs >= ord("가")) & (self.signs <= ord("힣"))
        return np.asarray(asked & low & hangul)

    def gains(
        self, at: Places, signs: ngrams.Signs, heard_in: int = ngrams.ORDER
    ) -> NDArray[np.float64]:
        """Nats by which a line is likelier with these signs in these places, and how likely.

        Args:
            at: n × k places of signs, in order; k are changed at once.
            signs: n × k signs to put there.
            heard_in: so many signs, from a changed one on, are heard.

        Returns:
            n × 2; of both numbers, what is heard from the first changed sign on.
        """
        width = _BACK + int((at[:, -1] - at[:, 0]).max(initial=0)) + heard_in
        firsts = at[:, :1] - _BACK
        columns = np.minimum(firsts + np.arange(width), len(self.signs) - 1)
        rows = self.signs[columns]
        np.put_along_axis(rows, at - firsts, signs, axis=1)
        new = ngrams.model().log_probabilities(rows, _BACK)[:, _BACK:]
        ours = columns[:, _BACK:]
        heard = ~self._void[ours] & (ours < at[:, -1:] + heard_in)
        sums = [np.where(heard, x, 0.0).sum(axis=1) for x in (new - self._now[ours], new)]
        return np.stack(sums, axis=1).astype(np.float64)


def _folded(text: str) -> tuple[ngrams.Signs, Places]:
    """Signs of the model, and for each place of the text the place of its sign."""
    signs = ngrams.signs(text)
    if len(signs) == len(text):
        return signs, np.arange(len(text))
    latin = np.array(["A" <= sign <= "Z" or "a" <= sign <= "z" for sign in text])
    goes_on = np.zeros(len(text), bool)
    goes_on[1:] = latin[1:] & latin[:-1]
    return signs, np.cumsum(~goes_on) - 1

"""From texts for a whole line to words with a place: which part of the garble is which word.

The attention says about where in the garble each sign was found. Made monotone, and drawn to the
signs that both sides share (digits, brackets, Latin letters), it cuts the garble into words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.decipher.hypotheses import Hypothesis

_PIECE = re.compile(
    r"[A-Za-z][A-Za-z.,'’&-]*|[(\[「『《〈]|[)\]」』》〉]|[^\sA-Za-z()\[\]「」『』《》〈〉]+"
)
_HANGUL = re.compile("[가-힣]")
_FAR = 0.6
"""What a sign pays for each garble sign that lies between it and where it was found."""
_SHARED = 2.5
"""What a sign earns that stands on its like."""


class Word(NamedTuple):
    """A word of a hypothesis: signs ``first .. last`` of its text stand for ``start .. end``."""

    text: str
    start: int
    end: int
    first: int
    last: int

    @property
    def hangul(self) -> bool:
        """Whether there is Hangul in it."""
        return _HANGUL.search(self.text) is not None


@lru_cache(maxsize=4096)  # asked for each word of each line
def words(hypothesis: Hypothesis, garble: str) -> tuple[Word, ...]:
    """The pieces of a hypothesis between spaces, brackets and Latin words, with their places.

    >>> h = Hypothesis("핵공유(A) 체제", 0.0, (), (), (0, 0, 1, 3, 4, 5, 6, 7, 8))
    >>> [(word.text, word.start, word.end) for word in words(h, "3Z (A) A|A")]
    [('핵공유', 0, 2), ('(', 3, 4), ('A', 4, 5), (')', 5, 6), ('체제', 7, 10)]
    """
    pieces = [match.span() for match in _PIECE.finditer(hypothesis.text)]
    if not pieces or not garble:
        return ()
    at = _places(hypothesis, garble)
    cuts = [0]
    for (_, last), (first, _) in pairwise(pieces):
        reach = int(last < first)  # a space that was written may be a sign away, none is not
        place = (int(at[last - 1]), int(at[first]))
        cuts.append(max(cuts[-1], _cut(garble, place, reach)))
    cuts.append(len(garble))
    found = []
    for (first, last), (left, right) in zip(pieces, pairwise(cuts), strict=True):
        inside = garble[left:right]
        start = left + len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        found.append(Word(hypothesis.text[first:last], start, end, first, last))
    return tuple(found)


def _cut(garble: str, place: tuple[int, int], reach: int) -> int:
    """Where a piece ends whose last sign, and the next one's first, stand at ``place``."""
    before, after = place
    middle = (before + after + 1) / 2
    near = range(max(before - reach, 0), min(after + reach + 1, len(garble)))
    spaces = [at for at in near if garble[at] == " "]
    if spaces:
        return min(spaces, key=lambda at: abs(at + 0.5 - middle))
    return math.ceil(middle)


def _places(hypothesis: Hypothesis, garble: str) -> NDArray[np.int64]:
    """The garble sign of each sign: never going back, near the attention, on its like."""
    seen = np.array(hypothesis.places[: len(hypothesis.text)], float)
    columns = np.arange(len(garble))
    gain = -_FAR * np.abs(columns[None, :] - seen[:, None])
    signs, under = np.array(list(hypothesis.text)), np.array(list(garble))
    gain += _SHARED * ((signs[:, None] == under[None, :]) & (signs[:, None] != " "))
    best = np.zeros_like(gain)
    best[0] = gain[0]
    for row in range(1, len(gain)):
        best[row] = gain[row] + np.maximum.accumulate(best[row - 1])
    at = np.zeros(len(gain), np.int64)
    limit = len(garble)
    for row in range(len(gain) - 1, -1, -1):
        at[row] = int(np.argmax(best[row, :limit]))
        limit = int(at[row]) + 1
    return at


class Slot(NamedTuple):
    """A word of the best hypothesis and its rivals: ``(text, posterior)``, likeliest first.

    ``word`` is the best hypothesis's, its text may be another than the likeliest.
    """

    word: Word
    rivals: tuple[tuple[str, float], ...]


def slots(
    hypotheses: Sequence[Hypothesis], chances: Sequence[float], garble: str
) -> tuple[Slot, ...]:
    """The words of the first hypothesis with the posterior of each word found in their place.

    A word is as likely as the likeliest text that has it (max-marginals): texts are listed by their
    chances, and a list of the likeliest would have most words of the first in nearly all.

    Args:
        hypotheses: of one line, best first.
        chances: their probabilities, which sum to 1.
        garble: the line.
    """
    if not hypotheses:
        return ()
    every = [words(hypothesis, garble) for hypothesis in hypotheses]
    found = []
    for word in every[0]:
        if not word.hangul or word.start == word.end:  # nothing stands for it: made up
            continue
        shares: dict[str, float] = {}
        for others, chance in zip(every, chances, strict=True):
            here = [other for other in others if _same_place(word, other)]
            text = max(here, key=lambda other: _overlap(word, other)).text if here else ""
            shares[text] = max(shares.get(text, 0.0), chance)
        total = sum(shares.values())
        shares.pop("", None)
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        found.append(Slot(word, tuple((text, share / total) for text, share in ranked)))
    return tuple(found)


def _overlap(one: Word, other: Word) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared / max(1, max(one.end, other.end) - min(one.start, other.start))


def _same_place(one: Word, other: Word) -> bool:
    return other.hangul and _overlap(one, other) >= 0.5

"""A line among its neighbours, and as the n-gram model hears it.

Words go on over line ends, and what a word may be is told by those around it: what stands between
two lines, a space or nothing, is settled by the n-gram model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import ngrams

LINES = 64
"""Lines that are looked at together: what a page has, and what little memory holds."""
REACH = 16
"""Signs of the lines before and after that are context."""
EXPECTED = -9.0
"""Nats of a sign and the two behind it: what is likelier is what the model expected; 19 in 20
misread syllables are not, and two in three of the others are."""
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
    told = Lines([a + between + b for a, b in near for between in ("", " ")]).totals()
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


class Lines:
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

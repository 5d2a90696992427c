"""Hyphens and dashes in Latin words, and stars: told apart by how wide ink and white are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own.crops import BODY
from haedok.recognize.own.lattice import Position

Grey = NDArray[np.uint8]

HYPHEN, DASH, STAR = "-", "–", "*"
_DARK = 140
"""Grey from which on a pixel of a crop is paper."""
_WIDER = 1.45
"""Times that a dash is as wide as the hyphens of its page at least."""
_AS_WIDE = 1.2
"""Times that a hyphen is as wide as the others at most."""
_STARS = 0.4
"""Ems between the ink of two stars that stand together; some faces set them far apart."""


def with_strokes(
    crops: Sequence[Grey], read: Sequence[Sequence[Position]]
) -> list[tuple[Position, ...]]:
    """The positions of a page's lines with such signs put right.

    In one face a hyphen is as wide as a dash in another; so each is held against the hyphens of
    its page. Where there is no other, what stands between small Latin letters is a hyphen.

    Args:
        crops: what the net sees of each line.
        read: what it reads there.
    """
    rows = [_with_stars(crop, row) for crop, row in zip(crops, read, strict=True)]
    found = [
        (number, index, _width(crops[number], row[index]))
        for number, row in enumerate(rows)
        for index in _between_letters(row)
    ]
    small = [
        width
        for number, index, width in found
        if _is_small(rows[number], index) and width and rows[number][index].text == HYPHEN
    ]
    for number, index, width in found:
        row = rows[number]
        sign = _sign(width / median(small) if small else 0.0, row, index)
        if sign != row[index].text:
            rows[number] = (*row[:index], _read_as(row[index], sign), *row[index + 1 :])
    return rows


def _sign(times: float, row: Sequence[Position], index: int) -> str:
    """Which stroke it is that is so many times as wide as the page's hyphens (0: unknown)."""
    if times >= _WIDER:
        return DASH
    if _is_small(row, index) and times <= _AS_WIDE:
        return HYPHEN
    return row[index].text


def _between_letters(row: Sequence[Position]) -> Iterator[int]:
    """Places of the hyphens and dashes between Latin letters."""
    for index in range(1, len(row) - 1):
        sides = row[index - 1].text + row[index + 1].text
        letters = len(sides) == 2 and sides.isascii() and sides.isalpha()
        if letters and row[index].text in (HYPHEN, DASH):
            yield index


def _is_small(row: Sequence[Position], index: int) -> bool:
    return (row[index - 1].text + row[index + 1].text).islower()


def _width(crop: Grey, place: Position) -> float:
    """Columns of a level stroke around the middle of a position; 0 where none is seen."""
    reach = round(BODY / 4)
    start = max(0, round(place.x0) - reach)
    part = crop[:, start : round(place.x1) + reach] < _DARK
    middle = round((place.x0 + place.x1) / 2) - start
    rows = np.flatnonzero(part[:, middle]) if middle < part.shape[1] else np.arange(0)
    if len(rows) == 0 or rows[-1] - rows[0] >= BODY / 6:
        return 0.0
    # the flag of an r or an f hangs over it
    level = part[rows[0] : rows[-1] + 1].any(axis=0) & (part.sum(axis=0) <= BODY / 6)
    ends = np.flatnonzero(~level)
    left = ends[ends < middle].max(initial=-1)
    right = ends[ends > middle].min(initial=len(level))
    return float(right - left - 1)


def _with_stars(crop: Grey, row: Sequence[Position]) -> tuple[Position, ...]:
    """The positions without word spaces between stars that stand together."""
    return tuple(
        each
        for index, each in enumerate(row)
        if not (
            each.text == " "
            and 0 < index < len(row) - 1
            and row[index - 1].text == row[index + 1].text == STAR
            and _white(crop, row[index - 1], row[index + 1]) < _STARS * BODY
        )
    )


def _white(crop: Grey, left: Position, right: Position) -> int:
    """Columns of white between two signs."""
    start, end = round((left.x0 + left.x1) / 2), round((right.x0 + right.x1) / 2)
    columns = np.flatnonzero((crop[:, start:end] < _DARK).any(axis=0))
    gaps = np.diff(np.r_[-1, columns, end - start])
    return int(gaps.max(initial=0)) - 1


def _read_as(place: Position, sign: str) -> Position:
    """The position with another best reading; the one it had becomes the next."""
    others = tuple(each for each in place.alternatives[1:] if each[0] != sign)
    return msgspec.structs.replace(
        place, alternatives=((sign, place.confidence), (place.text, 1 - place.confidence), *others)
    )

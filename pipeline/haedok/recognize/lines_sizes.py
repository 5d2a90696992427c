"""Lines on the flat page → size of their type and middle of its body, from how ink lies in them.

The body of Hangul fills its square, Latin letters leave most of theirs empty: where the ink of a
line lies says which of the two it is, and then how large. The numbers were fitted by robust least
squares to 2,900 lines of pages that ``haedok.synthesize`` set in the training faces and wore in
all ways.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from haedok.prepare.grey import Mask
from haedok.recognize.lines_group import extents
from haedok.recognize.lines_ink import Floats, Ink, Ints

_PARTS = (0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99)
"""Parts of a line's ink, from above, whose lowest rows are looked at."""
_MEDIAN = _PARTS.index(0.5)
# Weights of the eight distances between those rows, of the height that halves the squares of the
# pieces' heights, and of the height that a twentieth of the pieces exceed.
_LATIN = np.array([19.3, 24.2, -1.2, -1.6, -0.1, -27.3, -22.1, 8.8, -8.1, 9.9])
_LATIN_BIAS = -0.9
"""Whether a line is Latin: a logistic regression on the measures as parts of the ink's height."""
_EM = np.array(
    [
        [0.10, 0.40, 0.27, 0.17, 0.13, 0.26, 0.32, 0.17, 0.08, 0.81],
        [0.40, 0.18, 0.25, 0.87, 0.94, 0.42, 0.14, -0.05, -0.19, 0.93],
    ]
).T
"""Size of the type, for Hangul and for Latin letters."""
_MIDDLE = np.array(
    [
        [0.02, -0.08, -0.32, -0.38, 0.30, 0.26, 0.28, 0.15, 0.00, -0.00],
        [-0.26, -0.15, -0.15, -0.50, 0.11, 0.01, -0.11, 0.14, 0.13, -0.07],
    ]
).T
"""The middle of the body below the row that halves the ink."""
_DIGIT = 0.75
"""Height of a digit in ems, a little larger for the blur."""
_SHORT = 5.0
"""Width in ems of a line that is too short to tell its size for sure."""
_SPREAD = (0.04, 0.07)
"""Logarithms by which measured sizes of lines of one size differ: of letters, and of digits."""


class Sizes(NamedTuple):
    """Of every line: size of type, height of the body's middle on the flat page (both pixels)."""

    em: Floats
    middle: Floats


class _Shape(NamedTuple):
    """Measures of every line, in pixels."""

    rows: Floats
    """L x 9, see ``_PARTS``."""
    usual: Floats
    tallest: Floats
    digits: Mask
    """Whether all pieces but dots are equally high and narrow."""
    boxes: Floats


def lines_to_sizes(flat: Ink, lines: Ints, drops: Floats) -> Sizes:
    """Size of type and middle of every line.

    Args:
        flat: the pieces of ink where they would be on a flat page.
        lines: number of the line of each, -1 for none; there must be a line at least.
        drops: how much further up they are on the flat page than their pixels in ``flat`` say.
    """
    shape = _shape(flat, lines, drops)
    em, middle = _measured(shape)
    width = shape.boxes[:, 2] - shape.boxes[:, 0]
    short = width < _SHORT * em
    counted = short & shape.digits
    em = np.where(counted, shape.tallest / _DIGIT, em)
    em, middle = _like_above(Sizes(em, middle), shape, short & ~counted)
    spread = np.where(counted, _SPREAD[1], _SPREAD[0])[:, None]
    logs = np.log(em)
    alike = np.exp(-(((logs[:, None] - logs) / spread) ** 2) / 2) * np.maximum(width, em)
    return Sizes(np.exp(alike @ logs / alike.sum(axis=1)), middle)


def _measured(shape: _Shape) -> Sizes:
    """What the ink of each line says by itself."""
    sides = np.column_stack([np.diff(shape.rows, axis=1), shape.usual, shape.tallest])
    scaled = sides / np.maximum(sides[:, :8].sum(axis=1, keepdims=True), 1e-9)
    latin = 1 / (1 + np.exp(-(scaled @ _LATIN + _LATIN_BIAS)))
    weigh = np.stack([1 - latin, latin], axis=1)
    em = (weigh * (sides @ _EM)).sum(axis=1)
    middle = shape.rows[:, _MEDIAN] + (weigh * (sides @ _MIDDLE)).sum(axis=1)
    return Sizes(np.clip(em, 0.9 * shape.tallest, 2.0 * shape.tallest), middle)


def _like_above(sizes: Sizes, shape: _Shape, short: Mask) -> Sizes:
    """A last word without tall letters (moon) has the size of the line above it."""
    em, middle = sizes
    left, right = shape.boxes[:, 0], shape.boxes[:, 2]
    rise = middle[:, None] - middle
    above = (rise > 0.9 * em) & (rise < 2 * em) & ((right - left) > _SHORT * em)
    above &= np.abs(left[:, None] - left) < 3 * em
    nearest = np.where(above, rise, np.inf).argmin(axis=1)
    low = short & above.any(axis=1) & (em < 0.8 * em[nearest]) & (em > 0.5 * em[nearest])
    foot = shape.rows[:, -2]
    return Sizes(np.where(low, em[nearest], em), np.where(low, foot - 0.36 * em[nearest], middle))


def _shape(flat: Ink, lines: Ints, drops: Floats) -> _Shape:
    boxes, middles = extents(flat, lines)
    count, some = len(boxes), lines >= 0
    line, heights, widths = lines[some], flat.heights[some], flat.widths[some]
    order = np.lexsort([heights, line])
    line, heights, widths = line[order], heights[order], widths[order]
    ends = np.cumsum(np.bincount(line, minlength=count))
    starts = np.concatenate([[0], ends[:-1]])
    squares = np.cumsum(heights**2)
    before = np.concatenate([[0.0], squares])[starts]
    half = np.searchsorted(squares, (before + squares[ends - 1]) / 2)
    place = starts + 0.95 * (ends - 1 - starts)
    lower, part = place.astype(np.int64), place % 1
    tallest = heights[lower] * (1 - part) + heights[np.ceil(place).astype(np.int64)] * part
    highest = heights[ends - 1][line]
    odd = (heights > 0.3 * highest) & ((heights < 0.85 * highest) | (widths > 0.75 * heights))
    digits = np.bincount(line, odd, count) == 0
    rows = _rows_of_ink(flat, lines, drops, middles)
    return _Shape(rows, heights[half], tallest, digits, boxes)


def _rows_of_ink(flat: Ink, lines: Ints, drops: Floats, middles: Floats) -> Floats:
    """Rows (L x 9) above which the parts of each line's ink lie."""
    some = lines[flat.owners] >= 0
    piece = flat.owners[some]
    line = lines[piece]
    unit = flat.em / 25
    reach = round(3 * flat.em / unit)
    place = np.rint((flat.rows[some] + 0.5 - drops[piece] - middles[line]) / unit).astype(np.int64)
    place = np.clip(place, -reach, reach) + reach
    bins = 2 * reach + 1
    profile = np.bincount(line * bins + place, minlength=len(middles) * bins)
    sums = np.cumsum(profile.reshape(-1, bins), axis=1)
    found = [(sums >= part * sums[:, -1:]).argmax(axis=1) for part in _PARTS]
    return np.asarray((np.stack(found, axis=1) - reach) * unit + middles[:, None])

"""Where the lines of a page are, how large their type is, and how they run: ready to be read.

Connected pieces of ink are joined to words and these to lines; all lines together say how the page
is bent; on the page laid flat, how the ink of each line lies says how large it is set.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from haedok.model import Box
from haedok.prepare.grey import Grey
from haedok.recognize.lines_fit import Bend, lines_to_bend
from haedok.recognize.lines_group import cell_side, extents, ink_to_gutters, pieces_to_lines
from haedok.recognize.lines_ink import Floats, Ink, Ints, image_to_ink, ink_to_kinds
from haedok.recognize.lines_rows import flattened, settled, with_titles, without_smears
from haedok.recognize.lines_sizes import Sizes, lines_to_sizes
from haedok.recognize.lines_tables import ink_to_cell_walls

_STEP = 3.0
"""Ems between the points of a bent line's spine."""
_STRAIGHT = 0.03
"""Ems that a straight line's middle may stray from the straight."""


class TextLine(msgspec.Struct, frozen=True):
    """A printed line; all lengths in pixels of the page, places as in ``Box``."""

    box: Box
    """Around its ink."""
    em: float
    """Size of its type: the side of the square that a syllable is set in."""
    spine: tuple[tuple[float, float], ...]
    """Points (x, y), left to right, of the middle of its body: 0.38 ems above the feet of letters;
    two where it is straight."""


class _Lines(NamedTuple):
    """Pieces of ink, on the page as it is and laid flat, and the line of each (-1: none)."""

    ink: Ink
    flat: Ink
    bend: Bend
    numbers: Ints


def page_to_lines(image: Grey, dpi: float) -> tuple[TextLine, ...]:
    """The lines of a prepared page, by their place on it: those of a column from top to bottom.

    Args:
        image: height x width, dark on light, level.
        dpi: pixels per inch, as a first guess; 0 where unknown.
    """
    lines = _page_to_lines(image, dpi)
    if lines is None:
        return ()
    drops = lines.bend.drop(*lines.ink.middles.T)
    sizes = lines_to_sizes(lines.flat, lines.numbers, drops)
    boxes, _ = extents(lines.ink, lines.numbers)
    found = [
        _line(lines, sizes, boxes[number] * lines.ink.scale, number) for number in range(len(boxes))
    ]
    return tuple(sorted(found, key=lambda line: (line.spine[0][1], line.spine[0][0])))


def _page_to_lines(image: Grey, dpi: float) -> _Lines | None:
    ink = image_to_ink(image, dpi)
    if ink.em == 0:
        return None
    kinds = ink_to_kinds(ink)
    gutters = ink_to_gutters(ink, kinds.body | kinds.tall)
    gutters |= ink_to_cell_walls(ink, kinds.body | kinds.tall, cell_side(ink.em))
    numbers = pieces_to_lines(ink, kinds.body, ink.em, gutters)
    if not (numbers >= 0).any():
        return None
    bend = lines_to_bend(ink, numbers)
    flat = flattened(ink, bend.drop(*ink.middles.T))
    numbers = with_titles(flat, numbers, kinds.tall, gutters)
    numbers = settled(flat, numbers, kinds.body | kinds.small, gutters)
    numbers = without_smears(ink, numbers)
    return _Lines(ink, flat, bend, numbers) if (numbers >= 0).any() else None


def _line(lines: _Lines, sizes: Sizes, box: Floats, number: int) -> TextLine:
    scale = lines.ink.scale
    em, middle = float(sizes.em[number] * scale), sizes.middle[number]
    count = max(2, round((box[2] - box[0]) / (_STEP * em)) + 1)
    x = np.linspace(box[0], box[2], count)
    y = (middle + lines.bend.drop(x / scale, np.full(count, middle))) * scale
    straight = np.interp(x, x[[0, -1]], y[[0, -1]])
    if np.abs(y - straight).max() < _STRAIGHT * em:
        x, y = x[[0, -1]], y[[0, -1]]
    points = tuple((round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True))
    return TextLine(Box(*(int(side) for side in box)), round(em, 2), points)

"""Marks of notes, ``이다.1)``: raised and half as large, so that a line's picture shows few pixels.

They are found by their place, cut out at the size of other characters, and read once more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box
from haedok.recognize.own import calibration
from haedok.recognize.own.crops import BODY, HEIGHT, MARGIN, line_to_crop
from haedok.recognize.own.lattice import NOTHING, Position, frames_to_positions
from haedok.recognize.own.net import crops_to_frames

if TYPE_CHECKING:
    from haedok.recognize.lines import TextLine

Grey = NDArray[np.uint8]

_DARK = 140
"""Grey from which on a pixel of a crop is paper."""
_GAP = 0.22
"""Ems of white within a mark."""
_FOOT = 0.17
"""Ems above the feet of letters where a raised mark ends at the latest."""
_TALL = (0.28, 0.62)
"""Ems that a raised mark is high; a quotation mark is less."""
_WIDE = (0.2, 1.6)
"""Ems that it is wide: a digit, or three and a bracket."""
_SIZE = 0.55
"""Size of a mark's type, as a part of the line's; all of its bracket is 1.2 of that high."""
_BASE = HEIGHT / 2 + 0.38 * BODY
_OF_MARKS = frozenset("0123456789)")
_QUOTES = frozenset("'\"“”‘’")
_UNSURE = _OF_MARKS | _QUOTES | frozenset("°^`*") | {NOTHING, " "}
"""What is read where a raised mark stands."""
_MARK = re.compile(r"\d{1,3}\)")
_SURE, _SURE_OF_OTHER = 0.6, 0.8
"""Least confidence of the worst character of a mark that only completes what was read, and of one
that takes the place of another reading."""


class Raised(NamedTuple):
    """A raised mark of a line: its columns in the line's crop, and the mark as a line itself."""

    x0: int
    x1: int
    line: TextLine


def with_raised_marks(
    image: Grey,
    lines: Sequence[TextLine],
    crops: Sequence[Grey],
    read: Sequence[Sequence[Position]],
) -> list[tuple[Position, ...]]:
    """The positions of a page's lines, marks of notes as they read when they are enlarged.

    Args:
        image: height x width, the page.
        lines: where its lines are.
        crops: what the net sees of each.
        read: what it reads there.
    """
    found = [
        (number, mark)
        for number, (crop, positions, line) in enumerate(zip(crops, read, lines, strict=True))
        for mark in crop_to_raised(crop, positions, line)
    ]
    frames = crops_to_frames([line_to_crop(image, mark.line) for _, mark in found])
    calibrate = calibration.shipped()
    marks: dict[int, list[tuple[Raised, Sequence[Position]]]] = {}
    for (number, mark), each in zip(found, frames, strict=True):
        marks.setdefault(number, []).append((mark, frames_to_positions(each, calibrate)))
    return [with_marks(positions, marks.get(n, ())) for n, positions in enumerate(read)]


def crop_to_raised(crop: Grey, positions: Sequence[Position], line: TextLine) -> Iterator[Raised]:
    """Where a line has ink that ends well above the feet of its letters and is no quotation mark.

    Args:
        crop: the line as the net reads it.
        positions: what it reads there.
        line: where it is on the page.
    """
    ink = crop < _DARK
    for each, after in zip(positions, (*positions[1:], None), strict=True):
        quote = each.text in _QUOTES and after is not None and after.text in _OF_MARKS
        if quote or each.text not in _UNSURE:  # parts of letters are raised, too
            ink[:, max(0, math.floor(each.x0)) : math.ceil(each.x1)] = False
    foot = round(_BASE - _FOOT * BODY)
    for x0, x1 in _runs(np.asarray(ink.any(axis=0))):
        rows = np.flatnonzero(ink[:, x0:x1].any(axis=1))
        tall, wide = (rows[-1] + 1 - rows[0]) / BODY, (x1 - x0) / BODY
        high = rows[-1] < foot and _TALL[0] <= tall <= _TALL[1]
        if high and _WIDE[0] <= wide <= _WIDE[1]:
            yield Raised(x0, x1, _enlarged(line, (x0, x1), (int(rows[0]), int(rows[-1]) + 1)))


def _runs(inked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Stretches of columns with ink, parted by more white than a mark has inside."""
    columns = np.flatnonzero(inked)
    if len(columns):
        cuts = np.flatnonzero(np.diff(columns) > _GAP * BODY)
        starts, ends = columns[np.r_[0, cuts + 1]], columns[np.r_[cuts, len(columns) - 1]] + 1
        yield from zip(starts.tolist(), ends.tolist(), strict=True)


def _enlarged(line: TextLine, columns: tuple[int, int], rows: tuple[int, int]) -> TextLine:
    """A mark as a line of its own type: its feet are where its ink ends, but for the bracket's."""
    step, em = line.em / BODY, _SIZE * line.em
    x0, x1 = (line.box.x0 + (column - MARGIN) * step for column in columns)
    xs, ys = zip(*line.spine, strict=True)
    lift = float(np.interp((x0 + x1) / 2, xs, ys)) - HEIGHT / 2 * step
    top, bottom = (lift + row * step for row in rows)
    middle = bottom - 0.46 * em
    box = Box(math.floor(x0), math.floor(top), math.ceil(x1), math.ceil(bottom))
    return msgspec.structs.replace(line, box=box, em=em, spine=((box.x0, middle), (box.x1, middle)))


def with_marks(
    positions: Sequence[Position], found: Sequence[tuple[Raised, Sequence[Position]]]
) -> tuple[Position, ...]:
    """The positions of a line, where what was read is no whole mark with the surer reading.

    Args:
        positions: of the line.
        found: its raised marks with what was read when they were enlarged.
    """
    for mark, read in found:
        seen = [each for each in read if each.text.strip()]
        text = "".join(each.text for each in seen)
        inside = _inside(positions, mark)
        before = "".join(positions[index].text for index in inside).strip()
        least = _SURE if before and before in text else _SURE_OF_OTHER
        sure = min((each.confidence for each in seen), default=0.0)
        if sure >= least and _MARK.fullmatch(text) and not _MARK.fullmatch(before):
            positions = _replaced(positions, inside, mark, seen)
    return tuple(positions)


def _inside(positions: Sequence[Position], mark: Raised) -> range:
    """Numbers of the positions that stand where a mark does; spaces before and behind are none."""
    start = sum((each.x0 + each.x1) / 2 < mark.x0 for each in positions)
    end = max(start, sum((each.x0 + each.x1) / 2 < mark.x1 for each in positions))
    while start < end and positions[end - 1].text == " ":
        end -= 1
    return range(start, end)


def _replaced(
    positions: Sequence[Position], inside: range, mark: Raised, read: Sequence[Position]
) -> Sequence[Position]:
    width = (mark.x1 - mark.x0) / len(read)
    placed = [
        msgspec.structs.replace(each, x0=mark.x0 + n * width, x1=mark.x0 + (n + 1) * width)
        for n, each in enumerate(read)
    ]
    return (*positions[: inside.start], *placed, *positions[inside.stop :])

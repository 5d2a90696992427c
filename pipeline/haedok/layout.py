"""Pure geometry over boxes: in which order a page's lines are read. Knows no image and no text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec

from haedok.model import Box, Line

LEAST_PAIRS = 3
"""Lines that must stand side by side before a page is taken to have two columns."""
LEAST_SHARE = 0.3
"""Part of the page's lines that they must be: a table or a signature is less."""
LEAST_GAP = 0.6
"""Line heights that a gutter measures: a word space is less, even in a justified line."""
LEAST_AGAINST = 0.6
"""Pairs for each line that crosses the gutter: the rows of a table are fewer than its page's."""
ISOLATED = 1.6
"""Line pitches between a running head or foot and the text."""


def line_height(boxes: Sequence[Box]) -> float:
    """Median height of the boxes in pixels; 0 without boxes."""
    return float(median(box.height for box in boxes)) if boxes else 0.0


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines as a reader goes through them, numbered from 1; without boxes, as they come."""
    boxes = [line.box for line in lines if line.box is not None]
    order = reading_order(boxes) if len(boxes) == len(lines) else range(len(lines))
    return tuple(
        msgspec.structs.replace(lines[index], number=number)
        for number, index in enumerate(order, 1)
    )


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of line boxes as a reader goes through them: bands, in them columns, in them lines.

    A line across the gutter (a title, an abstract) ends one band and begins the next; so does a
    running head or foot, which stands apart from both columns.

    >>> reading_order([Box(0, 0, 90, 9), Box(0, 30, 90, 39), Box(0, 15, 90, 24)])
    [0, 2, 1]
    """
    rows = boxes_to_rows(boxes)
    gutter = boxes_to_gutter(boxes)
    if gutter is None:
        return [index for row in rows for index in row]
    order: list[int] = []
    columns: tuple[list[int], list[int]] = ([], [])
    apart = _isolated_rows(rows, boxes)
    for number, row in enumerate(rows):
        crossing = any(boxes[index].x0 < gutter < boxes[index].x1 for index in row)
        if crossing or number in apart:
            order += [*columns[0], *columns[1], *row]
            columns = ([], [])
            continue
        for index in row:
            columns[boxes[index].x0 >= gutter].append(index)
    return [*order, *columns[0], *columns[1]]


def boxes_to_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of boxes that stand side by side, left to right; rows from top to bottom.

    Two boxes share a row when they overlap by more than half of the lower one's height; that still
    holds where a page leans a little.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda each: (_middle(boxes[each]), each)):
        last = rows[-1][-1] if rows else None
        beside = last is not None and _share_row(boxes[last], boxes[index])
        if beside and not any(_share_column(boxes[each], boxes[index]) for each in rows[-1]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [sorted(row, key=lambda each: boxes[each].x0) for row in rows]


def boxes_to_gutter(boxes: Sequence[Box]) -> float | None:
    """The x between two columns: as many lines as can be stand left and right of it, side by side.

    None on a page of one column.
    """
    if len(boxes) < 2 * LEAST_PAIRS:
        return None
    rows = boxes_to_rows(boxes)
    sides = ((boxes[left].x1, boxes[right].x0) for row in rows for left, right in pairwise(row))
    gaps = [(left, right) for left, right in sides if right - left > LEAST_GAP * line_height(boxes)]
    if not gaps:
        return None
    # The gap that most of the gaps agree with: one line's may be wide, where it ends a paragraph.
    agreeing, x = max((sum(left <= x <= right for left, right in gaps), x) for x in _ends(gaps))
    crossing = sum(box.x0 < x < box.x1 for box in boxes)
    enough = max(LEAST_PAIRS, LEAST_SHARE * len(boxes) / 2, LEAST_AGAINST * crossing)
    return float(x) if agreeing >= enough else None


def _ends(gaps: Sequence[tuple[int, int]]) -> list[int]:
    return [right - 1 for _, right in gaps]


def _isolated_rows(rows: Sequence[Sequence[int]], boxes: Sequence[Box]) -> set[int]:
    """Numbers of the first and the last row where they stand well apart from the others."""
    if len(rows) < 4:
        return set()
    middles = [median(_middle(boxes[index]) for index in row) for row in rows]
    steps = [below - above for above, below in pairwise(middles)]
    pitch = median(steps)
    found = {0} if steps[0] > ISOLATED * pitch else set()
    return found | ({len(rows) - 1} if steps[-1] > ISOLATED * pitch else set())


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _share_row(one: Box, other: Box) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return 2 * overlap > min(one.height, other.height)


def _share_column(one: Box, other: Box) -> bool:
    overlap = min(one.x1, other.x1) - max(one.x0, other.x0)
    return 4 * overlap > min(one.width, other.width)

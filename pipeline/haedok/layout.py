"""Pure geometry over boxes: in which order a page's lines are read.

A page is cut from above: running head and foot stand apart; what crosses the gutter (a title, an
abstract, a table over both columns) parts a band of columns from the next; in a band the left
column is read before the right one, and in a column row after row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Literal

import msgspec

from haedok.cells import boxes_to_table_rows, whole_rows
from haedok.gutters import (
    Gutter,
    Rows,
    boxes_to_gutter,
    boxes_to_rows,
    crosses,
    is_full,
    line_height,
    middle_of,
    sides_of,
    within,
)
from haedok.model import Box, Line, around

BROAD_GAP = 5.0
"""Line heights between two pages of an open book: no gutter is so broad."""
ISOLATED = 1.6
"""Line pitches between a running head or foot and the text."""
MARGIN_ROWS = 2
"""Rows that a running head or foot may have."""
STRIP = 0.7
"""Line heights of white across the page that may part columns from a table over both."""


LEVEL = 0.35
"""Line heights by which the middles of cells of one row differ at most."""
CENTRAL = 0.15
"""Part of the page's width by which the margins of a table over both columns differ at most."""

Kind = Literal["columns", "cells", "across"]
"""Of a piece of a page: lines of two columns, cells of a table over both, a line over both."""


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines as a reader goes through them, numbered from 1; without boxes, as they come.

    Cells of a row of a table become one line, and so do parts of a line with a wide space.
    """
    boxes = [line.box for line in lines if line.box is not None]
    rows = reading_rows(boxes) if len(boxes) == len(lines) else [[i] for i in range(len(lines))]
    return tuple(
        _joined([lines[index] for index in row], number) for number, row in enumerate(rows, 1)
    )


def _joined(parts: Sequence[Line], number: int) -> Line:
    """One line of its parts from left to right."""
    if len(parts) == 1:
        return msgspec.structs.replace(parts[0], number=number)
    text, tokens = "", []
    for part in parts:
        text += " " * bool(text)
        tokens += [
            msgspec.structs.replace(token, start=token.start + len(text)) for token in part.tokens
        ]
        text += part.text
    first = min(parts, key=lambda part: part.cause_confidence)
    return msgspec.structs.replace(
        first,
        number=number,
        text=text,
        tokens=tuple(tokens),
        box=around(part.box for part in parts if part.box),
    )


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of line boxes as a reader goes through them: bands, in them columns, in them lines.

    >>> reading_order([Box(0, 0, 90, 9), Box(0, 30, 90, 39), Box(0, 15, 90, 24)])
    [0, 2, 1]
    """
    return [index for row in reading_rows(boxes) for index in row]


def reading_rows(boxes: Sequence[Box]) -> Rows:
    """The same, with the parts of a row together: cells of a table, or a line with a wide space.

    What stands side by side in a running head or foot are things of their own.

    >>> reading_rows([Box(0, 0, 40, 9), Box(60, 15, 90, 24), Box(0, 15, 40, 24)])
    [[0], [2, 1]]
    """
    gutter = boxes_to_gutter(boxes)
    if gutter is not None and _is_spread(gutter, boxes):
        pages = sides_of(range(len(boxes)), boxes, gutter)
        return [row for page in pages for row in within(page, boxes, reading_rows)]
    head, text, foot = _margins(boxes_to_rows(boxes), boxes, gutter)
    if gutter is None:
        text = whole_rows(text, boxes)
    else:
        text = list(_in_bands([index for row in text for index in row], boxes, gutter))
    return [*([index] for index in head), *text, *([index] for index in foot)]


def _is_spread(gutter: Gutter, boxes: Sequence[Box]) -> bool:
    """Whether the two columns are pages of an open book."""
    broad = gutter.right - gutter.left > BROAD_GAP * line_height(boxes)
    return broad and not any(crosses(box, gutter) for box in boxes)


def _margins(
    rows: Rows, boxes: Sequence[Box], gutter: Gutter | None
) -> tuple[list[int], Rows, list[int]]:
    """What stands well apart from the rest at the head and at the foot, and the rows between.

    Lines of a column do not: at its foot they are its footnotes.
    """
    if len(rows) < 4:
        return [], rows, []
    white = [
        min(boxes[index].y0 for index in below) - max(boxes[index].y1 for index in above)
        for above, below in pairwise(rows)
    ]
    least = ISOLATED * _pitch(boxes) - line_height(boxes)
    start = next((n for n in range(MARGIN_ROWS, 0, -1) if white[n - 1] > least), 0)
    end = next((n for n in range(MARGIN_ROWS, 0, -1) if white[-n] > least), 0)
    if start + end >= len(rows):
        return [], rows, []
    last = len(rows) - end
    head, foot = (_beside(part, boxes) for part in (rows[:start], rows[last:]))
    if gutter is not None and any(_is_of_column(boxes[index], boxes, gutter) for index in head):
        head, start = [], 0
    if gutter is not None and any(_is_of_column(boxes[index], boxes, gutter) for index in foot):
        foot, last = [], len(rows)
    return head, rows[start:last], foot


def _beside(rows: Rows, boxes: Sequence[Box]) -> list[int]:
    """What stands in the rows of a margin; on a page that leans, two rows may be one."""
    flat = [index for row in rows for index in row]
    across = sorted(flat, key=lambda index: boxes[index].x0)
    apart = all(boxes[one].x1 < boxes[other].x0 for one, other in pairwise(across))
    heights = [middle_of(boxes[index]) for index in flat]
    near = bool(flat) and max(heights) - min(heights) < ISOLATED * line_height(boxes)
    return across if apart and near else flat


def _is_of_column(box: Box, boxes: Sequence[Box], gutter: Gutter) -> bool:
    """Whether a line fills a column, or begins where lines of the right one do."""
    level = abs(box.x0 - gutter.right) < LEVEL * box.height and box.width > 2 * box.height
    return level or is_full(box, boxes, gutter)


def _pitch(boxes: Sequence[Box]) -> float:
    """Usual distance of a line to the next one in its column."""
    ordered = sorted(boxes, key=middle_of)
    steps = []
    for number, box in enumerate(ordered):
        below = (
            middle_of(other) - middle_of(box)
            for other in ordered[number + 1 :]
            if min(box.x1, other.x1) > max(box.x0, other.x0) and other.y0 > middle_of(box)
        )
        steps += [step for step in [next(below, None)] if step is not None]
    return median(steps) if steps else 0.0


def _in_bands(indices: Sequence[int], boxes: Sequence[Box], gutter: Gutter) -> Iterator[list[int]]:
    """Rows band by band: those of columns, and those that run over both."""
    pieces = list(_cut_at_crossing(indices, boxes, gutter))
    pieces = [piece for band in pieces for piece in _cut_at_strips(band, boxes)]
    kinds = _settled(pieces, boxes, gutter)
    for kind, group in groupby(zip(kinds, pieces, strict=True), key=lambda pair: pair[0]):
        band = [index for _, piece in group for index in piece]
        for side in sides_of(band, boxes, gutter) if kind == "columns" else [band]:
            yield from within(side, boxes, boxes_to_table_rows)


def _cut_at_crossing(
    indices: Sequence[int], boxes: Sequence[Box], gutter: Gutter
) -> Iterator[list[int]]:
    """Bands from top to bottom: one of rows across, and one of what is between two of them."""
    across = {
        index
        for row in within(indices, boxes, boxes_to_rows)
        for index in row
        if any(crosses(boxes[each], gutter) and _level(boxes[each], boxes[index]) for each in row)
    }
    ordered = sorted(indices, key=lambda index: middle_of(boxes[index]))
    for _, group in groupby(ordered, key=across.__contains__):
        yield list(group)


def _level(one: Box, other: Box) -> bool:
    return abs(middle_of(one) - middle_of(other)) < LEVEL * min(one.height, other.height)


def _cut_at_strips(indices: Sequence[int], boxes: Sequence[Box]) -> Iterator[list[int]]:
    """Cut a band where there is white from one edge of the page to the other."""
    ordered = sorted(indices, key=lambda index: boxes[index].y0)
    least = STRIP * line_height(boxes)
    piece: list[int] = []
    foot = 0
    for index in ordered:
        if piece and boxes[index].y0 - foot > least:
            yield piece
            piece = []
        foot = max(boxes[index].y1, foot) if piece else boxes[index].y1
        piece.append(index)
    if piece:
        yield piece


def _settled(pieces: Rows, boxes: Sequence[Box], gutter: Gutter) -> list[Kind]:
    """What each piece is, from top to bottom, when those beside it are heard, too."""
    kinds = [_kind(piece, boxes, gutter) for piece in pieces]
    settled: list[Kind] = []
    for kind, group in groupby(zip(kinds, pieces, strict=True), key=lambda pair: pair[0]):
        own = [piece for _, piece in group]
        table = kind != "cells" or _is_table(own, boxes, gutter)
        settled += [kind if table else "columns"] * len(own)
    return settled


def _kind(indices: Sequence[int], boxes: Sequence[Box], gutter: Gutter) -> Kind:
    """Cells do not fill the columns that they stand in."""
    if any(crosses(boxes[index], gutter) for index in indices):
        several = any(len(row) > 1 for row in within(indices, boxes, boxes_to_rows))
        return "cells" if several else "across"
    for side in sides_of(indices, boxes, gutter):
        single = [row[0] for row in within(side, boxes, boxes_to_rows) if len(row) == 1]
        if any(is_full(boxes[index], boxes, gutter) for index in single):
            return "columns"
    return "cells"


def _is_table(pieces: Rows, boxes: Sequence[Box], gutter: Gutter) -> bool:
    """Whether pieces one below the other, of cells, are a table over both columns.

    Some of its rows, or most, go on level on the other side of the gutter; it has rows of three
    cells at least; and its middle is that of the page.
    """
    cells = [index for piece in pieces for index in piece]
    if any(crosses(boxes[index], gutter) for index in cells):
        return True
    start, end = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    rows = within(cells, boxes, boxes_to_rows)
    table = around(boxes[index] for index in cells)
    central = abs((table.x0 - start) - (end - table.x1)) < CENTRAL * (end - start)
    over = [
        row
        for row in rows
        if all(sides_of(row, boxes, gutter))
        and all(_level(boxes[one], boxes[other]) for one, other in pairwise(row))
    ]
    return central and len(over) > max(1, len(rows) / 2) and max(len(row) for row in over) > 2

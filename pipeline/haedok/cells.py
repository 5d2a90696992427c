"""Pure geometry over boxes: rows of a table some of whose cells run over several lines.

Lines of one cell stand closer together than rows do. That is all that can be seen of a row where
there are no rules, and it is enough: the closest lines are looked for, and whether some of them
lack the cells of their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import mean, median

from haedok.gutters import Rows, boxes_to_rows, middle_of
from haedok.model import Box, around

APART = 1.12
"""How much further apart rows are than lines of one cell, on average, ..."""
NEXT = 1.06
"""... and the closest rows than the furthest lines."""
NARROW = 0.5
"""Part of its table's width that a line of a single cell has at most."""
LEAST_ROWS = 3
FULL, BROAD, MOST = 0.7, 5.0, 0.85
"""Part of a cell's width that a full line has, line heights that a cell of text is wide, and part
of its lines that are full where more of it follows."""


def boxes_to_table_rows(boxes: Sequence[Box]) -> Rows:
    """As ``boxes_to_rows``, but a row of a table is one row, however many lines its cells have.

    >>> cells = [Box(0, 0, 40, 9), Box(60, 0, 90, 9), Box(0, 11, 30, 20), Box(0, 26, 40, 35),
    ...     Box(60, 26, 90, 35), Box(0, 41, 40, 50), Box(60, 41, 90, 50)]
    >>> boxes_to_table_rows(cells)
    [[0, 2, 1], [3, 4], [5, 6]]
    """
    return whole_rows(boxes_to_rows(boxes), boxes)


def whole_rows(rows: Rows, boxes: Sequence[Box]) -> Rows:
    """Join the rows of lines that are one row of a table; other rows stay as they are."""
    found: Rows = []
    start = 0
    for first, end in _tables(rows, boxes):
        found += rows[start:first]
        found += _joined(rows[first:end], boxes)
        start = end
    return found + rows[start:]


def _tables(rows: Rows, boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Runs of rows (end exclusive) that may be a table: of several cells, or between such."""
    several = [number for number, row in enumerate(rows) if len(row) > 1]
    start = 0
    for place, first in enumerate(several):
        if first < start:
            continue
        end = first + 1
        for number in several[place + 1 :]:
            table = around(boxes[i] for row in (*rows[first:end], rows[number]) for i in row)
            if not all(_fits(row, table, boxes) for row in rows[end:number]):
                break
            end = number + 1
        table = around(boxes[i] for row in rows[first:end] for i in row)
        while end < len(rows) and _fits(rows[end], table, boxes) and _near(rows, end, boxes):
            end += 1
        start = end
        if end - first >= LEAST_ROWS:
            yield first, end


def _fits(row: Sequence[int], table: Box, boxes: Sequence[Box]) -> bool:
    """Whether a line may be part of a cell."""
    box = around(boxes[index] for index in row)
    inside = table.x0 - box.height <= box.x0 and box.x1 <= table.x1 + box.height
    return inside and box.width <= NARROW * table.width


def _near(rows: Rows, number: int, boxes: Sequence[Box]) -> bool:
    """Whether a line below a table is hardly further from it than lines are from each other."""
    heights = [boxes[index].height for index in rows[number - 1]]
    return _height(rows[number], boxes) - _height(rows[number - 1], boxes) < 1.5 * max(heights)


def _height(row: Sequence[int], boxes: Sequence[Box]) -> float:
    return median(middle_of(boxes[index]) for index in row)


def _joined(rows: Rows, boxes: Sequence[Box]) -> Rows:
    steps = [_height(below, boxes) - _height(above, boxes) for above, below in pairwise(rows)]
    limit = _between(steps)
    close = [step < limit for step in steps]
    most = max(len(row) for row in rows)
    after = [row for near, row in zip(close, rows[1:], strict=True) if near]
    # Rows that stand evenly seldom lack cells; what is left of a row's cells mostly does.
    lacking = 2 * sum(len(row) < most for row in after) > len(after)
    if not lacking and not _run_on(rows, close, boxes):
        return rows
    found: Rows = [list(rows[0])]
    for near, row in zip(close, rows[1:], strict=True):
        if near:
            found[-1] += row
        else:
            found.append(list(row))
    return [_by_cell(row, boxes) for row in found]


def _run_on(rows: Rows, close: Sequence[bool], boxes: Sequence[Box]) -> bool:
    """Whether lines with another one close below are full: a cell's text runs on because they are.

    Narrow cells do not count: figures below each other are equally wide.
    """
    every = [boxes[index] for row in rows for index in row]
    pairs = [
        (boxes[one], boxes[two])
        for near, (above, below) in zip(close, pairwise(rows), strict=True)
        if near
        for one in above
        for two in below
        if _shares_column(boxes[one], boxes[two])
    ]
    widths = [
        (upper.width, max(box.width for box in every if _shares_column(upper, box)), upper.height)
        for upper, _ in pairs
    ]
    counted = [own >= FULL * widest for own, widest, high in widths if widest >= BROAD * high]
    return len(counted) >= LEAST_ROWS and sum(counted) >= MOST * len(counted)


def _shares_column(one: Box, other: Box) -> bool:
    common = min(one.x1, other.x1) - max(one.x0, other.x0)
    return 2 * common > min(one.width, other.width)


def _between(steps: Sequence[float]) -> float:
    """What parts the distances of a cell's lines from those of rows; 0 where all are alike."""
    ordered = sorted(steps)
    _, place = max((high - low, n) for n, (low, high) in enumerate(pairwise(ordered), 1))
    near, far = ordered[:place], ordered[place:]
    # a heading may stand further from its table than rows from each other
    if len(far) == 1 and len(near) >= LEAST_ROWS and (limit := _between(near)):
        return limit
    alike = far[0] < NEXT * near[-1] or mean(far) < APART * mean(near)
    return 0.0 if alike else (near[-1] + far[0]) / 2


def _by_cell(row: Sequence[int], boxes: Sequence[Box]) -> list[int]:
    """Cell by cell, each from top to bottom."""
    cells: list[tuple[Box, list[int]]] = []
    for index in sorted(row, key=lambda each: boxes[each].x0):
        box = boxes[index]
        if cells and box.x0 < cells[-1][0].x1:
            cells[-1] = (cells[-1][0].union(box), [*cells[-1][1], index])
        else:
            cells.append((box, [index]))
    return [index for _, cell in cells for index in sorted(cell, key=lambda i: middle_of(boxes[i]))]

"""Pure geometry over boxes of lines: which stand side by side, and where columns are parted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from haedok.model import Box

LEAST_GAP = 0.6
"""Line heights that a gutter measures: a word space is less, even in a justified line."""
FULL = 0.7
"""Part of its column that a line of running text fills."""
LEAST_FULL = (3, 1)
"""Full lines in the fuller and in the emptier of two columns."""
LEAST_SHARE = 0.35
"""Part of the rows beside a gutter that are full lines."""
LIKE = 0.3
"""Part of the page's width by which two columns may differ in theirs."""
FLUSH = 0.6
"""Line heights by which the ends of justified lines differ at most."""
LEAST_FLUSH = 0.4
"""Part of the full lines that end flush: in a column most do, in cells of a table hardly any."""
APART = 1.15
"""How much further apart rows of a table are than lines of one cell."""
GROUPS, GROUP = 3, 3
"""Rows of a table, at least, and lines to a row, at most on average."""
_CANDIDATES = 16
"""Places of a gutter that are tried."""
_ROUNDS = 5
"""How often both of its edges are sought anew."""

Rows = list[list[int]]
"""Indices of boxes side by side, left to right; rows from top to bottom."""


class Gutter(NamedTuple):
    """White between two columns, in pixels."""

    left: float
    right: float


def line_height(boxes: Sequence[Box]) -> float:
    """Median height of the boxes in pixels; 0 without boxes."""
    return float(median(box.height for box in boxes)) if boxes else 0.0


def boxes_to_rows(boxes: Sequence[Box]) -> Rows:
    """Indices of boxes that stand side by side, left to right; rows from top to bottom.

    Two boxes share a row when they overlap by more than half of the lower one's height; that still
    holds where a page leans a little.
    """
    rows: Rows = []
    for index in sorted(range(len(boxes)), key=lambda each: (middle_of(boxes[each]), each)):
        last = rows[-1][-1] if rows else None
        beside = last is not None and _share_row(boxes[last], boxes[index])
        if beside and not any(_share_column(boxes[each], boxes[index]) for each in rows[-1]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [sorted(row, key=lambda each: boxes[each].x0) for row in rows]


def boxes_to_gutter(boxes: Sequence[Box]) -> Gutter | None:
    """The white between two columns: full lines stand left and right of it, side by side.

    None on a page of one column.
    """
    least = LEAST_GAP * line_height(boxes)
    rows = boxes_to_rows(boxes)
    sides = [(boxes[left].x1, boxes[right].x0) for row in rows for left, right in pairwise(row)]
    gaps = [(left, right) for left, right in sides if right - left > least]
    # The gaps that most of the gaps agree with: one may be wide, where a line ends a paragraph.
    votes = Counter({right: sum(a < right <= b for a, b in gaps) for _, right in gaps})
    gutters = {_around(boxes, x) for x, _ in votes.most_common(_CANDIDATES)}
    found = [(full_lines(boxes, gutter), gutter) for gutter in gutters]
    full, gutter = max(found, default=(0, Gutter(0.0, 0.0)))
    return gutter if full else None


def _around(boxes: Sequence[Box], x: int) -> Gutter:
    """The white on both sides of ``x``, where lines of a right column begin."""
    right = float(x)
    # A line that sticks out does not make the gutter narrow.
    for _ in range(_ROUNDS):
        ends = sorted(box.x1 for box in boxes if box.x1 <= right)
        left = float(ends[int(0.97 * (len(ends) - 1))])
        starts = sorted(box.x0 for box in boxes if box.x0 >= left)
        right = float(starts[int(0.03 * len(starts))])
    return Gutter(left, right)


def full_lines(boxes: Sequence[Box], gutter: Gutter) -> int:
    """How many full lines two columns beside a gutter have; 0 where they are no columns."""
    start, end = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    beside = [index for index, box in enumerate(boxes) if not crosses(box, gutter)]
    full: list[list[Box]] = []
    rows = 0
    for side in sides_of(beside, boxes, gutter):
        own = within(side, boxes, boxes_to_rows)
        rows += len(own)
        single = [boxes[row[0]] for row in own if len(row) == 1]
        full.append([box for box in single if is_full(box, boxes, gutter)])
    fewer, more = sorted(len(lines) for lines in full)
    enough = more >= LEAST_FULL[0] and fewer >= LEAST_FULL[1]
    alike = abs(gutter.left - start - (end - gutter.right)) <= LIKE * (end - start)
    if not enough or not alike or fewer + more < LEAST_SHARE * rows:
        return 0
    flush = min(_flush(lines, line_height(boxes)) for lines in full)
    mostly = fewer + more > len(boxes) - len(beside)
    columns = flush >= LEAST_FLUSH and not _of_table([boxes[index] for index in beside])
    return fewer + more if columns or mostly else 0


def is_full(box: Box, boxes: Sequence[Box], gutter: Gutter) -> bool:
    """Whether a line beside a gutter fills most of its column on a page of lines ``boxes``."""
    if box.x0 + box.x1 < gutter.left + gutter.right:
        return box.width >= FULL * (gutter.left - min(each.x0 for each in boxes))
    return box.width >= FULL * (max(each.x1 for each in boxes) - gutter.right)


def _flush(lines: Sequence[Box], height: float) -> float:
    """Part of the lines whose ends are level with those of most."""
    end = median(box.x1 for box in lines)
    return sum(abs(box.x1 - end) <= FLUSH * height for box in lines) / len(lines)


def _of_table(boxes: Sequence[Box]) -> bool:
    """Whether lines on two sides come in small groups, again and again, and on both at once.

    So do the rows of a table whose cells have several lines; paragraphs of two columns do not.
    """
    rows = boxes_to_rows(boxes)
    steps = [
        min(middle_of(boxes[index]) for index in below)
        - max(middle_of(boxes[index]) for index in above)
        for above, below in pairwise(rows)
    ]
    if len(steps) < GROUPS:
        return False
    usual = sorted(steps)[len(steps) // 4]
    groups = 1 + sum(step > APART * usual for step in steps)
    return groups >= GROUPS and len(rows) <= GROUP * groups


def crosses(box: Box, gutter: Gutter) -> bool:
    """Whether a line runs over both columns."""
    middle = (gutter.left + gutter.right) / 2
    return box.x0 < min(middle, gutter.left + 1) and box.x1 > max(middle, gutter.right - 1)


def sides_of(
    indices: Iterable[int], boxes: Sequence[Box], gutter: Gutter
) -> tuple[list[int], list[int]]:
    """Those of the boxes that stand left and right of a gutter."""
    sides: tuple[list[int], list[int]] = ([], [])
    for index in indices:
        centre = (boxes[index].x0 + boxes[index].x1) / 2
        sides[centre >= (gutter.left + gutter.right) / 2].append(index)
    return sides


def within(
    indices: Sequence[int], boxes: Sequence[Box], ordered: Callable[[Sequence[Box]], Rows]
) -> Rows:
    """Rows of some of the boxes alone."""
    rows = ordered([boxes[index] for index in indices])
    return [[indices[each] for each in row] for row in rows]


def middle_of(box: Box) -> float:
    """Height of its middle."""
    return (box.y0 + box.y1) / 2


def _share_row(one: Box, other: Box) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return 2 * overlap > min(one.height, other.height)


def _share_column(one: Box, other: Box) -> bool:
    overlap = min(one.x1, other.x1) - max(one.x0, other.x0)
    return 4 * overlap > min(one.width, other.width)

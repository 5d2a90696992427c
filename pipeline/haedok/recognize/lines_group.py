"""Pieces of ink → lines: small gaps are closed to words, neighbouring words linked to lines."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from haedok.prepare.grey import Mask
from haedok.recognize.lines_ink import Floats, Ink, Ints

_WITHIN = 0.3
"""Gap in ems that letters of a word may have."""
_WORDS = 1.9
"""Widest gap in ems between words of a line; a gutter is often less, and found by its height."""
_GUTTER = (1.1, 7.0)
"""Least width and height in ems of a white strip between columns: five lines, whose gaps chance
will not align."""


def pieces_to_lines(ink: Ink, wanted: Mask, em: float, gutters: Mask) -> Ints:
    """Number of the line, from 0, that each piece of ink belongs to; -1 for none.

    Args:
        ink: the page's pieces.
        wanted: N, those that may be text.
        em: size of the type in pixels of the pieces.
        gutters: see ``ink_to_gutters``.
    """
    if not wanted.any():
        return np.full(len(wanted), -1, dtype=np.int64)
    words = _pieces_to_words(ink, wanted, em)
    boxes, middles = extents(ink, words)
    pairs = _neighbours(boxes, em)
    sides = _sides(boxes[pairs[:, 0]], boxes[pairs[:, 1]])
    stacked, beside = _stacked(sides, em), _beside(sides, em)
    cost = np.maximum(sides.gap, 0) + np.abs(middles[pairs[:, 0]] - middles[pairs[:, 1]])
    pairs = np.concatenate([pairs[stacked], _nearest(pairs[beside], cost[beside], len(boxes))])
    barrier = Barrier(gutters, cell_side(ink.em))
    pairs = pairs[~barrier.between(boxes[pairs[:, 0]], boxes[pairs[:, 1]])]
    lines = joined(len(boxes), pairs)
    return np.where(words >= 0, lines[words], -1)


def _pieces_to_words(ink: Ink, wanted: Mask, em: float) -> Ints:
    """Number of the word of each piece, from 0; -1 for those that are not wanted."""
    some = wanted[ink.owners]
    rows, columns, owners = ink.rows[some], ink.columns[some], ink.owners[some]
    mask = np.zeros(ink.shape, dtype=np.uint8)
    mask[rows, columns] = 1
    kernel = np.ones((1, max(3, round(_WITHIN * em)) | 1), np.uint8)
    _, grouped = cv2.connectedComponents(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel))
    words = np.full(len(wanted), -1, dtype=np.int64)
    words[owners] = grouped[rows, columns] - 1
    return words


def extents(ink: Ink, groups: Ints) -> tuple[Floats, Floats]:
    """Boxes (G x 4) and heights of the middle of the ink (G) of groups of pieces."""
    some = groups >= 0
    index, boxes, count = groups[some], ink.boxes[some], int(groups.max()) + 1
    extents = np.full((count, 4), np.inf)
    extents[:, 2:] = -np.inf
    np.minimum.at(extents[:, :2], index, boxes[:, :2])
    np.maximum.at(extents[:, 2:], index, boxes[:, 2:])
    weight = np.bincount(index, ink.area[some], count)
    moment = np.bincount(index, ink.area[some] * ink.middles[some, 1], count)
    return extents, moment / np.maximum(weight, 1e-9)


def _neighbours(boxes: Floats, em: float) -> Ints:
    """Pairs P x 2 of groups whose rows overlap or nearly do; each pair once, the left one first."""
    reach = 0.25 * em
    order = np.argsort(boxes[:, 1], kind="stable")
    tops = boxes[order, 1]
    ends = np.searchsorted(tops, boxes[order, 3] + reach)
    here = np.arange(len(order))
    counts = np.maximum(ends - here - 1, 0)
    one = np.repeat(here, counts)
    two = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
    pairs = order[np.stack([one, two], axis=1)]
    swap = boxes[pairs[:, 0], ::2].sum(axis=1) > boxes[pairs[:, 1], ::2].sum(axis=1)
    pairs[swap] = pairs[swap, ::-1]
    return np.asarray(pairs, dtype=np.int64)


class _Sides(NamedTuple):
    """Measures of pairs of groups, in pixels; gaps are negative where the two overlap."""

    gap: Floats
    rise: Floats
    """The gap between their rows."""
    width: Floats
    height: Floats
    """Of the two together."""
    narrow: Floats
    wide: Floats
    low: Floats
    high: Floats
    short: Floats
    """Longer side of the smaller one."""


def _sides(one: Floats, two: Floats) -> _Sides:
    ends, starts = np.minimum(one, two), np.maximum(one, two)
    sizes = np.stack([one[:, 2:] - one[:, :2], two[:, 2:] - two[:, :2]])
    narrow, low = sizes.min(axis=0).T
    return _Sides(
        gap=starts[:, 0] - ends[:, 2],
        rise=starts[:, 1] - ends[:, 3],
        width=starts[:, 2] - ends[:, 0],
        height=starts[:, 3] - ends[:, 1],
        narrow=narrow,
        wide=sizes[:, :, 0].max(axis=0),
        low=low,
        high=sizes[:, :, 1].max(axis=0),
        short=sizes.max(axis=2).min(axis=0),
    )


def _stacked(sides: _Sides, em: float) -> Mask:
    """Whether groups one above the other are parts of one letter (으, =, i)."""
    close = (-sides.gap > 0.3 * sides.narrow) & (sides.rise < 0.25 * em)
    # A rule below a word is wider than the widest stroke (ㅡ).
    close &= (sides.low > 0.22 * em) | (sides.wide < 1.1 * em)
    return np.asarray(close & (sides.height < 1.1 * em) & (sides.width < 1.5 * em))


def _beside(sides: _Sides, em: float) -> Mask:
    """Whether groups may be neighbours in a line."""
    # A dot far from everything is a speck.
    widest = np.minimum(_WORDS * em, 0.35 * em + 2.2 * sides.short)
    near = (sides.gap > -0.5 * em) & (sides.gap < widest)
    level = (-sides.rise > 0.5 * sides.low) & (
        sides.height < np.maximum(1.6 * em, 1.15 * sides.high)
    )
    return np.asarray(near & level)


def _nearest(pairs: Ints, cost: Floats, count: int) -> Ints:
    """Of pairs of neighbours those that are the nearest to the right or left of one of the two."""
    order = np.argsort(cost, kind="stable")[::-1]
    best = np.full((2, count), -1)
    for side in (0, 1):
        best[side, pairs[order, side]] = order  # the last one stays: the cheapest
    return np.asarray(pairs[np.unique(best[best >= 0])])


class Barrier(NamedTuple):
    """Strips that no line crosses: height x width in cells of ``side`` pixels."""

    cells: Mask
    side: int

    def between(self, one: Floats, two: Floats) -> Mask:
        """Whether a strip lies between two boxes side by side; both P x 4."""
        height, width = self.cells.shape
        left, right = np.minimum(one[:, 2], two[:, 2]), np.maximum(one[:, 0], two[:, 0])
        y = (np.maximum(one[:, 1], two[:, 1]) + np.minimum(one[:, 3], two[:, 3])) / 2
        row = np.clip((y / self.side).astype(np.int64), 0, height - 1)
        start = np.clip((left / self.side).astype(np.int64), 0, width)
        end = np.clip(np.ceil(right / self.side).astype(np.int64), start, width)
        sums = np.cumsum(np.pad(self.cells.astype(np.int64), ((0, 0), (1, 0))), axis=1)
        return np.asarray(sums[row, end] > sums[row, start])


def cell_side(em: float) -> int:
    """Pixels of the side of the cells in which gutters are looked for: a seventh of an em."""
    return max(1, round(em / 7))


def ink_to_gutters(ink: Ink, text: Mask) -> Mask:
    """White strips between columns, in cells: wide and high, with text on both of their sides."""
    side = cell_side(ink.em)
    large = text & (np.maximum(ink.heights, ink.widths) > 0.3 * ink.em)
    some = large[ink.owners]
    inked = np.zeros((ink.shape[0] // side + 1, ink.shape[1] // side + 1), dtype=np.uint8)
    inked[ink.rows[some] // side, ink.columns[some] // side] = 1
    rows = cv2.dilate(inked, np.ones((round(1.2 * ink.em / side), 1), np.uint8))
    left = np.maximum.accumulate(rows, axis=1)
    right = np.maximum.accumulate(rows[:, ::-1], axis=1)[:, ::-1]
    wide, high = (round(length * ink.em / side) for length in _GUTTER)
    between = cv2.morphologyEx((1 - inked) & left & right, cv2.MORPH_OPEN, np.ones((high, wide)))
    white = cv2.morphologyEx(1 - inked, cv2.MORPH_OPEN, np.ones((1, wide)))
    return _runs_with(white.astype(np.bool_), between.astype(np.bool_))


def _runs_with(mask: Mask, seeds: Mask) -> Mask:
    """Vertical runs of a mask in which there is a seed: a gutter goes on past a heading."""
    columns = np.pad(mask.T, ((0, 0), (1, 0)))
    starts = columns[:, 1:] & ~columns[:, :-1]
    run = np.cumsum(starts.ravel()).reshape(starts.shape)
    chosen = np.zeros(run[-1, -1] + 1, dtype=np.bool_)
    chosen[run[seeds.T & mask.T]] = True
    return np.asarray((chosen[run] & mask.T).T)


def joined(count: int, pairs: Ints) -> Ints:
    """Number of the set, from 0, that each of ``count`` things is in when pairs are joined."""
    label = np.arange(count)
    while len(pairs):
        least = label.copy()
        for one, two in ((0, 1), (1, 0)):
            np.minimum.at(least, label[pairs[:, one]], label[pairs[:, two]])
        least = least[least[label]]
        if (least == label).all():
            break
        label = least
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)

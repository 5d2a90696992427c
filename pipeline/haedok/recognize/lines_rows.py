"""Lines on the page laid flat: large type, parts of one line, what is no line, strays."""

from __future__ import annotations

import numpy as np

from haedok.prepare.grey import Mask
from haedok.recognize.lines_group import Barrier, cell_side, extents, joined, pieces_to_lines
from haedok.recognize.lines_ink import DARK, TALL, Floats, Ink, Ints, heights_to_em

_SAME = 0.45
"""Ems between the middles of parts of a line."""
_WORDS = 1.9
"""Ems between its words."""
_REACH = 0.62
"""Ems from the middle of a line to that of its furthest accent, note mark or comma."""
_LEVEL = 0.5
"""The same for level strokes: further down they are rules."""
_FITTING = 1.9
"""Height in ems of what can be found together with body text."""
_TWO_LINES = 1.15
"""Height in ems that two lines exceed."""
_LARGER = 1.6
"""Height in ems of the page that one line of larger type may have."""
_LIMITS = ((np.minimum, 1), (np.maximum, 3))
_NARROW, _AROUND = 2.5, 0.6
"""Width in ems up to which a line may be a smear, and how far around it other ink counts."""
_SMEARED = 0.2
"""Part of that neighbourhood that is ink of no line: rules of a table come to 0.09 at most, and
the edge of a shadow to 0.29 at least."""
_STRAY = 0.07
"""Longer side of the smallest dot in ems."""


def flattened(ink: Ink, drops: Floats) -> Ink:
    """The pieces where they would be on a page without bend."""
    boxes = ink.boxes.copy()
    boxes[:, [1, 3]] -= drops[:, None]
    return ink._replace(boxes=boxes)


def with_titles(flat: Ink, lines: Ints, tall: Mask, gutters: Mask) -> Ints:
    """Give tall pieces lines of their own, unless they are lines of body text that touch.

    Small parts of large letters leave the lines that they seemed to be.
    """
    tall = tall & ~_bridging(flat, lines, tall)
    fitting = _fitting(flat, tall, gutters)
    if fitting.any():
        lines = pieces_to_lines(flat, (lines >= 0) | fitting, flat.em, gutters)
    tall &= ~fitting
    if not tall.any():
        return lines
    em = heights_to_em(flat.heights[tall])
    titles = pieces_to_lines(flat, tall, em, gutters)
    boxes, _ = extents(flat, titles)
    counts = np.bincount(titles[titles >= 0])
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    dense = (counts >= 2) & (wide < 3.5 * counts * high) & (high < 1.4 * em)
    inside = _inside(flat, boxes, 0.9) & dense
    mine = np.where(inside.any(axis=1), inside.argmax(axis=1), -1)
    mine = np.where(titles >= 0, np.where(dense[titles], titles, -1), mine)
    rest = (lines >= 0) & (mine < 0)
    if (mine[lines >= 0] >= 0).any():
        lines = pieces_to_lines(flat, rest, flat.em, gutters)
    else:
        lines = np.where(rest, lines, -1)
    return _numbered(np.where(mine >= 0, mine + lines.max() + 1, lines))


def _fitting(flat: Ink, tall: Mask, gutters: Mask) -> Mask:
    """Which tall pieces are found together with body text: none beside still taller ones."""
    fitting = tall & (flat.heights < _FITTING * flat.em)
    if not (tall & ~fitting).any():
        return fitting
    lines = pieces_to_lines(flat, tall, heights_to_em(flat.heights[tall]), gutters)
    taller = np.zeros(int(lines.max()) + 1, dtype=np.bool_)
    taller[lines[tall & ~fitting]] = True
    return np.asarray(fitting & ~taller[lines])


def _numbered(lines: Ints) -> Ints:
    """The same lines, numbered from 0 without gaps."""
    kept, numbers = np.unique(lines, return_inverse=True)
    return np.asarray(numbers - (1 if kept[0] < 0 else 0), dtype=np.int64)


def _bridging(flat: Ink, lines: Ints, tall: Mask) -> Mask:
    """Which tall pieces join two lines, whose other letters stand beside them."""
    if not (lines >= 0).any():
        return np.zeros(len(lines), dtype=np.bool_)
    boxes, middles = extents(flat, lines)
    long = boxes[:, 2] - boxes[:, 0] > 3 * flat.em
    x0, y0, x1, y1 = (flat.boxes[:, [side]] for side in range(4))
    near = 1.5 * flat.em
    through = (boxes[:, 0] < x1 + near) & (boxes[:, 2] > x0 - near) & long
    through &= (middles > y0 - 0.1 * flat.em) & (middles < y1 + 0.1 * flat.em)
    first = np.where(through, middles, np.inf).min(axis=1)
    last = np.where(through, middles, -np.inf).max(axis=1)
    return np.asarray(tall & (last - first > 1.1 * flat.em))


def _inside(flat: Ink, boxes: Floats, beside: float) -> Mask:
    """N x G: whether a piece's middle is in the rows of a box, and at most so far beside it."""
    x, y = flat.middles[:, [0]], flat.middles[:, [1]]
    reach = beside * (boxes[:, 3] - boxes[:, 1])
    inside = (x > boxes[:, 0] - reach) & (x < boxes[:, 2] + reach)
    return np.asarray(inside & (y > boxes[:, 1]) & (y < boxes[:, 3]))


def settled(flat: Ink, lines: Ints, strays: Mask, gutters: Mask) -> Ints:
    """Join parts of one line, drop what is none, and give each the dots and marks near it."""
    # Pictures go first: what lies in one would be taken for its parts.
    lines = _whole(flat, _numbered(_without_pictures(flat, lines)), gutters)
    # Where only parts of a title were joined, the feet of its letters lie outside of each.
    lines = _whole(flat, lines, gutters)
    lines = _numbered(_without_noise(flat, _without_pictures(flat, lines)))
    return _adopted(flat, lines, strays)


def _whole(flat: Ink, lines: Ints, gutters: Mask) -> Ints:
    if not (lines >= 0).any():
        return lines
    boxes, middles = extents(flat, lines)
    em = np.maximum(flat.em, 0.9 * (boxes[:, 3] - boxes[:, 1]))
    em = np.minimum(em[:, None], em)
    gap = np.maximum(boxes[:, [0]], boxes[:, 0]) - np.minimum(boxes[:, [2]], boxes[:, 2])
    same = (np.abs(middles[:, None] - middles) < _SAME * em) & (gap < _WORDS * em)
    same |= _within(boxes, middles, flat.em)
    pairs = np.argwhere(np.triu(same, 1))
    barrier = Barrier(gutters, cell_side(flat.em))
    pairs = pairs[~barrier.between(boxes[pairs[:, 0]], boxes[pairs[:, 1]])]
    whole = joined(len(boxes), pairs)
    return np.where(lines >= 0, whole[lines], -1)


def _within(boxes: Floats, middles: Floats, em: float) -> Mask:
    """L x L: whether a line is but the lower parts of letters of another one."""
    heights = boxes[:, 3] - boxes[:, 1]
    x = (boxes[:, [0]] + boxes[:, [2]]) / 2
    inside = (middles[:, None] > boxes[:, 1]) & (middles[:, None] < boxes[:, 3])
    inside &= 1.25 * heights[:, None] < heights
    top, foot = (limit.outer(boxes[:, side], boxes[:, side]) for limit, side in _LIMITS)
    both = np.where(np.eye(len(boxes), dtype=np.bool_), np.inf, foot - top)
    # only of the nearest: a foot between two lines would join them
    nearest = both <= both.min(axis=1, keepdims=True)
    inside |= nearest & (both < _TWO_LINES * em) & (heights > 0.5 * em)
    # where most of the page is set smaller, the feet of larger letters reach into their line
    overlapping = both < heights[:, None] + heights
    small = heights[:, None] < 0.6 * heights
    inside |= nearest & overlapping & small & (both < _LARGER * em)
    inside &= (x > boxes[:, 0]) & (x < boxes[:, 2])
    return np.asarray(inside | inside.T)


def _without_noise(flat: Ink, lines: Ints) -> Ints:
    if not (lines >= 0).any():
        return lines
    some, count = lines >= 0, int(lines.max()) + 1
    boxes, _ = extents(flat, lines)
    tallest = np.zeros(count)
    np.maximum.at(tallest, lines[some], flat.heights[some])
    area = np.bincount(lines[some], flat.area[some], count)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    good = (tallest > 0.35 * flat.em) & (wide > 0.27 * tallest) & (area > 0.04 * flat.em**2)
    # A syllable by itself may be of low parts only (를).
    good |= (np.minimum(wide, high) > 0.6 * flat.em) & (area > 0.15 * flat.em**2)
    return np.where(some & good[lines], lines, -1)


def _without_pictures(flat: Ink, lines: Ints) -> Ints:
    """Drop large lines that are hardly more than one broad dark piece: no letter is so broad.

    Letters that touch are, but they leave more paper white.
    """
    if not (lines >= 0).any():
        return lines
    some, count = lines >= 0, int(lines.max()) + 1
    boxes, _ = extents(flat, lines)
    tallest, widest = np.zeros(count), np.zeros(count)
    np.maximum.at(tallest, lines[some], flat.heights[some])
    dark = flat.area > DARK * flat.heights * flat.widths
    np.maximum.at(widest, lines[some], np.where(dark, flat.widths, 0)[some])
    broad = (widest > 0.3 * (boxes[:, 2] - boxes[:, 0])) & (widest > 1.5 * tallest)
    return np.where(some & (broad & (tallest > TALL * flat.em))[lines], -1, lines)


def _adopted(flat: Ink, lines: Ints, strays: Mask) -> Ints:
    """Dots and dashes beside letters are signs and parts of letters."""
    longer = np.maximum(flat.heights, flat.widths)
    strays = strays & (lines < 0) & (longer >= max(1.0, _STRAY * flat.em))
    if not strays.any() or not (lines >= 0).any():
        return lines
    boxes, middles = extents(flat, lines)
    em = np.maximum(0.7 * flat.em, boxes[:, 3] - boxes[:, 1])
    reach = np.where(longer[strays] < 0.5 * flat.em, _REACH, _LEVEL)
    x0, _, x1, _ = (flat.boxes[strays][:, [side]] for side in range(4))
    away = np.abs(flat.middles[strays][:, [1]] - middles) / em
    beside = (x1 > boxes[:, 0] - 0.35 * em) & (x0 < boxes[:, 2] + 0.35 * em)
    away = np.where(beside, away, np.inf)
    adopted = lines.copy()
    adopted[strays] = np.where(away.min(axis=1) < reach, away.argmin(axis=1), -1)
    return adopted


def without_smears(ink: Ink, lines: Ints) -> Ints:
    """Drop narrow lines amid other ink: the frayed edge of a shadow falls to pieces like letters.

    Args:
        ink: the page's pieces, where they are.
        lines: number of the line of each, -1 for none.
    """
    if not (lines >= 0).any():
        return lines
    boxes, _ = extents(ink, lines)
    narrow = boxes[:, 2] - boxes[:, 0] < _NARROW * ink.em
    around = boxes + np.array([-1, -1, 1, 1]) * _AROUND * ink.em
    limit = np.array([ink.shape[1], ink.shape[0]] * 2)
    x0, y0, x1, y1 = np.clip(np.rint(around), 0, limit).astype(np.int64).T
    other = lines[ink.owners] < 0
    dark = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1))
    dark[ink.rows[other] + 1, ink.columns[other] + 1] = 1
    sums = dark.cumsum(axis=0).cumsum(axis=1)
    count = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    smears = narrow & (count > _SMEARED * np.maximum((x1 - x0) * (y1 - y0), 1))
    return _numbered(np.where((lines >= 0) & smears[lines], -1, lines))

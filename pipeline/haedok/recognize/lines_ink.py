"""Ink of a page for finding its lines: connected pieces, their kinds, the size of the type."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.grey import Grey, Mask

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DPI = 150
"""Resolution that lines are found at: type of 10 points is 21 pixels high, a stroke 1 or 2."""
_EMS = (12.0, 34.0)
"""Pixels that the type may measure there; beyond, the resolution was not what was said."""
_DARK = 0.36
"""Part of the way from paper to ink at which ink begins, for the page and ..."""
_DARKER = 0.2
"""... for the neighbourhood: a shadow is darker than the page, not than what lies around."""
_RULE = 72
"""Pixels of a level piece of a rule: more than any stroke of a letter or a dash for a name."""
_THIN = 7
"""Pixels that are too many for its thickness."""
_SIDE, _REACH = 14, 2
"""Pixels of the lowest cell of a table, and how near its sides come to the rules."""

SPECK = 0.12
"""Longer side of the largest speck in ems; full stops are about as large."""
TALL = 1.4
"""Height in ems of what is no letter of body text."""
TALLEST = 3.0
"""Height in ems of what is no letter of a title either."""

DARK = 0.5
"""Part of its box that a piece of a picture fills with ink; letters that touch seldom do."""


class Ink(NamedTuple):
    """The pieces of ink of a page, in pixels of an image that is ``scale`` times smaller."""

    boxes: Floats
    """N x 4 (x0, y0, x1, y1), ends exclusive."""
    area: Floats
    """N, pixels of ink."""
    rows: Ints
    columns: Ints
    owners: Ints
    """Of every pixel of ink: where it is, and the number of its piece."""
    shape: tuple[int, int]
    """Height and width of the smaller image."""
    scale: float
    em: float
    """Size of most of the type; 0 where there is none."""
    rules: Mask
    """Height x width, pixels of the level rules that were taken away, and ..."""
    sides: Mask
    """... of the upright ones between them."""

    @property
    def heights(self) -> Floats:
        """Height of every piece."""
        return np.asarray(self.boxes[:, 3] - self.boxes[:, 1])

    @property
    def widths(self) -> Floats:
        """Width of every piece."""
        return np.asarray(self.boxes[:, 2] - self.boxes[:, 0])

    @property
    def middles(self) -> Floats:
        """N x 2: x, y of the middle of every piece."""
        return np.asarray((self.boxes[:, :2] + self.boxes[:, 2:]) / 2)


def image_to_ink(image: Grey, dpi: float) -> Ink:
    """The pieces of ink of a level page, seen at a resolution that suits its type.

    Args:
        image: height x width, dark on light.
        dpi: pixels per inch, a first guess only; 0 where unknown.
    """
    step = max(1, round((dpi or 2 * _DPI) / _DPI))
    ink = _image_to_ink(image, step)
    if ink.em > _EMS[1] or (0 < ink.em < _EMS[0] and step > 1):
        better = max(1, round(step * ink.em / (_EMS[0] * 1.6)))
        ink = _image_to_ink(image, better) if better != step else ink
    return ink


def _image_to_ink(image: Grey, step: int) -> Ink:
    small = image
    if step > 1:
        height, width = (max(1, length // step) for length in image.shape)
        part = image[: height * step, : width * step]
        small = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA))
    dark = dark_pixels(small)
    rules = _rules(dark)
    sides = _between(dark & ~rules, rules)
    dark &= ~(rules | sides)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    boxes = stats[1:, :4].astype(np.float64)
    boxes[:, 2:] += boxes[:, :2]
    area = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    rows, columns = np.nonzero(dark)
    owners = labels[rows, columns].astype(np.int64) - 1
    em = heights_to_em(boxes[:, 3] - boxes[:, 1])
    shape = (dark.shape[0], dark.shape[1])
    return Ink(boxes, area, rows, columns, owners, shape, float(step), em, rules, sides)


def dark_pixels(image: Grey) -> Mask:
    """Where ink is: darker than the page's paper, and than the paper around it."""
    ink, paper = np.percentile(image[::3, ::3], (0.3, 70))
    contrast = max(float(paper - ink), 40.0)
    around = cv2.blur(image, (61, 61))
    level = cv2.subtract(around, np.full_like(around, round(_DARKER * contrast)))
    return np.asarray((image < level) & (image < paper - _DARK * contrast), dtype=np.bool_)


def _rules(dark: Mask) -> Mask:
    """Long thin level strokes; letters that touch them stay.

    Of upright ones only those between two such are rules: most are edges of bars in a chart, which
    would fall to pieces.
    """
    level = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    thick = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((_THIN, 1), np.uint8))
    return np.asarray((level > 0) & (thick == 0))


def _between(rest: Mask, rules: Mask) -> Mask:
    """Upright strokes that reach from one level rule to another: sides of a table's cells."""
    if not rules.any():
        return np.zeros_like(rest)
    strokes = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_OPEN, np.ones((_SIDE, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    near = cv2.dilate(rules.astype(np.uint8), np.ones((2 * _REACH + 1, 3), np.uint8)) > 0
    chosen = np.zeros(count, dtype=np.bool_)
    for number in range(1, count):
        x, y, width, height = stats[number, :4]
        if width < _THIN:
            top, foot = near[y, x : x + width], near[y + height - 1, x : x + width]
            chosen[number] = top.any() and foot.any()
    return np.asarray(chosen[labels])


def heights_to_em(heights: Floats) -> float:
    """Size of the type from the heights of its pieces; 0 without any.

    Median of the heights weighed by their squares: that of the tall strokes and of the whole
    syllables, whatever there is of specks and of parts of letters.
    """
    heights = np.sort(heights[(heights >= 4) & (heights <= 150)])
    if len(heights) == 0:
        return 0.0
    # A few pictures must not outweigh the letters.
    heights = heights[heights <= 3 * _weighed_median(heights, heights)]
    return _weighed_median(heights, heights**2) / 0.88


def _weighed_median(ordered: Floats, weights: Floats) -> float:
    sums = np.cumsum(weights)
    return float(ordered[np.searchsorted(sums, sums[-1] / 2)])


class Kinds(NamedTuple):
    """What each piece of ink may be; what is in none of these is a rule, a frame, a picture."""

    body: Mask
    """A letter of body text, or a large part of one."""
    tall: Mask
    """A letter of a title, or letters of two lines that touch."""
    small: Mask
    """A dot or a level stroke: of a letter, a sign by itself, a speck or a bit of a rule."""


def ink_to_kinds(ink: Ink) -> Kinds:
    """Sort the pieces of ink by their size and shape."""
    em, heights, widths = ink.em, ink.heights, ink.widths
    longer, shorter = np.maximum(heights, widths), np.minimum(heights, widths)
    small = longer < max(2.0, SPECK * em)
    small |= (heights < 0.25 * em) & (widths > 0.5 * em) & (widths > 3 * heights)
    rule = (heights > 8 * widths) & (heights > 1.8 * em) & (widths < 0.35 * em)
    solid = (ink.area > 0.8 * heights * widths) & (shorter > 0.6 * em)
    frame = (longer > 3 * em) & (ink.area < 0.12 * heights * widths)
    other = rule | solid | frame | (heights > TALLEST * em) | (widths > 15 * em)
    other |= _inside_pictures(ink) | (small & (widths > 8 * em))
    tall = heights > TALL * em
    return Kinds(~other & ~small & ~tall, ~other & tall, ~other & small)


def _inside_pictures(ink: Ink) -> Mask:
    """Which pieces lie in a large dark one: the dots of a printed tone."""
    heights, widths = ink.heights, ink.widths
    height, width = ink.shape
    filled, shorter = ink.area / (heights * widths), np.minimum(heights, widths)
    large = (shorter > 2 * ink.em) & (filled > DARK)
    large |= (shorter > TALLEST * ink.em) & (filled > 0.3)
    large &= (heights < 0.6 * height) & (widths < 0.6 * width)
    inside = np.zeros(len(heights), dtype=np.bool_)
    x, y = ink.middles.T
    for x0, y0, x1, y1 in ink.boxes[large]:
        inside |= (x > x0) & (x < x1) & (y > y0) & (y < y1)
    return inside

"""A line of the page → the picture of it that the net reads, and places in it back to the page.

A crop is 48 pixels high and as long as the line, with the middle of the bodies on its axis and a
body 32 pixels high, whatever the size of the type and however the page is curled.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box
from haedok.recognize.own.contrast import levels, normalised

if TYPE_CHECKING:
    from haedok.recognize.lines import TextLine

Grey = NDArray[np.uint8]

HEIGHT, BODY = 48, 32
"""Rows of a crop, and how many of them a body takes."""
MARGIN = 8
"""Columns of white paper before and behind the line."""
_EDGE = 2
"""Columns beyond the line's ink that are still taken from the page: ink has a blurred edge."""
_SMOOTH = 1.5
"""Shrinking by more than this needs all pixels, not the nearest four."""


def line_to_crop(image: Grey, line: TextLine) -> Grey:
    """The picture of one line, evenly lit, black on white.

    Args:
        image: height x width, the page.
        line: box, body height and middle line, in pixels of the page.

    Returns:
        48 x W; W is the line's width at that scale and 8 columns of paper on both sides.
    """
    x, y, normal = _columns(line)
    step = line.em / BODY
    offsets = ((np.arange(HEIGHT, dtype=np.float32) + 0.5 - HEIGHT / 2) * step)[:, None]
    xs, ys = x - offsets * normal, y + offsets
    part, left, top, shrunk = _neighbourhood(image, (xs, ys), step)
    paper = levels(part)[1]
    taken = cv2.remap(
        part,
        (xs - left) * shrunk - 0.5,
        (ys - top) * shrunk - 0.5,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(float(paper),),
    )
    crop = np.asarray(taken, np.uint8)
    crop[:, : MARGIN - _EDGE] = crop[:, crop.shape[1] - MARGIN + _EDGE :] = paper
    return normalised(crop)


def span_to_box(line: TextLine, x0: float, x1: float) -> Box:
    """Where a stretch of a line's crop lies on the page: as high as a body, inside the line's box.

    Args:
        line: the line that the crop is of.
        x0: first column of the crop.
        x1: the column behind the last.
    """
    step, box = line.em / BODY, line.box
    left, right = (box.x0 + (x - MARGIN) * step for x in (x0, x1))
    left = min(max(left, box.x0), box.x1 - 1)
    right = min(max(right, left + 1), box.x1)
    middle = float(np.interp((left + right) / 2, *_spine(line)))
    top = max(box.y0, math.floor(middle - line.em / 2))
    bottom = min(box.y1, math.ceil(middle + line.em / 2))
    if bottom <= top:
        top, bottom = box.y0, box.y1
    return Box(math.floor(left), top, math.ceil(right), bottom)


def _columns(line: TextLine) -> tuple[NDArray[np.float32], ...]:
    """For each column of the crop: where it meets the spine, and how far its foot leans left."""
    step = line.em / BODY
    width = math.ceil(line.box.width / step) + 2 * MARGIN
    x = line.box.x0 + (np.arange(width) + 0.5 - MARGIN) * step
    y = np.interp(x, *_spine(line))
    return tuple(np.asarray(each, np.float32) for each in (x, y, np.gradient(y, x)))


def _spine(line: TextLine) -> tuple[list[float], list[float]]:
    return [x for x, _ in line.spine], [y for _, y in line.spine]


def _neighbourhood(
    image: Grey, points: tuple[NDArray[np.float32], ...], step: float
) -> tuple[Grey, int, int, float]:
    """The part of the page around some points, shrunk if it must be, its corner and its scale.

    Taking single pixels of a page that is much too large would lose thin strokes between them, so
    it is first brought near the right size by averaging.
    """
    xs, ys = points
    height, width = image.shape
    left, top = max(0, int(xs.min()) - 1), max(0, int(ys.min()) - 1)
    part = image[
        min(top, height - 1) : max(min(height, int(ys.max()) + 2), top + 1),
        min(left, width - 1) : max(min(width, int(xs.max()) + 2), left + 1),
    ]
    if step <= _SMOOTH:
        return part, left, top, 1.0
    scale = 1.25 / step
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    smaller = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8), left, top, scale

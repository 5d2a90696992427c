"""Where text runs on a page, roughly: pieces of ink, joined to short fragments of lines.

Enough to measure a page by; how its lines really are cut is for those who read it.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.grey import Grey, Mask, ink_mask

Ints = NDArray[np.int32]

_SMALLEST, _LARGEST = 4, 100
"""Pixels, on the small copy, between which the height of type is looked for."""
_TRIES, _SHRINK, _TEXT = 3, 0.7, 0.3
"""How often type is looked for, how much smaller each time, until this part of the ink is text."""
_WORDS = 0.8
"""Ems of white that are bridged: word spaces, but seldom a gutter."""
_LOW, _HIGH = 0.45, 1.8
"""Height of a line's fragment in ems; lines that lean or curl are higher than their type."""
_CUT = 7.0
"""Ems after which lines are cut: so short a piece of even a bent line lies nearly level."""
_LONG = 2.0
"""Least width of a fragment in ems."""
_LETTERS = 3
"""Fewest pieces that make a fragment text."""


class Fragments(NamedTuple):
    """The text of a page: its ink, and the boxes of the fragments of its lines."""

    ink: Mask
    """height x width; large things (figures, rules, shadows) are left out."""
    em: float
    """About the height of the type in pixels; 0 where there is no ink that could be type."""
    boxes: Ints
    """N x 4: x, y, width, height."""
    labels: Ints
    """height x width: number of the fragment, from 1, of each pixel; 0 for none."""
    pieces: Ints
    """M x 5: x, y, width, height, area of the pieces of ink."""


def page_to_fragments(image: Grey) -> Fragments:
    """The fragments of lines on a page that lies about level, some 1,200 pixels high.

    Where most of the ink is a picture's, type is looked for among ever smaller pieces.
    """
    ink = ink_mask(image).astype(np.uint8)
    _, numbered, measures, _ = cv2.connectedComponentsWithStats(ink)
    labels, stats = np.asarray(numbered, np.int32), np.asarray(measures, np.int32)
    best, limit = _none(ink), float(_LARGEST)
    for _ in range(_TRIES):
        em = _type_height(stats[1:], limit)
        if em == 0:
            break
        found = _fragments(labels, stats, em)
        if len(found.boxes) > len(best.boxes) or best.em == 0:
            best = found
        if np.count_nonzero(best.labels[best.ink]) > _TEXT * np.count_nonzero(best.ink):
            break
        limit = _SHRINK * em
    return best


def _none(ink: NDArray[np.uint8]) -> Fragments:
    no_boxes, no_pieces = np.zeros((0, 4), np.int32), np.zeros((0, 5), np.int32)
    return Fragments(ink > 0, 0.0, no_boxes, np.zeros(ink.shape, np.int32), no_pieces)


def _fragments(labels: Ints, stats: Ints, em: float) -> Fragments:
    """Those of type of that size."""
    kept = (stats[:, 2:4].max(axis=1) <= max(5 * em, 8)) & (np.arange(len(stats)) > 0)
    ink = kept.astype(np.uint8)[labels]
    pieces = stats[kept].astype(np.int32)
    boxes, numbers = _joined(ink, pieces, em)
    return Fragments(ink > 0, em, boxes, numbers, pieces)


def _type_height(stats: Ints, limit: float) -> float:
    """Height that most of the ink belongs to, a little above the middle: parts of letters count."""
    heights, areas = stats[:, 3], stats[:, 4]
    type_like = (heights >= _SMALLEST) & (heights <= limit) & (stats[:, 2] <= 3 * limit)
    heights, areas = heights[type_like], areas[type_like]
    if len(heights) == 0:
        return 0.0
    order = np.argsort(heights)
    share = np.cumsum(areas[order]) / areas.sum()
    return float(heights[order][np.searchsorted(share, 0.7)])


def _joined(ink: NDArray[np.uint8], pieces: Ints, em: float) -> tuple[Ints, Ints]:
    gap = max(3, round(_WORDS * em))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    closed[:, :: round(_CUT * em)] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    letters = pieces[pieces[:, 3] >= 0.3 * em]
    middles = (letters[:, 1] + letters[:, 3] // 2, letters[:, 0] + letters[:, 2] // 2)
    held = np.bincount(labels[middles], minlength=count)
    width, height = stats[:, 2], stats[:, 3]
    good = (height >= _LOW * em) & (height <= _HIGH * em) & (width >= _LONG * em)
    good &= (held >= _LETTERS) & (np.arange(count) > 0)
    numbers = np.where(good, np.cumsum(good), 0).astype(np.int32)
    return stats[good, :4].astype(np.int32), np.asarray(numbers[labels], np.int32)

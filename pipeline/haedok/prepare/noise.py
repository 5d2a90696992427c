"""Specks: what a copier's glass and a fax line leave on a page, and engines take for letters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.grey import Grey, Mask, ink_mask
from haedok.prepare.scale import line_ink_height

_SPECK = 0.1
"""Side of the largest speck, in heights of a line's ink; a full stop is larger."""


_BANDS = ((0.15, 0.3), (0.55, 0.7))
"""Parts of the page's height that are looked at: dirt is everywhere, and pixels are many."""


def image_to_speckle(image: Grey) -> float:
    """Specks for every larger piece of ink, on a third of the page."""
    height = len(image)
    bands = [image[round(top * height) : round(foot * height)] for top, foot in _BANDS]
    ink = ink_mask(np.concatenate(bands))
    _, stats = _components(ink)
    specks = int(_is_speck(stats, _speck_side(ink)).sum())
    return specks / max(1, len(stats) - specks)


def without_speckle(image: Grey) -> Grey:
    """Whiten the specks, then smooth the ragged edges that the same noise gave to letters."""
    ink = ink_mask(image)
    labels, stats = _components(ink)
    specks = np.concatenate([[False], _is_speck(stats, _speck_side(ink))])
    spots = cv2.dilate(specks[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    cleaned = image.copy()
    cleaned[spots & ~(ink & ~specks[labels])] = 255
    blur = (line_ink_height(ink) or 40.0) / 40  # 1 pixel at 300 dpi
    return np.asarray(cv2.GaussianBlur(cleaned, (0, 0), blur), dtype=np.uint8)


def _components(ink: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Labels of the pieces of ink (0 is paper), and the boxes and areas of all but paper."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return np.asarray(labels, dtype=np.int32), np.asarray(stats[1:], dtype=np.int32)


def _speck_side(ink: Mask) -> float:
    return max(2.0, _SPECK * (line_ink_height(ink) or 40.0))


def _is_speck(stats: NDArray[np.int32], side: float) -> Mask:
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return np.asarray((extent <= side) & (stats[:, cv2.CC_STAT_AREA] < side * side), dtype=np.bool_)

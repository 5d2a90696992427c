"""Grey levels: paper, ink, and the light that fell on them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_COARSE = 320
"""Longer side, in pixels, of the small image on which the light is estimated."""


def image_to_grey(image: NDArray[np.uint8]) -> Grey:
    """Height x width, from that or from RGB."""
    if image.ndim == 2:
        return np.ascontiguousarray(image)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def ink_mask(image: Grey) -> Mask:
    """Where ink is, by Otsu's threshold: for measuring only, engines have better for reading."""
    level, _ = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(image <= level, dtype=np.bool_)


def is_blank(image: Grey) -> bool:
    """No contrast, no ink, or nothing but ink."""
    if min(image.shape) < 8:
        return True
    darkest, lightest = np.percentile(image, (0.02, 99.98))
    if lightest - darkest < 40:
        return True
    covered = float(ink_mask(image).mean())
    return not 0.0001 < covered < 0.95


def background(image: Grey) -> NDArray[np.float32]:
    """How bright the paper is at every pixel: the small image without its dark, thin things."""
    height, width = image.shape
    scale = min(1.0, _COARSE / max(height, width))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    paper = cv2.medianBlur(paper, 15)
    smooth = cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 4)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR))


def unevenness(image: Grey) -> float:
    """How far the darkest paper falls short of the brightest, as a part of it: 0 is flat."""
    low, high = np.percentile(background(image)[::8, ::8], (2, 98))
    return float(1 - low / high) if high > 0 else 0.0


def flatten(image: Grey) -> Grey:
    """Divide by the light: paper becomes white everywhere, ink keeps its share of darkness."""
    light = np.maximum(background(image), 1.0)
    return np.asarray(np.clip(image / light * 255.0, 0, 255), dtype=np.uint8)

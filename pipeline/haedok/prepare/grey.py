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


def reduced(image: Grey, side: int) -> tuple[Grey, float]:
    """The image with at most ``side`` pixels on its longer side, and the factor it shrank by."""
    scale = min(1.0, side / max(image.shape))
    if scale == 1.0:
        return image, 1.0
    size = tuple(max(1, round(length * scale)) for length in image.shape[::-1])
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def is_blank(image: Grey) -> bool:
    """No contrast, no ink, or nothing but ink."""
    if min(image.shape) < 8:
        return True
    counts = np.asarray(cv2.calcHist([image], [0], None, [256], [0, 256]), np.float32).ravel()
    share = np.cumsum(counts, dtype=np.float64) / image.size
    darkest, lightest = np.searchsorted(share, (0.0002, 0.9998))
    if lightest - darkest < 40:
        return True
    covered = float(share[_otsu(counts)])
    return not 0.0001 < covered < 0.95


def _otsu(counts: NDArray[np.float32]) -> int:
    """The level that parts a histogram into the two most different halves (Otsu 1979)."""
    weight = np.cumsum(counts, dtype=np.float64)
    moment = np.cumsum(counts * np.arange(len(counts)), dtype=np.float64)
    between = (moment[-1] * weight - moment * weight[-1]) ** 2
    return int(np.argmax(between / np.maximum(weight * (weight[-1] - weight), 1e-9)))


def background(image: Grey) -> NDArray[np.float32]:
    """How bright the paper is: the small image (320 px) without its dark, thin things."""
    small, _ = reduced(image, _COARSE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    paper = cv2.medianBlur(paper, 15)
    return np.asarray(cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 4))


def unevenness(light: NDArray[np.float32]) -> float:
    """How far the darkest paper falls short of the brightest, as a part of it: 0 is flat."""
    low, high = np.percentile(light, (2, 98))
    return float(1 - low / high) if high > 0 else 0.0


def flatten(image: Grey, light: NDArray[np.float32]) -> Grey:
    """Divide by the light: paper becomes white everywhere, ink keeps its share of darkness."""
    height, width = image.shape
    levels = np.rint(np.maximum(light, 1.0)).astype(np.uint8)
    whole = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, whole, scale=255.0), dtype=np.uint8)

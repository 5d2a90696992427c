"""The one thing done to the greys of a crop before the net sees it, in reading as in training."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

LEAST = 48
"""Grey levels between ink and paper; a fainter crop is not stretched any further."""


def normalised(crop: Grey) -> Grey:
    """Stretch the greys so that paper is 255 and the darkest ink 0.

    Paper is the grey that a fifth of the crop is lighter than, ink the darkest hundredth.

    Args:
        crop: height x width, dark on light, of any contrast.
    """
    dark, paper = levels(crop)
    dark = min(dark, paper - LEAST)
    scale = 255.0 / (paper - dark)
    table = np.clip((np.arange(256) - dark) * scale, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(crop, table), np.uint8)


def levels(crop: Grey) -> tuple[int, int]:
    """The greys of ink and of paper."""
    counts = cv2.calcHist([crop], [0], None, [256], [0, 256]).ravel().cumsum()
    dark, paper = np.searchsorted(counts, (0.01 * crop.size, 0.8 * crop.size))
    return int(dark), int(paper)

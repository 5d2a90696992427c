"""Columns of a page image: Tesseract takes a page for one column, so they are cut apart first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haedok.model import Box


def image_to_columns(image: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Parts of the page in reading order, each of one column of text."""
    height, width = image.shape
    return (Box(0, 0, width, height),)

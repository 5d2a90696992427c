"""How large the text is: where a file does not say its resolution, the text does."""

from __future__ import annotations

import numpy as np

from haedok.prepare.grey import Grey, Mask, ink_mask

_BODY_INCHES = 9.0 / 72
"""Ink height of a line of Korean body text, set in 10 points."""


def image_to_dpi(image: Grey) -> float:
    """Pixels per inch, on the assumption that most lines are body text; 0 without lines."""
    height = line_ink_height(ink_mask(image))
    return float(np.clip(round(height / _BODY_INCHES / 10) * 10, 70, 1200)) if height else 0.0


def line_ink_height(ink: Mask) -> float:
    """Median height in pixels of the bands of rows that hold ink, on a level page; 0 if none."""
    rows = ink.sum(axis=1)
    # A row between lines may hold specks, but never a fifth of a full row of text.
    inky = rows > max(2.0, 0.2 * float(np.percentile(rows, 90)))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inky.astype(np.int8), [0]])))
    heights = edges[1::2] - edges[::2]
    heights = heights[(heights >= 6) & (heights <= 200)]
    return float(np.median(heights)) if len(heights) else 0.0

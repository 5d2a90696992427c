"""Which way up a page is, from its strokes alone.

Tesseract's own orientation detection is no help: on Korean pages it is often sure of the wrong
answer. A page is turned only when the evidence is clear.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.geometry import ink_points, sharpness
from haedok.prepare.grey import Grey, Mask, ink_mask
from haedok.prepare.scale import line_ink_height

_SIDEWAYS = 1.2
"""How much sharper the columns of pixels must be than the rows for a page to lie on its side."""
_STROKES = 12
"""Fewest upright strokes to judge by."""
_DEVIATIONS = 4.0
"""Standard errors that their lean to one side must differ from none."""
_LEAN = 0.05
"""Smallest lean: English text has none (0.00), Korean 0.12 to 0.3, mixed 0.06 and more."""


def image_to_quarter_turns(image: Grey) -> int:
    """Quarters of a circle to turn the page anticlockwise; 0 when in doubt."""
    sideways = _lies_on_side(image)
    lean, errors = stroke_lean(np.rot90(image) if sideways else image)
    if abs(lean) < _LEAN or abs(lean) < _DEVIATIONS * errors:
        return 0
    return (1 if sideways else 0) + (2 if lean < 0 else 0)


def _lies_on_side(image: Grey) -> bool:
    points = ink_points(image)
    if len(points) < 200:
        return False
    angles = np.arange(-4, 4.01, 0.5)
    rows = max(sharpness(points, angle) for angle in angles)
    columns = max(sharpness(points[:, ::-1], angle) for angle in angles)
    return columns > _SIDEWAYS * rows and _letters_follow_down(ink_mask(image))


def _letters_follow_down(ink: Mask) -> bool:
    """Whether letters stand closer below than beside each other, as lines on their side do.

    Lines that repeat at a fixed pitch make sharp columns too, but their letters are neighbours
    along the line: small gaps bridged that way leave fewer pieces.
    """
    pieces = ink.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(pieces)
    sizes = stats[1:, 2:4].max(axis=1)
    if len(sizes) == 0:
        return False
    gap = max(3, round(0.5 * float(np.median(sizes[sizes >= 0.5 * np.percentile(sizes, 75)]))))
    beside, below = (
        cv2.connectedComponents(cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)))
        for shape in ((1, gap), (gap, 1))
    )
    return bool(below[0] < beside[0])


def stroke_lean(image: Grey) -> tuple[float, float]:
    """How much more ink there is left of upright strokes than right of them, and its error.

    In Hangul a syllable's tall stroke (ㅣ ㅏ ㅐ ㅔ ㅢ …) stands at its right, behind the consonant;
    on a page that is upside down it stands at its left. The lean is a mean of differences of
    coverage, -1..1; the error its standard error, infinite where there are too few strokes.
    """
    ink = ink_mask(image)
    height = line_ink_height(ink)
    if height < 8:
        return 0.0, math.inf
    leans = [_lean(ink, box, height) for box in _upright_strokes(ink, height)]
    if len(leans) < _STROKES:
        return 0.0, math.inf
    return float(np.mean(leans)), float(np.std(leans) / math.sqrt(len(leans)) + 1e-9)


def _upright_strokes(ink: Mask, height: float) -> NDArray[np.int32]:
    """Boxes (x, y, width, height) of thin strokes nearly as tall as a line, a few hundred."""
    tall = cv2.getStructuringElement(cv2.MORPH_RECT, (1, round(0.5 * height)))
    opened = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, tall)
    _, _, stats, _ = cv2.connectedComponentsWithStats(opened)
    boxes = np.asarray(stats[1:, :4], dtype=np.int32)
    fits = (boxes[:, 2] < 0.25 * height) & (boxes[:, 3] < 1.3 * height)
    boxes = boxes[fits]
    return boxes[:: max(1, len(boxes) // 600)]


def _lean(ink: Mask, box: NDArray[np.int32], height: float) -> float:
    x, y, width, tall = (int(value) for value in box)
    near, far = max(1, round(0.05 * height)), round(0.45 * height)
    rows = ink[y : y + tall]
    left = rows[:, max(0, x - far) : max(0, x - near)]
    right = rows[:, x + width + near : x + width + far]
    return _coverage(left) - _coverage(right)


def _coverage(part: Mask) -> float:
    """Share of rows that hold ink."""
    return float(part.any(axis=1).mean()) if part.size else 0.0

"""A line as another face might have it: slanted, bolder, wavy, with full-width punctuation.

There are few free Korean faces; what no training face shows, a distortion of one may.
"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.train.glyphs import MASTER, Glyph
from haedok.train.line_wear import cloud

Grey = NDArray[np.uint8]
Rng = np.random.Generator

OPENING, CLOSING, MIDDLE = "‘“(「『〈《【〔[", "’”)」』〉》】〕],.;:!?", "·…~～-–"
"""Signs that stand at the right, at the left, and in the middle of a full-width room."""


def roomy(glyph: Glyph, sign: str, room: float) -> Glyph:
    """A punctuation mark in a room of its own, as older Korean faces have it; others as they are.

    Args:
        glyph: as its face draws it.
        sign: the character.
        room: width of the room in ems.
    """
    wide = room * MASTER
    ink = glyph.ink.shape[1]
    if sign not in OPENING + CLOSING + MIDDLE or glyph.advance >= wide or ink >= wide:
        return glyph
    bearing = max(0.0, min(float(glyph.left), 0.1 * MASTER))
    left = bearing
    if sign in OPENING:
        left = wide - ink - bearing
    elif sign in MIDDLE:
        left = (wide - ink) / 2
    return msgspec.structs.replace(glyph, left=round(left), advance=wide)


def distorted(sheet: Grey, rng: Rng) -> Grey:
    """Slant, weight and waves, each now and then; the slant turns about the middle of the line."""
    if rng.random() < 0.25:
        thick = int(rng.integers(2, 5))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick))
        bolder = rng.random() < 0.6
        changed = cv2.dilate(sheet, kernel) if bolder else cv2.erode(sheet, kernel)
        part = float(rng.uniform(0.3, 1.0 if bolder else 0.7))
        sheet = np.asarray(cv2.addWeighted(sheet, 1 - part, changed, part, 0), np.uint8)
    if rng.random() < 0.2:
        sheet = _waved(sheet, float(rng.uniform(-0.2, 0.25)), float(rng.uniform(0.5, 2.5)), rng)
    return sheet


def _waved(sheet: Grey, slant: float, reach: float, rng: Rng) -> Grey:
    """Slanted by ``slant``, and every point moved by up to about ``reach`` pixels."""
    height, width = sheet.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x += np.float32(slant) * (y - height / 2) + reach * cloud(sheet.shape, 25, rng)
    y += reach * cloud(sheet.shape, 25, rng)
    return np.asarray(cv2.remap(sheet, x, y, cv2.INTER_LINEAR), np.uint8)

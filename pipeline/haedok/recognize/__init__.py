"""A clean page image → lines of words, with places, confidences and other readings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haedok.layout import in_reading_order
from haedok.model import Line
from haedok.recognize import tesseract
from haedok.recognize.glyphs import reading_to_line
from haedok.recognize.tesseract import check_installed, languages_missing
from haedok.settings import Recognize

__all__ = ["check_installed", "languages_missing", "recognize"]


def recognize(image: NDArray[np.uint8], dpi: float, settings: Recognize) -> tuple[Line, ...]:
    """Read a page.

    Args:
        image: height x width, grey, dark on light, upright (what ``prepare`` makes).
        dpi: pixels per inch; 0 where unknown.
        settings: engine and time limit.

    Returns:
        Lines in reading order, numbered from 1; words are separated by one space exactly where the
        page has a word space.

    Raises:
        MissingProgramError: Tesseract or a language pack is not installed.
        HaedokError: the engine failed or took too long.
    """
    check_installed()
    readings = tesseract.read_page(image, "script/Hangul", dpi, settings.timeout)
    return in_reading_order(
        tuple(reading_to_line(reading, number) for number, reading in enumerate(readings, 1))
    )

"""A clean page image → lines of words, with places, confidences and other readings.

With Tesseract, each line is read by several of its models, which are merged (``passes``). Our own
recogniser (``own``) reads all scripts at once and needs no other program. The two err in different
places, so their readings can be merged, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haedok.layout import in_reading_order
from haedok.model import Line
from haedok.recognize import passes
from haedok.recognize.ensemble import in_doubt, merge_engines
from haedok.recognize.glyphs import Reading, reading_to_line
from haedok.recognize.tesseract import check_installed, languages_missing
from haedok.settings import Recognize

__all__ = ["check_installed", "languages_missing", "recognize"]

Grey = NDArray[np.uint8]


def recognize(
    image: Grey, dpi: float, settings: Recognize, doubts: bool = True
) -> tuple[Line, ...]:
    """Read a page.

    Args:
        image: height x width, grey, dark on light, upright (what ``prepare`` makes).
        dpi: pixels per inch; 0 where unknown.
        settings: engine and time limit.
        doubts: whether the tokens are to have those of our own recogniser, for ``repair``.

    Returns:
        Lines in reading order, numbered from 1; words are separated by one space exactly where the
        page has a word space.

    Raises:
        MissingProgramError: Tesseract or a language pack is not installed, and it is to read.
        HaedokError: the engine failed or took too long.
    """
    match settings.engine:
        case "tesseract":
            readings = passes.read_page(image, dpi, settings.timeout)
        case "haedok":
            readings = _read_with_own(image, dpi, doubts)
        case "both":
            readings = _read_with_both(passes.Page(image, dpi, settings.timeout), doubts)
    return in_reading_order(
        [reading_to_line(reading, number) for number, reading in enumerate(readings, 1)]
    )


def _read_with_own(image: Grey, dpi: float, doubts: bool) -> list[Reading]:
    from haedok.recognize.own.engine import read_page  # noqa: PLC0415 (slow to load)

    return list(read_page(image, dpi, doubts))


def _read_with_both(page: passes.Page, doubts: bool) -> list[Reading]:
    """Our own reading, with Tesseract's vote on the lines where it is in doubt."""
    own = _read_with_own(page.image, page.dpi, doubts)
    sure = {reading.box for reading in own if not in_doubt(reading)}
    return merge_engines(own, passes.read_lines(page, lambda box: box not in sure))

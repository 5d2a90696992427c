"""A clean page image → lines of words, with places, confidences and other readings.

With Tesseract, the page is read once by its Hangul reader, which also finds the lines; a line that
shows signs of Latin letters, or of doubt, is read again by the readers that know better, and
merged. Our own recogniser (``own``) reads all scripts at once and needs no other program. The two
err in different places, so their readings can be merged, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.layout import in_reading_order
from haedok.model import Box, Line
from haedok.recognize import notes, tesseract
from haedok.recognize.ensemble import merge_engines
from haedok.recognize.evidence import needs_hangul_reader, needs_latin_reader
from haedok.recognize.glyphs import Reading, moved, reading_to_line
from haedok.recognize.merge import readings_to_glyphs, words_alternatives
from haedok.recognize.polish import polish
from haedok.recognize.regions import image_to_columns
from haedok.recognize.tesseract import check_installed, languages_missing
from haedok.settings import Recognize

__all__ = ["check_installed", "languages_missing", "recognize"]

Grey = NDArray[np.uint8]

_MARGIN = 8
"""Pixels of paper left around a line that is cut out at 300 dpi: engines need some."""


def recognize(image: Grey, dpi: float, settings: Recognize) -> tuple[Line, ...]:
    """Read a page.

    Args:
        image: height x width, grey, dark on light, upright (what ``prepare`` makes).
        dpi: pixels per inch; 0 where unknown.
        settings: engine and time limit.

    Returns:
        Lines in reading order, numbered from 1; words are separated by one space exactly where the
        page has a word space.

    Raises:
        MissingProgramError: Tesseract or a language pack is not installed, and it is to read.
        HaedokError: the engine failed or took too long.
    """
    match settings.engine:
        case "tesseract":
            readings = _read_with_tesseract(image, dpi, settings)
        case "haedok":
            readings = _read_with_own(image, dpi)
        case "both":
            others = _read_with_tesseract(image, dpi, settings)
            readings = merge_engines(_read_with_own(image, dpi), others)
    return in_reading_order(
        [reading_to_line(reading, number) for number, reading in enumerate(readings, 1)]
    )


def _read_with_own(image: Grey, dpi: float) -> list[Reading]:
    from haedok.recognize.own.engine import read_page  # noqa: PLC0415 (slow to load)

    return list(read_page(image, dpi))


def _read_with_tesseract(image: Grey, dpi: float, settings: Recognize) -> list[Reading]:
    check_installed()
    first = tuple(_read_columns(image, dpi, settings))
    latin = _read_again(image, dpi, settings, (first, "eng", needs_latin_reader))
    korean = _read_again(image, dpi, settings, (first, "kor", needs_hangul_reader))
    return _merged(list(zip(first, latin, korean, strict=True)), image, dpi, settings)


def _merged(
    lines: Sequence[tuple[Reading, Reading | None, Reading | None]],
    image: Grey,
    dpi: float,
    settings: Recognize,
) -> list[Reading]:
    """Merge what the readers make of each line, and look at the ink where they are no help."""
    views = [[reading for reading in line if reading] for line in lines]
    merged: Sequence[Reading] = [
        msgspec.structs.replace(view[0], glyphs=readings_to_glyphs(view)) for view in views
    ]
    found = tuple(notes.suspects(merged, image))
    crops = [notes.crop(image, suspect.box) for suspect in found]
    marks = tesseract.read_lines(crops, "eng", dpi, settings.timeout)
    merged = polish(notes.with_marks(merged, found, marks), image)
    return [_with_alternatives(reading, view) for reading, view in zip(merged, views, strict=True)]


def _read_columns(image: Grey, dpi: float, settings: Recognize) -> Iterator[Reading]:
    """The page's lines by the Hangul reader, column by column: it takes a page for one column."""
    for box in image_to_columns(image, dpi):
        part = image[box.y0 : box.y1, box.x0 : box.x1]
        for reading in tesseract.read_page(part, "script/Hangul", dpi, settings.timeout):
            yield moved(reading, box.x0, box.y0)


def _read_again(
    image: Grey,
    dpi: float,
    settings: Recognize,
    task: tuple[Sequence[Reading], str, Callable[[Reading], bool]],
) -> list[Reading | None]:
    """What another reader makes of those lines that need it; None for the others."""
    readings, language, needed = task
    margin = max(4, round(_MARGIN * (dpi or 300) / 300))
    chosen = [index for index, reading in enumerate(readings) if needed(reading)]
    frames = [_frame(readings[index].box, margin, image) for index in chosen]
    crops = [image[frame.y0 : frame.y1, frame.x0 : frame.x1] for frame in frames]
    read = tesseract.read_lines(crops, language, dpi, settings.timeout)
    again: list[Reading | None] = [None] * len(readings)
    for index, frame, reading in zip(chosen, frames, read, strict=True):
        again[index] = moved(reading, frame.x0, frame.y0) if reading else None
    return again


def _frame(box: Box, margin: int, image: Grey) -> Box:
    height, width = image.shape
    return Box(
        max(0, box.x0 - margin),
        max(0, box.y0 - margin),
        min(width, box.x1 + margin),
        min(height, box.y1 + margin),
    )


def _with_alternatives(reading: Reading, others: Sequence[Reading]) -> Reading:
    return msgspec.structs.replace(
        reading, word_alternatives=words_alternatives(reading.glyphs, others)
    )

"""Tesseract's reading of a page: our own lines, several of its models, and the ink where all fail.

Tesseract's own layout analysis loses lines on Korean pages and joins what stands side by side, so
it is given one line at a time. Its Hangul reader reads them all; a line that shows signs of Latin
letters, or of doubt, is read again by the readers that know better, and merged; Hanja, which no
Korean model has, are read by a net that does, and only where they may stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box
from haedok.recognize import hanja, notes, sureness, tesseract
from haedok.recognize.evidence import needs_hangul_reader, needs_latin_reader
from haedok.recognize.glyphs import Reading, moved
from haedok.recognize.lines import TextLine, page_to_lines
from haedok.recognize.merge import readings_to_glyphs, words_alternatives
from haedok.recognize.polish import polish

Grey = NDArray[np.uint8]

_EDGE = 3
"""Pixels around a line's ink that are still the page's, at 300 dpi: ink has a blurred edge."""
_MARGIN = 8
"""Pixels of white paper around that, at 300 dpi: Tesseract needs some, and no feet of others."""


class Page(NamedTuple):
    """A page to be read: its image, pixels per inch (0 where unknown), seconds for each pass."""

    image: Grey
    dpi: float
    timeout: float

    @property
    def scale(self) -> float:
        """Pixels of the page to one at 300 dpi."""
        return (self.dpi or 300) / 300


class _View(NamedTuple):
    """A line of the page, and what each reader makes of it, the leading one first."""

    line: TextLine
    readings: tuple[Reading, ...]


def read_page(image: Grey, dpi: float, timeout: float) -> list[Reading]:
    """The lines of a page that hold text, as Tesseract's models and a net for Hanja have them.

    Args:
        image: height x width, grey, dark on light, upright (what ``prepare`` makes).
        dpi: pixels per inch; 0 where unknown.
        timeout: seconds that one pass may take.

    Raises:
        MissingProgramError: Tesseract or a language pack is not installed.
        HaedokError: Tesseract failed or took too long.
    """
    tesseract.check_installed()
    page = Page(image, dpi, timeout)
    views = list(_views(page, page_to_lines(image, dpi)))
    merged = _with_notes(_merged(views), page)
    merged = hanja.with_hanja(merged, [view.line for view in views], image)
    tables = sureness.shipped()
    return [sureness.calibrated(reading, tables) for reading in _finished(merged, views, image)]


def read_lines(page: Page, wanted: Callable[[Box], bool]) -> list[Reading]:
    """Some lines of a page, as Tesseract's models alone have them.

    Args:
        page: the page.
        wanted: whether a line is to be read, by its place.

    Raises:
        MissingProgramError: Tesseract or a language pack is not installed.
        HaedokError: Tesseract failed or took too long.
    """
    tesseract.check_installed()
    lines = [line for line in page_to_lines(page.image, page.dpi) if wanted(line.box)]
    views = list(_views(page, lines))
    return _finished(_with_notes(_merged(views), page), views, page.image)


def _merged(views: Sequence[_View]) -> list[Reading]:
    return [
        msgspec.structs.replace(view.readings[0], glyphs=readings_to_glyphs(view.readings))
        for view in views
    ]


def _finished(merged: Sequence[Reading], views: Sequence[_View], image: Grey) -> list[Reading]:
    """The lines with the signs put right that their ink tells, and with all that was read there."""
    return [
        msgspec.structs.replace(
            reading, word_alternatives=words_alternatives(reading.glyphs, view.readings)
        )
        for reading, view in zip(polish(merged, image), views, strict=True)
    ]


def _views(page: Page, lines: Sequence[TextLine]) -> Iterator[_View]:
    first = _read([(line, "script/Hangul") for line in lines], page)
    latin = _read_again(lines, first, page, ("eng", needs_latin_reader))
    korean = _read_again(lines, first, page, ("kor", needs_hangul_reader))
    for line, *views in zip(lines, first, latin, korean, strict=True):
        readings = tuple(view for view in views if view)
        if readings:
            yield _View(line, readings)


def _read_again(
    lines: Sequence[TextLine],
    first: Sequence[Reading | None],
    page: Page,
    task: tuple[str, Callable[[Reading], bool]],
) -> list[Reading | None]:
    """What another reader makes of those lines that need it, or hold what the first cannot see."""
    language, needed = task
    chosen = [n for n, reading in enumerate(first) if reading is None or needed(reading)]
    read = _read([(lines[number], language) for number in chosen], page)
    again: list[Reading | None] = [None] * len(lines)
    for number, reading in zip(chosen, read, strict=True):
        again[number] = reading
    return again


def _read(tasks: Sequence[tuple[TextLine, str]], page: Page) -> list[Reading | None]:
    """Lines as one reader has them, in pixels of the page."""
    if not tasks:
        return []
    paper = int(np.percentile(page.image[::4, ::4], 60))
    cut = [_cut(line.box, page, paper) for line, _ in tasks]
    crops = [crop for crop, _, _ in cut]
    read = tesseract.read_lines(crops, tasks[0][1], page.dpi, page.timeout)
    return [
        moved(reading, x, y) if reading else None
        for reading, (_, x, y) in zip(read, cut, strict=True)
    ]


def _cut(box: Box, page: Page, paper: int) -> tuple[Grey, int, int]:
    """A line with white paper around it, and where on the page its picture's corner lies."""
    edge, margin = max(1, round(_EDGE * page.scale)), max(4, round(_MARGIN * page.scale))
    left, top = max(0, box.x0 - edge), max(0, box.y0 - edge)
    part = page.image[top : box.y1 + edge, left : box.x1 + edge]
    return np.pad(part, margin, constant_values=paper), left - margin, top - margin


def _with_notes(readings: Sequence[Reading], page: Page) -> Sequence[Reading]:
    """The lines with the marks of footnotes that were overlooked, or taken for quotation marks."""
    found = tuple(notes.suspects(readings, page.image))
    crops = [notes.crop(page.image, suspect.box) for suspect in found]
    marks = tesseract.read_lines(crops, "eng", page.dpi, page.timeout)
    return notes.with_marks(readings, found, marks)

"""Marks of footnotes, ``이다.1)``: small and high, and read as quotation marks or not at all."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from haedok.model import Box
from haedok.recognize.glyphs import Reading
from haedok.recognize.ink import Ink, box_to_ink, image_to_level, marks, rows_of

_MISTAKEN = frozenset("\"'“”‘’`°*?")
_BEFORE = frozenset(".,)]")
"""Signs behind which a mark is overlooked; all stand lower than it."""
_SIGN = re.compile(r"\d{1,3}\)")
TALL = 0.2
"""Line heights that a piece of a mark has at least."""
DEEP = 0.72
"""Part of the line's height above which a raised mark ends."""
EDGE = 12
"""A part of the line's height that the edge of a faint mark may take."""
LEGIBLE = 40
"""Pixels that a mark is high for its reader at least."""


class Suspect(NamedTuple):
    """What may be a note's mark: number of its line, its place in it, its ink."""

    line: int
    place: int
    box: Box
    read: int = 1
    """Characters that were read in its place: one or none."""


def suspects(readings: Sequence[Reading], image: NDArray[np.uint8]) -> Iterator[Suspect]:
    """Quotation marks that close no quotation of their line, and high ink that nobody read."""
    level = image_to_level(image)
    for number, reading in enumerate(readings):
        ink = box_to_ink(image, reading.box, level)
        for index, glyph in enumerate(reading.glyphs):
            if not _ends_word(reading, index):
                continue
            if index and glyph.text in _MISTAKEN and _closes_nothing(reading, index):
                reach = reading.box.height / 4
                end = min(glyph.box.x1 + 2 * reach, _next_start(reading, index))
                box = _raised(reading, ink, (glyph.box.x0 - reach, end))
                if box is not None:
                    yield Suspect(number, index, box)
            elif glyph.text in _BEFORE:
                box = _raised(reading, ink, (glyph.centre, _next_start(reading, index)))
                if box is not None:
                    yield Suspect(number, index + 1, box, 0)


def _ends_word(reading: Reading, index: int) -> bool:
    return index + 1 == len(reading.glyphs) or reading.glyphs[index + 1].spaced


def _next_start(reading: Reading, index: int) -> float:
    """Where the next character begins, or the line ends."""
    behind = reading.glyphs[index + 1 : index + 2]
    return behind[0].box.x0 - 1 if behind else reading.box.x1


def _closes_nothing(reading: Reading, index: int) -> bool:
    glyphs = reading.glyphs
    before = sum(glyph.text in _MISTAKEN for glyph in glyphs[:index])
    return not glyphs[index].spaced and before % 2 == 0


def _raised(reading: Reading, ink: Ink, columns: tuple[float, float]) -> Box | None:
    """The box around raised pieces of ink; ``)`` may be faint."""
    height = reading.box.height
    pieces = [(mark, rows_of(mark.pixels)) for mark in marks(ink, *columns)]
    high = [(mark, rows) for mark, rows in pieces if rows[1] <= DEEP * height]
    high = [(mark, rows) for mark, rows in high if rows[1] - rows[0] >= TALL * height]
    if not high:
        return None
    y = max(0, reading.box.y0)
    top, bottom = min(rows[0] for _, rows in high), max(rows[1] for _, rows in high)
    edge = round(height / EDGE)  # what is too faint to count as ink
    left, right = max(0, high[0][0].start - edge), min(ink.shape[1], high[-1][0].end + 2 * edge)
    return Box(left, max(0, y + top - edge), right, y + bottom + edge)


def crop(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """A suspect's ink, enlarged, with paper around it."""
    part = image[box.y0 : box.y1, box.x0 : box.x1]
    paper = int(np.percentile(image[::4, ::4], 60))
    part = np.pad(part, max(4, box.height // 3), constant_values=paper)
    times = max(2, math.ceil(LEGIBLE / max(1, box.height)))
    size = (part.shape[1] * times, part.shape[0] * times)
    return np.asarray(Image.fromarray(part).resize(size, Image.Resampling.BICUBIC), np.uint8)


def with_marks(
    readings: Sequence[Reading], found: Sequence[Suspect], read: Sequence[Reading | None]
) -> list[Reading]:
    """The lines, with what a reader takes for a number and a bracket in the suspects' places."""
    changed = list(readings)
    for suspect, reading in reversed(list(zip(found, read, strict=True))):
        if reading is None or not _SIGN.fullmatch(reading.text):
            continue
        line = changed[suspect.line]
        sign = [
            msgspec.structs.replace(glyph, box=suspect.box, spaced=False)
            for glyph in reading.glyphs
        ]
        glyphs = (
            *line.glyphs[: suspect.place],
            *sign,
            *line.glyphs[suspect.place + suspect.read :],
        )
        changed[suspect.line] = msgspec.structs.replace(line, glyphs=glyphs)
    return changed

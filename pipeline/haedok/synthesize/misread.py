"""What an engine really makes of printed text: pairs of the truth and the reading.

With ``eng`` this is wrong-model text, with ``kor`` near-miss text and ruined glosses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
import numpy as np

from haedok import settings
from haedok.model import Box
from haedok.prepare import Prepared, prepare
from haedok.recognize import tesseract
from haedok.synthesize.lines import PrintedLine
from haedok.synthesize.truth import TrueLine, TruePage
from haedok.synthesize.wear import Grey

BATCH = 100
"""Lines for one start of the engine: starting takes as long as reading ten lines."""
TIMEOUT = 300.0
OVERLAP = 0.6
"""So much of a reading must lie on a line to be a reading of it."""


class Misreading(msgspec.Struct, frozen=True):
    """A printed line and what was read; ``read`` is empty where the engine saw nothing."""

    truth: str
    read: str


def lines(printed: Iterable[PrintedLine], language: str, dpi: float = 300) -> Iterator[Misreading]:
    """Read single lines with ``language`` (``kor``, ``eng``, ``script/Hangul``).

    Raises:
        MissingProgramError: no Tesseract, or no such language.
    """
    source = iter(printed)
    while batch := list(islice(source, BATCH)):
        images = [line.image for line in batch]
        readings = tesseract.read_lines(images, language, dpi, TIMEOUT)
        for line, reading in zip(batch, readings, strict=True):
            yield Misreading(line.text, reading.text if reading else "")


def page(image: Grey, truth: TruePage, language: str) -> Iterator[Misreading]:
    """Prepare and read a whole page; each printed line comes with what was read in its place.

    Args:
        image: as synthesized.
        truth: what is on it.
        language: ``kor``, ``eng`` or ``script/Hangul``.

    Raises:
        MissingProgramError: no Tesseract, or no such language.
    """
    found: dict[int, list[tuple[int, str]]] = {}
    rows = _rows(truth.lines)
    ready = prepare(image, truth.dpi, settings.Prepare())
    for reading in tesseract.read_page(ready.image, language, ready.dpi, TIMEOUT):
        box = _through(reading.box, ready)
        place = _line_at(box, rows)
        if place is not None:
            found.setdefault(place, []).append((box.x0, reading.text))
    for place, line in enumerate(rows):
        yield Misreading(line.text, " ".join(text for _, text in sorted(found.get(place, []))))


def _through(box: Box, ready: Prepared) -> Box:
    """The upright box of the same size around where the middle of a box went."""
    (x, y) = ready.back(np.array([[(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]]))[0]
    width, height = box.width * abs(ready.to_original[0]), box.height * abs(ready.to_original[4])
    left, top = x - width / 2, y - height / 2
    return Box(round(left), round(top), round(left + width), round(top + height))


def _rows(lines: tuple[TrueLine, ...]) -> tuple[TrueLine, ...]:
    """Engines read running head and page number as the one line that they are to the eye."""
    margins = [line for line in lines if line.role in {"running_head", "page_number"}]
    if len(margins) != 2 or _common_height(margins[0].box, margins[1].box) <= 0:
        return lines
    left, right = sorted(margins, key=lambda line: line.box.x0)
    text = f"{left.text} {right.text}"
    row = msgspec.structs.replace(left, text=text, box=left.box.union(right.box), chars=())
    return (row, *(line for line in lines if line not in margins))


def _line_at(box: Box, lines: tuple[TrueLine, ...]) -> int | None:
    shares = [_common(box, line.box) / max(box.width * box.height, 1) for line in lines]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= OVERLAP else None


def _common(one: Box, other: Box) -> int:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    return max(width, 0) * max(_common_height(one, other), 0)


def _common_height(one: Box, other: Box) -> int:
    return min(one.y1, other.y1) - max(one.y0, other.y0)

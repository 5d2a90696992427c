"""Pure geometry over boxes: in which order a page's lines are read. Knows no image and no text."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec

from haedok.model import Box, Line


def line_height(boxes: Sequence[Box]) -> float:
    """Median height of the boxes in pixels; 0 without boxes."""
    return float(median(box.height for box in boxes)) if boxes else 0.0


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines as a reader goes through them, numbered from 1; without boxes, as they come."""
    if any(line.box is None for line in lines):
        ordered = list(lines)
    else:
        ordered = [
            lines[index] for index in reading_order([line.box for line in lines if line.box])
        ]
    return tuple(
        msgspec.structs.replace(line, number=number) for number, line in enumerate(ordered, 1)
    )


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of line boxes as a reader goes through them: bands, in them columns, in them lines.

    A band is a stretch of the page with one set of columns: a title across both columns ends one
    band and begins the next.
    """
    return sorted(range(len(boxes)), key=lambda index: (boxes[index].y0, boxes[index].x0))

"""A second look: our own recogniser's doubts about lines that others read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box, Line
from haedok.recognize.glyphs import with_doubts
from haedok.recognize.lines import page_to_lines
from haedok.recognize.own import calibration
from haedok.recognize.own.crops import line_to_crop
from haedok.recognize.own.doubts import doubtful, positions_to_doubts
from haedok.recognize.own.lattice import frames_to_positions
from haedok.recognize.own.net import crops_to_frames
from haedok.recognize.own.rereading import look_otherwise

Grey = NDArray[np.uint8]


def look_again(image: Grey, dpi: float, written: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that others read, with our own doubts about what they say.

    A line is looked at where one of ours lies as it does; others stay as they are.

    Args:
        image: height x width, as for `read_page`.
        dpi: pixels per inch; 0 where unknown.
        written: lines with boxes.
    """
    found = [(own, _same_line(own.box, written)) for own in page_to_lines(image, dpi)]
    pairs = [(own, index) for own, index in found if index is not None]
    crops = [line_to_crop(image, own) for own, _ in pairs]
    calibrate = calibration.shipped()
    read = crops_to_frames(crops)
    positions = [frames_to_positions(frames, calibrate) for frames in read]
    texts = [written[index].text for _, index in pairs]
    looks = look_otherwise(crops, positions, list(map(doubtful, positions, texts)))
    looked = list(written)
    for (_, index), doubts in zip(
        pairs, map(positions_to_doubts, positions, read, texts, looks), strict=True
    ):
        tokens = tuple(with_doubts(token, doubts) for token in written[index].tokens)
        looked[index] = msgspec.structs.replace(written[index], tokens=tokens)
    return tuple(looked)


_SAME = 0.8
"""Part of the union of two lines' widths, and half that of their heights, that they share."""


def _same_line(box: Box, lines: Sequence[Line]) -> int | None:
    """The line that lies where ours does."""
    for index, line in enumerate(lines):
        if line.box is None:
            continue
        wide = min(box.x1, line.box.x1) - max(box.x0, line.box.x0)
        high = min(box.y1, line.box.y1) - max(box.y0, line.box.y0)
        whole = box.union(line.box)
        if wide > _SAME * whole.width and high > _SAME / 2 * whole.height:
            return index
    return None

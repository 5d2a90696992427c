"""Our own recogniser: a page image → its lines, character by character, with what each may be."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.glyphs import Reading
from haedok.recognize.lines import page_to_lines
from haedok.recognize.own import calibration
from haedok.recognize.own.crops import line_to_crop
from haedok.recognize.own.doubts import doubtful, positions_to_doubts
from haedok.recognize.own.frames import Frames
from haedok.recognize.own.lattice import Position, frames_to_positions
from haedok.recognize.own.net import crops_to_frames
from haedok.recognize.own.raised import with_raised_marks
from haedok.recognize.own.rereading import in_doubt, look_otherwise
from haedok.recognize.own.strokes import with_strokes
from haedok.recognize.own.words import positions_to_reading

Grey = NDArray[np.uint8]

_ASKED = 6
"""Lines that are read to find out which way up a page stands."""


def read_page(image: Grey, dpi: float, doubts: bool = True) -> tuple[Reading, ...]:
    """The lines of a page that hold text, top to bottom.

    Args:
        image: height x width, grey, dark on light, upright (what ``prepare`` makes).
        dpi: pixels per inch; 0 where unknown.
        doubts: whether to say where the picture leaves it open what is written, which takes
            half of the time; what is read is the same.

    Raises:
        MissingProgramError: the models are missing or cannot be used.
    """
    lines = page_to_lines(image, dpi)
    crops = [line_to_crop(image, line) for line in lines]
    read = crops_to_frames(crops)
    calibrate = calibration.shipped()
    positions = with_raised_marks(
        image, lines, crops, [frames_to_positions(frames, calibrate) for frames in read]
    )
    positions = with_strokes(crops, positions)
    readings = list(map(positions_to_reading, positions, lines))
    if doubts:
        readings = _with_doubts(readings, crops, positions, read)
    return tuple(reading for reading in readings if reading.glyphs)


def _with_doubts(
    readings: Sequence[Reading],
    crops: Sequence[Grey],
    positions: Sequence[Sequence[Position]],
    read: Sequence[Frames],
) -> list[Reading]:
    """The readings with their doubts, for which the doubtful places are looked at again."""
    asked = [in_doubt(each, doubtful(each)) for each in positions]
    looks = look_otherwise(crops, positions, asked)
    return [
        msgspec.structs.replace(reading, doubts=positions_to_doubts(each, frames, looks=seen))
        for reading, each, frames, seen in zip(readings, positions, read, looks, strict=True)
    ]


def strip_to_sureness(strip: Grey) -> float:
    """How surely a strip of a page can be read, 0..1: which way up a page stands, shows here.

    Args:
        strip: height x width, grey, dark on light, with a few lines of text.
    """
    lines = sorted(page_to_lines(strip, 0), key=lambda line: -line.box.width)[:_ASKED]
    frames = crops_to_frames([line_to_crop(strip, line) for line in lines])
    sure = [place.confidence for each in frames for place in frames_to_positions(each)]
    return sum(sure) / len(sure) if sure else 0.0

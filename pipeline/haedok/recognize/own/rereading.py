"""Doubtful stretches of lines, read again in pictures that are a little otherwise.

A frame sees a character best where it stands in the middle of it, and the net was never shown the
same line twice. So its errors depend on how the line happens to fall on the grid of frames and on
how large and how high it was cut out; what the print says does not. The same net therefore reads
the neighbourhood of each doubt a few times more, moved by half a frame, stretched or pressed
(test-time augmentation); where the views differ, none of them is to be relied on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own import calibration
from haedok.recognize.own.crops import HEIGHT
from haedok.recognize.own.frames import STRIDE, Frames
from haedok.recognize.own.lattice import Position, frames_to_positions
from haedok.recognize.own.net import crops_to_frames

Grey = NDArray[np.uint8]
Stretch = tuple[int, int]
"""First position of a line, and that behind the last."""


class View(NamedTuple):
    """How a picture is changed: column and row become ``wide·x + right`` and ``high·y + down``.

    Rows are counted from the line's middle.
    """

    wide: float = 1.0
    high: float = 1.0
    right: float = 0.0
    down: float = 0.0


VIEWS = (
    View(right=STRIDE / 2),
    View(wide=1.08),
    View(wide=1.07, high=1.07),
    View(wide=0.92),
)
"""Of twenty, those that mended most when they were added one by one on development pages."""
ASKED = 0.08
"""Probability of another reading from which on a stretch is looked at again."""
REACH = 96
"""Columns beside a stretch that the net is shown: three characters."""
_BESIDE = 32
"""Columns beside it in which characters are told apart."""


class Look(NamedTuple):
    """What was seen of a stretch at once: its frames, and the positions found there.

    Only what the positions may say is of use: their places are those of no picture that remains.
    """

    frames: Frames
    positions: tuple[Position, ...]


class _Piece(NamedTuple):
    """A stretch of a line to be looked at again: what is shown, and its own columns there."""

    line: int
    stretch: Stretch
    picture: Grey
    x0: float
    x1: float


def look_otherwise(
    crops: Sequence[Grey],
    read: Sequence[Sequence[Position]],
    doubtful: Sequence[Sequence[Stretch]],
    views: Sequence[View] = VIEWS,
) -> list[dict[Stretch, tuple[Look, ...]]]:
    """Read the doubtful stretches of lines again.

    Args:
        crops: each 48 x W, what the net saw of each line.
        read: the positions of each line.
        doubtful: the stretches of each line that are to be looked at.
        views: the ways to look.

    Returns:
        For each line, and each of its stretches, a look for each view.
    """
    pieces = [
        _piece(number, crops[number], read[number], stretch)
        for number, asked in enumerate(doubtful)
        for stretch in asked
    ]
    frames = iter(crops_to_frames([seen(p.picture, view) for p in pieces for view in views]))
    looks: list[dict[Stretch, tuple[Look, ...]]] = [{} for _ in crops]
    for piece in pieces:
        found = tuple(_look(next(frames), piece, view) for view in views)
        looks[piece.line][piece.stretch] = found
    return looks


def in_doubt(positions: Sequence[Position], found: Iterable[Stretch]) -> list[Stretch]:
    """Those of the stretches in which another reading is likely enough to look again."""
    return [
        (first, last)
        for first, last in found
        if any(
            given >= ASKED
            for position in positions[first:last]
            for _, given in position.alternatives[1:]
        )
    ]


def seen(picture: Grey, view: View) -> Grey:
    """The picture as a view shows it, still 48 rows high; what is uncovered is paper."""
    height, width = picture.shape
    middle = height / 2
    lift = middle - view.high * middle + view.down
    # pixels have their middles at half columns
    matrix = np.array(
        [
            [view.wide, 0.0, view.right + (view.wide - 1) / 2],
            [0.0, view.high, lift + (view.high - 1) / 2],
        ],
        np.float32,
    )
    size = (max(1, math.ceil(width * view.wide + max(0.0, view.right))), HEIGHT)
    shown = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255.0, 255.0, 255.0, 255.0)
    )
    return np.asarray(shown, np.uint8)


def columns_of(
    positions: Sequence[Position], stretch: Stretch, width: float
) -> tuple[float, float]:
    """The columns of a crop that a stretch has to itself."""
    first, last = stretch
    left, right = 0.0, width
    if first:
        left = (positions[first - 1].x1 + positions[first].x0) / 2
    if last < len(positions):
        right = (positions[last - 1].x1 + positions[last].x0) / 2
    return left, right


def _piece(number: int, crop: Grey, positions: Sequence[Position], stretch: Stretch) -> _Piece:
    left, right = columns_of(positions, stretch, crop.shape[1])
    start = max(0, int(left) - REACH) // STRIDE * STRIDE  # frames fall where they fell
    end = max(start + STRIDE, min(crop.shape[1], math.ceil(right) + REACH))
    return _Piece(number, stretch, crop[:, start:end], left - start, right - start)


def _look(frames: Frames, piece: _Piece, view: View) -> Look:
    x0, x1 = (view.wide * x + view.right for x in (piece.x0, piece.x1))
    start = max(0, round(x0) - _BESIDE) // STRIDE * STRIDE
    near = frames.between(start, x1 + _BESIDE)
    positions = frames_to_positions(near, calibration.shipped())
    inside = (each for each in positions if x0 <= start + (each.x0 + each.x1) / 2 < x1)
    return Look(near.between(x0 - start, x1 - start), tuple(inside))

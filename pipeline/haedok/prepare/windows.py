"""Small square pictures cut out along the lines of a page, for what can be told from letters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.fragments import Fragments
from haedok.prepare.grey import Grey

SIDE = 16
"""Pixels of a window's side."""
_EMS = 2.2
"""Ems of a window's side: a line with its neighbours' feet and heads left out."""
_MOST = 600
"""Windows are enough for any page."""


def page_to_windows(image: Grey, fragments: Fragments) -> NDArray[np.float32]:
    """N x SIDE x SIDE: darkness 0..1, each window with its mean taken away; N may be 0.

    The windows follow one another along the fragments of lines, centred on their height.
    """
    boxes = fragments.boxes
    if len(boxes) == 0:
        return np.zeros((0, SIDE, SIDE), np.float32)
    scale = SIDE / (_EMS * fragments.em)
    size = tuple(max(SIDE, round(length * scale)) for length in image.shape[::-1])
    dark = (255 - cv2.resize(image, size, interpolation=cv2.INTER_AREA)).astype(np.float32) / 255
    dark = np.pad(dark, SIDE)
    x, y = _centres(boxes, fragments.em)
    left = np.rint(x * scale).astype(np.int64) + SIDE // 2
    top = np.rint(y * scale).astype(np.int64) + SIDE // 2
    steps = np.arange(SIDE)
    rows = np.minimum(top[:, None] + steps, dark.shape[0] - 1)
    columns = np.minimum(left[:, None] + steps, dark.shape[1] - 1)
    windows = dark[rows[:, :, None], columns[:, None, :]]
    return np.asarray(windows - windows.mean(axis=(1, 2), keepdims=True), np.float32)


def _centres(boxes: NDArray[np.int32], em: float) -> tuple[NDArray[np.float64], ...]:
    pitch = 0.6 * _EMS * em
    counts = np.maximum(1, np.rint(boxes[:, 2] / pitch).astype(np.int64))
    box = np.repeat(np.arange(len(boxes)), counts)
    place = np.arange(len(box)) - np.repeat(np.cumsum(counts) - counts, counts)
    x = boxes[box, 0] + boxes[box, 2] * (place + 0.5) / counts[box]
    y = boxes[box, 1] + boxes[box, 3] / 2
    some = np.linspace(0, len(box) - 1, min(_MOST, len(box))).astype(np.int64)
    return x[some], y[some]

"""Which way up letters stand: a small net looks at windows along the lines, and they vote.

The net sees 16 x 16 pixels, has one hidden layer, and gives one number: how upright the window
looks. It was fitted on pages in Korean, English, both and tables of figures (``tables``), so that
the true one of a window's four turns has the highest number. A window is right three times in
four; a page has hundreds.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.prepare.windows import SIDE

Floats = NDArray[np.float32]

_DOUBT = 10.0
"""Added to the sum of squares of the votes, so that a few that agree by chance are not sure."""
_CLIP = 3.0
"""Nats that one window may say: a strange one must not outvote the others."""


class Votes(NamedTuple):
    """What the windows say about turning them by 0, 1, 2 and 3 quarters anticlockwise."""

    best: int
    """The turn after which they look most upright."""
    lean: float
    """Mean of log-odds that they stand upright rather than on their heads, in nats."""
    errors: float
    """By how many standard errors that differs from none."""


def windows_to_votes(windows: Floats) -> Votes:
    """Count the votes of N x SIDE x SIDE windows (see ``page_to_windows``)."""
    if len(windows) < 2:
        return Votes(0, 0.0, 0.0)
    marks = np.stack([_uprightness(np.rot90(windows, turn, (1, 2))) for turn in range(4)], axis=1)
    logs = marks - np.logaddexp.reduce(marks, axis=1, keepdims=True)
    odds = np.clip(marks[:, 0] - marks[:, 2], -_CLIP, _CLIP)
    spread = math.sqrt((float(odds.var()) + _DOUBT / len(odds)) / len(odds))
    lean = float(odds.mean())
    return Votes(int(np.maximum(logs, -2 * _CLIP).mean(axis=0).argmax()), lean, lean / spread)


def _uprightness(windows: Floats) -> Floats:
    weights, bias, outer = _net()
    hidden = np.maximum(windows.reshape(len(windows), SIDE * SIDE) @ weights + bias, 0)
    return np.asarray(hidden @ outer)


@cache
def _net() -> tuple[Floats, Floats, Floats]:
    with (files("haedok.prepare") / "tables" / "upright.npz").open("rb") as stream:
        table = np.load(stream)
        weights, bias, outer = (
            table[name].astype(np.float32) for name in ("hidden", "bias", "outer")
        )
    return weights, bias, outer

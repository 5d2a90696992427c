"""What the pixels of a line say where readers are silent: gaps, strokes, marks that hang high."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.model import Box

Ink = NDArray[np.bool_]
"""height x width; True where there is ink."""


class Mark(NamedTuple):
    """A piece of ink with white on both sides: its columns (end exclusive) and its pixels."""

    start: int
    end: int
    pixels: Ink


def image_to_level(image: NDArray[np.uint8]) -> float:
    """The grey between ink and paper of a page."""
    low, high = np.percentile(image[::4, ::4], (1, 60))
    return float(low + high) / 2


def box_to_ink(image: NDArray[np.uint8], box: Box, level: float) -> Ink:
    """The ink of a line over the whole width of the page, so that columns stay the page's."""
    return np.asarray(image[max(0, box.y0) : box.y1] < level, dtype=np.bool_)


def widest_gap(ink: Ink, start: float, end: float) -> int:
    """Pixels of the widest white strip between two columns."""
    columns = _inked(ink[:, max(0, round(start)) : round(end) + 1])
    inked = np.concatenate([[-1], np.flatnonzero(columns), [len(columns)]])
    return int(np.diff(inked).max()) - 1


def marks(ink: Ink, start: float, end: float) -> list[Mark]:
    """The pieces of ink between two columns, whole even where they reach over the edges."""
    width = ink.shape[1]
    columns = _inked(ink)
    left, right = max(0, round(start)), min(width, round(end))
    while 0 < left < width and columns[left] and columns[left - 1]:
        left -= 1
    while 0 < right < width and columns[right - 1] and columns[right]:
        right += 1
    edges = runs(columns[left:right], 0)
    return [Mark(left + a, left + b, ink[:, left + a : left + b]) for a, b in edges]


def rows_of(pixels: Ink) -> tuple[int, int]:
    """First row with ink and the row after the last."""
    inked = np.flatnonzero(pixels.any(axis=1))
    return (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, 0)


def trimmed(pixels: Ink) -> Ink:
    """Without the white rows and columns around the ink."""
    top, bottom = rows_of(pixels)
    left, right = rows_of(pixels.T)
    return pixels[top:bottom, left:right]


def runs(row: Ink, closed: int = 1) -> list[tuple[int, int]]:
    """Stretches of ink in a row of pixels (end exclusive), ``closed`` pixels of white bridged."""
    padded = np.concatenate([[0], row.astype(np.int8), [0]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    found: list[tuple[int, int]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if found and start - found[-1][1] <= closed:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _inked(pixels: Ink) -> Ink:
    """Which columns hold ink."""
    return np.asarray(pixels.any(axis=0), dtype=np.bool_)


def even(gaps: list[tuple[int, int]], tolerance: float) -> bool:
    """Whether the middles of stretches lie equally far from each other."""
    steps = [(b[0] + b[1]) - (a[0] + a[1]) for a, b in pairwise(gaps)]
    return not steps or max(steps) - min(steps) <= tolerance * max(steps)

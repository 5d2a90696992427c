"""Lines as sets of pieces of ink → how all of them run over a page that is not quite flat."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from haedok.recognize.lines_ink import Floats, Ink, Ints

_RIGID = 0.5
"""How much the page resists bending: as so many pieces that say it is flat."""
_ROUNDS = 3


class Bend(NamedTuple):
    """How lines run over a page: the same smooth slope for all, polynomials of x and y.

    One line is too short and its letters too uneven to tell how it is bent; all of them can.
    """

    weights: Floats
    size: tuple[float, float]
    """Width and height of the page in pixels."""

    def drop(self, x: Floats, y: Floats) -> Floats:
        """How much further down a line at about ``y`` is at ``x`` than in the middle."""
        return np.asarray(_basis(x, y, self.size) @ self.weights)


def lines_to_bend(ink: Ink, lines: Ints) -> Bend:
    """The bend that lays the pieces of every line (-1: of none) as level as can be."""
    size = (float(ink.shape[1]), float(ink.shape[0]))
    some = lines >= 0
    middles, lines = ink.middles[some], lines[some]
    heights = _means(lines, middles[:, 1], np.ones(len(lines)))[lines]
    basis = _basis(middles[:, 0], heights, size)
    weights: Floats = np.zeros(basis.shape[1])
    trust: Floats = np.ones(len(lines))
    for _ in range(_ROUNDS):
        columns = np.column_stack([basis, middles[:, 1]])
        for place in range(columns.shape[1]):
            columns[:, place] -= _means(lines, columns[:, place], trust)[lines]
        weighed = columns * trust[:, None]
        matrix = weighed[:, :-1].T @ columns[:, :-1] + _RIGID * np.eye(basis.shape[1])
        weights = np.asarray(np.linalg.solve(matrix, weighed[:, :-1].T @ columns[:, -1]))
        off = columns[:, -1] - columns[:, :-1] @ weights
        trust = np.asarray(1.0 / (1.0 + (off / (0.25 * ink.em)) ** 2))
    return Bend(weights, size)


def _basis(x: Floats, y: Floats, size: tuple[float, float]) -> Floats:
    u, v = 2 * x / size[0] - 1, 2 * y / size[1] - 1
    return np.stack([u, u * v, u**2, u**2 * v, u**3, u**3 * v, u * v**2, u**4], axis=-1)


def _means(lines: Ints, values: Floats, weights: Floats) -> Floats:
    total = np.bincount(lines, weights)
    return np.asarray(np.bincount(lines, values * weights) / np.maximum(total, 1e-9))

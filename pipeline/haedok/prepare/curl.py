"""How the lines of a page sag: measured from one fragment of a line to the next, and undone.

Neighbouring fragments say how steeply lines run at a place; a smooth field of slopes is fitted to
all of them, and its integral is how far a line has sagged. After the text-line models of Kim, Koo
and Cho (2015) and Zucker's page_dewarp (2016), with the vertical shift alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.prepare.fragments import Fragments

Floats = NDArray[np.float64]

_POWERS = ((1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1), (1, 2), (4, 0), (5, 0))
"""Powers of x and y of the terms of the sag; none of y alone: it would move lines apart."""
_LEAST_LINKS = 30
_FAR, _RISE = 8.0, 0.5
"""Most ems between neighbours, as cells of a table have them, and most they differ in height."""
_PER_GAP = 0.05
"""Difference in height that counts as much as as wide a gap: the nearer neighbour is taken."""
_ROUNDS = 4
_NOISE = 0.02
"""Slope that a link is wrong by as a rule: letters differ in height."""
_RIGID = 1.0
"""Resistance of the page to higher terms, in links."""


class Sag(NamedTuple):
    """How much further down a line lies at (x, y) than in the middle of the page."""

    weights: Floats
    size: tuple[float, float]
    """Width and height of the page in pixels."""
    extent: float
    """Most that any fragment lies off the straight, level line through its middle, in ems."""

    def at(self, x: Floats, y: Floats) -> Floats:
        """Pixels at each of the points."""
        u, v = _unit(x, self.size[0]), _unit(y, self.size[1])
        terms = np.stack([u**p * v**q for p, q in _POWERS], axis=-1)
        return np.asarray(terms @ self.weights)


def fragments_to_sag(fragments: Fragments) -> Sag | None:
    """Fit the sag of a page that lies about level; None where there is too little text."""
    x, y, slope = _links(fragments)
    if len(x) < _LEAST_LINKS:
        return None
    height, width = (float(side) for side in fragments.ink.shape)
    u, v = _unit(x, width), _unit(y, height)
    terms = [p * u ** (p - 1) * v**q * 2 / width for p, q in _POWERS]
    basis = np.stack(terms, axis=1)
    rigid = np.diag([_RIGID * (2 / width) ** 2 * (p + q - 1) for p, q in _POWERS])
    trust: Floats = np.ones(len(x))
    weights: Floats = np.zeros(len(_POWERS))
    for _ in range(_ROUNDS):
        weighed = basis * trust[:, None]
        weights = np.asarray(np.linalg.solve(weighed.T @ basis + rigid, weighed.T @ slope))
        trust = np.asarray(1 / (1 + ((slope - basis @ weights) / _NOISE) ** 2))
    sag = Sag(weights, (width, height), 0.0)
    off = sag.at(x, y)
    return sag._replace(extent=float(np.percentile(np.abs(off), 98)) / fragments.em)


def _unit(values: Floats, length: float) -> Floats:
    """-1..1 on the page; a little beyond its edge no term may run away."""
    return np.clip(2 * values / length - 1, -1.1, 1.1)


def _links(fragments: Fragments) -> tuple[Floats, Floats, Floats]:
    """Middles and slopes of the links between fragments that follow each other in a line."""
    boxes = fragments.boxes.astype(np.float64)
    em = fragments.em
    if len(boxes) < 2:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    x, y = _middles(fragments)
    gap = boxes[None, :, 0] - (boxes[:, None, 0] + boxes[:, None, 2])
    rise = np.abs(y[None, :] - y[:, None])
    near = (gap > -0.5 * em) & (gap < _FAR * em) & (rise < _RISE * em)
    cost = np.where(near, rise + _PER_GAP * np.maximum(gap, 0), np.inf)
    right = cost.argmin(axis=1)
    left = np.flatnonzero(np.isfinite(cost.min(axis=1)))
    right = right[left]
    slope = (y[right] - y[left]) / (x[right] - x[left])
    return (x[left] + x[right]) / 2, (y[left] + y[right]) / 2, slope


def _middles(fragments: Fragments) -> tuple[Floats, Floats]:
    """Middles of the ink of the fragments."""
    rows, columns = np.nonzero(fragments.ink & (fragments.labels > 0))
    label = fragments.labels[rows, columns]
    count = np.maximum(np.bincount(label, minlength=len(fragments.boxes) + 1)[1:], 1)
    x, y = (
        np.bincount(label, at, minlength=len(fragments.boxes) + 1)[1:] / count
        for at in (columns, rows)
    )
    return x, y

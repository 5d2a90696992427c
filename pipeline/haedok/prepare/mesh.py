"""Maps that are not affine: where each point of a page that was laid flat comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.model import Affine, Warp
from haedok.prepare.grey import Grey

Floats = NDArray[np.float64]
Points = Floats
"""N x 2: x to the right, y down, in pixels."""

STEP = 32
"""Pixels between the points of a mesh: pages bend slowly."""
_COARSE = 3
"""Of these points, every third in a row and every third row is kept with the page."""


class Mesh(NamedTuple):
    """Source of every ``STEP``-th pixel of a page, linear between them."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    size: tuple[int, int]
    """Width and height of the page that the mesh makes."""

    def back(self, points: Points) -> Points:
        """Where points of the page come from."""
        at = np.asarray(points, np.float64) / STEP
        rows, columns = self.x.shape
        left = np.clip(np.floor(at[:, 0]).astype(np.int64), 0, columns - 2)
        top = np.clip(np.floor(at[:, 1]).astype(np.int64), 0, rows - 2)
        u, v = at[:, 0] - left, at[:, 1] - top
        corners = (
            (0, 0, (1 - u) * (1 - v)),
            (0, 1, u * (1 - v)),
            (1, 0, (1 - u) * v),
            (1, 1, u * v),
        )
        x = sum(weight * self.x[top + down, left + on] for down, on, weight in corners)
        y = sum(weight * self.y[top + down, left + on] for down, on, weight in corners)
        return np.stack([x, y], axis=1).astype(np.float64)


def mesh_of(size: tuple[int, int], back: Callable[[Points], Points]) -> Mesh:
    """The mesh of a page of that width and height whose points come from ``back``."""
    width, height = size
    rows, columns = np.mgrid[0 : height + STEP : STEP, 0 : width + STEP : STEP]
    points = back(np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float64))
    x, y = points.T.reshape(2, *rows.shape).astype(np.float32)
    return Mesh(x, y, size)


def resample(image: Grey, mesh: Mesh, beyond: int) -> Grey:
    """The page that a mesh makes of an image; what lies beyond its edge becomes ``beyond``."""
    width, height = mesh.size
    # Enlarged about pixel centres: the point (0, 0) of the mesh is the pixel (0, 0).
    grid: Affine = (1 / STEP, 0.0, 0.0, 0.0, 1 / STEP, 0.0)
    whole = np.array([grid[:3], grid[3:]])
    x, y = (
        cv2.warpAffine(part, whole, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        for part in (mesh.x, mesh.y)
    )
    page = cv2.remap(image, x, y, cv2.INTER_CUBIC, borderValue=beyond)
    return np.asarray(page, np.uint8)


def through(affine: Affine) -> Callable[[Points], Points]:
    """An affine map as a function of points."""
    matrix = np.array([affine[:3], affine[3:]])
    return lambda points: points @ matrix[:, :2].T + matrix[:, 2]


def projected(matrix: Floats) -> Callable[[Points], Points]:
    """A 3 x 3 projective map as a function of points."""

    def move(points: Points) -> Points:
        x, y, w = matrix @ np.vstack([points.T, np.ones(len(points))])
        return np.stack([x / w, y / w], axis=1)

    return move


def nearest_affine(mesh: Mesh) -> Affine:
    """The affine map that comes closest to a mesh, for those who can use no other."""
    rows, columns = np.mgrid[0 : mesh.x.shape[0], 0 : mesh.x.shape[1]] * STEP
    ones = np.ones(rows.size)
    known = np.stack([columns.ravel(), rows.ravel(), ones], axis=1)
    fit, *_ = np.linalg.lstsq(known, np.stack([mesh.x.ravel(), mesh.y.ravel()], axis=1))
    a, b, c = (float(value) for value in fit[:, 0])
    d, e, f = (float(value) for value in fit[:, 1])
    return a, b, c, d, e, f


def mesh_to_warp(mesh: Mesh) -> Warp:
    """What to keep of a mesh with its page: fewer points, to a tenth of a pixel."""
    step = _COARSE * STEP
    width, height = mesh.size
    rows, columns = np.mgrid[0 : height + step : step, 0 : width + step : step]
    points = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float64)
    x, y = np.round(mesh.back(points), 1).T.tolist()
    return Warp(step, rows.shape[1], tuple(x), tuple(y))

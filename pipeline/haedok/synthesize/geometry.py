"""Where the points of a page go when the sheet lies askew, curls, or is seen from the side.

A bend is drawn once for a page; it maps points both ways, so that the image can be resampled
(backwards) and the boxes of the truth can follow (forwards) without approximation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box

Points = NDArray[np.float64]
"""N × 2: x to the right, y down, in pixels."""
Move = Callable[[Points], Points]
Shape = tuple[int, int]


class Bent(msgspec.Struct, frozen=True):
    """A bend as drawn for one page: points forwards, and back again."""

    forward: Move
    backward: Move


Bend = Callable[[Shape, np.random.Generator], Bent]
"""Draws a bend for a page of that height and width."""


def projective(matrix: NDArray[Any]) -> Bent:
    """The bend of a 3 × 3 matrix."""
    inverse = np.linalg.inv(matrix)

    def through(m: NDArray[Any], points: Points) -> Points:
        x, y, w = m @ np.vstack([points.T, np.ones(len(points))])
        return np.stack([x / w, y / w], axis=1)

    return Bent(lambda p: through(matrix, p), lambda p: through(inverse, p))


def skew(least: float, most: float) -> Bend:
    """Turned about the middle by ``least``…``most`` degrees, either way."""

    def draw(shape: Shape, rng: np.random.Generator) -> Bent:
        angle = rng.uniform(least, most) * rng.choice([-1.0, 1.0])
        turn = cv2.getRotationMatrix2D((shape[1] / 2.0, shape[0] / 2.0), float(angle), 1.0)
        return projective(np.vstack([turn, [0.0, 0.0, 1.0]]))

    return draw


def curl(depth: float) -> Bend:
    """Lines sag towards the spine by up to ``depth`` of the page's height."""

    def draw(shape: Shape, rng: np.random.Generator) -> Bent:
        height, width = shape
        sag = depth * height * rng.uniform(0.5, 1.0) * rng.choice([-1.0, 1.0])
        spine = float(rng.choice([0.0, width]))

        def drop(points: Points) -> Points:
            near = 1.0 - np.abs(points[:, 0] - spine) / width
            return np.stack([np.zeros(len(points)), sag * near**3], axis=1)

        return Bent(lambda p: p + drop(p), lambda p: p - drop(p))

    return draw


def perspective(tilt: float) -> Bend:
    """Seen from the side: each corner moves by up to ``tilt`` of the page, inwards."""

    def draw(shape: Shape, rng: np.random.Generator) -> Bent:
        height, width = shape
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
        moved = corners + inwards * rng.uniform(0, tilt, (4, 2)) * [width, height]
        matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32), cv2.DECOMP_LU)
        return projective(matrix)

    return draw


class Geometry(msgspec.Struct, frozen=True):
    """All bends of a page, in the order in which they happened; the page keeps its size."""

    bends: tuple[Bent, ...]

    @classmethod
    def draw(cls, bends: tuple[Bend, ...], shape: Shape, rng: np.random.Generator) -> Geometry:
        """Draw each bend for a page of ``shape``."""
        return cls(tuple(bend(shape, rng) for bend in bends))

    def apply(self, image: NDArray[np.uint8], beyond: int = 255) -> NDArray[np.uint8]:
        """The image as bent; what lies beyond its edge has the grey ``beyond``."""
        if not self.bends:
            return image
        height, width = image.shape
        step = 16  # bends are smooth: knowing them at every 16th pixel is enough
        rows, columns = np.mgrid[0 : height + step : step, 0 : width + step : step]
        points = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float64)
        for bend in reversed(self.bends):
            points = bend.backward(points)
        at_x, at_y = (np.indices((height, width), np.float32) / step)[::-1]
        x, y = (
            cv2.remap(part.astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)
            for part in points.T.reshape(2, *rows.shape)
        )
        return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderValue=beyond), np.uint8)

    def box(self, box: Box) -> Box:
        """The upright box around where a box went."""
        x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)
        for bend in self.bends:
            corners = bend.forward(corners)
        left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
        return Box(max(left, 0), max(top, 0), max(right, 0), max(bottom, 0))

"""Turning and straightening a page, and the way back to where its pixels came from."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.model import Affine
from haedok.prepare.grey import Grey, ink_mask

_SIDE = 800
"""Longer side of the image on which the skew is measured: a tenth of a degree is over a pixel."""
_POINTS = 20_000
_SHARPER = 1.15
"""How much sharper than at the angles around it the lines must be at the skew found."""


def compose(outer: Affine, inner: Affine) -> Affine:
    """The map that does ``inner`` first.

    >>> compose((1, 0, 5, 0, 1, 0), (0, -1, 0, 1, 0, 0))
    (0.0, -1.0, 5.0, 1.0, 0.0, 0.0)
    """
    product = _matrix(outer) @ _matrix(inner)
    return _affine(product)


def turn(image: Grey, quarters: int) -> tuple[Grey, Affine]:
    """Turn by quarters of a circle, anticlockwise; also the map from the result to ``image``."""
    height, width = image.shape
    back: Affine = {
        0: (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        1: (0.0, -1.0, float(width - 1), 1.0, 0.0, 0.0),
        2: (-1.0, 0.0, float(width - 1), 0.0, -1.0, float(height - 1)),
        3: (0.0, 1.0, 0.0, -1.0, 0.0, float(height - 1)),
    }[quarters % 4]
    return np.ascontiguousarray(np.rot90(image, quarters)), back


def rotation(shape: tuple[int, ...], degrees: float) -> tuple[tuple[int, int], Affine]:
    """Turning an image of that height and width anticlockwise, so that nothing is lost.

    Returns the width and height of the result, and the map from it to the image.
    """
    height, width = shape
    forth = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    cos, sin = abs(forth[0, 0]), abs(forth[0, 1])
    new_width = math.ceil(width * cos + height * sin)
    new_height = math.ceil(width * sin + height * cos)
    forth[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    whole = np.vstack([forth, (0.0, 0.0, 1.0)])
    return (new_width, new_height), _affine(np.linalg.inv(whole))


def rotate(image: Grey, degrees: float) -> tuple[Grey, Affine]:
    """Turn anticlockwise by ``degrees`` on a white ground large enough to lose nothing.

    Returns the image and the map from it to ``image``.
    """
    size, back = rotation(image.shape, degrees)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(image, _matrix(back)[:2], size, flags=flags, borderValue=255)
    return np.asarray(turned, dtype=np.uint8), back


def image_to_skew(image: Grey, limit: float) -> float:
    """Degrees to turn anticlockwise so that lines lie level; 0 where no lines stand out.

    The angle at which rows of pixels differ most: the projection profile of Postl (1986), taken
    from the ink's points rather than by turning the image, which makes a fine search cheap.
    """
    points = ink_points(image)
    if len(points) < 200:
        return 0.0
    # Beyond the limit too: or a page that leans more would be turned by the limit.
    coarse = np.arange(-limit - 1, limit + 1.01, 0.25)
    scores = np.array([sharpness(points, angle) for angle in coarse])
    best = float(coarse[int(scores.argmax())])
    if scores.max() < _SHARPER * np.median(scores):
        return 0.0
    fine = np.arange(best - 0.3, best + 0.301, 0.02)
    found = float(fine[int(np.argmax([sharpness(points, angle) for angle in fine]))])
    return found if abs(found) <= limit else 0.0


def ink_points(image: Grey) -> NDArray[np.float32]:
    """Some of the ink's points, as rows (x, y), without large dark areas and rules."""
    scale = min(1.0, _SIDE / max(image.shape))
    small = np.asarray(
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink_mask(small).astype(np.uint8))
    largest = _SIDE // 15
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    kept = (extent <= largest) & (np.arange(count) > 0)
    rows, columns = np.nonzero(kept[labels])
    points = np.column_stack([columns, rows]).astype(np.float32)
    return points[:: max(1, len(points) // _POINTS)]


def sharpness(points: NDArray[np.float32], degrees: float) -> float:
    """How much neighbouring rows differ in ink when the points are turned anticlockwise."""
    angle = math.radians(degrees)
    rows = points[:, 1] * math.cos(angle) - points[:, 0] * math.sin(angle)
    counts = np.bincount(np.rint(rows - rows.min()).astype(np.int64))
    return float(np.square(np.diff(counts.astype(np.float64))).sum())


def _matrix(affine: Affine) -> NDArray[np.float64]:
    return np.array([affine[:3], affine[3:], (0.0, 0.0, 1.0)], dtype=np.float64)


def _affine(matrix: NDArray[np.float64]) -> Affine:
    a, b, c, d, e, f = (float(value) for value in matrix[:2].ravel())
    return a, b, c, d, e, f

"""The sheet on a darker desk: its four corners, and the picture as seen from straight above."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from haedok.prepare.grey import Grey, reduced

Floats = NDArray[np.float64]

_SIDE = 480
"""Longer side in pixels of the copy on which the sheet is looked for."""
_PART = (0.35, 0.985)
"""Least and most of the picture that a sheet fills."""
_FILLS = 0.96
"""Least overlap (common part of both together) of the sheet with its four corners' quadrangle."""
_DARKER = 0.85
"""Brightness beyond the sheet's edge, as a part of that within, at most."""
_ALONG = 0.8
"""Least part of an edge along which that holds."""
_EDGE = 0.012
"""A side within this part of the picture's size of its border runs along it."""


class _Edge(NamedTuple):
    seen: bool
    """The desk begins beyond it."""
    border: bool
    """The picture ends there."""


def image_to_corners(image: Grey) -> Floats | None:
    """Corners of the sheet, 4 x 2, from top left clockwise; None where no desk is seen around it.

    The sheet must fill much of the picture, have four straight or slightly bent sides, and be
    brighter than what lies beyond; at least two of its sides must be seen, the others may lie
    outside of the picture.
    """
    small, scale = reduced(image, _SIDE)
    paper = _without_print(small)
    sheet = _sheet(paper)
    corners = None if sheet is None else _corners(sheet)
    if sheet is None or corners is None or _overlap(sheet, corners) < _FILLS:
        return None
    edges = [_edge(paper, corners[side], corners[(side + 1) % 4], corners) for side in range(4)]
    seen = sum(edge.seen for edge in edges)
    if seen < 2 or not all(edge.seen or edge.border for edge in edges):
        return None
    return np.asarray((corners + 0.5) / scale - 0.5, np.float64)


def corners_to_view(corners: Floats) -> tuple[Floats, tuple[int, int]]:
    """The 3 x 3 map from a rectangle to the sheet, and the rectangle's width and height."""
    top, right, foot, left = (
        float(np.linalg.norm(corners[(side + 1) % 4] - corners[side])) for side in range(4)
    )
    width, height = round((top + foot) / 2), round((right + left) / 2)
    rectangle = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(rectangle, corners.astype(np.float32))
    return np.asarray(matrix, np.float64), (width, height)


def _without_print(small: Grey) -> Grey:
    size = max(3, round(0.03 * max(small.shape))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    padded = cv2.copyMakeBorder(small, size, size, size, size, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.medianBlur(closed, 5)[size:-size, size:-size], np.uint8)


def _sheet(paper: Grey) -> Grey | None:
    """The largest bright piece, its holes filled."""
    _, bright = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    largest = max(outlines, key=cv2.contourArea)
    part = cv2.contourArea(largest) / paper.size
    if not _PART[0] <= part <= _PART[1]:
        return None
    return np.asarray(cv2.drawContours(np.zeros_like(paper), [largest], -1, 255, -1), np.uint8)


def _corners(sheet: Grey) -> Floats | None:
    """Four corners of the hull, the coarsest outline that has no more."""
    outlines, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    around = cv2.arcLength(hull, True)
    for share in np.arange(0.01, 0.1, 0.005):
        found = cv2.approxPolyDP(hull, share * around, True)[:, 0].astype(np.float64)
        if len(found) == 4:
            return _clockwise(found)
        if len(found) < 4:
            return None
    return None


def _clockwise(corners: Floats) -> Floats:
    """From top left."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(angles)]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _overlap(sheet: Grey, corners: Floats) -> float:
    ideal = np.zeros_like(sheet)
    cv2.fillConvexPoly(ideal, np.rint(corners).astype(np.int32), 255)
    both, either = (sheet > 0) & (ideal > 0), (sheet > 0) | (ideal > 0)
    return float(both.sum() / max(1, either.sum()))


def _edge(paper: Grey, start: Floats, end: Floats, corners: Floats) -> _Edge:
    """Whether the picture is darker just beyond a side than just within it, or ends there."""
    height, width = paper.shape
    away = 0.022 * max(height, width)
    along = start + (end - start) * np.linspace(0.06, 0.94, 40)[:, None]
    outwards = np.array([end[1] - start[1], start[0] - end[0]])
    outwards /= max(float(np.linalg.norm(outwards)), 1e-9)
    if np.dot(outwards, along.mean(axis=0) - corners.mean(axis=0)) < 0:
        outwards = -outwards
    within, beyond = along - away * outwards, along + away * outwards
    edge = _EDGE * max(height, width)
    inside = ((beyond > edge / 2) & (beyond < np.array([width, height]) - 1 - edge / 2)).all(axis=1)
    if inside.mean() < 0.5:
        return _Edge(False, True)
    darker = _at(paper, beyond[inside]) < _DARKER * _at(paper, within[inside])
    return _Edge(bool(darker.mean() >= _ALONG), False)


def _at(paper: Grey, points: Floats) -> Floats:
    x, y = np.rint(points).astype(np.int64).T
    rows, columns = np.clip(y, 0, paper.shape[0] - 1), np.clip(x, 0, paper.shape[1] - 1)
    return np.asarray(paper[rows, columns], np.float64)

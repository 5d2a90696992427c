"""How a page lies on the paper of a PDF: its lines level, its picture turned to suit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from haedok.model import Affine, Box, Page

Point = tuple[float, float]

A4, LARGEST = 11.69, 200.0
"""Inches of the longer side: of a page that nothing is known about, and that PDF allows."""


class Sheet(NamedTuple):
    """Where things are on a paper, in points from its bottom left."""

    page: Page
    straight: Affine
    """From the page image as ingested to where it lies straight, in pixels of the prepared one."""
    frame: tuple[float, float, float, float]
    """Left, top, right and bottom of the paper in these pixels."""
    scale: float
    """Points of a pixel."""

    @property
    def size(self) -> Point:
        """Width and height."""
        left, top, right, bottom = self.frame
        return (right - left) * self.scale, (bottom - top) * self.scale

    @property
    def picture(self) -> Affine:
        """Where the unit square goes that PDF takes an image for, in PDF's order: by columns."""
        width, height = self.page.original_size
        origin, right, up = (
            self._on_paper(_mapped(self.straight, x, y))
            for x, y in ((0, height), (width, height), (0, 0))
        )
        across, above = ((x - origin[0], y - origin[1]) for x, y in (right, up))
        return (*across, *above, *origin)

    def place(self, x: float, y: float) -> Point:
        """Where a point of the prepared image is."""
        return self._on_paper(_straight(self.page, self.straight, x, y))

    def _on_paper(self, point: Point) -> Point:
        left, _, _, bottom = self.frame
        return (point[0] - left) * self.scale, (bottom - point[1]) * self.scale


def page_to_sheet(page: Page, boxes: Iterable[Box]) -> Sheet:
    """Paper as large as the page's picture would be if it were straight, or as the boxes need.

    Args:
        page: one with a picture.
        boxes: of words, in pixels of the prepared image.
    """
    width, height = page.original_size
    straight = _inverse(page.to_original)
    a, b, _, d, e, _ = straight
    sides = (width * math.hypot(a, d), height * math.hypot(b, e))
    if abs(a) < abs(d):  # it lies on its side
        sides = (sides[1], sides[0])
    middle = _mapped(straight, width / 2, height / 2)
    corners = [(middle[0] + s * sides[0] / 2, middle[1] + s * sides[1] / 2) for s in (-1, 1)]
    for box in boxes:
        corners += [_straight(page, straight, *c) for c in ((box.x0, box.y0), (box.x1, box.y1))]
    xs, ys = zip(*corners, strict=True)
    return Sheet(page, straight, (min(xs), min(ys), max(xs), max(ys)), 72 / _dpi(page))


def _dpi(page: Page) -> float:
    """Pixels per inch of the prepared image; where unknown, as if the page were A4."""
    longer = max(page.width, page.height, 1)
    return max(page.dpi or longer / A4, longer / LARGEST)


def _straight(page: Page, straight: Affine, x: float, y: float) -> Point:
    """A point of the prepared image in the picture that was laid straight, but not flat."""
    return (x, y) if page.warp is None else _mapped(straight, *page.warp.back(x, y))


def _mapped(affine: Affine, x: float, y: float) -> Point:
    a, b, c, d, e, f = affine
    return a * x + b * y + c, d * x + e * y + f


def _inverse(affine: Affine) -> Affine:
    a, b, c, d, e, f = affine
    size = a * e - b * d
    return (
        *(e / size, -b / size, (b * f - e * c) / size),
        *(-d / size, a / size, (d * c - a * f) / size),
    )

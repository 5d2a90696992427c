"""What scanners, copiers and compression do to a line, at the line's own resolution.

The effects are those of ``synthesize.wear``, in strengths drawn anew for every line; here they
must be quick, so noise is cut from sheets that are drawn once.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Page = NDArray[np.float32]
"""A line while it is worn: paper 255, ink 0, values beyond both until the end."""
Rng = np.random.Generator

EM = 42.0
"""Pixels of 10 point at 300 dpi; strengths are given for type of this size."""


def wear(image: Grey, em: float, rng: Rng) -> Grey:
    """Wear a line of paper 255 and ink 0 whose type is ``em`` pixels large."""
    chance = rng.random()
    if chance < 0.15:
        return image if rng.random() < 0.6 else _blurred(image, rng.uniform(0.3, 0.7))
    if chance < 0.55:
        return _scanned(image, em, rng)
    return _copied(image, em, rng) if chance < 0.85 else _compressed(_scanned(image, em, rng), rng)


def _scanned(image: Grey, em: float, rng: Rng) -> Grey:
    if rng.random() < 0.4:
        image = _weight(image, rng)
    page = _inked(image.astype(np.float32), em, rng.uniform(0, 0.5), rng)
    if rng.random() < 0.25:
        page = _bled(page, rng)
    page = _soft(page, rng.uniform(0.35, 1.25) * _size(em))
    dark, paper = rng.uniform(0, 90), rng.uniform(170, 255)
    page = dark + page * ((paper - dark) / 255.0)
    if rng.random() < 0.3:
        page = page * np.linspace(
            rng.uniform(0.6, 1), rng.uniform(0.7, 1), page.shape[1], dtype=np.float32
        )
    if rng.random() < 0.3:
        page = _specked(page, em, rng.uniform(0, 1.0), rng)
    page = page + _noise(page.shape, rng) * np.float32(rng.uniform(0, 9))
    return _clip(page)


def _copied(image: Grey, em: float, rng: Rng) -> Grey:
    """Once or twice through a copier: uneven ink, lost toner, black and white, specks."""
    size = _size(em)
    page = _inked(image.astype(np.float32), em, rng.uniform(0.1, 0.6), rng)
    loss = cloud(page.shape, 3, rng) * cloud(page.shape, 90, rng)
    page = page + rng.uniform(0, 0.35) * (180.0 * np.maximum(loss, 0) + 25.0 * np.minimum(loss, 0))
    page = _soft(page, rng.uniform(0.6, 1.3) * size)
    page = page + _noise(page.shape, rng) * np.float32(rng.uniform(2, 14))
    page = np.where(page > 255 * rng.uniform(0.57, 0.76), np.float32(255), np.float32(0))
    if rng.random() < 0.35:
        page = _soft(page, rng.uniform(0.8, 1.25) * size)
        page = np.where(page > 255 * rng.uniform(0.57, 0.74), np.float32(255), np.float32(0))
    page = _specked(page, em, rng.uniform(0, 1.8), rng)
    if rng.random() < 0.25:
        page = _soft(page, rng.uniform(0.3, 0.8))
    return _clip(page)


def _compressed(image: Grey, rng: Rng) -> Grey:
    for _ in range(1 if rng.random() < 0.6 else 2):
        quality = int(rng.integers(18, 75))
        _, stored = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE), np.uint8)
    return image


def _inked(page: Page, em: float, strength: float, rng: Rng) -> Page:
    """Strokes thicken here and thin out there, and grow pale in patches."""
    blurred = _soft(page, 0.8 * _size(em))
    dark = (255.0 - blurred) * np.float32(1 / 255)
    pressed = blurred + (page - blurred) * 0.5 + 90.0 * strength * cloud(page.shape, 60, rng) * dark
    pale = 1.0 - strength * 0.5 * np.maximum(cloud(page.shape, 25, rng), 0)
    return np.asarray(255.0 - (255.0 - pressed) * pale, np.float32)


def _bled(page: Page, rng: Rng) -> Page:
    """The other side shines through."""
    back = _soft(np.roll(page[:, ::-1], int(rng.integers(-9, 9)), axis=0), 2.0)
    return np.asarray(page - rng.uniform(0.03, 0.3) * (255.0 - back), np.float32)


def _specked(page: Page, em: float, per_inch: float, rng: Rng) -> Page:
    """Specks of dirt and of lost ink, about ``per_inch`` of each to a square inch."""
    count = rng.poisson(2 * per_inch * page.size / (300.0 * em / EM) ** 2)
    for _ in range(min(int(count), 60)):
        x, y = int(rng.integers(page.shape[1])), int(rng.integers(page.shape[0]))
        shade = float(rng.integers(0, 140)) if rng.random() < 0.5 else 255.0
        cv2.circle(page, (x, y), int(rng.integers(0, 3)), shade, -1)
    return page


def _weight(image: Grey, rng: Rng) -> Grey:
    """Strokes a pixel thicker or thinner, in part."""
    kernel = np.ones((2, 2), np.uint8)
    changed = cv2.erode(image, kernel) if rng.random() < 0.6 else cv2.dilate(image, kernel)
    part = rng.uniform(0.2, 0.9)
    return np.asarray(cv2.addWeighted(image, 1.0 - part, changed, part, 0.0), np.uint8)


def _size(em: float) -> float:
    """How large the type is, for effects that grow with it."""
    return max(0.6, em / EM)


def _soft(page: Page, sigma: float) -> Page:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), np.float32)


def _blurred(image: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def _clip(page: Page) -> Grey:
    return np.asarray(np.clip(page, 0, 255), np.uint8)


def _noise(shape: tuple[int, ...], rng: Rng) -> Page:
    return _cut(_white(), shape, rng)


def cloud(shape: tuple[int, ...], cell: int, rng: Rng) -> Page:
    """Noise in −1…1 that changes over about ``cell`` pixels."""
    return _cut(_clouds(cell), shape, rng)


def _cut(sheet: Page, shape: tuple[int, ...], rng: Rng) -> Page:
    """A piece of the sheet, from anywhere; a line that is larger gets all of it, stretched."""
    height, width = shape[0], shape[1]
    if height > sheet.shape[0] or width > sheet.shape[1]:
        return np.asarray(cv2.resize(sheet, (width, height)), np.float32)
    y = int(rng.integers(sheet.shape[0] - height + 1))
    x = int(rng.integers(sheet.shape[1] - width + 1))
    return sheet[y : y + height, x : x + width]


@cache
def _white() -> Page:
    return np.random.default_rng(0).standard_normal((512, 6144), np.float32)


@cache
def _clouds(cell: int) -> Page:
    rng = np.random.default_rng(cell)
    coarse = rng.uniform(-1, 1, (768 // cell + 2, 6144 // cell + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (6144, 768), interpolation=cv2.INTER_CUBIC))

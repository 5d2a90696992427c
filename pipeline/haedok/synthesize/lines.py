"""Text → images of printed lines, by the hundred thousand, for training and statistics.

No typesetter: glyphs are drawn once by FreeType, kept, and laid side by side as a compositor would,
with the tracking and word spaces of a justified line, then worn by a few quick effects. The box of
every character is known exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from haedok.model import Box
from haedok.synthesize.fonts import HANJA, Face, find
from haedok.synthesize.wear import Grey, blur, jpeg, threshold

SIZES = (28, 31, 34, 37, 40, 43, 46, 49)
"""Pixels of an em: 9–11 points at 200–300 dpi. Few, so that every glyph is drawn only once."""
_BASIC = ImageFont.Layout.BASIC
"""Of one sign at a time there is nothing to shape, and not every Pillow can."""
MEASURE = (18, 42)
"""A line has between so many characters and so many."""

_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)
"""Where a line may end: between any two syllables, but not within Latin words and numbers."""


class PrintedLine(msgspec.Struct, frozen=True):
    """An image (height × width, uint8, dark on light) of ``text``, a box per character."""

    image: Grey
    text: str
    chars: tuple[Box, ...]
    face: str


class _Glyph(msgspec.Struct, frozen=True):
    """Coverage 0…255 of a character's ink, where it lies from the pen, how far the pen moves on."""

    ink: NDArray[np.uint8]
    left: int
    top: int
    advance: float


def lines(texts: Iterable[str], faces: Sequence[Face], seed: int) -> Iterator[PrintedLine]:
    """Cut texts into lines and print each in a face, size, tracking and wear of its own.

    Raises:
        MissingProgramError: a font is not installed.
    """
    rng = np.random.default_rng(seed)
    for text in texts:
        for line in cut(text, rng):
            face = faces[int(rng.integers(len(faces)))]
            yield print_line(line, face, rng)


def cut(text: str, rng: np.random.Generator) -> Iterator[str]:
    """Lines of a text, broken as Korean is: anywhere but within a Latin word; spaces at ends go."""
    line, room = "", int(rng.integers(*MEASURE))
    for piece in _PIECE.findall(" ".join(text.split())):
        if line.strip() and len(line) + len(piece) > room and not piece.isspace():
            yield line.strip()
            line, room = "", int(rng.integers(*MEASURE))
        line += piece
    if line.strip():
        yield line.strip()


def print_line(text: str, face: Face, rng: np.random.Generator) -> PrintedLine:
    """Print one line and wear it."""
    size = SIZES[int(rng.integers(len(SIZES)))]
    sheet, chars = _set(text, face, size, rng)
    return PrintedLine(_wear(255 - sheet, rng), text, chars, face.name)


def _set(
    text: str, face: Face, size: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], tuple[Box, ...]]:
    """Ink on a sheet just large enough, and the characters' boxes on it."""
    tracking = size * rng.uniform(-0.08, 0.04)
    space = size * rng.uniform(0.18, 0.5)
    slope = rng.uniform(-0.004, 0.004)
    margin = int(size * rng.uniform(0.15, 0.5))
    glyphs = [_glyph(face, size, sign) for sign in text]
    moves = [space if s == " " else g.advance + tracking for s, g in zip(text, glyphs, strict=True)]
    pens = margin + np.concatenate([[0.0], np.cumsum(moves)])
    rise = int(abs(slope) * pens[-1]) + 1
    sheet = np.zeros((2 * margin + int(1.3 * size) + rise, int(pens[-1]) + size + margin), np.uint8)
    baseline = margin + int(1.05 * size) + (rise if slope < 0 else 0)
    chars = []
    for pen, move, sign, glyph in zip(pens, moves, text, glyphs, strict=False):
        y = baseline + round(slope * pen)
        if sign == " ":
            chars.append(Box(int(pen), y - size // 2, int(pen + move), y))
        else:
            chars.append(_ink(sheet, glyph, int(pen) + glyph.left, y + glyph.top))
    return sheet[:, : int(pens[-1]) + margin], tuple(chars)


def _ink(sheet: NDArray[np.uint8], glyph: _Glyph, x: int, y: int) -> Box:
    height, width = glyph.ink.shape
    x, y = max(x, 0), max(y, 0)
    place = sheet[y : y + height, x : x + width]
    np.maximum(place, glyph.ink[: place.shape[0], : place.shape[1]], out=place)
    return Box(x, y, x + place.shape[1], y + place.shape[0])


@lru_cache(maxsize=200_000)
def _glyph(face: Face, size: int, sign: str) -> _Glyph:
    """Drawn by the face, or by the Hanja face where it lacks the sign."""
    loaded = font(face, size)
    mask, (left, top) = loaded.getmask2(sign, mode="L", anchor="ls")
    drawn = bytes(mask)
    if face is not HANJA and drawn == _lacking(face, size):
        return _glyph(HANJA, size, sign)
    ink = np.frombuffer(drawn, np.uint8).reshape(mask.size[1], mask.size[0])
    return _Glyph(ink, int(left), int(top), float(loaded.getlength(sign)))


@lru_cache(maxsize=512)
def _lacking(face: Face, size: int) -> bytes:
    """What the face draws for a sign that it does not have."""
    mask, _ = font(face, size).getmask2("\uffff", mode="L", anchor="ls")
    return bytes(mask)


@lru_cache(maxsize=512)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """A face in a size, in pixels of an em, without shaping.

    Raises:
        MissingProgramError: the font is not installed.
    """
    file = find(face)
    return ImageFont.truetype(str(file.path), size, index=file.index, layout_engine=_BASIC)


def _wear(image: Grey, rng: np.random.Generator) -> Grey:
    """Of each kind of wear some, or none; quick effects only."""
    if rng.random() < 0.3:
        image = _weight(image, rng)
    if rng.random() < 0.25:
        image = _coarse(image, rng)
    if rng.random() < 0.7:
        image = blur(image, rng, sigma=float(rng.uniform(0.4, 1.2)))
    ink, paper = rng.uniform(0, 90), rng.uniform(190, 255)
    image = (ink + image * ((paper - ink) / 255.0)).astype(np.uint8)
    if rng.random() < 0.6:
        image = _grain(image, rng, sigma=rng.uniform(1, 14))
    if rng.random() < 0.25:
        image = threshold(image, rng, level=float(rng.uniform(0.65, 0.85)))
    elif rng.random() < 0.2:
        image = jpeg(image, rng, quality=int(rng.integers(20, 70)))
    return image


def _grain(image: Grey, rng: np.random.Generator, sigma: float) -> Grey:
    """As ``wear.grain``, with a cut from a sheet of noise that is drawn only once."""
    sheet = _noise()
    height, width = (min(side, most) for side, most in zip(image.shape, sheet.shape, strict=True))
    y = int(rng.integers(sheet.shape[0] - height + 1))
    x = int(rng.integers(sheet.shape[1] - width + 1))
    noisy = image[:height, :width] + sheet[y : y + height, x : x + width] * np.float32(sigma)
    image[:height, :width] = np.clip(noisy, 0, 255)
    return image


@cache
def _noise() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((512, 4096), np.float32)


def _weight(image: Grey, rng: np.random.Generator) -> Grey:
    """Strokes a pixel thicker or thinner, in part."""
    kernel = np.ones((2, 2), np.uint8)
    changed = cv2.erode(image, kernel) if rng.random() < 0.6 else cv2.dilate(image, kernel)
    part = rng.uniform(0.3, 1.0)
    return np.asarray(cv2.addWeighted(image, 1.0 - part, changed, part, 0.0), np.uint8)


def _coarse(image: Grey, rng: np.random.Generator) -> Grey:
    """As scanned at half to four fifths of the resolution, and enlarged again."""
    height, width = image.shape
    scale = rng.uniform(0.5, 0.8)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)

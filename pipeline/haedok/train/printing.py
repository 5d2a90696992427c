"""A text → a worn line image as the recogniser gets it, with the place of every character.

Glyphs are drawn once, large, and laid side by side as a compositor would; the line is then brought
to the resolution of a scan, worn there, and resampled as ``recognize`` resamples the lines that it
finds: the type size, middle and slope that it estimates are a little off, so they are here.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own import alphabet
from haedok.recognize.own.contrast import normalised
from haedok.recognize.own.crops import BODY as EM
from haedok.recognize.own.crops import HEIGHT
from haedok.train.distort import distorted, roomy
from haedok.train.glyphs import BASELINE, MASTER, Cast, Glyph, body, glyph
from haedok.train.line_wear import wear

Grey = NDArray[np.uint8]
Rng = np.random.Generator

_SHEET = 136
"""Height of the master sheet; the middle of the body is the middle of the sheet."""


class Sample(msgspec.Struct, frozen=True):
    """A crop (48 × W, uint8, normalised), its text, and per character where it is, in pixels.

    ``spans``: n × 4, floats: left and right end of the room it takes, left and right end of its
    ink.
    """

    image: Grey
    text: str
    spans: NDArray[np.float32]


def sample(text: str, cast: Cast, rng: Rng) -> Sample | None:
    """Print a line. None: no font has one of the characters."""
    text, raised = _raised(text, rng)
    glyphs = [drawn for sign in text if (drawn := glyph(cast, sign)) is not None]
    if len(glyphs) < len(text):
        return None
    sheet, spans = _typeset(glyphs, text, raised, rng)
    if rng.random() < 0.35:
        _add_neighbours(sheet, rng)
    _remember(sheet)
    if rng.random() < 0.08:
        _add_rules(sheet, rng)
    em = _native_em(rng)
    scale_y = em / MASTER
    scale_x = scale_y * (rng.uniform(0.86, 1.0) if rng.random() < 0.4 else rng.uniform(0.97, 1.03))
    native = cv2.resize(sheet, None, fx=scale_x, fy=scale_y, interpolation=cv2.INTER_AREA)
    image = wear(np.asarray(255 - native, np.uint8), em, rng)
    crop, spans = _crop(image, spans * np.float32(scale_x), (em, *body(cast.main)), rng)
    return Sample(normalised(crop), text, spans)


def nothing(rng: Rng) -> Sample:
    """A crop of what is no text: paper, specks, rules, patterns, pieces of huge strokes."""
    sheet = _no_text(rng)
    em = _native_em(rng)
    native = cv2.resize(sheet, None, fx=em / MASTER, fy=em / MASTER, interpolation=cv2.INTER_AREA)
    image = wear(np.asarray(255 - native, np.uint8), em, rng)
    whole = np.array([[0, image.shape[1], 0, image.shape[1]]], np.float32)
    crop, _ = _crop(image, whole, (em, 1.0, 0.0), rng)
    return Sample(normalised(crop), "", np.zeros((0, 4), np.float32))


def _no_text(rng: Rng) -> Grey:
    """A master sheet without text: ink of other things, or none."""
    sheet = np.zeros((_SHEET, int(rng.integers(80, 1400))), np.uint8)
    chance = rng.random()
    if chance < 0.35 and _others:
        other = _others[int(rng.integers(len(_others)))]
        times = float(rng.uniform(3, 7))
        huge = cv2.resize(other, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
        top = int(rng.integers(huge.shape[0] - _SHEET))
        part = huge[top : top + _SHEET, : sheet.shape[1]]
        sheet[:, : part.shape[1]] = part
    elif chance < 0.55:
        for _ in range(int(rng.integers(1, 4))):
            _add_rules(sheet, rng)
    elif chance < 0.7:
        step = int(rng.integers(5, 24))
        sheet[:, ::step] = 255
        if rng.random() < 0.5:
            sheet[::step] = 255
        sheet = _soft(sheet, float(rng.uniform(0.5, 3)))
    elif chance < 0.8:
        for _ in range(int(rng.integers(1, 6))):
            ends = rng.integers(0, (sheet.shape[1], _SHEET), size=(2, 2)).tolist()
            cv2.line(sheet, ends[0], ends[1], 255, int(rng.integers(2, 9)))
    return sheet


def _add_rules(sheet: Grey, rng: Rng) -> None:
    """Rules above, below or beside a line: of tables, frames, footnotes, underlining."""
    thick = int(rng.integers(2, 6))
    middle = _SHEET // 2
    if rng.random() < 0.65:
        off = int(MASTER * rng.uniform(0.55, 0.85))
        y = middle + (off if rng.random() < 0.6 else -off)
        left = int(rng.integers(sheet.shape[1])) if rng.random() < 0.3 else 0
        sheet[y : y + thick, left:] = 255
    else:
        at_left = rng.random() < 0.5
        x = int(rng.integers(0, 6)) if at_left else sheet.shape[1] - int(rng.integers(6, 12))
        sheet[:, max(x, 0) : x + thick] = 255


def _native_em(rng: Rng) -> float:
    """Type sizes of 8 to 11 points at 300 and at 150 dpi, and all between and beyond."""
    chance = rng.random()
    if chance < 0.55:
        return float(rng.uniform(31, 47))
    return float(rng.uniform(16, 25)) if chance < 0.85 else float(rng.uniform(20, 64))


def _raised(text: str, rng: Rng) -> tuple[str, tuple[bool, ...]]:
    """Which characters are set as superscripts: note marks behind a word, now and then."""
    flags = [False] * len(text)
    if rng.random() < 0.12:
        at = int(rng.integers(len(text) + 1))
        while at < len(text) and text[at - 1 : at] != " " and text[at] != " ":
            at += 1
        mark = f"{rng.integers(1, 130)}" + (")" if rng.random() < 0.75 else "")
        text = text[:at] + mark + text[at:]
        flags[at:at] = [True] * len(mark)
    return text, tuple(flags)


def _typeset(
    glyphs: Sequence[Glyph], text: str, raised: Sequence[bool], rng: Rng
) -> tuple[Grey, NDArray[np.float32]]:
    """Ink on a master sheet, and the characters' spans on it."""
    tracking = MASTER * float(
        rng.choice([rng.uniform(-0.1, 0.0), rng.uniform(-0.02, 0.12)], p=[0.75, 0.25])
    )
    # justified lines of narrow columns have spaces that are hardly wider than a gap
    space = MASTER * float(
        rng.uniform(0.12, 0.3) if rng.random() < 0.55 else rng.uniform(0.25, 0.6)
    )
    space += 1.5 * max(0.0, tracking)  # and widely set ones have wide spaces
    small = float(rng.uniform(0.55, 0.7))
    margin = int(rng.integers(8, 24))
    pen, placed = float(margin), []
    room = float(rng.uniform(0.5, 1.0)) if rng.random() < 0.2 else 0.0
    uneven = MASTER * float(rng.uniform(0.0, 0.07)) if rng.random() < 0.15 else 0.0
    for sign, whole, up in zip(text, glyphs, raised, strict=True):
        drawn = _shrunk(whole, small) if up else roomy(whole, sign, room)
        wide = alphabet.kind(sign) in (alphabet.HANGUL, alphabet.HANJA)
        # narrow letters are tracked by less, as typesetting programs do
        move = space if sign == " " else drawn.advance + tracking * (1.0 if wide else 0.4)
        move += float(rng.normal(0.0, uneven)) if uneven and sign != " " else 0.0
        placed.append((pen, move, drawn, up))
        pen += move
    sheet = np.zeros((_SHEET, int(pen) + margin + MASTER), np.uint8)
    spans = np.zeros((len(text), 4), np.float32)
    baseline = _SHEET // 2 + round(BASELINE * MASTER)
    for index, (at, move, drawn, up) in enumerate(placed):
        y = baseline - (round(0.36 * MASTER) if up else 0)
        left, right = _add_ink(sheet, drawn, round(at) + drawn.left, y + drawn.top)
        ink = (left, right) if right > left else (at, at + move)  # a space has its room for ink
        spans[index] = (at, at + move, *ink)
    return distorted(np.ascontiguousarray(sheet[:, : int(pen) + margin]), rng), spans


def _shrunk(whole: Glyph, factor: float) -> Glyph:
    if not whole.ink.size:
        return msgspec.structs.replace(whole, advance=whole.advance * factor)
    ink = cv2.resize(whole.ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return Glyph(
        np.asarray(ink, np.uint8),
        round(whole.left * factor),
        round(whole.top * factor),
        whole.advance * factor,
    )


def _add_ink(sheet: Grey, drawn: Glyph, x: int, y: int) -> tuple[int, int]:
    """Lay a glyph on the sheet, as far as there is sheet; returns its left and right end."""
    x, y = max(x, 0), max(y, 0)
    height, width = drawn.ink.shape
    place = sheet[y : y + height, x : x + width]
    np.maximum(place, drawn.ink[: place.shape[0], : place.shape[1]], out=place)
    return x, x + place.shape[1]


_REMEMBERED = 16
_others: list[Grey] = []
"""The last few lines that this process set: what stands above and below another.

So the same generator gives the same samples only from the first sample of a process on.
"""


def _remember(sheet: Grey) -> None:
    """Keep a sheet; once there are enough, in the place of one that its own ink draws."""
    if len(_others) < _REMEMBERED:
        _others.append(sheet)
    else:
        _others[int(sheet[_SHEET // 2, ::7].sum()) % _REMEMBERED] = sheet


def _add_neighbours(sheet: Grey, rng: Rng) -> None:
    """Lines close above and below, of which a crop may catch the edge."""
    if not _others:
        return
    for up in (True, False):
        if rng.random() < 0.3:
            continue
        other = _others[int(rng.integers(len(_others)))]
        pitch = int(MASTER * rng.uniform(1.25, 1.8))
        width = min(sheet.shape[1], other.shape[1])
        rows = _SHEET - pitch
        if up:
            place, part = sheet[:rows, :width], other[pitch:, :width]
        else:
            place, part = sheet[pitch:, :width], other[:rows, :width]
        np.maximum(place, part, out=place)


def _soft(image: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def _crop(
    image: Grey, spans: NDArray[np.float32], size: tuple[float, float, float], rng: Rng
) -> tuple[Grey, NDArray[np.float32]]:
    """Resample as ``recognize`` does, with an estimate of size, middle and slope that is off.

    ``size``: the em in pixels, and what `glyphs.body` says of the face.
    """
    em, ratio, lower = size
    scale = EM / (em * ratio) * float(np.clip(rng.normal(1.0, 0.07), 0.82, 1.22))
    middle = HEIGHT / 2 + float(np.clip(rng.normal(0.0, 1.4), -4.0, 4.0)) - scale * em * lower
    slope = float(rng.normal(0.0, 0.0025)) if rng.random() < 0.6 else 0.0
    left = float(rng.uniform(3.0, 12.0)) - scale * float(spans[0, 2])
    width = int(scale * float(spans[-1, 3]) + left + rng.uniform(3.0, 12.0))
    width = -(-max(width, 32) // 16) * 16
    mid_x = width / 2
    matrix = np.array(
        [
            [scale, 0.0, left],
            [slope * scale, scale, middle - scale * image.shape[0] / 2 - slope * (mid_x - left)],
        ],
        np.float32,
    )
    paper = int(np.percentile(image[::3, ::5], 85))
    crop = cv2.warpAffine(
        _soft(image, 0.35 / scale) if scale < 0.7 else image,
        matrix,
        (width, HEIGHT),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )
    return np.asarray(crop, np.uint8), spans * np.float32(scale) + np.float32(left)

"""A text → a worn line image as the recogniser gets it, with the place of every character.

Glyphs are drawn once, large, and laid side by side as a compositor would; the line is then brought
to the resolution of a scan, worn there, and resampled as ``recognize`` resamples the lines that it
finds: the type size, middle and slope that it estimates are a little off, so they are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from haedok.recognize.own import alphabet
from haedok.recognize.own.contrast import normalised
from haedok.recognize.own.crops import BODY as EM
from haedok.recognize.own.crops import HEIGHT
from haedok.train.line_wear import wear

Grey = NDArray[np.uint8]
Rng = np.random.Generator

MASTER = 64
"""Pixels of an em in which glyphs are drawn; no page is read larger."""
_BASELINE = 0.38
"""Ems from the middle of a Hangul body down to the baseline."""
_SHEET = 136
"""Height of the master sheet; the middle of the body is the middle of the sheet."""


class Font(msgspec.Struct, frozen=True):
    """A font file, with its place in a collection."""

    path: str
    index: int = 0


class Cast(msgspec.Struct, frozen=True):
    """The fonts of a line: the main one, and those for Latin letters and for Hanja.

    What a font lacks is drawn by the next that has it: main, Hanja, others.
    """

    main: Font
    latin: Font | None
    hanja: tuple[Font, ...]


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
    glyphs = [_glyph(cast, sign) for sign in text]
    if any(glyph is None for glyph in glyphs):
        return None
    sheet, spans = _set([g for g in glyphs if g is not None], text, raised, rng)
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
    crop, spans = _crop(image, spans * np.float32(scale_x), (em, *_body(cast.main)), rng)
    return Sample(normalised(crop), text, spans)


def nothing(rng: Rng) -> Sample:
    """A crop of what is no text: paper, specks, rules, patterns, pieces of huge strokes."""
    sheet = np.zeros((_SHEET, int(rng.integers(80, 1400))), np.uint8)
    chance = rng.random()
    if chance < 0.35 and _others:
        piece = _others[int(rng.integers(len(_others)))]
        times = float(rng.uniform(3, 7))
        piece = cv2.resize(piece, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
        top = int(rng.integers(piece.shape[0] - _SHEET))
        part = piece[top : top + _SHEET, : sheet.shape[1]]
        sheet[:, : part.shape[1]] = part
    elif chance < 0.55:
        for _ in range(int(rng.integers(1, 4))):
            _add_rules(sheet, rng)
    elif chance < 0.7:
        step = int(rng.integers(5, 24))
        sheet[:, :: step] = 255
        if rng.random() < 0.5:
            sheet[:: step] = 255
        sheet = cv2.GaussianBlur(sheet, (0, 0), float(rng.uniform(0.5, 3)))
    elif chance < 0.8:
        for _ in range(int(rng.integers(1, 6))):
            ends = rng.integers(0, (sheet.shape[1], _SHEET), size=(2, 2)).tolist()
            cv2.line(sheet, ends[0], ends[1], 255, int(rng.integers(2, 9)))
    em = _native_em(rng)
    native = cv2.resize(sheet, None, fx=em / MASTER, fy=em / MASTER, interpolation=cv2.INTER_AREA)
    image = wear(np.asarray(255 - native, np.uint8), em, rng)
    whole = np.array([[0, image.shape[1], 0, image.shape[1]]], np.float32)
    crop, _ = _crop(image, whole, (em, 1.0, 0.0), rng)
    return Sample(normalised(crop), "", np.zeros((0, 4), np.float32))


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
        x = int(rng.integers(0, 6)) if rng.random() < 0.5 else sheet.shape[1] - int(rng.integers(6, 12))
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


class _Glyph(msgspec.Struct, frozen=True):
    """Coverage 0…255 of a character's ink, where it lies from the pen, how far the pen moves on."""

    ink: Grey
    left: int
    top: int
    advance: float


def _set(
    glyphs: Sequence[_Glyph], text: str, raised: Sequence[bool], rng: Rng
) -> tuple[Grey, NDArray[np.float32]]:
    """Ink on a master sheet, and the characters' spans on it."""
    tracking = MASTER * float(rng.choice([rng.uniform(-0.1, 0.0), rng.uniform(-0.02, 0.12)], p=[0.75, 0.25]))
    # justified lines of narrow columns have spaces that are hardly wider than a gap
    space = MASTER * float(rng.uniform(0.12, 0.3) if rng.random() < 0.55 else rng.uniform(0.25, 0.6))
    space += 1.5 * max(0.0, tracking)  # and widely set ones have wide spaces
    small = float(rng.uniform(0.55, 0.7))
    margin = int(rng.integers(8, 24))
    pen, placed = float(margin), []
    for sign, glyph, up in zip(text, glyphs, raised, strict=True):
        drawn = _shrunk(glyph, small) if up else glyph
        wide = alphabet.kind(sign) in (alphabet.HANGUL, alphabet.HANJA)
        # narrow letters are tracked by less, as typesetting programs do
        move = space if sign == " " else drawn.advance + tracking * (1.0 if wide else 0.4)
        placed.append((pen, move, drawn, up))
        pen += move
    sheet = np.zeros((_SHEET, int(pen) + margin + MASTER), np.uint8)
    spans = np.zeros((len(text), 4), np.float32)
    baseline = _SHEET // 2 + round(_BASELINE * MASTER)
    for index, (at, move, glyph, up) in enumerate(placed):
        y = baseline - (round(0.36 * MASTER) if up else 0)
        left, right = _ink(sheet, glyph, round(at) + glyph.left, y + glyph.top)
        spans[index] = (at, at + move, left, right) if right > left else (at, at + move, at, at + move)
    return np.ascontiguousarray(sheet[:, : int(pen) + margin]), spans


def _shrunk(glyph: _Glyph, factor: float) -> _Glyph:
    if not glyph.ink.size:
        return msgspec.structs.replace(glyph, advance=glyph.advance * factor)
    ink = cv2.resize(glyph.ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return _Glyph(np.asarray(ink, np.uint8), round(glyph.left * factor), round(glyph.top * factor), glyph.advance * factor)


def _ink(sheet: Grey, glyph: _Glyph, x: int, y: int) -> tuple[int, int]:
    x, y = max(x, 0), max(y, 0)
    height, width = glyph.ink.shape
    place = sheet[y : y + height, x : x + width]
    np.maximum(place, glyph.ink[: place.shape[0], : place.shape[1]], out=place)
    return x, x + place.shape[1]


@lru_cache(maxsize=300_000)
def _glyph(cast: Cast, sign: str) -> _Glyph | None:
    latin = cast.latin is not None and "!" <= sign <= "ɏ"
    fonts = [cast.latin] if latin else []
    for font in (*fonts, cast.main, *cast.hanja):
        assert font is not None
        glyph = _drawn(font, sign)
        if glyph is not None:
            return glyph
    return None


@lru_cache(maxsize=400_000)
def _drawn(font: Font, sign: str) -> _Glyph | None:
    face = _font(font)
    mask, (left, top) = face.getmask2(sign, mode="L", anchor="ls")
    drawn = bytes(mask)
    if drawn == _lacking(font) or (not sum(drawn) and sign != " "):
        return None
    ink = np.frombuffer(drawn, np.uint8).reshape(mask.size[1], mask.size[0])
    return _Glyph(ink, int(left), int(top), float(face.getlength(sign)))


@lru_cache(maxsize=512)
def _lacking(font: Font) -> bytes:
    mask, _ = _font(font).getmask2("\uffff", mode="L", anchor="ls")
    return bytes(mask)


@lru_cache(maxsize=512)
def _font(font: Font) -> ImageFont.FreeTypeFont:
    # of one sign at a time there is nothing to shape
    return ImageFont.truetype(font.path, MASTER, index=font.index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=512)
def _body(font: Font) -> tuple[float, float]:
    """How a face fills its em: its size and middle as the ink of Hangul has them.

    ``recognize`` sees ink, not ems: it takes type to be 1/0.92 of the height of its syllables,
    and the middle to be theirs. Returned are that size in ems of the face, and how far the middle
    lies below that of the sheet, in ems.
    """
    inks = [_drawn(font, sign) for sign in "한글을책의든말힘"]
    tops = [glyph.top for glyph in inks if glyph]
    ends = [glyph.top + glyph.ink.shape[0] for glyph in inks if glyph]
    top, end = float(np.median(tops)), float(np.median(ends))
    return (end - top) / 0.92 / MASTER, (top + end) / 2 / MASTER + _BASELINE


_others: list[Grey] = []
"""The last few lines set: what stands above and below another."""


def _remember(sheet: Grey) -> None:
    if len(_others) < 16:
        _others.append(sheet)
    else:
        _others[int(sheet[68, ::7].sum()) % 16] = sheet


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


def _crop(
    image: Grey, spans: NDArray[np.float32], body: tuple[float, float, float], rng: Rng
) -> tuple[Grey, NDArray[np.float32]]:
    """Resample as ``recognize`` does, with an estimate of size, middle and slope that is off.

    ``body``: the em in pixels, and what `_body` says of the face.
    """
    em, ratio, lower = body
    scale = EM / (em * ratio) * float(np.clip(rng.normal(1.0, 0.07), 0.82, 1.22))
    middle = HEIGHT / 2 + float(np.clip(rng.normal(0.0, 1.4), -4.0, 4.0)) - scale * em * lower
    slope = float(rng.normal(0.0, 0.0025)) if rng.random() < 0.6 else 0.0
    left = float(rng.uniform(3.0, 12.0)) - scale * float(spans[0, 2])
    width = int(scale * float(spans[-1, 3]) + left + rng.uniform(3.0, 12.0))
    width = -(-max(width, 32) // 16) * 16
    source = image
    if scale < 0.7:
        source = cv2.GaussianBlur(image, (0, 0), 0.35 / scale)
    mid_x = width / 2
    matrix = np.array(
        [[scale, 0.0, left], [slope * scale, scale, middle - scale * image.shape[0] / 2 - slope * (mid_x - left)]],
        np.float32,
    )
    paper = int(np.percentile(image[::3, ::5], 85))
    crop = cv2.warpAffine(source, matrix, (width, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
    return np.asarray(crop, np.uint8), spans * np.float32(scale) + np.float32(left)

"""Characters as fonts draw them, each drawn once; what one font lacks is drawn by the next."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

MASTER = 64
"""Pixels of an em in which glyphs are drawn; no page is read larger."""
BASELINE = 0.38
"""Ems from the middle of a Hangul body down to the baseline."""


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


class Glyph(msgspec.Struct, frozen=True):
    """Coverage 0…255 of a character's ink, where it lies from the pen, how far the pen moves on."""

    ink: NDArray[np.uint8]
    left: int
    top: int
    advance: float


@lru_cache(maxsize=300_000)
def glyph(cast: Cast, sign: str) -> Glyph | None:
    """The character as the first font of the cast that has it draws it. None: no font has it."""
    latin = (cast.latin,) if cast.latin is not None and "!" <= sign <= "ɏ" else ()
    for font in (*latin, cast.main, *cast.hanja):
        drawn = _drawn(font, sign)
        if drawn is not None:
            return drawn
    return None


@lru_cache(maxsize=400_000)
def _drawn(font: Font, sign: str) -> Glyph | None:
    """None: the font draws the box of what it lacks, or no ink at all."""
    face = _face(font)
    mask, (left, top) = face.getmask2(sign, mode="L", anchor="ls")
    drawn = bytes(mask)
    if drawn == _lacking(font) or (not sum(drawn) and sign != " "):
        return None
    ink = np.frombuffer(drawn, np.uint8).reshape(mask.size[1], mask.size[0])
    return Glyph(ink, int(left), int(top), float(face.getlength(sign)))


@lru_cache(maxsize=512)
def _lacking(font: Font) -> bytes:
    """What the font draws for a character that it lacks; U+FFFF is none."""
    mask, _ = _face(font).getmask2("\uffff", mode="L", anchor="ls")
    return bytes(mask)


@lru_cache(maxsize=512)
def _face(font: Font) -> ImageFont.FreeTypeFont:
    # of one sign at a time there is nothing to shape
    return ImageFont.truetype(
        font.path, MASTER, index=font.index, layout_engine=ImageFont.Layout.BASIC
    )


@lru_cache(maxsize=512)
def body(font: Font) -> tuple[float, float]:
    """How a face fills its em: its size and middle as the ink of Hangul has them.

    ``recognize`` sees ink, not ems: it takes type to be 1/0.92 of the height of its syllables,
    and the middle to be theirs. Returned are that size in ems of the face, and how far the middle
    lies below that of the sheet, in ems.
    """
    drawn = [_drawn(font, sign) for sign in "한글을책의든말힘"]
    tops = [each.top for each in drawn if each]
    ends = [each.top + each.ink.shape[0] for each in drawn if each]
    top, end = float(np.median(tops)), float(np.median(ends))
    return (end - top) / 0.92 / MASTER, (top + end) / 2 / MASTER + BASELINE

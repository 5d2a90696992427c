"""Middle dots and dashes, told by their ink: Tesseract overlooks the one and shortens the other.

``정제원·21`` comes out without its dot, or with a hyphen or a colon for it; an en dash between the
numbers of pages comes out as a hyphen.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec

from haedok.model import Box
from haedok.recognize.glyphs import Glyph, is_hangul
from haedok.recognize.ink import Ink, Mark, marks, rows_of

DOT = "·"
CONFIDENCE = 0.9
"""In a dot that only its ink tells of."""
_SIDE = (0.07, 0.25)
"""Least and greatest side of a dot, in heights of its line."""
_ROUND = 1.6
"""Greatest side of a dot by the other."""
_MIDDLE = (0.36, 0.66)
"""Where its middle lies, in heights of its line from above."""
_WHITE = 0.07
"""Line heights of white on both sides of it, at least."""
_FOR_DOTS = frozenset("-:;°*•'’")
"""What is read for a dot."""
_LONGER, _LONG = 1.4, 0.4
"""An en dash by the hyphens of its page, and in heights of its line, at least."""
_FEW = 3
"""Hyphens of a page from which their length is known."""


def with_dots(glyphs: Sequence[Glyph], ink: Ink, box: Box) -> tuple[Glyph, ...]:
    """A line with its middle dots.

    Args:
        glyphs: the line's characters.
        ink: the line's ink over the whole width of the page.
        box: the line's place.
    """
    kept: list[Glyph] = []
    for index, glyph in enumerate(glyphs):
        if _read_for_dot(glyphs, index, ink):
            kept.append(msgspec.structs.replace(glyph, text=DOT))
            continue
        if index and not glyph.spaced and _may_have_dot(glyphs[index - 1], glyph):
            dot = _dot(ink, glyphs[index - 1], glyph)
            if dot:
                top, bottom = rows_of(dot.pixels)
                place = Box(dot.start, box.y0 + top, dot.end, box.y0 + bottom)
                kept.append(Glyph(DOT, place, CONFIDENCE, "strokes"))
        kept.append(glyph)
    return tuple(kept)


def _read_for_dot(glyphs: Sequence[Glyph], index: int, ink: Ink) -> bool:
    """Whether a sign is a dot; a short hyphen between numbers is none."""
    if glyphs[index].text not in _FOR_DOTS or not 0 < index < len(glyphs) - 1:
        return False
    before, behind = glyphs[index - 1], glyphs[index + 1]
    return _may_have_dot(before, behind) and _dot(ink, before, behind) is not None


def _may_have_dot(before: Glyph, glyph: Glyph) -> bool:
    """A dot stands between words or numbers, at least one of them Hangul."""
    pair = (before.text[0], glyph.text[0])
    return any(map(is_hangul, pair)) and all(each.isalnum() for each in pair)


def _dot(ink: Ink, before: Glyph, behind: Glyph) -> Mark | None:
    """A dot that stands alone between the middles of two characters."""
    white = _WHITE * ink.shape[0]
    pieces = marks(ink, before.centre, behind.centre)
    for left, piece, right in zip(pieces, pieces[1:], pieces[2:], strict=False):
        alone = piece.start - left.end >= white and right.start - piece.end >= white
        if alone and _is_dot(piece):
            return piece
    return None


def _is_dot(piece: Mark) -> bool:
    line = len(piece.pixels)
    top, bottom = rows_of(piece.pixels)
    height, width = bottom - top, piece.end - piece.start
    if not all(_SIDE[0] * line <= side <= _SIDE[1] * line for side in (height, width)):
        return False
    middle = (top + bottom) / 2 / line
    full = piece.pixels.sum() > 0.5 * height * width
    is_round = max(height, width) <= _ROUND * min(height, width)
    return bool(full and is_round and _MIDDLE[0] <= middle <= _MIDDLE[1])


def with_dashes(lines: Sequence[tuple[tuple[Glyph, ...], Ink]]) -> list[tuple[Glyph, ...]]:
    """The lines of a page with dashes for those hyphens that are much longer than most."""
    lengths = [
        [_stroke(glyph, ink) if glyph.text == "-" else 0.0 for glyph in glyphs]
        for glyphs, ink in lines
    ]
    known = [length for line in lengths for length in line if length]
    usual = median(known) if len(known) >= _FEW else float("inf")
    return [
        tuple(
            msgspec.structs.replace(glyph, text="–")
            if length >= max(_LONG, _LONGER * usual)
            else glyph
            for glyph, length in zip(glyphs, line, strict=True)
        )
        for (glyphs, _), line in zip(lines, lengths, strict=True)
    ]


def _stroke(glyph: Glyph, ink: Ink) -> float:
    """Length of a hyphen's ink in heights of its line; 0 where it is not alone."""
    pieces = marks(ink, glyph.box.x0, glyph.box.x1)
    if len(pieces) != 1:
        return 0.0
    return float((pieces[0].end - pieces[0].start) / ink.shape[0])

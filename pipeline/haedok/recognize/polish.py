"""Signs that readers confuse for want of a model of them, told by the pixels and by their place.

Each rule takes a page's merged lines and gives them back with few characters changed; none touches
a Hangul syllable, a Latin letter or a digit that readers agree on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box
from haedok.recognize import dots, numerals
from haedok.recognize.glyphs import Glyph, Reading, is_hangul
from haedok.recognize.ink import Ink, Mark, box_to_ink, image_to_level, marks, rows_of, widest_gap

NARROW_GAP = 0.77
"""Part of the line's median word space that a gap beside a bracket is at least, if it is one."""
FEW_SPACES = 3
"""Word spaces between Hangul from which a line's own width of them is known."""
HIGH = 0.55
"""Part of a line's height above whose foot a quotation mark hangs."""
OPENS_HEAVY = 0.43
"""Part of an opening mark's ink in its upper half: ``‘`` is heavy at its foot, ``'`` is not."""
BESIDE = 0.15
"""Line heights of white that stand before a numeral at least."""

_STRAIGHT = {"'": "‘’", "`": "‘’", "´": "‘’", '"': "“”"}
_CURLY = frozenset("‘’“”")
_OPENING = frozenset("(「『〈《[“‘")
_BRACKETS = frozenset("()[]「」『』〈〉《》")
_DOUBLE = {"「": "『", "」": "』"}
_BAR = frozenset("Il|ㅣ!1[]iⅠⅡⅢⅣⅤⅥVX\\/MHN표")
"""What readers print for Roman numerals."""


class Row(NamedTuple):
    """A merged line, and its ink in the columns of the page."""

    reading: Reading
    ink: Ink

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The characters."""
        return self.reading.glyphs

    @property
    def height(self) -> int:
        """Pixels."""
        return self.reading.box.height

    def with_glyphs(self, glyphs: Sequence[Glyph]) -> Row:
        """The line with other characters."""
        return Row(msgspec.structs.replace(self.reading, glyphs=tuple(glyphs)), self.ink)


def polish(readings: Sequence[Reading], image: NDArray[np.uint8]) -> list[Reading]:
    """The merged lines of a page with such signs put right; ``image`` is the page that was read."""
    level = image_to_level(image)
    rows = [Row(reading, box_to_ink(image, reading.box, level)) for reading in readings]
    rows = [_with_numerals(_with_even_brackets(_with_dots(_without_spaces(row)))) for row in rows]
    if _quotes_are_curly(rows):
        rows = [_with_curly_quotes(row) for row in rows]
    dashed = dots.with_dashes([(row.glyphs, row.ink) for row in rows])
    return [row.with_glyphs(glyphs).reading for row, glyphs in zip(rows, dashed, strict=True)]


def _replaced(glyph: Glyph, text: str) -> Glyph:
    return msgspec.structs.replace(glyph, text=text)


def _without_spaces(row: Row) -> Row:
    """Take back word spaces beside brackets where the gap is too narrow: readers guess there."""
    glyphs = list(row.glyphs)
    space = _word_space(row)
    for index in range(1, len(glyphs)):
        before, glyph = glyphs[index - 1], glyphs[index]
        if not glyph.spaced or not _beside_bracket(before.text, glyph.text):
            continue
        inside = glyph.text in "」』" or before.text in "「『"
        if inside or widest_gap(row.ink, before.centre, glyph.centre) < NARROW_GAP * space:
            glyphs[index] = msgspec.structs.replace(glyph, spaced=False)
    return row.with_glyphs(glyphs)


def _beside_bracket(before: str, after: str) -> bool:
    return before in _BRACKETS or after in _BRACKETS


def _word_space(row: Row) -> float:
    """Pixels of a word space between Hangul; 0 where the line has too few to know."""
    gaps = [
        widest_gap(row.ink, before.centre, glyph.centre)
        for before, glyph in zip(row.glyphs, row.glyphs[1:], strict=False)
        if glyph.spaced and is_hangul(before.text[0]) and is_hangul(glyph.text[0])
    ]
    return median(gaps) if len(gaps) >= FEW_SPACES else 0.0


def _with_dots(row: Row) -> Row:
    """The Hangul reader prints the old vowel ``ㆍ`` for the middle dot ``·``, or nothing."""
    glyphs = [_replaced(g, dots.DOT) if g.text == "ㆍ" else g for g in row.glyphs]
    return row.with_glyphs(dots.with_dots(glyphs, row.ink, row.reading.box))


def _with_even_brackets(row: Row) -> Row:
    """Make ``「…』`` and ``『…」`` double: a stroke is overlooked more often than imagined."""
    glyphs = list(_without_doubled(row))
    opened: int | None = None
    for index, glyph in enumerate(glyphs):
        if glyph.text in "「『":
            opened = index
        elif glyph.text in "」』" and opened is not None:
            for place in (opened, index):
                if glyphs[opened].text == "『" or glyph.text == "』":
                    text = _DOUBLE.get(glyphs[place].text, glyphs[place].text)
                    glyphs[place] = _replaced(glyphs[place], text)
            opened = None
    return row.with_glyphs(glyphs)


def _without_doubled(row: Row) -> Iterator[Glyph]:
    """Of ``「『`` or ``」』`` that share the ink of one bracket, the ``『`` or ``』`` alone."""
    glyphs = row.glyphs
    spaced = False
    for index, glyph in enumerate(glyphs):
        around = glyphs[max(0, index - 1) : index + 2]
        double = next((each for each in around if each.text == _DOUBLE.get(glyph.text)), None)
        if double is not None:
            both = double.box.union(glyph.box)
            if len(marks(row.ink, both.x0 + 1, both.x1 - 1)) < 2:
                spaced = spaced or glyph.spaced
                continue
        yield msgspec.structs.replace(glyph, spaced=glyph.spaced or spaced)
        spaced = False


def _quotes_are_curly(rows: Sequence[Row]) -> bool:
    """Whether the page's opening quotation marks are heavier at the foot, as only ``‘ “`` are."""
    shares = [
        share
        for row in rows
        for index, glyph in enumerate(row.glyphs)
        if glyph.text[0] in {*_STRAIGHT, *_CURLY} and _opens(row.glyphs, index)
        for share in _upper_shares(row, glyph)
    ]
    return bool(shares) and median(shares) < OPENS_HEAVY


def _upper_shares(row: Row, glyph: Glyph) -> Iterator[float]:
    """For each mark that hangs high near a character, the part of its ink in its upper half."""
    for mark in marks(row.ink, glyph.box.x0, glyph.box.x1):
        top, bottom = rows_of(mark.pixels)
        if bottom > HIGH * len(mark.pixels) or bottom - top < 0.15 * row.height:
            continue
        upper = mark.pixels[top : (top + bottom) // 2].sum() + (
            mark.pixels[(top + bottom) // 2].sum() / 2 if (bottom - top) % 2 else 0
        )
        yield float(upper / mark.pixels.sum())


def _opens(glyphs: Sequence[Glyph], index: int) -> bool:
    """Whether a mark stands where a word begins."""
    begins = index == 0 or glyphs[index].spaced or glyphs[index - 1].text in _OPENING
    return begins and index + 1 < len(glyphs) and not glyphs[index + 1].spaced


def _with_curly_quotes(row: Row) -> Row:
    glyphs = [
        _replaced(glyph, _STRAIGHT[glyph.text][not _opens(row.glyphs, index)])
        if glyph.text in _STRAIGHT
        else glyph
        for index, glyph in enumerate(row.glyphs)
    ]
    return row.with_glyphs(glyphs)


def _with_numerals(row: Row) -> Row:
    """Put Roman numerals at the head of a line (``Ⅰ. 서론``) and before 장 (``Ⅱ장``)."""
    return _with_chapters(_with_heading(row))


def _with_heading(row: Row) -> Row:
    glyphs = row.glyphs
    dot = next((i for i, g in enumerate(glyphs[:5]) if g.text in {".", ","}), None)
    if dot is None or dot + 1 >= len(glyphs) or not is_hangul(glyphs[dot + 1].text[0]):
        return row
    head = "".join(glyph.text for glyph in glyphs[:dot])
    if not glyphs[dot + 1].spaced or not set(head) <= _BAR:
        return row
    start = glyphs[0].box.x0 if dot else row.reading.box.x0
    found = _numeral_from(row, start - row.height // 2, glyphs[dot].centre)
    if not found or (set(head) <= {"1"} and found[0] == "Ⅰ"):
        return row
    point = msgspec.structs.replace(glyphs[dot], text=".", spaced=False)
    return row.with_glyphs([_new(row, *found), point, *glyphs[dot + 1 :]])


def _with_chapters(row: Row) -> Row:
    glyphs = list(row.glyphs)
    for index in range(len(glyphs) - 1, -1, -1):
        if glyphs[index].text != "장":
            continue
        first = index
        while first > 0 and glyphs[first - 1].text in _BAR and index - first < 3:
            first -= 1
            if glyphs[first].spaced:
                break
        head = "".join(glyph.text for glyph in glyphs[first:index])
        end = glyphs[index].centre - 0.3 * row.height
        start = end - 1.6 * row.height
        if first:
            start = max(start, glyphs[first - 1].centre + 0.2 * row.height)
        found = _numeral_from(row, start, end)
        if found and not (found[0] == "Ⅰ" and set(head) <= {"1"}):  # 이 장 ends in a bar, too
            spaced = index > 0
            glyphs[first : index + 1] = [
                msgspec.structs.replace(_new(row, *found), spaced=spaced),
                msgspec.structs.replace(glyphs[index], spaced=False),
            ]
    return row.with_glyphs(glyphs)


def _numeral_from(row: Row, start: float, end: float) -> tuple[str, Box] | None:
    """The first numeral in a stretch of a line, of one piece of ink or several."""
    pieces = [mark for mark in marks(row.ink, start, end) if mark.start < end]
    pieces = [piece for piece in pieces if _tall(piece, row.height)]
    for first in range(len(pieces)):
        for last in range(len(pieces), first, -1):
            left, right = pieces[first].start, pieces[last - 1].end
            beside = row.ink[:, max(0, left - round(BESIDE * row.height)) : left]
            more = any(piece.start < end - row.height / 4 for piece in pieces[last:])
            if right > end + 0.3 * row.height or beside.any() or more:
                continue
            pixels = row.ink[:, left:right]
            numeral = numerals.ink_to_numeral(pixels)
            if numeral and not (numeral == "Ⅰ" and first > 0):  # rather the foot of ``11``
                top, bottom = rows_of(pixels)
                y = row.reading.box.y0
                return numeral, Box(left, y + top, right, y + bottom)
    return None


def _tall(piece: Mark, height: int) -> bool:
    top, bottom = rows_of(piece.pixels)
    return bottom - top > 0.5 * height


def _new(row: Row, text: str, box: Box) -> Glyph:
    return Glyph(text, box, numerals.CONFIDENCE, "strokes")

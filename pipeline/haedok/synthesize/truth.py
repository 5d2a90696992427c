"""What stands where on a typeset page: text and boxes of blocks, lines, words and characters.

Places are read from the typeset PDF itself with PDFium: the ink of each glyph says which block it
belongs to (see ``journal.typ``). How it is spelt, and where words end, is read from the manuscript
at the same time, since a PDF has glyphs and gaps but no letters and spaces.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import groupby

import msgspec
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from haedok.model import Box, Role
from haedok.synthesize.manuscript import PAGE_NUMBER, RUNNING_HEAD, Block, Front, Manuscript

Points = NDArray[np.float64]
"""N × 2: x, y."""
Mapping = Callable[[Points], Points]

_HYPHENS = "\x02\u00ad"
"""How PDFium may give the hyphen of a word that Typst broke."""


class Glyph(msgspec.Struct, frozen=True, array_like=True):
    """A character on the page: its ink's box (origin top left), its block, where its pen stood."""

    text: str
    box: tuple[float, float, float, float]
    block: int
    pen: tuple[float, float]


class TrueLine(msgspec.Struct, frozen=True):
    """A printed line of a block. ``chars`` has a box for each character of ``text``.

    ``joint`` is what stands between it and the next line of its block: a space, or nothing where
    a word was broken (``text`` then ends with a hyphen if ``hyphen`` is set); in a table, a tab
    or a line feed.
    """

    block: int
    role: Role
    text: str
    box: Box
    chars: tuple[Box, ...]
    joint: str = ""
    hyphen: bool = False

    def words(self) -> Iterator[tuple[str, Box]]:
        """The words of the line, each with the box around its characters."""
        for match in re.finditer(r"\S+", self.text):
            yield match[0], union(self.chars[match.start() : match.end()])


class TrueBlock(msgspec.Struct, frozen=True):
    """That part of a block which stands on one page, its lines joined."""

    id: int
    role: Role
    text: str


class TruePage(msgspec.Struct, frozen=True):
    """A page, in the order of reading: running head, text, footnotes."""

    number: int
    width: int
    height: int
    dpi: float
    blocks: tuple[TrueBlock, ...]
    lines: tuple[TrueLine, ...]

    @property
    def text(self) -> str:
        """All blocks, a blank line between them."""
        return "\n\n".join(block.text for block in self.blocks)


def read(pdf: bytes, manuscript: Manuscript, dpi: float) -> list[TruePage]:
    """The truth about each page of a typeset PDF, boxes in pixels at ``dpi``."""
    spellers = {block.id: Speller(block) for block in manuscript.blocks}
    pages = []
    with pdfium.PdfDocument(pdf) as document:
        for index in range(len(document)):
            margins = margin_blocks(manuscript.front, index)
            here = spellers | {block.id: Speller(block) for block in margins}
            pages.append(_page(document[index], index + 1, here, dpi / 72.0))
    return pages


def role_of(block: Block) -> Role:
    """The role that a reader of the page should find; words in a figure have none of their own."""
    return "other" if block.role == "figure" else block.role


def margin_blocks(front: Front, index: int) -> tuple[Block, Block]:
    """Running head and page number of the page with that index (from 0)."""
    number = front.first_page + index
    head = front.left if number % 2 == 0 else front.right
    return (
        Block(RUNNING_HEAD, "running_head", head),
        Block(PAGE_NUMBER, "page_number", str(number)),
    )


def _page(
    page: pdfium.PdfPage, number: int, spellers: dict[int, Speller], scale: float
) -> TruePage:
    width, height = (round(side * scale) for side in page.get_size())
    lines = [
        line
        for block, glyphs in _by_block(_glyphs(page, scale))
        for line in _lines(spellers[block].block, spellers[block].spell(glyphs))
    ]
    blocks = tuple(
        TrueBlock(block, role_of(spellers[block].block), _joined(list(group)))
        for block, group in groupby(lines, lambda line: line.block)
    )
    return TruePage(number, width, height, scale * 72.0, blocks, tuple(lines))


def _glyphs(page: pdfium.PdfPage, scale: float) -> Iterator[Glyph]:
    """All ink of the page, in the order in which it was set.

    White space is left out: PDFium adds some of its own and drops some that is there.
    """
    top = page.get_height()
    text = page.get_textpage()
    ink = [ctypes.c_uint() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) == 1 or chr(code).isspace():
            continue
        if 0xDC00 <= code <= 0xDFFF:
            continue  # the second half of a character that its first half stands for
        raw.FPDFText_GetFillColor(text, index, *ink)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        x0, y0, x1, y1 = text.get_charbox(index)
        red, green, blue = (part.value for part in ink[:3])
        yield Glyph(
            chr(code),
            (x0 * scale, (top - y1) * scale, x1 * scale, (top - y0) * scale),
            (red << 8) + (green << 4) + blue,
            (x.value * scale, (top - y.value) * scale),
        )


def _by_block(glyphs: Iterator[Glyph]) -> list[tuple[int, list[Glyph]]]:
    """Glyphs of each block together: head and page number, the text, the foot of the page."""
    found: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        found.setdefault(glyph.block, []).append(glyph)
    heads = sorted((b for b in found if b <= PAGE_NUMBER), key=lambda b: found[b][0].pen)
    middle = max((g.pen[1] for b, gs in found.items() if b > PAGE_NUMBER for g in gs), default=0.0)
    above = [b for b in heads if found[b][0].pen[1] < middle]
    below = [b for b in heads if b not in above]
    order = above + [b for b in found if b > PAGE_NUMBER] + below
    return [(block, found[block]) for block in order]


class Letter(msgspec.Struct, frozen=True):
    """A printed character as the manuscript spells it, and the white space before and after it."""

    text: str
    glyph: Glyph
    before: str
    after: str
    hyphen: bool = False
    """Put there by the typesetter, at the end of a line."""


class Speller:
    """Spells the glyphs of a block as its manuscript does, from page to page."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._at = 0
        """How much of the text has been printed."""

    def spell(self, glyphs: Iterable[Glyph]) -> Iterator[Letter]:
        """Give every glyph its character; a ligature's second glyph has none and is left out."""
        source = self.block.text
        rest = ""  # of a character that is printed as several (ﬁ)
        for glyph in glyphs:
            if rest.startswith(glyph.text):
                rest = rest[1:]
                continue
            rest = ""
            before = self._space()
            sign = source[self._at : self._at + 1]
            if not sign or (glyph.text in _HYPHENS and sign != "-"):
                self._at -= len(before)
                yield Letter("-", glyph, "", self._peek(), hyphen=True)
                continue
            if glyph.text != sign:
                self._skip_unprinted(glyph.text)
                sign = source[self._at]
                rest = unicodedata.normalize("NFKC", sign)[1:]
            self._at += 1
            yield Letter(sign, glyph, before, self._peek())

    def _peek(self) -> str:
        """The white space that comes next."""
        text = self.block.text
        end = self._at
        while end < len(text) and text[end].isspace():
            end += 1
        return text[self._at : end]

    def _space(self) -> str:
        space = self._peek()
        self._at += len(space)
        return space

    def _skip_unprinted(self, wanted: str) -> None:
        """Go on to the wanted character if it is near: those before it left no ink."""
        ahead = self.block.text.find(wanted, self._at, self._at + 4)
        if ahead > 0:
            self._at = ahead


def _lines(block: Block, letters: Iterable[Letter]) -> Iterator[TrueLine]:
    """Cut where the pen returned to the left or went elsewhere; in a table, where it left a row."""
    line: list[Letter] = []
    tall = 1.0
    for letter in letters:
        tall = max(tall, _height(letter.glyph))
        if line and _returned(line[-1].glyph, letter.glyph, tall, bool(block.rows)):
            yield _line(block, line)
            line, tall = [], max(1.0, _height(letter.glyph))
        line.append(letter)
    if line:
        yield _line(block, line)


def _height(glyph: Glyph) -> float:
    return glyph.box[3] - glyph.box[1]


def _returned(before: Glyph, after: Glyph, tall: float, cells: bool) -> bool:
    """Whether a line begins.

    ``tall`` is the tallest glyph of the line so far: a note mark is raised by less than that, and
    the top of the next column lies higher.
    """
    elsewhere = abs(after.pen[1] - before.pen[1]) > tall * (1.0 if cells else 1.5)
    return elsewhere if cells else elsewhere or after.pen[0] < before.pen[0]


def _line(block: Block, letters: list[Letter]) -> TrueLine:
    text, boxes = letters[0].text, [_whole(letters[0].glyph)]
    for letter in letters[1:]:
        box = _whole(letter.glyph)
        if letter.before:
            text += letter.before
            last = boxes[-1]
            boxes += [Box(last.x1, last.y0, max(box.x0, last.x1), last.y1)] * len(letter.before)
        text += letter.text
        boxes.append(box)
    end = letters[-1]
    around = union(tuple(boxes))
    return TrueLine(block.id, role_of(block), text, around, tuple(boxes), end.after, end.hyphen)


def _whole(glyph: Glyph) -> Box:
    x0, y0, x1, y1 = glyph.box
    return Box(int(x0), int(y0), math.ceil(x1), math.ceil(y1))


def _joined(lines: list[TrueLine]) -> str:
    return "".join(
        (line.text[:-1] if line.hyphen else line.text) + line.joint for line in lines
    ).rstrip()


def union(boxes: tuple[Box, ...]) -> Box:
    """The smallest box around all."""
    return reduce(Box.union, boxes)

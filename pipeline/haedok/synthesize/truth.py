"""What stands where on a typeset page: text and boxes of blocks, lines, words and characters.

Read from the typeset PDF itself with PDFium, so it is what was printed, not what was meant to be:
the ink of each glyph says which block it belongs to (see ``journal.typ``).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import groupby, zip_longest

import msgspec
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from haedok.model import Box
from haedok.synthesize.manuscript import PAGE_NUMBER, RUNNING_HEAD, Block, Kind, Manuscript

Points = NDArray[np.float64]
"""N × 2: x, y."""
Mapping = Callable[[Points], Points]

_HYPHENS = "\x02\u00ad"
"""How PDFium may give the hyphen of a word that Typst broke."""


_MARGINS = (Block(RUNNING_HEAD, "running_head", ""), Block(PAGE_NUMBER, "page_number", ""))


class Glyph(msgspec.Struct, frozen=True, array_like=True):
    """A character on the page: its ink's box (origin top left), its block, where its pen stood."""

    text: str
    box: tuple[float, float, float, float]
    block: int
    pen: tuple[float, float]


class TrueLine(msgspec.Struct, frozen=True):
    """A printed line of a block. ``chars`` has a box for each character of ``text``.

    ``joint`` is what stands between it and the next line of its paragraph: a space, or nothing
    where a word was broken (``text`` then ends with a hyphen if ``hyphen`` is set).
    """

    block: int
    role: Kind
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
    role: Kind
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
    sources = {block.id: block for block in (*_MARGINS, *manuscript.blocks)}
    with pdfium.PdfDocument(pdf) as document:
        return [
            _page(document[index], index + 1, sources, dpi / 72.0) for index in range(len(document))
        ]


def _page(page: pdfium.PdfPage, number: int, sources: dict[int, Block], scale: float) -> TruePage:
    width, height = (round(side * scale) for side in page.get_size())
    lines = [
        line
        for block, glyphs in _by_block(_glyphs(page, scale))
        for line in _lines(block, sources[block].role, glyphs)
    ]
    blocks = tuple(
        TrueBlock(block, sources[block].role, _joined(list(group), sources[block]))
        for block, group in groupby(lines, lambda line: line.block)
    )
    return TruePage(number, width, height, scale * 72.0, blocks, tuple(lines))


def _glyphs(page: pdfium.PdfPage, scale: float) -> Iterator[Glyph]:
    """All characters that are really in the page, in the order in which they were set."""
    top = page.get_height()
    text = page.get_textpage()
    ink = [ctypes.c_uint() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue  # PDFium's own guess at spaces and line ends
        raw.FPDFText_GetFillColor(text, index, *ink)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        x0, y0, x1, y1 = text.get_charbox(index)
        red, green, blue = (part.value for part in ink[:3])
        yield Glyph(
            chr(raw.FPDFText_GetUnicode(text, index)),
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


def _lines(block: int, role: Kind, glyphs: list[Glyph]) -> Iterator[TrueLine]:
    """Cut where the pen returned to the left."""
    start = 0
    for place in range(1, len(glyphs) + 1):
        if place < len(glyphs) and not _returned(glyphs[place - 1], glyphs[place], role):
            continue
        line = _line(block, role, glyphs[start:place])
        start = place
        if line is not None:
            yield line


def _returned(before: Glyph, after: Glyph, role: Kind) -> bool:
    if role in {"table", "figure"}:
        tall = max(before.box[3] - before.box[1], 1.0)
        return abs(after.pen[1] - before.pen[1]) > tall
    return after.pen[0] < before.pen[0]


def _line(block: int, role: Kind, glyphs: list[Glyph]) -> TrueLine | None:
    space = glyphs[-1].text.isspace()
    while glyphs and glyphs[-1].text.isspace():
        glyphs = glyphs[:-1]
    while glyphs and glyphs[0].text.isspace():
        glyphs = glyphs[1:]
    if not glyphs:
        return None
    hyphen = glyphs[-1].text in _HYPHENS
    text = "".join("-" if g.text in _HYPHENS else g.text for g in glyphs)
    boxes = tuple(_boxes(glyphs))
    if role in {"table", "figure"}:
        text, boxes = _celled(glyphs, boxes)
    return TrueLine(block, role, text, union(boxes), boxes, " " if space else "", hyphen)


def _boxes(glyphs: list[Glyph]) -> Iterator[Box]:
    """Whole pixels around the ink; a space takes the room between its neighbours."""
    for place, glyph in enumerate(glyphs):
        x0, y0, x1, y1 = glyph.box
        if glyph.text.isspace():
            before, after = glyphs[place - 1].box, glyphs[place + 1].box
            x0, y0, x1, y1 = before[2], before[1], max(after[0], before[2]), before[3]
        yield Box(int(x0), int(y0), int(np.ceil(x1)), int(np.ceil(y1)))


def _celled(glyphs: list[Glyph], boxes: tuple[Box, ...]) -> tuple[str, tuple[Box, ...]]:
    """A row of a table: a tab where the pen jumped over the rule-less gap between two cells."""
    text, found = glyphs[0].text, [boxes[0]]
    em = max(box.height for box in boxes)
    for before, after, left, right in zip(glyphs, glyphs[1:], boxes, boxes[1:], strict=False):
        if after.box[0] - before.box[2] > 0.6 * em:
            text += "\t"
            found.append(Box(left.x1, left.y0, right.x0, left.y1))
        text += after.text
        found.append(right)
    return text, tuple(found)


def _joined(lines: list[TrueLine], source: Block) -> str:
    """The lines as one paragraph; the source tells a broken word from a hyphen of its own."""
    if source.rows:
        return "\n".join(line.text for line in lines)
    text = ""
    for line, after in zip_longest(lines, lines[1:]):
        broken = line.hyphen and after and _bridge(line.text, after.text) not in source.text
        text += (line.text[:-1] if broken else line.text) + line.joint
    return text.rstrip()


def _bridge(before: str, after: str) -> str:
    """The word around a line end, as it would read if its hyphen were its own."""
    return before.rsplit(maxsplit=1)[-1] + after.split(maxsplit=1)[0]


def union(boxes: tuple[Box, ...]) -> Box:
    """The smallest box around all."""
    return reduce(Box.union, boxes)

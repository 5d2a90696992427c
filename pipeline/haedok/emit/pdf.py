"""``searchable.pdf``: the page images as they were given, and over them, unseen, what they say.

Readers guess word spaces from gaps, and lose those of Korean, which are narrow: here every space is
a character of its own, and no word comes nearer to the next than a reader can tell. Readers know
only lines that are level, too. So a crooked or turned page is laid straight, by the matrix that its
image is drawn with: no pixel changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from statistics import median
from typing import BinaryIO

from PIL import Image

from haedok import __version__
from haedok.emit.glyphless import ASCENT, DESCENT, EM, Glyphless
from haedok.emit.pdf_picture import image_object
from haedok.emit.sheet import Sheet, page_to_sheet
from haedok.emit.words import Word, WordLine, word_lines
from haedok.emit.xml import xml_safe
from haedok.model import Document, Page
from haedok.pdf_objects import PdfFile, deflated, text

PictureOf = Callable[[Page], Image.Image | None]
"""The image of a page as it was ingested, if it can be had."""

GAP = 0.2
"""Between words at least, as a part of the line's height; at 0.1 poppler joins them."""


def has_pictures(document: Document) -> bool:
    """Whether there is anything to lay text over."""
    return any(_is_pictured(page) for page in document.pages)


def searchable_pdf(document: Document, picture_of: PictureOf, file: BinaryIO) -> None:
    """Write the pages of a document that have pictures; only one picture is in memory.

    A page whose picture cannot be had is white.
    """
    pdf, font = PdfFile(file), Glyphless()
    root, tree, letters = pdf.number(), pdf.number(), pdf.number()
    kids = [
        _page(pdf, page, picture_of(page), font, (tree, letters))
        for page in document.pages
        if _is_pictured(page)
    ]
    font.write(pdf, letters)
    named = " ".join(f"{number} 0 R" for number in kids)
    pdf.add(f"<< /Type /Pages /Kids [{named}] /Count {len(kids)} >>".encode(), tree)
    pdf.add(f"<< /Type /Catalog /Pages {tree} 0 R /Lang (ko) >>".encode(), root)
    title, producer = text(xml_safe(document.name)), text(f"haedok {__version__}")
    info = pdf.add(f"<< /Title {title} /Producer {producer} >>".encode())
    pdf.close(root, info)


def _is_pictured(page: Page) -> bool:
    return page.origin in ("image", "text-layer") and all(page.original_size)


def _page(
    pdf: PdfFile, page: Page, picture: Image.Image | None, font: Glyphless, known: tuple[int, int]
) -> int:
    """Write a page; its number. ``known`` are the numbers of the list of pages and of the font."""
    lines = list(word_lines(page))
    sheet = page_to_sheet(page, [word.place for line in lines for word in line.words])
    shown = "\n".join(row for line in lines for row in _line(line, sheet, font))
    drawn = f"BT 3 Tr\n{shown}\nET" if shown else ""
    pictures = ""
    if picture is not None:
        with picture:
            pictures = f"/XObject << /I {pdf.add(image_object(picture))} 0 R >> "
        drawn = f"q {_numbers(sheet.picture)} cm /I Do Q\n{drawn}"
    contents = pdf.add(deflated(drawn.encode()))
    tree, letters = known
    return pdf.add(
        f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {_numbers(sheet.size)}] "
        f"/Contents {contents} 0 R "
        f"/Resources << {pictures}/Font << /F {letters} 0 R >> >> >>".encode()
    )


def _line(line: WordLine, sheet: Sheet, font: Glyphless) -> Iterator[str]:
    """Operators that show the words of a line, each with the space behind it."""
    top = median(word.place.y0 for word in line.words)
    bottom = max(median(word.place.y1 for word in line.words), top + 1)
    for word, following in zip_longest(line.words, line.words[1:]):
        x0, x1 = word.place.x0, _end(word, following, bottom - top)
        left, right, above = (sheet.place(*c) for c in ((x0, bottom), (x1, bottom), (x0, top)))
        size, wide = math.dist(left, above), math.dist(left, right)
        said = xml_safe(word.text)
        ems = font.width(said)
        if not min(size, wide, ems) > 0:
            continue
        across, up = ((b - a) / wide for a, b in zip(left, right, strict=True))
        x, y = (a - (b - a) * DESCENT / EM for a, b in zip(left, above, strict=True))
        codes = font.codes(said + " " if following else said)
        yield (
            f"/F {size:.2f} Tf {100 * wide / (ems * size):.2f} Tz "
            f"{across:.5f} {up:.5f} {-up:.5f} {across:.5f} {x:.2f} {y:.2f} Tm <{codes}> Tj"
        )


def _end(word: Word, following: Word | None, height: float) -> float:
    """Where a word ends, or before that, if the next would come too near."""
    x0, x1 = word.place.x0, word.place.x1
    room = x1 if following is None else following.place.x0 - GAP * height
    return max(min(x1, max(room, (x0 + x1) / 2)), x0 + 1)


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values)


assert ASCENT - DESCENT == EM, "a line's box is as high as its letters are large"

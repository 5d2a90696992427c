"""A font whose characters cannot be seen: what is copied and searched over the picture of a page.

Its glyphs have widths and show nothing (as in Tesseract's ``pdfrenderer``). Every character that
was shown has a code of its own, so that those beyond the first plane (rare Hanja) are one, too; the
map from codes to characters (ToUnicode) is all that a reader goes by.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate
from unicodedata import east_asian_width

from haedok.pdf_objects import PdfFile, deflated

EM, ASCENT, DESCENT = 1000, 880, -120
"""Units of the font: a glyph reaches from 0.12 below the baseline to 0.88 above it."""
SPACE, NARROW, WIDE = 1, 2, 3
"""The glyphs: of the space, of Latin letters and digits, of Hangul and Hanja."""
WIDTHS = (EM, EM // 5, EM // 2, EM)
"""Of the glyphs, that of unknown characters the first."""

_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_BLOCK = 100
"""Rows of a block of the map at the most."""


class Glyphless:
    """The font of one file: it grows by what it shows, and is written at the end."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def codes(self, text: str) -> str:
        """The codes of a text, in hexadecimal."""
        codes = (self._codes.setdefault(char, len(self._codes) + 1) for char in text)
        return "".join(f"{code:04X}" for code in codes)

    def width(self, text: str) -> float:
        """The width of a text in em."""
        return sum(map(_width, text)) / EM

    def write(self, pdf: PdfFile, number: int) -> None:
        """Write the font as the object of that number."""
        chars = list(self._codes)
        program = _program()
        file = pdf.add(deflated(program, f"/Length1 {len(program)} "))
        descriptor = pdf.add(
            "<< /Type /FontDescriptor /FontName /Glyphless /Flags 4 /ItalicAngle 0 /StemV 80 "
            f"/FontBBox [0 {DESCENT} {EM} {ASCENT}] /Ascent {ASCENT} /Descent {DESCENT} "
            f"/CapHeight {ASCENT} /FontFile2 {file} 0 R >>".encode()
        )
        glyphs = struct.pack(f">{len(chars) + 1}H", 0, *map(_glyph, chars))
        widths = " ".join(str(_width(char)) for char in chars)
        cid = pdf.add(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Glyphless "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /DW {EM} /W [1 [{widths}]] "
            f"/CIDToGIDMap {pdf.add(deflated(glyphs))} 0 R >>".encode()
        )
        to_unicode = pdf.add(deflated(_map(chars)))
        pdf.add(
            "<< /Type /Font /Subtype /Type0 /BaseFont /Glyphless /Encoding /Identity-H "
            f"/DescendantFonts [{cid} 0 R] /ToUnicode {to_unicode} 0 R >>".encode(),
            number,
        )


def _glyph(char: str) -> int:
    if char == " ":
        return SPACE
    return WIDE if east_asian_width(char) in "WF" else NARROW


def _width(char: str) -> int:
    return WIDTHS[_glyph(char)]


def _map(chars: Sequence[str]) -> bytes:
    """The characters of codes 1, 2, 3 …."""
    rows = [
        f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>\n"
        for code, char in enumerate(chars, 1)
    ]
    blocks = (rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK))
    body = "".join(f"{len(b)} beginbfchar\n{''.join(b)}endbfchar\n" for b in blocks)
    return _CMAP.format(body).encode()


def _program() -> bytes:
    """A TrueType file of glyphs that have an extent and no area, in the tables that a PDF needs.

    Without it some readers take another font's widths, or refuse the text; without the extent
    pdfium drops words of a single character.
    """
    head = struct.pack(
        ">IIIIHH16x4h3H2h",
        *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, EM),
        *(0, DESCENT, EM, ASCENT),
        *(0, 8, 2, 0, 0),
    )
    hhea = struct.pack(
        ">I3hH11hH", 0x00010000, ASCENT, DESCENT, 0, EM, *(0, 0, 0, 1), *[0] * 7, len(WIDTHS)
    )
    maxp = struct.pack(">I14H", 0x00010000, len(WIDTHS), 2, 1, 0, 0, 0, 1, *[0] * 7)
    hmtx = b"".join(struct.pack(">Hh", width, 0) for width in WIDTHS)
    glyphs = [_outline(width) for width in WIDTHS]
    ends = accumulate(map(len, glyphs), initial=0)
    loca = b"".join(struct.pack(">H", end // 2) for end in ends)
    tables = {"glyf": b"".join(glyphs), "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca}
    return _sfnt(tables | {"maxp": maxp})


def _outline(width: int) -> bytes:
    """A glyph of one line from its bottom left to its top right."""
    box = (0, DESCENT, width, ASCENT)
    return struct.pack(">5h2H2B4h", 1, *box, 1, 0, 1, 1, 0, width, DESCENT, ASCENT - DESCENT)


def _sfnt(tables: dict[str, bytes]) -> bytes:
    """Tables (by name, in order) as a font file with its sums."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    start = struct.pack(
        ">I4H", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power)
    )
    at = len(start) + 16 * count
    rows, body = b"", b""
    for name, table in tables.items():
        rows += struct.pack(">4s3I", name.encode(), _sum(table), at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    file = start + rows + body
    place = file.index(tables["head"]) + 8
    whole = (0xB1B0AFBA - _sum(file)) & 0xFFFFFFFF
    return file[:place] + struct.pack(">I", whole) + file[place + 4 :]


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF

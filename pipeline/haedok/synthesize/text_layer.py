"""PDFs that look right but carry the wrong text.

The ToUnicode map of a font says which character a glyph stands for; converters lose it or get it
wrong, and then what is copied or searched is not what is printed (`break_text`). Scans carry
invisible words over their image, and those may be anybody's: of a wrong OCR model, of a wrong code
page, without spaces, or of another page (`scan_with_layer` prints whatever it is given).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    create_string_object,
)

from haedok.model import Box
from haedok.synthesize.image_pdf import image_pdf

TO_UNICODE = NameObject("/ToUnicode")
Remap = Callable[[int], int]
Word = tuple[str, Box]

_ENTRY = re.compile(rb"(<[0-9A-F]+> <)([0-9A-F]{4})(>)")
_SYLLABLES = range(0xAC00, 0xD7A4)


def _permuted(code: int) -> int:
    """Another syllable, the same one every time, without any likeness to the right one."""
    return 0xAC00 + (code - 0xAC00) * 4649 % 11172 if code in _SYLLABLES else code


REMAPS: dict[str, Remap | None] = {
    "stripped": None,
    "shifted": lambda code: code + 588 if 0xAC00 <= code <= 0xD7A3 - 588 else code,
    "permuted": _permuted,
    "private": lambda code: 0xE000 + code % 0x1900 if code >= 0x80 else code,
    "replaced": lambda code: 0xFFFD,
}
"""What to do with the code point of each glyph; None takes the maps away. ``shifted`` moves
every syllable to the next initial consonant, ``permuted`` to any other: Hangul still, but
nonsense."""


def break_text(pdf: bytes, how: str, share: float = 1.0, seed: int = 0) -> bytes:
    """Break the text of a PDF in the way that ``how``, a row of ``REMAPS``, says.

    ``share`` of the maps' entries are broken, chosen by ``seed``; a map that is taken away is taken
    away as a whole.

    Raises:
        KeyError: no such way.
    """
    remap = REMAPS[how]
    rng = np.random.default_rng(seed)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for font in _fonts(writer):
        if remap is None:
            del font[TO_UNICODE]
        else:
            stream = cast(StreamObject, font[TO_UNICODE].get_object())
            entry = partial(_entry, remap, share, rng)
            stream.set_data(_ENTRY.sub(entry, stream.get_data()))
    return _written(writer)


def scan_with_layer(image: NDArray[np.uint8], dpi: float, words: Sequence[Word]) -> bytes:
    """A page that is an image, with invisible words over it, as OCR programs write it.

    Args:
        image: height x width, grey.
        dpi: pixels per inch.
        words: what is to be copied from where, in pixels; none makes a scan without a text layer.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(image_pdf([image], dpi, jpeg=70))))
    codes = {char: code for code, char in enumerate(sorted({c for t, _ in words for c in t}), 1)}
    page = writer.pages[0]
    scale, height = 72 / dpi, float(page.mediabox.height)
    drawn = [_shown(text, box, scale, height, codes) for text, box in words if text]
    stream = DecodedStreamObject()
    stream.set_data(("BT 3 Tr\n" + "\n".join(drawn) + "\nET").encode())
    old = page[NameObject("/Contents")].indirect_reference
    page[NameObject("/Contents")] = ArrayObject([old, writer._add_object(stream)])
    resources = cast(DictionaryObject, page["/Resources"].get_object())
    fonts = DictionaryObject({NameObject("/L"): writer._add_object(_font(writer, codes))})
    resources[NameObject("/Font")] = fonts
    return _written(writer)


def as_latin(text: str) -> str:
    """CP949 bytes read as Western ones; what neither knows is lost.

    >>> as_latin("북한")
    'ºÏÇÑ'
    """
    return text.encode("cp949", "replace").decode("cp1252", "replace")


def as_hanja(text: str) -> str:
    """UTF-8 bytes read as CP949.

    >>> as_hanja("북한")
    '遺곹븳'
    """
    return text.encode().decode("cp949", "replace")


def taken_apart(text: str) -> str:
    """Syllables as conjoining letters (NFD), as some systems name their files."""
    return unicodedata.normalize("NFD", text)


def backwards(text: str) -> str:
    """The characters in reverse, as programs leave them that take a script to run leftwards."""
    return text[::-1]


def _shown(text: str, box: Box, scale: float, height: float, codes: dict[str, int]) -> str:
    """Operators that show a word from the left to the right end of its box."""
    size = max(1.0, box.height * scale)
    wide = 100 * box.width * scale / (size * len(text))
    x, y = box.x0 * scale, height - box.y1 * scale + 0.12 * size
    shown = "".join(f"{codes[char]:04X}" for char in text)
    return f"/L {size:.2f} Tf {wide:.2f} Tz 1 0 0 1 {x:.2f} {y:.2f} Tm <{shown}> Tj"


def _font(writer: PdfWriter, codes: dict[str, int]) -> DictionaryObject:
    """A font without outlines, whose glyphs all are an em wide, and its map."""
    rows = [
        f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in codes.items()
    ]
    parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    chars = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts
    )
    cmap = DecodedStreamObject()
    cmap.set_data(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /L def "
        "/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{chars}\nendcmap end end".encode()
    )
    name = NameObject
    descriptor = DictionaryObject(
        {
            name("/Type"): name("/FontDescriptor"),
            name("/FontName"): name("/Layer"),
            name("/Flags"): NumberObject(4),
            name("/Ascent"): NumberObject(880),
            name("/Descent"): NumberObject(-120),
            name("/CapHeight"): NumberObject(700),
            name("/ItalicAngle"): NumberObject(0),
            name("/StemV"): NumberObject(80),
            name("/FontBBox"): ArrayObject([FloatObject(v) for v in (0, -120, 1000, 880)]),
        }
    )
    system = {"/Registry": "Adobe", "/Ordering": "Identity"}
    info = DictionaryObject({name(k): create_string_object(v) for k, v in system.items()})
    info[name("/Supplement")] = NumberObject(0)
    cid = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/CIDFontType2"),
            name("/BaseFont"): name("/Layer"),
            name("/CIDSystemInfo"): info,
            name("/FontDescriptor"): writer._add_object(descriptor),
            name("/DW"): NumberObject(1000),
        }
    )
    return DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type0"),
            name("/BaseFont"): name("/Layer"),
            name("/Encoding"): name("/Identity-H"),
            name("/DescendantFonts"): ArrayObject([writer._add_object(cid)]),
            TO_UNICODE: writer._add_object(cmap),
        }
    )


def _fonts(writer: PdfWriter) -> list[DictionaryObject]:
    """Every font that has a map, once."""
    dictionaries = (entry for entry in writer._objects if isinstance(entry, DictionaryObject))
    return [font for font in dictionaries if TO_UNICODE in font]


def _entry(remap: Remap, share: float, rng: np.random.Generator, match: re.Match[bytes]) -> bytes:
    if share < 1 and rng.random() >= share:
        return match[0]
    return match[1] + b"%04X" % remap(int(match[2], 16)) + match[3]


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()

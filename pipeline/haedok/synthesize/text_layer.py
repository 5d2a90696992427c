"""A typeset PDF → one that looks the same but whose text cannot be copied.

The ToUnicode map of a font says which character a glyph stands for; converters lose it or get it
wrong, and then what is copied or searched is not what is printed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from typing import cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

TO_UNICODE = NameObject("/ToUnicode")
Remap = Callable[[int], int]

_ENTRY = re.compile(rb"(<[0-9A-F]+> <)([0-9A-F]{4})(>)")

REMAPS: dict[str, Remap | None] = {
    "stripped": None,
    "shifted": lambda code: code + 588 if 0xAC00 <= code <= 0xD7A3 - 588 else code,
    "private": lambda code: 0xE000 + code % 0x1900 if code >= 0x80 else code,
    "replaced": lambda code: 0xFFFD,
}
"""What to do with the code point of each glyph; None takes the maps away. ``shifted`` moves
every syllable to the next initial consonant: Hangul still, but nonsense."""


def break_text(pdf: bytes, how: str) -> bytes:
    """Break the text of a PDF in the way that ``how``, a row of ``REMAPS``, says.

    Raises:
        KeyError: no such way.
    """
    remap = REMAPS[how]
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for font in _fonts(writer):
        if remap is None:
            del font[TO_UNICODE]
        else:
            stream = cast(StreamObject, font[TO_UNICODE].get_object())
            stream.set_data(_ENTRY.sub(partial(_entry, remap), stream.get_data()))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _fonts(writer: PdfWriter) -> list[DictionaryObject]:
    """Every font that has a map, once."""
    dictionaries = (entry for entry in writer._objects if isinstance(entry, DictionaryObject))
    return [font for font in dictionaries if TO_UNICODE in font]


def _entry(remap: Remap, match: re.Match[bytes]) -> bytes:
    return match[1] + b"%04X" % remap(int(match[2], 16)) + match[3]

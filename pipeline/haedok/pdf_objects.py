"""The frame of a PDF file (ISO 32000-1, 7.5): objects by number, and where each of them begins.

Written by hand, so that no date or chance id gets in, and that only one object is in memory.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO


class PdfFile:
    """A PDF that grows object by object; objects may be named before they are written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._places: list[int] = []
        self._write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")

    def number(self) -> int:
        """A number for an object that will be written later."""
        self._places.append(0)
        return len(self._places)

    def add(self, content: bytes, number: int = 0) -> int:
        """Write an object, under a number given out before or the next one; its number."""
        number = number or self.number()
        self._places[number - 1] = self._at
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        return number

    def close(self, root: int, info: int = 0) -> None:
        """Write the table of objects; every number given out must have been used by now."""
        start, count = self._at, len(self._places) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for place in self._places:
            self._write(b"%010d 00000 n \n" % place)
        more = b" /Info %d 0 R" % info if info else b""
        self._write(b"trailer\n<< /Size %d /Root %d 0 R%s >>\n" % (count, root, more))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._at += len(content)


def stream(entries: str, data: bytes) -> bytes:
    """A stream object of bytes as they are; ``entries`` of its dictionary say how to read them."""
    head = f"<< {entries}/Length {len(data)} >>\nstream\n".encode()
    return head + data + b"\nendstream"


def deflated(data: bytes, entries: str = "") -> bytes:
    """A stream object, compressed."""
    return stream(f"{entries}/Filter /FlateDecode ", zlib.compress(data, 9))


def text(value: str) -> str:
    """A text string (7.9.2.2) for a dictionary.

    >>> text("한글")
    '<FEFFD55CAE00>'
    """
    return "<FEFF" + value.encode("utf-16-be").hex().upper() + ">"

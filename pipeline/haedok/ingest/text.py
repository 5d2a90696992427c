"""Text files: bytes to lines.

A form feed starts a page; blank lines count, so that line numbers are those of the file.
"""

from __future__ import annotations

from pathlib import Path

from haedok.errors import InputError
from haedok.model import Line, Page

CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 26, 27}


def count_pages(file: Path) -> int:
    """How many pages a text file has.

    Raises:
        InputError: it is blank, or not text.
    """
    return len(_pages(file))


def load(file: Path, index: int, number: int, label: str) -> Page:
    """Page ``index`` (from 0) of a text file, its lines as they stand, without line ends."""
    lines = _pages(file)[index]
    return Page(
        number=number,
        source=label,
        origin="text",
        lines=tuple(Line(i, line) for i, line in enumerate(lines, 1)),
    )


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Bytes to text, with the name of the encoding that it was in.

    UTF-8 and UTF-16 (with a mark) are taken at their word; CP949 when it gives Hangul; a UTF-8
    file with a few bytes gone keeps a U+FFFD in their place.

    Raises:
        InputError: this is not text.

    >>> decode("한글".encode("cp949"), "old.txt")
    ('한글', 'cp949')
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    if sum(byte in CONTROLS for byte in raw[:65536]) > len(raw[:65536]) // 200:
        raise _not_text(name)
    try:
        return raw.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _decode_legacy(raw, name)


def _decode_legacy(raw: bytes, name: str) -> tuple[str, str]:
    try:
        text = raw.decode("cp949")
    except UnicodeDecodeError:
        text = ""
    foreign = [char for char in text if ord(char) > 127]
    if foreign and sum("가" <= char <= "힣" for char in foreign) > 0.7 * len(foreign):
        return text, "cp949"
    text = raw.decode("utf-8-sig", errors="replace")
    if text.count("\ufffd") > len(text) // 50:
        raise _not_text(name)
    return text, "utf-8"


def _pages(file: Path) -> list[list[str]]:
    try:
        text, _ = decode(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    if not text.strip():
        raise InputError(f"{file} holds no text", "copy it again from where it came")
    pages = text.removesuffix("\f").split("\f")
    return [_lines(page) for page in pages]


def _lines(page: str) -> list[str]:
    return page.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _not_text(name: str) -> InputError:
    return InputError(
        f"{name} is not text in UTF-8, UTF-16 or CP949",
        "if it is a PDF or an image, give it its right suffix; else save it as UTF-8",
    )

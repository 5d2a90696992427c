"""hOCR, ALTO and PAGE files: somebody's reading of a page, with boxes.

Standards: hOCR 1.2 (kba.github.io/hocr-spec), ALTO 2–4 (loc.gov/standards/alto), PAGE 2019
(github.com/PRImA-Research-Lab/PAGE-XML). Hostile XML is met with a parser that resolves no
entities, opens no network connection and reads no huge trees.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from haedok.errors import InputError
from haedok.model import Box, Line, Page, Token

MarkupKind = Literal["hocr", "alto", "page-xml"]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def kind_and_pages(file: Path) -> tuple[MarkupKind, int]:
    """Which format a file is in, and how many pages it describes.

    Raises:
        InputError: it is none of the three, or not well-formed.
    """
    root = _parse(file)
    kind = _kind(root, file)
    return kind, len(_pages(root, kind))


def load(file: Path, index: int, number: int, label: str) -> Page:
    """Page ``index`` (from 0) of such a file."""
    root = _parse(file)
    kind = _kind(root, file)
    element = _pages(root, kind)[index]
    width, height = _size(element, kind)
    lines = [_line(found, kind) for found in _lines(element, kind)]
    return Page(
        number=number,
        source=label,
        origin=kind,
        width=width,
        height=height,
        original_size=(width, height),
        lines=tuple(
            Line(i, line.text, line.tokens, line.box)
            for i, line in enumerate((line for line in lines if line.text), 1)
        ),
    )


def _parse(file: Path) -> Any:
    parser_kind = etree.HTMLParser if file.suffix.lower() == ".hocr" else etree.XMLParser
    options: dict[str, Any] = {"no_network": True, "huge_tree": False}
    if parser_kind is etree.XMLParser:
        options["resolve_entities"] = False
    else:
        options["encoding"] = "utf-8"
    try:
        return etree.fromstring(file.read_bytes(), parser_kind(**options))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{file} is not well-formed: {error}", "export it again") from error


def _kind(root: Any, file: Path) -> MarkupKind:
    if root is not None:
        name = etree.QName(root).localname.lower() if isinstance(root.tag, str) else ""
        if name == "alto":
            return "alto"
        if name == "pcgts":
            return "page-xml"
        if name == "html" and _by_class(root, "ocr_page"):
            return "hocr"
    raise InputError(f"{file} is neither hOCR, ALTO nor PAGE")


def _pages(root: Any, kind: MarkupKind) -> list[Any]:
    if kind == "hocr":
        return _by_class(root, "ocr_page")
    return list(root.iter("{*}Page"))


def _size(page: Any, kind: MarkupKind) -> tuple[int, int]:
    if kind == "hocr":
        box = _hocr_box(page)
        return (box.x1, box.y1) if box else (0, 0)
    prefix = "image" if kind == "page-xml" else ""
    names = (f"{prefix}Width", f"{prefix}Height") if prefix else ("WIDTH", "HEIGHT")
    width, height = (_number(page.get(name)) for name in names)
    return width, height


def _lines(page: Any, kind: MarkupKind) -> list[Any]:
    if kind == "hocr":
        return _by_class(page, "ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
    return list(page.iter("{*}TextLine"))


def _line(element: Any, kind: MarkupKind) -> Line:
    """A line of words; PAGE may give the line's text alone, which is then split at its spaces."""
    if kind == "hocr":
        words = [_hocr_word(word) for word in _by_class(element, "ocrx_word")]
        box = _hocr_box(element)
    elif kind == "alto":
        words = [_alto_word(word) for word in element.iter("{*}String")]
        box = _alto_box(element)
    else:
        words = [_page_word(word) for word in element.findall("{*}Word")]
        box = _page_box(element)
        if not words:
            words = [(word, None, None) for word in _page_text(element).split()]
    words = [word for word in words if word[0]]
    tokens: list[Token] = []
    start = 0
    for text, word_box, confidence in words:
        tokens.append(Token(text, start, word_box, confidence, engine=kind))
        start += len(text) + 1
    return Line(0, " ".join(word[0] for word in words), tuple(tokens), box)


Word = tuple[str, Box | None, float | None]


def _hocr_word(element: Any) -> Word:
    found = re.search(r"x_wconf\s+(\d+(?:\.\d+)?)", element.get("title", ""))
    confidence = min(float(found[1]) / 100, 1.0) if found else None
    return _words_only("".join(element.itertext())), _hocr_box(element), confidence


def _hocr_box(element: Any) -> Box | None:
    found = re.search(r"bbox\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)", element.get("title", ""))
    return Box(*(int(value) for value in found.groups())) if found else None


def _alto_word(element: Any) -> Word:
    text = _words_only(element.get("CONTENT", ""))
    return text, _alto_box(element), _share(element.get("WC"))


def _alto_box(element: Any) -> Box | None:
    values = [element.get(name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    if not all(_is_number(value) for value in values):
        return None
    x, y, width, height = (_number(value) for value in values)
    return Box(x, y, x + width, y + height)


def _page_word(element: Any) -> Word:
    equiv = element.find("{*}TextEquiv")
    confidence = equiv.get("conf") if equiv is not None else None
    return _words_only(_page_text(element)), _page_box(element), _share(confidence)


def _page_text(element: Any) -> str:
    return element.findtext("{*}TextEquiv/{*}Unicode") or ""


def _page_box(element: Any) -> Box | None:
    coords = element.find("{*}Coords")
    numbers = NUMBER.findall(coords.get("points", "")) if coords is not None else []
    xs = [_number(value) for value in numbers[::2]]
    ys = [_number(value) for value in numbers[1::2]]
    return Box(min(xs), min(ys), max(xs), max(ys)) if xs and ys else None


def _by_class(root: Any, *names: str) -> list[Any]:
    wanted = set(names)
    return [
        element
        for element in root.iter()
        if isinstance(element.tag, str) and wanted & set(element.get("class", "").split())
    ]


def _words_only(text: str) -> str:
    return " ".join(text.split())


def _share(value: str | None) -> float | None:
    """A confidence in 0..1, if there is one."""
    return min(max(float(value), 0.0), 1.0) if value is not None and _is_number(value) else None


def _is_number(value: str | None) -> bool:
    return value is not None and NUMBER.fullmatch(value.strip()) is not None


def _number(value: str | None) -> int:
    return round(float(value)) if value is not None and _is_number(value) else 0

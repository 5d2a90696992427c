"""hOCR 1.2 (kba.github.io/hocr-spec): words with boxes and confidences, in pixels of the source."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from haedok import __version__
from haedok.emit.words import WordLine, word_lines
from haedok.emit.xml import xml_bytes, xml_safe
from haedok.model import Box, Page, around

CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word"


def hocr(*pages: Page) -> bytes:
    """One or more pages."""
    root = ET.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml", "lang": "ko"})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = xml_safe(pages[0].source if pages else "")
    ET.SubElement(head, "meta", charset="utf-8")
    for name, content in (("system", f"haedok {__version__}"), ("capabilities", CAPABILITIES)):
        ET.SubElement(head, "meta", name=f"ocr-{name}", content=content)
    body = ET.SubElement(root, "body")
    for page in pages:
        _page(body, page)
    return xml_bytes(root, doctype="<!DOCTYPE html>")


def _page(body: ET.Element, page: Page) -> None:
    width, height = page.original_size
    number = page.number
    source = page.source.replace('"', "'")
    title = f'image "{source}"; bbox 0 0 {width} {height}; ppageno {number - 1}'
    element = _element(body, "div", "ocr_page", f"page_{number}", title)
    lines = list(word_lines(page))
    if not lines:
        return
    box = around(line.box for line in lines)
    area = _element(element, "div", "ocr_carea", f"block_{number}_1", _bbox(box))
    paragraph = _element(area, "p", "ocr_par", f"par_{number}_1", _bbox(box))
    for line in lines:
        _line(paragraph, line, f"{number}_{line.number}")


def _line(paragraph: ET.Element, line: WordLine, name: str) -> None:
    element = _element(paragraph, "span", "ocr_line", f"line_{name}", _bbox(line.box))
    for index, word in enumerate(line.words, 1):
        title = f"{_bbox(word.box)}; x_wconf {round(word.confidence * 100)}"
        span = _element(element, "span", "ocrx_word", f"word_{name}_{index}", title)
        span.text = xml_safe(word.text)


def _element(parent: ET.Element, tag: str, kind: str, name: str, title: str) -> ET.Element:
    return ET.SubElement(parent, tag, {"class": kind, "id": name, "title": xml_safe(title)})


def _bbox(box: Box) -> str:
    return f"bbox {box.x0} {box.y0} {box.x1} {box.y1}"

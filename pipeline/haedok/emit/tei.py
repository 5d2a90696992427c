"""``document.tei.xml``: TEI P5 with every change encoded.

A correction is ``<choice><sic/><corr cert/></choice>``, an offered reading ``<choice><sic/><unclear
cert/></choice>``, damage without a reading ``<unclear>`` around the raw text. White space matters,
so the file is not indented inside paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from haedok import __version__
from haedok.emit.marked import Span, spans
from haedok.emit.xml import xml_bytes, xml_safe
from haedok.model import Block, Document, Edit

NAMESPACE = "http://www.tei-c.org/ns/1.0"
ELEMENTS = {
    "heading": "head",
    "title": "head",
    "subtitle": "head",
    "author": "byline",
    "quote": "quote",
    "footnote": "note",
    "reference": "bibl",
    "caption": "figDesc",
    "running_head": "fw",
    "page_number": "fw",
    "volume": "fw",
    "other": "fw",
}


def tei(document: Document) -> bytes:
    """The document as TEI: one ``div`` a heading, every block an element with its id and role."""
    root = ET.Element("TEI", {"xmlns": NAMESPACE})
    _header(root, document)
    text = ET.SubElement(root, "text", {"xml:lang": "ko"})
    body = ET.SubElement(text, "body")
    division = ET.SubElement(body, "div")
    ledger = document.edits
    page = 0
    for block in document.blocks:
        if block.role == "heading" and len(division):
            division = ET.SubElement(body, "div")
        if block.page != page:
            page = block.page
            ET.SubElement(division, "pb", n=str(page))
        _block(division, block, ledger)
    return xml_bytes(root, indent=False)


def _header(root: ET.Element, document: Document) -> None:
    header = ET.SubElement(root, "teiHeader")
    description = ET.SubElement(header, "fileDesc")
    titles = ET.SubElement(description, "titleStmt")
    found = next((b.text for b in document.blocks if b.role == "title"), document.name)
    ET.SubElement(titles, "title").text = xml_safe(found)
    publication = ET.SubElement(description, "publicationStmt")
    ET.SubElement(publication, "p").text = f"Recovered by haedok {__version__}."
    source = ET.SubElement(description, "sourceDesc")
    ET.SubElement(source, "p").text = xml_safe(document.name)


def _block(division: ET.Element, block: Block, ledger: Sequence[Edit]) -> None:
    attributes = {"xml:id": block.id, "xml:lang": "en" if block.lang == "en" else "ko"}
    if block.role == "table":
        _table(division, block, attributes)
        return
    parent = ET.SubElement(division, "figure") if block.role == "caption" else division
    element = ET.SubElement(parent, ELEMENTS.get(block.role, "p"), attributes)
    element.set("type", block.role)
    for span in spans(block, ledger):
        _span(element, span)


def _table(division: ET.Element, block: Block, attributes: dict[str, str]) -> None:
    table = ET.SubElement(division, "table", attributes)
    for line in block.text.split("\n"):
        row = ET.SubElement(table, "row")
        for cell in line.split("\t"):
            ET.SubElement(row, "cell").text = xml_safe(cell)


def _span(element: ET.Element, span: Span) -> None:
    edit = span.edit
    if edit is None:
        _append(element, span.text)
    elif edit.reading is None:
        unclear = ET.SubElement(element, "unclear", reason=edit.cause)
        unclear.text = xml_safe(span.text)
    else:
        choice = ET.SubElement(element, "choice")
        ET.SubElement(choice, "sic").text = xml_safe(edit.raw)
        name = "corr" if edit.status == "corrected" else "unclear"
        certain = {"cert": f"{edit.confidence:.3f}"}
        ET.SubElement(choice, name, certain).text = xml_safe(edit.reading)


def _append(element: ET.Element, text: str) -> None:
    text = xml_safe(text)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text

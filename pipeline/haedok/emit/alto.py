"""ALTO 4.2 (loc.gov/standards/alto): words with boxes and confidences, in pixels of the source."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from haedok import __version__
from haedok.emit.words import WordLine, word_lines
from haedok.emit.xml import xml_bytes, xml_safe
from haedok.model import Box, Page, around

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


def alto(*pages: Page) -> bytes:
    """One or more pages."""
    root = ET.Element("alto", {"xmlns": NAMESPACE, "SCHEMAVERSION": "4.2"})
    description = ET.SubElement(root, "Description")
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    source = ET.SubElement(description, "sourceImageInformation")
    ET.SubElement(source, "fileName").text = xml_safe(pages[0].source if pages else "")
    processing = ET.SubElement(description, "Processing", ID="haedok")
    software = ET.SubElement(processing, "processingSoftware")
    ET.SubElement(software, "softwareName").text = "haedok"
    ET.SubElement(software, "softwareVersion").text = __version__
    layout = ET.SubElement(root, "Layout")
    for page in pages:
        _page(layout, page)
    return xml_bytes(root)


def _page(layout: ET.Element, page: Page) -> None:
    width, height = page.original_size
    sheet = ET.SubElement(
        layout,
        "Page",
        ID=f"p{page.number}",
        PHYSICAL_IMG_NR=str(page.number),
        WIDTH=str(width),
        HEIGHT=str(height),
    )
    space = ET.SubElement(sheet, "PrintSpace", _place(Box(0, 0, width, height)))
    lines = list(word_lines(page))
    if lines:
        box = around(line.box for line in lines)
        block = ET.SubElement(space, "TextBlock", {"ID": f"p{page.number}_b1", **_place(box)})
        for line in lines:
            _line(block, line, f"p{page.number}_l{line.number}")


def _line(block: ET.Element, line: WordLine, name: str) -> None:
    element = ET.SubElement(block, "TextLine", {"ID": name, **_place(line.box)})
    for index, word in enumerate(line.words, 1):
        if index > 1:
            ET.SubElement(element, "SP")
        attributes = {"ID": f"{name}_w{index}", "CONTENT": xml_safe(word.text)}
        attributes |= {**_place(word.box), "WC": f"{word.confidence:.3f}"}
        ET.SubElement(element, "String", attributes)


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.x0),
        "VPOS": str(box.y0),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }

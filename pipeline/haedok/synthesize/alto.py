"""The truth of a page as ALTO 4, down to the glyph."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from haedok.model import Box
from haedok.synthesize.truth import TrueLine, TruePage, union

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


def write(page: TruePage) -> bytes:
    """One ALTO file: a TextBlock per block, its role in ``TAGREFS``."""
    root = Element("alto", xmlns=NAMESPACE)
    SubElement(SubElement(root, "Description"), "MeasurementUnit").text = "pixel"
    tags = SubElement(root, "Tags")
    for role in sorted({block.role for block in page.blocks}):
        SubElement(tags, "StructureTag", ID=role, LABEL=role)
    sheet = SubElement(
        SubElement(root, "Layout"),
        "Page",
        ID=f"p{page.number}",
        PHYSICAL_IMG_NR=str(page.number),
        WIDTH=str(page.width),
        HEIGHT=str(page.height),
    )
    size = _place(Box(0, 0, page.width, page.height))
    space = SubElement(sheet, "PrintSpace", size)
    for block, group in groupby(page.lines, lambda line: line.block):
        lines = list(group)
        box = union(tuple(line.box for line in lines))
        name = f"p{page.number}b{block}"
        element = SubElement(space, "TextBlock", ID=name, TAGREFS=lines[0].role)
        element.attrib |= _place(box)
        for line in lines:
            _line(element, line)
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _line(parent: Element, line: TrueLine) -> None:
    element = SubElement(parent, "TextLine", _place(line.box))
    start = 0
    for word, box in line.words():
        if start:
            SubElement(element, "SP")
        start = line.text.index(word, start)
        string = SubElement(element, "String", {"CONTENT": word} | _place(box))
        for sign, place in zip(word, line.chars[start:], strict=False):
            SubElement(string, "Glyph", {"CONTENT": sign} | _place(place))
        start += len(word)


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.x0),
        "VPOS": str(box.y0),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }

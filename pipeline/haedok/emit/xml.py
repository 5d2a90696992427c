"""What all XML writers share."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text: str) -> str:
    r"""Replace what XML 1.0 cannot hold by U+FFFD.

    >>> xml_safe("a\x1ab")
    'a\ufffdb'
    """
    return FORBIDDEN.sub("\ufffd", text)


def xml_bytes(root: ET.Element, doctype: str = "", indent: bool = True) -> bytes:
    """A whole file, indented unless its white space matters."""
    if indent:
        ET.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + (doctype + "\n" if doctype else "")
    return (head + ET.tostring(root, encoding="unicode") + "\n").encode("utf-8")

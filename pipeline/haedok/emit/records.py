"""Line-by-line records: ``document.jsonl``, ``edits.jsonl``, ``pairs.tsv``, ``pairs.tmx``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

from haedok.emit.xml import xml_bytes, xml_safe
from haedok.model import Block, Edit, Pair

PAIR_COLUMNS = ("kind", "ko", "en", "score", "ko_anchor", "en_anchor")


def document_jsonl(blocks: Iterable[Block]) -> str:
    """A record for each block in reading order; ``lines`` holds ``[page, line]`` pairs."""
    return _jsonl(
        {
            "id": block.id,
            "page": block.page,
            "role": block.role,
            "lang": block.lang,
            "text": block.text,
            "confidence": round(block.confidence, 4),
            "lines": block.lines,
        }
        for block in blocks
    )


def edit_record(edit: Edit) -> dict[str, Any]:
    """A row of ``edits.jsonl``, its fields in the order of the contract."""
    return {
        "page": edit.page,
        "line": edit.line,
        "start": edit.start,
        "end": edit.end,
        "raw": edit.raw,
        "reading": edit.reading,
        "cause": edit.cause,
        "status": edit.status,
        "confidence": round(edit.confidence, 4),
        "candidates": [(text, round(probability, 4)) for text, probability in edit.candidates],
        "evidence": edit.evidence,
        "decided_by": edit.decided_by,
    }


def edits_jsonl(edits: Iterable[Edit]) -> str:
    """The ledger."""
    return _jsonl(map(edit_record, edits))


def pairs_tsv(pairs: Iterable[Pair]) -> str:
    """The pairs, with a header; no cell holds a tab or a line end."""
    rows = [PAIR_COLUMNS]
    rows += [
        (
            pair.kind,
            " ".join(pair.ko.split()),
            " ".join(pair.en.split()),
            f"{pair.score:.4f}",
            pair.ko_anchor,
            pair.en_anchor,
        )
        for pair in pairs
    ]
    return "".join("\t".join(row) + "\n" for row in rows)


def pairs_tmx(pairs: Iterable[Pair], version: str) -> bytes:
    """The pairs as a translation memory (TMX 1.4b, gala-global.org/tmx-14b)."""
    root = ET.Element("tmx", version="1.4")
    ET.SubElement(
        root,
        "header",
        {
            "creationtool": "haedok",
            "creationtoolversion": version,
            "segtype": "phrase",
            "o-tmf": "haedok-pairs",
            "adminlang": "en",
            "srclang": "ko",
            "datatype": "plaintext",
        },
    )
    body = ET.SubElement(root, "body")
    for pair in pairs:
        unit = ET.SubElement(body, "tu")
        for name, value in (("kind", pair.kind), ("score", f"{pair.score:.4f}")):
            ET.SubElement(unit, "prop", type=f"x-{name}").text = value
        for lang, text in (("ko", pair.ko), ("en", pair.en)):
            variant = ET.SubElement(unit, "tuv", {"xml:lang": lang})
            ET.SubElement(variant, "seg").text = xml_safe(" ".join(text.split()))
    return xml_bytes(root, doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">')


def _jsonl(records: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

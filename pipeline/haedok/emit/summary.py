"""``run.json``: what was run, with which tools and settings, and what came out, in numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from haedok import __version__
from haedok.align import harvest_citations, harvest_glosses
from haedok.model import Document, Page
from haedok.settings import Settings


class Provenance(msgspec.Struct, frozen=True):
    """Where a document came from and what made it."""

    files: Mapping[str, str]
    """Name of each source file, and the digest of its bytes."""
    ignored: tuple[str, ...]
    tools: Mapping[str, str]
    """Name and version of every program and model that had a say."""
    settings: Settings
    stale_decisions: tuple[str, ...] = ()


def run_json(document: Document, provenance: Provenance) -> str:
    """The summary. It has no times in it: the same run gives the same bytes."""
    summary = {
        "document": document.name,
        "haedok": __version__,
        "tools": dict(sorted(provenance.tools.items())),
        "sources": dict(sorted(provenance.files.items())),
        "ignored": provenance.ignored,
        "settings": msgspec.to_builtins(provenance.settings),
        "counts": counts(document),
        "harvest": {
            "glosses": harvest_glosses(document.blocks),
            "citations": harvest_citations(document.blocks),
        },
        "pages": [_page(page) for page in document.pages],
        "stale_decisions": provenance.stale_decisions,
        "failures": msgspec.to_builtins(document.failures),
    }
    return json.dumps(summary, ensure_ascii=False, indent=2) + "\n"


def counts(document: Document) -> dict[str, Any]:
    """What is in a document, counted."""
    lines = [line for page in document.pages for line in page.lines]
    edits = document.edits
    return {
        "pages": len(document.pages),
        "failed_pages": len(document.failures),
        "lines": len(lines),
        "characters": sum(len(line.text) for line in lines),
        "causes": _tally(line.cause for line in lines if line.text.strip()),
        "edits": _tally(edit.status for edit in edits),
        "edits_by_cause": _tally(f"{edit.cause}/{edit.status}" for edit in edits),
        "blocks": _tally(block.role for block in document.blocks),
        "pairs": _tally(pair.kind for pair in document.pairs),
        "glosses": len(harvest_glosses(document.blocks)),
        "citations": len(harvest_citations(document.blocks)),
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "page": page.number,
        "source": page.source,
        "origin": page.origin,
        "size": page.original_size,
        "dpi": round(page.dpi, 2),
        "steps": [msgspec.to_builtins(step) for step in page.steps],
        "lines": len(page.lines),
        "causes": _tally(line.cause for line in page.lines if line.text.strip()),
    }


def _tally(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))

"""Looking at what is there: the state of documents, and what was changed in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from haedok.errors import UsageError
from haedok.stages import STAGES


def diffs(out: Path, names: Sequence[str]) -> Iterator[str]:
    """The lines of all diffs of some documents, or of all of them.

    Raises:
        UsageError: there is no such document.
    """
    for name in names or _documents(out):
        folder = out / Path(name).name
        if not (folder / "run.json").exists():
            raise UsageError(f"no document {name!r} in {out}", "make it with: haedok run")
        for file in sorted((folder / "diff").glob("*.diff")):
            text = file.read_text("utf-8")
            if text:
                yield f"# {folder.name}"
                yield from text.split("\n")[:-1]


def status(out: Path, work: Path) -> list[dict[str, Any]]:
    """For each document begun or done: its pages, last stage, edits and failures."""
    begun = {path.name for path in work.glob("*") if (path / "ingest").is_dir()}
    return [_row(name, out, work) for name in sorted(begun | set(_documents(out)))]


def _row(name: str, out: Path, work: Path) -> dict[str, Any]:
    stages = [stage for stage in STAGES if any((work / name / stage).glob("*.json"))]
    summary = out / name / "run.json"
    counts = json.loads(summary.read_text("utf-8"))["counts"] if summary.exists() else {}
    edits = counts.get("edits", {})
    return {
        "document": name,
        "pages": counts.get("pages", len(list((work / name / "ingest").glob("*.json")))),
        "stage": "emit" if summary.exists() else stages[-1] if stages else "none",
        "corrected": edits.get("corrected", 0),
        "doubtful": edits.get("doubtful", 0),
        "unreadable": edits.get("unreadable", 0),
        "failed": counts.get("failed_pages", 0),
    }


def _documents(out: Path) -> list[str]:
    return sorted(path.parent.name for path in out.glob("*/run.json"))

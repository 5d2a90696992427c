"""``corpus/datapackage.json``: what the corpus holds.

Data Package 1.0 (specs.frictionlessdata.io).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from haedok.files import Content

KINDS = {
    ".txt": ("text/plain", "utf-8"),
    ".md": ("text/markdown", "utf-8"),
    ".jsonl": ("application/jsonl", "utf-8"),
    ".tsv": ("text/tab-separated-values", "utf-8"),
    ".tmx": ("application/x-tmx+xml", "utf-8"),
    ".xml": ("application/xml", "utf-8"),
    ".hocr": ("text/html", "utf-8"),
    ".html": ("text/html", "utf-8"),
    ".diff": ("text/x-diff", "utf-8"),
    ".json": ("application/json", "utf-8"),
    ".pdf": ("application/pdf", None),
}


def datapackage(out: Path, new: Mapping[Path, Content], gone: frozenset[Path]) -> bytes:
    """The list of all files of all documents in ``out``, given what is about to be written there.

    Args:
        out: the corpus folder.
        new: contents of files that will be there in a moment.
        gone: files that will not.
    """
    there = {path for path in out.glob("*/**/*") if path.is_file()} if out.is_dir() else set()
    wanted = {path for path in (there | set(new)) - gone if _listed(path, out)}
    package = {
        "profile": "data-package",
        "name": "haedok-corpus",
        "title": "Recovered Korean scholarly papers, aligned with their English",
        "resources": [
            _resource(path.relative_to(out), new.get(path, path))
            for path in sorted(wanted, key=lambda path: path.relative_to(out).as_posix())
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _listed(path: Path, out: Path) -> bool:
    parts = path.relative_to(out).parts
    return path.suffix in KINDS and not any(part.startswith(".") for part in parts)


def _resource(path: Path, content: Content) -> dict[str, Any]:
    mediatype, encoding = KINDS[path.suffix]
    resource: dict[str, Any] = {
        "name": _slug(path.as_posix()),
        "path": path.as_posix(),
        "format": path.suffix[1:],
        "mediatype": mediatype,
        "bytes": content.stat().st_size if isinstance(content, Path) else len(content),
        "hash": "sha256:" + _sha256(content),
    }
    return resource | ({"encoding": encoding} if encoding else {})


def _sha256(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _slug(path: str) -> str:
    """A resource name: lower case, and no sign but those the standard allows.

    >>> _slug("Paper A/text/ko.txt")
    'paper-a.text.ko.txt'
    """
    return re.sub(r"[^\w.-]", "-", path.replace("/", ".").lower())

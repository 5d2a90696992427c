"""A finished document → the files of ``corpus/<document>/``, all written together or none."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import NamedTuple

from haedok import __version__
from haedok.emit.alto import alto
from haedok.emit.datapackage import datapackage
from haedok.emit.diffs import page_diff
from haedok.emit.hocr import hocr
from haedok.emit.markdown import markdown
from haedok.emit.pdf import PictureOf, has_pictures, searchable_pdf
from haedok.emit.records import document_jsonl, edits_jsonl, pairs_tmx, pairs_tsv
from haedok.emit.report import ImageOf, report
from haedok.emit.summary import Provenance, run_json
from haedok.emit.tei import tei
from haedok.emit.text import language_text, page_text
from haedok.files import Content, drafted, remove, write_together
from haedok.model import Document
from haedok.settings import Emit

__all__ = ["Pictures", "Provenance", "emit", "render"]

SEARCHABLE = "searchable.pdf"
OWNED = ("text/**/*", "alto/*", "hocr/*", "diff/*", SEARCHABLE)
"""What a document's folder holds per page, or if it has pictures: what is no more is removed."""


class Pictures(NamedTuple):
    """Where the pictures of a document's pages are."""

    prepared: ImageOf
    original: PictureOf


def emit(
    document: Document, provenance: Provenance, out: Path, pictures: Pictures
) -> tuple[Path, ...]:
    """Write ``out/<document>/`` and ``out/datapackage.json``.

    Raises:
        OutputError: something cannot be written; what was there before is still there.
    """
    folder = out / document.name
    files: dict[Path, Content] = {
        folder / name: content
        for name, content in render(document, provenance, pictures.prepared).items()
    }
    with contextlib.ExitStack() as drafts:
        if has_pictures(document):  # may be larger than memory, so it never is in it
            write = partial(searchable_pdf, document, pictures.original)
            path = folder / SEARCHABLE
            files[path] = drafts.enter_context(drafted(path, write))
        stale = {path for pattern in OWNED for path in folder.glob(pattern) if path.is_file()}
        gone = frozenset(stale - set(files))
        files[out / "datapackage.json"] = datapackage(out, files, gone)
        write_together(files)
    remove(sorted(gone))
    return tuple(files)


def render(document: Document, provenance: Provenance, image_of: ImageOf) -> dict[str, bytes]:
    """Name (below the document's folder) and content of every file but ``searchable.pdf``."""
    settings: Emit = provenance.settings.emit
    texts = {
        "text/ko.txt": language_text(document, english=False, unread=settings.unread),
        "text/en.txt": language_text(document, english=True, unread=settings.unread),
        "document.md": markdown(document, settings.unread),
        "document.jsonl": document_jsonl(document.blocks),
        "edits.jsonl": edits_jsonl(document.edits),
        "pairs.tsv": pairs_tsv(document.pairs),
        "run.json": run_json(document, provenance),
    }
    for page in document.pages:
        texts[f"text/pages/{page.number:04d}.txt"] = page_text(page)
        texts[f"diff/{page.number:04d}.diff"] = page_diff(page)
    files = {name: _utf8(text) for name, text in texts.items()}
    files["pairs.tmx"] = pairs_tmx(document.pairs, __version__)
    files["document.tei.xml"] = tei(document)
    files["report.html"] = report(document, image_of)
    for page in document.pages:
        if all(page.original_size):
            files[f"alto/{page.number:04d}.xml"] = alto(page)
            files[f"hocr/{page.number:04d}.hocr"] = hocr(page)
    return files


def _utf8(text: str) -> bytes:
    """Lone surrogates (bytes that were no text) cannot be written: U+FFFD says so."""
    return text.encode("utf-8", errors="surrogatepass").decode("utf-8", "replace").encode()

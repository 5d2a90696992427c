"""Commands for people who have only a text or a picture, and want only the answer."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from haedok.align import align_texts
from haedok.diagnose import diagnose_text
from haedok.emit.alto import alto
from haedok.emit.hocr import hocr
from haedok.emit.records import edit_record, pairs_tsv
from haedok.emit.text import raw_page_text
from haedok.errors import InputError
from haedok.execute import Pool
from haedok.ingest import open_source
from haedok.ingest.text import decode
from haedok.model import Page
from haedok.plan import make_plan
from haedok.progress import Progress
from haedok.repair import repair_lines
from haedok.run import recover_plan
from haedok.settings import Settings
from haedok.stages import told_of_textless

STDIN = Path("-")


def repair(source: Path, out: BinaryIO, as_json: bool, settings: Settings) -> None:
    """Repaired text, or one JSON object per line of input.

    Raises:
        InputError: the source is not text.
    """
    for line in repair_lines(read_text(source), settings.repair):
        if as_json:
            row = {
                "line": line.line,
                "raw": line.raw,
                "text": line.text,
                "cause": line.cause,
                "edits": [edit_record(edit) for edit in line.edits],
            }
            out.write(_json(row))
        else:
            out.write((line.text + line.end).encode("utf-8", "surrogateescape"))
    out.flush()


def diagnose(source: Path, out: BinaryIO, as_json: bool) -> None:
    """A line of ``number, cause, confidence, text`` for each line of input, or JSON objects.

    Raises:
        InputError: the source is not text.
    """
    text = read_text(source)
    for number, (line, found) in enumerate(
        zip(text.split("\n"), diagnose_text(text), strict=False), 1
    ):
        if as_json:
            row = {
                "line": number,
                "raw": line,
                "cause": found.cause,
                "confidence": round(found.confidence, 4),
                "spans": found.spans,
            }
            out.write(_json(row))
        else:
            row_text = f"{number}\t{found.cause}\t{found.confidence:.2f}\t{line}\n"
            out.write(row_text.encode("utf-8", "surrogateescape"))
    out.flush()


class Recognized(NamedTuple):
    """The pages of some files, and what is to be said of them: files without text, and why."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...]


def recognize(
    sources: Sequence[Path], settings: Settings, jobs: int | None, doubts: bool = False
) -> Recognized:
    """Images and PDF pages read, numbered through; with the reader's doubts if they are wanted.

    Raises:
        InputError: a source has no picture, or a page cannot be read.
        MissingProgramError: an engine or language pack is not installed.
    """
    pages: list[Page] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as work, Pool(jobs or os.cpu_count() or 1) as pool:
        for source in sources:
            opened = open_source(source, settings.ingest)
            if any(ref.kind not in ("pdf", "image") for ref in opened.pages):
                raise InputError(f"{source} is not a picture", "give an image or a PDF")
            plan = make_plan(opened, settings, Path(work), doubts)
            document = recover_plan(plan, "recognize", pool, Progress(0)).document
            for failure in document.failures:
                raise InputError(failure.message)
            if note := told_of_textless(document.pages):
                notes.append(f"{source}: {note}")
            pages += [
                msgspec.structs.replace(page, number=len(pages) + i)
                for i, page in enumerate(document.pages, 1)
            ]
    return Recognized(tuple(pages), tuple(notes))


def formatted(pages: Sequence[Page], format_: str) -> bytes:
    """Pages as plain text (a form feed between pages), ``hocr``, ``alto`` or ``json``."""
    match format_:
        case "hocr":
            return hocr(*pages)
        case "alto":
            return alto(*pages)
        case "json":
            return msgspec.json.format(msgspec.json.encode(pages), indent=1) + b"\n"
        case _:
            return "\f".join(raw_page_text(page) for page in pages).encode()


def align(ko: Path, en: Path, out: BinaryIO, as_json: bool, settings: Settings) -> None:
    """Sentence pairs of two texts, as ``pairs.tsv`` or one JSON object each.

    Raises:
        InputError: a source is not text.
    """
    pairs = align_texts(read_text(ko), read_text(en), settings.align)
    if as_json:
        out.write(b"".join(_json(msgspec.to_builtins(pair)) for pair in pairs))
    else:
        out.write(pairs_tsv(pairs).encode())
    out.flush()


def _json(row: dict[str, Any]) -> bytes:
    """A row of JSON; a byte that was no text is written as the escape of its lone surrogate."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def read_text(source: Path) -> str:
    """A text file or standard input, every byte of it: what is no UTF-8 comes as lone surrogates.

    Raises:
        InputError: it is not text.
    """
    raw = sys.stdin.buffer.read() if source == STDIN else source.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text, encoding = decode(raw, "standard input" if source == STDIN else str(source))
        return text if encoding != "utf-8" else raw.decode("utf-8", "surrogateescape")

"""Find what there is to compare in a file or folder: pages, edits, blocks, pairs.

* A text file: its pages are what form feeds divide it into. ``.jsonl`` is a ``document.jsonl``,
  ``.tsv`` a ``pairs.tsv``.
* A folder: the pages are ``text/pages/*.txt``, else ``pages/*.txt``, else ``truth.txt``, else
  ``*.txt``, in the order of their names. ``edits.jsonl``, ``document.jsonl`` and ``pairs.tsv`` lie
  in the folder itself. Where there are no edits, the raw text is
  ``raw.txt`` or ``raw/*.txt``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from haedok.errors import InputError
from haedok.model import Block, Edit, Pair, PairKind

T = TypeVar("T")

PAGE_PLACES = ("text/pages/*.txt", "pages/*.txt", "truth.txt", "*.txt")
ENDS = re.compile(r"\r\n?|\n")


class Side(msgspec.Struct, frozen=True):
    """One side of a comparison. What is None was not given; an empty tuple was, and is empty."""

    name: str
    pages: tuple[tuple[str, str], ...] = ()
    """``(name, text)`` of every page."""
    raw: tuple[tuple[str, str], ...] = ()
    edits: tuple[Edit, ...] | None = None
    blocks: tuple[Block, ...] | None = None
    pairs: tuple[Pair, ...] | None = None


def load_side(path: Path) -> Side:
    """Read everything that can be compared.

    Raises:
        InputError: nothing is there, a file is empty, not UTF-8, or has a broken record.
    """
    if path.is_dir():
        side = _load_folder(path)
    elif path.suffix == ".jsonl":
        side = Side(path.name, blocks=tuple(_records(path, Block)))
    elif path.suffix == ".tsv":
        side = Side(path.name, pairs=tuple(_pairs(path)))
    else:
        side = Side(path.name, pages=_text_pages([path]))
    if side.pages and not any(text.strip() for _, text in side.pages):
        raise InputError(f"{path} has no text", "give a text that has something to compare")
    return side


def _load_folder(path: Path) -> Side:
    edits, blocks, pairs = (path / n for n in ("edits.jsonl", "document.jsonl", "pairs.tsv"))
    files = next((found for place in PAGE_PLACES if (found := sorted(path.glob(place)))), [])
    if not (files or blocks.exists() or pairs.exists()):
        raise InputError(
            f"{path} has nothing to compare",
            "it needs text/pages/*.txt, truth.txt or other *.txt, document.jsonl or pairs.tsv",
        )
    raw = sorted(path.glob("raw.txt")) or sorted(path.glob("raw/*.txt"))
    return Side(
        name=path.resolve().name,
        pages=_text_pages([file for file in files if file not in raw]),
        raw=_text_pages(raw),
        edits=tuple(_records(edits, Edit)) if edits.exists() else None,
        blocks=tuple(_records(blocks, Block)) if blocks.exists() else None,
        pairs=tuple(_pairs(pairs)) if pairs.exists() else None,
    )


def _text_pages(files: list[Path]) -> tuple[tuple[str, str], ...]:
    if len(files) != 1:
        return tuple((file.stem, _read(file)) for file in files)
    (file,) = files
    pages = _read(file).removesuffix("\f").split("\f")
    if len(pages) == 1:
        return ((file.stem, pages[0]),)
    return tuple((f"{number:04d}", page) for number, page in enumerate(pages, start=1))


def _read(path: Path) -> str:
    try:
        return ENDS.sub("\n", path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", "check the name of the file or folder"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start})", "convert it, for instance with iconv"
        ) from error


def _records(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if line.strip():
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise InputError(f"{path}, line {number}: {error}") from error


def _pairs(path: Path) -> Iterator[Pair]:
    rows = csv.DictReader(
        io.StringIO(_read(path)), delimiter="\t", quoting=csv.QUOTE_NONE, restval=""
    )
    if not {"kind", "ko", "en"} <= set(rows.fieldnames or ()):
        raise InputError(f"{path} lacks its header", "the first line names: kind ko en score …")
    for number, row in enumerate(rows, start=2):
        if row["kind"] not in get_args(PairKind):
            raise InputError(f"{path}, line {number}: unknown kind of pair {row['kind']!r}")
        yield msgspec.convert(
            {
                "kind": row["kind"],
                "ko": row["ko"],
                "en": row["en"],
                "score": row.get("score") or 0.0,
                "ko_anchor": row.get("ko_anchor") or "",
                "en_anchor": row.get("en_anchor") or "",
            },
            Pair,
            strict=False,
        )

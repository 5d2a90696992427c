"""Which documents are meant, which files belong to one, and which pages those files hold."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from haedok.errors import InputError, UsageError
from haedok.ingest import image, markup, pdf, spreads, text
from haedok.settings import Ingest

Kind = Literal["pdf", "image", "text", "hocr", "alto", "page-xml"]

KINDS: dict[str, Literal["pdf", "image", "markup", "text"]] = {
    ".pdf": "pdf",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".hocr": "markup",
    ".xml": "markup",
    ".txt": "text",
}
PREFERENCE = ("pdf", "image", "markup", "text")
"""A page image says more than somebody's reading of it, word boxes more than bare text."""

COMPANIONS = {"truth.txt"}
"""Files beside a source that are not the source."""


class PageRef(msgspec.Struct, frozen=True):
    """A page that has not been read yet: page ``index`` (from 0) of ``file``."""

    number: int
    file: str
    index: int
    kind: Kind
    crop: tuple[float, float] = (0.0, 1.0)
    """From where to where it goes in the width of the picture: all of it, or half of a spread."""

    @property
    def label(self) -> str:
        """How to name it to a user: ``scan.pdf#3``, ``scan.pdf#3 left``."""
        side = " left" if self.crop[1] < 1 else " right" if self.crop[0] > 0 else ""
        return f"{Path(self.file).name}#{self.index + 1}{side}"


class Source(msgspec.Struct, frozen=True):
    """One document: its files, its pages in order, and what lies beside them."""

    name: str
    folder: str
    files: tuple[str, ...]
    pages: tuple[PageRef, ...]
    ignored: tuple[str, ...] = ()
    """Names of document files that a better one of the same folder made unnecessary."""
    alone: bool = False
    """A bare file: beside it belongs to it only what bears its name."""

    def companion(self, name: str) -> Path:
        """Where a companion file (``glossary.tsv``, ``decisions.jsonl``…) has its place.

        >>> Source("scan", "seeds", ("seeds/scan.pdf",), (), alone=True).companion("glossary.tsv")
        PosixPath('seeds/scan.glossary.tsv')
        """
        return Path(self.folder) / (f"{self.name}.{name}" if self.alone else name)

    def beside(self, name: str) -> Path | None:
        """A companion file, if it is there."""
        path = self.companion(name)
        return path if path.is_file() else None

    def glossary(self) -> tuple[tuple[str, str], ...]:
        """Pairs (Korean, English) that the user gave in ``glossary.tsv``.

        A line may be a Korean term alone; its English is then empty.

        Raises:
            InputError: a line has more than two columns, or no term in the first.
        """
        path = self.beside("glossary.tsv")
        if path is None:
            return ()
        rows = csv.reader(
            text.decode(path.read_bytes(), path.name)[0].splitlines(),
            delimiter="\t",
            quoting=csv.QUOTE_NONE,
        )
        pairs = []
        for number, row in enumerate(rows, 1):
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            alone = len(cells) == 1
            if len(cells) > 2 or not cells[0] or (alone and not _is_term(cells[0])):
                raise InputError(
                    f"{path}, line {number}: not a term, or a term and its English",
                    "write Korean on each line, and if you know it a tab and the English",
                )
            pairs.append((cells[0], "" if alone else cells[1]))
        return tuple(pairs)


def _is_term(text: str) -> bool:
    """Whether it is Korean without English behind it, which a tab should part from it."""
    return bool(re.search("[가-힣]", text)) and not re.search("[가-힣)] +[A-Za-z]", text)


def find_documents(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The documents that some paths mean: files, document folders, or folders of those.

    Raises:
        InputError: a folder holds no document, or a file is of no kind that can be read.
        UsageError: two documents would have the same name.
    """
    documents: list[Path] = []
    for path in paths:
        if path.is_file():
            _kind(path)
            documents.append(path)
        elif _document_files(path):
            documents.append(path)
        else:
            inside = [folder for folder in _folders(path) if _document_files(folder)]
            if not inside:
                raise InputError(
                    f"{path}: no document in this folder",
                    f"put files of these kinds into it: {' '.join(sorted(KINDS))}",
                )
            documents += inside
    return _unique(documents)


def open_source(path: Path, settings: Ingest) -> Source:
    """Look into a document: count its pages, refuse what cannot be read.

    Raises:
        InputError: a file is empty, damaged, encrypted, too large, or not what its name says.
        MissingProgramError: poppler is not installed.
    """
    files = [path] if path.is_file() else _document_files(path)
    best = min((_kind(file) for file in files), key=PREFERENCE.index)
    used = [file for file in files if _kind(file) == best]
    found = [
        (file, index, kind, crop)
        for file in used
        for index, kind in _file_pages(file, settings)
        for crop in _crops(file, index, kind, settings)
    ]
    pages = tuple(
        PageRef(number, str(file), index, kind, crop)
        for number, (file, index, kind, crop) in enumerate(found, 1)
    )
    return Source(
        name=document_name(path),
        folder=str(path.parent if path.is_file() else path),
        files=tuple(str(file) for file in used),
        pages=pages,
        ignored=tuple(file.name for file in files if file not in used),
        alone=path.is_file(),
    )


def document_name(path: Path) -> str:
    """What a document is called in ``corpus/``: its folder's name, or its file's without suffix."""
    path = path.resolve()
    return path.stem if path.is_file() else path.name


def _file_pages(file: Path, settings: Ingest) -> list[tuple[int, Kind]]:
    if not file.stat().st_size:
        raise InputError(f"{file} is empty", "copy it again from where it came")
    match _kind(file):
        case "pdf":
            return [(index, "pdf") for index in range(pdf.count_pages(file))]
        case "image":
            return [(index, "image") for index in range(image.count_pages(file, settings))]
        case "markup":
            kind, count = markup.kind_and_pages(file)
            return [(index, kind) for index in range(count)]
        case _:
            return [(index, "text") for index in range(text.count_pages(file))]


def _crops(file: Path, index: int, kind: Kind, settings: Ingest) -> tuple[tuple[float, float], ...]:
    """The pages in a picture: one, or the two of a spread."""
    picture = None
    if kind == "image":
        picture = image.preview(file, index, spreads.may_be_spread)
    elif kind == "pdf":
        picture = pdf.preview(file, index, spreads.may_be_spread)
    gutter = None if picture is None else spreads.picture_to_gutter(picture, settings)
    return ((0.0, 1.0),) if gutter is None else ((0.0, gutter), (gutter, 1.0))


def _kind(file: Path) -> Literal["pdf", "image", "markup", "text"]:
    try:
        return KINDS[file.suffix.lower()]
    except KeyError:
        raise InputError(
            f"{file}: cannot tell what this is",
            f"kinds that can be read: {' '.join(sorted(KINDS))}",
        ) from None


def _document_files(folder: Path) -> list[Path]:
    return [
        file
        for file in _entries(folder)
        if file.is_file()
        and file.suffix.lower() in KINDS
        and file.name not in COMPANIONS
        and not file.name.startswith(".")
    ]


def _folders(folder: Path) -> list[Path]:
    return [entry for entry in _entries(folder) if entry.is_dir() and entry.name[0] != "."]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: _natural(entry.name))
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror}") from error


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Sort key by which page 2 comes before page 10.

    >>> sorted(["p10.png", "p2.png"], key=_natural)
    ['p2.png', 'p10.png']
    """
    parts: list[str] = []
    for char in name:
        if parts and parts[-1][-1].isdecimal() == char.isdecimal():
            parts[-1] += char
        else:
            parts.append(char)
    return tuple((int(part), "") if part.isdecimal() else (-1, part.lower()) for part in parts)


def _unique(documents: list[Path]) -> tuple[Path, ...]:
    by_name: dict[str, Path] = {}
    for document in documents:
        other = by_name.setdefault(document_name(document), document)
        if other.resolve() != document.resolve():
            raise UsageError(
                f"{other} and {document} would both become {document_name(document)!r}",
                "rename one of them, or run them into different --out folders",
            )
    return tuple(by_name.values())

"""Where a document of ``corpus/`` came from: its decisions lie beside that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from haedok.errors import InputError
from haedok.ingest import Source
from haedok.workdir import Workdir, file_key

SEEDS = "seeds"


class PageSummary(msgspec.Struct, frozen=True):
    """What ``run.json`` says about a page, as far as it matters here."""

    page: int
    source: str


class Summary(msgspec.Struct, frozen=True):
    """What ``run.json`` says about a document, as far as it matters here."""

    document: str
    sources: dict[str, str]
    """Name of each source file, and the digest of its bytes."""
    pages: tuple[PageSummary, ...]


def read_summary(folder: Path) -> Summary:
    """The summary of a document's folder in ``corpus/``.

    Raises:
        InputError: the folder holds no document, or its ``run.json`` cannot be read.
    """
    path = folder / "run.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Summary)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder}: no document that haedok wrote", _where(folder)) from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: {error}", "write it anew with: haedok run, on its source"
        ) from error


def find_source(folder: Path, summary: Summary, work: Path, given: Path | None = None) -> Source:
    """The source of a document: as given, as the last run left word, or in ``seeds/``.

    It has to hold the very bytes that the document was made of. The pages of the answer are not
    listed: its files need not be opened to know what lies beside them.

    Raises:
        InputError: it is not found, or has changed since.
    """
    places = [given] if given else list(dict.fromkeys(_places(folder, summary, work)))
    changed = None
    for place in places:
        files = _files(place, summary)
        if files is None:
            continue
        if all(file_key(file) == summary.sources[file.name] for file in files):
            inside = place if place.is_dir() else place.parent
            names = tuple(map(str, files))
            return Source(summary.document, str(inside), names, (), alone=place.is_file())
        changed = place
    if changed is not None:
        raise InputError(
            f"{changed} has changed since {folder} was made of it",
            f"bring that up to date with: haedok run {changed}",
        )
    wanted = ", ".join(sorted(summary.sources))
    raise InputError(
        f"{given or folder}: {'this is not' if given else 'cannot find'} the source of "
        f"{summary.document} ({wanted})",
        "say where it is with: --source FILE-OR-FOLDER",
    )


def _places(folder: Path, summary: Summary, work: Path) -> Iterator[Path]:
    """Where a source may be, the likeliest first."""
    remembered = Workdir(work / summary.document).source()
    if remembered is not None:
        yield remembered
    roots = (folder.resolve().parent.parent, Path())
    for root in roots:
        yield root / SEEDS / summary.document
    if len(summary.sources) == 1:
        (name,) = map(_bare, summary.sources)
        for root in roots:
            yield root / SEEDS / name
            yield root / name


def _files(place: Path, summary: Summary) -> list[Path] | None:
    """The source files of a document in a place, or the place itself; None if it lacks any."""
    if place.is_file():
        alone = list(summary.sources) == [place.name] and place.stem == summary.document
        return [place] if alone else None
    files = [place / _bare(name) for name in summary.sources]
    return files if files and all(file.is_file() for file in files) else None


def _bare(name: str) -> str:
    """A file's name without any folder: the summary says nothing about those."""
    return Path(name).name


def _where(folder: Path) -> str:
    """What to do where a folder is no document: the documents in it, or how to make one."""
    inside = sorted(path.parent for path in folder.glob("*/run.json"))
    if inside:
        return f"give one of: {' '.join(map(str, inside[:5]))}"
    return "give a folder of corpus/; haedok run makes them"

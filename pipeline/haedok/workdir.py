"""The work folder: intermediate results under content keys; what is done is not done again.

``.work/<document>/<stage>/0001.<key>.json`` holds page 1 after a stage (and ``.png`` its image).
The key is a digest of everything the result depends on: the source bytes, the stage's settings and
code, and the key of the stage before. A changed setting therefore changes the keys of its stage
and of those behind it, and of nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from haedok import __version__
from haedok.errors import InputError
from haedok.files import remove, write_atomic

T = TypeVar("T")

PACKAGE = Path(__file__).parent
SHARED = ("model.py", "layout.py")
"""Modules whose change concerns every stage."""


def digest(*parts: Any) -> str:
    """A short key for any combination of strings, bytes, numbers and records.

    >>> digest("a", 1) == digest("a", 1), digest("a", 1) == digest("a", 2)
    (True, False)
    """
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=10).hexdigest()


def file_key(path: Path) -> str:
    """A key for the bytes of a file.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()[:20]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


@functools.cache
def code_key(*rooms: str) -> str:
    """A key for the code and tables of some rooms (``"repair"``, ``"diagnose.py"``)."""
    files = sorted(
        file
        for room in (*rooms, *SHARED)
        for file in ([PACKAGE / room] if room.endswith(".py") else (PACKAGE / room).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    )
    return digest(__version__, [(str(f.relative_to(PACKAGE)), file_key(f)) for f in files])


class Workdir(msgspec.Struct, frozen=True):
    """The intermediate results of one document."""

    root: Path

    def path(self, stage: str, page: int, key: str, suffix: str = ".json") -> Path:
        """Where the result of a stage for a page is kept."""
        return self.root / stage / f"{page:04d}.{key}{suffix}"

    def has(self, stage: str, page: int, key: str) -> bool:
        """Whether that result is there."""
        return self.path(stage, page, key).exists()

    def load(self, stage: str, page: int, key: str, kind: type[T]) -> T | None:
        """Read a result back; None where there is none, or only one that cannot be used."""
        try:
            return msgspec.json.decode(self.path(stage, page, key).read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError):
            return None

    def save(self, stage: str, page: int, key: str, result: Any) -> None:
        """Keep a result, and drop what older keys left for the same page.

        Raises:
            OutputError: the work folder cannot be written.
        """
        path = self.path(stage, page, key)
        write_atomic(path, msgspec.json.encode(result))
        stale = path.parent.glob(f"{page:04d}.*")
        remove(other for other in stale if not other.name.startswith(f"{page:04d}.{key}."))

    def remember_source(self, path: Path) -> None:
        """Keep where the document came from, for who wants to put something beside it.

        Raises:
            OutputError: the work folder cannot be written.
        """
        write_atomic(self.root / "source", os.fsencode(path.resolve()))

    def source(self) -> Path | None:
        """Where the document came from when it was last run, if that is known."""
        try:
            return Path(os.fsdecode((self.root / "source").read_bytes()))
        except OSError:
            return None

    def get(self, stage: str, page: int, key: str, make: Callable[[], T], kind: type[T]) -> T:
        """The kept result, or a new one, kept."""
        found = self.load(stage, page, key, kind)
        if found is None:
            found = make()
            self.save(stage, page, key, found)
        return found

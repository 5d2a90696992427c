"""Writing files so that a stop at any moment leaves whole files: temporary, synced, renamed."""

from __future__ import annotations

import contextlib
import filecmp
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from haedok.errors import OutputError

WHERE_ELSE = "free some space, or choose a folder you may write to with --out (and --work)"


Content = bytes | Path
"""What a file is to hold: bytes, or a file beside it that takes its place (`drafted`)."""


def write_atomic(path: Path, content: bytes) -> None:
    """Write one file; see `write_together`."""
    write_together({path: content})


def write_together(contents: Mapping[Path, Content]) -> None:
    """Write files so that either all of them change or, when one cannot be written, none.

    All bytes are on disk under temporary names before the first rename. A file that already has
    the wanted content is not touched.

    Raises:
        OutputError: a folder or file cannot be written; every target is as it was.
    """
    pending: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            if _has_content(path, content):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise OutputError(f"cannot write {path}: a folder of that name is in the way")
            pending.append((_temporary(path, content), path))
        for temporary, path in pending:
            temporary.replace(path)
    except OSError as error:
        raise _output_error(error) from error
    finally:
        for temporary, _ in pending:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def drafted(path: Path, write: Callable[[BinaryIO], None]) -> Iterator[Path]:
    """A file for `write_together` to put in the place of ``path``, written by and by.

    It lies beside that place, and is gone at the end if it did not get there.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _write_temporary(path, write)
    except OSError as error:
        raise _output_error(error) from error
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Find out before the work, not after it, whether a folder can be written.

    Raises:
        OutputError: it cannot.
    """
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise OutputError(f"cannot write {folder}: {existing} is a file", WHERE_ELSE)
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {folder}: no permission in {existing}", WHERE_ELSE)


def remove(paths: Iterable[Path]) -> None:
    """Remove files that are no longer wanted, and the folders that this empties.

    Raises:
        OutputError: a file cannot be removed.
    """
    try:
        for path in paths:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()
    except OSError as error:
        raise _output_error(error) from error


def _has_content(path: Path, content: Content) -> bool:
    try:
        if isinstance(content, Path):
            return filecmp.cmp(path, content, shallow=False)
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _temporary(path: Path, content: Content) -> Path:
    if isinstance(content, Path):
        return content
    return _write_temporary(path, lambda file: file.write(content))


def _write_temporary(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return temporary


def _output_error(error: OSError) -> OutputError:
    where = error.filename2 or error.filename or "the output"
    return OutputError(
        f"cannot write {where}: {error.strerror or error}",
        WHERE_ELSE,
    )

"""``decisions.jsonl``: one more row, or one row less, never half a row.

The file is replaced as a whole, under a lock, whenever it changes: what was written before stays as
it was, to the byte, and a second reviewer or an editor at work on the same file loses nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from haedok.errors import InputError, OutputError
from haedok.files import check_writable, write_atomic
from haedok.repair.ledger import Decision, decisions_from_rows


class DecisionFile:
    """The reviewers' word on one document, in the order in which it was given."""

    def __init__(self, path: Path) -> None:
        """Look whether the file can be read and its folder be written.

        Raises:
            InputError: a row is no decision.
            OutputError: the folder cannot be written.
        """
        self.path = path
        self.written = 0
        """Decisions added through this record."""
        self.taken_back = 0
        check_writable(path.parent)
        self.decisions()

    def decisions(self) -> tuple[Decision, ...]:
        """All rows.

        Raises:
            InputError: the file cannot be read, or a row is no decision.
        """
        return self._rows(self._content().splitlines())

    def add(self, decision: Decision) -> None:
        """Write one more row behind the others.

        Raises:
            OutputError: it cannot be written; the file is as it was.
        """
        with self._locked():
            content = self._content()
            if content and not content.endswith(b"\n"):
                content += b"\n"  # somebody's editor left it off
            write_atomic(self.path, content + msgspec.json.encode(decision) + b"\n")
            self.written += 1

    def take_back(self, decision: Decision) -> bool:
        """Drop the last word on the place and raw text of a decision; False if there is none.

        What was said about the place before counts again.

        Raises:
            InputError: a row is no decision.
            OutputError: the file cannot be written; it is as it was.
        """
        with self._locked():
            rows = self._content().splitlines(keepends=True)
            self._rows(rows)
            for at in reversed(range(len(rows))):
                said = list(decisions_from_rows([rows[at]]))
                if said and _about(said[0]) == _about(decision):
                    write_atomic(self.path, b"".join(rows[:at] + rows[at + 1 :]))
                    self.taken_back += 1
                    return True
            return False

    def finish(self) -> None:
        """Wait for a change that is being written."""
        with self._locked():
            pass

    def _rows(self, rows: Iterable[bytes]) -> tuple[Decision, ...]:
        try:
            return tuple(decisions_from_rows(rows))
        except InputError as error:
            message = str(error).replace("decisions.jsonl", str(self.path), 1)
            raise InputError(message, "mend that row, or delete it") from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone with the file, among all threads and processes that use this record."""
        try:
            # the folder, for the file itself is another one after each change
            handle = os.open(self.path.parent, os.O_RDONLY)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise InputError(
                f"cannot read {self.path}: {error.strerror}", "see who owns it, and what it is"
            ) from error


def _about(decision: Decision) -> tuple[int, int, int, int, str]:
    return decision.page, decision.line, decision.start, decision.end, decision.raw

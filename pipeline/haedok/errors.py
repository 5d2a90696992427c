"""Errors a user can meet: one line that says what is wrong, one that says what to do, an exit code.

They are raised anywhere and caught once, in ``cli.py``. After OCRmyPDF's ``exceptions.py``.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to the shell (see the contract in the README)."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    MISSING_PROGRAM = 3
    BAD_INPUT = 4
    FAILED_PAGES = 5
    BAD_OUTPUT = 6
    INTERRUPTED = 130


class HaedokError(Exception):
    """Base of all errors that are not bugs. ``str(error)`` is one line; ``advice`` the remedy."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def __reduce__(self) -> tuple[type[HaedokError], tuple[str, str]]:
        """Pickle with the advice: errors cross from worker processes."""
        return type(self), (str(self), self.advice)


class UsageError(HaedokError):
    """The command line or a settings file asks for something that does not exist."""

    exit_code = ExitCode.USAGE


class MissingProgramError(HaedokError):
    """A program or language pack is not installed; ``advice`` is the command that installs it."""

    exit_code = ExitCode.MISSING_PROGRAM


class InputError(HaedokError):
    """A file cannot be read, is not what its name says, or asks for more than a page can need."""

    exit_code = ExitCode.BAD_INPUT


class OutputError(HaedokError):
    """The result could not be written; what was there before is still there."""

    exit_code = ExitCode.BAD_OUTPUT

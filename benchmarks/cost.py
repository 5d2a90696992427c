"""What a program costs: processor seconds of all its processes, and the memory of the largest.

The kernel keeps both for a process's finished descendants (``getrusage``, ``RUSAGE_CHILDREN``), but
sums them over everything that was ever started. So each program runs under a small process of its
own, this file run as a script, which reports on nothing else. (It must be small: a child inherits
the peak of the process that it was forked from.)
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

TIMEOUT = 1800.0
"""Seconds: ten times what the slowest program takes for a document."""
ONE_THREAD = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Processor seconds are only comparable when no thread spins while it waits for another."""


class Cost(NamedTuple):
    """``seconds`` of processor time, user and system; ``mib`` resident at most, in one process."""

    seconds: float
    mib: float

    def __add__(self, other: object) -> Cost:
        """One program after the other: times add up, of memory the larger counts.

        >>> Cost(1.0, 50.0) + Cost(2.0, 40.0)
        Cost(seconds=3.0, mib=50.0)
        """
        if not isinstance(other, Cost):
            return NotImplemented
        return Cost(self.seconds + other.seconds, max(self.mib, other.mib))


class FailedProgramError(Exception):
    """A program ended with an error; the message has its name and its last line."""


def measured(command: Sequence[str]) -> Cost:
    """Run a program to its end; what it prints is thrown away.

    Raises:
        FailedProgramError: it failed, or took longer than `TIMEOUT`.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report = Path(folder) / "cost.json"
        wrapped = [sys.executable, "-S", "-E", __file__, str(report), *command]
        try:
            subprocess.run(
                wrapped,
                env={**os.environ, **ONE_THREAD},
                capture_output=True,
                check=True,
                timeout=TIMEOUT,
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise FailedProgramError(f"{Path(command[0]).name}: {''.join(said)}") from error
        except subprocess.TimeoutExpired as error:
            raise FailedProgramError(f"{Path(command[0]).name}: out of time") from error
        return Cost(*json.loads(report.read_bytes()))


def _run(report: str, *command: str) -> int:
    code = subprocess.run(command, check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    Path(report).write_text(
        json.dumps([round(used.ru_utime + used.ru_stime, 3), round(used.ru_maxrss / 1024, 1)])
    )
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(_run(*sys.argv[1:]))

"""Which lines of a corpus tables may be computed from, and which are held out."""

from __future__ import annotations

import zlib
from typing import Literal

BLOCK = 100
"""Lines that are drawn together: neighbours of a tested line say too much about it."""


def split(name: str, line: int) -> Literal["train", "dev", "test"]:
    """The split of a line (from 0) of a file: one block in ten is for tests, one for tuning.

    >>> {split("a.txt", line) for line in range(0, 5000, 100)} == {"train", "dev", "test"}
    True
    """
    drawn = zlib.crc32(f"text/{name}:{line // BLOCK}".encode()) % 10
    return "test" if drawn == 0 else "dev" if drawn == 1 else "train"

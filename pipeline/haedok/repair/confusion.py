"""What an OCR engine that knows Hangul makes of a syllable: one that looks like it.

``tables/origins.tsv.xz`` says what a syllable that was read may have been; it is computed by
``tables/build_origins.py`` from rendered, worn and read pages. ``tables/tesseract_syllables.txt``
holds the syllables that Tesseract's Korean models can print at all; no other can ever come out
right.
"""

from __future__ import annotations

import lzma
import math
from functools import cache
from importlib.resources import files

TABLES = files("haedok.repair") / "tables"
NEVER = -25.0
"""Log-odds of what is not in the table."""

Origin = tuple[str, float]
"""A syllable that may have been written, and the log-odds that it was and was misread so."""


@cache
def _origins() -> dict[str, tuple[Origin, ...]]:
    table = lzma.decompress((TABLES / "origins.tsv.xz").read_bytes()).decode()
    found: dict[str, list[Origin]] = {}
    for row in table.splitlines():
        read, written, odds = row.split("\t")
        found.setdefault(read, []).append((written, float(odds)))
    return {read: tuple(rows) for read, rows in found.items()}


def origins(read: str) -> tuple[Origin, ...]:
    """What a syllable that was read may have been, the most usual first.

    >>> "협" in dict(origins("합")), "북" in dict(origins("합"))
    (True, False)
    """
    return _origins().get(read, ())


def log_odds(read: str, written: str) -> float:
    """Of "``written`` was misread as ``read``" against "``read`` is what was written".

    Words of equal length; syllable by syllable. The engine reads a syllable that it cannot print
    never right, so it may stand behind what was read far more easily than others.

    >>> log_odds("합", "협") > log_odds("합", "북")
    True
    """
    pairs = zip(read, written, strict=True)
    return math.fsum(dict(origins(a)).get(b, NEVER) for a, b in pairs if a != b)


@cache
def printable() -> frozenset[str]:
    """The syllables that Tesseract's Korean models can print."""
    return frozenset("".join((TABLES / "tesseract_syllables.txt").read_text("utf-8").split()))


@cache
def _prints() -> dict[str, list[tuple[float, str]]]:
    found: dict[str, list[tuple[float, str]]] = {}
    for read, rows in _origins().items():
        for written, odds in rows:
            if written not in printable() and read in printable():
                found.setdefault(written, []).append((-odds, read))
    return found


PRINTS = 15
"""How many printable syllables one that cannot be printed may come out as."""


@cache
def prints(written: str) -> tuple[str, ...]:
    """What a syllable that Tesseract cannot print most probably comes out as, likeliest first.

    >>> "않" in prints("얇")
    True
    """
    return tuple(read for _, read in sorted(_prints().get(written, []))[:PRINTS])

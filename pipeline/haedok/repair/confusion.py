"""What an OCR engine that knows Hangul makes of a syllable: letters mistaken for like letters.

``tables/confusions.tsv`` is computed by ``tables/build_confusions.py`` from rendered, worn and read
pages: slot, letter written, letter read, count. ``tables/tesseract_syllables.txt`` holds the
syllables that Tesseract's Korean models can print at all; no other can ever come out right.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from haedok.repair import lexicon
from haedok.repair.jamo_strings import CODAS, ONSETS, VOWELS, letters

SLOTS = ("onset", "vowel", "coda")
KINDS = {"onset": list(ONSETS), "vowel": list(VOWELS), "coda": CODAS}
SMOOTHING = 2.0
"""Counts that every letter is given, shared among all letters it might be taken for."""
REACH = 30
"""How many syllables a misread one may have been."""


@cache
def _counts() -> tuple[dict[tuple[str, str, str], float], dict[tuple[str, str], float]]:
    """How often a letter was read as another, and how often it was read at all."""
    table = (files("haedok.repair") / "tables" / "confusions.tsv").read_text("utf-8")
    pairs: dict[tuple[str, str, str], float] = {}
    totals: dict[tuple[str, str], float] = {}
    for row in table.splitlines():
        slot, written, read, n = row.split("\t")
        pairs[slot, written, read] = float(n)
        totals[slot, written] = totals.get((slot, written), 0.0) + float(n)
    return pairs, totals


@cache
def _letter(slot: str, written: str, read: str) -> float:
    pairs, totals = _counts()
    seen = pairs.get((slot, written or "-", read or "-"), 0.0) + SMOOTHING / len(KINDS[slot])
    if written == read:
        seen += 50 * SMOOTHING  # letters are read right far more often than not, seen or unseen
    return math.log(seen / (totals.get((slot, written or "-"), 0.0) + 51 * SMOOTHING))


@cache
def log_read(read: str, written: str) -> float:
    """Log-probability that a written syllable is read as another one.

    >>> log_read("합", "협") > log_read("합", "북")
    True
    """
    parts = zip(SLOTS, letters(written), letters(read), strict=True)
    return sum(_letter(slot, a, b) for slot, a, b in parts)


def log_word(read: str, written: str) -> float:
    """The same for words of equal length."""
    return sum(log_read(r, w) for r, w in zip(read, written, strict=True))


@cache
def printable() -> frozenset[str]:
    """The syllables that Tesseract's Korean models can print."""
    table = (files("haedok.repair") / "tables" / "tesseract_syllables.txt").read_text("utf-8")
    return frozenset("".join(table.split()))


@cache
def origins(read: str) -> tuple[str, ...]:
    """The syllables that a read one was most probably written as, likeliest first."""
    if not lexicon.is_syllable(read):
        return ()
    common, weights, parts = _common()
    for slot, column, letter in zip(SLOTS, parts, letters(read), strict=True):
        weights = weights + _column(slot, letter)[column]
    ranked = [common[at] for at in np.argsort(-weights, kind="stable")[: REACH + 1]]
    return tuple(syllable for syllable in ranked if syllable != read)[:REACH]


@cache
def _common() -> tuple[list[str], NDArray[np.float64], list[NDArray[np.int64]]]:
    """Syllables in use, half their log-counts, and their letters as numbers, slot by slot."""
    seen = lexicon.syllables()
    common = sorted(syllable for syllable, n in seen.items() if n > 1)
    return common, 0.5 * np.log([seen[syllable] for syllable in common]), _parts(common)


@cache
def _column(slot: str, read: str) -> NDArray[np.float64]:
    """Log-probability of one read letter for each letter that may have been written."""
    return np.array([_letter(slot, written, read) for written in KINDS[slot]])


PRINTS = 15
"""How many printable syllables one that cannot be printed may come out as."""


@cache
def prints(written: str) -> tuple[str, ...]:
    """What a syllable that Tesseract cannot print most probably comes out as, likeliest first.

    >>> "않" in prints("얇")
    True
    """
    shown, parts = _shown()
    weights = np.zeros(len(shown))
    for slot, column, letter in zip(SLOTS, parts, letters(written), strict=True):
        weights = weights + np.array([_letter(slot, letter, read) for read in KINDS[slot]])[column]
    return tuple(shown[at] for at in np.argsort(-weights, kind="stable")[:PRINTS])


@cache
def _shown() -> tuple[list[str], list[NDArray[np.int64]]]:
    shown = sorted(printable())
    return shown, _parts(shown)


def _parts(syllables: list[str]) -> list[NDArray[np.int64]]:
    """The letters of syllables as numbers, slot by slot."""
    columns = zip(*(letters(syllable) for syllable in syllables), strict=True)
    return [
        np.array([KINDS[slot].index(letter) for letter in column])
        for slot, column in zip(SLOTS, columns, strict=True)
    ]

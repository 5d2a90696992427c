"""Old Hangul in the private-use codes of Hanyang fonts, which old documents and corpora hold.

``tables/hanyang.tsv.xz`` is the table of the KTUG Hanyang PUA Table Project (public domain). Others
use the same codes for signs of their own: what tells old Hangul is its vowel ㆍ, which most such
syllables have and few of the codes.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from functools import cache
from importlib.resources import files

from haedok.repair.readings import Reading

MOST_SURE, LEAST_SURE = 0.995, 0.5
IN_USE = 0.65
"""Share of the old syllables of a text that have ㆍ; that of the codes is counted."""
OLD_VOWELS = "\u119e\u11a1"
WINGDINGS = re.compile("[\uf000-\uf0ff]")
"""Symbol fonts use these: they speak neither for old Hangul nor alone."""

_RUN = re.compile("[\ue0bc-\uf8f7]+")


@cache
def _table() -> dict[str, str]:
    packed = (files("haedok.repair") / "tables" / "hanyang.tsv.xz").read_bytes()
    rows = (row.split("\t") for row in lzma.decompress(packed).decode().split("\n") if "\t" in row)
    return {chr(int(code, 16)): jamo for code, jamo in rows}


@cache
def _share() -> float:
    """Share of the codes that have ㆍ."""
    return sum(map(_is_old, _table().values())) / len(_table())


def _is_old(jamo: str) -> bool:
    return any(vowel in jamo for vowel in OLD_VOWELS)


def syllables(text: str) -> list[Reading]:
    r"""Runs of private-use codes as conjoining jamo, as sure as the line makes them.

    >>> found = syllables("사\uf537을 위\uf53a야")
    >>> [r.best == unicodedata.normalize("NFC", r.best) for r in found]
    [True, True]
    """
    runs = [run for run in _RUN.finditer(text) if all(c in _table() for c in run.group())]
    sure = _sure([c for run in runs for c in run.group() if not WINGDINGS.match(c)])
    if sure < LEAST_SURE:
        return []
    why = ("private-use codes of Hanyang fonts",)
    read = ((run, unicodedata.normalize("NFC", run.group().translate(_codes()))) for run in runs)
    return [Reading(run.start(), run.end(), ((jamo, sure),), sure, why) for run, jamo in read]


@cache
def _codes() -> dict[int, str]:
    return {ord(code): jamo for code, jamo in _table().items()}


def _sure(codes: list[str]) -> float:
    """The chance that these are old Hangul and not signs at will, either being as likely before."""
    odds = 1.0
    for code in codes:
        if _is_old(_table()[code]):
            odds *= IN_USE / _share()
        else:
            odds *= (1 - IN_USE) / (1 - _share())
    return round(min(MOST_SURE, odds / (1 + odds)), 4)

"""What Tesseract's English model makes of single Korean words, learnt from simulation.

``tables/garbles.tsv.xz`` holds words and the garbles that several renderings of each gave
(``tables/build_garbles.py``): a dictionary that a linguist can read, beside the network that reads
whole lines (``haedok.decipher``).
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_OUTER = re.compile(r"^[\s\"“”'‘’(\[<«]*(.*?)[\s\"“”'‘’.,:;]*$", re.DOTALL)


def bare(garble: str) -> tuple[int, int]:
    """The part of a garble without quotes and stops around it, as ``(start, end)``.

    >>> bare("“3Zg,”"), bare("...")
    ((1, 4), (0, 0))
    """
    match = _OUTER.match(garble)
    assert match is not None  # the pattern matches every string
    start, end = match.span(1)
    return (start, end) if start < end else (0, 0)


@cache
def garbles() -> Mapping[str, tuple[str, ...]]:
    """Korean words and what their renderings were read as."""
    raw = (files("haedok.repair") / "tables" / "garbles.tsv.xz").read_bytes()
    rows = (row.split("\t") for row in lzma.decompress(raw).decode().splitlines())
    return {word: tuple(read) for word, _, *read in rows}


def nearness(word: str, garble: str) -> float | None:
    """How near the nearest garble of a word is to a garble, 0…1; None if the word is not known."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 (slow to load)

    known = garbles().get(word)
    start, end = bare(garble)
    if not known or start == end:
        return None
    inside = garble[start:end]
    return max(Levenshtein.normalized_similarity(inside, other) for other in known)

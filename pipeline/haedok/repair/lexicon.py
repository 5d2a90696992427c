"""Which Korean words are written, and how often: a table of eojeols (words between spaces).

``tables/eojeol.tsv.xz`` is computed by ``tables/build_lexicon.py``; statutes are weighed down. A
word that is missing is not wrong, only unseen: ``language`` knows the grammar of the others.
"""

from __future__ import annotations

import lzma
import math
from bisect import bisect_left
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import accumulate

SYLLABLE_FIRST, SYLLABLE_LAST = "가", "힣"
SEEN_SYLLABLES = 2_500  # more than are in use: how many a rare one competes with


@cache
def eojeols() -> dict[str, int]:
    """Words and how often they were seen."""
    table = lzma.decompress(_table("eojeol.tsv.xz")).decode()
    rows = (row.split("\t") for row in table.splitlines())
    return {word: int(n) for word, n in rows}


def _table(name: str) -> bytes:
    return (files("haedok.repair") / "tables" / name).read_bytes()


def count(word: str) -> int:
    """How often a word was seen, 0 if never."""
    return eojeols().get(word, 0)


@cache
def _sorted() -> tuple[list[str], list[int]]:
    """The words in order, and how many were seen before each."""
    words = sorted(eojeols())
    return words, list(accumulate((eojeols()[word] for word in words), initial=0))


def beginning(stem: str) -> int:
    """How often words were seen that begin so.

    >>> beginning("정치적") > beginning("정치적으") > 0
    True
    """
    words, before = _sorted()
    return before[bisect_left(words, stem + "\uffff")] - before[bisect_left(words, stem)]


@cache
def syllables() -> Counter[str]:
    """Syllables and how often they were seen."""
    seen: Counter[str] = Counter()
    for word, n in eojeols().items():
        for syllable in word:
            seen[syllable] += n
    return seen


def commonness(text: str) -> float:
    """Mean log-probability (natural) of the Hangul syllables of a text; about -4.7 for prose.

    Text decoded with the wrong bytes has Hangul too, but syllables nobody writes.

    >>> commonness("북한이 미국의") > -6 > commonness("뷁쉙쒧")
    True
    """
    seen = syllables()
    total = seen.total() + SEEN_SYLLABLES
    scores = [math.log((seen[s] + 0.5) / total) for s in text if is_syllable(s)]
    return sum(scores) / len(scores) if scores else -math.inf


def is_syllable(char: str) -> bool:
    """Is it a precomposed Hangul syllable (one of 11,172)?"""
    return SYLLABLE_FIRST <= char <= SYLLABLE_LAST


def has_hangul(text: str) -> bool:
    """Is there any precomposed Hangul syllable?"""
    return any(SYLLABLE_FIRST <= char <= SYLLABLE_LAST for char in text)

"""The plain baseline of text repair: every word that the dictionary lacks becomes its nearest word.

Nearest by Levenshtein distance over jamo; among equals the most frequent. It has the dictionary of
haedok's own ``repair``, so that what differs is the method and not the words known.
"""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from haedok.evaluate.graphemes import to_jamo
from haedok.model import Edit
from haedok.repair import lexicon

_WORD = re.compile("[가-힣]{2,}")


def edits(text: str, most: int) -> tuple[Edit, ...]:
    r"""The edits for a page: words at a jamo distance of at most ``most`` are put in, all sure.

    >>> [(e.line, e.raw, e.reading) for e in edits("우리는\n그러냐 핵", 1)]
    [(2, '그러냐', '그러나')]
    """
    return tuple(
        Edit(1, number, *match.span(), match[0], word, "near-miss", "corrected", 1.0)
        for number, line in enumerate(text.split("\n"), 1)
        for match in _WORD.finditer(line)
        if (word := nearest(match[0], most)) not in {None, match[0]}
    )


@cache
def nearest(word: str, most: int) -> str | None:
    """The dictionary's nearest word, the word itself if it is in there, None if all are too far."""
    if lexicon.count(word):
        return word
    words, spelt = _dictionary()
    found = process.extractOne(
        _jamo(word), spelt, scorer=Levenshtein.distance, score_cutoff=most, processor=None
    )
    return words[found[2]] if found else None


@cache
def _dictionary() -> tuple[list[str], list[str]]:
    """Words, the frequent ones first, and their jamo."""
    known = lexicon.eojeols()
    words = sorted(known, key=lambda word: (-known[word], word))
    return words, [_jamo(word) for word in words]


def _jamo(word: str) -> str:
    return "".join(to_jamo(list(word)))

"""The words of a document: what it writes elsewhere speaks for a reading, or for a word itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

_WORD = re.compile("[가-힣]+")
_BEHIND = "\uffff"
MANY = 20_000
"""So many words of a long document are enough: those that it writes most often."""


class Vocabulary:
    """Runs of Hangul and how often each was written."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        seen = Counter(word for text in texts for word in _WORD.findall(text))
        kept = sorted(seen.most_common(MANY))
        self._words = [word for word, _ in kept]
        self._before = list(accumulate((n for _, n in kept), initial=0))

    def count(self, word: str) -> int:
        """How often a word was written.

        >>> Vocabulary(["북한의 핵위협", "핵위협을"]).count("핵위협")
        1
        """
        return self._between(word, word + "\0")

    def beginning(self, stem: str) -> int:
        """How many words begin so.

        >>> Vocabulary(["북한의 핵위협", "핵위협을"]).beginning("핵위협")
        2
        """
        return self._between(stem, stem + _BEHIND)

    def _between(self, first: str, last: str) -> int:
        words, before = self._words, self._before
        return before[bisect_left(words, last)] - before[bisect_left(words, first)]

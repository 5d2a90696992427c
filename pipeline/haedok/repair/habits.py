"""What the engine took for what in this very document: a face, or a copier, has habits of its own.

Words that were probably misread elsewhere in the document tell which letters are confused in it.
A line is judged by the others: its own words are taken out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from haedok.repair.jamo_strings import letters
from haedok.repair.lexicon import is_syllable

FEATURES = (
    "log-count of the syllable misread so elsewhere in the document",
    "log-count of the letter misread so",
    "log-share of the syllable misread so, where it was read",
    "log-count of the syllable read",
)
LEAST = 0.05
"""What is less probable is not counted."""
NEW, SEEN = 0.15, 3.0
"""Before anything was read, so many of so many syllables were misread so."""

Letter = tuple[int, str, str]
"""Place in the syllable, as written, as read."""
WHOLE = 3
"""Instead of a place: the whole syllable."""


class Habits:
    """Probable misreadings of some lines."""

    def __init__(self) -> None:
        self._syllables: Counter[tuple[str, str]] = Counter()  # values are sums of chances
        self._letters: Counter[Letter] = Counter()
        self._read: Counter[str] = Counter()

    def see(self, line: str) -> None:
        """Take the syllables of a line for read."""
        self._read.update(line)

    def hear(self, word: str, other: str, chance: float) -> None:
        """Take note that a word was, with some chance, another."""
        if chance < LEAST:
            return
        for pair in _different(word, other):
            self._syllables[pair] += chance  # type: ignore[assignment]
            for letter in _letters(*pair):
                self._letters[letter] += chance  # type: ignore[assignment]

    def features(self, word: str, other: str, without: Habits) -> tuple[float, ...]:
        """``FEATURES`` of taking a word for another, by all but the line that it stands in."""
        rows = [self._told(a, b, without) for a, b in _different(word, other)]
        return tuple(math.fsum(column) / len(rows) for column in zip(*rows, strict=True))

    def _told(self, read: str, written: str, without: Habits) -> tuple[float, ...]:
        pair = read, written
        syllable = max(0.0, self._syllables[pair] - without._syllables[pair])
        changes = _letters(read, written)
        letter = min(self._letters[c] - without._letters[c] for c in changes)
        seen = max(0, self._read[read] - without._read[read])
        share = (syllable + NEW) / (seen + SEEN)
        return (
            math.log1p(4 * syllable),
            math.log1p(max(0.0, letter)),
            math.log(share),
            math.log1p(seen),
        )


def _different(word: str, other: str) -> Iterator[tuple[str, str]]:
    return ((a, b) for a, b in zip(word, other, strict=True) if a != b)


@lru_cache(maxsize=20_000)
def _letters(read: str, written: str) -> tuple[Letter, ...]:
    if not is_syllable(read):  # a mark or a digit has no letters: it is one itself
        return ((WHOLE, read, written),)
    pairs = enumerate(zip(letters(read), letters(written), strict=True))
    return tuple((slot, a, b) for slot, (a, b) in pairs if a != b)

"""Real words that stand for words the engine cannot print: ``얇은`` comes out as ``않은``.

Tesseract's Korean models know 1,076 syllables. A word with any other *must* come out wrong, and
often as another real word, so no dictionary notices. The language model does: a word is suspected
where one that cannot be printed would stand far better in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from haedok.repair import confusion, language, lexicon
from haedok.repair.readings import Reading

MIN_GAIN = 6.0
"""In nats; of 1,147 sound words that were asked about, none gained more than 2.5."""
OFFERED = 0.8
"""Offered, not done: the word that stands there is a word."""
WORDS_OF_CONTEXT = 3
_WORD = re.compile("[가-힣]{2,}")


def find(text: str) -> Iterator[Reading]:
    """Words that probably were others, which the engine cannot print.

    >>> [reading.best for reading in find("이 않은 종이를 모았다")]
    ['얇은']
    >>> list(find("잊지 않은 사람"))
    []
    """
    table = _lookalikes()
    for match in _WORD.finditer(text):
        asked = table.get(match.group(), ())
        gains = sorted(((_gain(text, match, word), word) for word in asked), reverse=True)
        if gains and gains[0][0] >= MIN_GAIN:
            gain, word = gains[0]
            lost = " ".join(s for s in word if s not in confusion.printable())
            why = (f"Tesseract cannot print {lost}; {word} is {gain:.1f} nats likelier here",)
            yield Reading(*match.span(), ((word, OFFERED),), OFFERED, why)


def _gain(text: str, match: re.Match[str], word: str) -> float:
    before = " ".join(text[: match.start()].split(" ")[-WORDS_OF_CONTEXT:])
    after = " ".join(text[match.end() :].split(" ")[:WORDS_OF_CONTEXT])
    return language.score(before + word + after) - language.score(before + match.group() + after)


@cache
def _lookalikes() -> dict[str, tuple[str, ...]]:
    """Printable words and the unprintable ones that may come out as them."""
    table: dict[str, list[str]] = {}
    for word, n in lexicon.eojeols().items():
        lost = [at for at, syllable in enumerate(word) if syllable not in confusion.printable()]
        if n < 2 or len(word) < 2 or len(lost) != 1:
            continue
        head, tail = word[: lost[0]], word[lost[0] + 1 :]
        for syllable in confusion.prints(word[lost[0]]):
            if lexicon.count(head + syllable + tail):
                table.setdefault(head + syllable + tail, []).append(word)
    return {read: tuple(words) for read, words in table.items()}

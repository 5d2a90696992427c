"""What a Korean and an English sentence share: words by dictionary, numbers, Latin letters, names.

Both sides become sets of *keys*. An English word is a tuple of keys, any of which would show it in
the Korean sentence: its stem, and for a name the skeleton of its consonants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from haedok.align.lexicon import Lexicon, translations
from haedok.align.numerals import english_numbers, korean_numbers
from haedok.align.skeleton import english_skeletons, korean_skeletons
from haedok.align.words import FUNCTION_WORDS, stem


class Sides(msgspec.Struct, frozen=True):
    """The evidence of one text pair: for each sentence its keys or words, and its length."""

    korean: tuple[frozenset[str], ...]
    english: tuple[tuple[tuple[str, ...], ...], ...]
    korean_lengths: tuple[int, ...]
    english_lengths: tuple[int, ...]


def sides(korean: Sequence[str], english: Sequence[str], entries: Lexicon) -> Sides:
    """Collect the evidence of two lists of sentences."""
    keys = tuple(korean_keys(text, entries) for text in korean)
    known = frozenset(word for stems in entries.values() for word in stems).union(*keys)
    return Sides(
        korean=keys,
        english=tuple(english_keys(text, known) for text in english),
        korean_lengths=tuple(max(length(text), 1) for text in korean),
        english_lengths=tuple(max(length(text), 1) for text in english),
    )


def length(text: str) -> int:
    """Characters that are not blank."""
    return sum(not char.isspace() for char in text)


def korean_keys(text: str, entries: Lexicon) -> frozenset[str]:
    """Everything in a Korean sentence that an English word could answer to.

    >>> keys = korean_keys("2020년 ICBM을 공개", {"공개": frozenset({"open"})})
    >>> sorted(key for key in keys if key[0] != "~")
    ['#2020', 'icbm', 'open']
    """
    keys = set[str]().union(*translations(text, entries))
    keys.update(stem(word) for word in re.findall(r"[A-Za-z][A-Za-z'’]*", text))
    keys.update(korean_numbers(text))
    return frozenset(keys.union(korean_skeletons(text)))


def english_keys(text: str, known: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The words of an English sentence that the Korean side could have shown, each once.

    ``known`` are the keys that exist at all: a word outside dictionary and text says nothing.

    >>> english_keys("In 2020 the ICBM was opened.", frozenset({"icbm", "open"}))
    (('icbm',), ('open',), ('#2020',))
    """
    found = dict.fromkeys(
        tuple(key for key in (stem(word), *english_skeletons(word)) if key in known)
        for word in re.findall(r"[A-Za-z][A-Za-z'’]*", text)
        if word.lower() not in FUNCTION_WORDS
    )
    words = [keys for keys in found if keys]
    return (*words, *((number,) for number in sorted(english_numbers(text))))

"""What a document is about, from what of it can be read: the words that its garble may be.

A paper whose Hangul is ruined still has an English title and abstract, glosses in brackets,
keywords; the user may add a glossary. Their English words, by way of a dictionary, and the Korean
ones that are known, by way of words that stand in like contexts (the analyser's embeddings), give
each expected word a bonus, in nats a sign (``expect``).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from haedok.align.lexicon import lexicon
from haedok.align.words import english_words, stem
from haedok.repair import language
from haedok.repair.evidence import Evidence

GLOSSARY, GLOSS, READ, TRANSLATED, ALIKE = 1.2, 1.2, 0.8, 0.5, 0.35
"""Nats a sign: of a term of the glossary, one that is glossed, a word read in sound lines, the
translation of an English word, a word that stands in like contexts."""
KIN, NEIGHBOURS = 40, 12
"""How many words have their like looked for, and how many of those are taken."""
SENSES = 8
"""An English word with more translations says little."""
_TERM = re.compile("[가-힣]{2,}")


def topics(evidence: Evidence) -> Mapping[str, float]:
    """Expected words with their bonus, in nats a sign."""
    found: dict[str, float] = defaultdict(float)
    english: Counter[str] = Counter()
    for ko, en in evidence.glossary:
        _expect(found, ko, GLOSSARY)
        english.update(_stems(en))
    for ko, en in evidence.glosses:
        _expect(found, ko, GLOSS)
        english.update(_stems(en))
    for word in evidence.words:
        _expect(found, word, READ)
    for line in evidence.english:
        english.update(_stems(line))
    for word, bonus in _translated(english).items():
        _expect(found, word, bonus)
    for word in _named(" ".join(evidence.english)):
        _expect(found, word, READ)
    for word, bonus in _kin(found).items():
        _expect(found, word, bonus)
    return dict(found)


def _expect(found: dict[str, float], text: str, bonus: float) -> None:
    for word in _TERM.findall(text):
        found[word] = max(found[word], bonus)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in english_words(text) if len(word) > 3}


def _translated(english: Mapping[str, int]) -> dict[str, float]:
    """Korean words for English ones: those with few senses, and said more than once, count most."""
    found: dict[str, float] = defaultdict(float)
    for word, count in english.items():
        senses = _korean().get(word, ())
        if 0 < len(senses) <= SENSES:
            worth = TRANSLATED * min(1.5, 0.7 + 0.3 * math.log2(1 + count)) / len(senses) ** 0.3
            for korean in senses:
                found[korean] = max(found[korean], worth)
    return found


def _named(english: str) -> Iterator[str]:
    """Korean names of the countries, continents and languages that English lines name."""
    for name, korean in _names().items():
        if re.search(rf"\b{re.escape(name)}\b", english):
            yield korean


@cache
def _names() -> Mapping[str, str]:
    """``tables/names.tsv``, from the Unicode CLDR (Unicode License v3), a few rows added."""
    table = (files("haedok.decipher") / "tables" / "names.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in table.splitlines()[1:])
    return {row[0]: row[1] for row in rows}


@cache
def _korean() -> Mapping[str, tuple[str, ...]]:
    """English stem → Korean words of two syllables and more."""
    found: dict[str, list[str]] = defaultdict(list)
    for korean, stems in lexicon().items():
        if len(korean) > 1 and _TERM.fullmatch(korean):
            for word in stems:
                found[word].append(korean)
    return {word: tuple(korean) for word, korean in found.items()}


def _kin(found: Mapping[str, float]) -> dict[str, float]:
    """Words that stand in like contexts as several of the surest ones do."""
    surest = sorted(found, key=lambda word: -found[word])[:KIN]
    votes: dict[str, list[float]] = defaultdict(list)
    for word in surest:
        for other, likeness in language.alike(word, NEIGHBOURS):
            if _TERM.fullmatch(other) and other not in found:
                votes[other].append(likeness)
    return {word: ALIKE * min(1.5, sum(each)) for word, each in votes.items() if len(each) > 1}

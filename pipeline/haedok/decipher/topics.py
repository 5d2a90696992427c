"""What a document is about, from what of it can be read: the words that its garble may be.

A paper whose Hangul is ruined still has an English title and abstract, glosses in brackets,
keywords; the user may add a glossary. Their English words, by way of a dictionary, and the Korean
ones that are known, by way of words that stand in like contexts (the analyser's embeddings), give
each expected word the share of the document's words that it may have, 0…1 (``expect``).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from haedok.align.lexicon import lexicon
from haedok.align.words import english_words, stem
from haedok.repair import language
from haedok.repair import lexicon as usage
from haedok.repair.evidence import Evidence

GLOSSARY, GLOSS, READ, NAMED = 0.005, 0.004, 0.003, 0.004
"""Shares of a term of the glossary, one that is glossed, a word read in sound lines, a name."""
TRANSLATED, COMPOUND, ALIKE = 0.002, 0.0005, 0.0002
"""Of all translations of an English word together, all compounds for two, a word that stands in
like contexts."""
KIN, NEIGHBOURS = 40, 12
"""How many words have their like looked for, and how many of those are taken."""
SENSES = 8
"""An English word with more translations says little."""
PARTS = 4
"""Translations of each half of a compound."""
NEW = 0.05
"""What a compound counts for that general text does not have."""
_TERM = re.compile("[가-힣]{2,}")
_NOUN = re.compile("[가-힣]+")


def topics(evidence: Evidence) -> Mapping[str, float]:
    """Expected words and the share of the document's words that each may have."""
    found: dict[str, float] = defaultdict(float)
    texts = [*evidence.english, *(en for _, en in (*evidence.glossary, *evidence.glosses))]
    english = Counter(word for text in texts for word in _stems(text))
    for pairs, share in ((evidence.glossary, GLOSSARY), (evidence.glosses, GLOSS)):
        for ko, _ in pairs:
            _expect(found, ko, share)
    for word in evidence.words:
        _expect(found, word, READ)
    for word, share in (*_translated(english), *_compounds(texts), *_named(texts)):
        _expect(found, word, share)
    for word, share in _kin(found).items():
        _expect(found, word, share)
    return dict(found)


def _expect(found: dict[str, float], text: str, share: float) -> None:
    for word in _TERM.findall(text):
        found[word] = max(found[word], share)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in english_words(text) if len(word) > 3}


def _translated(english: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """Korean words for English ones: those with few senses, and said more than once, count most."""
    for word, count in english.items():
        senses = _senses(word, english)
        if 0 < len(senses) <= SENSES:
            share = TRANSLATED * min(1.5, 0.7 + 0.3 * math.log2(1 + count))
            total = sum(weight for _, weight in senses)
            for korean, weight in senses:
                yield korean, share * weight / total


def _senses(word: str, english: Mapping[str, int]) -> list[tuple[str, float]]:
    """Korean words for an English stem, by how common they are and how much of them is said.

    An entry that needs other words, too (a family, nuclear: 핵가족), is likelier if they are there.
    """
    found = []
    for korean, stems in _korean().get(word, ()):
        said = sum(other in english for other in stems) / len(stems)
        found.append((korean, said * math.sqrt(usage.beginning(korean) + 1)))
    return found


def _compounds(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """What two English words that stand together may be in one Korean word: 핵무기, 핵공유."""
    pairs = {
        (stem(one), stem(other))
        for text in texts
        for one, other in pairwise(english_words(text))
        if min(len(one), len(other)) > 3
    }
    english = Counter(word for pair in pairs for word in pair)
    for one, other in pairs:
        halves = [_best_nouns(word, english) for word in (one, other)]
        total = sum(a * b for _, a in halves[0] for _, b in halves[1])
        for first, a in halves[0]:
            for second, b in halves[1]:
                seen = 1.0 if usage.beginning(first + second) else NEW
                yield first + second, COMPOUND * seen * a * b / total


def _best_nouns(word: str, english: Mapping[str, int]) -> list[tuple[str, float]]:
    """The likeliest nouns for an English stem."""
    nouns = (sense for sense in _senses(word, english) if language.is_noun(sense[0]))
    return sorted(nouns, key=lambda sense: -sense[1])[:PARTS]


def _named(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Korean names of the countries, peoples and organisations that English lines name."""
    english = " ".join(texts)
    for name, korean in _names():
        count = len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", english))
        if count:
            yield korean, NAMED * math.log2(1 + count)


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """``tables/names.tsv``, from the Unicode CLDR (Unicode License v3).

    Rows added by hand: peoples, organisations, capitals, old states, religions.
    """
    table = (files("haedok.decipher") / "tables" / "names.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in table.splitlines()[1:])
    return tuple((row[0], row[1]) for row in rows)


@cache
def _korean() -> Mapping[str, tuple[tuple[str, frozenset[str]], ...]]:
    """English stem → Korean words, each with all stems that its translations have."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for korean, stems in lexicon().items():
        if _NOUN.fullmatch(korean):
            for word in stems:
                found[word].append((korean, stems))
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

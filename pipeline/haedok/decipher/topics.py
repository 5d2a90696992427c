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

GLOSSARY, GLOSS, READ, ALIKE = 0.005, 0.004, 0.003, 0.0002
"""Shares of a term of the glossary, one that is glossed, a word read in sound lines, a word that
stands in like contexts as others do."""
TRANSLATED, COMPOUND, ONCE = 0.3, 0.2, 0.7
"""The chance that one of the dictionary's translations is the word, that two make a compound; what
is taken off a count: most of what an abstract says once, the paper hardly says."""
MORE = 100
"""Added to the English words, whose shares are the Korean ones': a title alone tells little."""
OFTEN = 3
"""An English word that is said so often may have a translation of one syllable."""
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
    size = sum(len(english_words(text)) for text in texts) + MORE
    for pairs, share in ((evidence.glossary, GLOSSARY), (evidence.glosses, GLOSS)):
        for ko, _ in pairs:
            _expect(found, ko, share)
    for word in evidence.words:
        _expect(found, word, READ)
    for counted in (_translated(english), _compounds(texts), _named(texts)):
        for word, count in counted:
            found[word] = max(found[word], count / size)
    for word, share in _kin(found).items():
        _expect(found, word, share)
    return dict(found)


def _expect(found: dict[str, float], text: str, share: float) -> None:
    for word in _TERM.findall(text):
        found[word] = max(found[word], share)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in english_words(text) if len(word) > 3}


def _translated(english: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """Korean words for English ones that have few senses, and how often they may be said."""
    for word, count in english.items():
        senses = _senses(word, english)
        if 0 < len(senses) <= SENSES:
            total = sum(weight for _, weight in senses)
            for korean, weight in senses:
                if len(korean) > 1 or (count >= OFTEN and language.is_noun(korean)):
                    yield korean, TRANSLATED * (count - ONCE) * weight / total


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
    pairs = Counter(
        (stem(one), stem(other))
        for text in texts
        for one, other in pairwise(english_words(text))
        if min(len(one), len(other)) > 3
    )
    english = Counter(word for pair in pairs for word in pair)
    for (one, other), count in pairs.items():
        halves = [_best_nouns(word, english) for word in (one, other)]
        total = sum(a * b for _, a in halves[0] for _, b in halves[1])
        for first, a in halves[0]:
            for second, b in halves[1]:
                seen = 1.0 if usage.beginning(first + second) else NEW
                yield first + second, COMPOUND * (count - ONCE) * seen * a * b / total


def _best_nouns(word: str, english: Mapping[str, int]) -> list[tuple[str, float]]:
    """The likeliest nouns for an English stem."""
    nouns = (sense for sense in _senses(word, english) if language.is_noun(sense[0]))
    return sorted(nouns, key=lambda sense: -sense[1])[:PARTS]


def _named(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Korean names of countries, peoples and organisations, and how often they are said.

    The longest name counts (North Korea is no Korea); Korean names for one share what it is said.
    """
    names, pattern = _names()
    for name, count in Counter(pattern.findall(" ".join(texts))).items():
        for korean in names[name]:
            yield korean, count / len(names[name])


@cache
def _names() -> tuple[Mapping[str, tuple[str, ...]], re.Pattern[str]]:
    """``tables/names.tsv``, from the Unicode CLDR (Unicode License v3), and what finds its names.

    Rows added by hand: peoples, organisations, capitals, old states, religions.
    """
    table = (files("haedok.decipher") / "tables" / "names.tsv").read_text("utf-8")
    names: dict[str, list[str]] = defaultdict(list)
    for row in table.splitlines()[1:]:
        english, korean = row.split("\t")
        names[english].append(korean)
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return {en: tuple(ko) for en, ko in names.items()}, re.compile(rf"(?<!\w)(?:{longest})(?!\w)")


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

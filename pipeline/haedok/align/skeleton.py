"""Names across the two scripts: only their consonants, in classes that transliteration keeps.

``리버모어`` and ``Livermore`` share L-P-M; the vowels, and the r that Korean drops, do not count.
The idea is Soundex's, the classes those of the Korean orthography of foreign words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from haedok.align.words import decompose

INITIALS = (
    "K",
    "K",
    "N",
    "T",
    "T",
    "L",
    "M",
    "P",
    "P",
    "S",
    "S",
    "",
    "S",
    "S",
    "S",
    "K",
    "T",
    "P",
    "H",
)
FINALS = (
    "", "K", "K", "K", "N", "N", "N", "T", "L", "L", "L", "L", "L", "L", "L", "L", "M", "P", "P",
    "S", "S", "N", "S", "S", "K", "T", "P", "",
)  # fmt: skip
LATIN = (
    (r"sch|tch|sh|ch|th(?=[aeiouyr])|zz|ss|[szjx]|c(?=[eiy])|g(?=[eiy])", "S"),
    (r"ck|gh(?!t)|[kgqc]", "K"), (r"tt|dd|[td]", "T"), (r"ph|pp|bb|ff|[pbfv]", "P"),
    (r"ng|nn|n", "N"), (r"mm|m", "M"), (r"ll|rr|[lr]", "L"), (r"h(?=[aeiouy])", "H"), (r".", ""),
)  # fmt: skip
LATIN_CLASS = re.compile("|".join(f"(?P<g{i}>{pattern})" for i, (pattern, _) in enumerate(LATIN)))
SHORTEST = 3
"""A shorter skeleton is shared by too many words to be evidence."""


def korean_skeletons(text: str) -> set[str]:
    """Keys for each beginning of a word whose consonants could be a name's.

    >>> sorted(korean_skeletons("리버모어는"))
    ['~LPM', '~LPMN', '~LPMNN']
    """
    return {
        "~" + bones[:size]
        for word in re.findall(r"[가-힣]{2,}", text)
        for bones in (_korean(word),)
        for size in range(SHORTEST, len(bones) + 1)
    }


@lru_cache(maxsize=4096)
def _korean(word: str) -> str:
    parts = (decompose(syllable) for syllable in word)
    bones = "".join(INITIALS[lead] + FINALS[tail] for lead, _, tail in parts)
    return re.sub(r"LL", "L", bones)


@lru_cache(maxsize=4096)
def english_skeletons(word: str) -> tuple[str, ...]:
    """Keys of a capitalised word: its consonants, and the same without the r that Korean drops.

    >>> english_skeletons("Livermore"), english_skeletons("nuclear")
    (('~LPLML', '~LPM'), ())
    """
    if not word[:1].isupper() or len(word) < 4 or word.isupper():
        return ()
    low = re.sub(r"['’]s?$", "", word).lower()
    dropped = re.sub(r"r(?=[^aeiouyr]|e?$)", "", low)
    bones = dict.fromkeys(map(_latin, (low, dropped)))
    return tuple("~" + b for b in bones if len(b) >= SHORTEST)


def _latin(word: str) -> str:
    found = (LATIN[int((m.lastgroup or "g8")[1:])][1] for m in LATIN_CLASS.finditer(word))
    return "".join(found)


def romanized_likeness(korean: str, english: str) -> float:
    """How alike a Korean and an English phrase sound, by consonants; 0 below one half.

    >>> romanized_likeness("스푸트니크", "Sputnik"), romanized_likeness("핵공유", "nuclear sharing")
    (1.0, 0.0)
    """
    bones = _korean(re.sub(r"[^가-힣]", "", korean))
    low = re.sub(r"[^a-z]", "", english.lower())
    whole = {_latin(low), _latin(re.sub(r"r(?=[^aeiouyr]|e?$)", "", low))}
    if len(bones) < SHORTEST:
        return 0.0
    alike = max(Levenshtein.normalized_similarity(bones, other) for other in whole)
    return alike if alike >= 0.6 else 0.0

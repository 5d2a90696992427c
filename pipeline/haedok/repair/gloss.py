"""Latin glosses that a Korean model destroyed: ``(balance of terror)`` → ``(686140406 0 (6007)``.

What the letters were is gone; only the document can tell. A gloss is read again when the document
or the glossary gives the same Korean term one, or when its English lines (the abstract) have words
that a Korean model reads so (``latin_channel``) and no others nearly as well; else it is marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from haedok.model import Line
from haedok.repair import latin_channel
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

Found = tuple[int, int, float]
"""Start, end, and how sure the span is a destroyed gloss."""

SURE = 0.9
LONGEST = 4
"""Words of a phrase of the abstract that a gloss may be."""
LIKELIER, POSSIBLE = 0.25, 0.03
"""Chances that a gloss stands in the English lines, and that it does so without or with an s."""
NAMED = 0.9
"""The chance that a term that has a gloss elsewhere has the same here."""
MOST_SURE = 0.97
LENGTHS = (0.6, 1.5)
"""Signs that a letter may give, in the mean."""

# A bowed pair of letters (``of``, ``el``) may be read as one syllable; it stands alone.
_SIGNS = r"(?:[^()가-힣]|(?<![가-힣])[아하히](?![가-힣]))"
_BRACKET = re.compile(
    rf"(?<=[가-힣])\(\(?(?P<inside>{_SIGNS}{{4,60}}(?:\([^()가-힣]{{0,40}}\)?)?)\)?"
)
_DIGIT_WORDS = re.compile(r"\d{5,}")
_JUNK = re.compile(r"(?<=\d)[ㄱ-ㅣ『「【】』」\\]|[ㄱ-ㅣ『「【】』」\\](?=\d)|(?<=\d)[\[\]](?=\d)")
_NUMBER_WORDS = re.compile(r"[\dㄱ-ㅣ『「【\\/<>!%\[\]'’]+")
_COUNTED = re.compile(r"\d{1,3}(?: \d{3})+")
_TELEPHONE = re.compile(r"0\d{1,2} \d{3,4} \d{4}|\d{3,4} \d{4}|\d{4}(?: \d{4}){2,}")
_DATE = re.compile(r"(?:19|20)\d\d \d{1,2} \d{1,2}")
_SMALL = frozenset(
    "a an and as at by for from in is of on or that the this to was with".split()  # noqa: SIM905
)
_WORD = re.compile(r"[A-Za-z]+(?:[-'’][A-Za-z]+)*")


def find(text: str) -> tuple[Found, ...]:
    """Brackets after a Korean word that hold digits and signs no one writes there.

    >>> text = "공포의 균형(686140406 0 (6007)"
    >>> [text[a:b] for a, b, _ in find(text)]
    ['(686140406 0 (6007)']
    >>> find("균형(balance of terror), 인구(51780579), 서울(02-880-5114), 값(12,345.6)")
    ()
    """
    if "(" not in text:
        return ()
    return tuple((m.start(), m.end(), SURE) for m in _BRACKET.finditer(text) if _is_destroyed(m))


def _is_destroyed(match: re.Match[str]) -> bool:
    """Numbers are not written so: signs among digits, odd words of digits, a bracket inside."""
    inside = match.group("inside")
    if re.search("[A-Za-z]{3,}|[\u4e00-\u9fff]", inside):
        return False
    if _has_junk(inside) or _is_row_of_digits(inside):
        return True
    if not _DIGIT_WORDS.search(inside):
        return False
    nested = "(" in inside
    mixed = re.search(r"\d{5,}[a-zA-Z]|[a-zA-Z]\d{5,}", inside) is not None
    return (nested and " " in inside) or mixed


def _has_junk(inside: str) -> bool:
    """Signs that nobody writes beside a digit, in a bracket that is mostly digits."""
    digits = sum(char.isdigit() for char in inside)
    return digits >= 3 and digits * 2 >= len(inside) and _JUNK.search(inside) is not None


def _is_row_of_digits(inside: str) -> bool:
    """Words of digits alone, one of them long or with needless zeros: no date, sum or telephone."""
    words = inside.split(" ")
    if len(words) < 2 or not all(map(_NUMBER_WORDS.fullmatch, words)):
        return False
    if any(sound.fullmatch(inside) for sound in (_COUNTED, _TELEPHONE, _DATE)):
        return False
    padded = any(re.match(r"0\d", word) for word in words)
    long = any(map(_DIGIT_WORDS.search, words))
    many = len(words) > 2 and max(map(len, words)) > 3
    return len("".join(words)) >= (6 if padded else 7) and (padded or long or many)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Each destroyed gloss with what the document gives for it."""
    return tuple(_read(line.text, found, evidence) for found in find(line.text))


def _read(text: str, found: Found, evidence: Evidence) -> Reading:
    start, end, _ = found
    before, signs = text[:start].rstrip(), text[start + 1 : end].removesuffix(")")
    for source, pairs in (
        ("glossed elsewhere in the document", evidence.glosses),
        ("glossary", evidence.glossary),
    ):
        known = dict.fromkeys(en for ko, en in pairs if ko and before.endswith(ko))
        ranked = _ranked(signs, ((latin, NAMED / len(known)) for latin in known))
        if ranked and ranked[0][1] >= 0.5:
            return _reading(start, end, ranked, source)
    ranked = _ranked(signs, _phrases(evidence.english))
    if ranked and ranked[0][1] >= 0.5:
        return _reading(start, end, ranked, "stands in the English lines and would be read so")
    return Reading(start, end, (), SURE, ("Latin letters read by a Korean model",))


def _reading(start: int, end: int, ranked: list[tuple[str, float]], source: str) -> Reading:
    best = tuple((f"({latin})", round(sure, 4)) for latin, sure in ranked[:3])
    return Reading(start, end, best, best[0][1], (source,))


def _ranked(signs: str, among: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Letters that may have been read as these signs, likeliest first, by their prior chance."""
    room = len("".join(signs.split()))
    weights: dict[str, float] = {}
    rest = 1.0
    for latin, prior in among:
        rest -= prior
        letters = sum(map(str.isalpha, latin))
        if LENGTHS[0] * letters <= room <= LENGTHS[1] * letters:
            weights[latin] = prior * math.exp(latin_channel.fits(latin, signs))
    total = max(rest, 0.05) + sum(weights.values())
    ranked = sorted(weights.items(), key=lambda row: -row[1])
    return [(latin, min(MOST_SURE, weight / total)) for latin, weight in ranked[:3]]


@lru_cache(maxsize=8)
def _phrases(english: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Words that stand together in the English lines, and the chance that a gloss is these."""
    found = dict.fromkeys(_runs(" ".join(english)))
    varied = dict.fromkeys(v for phrase in found for v in _varied(phrase) if v not in found)
    return (
        *((phrase, LIKELIER / len(found)) for phrase in found),
        *((phrase, POSSIBLE / len(varied)) for phrase in varied),
    )


def _runs(text: str) -> Iterator[str]:
    """Runs of up to ``LONGEST`` words that no stop parts and no small word ends."""
    words = list(_WORD.finditer(text))
    for first, start in enumerate(words):
        for last in range(first, min(first + LONGEST, len(words))):
            if last > first and text[words[last - 1].end() : words[last].start()].strip():
                break
            ends = (start.group().lower(), words[last].group().lower())
            if not _SMALL.intersection(ends):
                yield text[start.start() : words[last].end()]


def _varied(phrase: str) -> Iterator[str]:
    yield phrase[:-1] if phrase.endswith("s") else phrase + "s"

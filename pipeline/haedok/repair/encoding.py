"""Bytes and code points that went wrong: exact inverses, in one visible list.

Each rule looks for its own kind of damage and answers readings that are certain, or a span without
a reading where the bytes are gone. On sound NFC text no rule answers anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from haedok.model import Line
from haedok.repair import entities, hanyang, jamo_strings, keyboard, mojibake
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

CERTAIN = 0.999
LOST = 0.98
"""How sure a rule is that a span is damage whose bytes are gone."""


def _found(match: re.Match[str], reading: str | None, why: str) -> Reading:
    if reading is None:
        return Reading(match.start(), match.end(), (), LOST, (why,))
    return Reading(match.start(), match.end(), ((reading, CERTAIN),), CERTAIN, (why,))


_CONJOINING = re.compile("[\uac00-\ud7a3]?[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+")


def conjoining_jamo(text: str) -> list[Reading]:
    """Syllables taken apart (NFD) are put together (NFC); old Hangul, which cannot be, stays.

    >>> [r.best for r in conjoining_jamo("\u1112\u1161\u11ab\u1100\u1173\u11af 문서")]
    ['한글']
    """
    runs = ((m, unicodedata.normalize("NFC", m.group())) for m in _CONJOINING.finditer(text))
    return [_found(m, nfc, "NFD composed to NFC") for m, nfc in runs if nfc != m.group()]


_COMPATIBILITY = re.compile("[ㄱ-ㅣ]{2,}")
ENOUGH = 4
"""Letters in a row that are nobody's abbreviation; beside such a row, shorter ones are text too."""


def compatibility_jamo(text: str) -> list[Reading]:
    """Letters written one by one become syllables; laughter (ㅋㅋㅋㅋ) and lists do not compose.

    >>> [r.best for r in compatibility_jamo("ㅎㅏㄴㄱㅡㄹ ㅇㅣ ㅋㅋㅋㅋ ㄱㄴㄷㄹ ㅏㅑㅓㅕ")]
    ['한글', '이']
    >>> compatibility_jamo("ㄴㅏ")
    []
    """
    runs = [(m, jamo_strings.compose(m.group())) for m in _COMPATIBILITY.finditer(text)]
    if not any(made and len(m.group()) >= ENOUGH for m, made in runs):
        return []
    return [_found(m, made, "compatibility jamo composed") for m, made in runs if made]


_HALFWIDTH = re.compile("[\uffa0-\uffdc]+")


def halfwidth_jamo(text: str) -> list[Reading]:
    """Half-width jamo, which nobody writes on purpose, become syllables.

    >>> [r.best for r in halfwidth_jamo("\uffbe\uffc2\uffa4\uffa1\uffda\uffa9")]
    ['한글']
    """
    runs = ((m, jamo_strings.widen(m.group())) for m in _HALFWIDTH.finditer(text))
    return [
        _found(m, jamo_strings.compose(wide) or wide, "half-width jamo composed")
        for m, wide in runs
    ]


def wrong_code_page(text: str) -> list[Reading]:
    """Bytes of one encoding read as another, also twice over (see ``mojibake``).

    >>> [r.best for r in wrong_code_page("¾È³ç")]
    ['안녕']
    """
    return [
        Reading(r.start, r.end, (), LOST, r.steps)
        if r.reading is None
        else Reading(r.start, r.end, ((r.reading, r.sure),), r.sure, r.steps)
        for r in mojibake.recover(text)
    ]


_LOST: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[^\s]*\ufffd[^\s]*(?:\s+[^\s]*\ufffd[^\s]*)*"), "replacement characters"),
    (re.compile("(?:占쏙옙|占쏙|쏙옙|占싼)+[^\\s]*"), "replacement characters read as cp949"),
    (re.compile("(?:锟斤拷|锟斤|斤拷)+"), "replacement characters read as gbk"),
    (re.compile("(?:ï¿½)+"), "replacement characters read as latin-1"),
    (
        re.compile("(?:[\xea-\xed][\\s\x80-\xbf\u2018-\u2122\u0152-\u02dc]{0,2}){3,}"),
        "utf-8 read as latin-1, bytes gone",
    ),
    (
        re.compile(r"(?:(?<=\s)|^)\?{2,}(?:[ .,]+\?{1,})+[.,]?(?=\s|$)"),
        "question marks for letters",
    ),
    (re.compile("[\ue000-\uefff\uf100-\uf8ff]+"), "private-use codes"),
    (re.compile("(?<=[가-힣])[\uf000-\uf0ff]+|[\uf000-\uf0ff]+(?=[가-힣])"), "private-use codes"),
)  # fmt: skip


def lost(text: str) -> list[Reading]:
    """Places where the bytes are gone: they are marked, never guessed.

    >>> [(r.start, r.end, r.best) for r in lost("논문 占쏙옙占쏙옙 발표")]
    [(3, 9, None)]
    """
    if text.isascii() and "?" not in text:
        return []
    return [_found(match, None, why) for rule, why in _LOST for match in rule.finditer(text)]


Rule = Callable[[str], list[Reading]]

RULES: tuple[Rule, ...] = (
    wrong_code_page,
    hanyang.syllables,
    lost,
    conjoining_jamo,
    compatibility_jamo,
    halfwidth_jamo,
    entities.decoded,
    keyboard.typed,
)
"""In order: where two rules speak about one place, the earlier one is heard."""


@lru_cache(maxsize=1024)
def find(text: str) -> tuple[Reading, ...]:
    """All spans of a line that are an accident of encoding, by offset, never overlapping."""
    taken: list[Reading] = []
    for rule in RULES:
        for reading in rule(text):
            if all(reading.end <= t.start or t.end <= reading.start for t in taken):
                taken.append(reading)
    return tuple(sorted(taken))


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """The readings of a line's encoding accidents."""
    return find(line.text)

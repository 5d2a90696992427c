"""Bytes and code points that went wrong: exact inverses, in one visible list.

Each rule looks for its own kind of damage and answers readings that are certain, or a span without
a reading where the bytes are gone. On sound NFC text no rule answers anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from haedok.model import Line
from haedok.repair import jamo_strings, language, lexicon, mojibake
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair
from haedok.words import is_english

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


_COMPATIBILITY = re.compile("[ㄱ-ㅣ]{4,}")


def compatibility_jamo(text: str) -> list[Reading]:
    """Letters written one by one become syllables; laughter (ㅋㅋㅋㅋ) and lists do not compose.

    >>> [r.best for r in compatibility_jamo("ㅎㅏㄴㄱㅡㄹ ㅋㅋㅋㅋ ㄱㄴㄷㄹ ㅏㅑㅓㅕ")]
    ['한글']
    """
    runs = ((m, jamo_strings.compose(m.group())) for m in _COMPATIBILITY.finditer(text))
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


_NUMERIC_ENTITIES = re.compile(r"(?:(?:&|&amp;)#(?:\d{5}|[xX][0-9a-fA-F]{4});\s?){2,}")
_MARKUP = re.compile(r"</?[a-zA-Z]|[{}]|=\s*[\"']")


def html_entities(text: str) -> list[Reading]:
    """Hangul as a row of HTML numbers, outside of markup.

    >>> [r.best for r in html_entities("&#50504;&#45397; &amp; <b>&#50504;&#45397;</b>")]
    []
    >>> [r.best for r in html_entities("&#50504;&#45397;, R&D")]
    ['안녕']
    """
    if "#" not in text or _MARKUP.search(text):
        return []
    readings = []
    for match in _NUMERIC_ENTITIES.finditer(text):
        made = re.sub(r"(?:&|&amp;)#(\w+);", lambda m: _from_number(m.group(1)), match.group())
        if all(lexicon.is_syllable(c) or c.isspace() for c in made):
            readings.append(_found(match, made, "HTML numbers decoded"))
    return readings


def _from_number(digits: str) -> str:
    return chr(int(digits[1:], 16) if digits[0] in "xX" else int(digits))


_ENTITY_IN_WORD = re.compile(r"(?<=[A-Z])&amp;(?=[A-Z])|(?<=[가-힣])&(?:nbsp|amp);(?=[가-힣])")


def glued_entities(text: str) -> list[Reading]:
    """``R&amp;D`` and ``연구&nbsp;개발`` in Korean prose; markup is left alone.

    >>> [r.best for r in glued_entities("R&amp;D 투자")], glued_entities("use &amp; in HTML")
    (['&'], [])
    """
    if "&" not in text or _MARKUP.search(text) or not lexicon.has_hangul(text):
        return []
    return [
        _found(m, " " if "nbsp" in m.group() else "&", "HTML entity decoded")
        for m in _ENTITY_IN_WORD.finditer(text)
    ]


def wrong_code_page(text: str) -> list[Reading]:
    """Bytes of one encoding read as another, also twice over (see ``mojibake``).

    >>> [r.best for r in wrong_code_page("¾È³ç")]
    ['안녕']
    """
    return [
        Reading(r.start, r.end, ((r.reading, CERTAIN),), CERTAIN, r.steps)
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


_KEYED = re.compile(r"[A-Za-z]+(?:[ ,.?!]+[A-Za-z]+)*[.,?!]?")


def latin_keyboard(text: str) -> list[Reading]:
    """Korean typed with the keyboard in Latin mode: ``dkssudgktpdy``.

    Only whole lines are taken: English, code, names and passwords stand among other things.

    >>> [r.best for r in latin_keyboard("dkssudgktpdy")]
    ['안녕하세요']
    >>> latin_keyboard("nuclear sharing"), latin_keyboard("password: dkssudgktpdy")
    ([], [])
    """
    body = text.strip()
    match = _KEYED.fullmatch(body)
    if not match:
        return []
    words = re.findall("[A-Za-z]+", body)
    typed = [jamo_strings.from_keys(word) for word in words]
    if any(word is None for word in typed):
        return []
    hangul = [word for word in typed if word]
    if not _is_typed_korean(words, hangul):
        return []
    made = iter(hangul)
    reading = re.sub("[A-Za-z]+", lambda _: next(made), body)
    start = text.index(body)
    why = "two-set keyboard in Latin mode"
    return [Reading(start, start + len(body), ((reading, 0.99),), 0.99, (why,))]


def _is_typed_korean(words: Sequence[str], hangul: Sequence[str]) -> bool:
    syllables = sum(map(len, hangul))
    if syllables < 3 or any(is_english(word) for word in words if len(word) > 2):
        return False
    known = (word for word in hangul if lexicon.count(word) or language.is_grammatical(word))
    return sum(map(len, known)) >= 0.6 * syllables


Rule = Callable[[str], list[Reading]]

RULES: tuple[Rule, ...] = (
    wrong_code_page,
    lost,
    conjoining_jamo,
    compatibility_jamo,
    halfwidth_jamo,
    html_entities,
    glued_entities,
    latin_keyboard,
)
"""In order: where two rules speak about one place, the earlier one is heard."""


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

"""Hangul letters that were left apart: put together by the rules of the writing system.

Conjoining jamo (NFD, as macOS names files), compatibility jamo (``ㅎㅏㄴㄱㅡㄹ``), half-width jamo,
and the keys of the two-set keyboard typed in Latin mode (``dkssud``) are four spellings of one
sequence of letters; each has one composition, which Unicode chapter 3.12 defines.
"""

from __future__ import annotations

import unicodedata

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
TWO_KEYS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ",
    "ㅡㅣ": "ㅢ", "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip


def syllable(onset: str, vowel: str, coda: str = "") -> str:
    """One syllable from its letters.

    >>> syllable("ㅎ", "ㅏ", "ㄴ")
    '한'
    """
    number = (ONSETS.index(onset) * 21 + VOWELS.index(vowel)) * 28 + CODAS.index(coda)
    return chr(0xAC00 + number)


def letters(char: str) -> tuple[str, str, str]:
    """Onset, vowel and coda (perhaps empty) of a syllable.

    >>> letters("않")
    ('ㅇ', 'ㅏ', 'ㄶ')
    """
    number = ord(char) - 0xAC00
    return ONSETS[number // 588], VOWELS[number // 28 % 21], CODAS[number % 28]


def compose(jamo: str) -> str | None:
    """Whole syllables from compatibility jamo, None unless all letters find a place.

    >>> compose("ㅎㅏㄴㄱㅡㄹ"), compose("ㅇㅣㅆㄷㅏ"), compose("ㅋㅋㅋ")
    ('한글', '있다', None)
    """
    out, at = [], 0
    while at < len(jamo):
        taken = _first_syllable(jamo[at:])
        if taken is None:
            return None
        out.append(taken[0])
        at += taken[1]
    return "".join(out)


def _first_syllable(jamo: str) -> tuple[str, int] | None:
    """The first syllable and how many letters it takes; a consonant before a vowel is an onset."""
    if len(jamo) < 2 or jamo[0] not in ONSETS or jamo[1] not in VOWELS:
        return None
    vowel, at = _doubled(jamo, 1, VOWELS)
    coda, after = "", at
    if at < len(jamo) and jamo[at] in CODAS and jamo[at] not in VOWELS:
        coda, after = _doubled(jamo, at, CODAS)
        if after < len(jamo) and jamo[after] in VOWELS:
            after -= 1  # the last consonant begins the next syllable
            coda = jamo[at:after]
    return syllable(jamo[0], vowel, coda), after


def _doubled(jamo: str, at: int, allowed: str | list[str]) -> tuple[str, int]:
    """The letter at ``at``, or the two-key letter that starts there; and the offset behind it."""
    pair = TWO_KEYS.get(jamo[at : at + 2], "")
    return (pair, at + 2) if pair and pair in allowed else (jamo[at], at + 1)


def from_keys(keys: str) -> str | None:
    """What the two-set keyboard writes for these keys, None unless whole syllables come out.

    >>> from_keys("dkssudgktpdy"), from_keys("gksrmf"), from_keys("nuclear")
    ('안녕하세요', '한글', None)
    """
    jamo = [KEYS.get(key) or KEYS.get(key.lower()) for key in keys]
    return compose("".join(j for j in jamo if j)) if all(jamo) else None


def widen(halfwidth: str) -> str:
    """Compatibility jamo for half-width jamo (U+FFA0–FFDC).

    >>> widen("ﾾￂﾤ")
    'ㅎㅏㄴ'
    """
    return "".join(_widen(char) for char in halfwidth)


def _widen(char: str) -> str:
    decomposition = unicodedata.decomposition(char)
    return chr(int(decomposition.split()[-1], 16)) if decomposition else char

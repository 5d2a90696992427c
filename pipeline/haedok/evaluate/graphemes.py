r"""Text as a scorer counts it: NFC graphemes, one space for any run of white space.

Segmentation is our own, fifteen lines long, rather than ``\X`` of an outside library: scores must
not move when a library updates its Unicode tables, and Korean papers need just two rules beyond
"one code point, one grapheme": a combining mark belongs to the character before it, and
conjoining jamo that NFC leaves apart (old Hangul such as ᄒᆞᆫ) form one syllable.

Units: a *text* is a string; its *graphemes* are a list of strings; positions are indices into it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Literal

Script = Literal["hangul", "latin", "digits", "hanja", "punctuation", "space", "other"]
SCRIPTS: tuple[Script, ...] = (
    "hangul",
    "latin",
    "digits",
    "hanja",
    "punctuation",
    "space",
    "other",
)

Fold = Literal["quotes", "dashes", "width"]
"""Differences that a scorer may be asked to overlook; by default it overlooks none."""

_OLD_SYLLABLE = re.compile(
    r"[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*", re.S
)
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDS: dict[Fold, dict[int, int]] = {
    "quotes": dict(zip(map(ord, "‘’‚‛“”„‟′″`´"), map(ord, "''''\"\"\"\"'\"''"), strict=True)),
    "dashes": dict.fromkeys(map(ord, "‐‑‒–—―−"), ord("-")),
    "width": _WIDTH,
}


def lines_of(text: str, folds: tuple[Fold, ...] = ()) -> list[list[str]]:
    r"""The lines of a text that are not blank, each as its graphemes.

    Within a line a run of white space counts as one space; at its ends as nothing. Joining the
    lines with one space gives the graphemes of the whole text, since a line end is a space.

    >>> lines_of("핵  위협 \n\n cafe\u0301")
    [['핵', ' ', '위', '협'], ['c', 'a', 'f', 'é']]
    """
    table = {key: value for fold in folds for key, value in _FOLDS[fold].items()}
    collapsed = (" ".join(line.split()) for line in text.splitlines())
    return [graphemes(line.translate(table) if table else line) for line in collapsed if line]


def join_lines(lines: list[list[str]]) -> list[str]:
    """All graphemes of a text, a space for every line end."""
    joined: list[str] = []
    for line in lines:
        if joined:
            joined.append(" ")
        joined.extend(line)
    return joined


def graphemes(text: str) -> list[str]:
    """Split a text into NFC graphemes.

    >>> graphemes("ᄒᆞᆫ글e̋")
    ['ᄒᆞᆫ', '글', 'e̋']
    """
    text = unicodedata.normalize("NFC", text)
    if not any(_continues(char) for char in set(text)):
        return list(text)
    parts: list[str] = []
    for char in text:
        if parts and _continues(char) and _attaches(parts[-1], char):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


@functools.lru_cache(maxsize=65536)
def _continues(char: str) -> bool:
    return char >= "\u0300" and (
        unicodedata.category(char)[0] == "M" or _OLD_SYLLABLE.fullmatch("\u1100" + char) is not None
    )


def _attaches(before: str, char: str) -> bool:
    if unicodedata.category(char)[0] == "M":
        return before != " "  # a mark at the start of a word has nothing to sit on
    return _OLD_SYLLABLE.fullmatch(before + char) is not None


def to_jamo(text: list[str]) -> list[str]:
    r"""Every modern Hangul syllable as its two or three jamo; everything else as it is.

    >>> to_jamo(["값", "A"]) == ["\u1100", "\u1161", "\u11b9", "A"]
    True
    """
    jamo: list[str] = []
    for grapheme in text:
        if "가" <= grapheme <= "힣":
            jamo.extend(unicodedata.normalize("NFD", grapheme))
        else:
            jamo.append(grapheme)
    return jamo


@functools.lru_cache(maxsize=65536)
def script_of(grapheme: str) -> Script:
    """The script of a grapheme, by its first character.

    Digits are all numbers (``Ⅱ`` and ``①`` too); signs such as ``+`` or ``⟦`` that Unicode does not
    call punctuation are ``other``.

    >>> [script_of(c) for c in "한ㄱaＡé3漢.' ♥"]
    ['hangul', 'hangul', 'latin', 'latin', 'latin', 'digits', 'hanja', 'punctuation',
     'punctuation', 'space', 'other']
    """
    char = grapheme[0]
    if char.isspace():
        return "space"
    match unicodedata.category(char)[0]:
        case "P":
            return "punctuation"
        case "N":
            return "digits"
        case "L":
            return _letter_script(unicodedata.name(char, ""))
    return "other"


def _letter_script(name: str) -> Script:
    scripts: dict[str, Script] = {"HANGUL ": "hangul", "CJK ": "hanja", "LATIN ": "latin"}
    return next((script for word, script in scripts.items() if word in name), "other")

"""What our own recogniser can print, and how its outputs are numbered.

A frame of the net says first what *kind* of character it sees: nothing, a Hangul syllable, a
Chinese character (Hanja), or one of the signs below. A syllable is then composed from its three
parts, so that all 11,172 can be printed, seen in training or not; a Hanja is one of a list.

Characters that no printed page tells apart are written one way (`written`).
"""

from __future__ import annotations

import unicodedata
from functools import cache

BLANK, HANGUL, HANJA = 0, 1, 2
"""Numbers of the kinds that are no sign; signs are numbered from 3 on."""
FIRST_SIGN = 3

INITIALS, MEDIALS, FINALS = 19, 21, 28
"""Choices for each part of a syllable; the first final is none."""
FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"

SIGNS = (
    " "
    + "".join(map(chr, range(0x21, 0x7F)))
    + "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞß"
    + "āăąćčďđēęěğīįıİłńňōőœŏřśşšťţūůűŭźżžĀĂĄĆČĎĐĒĘĚĞĪŁŃŇŌŐŒŎŘŚŞŠŤŢŪŮŰŬŹŻŽ"
    + "αβγδεζηθικλμνξοπρςστυφχψωΓΔΘΛΞΠΣΦΨΩ"
    + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"
    + "㉠㉡㉢㉣㉤㉥㉦㉧㉨㉩㉮㉯㉰㉱㉲㉳㉴㉵㉶㉷ⓐⓑⓒⓓⓔ"
    + "「」『』《》〈〉【】〔〕‘’“”«»·～―—–…※§†‡¶°′″‰±×÷≠≤≥≒∞√∑∫∂∈∩∪∴→←↑↓↔⇒"
    + "○●◎□■△▲▽▼◇◆☆★♦€£¥₩©®™½¼¾¹²³⁴⁰、。℃㎞㎡㎏㎝㎜㎢￦"
    + "".join(map(chr, range(0x3131, 0x3164)))
)
"""Characters printed as they are; the last 51 are the compatibility jamo ㄱ … ㅣ."""

_WRITTEN = str.maketrans(
    {
        "ㆍ": "·", "‧": "·", "•": "·", "・": "·", "∙": "·", "⋅": "·",
        "─": "―", "‐": "-", "‑": "-", "−": "-", "－": "-", "˗": "-",
        "∼": "～", "〜": "～", "˜": "~", "⋯": "…", "µ": "μ", "Ω": "Ω",
        "＜": "〈", "＞": "〉", "〝": "“", "〞": "”", "‟": "“", "″": "″",
        "\u00a0": " ", "\u3000": " ", "\u2009": " ", "\t": " ",
    }
)  # fmt: skip


@cache
def hanja() -> tuple[str, ...]:
    """The Hanja of KS X 1001, each once: the standard has some twice, for their readings.

    >>> len(hanja())
    4622
    """
    found: dict[str, None] = {}
    for high in range(0xCA, 0xFE):
        for low in range(0xA1, 0xFF):
            sign = unicodedata.normalize("NFC", bytes((high, low)).decode("cp949"))
            found[sign] = None
    return tuple(found)


@cache
def numbers() -> dict[str, int]:
    """Sign → kind."""
    return {sign: FIRST_SIGN + index for index, sign in enumerate(SIGNS)}


@cache
def hanja_numbers() -> dict[str, int]:
    """Hanja → its place in the list."""
    return {sign: index for index, sign in enumerate(hanja())}


KINDS = FIRST_SIGN + len(SIGNS)
"""How many kinds there are."""


def written(text: str) -> str:
    """The text as the recogniser would print it: NFC, look-alikes written one way.

    >>> written("가ㆍ나 12−3")
    '가·나 12-3'
    """
    return unicodedata.normalize("NFC", text).translate(_WRITTEN)


def syllable_parts(syllable: str) -> tuple[int, int, int]:
    """Initial, medial and final of a modern syllable.

    >>> syllable_parts("각")
    (0, 0, 1)
    """
    rest, final = divmod(ord(syllable) - ord(FIRST_SYLLABLE), FINALS)
    initial, medial = divmod(rest, MEDIALS)
    return initial, medial, final


def parts_syllable(initial: int, medial: int, final: int) -> str:
    """The syllable of these parts.

    >>> parts_syllable(*syllable_parts("힣"))
    '힣'
    """
    return chr(ord(FIRST_SYLLABLE) + (initial * MEDIALS + medial) * FINALS + final)


def is_syllable(character: str) -> bool:
    """Whether it is one of the 11,172."""
    return FIRST_SYLLABLE <= character <= LAST_SYLLABLE


def kind(character: str) -> int | None:
    """The kind of a character; None: it cannot be printed."""
    if is_syllable(character):
        return HANGUL
    if character in hanja_numbers():
        return HANJA
    return numbers().get(character)

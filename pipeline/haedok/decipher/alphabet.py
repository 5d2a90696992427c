"""How garble and the Korean it stands for are numbered for the network.

Garble is what the English model can print. Korean is written in syllables: those of KS X 1001 and
those that the corpora have beyond it; a Hanja is one and the same sign whatever it is, for nothing
of it can be told from garble.
"""

from __future__ import annotations

from functools import cache

from haedok.hangul import IN_USE

PAD, UNKNOWN, SPACE = 0, 1, 2
"""Numbers that mean the same on both sides: nothing, a sign that is not in the list, a space."""
GARBLE = "".join(map(chr, range(0x21, 0x7F))) + "‘’“”—–£¥€§©®°«»¢™•·éﬁﬂ~…"
FIRST = 3

BEGIN, END, HAN = 3, 4, 5
"""Of Korean: before the first character, after the last, and any Hanja."""
SIGNS = "".join(map(chr, range(0x21, 0x7F))) + "‘’“”·…「」『』《》〈〉～–—※①②③④⑤ⅠⅡⅢⅣⅤ"


@cache
def korean() -> tuple[str, ...]:
    """All output signs by number; the first six have none of their own."""
    return ("", "\ufffd", " ", "", "", "漢", *SIGNS, *IN_USE)


@cache
def _numbers() -> tuple[dict[str, int], dict[str, int]]:
    garble = {sign: FIRST + at for at, sign in reversed(list(enumerate(GARBLE)))}
    written = {sign: at for at, sign in enumerate(korean()) if at > HAN}
    return {**garble, " ": SPACE}, {**written, " ": SPACE}


def garble_size() -> int:
    """How many garble signs there are, with the special ones."""
    return FIRST + len(GARBLE)


def garble_numbers(text: str) -> list[int]:
    """Numbers of the signs of a garble.

    >>> garble_numbers("A o")
    [35, 2, 81]
    """
    table = _numbers()[0]
    return [table.get(sign, UNKNOWN) for sign in text]


def korean_numbers(text: str) -> list[int]:
    """Numbers of the signs of a Korean text.

    >>> spelt(korean_numbers("핵 A漢"))
    '핵 A漢'
    """
    table = _numbers()[1]
    return [HAN if "一" <= sign <= "鿿" else table.get(sign, UNKNOWN) for sign in text]


def spelt(numbers: list[int]) -> str:
    """The text of numbers; begin, end and padding are nothing."""
    signs = korean()
    return "".join(signs[number] for number in numbers)

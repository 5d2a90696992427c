"""What each character of a garble is, when the print beneath it is known.

A word that was read covers some printed characters (``simulate`` tells which, by their place).
Inside the word, the cheapest account of how those became the garble labels it: a Latin letter,
digit or sign comes out as itself, a syllable as nothing or some signs (edit distance with
many-to-one steps; Ristad and Yianilos 1998).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from haedok.repair.latin_net import DIGIT, GARBLED, SOUND

UNKNOWN = 9
"""The label of what could be either; not trained on."""

SYLLABLE = (0.55, 0.1, 0.12, 0.5, 1.1)
"""Cost of a syllable that becomes no sign, one, two and so on: 1.1 is the mean."""
SPURIOUS, MISREAD, LOST_SIGN, LOST = 0.9, 0.9, 0.4, 0.8
"""Costs of a sign of nothing, a wrong Latin sign, and lost punctuation or letters."""
MOSTLY = 0.8
"""On a line with so large a share of Hangul a word without a place is garble."""

_ALIKE = tuple(map(set, ("’‘'`´\"“”", "-–—―~∼_·ㆍ.‧•", ",.、", "(（〔[{", ")）〕]}", ":;")))
_LATIN = re.compile("[\x21-\x7e’‘“”·–—…£°®©§¥]")
_EASTERN = re.compile("[가-힣㐀-鿿豈-﫿]")

Step = tuple[int, int, str]


def labels(garble: str, printed: str) -> list[int]:
    """The labels of a garble's characters.

    >>> labels("20204", "2020년"), labels("SLBMS", "SLBM을")
    ([2, 2, 2, 2, 1], [0, 0, 0, 0, 1])
    """
    found = [UNKNOWN] * len(garble)
    for (start, _, _), (end, past, how) in _account(garble, printed):
        if how == "syllable":
            found[start:end] = [GARBLED] * (end - start)
        elif how == "same":
            number = printed[past - 1].isdigit() and garble[start].isdigit()
            found[start] = DIGIT if number else SOUND
        elif how == "misread" and not (printed[past - 1].isdigit() or garble[start].isdigit()):
            found[start] = SOUND
    return [
        GARBLED if label == UNKNOWN and _amid_garble(found, at) else label
        for at, label in enumerate(found)
    ]


def _amid_garble(found: Sequence[int], at: int) -> bool:
    near = [found[i] for i in (at - 1, at + 1) if 0 <= i < len(found)]
    return bool(near) and all(label == GARBLED for label in near)


def _account(garble: str, printed: str) -> list[tuple[Step, Step]]:
    """The cheapest way: steps between (characters of the garble, of the print, how)."""
    size = len(garble) + 1
    cost = [[math.inf] * size for _ in range(len(printed) + 1)]
    came: dict[tuple[int, int], Step] = {}
    cost[0][0] = 0.0
    for past in range(len(printed) + 1):
        row = cost[past]
        sign = printed[past] if past < len(printed) else None
        ways = () if sign is None else _ways(sign)
        for at, here in enumerate(row):
            if at + 1 < size and here + SPURIOUS < row[at + 1]:
                row[at + 1] = here + SPURIOUS
                came[at + 1, past] = (at, past, "spurious")
            for more, price, how in ways[: size - at]:
                same = how == "misread" and sign is not None and _alike(garble[at], sign)
                total = here if same else here + price
                if total < cost[past + 1][at + more]:
                    cost[past + 1][at + more] = total
                    came[at + more, past + 1] = (at, past, "same" if same else how)
    return _traced(came, (len(garble), len(printed)))


def _traced(came: dict[tuple[int, int], Step], node: tuple[int, int]) -> list[tuple[Step, Step]]:
    """The steps that lead to a node, from the beginning."""
    steps = []
    while node != (0, 0):
        at, past, how = came[node]
        steps.append(((at, past, how), (*node, how)))
        node = (at, past)
    return steps[::-1]


@lru_cache(maxsize=16384)
def _ways(sign: str) -> tuple[tuple[int, float, str], ...]:
    """What a printed sign may become: how many signs of the garble, the cost, what it means."""
    if sign == " ":
        return ((0, 0.0, "lost"),)
    if _LATIN.match(sign):
        return ((0, LOST if sign.isalnum() else LOST_SIGN, "lost"), (1, MISREAD, "misread"))
    return tuple((many, price, "syllable") for many, price in enumerate(SYLLABLE))


def _alike(read: str, printed: str) -> bool:
    return read == printed or any(read in kind and printed in kind for kind in _ALIKE)


def lines(text: str, words: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, list[int]]]:
    """What was read of a printed line, with labels; a new line where reading jumps back.

    ``words`` are those of ``simulate.Garbled``.
    """
    share = len(_EASTERN.findall(text)) / max(1, len(text.replace(" ", "")))
    rows: list[list[tuple[str, int, int]]] = []
    for word in words:
        if not rows or word[1] < rows[-1][-1][1] - 1:
            rows.append([])
        rows[-1].append(word)
    for row in rows:
        read, found = "", list[int]()
        for garble, first, past in row:
            if read:
                read, found = read + " ", [*found, -1]
            read += garble
            found += _in_place(garble, text, (first, past), share)
        yield read, _with_spaces(found)


def _in_place(garble: str, text: str, place: tuple[int, int], share: float) -> list[int]:
    """Labels of a word; a Latin word may also cover the sign before or behind its place."""
    first, past = place
    printed = text[first:past]
    if not printed.strip():
        return [GARBLED if share > MOSTLY else UNKNOWN] * len(garble)
    found = labels(garble, printed)
    if _EASTERN.search(printed):
        return found
    wider = labels(garble, text[max(0, first - 1) : past + 1])
    return min(found, wider, key=lambda row: sum(label in {GARBLED, UNKNOWN} for label in row))


def _with_spaces(found: list[int]) -> list[int]:
    """A space inside garble is garble, one inside language language."""
    for at, label in enumerate(found):
        if label == -1:
            sides = {found[at - 1] == GARBLED, found[at + 1] == GARBLED}
            found[at] = UNKNOWN if len(sides) == 2 else GARBLED if True in sides else SOUND
    return found

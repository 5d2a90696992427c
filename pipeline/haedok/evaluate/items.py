"""The things in a true text that must survive letter by letter: glosses, citations, numbers.

* A *gloss* stands in round brackets directly behind Hangul, has at least two Latin letters, no
  Hangul and no year: ``균형(balance of terror)``. What is between the brackets counts.
* A *citation* stands in brackets and has a year from 1500 to 2099 that no 년 follows, or is a
  bracketed number: ``(Kim 2019, 23)``, ``김영수(2019)``, ``[12]``, ``[3, 5-7]``. What is between
  the brackets counts.
* A *number* is a longest run of digits, with the points and commas between digits: ``1,076``.

An item is right when the alignment finds each of its characters unchanged and nothing in between;
a number, moreover, must not have grown a digit at either end (``20`` in ``120`` is wrong).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from haedok.evaluate.rates import Rate

Kind = Literal["gloss", "citation", "number"]
KINDS: tuple[Kind, ...] = ("gloss", "citation", "number")

_BRACKETS = re.compile(r"[(（]([^()（）]{2,200})[)）]")
_REFERENCE = re.compile(r"\[(\d{1,3}(?:\s?[-–,]\s?\d{1,3})*)\]")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?![\d년]| 년)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ].*[A-Za-zÀ-ɏ]")
_HANGUL = re.compile(r"[가-힣]")


class Item(NamedTuple):
    """A span of the true graphemes that counts as one thing."""

    kind: Kind
    start: int
    end: int


def find_items(truth: list[str]) -> list[Item]:
    """All glosses, citations and numbers of a text, by kind.

    >>> text = "균형(balance of terror)은 (Kim 2019, 23) 1,076개"
    >>> [(item.kind, text[item.start : item.end]) for item in find_items(list(text))]
    [('gloss', 'balance of terror'), ('citation', 'Kim 2019, 23'), ('number', '2019'),
     ('number', '23'), ('number', '1,076')]
    """
    text = "".join(grapheme[0] for grapheme in truth)  # so that offsets count graphemes
    items = [*_bracketed(text)]
    items += [Item("citation", *match.span(1)) for match in _REFERENCE.finditer(text)]
    items += [Item("number", *match.span()) for match in _NUMBER.finditer(text)]
    return items


def _bracketed(text: str) -> Iterator[Item]:
    for match in _BRACKETS.finditer(text):
        inside = match[1]
        if _YEAR.search(inside):
            yield Item("citation", *match.span(1))
        elif (
            _LATIN.search(inside)
            and not _HANGUL.search(inside)
            and _HANGUL.match(text[max(0, match.start() - 2) : match.start()].rstrip()[-1:])
        ):
            yield Item("gloss", *match.span(1))


def item_rates(truth: list[str], output: list[str], equal: list[int]) -> dict[str, Rate]:
    """How many items of each kind are wrong; ``equal`` is what `alignment.matches` gives."""
    rates = dict.fromkeys(KINDS, Rate())
    for item in find_items(truth):
        right = _is_whole(item, equal) and not (
            item.kind == "number" and _grew(output, equal[item.start], equal[item.end - 1])
        )
        rates[item.kind] += Rate(0 if right else 1, 1)
    return {str(kind): rate for kind, rate in rates.items()}


def _is_whole(item: Item, equal: list[int]) -> bool:
    places = equal[item.start : item.end]
    return min(places) >= 0 and places[-1] - places[0] == len(places) - 1


def _grew(output: list[str], first: int, last: int) -> bool:
    return (first > 0 and output[first - 1].isdigit()) or (
        last + 1 < len(output) and output[last + 1].isdigit()
    )

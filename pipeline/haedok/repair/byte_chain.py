"""A line as the chain of bytes that a wrong code page read, and the cheapest way through it.

A replacement character stands for one byte that is not known, or for the few that the code page has
no letter for. The cheapest way (Viterbi; costs are negative log-probabilities in nats) says which
letters stand as they were meant, which are bytes of another encoding, and which bytes lack a part
of their letter.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from haedok.repair import lexicon

WILD = -1
"""A byte that is not known."""
UNASSIGNED_1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_UNASSIGNED = frozenset(map(chr, UNASSIGNED_1252))
LEADS = (0xEA, 0xEB, 0xEC, 0xED)
"""Lead bytes of Hangul syllables in UTF-8."""
GUESSED = {("cp949", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8")}
SWITCH, SWITCH_IN_WORD = 4.0, 9.0
"""Costs of going over to mistaken bytes and back, and of going over within a word."""
LOST, LOST_WILD, BROKEN, GUESS, QUESTION = 12.0, 10.0, 10.0, 2.5, 4.0
"""Costs: of a byte that belongs to no letter, of one that is not known either, of a letter of which
a byte is not known, of guessing such a byte, of a question mark that stands for one."""

Bytes = tuple[int, ...]
Chain = Sequence[tuple[tuple[Bytes, float], ...]]
"""For each character the bytes that it may stand for, each with its cost."""
State = tuple[int, int, int]
"""Character, which of its alternatives, how many of its bytes are used: (n, 0, 0) is between."""


class Unit(NamedTuple):
    """A step through the chain: characters and what they read, likeliest first.

    Without options, bytes are lost; ``kept`` characters stand as they are.
    """

    start: State
    end: State
    options: tuple[tuple[str, float], ...]
    cost: float
    kept: bool


def linked(text: str, wrong: str, right: str) -> Chain:
    """The bytes that each character of a line may stand for, if ``right`` was read as ``wrong``."""
    few = UNASSIGNED_1252 if (wrong, right) == ("cp1252", "utf-8") else ()
    return [_alternatives(char, wrong, few) for char in text]


@lru_cache(maxsize=8192)
def _alternatives(char: str, wrong: str, few: Bytes) -> tuple[tuple[Bytes, float], ...]:
    """The bytes that the wrong code page reads as this character, each with its cost."""
    if char == "?":
        return (((0x3F,), 0.0), ((WILD,), QUESTION))
    if char.isascii():
        return (((ord(char),), 0.0),)
    if char == "\ufffd":
        return (*(((byte,), 1.0) for byte in few), ((WILD,), 1.0))
    return tuple((raw, 0.0) for raw in _bytes_of(char, wrong))


def _bytes_of(char: str, wrong: str) -> Sequence[Bytes]:
    if wrong == "cp932":
        return _read_as_cp932().get(char, ())
    try:
        return (tuple(char.encode(wrong)),)
    except UnicodeError:
        return ((ord(char),),) if wrong == "cp1252" and char in _UNASSIGNED else ()


@cache
def _read_as_cp932() -> dict[str, list[Bytes]]:
    """CP932 has some letters two or three times over (NEC's and IBM's rows)."""
    found: dict[str, list[Bytes]] = {}
    pairs = ((lead, trail) for lead in range(0x80, 0x100) for trail in range(0x40, 0x100))
    for raw in (*((byte,) for byte in range(0x80, 0x100)), *pairs):
        try:
            char = bytes(raw).decode("cp932")
        except UnicodeError:
            continue
        if len(char) == 1:
            found.setdefault(char, []).append(raw)
    return found


def is_ambiguous(char: str) -> bool:
    """Has CP932 this letter more than once, so that its bytes are not sure?"""
    return len(_read_as_cp932().get(char, ())) > 1


@lru_cache(maxsize=16384)
def kept_cost(char: str) -> float:
    """How unlikely it is that somebody wrote this character."""
    if char.isascii():
        return 0.0 if char.isprintable() or char == "\t" else 6.0
    if lexicon.is_syllable(char):
        return syllable_cost(char)
    if char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff":
        return 12.0
    return 4.0 if unicodedata.category(char)[0] in "PZ" and char not in "‰‡†‹›ˆ" else 8.0


@lru_cache(maxsize=16384)
def syllable_cost(char: str) -> float:
    """How unlikely a syllable is, wherever it stands."""
    return -lexicon.commonness(char)


@lru_cache(maxsize=65536)
def _letter(raw: Bytes, right: str) -> tuple[str, float] | None:
    """The letter that these bytes are, and its cost."""
    try:
        char = bytes(raw).decode(right)
    except UnicodeError:
        return None
    if len(char) != 1 or char.encode(right) != bytes(raw):
        return None
    if lexicon.is_syllable(char):
        return char, syllable_cost(char)
    kind = unicodedata.category(char)
    if kind[0] == "C" or (right == "johab" and kind[0] == "L" and not "一" <= char <= "鿿"):
        return None
    signs = kind[0] in "PSZN"
    return char, 6.0 if signs else 10.0 if "一" <= char <= "鿿" else 13.0


def cheapest(text: str, chain: Chain, mistake: tuple[str, str]) -> tuple[list[Unit], float]:
    """The cheapest units from the start of the line to its end, and what they cost (nats).

    ``mistake`` is the wrong and the right encoding that ``chain`` was made for.
    """
    start, goal = (0, 0, 0), (len(text), 0, 0)
    best: dict[tuple[State, bool], tuple[float, tuple[State, bool] | None, Unit | None]] = {
        (start, True): (0.0, None, None)
    }
    # States are met in order: a unit never ends before it starts.
    for at in range(len(text)):
        states = sorted(key for key in best if key[0][0] == at)
        queue = list(states)
        while queue:
            key = queue.pop(0)
            so_far = best[key][0]
            for unit in _units(text, chain, key[0], mistake):
                ascii_only = unit.kept and text[unit.start[0]].isascii()
                mode = key[1] if ascii_only else unit.kept
                cost = so_far + unit.cost
                if mode != key[1]:
                    glued = key[1] and at > 0 and text[at - 1] != " "
                    cost += SWITCH_IN_WORD if glued else SWITCH
                following = (unit.end, mode)
                if following not in best or cost < best[following][0] - 1e-9:
                    best[following] = (cost, key, unit)
                    if unit.end[0] == at:
                        queue.append(following)
    ends = [(best[goal, mode][0], mode) for mode in (True, False) if (goal, mode) in best]
    cost, mode = min(ends)
    return _backwards(best, (goal, mode)), cost


def _backwards(
    best: dict[tuple[State, bool], tuple[float, tuple[State, bool] | None, Unit | None]],
    key: tuple[State, bool],
) -> list[Unit]:
    units: list[Unit] = []
    while True:
        _, before, unit = best[key]
        if before is None or unit is None:
            return units[::-1]
        units.append(unit)
        key = before


def _units(text: str, chain: Chain, state: State, mistake: tuple[str, str]) -> Iterator[Unit]:
    """All steps from a place in the chain."""
    wrong, right = mistake
    at, _, used = state
    if used == 0:
        yield Unit(state, (at + 1, 0, 0), ((text[at], 0.0),), kept_cost(text[at]), True)
        if text[at].isascii() and text[at] != "?":
            return
    found: dict[State, dict[str, float]] = {}
    for length in (2, 3) if right == "utf-8" else (2,):
        for raw, end, cost in _walk(chain, state, length):
            for char, more in _letters(raw, wrong, right):
                options = found.setdefault(end, {})
                options[char] = min(cost + more, options.get(char, math.inf))
            if end not in found and _is_broken(raw, right):
                yield Unit(state, end, (), cost + BROKEN, False)
    for end, options in found.items():
        ranked = tuple(sorted(options.items(), key=lambda row: (row[1], row[0])))
        yield Unit(state, end, ranked, ranked[0][1], False)
    for raw, end, cost in _walk(chain, state, 1):
        yield Unit(state, end, (), cost + (LOST_WILD if raw[0] == WILD else LOST), False)


def _walk(chain: Chain, state: State, length: int) -> Iterator[tuple[Bytes, State, float]]:
    """All runs of so many bytes from a place, where they end, and the cost of their choice."""
    if length == 0:
        yield (), state, 0.0
        return
    at, chosen, used = state
    if at >= len(chain):
        return
    open_ = enumerate(chain[at]) if used == 0 else ((chosen, chain[at][chosen]),)
    for number, (raw, cost) in open_:
        end = (at, number, used + 1) if used + 1 < len(raw) else (at + 1, 0, 0)
        for rest, last, more in _walk(chain, end, length - 1):
            yield (raw[used], *rest), last, (0.0 if used else cost) + more


@lru_cache(maxsize=65536)
def _letters(raw: Bytes, wrong: str, right: str) -> tuple[tuple[str, float], ...]:
    """The letters that the bytes may be.

    Of bytes not known only the lead byte of a syllable in UTF-8 is tried: it is one of four, and
    of those CP949 loses only the ones that mean nothing to it together with the following byte.
    """
    if WILD not in raw:
        letter = _letter(raw, right)
        return (letter,) if letter else ()
    if (wrong, right) not in GUESSED or len(raw) != 3 or raw[0] != WILD or WILD in raw[1:]:
        return ()
    leads = [n for n in LEADS if wrong != "cp949" or not _is_cp949(n, raw[1])]
    tried = (_letter((lead, *raw[1:]), right) for lead in leads)
    found = (row for row in tried if row and lexicon.is_syllable(row[0]))
    return tuple((char, cost + GUESS) for char, cost in found)


def _is_broken(raw: Bytes, right: str) -> bool:
    """May these be the bytes of one letter, of which some are not known?"""
    if WILD not in raw:
        return False
    if right == "utf-8":
        tail = all(byte == WILD or 0x80 <= byte <= 0xBF for byte in raw[1:])
        return len(raw) == 3 and tail and (raw[0] == WILD or 0xE2 <= raw[0] <= 0xED)
    lead, trail = raw
    first = lead == WILD or lead >= (0x84 if right == "johab" else 0xA1)
    return first and (trail == WILD or trail >= (0x31 if right == "johab" else 0xA1))


@cache
def _is_cp949(lead: int, trail: int) -> bool:
    try:
        bytes((lead, trail)).decode("cp949")
    except UnicodeError:
        return False
    return True

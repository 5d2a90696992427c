"""Mistaken bytes of which some are gone: what is whole is read, the rest is marked.

A line is a chain of bytes, as the wrong code page would have read them; a replacement character
stands for one byte that is not known, or for the few that the code page has no letter for. The
cheapest way through the chain (Viterbi; costs are negative log-probabilities in nats) says which
letters stand as they were meant, which are bytes of another encoding, and which bytes lack a part
of their letter. Mistaken bytes are assumed only where that explains the line far better than that
somebody wrote it so.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
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
MIN_GAIN = 18.0
"""How much better (nats) mistaken bytes must explain a line."""
COMMON = -7.3

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


class Span(NamedTuple):
    """Characters of a line, what they read (None: bytes are gone), and how sure that is."""

    start: int
    end: int
    reading: str | None
    sure: float


def read(text: str, wrong: str, right: str) -> tuple[float, tuple[Span, ...]] | None:
    """How many nats the mistake explains, and its spans; None where it explains too little.

    >>> gain, spans = read("�븞�뀞�븯�꽭�슂", "cp949", "utf-8")
    >>> spans[0].reading
    '안녕하세요'
    """
    few = UNASSIGNED_1252 if (wrong, right) == ("cp1252", "utf-8") else ()
    chain = [_alternatives(char, wrong, few) for char in text]
    units, cost = _cheapest(text, chain, (wrong, right))
    gain = sum(_kept_cost(char) for char in text) - cost
    spans = tuple(_with_question_marks(text, tuple(_spans(text, units))))
    hangul = "".join(s.reading for s in spans if s.reading)
    syllables = sum(map(lexicon.is_syllable, hangul))
    lost = sum(s.end - s.start for s in spans if s.reading is None)
    if gain < MIN_GAIN or syllables < 2 or syllables < lost:
        return None
    return (gain, spans) if lexicon.commonness(hangul) > COMMON else None


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
def _kept_cost(char: str) -> float:
    """How unlikely it is that somebody wrote this character."""
    if char.isascii():
        return 0.0 if char.isprintable() or char == "\t" else 6.0
    if lexicon.is_syllable(char):
        return _syllable_cost(char)
    if char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff":
        return 12.0
    return 4.0 if unicodedata.category(char)[0] in "PZ" and char not in "‰‡†‹›ˆ" else 8.0


@lru_cache(maxsize=16384)
def _syllable_cost(char: str) -> float:
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
        return char, _syllable_cost(char)
    kind = unicodedata.category(char)
    if kind[0] == "C" or (right == "johab" and kind[0] == "L" and not "一" <= char <= "鿿"):
        return None
    signs = kind[0] in "PSZN"
    return char, 6.0 if signs else 10.0 if "一" <= char <= "鿿" else 13.0


def _cheapest(text: str, chain: Chain, mistake: tuple[str, str]) -> tuple[list[Unit], float]:
    """The cheapest units from the start of the line to its end."""
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
        yield Unit(state, (at + 1, 0, 0), ((text[at], 0.0),), _kept_cost(text[at]), True)
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
    return first and (trail == WILD or trail >= (0x41 if right == "johab" else 0xA1))


@cache
def _is_cp949(lead: int, trail: int) -> bool:
    try:
        bytes((lead, trail)).decode("cp949")
    except UnicodeError:
        return False
    return True


def _spans(text: str, units: Sequence[Unit]) -> Iterator[Span]:
    """Runs of units that read, or do not, between characters; ASCII inside a run is part of it."""
    group: list[Unit] = []
    groups: list[tuple[int, int, bool, list[Unit]]] = []
    for unit in units:
        group.append(unit)
        if unit.end[2]:
            continue
        whole = all(u.options for u in group)
        groups.append((group[0].start[0], unit.end[0], whole, group))
        group = []
    run: list[tuple[int, int, bool, list[Unit]]] = []
    for start, end, whole, group in groups:
        kept = all(u.kept for u in group)
        if kept and (text[start] == "?" or not text[start].isascii()):
            yield from _closed(text, run)
            run = []
            continue
        if run and not kept and whole != run[0][2]:
            yield from _closed(text, run)
            run = []
        if run or not kept:
            run.append((start, end, whole, group))
    yield from _closed(text, run)


_QUESTIONS = re.compile(r"\?{2,}|\?(?=\w)")


def _with_question_marks(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Question marks where no question ends, among mistaken bytes: bytes that are gone."""
    taken = bytearray(len(text))
    for span in spans:
        start, end = span.start, span.end
        if span.reading is None:
            while start and text[start - 1] == "?" and not taken[start - 1]:
                start -= 1
            while text[end : end + 1] == "?":
                end += 1
        taken[start:end] = b"\1" * (end - start)
        yield Span(start, end, span.reading, span.sure)
    for match in _QUESTIONS.finditer(text):
        if not any(taken[match.start() : match.end()]):
            yield Span(match.start(), match.end(), None, 1.0)


def _closed(text: str, run: list[tuple[int, int, bool, list[Unit]]]) -> Iterator[Span]:
    """The spans of a run, without the ASCII at its end; a guess parts it into words."""
    while run and all(unit.kept for unit in run[-1][3]):
        run.pop()
    if not run:
        return
    start, end = run[0][0], run[-1][1]
    if not run[0][2]:
        yield Span(start, end, None, 1.0)
        return
    units = [unit for *_, group in run for unit in group]
    if all(len(unit.options) == 1 for unit in units):
        yield Span(start, end, "".join(unit.options[0][0] for unit in units), 1.0)
        return
    words: list[list[tuple[int, int, bool, list[Unit]]]] = [[]]
    for piece in run:
        if text[piece[0] : piece[1]].isspace():
            words.append([])
        else:
            words[-1].append(piece)
    for word in filter(None, words):
        reading, sure = _likeliest([unit for *_, group in word for unit in group])
        yield Span(word[0][0], word[-1][1], reading, _calibrated(sure))


def _calibrated(sure: float) -> float:
    """What the chance of guessed letters is worth: measured on 3,700 held-out words."""
    if sure < 0.95:
        return 0.6 + 0.2 * sure
    return sure if sure >= 0.99 else 0.955 * sure


def _likeliest(units: Sequence[Unit]) -> tuple[str, float]:
    """The likeliest letters of a word, by pairs of syllables, and the chance that all are right."""
    best: dict[str, tuple[float, str]] = {"": (0.0, "")}
    total: dict[str, float] = {"": 0.0}
    for unit in units:
        now: dict[str, tuple[float, str]] = {}
        sums: dict[str, float] = {}
        for char, _ in unit.options:
            ways = [(s - _pair_cost(last, char), way + char) for last, (s, way) in best.items()]
            now[char] = max(ways)
            sums[char] = _log_sum([s - _pair_cost(last, char) for last, s in total.items()])
        best, total = now, sums
    final = [(s - _pair_cost(last, ""), way) for last, (s, way) in best.items()]
    everything = _log_sum([s - _pair_cost(last, "") for last, s in total.items()])
    score, word = max(final)
    return word, math.exp(min(0.0, score - everything))


def _log_sum(values: Sequence[float]) -> float:
    high = max(values)
    return high + math.log(sum(math.exp(value - high) for value in values))


MEMORY = 20.0
"""How many sightings of a syllable alone weigh as much as those of the pair."""


def _pair_cost(first: str, second: str) -> float:
    """How unlikely the second syllable is behind the first; "" is an end of the word."""
    if not all(not char or lexicon.is_syllable(char) for char in (first, second)):
        return 6.0
    pairs, firsts = _pairs()
    alone = math.exp(-_syllable_cost(second)) if second else 0.25
    seen = pairs.get(first + "|" + second, 0) + MEMORY * alone
    return -math.log(seen / (firsts.get(first, 0) + MEMORY))


@cache
def _pairs() -> tuple[dict[str, int], dict[str, int]]:
    """How often syllables follow one another in words, and how often each is followed."""
    pairs: dict[str, int] = {}
    firsts: dict[str, int] = {}
    for word, n in lexicon.eojeols().items():
        for first, second in pairwise(["", *word, ""]):
            key = first + "|" + second
            pairs[key] = pairs.get(key, 0) + n
            firsts[first] = firsts.get(first, 0) + n
    return pairs, firsts

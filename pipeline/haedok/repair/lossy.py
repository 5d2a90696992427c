"""Mistaken bytes of which some are gone: what is whole is read, the rest is marked.

Mistaken bytes are assumed only where the cheapest way through their chain (``byte_chain``) explains
a line far better than that somebody wrote it so. Letters of which a byte had to be guessed are read
a word at a time, by which syllables follow one another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from haedok.repair import lexicon
from haedok.repair.byte_chain import Unit, cheapest, kept_cost, linked, syllable_cost

MIN_GAIN = 18.0
"""How much better (nats) mistaken bytes must explain a line."""
COMMON = -7.3
"""The least ``lexicon.commonness`` of the Hangul that is read."""
MOST_LOST = 0.2
"""Share of the foreign signs that may be bytes CP1252 has no letter for: it lacks five."""
Group = tuple[int, int, bool, list[Unit]]
"""Units between two characters: their first and past their last character, and whether all read."""


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
    if wrong == "cp1252" and _lost_share(text) > MOST_LOST:
        return None
    units, cost = cheapest(text, linked(text, wrong, right), (wrong, right))
    gain = sum(kept_cost(char) for char in text) - cost
    spans = tuple(_with_question_marks(text, tuple(_spans(text, units))))
    hangul = "".join(s.reading for s in spans if s.reading)
    syllables = sum(map(lexicon.is_syllable, hangul))
    lost = sum(s.end - s.start for s in spans if s.reading is None)
    if gain < MIN_GAIN or syllables < 2 or syllables < lost:
        return None
    return (gain, spans) if lexicon.commonness(hangul) > COMMON else None


def _lost_share(text: str) -> float:
    strange = [char for char in text if not char.isascii() and not lexicon.is_syllable(char)]
    return strange.count("\ufffd") / len(strange) if strange else 0.0


def _spans(text: str, units: Sequence[Unit]) -> Iterator[Span]:
    """Runs of units that read, or do not, between characters; ASCII inside a run is part of it."""
    group: list[Unit] = []
    groups: list[Group] = []
    for unit in units:
        group.append(unit)
        if unit.end[2]:
            continue
        whole = all(u.options for u in group)
        groups.append((group[0].start[0], unit.end[0], whole, group))
        group = []
    run: list[Group] = []
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


def _closed(text: str, run: list[Group]) -> Iterator[Span]:
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
    words: list[list[Group]] = [[]]
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
    alone = math.exp(-syllable_cost(second)) if second else 0.25
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

"""Between repair and ``decipher``: which lines to read, and which readings may be believed.

A document's garble is read twice. The first reading, once for the document, tells which words to
expect; the second is made page by page, and is the one that is used. What stands in sound parts of
a line is left alone, and a number that is not printed there is never read into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from haedok.model import Line
from haedok.repair import latin
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.words import is_english

if TYPE_CHECKING:
    from haedok.decipher import document

FIRST = 1200
"""Lines of the first reading: a long paper. Of a book they are taken from all over."""
KEPT = 5
"""Candidates shown in a reading."""
INVENTED = 0.4
"""A reading is at most so sure that has a number which is not printed there."""
INSIDE = 0.6
"""So much of a reading must lie on garble."""
SURELY_DIGITS = 0.9
_NUMBER = re.compile(r"\d+")
_STOP, _STOPS = re.compile("[.,;:?!]"), re.compile("[.,;:?!]+$")
_LATIN = re.compile(r"[A-Za-z]{4,}(?:[ -][A-Za-z]+)*")


def expecting(lines: Sequence[Line], evidence: Evidence) -> Evidence:
    """Evidence with the words to expect, after a first reading of the garbled lines."""
    garbles = [line.text for line in lines if line.cause == "wrong-model"]
    if not garbles:
        return evidence
    from haedok.decipher import document  # noqa: PLC0415 (slow to load)

    spread = garbles[:: -(-len(garbles) // FIRST)]
    topical = topics_of(garbles, evidence)
    expected, heard = document.first_reading(spread, topical, document.FIRST)
    return msgspec.structs.replace(
        evidence,
        expected=tuple(expected.items()),
        heard=tuple(heard.items()),
    )


def topics_of(garbles: Sequence[str], evidence: Evidence) -> Mapping[str, float]:
    """Words that a document may be expected to use, with their shares of its words."""
    from haedok.decipher import topics  # noqa: PLC0415 (slow to load)

    glosses = [gloss for text in garbles for gloss in _glosses(text)]
    return topics.topics(msgspec.structs.replace(evidence, english=(*evidence.english, *glosses)))


def _glosses(text: str) -> Iterator[str]:
    """The English that stands between garble."""
    garbled = latin.garbled(text)
    sound = (
        match[0]
        for match in _LATIN.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in garbled)
    )
    return (words for words in sound if any(map(is_english, words.split())))


def deciphered(lines: Sequence[Line], evidence: Evidence) -> Evidence:
    """Evidence with the readings of the garbled ones among some lines."""
    garbled = [line for line in lines if line.cause == "wrong-model"]
    if not garbled:
        return evidence
    from haedok.decipher import document  # noqa: PLC0415 (slow to load)

    expected, heard = dict(evidence.expected), dict(evidence.heard)
    found = document.read_once([line.text for line in garbled], expected, heard)
    read = zip(garbled, found, strict=True)
    return msgspec.structs.replace(
        evidence,
        deciphered=tuple((line.number, readings(line.text, guesses)) for line, guesses in read),
    )


def readings(text: str, guesses: Sequence[document.Guess]) -> tuple[Reading, ...]:
    """The guesses that lie on garble, as readings of the garble."""
    garbled = latin.garbled(text)
    found = []
    for guess in guesses:
        span = _on_garble(guess.start, guess.end, garbled)
        if span is None:
            continue
        (best, _), *rivals = _within(guess, span, text)[:KEPT]
        sure = guess.confidence
        if not _printed(best, text, span):
            sure = min(sure, INVENTED)
        rest = sum(chance for _, chance in rivals)
        scale = min(1.0, (1 - sure) / rest) if rest else 0.0
        # the best is the surest by all that is known: none is surer for its posterior alone
        less = ((rival, min(chance * scale, sure)) for rival, chance in rivals)
        candidates = ((best, sure), *less)
        found.append(Reading(*span, candidates, sure, _evidence(guess)))
    return tuple(found)


def _within(guess: document.Guess, span: tuple[int, int], text: str) -> Sequence[tuple[str, float]]:
    """The candidates without the stop that stands, sound, behind the garble: it is printed once."""
    if not _STOP.match(text[span[1] : guess.end]):
        return guess.candidates
    shares: dict[str, float] = {}
    for reading, chance in guess.candidates:
        bare = _STOPS.sub("", reading) or reading
        shares[bare] = shares.get(bare, 0.0) + chance
    return tuple(shares.items())


def _on_garble(start: int, end: int, garbled: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The part of a span from its first garble to its last, if most of it is garble."""
    parts = [(max(start, a), min(end, b)) for a, b in garbled if a < end and start < b]
    if not parts or sum(b - a for a, b in parts) < INSIDE * (end - start):
        return None
    return parts[0][0], parts[-1][1]


def _printed(reading: str, text: str, span: tuple[int, int]) -> bool:
    """Whether a reading has the numbers that stand in its place, and no others."""
    raw = text[slice(*span)]
    said = _NUMBER.findall(reading)
    sure = [
        text[part.start : part.end]
        for part in latin.numbers(text, span)
        if part.chance >= SURELY_DIGITS
    ]
    return all(number in raw for number in said) and all(
        any(number in other for other in said) for number in sure
    )


def _evidence(guess: document.Guess) -> tuple[str, ...]:
    told = [f"{guess.candidates[0][1]:.0%} of the likely texts of the line"]
    if guess.features["expected"]:
        told.append("expected of this document")
    if guess.features["elsewhere"] > 0.7:
        told.append("read elsewhere in the document")
    return tuple(told)

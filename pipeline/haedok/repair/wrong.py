"""Lines that a Latin model read: find what is damaged, and ask ``decipher`` what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haedok.model import Line
from haedok.repair import latin
from haedok.repair.deciphering import deciphered
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair


def damaged_words(text: str) -> tuple[tuple[int, int], ...]:
    """What is misread of a misread line, as (start, end); numbers in it belong to it.

    >>> text = "A]25 9FE|o] o]} F]Th (nuclear sharing)"
    >>> [text[start:end] for start, end in damaged_words(text)]
    ['A]25', '9FE|o]', 'o]}', 'F]Th']
    """
    return latin.garbled(text)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """The readings of a misread line, unlikely ones too; what of it has none is marked."""
    if all(number != line.number for number, _ in evidence.deciphered):
        evidence = deciphered([line], evidence)
    readings = next((read for number, read in evidence.deciphered if number == line.number), ())
    why = ("Hangul read by a Latin model",)
    unread = (
        Reading(start, end, (), 0.9, why)
        for span in damaged_words(line.text)
        for start, end in _rest(line.text, span, readings)
    )
    return tuple(sorted((*readings, *unread)))


def _rest(
    text: str, span: tuple[int, int], readings: Sequence[Reading]
) -> Iterator[tuple[int, int]]:
    """What no reading covers of a span, without spaces around it."""
    start, end = span
    for reading in sorted(readings):
        if reading.start < end and start < reading.end:
            if start < reading.start:
                yield from _trimmed(text, start, reading.start)
            start = reading.end
    if start < end:
        yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inside = text[start:end].strip()
    if inside:
        first = text.index(inside, start)
        yield first, first + len(inside)

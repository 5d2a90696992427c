"""Lines that a Latin model read: find the damaged words, and ask ``wrong_model`` what they were."""

from __future__ import annotations

from haedok.model import Line
from haedok.repair import latin
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.repair.wrong_model import read_line
from haedok.settings import Repair


def damaged_words(text: str) -> tuple[tuple[int, int], ...]:
    """What is misread of a misread line, as (start, end); numbers in it belong to it.

    >>> text = "A]25 9FE|o] o]} F]Th (nuclear sharing)"
    >>> [text[start:end] for start, end in damaged_words(text)]
    ['A]25', '9FE|o]', 'o]}', 'F]Th']
    """
    return latin.garbled(text)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """The readings of a misread line; a damaged word without one is marked."""
    damaged = damaged_words(line.text)
    readings = read_line(line, damaged, evidence, settings)
    why = ("Hangul read by a Latin model",)
    unread = (
        Reading(start, end, (), 0.9, why)
        for start, end in damaged
        if all(end <= r.start or r.end <= start for r in readings)
    )
    return tuple(sorted((*readings, *unread)))

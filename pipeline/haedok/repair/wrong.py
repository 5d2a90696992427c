"""Lines that a Latin model read: find the damaged words, and ask ``wrong_model`` what they were."""

from __future__ import annotations

from haedok.model import Line
from haedok.repair import latin
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.repair.wrong_model import read_line
from haedok.settings import Repair

DAMAGED_LINE = 0.5
"""On a line known to be damaged, either state is as likely at its start."""


def damaged_words(text: str) -> tuple[tuple[int, int], ...]:
    """The words of a misread line that are misread, as (start, end).

    >>> text = "A]25 9FE|o] o]} F]Th (nuclear sharing)"
    >>> [text[start:end] for start, end in damaged_words(text)]
    ['A]25', '9FE|o]', 'o]}', 'F]Th']
    """
    found = (word for word in latin.words(text, DAMAGED_LINE) if word.damaged >= 0.5)
    return tuple((word.start, word.end) for word in found)


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

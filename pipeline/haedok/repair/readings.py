"""What a cure answers: a span of a raw line and the readings it may have."""

from __future__ import annotations

from typing import NamedTuple

from haedok.model import Cause


class Reading(NamedTuple):
    """The readings of ``line.text[start:end]``, best first, with their probabilities.

    ``confidence`` is the calibrated chance that the first candidate is right; ``candidates`` is
    empty where the span is damaged and nothing is worth offering. ``evidence`` says in a few words
    what each reading rests on (``inline gloss``, ``glossary``, ``utf-8 read as latin-1``).
    """

    start: int
    end: int
    candidates: tuple[tuple[str, float], ...]
    confidence: float
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None
    """Where it is another than that of the line."""
    seen: bool = False
    """It rests on the picture, not on the text alone."""
    held: bool = False
    """The author may have written it so: it is offered, however likely, and never made."""

    @property
    def best(self) -> str | None:
        """The likeliest reading, None where nothing is worth offering."""
        return self.candidates[0][0] if self.candidates else None

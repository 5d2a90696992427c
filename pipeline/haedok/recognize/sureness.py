"""Tesseract's confidences → how often it is right, by tables fitted on pages with known truth.

Tesseract is as sure of a hyphen that is a dash as of a syllable, which it hardly ever gets wrong
once two of its models agree. The tables are those of ``own.calibration``, fitted on development
pages (see ``docs/recogniser.md``).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from haedok.recognize.glyphs import Glyph, Reading
from haedok.recognize.own.calibration import Calibration, character_class

CALIBRATED = frozenset({"han"})
"""Readers whose confidence is right as it is."""


@cache
def shipped() -> Calibration:
    """The tables that come with haedok."""
    path = files("haedok") / "recognize" / "tesseract_calibration.json"
    return msgspec.json.decode(path.read_bytes(), type=Calibration)


def calibrated(reading: Reading, tables: Calibration) -> Reading:
    """The reading with confidences that mean what they say."""
    glyphs = tuple(
        glyph
        if glyph.engine in CALIBRATED
        else msgspec.structs.replace(glyph, confidence=_share(tables, glyph))
        for glyph in reading.glyphs
    )
    return msgspec.structs.replace(reading, glyphs=glyphs)


def _share(tables: Calibration, glyph: Glyph) -> float:
    """How often such a one is right; towards 0 where it is in more doubt than any in the tables."""
    share = tables(glyph.text[0], glyph.confidence)
    table = tables.tables.get(character_class(glyph.text[0]))
    if not table or glyph.confidence >= table[0][0]:
        return share
    return share * glyph.confidence / table[0][0]

"""Which lines deserve another reader: it costs time, and where it is not needed, mistakes."""

from __future__ import annotations

from haedok.recognize.glyphs import Glyph, Reading, is_hangul

_SURE = 0.985
"""A digit or sign that is what it seems to be; those that stand for Latin letters are less sure."""
_SOUND = 0.93
"""A Hangul syllable below this is wrong about as often as right."""
_COMMON = frozenset(".,·-~()[]‘’“”'\"「」『』<>〈〉《》:;?!%…")


def needs_latin_reader(reading: Reading) -> bool:
    """Letters, or digits, signs and syllables that may be letters misread."""
    return any(_may_be_latin(glyph) for glyph in reading.glyphs)


def needs_hangul_reader(reading: Reading) -> bool:
    """Doubt of any kind in a line that holds Hangul: beside Latin letters it suffers too."""
    hangul = sum(is_hangul(glyph.text[0]) for glyph in reading.glyphs)
    return 5 * hangul >= len(reading.glyphs) and needs_latin_reader(reading)


def _may_be_latin(glyph: Glyph) -> bool:
    character = glyph.text[0]
    if is_hangul(character):
        return glyph.confidence < _SOUND
    if character in _COMMON:
        return False
    return not character.isdigit() or glyph.confidence < _SURE

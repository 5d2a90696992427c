"""Hanja in a line that a reader without Hanja has read: found by its doubt, read by a net.

Tesseract's Korean models print something for every Hanja, ``복원(後示)`` for 復元 at best, mostly
letters and digits, and are seldom sure of it. Only such stretches are read again, and of what the
net says there only the Hanja count, with the brackets that touch them: ``G뼈)`` is ``(新聞)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box
from haedok.recognize.glyphs import Glyph, Reading, box_of, is_hangul
from haedok.recognize.lines import TextLine
from haedok.recognize.own import calibration
from haedok.recognize.own.alphabet import HANJA, kind
from haedok.recognize.own.crops import line_to_crop
from haedok.recognize.own.lattice import frames_to_positions
from haedok.recognize.own.words import positions_to_reading
from haedok.words import is_english

ENGINE = "han"
SURE = 0.6
"""Probability from which on the net's Hanja replaces what was read."""
_SOUND_SYLLABLE, _SOUND_LETTER, _SOUND_DIGIT = 0.95, 0.985, 0.97
"""Confidence above which a character of its class is no Hanja."""
_AROUND = 2.5
"""Ems around a doubtful stretch that the net sees, too: it looks at neighbours."""
_GAP = 0.7
"""Ems between two characters in which one more may stand that was not read."""
_SAME = 0.6
"""Ems within which the same bracket is not there twice."""
_BRACKETS = frozenset("()[]〔〕〈〉《》「」『』·,")
_SIGNS = frozenset(".,·-–~()[]‘’“”'\"「」『』<>〈〉《》:;/?!%…")

Grey = NDArray[np.uint8]


class _Stretch(NamedTuple):
    """Number of a line and a part of it, in pixels of the page."""

    number: int
    x0: float
    x1: float


def with_hanja(
    readings: Sequence[Reading], lines: Sequence[TextLine], image: Grey
) -> list[Reading]:
    """The lines with Hanja where the net is sure of them.

    Args:
        readings: what was read of each line.
        lines: the lines, as many.
        image: height x width, the page.
    """
    stretches = [
        _Stretch(number, *span)
        for number, (reading, line) in enumerate(zip(readings, lines, strict=True))
        for span in _doubtful(reading.glyphs, line)
    ]
    changed = list(readings)
    for stretch, seen in zip(stretches, _read(stretches, lines, image), strict=True):
        reading, em = changed[stretch.number], lines[stretch.number].em
        glyphs = reading.glyphs
        for run in _runs(seen.glyphs):
            glyphs = _replaced(glyphs, run, em)
        changed[stretch.number] = msgspec.structs.replace(reading, glyphs=glyphs)
    return changed


def _read(stretches: Sequence[_Stretch], lines: Sequence[TextLine], image: Grey) -> list[Reading]:
    """What the net makes of some parts of lines."""
    if not stretches:
        return []
    from haedok.recognize.own.net import crops_to_frames  # noqa: PLC0415 (slow to load)

    parts = [_part(lines[each.number], each) for each in stretches]
    frames = crops_to_frames([line_to_crop(image, part) for part in parts])
    return [
        positions_to_reading(frames_to_positions(each, calibration.shipped()), part)
        for each, part in zip(frames, parts, strict=True)
    ]


def _part(line: TextLine, stretch: _Stretch) -> TextLine:
    box = Box(int(stretch.x0), line.box.y0, int(stretch.x1), line.box.y1)
    return msgspec.structs.replace(line, box=box)


def _doubtful(glyphs: Sequence[Glyph], line: TextLine) -> Iterator[tuple[float, float]]:
    """Stretches that may hold Hanja, with what stands around them; none overlaps another."""
    start, end = line.box.x0, line.box.x1
    spans = [
        (glyph.box.x0, glyph.box.x1)
        for word in _letters(glyphs)
        for glyph in word
        if _may_be_hanja(glyph, word)
    ]
    spans += [
        (one.box.x1, two.box.x0)
        for one, two in pairwise(glyphs)
        if two.box.x0 - one.box.x1 > _GAP * line.em
    ]
    last: tuple[float, float] | None = None
    for x0, x1 in sorted(spans):
        left, right = max(start, x0 - _AROUND * line.em), min(end, x1 + _AROUND * line.em)
        if last is not None and left < last[1]:
            last = (last[0], max(right, last[1]))
            continue
        if last is not None:
            yield last
        last = (left, right)
    if last is not None and last[1] > last[0]:
        yield last


def _letters(glyphs: Sequence[Glyph]) -> Iterator[tuple[Glyph, ...]]:
    """The line cut into runs of Latin letters, and everything else one by one."""
    word: list[Glyph] = []
    for glyph in glyphs:
        if word and (glyph.spaced or not _is_latin(glyph)):
            yield tuple(word)
            word = []
        if _is_latin(glyph):
            word.append(glyph)
        else:
            yield (glyph,)
    if word:
        yield tuple(word)


def _may_be_hanja(glyph: Glyph, word: Sequence[Glyph]) -> bool:
    character = glyph.text[0]
    if is_hangul(character):
        return glyph.confidence < _SOUND_SYLLABLE
    if _is_latin(glyph):
        text = "".join(each.text for each in word)
        # a Latin reader makes short words of Hanja: (最小) was ``(fie)``
        return not is_english(text) if len(text) > 3 else glyph.confidence < _SOUND_LETTER
    if character.isdigit():
        return glyph.confidence < _SOUND_DIGIT
    return character not in _SIGNS


def _is_latin(glyph: Glyph) -> bool:
    return glyph.text[0].isascii() and glyph.text[0].isalpha()


def _is_hanja(glyph: Glyph) -> bool:
    return kind(glyph.text) == HANJA


def _runs(glyphs: Sequence[Glyph]) -> Iterator[tuple[Glyph, ...]]:
    """Sure Hanja side by side, with the brackets that touch them, and what follows for its space.

    The last of each run is the character behind it, so that it is known whether a space stands
    there; an empty one where there is none.
    """
    wanted = [_is_hanja(glyph) and glyph.confidence >= SURE for glyph in glyphs]
    index = 0
    while index < len(glyphs):
        if not wanted[index]:
            index += 1
            continue
        first, last = index, index
        while last + 1 < len(glyphs) and wanted[last + 1]:
            last += 1
        index = last + 1
        if first and glyphs[first - 1].text in _BRACKETS and not glyphs[first].spaced:
            first -= 1
        if index < len(glyphs) and glyphs[index].text in _BRACKETS and not glyphs[index].spaced:
            last = index
        behind = glyphs[last + 1] if last + 1 < len(glyphs) else glyphs[last]
        yield (*glyphs[first : last + 1], behind)


def _replaced(glyphs: tuple[Glyph, ...], run: tuple[Glyph, ...], em: float) -> tuple[Glyph, ...]:
    """The line with a run in place of what was read there."""
    *found, behind = run
    box = box_of(found)
    before = [glyph for glyph in glyphs if glyph.centre < box.x0]
    after = [glyph for glyph in glyphs if glyph.centre >= box.x1]
    if before and before[-1].text == found[0].text and _near(before[-1], found[0], em):
        before.pop()
    if after and after[0].text == found[-1].text and _near(after[0], found[-1], em):
        after.pop(0)
    if after and behind is not found[-1]:
        # behind a bracket, what both see, the first reader knows the narrow spaces better
        known = found[-1].text in _BRACKETS and after[0].spaced
        after[0] = msgspec.structs.replace(after[0], spaced=behind.spaced or known)
    found = [msgspec.structs.replace(glyph, engine=ENGINE) for glyph in found]
    found[0] = msgspec.structs.replace(found[0], spaced=bool(before) and found[0].spaced)
    return (*before, *found, *after)


def _near(one: Glyph, two: Glyph, em: float) -> bool:
    return abs(one.centre - two.centre) < _SAME * em

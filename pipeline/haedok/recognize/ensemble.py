"""Two engines' readings of a page → one, each stretch of a line from the engine surer of it.

The engines find the lines in different ways; a line of the one is paired with whatever the other
has in the same place. Our own engine leads: it has the better boxes and word spaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from haedok.model import Box
from haedok.recognize.glyphs import Alternatives, Glyph, Reading, box_of, glyphs_to_words
from haedok.recognize.merge import readings_to_glyphs, words_alternatives

_SAME_LINE = 0.5
"""Part of the lower line's height that two lines share at least if they are the same."""
_MOST = 5
"""Other readings kept for a word."""


def merge_engines(own: Sequence[Reading], others: Sequence[Reading]) -> list[Reading]:
    """Lines of both engines merged, and those that only one of them has."""
    merged = [_merge_line(reading, list(_beside(reading, others))) for reading in own]
    boxes = [reading.box for reading in own]
    left = (_uncovered(reading, boxes) for reading in others)
    return [*merged, *(reading for reading in left if reading is not None)]


def _merge_line(own: Reading, views: Sequence[Reading]) -> Reading:
    if not views:
        return own
    glyphs = readings_to_glyphs([own, *views])
    found = words_alternatives(glyphs, [own, *views])
    by_box = [
        (box_of(word), offered)
        for word, offered in zip(glyphs_to_words(own.glyphs), own.word_alternatives, strict=True)
    ]
    alternatives = tuple(
        _joined("".join(glyph.text for glyph in word), offered, box_of(word), by_box)
        for word, offered in zip(glyphs_to_words(glyphs), found, strict=True)
    )
    return msgspec.structs.replace(own, glyphs=glyphs, word_alternatives=alternatives)


def _joined(
    text: str, offered: Alternatives, box: Box, own: Sequence[tuple[Box, Alternatives]]
) -> Alternatives:
    """What the readers had in a word's place, and what our own engine had in mind for it."""
    ranked = dict(offered)
    for place, readings in own:
        if min(place.x1, box.x1) - max(place.x0, box.x0) > 0.8 * max(place.width, box.width):
            for reading, probability in readings:
                ranked[reading] = max(probability, ranked.get(reading, 0.0))
    ranked.pop(text, None)
    return tuple(sorted(ranked.items(), key=lambda item: (-item[1], item[0]))[:_MOST])


def _beside(own: Reading, others: Sequence[Reading]) -> Iterator[Reading]:
    """The other engine's lines that lie in a line, cut at its ends."""
    for other in others:
        if _share_row(own.box, other.box):
            inside = [glyph for glyph in other.glyphs if own.box.x0 <= glyph.centre < own.box.x1]
            if inside:
                first = msgspec.structs.replace(inside[0], spaced=False)
                yield Reading((first, *inside[1:]), box_of(inside))


def _uncovered(other: Reading, boxes: Sequence[Box]) -> Reading | None:
    """What the other engine has where our own found no line."""
    rows = [box for box in boxes if _share_row(box, other.box)]
    if not rows:
        return other
    numbers: list[int] = []
    glyphs: list[Glyph] = []
    for number, word in enumerate(glyphs_to_words(other.glyphs)):
        if not any(box.x0 <= glyph.centre < box.x1 for box in rows for glyph in word):
            numbers.append(number)
            glyphs += word
    if not glyphs:
        return None
    alternatives = tuple(other.word_alternatives[number] for number in numbers)
    glyphs[0] = msgspec.structs.replace(glyphs[0], spaced=False)
    return Reading(tuple(glyphs), box_of(glyphs), alternatives)


def _share_row(one: Box, two: Box) -> bool:
    shared = min(one.y1, two.y1) - max(one.y0, two.y0)
    return shared > _SAME_LINE * min(one.height, two.height)

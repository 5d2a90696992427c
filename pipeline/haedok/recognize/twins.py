"""Where two readers see the same character: what their boxes disagree about, this settles.

The boxes come from the columns in which the engine made up its mind, and lie half a character off
where it was in doubt; that both saw ``(`` or ``을`` is much surer.
"""

from __future__ import annotations

from collections.abc import Sequence

from haedok.recognize.glyphs import Glyph

NEAR = 0.6
"""Line heights that the middles of the same character may lie apart."""

Twins = list[int | None]
"""For each character of a reader, which character of another reader is the same."""


def twins(glyphs: Sequence[Glyph], others: Sequence[Glyph], height: float) -> Twins:
    """For each of the glyphs the nearest of the others with the same text, if both say so."""
    forth = _nearest(glyphs, others, height)
    back = _nearest(others, glyphs, height)
    return [
        other if other is not None and back[other] == index else None
        for index, other in enumerate(forth)
    ]


def _nearest(glyphs: Sequence[Glyph], others: Sequence[Glyph], height: float) -> Twins:
    places: dict[str, list[int]] = {}
    for index, other in enumerate(others):
        places.setdefault(other.text, []).append(index)
    nearest: Twins = []
    for glyph in glyphs:
        near = [
            (abs(others[index].centre - glyph.centre), index)
            for index in places.get(glyph.text, ())
            if abs(others[index].centre - glyph.centre) < NEAR * height
        ]
        nearest.append(min(near)[1] if near else None)
    return nearest

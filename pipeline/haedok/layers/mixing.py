"""A text layer beside what was read from the picture of its page: which of them to use where.

A line of the layer that may be trusted stays if the reading does not speak against it; all other
print is taken from the reading. Where the reading says the same as a layer that was only suspected,
the layer stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from rapidfuzz import fuzz

from haedok.layers.signs import letters, normal, strange_syllables
from haedok.layout import in_reading_order
from haedok.model import Box, Line, Page, Token, around

SAME = 0.93
"""Likeness of a suspected layer and the reading from which on they say the same."""
OTHER = 0.45
"""Likeness below which a trusted line is another line; the reading may err, too."""
WEIGHTY = 6
"""Letters of a line that can be compared; shorter ones follow the others."""


class Merged(msgspec.Struct, frozen=True):
    """Lines in reading order, and how many of the layer's are among them."""

    lines: tuple[Line, ...]
    kept: int


def merge(layer: Sequence[Line], trusted: Sequence[bool], read: Sequence[Line]) -> Merged:
    """Choose between a layer and a reading, line by line.

    Args:
        layer: lines of the text layer with boxes, in pixels of the page that was read.
        trusted: whether each may be used.
        read: lines of the reading, with boxes for their words.
    """
    tokens = [token for line in read for token in line.tokens if token.box is not None]
    alike = [_likeness(line, tokens) for line in layer]
    kept = [
        line
        for line, keep in zip(
            layer, _kept(layer, trusted, alike, _are_printed(layer, read)), strict=True
        )
        if keep and line.box is not None
    ]
    boxes = [line.box for line in kept if line.box is not None]
    rest = [part for line in read if (part := _uncovered(line, boxes)) is not None]
    return Merged(in_reading_order([*kept, *rest]), len(kept))


def _kept(
    layer: Sequence[Line], trusted: Sequence[bool], alike: Sequence[float], printed: bool
) -> list[bool]:
    weighty = [letters(line.text) >= WEIGHTY for line in layer]
    suspected = [at for at, good in enumerate(trusted) if not good and weighty[at]]
    if _mean(layer, alike, suspected) >= SAME and printed:
        trusted = [True] * len(layer)
    believed = [at for at, good in enumerate(trusted) if good]
    compared = [at for at in believed if weighty[at]]
    if compared and _mean(layer, alike, compared) < OTHER:
        return [False] * len(layer)
    return [
        good and (not heavy or like >= OTHER)
        for good, heavy, like in zip(trusted, weighty, alike, strict=True)
    ]


def _are_printed(layer: Sequence[Line], read: Sequence[Line]) -> bool:
    """Whether the syllables of a layer that look strange were read in the picture, too.

    A map that is wrong for one glyph in twenty leaves lines that are much like the reading.
    """
    strange = Counter(strange_syllables([line.text for line in layer]))
    seen = Counter("".join(normal(line.text) for line in read))
    return 2 * sum((strange & seen).values()) >= strange.total()


def _mean(layer: Sequence[Line], alike: Sequence[float], chosen: Sequence[int]) -> float:
    """Mean likeness by letters; 0 where nothing can be compared."""
    total = sum(letters(layer[at].text) for at in chosen)
    return sum(alike[at] * letters(layer[at].text) for at in chosen) / total if total else 0.0


def _likeness(line: Line, tokens: Sequence[Token]) -> float:
    """How alike the line and what was read in its place are, word spaces included: 0..1."""
    if line.box is None:
        return 0.0
    there = [token for token in tokens if token.box and _within(token.box, line.box)]
    text = " ".join(token.text for token in there)
    return fuzz.ratio(normal(line.text), normal(text)) / 100


def _within(inner: Box, outer: Box) -> bool:
    """Whether the middle of a box lies in another, and nothing much of it above or below."""
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x < outer.x1 and outer.y0 <= y < outer.y1


def _uncovered(line: Line, boxes: Sequence[Box]) -> Line | None:
    """What is left of a line of the reading where lines of the layer stay."""
    words = [
        token
        for token in line.tokens
        if token.box is None or not any(_within(token.box, box) for box in boxes)
    ]
    if len(words) == len(line.tokens):
        return line
    left: list[Token] = []
    start = 0
    for token in words:
        left.append(msgspec.structs.replace(token, start=start))
        start += len(token.text) + 1
    if not left:
        return None
    text = " ".join(token.text for token in left)
    box = around(token.box for token in left if token.box is not None)
    return msgspec.structs.replace(line, text=text, tokens=tuple(left), box=box)


_NEAR, _ROUNDS = 0.5, 8
"""Pixels by which a point that was sought may be missed, and how often it is sought."""


def moved(lines: Sequence[Line], page: Page) -> tuple[Line, ...]:
    """Lines of the page as it came, in pixels of the prepared page.

    Args:
        lines: with boxes in pixels of the page as ingested.
        page: says where points of the prepared page come from.
    """

    def box_of(box: Box | None) -> Box | None:
        if box is None:
            return None
        corners = [_forth(page, x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = ([round(value) for value in values] for values in zip(*corners, strict=True))
        return Box(min(xs), min(ys), max(xs), max(ys))

    return tuple(
        msgspec.structs.replace(
            line,
            box=box_of(line.box),
            tokens=tuple(
                msgspec.structs.replace(token, box=box_of(token.box)) for token in line.tokens
            ),
        )
        for line in lines
    )


def _forth(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the page as ingested is in the prepared image: sought by what misses it."""
    a, b, _, d, e, _ = page.to_original
    size = a * e - b * d
    at_x = at_y = 0.0
    for _ in range(_ROUNDS):
        came_x, came_y = page.back(at_x, at_y)
        miss_x, miss_y = x - came_x, y - came_y
        at_x += (e * miss_x - b * miss_y) / size
        at_y += (a * miss_y - d * miss_x) / size
        if max(abs(miss_x), abs(miss_y)) < _NEAR:
            break
    return at_x, at_y

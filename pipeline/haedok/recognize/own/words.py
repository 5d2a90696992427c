"""Positions → the words of a line on the page, each with the readings that it may also have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from haedok.recognize.glyphs import Alternatives, Glyph, Reading
from haedok.recognize.own.crops import span_to_box
from haedok.recognize.own.lattice import LEAST, NOTHING, Position

if TYPE_CHECKING:
    from haedok.recognize.lines import TextLine

ENGINE = "haedok"
SPACE = " "
_WORDS = 5
"""Other readings kept for a word."""


def positions_to_reading(positions: Sequence[Position], line: TextLine) -> Reading:
    """The best reading of a line, on the page, and for each of its words the next best."""
    words = list(_positions_to_words(positions))
    glyphs = tuple(
        glyph for number, word in enumerate(words) for glyph in _glyphs(word, number, line)
    )
    return Reading(glyphs, line.box, tuple(word_to_alternatives(word) for word in words))


def _positions_to_words(positions: Iterable[Position]) -> Iterator[tuple[Position, ...]]:
    """Cut a line at its word spaces; a place that may hold something stays with its word."""
    word: list[Position] = []
    for position in positions:
        if position.text != SPACE:
            word.append(position)
            continue
        if any(each.text for each in word):
            yield tuple(word)
            word = []
    if any(each.text for each in word):
        yield tuple(word)


def _glyphs(word: Sequence[Position], number: int, line: TextLine) -> Iterator[Glyph]:
    spaced = number > 0
    for position in word:
        if position.text != NOTHING:
            box = span_to_box(line, position.x0, position.x1)
            yield Glyph(position.text, box, position.confidence, ENGINE, spaced)
            spaced = False


def word_to_alternatives(word: Sequence[Position]) -> Alternatives:
    """What else a word may be, best first, with probabilities: its positions' readings combined.

    A reading may hold a space, where the word may be two.
    """
    best = [("", 1.0)]
    for position in word:
        longer = [
            (text + more, probability * given)
            for text, probability in best
            for more, given in position.alternatives
        ]
        longer.sort(key=lambda item: (-item[1], item[0]))
        best = longer[: 2 * _WORDS]
    own = "".join(position.text for position in word)
    others: dict[str, float] = {}
    for text, probability in best:
        trimmed = text.strip(SPACE)
        if trimmed and trimmed != own:
            others[trimmed] = others.get(trimmed, 0.0) + probability
    ranked = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]
    return tuple((text, round(p, 4)) for text, p in ranked if p >= LEAST)

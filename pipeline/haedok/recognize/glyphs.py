"""What a reader says about a line, character by character: what readers are merged from.

Whole words are too coarse: in ``균형(balance of terror)의`` one word holds two scripts, and each of
them has another reader that is right about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from haedok.model import Box, Doubt, Line, Token, around

NARROW = 0.4
"""Width of a syllable's box, in heights, that cannot be right."""

Alternatives = tuple[tuple[str, float], ...]


class Glyph(msgspec.Struct, frozen=True):
    """One character as read: its place in pixels, and how sure the reader is, 0..1."""

    text: str
    box: Box
    confidence: float
    engine: str = ""
    spaced: bool = False
    """A word space stands before it."""

    @property
    def centre(self) -> float:
        """Middle of the character along the line, in pixels."""
        return (self.box.x0 + self.box.x1) / 2


class Reading(msgspec.Struct, frozen=True):
    """A line as one reader has it; ``word_alternatives`` are by number of word."""

    glyphs: tuple[Glyph, ...]
    box: Box
    word_alternatives: tuple[Alternatives, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """In order; they start at offsets of ``text``."""

    @property
    def text(self) -> str:
        """The characters with the word spaces between them."""
        return glyphs_to_text(self.glyphs)


def glyphs_to_text(glyphs: Iterable[Glyph]) -> str:
    """Characters joined, a single space wherever a word space stands."""
    return "".join(" " + glyph.text if glyph.spaced else glyph.text for glyph in glyphs).strip()


def glyphs_to_words(glyphs: Iterable[Glyph]) -> Iterator[tuple[Glyph, ...]]:
    """Cut a line where its word spaces are."""
    word: list[Glyph] = []
    for glyph in glyphs:
        if glyph.spaced and word:
            yield tuple(word)
            word = []
        word.append(glyph)
    if word:
        yield tuple(word)


def box_of(glyphs: Iterable[Glyph]) -> Box:
    """The smallest box around all of them; there must be one at least."""
    return around(glyph.box for glyph in glyphs)


def moved(reading: Reading, x: int, y: int) -> Reading:
    """The reading of a part of the page, in pixels of the page; the part begins at ``x``, ``y``."""
    glyphs = tuple(
        msgspec.structs.replace(glyph, box=_moved(glyph.box, x, y)) for glyph in reading.glyphs
    )
    return msgspec.structs.replace(reading, glyphs=glyphs, box=_moved(reading.box, x, y))


def _moved(box: Box, x: int, y: int) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def without_overlap(glyphs: Sequence[Glyph]) -> tuple[Glyph, ...]:
    """End each box where the next begins: engines draw some of them over the next character too."""
    clipped = [
        msgspec.structs.replace(glyph, box=_ending_at(glyph.box, following.box.x0))
        for glyph, following in pairwise(glyphs)
    ]
    return (*clipped, *glyphs[-1:])


def with_even_syllables(glyphs: Sequence[Glyph]) -> tuple[Glyph, ...]:
    """Where a syllable took most of its neighbour's room, give each of the two a half.

    Hangul is as wide as it is high; a box less than half as wide was cut in the wrong place, and
    its middle would lie in the next character.
    """
    evened = list(glyphs)
    for index in range(1, len(evened)):
        one, two = evened[index - 1 : index + 1]
        if two.spaced or not (is_hangul(one.text[0]) and is_hangul(two.text[0])):
            continue
        whole = one.box.union(two.box)
        narrow = min(one.box.width, two.box.width) < NARROW * whole.height
        if narrow and whole.width > 4 * NARROW * whole.height:
            middle = (whole.x0 + whole.x1) // 2
            evened[index - 1] = msgspec.structs.replace(
                one, box=Box(whole.x0, one.box.y0, middle, one.box.y1)
            )
            evened[index] = msgspec.structs.replace(
                two, box=Box(middle, two.box.y0, whole.x1, two.box.y1)
            )
    return tuple(evened)


def is_hangul(character: str) -> bool:
    """Whether a character is a Hangul syllable."""
    return "가" <= character <= "힣"


def _ending_at(box: Box, x: int) -> Box:
    return Box(box.x0, box.y0, x, box.y1) if box.x0 < x < box.x1 else box


def reading_to_line(reading: Reading, number: int) -> Line:
    """A reader's characters as the record that flows on: words with offsets, boxes, confidences."""
    tokens: list[Token] = []
    start = 0
    for index, word in enumerate(glyphs_to_words(reading.glyphs)):
        offered = reading.word_alternatives[index] if reading.word_alternatives else ()
        token = _word_to_token(word, start, offered)
        tokens.append(with_doubts(token, reading.doubts))
        start = token.end + 1
    return Line(
        number=number,
        text=" ".join(token.text for token in tokens),
        tokens=tuple(tokens),
        box=reading.box,
    )


def _word_to_token(word: tuple[Glyph, ...], start: int, alternatives: Alternatives) -> Token:
    """A word is as sure as its least sure character: one wrong syllable makes a wrong word."""
    return Token(
        text="".join(glyph.text for glyph in word),
        start=start,
        box=box_of(word),
        confidence=round(min(glyph.confidence for glyph in word), 4),
        engine="+".join(dict.fromkeys(glyph.engine for glyph in word)),
        alternatives=alternatives,
    )


def with_doubts(token: Token, doubts: Sequence[Doubt]) -> Token:
    """The word with its own of a line's doubts: also that about the space behind it."""
    own = tuple(
        msgspec.structs.replace(doubt, start=doubt.start - token.start)
        for doubt in doubts
        if token.start <= doubt.start <= token.end
    )
    return msgspec.structs.replace(token, doubts=own) if own else token

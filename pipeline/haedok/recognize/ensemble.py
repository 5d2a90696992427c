"""Two engines' readings of a page → one: our own reads, and Tesseract votes where it is in doubt.

Our own recogniser makes a tenth of Tesseract's errors, so a plain choice of the surer engine makes
it worse: Tesseract is as sure of signs that it cannot print. But where the net hesitates between
readings, a second opinion that was formed in another way is evidence for one of them. The two are
taken to err independently given the word (naive Bayes), and Tesseract's vote weighs little enough
to be heard only in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from haedok.model import Box
from haedok.recognize.glyphs import Alternatives, Glyph, Reading, box_of, glyphs_to_words

VOTE = 6.0
"""How many times likelier a reading becomes when Tesseract has it, too, and is sure of it."""
HEARD = 0.1
"""Probability of another reading from which on a line is worth a second opinion: at less than
1 / VOTE it cannot win, but the confidence in the best may still change."""
_SAME_LINE = 0.5
"""Part of the lower line's height that two lines share at least if they are the same."""
_MOST = 5
"""Other readings kept for a word."""
_SURE, _LONG = 0.85, 4
"""How sure Tesseract must be on average, and of how many characters, of a line that our own
segmentation did not find: it reads specks and rules as letters."""


def in_doubt(own: Reading) -> bool:
    """Whether a second opinion could change our own reading of a line."""
    return any(p >= HEARD for offered in own.word_alternatives for _, p in offered)


def merge_engines(own: Sequence[Reading], others: Sequence[Reading]) -> list[Reading]:
    """Our own lines with Tesseract's vote, and lines that only Tesseract has."""
    merged = [_merge_line(reading, list(_beside(reading, others))) for reading in own]
    boxes = [reading.box for reading in own]
    left = (_uncovered(reading, boxes) for reading in others)
    return [*merged, *(reading for reading in left if reading is not None and _is_text(reading))]


def _merge_line(own: Reading, views: Sequence[Reading]) -> Reading:
    words: list[tuple[Glyph, ...]] = []
    alternatives: list[Alternatives] = []
    for word, offered in zip(glyphs_to_words(own.glyphs), own.word_alternatives, strict=True):
        chosen, others = _vote(word, offered, _second_opinion(word, views))
        words.append(chosen)
        alternatives.append(others)
        # a word that became two has its other readings at the first
        alternatives += [()] * (len(list(glyphs_to_words(chosen))) - 1)
    glyphs = tuple(glyph for word in words for glyph in word)
    return msgspec.structs.replace(
        own, glyphs=glyphs, word_alternatives=tuple(alternatives), doubts=()
    )


def _vote(
    word: Sequence[Glyph], offered: Alternatives, opinion: tuple[str, float] | None
) -> tuple[tuple[Glyph, ...], Alternatives]:
    """The word as the two together have it, and its other readings."""
    text = "".join(glyph.text for glyph in word)
    if opinion is None:
        return tuple(word), offered
    second, sure = opinion
    mine = min(glyph.confidence for glyph in word)
    odds = {text: mine, **dict(offered)}
    if second not in odds:  # what the net cannot see in the picture is no reading, only a remark
        return tuple(word), (*offered, (second, 0.0))[:_MOST] if sure > _SURE else offered
    odds[second] *= 1 + (VOTE - 1) * sure
    total = sum(odds.values()) + max(0.0, 1 - mine - sum(p for _, p in offered))
    ranked = sorted(odds.items(), key=lambda item: (-item[1], item[0]))
    best, likely = ranked[0]
    others = tuple((each, round(p / total, 4)) for each, p in ranked[1 : _MOST + 1])
    return _spelt(word, best, round(likely / total, 4)), others


def _spelt(word: Sequence[Glyph], text: str, confidence: float) -> tuple[Glyph, ...]:
    """The word with other characters; a character's box is kept where the number is the same."""
    own = "".join(glyph.text for glyph in word)
    if text == own:
        doubt = min(glyph.confidence for glyph in word)
        return tuple(
            msgspec.structs.replace(g, confidence=max(g.confidence, confidence))
            if g.confidence == doubt
            else g
            for g in word
        )
    whole = box_of(word)
    signs = text.replace(" ", "")
    spaced = [
        index > 0 and text[index - 1] == " " for index, sign in enumerate(text) if sign != " "
    ]
    spaced[0] = word[0].spaced
    step = whole.width / len(signs)
    return tuple(
        Glyph(
            sign,
            word[index].box
            if len(signs) == len(word)
            else Box(
                round(whole.x0 + index * step), whole.y0,
                round(whole.x0 + (index + 1) * step), whole.y1,
            ),
            confidence,
            f"{word[0].engine}+tesseract",
            space,
        )
        for index, (sign, space) in enumerate(zip(signs, spaced, strict=True))
    )  # fmt: skip


def _second_opinion(word: Sequence[Glyph], views: Sequence[Reading]) -> tuple[str, float] | None:
    """What Tesseract has in the word's place, and how sure it is."""
    box = box_of(word)
    inside = [g for view in views for g in view.glyphs if box.x0 <= g.centre < box.x1]
    if not inside:
        return None
    text = "".join(" " + g.text if g.spaced and index else g.text for index, g in enumerate(inside))
    return text, min(glyph.confidence for glyph in inside)


def _beside(own: Reading, others: Sequence[Reading]) -> Iterator[Reading]:
    """Tesseract's lines that lie in a line, cut at its ends."""
    for other in others:
        if _share_row(own.box, other.box):
            inside = [glyph for glyph in other.glyphs if own.box.x0 <= glyph.centre < own.box.x1]
            if inside:
                first = msgspec.structs.replace(inside[0], spaced=False)
                yield Reading((first, *inside[1:]), box_of(inside))


def _is_text(reading: Reading) -> bool:
    letters = [glyph for glyph in reading.glyphs if glyph.text.isalnum()]
    sure = sum(glyph.confidence for glyph in reading.glyphs) / len(reading.glyphs)
    return len(letters) >= _LONG and sure >= _SURE


def _uncovered(other: Reading, boxes: Sequence[Box]) -> Reading | None:
    """What Tesseract has where our own found no line."""
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

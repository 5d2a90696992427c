"""What a reader hesitated at, settled by what its picture and the text around it say together.

The picture's voice is that of our own recogniser (`haedok.recognize.own.doubts`): how likely the
frames are, given each reading. The text's voices are `weighing`'s. They add up to chances as in
`near_miss`: a conditional logit (McFadden 1974), fitted on printed and worn lines whose texts no
table was computed from (``benchmarks/fit_second_look.py``). Only where the picture leaves a doubt
is anything asked: a name that nobody heard of stays as it is if it is clearly printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from haedok.model import Cause, Doubt, Line
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.repair.weighing import PICTURE, Place, Rows, places_to_features, texts_to_habit

WEIGHTS = (
    0.022,
    0.202,
    0.254,
    0.771,
    0.953,
    0.777,
    0.275,
    0.201,
    0.172,
    0.233,
    0.054,
    0.119,
    0.177,
    0.109,
    0.194,
    0.205,
    0.297,
    4.028,
    -1.899,
    1.687,
    -1.568,
    -0.120,
    -1.500,
    1.445,
    1.201,
    -1.128,
    1.028,
    0.420,
    -1.586,
    2.078,
)
"""Of ``FEATURES``, from ``benchmarks/fit_second_look.py``."""
REACH = 16
"""Signs of the lines before and after that are context."""

ENGINE = "haedok"
"""Our own recogniser's name, as tokens have it."""

Readings = tuple[Reading, ...]


class Asked(NamedTuple):
    """A doubt of a line, as it stands among the neighbours of the line."""

    line: int
    start: int
    """Of the doubt, in the line."""
    place: Place


class Weighed(NamedTuple):
    """A stretch of a line with the chance of each of its readings; the first is the text's own."""

    start: int
    own: str
    chances: tuple[tuple[str, float], ...]
    voices: tuple[tuple[float, float], ...]
    """For each of them, what the picture and the text prefer it by, in nats."""


def look(lines: Sequence[Line], evidence: Evidence, offer: float) -> dict[int, Readings]:
    """For lines that stand together, by number: readings of what was in doubt.

    Args:
        lines: of a page, in order, with the doubts of their reader.
        evidence: of the document.
        offer: readings that are less likely are left out.
    """
    asked = list(questions(lines))
    if not asked:
        return {}
    habit = texts_to_habit(line.text for line in lines)
    rows = places_to_features([each.place for each in asked], evidence.words, habit)
    found: dict[int, list[Reading]] = {}
    for each, features in zip(asked, rows, strict=True):
        weighed = weigh(each.place, features, each.start)
        found.setdefault(each.line, []).extend(weighed_to_readings(weighed, offer))
    return {number: tuple(readings) for number, readings in found.items()}


def questions(lines: Sequence[Line]) -> Iterator[Asked]:
    """The doubts of lines that stand together, among what stands before and after them."""
    texts = ["", *(line.text for line in lines), ""]
    for line, above, below in zip(lines, texts, texts[2:], strict=False):
        before, after = above.rstrip()[-REACH:], below.lstrip()[:REACH]
        head = before and before + " "
        text = head + line.text + (after and " " + after)
        ends = (before, len(before)), (after, len(head + line.text))
        breaks = tuple(at for beside, at in ends if beside)
        for start, doubt in doubts_of(line):
            own = next(row for row in doubt.readings if row[0] == doubt.raw)
            others = (row for row in doubt.readings if row[0] != doubt.raw)
            at = len(head) + start
            place = Place(text, at, at + len(doubt.raw), (own, *others), breaks)
            yield Asked(line.number, start, place)


def doubts_of(line: Line) -> Iterator[tuple[int, Doubt]]:
    """The doubts of a line with their offsets in it, as far as they still fit its text."""
    for token in line.tokens:
        for doubt in token.doubts:
            start = token.start + doubt.start
            fits = line.text[start : start + len(doubt.raw)] == doubt.raw
            if fits and len(doubt.readings) > 1:
                yield start, doubt


def weigh(
    place: Place, features: Rows, start: int, weights: tuple[float, ...] = WEIGHTS
) -> Weighed:
    """The chances of a stretch's readings; ``start`` is where it stands in its line."""
    odds = [0.0, *(features @ weights).tolist()]
    high = max(odds)
    shares = [math.exp(each - high) for each in odds]
    total = math.fsum(shares)
    own = place.readings[0]
    seen = [0.0, *(features[:, :PICTURE] @ weights[:PICTURE]).tolist()]
    texts = [reading for reading, *_ in place.readings]
    return Weighed(
        start,
        own[0],
        tuple((text, share / total) for text, share in zip(texts, shares, strict=True)),
        tuple((picture, each - picture) for picture, each in zip(seen, odds, strict=True)),
    )


_Block = tuple[int, int, str]
"""From, to (in the stretch as it stands), and what is put there."""


def weighed_to_readings(weighed: Weighed, offer: float) -> Iterator[Reading]:
    """What to change in a stretch: each change with the chances of all readings that have it."""
    blocks = [_blocks(weighed.own, text) for text, _ in weighed.chances]
    best = max(range(1, len(blocks)), key=lambda index: weighed.chances[index][1])
    for block in blocks[best]:
        chances = [p for own, (_, p) in zip(blocks, weighed.chances, strict=True) if block in own]
        chance = math.fsum(chances)
        if chance >= offer:
            yield _reading(weighed, block, chance, weighed.voices[best])


def _blocks(own: str, text: str) -> list[_Block]:
    return [
        (op.src_start, op.src_end, text[op.dest_start : op.dest_end])
        for op in Levenshtein.opcodes(own, text)
        if op.tag != "equal"
    ]


def _reading(
    weighed: Weighed, block: _Block, chance: float, voices: tuple[float, float]
) -> Reading:
    start, end, text = block
    cause: Cause = "near-miss" if (weighed.own[start:end] + text).strip() else "spacing"
    said = f"the picture {voices[0]:+.1f}, the text {voices[1]:+.1f} nats"
    chances = ((text, min(chance, 1.0)),)
    return Reading(
        weighed.start + start, weighed.start + end, chances, chances[0][1], (said,), cause, True
    )


def first(seen: Readings, others: Sequence[Reading], line: Line) -> list[Reading]:
    """Readings that rest on the picture, and of the others those that they leave room for.

    Where our own recogniser read, or looked again, no word is changed because another is more
    usual, and none is parted: it would have seen that.
    """
    looked = any(token.engine == ENGINE or token.doubts for token in line.tokens)
    kept: list[Reading] = []
    for reading in sorted((_widened(each, line.text) for each in seen), key=_span):
        if not kept or kept[-1].end <= reading.start:
            kept.append(reading)
    for other in others:
        parted = (other.best or "").count(" ") > line.text[other.start : other.end].count(" ")
        cause = other.cause or line.cause
        usual = cause == "near-miss" or (cause == "spacing" and parted)
        if not (looked and usual) and all(
            other.end <= r.start or r.end <= other.start for r in kept
        ):
            kept.append(other)
    return sorted(kept, key=_span)


def _widened(reading: Reading, text: str) -> Reading:
    """The same change with a sign of the line beside it, where it would only put something in."""
    if reading.start < reading.end or not text:
        return reading
    if reading.start:
        sign = text[reading.start - 1]
        rows = tuple((sign + each, p) for each, p in reading.candidates)
        return reading._replace(start=reading.start - 1, candidates=rows)
    rows = tuple((each + text[0], p) for each, p in reading.candidates)
    return reading._replace(end=1, candidates=rows)


def _span(reading: Reading) -> tuple[int, int]:
    return reading.start, reading.end

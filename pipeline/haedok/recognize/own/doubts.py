"""Positions → the stretches of a line that the picture alone does not settle.

Where the net hesitates between characters, or whether there is one, or whether a word ends, other
evidence must decide. It needs to know how much the picture speaks for each reading of the whole
stretch, so these are scored on the frames themselves (`ctc`): readings of unlike length are
compared, and two characters that were seen as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from haedok.model import Doubt
from haedok.recognize.own.ctc import scores
from haedok.recognize.own.frames import STRIDE, Frames
from haedok.recognize.own.lattice import Position
from haedok.recognize.own.words import SPACE

FAINT = 0.02
"""Probability from which on another reading of a position makes it doubtful."""
REACH = 3
"""Doubtful positions are weighed together if the one is at most so far behind the other."""
LONGEST = 10
"""Positions of a stretch at the most."""
MOST, WORTH = 8, 9.0
"""Readings of a stretch that are kept, and how many nats behind the best they may be."""
_BEAM = 24
_LEAST = 1e-3
"""Probability of a reading that nobody saw in its place."""

Stretch = tuple[int, int]


def positions_to_doubts(
    positions: Sequence[Position], frames: Frames, written: str | None = None
) -> tuple[Doubt, ...]:
    """The doubts of a line, in order.

    Args:
        positions: of the line, with calibrated probabilities.
        frames: what they were made from.
        written: what another reader has for the line: the doubts then are about that text, and
            wherever the two differ is a doubt. None: they are about our own text.
    """
    own, offsets = _spelt(positions)
    text, ends = (own, [*range(len(own) + 1)]) if written is None else _aligned(own, written)
    unlike = set() if written is None else _unlike(own, written, offsets)
    found = []
    for first, last in stretches(positions, unlike):
        start, end = ends[offsets[first]], ends[offsets[last]]
        around = text[:start][-1:], text[end:][:1]
        placed = _fitting_all(_readings(positions[first:last]), around)
        placed.setdefault(text[start:end], 0.0)
        said = scores(frames.between(*_columns(positions, first, last, len(frames))), list(placed))
        rows = zip(placed, said.tolist(), map(_log, placed.values()), strict=True)
        readings = _kept(list(rows), text[start:end])
        if len(readings) > 1:
            found.append(Doubt(start, text[start:end], readings))
    return tuple(found)


def _aligned(own: str, written: str) -> tuple[str, list[int]]:
    """The other reader's text, and for each offset of our own that in it.

    Offsets inside of what is unlike have no partner, and take the one before.
    """
    ends = [0] * (len(own) + 1)
    for op in Levenshtein.opcodes(own, written):
        inside = range(op.src_end - op.src_start)
        for step in inside:
            ends[op.src_start + step] = op.dest_start + (step if op.tag == "equal" else 0)
    ends[len(own)] = len(written)
    return written, ends


def _unlike(own: str, written: str, offsets: Sequence[int]) -> set[int]:
    """The positions that another reader has otherwise, and those beside what it has more."""
    found = set()
    for op in Levenshtein.opcodes(own, written):
        if op.tag != "equal":
            low, high = op.src_start, op.src_end
            if low == high:
                low, high = low - 1, high + 1
            spans = enumerate(pairwise(offsets))
            found |= {index for index, (a, b) in spans if a < high and b > low}
    return found


def _spelt(positions: Sequence[Position]) -> tuple[str, list[int]]:
    """The best reading, one space between words, and the offset of each position, and its end."""
    text, offsets = "", []
    for position in positions:
        offsets.append(len(text))
        if position.text != SPACE or (text and text[-1] != SPACE):
            text += position.text
    text = text.rstrip(SPACE)
    return text, [*(min(offset, len(text)) for offset in offsets), len(text)]


def stretches(positions: Sequence[Position], unlike: Set[int] = frozenset()) -> Iterator[Stretch]:
    """First and behind the last position of each stretch that is in doubt.

    Positions that are ``unlike`` what somebody else read are, too, and are not parted.
    """
    doubtful = [
        index
        for index, position in enumerate(positions)
        if index in unlike or any(given >= FAINT for _, given in position.alternatives[1:])
    ]
    if not doubtful:
        return
    first = doubtful[0]
    for one, following in pairwise([*doubtful, len(positions) + REACH]):
        near = following - one <= REACH
        together = near and one in unlike and following in unlike
        if not together and (not near or following - first >= LONGEST):
            yield first, one + 1
            first = following


def _readings(positions: Sequence[Position]) -> list[tuple[str, float]]:
    """The likeliest readings of a stretch, the positions' readings combined."""
    best = [("", 1.0)]
    for position in positions:
        longer = [
            (text + more, probability * given)
            for text, probability in best
            for more, given in position.alternatives
        ]
        best = sorted(longer, key=lambda item: (-item[1], item[0]))[:_BEAM]
    return best


def _fitting_all(
    readings: Sequence[tuple[str, float]], around: tuple[str, str]
) -> dict[str, float]:
    """Readings as they fit in, with their probability."""
    fitting: dict[str, float] = {}
    for reading, probability in readings:
        text = _fitting(reading, around)
        fitting[text] = fitting.get(text, 0.0) + probability
    return fitting


def _fitting(reading: str, around: tuple[str, str]) -> str:
    """The reading with no space where one stands already, or where the line ends."""
    before, after = around
    words = [word for word in reading.split(SPACE) if word]
    if not words:
        return SPACE if reading and before not in ("", SPACE) and after not in ("", SPACE) else ""
    left = SPACE if reading[0] == SPACE and before not in ("", SPACE) else ""
    right = SPACE if reading[-1] == SPACE and after not in ("", SPACE) else ""
    return left + SPACE.join(words) + right


def _columns(
    positions: Sequence[Position], first: int, last: int, frames: int
) -> tuple[float, float]:
    """The columns of the crop that a stretch has to itself."""
    left, right = 0.0, float(frames * STRIDE)
    if first:
        left = (positions[first - 1].x1 + positions[first].x0) / 2
    if last < len(positions):
        right = (positions[last - 1].x1 + positions[last].x0) / 2
    return left, right


def _log(probability: float) -> float:
    return math.log(max(probability, _LEAST))


def _kept(scored: list[tuple[str, float, float]], raw: str) -> tuple[tuple[str, float, float], ...]:
    """The best readings, in nats behind the best, and always that which stands in the text."""
    best = max(nats for _, nats, _ in scored)
    likely = max(nats for *_, nats in scored)
    ranked = sorted(scored, key=lambda row: (-row[1] - row[2], row[0]))
    good = [row for row in ranked if row[1] >= best - WORTH][:MOST]
    good += [row for row in ranked if row[0] == raw and row not in good]
    return tuple(
        (text, round(max(frames - best, -WORTH), 2), round(places - likely, 2))
        for text, frames, places in good
    )

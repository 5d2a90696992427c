"""Positions → the stretches of a line that the picture alone does not settle.

Where the net hesitates between characters, or whether there is one, or whether a word ends, other
evidence must decide. It needs to know how much the picture speaks for each reading of the whole
stretch, so these are scored on the frames themselves (`ctc`): readings of unlike length are
compared, and two characters that were seen as one. Where a stretch was looked at more than once
(`rereading`), every look may bring readings of its own, and what all of them say is averaged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.model import Doubt
from haedok.recognize.own.ctc import scores
from haedok.recognize.own.frames import STRIDE, Frames
from haedok.recognize.own.lattice import Position
from haedok.recognize.own.rereading import Look, Stretch, columns_of
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
_HARDLY = 25.0
"""Nats behind the best that a look puts a reading at most: one look alone forbids nothing."""

Nats = NDArray[np.float64]
Looks = Mapping[Stretch, Sequence[Look]]


def positions_to_doubts(
    positions: Sequence[Position],
    frames: Frames,
    written: str | None = None,
    looks: Looks = MappingProxyType({}),
) -> tuple[Doubt, ...]:
    """The doubts of a line, in order.

    Args:
        positions: of the line, with calibrated probabilities.
        frames: what they were made from.
        written: what another reader has for the line: the doubts then are about that text, and
            wherever the two differ is a doubt. None: they are about our own text.
        looks: how stretches (`doubtful`) look otherwise.
    """
    own, offsets = _spelt(positions)
    text, ends = (own, [*range(len(own) + 1)]) if written is None else _aligned(own, written)
    found = []
    for first, last in doubtful(positions, written):
        start, end = ends[offsets[first]], ends[offsets[last]]
        x0, x1 = columns_of(positions, (first, last), len(frames) * STRIDE)
        seen = Look(frames.between(x0, x1), tuple(positions[first:last]))
        around = text[:start][-1:], text[end:][:1]
        rows = _weighed([seen, *looks.get((first, last), ())], around, text[start:end])
        readings = _kept(rows, text[start:end])
        if len(readings) > 1:
            found.append(Doubt(start, text[start:end], readings))
    return tuple(found)


def doubtful(positions: Sequence[Position], written: str | None = None) -> list[Stretch]:
    """The stretches of a line that its doubts are about; ``written`` as above."""
    if written is None:
        return list(stretches(positions))
    own, offsets = _spelt(positions)
    return list(stretches(positions, _unlike(own, written, offsets)))


def _weighed(
    looks: Sequence[Look], around: tuple[str, str], raw: str
) -> list[tuple[str, float, float]]:
    """Readings with the mean log-probability of the frames, and the log of the mean in places."""
    looks = [look for look in looks if len(look.frames)] or looks[:1]
    placed: dict[str, float] = {}
    for look in looks:
        for text, given in _fitting_all(_readings(look.positions), around).items():
            placed[text] = placed.get(text, 0.0) + given / len(looks)
    likely = sorted(placed.items(), key=lambda item: (-item[1], item[0]))[:_BEAM]
    texts = [text for text, _ in likely]
    texts += [] if raw in texts else [raw]
    said = np.mean([_among(scores(look.frames, texts)) for look in looks], axis=0)
    logs = (_log(placed.get(text, 0.0)) for text in texts)
    return list(zip(texts, said.tolist(), logs, strict=True))


def _among(said: Nats) -> Nats:
    """Log-probabilities of readings among each other, as one look has them."""
    best = said.max()
    if not np.isfinite(best):
        return np.zeros_like(said)
    said = np.maximum(said, best - _HARDLY)
    return np.asarray(said - best - np.log(np.exp(said - best).sum()))


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

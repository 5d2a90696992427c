"""Frames → positions: where the characters of a line stand, and what each of them may be.

Like the best path of connectionist temporal classification (Graves et al. 2006), with one thing
more: every frame also says where its character begins and ends. So two frames are known to see the
same character by its place, though one reads 각 and the next 간; and two of the same character side
by side are told apart without a blank between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own import alphabet
from haedok.recognize.own.frames import Floats, Frames

NOTHING = ""
"""The reading of a place where there is no character."""
LEAST = 0.01
"""Probability below which a reading is not kept."""
MOST = 5
"""Readings kept for a position."""

_FAINT, _FIRM = 0.05, 0.5
"""Probability that a frame is not blank, from which on it is a hint, or a character."""
_SAME_PLACE, _OTHER_PLACE = 0.3, 0.6
"""Overlap of two extents (intersection over union) up to which alike readings are two characters,
and from which on unlike readings are one."""
_CERTAIN, _PART = 0.99, 0.02
"""Probability of a part of a syllable above which no other is looked at, and below which it is
not."""

Alternatives = tuple[tuple[str, float], ...]
Calibrate = Callable[[str, float], float]
"""Character and its probability → how often such a one is right."""


class Position(msgspec.Struct, frozen=True):
    """One place in a line: what may stand there, best first, and its columns in the crop.

    A word space is a character. ``NOTHING`` comes first where something was seen only faintly.
    """

    alternatives: Alternatives
    x0: float
    x1: float

    @property
    def text(self) -> str:
        """The best reading."""
        return self.alternatives[0][0]

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.alternatives[0][1]


def _as_it_is(_: str, probability: float) -> float:
    return probability


def frames_to_positions(frames: Frames, calibrate: Calibrate = _as_it_is) -> tuple[Position, ...]:
    """The positions of a line from left to right.

    Args:
        frames: what the net says.
        calibrate: makes a probability of the best reading what it should be.
    """
    groups = _frames_to_groups(frames)
    if groups is None:
        return ()
    return tuple(
        Position(_calibrated(found, calibrate), x0, x1)
        for found, x0, x1 in _groups_to_readings(frames, groups)
    )


class _Groups(msgspec.Struct, frozen=True):
    """Frames that see a character, and where in their list each new character begins."""

    frames: NDArray[np.intp]
    starts: NDArray[np.intp]
    present: Floats
    """For each frame, the probability that it is not blank."""
    left: Floats
    right: Floats


def _frames_to_groups(frames: Frames) -> _Groups | None:
    present = 1 - np.exp(frames.kind[:, alphabet.BLANK])
    seen = np.flatnonzero(present >= _FAINT)
    if len(seen) == 0:
        return None
    labels = _labels(frames, seen)
    left, right = frames.edges(seen)
    kept = _without_echoes(seen, labels, present[seen] >= _FIRM, (left, right))
    seen, labels, left, right = seen[kept], labels[kept], left[kept], right[kept]
    overlap = _overlap((left[:-1], right[:-1]), (left[1:], right[1:]))
    alike = (labels[:-1] == labels[1:]) & (np.diff(seen) == 1)
    new = overlap < np.where(alike, _SAME_PLACE, _OTHER_PLACE)
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    return _Groups(seen, starts, present[seen], left, right)


def _labels(frames: Frames, seen: NDArray[np.intp]) -> NDArray[np.intp]:
    """A number for the best character of each frame, blank left out."""
    best = frames.kind[seen, 1:].argmax(axis=1) + 1
    initial, medial, final = (part[seen].argmax(axis=1) for part in frames.parts)
    syllables = (initial * alphabet.MEDIALS + medial) * alphabet.FINALS + final
    labels = np.where(best == alphabet.HANGUL, alphabet.KINDS + syllables, best)
    if len(frames.hanja_at):
        which = np.zeros(len(frames), np.intp)
        which[frames.hanja_at] = frames.hanja.argmax(axis=1)
        is_hanja = best == alphabet.HANJA
        labels = np.where(is_hanja, -1 - which[seen], labels)
    return np.asarray(labels, np.intp)


def _without_echoes(
    seen: NDArray[np.intp],
    labels: NDArray[np.intp],
    firm: NDArray[np.bool_],
    edges: tuple[Floats, Floats],
) -> NDArray[np.bool_]:
    """Which frames to keep: all firm ones, and of a run of faint ones the one that says most.

    The frames at both ends of a character see it faintly, too; those are no characters.
    """
    kept = firm.copy()
    anchors = np.flatnonzero(firm)
    left, right = edges
    faint = np.flatnonzero(~firm)
    if len(anchors) == 0 or len(faint) == 0:
        kept[faint] = True
        return kept
    at = np.searchsorted(anchors, faint)
    echoes = np.zeros(len(faint), np.bool_)
    for beside in (anchors[np.maximum(at - 1, 0)], anchors[np.minimum(at, len(anchors) - 1)]):
        overlap = _overlap((left[faint], right[faint]), (left[beside], right[beside]))
        touching = np.abs(seen[faint] - seen[beside]) <= 2
        echoes |= (overlap > _SAME_PLACE) | (touching & (labels[faint] == labels[beside]))
    kept[faint[~echoes]] = True
    return kept


def _overlap(one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats:
    """Intersection over union of extents."""
    shared = np.minimum(one[1], two[1]) - np.maximum(one[0], two[0])
    whole = np.maximum(one[1], two[1]) - np.minimum(one[0], two[0])
    return np.asarray(np.maximum(shared, 0) / np.maximum(whole, 1e-3), np.float32)


class _Sums(NamedTuple):
    """What the frames of each of ``G`` groups say together."""

    kinds: Floats
    """G x K probabilities; blank's is that of there being nothing."""
    parts: tuple[Floats, ...]
    """G x 19, G x 21, G x 28 probabilities, given that it is a syllable."""
    left: list[float]
    right: list[float]


def _groups_to_sums(frames: Frames, groups: _Groups) -> _Sums:
    """Means over each group's frames; the more a frame sees a character, the more it counts."""
    starts, seen, weights = groups.starts, groups.frames, groups.present
    total = np.add.reduceat(weights, starts)
    present = np.maximum.reduceat(weights, starts)
    kinds = np.add.reduceat(np.exp(frames.kind[seen]), starts, axis=0)
    kinds *= (present / total)[:, None]
    kinds[:, alphabet.BLANK] = 1 - present
    hangul = np.exp(frames.kind[seen, alphabet.HANGUL])[:, None] + np.float32(1e-9)
    share = np.add.reduceat(hangul, starts)
    parts = tuple(
        np.asarray(np.add.reduceat(np.exp(part[seen]) * hangul, starts, axis=0) / share, np.float32)
        for part in frames.parts
    )
    left = np.add.reduceat(groups.left * weights, starts) / total
    right = np.add.reduceat(groups.right * weights, starts) / total
    return _Sums(kinds, parts, left.tolist(), right.tolist())


def _groups_to_readings(
    frames: Frames, groups: _Groups
) -> Iterator[tuple[dict[str, float], float, float]]:
    """For each group its readings with their probabilities, and its two edges."""
    sums = _groups_to_sums(frames, groups)
    ends = np.append(groups.starts[1:], len(groups.frames))
    rows, kinds = np.nonzero(sums.kinds >= LEAST)
    probabilities = sums.kinds[rows, kinds].tolist()
    found: list[dict[str, float]] = [{} for _ in ends]
    for row, kind, probability in zip(rows.tolist(), kinds.tolist(), probabilities, strict=True):
        if kind == alphabet.HANGUL:
            readings = _syllables([part[row] for part in sums.parts])
        elif kind == alphabet.HANJA:
            readings = _hanja(frames, groups.frames[groups.starts[row] : ends[row]])
        elif kind == alphabet.BLANK:
            readings = [(NOTHING, 1.0)]
        else:
            readings = [(alphabet.SIGNS[kind - alphabet.FIRST_SIGN], 1.0)]
        for text, given in readings:
            found[row][text] = found[row].get(text, 0.0) + probability * given
    yield from zip(found, sums.left, sums.right, strict=True)


def _syllables(parts: Sequence[Floats]) -> list[tuple[str, float]]:
    """Syllables with their probability, from that of their parts."""
    found = [
        (alphabet.parts_syllable(initial, medial, final), one * two * three)
        for (initial, one), (medial, two), (final, three) in product(*map(_likely, parts))
    ]
    # the best may be less likely than that, where all three parts are in doubt
    return sorted(found, key=lambda item: -item[1])[:MOST]


def _likely(part: Floats) -> list[tuple[int, float]]:
    best = int(part.argmax())
    if part[best] > _CERTAIN:
        return [(best, float(part[best]))]
    return [(index, float(part[index])) for index in (part >= _PART).nonzero()[0].tolist()]


def _hanja(frames: Frames, seen: NDArray[np.intp]) -> list[tuple[str, float]]:
    first, last = np.searchsorted(frames.hanja_at, (seen[0], seen[-1] + 1))
    if first == last:
        return []
    given = np.exp(frames.hanja[first:last]).mean(axis=0)
    best = given.argpartition(-MOST)[-MOST:].tolist()
    return [(alphabet.hanja()[index], float(given[index])) for index in best]


def _calibrated(found: dict[str, float], calibrate: Calibrate) -> Alternatives:
    """The best few, the first with the confidence it deserves, the others with what that leaves."""
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    best, raw = ranked[0]
    confidence = calibrate(best, min(raw, 1.0))
    rest = (1 - confidence) / max(1 - raw, 1e-6)
    scaled = ((text, round(min(p * rest, confidence), 4)) for text, p in ranked[1:])
    return ((best, round(confidence, 4)), *(each for each in scaled if each[1] >= LEAST))

"""Whether the confidences of edits mean what they say.

Every edit that has a reading is judged, whether it was made (``corrected``) or only offered
(``doubtful``): all readings are put into the text, the text is aligned with the truth, and a
reading is *right* when each of its graphemes is matched, next to each other, and no true grapheme
is missing at one of its ends beside text that is sound.

* Expected calibration error (Naeini et al. 2015): ten bins of equal width; in each, the distance
  between the mean confidence and the share that is right; averaged by how many edits a bin has.
* Precision–coverage: for a threshold, the share of edits at least that sure, and how many of them
  are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from haedok.evaluate.alignment import align, boundaries, matches
from haedok.evaluate.graphemes import Fold, join_lines, lines_of
from haedok.evaluate.ledger import EditedLine
from haedok.evaluate.repair_metrics import owned_graphemes
from haedok.model import Edit

BINS = 10
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)


class Judged(NamedTuple):
    """An edit and whether its reading is what the truth has."""

    edit: Edit
    right: bool


class Bin(msgspec.Struct, frozen=True):
    """Edits whose confidence lies in ``[low, high)`` (the last bin includes 1)."""

    low: float
    high: float
    n: int
    right: int
    confidence: float
    """Their mean."""


class Point(msgspec.Struct, frozen=True):
    """Of ``n`` edits at least as sure as ``threshold``, ``right`` are right."""

    threshold: float
    n: int
    right: int
    coverage: float
    precision: float | None


class Calibration(msgspec.Struct, frozen=True):
    """How the confidences of ``n`` judged edits relate to their being right."""

    n: int
    right: int
    error: float | None
    bins: tuple[Bin, ...]
    curve: tuple[Point, ...]


def judge(truth: str, lines: tuple[EditedLine, ...], folds: tuple[Fold, ...] = ()) -> list[Judged]:
    """Say of every reading of a page whether it is right.

    >>> edit = Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "doubtful", 0.6)
    >>> [judged.right for judged in judge("핵위협 이론", (EditedLine("핵위합 이론", (edit,)),))]
    [True]
    """
    true = join_lines(lines_of(truth, folds))
    owned = owned_graphemes(lines, made=True, offered=True, folds=folds)
    # seen from the output: what of it is true, and where
    ops = align(owned.text, true)
    equal, where = matches(ops, len(owned.text)), boundaries(ops, len(owned.text))
    spans: dict[tuple[int, int], list[int]] = {}
    for place, owner in enumerate(owned.edits):
        if owner is not None:
            spans.setdefault(owner, []).append(place)
    judged: list[Judged] = []
    for number, line in enumerate(lines):
        for index in {i for _, i in line.parts(offered=True) if i is not None}:
            places = spans.get((number, index))
            right = places is not None and _is_right(places, equal, where, len(true))
            if places is None:  # an empty reading: right when the raw stretch had no business here
                right = _is_noise(line, index, truth, folds)
            judged.append(Judged(line.edits[index], right))
    return judged


def _is_right(places: list[int], equal: list[int], where: list[int], length: int) -> bool:
    first, last = equal[places[0]], equal[places[-1]]
    found = [equal[place] for place in places]
    if min(found) < 0 or last - first != len(places) - 1:
        return False
    start, end = places[0], places[-1] + 1
    sound_before = start == 0 or equal[start - 1] >= 0
    sound_behind = end == len(equal) or equal[end] >= 0
    lost_before = first - (0 if start == 0 else equal[start - 1] + 1)
    lost_behind = (length if end == len(equal) else where[end]) - last - 1
    if sound_behind and end < len(equal):
        lost_behind = equal[end] - last - 1
    return not ((sound_before and lost_before > 0) or (sound_behind and lost_behind > 0))


def _is_noise(line: EditedLine, index: int, truth: str, folds: tuple[Fold, ...]) -> bool:
    """Whether the line without the stretch is nearer to the truth than with it."""
    edit = line.edits[index]
    true = " ".join(" ".join(map("".join, lines_of(truth, folds))).split())
    around = (line.raw[max(0, edit.start - 8) : edit.start], line.raw[edit.end : edit.end + 8])
    return " ".join("".join(around).split()) in true


def calibrate(judged: Sequence[Judged]) -> Calibration:
    """Bins, curve and expected calibration error of judged edits.

    >>> edit = Edit(1, 1, 0, 1, "a", "b", "near-miss", "corrected", 0.75)
    >>> calibrate([Judged(edit, True), Judged(edit, False)]).error
    0.25
    """
    bins = tuple(filter(None, (_bin(judged, number) for number in range(BINS))))
    n = len(judged)
    error = sum(abs(b.right - b.confidence * b.n) for b in bins) / n if n else None
    return Calibration(
        n=n,
        right=sum(j.right for j in judged),
        error=None if error is None else round(error, 9),
        bins=bins,
        curve=tuple(_point(judged, threshold) for threshold in THRESHOLDS) if n else (),
    )


def _bin(judged: Sequence[Judged], number: int) -> Bin | None:
    inside = [j for j in judged if min(int(j.edit.confidence * BINS), BINS - 1) == number]
    if not inside:
        return None
    mean = sum(j.edit.confidence for j in inside) / len(inside)
    right = sum(j.right for j in inside)
    return Bin(number / BINS, (number + 1) / BINS, len(inside), right, round(mean, 9))


def _point(judged: Sequence[Judged], threshold: float) -> Point:
    sure = [j for j in judged if j.edit.confidence >= threshold]
    right = sum(j.right for j in sure)
    precision = round(right / len(sure), 9) if sure else None
    return Point(threshold, len(sure), right, round(len(sure) / len(judged), 9), precision)

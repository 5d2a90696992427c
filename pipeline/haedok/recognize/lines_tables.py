"""Tables between rules: where one cell ends and the next begins, though they stand close together.

White between columns of a page has to be broad, or chance would align word spaces. Between two
rules of a table much less is enough, where it runs from one of them down to the other.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from haedok.prepare.grey import Mask
from haedok.recognize.lines_ink import Ink

_STRIP = 0.55
"""Ems of white between two cells; a word space is less."""
_LINES = 3.4
"""Ems between two rules from which on chance does not align the spaces of the lines there."""
_WIDE, _HIGH = 8.0, 60.0
"""Ems that rules of a table are long at least, and apart at most."""
_ALIKE = 0.9
"""Overlap of the rules of one table: common part of both together."""


class _Rule(NamedTuple):
    """A level rule, in pixels."""

    x0: int
    y0: int
    x1: int
    y1: int


def ink_to_cell_walls(ink: Ink, text: Mask, side: int) -> Mask:
    """Walls between cells: upright rules, and white from one level rule to the next.

    Args:
        ink: the page's pieces and rules.
        text: N, which pieces may be text.
        side: pixels of a cell of the mask that is returned.
    """
    shape = (ink.shape[0] // side + 1, ink.shape[1] // side + 1)
    walls = np.zeros(shape, dtype=np.bool_)
    rows, columns = np.nonzero(ink.sides)
    walls[rows // side, columns // side] = True
    some = text[ink.owners]
    inked = np.zeros(shape, dtype=np.bool_)
    inked[ink.rows[some] // side, ink.columns[some] // side] = True
    before: list[tuple[int, int]] = []
    for upper, lower in reversed(list(pairwise(_rules(ink)))):
        if not _of_one_table(upper, lower, ink.em):
            before = []
            continue
        top, foot = upper.y1 // side + 1, max(upper.y1 // side + 2, lower.y0 // side)
        left, right = upper.x0 // side, upper.x1 // side + 1
        free = np.asarray(~inked[top:foot, left:right].any(axis=0))
        white = _strips(free, round(_STRIP * ink.em / side))
        if foot - top < _LINES * ink.em / side:
            # a heading of one line goes on as the columns below it do
            white = [strip for strip in white if any(_meet(strip, other) for other in before)]
        for start, end in white:
            walls[top:foot, left + start : left + end] = True
        before = white
    return walls


def _rules(ink: Ink) -> list[_Rule]:
    """Long level rules from top to bottom; pieces of one are joined."""
    joined = cv2.morphologyEx(
        ink.rules.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, round(ink.em)), np.uint8)
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = [_Rule(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist()]
    return sorted((r for r in found if r.x1 - r.x0 > _WIDE * ink.em), key=lambda rule: rule.y0)


def _of_one_table(upper: _Rule, lower: _Rule, em: float) -> bool:
    common = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    both = max(upper.x1, lower.x1) - min(upper.x0, lower.x0)
    return common > _ALIKE * both and em < lower.y0 - upper.y1 < _HIGH * em


def _strips(white: Mask, least: int) -> list[tuple[int, int]]:
    """White runs of columns of some width, with ink on both sides."""
    edges = np.flatnonzero(np.diff(np.r_[False, white, False].astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(a, b) for a, b in runs if b - a >= least and a > 0 and b < len(white)]


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return min(one[1], other[1]) > max(one[0], other[0])

"""How a text layer lies on the print that it belongs to: without reading a single letter of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.model import Box, Line

Grey = NDArray[np.uint8]

_DARK = 0.35
"""Part of the way from paper to the darkest ink at which ink begins."""
_BLANK = 0.12
"""Blank columns that a word space has at least, in heights of its line."""
_SLACK = 0.2
"""How far a word space may lie from where the layer has it, in heights of its line."""


class Sight(msgspec.Struct, frozen=True):
    """What a look at the page says about its text layer."""

    printed: int
    """Lines of print."""
    missing: float
    """Part of their length, spaces aside, that the layer has no words for."""
    bare: float
    """Part of the layer's length that has no print below."""
    gaps: int
    """Word spaces of the layer that were looked at."""
    cut: float
    """Part of them at which there is no space on the page."""


def look(image: Grey, dpi: float, lines: Sequence[Line], scale: float) -> Sight:
    """Compare a layer with a picture of its page.

    Args:
        image: height x width, dark on light; 150 dpi are enough.
        dpi: pixels per inch of it.
        lines: of the layer, with boxes for their words.
        scale: pixels of the image for one pixel of the boxes.
    """
    from haedok.recognize.lines import page_to_lines  # noqa: PLC0415 (loads image libraries)

    printed = [line.box for line in page_to_lines(image, dpi)]
    words = [_scaled(box, scale) for line in lines for box in _boxes(line)]
    dark = _ink(image)
    columns = [_columns(box, words, dark) for box in printed]
    inked, missing = sum(one for one, _ in columns), sum(two for _, two in columns)
    bare = sum(box.width for box in words if not _has_ink(dark, box))
    gaps = [gap for line in lines for gap in _gaps(line, scale)]
    shut = sum(not _is_open(dark, gap) for gap in gaps)
    return Sight(
        len(printed),
        missing / inked if inked else 0.0,
        bare / max(1, sum(box.width for box in words)),
        len(gaps),
        shut / len(gaps) if gaps else 0.0,
    )


def _boxes(line: Line) -> Iterator[Box]:
    return (token.box for token in line.tokens if token.box is not None)


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(side * scale) for side in (box.x0, box.y0, box.x1, box.y1)))


def _ink(image: Grey) -> NDArray[np.bool_]:
    paper, darkest = np.percentile(image, (75, 1))
    return np.asarray(image < paper - max(40.0, _DARK * (paper - darkest)))


def _columns(line: Box, words: Iterable[Box], dark: NDArray[np.bool_]) -> tuple[int, int]:
    """Columns of a line that have ink, and those of them over which no word of the layer lies."""
    inked = np.atleast_1d(dark[line.y0 : line.y1, line.x0 : line.x1].any(axis=0))
    free = inked.copy()
    for word in words:
        if 2 * (min(word.y1, line.y1) - max(word.y0, line.y0)) > min(word.height, line.height):
            slack = line.height // 4
            start, end = word.x0 - slack - line.x0, word.x1 + slack - line.x0
            free[max(0, start) : max(0, end)] = False
    return int(inked.sum()), int(free.sum())


def _has_ink(dark: NDArray[np.bool_], box: Box) -> bool:
    return bool(dark[max(0, box.y0) : box.y1, max(0, box.x0) : box.x1].any())


def _gaps(line: Line, scale: float) -> Iterator[Box]:
    """The word spaces of a line of the layer, a little wider than it has them."""
    for left, right in pairwise(_scaled(box, scale) for box in _boxes(line)):
        if left.x1 <= right.x0:
            slack = round(_SLACK * left.height)
            trim = left.height // 6  # lines above and below may reach into the box
            yield Box(left.x1 - slack, left.y0 + trim, right.x0 + slack, left.y1 - trim)


def _is_open(dark: NDArray[np.bool_], gap: Box) -> bool:
    """Whether enough columns in a row are blank there."""
    part = dark[max(0, gap.y0) : gap.y1, max(0, gap.x0) : gap.x1]
    wanted = max(2, round(_BLANK * 1.5 * part.shape[0]))
    run = best = 0
    for blank in np.atleast_1d(~part.any(axis=0)):
        run = run + 1 if blank else 0
        best = max(best, run)
    return bool(best >= min(wanted, max(1, part.shape[1])))

"""Roman numerals of headings and chapters (``Ⅲ. 결론``, ``Ⅱ장``), which no reader can print.

Where such a numeral may stand, it is told by counting strokes at several heights: ``Ⅱ`` has two
everywhere, ``Ⅴ`` two that meet at the foot. A bar ``1`` and a bar ``Ⅰ`` differ in that the latter
is its own mirror image.
"""

from __future__ import annotations

import numpy as np

from haedok.recognize.ink import Ink, even, runs, trimmed

HEIGHTS = (0.25, 0.5, 0.75)
"""Parts of the numeral's height where strokes are counted."""
WIDEST = (0.5, 0.85, 1.2)
"""Width of ``Ⅰ``, ``Ⅱ`` and ``Ⅲ`` in heights; ``11`` is at least as wide as high in all faces."""
CONFIDENCE = 0.9
"""In a numeral so told, where a numeral may stand."""
LEAN = 0.18
"""Numeral heights that the middle of an upright stroke may wander from row to row."""


def ink_to_numeral(pixels: Ink) -> str:
    """The Roman numeral that the pixels show, or an empty string.

    Args:
        pixels: height x width, one numeral, ink is True.
    """
    shape = trimmed(pixels)
    height, width = shape.shape
    if height < 10 or width > 1.5 * height:
        return ""
    rows = [runs(shape[round(part * (height - 1))]) for part in HEIGHTS]
    return _upright(shape, rows) or _slanted(rows, height)


def _upright(shape: Ink, rows: list[list[tuple[int, int]]]) -> str:
    height, width = shape.shape
    count = len(rows[1])
    if not 1 <= count <= 3 or any(len(row) != count for row in rows):
        return ""
    straight = all(_straight([row[stroke] for row in rows], height) for stroke in range(count))
    if not straight or not even(rows[1], 0.25) or not _own_mirror(shape):
        return ""
    thick = max(end - start for start, end in rows[1])
    slim = thick <= 0.3 * height and width <= WIDEST[count - 1] * height
    return "ⅠⅡⅢ"[count - 1] if slim else ""


def _straight(strokes: list[tuple[int, int]], height: int) -> bool:
    middles = [(start + end) / 2 for start, end in strokes]
    return max(middles) - min(middles) <= LEAN / 2 * height


def _own_mirror(shape: Ink) -> bool:
    """Whether the shape is nearly its own mirror image."""
    mirror = shape[:, ::-1]
    shared = max(
        float((shape & np.roll(mirror, shift, axis=1)).sum())
        / max(1.0, float((shape | np.roll(mirror, shift, axis=1)).sum()))
        for shift in (-1, 0, 1)
    )
    return shared >= 0.72


def _slanted(rows: list[list[tuple[int, int]]], height: int) -> str:
    """Numerals with a ``V``: its two strokes draw near each other from top to foot."""
    counts = [len(row) for row in rows]
    if counts[0] != counts[1] or counts[0] not in {2, 3}:
        return ""
    first, last = ([(a + b) / 2 for a, b in rows[0]], [(a + b) / 2 for a, b in rows[2]])
    if counts[0] == 2:
        closing = _closing(rows, 0)
        return (
            "Ⅴ"
            if closing and (len(last) == 1 or last[1] - last[0] < 0.7 * (first[1] - first[0]))
            else ""
        )
    if abs(first[0] - last[0]) <= LEAN / 2 * height and _closing(rows, 1):
        return "Ⅳ"
    if abs(first[-1] - last[-1]) <= LEAN / 2 * height and _closing(rows, 0):
        return "Ⅵ"
    return ""


def _closing(rows: list[list[tuple[int, int]]], stroke: int) -> bool:
    """Whether the white between this stroke and the next shrinks evenly from row to row."""
    white = [row[stroke + 1][0] - row[stroke][1] if stroke + 1 < len(row) else 0 for row in rows]
    return white[0] > white[1] > 0 and white[2] < white[1]

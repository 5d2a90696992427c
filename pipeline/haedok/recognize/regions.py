"""Columns of a page image: Tesseract takes a page for one column, so they are cut apart first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from haedok.model import Box

_CELL = 1 / 60
"""Inches: side of the squares the page is looked at in, a ninth of a line of body text."""
_GUTTER = 9
"""Narrowest gutter in cells: a line's height, and thrice a word space."""
_LEAST_ROWS = 60
"""Shortest stretch of two columns in cells: four lines."""
_LEAST_PART = 0.4
"""Part of the page's rows that stand in two columns: those of a table are fewer."""
_MIDDLE = (0.3, 0.7)
"""Where a gutter may be, as parts of the width of the text."""

Cells = NDArray[np.bool_]


def image_to_columns(image: NDArray[np.uint8], dpi: float) -> tuple[Box, ...]:
    """Parts of a level page in reading order, each of one column of text, together the whole page.

    Args:
        image: height x width, dark on light.
        dpi: pixels per inch; 0 where unknown.
    """
    height, width = image.shape
    side = max(2, round((dpi or 300) * _CELL))
    cells = _image_to_cells(image, side)
    gutter = _cells_to_gutter(cells)
    if gutter is None:
        return (Box(0, 0, width, height),)
    stretches = list(_two_column_stretches(cells, gutter))
    rows = sum(int(cells[top:bottom].any(axis=1).sum()) for top, bottom in stretches)
    if rows < _LEAST_PART * cells.any(axis=1).sum():
        return (Box(0, 0, width, height),)
    x = round((gutter[0] + gutter[1]) / 2 * side)
    return tuple(_stretches_to_boxes(stretches, side, x, (width, height)))


def _image_to_cells(image: NDArray[np.uint8], side: int) -> Cells:
    """Which squares of the page hold ink: more than a sixth of them, which no speck fills."""
    height, width = (length // side * side for length in image.shape)
    low, high = np.percentile(image[::4, ::4], (1, 60))
    dark = image[:height, :width] < (low + high) / 2
    squares = dark.reshape(height // side, side, width // side, side)
    return np.asarray(squares.mean(axis=(1, 3)) > 1 / 6, dtype=np.bool_)


def _cells_to_gutter(cells: Cells) -> tuple[int, int] | None:
    """First and last column of cells of the white strip with most text on both of its sides."""
    inked = np.flatnonzero(cells.any(axis=0))
    if len(inked) < 6 * _GUTTER:
        return None
    left, right = int(inked[0]), int(inked[-1])
    low, high = (left + round(part * (right - left)) for part in _MIDDLE)
    counts = np.array([_rows_beside(cells, x) for x in range(low, high - _GUTTER)])
    if len(counts) == 0 or counts.max() < _LEAST_ROWS:
        return None
    best = np.flatnonzero(counts >= 0.98 * counts.max())
    return low + int(best[0]), low + int(best[-1]) + _GUTTER


def _rows_beside(cells: Cells, x: int) -> int:
    """Rows of text that stand on both sides of a strip at ``x``, in stretches long enough."""
    return sum(
        int(_both_sides(cells[top:bottom], x).sum())
        for top, bottom in _two_column_stretches(cells, (x, x + _GUTTER))
    )


def _both_sides(cells: Cells, x: int) -> NDArray[np.bool_]:
    return np.asarray(cells[:, :x].any(axis=1) & cells[:, x + _GUTTER :].any(axis=1))


def _two_column_stretches(cells: Cells, gutter: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Stretches of rows (end exclusive) of two columns, in which nothing crosses the gutter."""
    crossed = _long_runs(np.asarray(cells[:, gutter[0] : gutter[1]].any(axis=1)))
    edges = np.flatnonzero(np.diff(np.concatenate([[True], crossed, [True]]).astype(np.int8)))
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        if bottom - top < _LEAST_ROWS:
            continue
        stretch = cells[top:bottom]
        inked = int(stretch.any(axis=1).sum())
        both = int(_both_sides(stretch, gutter[0]).sum())
        # Lines of a single column that all end early have nothing on the right.
        if both >= max(_LEAST_ROWS / 3, inked / 2):
            yield _without_half_blank(cells, int(top), int(bottom))


def _long_runs(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only the runs half a line high: less is a comma that hangs out of its column."""
    kept = flags.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start:end] = end - start > _GUTTER // 2
    return kept


def _without_half_blank(cells: Cells, top: int, bottom: int) -> tuple[int, int]:
    """Leave half of the white rows at both ends to the neighbours: no letter is cut."""
    inked = np.flatnonzero(cells[top:bottom].any(axis=1))
    above = int(inked[0]) // 2 if top > 0 else 0
    below = (bottom - top - 1 - int(inked[-1])) // 2 if bottom < len(cells) else 0
    return top + above, bottom - below


def _stretches_to_boxes(
    stretches: list[tuple[int, int]], side: int, x: int, size: tuple[int, int]
) -> Iterator[Box]:
    width, height = size
    y = 0
    for top, bottom in stretches:
        start, end = top * side, min(bottom * side, height)
        if end + side > height:  # cells leave out the last pixels
            end = height
        if start > y:
            yield Box(0, y, width, start)
        yield Box(0, start, x, end)
        yield Box(x, start, width, end)
        y = end
    if y < height:
        yield Box(0, y, width, height)

"""Two pages of an open book in one picture: where to cut between them.

Two inner margins are a broad white strip from top to foot that no heading crosses; often the fold
casts a shadow there, on a photocopy a black band. A landscape page of two columns has a strip that
is narrower, and narrower than its outer margins, or a title across it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from haedok.settings import Ingest

Floats = NDArray[np.float32]

ASPECT = (1.1, 1.85)
"""Width over height that two pages side by side may have."""
_HEIGHT = 600
_REACH = 10
"""Rows up and down within which print meets its paper; a shadow or a rule runs on unchanged."""
_PRINT = 0.12
"""How much darker print is than the paper above or below it, as a part of full brightness."""
_STRAY = 2
"""Rows of a white column that may hold a speck."""
_MIDDLE = (0.4, 0.6)
"""Parts of the width between which the fold lies."""
_STRIP, _STRIP_AT_FOLD = 0.045, 0.02
"""Least width of the strip, as a part of the picture's, without and with a shadow."""
_OTHER = 0.5
"""Width of the next widest strip between print, as a part of the strip's: a table has several."""
_SHADOW = 0.05
"""How much darker the fold is than the margins beside it."""
_MARGIN = 1.2
"""Width of a strip without a shadow, as a part of the narrower outer margin's, at least."""
_BLACK, _BAND, _BAND_WIDE = 0.5, 0.7, 0.08
"""Brightness of a black band, the part of its columns' rows that is black, at least, and the part
of the width that it takes, at most."""
_FRAYED = 0.06
"""Part of the width next to a band within which there is a column of white."""
_TEXT, _BALANCE = 0.02, 0.15
"""Least part of a page that is print, and of the print that is on the emptier page."""
_SLANTS = np.tan(np.radians(np.arange(-2.5, 2.51, 0.5)))


class _Strip(NamedTuple):
    width: int
    start: int

    @property
    def end(self) -> int:
        return self.start + self.width


def may_be_spread(size: tuple[int, int]) -> bool:
    """Whether a picture of that width and height has the shape of two pages side by side."""
    return ASPECT[0] <= size[0] / max(size[1], 1) <= ASPECT[1]


def picture_to_gutter(picture: Image.Image, settings: Ingest) -> float | None:
    """Where to cut a picture of two pages, as a part of its width; None for a single page."""
    if not settings.split_spreads or not may_be_spread(picture.size):
        return None
    width = max(1, round(picture.width * _HEIGHT / picture.height))
    grey = picture.convert("L").resize((width, _HEIGHT), Image.Resampling.BOX)
    page = np.asarray(np.asarray(grey) / 255, np.float32)
    print_ = _print(page)
    if (band := _band(page, print_)) is not None:
        return band
    strip, other = max(_strips(_leaning(print_, slant)) for slant in _SLANTS)
    if strip.width == 0:
        return None
    left, right = print_[:, : strip.start].mean(), print_[:, strip.end :].mean()
    if max(left, right) < _TEXT:
        return None
    shadow = _shadow(page, strip)
    if shadow is not None:
        return shadow / width if strip.width >= _STRIP_AT_FOLD * width else None
    balanced = min(left, right) >= max(_BALANCE * max(left, right), _TEXT)
    alone = other.width < _OTHER * strip.width
    inked = np.flatnonzero(print_.sum(axis=0) > _STRAY)
    outer = min(int(inked[0]), width - 1 - int(inked[-1]))
    broad = strip.width >= max(_STRIP * width, _MARGIN * outer)
    apart = broad and balanced and alone
    return (strip.start + strip.end) / 2 / width if apart else None


def _band(page: Floats, print_: NDArray[np.bool_]) -> float | None:
    """The middle of a black band between two pages, as a part of the width.

    It may be frayed, but there is white beside it, and print on both sides.
    """
    width = page.shape[1]
    low, high = (round(part * width) for part in _MIDDLE)
    black = page < _BLACK
    for slant in _SLANTS:
        columns = low + np.flatnonzero(_leaning(black, slant)[low:high] >= _BAND * len(page))
        if len(columns) == 0 or columns[-1] - columns[0] > _BAND_WIDE * width:
            continue
        counts, reach = _leaning(print_, slant), round(_FRAYED * width)
        left, right = counts[: columns[0]], counts[columns[-1] + 1 :]
        white = min(left[-reach:].min(), right[:reach].min()) <= _STRAY
        if white and min(left[:-reach].mean(), right[reach:].mean()) >= _TEXT * len(page):
            middle = (columns[0] + columns[-1] + 1) / 2
            return float(middle / width)
    return None


def _print(page: Floats) -> NDArray[np.bool_]:
    """Where there is print: pixels darker than some paper just above or below them."""
    padded = np.pad(page, ((_REACH, _REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1, axis=0)
    return np.asarray(windows.max(axis=-1) - page > _PRINT)


def _leaning(print_: NDArray[np.bool_], slant: float) -> NDArray[np.int64]:
    """Rows with print in each column, for columns that lean."""
    height, width = print_.shape
    shift = np.rint((np.arange(height) - height / 2) * slant).astype(np.int64)
    rows, columns = np.nonzero(print_)
    return np.bincount(np.clip(columns + shift[rows], 0, width - 1), minlength=width)


def _strips(counts: NDArray[np.int64]) -> tuple[_Strip, _Strip]:
    """The widest white strip in the middle of the picture, and the next widest between print."""
    low, high = (round(part * len(counts)) for part in _MIDDLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[1], counts <= _STRAY, [1]]).astype(np.int8)))
    # Print begins and ends at the edges: strips lie between an end and the next beginning.
    ends, starts = edges[1:-1:2], edges[2::2]
    strips = [_Strip(int(b - a), int(a)) for a, b in zip(ends, starts, strict=True)]
    inside = [strip for strip in strips if low <= (strip.start + strip.end) / 2 <= high]
    best = max(inside, default=_Strip(0, 0))
    others = [strip for strip in strips if strip != best]
    return best, max(others, default=_Strip(0, 0))


def _shadow(page: Floats, strip: _Strip) -> float | None:
    """The darkest column of the strip if both sides of the strip are lighter."""
    if strip.width < 5:
        return None
    light = np.median(page[:, strip.start : strip.end], axis=0)
    darkest = int(light.argmin())
    beside = (light[: darkest + 1].max(), light[darkest:].max())
    return strip.start + darkest + 0.5 if light[darkest] < min(beside) - _SHADOW else None

"""Counts that can be added up, and what they come to.

A score is never an average of averages: pages give counts, counts are summed, and only the sum is
divided (so a page of two lines weighs two lines). Intervals come from the bootstrap (Efron 1979):
the pages, or lines, are drawn again with replacement, summed and divided again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SEED = 20210
DRAWS = 1000
MOST_UNITS = 1000
"""More units are drawn in blocks of neighbours (a block bootstrap): quicker, and fairer too."""


class Rate(msgspec.Struct, frozen=True):
    """``errors`` among ``n`` chances; more errors than chances are possible (insertions)."""

    errors: int = 0
    n: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.errors + other.errors, self.n + other.n)

    @property
    def value(self) -> float | None:
        """Errors per chance; None where there was no chance.

        >>> Rate(1, 4).value, Rate(3, 0).value
        (0.25, None)
        """
        return self.errors / self.n if self.n else None


class Found(msgspec.Struct, frozen=True):
    """Of ``found`` things ``right`` were among the ``wanted`` ones."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of what was wanted that was found; None where nothing was wanted."""
        return self.right / self.wanted if self.wanted else None

    def f(self, beta: float = 1.0) -> float | None:
        """The F measure; ``beta`` below 1 favours precision. None where there is nothing at all.

        >>> Found(1, 2, 2).f(), Found(1, 1, 2).f(0.5), Found().f()
        (0.5, 0.8333333333333334, None)
        """
        weight = beta * beta
        total = weight * self.wanted + self.found
        return (1 + weight) * self.right / total if total else None


Count = Rate | Found


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rate with its interval, as it is reported. None: there was nothing to divide by."""

    errors: int
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


class FoundScore(msgspec.Struct, frozen=True, omit_defaults=True):
    """Precision, recall and F as they are reported; the interval is that of ``f``."""

    right: int
    found: int
    wanted: int
    precision: float | None
    recall: float | None
    f: float | None
    beta: float = 1.0
    low: float | None = None
    high: float | None = None


def rate_score(total: Rate, units: Sequence[Rate] = ()) -> Score:
    """A rate, with the interval that its units (pages or lines) give.

    >>> rate_score(Rate(1, 2), [Rate(1, 2), Rate(1, 2)])
    Score(errors=1, n=2, value=0.5, low=0.5, high=0.5)
    """
    rows = [(unit.errors, unit.n) for unit in units]
    low, high = interval(rows, lambda sums: (sums[:, 0], sums[:, 1]))
    return Score(total.errors, total.n, _round(total.value), low, high)


def found_score(total: Found, units: Sequence[Found] = (), beta: float = 1.0) -> FoundScore:
    """Precision, recall and F, with the interval of F that its units give."""
    weight = beta * beta
    rows = [(unit.right, unit.found, unit.wanted) for unit in units]
    low, high = interval(
        rows, lambda sums: ((1 + weight) * sums[:, 0], weight * sums[:, 2] + sums[:, 1])
    )
    p, r, f = _round(total.precision), _round(total.recall), _round(total.f(beta))
    return FoundScore(total.right, total.found, total.wanted, p, r, f, beta, low, high)


def interval(
    rows: Sequence[Sequence[int]], parts: Callable[..., tuple[object, object]]
) -> tuple[float | None, float | None]:
    """The 2.5 % and 97.5 % points of ``numerator / denominator`` over `DRAWS` redrawn samples.

    Args:
        rows: the counts of every unit. Units that count nothing are drawn too.
        parts: summed counts, an array (draws × counts), to numerator and denominator (draws).

    Returns:
        ``(None, None)`` with fewer than two units, or where no draw has a denominator.
    """
    if len(rows) < 2:
        return None, None
    import numpy as np  # noqa: PLC0415  # slow to import, and not needed to show a help page

    counts = np.asarray(rows, dtype=np.float64)
    if len(rows) > MOST_UNITS:
        starts = np.arange(MOST_UNITS) * len(rows) // MOST_UNITS
        counts = np.add.reduceat(counts, starts)
    sums = _weights(len(counts)) @ counts
    numerator, denominator = map(np.asarray, parts(sums))
    whole = denominator > 0
    if not whole.any():
        return None, None
    low, high = np.percentile(numerator[whole] / denominator[whole], [2.5, 97.5])
    return _round(float(low)), _round(float(high))


@functools.cache
def _weights(units: int) -> npt.NDArray[np.float64]:
    """How often each draw has each unit, (`DRAWS` × units)."""
    import numpy as np  # noqa: PLC0415

    generator = np.random.default_rng(SEED)
    return generator.multinomial(units, [1 / units] * units, size=DRAWS).astype(np.float64)


def total_rate(rates: Iterable[Rate]) -> Rate:
    """The sum of rates."""
    return sum(rates, Rate())


def total_found(founds: Iterable[Found]) -> Found:
    """The sum of finds."""
    return sum(founds, Found())


def _round(value: float | None) -> float | None:
    # Nine digits are more than any count supports; the tenth may differ between machines.
    return None if value is None else round(value, 9)

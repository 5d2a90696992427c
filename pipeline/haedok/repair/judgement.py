"""How the voices for the candidates of a word add up to probabilities.

A conditional logit (McFadden 1974): the chances of the word as it stands and of each candidate add
up to one. The log-odds of a candidate are a weighted sum of its features and of a few units
(hyperbolic tangents of such sums), for a voice may count for more where another is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Rows = Sequence[Sequence[float]]
"""Candidates × features."""


class Net(msgspec.Struct, frozen=True):
    """The weights; ``features`` names what they belong to."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    units: tuple[tuple[float, ...], ...]
    """A row of weights a unit."""
    thresholds: tuple[float, ...]
    voices: tuple[float, ...]
    """What each unit adds to the log-odds."""

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each row of features."""
        x = (rows - np.array(self.mean)) / np.array(self.scale)
        units = np.tanh(
            x @ np.reshape(self.units, (-1, len(self.mean))).T + np.array(self.thresholds)
        )
        return np.asarray(x @ np.array(self.weights) + self.bias + units @ np.array(self.voices))

    def chances(self, asked: Sequence[Rows]) -> list[list[float]]:
        """For each word the chance of each candidate."""
        if not asked:
            return []
        odds = self.log_odds(np.array([row for rows in asked for row in rows], np.float64))
        ends = np.cumsum([len(rows) for rows in asked])[:-1]
        return [_chances(part) for part in np.split(odds, ends)]


def _chances(odds: NDArray[np.float64]) -> list[float]:
    high = max(0.0, float(odds.max()))
    weights = np.exp(odds - high)
    return [float(w) for w in weights / (weights.sum() + np.exp(-high))]


class Nets(NamedTuple):
    """What judges a word in turn."""

    quick: Net
    """By what tables tell."""
    alone: Net
    """By its line and the words of its document."""
    among: Net
    """By what is misread elsewhere in the page, too."""


@cache
def nets() -> Nets:
    """The nets that come with the package.

    ``tables/near_miss.json`` is computed by ``benchmarks/fit_near_miss.py``.
    """
    data = (files("haedok.repair") / "tables" / "near_miss.json").read_bytes()
    return msgspec.json.decode(data, type=Nets)

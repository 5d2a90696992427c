"""A channel that loses a share of the word spaces of a line and invents others.

What is known is how likely a space is at each boundary (``spacing_odds``) and where spaces stand.
How much better the channel explains that than an author would (a Bayes factor, in nats) says
whether the line is damaged; the rates that explain it best say what each boundary was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from haedok.repair.spacing_odds import Apart, Flags, Floats

EXTREMES = (-8.0, 7.0)
"""Beyond these odds an author now and then does it still: seen on 1,700 held-out lines."""
RATES_LOST = (0.03, 0.1, 0.3, 0.6, 0.97)
RATES_INVENTED = (0.02, 0.05, 0.15, 0.5, 0.97)
"""Shares of the spaces that a channel may lose, and of the other boundaries that may get one."""
UNHEARD_OF = -4.5
"""Log-odds that a line is damaged where nothing is known of the lines around it."""


def lost(odds: Floats, line: Apart, free: Flags | None = None) -> tuple[float, float]:
    """How many nats lost spaces explain, and at which rate.

    Where spelling leaves a space to the writer (``free``), none that is missing says anything.
    """
    must = line.open if free is None else line.open & ~free
    missing = odds[must & ~line.spaces]
    kept = int((line.open & line.spaces).sum())
    return _weighed(missing, kept, RATES_LOST)


def invented(odds: Floats, line: Apart) -> tuple[float, float]:
    """How many nats invented spaces explain, and at which rate."""
    extra = -odds[line.open & line.spaces]
    without = int((line.open & ~line.spaces).sum())
    return _weighed(extra, without, RATES_INVENTED)


def _weighed(odds: Floats, untouched: int, rates: Sequence[float]) -> tuple[float, float]:
    """Bayes factor (nats) of a channel whose rate is one of these, and the expected rate.

    ``odds`` are those of boundaries that look touched, ``untouched`` how many were spared.
    """
    gains = np.array([np.log1p(np.exp(odds) * r).sum() + untouched * math.log1p(-r) for r in rates])
    shares = np.exp(gains - gains.max())
    gain = float(gains.max() + math.log(shares.mean()))
    return gain, float((shares * np.array(rates)).sum() / shares.sum())


def chances(odds: Floats, line: Apart, prior: float, free: Flags, hidden: bool) -> Floats:
    """The chance that each boundary is damaged: lost where there is no space, else invented.

    ``prior`` is the log-odds that a line like it is damaged; ``free`` boundaries are left to the
    writer. Spaces that were not ``hidden`` from the judges are believed.
    """
    gain_lost, rate_lost = lost(odds, line, free)
    gain_invented, rate_invented = invented(odds, line)
    into = np.exp(odds) * rate_lost
    out = np.exp(-odds) * rate_invented / (1 - rate_lost)
    removed = out / (1 + out) * _logistic(gain_invented + prior) if hidden else 0.0
    added = into / (1 + into) * _logistic(gain_lost + prior)
    return np.where(line.open, np.where(line.spaces, removed, added), 0.0)


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))

"""Fit how much each judge of word spaces is heard: ``TOGETHER`` of ``haedok.repair.spacing_odds``.

Usage: python benchmarks/fit_spacing.py FOLDER

Only sentences speak that no table has seen: of blocks that are held out from the tables of words
and signs and from the net (``haedok.repair.splits``), and of lines that are held out from the model
of spaces. Each is shown with spaces lost and invented at several rates: what is seen at a boundary
is weighed by the rates, and the judges need to know the rest. Five-fold cross-validation says what
it is worth.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from haedok.repair import spacing_odds
from haedok.repair.splits import split
from haedok.synthesize.damage import with_spaces, without_spaces

Floats = npt.NDArray[np.float64]
RATES = ((1.0, 0.0), (0.5, 0.0), (0.2, 0.0), (0.0, 0.15), (0.3, 0.1), (0.0, 1.0))
"""Shares of the spaces that are lost, and of the other boundaries that get one."""
FOLDS = 5
RIDGE = 3.0


class Rows(NamedTuple):
    """By boundary: signs, log-odds that the channel adds, the truth, the fold, which of RATES."""

    signs: Floats
    channel: Floats
    truth: Floats
    fold: npt.NDArray[np.int64]
    rates: npt.NDArray[np.int64]


def unseen(folder: Path, drawn: str) -> Iterator[str]:
    """Sentences of 8 to 80 characters that are in none of the tables."""
    for path in sorted(folder.glob("*.txt")):
        if path.name.startswith(("law_", "constitution")):
            continue
        for at, line in enumerate(path.read_text("utf-8").splitlines()):
            if split(path.name, at) == drawn and zlib.crc32(line.encode()) % 10 == 0:
                yield from (s for s in re.split(r"(?<=[.?!]) ", line) if 8 <= len(s) <= 80)


def boundaries(sentences: Iterator[str]) -> Rows:
    """All boundaries that are to be judged, of each sentence in each state."""
    rng = np.random.default_rng(0)
    parts = []
    for sentence in sentences:
        true = spacing_odds.taken_apart(sentence)
        if len(true.chars) < 2:
            continue
        for number, (lost, invented) in enumerate(RATES):
            text = with_spaces(without_spaces(sentence, rng, lost), rng, invented)
            line = spacing_odds.taken_apart(text)
            channel = seen(line.spaces, lost, invented)
            asked = line.open & true.open & np.isfinite(channel)
            count = int(asked.sum())
            parts.append(
                Rows(
                    spacing_odds.signs(text, line, hidden=invented > 0 or lost == 1.0)[asked],
                    channel[asked],
                    true.spaces[asked].astype(np.float64),
                    np.full(count, zlib.crc32(sentence.encode()) % FOLDS),
                    np.full(count, number),
                )
            )
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def seen(spaces: npt.NDArray[np.bool_], lost: float, invented: float) -> Floats:
    """Log-odds of a true space that what is seen at a boundary adds; infinite where it is sure."""
    with np.errstate(divide="ignore"):
        space = np.log(np.float64(1 - lost) / invented) if invented else np.inf
        none = np.log(lost / np.float64(1 - invented)) if invented < 1 else np.inf
    return np.where(spaces, space, none)


def fit(rows: Rows, kept: npt.NDArray[np.bool_]) -> Floats:
    """Weights by logistic regression."""
    signs, channel, truth = rows.signs[kept], rows.channel[kept], rows.truth[kept]

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs @ weights + channel
        nats = np.logaddexp(0, odds).sum() - odds @ truth + RIDGE / 2 * weights @ weights
        return float(nats), signs.T @ (1 / (1 + np.exp(-odds)) - truth) + RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def told(name: str, odds: Floats, truth: Floats) -> None:
    """Print how good odds are."""
    says = odds > 0
    f1 = 2 * (says & (truth > 0)).sum() / (says.sum() + truth.sum())
    nats = float((np.logaddexp(0, odds) - odds * truth).mean())
    print(f"{name:22} {len(truth)} boundaries, {nats:.4f} nats, F1 {f1:.4f}")


def main(folder: str) -> None:
    """Print the weights and what they are worth."""
    rows = boundaries(unseen(Path(folder), "dev"))
    crossed = np.zeros(len(rows.truth))
    for fold in range(FOLDS):
        mine = rows.fold == fold
        crossed[mine] = rows.signs[mine] @ fit(rows, ~mine) + rows.channel[mine]
    before = rows.signs @ np.array(spacing_odds.TOGETHER) + rows.channel
    for number, rates in enumerate(RATES):
        at = rows.rates == number
        told(f"{rates} as it is", before[at], rows.truth[at])
        told(f"{rates} fitted", crossed[at], rows.truth[at])
    print("TOGETHER =", fit(rows, np.ones(len(rows.truth), dtype=bool)).round(3).tolist())


if __name__ == "__main__":
    main(*sys.argv[1:])

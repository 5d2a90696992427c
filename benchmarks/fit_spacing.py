"""Fit how much each judge of word spaces is heard: ``TOGETHER`` of ``haedok.repair.spacing_odds``.

Usage: python benchmarks/fit_spacing.py FOLDER

Only sentences speak that no table has seen: of blocks that are held out from the tables of words
and signs (``haedok.repair.splits``), and of lines that are held out from the model of spaces. Each
is shown without its spaces, and with a share of them lost; in the latter case the odds of what is
left to judge are those of all boundaries times the share. Five-fold cross-validation says what it
is worth.
"""

from __future__ import annotations

import math
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
from haedok.synthesize.damage import without_spaces

Floats = npt.NDArray[np.float64]
RATES = (1.0, 0.5, 0.2)
FOLDS = 5
RIDGE = 3.0


class Rows(NamedTuple):
    """Signs, the log of the share of spaces that was lost, the truth, and the fold, by boundary."""

    signs: Floats
    rate: Floats
    truth: Floats
    fold: npt.NDArray[np.int64]


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
        for rate in RATES:
            text = without_spaces(sentence, rng, rate)
            line = spacing_odds.taken_apart(text)
            asked = line.open & true.open & ~line.spaces
            count = int(asked.sum())
            parts.append(
                Rows(
                    spacing_odds.signs(text, line, hidden=rate == 1.0)[asked],
                    np.full(count, math.log(rate)),
                    true.spaces[asked].astype(np.float64),
                    np.full(count, zlib.crc32(sentence.encode()) % FOLDS),
                )
            )
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def fit(rows: Rows, kept: npt.NDArray[np.bool_]) -> Floats:
    """Weights by logistic regression."""
    signs, rate, truth = rows.signs[kept], rows.rate[kept], rows.truth[kept]

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs @ weights + rate
        nats = np.logaddexp(0, odds).sum() - odds @ truth + RIDGE / 2 * weights @ weights
        return float(nats), signs.T @ (1 / (1 + np.exp(-odds)) - truth) + RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def told(name: str, odds: Floats, truth: Floats) -> None:
    """Print how good odds are."""
    says = odds > 0
    f1 = 2 * (says & (truth > 0)).sum() / (says.sum() + truth.sum())
    nats = float((np.logaddexp(0, odds) - odds * truth).mean())
    print(f"{name:12} {len(truth)} boundaries, {nats:.4f} nats, F1 {f1:.4f}")


def main(folder: str) -> None:
    """Print the weights and what they are worth."""
    rows = boundaries(unseen(Path(folder), "dev"))
    crossed = np.zeros(len(rows.truth))
    for fold in range(FOLDS):
        mine = rows.fold == fold
        crossed[mine] = rows.signs[mine] @ fit(rows, ~mine) + rows.rate[mine]
    before = rows.signs @ np.array(spacing_odds.TOGETHER) + rows.rate
    for rate in RATES:
        at = rows.rate == math.log(rate)
        told(f"{rate} as it is", before[at], rows.truth[at])
        told(f"{rate} fitted", crossed[at], rows.truth[at])
    print("TOGETHER =", fit(rows, np.ones(len(rows.truth), dtype=bool)).round(3).tolist())


if __name__ == "__main__":
    main(*sys.argv[1:])

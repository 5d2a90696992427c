"""Fit how signs tell whether a word goes on over a line end: ``haedok.repair.line_ends``.

Usage: python benchmarks/fit_line_ends.py FOLDER

Sentences that no table and no net has seen (as in ``fit_spacing``) are cut three times each: at a
random character, where a space is lost as it is at the end of a printed line. Five-fold
cross-validation says how many cuts are told right, and what each sign is good for.
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
from fit_spacing import unseen
from scipy.optimize import minimize  # type: ignore[import-untyped]

from haedok.repair import line_ends

Floats = npt.NDArray[np.float64]
FOLDS, RIDGE, CUTS = 5, 1.0, 3


class Cuts(NamedTuple):
    """By cut: signs, the bias first; whether a word goes on; the fold."""

    signs: Floats
    truth: Floats
    fold: npt.NDArray[np.int64]


def cuts(sentences: Iterator[str], rng: np.random.Generator) -> Iterator[tuple[str, str, bool]]:
    """What stands left and right of a line end, both Hangul there, and whether a word goes on."""
    for sentence in (one for one in sentences for _ in range(CUTS)):
        at = int(rng.integers(4, max(5, len(sentence) - 3)))
        left, right = sentence[:at], sentence[at:]
        joined = left == left.rstrip() and right == right.lstrip()
        left, right = left.rstrip(), right.lstrip()
        if re.search("[가-힣]$", left) and re.match("[가-힣]", right):
            yield left, right, joined


def fit(signs: Floats, truth: Floats) -> Floats:
    """Weights by logistic regression, the bias first."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs @ weights
        nats = np.logaddexp(0, odds).sum() - odds @ truth + RIDGE / 2 * weights @ weights
        return float(nats), signs.T @ (1 / (1 + np.exp(-odds)) - truth) + RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def main(folder: str) -> None:
    """Print the weights and what they are worth."""
    rows, truth, folds = [], [], []
    for left, right, joined in cuts(unseen(Path(folder), "dev"), np.random.default_rng(0)):
        end, start = re.search("[가-힣]+$", left), re.match("[가-힣]+", right)
        if end and start:
            found = line_ends.signs_of(left, right, end.group(), start.group())
            rows.append([1.0, *found.values()])
            truth.append(float(joined))
            folds.append(zlib.crc32("".join((left + right).split()).encode()) % FOLDS)
    data = Cuts(np.array(rows), np.array(truth), np.array(folds))
    names = list(line_ends.WEIGHTS)
    now = np.array([line_ends.BIAS, *line_ends.WEIGHTS.values()])
    told("as it is", data.signs @ now, data.truth)
    for name in (None, *names):
        kept = [at for at, other in enumerate(["bias", *names]) if other != name]
        told(f"without {name}", crossed(data._replace(signs=data.signs[:, kept])), data.truth)
    fitted = fit(data.signs, data.truth).round(2).tolist()
    print(dict(zip(["bias", *names], fitted, strict=True)))


def crossed(data: Cuts) -> Floats:
    """Log-odds of each cut by weights fitted on other sentences."""
    odds = np.zeros(len(data.truth))
    for held in range(FOLDS):
        mine = data.fold == held
        odds[mine] = data.signs[mine] @ fit(data.signs[~mine], data.truth[~mine])
    return odds


def told(name: str, odds: Floats, truth: Floats) -> None:
    """Print how good log-odds are."""
    nats = float((np.logaddexp(0, odds) - odds * truth).mean())
    right = float(((odds > 0) == (truth > 0)).mean())
    print(f"{name:24} {len(truth)} cuts, {nats:.4f} nats, {right:.4f} right")


if __name__ == "__main__":
    main(*sys.argv[1:])

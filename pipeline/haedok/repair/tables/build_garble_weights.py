"""Fit ``garble_weights.json``: how sure a reading of ``repair/wrong_model.py`` may be.

    build_garble_weights.py PAGES --out garble_weights.json

``PAGES`` are renderings of a text that the table of garbles has not seen, made by
``build_garbles.py render --text``: its words are there in their own order, known or not. The
weights are those of a logistic regression with a little ridge; on standard error stands the
precision of either half under the weights of the other.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from haedok.repair import channel, lattice, wrong_model

LINE = 10
"""Words taken for one line, as a page of a journal has them."""
READABLE = re.compile(r"[“‘\"']?(?:[가-힣]+|\d+[가-힣]+)[”’\"']?[.,]?")


def examples(pages: Path) -> Iterator[tuple[list[float], bool]]:
    """Features of each guess, and whether it is right."""
    for page in sorted(pages.glob("*.json")):
        rows = json.loads(page.read_text("utf-8"))
        for at in range(0, len(rows), LINE):
            yield from _of_line(rows[at : at + LINE])


def _of_line(rows: list[tuple[str, str]]) -> Iterator[tuple[list[float], bool]]:
    text, damaged, truth = "", [], {}
    for token, garble in rows:
        if READABLE.fullmatch(token):
            left, right = channel.bare(garble)
            truth[len(text) + left, len(text) + right] = re.sub("[^가-힣0-9]", "", token)
            damaged += [
                (len(text) + m.start(), len(text) + m.end()) for m in re.finditer(r"\S+", garble)
            ]
        text += garble + " "
    for run in wrong_model.runs(wrong_model.split(text, damaged)):
        for guess in lattice.decode(run):
            if guess.arcs:
                span = run[guess.first].start, run[guess.last - 1].end
                word = lattice.spelt(run[guess.first], guess.arcs[0][0])
                yield list(wrong_model.features(run, guess).values()), truth.get(span) == word


def fit(x: Any, y: Any, ridge: float = 1.0) -> Any:
    """Weights of a logistic regression, by Newton's method on standardised columns.

    ``x`` is (examples, features) with a constant first column; ``y`` holds 0 and 1.
    """
    mean, scale = x.mean(0), x.std(0) + 1e-9
    mean[0], scale[0] = 0.0, 1.0
    z = (x - mean) / scale
    prior = np.eye(x.shape[1]) * ridge
    prior[0, 0] = 1e-3
    weights = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-z @ weights))
        curve = (z * (p * (1 - p) + 1e-6)[:, None]).T @ z + prior
        weights = weights + np.linalg.solve(curve, z.T @ (y - p) - prior @ weights)
    slopes = weights / scale
    slopes[0] = weights[0] - (weights * mean / scale)[1:].sum()
    return slopes


def report(x: Any, y: Any) -> str:
    """Precision and count above some thresholds, each half judged by the other's weights."""
    half = len(y) // 2
    p = np.concatenate([x[:half] @ fit(x[half:], y[half:]), x[half:] @ fit(x[:half], y[:half])])
    p = 1 / (1 + np.exp(-p))
    rows = (f"{t}: {int(y[p >= t].sum())} of {int((p >= t).sum())}" for t in (0.9, 0.7, 0.5, 0.3))
    return f"{len(y)} guesses, {int(y.sum())} right; right at or above " + ", ".join(rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--shift", type=float, default=0.0, help="nats off: real pages are worse")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    found = list(examples(args.pages))
    x = np.array([row for row, _ in found])
    y = np.array([right for _, right in found], dtype=float)
    names = wrong_model.FEATURES
    weights = fit(x, y)
    fitted = {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)}
    fitted["bias"] = round(fitted["bias"] - args.shift, 4)
    args.out.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    sys.stderr.write(report(x, y) + "\n")


if __name__ == "__main__":
    main()

"""Fit what the advantage of a near-miss candidate is worth as a probability.

Usage: python fit_near_miss.py PAIRS.jsonl [SOUND.txt]

A row of PAIRS begins with a printed line and what an OCR engine read of it, from pages held out
from the lexicon; lines of SOUND are not damaged at all (every suspect in them is a false one).
Prints the weights for ``near_miss.CALIBRATION``, and how precise, how complete and how harmful
edits are at several thresholds, by five-fold cross-validation.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haedok.repair.near_miss import features, suspects

Row = tuple[tuple[float, ...], bool, bool]
"""Features, whether the best candidate is right, whether the word was sound as it stood."""


def truths(written: str, read: str) -> dict[tuple[int, int], str]:
    """What was printed where a run of Hangul was read: span of the read line → word."""
    a = re.findall("[가-힣]+", written)
    spans = [match.span() for match in re.finditer("[가-힣]+", read)]
    b = [read[start:end] for start, end in spans]
    found = {}
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal" or j - i == m - k:
            found.update(zip(spans[k:m], a[i:j], strict=True))
    return found


def rows(pairs: Path, sound: Path | None) -> tuple[list[Row], int]:
    """A row per suspect, and how many words were misread at all."""
    out: list[Row] = []
    errors = 0
    for line in pairs.read_text("utf-8").splitlines():
        written, read = json.loads(line)[:2]
        known = truths(written, read)
        errors += sum(read[a:b] != word for (a, b), word in known.items())
        for s in suspects(read):
            word = known.get((s.start, s.end))
            if word is not None:
                out.append((features(s), s.ranked[0][0] == word, s.word == word))
    return out + list(_false_ones(sound)), errors


def _false_ones(sound: Path | None) -> Iterator[Row]:
    if sound is not None:
        for line in sound.read_text("utf-8").splitlines():
            yield from ((features(s), False, True) for s in suspects(line))


def fit(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method with a small ridge."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = x.T @ (x * (p * (1 - p) + 1e-9)[:, None]) + 0.1 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, x.T @ (y - p) - 0.1 * weights)
    return weights


def main(pairs: str, sound: str | None = None) -> None:
    """Fit, cross-validate, print."""
    data, errors = rows(Path(pairs), Path(sound) if sound else None)
    x = np.array([row[0] for row in data])
    y = np.array([row[1] for row in data], float)
    clean = np.array([row[2] for row in data])
    p, fold = np.zeros(len(y)), np.arange(len(y)) % 5
    for k in range(5):
        p[fold == k] = 1 / (1 + np.exp(-x[fold == k] @ fit(x[fold != k], y[fold != k])))
    print("CALIBRATION =", tuple(round(float(w), 2) for w in fit(x, y)))
    print(f"{errors} misread words, {len(y)} suspects, {int(y.sum())} with the right word first")
    for limit in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        kept = p >= limit
        right = int(y[kept].sum())
        print(f"p ≥ {limit}: {right} of {int(kept.sum())} right, {int(clean[kept].sum())} did harm")


if __name__ == "__main__":
    main(*sys.argv[1:])

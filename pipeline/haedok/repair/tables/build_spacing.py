"""Fit ``spacing.i8.xz``: the weights of ``haedok.repair.spacing_model``.

Usage: python build_spacing.py OUT FILE[:SHARE[:hangul]]...

Every file is text with a paragraph or sentence a line; SHARE of its lines is taken (statutes say
little about prose). ``:hangul`` learns only from boundaries between two syllables, where a file is
not to be trusted around digits and signs. One line in ten (by checksum) is held out, the same as
from the table of words. Adagrad over minibatches with features dropped at random; then small
weights are left out and the others rounded.
"""

from __future__ import annotations

import lzma
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from haedok.repair.spacing_model import BUCKETS, STEP, WINDOWS, buckets, codes

EPOCHS, BATCH, RATE, DECAY = 4, 2048, 0.1, 2e-6
DROPPED, MIN_COUNT = 0.25, 4
"""Share of the features left out of each step; features seen less often say nothing."""
SMALLEST = 0.3
"""Nats; a smaller weight is not worth its place (of F1 0.903, 0.003 are lost)."""
LINE = 400
"""Characters of a line that are learnt from at a time."""

Ints = npt.NDArray[np.int64]


class Examples(NamedTuple):
    """Features (boundaries, windows) and whether a space stands there."""

    features: npt.NDArray[np.int32]
    spaces: npt.NDArray[np.bool_]


def taken_apart(line: str) -> tuple[str, npt.NDArray[np.bool_]]:
    """A line without its spaces, and at which of its boundaries one stood."""
    words = line.split()
    chars = "".join(words)
    spaces = np.zeros(max(0, len(chars) - 1), dtype=bool)
    ends = np.cumsum([len(word) for word in words])[:-1] - 1
    spaces[ends] = True
    return chars, spaces


def training_lines(source: str) -> Iterator[tuple[str, bool]]:
    """Lines of FILE[:SHARE[:hangul]], in pieces, and whether only syllables speak."""
    name, _, rest = source.partition(":")
    share, _, only = rest.partition(":")
    for line in Path(name).read_text("utf-8").splitlines():
        checksum = zlib.crc32(line.encode())
        if checksum % 10 and (checksum // 10) % 1000 < 1000 * float(share or 1):
            for start in range(0, len(line), LINE):
                yield line[start : start + LINE], only == "hangul"


def examples(sources: list[str]) -> Examples:
    """All boundaries that may have a space: not inside a number or a Latin word."""
    features, spaces = [], []
    for source in sources:
        for line, only_hangul in training_lines(source):
            chars, stood = taken_apart(line)
            if len(chars) < 2:
                continue
            kept = askable(codes(chars), only_hangul)
            features.append(buckets(chars)[kept].astype(np.int32))
            spaces.append(stood[kept])
    return Examples(np.concatenate(features), np.concatenate(spaces))


def askable(points: Ints, only_hangul: bool) -> npt.NDArray[np.bool_]:
    """Boundaries worth learning from."""
    hangul = (points >= 0xAC00) & (points <= 0xD7A3)
    if only_hangul:
        return hangul[:-1] & hangul[1:]
    return hangul[:-1] | hangul[1:]


def fit(data: Examples) -> npt.NDArray[np.float32]:
    """Weights of all buckets, the bias last."""
    weights = np.zeros(BUCKETS + 1, dtype=np.float32)
    squares = np.full(BUCKETS + 1, 1e-3, dtype=np.float32)
    rng = np.random.default_rng(0)
    seldom = np.bincount(data.features.ravel(), minlength=BUCKETS + 1) < MIN_COUNT
    for epoch in range(EPOCHS):
        order, loss = rng.permutation(len(data.spaces)), 0.0
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            features, truth = data.features[rows], data.spaces[rows]
            kept = (rng.random(features.shape) >= DROPPED) & ~seldom[features]
            z = (weights[features] * kept).sum(axis=1) / (1 - DROPPED) + weights[-1]
            chance = 1 / (1 + np.exp(-z))
            loss -= float(np.log(np.where(truth, chance, 1 - chance) + 1e-9).sum())
            slope = (chance - truth).astype(np.float32)
            each = (slope[:, None] * kept)[kept] / (1 - DROPPED)
            _step(weights, squares, features[kept], each)
            squares[-1] += slope.sum() ** 2
            weights[-1] -= RATE * slope.sum() / np.sqrt(squares[-1])
        print(f"epoch {epoch + 1}: {loss / len(order):.4f} nats", file=sys.stderr, flush=True)
    return weights


def _step(
    weights: npt.NDArray[np.float32],
    squares: npt.NDArray[np.float32],
    features: npt.NDArray[np.int32],
    slopes: npt.NDArray[np.float32],
) -> None:
    """One step of Adagrad on the buckets that a batch touches, in place."""
    seen, where = np.unique(features, return_inverse=True)
    slope = np.bincount(where, weights=slopes).astype(np.float32)
    slope += DECAY * BATCH * weights[seen]
    squares[seen] += slope * slope
    weights[seen] -= RATE * slope / np.sqrt(squares[seen])


def main(out: str, *sources: str) -> None:
    """Read, fit, round, write."""
    data = examples(list(sources))
    print(f"{len(data.spaces):,} boundaries, {len(WINDOWS)} features each", file=sys.stderr)
    weights = fit(data)
    weights[:-1][np.abs(weights[:-1]) < SMALLEST] = 0
    stored = np.clip(np.round(weights / STEP), -127, 127).astype(np.int8)
    print(f"{np.count_nonzero(stored):,} weights", file=sys.stderr)
    Path(out).write_bytes(lzma.compress(stored.tobytes(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Compute ``ngrams.npz.xz``: how well Korean syllables follow one another, an n-gram model.

Usage: python build_ngrams.py OUT FILE[:SHARE]...

Every file is text with a paragraph or sentence a line. SHARE (default 1) is the part of the lines
that is counted: statutes are most of the bytes and repeat themselves. Blocks of 100 lines are drawn
by checksum: some are held out (``haedok.repair.splits``).

The model is interpolated Kneser-Ney with absolute discounts (Chen and Goodman 1999), of the orders
1 to 5, without the long n-grams that were seen too seldom. See ``haedok.repair.ngrams``.
"""

from __future__ import annotations

import io
import lzma
import math
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import ngrams
from haedok.repair.splits import split

LEAST = {4: 1, 5: 2}
"""How often an n-gram of that order must have been seen to be kept."""

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]


def training_lines(path: Path, share: float) -> Iterator[str]:
    """The lines that may be counted."""
    for at, line in enumerate(path.read_text("utf-8").splitlines()):
        if split(path.name, at) == "train" and zlib.crc32(line.encode()) % 1000 < 1000 * share:
            yield line


def windows(signs: Words, order: int) -> Words:
    """The hash of the ``order`` signs that end at each place, from place ``order - 1`` on."""
    return ngrams.hashes(signs, order)[order - 1 :]


class Seen(NamedTuple):
    """The n-grams of an order: sorted keys, where each one ends (first), how often it was seen."""

    keys: Words
    places: Places
    times: Places


class Smoothed(NamedTuple):
    """Log-probabilities of the n-grams of an order, and log-weights of backing off from them."""

    seen: Seen
    probability: Floats
    back: Floats


def main(out: str, *sources: str) -> None:
    """Count, smooth, prune, write."""
    parts = [np.zeros(ngrams.ORDER, np.uint64)]
    for source in sources:
        name, _, share = source.partition(":")
        for line in training_lines(Path(name), float(share or 1)):
            parts += [ngrams.signs(line), np.zeros(1, np.uint64)]
    signs = np.concatenate(parts)
    orders = smooth(signs)
    table: dict[str, NDArray[np.generic]] = {"unseen": np.array([unseen(signs)])}
    for n, (kept, order) in enumerate(zip(prune(signs, orders), orders, strict=True), 1):
        short = (order.seen.keys[kept] >> np.uint64(32)).astype(np.uint32)
        ranked = np.argsort(short, kind="stable")
        table[f"keys{n}"] = short[ranked]
        table[f"prob{n}"] = ngrams.quantise(order.probability[kept][ranked])
        table[f"back{n}"] = ngrams.quantise(order.back[kept][ranked])
    packed = io.BytesIO()
    np.savez(packed, **table)  # type: ignore[arg-type]  # takes arrays of any kind
    Path(out).write_bytes(lzma.compress(packed.getvalue(), preset=6))


def count(signs: Words, order: int) -> Seen:
    """All n-grams of an order."""
    keys, first, times = np.unique(windows(signs, order), return_index=True, return_counts=True)
    return Seen(keys, first + order - 1, times)


def continuations(signs: Words, order: int) -> tuple[Seen, Floats]:
    """The n-grams of an order; of all but the longest, by how many signs each is preceded."""
    seen = count(signs, order)
    if order == ngrams.ORDER:
        return seen, seen.times.astype(np.float64)
    longer = count(signs, order + 1).places
    ends = np.searchsorted(seen.keys, ngrams.hashes(signs, order)[longer])
    return seen, np.maximum(np.bincount(ends, minlength=len(seen.keys)), 1).astype(np.float64)


def discounts(times: Floats) -> Floats:
    """What is taken from each count: three discounts, by how often it is 1, 2, 3 and 4."""
    n1, n2, n3, n4 = (max(int((times == k).sum()), 1) for k in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    three = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
    taken = np.array([0.0, *np.clip(three, 0.1, 2.9)])
    return np.asarray(taken[np.minimum(times, 3).astype(int)])


def unseen(signs: Words) -> float:
    """Log-probability of a sign that was never seen."""
    _, times = continuations(signs, 1)
    return math.log(discounts(times).sum() / times.sum() / ngrams.SIGNS)


def smooth(signs: Words) -> list[Smoothed]:
    """Probabilities of all n-grams, order by order, and back-off weights of their contexts."""
    seen, times = continuations(signs, 1)
    taken = discounts(times)
    probability = (times - taken) / times.sum() + math.exp(unseen(signs))
    orders: list[Smoothed] = []
    for n in range(2, ngrams.ORDER + 1):
        longer, times = continuations(signs, n)
        taken = discounts(times)
        contexts, of = np.unique(
            ngrams.hashes(signs, n - 1)[longer.places - 1], return_inverse=True
        )
        total = np.bincount(of, weights=times)
        free = np.bincount(of, weights=taken) / total
        back = np.zeros(len(seen.keys))
        back[np.searchsorted(seen.keys, contexts)] = np.log(free)
        orders.append(Smoothed(seen, np.log(probability), back))
        ends = np.searchsorted(seen.keys, ngrams.hashes(signs, n - 1)[longer.places])
        probability = (times - taken) / total[of] + free[of] * probability[ends]
        seen = longer
    return [*orders, Smoothed(seen, np.log(probability), np.zeros(len(seen.keys)))]


def prune(signs: Words, orders: Sequence[Smoothed]) -> list[NDArray[np.bool_]]:
    """Which n-grams are kept; beginning and end of a kept one are kept as well."""
    kept: list[NDArray[np.bool_]] = []
    longer = np.zeros(0, np.int64)
    for n in range(ngrams.ORDER, 0, -1):
        seen = orders[n - 1].seen
        keep = seen.times >= LEAST.get(n, 1)
        keys = ngrams.hashes(signs, n)
        for places in (longer - 1, longer):
            keep[np.searchsorted(seen.keys, keys[places])] = True
        longer = seen.places[keep]
        kept.insert(0, keep)
    return kept


if __name__ == "__main__":
    main(*sys.argv[1:])

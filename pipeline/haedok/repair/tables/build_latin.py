"""Compute ``latin.tsv.xz`` and ``english.txt.xz``: what tells English from misread Hangul.

Usage: python build_latin.py OUT_DIR WORDLIST GARBLE TRUTH SOUND...

GARBLE is the output of a Latin OCR model over rendered Korean, TRUTH the text that was rendered
(both with a form feed after each page). SOUND are files of anything that is not damaged: prose,
references, code, URLs, formulas, tables. WORDLIST has an English word a line.

The model is logistic regression on letter n-grams, trained with AdaGrad (Duchi et al. 2011) and an
L2 penalty; rows are ``feature⇥weight × 100``. One sound line in ten (by checksum) is held out.
"""

from __future__ import annotations

import lzma
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from haedok.repair.latin import _WORD, features

MIN_COUNT = 5
EPOCHS, RATE, PENALTY = 5, 0.1, 1e-4


def sound_lines(paths: Iterable[str]) -> Iterator[str]:
    """Nine lines in ten of the sound files."""
    for path in paths:
        for line in Path(path).read_text("utf-8", errors="ignore").splitlines():
            if zlib.crc32(line.encode()) % 10 and not re.search("[가-힣]", line):
                yield line


def garbled_words(garble: str, truth: str) -> Iterator[str]:
    """Words of the misread pages that are not simply right: glosses and numbers survive."""
    pages = zip(
        Path(garble).read_text("utf-8").split("\f"),
        Path(truth).read_text("utf-8").split("\f"),
        strict=False,
    )
    for read, written in pages:
        right = set(_WORD.findall(written))
        yield from (word for word in _WORD.findall(read) if word not in right)


def train(
    words: list[str], labels: np.ndarray, weights: np.ndarray, listed: set[str]
) -> dict[str, float]:
    """Weights by feature."""

    def known(word: str) -> bool:
        bare = re.sub("['’]s$", "", word.strip(".,;:!?()[]\"'“”‘’"))
        return bare in listed or bare.lower() in listed

    rows = [list(features(word, known(word))) for word in words]
    seen = Counter(feature for row in rows for feature in set(row))
    index = {f: i for i, f in enumerate(f for f, n in sorted(seen.items()) if n >= MIN_COUNT)}
    data = [np.array([index[f] for f in row if f in index], dtype=np.int64) for row in rows]
    w, g, bias, g_bias = np.zeros(len(index)), np.full(len(index), 1e-6), 0.0, 1e-6
    rng = np.random.default_rng(1)
    for _ in range(EPOCHS):
        order = rng.permutation(len(words))
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            at = np.concatenate([data[i] for i in batch])
            who = np.repeat(np.arange(len(batch)), [len(data[i]) for i in batch])
            z = bias + np.bincount(who, w[at], len(batch))
            error = (1 / (1 + np.exp(-np.clip(z, -30, 30))) - labels[batch]) * weights[batch]
            touched, inverse = np.unique(at, return_inverse=True)
            gradient = np.bincount(inverse, error[who]) + PENALTY * len(batch) * w[touched]
            g[touched] += gradient**2
            w[touched] -= RATE * gradient / np.sqrt(g[touched])
            g_bias += error.sum() ** 2
            bias -= RATE * error.sum() / np.sqrt(g_bias)
    return {"#bias": bias, **{f: w[i] for f, i in index.items()}}


def main(out: str, wordlist: str, garble: str, truth: str, *sound: str) -> None:
    """Read, train, write."""
    listed = set(Path(wordlist).read_text("utf-8").split("\n"))
    good = [word for line in sound_lines(sound) for word in _WORD.findall(line)]
    good = [word for word, n in Counter(good).items() for _ in range(min(n, 20))]
    good += sorted(listed - {""})[::3]
    bad = list(garbled_words(garble, truth))
    labels = np.array([0.0] * len(good) + [1.0] * len(bad))
    weights = np.where(labels == 1, 1.0, 2 * len(bad) / len(good))
    print(len(good), "sound", len(bad), "garbled")
    table = train(good + bad, labels, weights, listed)
    rows = (f"{f}\t{round(100 * w)}\n" for f, w in sorted(table.items()) if abs(w) >= 0.03)
    Path(out, "latin.tsv.xz").write_bytes(lzma.compress("".join(rows).encode(), preset=9))
    bare = "\n".join(sorted(word for word in listed if "'" not in word))
    Path(out, "english.txt.xz").write_bytes(lzma.compress(bare.encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])

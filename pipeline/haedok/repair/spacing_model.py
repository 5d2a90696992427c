"""How likely a word space is between any two characters: a linear model of the letters around.

Logistic regression on the character n-grams that touch a boundary (after Lee and others' window
features for Korean word spacing), hashed into one table of small integers, so that a line costs a
few array operations. ``tables/build_spacing.py`` fits it on text without its spaces; it never sees
the spaces that stand in a line.
"""

from __future__ import annotations

import lzma
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BUCKETS = 1 << 22
WINDOWS: tuple[tuple[int, int], ...] = (
    *((at, 1) for at in range(-3, 3)),
    *((at, 2) for at in range(-3, 2)),
    *((at, 3) for at in range(-4, 2)),
    *((at, 4) for at in range(-4, 1)),
    *((at, 5) for at in range(-5, 1)),
    *((at, 6) for at in range(-4, -1)),
)
"""N-grams that are looked at: where they begin, counted from the boundary, and their length."""
PAD = 6
_DIGIT, _LATIN = ord("0"), ord("a")
STEP = 1 / 8
"""What one unit of the stored weights is worth, in nats."""


def codes(chars: str) -> Ints:
    """Code points, all digits as one and all Latin letters as one.

    >>> codes("핵3B").tolist() == [ord("핵"), ord("0"), ord("a")]
    True
    """
    points = np.frombuffer(chars.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    digit = (points >= 0x30) & (points <= 0x39)
    lower = points | 0x20
    latin = (lower >= 0x61) & (lower <= 0x7A)
    return np.where(digit, _DIGIT, np.where(latin, _LATIN, points))


def buckets(chars: str) -> Ints:
    """The features of every boundary inside a text without spaces: (boundaries, windows)."""
    padded = np.pad(codes(chars), PAD)
    inside = len(chars) - 1
    grams = _grams(padded)
    keyed = np.stack(
        [
            grams[length][PAD + 1 + at : PAD + 1 + at + inside] + number
            for number, (at, length) in enumerate(WINDOWS)
        ],
        axis=1,
    )
    return _mixed(keyed) & (BUCKETS - 1)


def _grams(padded: Ints) -> dict[int, Ints]:
    """A hash of the n-gram that begins at each place, by length."""
    found, current = {}, np.zeros(len(padded), dtype=np.int64)
    for length in range(1, PAD + 1):
        ahead = np.zeros_like(padded)
        ahead[: len(padded) + 1 - length] = padded[length - 1 :]
        current = _mixed(current * 31 + ahead + 1)
        found[length] = current
    return found


def _mixed(values: Ints) -> Ints:
    """Bits well stirred (the finaliser of Stafford's variant of MurmurHash3), positive."""
    bits = values.astype(np.uint64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((bits ^ (bits >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)


@cache
def weights() -> npt.NDArray[np.int8]:
    """One weight a bucket, in steps; the last is the bias."""
    packed = (files("haedok.repair") / "tables" / "spacing.i8.xz").read_bytes()
    return np.frombuffer(lzma.decompress(packed), dtype=np.int8)


def log_odds(chars: str) -> Floats:
    """Log-odds of a space at each of the ``len(chars) - 1`` boundaries of a text without spaces.

    >>> odds = log_odds("핵위협을강조하였다")
    >>> int(odds.argmax()), bool(odds[3] > 0)
    (3, True)
    """
    if len(chars) < 2:
        return np.zeros(0, dtype=np.float32)
    table = weights()
    total = table[buckets(chars)].sum(axis=1, dtype=np.int32) + table[-1].astype(np.int32)
    return np.asarray(total * STEP, dtype=np.float32)

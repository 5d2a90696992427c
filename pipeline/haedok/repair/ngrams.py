"""How well Korean signs follow one another: an n-gram model that is quick enough for a beam.

``tables/ngrams.npz`` is computed by ``tables/build_ngrams.py``: interpolated Kneser-Ney (Chen and
Goodman 1999) over single signs, orders 1 to 5. An n-gram is a hash of 32 bits; what was never seen
passes for something seen once in some thousand questions, which a probability of 8 bits hides.
"""

from __future__ import annotations

import io
import lzma
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

ORDER = 5
SIGNS = 12_000
"""More than there are signs: how many an unseen one competes with."""
STEP = 0.08
"""Nats of a step of the 8 bits that hold a log-probability."""
_BUCKETS = 20
"""Bits of a hash that tell where to look for it."""
_BUCKET_SHIFT = np.uint32(32 - _BUCKETS)
_LAST = np.uint32(0xFFFFFFFF)
"""Behind all hashes, so that a search ends."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLDS = (
    (re.compile("[0-9０-９]"), "0"),
    (re.compile("[A-Za-z]+"), "a"),
    (re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"), "字"),
    (re.compile("[“”„‟〃＂]"), '"'),
    (re.compile("[‘’‚‛′`´]"), "'"),
)
"""Signs that are all the same to the model; none of them is Hangul."""

Signs = NDArray[np.uint64]


def signs(text: str) -> Signs:
    """The text as numbers, one a sign; 0 is a line end. Runs of Latin letters are one sign.

    >>> signs("한 10년").tolist() == signs("한 24년").tolist()
    True
    """
    for pattern, fold in _FOLDS:
        text = pattern.sub(fold, text)
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)


def hashes(text: Signs, order: int) -> Signs:
    """The hash of the ``order`` signs that end at each place of the last axis."""
    *_, last = _sums(text, order)
    return _final(last)


def _sums(text: Signs, order: int) -> Iterator[Signs]:
    """What hashes of one sign, two signs and so on are made of; before the text are line ends."""
    total = np.zeros(text.shape, np.uint64)
    for back in range(order):
        mixed = _mixed(text + np.uint64((back << 32) + 1))
        nothing = _mixed(np.array([(back << 32) + 1], np.uint64))
        total[..., back:] += mixed[..., : max(0, text.shape[-1] - back)]
        total[..., :back] += nothing
        yield total


def _mixed(x: Signs) -> Signs:
    x = x * _MIX
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(32)
    return x


def _final(x: Signs) -> Signs:
    x = x * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def quantise(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Log-probabilities in 8 bits."""
    return np.clip(np.rint(-values / STEP), 0, 255).astype(np.uint8)


class Model:
    """Sorted hashes with their probability, and the weight of backing off from them."""

    def __init__(self, data: bytes) -> None:
        with np.load(io.BytesIO(data)) as table:
            self._keys = [np.append(table[f"keys{n}"], _LAST) for n in range(1, ORDER + 1)]
            self._prob = [_nats(table[f"prob{n}"]) for n in range(1, ORDER + 1)]
            self._back = [_nats(table[f"back{n}"]) for n in range(1, ORDER)]
            self._unseen = np.float32(table["unseen"][0])
        firsts = np.arange(1 << _BUCKETS, dtype=np.uint32) << _BUCKET_SHIFT
        self._starts = [np.searchsorted(keys, firsts) for keys in self._keys]

    def log_probabilities(self, text: Signs, first: int = 0) -> NDArray[np.float32]:
        """Natural log-probability of each sign given those before it, along the last axis.

        Signs are those of ``signs``; a 0 before the text stands for the beginning of a line. Those
        before ``first`` are context and not asked about.
        """
        width = text.shape[-1]
        total = np.full(text.size, self._unseen, np.float32)
        columns = np.arange(text.size) % width if width else np.zeros(0, np.int64)
        asked = np.flatnonzero(columns >= first - 1)
        always = np.flatnonzero(columns == first - 1)
        context = np.zeros(len(asked), np.float32)
        for n, sums in enumerate(_sums(text, ORDER)):
            place, found = self._find(n, _short(_final(sums.ravel()[asked])))
            total[asked] = np.where(found, self._prob[n][place], total[asked] + context)
            if n < ORDER - 1:  # only behind what is known is more known
                known = found & (columns[asked] >= first - 1) & (columns[asked] < width - 1)
                # the last sign of the context must be known with all before it
                asked = np.concatenate([asked[known] + 1, always])
                context = np.zeros(len(asked), np.float32)
                context[: len(asked) - len(always)] = self._back[n][place[known]]
        return total.reshape(text.shape)

    def _find(
        self, n: int, keys: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Places of n-grams in the table (somewhere, if not in it), and which are in it.

        Hashes are spread evenly: their first bits tell nearly where they stand.
        """
        place = self._starts[n][keys >> _BUCKET_SHIFT]
        held = self._keys[n][place]
        behind = np.flatnonzero(held < keys)
        while behind.size:
            place[behind] += 1
            held[behind] = self._keys[n][place[behind]]
            behind = behind[held[behind] < keys[behind]]
        return place, held == keys


def _short(keys: Signs) -> NDArray[np.uint32]:
    return (keys >> np.uint64(32)).astype(np.uint32)


def _nats(steps: NDArray[np.uint8]) -> NDArray[np.float32]:
    """With one more, for the end of the table."""
    return np.append(steps, np.uint8(0)).astype(np.float32) * np.float32(-STEP)


@cache
def model() -> Model:
    """The model that comes with the package."""
    return Model(
        lzma.decompress((files("haedok.repair") / "tables" / "ngrams.npz.xz").read_bytes())
    )

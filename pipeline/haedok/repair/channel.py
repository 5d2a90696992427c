"""What Tesseract's English model makes of a Korean word, learnt from simulation.

``tables/garbles.tsv.xz`` holds words and the garbles that several renderings of each gave
(``tables/build_garbles.py``). The chance of a garble given a word is a kernel estimate over them:
the mean of ``exp(-SHARPNESS × distance)``. The distance is half the edit distance of the strings
and half that of their folded shapes, because the engine wavers between look-alikes.
"""

from __future__ import annotations

import lzma
import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

SHARPNESS = 1.6
"""Nats per edit, fitted by the rank of the right word on held-out renderings."""
FOLD = str.maketrans(
    {
        **dict.fromkeys("|I1l!ji", "l"),
        **dict.fromkeys("oO0Qe", "o"),
        **dict.fromkeys(")]}>", "]"),
        **dict.fromkeys("([{<", "["),
        **dict.fromkeys("5S$s", "S"),
        **dict.fromkeys("FEP", "F"),
        **dict.fromkeys("8B&3g", "8"),
        **dict.fromkeys("AaRX4", "A"),
        **dict.fromkeys("¥79tfrT", "7"),
        **dict.fromkeys("=-~£", "="),
        **dict.fromkeys("cC¢Ge", "c"),
        **dict.fromkeys("HhNW", "H"),
        **dict.fromkeys("\"“”'‘’`", "'"),
    }
)


class Candidate(NamedTuple):
    """A word that a garble may be.

    ``distance`` is that of its nearest rendering, in edits; ``near`` of its ``renderings`` lie
    within one edit.
    """

    word: str
    log_likelihood: float
    distance: float
    near: int
    renderings: int


class Table(NamedTuple):
    """The renderings, row by row: garble, folded garble, and the number of its word."""

    words: tuple[str, ...]
    garbles: tuple[str, ...]
    folded: tuple[str, ...]
    owners: Any  # int array, one per garble
    sizes: Any  # float array, renderings per word


_OUTER = re.compile(r"^[\s\"“”'‘’(\[<«]*(.*?)[\s\"“”'‘’.,:;]*$", re.DOTALL)


def bare(garble: str) -> tuple[int, int]:
    """The part of a garble without quotes and stops around it, as ``(start, end)``.

    >>> bare("“3Zg,”"), bare("...")
    ((1, 4), (0, 0))
    """
    match = _OUTER.match(garble)
    assert match is not None  # the pattern matches every string
    start, end = match.span(1)
    return (start, end) if start < end else (0, 0)


@cache
def table(kind: str = "", split: bool = False) -> Table:
    """The renderings of one kind, those in one piece or those ``split`` by a space.

    Kinds are whole words (``""``), particles behind a gloss (``~``), numbers with what counts them
    (``#``).
    """
    import numpy as np  # noqa: PLC0415  (kept out of start-up)

    rows = [row for row in _rows() if _kind(row[0]) == kind]
    garbles: list[str] = []
    owners: list[int] = []
    for at, (_, _, *renderings) in enumerate(rows):
        kept = [garble for garble in renderings if (" " in garble) == split]
        garbles += kept
        owners += [at] * len(kept)
    return Table(
        tuple(row[0] for row in rows),
        tuple(garbles),
        tuple(garble.translate(FOLD) for garble in garbles),
        np.array(owners, dtype=int),
        np.array([len(row) - 2 for row in rows], dtype=float),
    )


def _kind(word: str) -> str:
    return next((mark for mark in "~#" if mark in word), "")


@cache
def _rows() -> tuple[list[str], ...]:
    raw = (files("haedok.repair") / "tables" / "garbles.tsv.xz").read_bytes()
    return tuple(row.split("\t") for row in lzma.decompress(raw).decode().splitlines())


@cache
def shares() -> dict[str, float]:
    """Each word's share of running text."""
    return {word: float(share) for word, share, *_ in _rows()}


@lru_cache(maxsize=16384)
def nearest(garble: str, limit: int = 20, kind: str = "") -> tuple[Candidate, ...]:
    """The words that best explain a garble, best first; log-likelihoods are natural.

    Words without a rendering nearby are left out, so the answer may be empty. The words of kind
    ``~`` and ``#`` keep their mark.
    """
    import numpy as np  # noqa: PLC0415

    rows = table(kind, " " in garble)
    if not rows.garbles:
        return ()
    plain = _distances(garble, rows.garbles)
    distances = (plain + _distances(garble.translate(FOLD), rows.folded)) / 2
    kernel = np.exp(-SHARPNESS * distances)
    mass = np.bincount(rows.owners, weights=kernel, minlength=len(rows.words))
    # One rendering more than there are: a word seen once is not as well known as one seen often.
    likelihood = mass / (rows.sizes + 1.0)
    order = np.argsort(-likelihood, kind="stable")[:limit]
    return tuple(
        _candidate(rows, int(at), float(likelihood[at]), distances[rows.owners == at])
        for at in order
        if likelihood[at] > math.exp(-SHARPNESS * len(garble))
    )


def _candidate(rows: Table, at: int, likelihood: float, distances: Any) -> Candidate:
    return Candidate(
        rows.words[at],
        math.log(likelihood),
        float(distances.min()),
        int((distances <= 1.0).sum()),
        len(distances),
    )


def _distances(garble: str, others: Sequence[str]) -> Any:
    import numpy as np  # noqa: PLC0415
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415
    from rapidfuzz.process import cdist  # noqa: PLC0415

    return cdist([garble], others, scorer=Levenshtein.distance, dtype=np.int32)[0].astype(float)

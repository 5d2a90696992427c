"""From the net's probabilities to confidences that mean what they say.

For each class of characters a table of few rows (probability, share that is right), rising, and in
between a straight line along the log-odds; fitted on lines held out from training by isotonic
regression (pool adjacent violators; Zadrozny and Elkan 2002). Without a table, a probability stays
as it is.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import itemgetter
from pathlib import Path

import msgspec
import numpy as np
from rapidfuzz.distance import Levenshtein

from haedok.recognize.own.alphabet import HANJA, is_syllable, kind

KNOTS = 16
"""Rows of a table at most."""
_LEAST = 1e-4
"""Probabilities nearer to 0 or 1 than this are all the same."""

Table = tuple[tuple[float, float], ...]
Sample = tuple[str, float, bool]
"""A character read, its probability, and whether it is right."""


class Calibration(msgspec.Struct, frozen=True):
    """A table for each class of characters (see `character_class`)."""

    tables: dict[str, Table] = {}

    def __call__(self, character: str, probability: float) -> float:
        """How often a character read with that probability is right."""
        table = self.tables.get(character_class(character))
        if not table:
            return probability
        at = bisect(table, probability, key=itemgetter(0))
        if at in (0, len(table)):
            return table[max(at - 1, 0)][1]
        (before, low), (behind, high) = table[at - 1 : at + 1]
        left, right = _log_odds(before), _log_odds(behind)
        share = (_log_odds(probability) - left) / max(right - left, 1e-9)
        return low + share * (high - low)


def character_class(character: str) -> str:
    """``space``, ``nothing``, ``hangul``, ``hanja``, ``letter`` (and digits), or ``sign``.

    >>> [character_class(each) for each in ("", " ", "각", "國", "a", "·")]
    ['nothing', 'space', 'hangul', 'hanja', 'letter', 'sign']
    """
    if not character:
        return "nothing"
    if character == " ":
        return "space"
    if is_syllable(character):
        return "hangul"
    if kind(character) == HANJA:
        return "hanja"
    return "letter" if character.isalnum() else "sign"


@cache
def shipped() -> Calibration:
    """The tables that come with the model."""
    path = files("haedok") / "recognize" / "own" / "weights" / "calibration.json"
    return (
        msgspec.json.decode(path.read_bytes(), type=Calibration)
        if path.is_file()
        else Calibration()
    )


def judged(read: Sequence[tuple[str, float]], truth: str) -> list[Sample]:
    """Which characters of a line are right, by the least edits that lead to the truth.

    Args:
        read: the line's characters with their probability, spaces too, nothing left out.
        truth: the line as `alphabet.written` writes it.
    """
    blocks = Levenshtein.editops(truth, "".join(text for text, _ in read)).as_matching_blocks()
    right = {block.b + index for block in blocks for index in range(block.size)}
    return [(text, p, index in right) for index, (text, p) in enumerate(read)]


def fit(samples: Iterable[Sample]) -> Calibration:
    """Tables from characters whose truth is known."""
    classes: dict[str, list[tuple[float, bool]]] = {}
    for character, probability, right in samples:
        classes.setdefault(character_class(character), []).append((probability, right))
    return Calibration({name: _table(sorted(rows)) for name, rows in sorted(classes.items())})


def save(calibration: Calibration, path: Path) -> None:
    """Write the tables where `shipped` looks for them."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(calibration), indent=1) + b"\n")


def expected_error(samples: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over bins of equal width."""
    confidence = np.array([each for each, _ in samples])
    right = np.array([each for _, each in samples], np.float64)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(number, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / max(1, len(samples)))


def _table(rows: Sequence[tuple[float, bool]]) -> Table:
    """Bins with equally many samples on the log-odds, made to rise."""
    pools: list[tuple[float, float, float]] = []  # samples, log-odds × samples, right
    for part in _doubtful_first(rows):
        pool = (
            float(len(part)),
            sum(_log_odds(probability) for probability, _ in part),
            float(sum(right for _, right in part)),
        )
        pools.append(pool)
        while len(pools) > 1 and _rate(pools[-1]) <= _rate(pools[-2]):
            last = pools.pop()
            pools[-1] = (
                pools[-1][0] + last[0],
                pools[-1][1] + last[1],
                pools[-1][2] + last[2],
            )
    return tuple(
        (round(1 / (1 + math.exp(-odds / n)), 6), round(_rate((n, odds, right)), 6))
        for n, odds, right in pools
    )


def _doubtful_first(rows: Sequence[tuple[float, bool]]) -> Iterable[Sequence[tuple[float, bool]]]:
    """Bins halved towards the sure end, where most samples are: doubt needs its own rows."""
    bounds = {round(len(rows) * share) for share in np.geomspace(1 / 256, 1, KNOTS)} - {0}
    start = 0
    for end in sorted(bounds):
        yield rows[start:end]
        start = end


def _rate(pool: tuple[float, float, float]) -> float:
    """Share that is right, drawn a little towards one half where there are few samples."""
    return (pool[2] + 0.5) / (pool[0] + 1)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))

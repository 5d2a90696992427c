"""What a Korean model makes of Latin letters: ``balance of terror`` → ``686140406 0 (6007``.

Each letter becomes no sign, one or two (a string channel with deletions and insertions, Ristad and
Yianilos 1998); how often, says ``tables/latin_digits.tsv``, which ``tables/build_latin_digits.py``
computes from glosses that were printed and read. Spaces are not looked at: the model sets them as
it likes.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import NamedTuple

MEMORY = 3.0
"""As many sightings as the signs in general weigh beside those of one letter."""
UNSEEN = 64
"""More than the signs of the table: how many an unseen one competes with."""


class Channel(NamedTuple):
    """Chances that a letter gives so many signs, and counts of the signs."""

    lengths: dict[str, tuple[float, float, float]]
    signs: dict[str, Counter[str]]
    all: Counter[str]


@cache
def _channel() -> Channel:
    table = (files("haedok.repair") / "tables" / "latin_digits.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return channel({(letter, read): float(count) for letter, read, count in rows})


def channel(counts: dict[tuple[str, str], float]) -> Channel:
    """From counts of (letter, what it was read as: none, one or two signs)."""
    seen: dict[str, list[float]] = {}
    signs: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for (letter, read), count in counts.items():
        seen.setdefault(letter, [1.5, 7.0, 1.0])[len(read)] += count
        for sign in read:
            signs.setdefault(letter, Counter())[sign] += count  # type: ignore[assignment]
            total[sign] += count  # type: ignore[assignment]
    lengths = {a: (n[0] / sum(n), n[1] / sum(n), n[2] / sum(n)) for a, n in seen.items()}
    return Channel(lengths, signs, total)


def fits(latin: str, read: str) -> float:
    """How much better (nats) a reading is explained by these letters than by Latin ones at large.

    >>> fits("balance of terror", "686140406 0 (6007") > 0 > fits("population", "686140406 0 (6007")
    True
    """
    known = _channel()
    letters = [char for char in latin.lower() if char.isalpha()]
    signs = [sign for sign in read if not sign.isspace()]
    if not letters or not signs:
        return -math.inf
    chance = likelihood(letters, signs, known)
    return math.log(chance or 1e-300) - sum(math.log(_share(sign, known.all)) for sign in signs)


def likelihood(letters: list[str], signs: list[str], known: Channel) -> float:
    """The chance that the letters are read as these signs, over all ways to align them."""
    row = [1.0] + [0.0] * len(signs)
    for letter in letters:
        none, one, two = known.lengths.get(letter, (0.15, 0.75, 0.1))
        counts = known.signs.get(letter, Counter())
        weight = counts.total() + MEMORY
        says = [(counts[s] + MEMORY * _share(s, known.all)) / weight for s in signs]
        following = [row[0] * none]
        for at in range(1, len(signs) + 1):
            chance = row[at] * none + row[at - 1] * one * says[at - 1]
            if at > 1:
                chance += row[at - 2] * two * says[at - 2] * says[at - 1]
            following.append(chance)
        row = following
    return row[-1]


def _share(sign: str, total: Counter[str]) -> float:
    return (total[sign] + 0.5) / (total.total() + 0.5 * UNSEEN)

"""Damage to learn from: syllables misread as an engine does, spaces lost, invented and unknown.

Rates differ from window to window and are often 0. What is known of a rate goes into the loss as
an offset: the net learns the odds that the channel will add its own knowledge to.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from haedok.hangul import IN_USE
from haedok.repair import confusion
from haedok.repair.korean_signs import (
    BLOT,
    BREAK,
    EDGE,
    FIRST_SYLLABLE,
    NO_SYLLABLE,
    NONE,
    OTHER,
    RARE,
    SIGNS,
    SPACE,
    UNKNOWN,
    parts,
    size,
)
from haedok.train.korean.material import Flags, Rng, Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SOUND, MOST_MISREAD = 0.35, 0.08
"""Share of the windows without a misread syllable; rate of the worst."""
UNPRINTABLE = 0.4
"""Share of the others that come from an engine that cannot print every syllable."""
DAMPED = 0.5
"""Power of how often a syllable is misread: unknown faces have habits of their own."""
TO_SIGNS = 0.04
"""Share of the misread syllables that are read as a sign, a digit or a letter."""
BLOTTED, BLOTS = 0.5, 0.09
"""Share of the windows with unreadable characters, and of those in them: context must tell."""
CLEAN_ASKED = 0.12
"""Share of the sound signs that are asked about; each stands for the others, too."""
HIDDEN, PARTLY = 0.22, 0.15
"""Shares of the windows that show no spaces, or some; the others show all, damaged or not."""
MASKED = 0.15
"""Share of the boundaries that are unknown where all are shown."""
BROKEN, SHORTEST, LONGEST = 0.4, 16, 48
"""Share of the windows that are parted into printed lines, and how many characters those have."""
EVERYWHERE = 0.25
"""Share of the windows where spaces are invented beside signs, too, not only between syllables."""


class Batch(NamedTuple):
    """What the net sees and what it should say; B windows of T characters."""

    signs: Ints
    """B × T × 4"""
    states: Ints
    """B × T + 1: of the boundaries before, between and behind."""
    spaces: Floats
    """B × T − 1: 1 for a space."""
    offsets: Floats
    """B × T − 1: what a channel that knows the rates adds to the log-odds."""
    asked: Flags
    """B × T − 1: boundaries that count."""
    places: Ints
    """N: places (row × T + column) of syllables that are asked about."""
    printed: Ints
    """N: which syllable (an output), or none, was printed there."""
    weights: Floats
    """N: how many places each stands for."""


class _Habits(NamedTuple):
    """By printed syllable: chance of being misread, engine's reading (cumulative)."""

    rate: Floats
    printable: Flags
    read: Ints
    chances: Floats


@cache
def _habits() -> _Habits:
    known = {syllable: at for at, syllable in enumerate(IN_USE)}
    rows: list[list[tuple[float, int]]] = [[] for _ in known]
    for read, at in known.items():
        for written, odds in confusion.origins(read):
            if written in known:
                rows[known[written]].append((float(np.exp(odds)), at))
    most = max(map(len, rows))
    read_as = np.zeros((len(rows), most), np.int64)
    chances = np.ones((len(rows), most))
    rate = np.zeros(len(rows))
    for at, found in enumerate(rows):
        if found:
            weights, names = (np.array(column) for column in zip(*found, strict=True))
            rate[at] = min(1.0, weights.sum())
            read_as[at, : len(found)] = names
            chances[at, : len(found)] = np.cumsum(weights) / weights.sum()
    shown = np.array([syllable in confusion.printable() for syllable in known])
    return _Habits(rate, shown, read_as, chances)


@cache
def _letters() -> Ints:
    """The letters of each sign number (size, 3)."""
    points = np.zeros(size(), np.int64)
    points[FIRST_SYLLABLE:] = [ord(syllable) for syllable in IN_USE]
    return parts(points)


def spoil(windows: Windows, rng: Rng) -> Batch:
    """Damage windows of sound text."""
    read, places, printed, weights = _misread(windows.chars, rng)
    states, offsets, asked = _respaced(windows, rng)
    return Batch(
        read,
        states,
        windows.spaces[:, :-1].astype(np.float64),
        offsets,
        asked,
        places,
        printed,
        weights,
    )


def _misread(chars: Ints, rng: Rng) -> tuple[Ints, Ints, Ints, Floats]:
    """Signs as read; places to ask about, what was printed there, how much each weighs."""
    own = chars[:, :, 0]
    count = len(own)
    habits = _habits()
    output = own - FIRST_SYLLABLE
    syllable = output >= 0
    safe = np.where(syllable, output, 0)
    known = syllable & (habits.rate[safe] > 0)
    share = MOST_MISREAD * rng.random((count, 1)) ** 1.5 * (rng.random((count, 1)) > SOUND)
    often = habits.rate[safe] ** DAMPED
    often = often / max(float(often[known & habits.printable[safe]].mean()), 1e-9)
    always = (share > 0) & (rng.random((count, 1)) < UNPRINTABLE) & ~habits.printable[safe]
    wrong = known & (always | (rng.random(own.shape) < np.minimum(share * often, 0.5)))
    new = own.copy()
    at = safe[wrong]
    pick = (habits.chances[at] < rng.random((len(at), 1))).sum(axis=1)
    new[wrong] = FIRST_SYLLABLE + habits.read[at, np.minimum(pick, habits.read.shape[1] - 1)]
    signs = wrong & (rng.random(own.shape) < TO_SIGNS)
    new[signs] = rng.integers(OTHER + 1, OTHER + 1 + len(SIGNS), size=int(signs.sum()))
    blot = (rng.random((count, 1)) < BLOTTED) & (rng.random(own.shape) < BLOTS) & syllable
    new[blot] = BLOT
    touched = wrong | blot
    clean = (own >= RARE) & ~touched & (rng.random(own.shape) < CLEAN_ASKED)
    read = np.concatenate(
        [new[:, :, None], np.where((new == own)[:, :, None], chars[:, :, 1:], _letters()[new])], 2
    )
    places = np.flatnonzero(touched | clean)
    weights = np.where(touched.ravel()[places], 1.0, 1 / CLEAN_ASKED)
    outputs = np.where(syllable, output, NO_SYLLABLE)
    return read, places, outputs.ravel()[places], weights


def _respaced(windows: Windows, rng: Rng) -> tuple[Ints, Floats, Flags]:
    """States, offsets and what counts (see ``Batch``)."""
    spaces, ends = windows.spaces[:, :-1], windows.ends[:, :-1]
    hangul = windows.chars[:, :, 1] < 19
    both = hangul[:, :-1] & hangul[:, 1:]
    count = len(spaces)
    kind = rng.random((count, 1))
    hidden, partly = kind < HIDDEN, (kind >= HIDDEN) & (kind < HIDDEN + PARTLY)
    lost, invented = _lost_rates(count, rng), _invented_rates(count, rng)
    may = both | (rng.random((count, 1)) < EVERYWHERE)
    invent = np.where(may, invented, 0.0)
    dice = rng.random(spaces.shape)
    seen = np.where(spaces, dice >= lost, dice < invent)
    with np.errstate(divide="ignore", invalid="ignore"):
        if_space = np.log((1 - lost) / invent)
        if_none = np.log(lost / (1 - invent))
    offsets = np.where(seen, if_space, if_none)
    states = np.where(seen, SPACE, NONE)
    keep_space, keep_none = rng.random((count, 1)), rng.random((count, 1))
    keep_none = keep_none * (rng.random((count, 1)) < 0.7)
    with np.errstate(divide="ignore"):
        if_hidden = np.log((1 - keep_space) / (1 - keep_none))
    shown = rng.random(spaces.shape) < np.where(spaces, keep_space, keep_none)
    masked = hidden | (partly & ~shown) | (~hidden & ~partly & (rng.random(spaces.shape) < MASKED))
    states = np.where(masked, UNKNOWN, np.where(partly, np.where(spaces, SPACE, NONE), states))
    offsets = np.where(masked, np.where(partly, if_hidden, 0.0), offsets)
    told = masked | (~partly & np.isfinite(offsets))
    breaks = _breaks(spaces.shape, rng)
    states = np.where(breaks, BREAK, states)
    offsets = np.where(breaks | ~told, 0.0, offsets)
    states = np.where(ends, EDGE, states)
    outside = np.full((count, 1), EDGE)
    return (
        np.concatenate([outside, states, outside], axis=1).astype(np.int64),
        offsets,
        windows.asked[:, :-1] & ~ends & (told | breaks),
    )


def _lost_rates(count: int, rng: Rng) -> Floats:
    kind = rng.random((count, 1))
    some = rng.random((count, 1)) ** 1.3
    return np.where(kind < 0.35, 0.0, np.where(kind < 0.5, 1.0, some))


def _invented_rates(count: int, rng: Rng) -> Floats:
    kind = rng.random((count, 1))
    some = rng.random((count, 1)) ** 2
    return np.where(kind < 0.45, 0.0, np.where(kind < 0.55, 1.0, some))


def _breaks(shape: tuple[int, ...], rng: Rng) -> Flags:
    """Ends of printed lines of equal length, in some windows."""
    count, length = shape
    measure = rng.integers(SHORTEST, LONGEST + 1, size=(count, 1))
    first = rng.integers(0, LONGEST, size=(count, 1))
    broken = rng.random((count, 1)) < BROKEN
    return np.asarray(broken & ((np.arange(length) + first) % measure == 0))

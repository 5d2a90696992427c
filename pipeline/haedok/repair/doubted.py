"""Signs that may have been others: what the net that reads Korean from both sides doubts.

The net (``korean_net``) hears a line once and says of every sign how likely another was printed
there; and which, where the n-gram model did not expect the sign either. It knows what an engine
takes for what, and what stands around.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import korean_net, lexicon
from haedok.repair.korean_net import NEVER, Flags
from haedok.repair.korean_signs import NO_SYLLABLE, number, shown, solid
from haedok.repair.line_context import Lines, Place

DOUBTED = -7.5
"""Log-odds of being misread from which a sign is looked at."""
SEEN = 6
"""Signs of the lines before and behind that the net sees."""
BOUNDS = -6.0, 8.0
"""Of log-odds of a sign that nothing is done about."""
CALM = 0.1, 8.0
"""Before anything is read of a line, so many of so many signs were misread."""

Floats = NDArray[np.float64]


class Doubt(NamedTuple):
    """A sign of a text that may have been another: the net's log-odds, and those of each sign."""

    at: int
    log_odds: float
    gains: NDArray[np.float32]
    """Nats by which each syllable was likelier printed than what was read."""


class Doubted(NamedTuple):
    """What the net doubts of a line: signs, and by offset the chance of being misread."""

    doubts: tuple[Doubt, ...]
    chances: Floats

    def left(self, start: int, end: int, changed: Iterable[int]) -> float:
        """Log-odds of the most doubted sign of a word, but for those that are ``changed``."""
        chances = self.chances[start:end].copy()
        chances[list(changed)] = 0.0
        most = float(chances.max(initial=0.0))
        return float(np.clip(np.log(max(most, 1e-9) / max(1 - most, 1e-9)), *BOUNDS))

    def unrest(self, start: int, end: int) -> float:
        """Log of the share of misread signs outside of a word."""
        others = self.chances.sum() - self.chances[start:end].sum()
        asked = (self.chances > 0).sum() - (self.chances[start:end] > 0).sum()
        return float(np.log((others + CALM[0]) / (asked + CALM[1])))


def doubts(places: Sequence[Place], lines: Lines) -> Iterator[Doubted]:
    """What the net doubts of each of some lines, where the n-gram model did not expect it.

    All signs are weighed, but of those alone, and of marks, is it asked what was printed.
    """
    odd = lines.odd(places)
    starts = [max(0, place.first - SEEN) for place in places]
    texts = [p.text[start : p.last + SEEN] for start, p in zip(starts, places, strict=True)]
    offsets = [start + solid(text) for start, text in zip(starts, texts, strict=True)]
    heard = [korean_net.Line(*shown(text)) for text in texts]
    inside = [(at >= p.first) & (at < p.last) for at, p in zip(offsets, places, strict=True)]
    asked = [
        within & (odd[where[at]] | ~_hangul(line.chars))
        for within, where, at, line in zip(inside, lines.at, offsets, heard, strict=True)
    ]
    answers = korean_net.doubted(heard, asked, DOUBTED)
    for place, at, within, line, told in zip(places, offsets, inside, heard, answers, strict=True):
        chances = np.zeros(len(place.text))
        chances[at[within]] = 1 / (1 + np.exp(-told.log_odds[within]))
        found = (
            Doubt(int(at[where]), float(told.log_odds[where]), _gains(line.chars[where], logs))
            for where, logs in zip(told.at.tolist(), told.logs, strict=True)
        )
        yield Doubted(tuple(found), chances)


def _hangul(chars: str) -> Flags:
    return np.array([lexicon.is_syllable(char) for char in chars], np.bool_)


def _gains(sign: str, logs: NDArray[np.float32]) -> NDArray[np.float32]:
    at = number(sign)
    gains = np.asarray(logs[:NO_SYLLABLE] - logs[NO_SYLLABLE if at is None else at])
    if at is not None:
        gains[at] = NEVER
    return gains

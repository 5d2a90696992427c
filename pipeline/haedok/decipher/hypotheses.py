"""Texts that a beam is writing or has written, and the lattice that they make together.

When two texts end alike and look at the same garble, what follows is as likely after the one as
after the other. The beam goes on with the better one and remembers the other as its rival, as a
decoder of speech does that makes a lattice (Ortmanns, Ney and Aubert 1997). At the end, each way
back through the lattice is a text.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from haedok.decipher import alphabet
from haedok.decipher.expect import Place


class Hypothesis(NamedTuple):
    """A text for a line.

    Attributes:
        text: what the line may have said.
        score: all judges together, in nats.
        network: the network's log-probability of each sign and of the end.
        language: the n-gram model's, of each sign.
        places: per sign, the garble sign that the network looked at most.
        ctc: CTC's log-probability of the text.
        bonus: what its expected words earned.
        signs: what CTC, which does not know the rest of the text, thinks of each sign.
    """

    text: str
    score: float
    network: tuple[float, ...]
    language: tuple[float, ...]
    places: tuple[int, ...]
    ctc: float = 0.0
    bonus: float = 0.0
    signs: tuple[float, ...] = ()


class Open(NamedTuple):
    """A hypothesis that goes on.

    ``ctc`` is CTC's log-probability of all texts that begin so; ``rivals`` are the hypotheses that
    it was preferred to on its way.
    """

    numbers: tuple[int, ...]
    score: float
    network: tuple[float, ...]
    language: tuple[float, ...]
    places: tuple[int, ...]
    word: Place
    bonus: float
    ctc: float = 0.0
    rivals: tuple[Rival, ...] = ()

    @property
    def signs(self) -> int:
        """How many signs are written."""
        return len(self.places)


class Rival(NamedTuple):
    """A hypothesis, and that to which it lost as it was then: signs, score, bonus."""

    loser: Open
    signs: int
    score: float
    bonus: float


def rival(loser: Open, winner: Open) -> Rival:
    """The loser of two that end alike."""
    return Rival(loser, winner.signs, winner.score, winner.bonus)


Ended = tuple[Hypothesis, tuple[Rival, ...]]
"""A whole text, with the rivals of its beginnings."""


def unfolded(ended: Iterable[Ended], limit: int) -> list[Hypothesis]:
    """The best texts of a lattice, best first; of equal ones the best."""
    order = count()  # equal scores are not to compare texts
    heap: list[tuple[float, int, Hypothesis, tuple[Rival, ...], Rival | None]] = [
        (-whole.score, next(order), whole, rivals, None) for whole, rivals in ended
    ]
    heapq.heapify(heap)
    found: dict[str, Hypothesis] = {}
    while heap and len(found) < limit:
        _, _, whole, rivals, other = heapq.heappop(heap)
        if other is not None:
            whole, rivals = _spliced(whole, other), other.loser.rivals
        if whole.text in found:
            continue
        found[whole.text] = whole
        for each in rivals:
            score = whole.score - each.score + each.loser.score
            heapq.heappush(heap, (-score, next(order), whole, (), each))
    return list(found.values())


def _spliced(whole: Hypothesis, other: Rival) -> Hypothesis:
    """A text with its beginning replaced by a rival's."""
    loser, signs, score, bonus = other
    looked = (*loser.places, *whole.places[signs - 1 :])
    return Hypothesis(
        alphabet.spelt(list(loser.numbers)) + whole.text[signs:],
        whole.score - score + loser.score,
        loser.network + whole.network[signs:],
        loser.language + whole.language[signs:],
        looked[1:],
        bonus=whole.bonus - bonus + loser.bonus,
    )

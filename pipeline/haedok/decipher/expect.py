"""Words that a document is expected to use, as a tree that a beam walks along as it spells.

Contextual biasing as in speech recognition (Zhao et al. 2019, Interspeech): each sign of an
expected word earns its share of the word's bonus, and what was earned is given back when the word
is left before its end. What follows a word (endings, particles) is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class _Node:
    """``best``: the largest bonus a sign of any word below; ``whole``: of a word ending here."""

    __slots__ = ("best", "next", "whole")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.best = 0.0
        self.whole: float | None = None


class Place(NamedTuple):
    """Where a beam is in the tree, and what it earned that it owes until the word ends.

    ``node`` is None within a word that is not expected.
    """

    node: _Node | None
    owed: float


class Expected:
    """Expected words and their bonus, in nats a sign."""

    def __init__(self, words: Mapping[str, float]) -> None:
        self._root = _Node()
        for word, bonus in words.items():
            node = self._root
            for sign in word:
                node = node.next.setdefault(sign, _Node())
                node.best = max(node.best, bonus)
            node.whole = max(node.whole or 0.0, bonus)
        self.start = Place(self._root, 0.0)

    def after(self, place: Place, sign: str) -> tuple[Place, float]:
        """The place after one more sign, and what it earns (or gives back, below 0).

        Words begin behind anything that is no Hangul.

        >>> words = Expected({"핵무기": 1.0})
        >>> place, earned = words.start, []
        >>> for sign in "핵무기를 핵을":
        ...     place, gain = words.after(place, sign)
        ...     earned.append(gain)
        >>> earned
        [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, -1.0]
        """
        if not "가" <= sign <= "힣":
            return self.start, 0.0 - place.owed
        if place.node is None:
            return place, 0.0
        node = place.node.next.get(sign)
        if node is None:
            return Place(None, 0.0), 0.0 - place.owed
        if node.whole is not None:
            return Place(node, 0.0), node.best
        return Place(node, place.owed + node.best), node.best

    def unfinished(self, place: Place) -> float:
        """What a beam gives back that ends here."""
        return place.owed

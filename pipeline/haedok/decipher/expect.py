"""Words that a document is expected to use, as a tree that a beam walks along as it spells.

The network learnt how often words are in its training text; a document has its own words. By Bayes'
rule a word whose share of the document is r and of the training text p is worth log(1 + r / p) nats
more than the network says. In a beam the bonus has to come early: what is written of a word so far
is worth what all expected words that begin so are worth together (look-ahead, as in speech
recognition: Ortmanns et al. 1996; contextual biasing: Zhao et al. 2019), and what was earned is
given back when no word is finished. What follows a word (endings, particles) is nobody's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.decipher import alphabet
from haedok.repair import ngrams

STRENGTH = 1.3
"""What a nat of Bayes' rule counts for: CTC and the n-gram model expect words as the decoder does,
and what they say is to be corrected, too. With more, common names drive other words out."""
MOST = 14.0
"""The most that a word may earn, in nats."""
Followers = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Signs that go on with an expected word (their numbers), and what each is worth so far."""


class _Node:
    """``bonus``: of what is spelt so far; ``whole``: whether a word ends here."""

    __slots__ = ("bonus", "followers", "next", "share", "whole")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.share = 0.0
        self.bonus = 0.0
        self.whole = False
        self.followers: Followers | None = None


class Place(NamedTuple):
    """Where a beam is in the tree: what it earned there, and what of it is earned for good.

    ``node`` is None within a word that is not expected.
    """

    node: _Node | None
    earned: float = 0.0
    kept: float = 0.0


class Expected:
    """Expected words and the share of the document's words that each may have, 0…1."""

    def __init__(self, words: Mapping[str, float], strength: float = STRENGTH) -> None:
        self._root = _Node()
        for word, share in words.items():
            node = self._root
            for sign in word:
                node = node.next.setdefault(sign, _Node())
                node.share += share
            node.whole = True
        every = tuple(words)
        usual = {
            word[: end + 1]: chance
            for word, chances in zip(every, beginnings(every), strict=True)
            for end, chance in enumerate(chances)
        }
        self._weigh(self._root, "", usual, strength)
        self.start = Place(self._root)

    def _weigh(self, node: _Node, spelt: str, usual: Mapping[str, float], strength: float) -> None:
        for sign, below in node.next.items():
            told = np.logaddexp(0.0, math.log(below.share) - usual[spelt + sign])
            below.bonus = min(MOST, strength * float(told))
            self._weigh(below, spelt + sign, usual, strength)
        if node.next:
            numbers = np.array(alphabet.korean_numbers("".join(node.next)))
            worth = np.array([below.bonus for below in node.next.values()], np.float32)
            node.followers = (numbers, worth)

    def after(self, place: Place, sign: str) -> tuple[Place, float]:
        """The place after one more sign, and what it earns (or gives back, below 0).

        Words begin behind anything that is no Hangul.

        >>> words = Expected({"핵무기": 0.01})
        >>> place, earned = words.start, []
        >>> for sign in "핵무기를 핵을":
        ...     place, gain = words.after(place, sign)
        ...     earned.append(gain)
        >>> earned[0] > 1, round(sum(earned[:3]), 3) == round(words.worth("핵무기"), 3)
        (True, True)
        >>> earned[3:5], earned[6] == -earned[5]
        ([0.0, 0.0], True)
        """
        if not "가" <= sign <= "힣":
            return self.start, place.kept - place.earned
        node = place.node and place.node.next.get(sign)
        if node is None:
            return Place(None), place.kept - place.earned
        kept = node.bonus if node.whole else place.kept
        return Place(node, node.bonus, kept), node.bonus - place.earned

    def unfinished(self, place: Place) -> float:
        """What a beam gives back that ends here."""
        return place.earned - place.kept

    def followers(self, place: Place) -> Followers | None:
        """Signs that go on with an expected word, and how much better each fares than any other."""
        if place.node is None or place.node.followers is None:
            return None
        numbers, worth = place.node.followers
        return numbers, worth - np.float32(place.kept)

    def worth(self, word: str) -> float:
        """What a word earns, with whatever follows the expected one in it."""
        place, kept = self.start, 0.0
        for sign in word:
            place, _ = self.after(place, sign)
            if place.node is None:
                break
            kept = place.kept
        return kept


def beginnings(words: Sequence[str]) -> list[tuple[float, ...]]:
    """How usual it is in general text that a word begins with each beginning of some words.

    Returns:
        Per word, the natural log-probability of its first sign, its first two, and so on.
    """
    if not words:
        return []
    longest = max(map(len, words)) + 1
    text = np.zeros((len(words), longest), np.uint64)
    for row, word in zip(text, words, strict=True):
        row[: len(word) + 1] = ngrams.signs(" " + word)
    told = ngrams.model().log_probabilities(text, 1)[:, 1:].cumsum(-1)
    return [tuple(row[: len(word)].tolist()) for row, word in zip(told, words, strict=True)]

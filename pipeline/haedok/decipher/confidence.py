"""How sure a word is: the chance that it is right, from what is known of it.

Boosted trees (Friedman 2001, Annals of Statistics 29(5)) over the features of a word in its place,
fitted on simulated pages of texts and faces that no page of the network's training had
(``haedok.train.garble.fit``). What speaks for a word never makes it less sure (``GROWING``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from haedok.repair import channel, language, lexicon

_HANGUL = re.compile("[가-힣]+")
_SHARP = 1e-4
"""Posteriors nearer to 0 and 1 say no more."""
_CERTAIN = -0.7
"""Log-probability by CTC from which on a sign is rather this one than any other."""
GROWING = frozenset(
    {
        "posterior", "margin", "network", "mean", "least", "signs", "worst", "certain", "around",
        "both", "line", "elsewhere", "near", "grammatical",
    }
)  # fmt: skip
"""The features that can only speak for a word."""


class Tree(msgspec.Struct, frozen=True):
    """A tree, a number a node; a word begins at node 0.

    Where it has at most ``thresholds`` of ``features``, it goes on to ``lefts``, else to
    ``rights``. A node whose feature is negative is a leaf: its word gets ``values``, in nats.
    """

    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    lefts: tuple[int, ...]
    rights: tuple[int, ...]
    values: tuple[float, ...]


class Trees(msgspec.Struct, frozen=True):
    """Trees over features of these names; with ``bias``, what they give sums up to log-odds."""

    names: tuple[str, ...] = ()
    bias: float = 0.0
    trees: tuple[Tree, ...] = ()


class Seen(NamedTuple):
    """What is known of a word in its place.

    Attributes:
        text: the word; ``garble``: what stands there.
        posterior: its share among the hypotheses of the line; ``second``: its best rival's.
        network: the network's log-probability of each of its signs.
        language: the n-gram model's.
        signs: CTC's, which knows nothing of the rest of the line's text.
        around: CTC's of the signs before and behind the word: a text that left the garble a few
            signs away is hardly back on it.
        line: mean posterior of the words of its line.
        elsewhere: posteriors of the same word in other places of the document, summed up.
        expected: what it earned because the document is expected to use it, in nats.
        edge: whether it stands at an end of the line, where it may be half a word.
    """

    text: str
    garble: str
    posterior: float
    second: float
    network: tuple[float, ...]
    language: tuple[float, ...]
    signs: tuple[float, ...]
    around: tuple[float, ...]
    line: float
    elsewhere: float
    expected: float
    edge: bool


def features(seen: Seen) -> dict[str, float]:
    """The numbers that the confidence rests on."""
    hangul = "".join(_HANGUL.findall(seen.text))
    clear = min(max(seen.posterior, _SHARP), 1 - _SHARP)
    total = sum(seen.network)
    near = channel.nearness(hangul, seen.garble)
    length = min(len(hangul), 5)
    signs = max(_mean(seen.signs), -8.0)
    return {
        "posterior": math.log(clear / (1 - clear)),
        "margin": seen.posterior - seen.second,
        "network": max(total, -12.0),
        "mean": max(_mean(seen.network), -4.0),
        "least": max(min(seen.network, default=0.0), -6.0),
        "language": max(_mean(seen.language), -9.0),
        "signs": signs,
        "worst": max(min(seen.signs, default=0.0), -10.0),
        "certain": sum(sign > _CERTAIN for sign in seen.signs) / max(1, len(seen.signs)),
        "around": max(_mean(seen.around), -8.0),
        "both": max(min(signs, _mean(seen.network)), -8.0),
        "common": math.log1p(lexicon.count(hangul)) / 10,
        "line": seen.line,
        "one": float(length == 1),
        "two": float(length == 2),
        "length": float(length),
        "garble": math.log(max(1, len(seen.garble)) / max(1, len(seen.text))),
        "short": float(len(seen.garble) <= 2),
        "grammatical": float(language.is_grammatical(hangul)),
        "elsewhere": math.log1p(seen.elsewhere),
        "expected": seen.expected / 4,
        "edge": float(seen.edge),
        "known": float(near is not None),
        "near": near or 0.0,
        "digits": float(any(sign.isdigit() for sign in seen.text)),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


@cache
def fitted() -> Trees:
    """The trees that come with the package."""
    raw = (files("haedok.decipher") / "weights" / "confidence.json").read_bytes()
    return msgspec.json.decode(raw, type=Trees)


def confidence(values: Mapping[str, float], trees: Trees) -> float:
    """The chance that a word with such features is right."""
    row = [values[name] for name in trees.names]
    total = trees.bias + math.fsum(_value(tree, row) for tree in trees.trees)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _value(tree: Tree, row: Sequence[float]) -> float:
    node = 0
    while (feature := tree.features[node]) >= 0:
        right = row[feature] > tree.thresholds[node]
        node = tree.rights[node] if right else tree.lefts[node]
    return tree.values[node]

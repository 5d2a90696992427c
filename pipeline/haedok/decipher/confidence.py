"""How sure a word is: the chance that it is right, from what is known of it.

A logistic map (Platt 1999) over the features of a word in its place, fitted on simulated papers
whose text and face the network has not seen (``haedok.train.garble.fit``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from haedok.repair import channel, language

_HANGUL = re.compile("[가-힣]+")
_SHARP = 1e-4


class Seen(NamedTuple):
    """What is known of a word in its place.

    Attributes:
        text: the word; ``garble``: what stands there.
        posterior: its share among the hypotheses of the line; ``second``: its best rival's.
        network: the network's log-probability of each of its signs.
        language: the n-gram model's.
        line: mean posterior of the words of its line.
        elsewhere: posteriors of the same word in other places of the document, summed up.
        expected: whether the document says that it is to be expected.
        edge: whether it stands at an end of the line, where it may be half a word.
    """

    text: str
    garble: str
    posterior: float
    second: float
    network: tuple[float, ...]
    language: tuple[float, ...]
    line: float
    elsewhere: float
    expected: bool
    edge: bool


def features(seen: Seen) -> dict[str, float]:
    """The numbers that the confidence rests on."""
    hangul = "".join(_HANGUL.findall(seen.text))
    clear = min(max(seen.posterior, _SHARP), 1 - _SHARP)
    total = sum(seen.network)
    known, distance = _simulated(hangul, seen.garble)
    length = min(len(hangul), 5)
    return {
        "bias": 1.0,
        "posterior": math.log(clear / (1 - clear)),
        "margin": seen.posterior - seen.second,
        "network": max(total, -12.0),
        "mean": max(total / max(1, len(seen.network)), -4.0),
        "least": max(min(seen.network, default=0.0), -6.0),
        "language": max(sum(seen.language) / max(1, len(seen.language)), -9.0),
        "line": seen.line,
        "one": float(length == 1),
        "two": float(length == 2),
        "length": float(length),
        "garble": math.log(max(1, len(seen.garble)) / max(1, len(seen.text))),
        "short": float(len(seen.garble) <= 2),
        "grammatical": float(language.is_grammatical(hangul)),
        "elsewhere": math.log1p(seen.elsewhere),
        "expected": float(seen.expected),
        "edge": float(seen.edge),
        "known": known,
        "distance": distance,
        "digits": float(any(sign.isdigit() for sign in seen.text)),
    }


def _simulated(word: str, garble: str) -> tuple[float, float]:
    """Whether the simulated garbles have the word, and how near their nearest comes, 0…1."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 (slow to load)

    renderings = _renderings().get(word)
    start, end = channel.bare(garble)
    if not renderings or start == end:
        return 0.0, 0.0
    bare = garble[start:end]
    return 1.0, max(Levenshtein.normalized_similarity(bare, other) for other in renderings)


@cache
def _renderings() -> dict[str, tuple[str, ...]]:
    return {word: tuple(garbles) for word, _, *garbles in channel._rows()}


@cache
def weights() -> dict[str, float]:
    """The fitted weights of ``features``."""
    raw = (files("haedok.decipher") / "weights" / "confidence.json").read_bytes()
    fitted: dict[str, float] = json.loads(raw)
    return fitted


def confidence(values: Mapping[str, float], fitted: Mapping[str, float]) -> float:
    """The chance that a word with such features is right."""
    total = math.fsum(fitted[name] * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

"""How sure a word is: the chance that it is right, from what is known of it.

A logistic map (Platt 1999) over the features of a word in its place, fitted on simulated pages of
texts and faces that no page of the network's training had (``haedok.train.garble.fit``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from haedok.repair import channel, language, lexicon

_HANGUL = re.compile("[가-힣]+")
_SHARP = 1e-4
"""Posteriors nearer to 0 and 1 say no more."""
_CERTAIN = -0.7
"""Log-probability by CTC from which on a sign is rather this one than any other."""
TOGETHER = (
    ("certain", "length"),
    ("signs", "length"),
    ("network", "signs"),
    ("margin", "signs"),
    ("common", "certain"),
    ("expected", "signs"),
    ("expected", "margin"),
)
"""Features that say more together than each for itself."""


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
    values = {
        "bias": 1.0,
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
    return values | {f"{one}*{other}": values[one] * values[other] for one, other in TOGETHER}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


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

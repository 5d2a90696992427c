"""Weigh the texts that a beam found for a line against each other.

Three judges beside the network: CTC, which keeps to the garble; the n-gram model of Korean; and the
morphological analyser with its language model, the only one that knows more of Korean than our
corpora do. Their weights are fitted on simulated pages (``haedok.train.garble.fit``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.decipher.hypotheses import Hypothesis
from haedok.repair import language


class Weights(NamedTuple):
    """What each judge counts for, in nats of its own; ``sharpness`` scales their sum.

    The network's own sum counts 1; ``length`` is earned by each sign, ``bonus`` is what each nat
    counts that expected words earned: the other judges, too, are used to other words.
    """

    ctc: float = 0.3
    language: float = 0.2
    analyser: float = 0.4
    length: float = 1.5
    bonus: float = 1.0
    sharpness: float = 0.5


@cache
def fitted() -> Weights:
    """The weights that come with the package."""
    raw = (files("haedok.decipher") / "weights" / "judges.json").read_bytes()
    return Weights(**json.loads(raw))


class Judged(NamedTuple):
    """The hypotheses of a line, best first, their probabilities, the analyser's judgment of each.

    The probabilities sum to 1; the analyser's are log-probabilities.
    """

    hypotheses: tuple[Hypothesis, ...]
    chances: tuple[float, ...]
    analyser: tuple[float, ...]


def judge(read: Sequence[Sequence[Hypothesis]], weights: Weights) -> list[Judged]:
    """Order the hypotheses of each line by all that is known of them."""
    texts = [h.text for hypotheses in read for h in hypotheses]
    told = iter(language.scores(texts))
    return [ranked(each, [next(told) for _ in each], weights) for each in read]


def ranked(hypotheses: Sequence[Hypothesis], analyser: Sequence[float], weights: Weights) -> Judged:
    """The hypotheses of one line in order, with probabilities."""
    if not hypotheses:
        return Judged((), (), ())
    total = table(hypotheses, analyser) @ vector(weights)
    order = np.argsort(-total, kind="stable")
    chances = np.exp(weights.sharpness * (total[order] - total[order[0]]))
    chances /= chances.sum()
    return Judged(
        tuple(hypotheses[at] for at in order),
        tuple(chances.tolist()),
        tuple(analyser[at] for at in order),
    )


def table(hypotheses: Sequence[Hypothesis], analyser: Sequence[float]) -> NDArray[np.float64]:
    """A row for each hypothesis: network, CTC, n-grams, analyser, length, bonus of its words."""
    rows = [
        (sum(h.network), h.ctc, sum(h.language), told, len(h.text), h.bonus)
        for h, told in zip(hypotheses, analyser, strict=True)
    ]
    return np.array(rows, float).reshape(-1, 6)


def vector(weights: Weights) -> NDArray[np.float64]:
    """The weights in the order of ``table``."""
    return np.array([1.0, *weights[:-1]])

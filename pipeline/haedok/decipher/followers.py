"""With which signs a text may go on, and what each judge says of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from haedok.decipher import alphabet, net
from haedok.decipher.expect import Expected
from haedok.decipher.hypotheses import Open
from haedok.decipher.prefixes import Prefixes
from haedok.repair import ngrams

FOLLOWERS = 8
"""Signs that each hypothesis may go on with."""
DEAREST = 20.0
"""The most that a sign may cost in nats of CTC, which has no room for it in a very short line."""


class Heard(NamedTuple):
    """What the judges say of the followers of each hypothesis.

    Attributes:
        followers: their numbers, B × K × F.
        network, language: log-probabilities of each.
        ctc: log-probability of all texts that go on with each.
        whole: CTC's log-probability of a text that ends, B × K.
        looked: the garble sign that the network looks at, B × K.
    """

    followers: net.Ints
    network: net.Floats
    language: net.Floats
    ctc: net.Floats
    whole: net.Floats
    looked: net.Ints


def heard_of(
    beams: Sequence[Sequence[Open]], step: net.Step, prefixes: Prefixes, expected: Expected
) -> Heard:
    """The likeliest followers of each hypothesis, and what is said of them."""
    chosen = likeliest(beams, step.scores, expected)
    least = np.array([[h.ctc - DEAREST for h in beam] for beam in beams], np.float32)
    return Heard(
        chosen,
        np.take_along_axis(step.scores, chosen, -1),
        _language(beams, chosen),
        np.maximum(prefixes.followed(chosen), least[..., None]),
        np.maximum(prefixes.whole(), least),
        step.where.argmax(-1),
    )


def likeliest(beams: Sequence[Sequence[Open]], scores: net.Floats, expected: Expected) -> net.Ints:
    """The numbers of the signs that each hypothesis may go on with (B × K × F).

    A sign of an expected word is chosen by what it will have earned, or it would never be tried.
    """
    hoped = scores.copy()
    for row, beam in enumerate(beams):
        for k, h in enumerate(beam):
            known = expected.followers(h.word)
            if known:
                numbers, gains = known
                hoped[row, k, numbers] += gains
    return np.argpartition(-hoped, FOLLOWERS, -1)[..., :FOLLOWERS]


def _language(beams: Sequence[Sequence[Open]], best: net.Ints) -> net.Floats:
    """The n-gram model's log-probability of every follower (B × K × F)."""
    table = _ngram_signs()
    before = ngrams.ORDER - 1
    context = np.zeros((*best.shape[:2], before), np.uint64)
    for row, beam in enumerate(beams):
        for k, h in enumerate(beam):
            known = h.numbers[1:][-before:]
            if known:
                context[row, k, -len(known) :] = table[list(known)]
    followed = np.repeat(context[:, :, None], best.shape[2], 2)
    whole = np.concatenate([followed, table[best][..., None]], -1)
    flat = whole.reshape(-1, before + 1)
    return ngrams.model().log_probabilities(flat, before)[:, -1].reshape(best.shape)


@cache
def _ngram_signs() -> ngrams.Signs:
    """The n-gram model's number of each of ours."""
    rows = [ngrams.signs(sign)[:1] for sign in alphabet.korean()]
    return np.array([row[0] if len(row) else 0 for row in rows], np.uint64)

"""Beam search for the Korean of garbled lines: the best few texts of each, sign by sign.

Besides the network two judges have a say while a text is being written: the n-gram model of Korean
(shallow fusion) and a list of words that the document is expected to use (``Expected``), which
get a bonus as they are spelt that is taken back when they are not finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from haedok.decipher import alphabet, net
from haedok.decipher.expect import Expected, Place
from haedok.repair import ngrams

LINES = 16
"""Lines looked at together."""
FOLLOWERS = 8
"""Signs that each hypothesis may go on with."""
UNREAD, SPARE = 0.8, 3
"""Nats that a text pays for each garble sign behind the last one it looked at, after so many: a
beam prefers to say little (Koehn and Knowles 2017)."""


class Weights(NamedTuple):
    """What the judges count for beside the network, and the bonus of a sign more, in nats."""

    language: float = 0.3
    length: float = 0.5
    width: int = 8


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


def read(
    garbles: Sequence[str], expected: Expected, weights: Weights
) -> list[tuple[Hypothesis, ...]]:
    """The best texts of each line, best first; an empty line has none.

    Raises:
        MissingProgramError: the weights are missing.
    """
    order = sorted(
        (at for at, g in enumerate(garbles) if g.strip()), key=lambda at: len(garbles[at])
    )
    found: list[tuple[Hypothesis, ...]] = [()] * len(garbles)
    for first in range(0, len(order), LINES):
        chosen = order[first : first + LINES]
        answers = _read([garbles[at] for at in chosen], expected, weights)
        for at, answer in zip(chosen, answers, strict=True):
            found[at] = answer
    return found


class _Open(NamedTuple):
    """A hypothesis that goes on."""

    numbers: tuple[int, ...]
    score: float
    network: tuple[float, ...]
    language: tuple[float, ...]
    places: tuple[int, ...]
    word: Place
    bonus: float


def _read(
    garbles: Sequence[str], expected: Expected, weights: Weights
) -> list[tuple[Hypothesis, ...]]:
    lines, width = len(garbles), weights.width
    memory = whole = net.encode(garbles)
    longest = max(map(len, garbles)) * 3 // 2 + 6
    start = _Open((alphabet.BEGIN,), 0.0, (), (), (), expected.start, 0.0)
    beams: list[list[_Open]] = [[start] for _ in garbles]
    done: list[list[Hypothesis]] = [[] for _ in garbles]
    past = net.nothing_written(lines, 1)
    active = list(range(lines))
    for _ in range(longest):
        last = np.array([[h.numbers[-1] for h in beams[line]] for line in active])
        step = net.step(last, past, memory)
        looked = step.where.argmax(-1)
        lengths = [len(garbles[line]) for line in active]
        open_ = [beams[line] for line in active]
        grown = _grown(open_, step.scores, looked, lengths, expected, weights)
        parents = np.zeros((len(active), width), np.int64)
        going: list[int] = []
        for row, line in enumerate(active):
            ended, opened = grown[row]
            done[line] += ended
            best = sorted((h.score for h in done[line]), reverse=True)[: width // 2]
            if opened and (len(best) < width // 2 or opened[0][1].score > best[-1]):
                beams[line] = [h for _, h in opened]
                parents[row] = [parent for parent, _ in opened]
                going.append(row)
        if not going:
            break
        rows = np.array(going)
        past = net.Past(step.past.keys[:, rows], step.past.values[:, rows]).reordered(parents[rows])
        if len(going) < len(active):
            memory = memory.of(rows)
            active = [active[row] for row in going]
    return [
        _with_ctc(sorted(each, key=lambda h: -h.score)[:width], ctc[: 2 * len(garble)])
        for each, ctc, garble in zip(done, whole.ctc, garbles, strict=True)
    ]


def _with_ctc(hypotheses: Sequence[Hypothesis], frames: net.Floats) -> tuple[Hypothesis, ...]:
    labels = [alphabet.korean_numbers(h.text) for h in hypotheses]
    told = zip(net.ctc_scores(frames, labels), net.ctc_signs(frames, labels), strict=True)
    return tuple(
        h._replace(ctc=whole, signs=each) for h, (whole, each) in zip(hypotheses, told, strict=True)
    )


def _grown(
    beams: Sequence[Sequence[_Open]], scores: net.Floats, looked: net.Ints, lengths: Sequence[int],
    expected: Expected, weights: Weights,
) -> list[tuple[list[Hypothesis], list[tuple[int, _Open]]]]:  # fmt: skip
    """Per line: the hypotheses that end here, and exactly ``width`` (parent, hypothesis)."""
    best = np.argpartition(-scores, FOLLOWERS, -1)[..., :FOLLOWERS]
    values = np.take_along_axis(scores, best, -1)
    korean = _language(beams, best) if weights.language else np.zeros_like(values)
    signs = alphabet.korean()
    grown = []
    for row, beam in enumerate(beams):
        ended: list[Hypothesis] = []
        options: list[tuple[float, int, int, float, Place]] = []
        for k, h in enumerate(beam):
            for j, number in enumerate(best[row, k].tolist()):
                gain = float(values[row, k, j])
                if number == alphabet.END:
                    ending = _ended(h, gain, int(looked[row, k]), lengths[row], expected)
                    ended += [ending] if ending.text.strip() else []
                elif number > alphabet.END or number == alphabet.SPACE:
                    word, bonus = expected.after(h.word, signs[number])
                    total = h.score + gain + bonus + weights.length
                    total += weights.language * float(korean[row, k, j])
                    options.append((total, k, j, bonus, word))
        options.sort(key=lambda option: -option[0])
        opened = []
        for total, k, j, bonus, word in options[: weights.width]:
            h = beam[k]
            opened.append((k, _Open(
                (*h.numbers, int(best[row, k, j])), total, (*h.network, float(values[row, k, j])),
                (*h.language, float(korean[row, k, j])), (*h.places, int(looked[row, k])), word,
                h.bonus + bonus,
            )))  # fmt: skip
        while opened and len(opened) < weights.width:  # a beam has one width for all lines
            opened.append(opened[-1])
        grown.append((ended, opened))
    return grown


def _ended(h: _Open, gain: float, looked: int, length: int, expected: Expected) -> Hypothesis:
    """A hypothesis that ends here, having looked at a sign of a garble of some length."""
    owed = expected.unfinished(h.word)
    unread = max(0, length - 1 - SPARE - looked)
    return Hypothesis(
        alphabet.spelt(list(h.numbers)),
        h.score + gain - owed - UNREAD * unread,
        (*h.network, gain),
        h.language,
        (*h.places, looked)[1:],
        bonus=h.bonus - owed,
    )


def _language(beams: Sequence[Sequence[_Open]], best: net.Ints) -> net.Floats:
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

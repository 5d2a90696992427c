"""Beam search for the Korean of garbled lines: the best few texts of each, sign by sign.

Besides the network's decoder three judges have a say while a text is being written: its CTC output,
which keeps to the garble (joint decoding, Watanabe et al. 2017), the n-gram model of Korean
(shallow fusion), and a list of words that the document is expected to use (``Expected``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from haedok.decipher import alphabet, net
from haedok.decipher.expect import Expected, Place
from haedok.decipher.followers import Heard, heard_of
from haedok.decipher.hypotheses import Ended, Hypothesis, Open, rival, unfolded
from haedok.decipher.prefixes import empty

LINES = 16
"""Lines looked at together."""
UNREAD, SPARE = 0.8, 3
"""Nats that a text pays for each garble sign behind the last one it looked at, after so many: a
beam prefers to say little (Koehn and Knowles 2017)."""
RECENT, BESIDE = 5, 2
"""Texts whose last signs are the same, and that look at most so many garble signs apart, have the
same future."""


class Weights(NamedTuple):
    """What the judges count for beside the network, and the bonus of a sign more, in nats.

    ``width`` is how many texts of a line go on together, ``texts`` how many are found in the end.
    """

    ctc: float = 0.5
    language: float = 0.3
    length: float = 0.5
    width: int = 6
    texts: int = 12


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


def _read(
    garbles: Sequence[str], expected: Expected, weights: Weights
) -> list[tuple[Hypothesis, ...]]:
    lines, width = len(garbles), weights.width
    memory = whole = net.encode(garbles)
    longest = max(map(len, garbles)) * 3 // 2 + 6
    start = Open((alphabet.BEGIN,), 0.0, (), (), (), expected.start, 0.0)
    beams: list[list[Open]] = [[start] for _ in garbles]
    done: list[list[Ended]] = [[] for _ in garbles]
    past = net.nothing_written(lines, 1)
    prefixes = empty(whole.ctc, np.array([2 * len(garble) for garble in garbles]))
    active = list(range(lines))
    for _ in range(longest):
        last = np.array([[h.numbers[-1] for h in beams[line]] for line in active])
        step = net.step(last, past, memory)
        lengths = [len(garbles[line]) for line in active]
        open_ = [beams[line] for line in active]
        grown = _grown(open_, heard_of(open_, step, prefixes, expected), lengths, expected, weights)
        parents = np.zeros((len(active), width), np.int64)
        going: list[int] = []
        for row, line in enumerate(active):
            ended, opened = grown[row]
            done[line] += ended
            best = sorted((h.score for h, _ in done[line]), reverse=True)[: width // 2]
            if opened and (len(best) < width // 2 or opened[0][1].score > best[-1]):
                beams[line] = [h for _, h in opened]
                parents[row] = [parent for parent, _ in opened]
                going.append(row)
        if not going:
            break
        rows = np.array(going)
        past = step.gone_on(rows, parents[rows])
        signs = np.array([[h.numbers[-1] for h in beams[active[row]]] for row in going])
        prefixes = prefixes.longer(rows, parents[rows], signs)
        if len(going) < len(active):
            memory = memory.of(rows)
            active = [active[row] for row in going]
    return [
        _with_ctc(unfolded(each, weights.texts), ctc[: 2 * len(garble)])
        for each, ctc, garble in zip(done, whole.ctc, garbles, strict=True)
    ]


def _with_ctc(hypotheses: Sequence[Hypothesis], frames: net.Floats) -> tuple[Hypothesis, ...]:
    labels = [alphabet.korean_numbers(h.text) for h in hypotheses]
    told = zip(net.ctc_scores(frames, labels), net.ctc_signs(frames, labels), strict=True)
    return tuple(
        h._replace(ctc=whole, signs=each) for h, (whole, each) in zip(hypotheses, told, strict=True)
    )


def _grown(
    beams: Sequence[Sequence[Open]], heard: Heard, lengths: Sequence[int],
    expected: Expected, weights: Weights,
) -> list[tuple[list[Ended], list[tuple[int, Open]]]]:  # fmt: skip
    """Per line: the hypotheses that end here, and exactly ``width`` (parent, hypothesis)."""
    judged = heard.network + weights.language * heard.language + weights.ctc * heard.ctc
    signs = alphabet.korean()
    grown = []
    for row, beam in enumerate(beams):
        ended: list[Ended] = []
        options: list[tuple[float, int, int, float, Place]] = []
        for k, h in enumerate(beam):
            before = h.score - weights.ctc * h.ctc
            for j, number in enumerate(heard.followers[row, k].tolist()):
                if number == alphabet.END:
                    gain = float(heard.network[row, k, j])
                    told = before - h.score + weights.ctc * float(heard.whole[row, k])
                    looked = (int(heard.looked[row, k]), lengths[row])
                    ending = _ended(h, (gain, told), looked, expected)
                    ended += [(ending, h.rivals)] if ending.text.strip() else []
                elif number > alphabet.END or number == alphabet.SPACE:
                    word, bonus = expected.after(h.word, signs[number])
                    total = before + float(judged[row, k, j]) + bonus + weights.length
                    options.append((total, k, j, bonus, word))
        options.sort(key=lambda option: -option[0])
        reached = (
            (k, Open(
                (*beam[k].numbers, int(heard.followers[row, k, j])), total,
                (*beam[k].network, float(heard.network[row, k, j])),
                (*beam[k].language, float(heard.language[row, k, j])),
                (*beam[k].places, int(heard.looked[row, k])), word, beam[k].bonus + bonus,
                float(heard.ctc[row, k, j]), beam[k].rivals,
            ))
            for total, k, j, bonus, word in options
        )  # fmt: skip
        opened = _distinct(reached, weights.width)
        while opened and len(opened) < weights.width:  # a beam has one width for all lines
            opened.append(opened[-1])
        grown.append((ended, opened))
    return grown


def _distinct(reached: Iterable[tuple[int, Open]], width: int) -> list[tuple[int, Open]]:
    """The first that differ in their last signs or look elsewhere; the others are their rivals."""
    chosen: list[tuple[int, Open]] = []
    ends: dict[tuple[int, ...], list[int]] = {}
    for parent, h in reached:
        twins = ends.setdefault(h.numbers[-RECENT:], [])
        near = (at for at in twins if abs(chosen[at][1].places[-1] - h.places[-1]) <= BESIDE)
        twin = next(near, None)
        if twin is None:
            twins.append(len(chosen))
            chosen.append((parent, h))
        elif chosen[twin][1].numbers != h.numbers:
            of, winner = chosen[twin]
            met = rival(h, winner)
            chosen[twin] = of, winner._replace(rivals=(*winner.rivals, met))
        if len(chosen) == width:
            break
    return chosen


def _ended(
    h: Open, gains: tuple[float, float], looked: tuple[int, int], expected: Expected
) -> Hypothesis:
    """A hypothesis that ends here.

    Args:
        h: it.
        gains: what the network and what CTC says to the end.
        looked: the sign of the garble it looked at, and how many there are.
        expected: words to expect.
    """
    owed = expected.unfinished(h.word)
    at, length = looked
    unread = max(0, length - 1 - SPARE - at)
    return Hypothesis(
        alphabet.spelt(list(h.numbers)),
        h.score + sum(gains) - owed - UNREAD * unread,
        (*h.network, gains[0]),
        h.language,
        (*h.places, at)[1:],
        bonus=h.bonus - owed,
    )

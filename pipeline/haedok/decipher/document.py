"""Read the garbled lines of a document: twice, for what is read surely tells what to expect.

The first reading expects what the document says of itself (``topics``). Its surest words are
expected in the second: the same word comes again in a paper, and with other garble each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from haedok.decipher import beam, confidence, judge
from haedok.decipher.expect import Expected
from haedok.decipher.slots import Slot, Word, slots, words

SURE = 0.7
"""Words at least so sure are expected in the second reading."""
AGAIN = 0.6
"""Nats a sign that a word earns that was read surely elsewhere."""
SHORTEST = 2
"""Shorter words are too common to be expected."""

Say = Callable[[int, int], None]
"""Told how many lines of how many are done."""


class Guess(NamedTuple):
    """A word of a line, its rivals with their posteriors, and how sure the first is."""

    start: int
    end: int
    candidates: tuple[tuple[str, float], ...]
    features: Mapping[str, float]
    confidence: float


class Options(NamedTuple):
    """How to read: the judges' weights, and whether a second time."""

    beam: beam.Weights = beam.Weights()
    judge: judge.Weights = judge.Weights()
    again: bool = True


def decipher(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options = Options()
) -> list[tuple[Guess, ...]]:
    """The words of each garbled line.

    Args:
        garbles: lines, as the English model read them.
        topics: words that the document is expected to use, with a bonus in nats a sign.
        options: how to read.

    Raises:
        MissingProgramError: the network's weights are missing.
    """
    found = _once(garbles, topics, options)
    if not options.again:
        return found
    sure = {
        stem: AGAIN
        for line in found
        for guess in line
        if guess.confidence >= SURE
        for stem in [guess.candidates[0][0].strip(".,“”‘’'\"")]
        if len(stem) >= SHORTEST
    }
    if not sure:
        return found
    return _once(garbles, {**sure, **topics}, options)


def _once(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options
) -> list[tuple[Guess, ...]]:
    read = beam.read(garbles, Expected(topics), options.beam)
    judged = judge.judge(read, options.judge)
    lines = [slots(j.hypotheses, j.chances, g) for j, g in zip(judged, garbles, strict=True)]
    counts: dict[str, float] = {}
    for line in lines:
        for slot in line:
            text, chance = slot.rivals[0]
            counts[text] = counts.get(text, 0.0) + chance
    return [
        tuple(_guess(slot, line, (j, garble), (counts, topics)) for slot in line)
        for line, j, garble in zip(lines, judged, garbles, strict=True)
    ]


def _guess(
    slot: Slot,
    line: Sequence[Slot],
    source: tuple[judge.Judged, str],
    document: tuple[Mapping[str, float], Mapping[str, float]],
) -> Guess:
    judged, garble = source
    counts, topics = document
    text, chance = slot.rivals[0]
    hypothesis, word = _bearer(judged, slot, garble)
    seen = confidence.Seen(
        text,
        garble[slot.word.start : slot.word.end],
        chance,
        slot.rivals[1][1] if len(slot.rivals) > 1 else 0.0,
        hypothesis.network[word.first : word.last],
        hypothesis.language[word.first : word.last],
        sum(other.rivals[0][1] for other in line) / len(line),
        counts[text] - chance,
        any(text.startswith(topic) for topic in topics if len(topic) >= SHORTEST),
        slot is line[0] or slot is line[-1],
    )
    values = confidence.features(seen)
    sure = confidence.confidence(values, confidence.weights())
    return Guess(slot.word.start, slot.word.end, slot.rivals, values, sure)


def _bearer(judged: judge.Judged, slot: Slot, garble: str) -> tuple[beam.Hypothesis, Word]:
    """The best hypothesis that has the likeliest word in its place, and the word in it."""
    text = slot.rivals[0][0]
    for hypothesis in judged.hypotheses:
        if hypothesis is judged.hypotheses[0] and slot.word.text == text:
            return hypothesis, slot.word
        for word in words(hypothesis, garble):
            if word.text == text and min(word.end, slot.word.end) > max(
                word.start, slot.word.start
            ):
                return hypothesis, word
    return judged.hypotheses[0], slot.word

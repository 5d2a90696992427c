"""Read the garbled lines of a document: twice, for what is read surely tells what to expect.

The first reading expects what the document says of itself (``topics``). Its surest words are
expected in the second: the same word comes again in a paper, and with other garble each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
WEIGHED = 3
"""Rivals of which everything is asked."""
AROUND = 6
"""Signs before and behind a word that speak for it."""


class Guess(NamedTuple):
    """A word of a line, its rivals with their posteriors, and how sure the first is."""

    start: int
    end: int
    candidates: tuple[tuple[str, float], ...]
    features: Mapping[str, float]
    confidence: float


class Options(NamedTuple):
    """How to read; weights that are None are those that come with the package.

    Attributes:
        beam: how the beam goes.
        judges: what each judge of a text counts for.
        sureness: what each fact about a word counts for.
        again: whether to read a second time.
    """

    beam: beam.Weights = beam.Weights()
    judges: judge.Weights | None = None
    sureness: Mapping[str, float] | None = None
    again: bool = True


OPTIONS = Options()
FIRST = Options(beam=beam.Weights(width=3))
"""Of the first reading, which is only to tell what to expect."""


def decipher(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options = OPTIONS
) -> list[tuple[Guess, ...]]:
    """The words of each garbled line of a document, in both readings.

    Args:
        garbles: lines, as the English model read them.
        topics: words that the document is expected to use, with a bonus in nats a sign.
        options: how to read.

    Raises:
        MissingProgramError: the network's weights are missing.
    """
    if not options.again:
        return read_once(garbles, topics, {}, options)
    return read_once(garbles, *first_reading(garbles, topics, options), options)


def first_reading(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """What a first reading tells for the second: words to expect, and words heard."""
    found = read_once(garbles, topics, {}, options)
    return {**sure_words(found), **topics}, heard_words(found)


def sure_words(found: Iterable[Sequence[Guess]]) -> dict[str, float]:
    """The words of a first reading that the second may expect, with their bonus."""
    best = (guess for line in found for guess in line if guess.confidence >= SURE)
    stems = (guess.candidates[0][0].strip(".,“”‘’'\"") for guess in best)
    return dict.fromkeys((stem for stem in stems if len(stem) >= SHORTEST), AGAIN)


def heard_words(found: Iterable[Sequence[Guess]]) -> dict[str, float]:
    """How often each word is thought to stand in the document: its posteriors, summed up."""
    counts: dict[str, float] = {}
    for line in found:
        for guess in line:
            text, chance = guess.candidates[0]
            counts[text] = counts.get(text, 0.0) + chance
    return counts


def read_once(
    garbles: Sequence[str],
    topics: Mapping[str, float],
    heard: Mapping[str, float],
    options: Options = OPTIONS,
) -> list[tuple[Guess, ...]]:
    """The words of each line in one reading; ``heard`` is what the document was thought to say."""
    read = beam.read(garbles, Expected(topics), options.beam)
    judged = judge.judge(read, options.judges or judge.fitted())
    lines = [slots(j.hypotheses, j.chances, g) for j, g in zip(judged, garbles, strict=True)]
    counts = dict(heard)
    if not heard:
        for slot in (slot for line in lines for slot in line):
            text, chance = slot.rivals[0]
            counts[text] = counts.get(text, 0.0) + chance
    known = _Known(counts, topics, options.sureness or confidence.weights())
    return [
        tuple(_guess(slot, line, (j, garble), known) for slot in line)
        for line, j, garble in zip(lines, judged, garbles, strict=True)
    ]


class _Known(NamedTuple):
    """What was heard and is expected in the document, and what facts about a word count for."""

    heard: Mapping[str, float]
    topics: Mapping[str, float]
    sureness: Mapping[str, float]


def _guess(
    slot: Slot,
    line: Sequence[Slot],
    source: tuple[judge.Judged, str],
    known: _Known,
) -> Guess:
    """The surest of the likeliest words of a place, by all that is known of each."""
    told = []
    for text, chance in slot.rivals[:WEIGHED]:
        rival = max((other for word, other in slot.rivals if word != text), default=0.0)
        seen = _seen((text, chance, rival), slot, line, source, known)
        values = confidence.features(seen)
        told.append((confidence.confidence(values, known.sureness), text, values))
    sure, best, values = max(told, key=lambda each: each[0])
    others = tuple(each for each in slot.rivals if each[0] != best)
    chosen = next(each for each in slot.rivals if each[0] == best)
    return Guess(slot.word.start, slot.word.end, (chosen, *others), values, sure)


def _seen(
    candidate: tuple[str, float, float],
    slot: Slot,
    line: Sequence[Slot],
    source: tuple[judge.Judged, str],
    known: _Known,
) -> confidence.Seen:
    text, chance, rival = candidate
    judged, garble = source
    hypothesis, word = _bearer(judged, slot, text, garble)
    near = slice(max(0, word.first - AROUND), word.first), slice(word.last, word.last + AROUND)
    return confidence.Seen(
        text,
        garble[slot.word.start : slot.word.end],
        chance,
        rival,
        hypothesis.network[word.first : word.last],
        hypothesis.language[word.first : word.last],
        hypothesis.signs[word.first : word.last],
        hypothesis.signs[near[0]] + hypothesis.signs[near[1]],
        sum(other.rivals[0][1] for other in line) / len(line),
        max(0.0, known.heard.get(text, 0.0) - chance),
        any(text.startswith(topic) for topic in known.topics if len(topic) >= SHORTEST),
        slot is line[0] or slot is line[-1],
    )


def _bearer(
    judged: judge.Judged, slot: Slot, text: str, garble: str
) -> tuple[beam.Hypothesis, Word]:
    """The best hypothesis that has a word in its place, and the word in it."""
    if slot.word.text == text:
        return judged.hypotheses[0], slot.word
    for hypothesis in judged.hypotheses:
        for word in words(hypothesis, garble):
            overlap = min(word.end, slot.word.end) - max(word.start, slot.word.start)
            if word.text == text and overlap > 0:
                return hypothesis, word
    return judged.hypotheses[0], slot.word

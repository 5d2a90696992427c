"""Read the garbled lines of a document: twice, for what is read surely tells what to expect.

The first reading expects what the document says of itself (``topics``). What it makes likely, sure
or not, is counted, and the second reading expects it: a word that may stand in many places of a
paper, with other garble each time, probably does (one round of EM on the words' shares, Dempster,
Laird and Rubin 1977).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from haedok.decipher import beam, confidence, judge
from haedok.decipher.expect import Expected
from haedok.decipher.hypotheses import Hypothesis
from haedok.decipher.slots import Slot, Word, slots, words
from haedok.repair import language

SHORTEST = 2
"""Shorter words are too common to be expected."""
DOUBTFUL = 0.02
"""What is less likely in its place is not counted."""
FEWEST = 0.1
"""Words of which there are fewer than this are not expected."""
SMALLEST = 200
"""Words of a document, at least: a few lines do not tell its words' shares."""
WEIGHED = 3
"""Rivals of which everything is asked."""
AROUND = 6
"""Signs before and behind a word that speak for it."""
_OUTSIDE = re.compile("^[^가-힣]+|[^가-힣].*$")


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
        sureness: trees that tell how sure a word is.
        again: whether to read a second time.
    """

    beam: beam.Weights = beam.Weights()
    judges: judge.Weights | None = None
    sureness: confidence.Trees | None = None
    again: bool = True


OPTIONS = Options()
FIRST = Options(beam=beam.Weights(width=3, texts=6))
"""Of the first reading, which is only to tell what to expect."""


def decipher(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options = OPTIONS
) -> list[tuple[Guess, ...]]:
    """The words of each garbled line of a document, in both readings.

    Args:
        garbles: lines, as the English model read them.
        topics: words that the document is expected to use, with their shares of its words, 0…1.
        options: how to read.

    Raises:
        MissingProgramError: the network's weights are missing.
    """
    if not options.again:
        return read_once(garbles, topics, {}, options)
    first = options._replace(beam=FIRST.beam)
    return read_once(garbles, *first_reading(garbles, topics, first), options)


def first_reading(
    garbles: Sequence[str], topics: Mapping[str, float], options: Options
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """What a first reading tells for the second: words to expect, and words heard."""
    found = read_once(garbles, topics, {}, options)
    return expected_again(topics, found), heard_words(found)


def expected_again(
    topics: Mapping[str, float], found: Sequence[Sequence[Guess]]
) -> dict[str, float]:
    """The shares of the document's words after a reading: what was expected, and what was counted.

    The likeliest place of a word does not count: no word is to be a reason for itself.
    """
    places: dict[str, list[float]] = defaultdict(list)
    for guess in (guess for line in found for guess in line):
        for noun, chance in _nouns(guess).items():
            places[noun].append(chance)
    size = max(SMALLEST, sum(map(len, found)))
    shares = dict(topics)
    for noun, chances in places.items():
        count = sum(chances) - max(chances)
        if count >= FEWEST:
            shares[noun] = shares.get(noun, 0.0) + count / size
    return shares


def _nouns(guess: Guess) -> dict[str, float]:
    """The nouns that a place may begin with, and how likely each is."""
    (best, _), *rivals = guess.candidates
    rest = sum(chance for _, chance in rivals)
    scale = (1 - guess.confidence) / max(rest, 1 - guess.confidence, DOUBTFUL)
    found: dict[str, float] = defaultdict(float)
    for text, chance in ((best, guess.confidence), *((t, c * scale) for t, c in rivals)):
        if chance >= DOUBTFUL and len(noun := first_noun(text)) >= SHORTEST:
            found[noun] += chance
    return found


@lru_cache(maxsize=4096)
def first_noun(word: str) -> str:
    """The noun, or the compound of nouns, that a word begins with; nothing if it begins otherwise.

    >>> first_noun("북한이"), first_noun("있다")
    ('북한', '')
    """
    bare = _OUTSIDE.sub("", word)
    end = 0
    for morpheme in language.located(bare):
        if morpheme.start != end or morpheme.tag not in {"NNG", "NNP"}:
            break
        end = morpheme.end
    return bare[:end]


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
    expected = Expected(topics)
    read = beam.read(garbles, expected, options.beam)
    judged = judge.judge(read, options.judges or judge.fitted())
    lines = [slots(j.hypotheses, j.chances, g) for j, g in zip(judged, garbles, strict=True)]
    counts = dict(heard)
    if not heard:
        for slot in (slot for line in lines for slot in line):
            text, chance = slot.rivals[0]
            counts[text] = counts.get(text, 0.0) + chance
    known = _Known(counts, expected, options.sureness or confidence.fitted())
    return [
        tuple(_guess(slot, line, (j, garble), known) for slot in line)
        for line, j, garble in zip(lines, judged, garbles, strict=True)
    ]


class _Known(NamedTuple):
    """What was heard and is expected in the document, and how sure facts about a word make it."""

    heard: Mapping[str, float]
    expected: Expected
    sureness: confidence.Trees


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
        known.expected.worth(_OUTSIDE.sub("", text)),
        slot is line[0] or slot is line[-1],
    )


def _bearer(judged: judge.Judged, slot: Slot, text: str, garble: str) -> tuple[Hypothesis, Word]:
    """The best hypothesis that has a word in its place, and the word in it."""
    if slot.word.text == text:
        return judged.hypotheses[0], slot.word
    for hypothesis in judged.hypotheses:
        for word in words(hypothesis, garble):
            overlap = min(word.end, slot.word.end) - max(word.start, slot.word.start)
            if word.text == text and overlap > 0:
                return hypothesis, word
    return judged.hypotheses[0], slot.word

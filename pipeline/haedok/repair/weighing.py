"""What speaks for each reading of a doubtful stretch: the picture, and the text around it.

The picture's voice is in the doubt (`Doubt.readings`). The text's voices are those that know
Korean and English: the n-gram model over signs, the net that reads both sides of them
(`both_sides`), and lists of words.
All are given as what they prefer a reading by to the one that stands in the text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.repair import both_sides, lexicon, ngrams
from haedok.words import is_english

FEATURES = (
    "picture, of syllables",
    "picture, of spaces",
    "picture, of other signs",
    "places, of syllables",
    "places, of spaces",
    "places, of other signs",
    "n-gram model, of syllables",
    "n-gram model, of spaces",
    "n-gram model, of other signs",
    "n-gram model of the reading itself, of syllables",
    "n-gram model of the reading itself, of spaces",
    "n-gram model of the reading itself, of other signs",
    "net of both sides, of syllables made unreadable",
    "net of both sides, of syllables as read",
    "net of both sides, of spaces",
    "words that are listed",
    "words that begin so",
    "Latin words that are listed",
    "digits beside letters",
    "words of the document",
    "marks without a partner",
    "habit of the space before a bracket",
    "spaces inside of brackets and before stops",
    "a space before a bracket",
    "a syllable is another",
    "a space is none",
    "a space where none was",
    "a sign is another",
    "fewer signs",
    "more signs",
)
PICTURE = 6
"""The first so many are the picture's."""
BEHIND, AHEAD = 8, 5
"""Signs of the text before and after a stretch that the n-gram model hears."""
BEGINNING = 2
"""Syllables of the beginning of a word: its ending is seen with many others."""
CLIP = 15.0
"""No voice of a model is louder, in nats."""

Rows = NDArray[np.float64]


class Place(NamedTuple):
    """A stretch of a text, and what may stand there instead; the first reading is the text's."""

    text: str
    start: int
    end: int
    readings: tuple[tuple[str, float, float], ...]
    """With the log-probabilities of a doubt."""
    breaks: tuple[int, ...] = ()
    """Offsets of spaces of the text that are ends of printed lines."""

    def version(self, reading: str) -> str:
        """The text with that reading."""
        return self.text[: self.start] + reading + self.text[self.end :]


def places_to_features(
    places: Sequence[Place], known: frozenset[str] = frozenset(), habit: float = 0.0
) -> list[Rows]:
    """For each place a row for each of its readings, the text's own left out: see ``FEATURES``.

    Args:
        places: what is in doubt.
        known: words that the document is known to use.
        habit: see `texts_to_habit`.
    """
    said = zip(_ngram_nats(places), both_sides.voices(places), strict=True)
    return [_rows(place, *each, known, habit) for place, each in zip(places, said, strict=True)]


def texts_to_habit(texts: Iterable[str]) -> float:
    """Log-odds that a bracket behind a letter has a space before it, in a document."""
    spaced = closed = 0
    for text in texts:
        spaced += len(_SPACED.findall(text))
        closed += len(_CLOSED.findall(text))
    return math.log((spaced + 1) / (closed + 1))


_SPACED = re.compile(r"(?<=[\w’”」』〉》)]) \((?!\d+\))")
_CLOSED = re.compile(r"(?<=[\w’”」』〉》)])\((?!\d+\))")
_LOOSE = re.compile(r"[(\[“‘「『〈《] | [)\]”’」』〉》.,;:]")


def _rows(
    place: Place, nats: Sequence[float], net: Rows, known: frozenset[str], habit: float
) -> Rows:
    own = place.readings[0]
    here = _about(place, own[0], known, habit)
    rows = []
    for row, said, sides in zip(place.readings[1:], nats[1:], net, strict=True):
        kinds = changes(own[0], row[0])
        there = _about(place, row[0], known, habit)
        which = 0 if kinds[0] else 1 if kinds[1] or (kinds[2] and not any(kinds[3:])) else 2
        voices = np.zeros((4, 3))
        signs = BEHIND + AHEAD + len(row[0])
        voices[:, which] = row[1] - own[1], row[2] - own[2], _clip(said - nats[0]), said / signs
        gains = (a - b for a, b in zip(there, here, strict=True))
        rows.append([*voices.ravel().tolist(), *sides.tolist(), *gains, *kinds])
    return np.array(rows, np.float64).reshape(-1, len(FEATURES))


def _about(place: Place, reading: str, known: frozenset[str], habit: float) -> list[float]:
    """Of a reading in its place: what the lists of words, and the signs beside it, say."""
    text = place.version(reading)
    words = _words_around(text, place.start, place.start + len(reading)).split(" ")
    hangul = [part for word in words for part in re.findall("[가-힣]+", word)]
    begun = [word[:BEGINNING] for word in hangul if len(word) >= BEGINNING]
    latin = [part for word in words for part in re.findall("[A-Za-z]{2,}", word)]
    return [
        sum(min(math.log(lexicon.count(word) + 0.5), 4.0) for word in hangul) / (len(hangul) or 1),
        sum(map(_beginning, begun)) / (len(begun) or 1),
        sum(is_english(word) for word in latin) / (len(latin) or 1),
        float(len(_MIXED.findall(" ".join(words)))),
        float(sum(word in known for word in hangul)) / (len(hangul) or 1),
        float(_unpaired(text)),
        habit * len(_SPACED.findall(text)),
        float(len(_LOOSE.findall(text))),
        float(len(_SPACED.findall(text))),
    ]


@cache
def _beginning(stem: str) -> float:
    return min(math.log(lexicon.beginning(stem) + 0.5), 5.0)


_MIXED = re.compile(r"[A-Za-z][0-9]|[0-9][A-Za-z]|[A-Za-z][가-힣]")
_PAIRS = tuple(zip("([“‘「『〈《", ")]”’」』〉》", strict=True))


def _unpaired(text: str) -> int:
    return sum(abs(text.count(one) - text.count(other)) for one, other in _PAIRS)


def _words_around(text: str, start: int, end: int) -> str:
    """The words that a stretch touches."""
    return text[:start].rpartition(" ")[2] + text[start:end] + text[end:].partition(" ")[0]


def changes(own: str, reading: str) -> list[float]:
    """How many of each kind: syllables, spaces lost, spaces new, signs changed, fewer, more."""
    kinds = [0.0] * 6
    for op in Levenshtein.editops(own, reading):
        old = own[op.src_pos] if op.tag != "insert" else ""
        new = reading[op.dest_pos] if op.tag != "delete" else ""
        if lexicon.has_hangul(old) and lexicon.has_hangul(new):
            kinds[0] += 1
        elif old == " " and not new:
            kinds[1] += 1
        elif new == " " and not old:
            kinds[2] += 1
        else:
            kinds[3 if old and new else 4 if old else 5] += 1
    return kinds


def _ngram_nats(places: Sequence[Place]) -> list[list[float]]:
    """Log-probability of the text around each place with each of its readings."""
    parts: list[ngrams.Signs] = []
    for place in places:
        for reading, *_ in place.readings:
            before, after = place.text[: place.start], place.text[place.end :]
            piece = ("\0" + before)[-BEHIND:] + reading + (after + "\0")[:AHEAD]
            parts += [np.zeros(ngrams.ORDER, np.uint64), ngrams.signs(piece)]
    if not parts:
        return []
    nats = ngrams.model().log_probabilities(np.concatenate(parts))
    ends = np.cumsum([len(part) for part in parts])
    sums = [float(nats[a:b].sum()) for a, b in list(pairwise([0, *ends]))[1::2]]
    found, at = [], 0
    for place in places:
        found.append(sums[at : at + len(place.readings)])
        at += len(place.readings)
    return found


def _clip(gain: float) -> float:
    return max(-CLIP, min(CLIP, gain))

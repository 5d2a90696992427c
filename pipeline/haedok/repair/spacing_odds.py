"""How likely a word space is at each boundary of a line, by four judges together.

The net (``korean_net``) reads the line from both sides, with the spaces that stand elsewhere in it;
the linear model of the letters around (``spacing_model``) is quick and sees no word; the language
model of signs (``ngrams``) weighs the words on both sides as they would read with the space and
without; Kiwi says yes or no by grammar. ``benchmarks/fit_spacing.py`` fits how much each is heard,
on lines that none of their tables has seen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from haedok.repair import korean_net, language, ngrams, spacing_model
from haedok.repair.korean_signs import NONE, SPACE

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CLIP, CARELESS = 8.0, 2.0
"""Bounds of the model's odds; behind a stop they say less (``게임,미디어`` is the author's)."""
MOST = 12.0
"""Nats that the language model may say."""
ALONE = (0.07, 1.37)
"""Bias and weight that make odds of the model of spaces alone."""
TOGETHER = (-0.046, 0.392, 0.163, 0.75, 0.256)
"""Weights of ``signs``, in their order."""
FIRST = (0.48, 0.41, 1.17)
"""Weights of net, linear model and Kiwi before the language model is asked."""
CERTAIN = 12.0
"""Bound of the net's odds."""
BEFORE, BEHIND = ngrams.ORDER + 2, ngrams.ORDER
"""Signs around a boundary that are shown to the language model."""

_IN_ORDER = frozenset(
    a + b
    for row in ("가나다라마바사아자차카타파하", "갑을병정무기경신임계", "도레미파솔라시도")
    for a, b in pairwise(row)
)
"""Neighbours in a list of letters, of the ten stems, or of notes: ``가 나 다 라`` are no word."""
_STATUTE = re.compile(
    r"(?<!\S)[「『]?[가-힣ㆍ·]*(?:에관한|에대한|위한|에따른)[가-힣ㆍ·]*(?:법률?|규정|규칙|령|조례|협정|협약)[」』]?"
    r"(?=[가-힣]{0,2}(?:[\s,.)]|$))"
)
"""Names of statutes, which were written without spaces; a line without any has none."""
FEW_WORDS = 4
_LATIN = re.compile("[A-Za-z]")


class Apart(NamedTuple):
    """A line taken apart: its characters, where they stand, and what stands between them."""

    chars: str
    places: tuple[int, ...]
    spaces: Flags
    open: Flags
    """Boundaries that may be judged: between syllables, or before or behind one if no space is."""


@lru_cache(maxsize=512)
def taken_apart(text: str) -> Apart:
    """Characters and the boundaries between them.

    >>> line = taken_apart("핵 위협 3")
    >>> line.chars, line.places, line.spaces.tolist()
    ('핵위협3', (0, 2, 3, 5), [True, False, True])
    """
    places = tuple(at for at, char in enumerate(text) if not char.isspace())
    chars = "".join(text[at] for at in places)
    gaps = [text[a + 1 : b] for a, b in pairwise(places)]
    points = spacing_model.codes(chars)
    hangul = (points >= 0xAC00) & (points <= 0xD7A3)
    plain = np.array([not gap.strip(" ") for gap in gaps], dtype=bool)
    spaces = np.array([bool(gap) for gap in gaps], dtype=bool)
    both = hangul[:-1] & hangul[1:]
    either = hangul[:-1] | hangul[1:]
    letters = np.array([a + b in _IN_ORDER for a, b in pairwise(chars)], dtype=bool)
    sound = letters | _in_statutes(text, places)
    may = plain & ~sound & np.where(spaces, both, either)
    spaces.flags.writeable = may.flags.writeable = False
    return Apart(chars, places, spaces, may)


def _in_statutes(text: str, places: tuple[int, ...]) -> Flags:
    """Boundaries inside the name of a statute, in a line that has spaces elsewhere."""
    inside = np.zeros(max(0, len(places) - 1), dtype=bool)
    if text.count(" ") >= FEW_WORDS:
        starts = np.array(places[:-1], dtype=np.int64)
        for name in _STATUTE.finditer(text):
            inside |= (starts >= name.start()) & (starts < name.end() - 1)
    return inside


def quick(chars: str) -> Floats:
    """Log-odds of a space at each boundary, by the linear model alone."""
    return np.asarray(ALONE[0] + ALONE[1] * _model(chars))


@lru_cache(maxsize=512)
def together(text: str, hidden: bool) -> Floats:
    """Log-odds of a space at each boundary of a line, by all judges.

    Unless spaces are ``hidden``, those of the line are believed: ask only about the boundaries that
    have none. Answers are kept: a page's lines are asked about again when its lines are compared.
    """
    odds = np.asarray(signs(text, taken_apart(text), hidden) @ np.array(TOGETHER))
    odds.flags.writeable = False
    return odds


def signs(text: str, line: Apart, hidden: bool) -> Floats:
    """What the judges say, a row a boundary: see ``TOGETHER``.

    ``hidden`` spaces are shown neither to Kiwi nor to the language model. The net sees what stands
    at all boundaries but the one that it is asked about, and has learnt to doubt it.
    """
    net, odds = heard(line), _model(line.chars)
    kiwi = _kiwi(line.chars if hidden else text, line.chars)
    likely = FIRST[0] * net + FIRST[1] * odds + FIRST[2] * kiwi > 0
    read = expected(line.chars, likely if hidden else line.spaces | likely)
    return np.stack([np.ones_like(odds), net, odds, kiwi, read], axis=1)


def heard(line: Apart) -> Floats:
    """Log-odds by the net, bounded."""
    states = np.where(line.spaces, SPACE, NONE).astype(np.int8)
    (odds,) = korean_net.space_odds([korean_net.Line(line.chars, states)])
    return np.clip(odds, -CERTAIN, CERTAIN).astype(np.float64)


@lru_cache(maxsize=512)
def _model(chars: str) -> Floats:
    """Log-odds by the linear model, bounded, and less sure behind stops."""
    odds = np.clip(spacing_model.log_odds(chars), -CLIP, CLIP).astype(np.float64)
    stops = np.array([char in ",.;:!?·" for char in chars[:-1]], dtype=bool)
    bounded = np.where(stops, np.minimum(odds, CARELESS), odds)
    bounded.flags.writeable = False
    return bounded


def _kiwi(asked: str, chars: str) -> Floats:
    """1 where Kiwi has a space, -1 where not, 0 everywhere if it read other letters."""
    answer = taken_apart(language.spaced(asked))
    if answer.chars != chars:
        return np.zeros(len(chars) - 1)
    return np.where(answer.spaces, 1.0, -1.0)


def expected(chars: str, spaces: Flags) -> Floats:
    """How much better (nats) a line reads with a space at each boundary than without it.

    ``spaces`` is where spaces are taken to stand elsewhere.

    >>> chars = "핵위협을강조하였다"
    >>> gains = expected(chars, np.zeros(len(chars) - 1, dtype=bool))
    >>> int(gains.argmax())
    3
    """
    written, ends, starts = _written(chars, spaces)
    row = np.concatenate([np.zeros(BEFORE, np.uint64), written, np.zeros(BEHIND, np.uint64)])
    before = row[ends[:, None] + np.arange(BEFORE)]
    behind = row[starts[:, None] + BEFORE + np.arange(BEHIND)]
    space = np.full((len(ends), 1), ord(" "), np.uint64)
    model = ngrams.model()
    apart = model.log_probabilities(np.concatenate([before, space, behind], axis=1), BEFORE)
    joined = model.log_probabilities(np.concatenate([before, behind], axis=1), BEFORE)
    gains = apart[:, BEFORE:].sum(axis=1) - joined[:, BEFORE:].sum(axis=1)
    return np.asarray(np.clip(gains, -MOST, MOST), dtype=np.float64)


def _written(
    chars: str, spaces: Flags
) -> tuple[ngrams.Signs, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Signs of the line with its spaces; past the sign before each boundary, at that behind it."""
    row: list[int] = []
    places = []
    for at, char in enumerate(chars):
        if at and spaces[at - 1]:
            row.append(ord(" "))
        glued = at and not spaces[at - 1] and _LATIN.match(char) and _LATIN.match(chars[at - 1])
        if not glued:  # a run of Latin letters is one sign
            row.append(_sign(char))
        places.append(len(row) - 1)
    where = np.array(places, dtype=np.int64)
    return np.array(row, dtype=np.uint64), where[:-1] + 1, where[1:]


@lru_cache(maxsize=4096)
def _sign(char: str) -> int:
    return int(ngrams.signs(char)[0])

"""Several readers' views of one line → the line, each stretch taken from the reader that knows it.

In ``균형(balance of terror)의`` one reader is sure of the Hangul and guesses at the Latin letters,
the other the reverse. Both say where each character stands, so a line is a path through the
characters of all readers from left to right: the path with the most confidence, where going over
from one reader to another costs a little and is possible only where both see a boundary. (The idea
is ROVER's, Fiscus 1997, on boxes instead of time.)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from haedok.recognize.glyphs import Glyph, Reading, box_of, glyphs_to_words, is_hangul
from haedok.recognize.twins import Twins, twins
from haedok.words import is_english

LATIN = "eng"
"""The reader of Latin letters, whose Hangul is worthless."""
SWITCH_COST = 0.03
"""Of going over to another reader, in confidence times line heights."""
OVERLAP_COST = 0.03
"""Of characters that overlap where readers change, for each line height of overlap."""
DROP_COST, SURE = 0.05, 0.97
"""Of leaving out, under a box that reaches over it, a character with at least this confidence."""
REACH = 0.15
"""Line heights that a character must begin before the one after the seam."""
TORN_COST = 0.1
"""Of losing or doubling, at a seam, a character that both readers see."""
LONELY = -0.03
"""What is added to the confidence in a digit or sign that no other reader sees."""
AGREED = 0.02
"""What is added to the confidence in a syllable that another reader has, too."""
LISTED_WORD = 0.04
LONG_WORD, SHORT_WORD = 0.02, 0.01
"""What is added to the confidence in the letters of a likely Latin word."""
_MEASURE = 0.965
"""Confidence at which a character counts neither for nor against its reader."""

_LETTERS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_WITH_LETTERS = frozenset("(),.'\"’“”:;/&-?!")
"""Signs that a Latin word may touch."""


def readings_to_glyphs(readings: Sequence[Reading]) -> tuple[Glyph, ...]:
    """The best path through the readings; the first reader decides about word spaces at seams."""
    readings = [reading for reading in readings if reading.glyphs]
    if len(readings) < 2:
        return readings[0].glyphs if readings else ()
    height = readings[0].box.height or 1
    views = [reading.glyphs for reading in readings]
    lanes = [
        _Lane(
            view,
            height,
            [twins(view, other, height) if other is not view else [] for other in views],
        )
        for view in views
    ]
    path = _best_path(lanes, height)
    return tuple(_joined(path, readings[0].glyphs))


class _Lane:
    """One reader's characters with what the search needs: order, extent, and worth of each.

    ``twins`` says for each of the other readers which of its characters are the same.
    """

    def __init__(self, glyphs: Sequence[Glyph], height: int, twins: Sequence[Twins]) -> None:
        self.glyphs = glyphs
        self.twins = twins
        self.starts = [float(glyph.box.x0) for glyph in glyphs]
        self.keys: list[float] = []
        for glyph in glyphs:  # made to rise: boxes of one reader may lie a little out of order
            self.keys.append(max(glyph.centre, self.keys[-1] + 1e-6 if self.keys else 0.0))
        biases = latin_biases(glyphs)
        if glyphs[0].engine != LATIN:  # that others see no word in signs is no fault of theirs
            biases = [max(0.0, bias) for bias in biases]
            biases = [bias + self._company(index) for index, bias in enumerate(biases)]
        self.trust = [glyph.confidence + bias for glyph, bias in zip(glyphs, biases, strict=True)]
        self.worth = [
            (trust - _MEASURE) * self._advance(index, height) / height
            for index, trust in enumerate(self.trust)
        ]

    def _company(self, index: int) -> float:
        """What other readers say for a syllable, or against a digit or sign that none of them sees.

        The latter may be a letter.
        """
        alone = all(each[index] is None for each in self.twins if each)
        if is_hangul(self.glyphs[index].text[0]):
            return 0.0 if alone else AGREED
        return LONELY if alone else 0.0

    def _advance(self, index: int, height: int) -> float:
        """Pixels from this character to the next: all readers then share the same length."""
        box = self.glyphs[index].box
        room = box.width + 0.3 * height
        if index + 1 < len(self.glyphs):
            room = min(room, self.starts[index + 1] - box.x0)
        return max(room, 0.15 * height)

    def before(self, x: float) -> int | None:
        """The last character most of which lies left of ``x``, if any."""
        index = bisect_right(self.keys, x) - 1
        return index if index >= 0 else None


_Node = tuple[int, int]
"""Number of reader, number of character."""


def _best_path(lanes: Sequence[_Lane], height: int) -> list[tuple[int, Glyph]]:
    nodes = sorted(
        (key, lane, index) for lane, each in enumerate(lanes) for index, key in enumerate(each.keys)
    )
    best: dict[_Node, tuple[float, _Node | None]] = {}
    for _, lane, index in nodes:
        options: list[tuple[float, _Node | None]] = [(0.0, None)] if index == 0 else []
        options += [
            (best[node][0] - cost, node)
            for cost, node in _predecessors(lanes, lane, index, height)
            if node in best
        ]
        if options:
            score, node = max(options, key=lambda option: option[0])
            best[lane, index] = (score + lanes[lane].worth[index], node)
    ends = [(lane, len(each.glyphs) - 1) for lane, each in enumerate(lanes)]
    at: _Node | None = max(ends, key=lambda node: best[node][0])
    path: list[tuple[int, Glyph]] = []
    while at is not None:
        path.append((at[0], lanes[at[0]].glyphs[at[1]]))
        at = best[at][1]
    return path[::-1]


def _predecessors(
    lanes: Sequence[_Lane], lane: int, index: int, height: int
) -> Iterator[tuple[float, _Node]]:
    """Nodes that may come before this one, with the cost of coming from there.

    Nothing is left out at a seam, and nothing read twice; a box may still reach over the seam,
    since a reader draws a letter wide where it has no letter for what follows.
    """
    if index > 0:
        yield 0.0, (lane, index - 1)
    for other, each in enumerate(lanes):
        if other == lane:
            continue
        for before in {
            each.before(lanes[lane].glyphs[index].box.x0),
            *_by_twins(lanes[lane], index, other),
        }:
            if before is not None and before >= 0:
                cost = _seam_cost((each, before), (lanes[lane], index), (other, lane), height)
                if cost is not None:
                    yield cost, (other, before)


def _by_twins(lane: _Lane, index: int, other: int) -> Iterator[int]:
    """Characters of another reader after which this one comes, as their twins say."""
    own = lane.twins[other]
    twin = own[index]
    if twin is not None:
        yield twin - 1
    before = own[index - 1] if index > 0 else None
    if before is not None:
        yield before


def _seam_cost(
    left: tuple[_Lane, int], right: tuple[_Lane, int], numbers: tuple[int, int], height: int
) -> float | None:
    """What it costs to go over from one reader's character to another's; None: impossible.

    Where twins tell that nothing is lost and nothing doubled, boxes need not say it too.
    """
    (one, i), (two, j) = left, right
    same = one.twins[numbers[1]]
    torn = TORN_COST * _torn(same, i, j)
    if j - 1 == same[i] or (i + 1 < len(same) and j == same[i + 1]):
        return SWITCH_COST + torn
    glyph, before = two.glyphs[j], one.glyphs[i]
    own_before = two.keys[j - 1] if j > 0 else 0.0
    if own_before > before.box.x1 or before.box.x0 + REACH * height > glyph.box.x0:
        return None
    cost = SWITCH_COST + OVERLAP_COST * max(0.0, before.box.x1 - glyph.box.x0) / height
    drops = own_before > before.centre + REACH * height
    if drops and two.trust[j - 1] > SURE:
        cost += DROP_COST
    return cost + torn


def _torn(same: Twins, i: int, j: int) -> int:
    """How many characters that both see are lost or doubled between the one's ``i`` and ``j``."""
    lost = sum(twin is not None and twin < j for twin in same[i + 1 : i + 5])
    return lost + sum(twin is not None and twin >= j for twin in same[max(0, i - 3) : i + 1])


def _joined(path: Sequence[tuple[int, Glyph]], leader: Sequence[Glyph]) -> Iterator[Glyph]:
    """The path's characters; where it goes over to another reader, the leader knows the spaces."""
    for index, (lane, glyph) in enumerate(path):
        spaced = glyph.spaced
        if index > 0 and path[index - 1][0] != lane:
            nearest = min(leader, key=lambda other: abs(other.box.x0 - glyph.box.x0))
            spaced = nearest.spaced
        yield msgspec.structs.replace(glyph, spaced=spaced and index > 0)


def latin_biases(glyphs: Sequence[Glyph]) -> list[float]:
    """What the shape of the words adds to the confidence in each character.

    A Latin reader makes of Hangul short words, capitals, and capitals amid small letters; it
    hardly ever makes a longer word in small letters of it.
    """
    biases: list[float] = []
    for word in glyphs_to_words(glyphs):
        biases += _word_biases("".join(glyph.text[0] for glyph in word))
    return biases


def _word_biases(word: str) -> list[float]:
    biases = [0.0 if "가" <= character <= "힣" else -0.04 for character in word]
    for match in _LETTERS.finditer(word):
        start, end = match.span()
        bias = letters_to_bias(match[0])
        biases[start:end] = [bias] * len(match[0])
        for beside in (start - 1, end):
            if 0 <= beside < len(word) and word[beside] in _WITH_LETTERS:
                biases[beside] = min(bias, 0.0)
    return biases


def letters_to_bias(letters: str) -> float:
    """How much a run of letters of one case, the first aside, looks like a word.

    A Latin reader does make short words with a capital of Hangul: ``She`` was 하는.

    >>> letters_to_bias("terror") > letters_to_bias("of") > letters_to_bias("SLBM")
    True
    """
    if not letters.isupper():
        if letters[0].isupper() and len(letters) < 5:
            return SHORT_WORD
        if len(letters) >= 3 and is_english(letters):
            return LISTED_WORD
        return LONG_WORD if len(letters) >= 4 else SHORT_WORD
    return 0.0 if 2 <= len(letters) <= 6 else -0.03


def words_alternatives(
    glyphs: Sequence[Glyph], others: Sequence[Reading]
) -> tuple[tuple[tuple[str, float], ...], ...]:
    """For every word, what the other readers have in its place, best first."""
    return tuple(_alternatives(word, others) for word in glyphs_to_words(glyphs))


def _alternatives(
    word: Sequence[Glyph], others: Sequence[Reading]
) -> tuple[tuple[str, float], ...]:
    own = "".join(glyph.text for glyph in word)
    box = box_of(word)
    found: dict[str, float] = {}
    for reading in others:
        inside = [glyph for glyph in reading.glyphs if box.x0 <= glyph.centre < box.x1]
        text = "".join(glyph.text for glyph in inside)
        if text and text != own:
            confidence = round(min(glyph.confidence for glyph in inside), 4)
            found[text] = max(confidence, found.get(text, 0.0))
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))

"""Word spaces that were lost or invented.

A line is damaged where its spaces are not those that anybody would put: the model of spaces
(``spacing_model``) says how likely one is at each boundary, and a channel that loses a share of
the spaces and invents others must explain the line far better than its author could. Spelling
allows many compounds and auxiliaries both ways; there the model is unsure, and they stay.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from haedok.model import Line
from haedok.repair import language, lexicon, spacing_model
from haedok.repair.evidence import Evidence
from haedok.repair.line_ends import joins
from haedok.repair.readings import Reading
from haedok.settings import Repair

__all__ = ["cure", "find", "joins"]

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the spacing is damaged."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_APART = re.compile("(?<![가-힣])[가-힣](?: [가-힣]){2,}(?![가-힣])")
MIN_GAIN, MIN_GAIN_PER_SYLLABLE = 8.0, 1.5
"""In nats. Sound runs of short words (``한 번 더``) gain at most 7 when joined, or 1 a syllable."""
SURE = 0.97

ALONE = (0.07, 1.37)
"""Bias and weight that make odds of the model of spaces; fitted on held-out lines."""
TOGETHER = (-0.34, 1.04, 1.31, 0.08)
"""The same where Kiwi speaks, too: bias, the model, Kiwi's yes or no, and that times the model."""
CLIP, CARELESS = 8.0, 2.0
"""Bounds of the model's odds; behind a stop they say less (``게임,미디어`` is the author's)."""
EXTREMES = (-8.0, 7.0)
"""Beyond these odds an author now and then does it still: seen on 1,700 held-out lines."""
RATES_LOST = (0.03, 0.1, 0.3, 0.6, 0.97)
RATES_INVENTED = (0.02, 0.05, 0.15, 0.5, 0.97)
"""Shares of the spaces that a channel may lose, and of the other boundaries that may get one."""
ASK_KIWI, DAMAGED = 0.5, 4.0
"""In nats: what a channel must explain before Kiwi is asked, and before it is as likely as not."""
MOST_LOST, STILL_WRONG = 0.5, 0.3
"""From this share of lost spaces on, spelling is followed where the author's habit is unknown; how
often that is still a mistake."""
MOST_SURE = 0.995
"""Of the surest tenth of the readings, so many are right."""
OFFER, ACCEPT = 0.5, 0.9

_IN_ORDER = frozenset(
    a + b
    for row in ("가나다라마바사아자차카타파하", "갑을병정무기경신임계")
    for a, b in pairwise(row)
)
"""Neighbours in a list of letters or of the ten stems: ``가 나 다 라`` are no word."""
_BEFORE_STOP = re.compile(r"(?<=[가-힣]) +(?=[,.!?](?:\s|$|[\"'”’)])|[)\]」』》](?:\s|$))")


class Apart(NamedTuple):
    """A line taken apart: its characters, where they stand, and what stands between them."""

    chars: str
    places: tuple[int, ...]
    spaces: Flags
    open: Flags
    """Boundaries that may be judged: between syllables, or before or behind one if no space is."""


def find(text: str) -> tuple[Found, ...]:
    """Spans whose spacing is damaged beyond what spelling allows.

    >>> [text[a:b] for text in ["지 금 까 지 연구"] for a, b, _ in find(text)]
    ['지 금 까 지']
    >>> find("한 번 더 할 수 있는 핵공유체제를")
    ()
    """
    return tuple((r.start, r.end, r.confidence) for r in _readings(text))


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """The same text with its spaces where they belong; no letter changes."""
    return _readings(line.text)


@lru_cache(maxsize=1024)
def _readings(text: str) -> tuple[Reading, ...]:
    if not lexicon.has_hangul(text):
        return ()
    found = [*_respaced(text)]
    for reading in (*_apart(text), *_before_stops(text)):
        if all(reading.end <= r.start or r.end <= reading.start for r in found):
            found.append(reading)
    return tuple(sorted(found))


def _apart(text: str) -> Iterator[Reading]:
    """Runs of single syllables that are words when joined."""
    for match in _APART.finditer(text):
        raw = match.group()
        joined = language.spaced(raw.replace(" ", ""))
        gain = language.score(joined) - language.score(raw)
        if joined != raw and gain >= max(MIN_GAIN, MIN_GAIN_PER_SYLLABLE * len(raw) / 2):
            why = f"syllables apart; joining gains {gain:.0f} nats"
            yield Reading(match.start(), match.end(), ((joined, SURE),), SURE, (why,))


def _before_stops(text: str) -> Iterator[Reading]:
    """Spaces before a stop or a closing bracket, with the syllable before them."""
    for match in _BEFORE_STOP.finditer(text):
        start, syllable = match.start() - 1, text[match.start() - 1]
        yield Reading(start, match.end(), ((syllable, SURE),), SURE, ("space before a stop",))


def _respaced(text: str) -> Iterator[Reading]:
    """What the channel of lost and invented spaces explains of a line."""
    line = taken_apart(text)
    if len(line.chars) < 2 or not line.open.any():
        return
    odds = np.clip(spacing_model.log_odds(line.chars), -CLIP, CLIP).astype(np.float64)
    odds = np.where(_behind_stops(line.chars), np.minimum(odds, CARELESS), odds)
    quick = np.clip(ALONE[0] + ALONE[1] * odds, *EXTREMES)
    lost, invented = _lost(quick, line)[0], _invented(quick, line)[0]
    if max(lost, invented) < ASK_KIWI:
        return
    both = _with_kiwi(text, line, odds, invented >= ASK_KIWI)
    chances = _chances(both, line)
    if _lost(np.clip(both, *EXTREMES), line)[1] >= MOST_LOST:
        chances = _with_free_choice(line, chances)
    yield from _edits(text, line, chances)


def _behind_stops(chars: str) -> Flags:
    """Boundaries behind a stop, where many an author puts no space."""
    return np.array([char in ",.;:!?·" for char in chars[:-1]], dtype=bool)


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
    return Apart(chars, places, spaces, plain & ~letters & np.where(spaces, both, either))


def _lost(odds: Floats, line: Apart) -> tuple[float, float]:
    """How many nats lost spaces explain, and at which rate."""
    missing = odds[line.open & ~line.spaces]
    kept = int((line.open & line.spaces).sum())
    return _weighed(missing, kept, RATES_LOST)


def _invented(odds: Floats, line: Apart) -> tuple[float, float]:
    """How many nats invented spaces explain, and at which rate."""
    extra = -odds[line.open & line.spaces]
    without = int((line.open & ~line.spaces).sum())
    return _weighed(extra, without, RATES_INVENTED)


def _weighed(odds: Floats, untouched: int, rates: Sequence[float]) -> tuple[float, float]:
    """Bayes factor (nats) of a channel whose rate is one of these, and the expected rate.

    ``odds`` are those of boundaries that look touched, ``untouched`` how many were spared.
    """
    gains = np.array([np.log1p(np.exp(odds) * r).sum() + untouched * math.log1p(-r) for r in rates])
    shares = np.exp(gains - gains.max())
    gain = float(gains.max() + math.log(shares.mean()))
    return gain, float((shares * np.array(rates)).sum() / shares.sum())


def _with_kiwi(text: str, line: Apart, odds: Floats, invented: bool) -> Floats:
    """Odds of a space by both models; spaces that may be invented are not shown to Kiwi."""
    asked = line.chars if invented else text
    answer = taken_apart(language.spaced(asked))
    if answer.chars != line.chars:
        return np.asarray(ALONE[0] + ALONE[1] * odds)
    says = np.where(answer.spaces, 1.0, -1.0)
    bias, model, kiwi, product = TOGETHER
    return np.asarray(bias + model * odds + kiwi * says + product * says * np.abs(odds))


def _chances(odds: Floats, line: Apart) -> Floats:
    """The chance that each boundary is damaged: lost where there is no space, else invented."""
    bounded = np.clip(odds, *EXTREMES)
    gain_lost, lost = _lost(bounded, line)
    gain_invented, invented = _invented(bounded, line)
    into = np.exp(bounded) * lost
    out = np.exp(-bounded) * invented / (1 - lost)
    chance = np.where(line.spaces, out / (1 + out), into / (1 + into))
    damaged = np.where(line.spaces, _logistic(gain_invented), _logistic(gain_lost))
    return np.asarray(np.where(line.open, chance * damaged, 0.0))


def _with_free_choice(line: Apart, chances: Floats) -> Floats:
    """Where most spaces are lost, one that spelling leaves to the writer is no mistake either."""
    spaced = "".join(
        char + (" " if at < len(line.spaces) and line.spaces[at] != (chances[at] >= OFFER) else "")
        for at, char in enumerate(line.chars)
    )
    places = taken_apart(spaced).places
    number = {place: at for at, place in enumerate(places)}
    free = np.zeros(len(chances), dtype=bool)
    for left, right in pairwise(language.located(spaced)):
        if right.start in number and number[right.start] and _is_free(left, right):
            free[number[right.start] - 1] = True
    may = free & ~line.spaces & (chances >= OFFER)
    return np.asarray(np.where(may, 1 - (1 - chances) * STILL_WRONG, chances))


def _is_free(left: language.Morpheme, right: language.Morpheme) -> bool:
    """An auxiliary behind its verb, or a noun behind a noun (Korean Orthography, §47, 49, 50)."""
    if right.tag == "VX":
        return left.tag == "EC"
    return left.tag in {"NNG", "NNP", "XR", "SN"} and right.tag in {"NNG", "NNP", "NNB"}


def _logistic(gain: float) -> float:
    return 1 / (1 + math.exp(DAMAGED - gain))


def _edits(text: str, line: Apart, chances: Floats) -> Iterator[Reading]:
    """One reading a word where all of it is sure, else one a boundary.

    A boundary owns the character before it and the spaces that follow: so readings never overlap.
    """
    for first, last in _groups(line, chances):
        changed = [at for at in range(first, last) if chances[at] >= OFFER]
        if not changed:
            continue
        sure = math.prod(float(chances[at]) for at in changed)
        if sure >= ACCEPT:
            yield _reading(text, line, (first, last), changed, sure)
            continue
        for at in changed:
            yield _reading(text, line, (at, at), [at], float(chances[at]))


def _groups(line: Apart, chances: Floats) -> Iterator[tuple[int, int]]:
    """Runs of characters (first, last) that no sound space parts."""
    first = 0
    for at, space in enumerate(line.spaces):
        if space and chances[at] < OFFER:
            yield first, at
            first = at + 1
    yield first, len(line.chars) - 1


def _reading(
    text: str, line: Apart, span: tuple[int, int], changed: Sequence[int], sure: float
) -> Reading:
    first, last = span
    start = line.places[first]
    end = line.places[last] + 1 if first != last else line.places[first + 1]
    marks = set(changed)
    parts = []
    for at in range(first, max(last, first + 1)):
        gap = text[line.places[at] + 1 : line.places[at + 1]]
        parts += [line.chars[at], ("" if gap else " ") if at in marks else gap]
    sure = round(min(sure, MOST_SURE), 4)
    made = "".join(parts) + (line.chars[last] if first != last else "")
    lost = sum(not line.spaces[at] for at in changed)
    why = "spaces lost between words" if lost * 2 >= len(changed) else "spaces within words"
    return Reading(start, end, ((made, sure),), sure, (why,))

"""Word spaces that were lost or invented.

A line is damaged where its spaces are not those that anybody would put: the model of spaces
(``spacing_odds``) says how likely one is at each boundary, and a channel that loses a share of the
spaces and invents others (``spacing_channel``) must explain the line far better than its author
could. Spelling allows many compounds and auxiliaries both ways; there the model is unsure, and they
stay.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from haedok.model import Line
from haedok.repair import language, lexicon, spacing_channel, spacing_odds
from haedok.repair.evidence import Evidence
from haedok.repair.line_ends import joins
from haedok.repair.readings import Reading
from haedok.repair.spacing_channel import EXTREMES, UNHEARD_OF
from haedok.repair.spacing_odds import Apart, Flags, Floats, taken_apart
from haedok.settings import Repair

__all__ = ["cure", "find", "joins"]

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the spacing is damaged."""

# ``제1항 및 이 영 제2조`` is sound: what belongs to a number neither begins nor ends such a run.
_APART = re.compile(
    r"(?<![가-힣\d])(?<!\d[가-힣] )[가-힣](?: [가-힣]){2,}(?! ?[가-힣](?:\d|\b))(?![가-힣\d])"
)
MIN_GAIN, MIN_GAIN_PER_SYLLABLE = 8.0, 1.5
"""In nats. Sound runs of short words (``한 번 더``) gain at most 7 when joined, or 1 a syllable."""
SURE = 0.97

ASK_ALL = -4.0
"""Log-odds of damage, by the quick model, from which all judges are asked."""
MOST_LOST, STILL_WRONG = 0.5, 0.25
"""From this share of lost spaces on, spelling is followed where the author's habit is unknown; how
often that is still a mistake."""
MOST_SURE = 0.995
"""Of the surest tenth of the readings, so many are right."""
OFFER, ACCEPT = 0.5, 0.9
FEW = 2
"""So few boundaries of a line that is alone in being damaged may be its author's own habit."""

_BEFORE_STOP = re.compile(r"(?<=[가-힣]) +(?=[,.!?](?:\s|$|[\"'”’)])|[)\]」』》](?:\s|$))")


def find(text: str, prior: float = UNHEARD_OF) -> tuple[Found, ...]:
    """Spans whose spacing is damaged beyond what spelling allows.

    ``prior`` is the log-odds that a line like it is damaged.

    >>> [text[a:b] for text in ["지 금 까 지 연구"] for a, b, _ in find(text)]
    ['지 금 까 지']
    >>> find("한 번 더 할 수 있는 핵공유체제를")
    ()
    """
    return tuple((r.start, r.end, r.confidence) for r in _readings(text, prior))


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """The same text with its spaces where they belong; no letter changes."""
    return _readings(line.text, evidence.respaced)


@lru_cache(maxsize=1024)
def _readings(text: str, prior: float = UNHEARD_OF) -> tuple[Reading, ...]:
    if not lexicon.has_hangul(text):
        return ()
    found = [*_respaced(text, prior)]
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


def _respaced(text: str, prior: float) -> Iterator[Reading]:
    """What the channel of lost and invented spaces explains of a line."""
    line = taken_apart(text)
    if len(line.chars) < 2 or not line.open.any():
        return
    quick = np.clip(spacing_odds.quick(line.chars), *EXTREMES)
    lost, invented = spacing_channel.lost(quick, line)[0], spacing_channel.invented(quick, line)[0]
    if max(lost, invented) + prior < ASK_ALL:
        return
    hidden = invented + prior >= ASK_ALL and bool(line.spaces.any())
    odds = np.clip(spacing_odds.together(text, hidden), *EXTREMES)
    between = _between(line, (odds > 0) & line.open)
    free = _marked(line, between, _is_free)
    chances = spacing_channel.chances(odds, line, prior, free, hidden)
    if spacing_channel.lost(odds, line, free)[1] >= MOST_LOST:
        may = free & ~line.spaces & (chances >= OFFER)
        chances = np.where(may, 1 - (1 - chances) * STILL_WRONG, chances)
    own = np.zeros_like(line.spaces)
    if prior <= UNHEARD_OF and (chances >= OFFER).sum() <= FEW:
        own = np.where(line.spaces, _marked(line, between), _marked(line, between, _is_loose))
    yield from _edits(text, line, chances, own)


Between = dict[int, tuple[language.Morpheme, language.Morpheme]]
"""The morphemes on both sides of a boundary, where two meet."""


def _between(line: Apart, likely: Flags) -> Between:
    """The morphemes of the line as it reads with likely spaces."""
    spaced = "".join(
        char + (" " if at < len(likely) and (likely[at] or line.spaces[at]) else "")
        for at, char in enumerate(line.chars)
    )
    number = {place: at for at, place in enumerate(taken_apart(spaced).places)}
    return {
        number[right.start] - 1: (left, right)
        for left, right in pairwise(language.located(spaced))
        if number.get(right.start)
    }


def _marked(
    line: Apart,
    between: Between,
    kind: Callable[[language.Morpheme, language.Morpheme], bool] = lambda *_: True,
) -> Flags:
    """Boundaries between morphemes of a kind."""
    marked = np.zeros(len(line.spaces), dtype=bool)
    marked[[at for at, pair in between.items() if kind(*pair)]] = True
    return marked


def _is_free(left: language.Morpheme, right: language.Morpheme) -> bool:
    """An auxiliary behind its verb, or a noun behind a noun (Korean Orthography, §47, 49, 50)."""
    if right.tag == "VX":
        return left.tag == "EC"
    return left.tag in {"NNG", "NNP", "XR", "SN"} and right.tag in {"NNG", "NNP", "NNB"}


def _is_loose(left: language.Morpheme, right: language.Morpheme) -> bool:
    """Words that authors run together; none does so behind a particle or an ending."""
    return not left.tag.startswith("J") and (left.tag not in {"EC", "EF"} or right.tag == "VX")


def _edits(text: str, line: Apart, chances: Floats, own: Flags) -> Iterator[Reading]:
    """One reading a word where all of it is sure, else one a boundary.

    Boundaries that may be the author's ``own`` are held. A boundary owns the character before it
    and the spaces that follow: so readings never overlap.
    """
    for first, last in _groups(line, chances):
        changed = [at for at in range(first, last) if chances[at] >= OFFER]
        if not changed:
            continue
        sure = math.prod(float(chances[at]) for at in changed)
        if sure >= ACCEPT and not own[changed].any():
            yield _reading(text, line, (first, last), changed, sure)
            continue
        for at in changed:
            one = _reading(text, line, (at, at), [at], float(chances[at]))
            yield one._replace(held=bool(own[at]))


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

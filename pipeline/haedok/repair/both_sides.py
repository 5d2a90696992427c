"""What the net that reads both sides of a sign says of readings of a doubtful stretch.

Three questions (`korean_net`): which syllables were printed where what was read is made unreadable,
so that nothing but what stands around tells; which where it is seen, so that an engine's habits
tell, too; and how likely a space is where one is in doubt. All places are asked about in one pass,
and a line is heard once however much of it is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.repair import korean_net
from haedok.repair.korean_net import NEVER
from haedok.repair.korean_signs import BREAK, number, shown, solid
from haedok.repair.lexicon import has_hangul

if TYPE_CHECKING:
    from haedok.repair.weighing import Place

SEEN = 20
"""Signs of the text before and behind a stretch that tell what is unreadable in it."""
UNREADABLE = "\ufffd"
CLIP, CERTAIN = 15.0, 12.0
"""No voice is louder, and no single space is surer, in nats."""

Rows = NDArray[np.float64]


class _Unlike(NamedTuple):
    """What a reading has other than the text, by offset in the stretch."""

    syllables: tuple[tuple[int, str, str], ...]
    """Old and new, one for one; none where a reading has more or fewer."""
    spaces: tuple[tuple[int, bool], ...]
    """Before the sign there; are they new?"""

    @property
    def places(self) -> list[int]:
        """Of the syllables."""
        return [at for at, *_ in self.syllables]


class _Shown(NamedTuple):
    """Texts with a stretch in its place, and the offset of the stretch in each.

    The whole line as it stands, and if syllables are in question, so much of it as tells what they
    are, with them made unreadable.
    """

    line: str
    start: int
    blotted: str
    near: int


_Compared = tuple[_Unlike, _Shown]


class _Told(NamedTuple):
    """What the net says between and of the signs of a text; by offset, spaces left out."""

    line: korean_net.Line
    order: Mapping[int, int]
    odds: korean_net.Floats
    logs: Mapping[int, korean_net.Floats]


def voices(places: Sequence[Place]) -> list[Rows]:
    """For each place a row for each of its readings but the first: nats it is preferred by.

    Columns: syllables made unreadable; syllables as seen; spaces. Of syllables the net can say
    nothing where a reading has more of them or fewer.
    """
    rows = [_compared(place) for place in places]
    told = _heard(_asked(chain.from_iterable(rows)))
    return [np.clip([_row(*each, told) for each in row], -CLIP, CLIP) for row in rows]


def _compared(place: Place) -> list[_Compared]:
    """For each reading of a place but the first what it has otherwise, and where that is seen."""
    own, *others = (reading for reading, *_ in place.readings)
    unlike = [_unlike(own, reading) for reading in others]
    return [(each, _shown(place, each)) for each in unlike]


def _asked(rows: Iterable[_Compared]) -> dict[str, set[int]]:
    """Texts that the net is to hear, each once, and the offsets of what it is to name in them."""
    asked: dict[str, set[int]] = {}
    for unlike, view in rows:
        if unlike.syllables or unlike.spaces:
            asked.setdefault(view.line, set()).update(view.start + at for at in unlike.places)
        if unlike.syllables:
            asked.setdefault(view.blotted, set()).update(view.near + at for at in unlike.places)
    return asked


def _unlike(own: str, reading: str) -> _Unlike:
    syllables: list[tuple[int, str, str]] = []
    spaces: list[tuple[int, bool]] = []
    comparable = True
    for op in Levenshtein.editops(own, reading):
        old = own[op.src_pos] if op.tag != "insert" else ""
        new = reading[op.dest_pos] if op.tag != "delete" else ""
        comparable &= has_hangul(old) == has_hangul(new)
        if has_hangul(old):
            syllables.append((op.src_pos, old, new))
        if (old == " ") != (new == " "):
            spaces.append((op.src_pos, new == " "))
    return _Unlike(tuple(syllables) if comparable else (), tuple(spaces))


def _shown(place: Place, unlike: _Unlike) -> _Shown:
    signs = list(place.text)
    for at in place.breaks:
        signs[at] = "\n"
    line = "".join(signs)
    for at in unlike.places:
        signs[place.start + at] = UNREADABLE
    low = max(0, place.start - SEEN)
    return _Shown(line, place.start, "".join(signs[low : place.end + SEEN]), place.start - low)


def _heard(asked: Mapping[str, set[int]]) -> dict[str, _Told]:
    """What the net says of texts, and what was printed at the offsets that are asked about."""
    lines = [korean_net.Line(*shown(text)) for text in asked]
    places = [solid(text).tolist() for text in asked]
    flags = [
        np.array([at in wanted for at in offsets], np.bool_)
        for wanted, offsets in zip(asked.values(), places, strict=True)
    ]
    answers = korean_net.heard(lines, flags, korean_net.ALL)
    found = {}
    for text, line, offsets, (odds, doubted) in zip(asked, lines, places, answers, strict=True):
        logs = {offsets[at]: row for at, row in zip(doubted.at.tolist(), doubted.logs, strict=True)}
        found[text] = _Told(line, {at: i for i, at in enumerate(offsets)}, odds, logs)
    return found


def _row(unlike: _Unlike, view: _Shown, told: Mapping[str, _Told]) -> tuple[float, float, float]:
    hidden = seen = spaces = 0.0
    for at, old, new in unlike.syllables:
        hidden += _gain(told[view.blotted].logs[view.near + at], old, new)
        seen += _gain(told[view.line].logs[view.start + at], old, new)
    for at, is_new in unlike.spaces:
        odds = _space(told[view.line], view.start + at)
        spaces += odds if is_new else -odds
    return hidden, seen, spaces


def _gain(logs: korean_net.Floats, old: str, new: str) -> float:
    return _log(logs, new) - _log(logs, old)


def _log(logs: korean_net.Floats, syllable: str) -> float:
    at = number(syllable)
    return NEVER if at is None else max(NEVER, float(logs[at]))


def _space(told: _Told, at: int) -> float:
    """Log-odds of a space at an offset, or directly before the sign there; 0 at a line end."""
    behind = told.order.get(at, told.order.get(at + 1))
    if not behind or told.line.states[behind - 1] == BREAK:
        return 0.0
    return max(-CERTAIN, min(CERTAIN, float(told.odds[behind - 1])))

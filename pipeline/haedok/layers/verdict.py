"""Can the text that a page carries be used, and which lines of it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from haedok.layers.sight import Sight
from haedok.layers.signs import (
    MODEL,
    UNMAPPED,
    is_symbols,
    is_wrongly_mapped,
    letters,
    line_sign,
)
from haedok.model import Line

LEAST = 4
"""Damaged letters below which a page is left to ``repair``."""
UNMAPPED_SHARE = 0.005
"""Part of a page that signs without a Unicode value may be: a formula has some."""
LEAST_MISREAD = 8
BROKEN = 0.5
"""Part of a layer's letters from which on nothing of it is believed."""
MISSING, LEAST_LINES = 0.2, 2.0
"""Part of the print that a layer may lack, and lines: texture of a photograph looks like some."""
BARE = 0.03
"""Part of a layer's words that may lie on blank paper."""
CUT, LEAST_GAPS = 0.18, 20
"""Part of a scan's word spaces that may lie where none is; sound scans have none, formulas up
to 0.17, the text of another page 0.02 to 0.6."""


class Verdict(msgspec.Struct, frozen=True):
    """What to do with a text layer, and why."""

    use: Literal["layer", "mixed", "picture"]
    """All of it, some of it beside what is read from the picture, or nothing."""
    reason: str = ""
    trusted: tuple[bool, ...] = ()
    """For each line, whether it may be used; to be confirmed by the reading of the picture."""


def judge(lines: Sequence[Line], scanned: bool, sight: Sight | None = None) -> Verdict:
    """Whether the lines of a text layer can be used.

    Args:
        lines: of the layer.
        scanned: the page is an image, so that somebody's OCR made the layer.
        sight: how the layer lies on the print; None where there is no picture.

    >>> judge([Line(1, "북한의 핵무기 and NATO")], False).use
    'layer'
    >>> judge([Line(1, "뷁쉙쒧 뙻뉅쮔 쒧쉙")], False).reason
    'syllables that nobody writes among its Hangul'
    """
    texts = [line.text for line in lines]
    if not any(text.strip() for text in texts):
        return Verdict("picture", "it is empty", (False,) * len(texts))
    for broken, reason in (
        (is_symbols, "numbers of glyphs instead of characters"),
        (is_wrongly_mapped, "syllables that nobody writes among its Hangul"),
    ):
        if broken(texts):
            return Verdict("picture", reason, (False,) * len(texts))
    found = _by_signs(texts, scanned)
    if found.use == "picture" or sight is None:
        return found
    return _by_sight(found, scanned, sight)


def _by_signs(texts: Sequence[str], scanned: bool) -> Verdict:
    signs = [line_sign(text) for text in texts]
    weights: Counter[str] = Counter()
    for name, found in signs:
        weights[name] += found
    total = sum(map(letters, texts))
    serious = {name for name in weights if name and weights[name] >= _least(name, total, scanned)}
    if not serious:
        return Verdict("layer", trusted=(True,) * len(texts))
    damaged = sum(weights[name] for name in serious)
    share = damaged / max(1, total, damaged)
    worst = max(sorted(serious), key=weights.__getitem__)
    if share >= BROKEN:
        return Verdict("picture", worst, (False,) * len(texts))
    count = sum(name in serious for name, _ in signs)
    reason = f"{worst} ({count} of {len(texts)} lines)"
    return Verdict("mixed", reason, tuple(name not in serious for name, _ in signs))


def _least(name: str, total: int, scanned: bool) -> float:
    """So many letters must be damaged in this way before it counts."""
    if name == MODEL:  # only OCR makes such text, and there is none without a scan
        return LEAST_MISREAD if scanned else float("inf")
    return max(LEAST + 1, UNMAPPED_SHARE * total) if name == UNMAPPED else LEAST


def _by_sight(found: Verdict, scanned: bool, sight: Sight) -> Verdict:
    lacking = sight.missing >= MISSING and sight.missing * sight.printed >= LEAST_LINES
    elsewhere = sight.bare >= BARE or (sight.gaps >= LEAST_GAPS and sight.cut >= CUT)
    if scanned and elsewhere:
        reason = "it does not lie on the page's print"
        return Verdict("picture", reason, (False,) * len(found.trusted))
    if lacking:
        reason = f"it lacks {sight.missing:.0%} of the page's print"
        if found.reason:
            reason += f"; {found.reason}"
        return Verdict("mixed", reason, found.trusted)
    return found

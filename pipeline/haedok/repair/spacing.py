"""Word spaces that were lost or invented.

Two accidents: every syllable stands alone (``지 금 까 지``), or words have grown together
(``이행하지않을수있다``). Spelling allows many compounds and auxiliaries both ways, so a space is
put only where every writer puts one: behind a particle or an ending, before another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from haedok.model import Line
from haedok.repair import language, lexicon
from haedok.repair.evidence import Evidence
from haedok.repair.line_ends import joins
from haedok.repair.readings import Reading
from haedok.settings import Repair

__all__ = ["cure", "find", "joins"]

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the spacing is damaged."""

_APART = re.compile("(?<![가-힣])[가-힣](?: [가-힣]){2,}(?![가-힣])")
MIN_GAIN, MIN_GAIN_PER_SYLLABLE = 8.0, 1.5
"""In nats. Sound runs of short words (``한 번 더``) gain at most 7 when joined, or 1 a syllable."""

_GROWN = re.compile("[가-힣]{7,}")
CLOSING = frozenset({"JKS", "JKC", "JKG", "JKO", "JKB", "JKQ", "JX", "JC", "EC", "EF", "ETM"})
"""Particles and endings: the last morpheme of a word."""
SURE, OFFERED = 0.97, 0.8
"""Right in 282 of 287 words grown together on purpose; offered where an author may mean it."""
MOSTLY = 0.7
"""Share of the syllables that must stand in seen words."""
AMBIGUOUS = frozenset({"지", "데", "만", "일", "듯", "바", "게"})
"""Nouns that stand apart, and endings that do not, look the same."""


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
    return (*_apart(text), *_grown(text))


def _apart(text: str) -> Iterator[Reading]:
    """Runs of single syllables that are words when joined."""
    for match in _APART.finditer(text):
        raw = match.group()
        joined = language.spaced(raw.replace(" ", ""))
        gain = language.score(joined) - language.score(raw)
        if joined != raw and gain >= max(MIN_GAIN, MIN_GAIN_PER_SYLLABLE * len(raw) / 2):
            why = f"syllables apart; joining gains {gain:.0f} nats"
            yield Reading(match.start(), match.end(), ((joined, SURE),), SURE, (why,))


def _grown(text: str) -> Iterator[Reading]:
    """Long words nobody has seen, made of words that are known.

    Two words without a space, once in a line, may be the author's own spelling: that is offered,
    not done.
    """
    found = [(match.span(), parts) for match in _GROWN.finditer(text) if (parts := _parts(match))]
    for span, parts in found:
        known = sum(len(part) for part in parts if lexicon.count(part)) / (span[1] - span[0])
        sure = SURE if known >= MOSTLY and (len(parts) > 2 or len(found) > 1) else OFFERED
        yield Reading(*span, ((" ".join(parts), sure),), sure, ("spaces lost between words",))


def _parts(match: re.Match[str]) -> list[str]:
    """The words of an unseen run of Hangul, empty where it may be one word."""
    if lexicon.count(match.group()):
        return []
    parts = split(match.group())
    known = sum(len(part) for part in parts if lexicon.count(part)) / len(match.group())
    return parts if len(parts) > 3 or (len(parts) > 1 and known >= MOSTLY) else []


def split(word: str) -> list[str]:
    """The words that have grown together; compounds stay whole.

    >>> split("이행하지않을수있다"), split("핵공유체제를")
    (['이행하지', '않을', '수', '있다'], ['핵공유체제를'])
    """
    spaced = language.spaced(word)
    parts = spaced.split(" ")
    apart = _must_be_apart(spaced)
    if len(apart) != len(parts) - 1:
        return [word]
    out = parts[:1]
    for part, needed in zip(parts[1:], apart, strict=True):
        if needed:
            out.append(part)
        else:
            out[-1] += part
    return out


def _must_be_apart(spaced: str) -> list[bool]:
    """For each space of a text: must every writer put it?"""
    found = language.located(spaced)
    return [
        _is_word_end(left, right)
        for left, right in pairwise(found)
        if " " in spaced[left.end : right.start]
    ]


def _is_word_end(left: language.Morpheme, right: language.Morpheme) -> bool:
    if not (left.known and right.known):
        return False
    if (left.form, left.tag) == ("수", "NNB"):  # ``할 수 있다``
        return right.tag in {"VV", "VA", "VX"}
    if left.tag not in CLOSING:
        return False
    if right.tag == "VX" and left.form != "지":  # ``먹어 보다`` may be written ``먹어보다``
        return False
    return right.tag[0] in "NVM" and right.form not in AMBIGUOUS

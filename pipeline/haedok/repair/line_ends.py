"""Does a Korean word go on over the end of a line? Korean breaks words anywhere, without a hyphen.

Signs weighed by logistic regression on text cut at random places (``benchmarks/fit_line_ends.py``;
of 1,823 cuts of sentences held out from all tables, 97.5 % are told right): what the net that reads
both lines says, the model of spaces, where Kiwi puts a space and how much likelier the joined words
are to it, and how often the joined word is seen.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from functools import cache, lru_cache
from itertools import accumulate

from haedok.repair import korean_net, language, lexicon, spacing_model
from haedok.repair.korean_signs import shown

WORDS_OF_CONTEXT = 3
LETTERS_OF_CONTEXT = 14
NET_SEES = 40
"""Characters on each side that are shown to the net."""
CLIP = 10.0
BIAS = -1.03
WEIGHTS = {
    "no space": 0.57,
    "gain": 0.25,
    "whole seen": 0.03,
    "right starts": 0.29,
    "whole begins": 0.01,
    "odds": -0.44,
    "net": -0.52,
}


@lru_cache(maxsize=8192)
def joins(left: str, right: str) -> float:
    """Probability that no space belongs between two lines that both have Hangul at the break.

    >>> joins("이를 위하여 핵위", "협을 강조하였다") > 0.9
    True
    >>> joins("북한은 핵무기를", "개발하였다") < 0.1
    True
    """
    left, right = left.rstrip(), right.lstrip()
    end = re.search("[가-힣]+$", left)
    start = re.match("[가-힣]+", right)
    if not end or not start:
        return 0.0
    signs = signs_of(left, right, end.group(), start.group())
    total = BIAS + sum(WEIGHTS[name] * value for name, value in signs.items())
    return 1 / (1 + math.exp(-total))


def signs_of(left: str, right: str, end: str, start: str) -> dict[str, float]:
    """What speaks for and against a word that goes on, from its piece ``end`` to ``start``."""
    before = " ".join(left.split()[-WORDS_OF_CONTEXT:])
    after = " ".join(right.split()[:WORDS_OF_CONTEXT])
    gain = language.score(before + after) - language.score(f"{before} {after}")
    return {
        "no space": float(not _spaced_after(before + after, before)),
        "gain": max(-CLIP, min(CLIP, gain)),
        "whole seen": math.log(lexicon.count(end + start) + 0.3),
        "right starts": math.log((lexicon.count(start) + 0.2) / (_ending(start) + 0.5)),
        "whole begins": math.log(_beginning(end + start) + 0.3),
        "odds": _odds(left, right),
        "net": _heard(left, right),
    }


def _heard(left: str, right: str) -> float:
    """Log-odds of a space between them, by the net."""
    before = left[-NET_SEES:].lstrip()
    line = korean_net.Line(*shown(f"{before}\n{right[:NET_SEES]}"))
    (odds,) = korean_net.space_odds([line])
    return max(-CLIP, min(CLIP, float(odds[len("".join(before.split())) - 1])))


def _odds(left: str, right: str) -> float:
    """Log-odds of a space between them, by the letters around."""
    before = "".join(left.split())[-LETTERS_OF_CONTEXT:]
    after = "".join(right.split())[:LETTERS_OF_CONTEXT]
    odds = float(spacing_model.log_odds(before + after)[len(before) - 1])
    return max(-CLIP, min(CLIP, odds))


def _spaced_after(text: str, before: str) -> bool:
    """Does the spacing model put a space behind ``before``?"""
    left = len(before.replace(" ", ""))
    spaced = language.spaced(text)
    for at, char in enumerate(spaced):
        left -= char != " "
        if left == 0:
            return spaced[at + 1 : at + 2] == " "
    return False


def _beginning(piece: str) -> float:
    """How many words (by count) begin with a piece, itself included."""
    return _between(piece, *_sorted(False))


def _ending(piece: str) -> float:
    """How many words (by count) end with a piece, itself included."""
    return _between(piece[::-1], *_sorted(True))


def _between(prefix: str, words: list[str], sums: list[int]) -> float:
    return sums[bisect_left(words, prefix + "\uffff")] - sums[bisect_left(words, prefix)]


@cache
def _sorted(backwards: bool) -> tuple[list[str], list[int]]:
    """All words in order (spelt backwards, if wanted) and the running sum of their counts."""
    table = lexicon.eojeols()
    rows = sorted((word[::-1] if backwards else word, n) for word, n in table.items())
    return [word for word, _ in rows], list(accumulate((n for _, n in rows), initial=0))

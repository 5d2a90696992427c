"""Text that a PDF carries beside its picture, when its character map is wrong: ``뷁쉙쒧 뙻뉅쮔``.

Nothing can be read from it: such a page is read again from its picture. Where there is none, the
words are marked.
"""

from __future__ import annotations

import re

from haedok.model import Line
from haedok.repair import lexicon
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

SENSELESS = -9.5
"""Mean log-probability of a line's syllables; prose has about -5.5, random syllables below -12."""
MIN_SYLLABLES = 5
_WORDS = re.compile("[가-힣]+")


def find(text: str) -> tuple[tuple[int, int, float], ...]:
    """The Hangul of a line whose syllables nobody writes: start, end, how sure.

    >>> find("뷁쉙쒧 뙻뉅쮔 2019")
    ((0, 3, 0.95), (4, 7, 0.95))
    >>> find("얇은 종이를 뚫고 읊은 시를 훑었다")
    ()
    """
    words = list(_WORDS.finditer(text))
    hangul = "".join(word.group() for word in words)
    if len(hangul) < MIN_SYLLABLES or lexicon.commonness(hangul) > SENSELESS:
        return ()
    return tuple((*word.span(), 0.95) for word in words)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Every such word, marked."""
    why = ("senseless Hangul: a wrong character map",)
    return tuple(Reading(start, end, (), sure, why) for start, end, sure in find(line.text))

"""Korean typed on the two-set keyboard with the Latin layout switched on: ``dkssudgktpdy``.

Only what is composed of whole syllables, is no English word, and gives words that people write is
taken. A word alone among Korean must be a seen word; a line of such words vouches for the others.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from haedok.repair import jamo_strings, language, lexicon
from haedok.repair.readings import Reading
from haedok.words import is_english

SURE = 0.99
MOSTLY = 0.6
"""Share of a line's letters that must be typed Korean where the line has no Hangul."""
KNOWN = 0.6
"""Share of the syllables that must stand in known words."""

COMMON = -6.5
"""Mean log-probability of the syllables of an unseen word."""

_TYPED = re.compile(r"(?<![\w@./#&=\\-])(?P<number>\d*)(?P<keys>[A-Za-z]+)(?![\w@/#&=\\-]|\.\w)")
_NOT_PROSE = re.compile(
    r"[Pp]assw|\bPW\b|\b[Ii][Dd]\b|[Ll]ogin|https?:|www\.|[{}=\\$`]|<[a-zA-Z/]|비밀번호|암호|아이디|계정"
)
_SHIFTED = re.compile("[A-Z]")
_TWO_SET_SHIFT = re.compile("[QWERTOP]")


class Typed(NamedTuple):
    """Keys that give whole syllables."""

    start: int
    end: int
    keys: str
    hangul: str

    @property
    def is_known(self) -> bool:
        """Is it a word that people write?"""
        if lexicon.count(self.hangul):
            return True
        return len(self.hangul) > 2 and language.is_grammatical(self.hangul)


def typed(text: str) -> list[Reading]:
    """Words of a line that were typed on the wrong layout.

    >>> [r.best for r in typed("dkssudgktpdy")]
    ['안녕하세요']
    >>> [r.best for r in typed("우리는 gorrhddbfmf 말한다")]
    ['핵공유를']
    >>> typed("nuclear sharing"), typed("password: dkssudgktpdy")
    ([], [])
    """
    if _NOT_PROSE.search(text):
        return []
    words = [word for match in _TYPED.finditer(text) if (word := _composed(match))]
    if not words:
        return []
    if _is_typed_line(text, words):
        taken = words
    elif lexicon.has_hangul(text):
        taken = [word for word in words if _is_surely_korean(word)]
        if len(taken) > 1:  # they vouch for the short words between them
            first, last = taken[0].start, taken[-1].end
            taken = [w for w in words if w in taken or (first < w.start < last and w.is_known)]
    else:
        return []
    why = ("two-set keyboard in Latin mode",)
    return [Reading(w.start, w.end, ((w.hangul, SURE),), SURE, why) for w in taken]


def _composed(match: re.Match[str]) -> Typed | None:
    keys = match["keys"]
    hangul = jamo_strings.from_keys(keys)
    if hangul is None or (len(keys) > 2 and is_english(keys)):
        return None
    return Typed(match.start("keys"), match.end("keys"), keys, hangul)


def _is_typed_line(text: str, words: list[Typed]) -> bool:
    """Are most of the letters of the line typed Korean, and most of its words known?"""
    latin = sum(map(len, re.findall("[A-Za-z]+", text)))
    syllables = sum(len(word.hangul) for word in words)
    if syllables < 3 or sum(len(word.keys) for word in words) < MOSTLY * latin:
        return False
    if lexicon.has_hangul(text) and len(words) < 3:
        return False
    known = sum(len(word.hangul) for word in words if word.is_known)
    return known >= KNOWN * syllables


def _is_surely_korean(word: Typed) -> bool:
    """Alone among other words: seen, long enough, and capitals only where the layout needs them."""
    capitals = _SHIFTED.findall(word.keys)
    if any(not _TWO_SET_SHIFT.match(capital) for capital in capitals) or len(word.keys) < 5:
        return False
    seen = lexicon.count(word.hangul)
    if seen:
        return len(word.hangul) > 2 or seen > 2
    common = lexicon.commonness(word.hangul) > COMMON
    return len(word.hangul) > 2 and common and language.is_grammatical(word.hangul)

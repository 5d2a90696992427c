"""How Korean text is numbered for the net that reads it from both sides (`korean_net`).

A syllable is one of those in use, and besides three letters. Digits, Latin letters and marks are
signs of their own, for an engine takes syllables for them; Hanja and whatever else is written are
classes. Spaces are no signs: they are states of boundaries.
"""

from __future__ import annotations

import string
from functools import cache

import numpy as np
import numpy.typing as npt

from haedok.hangul import IN_USE

Ints = npt.NDArray[np.int64]
States = npt.NDArray[np.int8]

EDGE, UNKNOWN, SPACE, NONE, BREAK = range(5)
"""Of a boundary: nothing known beyond it; nothing known of it; a space is seen; none is seen; the
end of a printed line, where a word may go on."""

PAD, BLOT, RARE, LATIN, HANJA, JAMO, OTHER = range(7)
"""Numbers of what is no sign of its own; a blot is unreadable, a rare syllable has its letters."""
MARKS = ".,:;?!·…()[]「」『』《》〈〉“”‘’\"'-~/%○□※→=+*|{}<>&_^@#$ㅣㅡㅁㅇㅋㄱ■●°"
SIGNS = MARKS + string.digits + string.ascii_letters
FIRST_SYLLABLE = OTHER + 1 + len(SIGNS)
NO_SYLLABLE = len(IN_USE)
"""The output that says: what was printed is no syllable, but the sign that was read, or another."""
NO_PART = 68
PARTS = NO_PART + 1
"""Initials, medials and finals are numbered one behind the other; the last is for other signs."""
_SAME = {"ㆍ": "·", "•": "·", "‧": "·", "∙": "·", "–": "-", "—": "-", "−": "-", "～": "~", "∼": "~"}
WIDE = 0xFEE0
"""So far behind a sign of ASCII stands its full-width form."""


def size() -> int:
    """How many numbers there are."""
    return FIRST_SYLLABLE + len(IN_USE)


@cache
def _output() -> dict[str, int]:
    return {syllable: at for at, syllable in enumerate(IN_USE)}


def number(sign: str) -> int | None:
    """The output that stands for a syllable, if there is one.

    >>> number("가"), number("뷁")
    (0, None)
    """
    return _output().get(sign)


@cache
def _table() -> npt.NDArray[np.int16]:
    """The number of each code point up to U+FFFF."""
    table = np.full(0x10000, OTHER, np.int16)
    for first, last, kind in (
        ("가", "힣", RARE), ("À", "ɏ", LATIN), ("\u3400", "\u4dbf", HANJA),
        ("\u4e00", "\u9fff", HANJA), ("\uf900", "\ufaff", HANJA), ("ㄱ", "ㆎ", JAMO),
    ):  # fmt: skip
        table[ord(first) : ord(last) + 1] = kind
    table[0xFFFD] = BLOT
    for at, sign in enumerate(SIGNS, OTHER + 1):
        table[ord(sign)] = at
        if "!" <= sign <= "~":
            table[ord(sign) + WIDE] = at
    for sign, same in _SAME.items():
        table[ord(sign)] = table[ord(same)]
    for at, syllable in enumerate(IN_USE, FIRST_SYLLABLE):
        table[ord(syllable)] = at
    return table


def encode(chars: str) -> Ints:
    """A row a character: its own number and those of its three letters (length, 4).

    >>> encode("각").tolist() == [[FIRST_SYLLABLE + 1, 0, 19, 41]]
    True
    """
    points = np.frombuffer(chars.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    own = _table()[np.minimum(points, 0xFFFF)].astype(np.int64)
    return np.concatenate([own[:, None], parts(points)], axis=1)


def parts(points: Ints) -> Ints:
    """Numbers of the letters of syllables, by code point (length, 3)."""
    code = points - ord("가")
    found = np.stack([code // 588, 19 + code // 28 % 21, 40 + code % 28], axis=1)
    hangul = (code >= 0) & (code < 11172)
    return np.where(hangul[:, None], found, NO_PART)


def solid(text: str) -> Ints:
    """Offsets of the characters of a text, its spaces left out: those of ``shown``.

    >>> solid("핵 위협").tolist()
    [0, 2, 3]
    """
    return np.flatnonzero([not char.isspace() for char in text])


def shown(text: str) -> tuple[str, States]:
    r"""The characters of a text, and what stands at the boundaries between them.

    >>> chars, states = shown("핵 위협\n을")
    >>> chars, states.tolist() == [SPACE, NONE, BREAK]
    ('핵위협을', True)
    """
    chars, states = [], []
    state = NONE
    for char in text:
        if char.isspace():
            state = BREAK if char == "\n" or state == BREAK else SPACE
        else:
            chars.append(char)
            states.append(state)
            state = NONE
    return "".join(chars), np.array(states[1:], dtype=np.int8)

"""Sound text → text as accidents leave it: wrong code pages and code points, lost and stray spaces.

What engines do to text is not imitated here but really done, by ``misread``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import jamo
import numpy as np

Encoding = Callable[[str], str | None]
"""None where this accident cannot happen to the text (it has signs the code page lacks)."""
Spacing = Callable[[str, np.random.Generator], str]


def misdecoded(written: str, read: str) -> Encoding:
    """Bytes written in one encoding and read in another; bytes that mean nothing become U+FFFD.

    >>> misdecoded("cp949", "latin-1")("안녕")
    '¾È³ç'
    """

    def damage(text: str) -> str | None:
        try:
            return text.encode(written).decode(read, "replace")
        except UnicodeEncodeError:
            return None

    return damage


def decomposed(text: str) -> str:
    """NFD, as some file systems and PDF writers have it."""
    return unicodedata.normalize("NFD", text)


def letters(text: str) -> str:
    """Syllables as rows of compatibility jamo.

    >>> letters("한글 1")
    'ㅎㅏㄴㄱㅡㄹ 1'
    """
    return str(jamo.j2hcj(jamo.h2j(text)))


_KEYS = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        strict=True,
    )
)
_KEYS |= {"ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml"}
_KEYS |= {"ㄳ": "rt", "ㄵ": "sw", "ㄶ": "sg", "ㄺ": "fr", "ㄻ": "fa", "ㄼ": "fq", "ㄽ": "ft"}
_KEYS |= {"ㄾ": "fx", "ㄿ": "fv", "ㅀ": "fg", "ㅄ": "qt"}


def typed_latin(text: str) -> str:
    """Typed on the two-set keyboard with the Latin layout switched on.

    >>> typed_latin("안녕하세요")
    'dkssudgktpdy'
    """
    return "".join(_KEYS.get(letter, letter) for letter in letters(text))


def entities(text: str) -> str:
    """Hangul as numeric HTML entities."""
    return re.sub("[가-힣]", lambda match: f"&#{ord(match[0])};", text)


ENCODINGS: dict[str, Encoding] = {
    "cp949 as latin-1": misdecoded("cp949", "latin-1"),
    "cp949 as cp1252": misdecoded("cp949", "cp1252"),
    "cp949 as utf-8": misdecoded("cp949", "utf-8"),
    "utf-8 as latin-1": misdecoded("utf-8", "latin-1"),
    "utf-8 as cp1252": misdecoded("utf-8", "cp1252"),
    "utf-8 as cp949": misdecoded("utf-8", "cp949"),
    "nfd": decomposed,
    "jamo": letters,
    "keyboard": typed_latin,
    "entities": entities,
}

_BETWEEN_SYLLABLES = re.compile(r"(?<=[가-힣])(?=[가-힣])")


def without_spaces(text: str, rng: np.random.Generator, rate: float = 1.0) -> str:
    """A share ``rate`` of the word spaces is lost."""
    return re.sub(" ", lambda space: "" if rng.random() < rate else space[0], text)


def with_spaces(text: str, rng: np.random.Generator, rate: float = 0.15) -> str:
    """Spaces appear between a share ``rate`` of neighbouring syllables."""
    return _BETWEEN_SYLLABLES.sub(lambda _: " " if rng.random() < rate else "", text)


def spread(text: str, rng: np.random.Generator) -> str:  # a row like the others
    """Every syllable stands alone.

    >>> spread("지금까지 그는", np.random.default_rng(0))
    '지 금 까 지 그 는'
    """
    return _BETWEEN_SYLLABLES.sub(" ", text)


SPACINGS: dict[str, Spacing] = {
    "all lost": without_spaces,
    "some lost": lambda text, rng: without_spaces(text, rng, 0.3),
    "some invented": with_spaces,
    "spread": spread,
}

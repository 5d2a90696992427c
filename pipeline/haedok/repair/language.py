"""What Korean grammar allows and what a language model expects: the one owner of kiwipiepy.

The analyser (Lee 2024, Kiwi) takes a second and some 200 MB to load, so it is loaded at the first
question and kept. It reads 5–6 thousand characters a second: ask it about suspects, not about all.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

UNKNOWN_TAGS = frozenset({"UN", "SW", "Z_CODA", "Z_SIOT"})


@cache
def _kiwi() -> Kiwi:
    from kiwipiepy import Kiwi  # noqa: PLC0415 (slow to load)

    return Kiwi(num_workers=1)


@lru_cache(maxsize=65536)
def _analysis(text: str) -> tuple[tuple[tuple[str, str, bool], ...], float]:
    tokens, score = _kiwi().analyze(text, top_n=1)[0]
    return tuple((t.form, t.tag, t.id >= 0) for t in tokens), score


def score(text: str) -> float:
    """Log-probability (natural) of a text; compare only texts of like length."""
    return _analysis(text)[1]


def morphemes(text: str) -> tuple[tuple[str, str], ...]:
    """Morphemes and their tags (Sejong tag set).

    >>> morphemes("핵위협을")[-1]
    ('을', 'JKO')
    """
    return tuple((form, tag) for form, tag, _ in _analysis(text)[0])


def is_grammatical(word: str) -> bool:
    """Can this be one Korean word, made of morphemes that the analyser's dictionary has?

    >>> is_grammatical("안녕하세요"), is_grammatical("뷁쉙쒧")
    (True, False)
    """
    parts, _ = _analysis(word)
    return bool(parts) and all(known and tag not in UNKNOWN_TAGS for _, tag, known in parts)


def spaced(text: str) -> str:
    """The text with word spaces where the model puts them; existing spaces are kept.

    >>> spaced("이행하지않을수있다")
    '이행하지 않을 수 있다'
    """
    return str(_kiwi().space(text))

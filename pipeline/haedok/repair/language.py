"""What Korean grammar allows and what a language model expects: the one owner of kiwipiepy.

The analyser (Lee 2024, Kiwi) takes a second and some 200 MB to load, so it is loaded at the first
question and kept. It reads 5–6 thousand characters a second: ask it about suspects, not about all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

_SURROGATE = re.compile("[\ud800-\udfff]")
"""A byte that could not be decoded; the analyser takes no such text."""
UNKNOWN_TAGS = frozenset({"UN", "SW", "Z_CODA", "Z_SIOT"})


@cache
def _kiwi() -> Kiwi:
    from kiwipiepy import Kiwi  # noqa: PLC0415 (slow to load)

    return Kiwi(num_workers=1)


class Morpheme(NamedTuple):
    """A morpheme where it stands; ``known`` is whether the analyser's dictionary has it."""

    form: str
    tag: str
    start: int
    end: int
    known: bool


@lru_cache(maxsize=4096)
def _analysis(text: str) -> tuple[tuple[Morpheme, ...], float]:
    tokens, total = _kiwi().analyze(_SURROGATE.sub("?", text), top_n=1)[0]
    return tuple(Morpheme(t.form, t.tag, t.start, t.end, not t.oov) for t in tokens), total


class Account(NamedTuple):
    """Log-probability (natural) of a text, its morphemes, and those that no dictionary has."""

    score: float
    morphemes: int
    unknown: int


def account(text: str) -> Account:
    """What the analyser makes of a text; compare only texts of like length."""
    morphemes, total = _analysis(text)
    return Account(float(total), len(morphemes), sum(not m.known for m in morphemes))


def score(text: str) -> float:
    """Log-probability (natural) of a text; compare only texts of like length."""
    return _analysis(text)[1]


def scores(texts: Sequence[str]) -> tuple[float, ...]:
    """``score`` of many texts, none of which is kept."""
    kiwi = _kiwi()
    return tuple(float(kiwi.analyze(text, top_n=1)[0][1]) for text in texts)


def located(text: str) -> tuple[Morpheme, ...]:
    """Morphemes in order, with their tags (Sejong tag set).

    >>> [(m.form, m.tag) for m in located("핵위협을")][-1]
    ('을', 'JKO')
    """
    return _analysis(text)[0]


@lru_cache(maxsize=4096)
def alike(noun: str, limit: int) -> tuple[tuple[str, float], ...]:
    """Nouns that stand in like contexts, with the cosine of their embeddings, most alike first."""
    try:
        found = _kiwi().most_similar_morphemes((noun, "NNG"), top_n=limit)
    except ValueError:  # the analyser has no such noun
        return ()
    return tuple((m.form, float(m.score)) for m in found if m.tag.startswith("NN"))


def is_grammatical(word: str) -> bool:
    """Can this be one Korean word, made of morphemes that the analyser's dictionary has?

    >>> is_grammatical("안녕하세요"), is_grammatical("뷁쉙쒧")
    (True, False)
    """
    parts = located(word)
    return bool(parts) and all(m.known and m.tag not in UNKNOWN_TAGS for m in parts)


def is_noun(word: str) -> bool:
    """Is this one noun of the analyser's dictionary?

    >>> is_noun("공유"), is_noun("위해"), is_noun("핵공유")
    (True, False, False)
    """
    parts = located(word)
    return len(parts) == 1 and parts[0].known and parts[0].tag in {"NNG", "NNP"}


@lru_cache(maxsize=4096)
def spaced(text: str) -> str:
    """The text with word spaces where the model puts them; existing spaces are kept.

    >>> spaced("이행하지않을수있다")
    '이행하지 않을 수 있다'
    """
    return str(_kiwi().space(text))

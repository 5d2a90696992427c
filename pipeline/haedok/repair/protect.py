"""What an edit may not touch without evidence of its own kind.

Names, numbers, citations, URLs, formulas, Hanja and clean English carry facts that a language
model cannot know. A cure that only knows what people usually write may not change them; one that
undoes an exact accident, or that quotes the document itself, may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from haedok.model import Cause
from haedok.repair.readings import Reading

OWN_EVIDENCE: frozenset[Cause] = frozenset({"encoding", "gloss", "wrong-model"})
"""Causes whose cures know more than what is usual: exact inverses, the document, the channel."""

PROTECTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?:https?://|www\.|doi:)\S+|\S+@\S+\.\S+")),
    ("citation", re.compile(r"\([^()]*(?:1[89]|20)\d\d[a-z]?[^()]*\)")),
    ("number", re.compile(r"[+-]?\d[\d.,:/~–-]*")),
    ("formula", re.compile(r"\S*[=<>≤≥±×÷∑∫√∞≈^_\\]\S*")),
    ("hanja", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")),
    ("english", re.compile("[A-Za-z][A-Za-z'’.-]*")),
)
"""Kinds of protected text and how each is recognised; a linguist may add a row."""


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """All protected spans: kind, start, end.

    >>> list(spans("핵공유(Kim 2019, 4)"))[0]
    ('citation', 3, 16)
    """
    for kind, pattern in PROTECTED:
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()


def allowed(text: str, reading: Reading, cause: Cause) -> bool:
    """May this reading change the text? Spacing may, where it changes nothing but spaces."""
    if cause in OWN_EVIDENCE:
        return True
    raw, best = text[reading.start : reading.end], reading.best or ""
    if raw.replace(" ", "") == best.replace(" ", ""):
        return True
    return not any(start < reading.end and reading.start < end for _, start, end in spans(text))

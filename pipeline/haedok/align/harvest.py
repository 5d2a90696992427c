"""English glosses and citations of a document, counted whether or not their Korean is read.

In a text of the wrong model they are all that survives, and there the opening bracket is often read
as letters that stick to the first word (``Allextended deterrence)``): a closing bracket behind
words that are English is then enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from haedok.align.glosses import ACRONYM, BRACKET, CITATION, is_english
from haedok.align.lexicon import lexicon
from haedok.align.words import FUNCTION_WORDS, stem
from haedok.model import Block

Span = tuple[int, int]
UNOPENED = re.compile(r"([A-Za-z][A-Za-z:’' -]*[A-Za-z])\)")
"""Latin letters up to a closing bracket."""
NAME = r"[A-Z][A-Za-z’'-]+(?: (?:of |for )?[A-Z][A-Za-z’'-]+)*"
NAMES = (
    rf"{NAME}(?:(?:,? (?:and|&) |, ){NAME})*(?:,? et al\.?)?"
    r"|[가-힣]{2,4}(?:·[가-힣]{2,4})*(?: 외)?"
)
CITED = re.compile(rf"(?:{NAMES}),? (?:1[89]|20)\d\d[a-z]?(?:, ?\d+(?:[-–~]\d+)?)*(?=\s?[);,])")
"""Names, a year, perhaps pages; then a bracket closes or another citation follows."""
ENDINGS = (
    "ence",
    "ance",
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ism",
    "ship",
    "ing",
    "ive",
    "ory",
)
"""A long word that ends so is English though the dictionary does not know it."""
ABBREVIATED = re.compile(r"[A-Z]{3,}$")


def harvest_glosses(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """English glosses with their anchors, in order."""
    return [
        (block.text[start:end], f"{block.id}:{start}-{end}")
        for block in blocks
        if block.lang != "en" and block.role not in ("reference", "running_head")
        for start, end in english_spans(block.text, garbled=not re.search("[가-힣]", block.text))
    ]


def english_spans(text: str, garbled: bool = False) -> list[Span]:
    """Spans of English in brackets that are no citations; ``garbled`` allows lost brackets.

    >>> text = "B (balance of terror) JA (Smith 2010) A|extended deterrence) 94Hnuclear umbrella)"
    >>> [text[a:b] for a, b in english_spans(text, garbled=True)]
    ['balance of terror', 'extended deterrence', 'nuclear umbrella']
    """
    found = list(_bracketed(text))
    if garbled:
        found += _unopened(text, {end for _, end in found})
    return sorted(found)


def _bracketed(text: str) -> Iterator[Span]:
    for bracket in BRACKET.finditer(text):
        inner = bracket[1].strip()
        part_of_name = ABBREVIATED.search(text[: bracket.start()]) and ACRONYM.fullmatch(inner)
        if CITATION.search(inner) or part_of_name:
            continue
        if is_english(inner) and looks_english(inner):
            start = bracket.start(1) + bracket[1].index(inner)
            yield start, start + len(inner)


def _unopened(text: str, known: set[int]) -> Iterator[Span]:
    """Lower-case words before a closing bracket, the first one perhaps with letters stuck to it."""
    for found in UNOPENED.finditer(text):
        before = text[: found.end(1)]
        if found.end(1) in known or before.rfind("(") > before.rfind(")"):
            continue
        start = first_word(found[1])
        if start is not None:
            yield found.start(1) + start, found.end(1)


def first_word(text: str) -> int | None:
    """Where the English begins in letters whose beginning may be garble.

    >>> first_word("Allextended deterrence"), first_word("Hnuclear umbrella"), first_word("sf Al")
    (3, 1, None)
    """
    words = list(re.finditer(r"[A-Za-z’'-]+", text))
    start = None
    for word in reversed(words):
        if is_word(word.group()):
            start = word.start()
            continue
        stuck = (cut for cut in range(1, 5) if is_word(word.group()[cut:], least=5))
        cut = next(stuck, None)
        start = word.start() + cut if cut is not None else start
        break
    return start if start is not None and len(text) - start >= 5 else None


def is_word(text: str, least: int = 2) -> bool:
    """An English word in lower case, or capitalised, that the dictionary knows."""
    if len(text) < least or not re.fullmatch(r"[A-Z]?[a-z’'-]+", text):
        return False
    if text.lower() in FUNCTION_WORDS or (len(text) > 6 and text.endswith(ENDINGS)):
        return True
    return len(text) > 3 and stem(text) in _english_stems()


def looks_english(text: str) -> bool:
    """Real words rather than the Latin garble of Hangul.

    >>> looks_english("the second strike capability"), looks_english("AAZF Heko")
    (True, False)
    >>> looks_english("ICBM")
    True
    """
    if ACRONYM.fullmatch(text):
        return True
    words = [w for w in re.findall(r"[A-Za-z]{2,}", text) if not w.isupper()]
    hits = sum(w.lower() in FUNCTION_WORDS or stem(w) in _english_stems() for w in words)
    return bool(words) and hits >= 0.5 * len(words)


@cache
def _english_stems() -> frozenset[str]:
    return frozenset(s for stems in lexicon().values() for s in stems if len(s) > 1)


def harvest_citations(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """Citations in the text with their anchors: ``Kort, et al. 2019, 74-79``, ``박휘락 2020``."""
    return [
        (block.text[start:end], f"{block.id}:{start}-{end}")
        for block in blocks
        if block.role not in ("reference", "running_head", "volume")
        for start, end in citations(block.text)
    ]


def citations(text: str) -> list[Span]:
    """Spans of citations before a closing bracket; several may share one.

    >>> text = "(Lebow 2007, 121), FtiDougherty, et al. 1990, 387). (박휘락 2020a; 김철수 2019)"
    >>> [text[a:b] for a, b in citations(text)]
    ['Lebow 2007, 121', 'FtiDougherty, et al. 1990, 387', '박휘락 2020a', '김철수 2019']
    """
    return [
        found.span()
        for found in CITED.finditer(text)
        if re.match(r"[^()]{0,120}\)", text[found.end() :])
    ]

"""Korean × English: which parts of a document, or of two texts, say the same.

align(blocks)       titles, authors, keywords, abstract sentences, captions, glosses of a paper
align_texts(ko, en) the sentences of two plain texts
tsv(pairs)          the table of either
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from haedok.align.glosses import gloss_pairs
from haedok.align.harvest import harvest_citations, harvest_glosses
from haedok.align.lexicon import lexicon, with_terms
from haedok.align.pairs import (
    Span,
    abstract_pairs,
    author_pairs,
    caption_pairs,
    keyword_pairs,
    sentence_pairs,
    title_pairs,
)
from haedok.align.sentences import sentences
from haedok.model import Block, Pair
from haedok.settings import Align

__all__ = ["align", "align_texts", "harvest_citations", "harvest_glosses", "tsv"]

HEADER = "kind\tko\ten\tscore\tko_anchor\ten_anchor"


def align(blocks: Sequence[Block], settings: Align) -> tuple[Pair, ...]:
    """All pairs of a document worth keeping, by kind and then in the order of the Korean side.

    The document's own glosses are read first: they are the best dictionary for its abstract.
    """
    glossed = [
        pair
        for block in blocks
        if block.lang != "en" and block.role not in ("reference", "running_head")
        for pair in gloss_pairs(block)
    ]
    terms = [(pair.ko, pair.en) for pair in glossed if pair.kind == "gloss"]
    entries = with_terms(lexicon(), terms)
    words = list(keyword_pairs(blocks, entries))
    entries = with_terms(entries, [(pair.ko, pair.en) for pair in words])
    found = [
        *title_pairs(blocks, entries),
        *author_pairs(blocks),
        *words,
        *abstract_pairs(blocks, entries),
        *caption_pairs(blocks),
        *glossed,
    ]
    return tuple(pair for pair in found if pair.score >= settings.min_score)


def align_texts(ko: str, en: str, settings: Align) -> tuple[Pair, ...]:
    """Align two texts, one sentence or paragraph a line; anchors are ``l12``, the line's number.

    Lines are split into sentences only where one side has far fewer lines than the other.
    """
    left, right = _units(ko), _units(en)
    if left and right and not 0.5 <= len(left) / len(right) <= 2:
        left, right = _units(ko, split=True), _units(en, split=True)
    pairs = sentence_pairs(left, right, lexicon())
    return tuple(pair for pair in pairs if pair.score >= settings.min_score)


def _units(text: str, split: bool = False) -> list[Span]:
    """Lines that are not blank, or their sentences, with anchors."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    if not split:
        return [Span(line, f"l{number}") for number, line in lines if line]
    return [
        Span(s.text, f"l{number}:{s.start}-{s.end}")
        for number, line in lines
        for s in sentences(line)
    ]


def tsv(pairs: Iterable[Pair]) -> str:
    r"""The table ``pairs.tsv``; tabs and line ends inside a text become ``\t`` and ``\n``.

    >>> print(tsv([Pair("gloss", "핵공유", "nuclear sharing", 0.95, "b1:0-3", "b1:4-19")]), end="")
    kind	ko	en	score	ko_anchor	en_anchor
    gloss	핵공유	nuclear sharing	0.95	b1:0-3	b1:4-19
    """
    rows = (
        (pair.kind, pair.ko, pair.en, f"{pair.score:g}", pair.ko_anchor, pair.en_anchor)
        for pair in pairs
    )
    return "\n".join([HEADER, *("\t".join(map(_escape, row)) for row in rows)]) + "\n"


def _escape(text: str) -> str:
    for raw, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, written)
    return text

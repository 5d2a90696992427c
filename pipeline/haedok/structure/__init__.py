"""Lines to a document: paragraphs with roles, joined over line, column and page ends.

    views -> places -> furniture, notes, rows -> paragraphs -> texts -> roles -> blocks

Works on page images (boxes) and on bare text alike; see ``places`` for how the two meet.
"""

from __future__ import annotations

from collections.abc import Sequence

from haedok.model import Block, Lang, Page, Role
from haedok.settings import Structure
from haedok.structure.joins import Joins, Words, by_words, join, words_of
from haedok.structure.lines import Mark, language
from haedok.structure.paragraphs import Paragraph, paragraphs
from haedok.structure.roles import roles
from haedok.structure.spots import Spot, spots
from haedok.structure.tongues import in_their_language

__all__ = ["structure"]


def structure(
    pages: Sequence[Page], settings: Structure, joins: Joins | None = None
) -> tuple[Block, ...]:
    """The blocks of a document, in reading order.

    Args:
        pages: with lines in reading order and the edits that repair proposes for them.
        settings: how many columns a page has, if that is known.
        joins: ``joins(left, right)`` is the probability that no space belongs between two lines
            that end and begin with a syllable; by default the document's own words decide.
    """
    lines = spots(pages, settings.columns)
    words = words_of(spot.text for spot in lines if spot.view.read)
    rule = joins or by_words(words)
    parts = paragraphs(lines)
    texts = [joined(part, words, rule) for part in parts]
    found = roles(parts, [text for text, _ in texts])
    changed = frozenset(
        index
        for index, edit in enumerate(edit for page in pages for edit in page.edits)
        if edit.status == "corrected"
    )
    blocks = [
        _block(number, part, role, text, marks, changed)
        for number, (part, role, (text, marks)) in enumerate(
            zip(parts, found, texts, strict=True), 1
        )
    ]
    return in_their_language(blocks)


def joined(part: Paragraph, words: Words, joins: Joins) -> tuple[str, tuple[Mark, ...]]:
    """Text of a paragraph with its marks; rows of a table keep their lines."""
    text, marks = "", list[Mark]()
    for spot in part.spots:
        piece = spot.view.text if part.kind == "table" else spot.text
        text, between = _meet(text, piece, part, words, joins)
        text += between
        marks += [(len(text) + a, len(text) + b, index) for a, b, index in spot.view.marks]
        text += piece
    return text, tuple((a, min(b, len(text)), index) for a, b, index in marks if a < len(text))


def _meet(text: str, piece: str, part: Paragraph, words: Words, joins: Joins) -> tuple[str, str]:
    """The text without a hyphen that was only the line's, and what comes between."""
    if not text:
        return "", ""
    if part.kind == "table":
        return text, "\n"
    if part.kind == "other":
        return text, " "
    drop, between = join(text, piece, words, joins)
    return text[: len(text) - drop], between


def _block(
    number: int,
    part: Paragraph,
    role: Role,
    text: str,
    marks: tuple[Mark, ...],
    changed: frozenset[int],
) -> Block:
    return Block(
        id=f"b{number:04d}",
        page=part.first.view.page,
        role=role,
        lang=_lang(part.spots, text),
        text=text,
        confidence=_confidence(part.spots),
        lines=tuple(spot.view.place for spot in part.spots),
        marks=tuple(mark for mark in marks if mark[2] not in changed),
        corrections=tuple(mark for mark in marks if mark[2] in changed),
    )


def _lang(lines: Sequence[Spot], text: str) -> Lang:
    """Lines of the wrong model are Korean, whatever letters they show; the longer part decides."""
    unread = sum(len(spot.text) for spot in lines if not spot.view.read)
    read = sum(len(spot.text) for spot in lines if spot.view.read)
    return language(text) if read > unread else "ko"


def _confidence(lines: Sequence[Spot]) -> float:
    """Mean over the characters of its lines."""
    weights = [(len(spot.text), spot.view.confidence) for spot in lines]
    return round(sum(n * p for n, p in weights) / sum(n for n, _ in weights), 4)

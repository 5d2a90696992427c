"""The words of a repaired page with their boxes: what ALTO, hOCR and the searchable PDF need.

Boxes leave here in pixels of the page image as it was ingested; ``place`` is in those of the
prepared one, where lines are level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from haedok.model import Box, Edit, Line, Page, Token, around
from haedok.repair.ledger import apply


class Word(msgspec.Struct, frozen=True):
    """A repaired word: what it says, where, how surely."""

    text: str
    box: Box
    confidence: float
    place: Box


class WordLine(msgspec.Struct, frozen=True):
    """A line of words."""

    number: int
    box: Box
    words: tuple[Word, ...]


def word_lines(page: Page) -> Iterator[WordLine]:
    """The lines of a page that have boxes."""
    for line in page.lines:
        edits = [edit for edit in page.edits if edit.line == line.number]
        words = tuple(_words(line, edits, page))
        if words:
            yield WordLine(line.number, around([word.box for word in words]), words)


def _words(line: Line, edits: Sequence[Edit], page: Page) -> Iterator[Word]:
    made = [edit for edit in edits if edit.status == "corrected"]
    for group in _groups(line.tokens, made):
        boxes = [token.box for token in group if token.box is not None]
        if not boxes:
            continue
        start, end = group[0].start, group[-1].end
        inside = [
            msgspec.structs.replace(edit, start=edit.start - start, end=edit.end - start)
            for edit in made
            if start <= edit.start and edit.end <= end
        ]
        text = apply(line.text[start:end], inside)
        confidence = min(1.0 if t.confidence is None else t.confidence for t in group)
        for word, part in _shared_out(text.split(), around(boxes)):
            yield Word(word, _to_original(part, page), confidence, part)


def _groups(tokens: Sequence[Token], edits: Sequence[Edit]) -> Iterator[list[Token]]:
    """Tokens that one edit welds together, else each alone."""
    group: list[Token] = []
    for token in tokens:
        welded = group and any(e.start < token.start and e.end > group[-1].end for e in edits)
        touched = group and any(e.start < group[-1].end and e.end > token.start for e in edits)
        if group and not (welded or touched):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _shared_out(words: Sequence[str], box: Box) -> Iterator[tuple[str, Box]]:
    """A box divided among words by their lengths: the edit knows letters, not places."""
    total = sum(map(len, words)) + len(words) - 1
    at = 0
    for word in words:
        x0 = box.x0 + box.width * at // total
        x1 = box.x0 + box.width * (at + len(word)) // total
        yield word, Box(x0, box.y0, max(x1, x0 + 1), box.y1)
        at += len(word) + 1


def _to_original(box: Box, page: Page) -> Box:
    """The upright rectangle around a box turned back to the page as it was ingested."""
    corners = [page.back(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs, ys = ([round(value) for value in values] for values in zip(*corners, strict=True))
    width, height = page.original_size if all(page.original_size) else (page.width, page.height)
    return Box(
        _within(min(xs), width),
        _within(min(ys), height),
        _within(max(xs), width),
        _within(max(ys), height),
    )


def _within(value: int, limit: int) -> int:
    return min(max(value, 0), limit)

"""A block's text with its edits shown, in whatever notation a writer wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from haedok.model import Block, Edit

Unread = Literal["keep", "mark", "gap"]
OPEN, CLOSE = "⟦", "⟧"
DESTROYED = ("wrong-model", "gloss", "encoding")
"""Causes that leave nothing to read: such text is marked even where a reading is offered."""


class Span(msgspec.Struct, frozen=True):
    """A piece of a block: text, and the edit it comes from, if any."""

    text: str
    edit: Edit | None = None

    @property
    def unread(self) -> bool:
        """Whether this is damaged text that still stands there as it was.

        What a reviewer rejected is not: somebody looked, and the raw text is right.
        """
        if self.edit is None or self.edit.status == "corrected":
            return False
        if self.edit.decided_by != "haedok":
            return False
        return self.edit.status == "unreadable" or self.edit.cause in DESTROYED


def spans(block: Block, ledger: Sequence[Edit]) -> Iterator[Span]:
    """Cut a block's text at its marks."""
    at = 0
    for start, end, index in sorted(block.marks + block.corrections):
        if start < at:
            continue
        if start > at:
            yield Span(block.text[at:start])
        yield Span(block.text[start:end], ledger[index])
        at = end
    if at < len(block.text):
        yield Span(block.text[at:])


def plain(
    block: Block,
    ledger: Sequence[Edit],
    unread: Unread,
    escape: Callable[[str], str] = str,
) -> str:
    """The text of a block with its unread stretches kept, marked ⟦so⟧ or left out ⟦…⟧.

    Neighbouring unread words share one pair of brackets.
    """
    if unread == "keep":
        return escape(block.text)
    pieces: list[tuple[bool, str]] = []
    for span in spans(block, ledger):
        if pieces and pieces[-1][0] == span.unread:
            pieces[-1] = (span.unread, pieces[-1][1] + span.text)
        elif pieces and not span.unread and span.text.isspace():
            pieces.append((False, span.text))
        else:
            pieces.append((span.unread, span.text))
    return "".join(_bracketed(_joined(pieces), unread, escape))


def _joined(pieces: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Unread, space, unread → one unread piece.

    >>> _joined([(True, "A"), (False, " "), (True, "B"), (False, " c")])
    [(True, 'A B'), (False, ' c')]
    """
    joined: list[tuple[bool, str]] = []
    for unread, text in pieces:
        bridged = len(joined) > 1 and joined[-1][1].isspace() and joined[-2][0]
        if unread and bridged:
            space = joined.pop()[1]
            joined[-1] = (True, joined[-1][1] + space + text)
        else:
            joined.append((unread, text))
    return joined


def _bracketed(
    pieces: list[tuple[bool, str]], unread: Unread, escape: Callable[[str], str]
) -> Iterator[str]:
    for is_unread, text in pieces:
        if not is_unread:
            yield escape(text)
        elif unread == "gap":
            yield f"{OPEN}…{CLOSE}"
        else:
            yield f"{OPEN}{escape(text)}{CLOSE}"

"""``document.md``: the document as one would read it, with its doubts visible.

A word that was not read stands in ⟦…⟧; where a reading is offered, ⟦raw → reading?⟧.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from haedok.emit.marked import CLOSE, OPEN, Unread, plain, spans
from haedok.emit.text import is_text
from haedok.model import Block, Document, Edit

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
FRAMES = {
    "title": "# {}",
    "subtitle": "## {}",
    "author": "**{}**",
    "affiliation": "**{}**",
    "quote": "> {}",
    "caption": "*{}*",
    "footnote": "<small>{}</small>",
}
LIST_START = re.compile(r"^(\s*\d*)([-+.)])(?=\s)")


def markdown(document: Document, unread: Unread) -> str:
    """The whole document in CommonMark with pipe tables."""
    ledger = document.edits
    blocks = [block for block in document.blocks if is_text(block)]
    return "\n\n".join(_block(block, ledger, unread) for block in blocks) + "\n"


def escape(text: str) -> str:
    r"""Keep Markdown from reading signs of the text as its own.

    >>> escape("A|A*¢ <표 1>")
    'A\\|A\\*¢ \\<표 1\\>'
    """
    return SPECIAL.sub(r"\\\1", text)


def no_list(text: str) -> str:
    r"""Keep a paragraph that begins with a number or a dash from becoming a list.

    >>> no_list("1. 자료"), no_list("- 145 -"), no_list("1.5 배")
    ('1\\. 자료', '\\- 145 -', '1.5 배')
    """
    return LIST_START.sub(r"\1\\\2", text)


def _block(block: Block, ledger: Sequence[Edit], unread: Unread) -> str:
    text = _with_offers(block, ledger) if unread == "mark" else plain(block, ledger, unread, escape)
    if block.role == "table":
        return _table(text)
    if block.role == "heading":
        return f"{'#' * _level(block.text)} {text}"
    frame = FRAMES.get(block.role)
    return frame.format(text) if frame else no_list(text)


def _with_offers(block: Block, ledger: Sequence[Edit]) -> str:
    """Runs of unread words in one pair of brackets; an offered reading behind its word."""
    pieces: list[str] = []
    for span in spans(block, ledger):
        edit = span.edit
        if edit is not None and edit.status == "doubtful" and edit.reading is not None:
            pieces.append(f"{OPEN}{escape(span.text)} → {escape(edit.reading)}?{CLOSE}")
        elif span.unread:
            pieces.append(f"{OPEN}{escape(span.text)}{CLOSE}")
        else:
            pieces.append(escape(span.text))
    return re.sub(rf"{CLOSE}( ?){OPEN}", r"\1", "".join(pieces))


def _level(text: str) -> int:
    """Heading level from its numbering: Ⅰ. 2, 1. 3, anything finer 4.

    >>> [_level(heading) for heading in ("Ⅱ. 이론", "1. 배경", "1) 정의", "참고문헌")]
    [2, 3, 4, 2]
    """
    if re.match(r"\s*\d+\s*\.", text):
        return 3
    if re.match(r"\s*(\(?\d+\)|\(?[가-힣]\)|[가-하]\.|[①-⑳])", text):
        return 4
    return 2


def _table(text: str) -> str:
    rows = [row.split("\t") for row in text.split("\n")]
    width = max(len(row) for row in rows)
    if width < 2:
        return "\n\n".join(row[0] for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

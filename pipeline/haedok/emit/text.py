"""Plain text: ``text/ko.txt``, ``text/en.txt``, and the pages as they stand."""

from __future__ import annotations

import re

from haedok.emit.marked import Unread, plain
from haedok.model import Block, Document, Lang, Page
from haedok.repair.ledger import replay

FURNITURE = frozenset({"running_head", "page_number", "volume"})
"""Roles that belong to the printed page, not to the text."""
WORD = re.compile(r"[가-힣]{2,}|[A-Za-z]{3,}")


def language_text(document: Document, english: bool, unread: Unread) -> str:
    """All text in one language, a block a line, without what belongs to the page only.

    ``ko.txt`` takes what is Korean or mixed, ``en.txt`` what is English: every block is in one.
    """
    ledger = document.edits
    wanted: set[Lang] = {"en"} if english else {"ko", "mixed"}
    blocks = (block for block in document.blocks if is_text(block) and block.lang in wanted)
    return "".join(plain(block, ledger, unread) + "\n" for block in blocks)


def is_text(block: Block) -> bool:
    """Whether a block belongs to the text, not to the printed page.

    What has no role of its own does if it has words: specks have none, sound text is never lost.
    """
    if block.role == "other":
        return len(WORD.findall(block.text)) >= 3
    return block.role not in FURNITURE


def page_text(page: Page) -> str:
    """A page line by line, as ``edits.jsonl`` counts its lines, with its corrections applied."""
    return "".join(f"{text}\n" for text in repaired_lines(page))


def raw_page_text(page: Page) -> str:
    """The same page as it came."""
    return "".join(f"{line.text}\n" for line in page.lines)


def repaired_lines(page: Page) -> list[str]:
    """The text of each line with its corrections applied."""
    return replay([line.text for line in page.lines], page.edits)

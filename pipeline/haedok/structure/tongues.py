"""Blocks too short to show their language: they speak that of the text around them.

A number, a citation that stands alone, or three misread syllables of a heading (``I. A&``) look
like English to their letters. Between Korean blocks they are Korean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from haedok.model import Block

PLAIN_WORD = re.compile(r"(?<![^\s(“‘\"])[a-z]{2,}(?=[\s,.;:)”’?!]|$)")
WORDLESS = ("other", "running_head", "page_number", "volume")
ENOUGH = 3
"""So many words in small letters are a phrase of English, not a name or an accident."""


def in_their_language(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each run of short "English" ones between Korean ones called Korean."""
    settled = list(blocks)
    at = 0
    while at < len(settled):
        end = at
        while end < len(settled) and _unsure(settled[end]):
            end += 1
        if end > at and _korean_around(settled, at, end):
            settled[at:end] = [msgspec.structs.replace(b, lang="ko") for b in settled[at:end]]
        at = max(end, at + 1)
    return tuple(settled)


def _unsure(block: Block) -> bool:
    """English by its letters, yet without a phrase of English.

    >>> def unsure(text):
    ...     return _unsure(Block("b", 1, "body", "en", text, 1.0, ()))
    >>> unsure("I. A&"), unsure("(Kristensen and Korda 2020)."), unsure("as of the year 2020")
    (True, True, False)
    """
    wordless = block.role in WORDLESS or len(PLAIN_WORD.findall(block.text)) < ENOUGH
    return block.lang == "en" and wordless


def _korean_around(blocks: Sequence[Block], start: int, end: int) -> bool:
    before = blocks[start - 1].lang if start else "ko"
    after = blocks[end].lang if end < len(blocks) else before
    return "en" not in (before, after)

"""Paragraphs to sentences, each with its offsets in the paragraph."""

from __future__ import annotations

import re

import msgspec

CLOSING = "\"'”’」』)]"
END = re.compile(
    rf"[.?!。…]+[{re.escape(CLOSING)}]*(?:\d{{1,3}}\))?(?=\s|$)|(?<=[다요까죠음함][.?!])(?=[가-힣“‘])"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Col|Lt|Jr|Sr|vs|cf|al|etc|e\.g|i\.e|No|Nos|vol|Vol|pp?|ed|eds"
    r"|Fig|ch|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|Art)|\b[A-Z]|\b[A-Z]\.[A-Z]|(?:^|\s)\d{1,2})\.$"
)  # fmt: skip
QUOTED_ON = re.compile(r"\s*(?:이?라고|라는|라며|라면서|고|는|며|면서|하고|라|이라는)(?=[\s가-힣])")
"""What follows a quoted Korean sentence inside its frame: the frame's sentence is not over."""


class Sentence(msgspec.Struct, frozen=True):
    """``text`` stands at ``start:end`` of its paragraph."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Split Korean or English text after full stops that end a sentence.

    >>> [s.text for s in sentences("It met Dr. Park et al. in 2010. Then U.S. forces left.")]
    ['It met Dr. Park et al. in 2010.', 'Then U.S. forces left.']
    >>> [s.text for s in sentences("“필요하다.”라고 말했다. 북한은 1.5배로 늘렸다.그러나 아니다.")]
    ['“필요하다.”라고 말했다.', '북한은 1.5배로 늘렸다.', '그러나 아니다.']
    """
    found: list[Sentence] = []
    start = 0
    for end in [*(m.end() for m in END.finditer(text) if _ends(text, start, m)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            found.append(Sentence(piece.strip(), left, left + len(piece.strip())))
        start = end
    return found


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    before, after = text[start : found.end()], text[found.end() :]
    if not after.strip():
        return True
    if before[-1] in CLOSING and QUOTED_ON.match(after):
        return False
    if found.group() == "." and ABBREVIATION.search(before):
        return False
    following = after.lstrip()[0]
    return not (following.islower() or following in ",;)")

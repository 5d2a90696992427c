"""What one line of a page says once its edits are applied: text, doubtful spans, language.

Everything later works on these views; nobody else looks at raw lines, tokens or edits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

from haedok.model import Edit, Lang, Line, Page

Mark = tuple[int, int, int]
"""``(start, end, index of the edit in the document's ledger)``; offsets in some text."""

WIDE_GAP = 1.4
"""White space between two words, in line heights, from which it parts two cells of a table."""

HANGUL = re.compile(r"[가-힣ᄀ-ᇿㄱ-ㆎ]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


class View(msgspec.Struct, frozen=True):
    """A line as structure sees it: clean text, with a tab where a wide gap parts two cells."""

    page: int
    number: int
    text: str
    lang: Lang
    read: bool = True
    """False for a line of the wrong model: its letters are not the page's letters."""
    marks: tuple[Mark, ...] = ()
    confidence: float = 1.0
    lead: int = 0
    """Blanks before the first letter, in a text without geometry."""

    @property
    def cells(self) -> int:
        """How many cells a table row would have: 1 for running text."""
        return self.text.count("\t") + 1

    @property
    def plain(self) -> str:
        """The text without cell borders."""
        return self.text.replace("\t", " ")

    @property
    def place(self) -> tuple[int, int]:
        """Page and line number, as blocks name their lines."""
        return self.page, self.number


def views(pages: Sequence[Page]) -> tuple[View, ...]:
    """All lines of a document, blank ones included, in reading order."""
    found: list[View] = []
    offset = 0
    for page in pages:
        by_line: dict[int, list[tuple[int, Edit]]] = {}
        for index, edit in enumerate(page.edits, offset):
            by_line.setdefault(edit.line, []).append((index, edit))
        found += [_view(page.number, line, by_line.get(line.number, [])) for line in page.lines]
        offset += len(page.edits)
    return tuple(found)


def _view(page: int, line: Line, edits: list[tuple[int, Edit]]) -> View:
    text, marks = repaired(with_cells(line), edits)
    read = line.cause != "wrong-model"
    return View(
        page=page,
        number=line.number,
        text=tidy(text).rstrip(),
        lang=language(text) if read else "ko",
        read=read,
        marks=_tidy_marks(text, marks),
        confidence=confidence(line, [edit for _, edit in edits]),
        lead=len(line.text) - len(line.text.lstrip()),
    )


def with_cells(line: Line) -> str:
    r"""The raw text with a tab in place of the first blank of each wide gap; same length.

    >>> from haedok.model import Box, Token
    >>> tokens = (Token("연도", 0, Box(0, 0, 40, 20)), Token("기수", 3, Box(140, 0, 180, 20)))
    >>> with_cells(Line(1, "연도 기수", tokens, Box(0, 0, 180, 20)))
    '연도\t기수'
    """
    text = line.text
    if line.box is None:
        return re.sub(r"(?<=\S) {3}(?= *\S)", "\t  ", text)
    # A row of a table is as high as its highest cell, which may run over several lines.
    heights = [token.box.height for token in line.tokens if token.box]
    height = min(line.box.height, max(heights, default=line.box.height))
    for left, right in zip(line.tokens, line.tokens[1:], strict=False):
        if left.box is None or right.box is None or right.start <= left.end:
            continue
        if right.box.x0 - left.box.x1 > WIDE_GAP * height:
            text = text[: left.end] + "\t" + text[left.end + 1 :]
    return text


def repaired(raw: str, edits: Iterable[tuple[int, Edit]]) -> tuple[str, list[Mark]]:
    """Apply the corrected edits; say where each edit went.

    >>> edit = Edit(1, 1, 0, 2, "얇은", "않은", "near-miss", "corrected", 0.95)
    >>> other = Edit(1, 1, 3, 5, "뒷쪽", "뒤쪽", "near-miss", "doubtful", 0.5)
    >>> repaired("얇은 뒷쪽", [(0, edit), (1, other)])
    ('않은 뒷쪽', [(0, 2, 0), (3, 5, 1)])
    """
    text, at, marks = "", 0, []
    for index, edit in sorted(edits, key=lambda pair: (pair[1].start, pair[1].end)):
        if edit.start < at:  # overlaps one before it: the first one speaks
            continue
        text += raw[at : edit.start]
        corrected = edit.status == "corrected" and edit.reading is not None
        piece = (edit.reading or "") if corrected else raw[edit.start : edit.end]
        marks.append((len(text), len(text) + len(piece), index))
        text, at = text + piece, edit.end
    return text + raw[at:], marks


def tidy(text: str) -> str:
    r"""NFC, each run of blanks one blank (or one tab if it has one), no blank in front.

    >>> tidy("  핵  공유\t  체제 ")
    '핵 공유\t체제 '
    """
    text = unicodedata.normalize("NFC", text).lstrip()
    return re.sub(r"\s+", lambda run: "\t" if "\t" in run.group() else " ", text)


def _tidy_marks(text: str, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Offsets in ``text`` to offsets in ``tidy(text).rstrip()``."""
    limit = len(tidy(text).rstrip())
    moved = (
        (min(len(tidy(text[:start])), limit), min(len(tidy(text[:end])), limit), index)
        for start, end, index in marks
    )
    return tuple(mark for mark in moved if mark[0] < mark[1])


def language(text: str) -> Lang:
    """Korean, English, or a mixture in which neither is a mere gloss.

    >>> language("핵공유(nuclear sharing) 체제를 살펴본다"), language("This paper")
    ('ko', 'en')
    """
    hangul, latin = len(HANGUL.findall(text)), len(LATIN.findall(text))
    if not hangul:
        return "en" if latin else "ko"
    # A Hangul syllable says about as much as three Latin letters.
    if latin > 6 * hangul:
        return "en" if hangul <= 2 else "mixed"
    return "mixed" if latin > 2 * hangul else "ko"


def confidence(line: Line, edits: Iterable[Edit]) -> float:
    """Mean probability that a character of the repaired line is right.

    Tokens give it; an edit overrules them: a corrected span is as sure as its edit, a doubtful one
    is right only if its reading is wrong, an unreadable one is not right.
    """
    sure = [1.0] * len(line.text)
    for token in line.tokens:
        if token.confidence is not None:
            sure[token.start : token.end] = [token.confidence] * len(token.text)
    for edit in edits:
        value = {"corrected": edit.confidence, "doubtful": 1 - edit.confidence, "unreadable": 0.0}
        sure[edit.start : edit.end] = [value[edit.status]] * (edit.end - edit.start)
    known = [p for p, char in zip(sure, line.text, strict=False) if not char.isspace()]
    return sum(known) / len(known) if known else 1.0

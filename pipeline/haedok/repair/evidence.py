"""What a document says about itself, gathered once so that its pages can be repaired apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from haedok.model import Line, Page
from haedok.repair.habits import Habits
from haedok.repair.line_context import Place
from haedok.repair.readings import Reading
from haedok.repair.spacing_channel import UNHEARD_OF
from haedok.repair.vocabulary import Vocabulary


class Evidence(msgspec.Struct, frozen=True):
    """The facts a cure may lean on; all of them come from the document or its glossary."""

    glossary: tuple[tuple[str, str], ...] = ()
    """Pairs of Korean and English terms that came with the document."""
    glosses: tuple[tuple[str, str], ...] = ()
    """Inline glosses of sound lines: ``핵공유(nuclear sharing)``, ``북핵(北核)``."""
    words: frozenset[str] = frozenset()
    """Korean words that stand at least twice in sound lines of the document."""
    english: tuple[str, ...] = ()
    """Sound English lines (the abstract, references), in order."""
    misread: float = 1.0
    """Share of the Korean lines that have a misread word; 1 where nothing is known."""
    respaced: float = UNHEARD_OF
    """Log-odds that the spaces of a line are damaged, as the lines around it tell."""
    expected: tuple[tuple[str, float], ...] = ()
    """Words that garbled lines may be expected to say, with shares (`deciphering.expecting`)."""
    heard: tuple[tuple[str, float], ...] = ()
    """Words that they seemed to say at first reading, and how often."""
    deciphered: tuple[tuple[int, tuple[Reading, ...]], ...] = ()
    """Readings of the garbled lines at hand, by line number (`deciphering.deciphered`)."""
    before: str = ""
    """The line above the one that is looked at: a word may have begun there."""
    after: str = ""
    """The line below it."""
    place: Place | None = None
    """The line with what is near of both, if somebody has put them together."""
    surely: float | None = None
    """Share of the lines of the page that surely have a misread word."""
    vocabulary: Vocabulary | None = None
    """The words of the page."""
    habits: Habits | None = None
    """What was probably taken for what in the page."""


SURELY = 0.9
"""What is so probable is sure."""
READ_BY_US = 0.04
"""Of the lines of a worn page, Tesseract misreads a word in at least so many."""
UNSEEN = 20
"""Lines: about a page."""

_GLOSS = re.compile(
    r"(?<![가-힣)])(?P<term>(?:[가-힣]+ ){0,3}[가-힣]+)\s?"
    r"\((?P<gloss>[A-Za-z][A-Za-z'’\- :]{1,60}[A-Za-z.]|[\u4e00-\u9fff]{2,12})\)"
)
_WORD = re.compile("[가-힣]{2,}")
_WORD_PIECE = re.compile("[가-힣]")
_CITED = re.compile(r"\d{4}|et al")


def told_by(
    lines: Iterable[Line], misread: float, glossary: Sequence[tuple[str, str]] = ()
) -> Evidence:
    """Evidence from diagnosed lines: only those that are sound may speak."""
    sound = [line.text for line in lines if line.cause == "sound"]
    seen = Counter(word for text in sound for word in _WORD.findall(text))
    return Evidence(
        glossary=tuple(glossary),
        glosses=tuple(dict.fromkeys(g for text in sound for g in inline_glosses(text))),
        words=frozenset(word for word, n in seen.items() if n > 1),
        english=tuple(text for text in sound if _is_english(text)),
        misread=misread,
    )


def misread_on(pages: Sequence[Page]) -> float:
    """Pages that we read ourselves were misread here and there; of others, the lines tell."""
    told = misread_share(line for page in pages for line in page.lines)
    return max(told, READ_BY_US) if any(page.origin == "image" for page in pages) else told


def misread_share(lines: Iterable[Line]) -> float:
    """Share of the lines with Hangul that have a misread word, as if ``UNSEEN`` more had none.

    A line or two of text do not show how it came about: an odd word in them is its author's. So
    may be any single one.
    """
    told = [line.cause == "near-miss" for line in lines if _may_be_misread(line)]
    return max(0, sum(told) - 1) / (len(told) + UNSEEN)


def surely_misread_share(lines: Iterable[Line]) -> float:
    """The same of those lines of which it is sure; signs that no author writes count twice."""
    told = [
        (line.cause == "near-miss" and line.cause_confidence >= SURELY)
        + 2 * has_engines_signs(line.text)
        for line in lines
        if _may_be_misread(line)
    ]
    return max(0, sum(told) - 1) / (len(told) + UNSEEN)


def _may_be_misread(line: Line) -> bool:
    """Lines with other damage do not tell."""
    return line.cause in {"sound", "near-miss", "gloss"} and bool(_WORD.search(line.text))


_ENGINES = re.compile(
    r"[가-힣]\\|^[^\[]*[가-힣]\][가-힣 ]|^[^{]*[가-힣]\}[가-힣 ]"
    r"|^[^|]*[가-힣]\|[^|]*$|^[^|]*\|[가-힣][^|]*$"
    r"|[가-힣(]\d{5}|(?<![\d.,-])0\d{3}"
)
"""A bracket that was never opened, a single bar in a word, numbers for a Latin gloss."""


def has_engines_signs(text: str) -> bool:
    """Are there signs that an engine sees in Korean text, and that no author writes?

    >>> has_engines_signs("균형(686140406 0 (6007)"), has_engines_signs("제13조[목적]의 1항")
    (True, False)
    """
    return _ENGINES.search(text) is not None


MOST_RESPACED = 1.0
"""The most (log-odds) that the lines around say."""


def respaced_odds(lines: Iterable[Line]) -> float:
    """Log-odds that the spaces of a line are damaged, counted as in ``misread_share``."""
    causes = Counter(line.cause == "spacing" for line in lines if _WORD_PIECE.search(line.text))
    damaged = max(0, causes[True] - 1)
    if not damaged:
        return UNHEARD_OF
    odds = math.log(damaged / (causes.total() + UNSEEN - damaged))
    return min(MOST_RESPACED, max(UNHEARD_OF, odds))


def inline_glosses(text: str) -> Iterator[tuple[str, str]]:
    """Korean terms with the Latin or Hanja gloss that follows them in brackets.

    >>> list(inline_glosses("공포의 균형(balance of terror)과 북핵(北核) (Kim 2019)"))
    [('공포의 균형', 'balance of terror'), ('북핵', '北核')]
    """
    for match in _GLOSS.finditer(text):
        if not _CITED.search(match.group("gloss")):
            yield match.group("term"), match.group("gloss")


def _is_english(text: str) -> bool:
    return len(re.findall("[A-Za-z]{2,}", text)) >= 3 and not re.search("[가-힣]", text)

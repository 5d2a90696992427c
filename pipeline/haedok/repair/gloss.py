"""Latin glosses that a Korean model destroyed: ``(balance of terror)`` → ``(686140406 0 (6007)``.

What the letters were is gone; only the document can tell. A gloss is read again when the same
Korean term is glossed elsewhere or stands in the glossary; otherwise it is marked.
"""

from __future__ import annotations

import re

from haedok.model import Line
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

Found = tuple[int, int, float]
"""Start, end, and how sure the span is a destroyed gloss."""

_TERM = r"(?P<term>[가-힣]+)"
_BRACKET = re.compile(r"(?<=[가-힣])\((?P<inside>[^()가-힣]{4,60}(?:\([^()가-힣]{0,40}\)?)?)\)?")
_SOUND = re.compile(
    r"""[\d\s.,:;~〜\-–—/%‰°+=<>≤≥×·∼'’"“”]*        # numbers, dates, pages, ranges
    | .*\d{4}[a-z]?(?:[,:;\s].*)?                     # citations
    | \+?\d[\d\s\-]{5,}                               # telephone numbers
    | .*(?:https?:|www\.|@|[A-Za-z]{3,}).*            # addresses, anything with a Latin word
    | [A-Za-z0-9.,;:\-–·/&\s±%°'’μ]*[A-Za-z]          # units, formulas, abbreviations
    | .*[\u4e00-\u9fff].*                             # Hanja
    """,
    re.VERBOSE,
)
_DIGIT_WORDS = re.compile(r"\d{5,}")


def find(text: str) -> tuple[Found, ...]:
    """Brackets after a Korean word that hold digits and signs no one writes there.

    >>> text = "공포의 균형(686140406 0 (6007)"
    >>> [text[a:b] for a, b, _ in find(text)]
    ['(686140406 0 (6007)']
    >>> find("균형(balance of terror), 인구(51780579), 서울(02-880-5114), 값(12,345.6)")
    ()
    """
    if "(" not in text:
        return ()
    return tuple((m.start(), m.end(), 0.9) for m in _BRACKET.finditer(text) if _is_destroyed(m))


def _is_destroyed(match: re.Match[str]) -> bool:
    """Long digit words beside other words, or a bracket inside: numbers are not written so."""
    inside = match.group("inside")
    if not _DIGIT_WORDS.search(inside) or re.search("[A-Za-z]{3,}|[\u4e00-\u9fff]", inside):
        return False
    nested = "(" in inside
    mixed = re.search(r"\d{5,}[a-zA-Z]|[a-zA-Z]\d{5,}", inside) is not None
    return (nested and " " in inside) or mixed


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Each destroyed gloss with the gloss that the document gives the same term elsewhere."""
    return tuple(_read(line.text, found, evidence) for found in find(line.text))


def _read(text: str, found: Found, evidence: Evidence) -> Reading:
    start, end, _ = found
    before = text[:start].rstrip()
    for source, pairs, chance in (
        ("glossed elsewhere in the document", evidence.glosses, 0.95),
        ("glossary", evidence.glossary, 0.92),
    ):
        known = dict.fromkeys(en for ko, en in pairs if ko and before.endswith(ko))
        if len(known) == 1:
            reading = f"({next(iter(known))})"
            return Reading(start, end, ((reading, chance),), chance, (source,))
    return Reading(start, end, (), 0.9, ("Latin letters read by a Korean model",))

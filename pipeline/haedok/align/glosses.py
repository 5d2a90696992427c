"""Terms with their English or Hanja in brackets: ``확장억제(extended deterrence)``, ``균형(均衡)``.

The hard part is where the Korean term begins: Korean has no capital letters and writes particles
without a space. The words before the bracket are tried from the last one to the left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from haedok.align.lexicon import Lexicon, lexicon, translations
from haedok.align.skeleton import romanized_likeness
from haedok.align.words import english_words, stem
from haedok.model import Block, Pair

BRACKET = re.compile(r"[(（]([^()（）]{2,120})[)）]")
CITATION = re.compile(
    r"\b(1[6-9]|20)\d\d[a-z]?(?=\s*([,;:]|$))|\bet al\b|\bpp?\.\s*\d|\bibid\b|\bop\.\s*cit|\bcf\."
    r"|^see\b|https?:|www\.",
    re.I,
)
ENGLISH = re.compile(r"[A-Za-z][A-Za-z0-9'’.&/–-]*(?:[\s,:;]+[A-Za-z0-9&][A-Za-z0-9'’.&/–-]*)*")
HANJA = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+(?:[\s·,][\u3400-\u9fff\uf900-\ufaff]+)*")
QUOTED = re.compile(r"[‘“「『《〈'\"]([^‘“「『《〈’”」』》〉'\"]{1,40})[’”」』》〉'\"]\s?$")
UNCLOSED = re.compile(
    r"[‘“「『《〈]([가-힣A-Za-z0-9][^‘“「『《〈’”」』》〉]{0,40}[가-힣A-Za-z0-9])$"
)
TERM_WORD = re.compile(r"[가-힣A-Za-z0-9·-]+$")
OPENED = 0.3
"""A term begins where a quotation mark opens, whatever the words say."""
CLOSED = re.compile(
    r"(?:은|는|이|가|을|를|에|와|과|로|도|만|서|며|고|면|나|지|다|던|든|할|될|게|및|등|위한|통한|의한|관한|대한|따른|라는)$"
)
"""Endings of a word that does not belong to the term behind it."""
LEANING = re.compile(r"(?:한|된|인|진|난|른|운|히)$")
"""Endings of a word that may: ``잘못된 정보(misinformation)``, but hardly before a single word."""
ACRONYM = re.compile(r"[A-Z][A-Z0-9&./-]{1,9}s?")


class Gloss(msgspec.Struct, frozen=True):
    """English (or Hanja) in brackets at ``start:end`` of a text, and the Korean before it."""

    text: str
    start: int
    end: int
    before: str
    """Everything of the paragraph in front of the bracket."""


def gloss_pairs(block: Block, terms: Lexicon | None = None) -> Iterator[Pair]:
    """Pairs of a block's glosses whose Korean term is read with certainty.

    Spans that the ledger calls doubtful or unreadable are never handed on as Korean.
    """
    entries = lexicon() if terms is None else terms
    for gloss in glosses(block.text):
        if _marked(block, gloss.start, gloss.end):
            continue
        hanja = HANJA.fullmatch(gloss.text)
        found = hanja_term(gloss) if hanja else english_term(gloss, entries)
        if found is None or _marked(block, found[0], found[1]):
            continue
        start, end, score = found
        yield Pair(
            kind="hanja" if hanja else "gloss",
            ko=block.text[start:end],
            en=gloss.text,
            score=round(score * block.confidence, 4),
            ko_anchor=f"{block.id}:{start}-{end}",
            en_anchor=f"{block.id}:{gloss.start}-{gloss.end}",
        )


def _marked(block: Block, start: int, end: int) -> bool:
    return any(a < end and start < b for a, b, _ in block.marks)


def glosses(text: str) -> list[Gloss]:
    """Brackets behind a Hangul word that hold English or Hanja and no citation.

    >>> [g.text for g in glosses("확장억제(extended deterrence)와 균형(均衡), 논의(Smith 2010, 4)")]
    ['extended deterrence', '均衡']
    """
    found: list[Gloss] = []
    for bracket in BRACKET.finditer(text):
        before = text[: bracket.start()]
        inner = bracket[1].strip().strip("“”‘’'\"")
        if not re.search(r"[가-힣][’”」』》〉'\"]?\s?$", before):
            continue
        if CITATION.search(inner) or not (HANJA.fullmatch(inner) or is_english(inner)):
            continue
        start = bracket.start(1) + bracket[1].index(inner)
        found.append(Gloss(inner, start, start + len(inner), before))
    return found


def is_english(text: str) -> bool:
    """English words, or a Latin abbreviation, and nothing else.

    >>> is_english("MAD: Mutual Assured Destruction"), is_english("ICBM"), is_english("a4")
    (True, True, False)
    """
    letters = sum(char.isalpha() and char.isascii() for char in text)
    return bool(ENGLISH.fullmatch(text)) and letters >= 2 and letters > 0.6 * len(text)


def english_term(gloss: Gloss, entries: Lexicon) -> tuple[int, int, float] | None:
    """Span of the Korean term before an English gloss, and how sure that is its beginning."""
    quoted = QUOTED.search(gloss.before)
    if quoted:
        return quoted.start(1), quoted.end(1), 0.95
    opened = UNCLOSED.search(gloss.before)
    if opened and len(opened[1].split()) <= len(gloss.text.split()) + 1:
        return opened.start(1), len(gloss.before), 0.9
    candidates = term_candidates(gloss.before, most_words(gloss.text))
    if not candidates:
        return None
    end = candidates[0][1]
    scored = [
        (
            term_score(gloss.before[start:end], gloss.text, entries)
            - 0.04 * extra
            - 0.06 * (bool(LEANING.search(gloss.before[start:end].split()[0])) and extra > 0)
            + OPENED * (gloss.before[start - 1 : start] in tuple("‘“「『《〈'\"")),
            start,
        )
        for extra, (start, _) in enumerate(candidates)
    ]
    score, start = max(scored)
    return start, end, round(min(max(score, 0.0), 0.99), 4)


def most_words(english: str) -> int:
    """A term has hardly more eojeol than its English has words.

    >>> most_words("extended deterrence"), most_words("ICBM"), most_words("NATO: North Atlantic")
    (3, 4, 4)
    """
    words = english.split()
    return 4 if len(words) == 1 and ACRONYM.fullmatch(english) else min(len(words) + 1, 6)


def term_candidates(before: str, words: int) -> list[tuple[int, int]]:
    """Spans that could be the term, shortest first: they end at the bracket, begin at a word.

    >>> text = "미국은 상호 확증 파괴"
    >>> [text[a:b] for a, b in term_candidates(text, 4)]
    ['파괴', '확증 파괴', '상호 확증 파괴']
    """
    end = len(before.rstrip("’”」』》〉'\" "))
    found: list[tuple[int, int]] = []
    start = end
    while len(found) < words:
        word = TERM_WORD.search(before[:start])
        if word is None or (found and CLOSED.search(word.group()) and len(word.group()) > 1):
            break
        start = word.start()
        found.append((start, end))
        if before[start - 1 : start] != " ":
            break
        start -= 1
    return found


def term_score(korean: str, english: str, entries: Lexicon) -> float:
    """How well a Korean phrase and an English one fit, by dictionary, sound and length, 0..1."""
    expanded = re.sub(r"^[A-Z0-9&./-]+s?\s*[:;,]\s*|\s*[:;,]\s*[A-Z0-9&./-]+s?$", "", english)
    syllables = len(re.findall(r"[가-힣]", korean))
    if ACRONYM.fullmatch(expanded):
        return 0.8 if syllables > len(expanded) else 0.65
    words = english_words(expanded.replace("-", " ")) or [expanded]
    stems = {stem(word) for word in words}
    shown = set[str]().union(*translations(korean, entries))
    hits = len(stems & shown) / len(stems)
    sound = romanized_likeness(korean, expanded)
    expected = len(words) * SYLLABLES[all(word[:1].isupper() for word in words)]
    fit = min(syllables / expected, expected / syllables) if syllables else 0.0
    return 0.4 + 0.35 * max(hits, sound) + 0.25 * fit


SYLLABLES = {False: 2.4, True: 3.0}
"""Korean syllables for an English word that means something; True: for a capitalised one."""


def hanja_term(gloss: Gloss) -> tuple[int, int, float] | None:
    """The Hangul reading before Hanja: as many syllables as there are characters.

    >>> hanja_term(glosses("세력균형(均衡)")[0])[:2], hanja_term(glosses("균형(勢力均衡)")[0])
    ((2, 4), None)
    """
    size = len(re.findall(r"\S", re.sub(r"[·,]", "", gloss.text)))
    end = len(gloss.before.rstrip("’”」』》〉'\" "))
    start = end
    while start and size:
        start -= 1
        if re.match(r"[가-힣]", gloss.before[start]):
            size -= 1
        elif gloss.before[start] not in " ·,":
            return None
    if size:
        return None
    whole = start == 0 or not re.match(r"[가-힣]", gloss.before[start - 1])
    return start, end, 0.97 if whole else 0.85

"""Syllables misread by an engine that knows Hangul: ``핵위합`` was ``핵위협``.

The first law is to do no harm. ``suspects`` finds the words that may have been others; here they
are judged by more voices: a language model of morphemes in the sentence (``language``), how often
each word is written (``lexicon``), and how much of the text around is misread. The judgement is a
conditional logit (McFadden 1974): the chances of the word as it stands and of each candidate add up
to one. Its weights are fitted on worn pages in faces of the ``dev`` split, of texts that no table
was computed from, and on sound text (``benchmarks/fit_near_miss.py``).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from haedok.model import Line
from haedok.repair import confusion, language, lexicon
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.repair.suspects import Suspect, joined, suspects
from haedok.settings import Repair

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the word is misread."""

WORDS_OF_CONTEXT = 3
REACH = 16
"""Signs of the lines before and after that are context."""
FEATURES = (
    "habits of the engine",
    "n-gram model",
    "morpheme model",
    "log-count of the candidate",
    "n-gram model of the candidate itself",
    "last syllable changed",
    "two syllables changed",
    "engine cannot print the candidate",
    "log-count of the word",
    "grammar knows the word",
    "cut by a line end",
    "length",
    "one syllable",
    "quoted",
    "word stands elsewhere in the document",
    "morpheme model of the text as it is",
    "log-share of misread lines",
)
LIKELY, SURELY = 0.5, 0.9
"""A line has a misread word; a word is misread, though no reading of it is worth offering."""
WEIGHTS = (
    0.700,
    0.255,
    0.352,
    0.071,
    0.044,
    -0.375,
    2.068,
    -0.425,
    0.061,
    0.295,
    -0.437,
    0.072,
    0.177,
    0.193,
    0.000,
    0.010,
    0.907,
)
"""Of ``FEATURES``, from ``benchmarks/fit_near_miss.py``."""
BIAS = 0.427
USUAL = 0.3
"""Share of misread lines that is taken for granted when a line is looked at alone."""
LEAST, MOST = 0.0125, 0.5
"""Where fewer or more lines are misread, it makes no difference."""
RARE, AUTHORS_OWN = 0.011, 0.85
"""Where so few lines have a misread word, one may well be the author's own spelling."""


class Judged(NamedTuple):
    """A word of a line, or its part in the line, and the chance of each candidate, best first."""

    start: int
    end: int
    word: str
    chances: tuple[tuple[str, float], ...]
    changed: float
    """Chance that the word is not what was written."""
    habits: float
    """Log-odds of the engine for the best candidate."""
    quoted: bool


class Place(NamedTuple):
    """A line among its neighbours, as far as they are context; the line is ``text[first:last]``."""

    text: str
    first: int
    last: int


def place(text: str, before: str = "", after: str = "") -> Place:
    """A line with the end of the one before and the beginning of the one after it."""
    before, after = before.rstrip()[-REACH:], after.lstrip()[:REACH]
    head = before + joined(before, text)
    return Place(head + text + joined(text, after) + after, len(head), len(head) + len(text))


def features(suspect: Suspect, text: str, known: frozenset[str]) -> tuple[tuple[float, ...], ...]:
    """What speaks for each candidate, against the word as it stands; the misread share is left out.

    The names are in ``FEATURES``; of the models, it is the gain in nats.
    """
    before, after = _context(text, suspect)
    here = language.score(before + suspect.word + after)
    seen = math.log(lexicon.count(suspect.word) + 0.5)
    cut = not text[: suspect.start].strip() or not text[suspect.end :].strip()
    about_word = (
        min(seen, 4.0),
        float(language.is_grammatical(suspect.word)),
        float(cut),
        float(min(len(suspect.word), 6)),
        float(len(suspect.word) == 1),
        float(_is_quoted(text, suspect.start)),
        float(suspect.word in known),
        max(-12.0, here / max(len(before + suspect.word + after), 1)),
    )
    return tuple(
        (
            c.habits,
            min(c.neighbours, 20.0),
            _clip(language.score(before + c.word + after) - here),
            math.log(lexicon.count(c.word) + 2.5 * (c.word in known) + 0.5),
            c.natural,
            float(c.word[-1] != suspect.word[-1]),
            float(sum(a != b for a, b in zip(c.word, suspect.word, strict=True)) > 1),
            float(any(s not in confusion.printable() for s in c.word)),
            *about_word,
        )
        for c in suspect.candidates
    )


def _clip(gain: float) -> float:
    return max(-15.0, min(15.0, gain))


def _context(text: str, suspect: Suspect) -> tuple[str, str]:
    """Some words on both sides, and what clings to the word itself."""
    before = text[: suspect.start].split(" ")[-WORDS_OF_CONTEXT - 1 :]
    after = text[suspect.end :].split(" ")[: WORDS_OF_CONTEXT + 1]
    return " ".join(before), " ".join(after)


_QUOTES = re.compile("[“”\"‘’'「」『』]")


def _is_quoted(text: str, at: int) -> bool:
    """Do quotation marks that were opened before the place stand open?"""
    marks = _QUOTES.findall(text[:at])
    return bool(marks) and (marks[-1] in "“‘「『" or (marks[-1] in "\"'" and len(marks) % 2 == 1))


def find(text: str) -> tuple[Found, ...]:
    """Words that are probably misread, if the text is one that an engine read.

    >>> find("북한의 핵위협을 강조하였다")
    ()
    """
    judged = judge(place(text), frozenset(), USUAL)
    return tuple((j.start, j.end, j.changed) for j in judged if j.changed >= LIKELY)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Candidates for each misread word, with the chance that the first is right."""
    where = place(line.text, evidence.before, evidence.after)
    share = min(max(evidence.misread, LEAST), MOST)
    judged = [
        j
        for j in judge(where, evidence.words, share)
        if j.chances[0][1] >= settings.offer or j.changed >= SURELY
    ]
    old = sum(j.quoted for j in judged) > 1
    own = evidence.misread < RARE
    return tuple(_reading(j, own or (old and j.quoted)) for j in judged)


def _reading(judged: Judged, own: bool) -> Reading:
    """``own``: the word may be its author's own spelling, or that of an author who is quoted."""
    best, chance = judged.chances[0]
    rows = tuple((word, min(p, AUTHORS_OWN) if own else p) for word, p in judged.chances[:3])
    why = [f"{best} for {judged.word}: {chance:.2f}, engine {judged.habits:.1f} nats"]
    lost = sorted({s for s in best if s not in confusion.printable()})
    if lost:
        why.append(f"Tesseract cannot print {' '.join(lost)}")
    if own:
        why.append("may be the author's own spelling")
    return Reading(judged.start, judged.end, rows, rows[0][1], tuple(why))


@lru_cache(maxsize=2048)
def judge(where: Place, known: frozenset[str], misread: float) -> tuple[Judged, ...]:
    """The suspects of a line with their chances; ``misread`` is the share of misread lines."""
    share = math.log(misread / USUAL)
    return tuple(
        _judged(suspect, where, features(suspect, where.text, known), share)
        for suspect in suspects(where.text, where.first, where.last)
    )


def _judged(
    suspect: Suspect, where: Place, rows: tuple[tuple[float, ...], ...], share: float
) -> Judged:
    odds = [
        BIAS + math.fsum(w * x for w, x in zip(WEIGHTS, (*row, share), strict=True)) for row in rows
    ]
    high = max(0.0, *odds)
    weights = [math.exp(o - high) for o in odds]
    total = math.exp(-high) + math.fsum(weights)
    start, end = max(suspect.start, where.first), min(suspect.end, where.last)
    here = slice(start - suspect.start, end - suspect.start)
    chances = sorted(
        (
            (c.word[here], w / total, c.habits)
            for c, w in zip(suspect.candidates, weights, strict=True)
        ),
        key=lambda row: (-row[1], row[0]),
    )
    return Judged(
        start - where.first,
        end - where.first,
        suspect.word[here],
        tuple((word, chance) for word, chance, _ in chances),
        math.fsum(weights) / total,
        chances[0][2],
        _is_quoted(where.text, suspect.start),
    )

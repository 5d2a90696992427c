"""Syllables misread by an engine that knows Hangul: ``핵위합`` was ``핵위협``.

The first law is to do no harm. ``suspects`` finds the words that may have been others, ``voices``
asks who knows more about them, ``judgement`` adds up what they say, with how much of the text
around is misread, and then once more with what was misread elsewhere in the document (``habits``).
The weights are fitted on worn pages in faces that no table was computed from, of texts held out
from them, and on sound text (``benchmarks/fit_near_miss.py``).

A text that no engine has misread has misspellings, too. They are its author's: they are offered,
but never corrected, unless other lines are surely misread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from haedok.model import Line
from haedok.repair import confusion, lexicon
from haedok.repair.evidence import Evidence, surely_misread_share
from haedok.repair.habits import Habits
from haedok.repair.judgement import nets
from haedok.repair.line_context import LINES, Place, places
from haedok.repair.readings import Reading
from haedok.repair.vocabulary import Vocabulary
from haedok.repair.voices import Asked, ask, features, place
from haedok.settings import Repair

Span = tuple[int, int]

LIKELY, SURELY = 0.5, 0.9
"""A line has a misread word; a word is misread, though no reading of it is worth offering."""
USUAL, LOOKED_AT = 0.3, 5
"""Share of misread lines, as if so many had been seen before, of lines that are diagnosed."""
LEAST, MOST = 0.0125, 0.5
"""Where fewer or more lines are misread, it makes no difference."""
RARE, OFTEN = 0.02, 0.12
"""Where so few lines surely have a misread word, and not so many probably have one, a word may well
be the author's own spelling."""


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


class Misread(NamedTuple):
    """The chance that a line has a misread word, and which words probably are."""

    chance: float
    spans: tuple[Span, ...]


def find(text: str) -> Misread:
    """Words that are probably misread, if the text is one that an engine read.

    >>> find("북한의 핵위협을 강조하였다").spans
    ()
    """
    (found,) = find_all([text], [0])
    return found


def find_all(texts: Sequence[str], asked: Sequence[int]) -> Iterator[Misread]:
    """The same for some lines (``asked``: their indices) among those that they stand with."""
    for start in range(0, len(texts), LINES):
        part = range(start, min(start + LINES, len(texts)))
        yield from _found(texts[start : part.stop], [at - start for at in asked if at in part])


def _found(texts: Sequence[str], asked: Sequence[int]) -> Iterator[Misread]:
    where, words = places(texts), Vocabulary(texts)
    told = ask([where[at] for at in asked])
    share = USUAL
    for _ in range(2):
        flat = iter(judge([one for row in told for one in row], words, share))
        judged = [[next(flat) for _ in row] for row in told]
        chances = [1 - math.prod(1 - one.changed for one in row) for row in judged]
        hits = sum(chance >= LIKELY for chance in chances)
        written = sum(lexicon.has_hangul(texts[at]) for at in asked)
        share = (hits + USUAL * LOOKED_AT) / (written + LOOKED_AT)
    for chance, row in zip(chances, judged, strict=True):
        spans = tuple((j.start, j.end) for j in row if j.changed >= LIKELY)
        most = sorted(row, key=lambda j: -j.changed)[:1]
        yield Misread(chance, spans or tuple((j.start, j.end) for j in most))


def heard(lines: Sequence[Line], where: Sequence[Place], evidence: Evidence) -> Evidence:
    """The evidence, with what the lines of a page say of what is misread in them."""
    texts = [line.text for line in lines]
    sure = surely_misread_share(lines) if evidence.surely is None else evidence.surely
    evidence = replace(evidence, surely=sure, vocabulary=evidence.vocabulary or Vocabulary(texts))
    misread = [at for at, line in enumerate(lines) if line.cause in {"near-miss", "spacing"}]
    if len(misread) < 2:  # no other line to hear
        return evidence
    habits = Habits()
    for text in texts:
        habits.see(text)
    told = ask([where[at] for at in misread])
    for row, chances in zip(told, _first(told, evidence), strict=True):
        _hear(habits, row, chances)
    return replace(evidence, habits=habits)


def _first(told: Sequence[Sequence[Asked]], evidence: Evidence) -> list[list[list[float]]]:
    """By line and suspect the chances of the candidates, before others are heard."""
    share = log_share(evidence.misread)
    words = evidence.vocabulary or Vocabulary()
    tables = [features(one, words, share) for row in told for one in row]
    flat = iter(nets().alone.chances(tables))
    return [[next(flat) for _ in row] for row in told]


def _hear(habits: Habits, row: Sequence[Asked], chances: Sequence[Sequence[float]]) -> None:
    for one, odds in zip(row, chances, strict=True):
        for candidate, chance in zip(one.suspect.candidates, odds, strict=True):
            habits.hear(one.suspect.word, candidate.word, chance)


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Candidates for each misread word, with the chance that the first is right."""
    (asked,) = ask([evidence.place or place(line.text, evidence.before, evidence.after)])
    words, others = evidence.vocabulary or Vocabulary(), _others(line, asked, evidence)
    judged = [
        j
        for j in judge(asked, words, evidence.misread, others)
        if j.chances[0][1] >= settings.offer or j.changed >= SURELY
    ]
    old = sum(j.quoted for j in judged) > 1
    own = evidence.misread < OFTEN and evidence.surely is not None and evidence.surely < RARE
    return tuple(_reading(j, own or (old and j.quoted)) for j in judged)


Others = tuple[Habits, Habits]
"""What is misread in the page, and what of it in the line itself."""


def _others(line: Line, asked: Sequence[Asked], evidence: Evidence) -> Others | None:
    if evidence.habits is None:
        return None
    own = Habits()
    own.see(line.text)
    _hear(own, asked, _first([asked], evidence)[0])
    return evidence.habits, own


def _reading(judged: Judged, own: bool) -> Reading:
    """``own``: the word may be its author's own spelling, or that of an author who is quoted."""
    best, chance = judged.chances[0]
    why = [f"{best} for {judged.word}: {chance:.2f}, engine {judged.habits:.1f} nats"]
    lost = sorted({s for s in best if s not in confusion.printable()})
    if lost:
        why.append(f"Tesseract cannot print {' '.join(lost)}")
    if own:
        why.append("may be the author's own spelling")
    rows = judged.chances[:3]
    return Reading(judged.start, judged.end, rows, chance, tuple(why), held=own)


def log_share(misread: float) -> float:
    """Of the share of misread lines, against the usual one."""
    return math.log(min(max(misread, LEAST), MOST) / USUAL)


def judge(
    asked: Sequence[Asked], words: Vocabulary, misread: float, others: Others | None = None
) -> tuple[Judged, ...]:
    """Suspects with their chances.

    Args:
        asked: suspects, and what the voices say.
        words: of the document.
        misread: the share of misread lines.
        others: what else is misread; without it, only the line itself is heard.
    """
    share = log_share(misread)
    tables = [features(one, words, share) for one in asked]
    net = nets().alone
    if others:
        net = nets().among
        tables = [
            [
                (*others[0].features(one.suspect.word, c.word, others[1]), *row)
                for c, row in zip(one.suspect.candidates, rows, strict=True)
            ]
            for one, rows in zip(asked, tables, strict=True)
        ]
    return tuple(_judged(*row) for row in zip(asked, net.chances(tables), strict=True))


def _judged(asked: Asked, chances: Sequence[float]) -> Judged:
    suspect, where = asked.suspect, asked.where
    start, end = max(suspect.start, where.first), min(suspect.end, where.last)
    here = slice(start - suspect.start, end - suspect.start)
    ranked = sorted(
        (-chance, c.word[here], c.habits)
        for c, chance in zip(suspect.candidates, chances, strict=True)
    )
    return Judged(
        start - where.first,
        end - where.first,
        suspect.word[here],
        tuple((word, -less) for less, word, _ in ranked),
        math.fsum(chances),
        ranked[0][2],
        asked.quoted,
    )

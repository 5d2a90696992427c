"""What several voices say of a word that may have been another: the features of a judgement.

The engine's habits and the n-gram model have spoken when suspects are found; here the morphological
analyser hears the sentence with each candidate in the word's place, the table of words says how
often each is written, and the document whether it writes either elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from haedok.repair import confusion, language, lexicon
from haedok.repair.judgement import nets
from haedok.repair.line_context import Place, places
from haedok.repair.suspects import Candidate, Suspect, suspects_of
from haedok.repair.vocabulary import Vocabulary

WORDS_OF_CONTEXT, SIGNS_OF_CONTEXT = 3, 20
"""The analyser hears so many words on both sides, where spaces were lost so many signs."""
QUICK = (
    "habits of the engine",
    "n-gram model",
    "log-count of the candidate",
    "n-gram model of the candidate itself",
    "last syllable changed",
    "two syllables changed",
    "engine cannot print the candidate",
    "log-count of words that begin like the candidate, against those like the word",
    "log-count of the word",
    "cut by a line end",
    "length",
    "one syllable",
    "quoted",
    "net of both sides",
    "doubt",
    "doubt that is left",
    "unrest of the line",
)
"""What tables tell of a candidate, against the word as it stands; of models, the gain in nats."""
FEATURES = (
    *QUICK,
    "morpheme model",
    "morphemes that the dictionary lacks, more than with the word",
    "morphemes, more than with the word",
    "grammar knows the word",
    "morpheme model of the text as it is",
    "log-count of the word in the document",
    "log-count of the candidate in the document",
    "log-count of what begins like the candidate in the document, against that like the word",
    "log-share of misread lines",
)
"""All that is known of a candidate."""
HOPEFUL, RIVAL = 0.12, 0.1
"""The analyser is asked about words with such a chance of being misread, by what tables tell, and
about candidates that are so probable, compared with the best."""


class Asked(NamedTuple):
    """A suspect in its line, and what the voices say of its candidates, the document aside."""

    suspect: Suspect
    where: Place
    rows: tuple[tuple[float, ...], ...]
    quoted: bool


def place(text: str, before: str = "", after: str = "") -> Place:
    """A line with the end of the one before and the beginning of the one after it."""
    _, found, _ = places([before, text, after])
    return found


_MEMORY: dict[Place, tuple[Asked, ...]] = {}
_REMEMBERED = 1024


def ask(where: Sequence[Place]) -> list[tuple[Asked, ...]]:
    """The suspects of some lines, each with what the voices say.

    The answers for the last lines are kept: they are diagnosed first, then repaired.
    """
    known = {place: _MEMORY[place] for place in where if place in _MEMORY}
    new = [place for place in dict.fromkeys(where) if place not in known]
    for place, found in zip(new, suspects_of(new), strict=True):
        known[place] = tuple(_asked(found, place))
    if len(_MEMORY) + len(new) > _REMEMBERED:
        _MEMORY.clear()
    _MEMORY.update(islice(known.items(), _REMEMBERED))
    return [known[place] for place in where]


def _asked(found: Sequence[Suspect], where: Place) -> Iterator[Asked]:
    rows = [told_by_tables(suspect, where.text) for suspect in found]
    for suspect, table, chances in zip(found, rows, nets().quick.chances(rows), strict=True):
        if math.fsum(chances) >= HOPEFUL:
            kept = [at for at, chance in enumerate(chances) if chance >= RIVAL * max(chances)]
            some = suspect._replace(candidates=tuple(suspect.candidates[at] for at in kept))
            yield _heard(some, where, [table[at] for at in kept])


def told_by_tables(suspect: Suspect, text: str) -> list[tuple[float, ...]]:
    """A row of ``QUICK`` for each candidate."""
    word = suspect.word
    cut = not text[: suspect.start].strip() or not text[suspect.end :].strip()
    about_word = (
        min(math.log(lexicon.count(word) + 0.5), 4.0),
        float(cut),
        float(min(len(word), 6)),
        float(len(word) == 1),
        float(_is_quoted(text, suspect.start)),
    )
    return [
        (*_about_candidate(word, c), *about_word, *_by_net(c), suspect.unrest)
        for c in suspect.candidates
    ]


def _about_candidate(word: str, c: Candidate) -> tuple[float, ...]:
    ours, theirs = (lexicon.beginning(stem) + 0.5 for stem in stems(word, c.word))
    return (
        c.habits,
        min(c.neighbours, 20.0),
        math.log(lexicon.count(c.word) + 0.5),
        c.natural,
        float(c.word[-1] != word[-1]),
        float(sum(a != b for a, b in zip(c.word, word, strict=True)) > 1),
        float(any(s not in confusion.printable() for s in c.word)),
        math.log(theirs / ours),
    )


def _by_net(c: Candidate) -> tuple[float, ...]:
    return max(-12.0, min(12.0, c.sides)), c.doubt, c.left


def _heard(suspect: Suspect, where: Place, table: Sequence[tuple[float, ...]]) -> Asked:
    """With what the analyser says."""
    before, after = _context(where.text, suspect)
    here = language.account(before + suspect.word + after)
    grammatical = float(language.is_grammatical(suspect.word))
    usual = max(-12.0, here.score / max(len(before + suspect.word + after), 1))
    rows = []
    for c, row in zip(suspect.candidates, table, strict=True):
        there = language.account(before + c.word + after)
        gain = max(-15.0, min(15.0, there.score - here.score))
        strange = float(there.unknown - here.unknown)
        rows.append(
            (*row, gain, strange, float(there.morphemes - here.morphemes), grammatical, usual)
        )
    return Asked(suspect, where, tuple(rows), _is_quoted(where.text, suspect.start))


def stems(word: str, other: str) -> tuple[str, str]:
    """The beginnings of two words that differ in the last syllable, if they have two at least.

    >>> stems("핵무키를", "핵무기를")
    ('핵무키', '핵무기')
    """
    last = max(at for at, (a, b) in enumerate(zip(word, other, strict=True)) if a != b)
    end = max(last + 1, 2)
    return word[:end], other[:end]


def features(asked: Asked, words: Vocabulary, log_share: float) -> list[tuple[float, ...]]:
    """A row of ``FEATURES`` for each candidate."""
    word = asked.suspect.word
    again = math.log(max(1, words.count(word)))
    rows = []
    for c, row in zip(asked.suspect.candidates, asked.rows, strict=True):
        ours, theirs = map(words.beginning, stems(word, c.word))
        written = math.log(1 + words.count(c.word))
        rows.append((*row, again, written, math.log((1 + theirs) / max(1, ours)), log_share))
    return rows


def _context(text: str, suspect: Suspect) -> tuple[str, str]:
    """Some words on both sides, and what clings to the word itself."""
    before = text[: suspect.start].split(" ")[-WORDS_OF_CONTEXT - 1 :]
    after = text[suspect.end :].split(" ")[: WORDS_OF_CONTEXT + 1]
    return " ".join(before)[-SIGNS_OF_CONTEXT:], " ".join(after)[:SIGNS_OF_CONTEXT]


_QUOTES = re.compile("[“”\"‘’'「」『』]")


def _is_quoted(text: str, at: int) -> bool:
    """Do quotation marks that were opened before the place stand open?"""
    marks = _QUOTES.findall(text[:at])
    return bool(marks) and (marks[-1] in "“‘「『" or (marks[-1] in "\"'" and len(marks) % 2 == 1))

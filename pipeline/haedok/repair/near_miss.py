"""Syllables misread by an engine that knows Hangul: ``핵위합`` was ``핵위협``.

The first law is to do no harm. Only words that neither the lexicon nor the document has seen are
looked at; each is compared with the words that it may have been, by three voices: how the engine
takes letters for one another (``confusion``), how often a word is written (``lexicon``), and how
well it stands in its sentence (``language``). The weights, and what they are worth as a
probability, are fitted on worn pages held out from all tables (``benchmarks/fit_near_miss.py``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from haedok.model import Line
from haedok.repair import confusion, language, lexicon, unprintable
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair

Found = tuple[int, int, float]
"""Start, end, and how sure it is that the word is misread."""

_WORD = re.compile("(?<![가-힣A-Za-z\u4e00-\u9fff])[가-힣]{2,12}(?![가-힣])")
WORDS_OF_CONTEXT = 2
SHORTLIST = 5
"""How many candidates are worth a question to the language model."""
MIN_FOR_TWO, REACH_OF_TWO = 4, 10
"""Two misread syllables are looked for in words this long, each among so many origins."""
CALIBRATION = (-1.04, 0.52, 0.14, 0.31, -1.11, -0.51)
"""Weights of ``features``, from ``benchmarks/fit_near_miss.py``."""
LIKELY = 0.5
HOPELESS = -12.0
"""So far behind the word as it stands, no sentence can help a candidate."""
CONTEXT, FREQUENCY = 0.5, 0.35
"""Weights of the language model's and the lexicon's voice beside the engine's (1.0)."""


class Suspect(NamedTuple):
    """An unseen word, what it may have been, and how much better (nats) the best one is."""

    start: int
    end: int
    word: str
    cut: bool
    """Does it touch a line end? Then it may be a piece of a word."""
    ranked: tuple[tuple[str, float], ...]
    """Candidates with their advantage over the word as it stands, best first."""

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        return self.ranked[0][1] - self.ranked[1][1] if len(self.ranked) > 1 else 8.0


def find(text: str) -> tuple[Found, ...]:
    """Words that are probably misread.

    >>> find("북한의 핵위협을 강조하였다")
    ()
    """
    weighed = _weighed(text, frozenset())
    unseen = ((s.start, s.end, chance) for s, chance in weighed if chance >= LIKELY)
    real = ((r.start, r.end, r.confidence) for r in unprintable.find(text))
    return tuple(sorted((*unseen, *real)))


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    """Candidates for each misread word, with the chance that the first is right."""
    unseen = (
        _reading(suspect, chance if evidence.misread >= RARE else min(chance, AUTHORS_OWN))
        for suspect, chance in _weighed(line.text, evidence.words)
        if chance >= settings.offer
    )
    return (*unseen, *unprintable.find(line.text))


RARE, AUTHORS_OWN = 0.08, 0.85
"""Where so few lines have a misread word, one may well be the author's own spelling."""


def _reading(suspect: Suspect, chance: float) -> Reading:
    best = suspect.ranked[0][0]
    weights = [math.exp(min(0.0, gain - suspect.ranked[0][1])) for _, gain in suspect.ranked]
    total = sum(weights)
    candidates = tuple(
        (word, chance * weight / total * (total if at == 0 else 1.0))
        for at, ((word, _), weight) in enumerate(zip(suspect.ranked, weights, strict=True))
    )
    why = [f"no such word; {best} is {suspect.ranked[0][1]:.1f} nats likelier here"]
    lost = sorted({s for s in best if s not in confusion.printable()})
    if lost:
        why.append(f"Tesseract cannot print {' '.join(lost)}")
    return Reading(suspect.start, suspect.end, candidates[:3], chance, tuple(why))


def _weighed(text: str, confirmed: frozenset[str]) -> Iterator[tuple[Suspect, float]]:
    for suspect in suspects(text, confirmed):
        yield suspect, probability(suspect)


def probability(suspect: Suspect) -> float:
    """Chance that the best candidate is what was written: logistic, fitted on held-out pages."""
    z = sum(weight * value for weight, value in zip(CALIBRATION, features(suspect), strict=True))
    return 1 / (1 + math.exp(-z))


def features(suspect: Suspect) -> tuple[float, ...]:
    """What the calibration looks at: one, advantage, margin, length, cut, possible word."""
    advantage = max(-10.0, min(10.0, suspect.ranked[0][1]))
    allowed = float(language.is_grammatical(suspect.word))
    length = float(min(len(suspect.word), 5))
    return 1.0, advantage, min(suspect.margin, 6.0), length, float(suspect.cut), allowed


@lru_cache(maxsize=1024)
def suspects(text: str, confirmed: frozenset[str] = frozenset()) -> tuple[Suspect, ...]:
    """Unseen words of a line with their candidates; ``confirmed`` words are above suspicion."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        if lexicon.count(word) or word in confirmed:
            continue
        ranked = _ranked(text, match.start(), match.end(), confirmed)
        if ranked:
            cut = not text[: match.start()].strip() or not text[match.end() :].strip()
            found.append(Suspect(*match.span(), word, cut, ranked))
    return tuple(found)


def _ranked(
    text: str, start: int, end: int, confirmed: frozenset[str]
) -> tuple[tuple[str, float], ...]:
    word = text[start:end]
    right = confusion.log_word(word, word)
    weighed = (
        (c, _frequency(c, confirmed) + confusion.log_word(word, c) - right)
        for c in candidates(word, confirmed)
    )
    prior = sorted((row for row in weighed if row[1] > HOPELESS), key=_best_first)[:SHORTLIST]
    if not prior:
        return ()
    before = text[:start].split(" ")[-WORDS_OF_CONTEXT - 1 :]
    after = text[end:].split(" ")[: WORDS_OF_CONTEXT + 1]
    left, rest = " ".join(before), " ".join(after)
    here = language.score(left + word + rest)
    scored = ((c, p + CONTEXT * (language.score(left + c + rest) - here)) for c, p in prior)
    return tuple(sorted(scored, key=_best_first))


def _best_first(row: tuple[str, float]) -> tuple[float, str]:
    return -row[1], row[0]


def _frequency(word: str, confirmed: frozenset[str]) -> float:
    return FREQUENCY * math.log(lexicon.count(word) + 5 * (word in confirmed) + 0.5)


def candidates(word: str, confirmed: frozenset[str] = frozenset()) -> frozenset[str]:
    """Seen words that differ in one or two like syllables.

    >>> "핵무기를" in candidates("핵무키를")
    True
    """
    seen = lexicon.eojeols()
    places = [confusion.origins(syllable) for syllable in word]
    found: set[str] = set()
    for i, origins in enumerate(places):
        found.update(word[:i] + s + word[i + 1 :] for s in origins)
    if len(word) >= MIN_FOR_TWO:
        places = [origins[:REACH_OF_TWO] for origins in places]
        for i, j in combinations(range(len(word)), 2):
            head, middle, tail = word[:i], word[i + 1 : j], word[j + 1 :]
            found.update(head + s + middle + t + tail for s in places[i] for t in places[j])
    return frozenset(c for c in found if c in seen or c in confirmed)

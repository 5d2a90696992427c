"""Is this Latin word language, or Hangul that a Latin model read?

Each word gets log-odds from its letter n-grams (a logistic model, ``tables/build_latin.py``); a
two-state chain over the line lets neighbours speak, so that ``of`` is English in an abstract and a
misread particle among garbage (forward-backward; Rabiner 1989). Text that is language stays the
default: leaving it takes evidence.
"""

from __future__ import annotations

import lzma
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from haedok.words import is_english

ENTER, LEAVE = 0.01, 0.1
"""Chance that a damaged word follows a sound one, and the other way round."""
LIMIT, LIMIT_PER_LETTER = 8.0, 1.2
"""No word alone may say more than this many nats, and a short one less."""
WEAK_LIMIT = 0.7
"""Words without two letters (numbers, signs, list marks) stand in every kind of line."""
CODE_LIMIT = 2.5
"""Numbers of parts, rooms and standards look like misread Hangul: ``A4-107``, ``00AH``."""
SURELY_SOUND = -4.0
"""Log-odds of a word that no Latin model prints, or that is an address."""

_NOT_FROM_LATIN_MODEL = re.compile("[^\x00-\x7f’€™“—”»®£«°©§¥¢‘éﬁﬂ•…–]")
"""Tesseract's English model prints ASCII and these (its ``unicharset``)."""
_ADDRESS = re.compile(r"[(<]?(?:https?://|www\.|doi:|10\.\d{4})\S+|[\w.+-]+@[\w.-]+\.\w+\W*")
_CODE = re.compile(r"\W?(?=\S*\d)(?=\S*[A-Z]\S*[A-Z])[A-Z0-9]+(?:[-./:][A-Z0-9]+)*\W?")
_ELEMENTS = (
    "A[cglrsu]|B[aeir]?|C[adelorsu]?|F[er]?|H[eg]?|I[nr]?|K|L[ai]|M[gno]|N[aei]?|O|P[bt]?"
    "|S[bein]?|T[il]|U|W|Z[nr]"
)
_FORMULA = re.compile(rf"\W*\d*(?:(?:{_ELEMENTS})\d*|[()])+[+-]?\W*")
"""Of chemistry: ``2NaOH`` says nothing, for ``B3O`` is also what becomes of ``북한``."""

# Brackets part a gloss from the misread word it explains: ``S(nuclear sharing)2`` is four words.
_WORD = re.compile(r"[(\[“‘][^\s(\[“‘)\]”’]*[)\]”’]?|[^\s(\[“‘)”’]+[)”’]?|[)”’]")


class Word(NamedTuple):
    """A word of a line and the chance that it is misread Hangul."""

    start: int
    end: int
    damaged: float


@cache
def _weights() -> dict[str, float]:
    """Weights of the n-grams."""
    packed = (files("haedok.repair") / "tables" / "latin.tsv.xz").read_bytes()
    rows = lzma.decompress(packed).decode().rstrip("\n").split("\n")
    return {gram: int(weight) / 100 for gram, weight in (row.rsplit("\t", 1) for row in rows)}


def features(word: str, known: bool) -> Iterator[str]:
    """What the model looks at: letter n-grams with word ends, and the word list by length.

    >>> [feature for feature in features("o]", False) if feature.isprintable()]
    ['o', ']', 'o]', '#unlisted1']
    """
    marked = "\x02" + re.sub(r"\d", "0", word) + "\x03"
    for n in (1, 2, 3, 4):
        for at in range(len(marked) - n + 1):
            gram = marked[at : at + n]
            if gram not in {"\x02", "\x03"}:
                yield gram
    for part in re.findall(r"[^\W\d_]+", word):
        yield f"#{'listed' if known else 'unlisted'}{min(len(part), 6)}"


@lru_cache(maxsize=65536)
def log_odds(word: str) -> float:
    """Log-odds (natural) that a word is misread Hangul, from the word alone.

    >>> log_odds("deterrence") < 0 < log_odds("9FE|")
    True
    """
    if _NOT_FROM_LATIN_MODEL.search(word) or _ADDRESS.fullmatch(word):
        return SURELY_SOUND
    weights = _weights()
    total = weights["#bias"]
    for feature in features(word, is_english(word)):
        total += weights.get(feature, 0.0)
    return max(-LIMIT, min(_limit(word), total))


def _limit(word: str) -> float:
    """The most that a word may say for damage: little, if numbers and signs are all there is."""
    if _CODE.fullmatch(word):
        return CODE_LIMIT
    letters = sum(char.isalpha() for char in word)
    if letters == 0 or _FORMULA.fullmatch(word) or (letters == 1 and len(word) < 4):
        return WEAK_LIMIT
    return min(LIMIT, LIMIT_PER_LETTER * len(word) / (2 if letters == 1 else 1))


def words(text: str, prior: float = ENTER) -> tuple[Word, ...]:
    """Every word of a line with the chance that it is misread Hangul, given its neighbours.

    ``prior`` is the chance that the line begins damaged: what the page says of it.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    odds = [log_odds(text[start:end]) for start, end in spans]
    chances = _posteriors(odds, prior)
    return tuple(Word(*span, chance) for span, chance in zip(spans, chances, strict=True))


def damage(text: str, prior: float = ENTER) -> float:
    """Chance that anything in a line is misread Hangul: 1 − P(every word is sound)."""
    odds = [log_odds(match.group()) for match in _WORD.finditer(text)]
    if not odds:
        return 0.0
    forward = _forward(odds, prior)
    everything = _log_add(*forward[-1])
    all_sound = math.log(1 - prior) + (len(odds) - 1) * math.log(1 - ENTER)
    return max(0.0, 1 - math.exp(min(0.0, all_sound - everything)))


def _forward(odds: Sequence[float], prior: float) -> list[tuple[float, float]]:
    """Log-weights of (sound, damaged) after each word; a sound word weighs 0, by definition."""
    sound, damaged = math.log(1 - prior), math.log(prior) + odds[0]
    steps = [(sound, damaged)]
    for odd in odds[1:]:
        sound, damaged = (
            _log_add(sound + math.log(1 - ENTER), damaged + math.log(LEAVE)),
            _log_add(sound + math.log(ENTER), damaged + math.log(1 - LEAVE)) + odd,
        )
        steps.append((sound, damaged))
    return steps


def _backward(odds: Sequence[float]) -> list[tuple[float, float]]:
    sound, damaged = 0.0, 0.0
    steps = [(sound, damaged)]
    for odd in reversed(odds[1:]):
        sound, damaged = (
            _log_add(math.log(1 - ENTER) + sound, math.log(ENTER) + odd + damaged),
            _log_add(math.log(LEAVE) + sound, math.log(1 - LEAVE) + odd + damaged),
        )
        steps.append((sound, damaged))
    return steps[::-1]


def _posteriors(odds: Sequence[float], prior: float) -> list[float]:
    if not odds:
        return []
    pairs = zip(_forward(odds, prior), _backward(odds), strict=True)
    return [_logistic(f[1] + b[1] - f[0] - b[0]) for f, b in pairs]


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _log_add(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    return high + math.log1p(math.exp(low - high))

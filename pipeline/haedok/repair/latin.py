"""Is this Latin text language, or Hangul that a Latin model read?

Each character of a line gets a posterior (``latin_net``); the odds that its page is misread shift
it; runs of characters of one kind are the parts of the line: language, garble, and the digits that
stood between the syllables and survived. Text that is language stays the default: leaving it takes
evidence.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.repair import latin_net

ENTER = 0.01
"""Chance that a line is misread, where nothing is known of its page."""
DAMAGED = 0.5
"""The same on a line known to be misread: what the net was trained at."""
SWITCH = 0.5
"""Nats that it costs to change between language, garble and digits inside a word."""
SURELY_SOUND = -8.0
"""Log-odds of a word that no Latin model prints, or that is an address."""
FOREIGN, MOST_FOREIGN = -3.0, -6.0
"""What a character that no Latin model prints says of its line, and what several say; an address
says as much as one."""
LARGEST = 16.0
"""Log-odds beyond this are rounding."""
PER_SIGN = 0.8
"""Nats that each letter or digit of a line may say for damage: short lines say little."""

_NOT_FROM_LATIN_MODEL = re.compile("[^\x00-\x7f’€™“—”»®£«°©§¥¢‘éﬁﬂ•…–·]")
"""Tesseract's English model prints ASCII and these (its ``unicharset``)."""
_FOREIGN = re.compile("(?![가-힣ㄱ-ㆎ一-鿿])" + _NOT_FROM_LATIN_MODEL.pattern)
"""The same without Hangul and Hanja, which models for Korean and English print beside garble."""
_YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)\d{0,2}(?!\d)")
_ADDRESS = re.compile(r"[(<]?(?:https?://|www\.|doi:|10\.\d{4})\S+|[\w.+-]+@[\w.-]+\.\w+\W*")

# Brackets part a gloss from the misread word it explains: ``S(nuclear sharing)2`` is four words.
_WORD = re.compile(r"[(\[“‘][^\s(\[“‘)\]”’]*[)\]”’]?|[^\s(\[“‘)”’]+[)”’]?|[)”’]")

Kind = Literal["sound", "garbled", "number"]
KINDS: tuple[Kind, ...] = ("sound", "garbled", "number")
"""As ``latin_net`` numbers them."""

Log = NDArray[np.float32]


class Word(NamedTuple):
    """A word of a line and the chance that it is misread Hangul, or that some of it is."""

    start: int
    end: int
    damaged: float


class Part(NamedTuple):
    """A stretch of a line without spaces that is of one kind, and the chance that it is."""

    start: int
    end: int
    kind: Kind
    chance: float


@lru_cache(maxsize=4096)
def _logs(text: str) -> Log:
    """Log-posteriors (length, 3) at even odds."""
    words = list(re.finditer(r"\S+", text))
    other = [word for word in words if _NOT_FROM_LATIN_MODEL.search(word.group())]
    # of a line without a word that the model could have printed, there is nothing to ask
    logs = (
        latin_net.logits(text) if len(other) < len(words) else np.zeros((len(text), 3), np.float32)
    )
    foreign = len(_FOREIGN.findall(text)) * FOREIGN
    logs[:, latin_net.GARBLED] += max(MOST_FOREIGN, foreign)
    addresses = [word for word in words if _ADDRESS.fullmatch(word.group())]
    logs[:, latin_net.GARBLED] += len(addresses) * FOREIGN
    for word in (*other, *addresses):
        logs[word.start() : word.end()] = (0, SURELY_SOUND, SURELY_SOUND)
    digit = np.array([sign.isdigit() for sign in text], bool)
    logs[~digit, latin_net.DIGIT] = -30.0
    return logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)


def chances(text: str, prior: float = DAMAGED) -> Log:
    """Posteriors (length, 3) of sound, garbled and digit, where ``prior`` lines are misread."""
    if not text:
        return np.zeros((0, 3), np.float32)
    shifted = _logs(text).copy()
    shifted[:, latin_net.GARBLED] += _logit(prior) - _logit(DAMAGED)
    return np.exp(shifted - np.logaddexp.reduce(shifted, axis=1, keepdims=True))


def words(text: str, prior: float = ENTER) -> tuple[Word, ...]:
    """Every word of a line with the chance that it is misread Hangul, given its neighbours.

    ``prior`` is the chance that the line is damaged: what the page says of it.
    """
    garbled = chances(text, prior)[:, latin_net.GARBLED]
    spans = [match.span() for match in _WORD.finditer(text)]
    return tuple(Word(start, end, float(garbled[start:end].max())) for start, end in spans)


def damage(text: str, prior: float = ENTER) -> float:
    """Chance that anything in a line is misread Hangul."""
    odds = max((_logit(word.damaged) for word in words(text, DAMAGED)), default=-LARGEST)
    most = PER_SIGN * sum(map(str.isalnum, text))
    return 1 / (1 + math.exp(-min(odds, most) - _logit(prior)))


@lru_cache(maxsize=1024)
def parts(text: str, prior: float = DAMAGED) -> tuple[Part, ...]:
    """The line in stretches of language, garble, and digits that are digits.

    The likeliest labelling of the characters, where changing inside a word costs (Viterbi 1967);
    together the parts cover all but the spaces.

    >>> text = "vlglo 2 UEO] d1F S (nuclear sharing) 2 HASI= e B3to] 7|9} +3"
    >>> [text[part.start : part.end] for part in parts(text) if part.kind == "sound"]
    ['(nuclear', 'sharing)']
    """
    found = []
    posterior = chances(text, prior)
    for match in re.finditer(r"\S+", text):
        start = match.start()
        labels = _with_years(_likeliest(posterior[start : match.end()]), match.group())
        found += _runs(labels, posterior, start)
    return tuple(found)


@lru_cache(maxsize=1024)
def garbled(text: str, prior: float = DAMAGED) -> tuple[tuple[int, int], ...]:
    """Where a line is misread, as (start, end): parts that touch, numbers with the garble.

    >>> text = "B3to] (nuclear sharing) 2 HASI= 20204"
    >>> [text[start:end] for start, end in garbled(text)]
    ['B3to]', '2', 'HASI=', '20204']
    """
    spans: list[tuple[int, int, bool]] = []
    for part in parts(text, prior):
        if part.kind == "sound":
            continue
        start, known = part.start, part.kind == "garbled"
        if spans and spans[-1][1] == part.start:
            start, _, before = spans.pop()
            known = known or before
        spans.append((start, part.end, known))
    return tuple((start, end) for start, end, known in spans if known)


def _likeliest(posterior: Log) -> list[int]:
    """The labels of the characters of a word."""
    logs = np.log(np.maximum(posterior, 1e-9))
    cost = SWITCH * (1 - np.eye(3, dtype=np.float32))
    best, back = logs[0], []
    for row in logs[1:]:
        ways = best[:, None] - cost
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    labels = [int(best.argmax())]
    for came in reversed(back):
        labels.append(int(came[labels[-1]]))
    return labels[::-1]


def _with_years(labels: list[int], word: str) -> list[int]:
    """A year has four digits: where two are, so are the next, and no more are."""
    for match in _YEAR.finditer(word):
        start, end = match.span(1)
        if labels[start : start + 2] == [latin_net.DIGIT] * 2:
            labels[start:end] = [latin_net.DIGIT] * 4
            if latin_net.GARBLED in labels:
                labels[end : match.end()] = [latin_net.GARBLED] * (match.end() - end)
    return labels


def _runs(labels: list[int], posterior: Log, offset: int) -> list[Part]:
    """Stretches of one label; all of a number must be right, of the others most."""
    runs, first = [], 0
    for at in range(1, len(labels) + 1):
        if at == len(labels) or labels[at] != labels[first]:
            rows = posterior[offset + first : offset + at, labels[first]]
            chance = rows.prod() if labels[first] == latin_net.DIGIT else rows.mean()
            kind = KINDS[labels[first]]
            runs.append(Part(offset + first, offset + at, kind, float(chance)))
            first = at
    return runs


def numbers(text: str, span: tuple[int, int], prior: float = DAMAGED) -> tuple[Part, ...]:
    """Digits that are digits of the page and no misread syllables, inside a span of a line.

    >>> text = "52 5ot 20204 109 10% & A3"
    >>> [text[part.start : part.end] for part in numbers(text, (7, 19))]
    ['2020', '10', '10']
    """
    start, end = span
    return tuple(
        Part(max(start, part.start), min(end, part.end), part.kind, part.chance)
        for part in parts(text, prior)
        if part.kind == "number" and part.start < end and start < part.end
    )


def _logit(chance: float) -> float:
    """Log-odds of a chance, at most ``LARGEST``."""
    odds = math.log(max(chance, 1e-30) / max(1 - chance, 1e-30))
    return max(-LARGEST, min(LARGEST, odds))

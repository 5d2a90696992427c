"""The words that a run of garbled pieces may be, weighed against each other.

Each piece, or two neighbours that may be one word, gets the words whose simulated garbles lie near
(``channel``), and "a word unknown", because the true word is often in no dictionary.
Forward-backward with word pairs from corpora gives each its posterior (Rabiner 1989).
"""

from __future__ import annotations

import lzma
import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from haedok.repair import channel
from haedok.repair.channel import Candidate

WIDTH = 12
"""Candidates kept for each place of the lattice."""
UNKNOWN = 0.35
"""Share of running words that no dictionary of this size has."""
UNKNOWN_BASE, UNKNOWN_EACH = 0.5, 1.4
"""Nats that an unknown word pays for its garble: at once, and for each character."""
PAIRED = 0.6
"""Trust in a word pair that was seen, against the word alone."""
FLATTEN = 0.5
"""Power on the shares of words: those of general text mislead about a paper on its own subject."""
MERGED = 0.2
"""Two pieces may be one word only if a rendering is at most this distant, per character."""
AT_HOME = 2.0
"""Nats for a word that the document's sound lines or its glossary use."""


class Piece(NamedTuple):
    """A damaged word without the quotes and stops around it.

    ``kind`` is ``~`` behind a gloss, ``#`` with a number in it; ``follows`` says that nothing but
    space stands between it and the piece before.
    """

    start: int
    end: int
    text: str
    kind: str
    number: str
    follows: bool


class Arc(NamedTuple):
    """Pieces ``first .. last`` (exclusive) read as one word; an unknown one has no ``found``."""

    first: int
    last: int
    word: str
    score: float
    found: Candidate | None


class Guess(NamedTuple):
    """The arcs that read one span, with their posteriors, best first.

    ``paired`` is 1 when the best word and a neighbour's are a pair that corpora know, else 0.
    """

    first: int
    last: int
    arcs: tuple[tuple[Arc, float], ...]
    paired: float = 0.0


def spelt(piece: Piece, arc: Arc) -> str:
    """The word of an arc, with its number and without its mark."""
    return arc.word.replace("#", piece.number).removeprefix("~")


def decode(run: Sequence[Piece], subject: frozenset[str] = frozenset()) -> tuple[Guess, ...]:
    """The likeliest way to cut a run into words, with the posteriors of what each may be.

    ``subject`` are words that the document is known to use.
    """
    arcs = [_at_home(arc, subject) for arc in _arcs(run)]
    forward, backward = _forward(arcs), _backward(arcs, len(run))
    total = _log_sum([value for at, value in forward.items() if arcs[at].last == len(run)])
    posterior = {at: math.exp(forward[at] + backward[at] - total) for at in forward}
    spans: dict[tuple[int, int], list[tuple[Arc, float]]] = defaultdict(list)
    for at, chance in posterior.items():
        spans[arcs[at].first, arcs[at].last].append((arcs[at], chance))
    guesses = []
    first = 0
    while first < len(run):
        last = max(
            (span for span in spans if span[0] == first),
            key=lambda span: (sum(chance for _, chance in spans[span]), -span[1]),
        )[1]
        known = [(arc, chance) for arc, chance in spans[first, last] if arc.found]
        known.sort(key=lambda item: (-item[1], item[0].word))
        guesses.append(Guess(first, last, tuple(known)))
        first = last
    return _paired(guesses)


def _paired(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """Say of each guess whether its best word and a neighbour's are a pair that was seen."""
    best = ["", *(guess.arcs[0][0].word if guess.arcs else "" for guess in guesses), ""]
    pairs = [pair in pair_shares() for pair in pairwise(best)]
    return tuple(
        guess._replace(paired=float(pairs[at] or pairs[at + 1])) for at, guess in enumerate(guesses)
    )


def _arcs(run: Sequence[Piece]) -> list[Arc]:
    arcs = []
    for first, piece in enumerate(run):
        unknown = -UNKNOWN_BASE - UNKNOWN_EACH * len(piece.text)
        arcs.append(Arc(first, first + 1, "", unknown, None))
        for last in range(first + 1, min(first + 3, len(run) + 1)):
            text = " ".join(p.text for p in run[first:last])
            if last - first == 1 or not any(p.kind for p in run[first + 1 : last]):
                most = math.inf if last - first == 1 else MERGED * len(text)
                arcs += [
                    Arc(first, last, found.word, found.log_likelihood, found)
                    for found in channel.nearest(text, WIDTH, piece.kind)
                    if found.distance <= most
                ]
    return arcs


def _at_home(arc: Arc, subject: frozenset[str]) -> Arc:
    return arc._replace(score=arc.score + AT_HOME) if arc.word in subject else arc


def _forward(arcs: Sequence[Arc]) -> dict[int, float]:
    """Log-weight of all ways from the start up to and with each arc."""
    ending: dict[int, list[int]] = defaultdict(list)
    weights: dict[int, float] = {}
    order = sorted(range(len(arcs)), key=lambda at: arcs[at].first)
    for at in order:
        arc = arcs[at]
        before = ending[arc.first]
        if arc.first == 0:
            weights[at] = arc.score + transition("", arc.word)
        else:
            weights[at] = arc.score + _log_sum(
                [weights[b] + transition(arcs[b].word, arc.word) for b in before]
            )
        ending[arc.last].append(at)
    return weights


def _backward(arcs: Sequence[Arc], length: int) -> dict[int, float]:
    """Log-weight of all ways from behind each arc to the end."""
    starting: dict[int, list[int]] = defaultdict(list)
    weights: dict[int, float] = {}
    order = sorted(range(len(arcs)), key=lambda at: -arcs[at].first)
    for at, arc in enumerate(arcs):
        starting[arc.first].append(at)
    for at in order:
        if arcs[at].last == length:
            weights[at] = 0.0
        else:
            weights[at] = _log_sum(
                [
                    transition(arcs[at].word, arcs[b].word) + arcs[b].score + weights[b]
                    for b in starting[arcs[at].last]
                ]
            )
    return weights


def transition(left: str, word: str) -> float:
    """Log-chance that ``word`` follows ``left``; the empty word is an unknown one."""
    if not word:
        return math.log(UNKNOWN)
    alone = channel.shares()[word] ** FLATTEN / _scale()
    pair = pair_shares().get((left, word), 0.0) / max(channel.shares().get(left, 1.0), 1e-7)
    return math.log((1 - UNKNOWN) * (PAIRED * min(1.0, pair) + (1 - PAIRED) * alone) + 1e-12)


@cache
def _scale() -> float:
    return math.fsum(share**FLATTEN for share in channel.shares().values())


@cache
def pair_shares() -> dict[tuple[str, str], float]:
    """The share of neighbouring words in running text (``tables/garble_bigrams.tsv.xz``)."""
    raw = (files("haedok.repair") / "tables" / "garble_bigrams.tsv.xz").read_bytes()
    rows = (row.split("\t") for row in lzma.decompress(raw).decode().splitlines())
    return {(left, right): float(share) for left, right, share in rows}


def _log_sum(values: Sequence[float]) -> float:
    high = max(values, default=-math.inf)
    return high + math.log(sum(math.exp(v - high) for v in values)) if values else -math.inf

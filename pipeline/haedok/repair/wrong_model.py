"""Read Hangul that the English model of Tesseract read: where a word is certain, and only there.

The words a garble may be get posteriors from a ``lattice``; a logistic map with a handful of
weights, fitted on held-out renderings of another text, turns the best one's into a calibrated
confidence (Platt 1999).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from haedok.model import Line
from haedok.repair import channel
from haedok.repair.evidence import Evidence
from haedok.repair.lattice import Guess, Piece, decode, spelt
from haedok.repair.readings import Reading
from haedok.settings import Repair

SHORT, MOST_SHORT = 2, 0.8
"""A garble of at most so many characters is at most so sure."""
MOST_PARTICLE = 0.5
"""A particle behind a gloss is at most so sure: 을 and 를 look alike, and which of them stands
there hangs on a word that is not read."""
KEPT = 5
"""Candidates shown in a reading."""


def read_line(
    line: Line, damaged: Sequence[tuple[int, int]], evidence: Evidence, settings: Repair
) -> tuple[Reading, ...]:
    """Readings of the damaged words of a line that are worth offering, by offset.

    ``damaged`` are the spans of the words that no Latin model could have meant; nothing outside
    them is touched.
    """
    subject = evidence.words | {word for term, _ in evidence.glossary for word in term.split()}
    answers = (
        _reading(run, guess, settings)
        for run in runs(split(line.text, damaged))
        for guess in decode(run, subject)
    )
    return tuple(reading for reading in answers if reading is not None)


def split(text: str, damaged: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Damaged spans as pieces that can be looked up.

    >>> pieces = split("“A7”(deterrence)= 20204", [(0, 4), (16, 17), (18, 23)])
    >>> [(piece.text, piece.kind, piece.number) for piece in pieces]
    [('A7', '', ''), ('=', '~', ''), ('#4', '#', '2020')]
    """
    pieces: list[Piece] = []
    for start, end in damaged:
        left, right = channel.bare(text[start:end])
        if left == right:
            continue
        body = text[start + left : start + right]
        number = _number(body)
        kind = "#" if number else "~" if text[:start].endswith((")", "”", "’")) else ""
        gap = text[pieces[-1].end : start + left] if pieces else "."
        shown = body.replace(number, "#", 1) if number else body
        pieces.append(
            Piece(start + left, start + right, shown, kind, number, not gap.strip() and kind != "~")
        )
    return tuple(pieces)


_DIGITS = re.compile(r"^((?:18|19|20)\d\d(?!\d{2})|[1-3]?\d(?=\D|\d$))(?=.)")


def _number(body: str) -> str:
    """The number at the start of a garble that something else follows: ``2020`` of ``20204``."""
    match = _DIGITS.match(body)
    return match[1] if match else ""


def runs(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Pieces that stand together, with nothing but space between them."""
    found: list[list[Piece]] = []
    for piece in pieces:
        if piece.follows and found:
            found[-1].append(piece)
        else:
            found.append([piece])
    return tuple(tuple(run) for run in found)


FEATURES = (
    "bias", "posterior", "margin", "distance", "exact", "near", "agreeing", "short", "length",
    "syllables", "common", "paired", "merged", "number", "particle",
)  # fmt: skip


def features(run: Sequence[Piece], guess: Guess) -> dict[str, float]:
    """What the confidence of the best arc of a guess rests on; ``guess`` must have one."""
    (arc, chance), *others = guess.arcs
    found = arc.found
    assert found is not None  # only known words are kept in a guess
    text = " ".join(piece.text for piece in run[guess.first : guess.last])
    clear = min(max(chance, 1e-4), 1 - 1e-4)
    kind = run[guess.first].kind
    values = (
        1.0,
        math.log(clear / (1 - clear)),
        chance - (others[0][1] if others else 0.0),
        found.distance / len(text),
        float(found.distance == 0.0),
        math.log1p(found.near),
        found.near / found.renderings,
        float(len(text) <= 2),
        math.log(len(text)),
        math.log(len(arc.word)),
        math.log(channel.shares()[arc.word]) / 10,
        guess.paired,
        float(guess.last - guess.first > 1),
        float(kind == "#"),
        float(kind == "~"),
    )
    return dict(zip(FEATURES, values, strict=True))


@cache
def weights() -> dict[str, float]:
    """The fitted weights of ``features`` (``tables/build_garble_weights.py``)."""
    raw = (files("haedok.repair") / "tables" / "garble_weights.json").read_bytes()
    fitted: dict[str, float] = json.loads(raw)
    return fitted


def confidence(run: Sequence[Piece], guess: Guess) -> float:
    """The calibrated chance that the best arc is right."""
    total = math.fsum(weights()[name] * value for name, value in features(run, guess).items())
    sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    first, last = run[guess.first], run[guess.last - 1]
    if first.kind == "~":
        return min(sure, MOST_PARTICLE)
    return min(sure, MOST_SHORT) if last.end - first.start <= SHORT else sure


def _reading(run: Sequence[Piece], guess: Guess, settings: Repair) -> Reading | None:
    if not guess.arcs:
        return None
    sure = confidence(run, guess)
    if sure < settings.offer:
        return None
    first, last = run[guess.first], run[guess.last - 1]
    best = guess.arcs[0][1]
    # The others share what the best leaves over as the lattice shares it among them.
    candidates = [(spelt(first, guess.arcs[0][0]), sure)]
    rest = (1 - sure) / max(1e-9, 1 - best)
    candidates += [(spelt(first, arc), chance * rest) for arc, chance in guess.arcs[1:KEPT]]
    return Reading(first.start, last.end, tuple(candidates), sure, _evidence(guess))


def _evidence(guess: Guess) -> tuple[str, ...]:
    found = guess.arcs[0][0].found
    assert found is not None  # only known words are kept in a guess
    return (
        f"nearest simulated garble {found.distance:g} edits away",
        f"{found.near} of {found.renderings} renderings agree",
    )

"""Strict precision, recall and F1 of aligned pairs.

A pair is right when a true pair has the same kind, the same Korean and the same English, after NFC
and with runs of white space as one space. Nothing is given for a near hit. A true pair can be
found once. Kinds that the truth does not list at all are not scored (a truth that holds only
sentences says nothing about keywords); their number is reported as ``unscored``.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

import msgspec

from haedok.evaluate.rates import Found, FoundScore, found_score, total_found
from haedok.model import Pair


class PairReport(msgspec.Struct, frozen=True):
    """Scores of all pairs, and of every kind; the interval redraws pairs."""

    all: FoundScore
    kinds: dict[str, FoundScore]
    unscored: int


def score_pairs(truth: tuple[Pair, ...], output: tuple[Pair, ...]) -> PairReport:
    """Compare found pairs with true ones.

    >>> a, b = (Pair("gloss", ko, en, 1, "", "") for ko, en in (("균형", "balance"), ("핵", "x")))
    >>> score_pairs((a,), (a, b)).all.precision
    0.5
    """
    kinds = sorted({pair.kind for pair in truth})
    units = {kind: _units(truth, output, kind) for kind in kinds}
    every = [unit for kind in kinds for unit in units[kind]]
    return PairReport(
        found_score(total_found(every), every),
        {str(kind): found_score(total_found(units[kind]), units[kind]) for kind in kinds},
        sum(pair.kind not in kinds for pair in output),
    )


def _units(truth: tuple[Pair, ...], output: tuple[Pair, ...], kind: str) -> list[Found]:
    """One find for every distinct pair on either side."""
    wanted = Counter(_key(pair) for pair in truth if pair.kind == kind)
    found = Counter(_key(pair) for pair in output if pair.kind == kind)
    return [
        Found(min(wanted[key], found[key]), found[key], wanted[key])
        for key in sorted(wanted | found)
    ]


def _key(pair: Pair) -> tuple[str, str]:
    return _plain(pair.ko), _plain(pair.en)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())

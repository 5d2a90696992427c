"""Fit how the voices for a near-miss candidate add up to a probability.

Usage: python fit_near_miss.py PAIRS.jsonl [SOUND.txt]

PAIRS are those of ``haedok/repair/tables/build_pairs.py``, of faces and texts held out from all
tables; lines of SOUND are not damaged at all (a document each 50). Prints the weights for
``near_miss.WEIGHTS`` and ``BIAS``, and how precise, how complete and how harmful edits are at
several thresholds, by five-fold cross-validation over documents.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.repair.evidence import UNSEEN
from haedok.repair.near_miss import LEAST, MOST, USUAL, Place, features, place
from haedok.repair.suspects import WORD, Suspect, suspects

RIDGE = 1.0
Weights = NDArray[np.float64]
Line = tuple[str, str]
"""As written and as read."""


class Question(NamedTuple):
    """A suspect: a row of features per candidate, and which is right (0: the word, or none)."""

    document: str
    rows: NDArray[np.float64]
    right: int
    sound: bool


def truths(written: str, read: str) -> dict[tuple[int, int], str]:
    """What was printed where a run of Hangul was read: span of the read line → text."""
    start = [0] * (len(read) + 1)
    for op in Levenshtein.opcodes(written, read):
        for at in range(op.dest_start, op.dest_end):
            start[at] = op.src_start + min(at - op.dest_start, op.src_end - op.src_start)
        start[op.dest_end] = op.src_end
    spans = (match.span() for match in WORD.finditer(read))
    return {(a, b): written[start[a] : start[b]] for a, b in spans}


def questions(name: str, lines: Sequence[Line]) -> tuple[list[Question], int]:
    """The suspects of a document, and how many words were misread by as many other syllables."""
    found, errors = [], 0
    texts = ["", *(read for _, read in lines), ""]
    for at, (written, read) in enumerate(lines):
        known = truths(written, read)
        errors += sum(
            word != read[a:b] and len(word) == b - a and WORD.fullmatch(word) is not None
            for (a, b), word in known.items()
        )
        where = place(read, texts[at], texts[at + 2])
        for suspect in suspects(where.text, where.first, where.last):
            found += _question(name, suspect, where, known)
    return found, errors


def _question(
    name: str, suspect: Suspect, where: Place, known: dict[tuple[int, int], str]
) -> list[Question]:
    start, end = max(suspect.start, where.first), min(suspect.end, where.last)
    word = known.get((start - where.first, end - where.first), "")
    if not word or " " in word:
        return []
    here = slice(start - suspect.start, end - suspect.start)
    words = [suspect.word[here], *(c.word[here] for c in suspect.candidates)]
    rows = np.array(features(suspect, where.text, frozenset()))
    right = words.index(word) if word in words else 0
    return [Question(name, rows, right, word == words[0])]


def chances(question: Question, share: float, weights: Weights) -> Weights:
    """Of the word as it stands and each candidate."""
    rows = _with_share(question, share)
    odds = np.concatenate([[0.0], rows @ weights])
    odds = np.exp(odds - odds.max())
    return np.asarray(odds / odds.sum())


def _with_share(question: Question, share: float) -> Weights:
    n = len(question.rows)
    extra = [np.full((n, 1), math.log(share / USUAL)), np.ones((n, 1))]
    return np.concatenate([question.rows, *extra], axis=1)


def fit(asked: Sequence[Question], shares: dict[str, float]) -> Weights:
    """Conditional logit by Newton's method with a ridge; the last weight is the bias."""
    tables = [_with_share(q, shares[q.document]) for q in asked]
    scale = np.concatenate(tables).std(axis=0) + 1e-6
    scale[-1] = 1.0
    tables = [table / scale for table in tables]
    weights = np.zeros(len(scale))
    ridge = 2 * RIDGE * np.eye(len(scale))
    ridge[-1, -1] = 1e-6
    for _ in range(25):
        gradient, hessian = -ridge @ weights, ridge.copy()
        for q, x in zip(asked, tables, strict=True):
            odds = np.exp(np.clip(x @ weights, -50, 50))
            p = odds / (1 + odds.sum())
            gradient -= x.T @ p
            if q.right:
                gradient += x[q.right - 1]
            hessian += x.T @ (p[:, None] * x) - np.outer(x.T @ p, x.T @ p)
        weights += np.linalg.solve(hessian, gradient)
    return np.asarray(weights / scale)


def misread_shares(
    asked: Sequence[Question], lines: dict[str, int], weights: Weights
) -> dict[str, float]:
    """As ``evidence.misread_share`` tells them; a line with two suspects counts twice."""
    hits: dict[str, int] = defaultdict(int)
    for q in asked:
        hits[q.document] += chances(q, USUAL, weights)[0] <= 0.5
    told = {name: max(0, hits[name] - 1) / (n + UNSEEN) for name, n in lines.items()}
    return {name: min(max(share, LEAST), MOST) for name, share in told.items()}


def read_documents(pairs: Path, sound: Path | None) -> dict[str, list[Line]]:
    """Lines by document."""
    found: dict[str, list[Line]] = defaultdict(list)
    for row in pairs.read_text("utf-8").splitlines():
        written, read, _, document = json.loads(row)
        found[document].append((written, read))
    for at, line in enumerate(sound.read_text("utf-8").splitlines() if sound else ()):
        found[f"sound {at // 50}"].append((line, line))
    return found


def main(pairs: str, sound: str | None = None) -> None:
    """Fit, cross-validate, print."""
    documents = read_documents(Path(pairs), Path(sound) if sound else None)
    told = [questions(name, lines) for name, lines in documents.items()]
    asked = [question for rows, _ in told for question in rows]
    sizes = {name: len(lines) for name, lines in documents.items()}
    shares = dict.fromkeys(documents, USUAL)
    for _ in range(3):
        weights = fit(asked, shares)
        shares = misread_shares(asked, sizes, weights)
    weights = fit(asked, shares)
    print("WEIGHTS =", tuple(round(float(w), 3) for w in weights[:-1]))
    print("BIAS =", round(float(weights[-1]), 3))
    report(asked, shares, list(documents), sum(errors for _, errors in told))


def report(
    asked: Sequence[Question], shares: dict[str, float], names: Sequence[str], errors: int
) -> None:
    """Precision, recall and harm at several thresholds, by five-fold cross-validation."""
    fold = {name: at % 5 for at, name in enumerate(names)}
    answers: list[tuple[float, bool, bool]] = []
    for k in range(5):
        weights = fit([q for q in asked if fold[q.document] != k], shares)
        for q in (q for q in asked if fold[q.document] == k):
            p = chances(q, shares[q.document], weights)[1:]
            answers.append((float(p.max()), q.right == int(p.argmax()) + 1, q.sound))
    print(f"{errors} misread words, {len(asked)} suspects")
    limits = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
    for low, high in pairwise(limits):
        kept = [a for a in answers if a[0] >= low]
        right, harm = sum(a[1] for a in kept), sum(a[2] for a in kept)
        within = [a for a in kept if a[0] < high]
        mean = sum(a[0] for a in within) / max(1, len(within))
        true = sum(a[1] for a in within) / max(1, len(within))
        print(f"p ≥ {low}: {right} of {len(kept)} right, {harm} did harm", end="; ")
        print(f"up to {high}: {mean:.3f} said, {true:.3f} true")


if __name__ == "__main__":
    main(*sys.argv[1:])

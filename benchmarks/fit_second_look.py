"""Fit how picture and text add up to a probability, where our own recogniser hesitates.

Usage: python fit_second_look.py TEXTS [LINES]

Lines of the corpora in TEXTS (see ``haedok.train.corpora``) are printed, worn and read: only of
paragraphs from which no table of ``repair`` was computed (``haedok.repair.splits``), half of them
in training faces to fit the weights, the other half in development faces to tell what they are
worth. Prints the weights for ``second_look.WEIGHTS``, and how precise, complete and harmful edits
are at several thresholds, and how well they know it.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.model import Doubt
from haedok.recognize.own import alphabet, calibration
from haedok.recognize.own.doubts import positions_to_doubts
from haedok.recognize.own.lattice import frames_to_positions
from haedok.recognize.own.net import crops_to_frames
from haedok.repair.splits import BLOCK, split
from haedok.repair.weighing import FEATURES, Place, places_to_features, texts_to_habit
from haedok.synthesize.fonts import Split
from haedok.train import corpora, texts
from haedok.train.casts import Casting
from haedok.train.printing import Sample, sample

MAKERS = {"prose": 0.4, "_scholarly": 0.35, "reference": 0.1, "heading": 0.1, "_english_line": 0.05}
"""Kinds of lines and their shares: those that papers have, nothing at random."""
LINES, SEED, RIDGE, GROUP = 900, 9100, 1.0, 64

Weights = NDArray[np.float64]


class Read(NamedTuple):
    """A line as printed, as read, and where that is in doubt."""

    truth: str
    text: str
    doubts: tuple[Doubt, ...]


class Question(NamedTuple):
    """Features of each other reading, which is right (0: the text), and what each would mend."""

    rows: NDArray[np.float64]
    right: int
    errors: NDArray[np.int64]
    """More errors in the line than there are; the text's own first, which is 0."""


def held_out(folder: Path, half: int) -> corpora.Texts:
    """The material that no table knows; Latin and terms are the same for both halves."""
    known = corpora.load(folder, "dev")
    rows = [
        (tuple(_paragraphs(folder / "text" / name, half)), s) for name, s in corpora.PROSE.items()
    ]
    kept = [(prose, share) for prose, share in rows if prose]
    return corpora.Texts(
        tuple(prose for prose, _ in kept),
        tuple(share for _, share in kept),
        known.english,
        known.words,
        known.sinitic,
    )


def _paragraphs(path: Path, half: int) -> Iterator[str]:
    for at, raw in enumerate(path.read_text("utf-8").split("\n")):
        drawn = zlib.crc32(f"{path.name}/{at // BLOCK}".encode()) % 2
        if split(path.name, at) == "dev" and drawn == half and len(raw) > 3:
            yield alphabet.written(" ".join(raw.split()))


def printed(folder: Path, faces: Split, half: int) -> Iterator[Sample]:
    """Worn lines without end."""
    rng = np.random.default_rng([SEED, half])
    casting, material = Casting(faces, rng), held_out(folder, half)
    texts.MAKERS = tuple((MAKERS[m.__name__], m) for _, m in texts.MAKERS if m.__name__ in MAKERS)
    for text in texts.lines(material, rng, (12, 44)):
        if (made := sample(text, casting.draw(), rng)) is not None:
            yield made


def read(samples: Sequence[Sample]) -> Iterator[Read]:
    """The lines as our own recogniser has them."""
    calibrate = calibration.shipped()
    for start in range(0, len(samples), GROUP):
        group = samples[start : start + GROUP]
        for made, frames in zip(group, crops_to_frames([s.image for s in group]), strict=True):
            positions = frames_to_positions(frames, calibrate)
            text = " ".join("".join(p.text for p in positions).split())
            yield Read(made.text, text, positions_to_doubts(positions, frames))


def questions(lines: Sequence[Read]) -> list[Question]:
    """The doubts of all lines; a reading is right if it leaves the fewest errors."""
    habit = texts_to_habit(line.text for line in lines)
    found = []
    for line in lines:
        places = [_place(line.text, doubt) for doubt in line.doubts]
        for place, rows in zip(places, places_to_features(places, habit=habit), strict=True):
            versions = [place.version(reading) for reading, *_ in place.readings]
            errors = np.array([Levenshtein.distance(line.truth, text) for text in versions])
            right = 0 if errors[0] == errors.min() else int(errors.argmin())
            found.append(Question(rows, right, errors - errors[0]))
    return found


def _place(text: str, doubt: Doubt) -> Place:
    own = [row for row in doubt.readings if row[0] == doubt.raw]
    others = [row for row in doubt.readings if row[0] != doubt.raw]
    return Place(text, doubt.start, doubt.start + len(doubt.raw), (*own, *others))


def fit(asked: Sequence[Question]) -> Weights:
    """Conditional logit by Newton's method with a ridge."""
    scale = np.concatenate([q.rows for q in asked]).std(axis=0) + 1e-6
    weights = np.zeros(len(scale))
    ridge = 2 * RIDGE * np.eye(len(scale))
    for _ in range(25):
        gradient, hessian = -ridge @ weights, ridge.copy()
        for q in asked:
            x = q.rows / scale
            odds = np.exp(np.clip(x @ weights, -50, 50))
            p = odds / (1 + odds.sum())
            gradient += (x[q.right - 1] if q.right else 0.0) - x.T @ p
            hessian += x.T @ (p[:, None] * x) - np.outer(x.T @ p, x.T @ p)
        weights += np.linalg.solve(hessian, gradient)
    return np.asarray(weights / scale)


def chances(question: Question, weights: Weights) -> Weights:
    """Of the text as it stands, and of each other reading."""
    odds = np.concatenate([[0.0], question.rows @ weights])
    odds = np.exp(odds - odds.max())
    return np.asarray(odds / odds.sum())


def report(asked: Sequence[Question], weights: Weights) -> None:
    """What would be changed, and how much of it for the better."""
    told = [chances(q, weights) for q in asked]
    best = [1 + int(p[1:].argmax()) for p in told]
    rows = [(float(p[k]), int(q.errors[k])) for q, p, k in zip(asked, told, best, strict=True)]
    curable = -sum(int(q.errors.min()) for q in asked)
    print(f"{len(asked)} doubts; the best readings would mend {curable} errors")
    for least in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
        made = [(p, errors) for p, errors in rows if p >= least]
        better, worse = (sum(s * errors < 0 for _, errors in made) for s in (1, -1))
        mended = -sum(errors for _, errors in made)
        print(f"p ≥ {least}: {len(made)} changed, {better} better, {worse} worse, {mended} mended")
    for low, high in ((0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01)):
        made = [(p, errors < 0) for p, errors in rows if low <= p < high]
        if made:
            said, true = (sum(column) / len(made) for column in zip(*made, strict=True))
            print(f"{low} to {high}: {len(made)} of them, {said:.3f} said, {true:.3f} true")


def main(folder: str, lines: str = str(LINES)) -> None:
    """Print, read, fit, judge."""
    train, dev = (
        questions(list(read(list(islice(printed(Path(folder), faces, half), int(lines))))))
        for half, faces in enumerate[Split](("train", "dev"))
    )
    weights = fit(train)
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"    {weight:.3f},  # {name}")
    report(dev, weights)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Fit what picture and text are worth where our own recogniser hesitates; say how good that is.

``python benchmarks/fit_second_look.py FOLDER [PAGES [KEPT]]``: FOLDER as in
``haedok.train.corpora``; KEPT is a folder for what was read, so that it is read once.
Pages of paragraphs that no table was computed from (``haedok.repair.splits``), dressed as papers
dress them, are typeset, copied and read. Half of the paragraphs are set in training faces and fit
the weights, the other half in development faces tell what they are worth. Every other page is set
unevenly, as type that no face here has: in faces that it knows, our recogniser hardly errs.
Prints the weights for ``second_look.WEIGHTS``, how many errors are left at several thresholds,
and how well the confidences know it, then the same without the net that reads both sides.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.diagnose import diagnose_lines
from haedok.errors import HaedokError
from haedok.model import Line
from haedok.prepare import prepare
from haedok.recognize import recognize
from haedok.recognize.own import alphabet
from haedok.repair.evidence import told_by
from haedok.repair.lexicon import has_hangul
from haedok.repair.second_look import Weighed, questions, weigh, weighed_to_readings
from haedok.repair.splits import BLOCK, split
from haedok.repair.weighing import FEATURES, Place, places_to_features, texts_to_habit
from haedok.settings import Prepare, Recognize
from haedok.synthesize import fonts
from haedok.synthesize.press import press
from haedok.synthesize.wear import RECIPES, smooth_noise, wear
from haedok.train import corpora
from haedok.train.texts import dressed

RECIPE_OF_PAGES = ("photocopy", "photocopy", "recopied", "photocopy")
PAGES, SEED, RIDGE = 100, 9100, 1.0
CLOSE = 1e-4
"""Of weights in standard deviations: steps of the fit that are smaller are not worth another."""
PARAGRAPHS, DRESSED, WAVE = 7, 0.2, 1.6
"""Of a page; part of the words that may be dressed; pixels that uneven type is moved by."""
UNLIKE = 0.25
"""Part of a line that its reading has otherwise, from which on it is another line."""
NET = "net of both sides"
"""So the names of its voices begin."""
ACCEPTED = (0.5, 0.7, 0.9, 0.95)

Grey = NDArray[np.uint8]
Weights = NDArray[np.float64]
Rng = np.random.Generator


class Read(NamedTuple):
    """The lines of a page as read, and of each what is printed there (None: nobody knows)."""

    lines: tuple[Line, ...]
    truth: tuple[str | None, ...]


class Question(NamedTuple):
    """A doubt of a line, by its number on the page, with what speaks for its readings."""

    line: int
    start: int
    place: Place
    rows: NDArray[np.float64]
    errors: NDArray[np.int64]
    """With each reading, more errors in the line than there are; the text's own first: 0."""


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


def manuscript(material: corpora.Texts, face: str, rng: Rng) -> str:
    """A page's worth of paragraphs, dressed as those of papers."""
    shares = np.array(material.shares) / sum(material.shares)
    blocks = [f'+++\nface = "{face}"\n+++']
    while len(blocks) <= PARAGRAPHS:
        prose = material.prose[int(rng.choice(len(shares), p=shares))]
        at, room = int(rng.integers(len(prose))), int(rng.integers(40, 110))
        words = " ".join(prose[at : at + 4]).split(" ")[:room]
        worn = (dressed(w, material, rng) if rng.random() < DRESSED else w for w in words)
        text = re.sub(r"[\[\]^|+]", "", alphabet.written(" ".join(worn)))
        blocks.append("".join(sign for sign in text if alphabet.kind(sign) is not None))
    return "\n\n".join(blocks)


def pages(
    folder: Path, faces: Literal["train", "dev"], half: int, kept: Path | None = None
) -> Iterator[Read]:
    """Worn pages without end, as our own recogniser has them; ``kept`` is where they stay."""
    material = held_out(folder, half)
    known = fonts.installed(fonts.faces(faces, extra=True))
    for number in count():
        file = kept / f"{half}-{number}.msgpack" if kept else None
        if file and file.exists():
            found = msgspec.msgpack.decode(file.read_bytes(), type=Read | None)
        else:
            found = page(material, known[number % len(known)].name, half, number)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(msgspec.msgpack.encode(found))
        if found is not None:
            yield found


def page(material: corpora.Texts, face: str, half: int, number: int) -> Read | None:
    """One of them; nothing where it cannot be printed in that face."""
    rng = np.random.default_rng([SEED, half, number])
    text = manuscript(material, face, rng)
    how = RECIPES[RECIPE_OF_PAGES[number // 2 % len(RECIPE_OF_PAGES)]]
    try:
        sheet = next(press(text, SEED + number, "clean"))
    except HaedokError as error:
        print(f"left out: {error}", file=sys.stderr)
        return None
    image, _ = wear(uneven(sheet.image, rng) if number % 2 else sheet.image, how, rng)
    return read(image, how.dpi, [alphabet.written(line.text) for line in sheet.truth.lines])


def uneven(page: Grey, rng: Rng) -> Grey:
    """Every point moved a little, its neighbours by as much: strokes as a brush draws them."""
    height, width = page.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (WAVE * smooth_noise((height, width), 14, rng) for _ in range(2))
    moved = cv2.remap(page, columns + x, rows + y, cv2.INTER_LINEAR, borderValue=(255.0,))
    return np.asarray(moved, np.uint8)


def read(image: Grey, dpi: float, truth: Sequence[str]) -> Read:
    """The lines of a page, each with the line of the truth that is most like it."""
    prepared = prepare(image, dpi, Prepare(denoise="never"))
    lines = recognize(prepared.image, prepared.dpi, Recognize(engine="haedok"))
    left, found = list(truth), []
    for line in lines:
        best = min(left, key=lambda t: Levenshtein.normalized_distance(t, line.text), default="")
        like = Levenshtein.normalized_distance(best, line.text) < UNLIKE
        found.append(best if like else None)
        if like:
            left.remove(best)
    return Read(lines, tuple(found))


def page_to_questions(page: Read) -> list[Question]:
    """The doubts of a page, but for lines that nobody knows."""
    asked = list(questions(page.lines))
    words = told_by(diagnose_lines(page.lines), 0.0).words
    habit = texts_to_habit(line.text for line in page.lines)
    rows = places_to_features([each.place for each in asked], words, habit)
    at = {line.number: index for index, line in enumerate(page.lines)}
    found = []
    for (number, start, place), features in zip(asked, rows, strict=True):
        text, truth = page.lines[at[number]].text, page.truth[at[number]]
        if truth is None:
            continue
        end = start + len(place.readings[0][0])
        versions = [text[:start] + reading + text[end:] for reading, *_ in place.readings]
        errors = np.array([Levenshtein.distance(truth, version) for version in versions])
        found.append(Question(at[number], start, place, features, errors - errors[0]))
    return found


def fit(asked: Sequence[Question]) -> Weights:
    """Conditional logit by Newton's method with a ridge; right is what leaves the fewest errors."""
    scale = np.concatenate([q.rows for q in asked]).std(axis=0) + 1e-6
    weights = np.zeros(len(scale))
    ridge = 2 * RIDGE * np.eye(len(scale))
    for _ in range(25):
        gradient, hessian = -ridge @ weights, ridge.copy()
        for q in asked:
            x = q.rows / scale
            odds = np.exp(np.clip(x @ weights, -50, 50))
            p = odds / (1 + odds.sum())
            right = int(q.errors.argmin()) if q.errors.min() < 0 else 0
            gradient += (x[right - 1] if right else 0.0) - x.T @ p
            hessian += x.T @ (p[:, None] * x) - np.outer(x.T @ p, x.T @ p)
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < CLOSE:
            break
    return np.asarray(weights / scale)


class Edits(NamedTuple):
    """What a page's second look would do: of each line its edits with what they mend."""

    text: str
    truth: str
    edits: tuple[tuple[float, int, int, str], ...]
    """Confidence, from, to, and what is put there."""

    def at(self, accept: float) -> str:
        """The line with the edits that are sure enough."""
        text = self.text
        for sure, start, end, best in sorted(self.edits, key=lambda edit: -edit[1]):
            text = text[:start] + best + text[end:] if sure >= accept else text
        return text


def page_to_edits(page: Read, asked: Sequence[Question], weights: Weights) -> Iterator[Edits]:
    """The lines of a page whose truth is known, with their edits."""
    made: dict[int, list[tuple[float, int, int, str]]] = {}
    for q in asked:
        weighed: Weighed = weigh(q.place, q.rows, q.start, tuple(weights.tolist()))
        for r in weighed_to_readings(weighed, 0.02):
            made.setdefault(q.line, []).append((r.confidence, r.start, r.end, r.best or ""))
    for index, (line, truth) in enumerate(zip(page.lines, page.truth, strict=True)):
        if truth is not None:
            yield Edits(line.text, truth, tuple(made.get(index, ())))


def errors_of(text: str, truth: str) -> tuple[int, int]:
    """Errors in all, and those that are in Hangul or put Hangul in its place."""
    ops = Levenshtein.editops(text, truth)
    signs = ((text[op.src_pos :][:1], truth[op.dest_pos :][:1], op.tag) for op in ops)
    hangul = sum(
        (tag != "insert" and has_hangul(old)) or (tag != "delete" and has_hangul(new))
        for old, new, tag in signs
    )
    return len(ops), hangul


def report(lines: Sequence[Edits]) -> None:
    """What would be left, how much of what is done is good, and how well that is known."""
    before = np.sum([errors_of(line.text, line.truth) for line in lines], axis=0)
    signs = sum(len(line.truth) for line in lines)
    hangul = sum(map(has_hangul, "".join(line.truth for line in lines)))
    print(f"read: {before[0]} errors of {signs}, Hangul {before[1]} of {hangul}")
    rows = [(edit[0], _gain(line, edit)) for line in lines for edit in line.edits]
    for accept in ACCEPTED:
        after = np.sum([errors_of(line.at(accept), line.truth) for line in lines], axis=0)
        gains = [gain for sure, gain in rows if sure >= accept]
        better, worse = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
        print(
            f"p ≥ {accept}: {after[0]} errors, Hangul {after[1]} left;"
            f" {len(gains)} edits, {better} better, {worse} worse"
        )
    gaps = 0.0
    for low in np.arange(0, 1, 0.1):
        part = [(sure, gain > 0) for sure, gain in rows if low <= sure < low + 0.1 + (low > 0.85)]
        if part:
            said, true = np.mean(np.array(part, np.float64), axis=0)
            gaps += abs(said - true) * len(part)
            print(
                f"{low:.1f} to {low + 0.1:.1f}: {len(part)} edits, {said:.3f} said, {true:.3f} true"
            )
    print(f"expected calibration error {gaps / max(1, len(rows)):.3f}")


def _gain(line: Edits, edit: tuple[float, int, int, str]) -> int:
    """Errors that one edit mends."""
    alone = line._replace(edits=(edit,))
    return errors_of(line.text, line.truth)[0] - errors_of(alone.at(0.0), line.truth)[0]


def main(folder: str, number: str = str(PAGES), kept: str | None = None) -> None:
    """Print, read, fit, judge."""
    keep = Path(kept) if kept else None
    train = list(islice(pages(Path(folder), "train", 0, keep), int(number)))
    dev = list(islice(pages(Path(folder), "dev", 1, keep), int(number) * 2 // 3))
    asked, judged = ([page_to_questions(page) for page in some] for some in (train, dev))
    everything = np.arange(len(FEATURES))
    for heard in (everything, [at for at in everything if not FEATURES[at].startswith(NET)]):
        weights = np.zeros(len(FEATURES))
        weights[heard] = fit([q._replace(rows=q.rows[:, heard]) for page in asked for q in page])
        for name, weight in zip(FEATURES, weights, strict=True):
            print(f"    {weight:.3f},  # {name}")
        rows = (page_to_edits(*each, weights) for each in zip(dev, judged, strict=True))
        report(list(chain.from_iterable(rows)))


if __name__ == "__main__":
    main(*sys.argv[1:])

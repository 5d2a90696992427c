"""Compute ``origins.tsv.xz``: what a syllable that was read may have been when it was printed.

Usage: python build_origins.py OUT

Three estimates of what an engine takes a syllable for, once it misreads it, are mixed: how often
it did so (``misreadings.tsv``), which letters it takes for which (``confusions.tsv``), and how
alike the two look, drawn small and blurred in faces of the ``train`` split. Rows are
``read⇥written⇥log-odds``: of "written, and misread so" against "printed as it was read" (natural,
before anyone looks at the language), the best ``MOST`` of each read syllable. A linguist may add a
row.
"""

from __future__ import annotations

import lzma
import sys
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from haedok.repair import lexicon
from haedok.repair.jamo_strings import CODAS, ONSETS, VOWELS, letters
from haedok.synthesize import fonts

Matrix = NDArray[np.float64]
"""Syllables written × syllables read."""

TABLES = files("haedok.repair") / "tables"
DRAWN_IN = ("nanum-myeongjo", "un-batang", "nanum-gothic")
PIXELS, BLUR = 32, 1.1
LIKENESS = 0.025
"""Squared distance of two drawings (of length 1) at which one is e times less often taken for the
other; found by trying which predicts the misreadings of the ``dev`` faces best."""
LETTERWISE, ALIKE, ONE_LETTER, UNIFORM = 0.55, 0.33, 0.1, 0.02
"""What letters, looks, any one letter and nothing at all are worth, where nothing was counted."""
COUNTED = 6.0
"""So many counts weigh as much as all of that."""
STEADY = 300.0
"""Syllables read after which the share of those misread is taken for its own, not for the mean."""
KINDS = (list(ONSETS), list(VOWELS), CODAS)
SLOTS = ("onset", "vowel", "coda")
MOST = 64
USUAL = 0.8
"""Weight of how common a written syllable is, when it is asked which of them to keep."""


def printed() -> set[str]:
    """The syllables that Tesseract's Korean models can print."""
    return set("".join((TABLES / "tesseract_syllables.txt").read_text("utf-8").split()))


def counts(written: list[str]) -> Matrix:
    """How often each was read as each."""
    at = {syllable: i for i, syllable in enumerate(written)}
    table = np.zeros((len(written), len(written)))
    for row in (TABLES / "misreadings.tsv").read_text("utf-8").splitlines():
        a, b, n, *_ = row.split("\t")
        if a in at and b in at:
            table[at[a], at[b]] += float(n)
    return table


def letterwise(written: list[str]) -> Matrix:
    """Product over the letters of how often one is taken for another; right letters are usual."""
    slots = [np.full((len(kind), len(kind)), 0.3) for kind in KINDS]
    for row in (TABLES / "confusions.tsv").read_text("utf-8").splitlines():
        slot, a, b, n = row.split("\t")
        k = SLOTS.index(slot)
        if a != b:
            slots[k][KINDS[k].index(a.strip("-")), KINDS[k].index(b.strip("-"))] += float(n)
    parts = np.array(
        [[kind.index(p) for kind, p in zip(KINDS, letters(s), strict=True)] for s in written]
    )
    total = np.ones((len(written), len(written)))
    for k, table in enumerate(slots):
        np.fill_diagonal(table, 0)
        share = table / table.sum(axis=1, keepdims=True)
        np.fill_diagonal(share, 5.0)  # of three letters, about one is wrong in a misread syllable
        total *= share[parts[:, k][:, None], parts[:, k][None, :]]
    return total


def one_letter(written: list[str]) -> Matrix:
    """Where two differ in one letter: an unknown face may have habits of its own."""
    parts = np.array([letters(s) for s in written])
    return np.asarray((parts[:, None] != parts[None]).sum(axis=2) == 1, np.float64)


def alike(written: list[str]) -> Matrix:
    """By how they look."""
    distance = np.mean([_distances(written, name) for name in DRAWN_IN], axis=0)
    return np.asarray(np.exp(-distance / LIKENESS))


def _distances(written: list[str], name: str) -> Matrix:
    found = fonts.find(fonts.face(name))
    font = ImageFont.truetype(str(found.path), PIXELS - 4, index=found.index)
    drawn = np.array([_draw(syllable, font) for syllable in written])
    return np.asarray(np.maximum(2.0 - 2.0 * drawn @ drawn.T, 0.0))


def _draw(syllable: str, font: ImageFont.FreeTypeFont) -> NDArray[np.float64]:
    image = Image.new("L", (PIXELS, PIXELS))
    ImageDraw.Draw(image).text(
        (PIXELS // 2, PIXELS // 2), syllable, fill=255, font=font, anchor="mm"
    )
    ink = cv2.GaussianBlur(np.asarray(image, np.float64), (0, 0), BLUR).ravel()
    return np.asarray(ink / max(float(np.linalg.norm(ink)), 1e-9))


def misread(written: list[str], seen: Matrix) -> Matrix:
    """Chance of each reading, once a syllable is misread."""
    shown = printed()
    possible = np.array([syllable in shown for syllable in written])
    mixed = np.zeros_like(seen)
    for share, table in (
        (LETTERWISE, letterwise(written)),
        (ALIKE, alike(written)),
        (ONE_LETTER, one_letter(written)),
        (UNIFORM, np.ones_like(seen)),
    ):
        table[:, ~possible] = 0
        np.fill_diagonal(table, 0)
        mixed += share * table / table.sum(axis=1, keepdims=True)
    wrong = seen.copy()
    np.fill_diagonal(wrong, 0)
    return np.asarray((wrong + COUNTED * mixed) / (wrong.sum(axis=1, keepdims=True) + COUNTED))


def log_odds(written: list[str]) -> Matrix:
    """Of "written, and read as this" against "printed as read"."""
    seen = counts(written)
    total, right = seen.sum(axis=1), np.diag(seen)
    mean = 1 - right.sum() / total.sum()
    rate = (total - right + STEADY * mean) / (total + STEADY)
    shown = printed()
    rate[[syllable not in shown for syllable in written]] = 1.0
    return np.asarray(np.log(rate)[:, None] + np.log(np.maximum(misread(written, seen), 1e-13)))


def main(out: str) -> None:
    """Write the table."""
    usual = lexicon.syllables()
    written = sorted({s for s, n in usual.items() if n > 1} | printed())
    weight = USUAL * np.log([usual[s] + 0.5 for s in written])
    odds = log_odds(written)
    rows = []
    for k, read in enumerate(written):
        ranked = np.argsort(-(odds[:, k] + weight), kind="stable")
        best = [j for j in ranked if j != k and odds[j, k] > -30][:MOST]
        rows += [f"{read}\t{written[j]}\t{odds[j, k]:.1f}\n" for j in best]
    Path(out).write_bytes(lzma.compress("".join(rows).encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])

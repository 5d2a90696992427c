"""Pages of running Korean text, as the Korean model of Tesseract reads them.

    python -m haedok.train.korean.pages CORPORA OUT.jsonl [--split train] [--display] [--seed 1]

Pages are set as for ``haedok.train.garble.simulate`` and worn by the recipes of
``haedok.synthesize.wear``, photocopies and low resolutions most of all. What is read in the place
of each printed line is kept beside it: rows ``[written, read, wear and face, document]``, a line
each. Texts of ``dev`` and ``test`` are those that no table is computed from
(``haedok.repair.splits``). ``--display`` sets them in faces that the net was not taught with, and
that are unlike all that text is set in: what is fitted on these, too, trusts the net no more than
it should.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import msgspec
import numpy as np

from haedok.synthesize import wear
from haedok.synthesize.fonts import DISPLAY, Face, Split
from haedok.train.corpora import PROSE, Texts, load
from haedok.train.garble.simulate import (
    LINES,
    Grey,
    Rng,
    compose,
    faces,
    given_back,
    running_text,
    stored,
    table_words,
    worn,
)
from haedok.train.korean.material import lines

RECIPES = {"photocopy": 0.42, "low-dpi-jpeg": 0.34, "recopied": 0.12, "scan": 0.06}
RECIPES |= {"bleed": 0.03, "folded": 0.03}
LIGHT = 0.2
"""Share of the pages that are worn as for the English model, without a recipe."""
DPI, SIGNS = 300, 42
"""Of the printed page; characters of a line that text is drawn for."""
TIMEOUT = 180.0

Word = tuple[str, float, float, float]
"""Text, with a space before it if one was read; left, right and middle in pixels of the page."""


class _Wear:
    """Wears a page, and remembers how: by which recipe, at what part of its resolution."""

    name, scale = "light", 1.0

    def __call__(self, image: Grey, rng: Rng) -> Grey:
        if rng.random() < LIGHT:
            return worn(image, rng)
        self.name = str(rng.choice(list(RECIPES), p=list(RECIPES.values())))
        recipe = wear.recipe(self.name)
        if recipe.dpi < DPI:
            self.scale = recipe.dpi / DPI
            size = (round(image.shape[1] * self.scale), round(image.shape[0] * self.scale))
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        for effect in recipe.effects:
            image = effect(image, rng)
        return stored(image, recipe.jpeg) if recipe.jpeg else image


def read(image: Grey, scale: float, psm: int) -> list[Word]:
    """What the engine reads of a page of ``scale`` times its resolution, in the engine's order."""
    png = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "read"
        command = ["tesseract", "stdin", str(out), "-l", "kor", "--dpi", str(round(DPI * scale))]
        command += ["--psm", str(psm), "-c", "preserve_interword_spaces=1"]
        command += ["-c", "tessedit_create_tsv=1", "-c", "tessedit_create_txt=1"]
        env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        subprocess.run(
            command, input=png, capture_output=True, check=True, timeout=TIMEOUT, env=env
        )
        text, table = (out.with_suffix(end).read_text("utf-8") for end in (".txt", ".tsv"))
    return list(_words(text, table, scale))


def _words(text: str, table: str, scale: float) -> Iterator[Word]:
    """Words of the table; only the text tells which of them spaces part."""
    at = 0
    for word, box in table_words(table):
        found = text.index(word.strip(), at)
        space = " " if text[at:found] else ""
        at = found + len(word.strip())
        left, top, width, height = (value / scale for value in box)
        yield space + word.strip(), left, left + width, top + height / 2


def page(texts: Texts, cast: Sequence[Face], rng: Rng) -> tuple[str, list[tuple[str, str]]]:
    """Simulate one page: how it was worn, in what face; its lines as printed and as read."""
    face = cast[int(rng.integers(len(cast)))]
    how = _Wear()
    image, printed = compose(running_text(texts, rng, LINES * SIGNS), face, rng, how)
    words = read(image, how.scale, 4 if rng.random() < 0.5 else 6)
    read_lines = given_back(printed, [(w, round(a), round(b), m) for w, a, b, m in words])
    rows = [(line.text, "".join(word for word, _, _ in line.words).strip()) for line in read_lines]
    return f"{how.name} {face.name}", [row for row in rows if row[1]]


def material(folder: Path, part: Split) -> Texts:
    """The texts of a part; those of ``dev`` and ``test`` are held out from all tables.

    Raises:
        OSError: a corpus is missing.
    """
    texts = load(folder, "train")
    if part == "train":
        return texts
    prose = {name: tuple(lines(folder / "text" / name, part)) for name in PROSE}
    shares = tuple(PROSE[name] for name, found in prose.items() if found)
    return msgspec.structs.replace(texts, prose=tuple(filter(None, prose.values())), shares=shares)


def main() -> None:
    """Simulate pages, appending to a file, until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument(
        "--display", action="store_true", help="set in faces that no text is set in"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=100_000)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    texts = material(args.corpora, args.split)
    cast = tuple(DISPLAY.values()) if args.display else faces(args.split)
    with args.out.open("a", encoding="utf-8") as out:
        for number in range(args.pages):
            how, rows = page(texts, cast, np.random.default_rng((args.seed, number)))
            for written, found in rows:
                row = [written, found, how, f"{args.seed}-{number}"]
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()

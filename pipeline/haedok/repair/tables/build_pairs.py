"""Print pages, wear them, read them with Tesseract's Korean model: PAIRS for other tables.

Usage: python build_pairs.py OUT SPLIT SEED DOCUMENTS WEAR,WEAR,… FILE…

SPLIT (``train``, ``dev``, ``test``) is that of the faces and of the lines of the FILEs. Rows are
``[written, read, wear, document]``, a line each: what was read, and the printed line most like it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz import fuzz

from haedok.repair.splits import split
from haedok.synthesize import fonts, wear
from haedok.synthesize.press import press

SIGNS, PAGES = 1500, 2
"""A document has so much text, and of that at most so many pages are read."""
ALIKE = 55
"""Percent of the signs that a line and its reading have in common at least."""


def documents(files: Sequence[Path], part: str, rng: np.random.Generator) -> Iterator[str]:
    """Runs of held-out lines, blank lines between them."""
    pools = []
    for file in files:
        lines = enumerate(file.read_text("utf-8").splitlines())
        pools.append([line.replace("[", "(") for at, line in lines if split(file.name, at) == part])
    while True:
        pool = pools[int(rng.integers(len(pools)))]
        at = int(rng.integers(max(1, len(pool) - 60)))
        taken: list[str] = []
        while sum(map(len, taken)) < SIGNS and at < len(pool):
            taken.append(pool[at])
            at += 1
        yield "\n\n".join(taken)


def read(image: wear.Grey, dpi: int) -> list[str]:
    """The lines that Tesseract reads, single spaces between words."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.png"
        cv2.imwrite(str(page), image)
        command = ["tesseract", str(page), "-", "-l", "kor", "--psm", "4", "--dpi", str(dpi)]
        command += ["-c", "preserve_interword_spaces=1"]
        env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        text = subprocess.run(command, capture_output=True, check=True, env=env).stdout.decode()
    return [" ".join(line.split()) for line in text.replace("\f", "\n").split("\n") if line.strip()]


def matched(written: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line that was read with the printed line that is most like it, spaces aside."""
    free = [" ".join(line.split()) for line in written]
    for line in lines:
        shares = [fuzz.ratio(line.replace(" ", ""), other.replace(" ", "")) for other in free]
        best = int(np.argmax(shares)) if shares else -1
        if best >= 0 and shares[best] > ALIKE:
            yield free.pop(best), line


def main(out: str, part: fonts.Split, seed: str, number: str, wears: str, *files: str) -> None:
    """Write the pairs, document by document."""
    rng = np.random.default_rng(int(seed))
    texts = documents([Path(name) for name in files], part, rng)
    faces, recipes = fonts.faces(part), wears.split(",")
    with Path(out).open("w", encoding="utf-8") as rows:
        for at in range(int(number)):
            face, recipe = faces[int(rng.integers(len(faces)))], recipes[at % len(recipes)]
            text = f'+++\nface = "{face.name}"\n+++\n\n{next(texts)}'
            for sheet in list(press(text, int(seed) * 1000 + at, recipe, part))[:PAGES]:
                written = [line.text for line in sheet.truth.lines]
                for a, b in matched(written, read(sheet.image, wear.recipe(recipe).dpi)):
                    rows.write(
                        json.dumps([a, b, recipe, f"{seed}-{at}"], ensure_ascii=False) + "\n"
                    )


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]

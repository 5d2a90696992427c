"""Which fonts a line is set in: a Korean face, often with Latin letters and Hanja of others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from haedok.errors import MissingProgramError
from haedok.synthesize import fonts
from haedok.train.glyphs import Cast, Font

OWN_LATIN = 0.45
"""The share of lines whose Latin letters and digits are those of the Korean face."""
SERIF = 0.6
"""The share of lines in serif faces: nearly all the text of a journal, and half its headings."""

DISPLAY = 0.07
"""The share of lines in faces that are no text types."""


class Casting:
    """Draws a cast for every line, from the faces of a split that this machine has."""

    def __init__(self, split: fonts.Split, rng: np.random.Generator) -> None:
        """Raises MissingProgramError where there is no face at all."""
        faces = fonts.installed(fonts.faces(split, extra=True))
        self.serif = [_font(face) for face in faces if face.kind == "serif"]
        self.sans = [_font(face) for face in faces if face.kind == "sans"]
        shown = (face for face in fonts.DISPLAY.values() if face.split == split)
        self.display = [_font(face) for face in fonts.installed(shown)]
        self.latin = [_font(f) for f in fonts.installed(fonts.companions("latin", split))]
        self.hanja = [_font(f) for f in fonts.installed(fonts.companions("hanja", split))]
        self.rng = rng
        if not self.serif or not self.sans or not self.hanja:
            raise MissingProgramError(
                f"the faces of the {split} split are not installed", ".ci/system-packages --all"
            )

    def draw(self) -> Cast:
        """A cast; what neither its face nor the first Hanja face has is drawn by the other ones."""
        rng = self.rng
        main = _one(rng, self.serif if rng.random() < SERIF else self.sans)
        if self.display and rng.random() < DISPLAY:
            main = _one(rng, self.display)
        latin = None if rng.random() < OWN_LATIN or not self.latin else _one(rng, self.latin)
        first = int(rng.integers(len(self.hanja)))
        return Cast(main, latin, (*self.hanja[first:], *self.hanja[:first]))


def _font(face: fonts.Face) -> Font:
    file = fonts.find(face)
    return Font(str(file.path), file.index)


def _one(rng: np.random.Generator, of: Sequence[Font]) -> Font:
    return of[int(rng.integers(len(of)))]

"""The whole way from a text to a folder of worn pages with their truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pypdfium2 as pdfium

from haedok.errors import OutputError
from haedok.synthesize import alto, fonts, truth, typeset, wear
from haedok.synthesize.geometry import Geometry
from haedok.synthesize.image_pdf import image_pdf
from haedok.synthesize.manuscript import Manuscript, parse
from haedok.synthesize.truth import TruePage
from haedok.synthesize.wear import Grey, Recipe


class Sheet(msgspec.Struct, frozen=True):
    """A worn page: its image and, in the image's pixels, its truth."""

    image: Grey
    truth: TruePage


def press(text: str, seed: int, recipe: str = "", split: fonts.Split = "test") -> Iterator[Sheet]:
    """Typeset a text and wear its pages.

    Layout and face are those that the text asks for in its front (see ``manuscript``), or else
    drawn by the seed, the face among the serif faces of ``split``.

    Raises:
        UsageError: no such recipe, layout or face.
        InputError: the text cannot be set.
        MissingProgramError: Typst or a font is not installed.
    """
    manuscript = parse(text)
    how = recipe_for(manuscript, recipe)
    pdf = _typeset(manuscript, np.random.default_rng([seed, 0]), split)
    with pdfium.PdfDocument(pdf) as document:
        for page in truth.read(pdf, manuscript, how.dpi):
            bitmap = document[page.number - 1].render(how.dpi / 72.0, grayscale=True)
            image = np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1))
            worn, geometry = wear.wear(image, how, np.random.default_rng([seed, page.number]))
            yield Sheet(worn, moved(page, geometry, worn))


def recipe_for(manuscript: Manuscript, name: str) -> Recipe:
    """The recipe asked for, or that of the manuscript, or a plain scan."""
    return wear.recipe(name or manuscript.front.recipe or "scan")


def _typeset(manuscript: Manuscript, rng: np.random.Generator, split: fonts.Split) -> bytes:
    front = manuscript.front
    look = typeset.layout(front.layout or str(rng.choice(list(typeset.LAYOUTS))))
    if not front.layout:
        look = typeset.varied(look, rng)
    face = front.face or str(rng.choice([face.name for face in fonts.faces(split, "serif")]))
    return typeset.typeset(manuscript, look, fonts.face(face))


def moved(page: TruePage, geometry: Geometry, image: Grey) -> TruePage:
    """The truth of a page that was bent."""
    lines = []
    for line in page.lines:
        chars = tuple(geometry.box(box) for box in line.chars)
        lines.append(msgspec.structs.replace(line, box=truth.union(chars), chars=chars))
    height, width = image.shape
    return msgspec.structs.replace(page, width=width, height=height, lines=tuple(lines))


def write(text: str, out: Path, seed: int, recipe: str = "") -> None:
    """Press a text and write the pages with their truth: see ``synthesize``."""
    how = recipe_for(parse(text), recipe)
    pages: list[TruePage] = []

    def images() -> Iterator[Grey]:
        for sheet in press(text, seed, recipe):
            pages.append(sheet.truth)
            yield sheet.image

    scan = image_pdf(images(), how.dpi, how.jpeg, how.bilevel)
    try:
        (out / "alto").mkdir(parents=True, exist_ok=True)
        (out / "scan.pdf").write_bytes(scan)
        (out / "truth.txt").write_text(plain(pages), "utf-8")
        (out / "truth.json").write_bytes(msgspec.json.encode(pages) + b"\n")
        for page in pages:
            (out / "alto" / f"{page.number:04}.xml").write_bytes(alto.write(page))
    except OSError as error:
        raise OutputError(f"cannot write to {out}: {error.strerror}") from error


def plain(pages: list[TruePage]) -> str:
    """A block a line (a table: a row a line, tabs between cells), a blank line between blocks."""
    return "\n\n".join(page.text for page in pages) + "\n"

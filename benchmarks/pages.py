"""The test pages: three texts, each typeset in a test face and worn in three ways.

The texts (``texts/*.md``) were written for this benchmark and are used for nothing else; the faces
are those of the ``test`` split (see ``haedok.synthesize.fonts``), which no statistics were drawn
from. Text, face and seed decide every pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from haedok.synthesize import fonts, wear

TEXTS = Path(__file__).with_name("texts")
CONDITIONS = {
    "clean": "clean",
    "photocopy": "photocopy",
    "150 dpi JPEG": "low-dpi-jpeg",
}
"""What the tables call it → the recipe in ``haedok.synthesize.wear``."""
SEED = 4100


class Plan(NamedTuple):
    """A document to be made."""

    text: str
    condition: str
    face: str
    seed: int

    @property
    def name(self) -> str:
        """Good for a folder: ``wells-photocopy``."""
        return f"{self.text}-{CONDITIONS[self.condition]}"


class Document(NamedTuple):
    """A made document: the same pages as a PDF and as images, and what is printed on each."""

    plan: Plan
    pdf: Path
    images: tuple[Path, ...]
    truth: tuple[str, ...]
    """Line by line as printed: no reader is asked to undo line ends, so none is blamed for them."""


def plans(texts: Sequence[str]) -> list[Plan]:
    """Each text in each condition, the faces spread so that none is tied to a text or a condition.

    >>> [plan.face for plan in plans(["a", "b"])][:4]
    ['baekmuk-batang', 'un-gungseo', 'noto-sans', 'un-gungseo']
    """
    faces = [face.name for face in fonts.faces("test")]
    return [
        Plan(text, condition, faces[(i + j) % len(faces)], SEED + 10 * i + j)
        for i, text in enumerate(texts)
        for j, condition in enumerate(CONDITIONS)
    ]


def text_names(quick: bool = False) -> list[str]:
    """The texts, by name; a quick run takes only the first."""
    names = sorted(path.stem for path in TEXTS.glob("*.md"))
    return names[:1] if quick else names


def make(plan: Plan, out: Path, most: int | None = None) -> Document:
    """Write the first ``most`` pages of a document: ``pages.pdf``, ``0001.png`` and so on."""
    from haedok.synthesize.image_pdf import image_pdf  # noqa: PLC0415  # needs an optional extra
    from haedok.synthesize.press import press  # noqa: PLC0415

    how = wear.recipe(CONDITIONS[plan.condition])
    sheets = list(islice(press(manuscript(plan), plan.seed, CONDITIONS[plan.condition]), most))
    out.mkdir(parents=True)
    pdf = out / "pages.pdf"
    pdf.write_bytes(image_pdf((s.image for s in sheets), how.dpi, how.jpeg, how.bilevel))
    images = tuple(_images(pdf, out, how.dpi))
    truth = tuple("\n".join(line.text for line in sheet.truth.lines) for sheet in sheets)
    return Document(plan, pdf, images, truth)


def manuscript(plan: Plan) -> str:
    """The text, with the face that it is to be set in."""
    text = (TEXTS / f"{plan.text}.md").read_text("utf-8")
    return text.replace("+++\n", f'+++\nface = "{plan.face}"\n', 1)


def _images(pdf: Path, out: Path, dpi: int) -> Iterator[Path]:
    """The images in a PDF, pixel for pixel, so that all readers see the same."""
    from pypdf import PdfReader  # noqa: PLC0415  # needs an optional extra

    for number, page in enumerate(PdfReader(pdf).pages, 1):
        path = out / f"{number:04}.png"
        image = page.images[0].image
        assert image is not None
        image.convert("L").save(path, dpi=(dpi, dpi))
        yield path

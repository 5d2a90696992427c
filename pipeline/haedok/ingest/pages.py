"""One page of a source: its lines if it has any, its image if one is wanted."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from haedok.errors import InputError
from haedok.ingest import image, markup, pdf, text
from haedok.ingest.sources import PageRef
from haedok.model import Page, Step
from haedok.settings import Ingest


def load_page(ref: PageRef, settings: Ingest) -> Page:
    """The page without its image: lines for text, markup and text layers; none for pictures.

    Raises:
        InputError: the page cannot be read.
    """
    file = Path(ref.file)
    match ref.kind:
        case "text":
            return text.load(file, ref.index, ref.number, ref.label)
        case "pdf":
            return _pdf_page(file, ref, settings)
        case "image":
            return Page(number=ref.number, source=ref.label, origin="image")
        case _:
            return markup.load(file, ref.index, ref.number, ref.label)


def page_image(ref: PageRef, settings: Ingest) -> tuple[Image.Image, float]:
    """The page as a picture (``L`` or ``RGB``), and its pixels per inch (0 if unknown).

    Raises:
        InputError: the picture cannot be read, or the page is of a kind that has none.
    """
    if ref.kind == "pdf":
        return pdf.load(Path(ref.file), ref.index, settings)
    if ref.kind == "image":
        return image.load(Path(ref.file), ref.index)
    raise InputError(f"{ref.label} has no image")


def _pdf_page(file: Path, ref: PageRef, settings: Ingest) -> Page:
    scale = pdf.page_scale(file, ref.index, settings)
    ignored = settings.text_layer == "ignore"
    lines = () if ignored else pdf.text_layer(file, ref.index, scale.dpi)
    what = "a scan at its own resolution" if scale.scanned else "born digital"
    return Page(
        number=ref.number,
        source=ref.label,
        origin="text-layer" if lines else "image",
        width=scale.size[0],
        height=scale.size[1],
        dpi=scale.dpi,
        original_size=scale.size,
        lines=lines,
        steps=(Step("ingest", f"{what}, {scale.dpi:g} dpi"),),
    )

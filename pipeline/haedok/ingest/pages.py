"""One page of a source: its lines if it has any, its image if one is wanted."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from haedok.errors import InputError
from haedok.ingest import image, markup, pdf, text
from haedok.ingest.sources import PageRef
from haedok.model import Box, Line, Page, Step
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
        picture, dpi = pdf.load(Path(ref.file), ref.index, settings)
    elif ref.kind == "image":
        picture, dpi = image.load(Path(ref.file), ref.index)
    else:
        raise InputError(f"{ref.label} has no image")
    left, right = _columns(ref, picture.width)
    if right - left < picture.width:
        picture = picture.crop((left, 0, right, picture.height))
    return picture, dpi


def page_view(ref: PageRef, size: tuple[int, int]) -> Image.Image | None:
    """A page of a PDF in grey, rendered to about ``size``; None where that fails."""
    start, end = ref.crop
    picture = pdf.view(Path(ref.file), ref.index, (round(size[0] / (end - start)), size[1]))
    if picture is None:
        return None
    left, right = _columns(ref, picture.width)
    return picture.crop((left, 0, right, picture.height))


def _columns(ref: PageRef, width: int) -> tuple[int, int]:
    """The columns of pixels, end exclusive, that a page has of a picture of that width."""
    start, end = (round(part * width) for part in ref.crop)
    return start, end


def _pdf_page(file: Path, ref: PageRef, settings: Ingest) -> Page:
    scale = pdf.page_scale(file, ref.index, settings)
    ignored = settings.text_layer == "ignore"
    lines = () if ignored else pdf.text_layer(file, ref.index, scale.dpi)
    left, right = _columns(ref, scale.size[0])
    size = (right - left, scale.size[1])
    if size != scale.size:
        lines = _within(lines, left, right)
    what = "a scan at its own resolution" if scale.scanned else "born digital"
    return Page(
        number=ref.number,
        source=ref.label,
        origin="text-layer" if lines else "image",
        width=size[0],
        height=size[1],
        dpi=scale.dpi,
        original_size=size,
        lines=lines,
        steps=(Step("ingest", f"{what}, {scale.dpi:g} dpi"),),
    )


def _within(lines: tuple[Line, ...], left: int, right: int) -> tuple[Line, ...]:
    """The words of a text layer whose middles lie between two columns of pixels."""
    found: list[Line] = []
    for line in lines:
        words = [
            (token.text, Box(box.x0 - left, box.y0, box.x1 - left, box.y1))
            for token in line.tokens
            if (box := token.box) is not None and left <= (box.x0 + box.x1) / 2 < right
        ]
        if words:
            found.append(pdf.line_of_words(len(found) + 1, words, "text-layer"))
    return tuple(found)

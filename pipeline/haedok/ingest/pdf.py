"""PDF files through poppler (pdf2image, pdfimages, pdftotext), a page at a time.

A scanned page is rendered to exactly the pixels of its scan, so that it is not resampled; any other
page at the resolution that the settings ask for.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFPopplerTimeoutError
from PIL import Image

from haedok.errors import InputError, MissingProgramError
from haedok.ingest.image import check_size
from haedok.model import Box, Line, Token, around
from haedok.settings import Ingest

TIMEOUT = 120  # seconds for one call of poppler: a hostile file must not hold up the others
INSTALL = "apt-get install poppler-utils poppler-data"
PREVIEW = 1200
"""Pixels of the height of a preview."""
FULL_PAGE = 0.85
"""An image that covers this much of the page is a scan of it."""


class Scale(msgspec.Struct, frozen=True):
    """How a page is rendered: to ``size`` pixels, which is ``dpi`` pixels per inch."""

    dpi: float
    size: tuple[int, int]
    scanned: bool


def count_pages(file: Path) -> int:
    """How many pages a PDF has.

    Raises:
        InputError: it is no PDF, cut off, or encrypted.
        MissingProgramError: poppler is not installed.
    """
    with file.open("rb") as stream:
        head = stream.read(1024)
        stream.seek(max(0, file.stat().st_size - 65536))
        tail = stream.read()
    if b"%PDF-" not in head:
        raise InputError(f"{file} is not a PDF", "look at it: its suffix may be wrong")
    if b"%%EOF" not in tail:
        raise InputError(f"{file} is cut off: its end is missing", "copy or download it again")
    try:
        info = pdfinfo_from_path(str(file), timeout=TIMEOUT)
    except PDFInfoNotInstalledError as error:
        raise MissingProgramError("poppler is not installed", INSTALL) from error
    except (PDFPageCountError, PDFPopplerTimeoutError) as error:
        raise _refused(file, str(error)) from error
    if not info.get("Pages"):
        raise InputError(f"{file} has no pages", "export or scan it again")
    return int(info["Pages"])


def load(file: Path, index: int, settings: Ingest) -> tuple[Image.Image, float]:
    """Page ``index`` (from 0) as a grey or RGB image, and its resolution in pixels per inch.

    Raises:
        InputError: the page cannot be rendered, or would be too large.
    """
    scale = page_scale(file, index, settings)
    check_size(scale.size, f"{file}#{index + 1}", settings)
    try:
        images = convert_from_path(
            str(file),
            first_page=index + 1,
            last_page=index + 1,
            size=scale.size,
            use_pdftocairo=True,  # pdftoppm shifts an image by a part of a pixel, this does not
            timeout=TIMEOUT,
        )
    except Exception as error:  # pdf2image lets Pillow's and poppler's errors through as they come
        raise InputError(f"{file}#{index + 1} cannot be rendered: {error}") from error
    if not images:
        raise InputError(f"{file}#{index + 1} cannot be rendered")
    return _grey_if_grey(images[0]), scale.dpi


def preview(
    file: Path, index: int, wanted: Callable[[tuple[int, int]], bool]
) -> Image.Image | None:
    """A scanned page in grey and small if its shape is ``wanted``; None too where it is damaged."""
    try:
        width, height = _sizes(str(file), file.stat().st_mtime_ns).get(index, (1, 100))
        if not wanted((width, height)) or _scan(file, index, width * height / 72**2) is None:
            return None
        images = convert_from_path(
            str(file),
            first_page=index + 1,
            last_page=index + 1,
            size=(None, PREVIEW),
            grayscale=True,
            timeout=TIMEOUT,
        )
    except Exception:  # said when the page is read, as in ``load``
        return None
    return images[0].convert("L") if images else None


@lru_cache(maxsize=4)
def _sizes(file: str, _changed: int) -> dict[int, tuple[int, int]]:
    """Width and height in points of each page (from 0) as it is shown, in one call of poppler."""
    count = int(pdfinfo_from_path(file, timeout=TIMEOUT)["Pages"])
    info = pdfinfo_from_path(file, first_page=1, last_page=count, timeout=TIMEOUT)
    found = {}
    for index in range(count):
        width, _, height, *_ = str(info[f"Page {index + 1:4d} size"]).split()
        sides = (round(float(width)), round(float(height)))
        turned = int(info.get(f"Page {index + 1:4d} rot", 0)) % 180 == 90
        found[index] = sides[::-1] if turned else sides
    return found


def view(file: Path, index: int, size: tuple[int, int]) -> Image.Image | None:
    """A page in grey, rendered to ``size``, quickly; None where it is damaged."""
    try:
        images = convert_from_path(
            str(file),
            first_page=index + 1,
            last_page=index + 1,
            size=size,
            grayscale=True,
            timeout=TIMEOUT,
        )
    except Exception:  # said when the page is read, as in ``load``
        return None
    return images[0].convert("L") if images else None


def images_cover(file: Path, index: int) -> float:
    """Part of a page that its images cover; scans may be stored in strips or in layers."""
    width, height = _page_inches(file, index)
    areas = (w / x * h / y for w, h, x, y in _images(file, index))
    return min(1.0, sum(areas) / (width * height))


def page_scale(file: Path, index: int, settings: Ingest) -> Scale:
    """The pixels a page has of its own, or those that the settings give it."""
    width, height = _page_inches(file, index)
    scan = _scan(file, index, width * height)
    if scan is None:
        size = (round(width * settings.dpi), round(height * settings.dpi))
        return Scale(float(settings.dpi), size, scanned=False)
    pixels, ppi, covered = scan
    if covered < 0.99:  # margins around the scan: keep its resolution
        return Scale(ppi, (round(width * ppi), round(height * ppi)), scanned=True)
    if (pixels[0] > pixels[1]) != (width > height):
        pixels = (pixels[1], pixels[0])  # the page is shown turned by its /Rotate
    return Scale(round(pixels[0] / width, 2), pixels, scanned=True)


def text_layer(file: Path, index: int, dpi: float) -> tuple[Line, ...]:
    """The text that a page already carries, with word boxes in pixels at ``dpi``."""
    page = ["-f", str(index + 1), "-l", str(index + 1)]
    markup = _poppler("pdftotext", "-bbox-layout", *page, str(file), "-")
    from lxml import etree  # noqa: PLC0415 (only pages of PDF files need it)

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(markup, parser)
    if root is None:
        return ()
    lines: list[Line] = []
    for element in root.iter("{*}line"):
        words = [(word.text or "", _box(word, dpi / 72)) for word in element.iter("{*}word")]
        words = [(text, box) for text, box in words if text.strip()]
        if words:
            lines.append(line_of_words(len(lines) + 1, words, "text-layer"))
    return tuple(lines)


def line_of_words(number: int, words: list[tuple[str, Box]], engine: str) -> Line:
    """A line from words in order, a space between each two.

    >>> line_of_words(1, [("한", Box(0, 0, 9, 9)), ("글", Box(12, 0, 21, 9))], "x").text
    '한 글'
    """
    tokens: list[Token] = []
    start = 0
    for text, box in words:
        tokens.append(Token(text, start, box, engine=engine))
        start += len(text) + 1
    box = around(box for _, box in words)
    return Line(number, " ".join(text for text, _ in words), tuple(tokens), box)


def _box(word: object, scale: float) -> Box:
    names = ("xMin", "yMin", "xMax", "yMax")
    return Box(*(round(float(word.get(name, 0)) * scale) for name in names))  # type: ignore[attr-defined]


def _page_inches(file: Path, index: int) -> tuple[float, float]:
    """Width and height of a page as it is shown (turned by its ``/Rotate``), in inches."""
    number = index + 1
    try:
        info = pdfinfo_from_path(str(file), first_page=number, last_page=number, timeout=TIMEOUT)
        width, _, height, *_ = str(info[f"Page {number:4d} size"]).split()
        sides = (float(width) / 72, float(height) / 72)
        turned = int(info.get(f"Page {number:4d} rot", 0)) % 180 == 90
    except (PDFPageCountError, PDFPopplerTimeoutError, KeyError, ValueError) as error:
        raise InputError(f"{file}#{number} cannot be read: {error}") from error
    if min(sides) <= 0:
        raise InputError(f"{file}#{number} has no size")
    return (sides[1], sides[0]) if turned else sides


def _scan(file: Path, index: int, page_area: float) -> tuple[tuple[int, int], float, float] | None:
    """The one image that covers the page: its pixels, their number per inch, its share of it."""
    for width, height, x_ppi, y_ppi in _images(file, index):
        covered = width / x_ppi * height / y_ppi / page_area
        if covered >= FULL_PAGE:
            return (width, height), float(max(x_ppi, y_ppi)), covered
    return None


def _images(file: Path, index: int) -> Iterator[tuple[int, int, int, int]]:
    """Width and height in pixels, and pixels per inch across and down, of a page's images."""
    page = ["-f", str(index + 1), "-l", str(index + 1)]
    table = _poppler("pdfimages", "-list", *page, str(file)).decode("utf-8", "replace")
    for row in (line.split() for line in table.splitlines()[2:]):
        if len(row) < 14 or row[2] != "image":
            continue
        width, height, x_ppi, y_ppi = (int(row[column]) for column in (3, 4, 12, 13))
        if x_ppi and y_ppi:
            yield width, height, x_ppi, y_ppi


def _grey_if_grey(image: Image.Image) -> Image.Image:
    """Poppler renders everything in RGB: go back to one channel where the three are the same."""
    if image.mode != "RGB":
        return image.convert("L")
    red, green, blue = image.split()
    return red if red.tobytes() == green.tobytes() == blue.tobytes() else image


def _poppler(program: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [program, *arguments], capture_output=True, timeout=TIMEOUT, check=False
        )
    except FileNotFoundError as error:
        raise MissingProgramError(f"{program} is not installed", INSTALL) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{program} did not come to an end with {arguments[-1]}") from error
    return done.stdout


def _refused(file: Path, message: str) -> InputError:
    if "password" in message.lower() or "encrypt" in message.lower():
        return InputError(
            f"{file} is encrypted", "save it without a password (qpdf --decrypt IN OUT)"
        )
    return InputError(f"{file} is a damaged PDF", "copy or download it again")

"""The searchable PDF: what others copy from it, and that words stand over their picture."""

import io
import subprocess
from collections.abc import Sequence

import msgspec
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from haedok.emit import Pictures, Provenance, emit
from haedok.emit.pdf import has_pictures, searchable_pdf
from haedok.files import drafted, write_together
from haedok.model import IDENTITY, Box, Document, Edit, Line, Page, Token, Warp
from haedok.prepare.geometry import compose, rotation, turn
from haedok.settings import Settings

WORDS = (
    ("각", "뀋믜를", "(balance", "of", "terror)이", "논한", "다"),
    ("美國과", "𠮷野家는", "“2020년", "10월”", "<A&B>", "수"),
)
SIZE = (900, 400)
TEXT = [" ".join(words) for words in WORDS]


def a_page(words: Sequence[Sequence[str]] = WORDS, gap: int = 1, **fields: object) -> Page:
    """Lines of words with hardly any space between them, in the prepared image."""
    lines = []
    for number, line in enumerate(words, 1):
        x, start, tokens = 60, 0, []
        for word in line:
            box = Box(x, 100 * number, x + 24 * len(word), 100 * number + 30)
            tokens.append(Token(word, start, box, 1.0))
            x, start = box.x1 + gap, start + len(word) + 1
        lines.append(Line(number, " ".join(line), tuple(tokens)))
    given = {"width": SIZE[0], "height": SIZE[1], "dpi": 150.0, "original_size": SIZE}
    return Page(1, "scan.pdf#1", "image", lines=tuple(lines), **(given | fields))


def made(*pages: Page, picture: Image.Image | None = None) -> bytes:
    file = io.BytesIO()
    searchable_pdf(Document("논문", pages), lambda page: picture, file)
    return file.getvalue()


def poppler(pdf: bytes, *options: str) -> list[str]:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    assert not done.stderr
    lines = done.stdout.decode().replace("\f", "\n").split("\n")
    return [line.strip() for line in lines if line.strip()]


def pdfium(pdf: bytes) -> list[str]:
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    return text.split("\r\n")


def words_drawn(page: Page) -> Image.Image:
    """A prepared image that is black where words are."""
    image = Image.new("L", (page.width, page.height), 255)
    for line in page.lines:
        for token in line.tokens:
            ImageDraw.Draw(image).rectangle(
                (token.box.x0, token.box.y0, token.box.x1 - 1, token.box.y1 - 1), fill=0
            )
    return image


def darkness_of_words(pdf: bytes) -> tuple[float, float]:
    """How dark the rendered picture is where characters are selected, and all else of it."""
    page = pypdfium2.PdfDocument(pdf)[0]
    scale = 150 / 72
    shown = np.asarray(page.render(scale=scale, grayscale=True).to_pil()) < 128
    text, inside = page.get_textpage(), np.zeros_like(shown)
    for index in range(text.count_chars()):
        if text.get_text_range(index, 1).strip():
            left, bottom, right, top = (side * scale for side in text.get_charbox(index))
            rows = slice(round(shown.shape[0] - top), round(shown.shape[0] - bottom))
            inside[rows, round(left) : round(right)] = True
    return float(shown[inside].mean()), float(shown[~inside].mean())


@pytest.mark.parametrize("gap", [1, 8, 25])
def test_every_reader_copies_whole_lines_with_their_spaces(gap):
    pdf = made(a_page(gap=gap), picture=Image.new("L", SIZE, 255))
    assert pdfium(pdf) == TEXT
    for options in ([], ["-raw"], ["-layout"]):
        assert [" ".join(line.split()) for line in poppler(pdf, *options)] == TEXT


@pytest.mark.parametrize("how", ["as it is", "on its side", "upside down", "crooked", "both"])
def test_words_lie_on_their_picture_however_it_was_given(how):
    page = a_page(gap=8)
    prepared = words_drawn(page)
    back = IDENTITY
    if how in ("on its side", "both"):  # how what was given was turned to become the prepared one
        given, _ = turn(np.asarray(prepared), 3)
        back = compose(turn(given, 1)[1], back)
    elif how == "upside down":
        given, _ = turn(np.asarray(prepared), 2)
        back = turn(given, 2)[1]
    else:
        given = np.asarray(prepared)
    if how in ("crooked", "both"):
        size, forth = rotation(given.shape, 3.0)
        image = Image.fromarray(given).transform(
            size, Image.Transform.AFFINE, forth, Image.Resampling.BILINEAR, fillcolor=255
        )
        back = compose(inverse(forth), back)
    else:
        image = Image.fromarray(given)
    page = msgspec.structs.replace(page, to_original=back, original_size=image.size)
    pdf = made(page, picture=image)
    assert pdfium(pdf) == TEXT
    assert [" ".join(line.split()) for line in poppler(pdf)] == TEXT
    words, rest = darkness_of_words(pdf)
    assert words > 0.93
    assert rest < 0.02
    upright = image.size[::-1] if how in ("on its side", "both") else image.size
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    assert (width * 150 / 72, height * 150 / 72) == pytest.approx(upright, abs=0.5)


def inverse(affine):
    matrix = np.linalg.inv([affine[:3], affine[3:], (0, 0, 1)])
    return tuple(matrix[:2].ravel().tolist())


def test_words_of_a_bent_page_are_where_it_shows_them():
    bent = Warp(900, 2, (0.0, 900.0, 0.0, 900.0), (0.0, 18.0, 900.0, 918.0))
    page = a_page(gap=8, warp=bent, original_size=(900, 420))
    matrix = (1, 0, 0, -0.02, 1, 0)
    image = words_drawn(page).transform((900, 420), Image.Transform.AFFINE, matrix, fillcolor=255)
    pdf = made(page, picture=image)
    words, rest = darkness_of_words(pdf)
    assert words > 0.75  # boxes are upright, lines rise by 2 %
    assert rest < 0.02
    assert " ".join(poppler(pdf, "-raw")).split() == " ".join(TEXT).split()


def test_the_text_is_the_corrected_one():
    edit = Edit(1, 1, 2, 5, "뀋믜를", "균형을", "near-miss", "corrected", 0.97)
    offer = Edit(1, 2, 0, 3, "美國과", "미국과", "near-miss", "doubtful", 0.5)
    pdf = made(a_page(edits=(edit, offer)))
    assert pdfium(pdf) == [TEXT[0].replace("뀋믜를", "균형을"), TEXT[1]]


def test_black_and_white_stays_so_and_colours_stay():
    noise = np.random.default_rng(1).random((400, 900)) < 0.2
    scan = Image.fromarray(np.where(noise, 0, 255).astype(np.uint8))
    pdf = made(a_page((), dpi=72.0), picture=scan)
    assert b"/CCITTFaxDecode" in pdf
    shown = pypdfium2.PdfDocument(pdf)[0].render(grayscale=True).to_pil()
    assert (np.asarray(shown) < 128).tolist() == noise.tolist()
    red = made(a_page(()), picture=Image.new("RGB", SIZE, (200, 20, 20)))
    (pixel,) = {pypdfium2.PdfDocument(red)[0].render().to_pil().convert("RGB").getpixel((40, 60))}
    assert np.abs(np.subtract(pixel, (200, 20, 20))).max() < 8


def test_pages_without_text_or_picture_or_resolution():
    blank = a_page((), dpi=0.0)
    pdf = pypdfium2.PdfDocument(made(blank, a_page(), picture=None))
    assert len(pdf) == 2
    assert pdf[0].get_size() == pytest.approx((842, 374), abs=1)
    text = Page(1, "a.txt#1", "text", lines=(Line(1, "글"),))
    assert not has_pictures(Document("x", (text,)))


def test_it_is_the_same_each_time_and_goes_with_the_pictures(tmp_path, document):
    provenance = Provenance({}, (), {}, Settings())
    pictures = Pictures(lambda page: None, lambda page: Image.new("L", (200, 100), 255))
    emit(document, provenance, tmp_path, pictures)
    path = tmp_path / "paper" / "searchable.pdf"
    first, inode = path.read_bytes(), path.stat().st_ino
    assert pdfium(first) == ["핵위협을 논한다"]
    emit(document, provenance, tmp_path, pictures)
    assert (path.read_bytes(), path.stat().st_ino) == (first, inode)
    assert '"path": "paper/searchable.pdf"' in (tmp_path / "datapackage.json").read_text()
    assert not list(tmp_path.rglob("*.tmp"))
    text = msgspec.structs.replace(document.pages[0], origin="text")
    emit(msgspec.structs.replace(document, pages=(text,)), provenance, tmp_path, pictures)
    assert not path.exists()


def test_a_draft_that_is_not_wanted_leaves_nothing(tmp_path):
    path = tmp_path / "new" / "x.pdf"
    with drafted(path, lambda file: file.write(b"1")) as draft:
        assert draft.read_bytes() == b"1"
    assert list(path.parent.iterdir()) == []
    with drafted(path, lambda file: file.write(b"2")) as draft:
        write_together({path: draft})
    assert path.read_bytes() == b"2"
    with pytest.raises(ZeroDivisionError), drafted(path, lambda file: file.write(b"3" * (1 // 0))):
        pass
    assert [p.name for p in path.parent.iterdir()] == ["x.pdf"]

"""Every kind of file that can come in, and every kind of bad one."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from haedok.errors import InputError, UsageError
from haedok.ingest import find_documents, load_page, open_source, page_image
from haedok.ingest.text import decode
from haedok.settings import Ingest

SETTINGS = Ingest()

HOCR = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<div class="ocr_page" title="image x.png; bbox 0 0 600 800; ppageno 0">
<span class="ocr_line" title="bbox 10 10 200 40; baseline 0 0">
<span class="ocrx_word" title="bbox 10 10 90 40; x_wconf 91">한국의</span>
<span class="ocrx_word" title="bbox 100 10 200 40; x_wconf 75"><strong>인쇄</strong></span>
</span></div></body></html>"""

ALTO = """<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout>
<Page WIDTH="600" HEIGHT="800"><PrintSpace><TextBlock><TextLine HPOS="10" VPOS="10" WIDTH="190"
HEIGHT="30"><String CONTENT="한국의" HPOS="10" VPOS="10" WIDTH="80" HEIGHT="30" WC="0.91"/><SP/>
<String CONTENT="인쇄" HPOS="100" VPOS="10" WIDTH="100" HEIGHT="30" WC="0.75"/></TextLine>
</TextBlock></PrintSpace></Page></Layout></alto>"""

PAGE_XML = """<?xml version="1.0"?><PcGts
xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page imageWidth="600"
imageHeight="800"><TextRegion><TextLine><Coords points="10,10 200,10 200,40 10,40"/><TextEquiv>
<Unicode>한국의 인쇄</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"""


def first_page(path: Path):
    source = open_source(path, SETTINGS)
    return load_page(source.pages[0], SETTINGS)


@pytest.mark.parametrize(
    ("name", "content", "origin"),
    [
        ("a.hocr", HOCR, "hocr"),
        ("a.xml", ALTO, "alto"),
        ("b.xml", PAGE_XML, "page-xml"),
        ("a.txt", "한국의 인쇄\n", "text"),
    ],
)
def test_lines_and_boxes(tmp_path, name, content, origin):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    page = first_page(path)
    assert page.origin == origin
    assert [line.text for line in page.lines] == ["한국의 인쇄"]
    if origin in ("hocr", "alto"):
        tokens = page.lines[0].tokens
        assert [(t.text, t.start, t.confidence) for t in tokens] == [
            ("한국의", 0, 0.91),
            ("인쇄", 4, 0.75),
        ]
    if origin != "text":
        assert (page.width, page.height) == (600, 800)
        assert page.lines[0].box is not None
        assert tuple(getattr(page.lines[0].box, k) for k in ("x0", "y0", "x1", "y1")) == (
            10,
            10,
            200,
            40,
        )


def test_entities_of_hostile_xml_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("password", "utf-8")
    path = tmp_path / "a.xml"
    path.write_text(
        f'<!DOCTYPE alto [<!ENTITY x SYSTEM "file://{secret}">]>'
        + ALTO.split("?>", 1)[1].replace("한국의", "&x;"),
        "utf-8",
    )
    try:
        text = " ".join(line.text for line in first_page(path).lines)
    except InputError:
        text = ""
    assert "password" not in text


def test_text_pages_lines_and_blank_lines(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("하나\r\n\r\n둘\f셋\n".encode())
    source = open_source(path, SETTINGS)
    pages = [load_page(ref, SETTINGS) for ref in source.pages]
    assert [[line.text for line in page.lines] for page in pages] == [["하나", "", "둘"], ["셋"]]
    assert [line.number for line in pages[0].lines] == [1, 2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_encodings(encoding):
    text = "한국의 인쇄 문화, 1998년\n"
    assert decode(text.encode(encoding), "x")[0] == text


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_utf8_is_always_itself(text):
    assert decode(text.encode(), "x")[0] == text.removeprefix("\ufeff")


def test_pictures(tmp_path, picture):
    source = open_source(picture, SETTINGS)
    image, dpi = page_image(source.pages[0], SETTINGS)
    assert (image.mode, image.size, round(dpi)) == ("L", (1240, 1748), 300)

    frames = [Image.new("1", (300, 200), 1), Image.new("RGBA", (300, 200), (0, 0, 0, 0))]
    frames[0].save(tmp_path / "two.tif", save_all=True, append_images=[frames[1].convert("L")])
    assert len(open_source(tmp_path / "two.tif", SETTINGS).pages) == 2

    frames[1].save(tmp_path / "clear.png")
    image, dpi = page_image(open_source(tmp_path / "clear.png", SETTINGS).pages[0], SETTINGS)
    assert image.convert("L").getextrema() == (255, 255)
    assert dpi == 0

    turned = Image.new("L", (300, 200), 255)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    image, _ = page_image(open_source(tmp_path / "turned.jpg", SETTINGS).pages[0], SETTINGS)
    assert image.size == (200, 300)


def test_scanned_pdf_keeps_its_pixels(tmp_path, picture):
    with Image.open(picture) as image:
        noise = Image.effect_noise(image.size, 60)
        noise.save(tmp_path / "scan.pdf", resolution=300.0, quality=95)
        noise.save(tmp_path / "noise.jpg", quality=95)
    source = open_source(tmp_path / "scan.pdf", SETTINGS)
    got, dpi = page_image(source.pages[0], SETTINGS)
    assert got.size == (1240, 1748)
    assert abs(dpi - 300) < 1
    with Image.open(tmp_path / "noise.jpg") as wanted:
        different = sum(
            a != b for a, b in zip(got.tobytes(), wanted.convert("L").tobytes(), strict=True)
        )
    assert different < 0.01 * 1240 * 1748


def test_mixed_folder_prefers_pictures_and_sorts_naturally(tmp_path, picture):
    folder = tmp_path / "paper"
    folder.mkdir()
    for name in ("p10.png", "p2.png"):
        (folder / name).write_bytes(picture.read_bytes())
    for name in ("ocr.txt", "truth.txt", "notes.md"):
        (folder / name).write_text("글", "utf-8")
    source = open_source(folder, SETTINGS)
    assert [Path(ref.file).name for ref in source.pages] == ["p2.png", "p10.png"]
    assert source.ignored == ("ocr.txt",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n", "holds no text"),
        ("binary.txt", bytes(range(256)) * 40, "is not text"),
        ("text.pdf", b"hello", "is not a PDF"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type", "cut off"),
        ("broken.pdf", b"%PDF-1.7\nnothing\n%%EOF\n", "damaged"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
        ("text.jpg", b"hello", "not an image"),
        ("a.xml", b"<root/>", "neither hOCR, ALTO nor PAGE"),
        ("b.xml", b"<alto", "not well-formed"),
        ("a.docx", b"PK", "cannot tell"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said) as error:
        find_documents([path])
        open_source(path, SETTINGS)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 20_000)])
def test_sizes_no_page_has(tmp_path, size):
    path = tmp_path / "page.png"
    Image.new("1", size, 1).save(path)
    with pytest.raises(InputError, match=f"{size[0]}×{size[1]}"):
        open_source(path, SETTINGS)


def test_folders(tmp_path, picture):
    with pytest.raises(InputError, match="no document"):
        find_documents([_made(tmp_path / "hollow")])
    _made(tmp_path / "seeds" / "a").joinpath("x.txt").write_text("글", "utf-8")
    _made(tmp_path / "seeds" / "b").joinpath("y.txt").write_text("글", "utf-8")
    _made(tmp_path / "seeds" / "c")
    found = find_documents([tmp_path / "seeds"])
    assert [path.name for path in found] == ["a", "b"]
    _made(tmp_path / "other" / "a").joinpath("x.txt").write_text("글", "utf-8")
    with pytest.raises(UsageError, match="both become 'a'"):
        find_documents([tmp_path / "seeds", tmp_path / "other"])


def _made(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_glossary(tmp_path):
    folder = _made(tmp_path / "a")
    (folder / "x.txt").write_text("글", "utf-8")
    (folder / "glossary.tsv").write_text("# ko\ten\n억제\tdeterrence\n", "utf-8")
    assert open_source(folder, SETTINGS).glossary() == (("억제", "deterrence"),)
    (folder / "glossary.tsv").write_text("핵공유\n\n억제\tdeterrence\n나토\t\n", "utf-8")
    pairs = (("핵공유", ""), ("억제", "deterrence"), ("나토", ""))
    assert open_source(folder, SETTINGS).glossary() == pairs
    (folder / "glossary.tsv").write_text("억제 deterrence\n", "utf-8")
    with pytest.raises(InputError, match="line 1"):
        open_source(folder, SETTINGS).glossary()


def _lines_of_print(width: int, height: int) -> np.ndarray:
    """A page with margins and 30 rows of dark marks."""
    page = np.full((height, width), 245, np.uint8)
    for row in range(30):
        top = round(height * (0.1 + 0.027 * row))
        page[top : top + height // 80, width // 8 : -width // 8 : 3] = 30
    return page


def test_a_spread_becomes_two_pages(tmp_path):
    left, right = _lines_of_print(600, 850), _lines_of_print(600, 850)
    right[400:] = 245  # half of the right page is empty
    Image.fromarray(np.hstack([left, right])).save(tmp_path / "book.png")
    pages = open_source(tmp_path / "book.png", SETTINGS).pages
    assert [page.label for page in pages] == ["book.png#1 left", "book.png#1 right"]
    assert [page.number for page in pages] == [1, 2]
    halves = [np.asarray(page_image(page, SETTINGS)[0]) for page in pages]
    assert np.array_equal(np.hstack(halves), np.hstack([left, right]))
    assert abs(halves[0].shape[1] - 600) < 20
    whole = msgspec.structs.replace(SETTINGS, split_spreads=False)
    assert len(open_source(tmp_path / "book.png", whole).pages) == 1


def test_a_spread_with_a_black_band_becomes_two_pages(tmp_path):
    spread = np.hstack([_lines_of_print(600, 850)] * 2)
    away = np.abs(np.arange(1200) - 600)
    frayed = np.random.default_rng(0).random(spread.shape) < np.clip(1.5 - away / 20, 0, 1)
    spread[frayed] = 0
    Image.fromarray(spread).save(tmp_path / "copy.png")
    left, right = open_source(tmp_path / "copy.png", SETTINGS).pages
    assert abs(page_image(left, SETTINGS)[0].width - 600) < 20
    assert abs(page_image(right, SETTINGS)[0].width - 600) < 20


@pytest.mark.parametrize("case", ["one page", "title across", "portrait", "two columns"])
def test_a_single_page_is_not_split(tmp_path, case):
    page = _lines_of_print(1200, 850)
    if case == "two columns":
        page[:, 560:640] = 245  # narrower than the margins of 150
    if case == "title across":
        page = np.hstack([_lines_of_print(600, 850)] * 2)
        page[20:40, 400:800:3] = 30
    if case == "portrait":
        page = np.hstack([_lines_of_print(300, 850)] * 2)
    Image.fromarray(page).save(tmp_path / "page.png")
    assert len(open_source(tmp_path / "page.png", SETTINGS).pages) == 1

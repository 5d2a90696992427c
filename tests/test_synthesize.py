"""Pages made from known text: the truth is true, wear keeps it so, one seed gives one result."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from haedok.errors import InputError, MissingProgramError, UsageError
from haedok.model import Box
from haedok.synthesize import fonts, manuscript, synthesize

pytest.importorskip("typst", reason="needs the extra haedok[synthesize]")
pytest.importorskip("pypdfium2", reason="needs the extra haedok[synthesize]")

from haedok.synthesize import alto, text_layer, truth, typeset, wear
from haedok.synthesize.press import Sheet, press

SAMPLE = Path(__file__).parent.parent / "seeds" / "sample-paper"
PAPER = """+++
left = "기록과 활자"
right = "흩어진 활자"
first_page = 146
layout = "a5"
face = "nanum-myeongjo"
+++

[heading] Ⅰ. 서론

균형(均衡)은 어렵다(Smith et al. 2010, 4-5).^[각주의 내용이다.] 학술 문장은 개념어를 적은 뒤
괄호 안에 원어를 적는다. 이를테면 공포의 균형(balance of terror)과 확장 억제(extended
deterrence)가 그렇다. ‘말’과 “글”은 다르다. 『책』과 「논문」도 다르다. 넋을 읊고 곁을 뚫다.

[quote] 교정자는 저자의 손이 지나간 자리를 가리키는 사람이다.

[caption] <표 1> 건수와 비율

[table]
원인 | 건수
병기(gloss) | 1,840
띄어쓰기 | 19.0

[figure]
가 | 3.5
나 | 1

[reference] Moreau, Claude. 2014. Counting Wrong Letters: A Primer on Recognition Errors. Northport:
Harbor Lane Press, International Correspondence Institute.
"""


@pytest.fixture(scope="module")
def paper() -> manuscript.Manuscript:
    return manuscript.parse(PAPER)


@pytest.fixture(scope="module")
def pdf(paper: manuscript.Manuscript) -> bytes:
    return typeset.typeset(paper, typeset.layout("a5"), fonts.face("nanum-myeongjo"))


def test_truth_is_the_manuscript(paper: manuscript.Manuscript, pdf: bytes) -> None:
    found = _by_block(truth.read(pdf, paper, 300))
    assert found == {block.id: block.text for block in paper.blocks} | {
        manuscript.PAGE_NUMBER: "146"
    }


@pytest.mark.parametrize("look", typeset.LAYOUTS)
@pytest.mark.parametrize("face", ["un-batang", "baekmuk-batang", "noto-serif"])
def test_long_papers_stay_whole_in_every_layout(look: str, face: str) -> None:
    text = (SAMPLE / "paper.md").read_text("utf-8")
    paper = manuscript.parse(text)
    set_in = typeset.typeset(paper, typeset.layout(look), fonts.face(face))
    found = _by_block(truth.read(set_in, paper, 72))
    assert all(found[block.id] == block.text for block in paper.blocks)


def test_truth_has_the_glyphs_of_the_page(paper: manuscript.Manuscript, pdf: bytes) -> None:
    """Another reader of the PDF finds the same characters, as often."""
    for page in truth.read(pdf, paper, 300):
        command = ["pdftotext", "-f", str(page.number), "-l", str(page.number), "-", "-"]
        copied = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        printed = "".join(line.text for line in page.lines)
        assert _counted(printed) == _counted(copied)


@pytest.mark.parametrize("face", ["un-batang", "nanum-myeongjo", "baekmuk-batang"])
def test_signs_that_readers_of_pdf_stumble_over(face: str) -> None:
    text = "한자 𠮷野家 그리고 é 옛 ᄒᆞᆫ글 ⑴ ① ㈜ ½ ※ office ﬁ 😀 A\u00adB “a” … — – · ‧ ∙ ㆍ끝"
    paper = manuscript.parse(text)
    pages = truth.read(typeset.typeset(paper, typeset.layout("a5"), fonts.face(face)), paper, 300)
    assert _by_block(pages)[manuscript.FIRST_BLOCK] == text.replace("\u00ad", "")


def test_korean_words_break_without_a_hyphen_and_latin_ones_with(
    paper: manuscript.Manuscript, pdf: bytes
) -> None:
    lines = [line for page in truth.read(pdf, paper, 300) for line in page.lines]
    broken = [line for line in lines if line.role == "body" and not line.joint]
    assert any(re.search("[가-힣]$", line.text) for line in broken)
    assert all(re.search("[A-Za-z]-$", line.text) for line in lines if line.hyphen)


def test_running_heads_alternate() -> None:
    filler = "\n\n".join(["가나다라 마바사 아자차카 타파하. " * 40] * 6)
    pages = [sheet.truth for sheet in press(PAPER + "\n\n" + filler, 1, "clean")]
    heads = {
        page.number + 145: {
            b.role: b.text for b in page.blocks if "page" in b.role or "head" in b.role
        }
        for page in pages[1:]
    }
    assert heads
    for number, head in heads.items():
        side = "기록과 활자" if number % 2 == 0 else "흩어진 활자"
        assert (head["running_head"], head["page_number"]) == (side, str(number))


@pytest.mark.parametrize("recipe", wear.RECIPES)
def test_boxes_follow_the_ink_when_a_page_is_worn(recipe: str) -> None:
    """It is darker inside the boxes of a line's letters than just above them."""
    sheet = next(press(PAPER, 5, recipe))
    assert all(len(line.text) == len(line.chars) for line in sheet.truth.lines)
    for line in sheet.truth.lines:
        letters = [box for box in line.chars if box.width > 5 and box.height > 10]
        if line.role in {"body", "quote", "footnote", "reference"} and letters:
            inside = np.mean([_darkness(sheet, box) for box in letters])
            above = np.mean([_darkness(sheet, _above(box)) for box in letters])
            assert inside > above + 15, line.text


@pytest.mark.parametrize("recipe", ["clean", "photocopy"])
def test_lossless_scans_keep_every_pixel(tmp_path: Path, recipe: str) -> None:
    synthesize(PAPER, tmp_path, 1, recipe)
    stored = PdfReader(tmp_path / "scan.pdf").pages[0].images[0].image
    assert stored is not None
    sheet = next(press(PAPER, 1, recipe))
    assert np.array_equal(np.asarray(stored.convert("L")), sheet.image)


def test_the_seed_decides_what_a_manuscript_leaves_open() -> None:
    text = "가나다라 마바사 아자차카 타파하. " * 20
    sizes = {next(press(text, seed, "clean")).image.shape for seed in range(6)}
    assert len(sizes) > 1
    first, second = (next(press(text, 8, "scan")) for _ in range(2))
    assert first.truth == second.truth
    assert np.array_equal(first.image, second.image)


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        synthesize(PAPER, tmp_path / name, seed, "photo")
    a, b, c = ({f.name: f.read_bytes() for f in _files(tmp_path / name)} for name in "abc")
    assert a == b
    assert a["scan.pdf"] != c["scan.pdf"]
    assert a["truth.txt"] == c["truth.txt"]


@pytest.mark.parametrize("recipe", ["low-dpi-jpeg", "photocopy", "clean"])
def test_scan_is_images_only_and_as_large_as_the_page(tmp_path: Path, recipe: str) -> None:
    synthesize(PAPER, tmp_path, 1, recipe)
    page = PdfReader(tmp_path / "scan.pdf").pages[0]
    assert page.extract_text() == ""
    assert float(page.mediabox.width) == pytest.approx(148 / 25.4 * 72, abs=0.6)


def test_alto_says_what_the_truth_says(paper: manuscript.Manuscript, pdf: bytes) -> None:
    page = truth.read(pdf, paper, 300)[0]
    root = ElementTree.fromstring(alto.write(page))
    space = {"a": alto.NAMESPACE}
    strings = [s.get("CONTENT", "") for s in root.iterfind(".//a:String", space)]
    glyphs = [g.get("CONTENT", "") for g in root.iterfind(".//a:Glyph", space)]
    assert " ".join(strings).split() == " ".join(line.text for line in page.lines).split()
    assert "".join(glyphs) == "".join(strings)


def test_sample_paper_is_what_its_manuscript_says() -> None:
    text = (SAMPLE / "paper.md").read_text("utf-8")
    paper = manuscript.parse(text)
    front = paper.front
    pages = truth.read(
        typeset.typeset(paper, typeset.layout(front.layout), fonts.face(front.face)), paper, 300
    )
    blocks = [block for page in pages for block in page.text.split("\n\n")]
    assert blocks == (SAMPLE / "truth.txt").read_text("utf-8").rstrip("\n").split("\n\n")
    scan = PdfReader(SAMPLE / "scan.pdf")
    assert len(scan.pages) == len(pages)
    assert not any(page.extract_text() for page in scan.pages)


@pytest.mark.parametrize("how", text_layer.REMAPS)
def test_broken_text_looks_the_same_but_copies_wrong(pdf: bytes, how: str) -> None:
    broken = text_layer.break_text(pdf, how)
    assert broken == text_layer.break_text(pdf, how)
    copied = PdfReader(io.BytesIO(broken)).pages[0].extract_text()
    assert "균형" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "균형" not in copied
    assert _looks(broken) == _looks(pdf)


def test_faces_for_training_tuning_and_testing_differ() -> None:
    splits = [{f.family for f in fonts.faces(s)} for s in ("train", "dev", "test")]
    assert sum(map(len, splits)) == len(set.union(*splits)) >= 10
    assert all(fonts.faces(s, kind) for s in ("train", "dev", "test") for kind in ("serif", "sans"))


def test_a_missing_font_names_its_package() -> None:
    absent = fonts.Face("absent", "No Such Myeongjo", "serif", "test", "fonts-absent")
    with pytest.raises(MissingProgramError) as error:
        fonts.find(absent)
    assert error.value.advice == "apt-get install fonts-absent"


@pytest.mark.parametrize("package", ["typst", "pypdfium2"])
def test_a_missing_extra_says_how_to_get_it(
    package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for name in ("press", "truth"):
        monkeypatch.delitem(sys.modules, f"haedok.synthesize.{name}")
    monkeypatch.setattr(typeset, "_compiler", typeset._compiler.__wrapped__)
    with pytest.raises(MissingProgramError) as error:
        synthesize("가", tmp_path, 1, "clean")
    assert "haedok[synthesize]" in error.value.advice


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InputError),
        ("+++\nsise = 3\n+++\n가", InputError),
        ("+++\nlayout = 'folio'\n+++\n가", UsageError),
        ("+++\nface = 'comic'\n+++\n가", UsageError),
        ("[figure]\n가 | 많음", InputError),
        ("가\n\n" * 5000, InputError),
    ],
)
def test_what_cannot_be_printed_is_refused(text: str, error: type, tmp_path: Path) -> None:
    with pytest.raises(error):
        synthesize(text, tmp_path, 1, "clean")
    with pytest.raises(UsageError):
        synthesize("가", tmp_path, 1, "no such recipe")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="[]^+\x1c\x1d\x1e\x1f\x85")))
)
def test_plain_text_loses_nothing_but_spaces(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    try:
        paper = manuscript.parse(text)
    except InputError:
        assert not manuscript.normal(text).split()
        return
    assert " ".join(b.text for b in paper.blocks).split() == manuscript.normal(text).split()


def _by_block(pages: list[truth.TruePage]) -> dict[int, str]:
    """The text of every block, its parts on several pages joined as its lines are."""
    found: dict[int, str] = {}
    for page in pages:
        joints = {line.block: line.joint for line in page.lines}
        for block in page.blocks:
            found[block.id] = found.get(block.id, "") + block.text + joints[block.id]
    return {block: text.rstrip() for block, text in found.items()}


def _counted(text: str) -> Counter[str]:
    """How often each character is there; a hyphen may be one of several signs, or none."""
    return Counter(sign for sign in text if not sign.isspace() and sign not in "-\u00ad\u2010")


def _darkness(sheet: Sheet, box: Box) -> float:
    return 255.0 - float(sheet.image[box.y0 : box.y1, box.x0 : box.x1].mean())


def _above(box: Box) -> Box:
    return Box(box.x0, box.y0 - max(box.height // 5, 3), box.x1, box.y0 - 1)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _looks(pdf: bytes) -> bytes:
    command = ["pdftoppm", "-r", "50", "-png", "-singlefile", "-"]  # without a name: to stdout
    picture = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    assert picture.startswith(b"\x89PNG")
    return picture

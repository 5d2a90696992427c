"""Lines for training, damage for repair, and what engines really make of lines."""

from __future__ import annotations

import unicodedata
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from haedok.recognize import languages_missing
from haedok.synthesize import damage, fonts, lines, misread

TEXTS = [
    "학술 문장은 개념어 뒤의 괄호 안에 원어를 적는다. 공포의 균형(balance of terror)이 그렇다.",
    "균형(均衡)은 어렵다(김하늘 2015, 23-45). 넋을 읊고 곁을 뚫다. “글”과 ‘말’, 『책』과 「논문」.",
]
korean = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3) | st.just(" "))


def test_lines_hold_the_text_in_order() -> None:
    printed = list(lines.lines(TEXTS, fonts.faces("train"), seed=1))
    joined = "".join(line.text for line in printed).replace(" ", "")
    assert joined == "".join(TEXTS).replace(" ", "")
    assert max(len(line.text) for line in printed) <= 60


def test_every_character_has_ink_in_its_box() -> None:
    for line in lines.lines(TEXTS * 10, (*fonts.FACES.values(),), seed=2):
        assert len(line.chars) == len(line.text)
        height, width = line.image.shape
        paper = np.median(line.image)
        for sign, box in zip(line.text, line.chars, strict=True):
            assert 0 <= box.x0 < box.x1 <= width and 0 <= box.y0 < box.y1 <= height
            if not sign.isspace():
                inside = line.image[box.y0 : box.y1, box.x0 : box.x1]
                assert inside.min() < paper - 20, (line.face, line.text, sign)


def test_lines_repeat_with_the_seed() -> None:
    one, two, three = (
        [line.image.tobytes() for line in lines.lines(TEXTS, fonts.faces("dev"), seed)]
        for seed in (5, 5, 6)
    )
    assert one == two != three


def test_hanja_that_a_face_lacks_are_still_printed() -> None:
    rng = np.random.default_rng(0)
    for face in fonts.FACES.values():
        first, second = (lines.print_line(sign, face, np.random.default_rng(1)) for sign in "龘靐")
        assert not np.array_equal(first.image, second.image), face.name
    assert lines.print_line("龘", fonts.FACES["un-shinmun"], rng).image.min() < 200


@given(korean, st.integers(0, 9))
def test_cutting_loses_nothing_but_spaces(text: str, seed: int) -> None:
    pieces = list(lines.cut(text, np.random.default_rng(seed)))
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(piece == piece.strip() and piece for piece in pieces)


@pytest.mark.parametrize(
    "case", cases("synthetic", "synthesize"), ids=lambda case: case["accident"]
)
def test_accidents(case: dict[str, str]) -> None:
    assert damage.ENCODINGS[case["accident"]](case["text"]) == case["damaged"]


@given(korean)
def test_reversible_accidents_can_be_reversed(text: str) -> None:
    assert unicodedata.normalize("NFC", damage.decomposed(text)) == text
    damaged = damage.ENCODINGS["utf-8 as latin-1"](text)
    assert damaged is not None
    assert damaged.encode("latin-1").decode("utf-8") == text


def test_an_accident_that_cannot_happen_is_none() -> None:
    assert damage.ENCODINGS["cp949 as latin-1"]("漢字 α 🙂") is None


@given(korean, st.integers(0, 9))
def test_spacing_touches_only_spaces(text: str, seed: int) -> None:
    for accident in damage.SPACINGS.values():
        damaged = accident(text, np.random.default_rng(seed))
        assert damaged.replace(" ", "") == text.replace(" ", "")


@pytest.mark.skipif(bool(languages_missing()), reason="needs Tesseract with kor and eng")
def test_engines_misread_as_they_do() -> None:
    printed = list(islice(lines.lines(TEXTS, fonts.faces("train", "serif"), seed=4), 4))
    right, wrong = (list(misread.lines(printed, language)) for language in ("kor", "eng"))
    assert [pair.truth for pair in right] == [line.text for line in printed]
    assert any("문장" in pair.read or "균형" in pair.read for pair in right)
    assert not any("가" <= sign <= "힣" for pair in wrong for sign in pair.read)
    assert any(pair.read for pair in wrong)

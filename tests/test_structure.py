"""Lines to blocks: cases with boxes and without, and what must hold for any text."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import cases
from haedok.model import Block, Box, Edit, Line, Page, Token
from haedok.settings import Structure
from haedok.structure import structure
from haedok.structure.joins import Words, join
from haedok.structure.lines import repaired, tidy


def page_of_boxes(row: dict[str, Any]) -> Page:
    lines = tuple(boxed_line(number, line) for number, line in enumerate(row["lines"], 1))
    return Page(row["number"], "scan.pdf", "image", row["width"], row["height"], 300.0, lines=lines)


def boxed_line(number: int, row: dict[str, Any]) -> Line:
    words = zip(re.finditer(r"\S+", row["text"]), row["words"], strict=True)
    tokens = tuple(Token(word.group(), word.start(), Box(*box)) for word, box in words)
    return Line(number, row["text"], tokens, Box(*row["box"]))


def page_of_text(text: str, number: int = 1, unread: tuple[int, int] = (0, -1)) -> Page:
    lines = (
        Line(n, line, cause="wrong-model" if unread[0] <= n <= unread[1] else "sound")
        for n, line in enumerate(text.split("\n"), 1)
    )
    return Page(number, "paper.txt", "text", lines=tuple(lines))


def blocks_of(case: dict[str, Any]) -> tuple[Block, ...]:
    if "pages" in case:
        pages = [page_of_boxes(page) for page in case["pages"]]
    else:
        pages = [page_of_text(case["text"], unread=tuple(case.get("unread", (0, -1))))]
    return structure(pages, Structure())


SYNTHETIC = cases("synthetic", "structure")
TEXTS = [c for c in (*SYNTHETIC, *cases("in_the_wild", "structure")) if "text" in c]
BOXED = [c for c in SYNTHETIC if "pages" in c]


def by_id(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", BOXED, ids=by_id)
def test_typeset_pages_fall_into_their_blocks(case: dict[str, Any]) -> None:
    found = {block.lines: block.role for block in blocks_of(case)}
    for wanted in case["blocks"]:
        lines = tuple((page, line) for page, line in wanted["lines"])
        assert found.get(lines) == wanted["role"], lines


@pytest.mark.parametrize("case", TEXTS, ids=by_id)
def test_texts_fall_into_their_blocks(case: dict[str, Any]) -> None:
    found = iter(blocks_of(case))
    for wanted in case["blocks"]:  # in this order, others may stand between
        assert any(fits(block, wanted) for block in found), wanted


def fits(block: Block, wanted: dict[str, str]) -> bool:
    return (
        block.role == wanted["role"]
        and block.text == wanted.get("text", block.text)
        and block.text.startswith(wanted.get("starts", ""))
        and block.text.endswith(wanted.get("ends", ""))
    )


@pytest.mark.parametrize("case", cases("negative", "structure"), ids=by_id)
def test_body_text_stays_body_text(case: dict[str, Any]) -> None:
    assert [block.role for block in blocks_of(case)] == case["roles"]


@pytest.mark.parametrize("case", cases("known_failures", "structure"), ids=by_id)
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failures(case: dict[str, Any]) -> None:
    assert [block.role for block in blocks_of(case)] == case["roles"]


@given(st.lists(st.text(max_size=30).filter(lambda t: "\n" not in t), max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_line_is_in_one_block_and_no_letter_is_lost(lines: list[str]) -> None:
    page = Page(1, "t", "text", lines=tuple(Line(n, t) for n, t in enumerate(lines, 1)))
    blocks = structure([page], Structure())
    named = [place for block in blocks for place in block.lines]
    assert sorted(named) == [(1, n) for n, t in enumerate(lines, 1) if tidy(t).strip()]
    letters = [c for b in blocks for c in b.text if c.isalnum()]
    source = [
        c for _, n in named for c in unicodedata.normalize("NFC", lines[n - 1]) if c.isalnum()
    ]
    assert sorted(letters) == sorted(source)
    assert all(block.text == block.text.strip() for block in blocks)


@given(st.text(alphabet="핵공유 가나다ab1(). ", max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_marks_name_the_doubtful_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edit = Edit(1, 1, start, end, text[start:end], None, "near-miss", "unreadable", 0.9)
    page = Page(1, "t", "text", lines=(Line(1, text),), edits=(edit,))
    for block in structure([page], Structure()):
        for a, b, index in block.marks:
            assert index == 0
            assert block.text[a:b].strip() == tidy(text[start:end]).strip()


def test_ledger_index_counts_over_pages() -> None:
    def page(number: int) -> Page:
        edit = Edit(number, 1, 0, 2, "얇은", "않은", "near-miss", "doubtful", 0.6)
        return Page(number, "t", "text", lines=(Line(1, "얇은 종이이다."),), edits=(edit,))

    blocks = structure([page(1), page(2)], Structure())
    assert [block.marks for block in blocks] == [((0, 2, 0),), ((0, 2, 1),)]
    assert all(block.confidence < 1 for block in blocks)


def test_corrected_edits_change_the_text_and_doubtful_ones_do_not() -> None:
    corrected = Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.97)
    doubtful = Edit(1, 1, 5, 7, "얇은", "않은", "near-miss", "doubtful", 0.6)
    assert repaired("핵위합을 얇은", [(0, corrected), (1, doubtful)]) == (
        "핵위협을 얇은",
        [(0, 3, 0), (5, 7, 1)],
    )


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("applying the nu-", "clear sharing", "applying the nuclear sharing"),
        ("a long-", "term plan", "a long-term plan"),
        ("the US-", "South Korea Alliance", "the US-South Korea Alliance"),
        ("pp. 52-", "63.", "pp. 52-63."),
        ("2020", "년 10월", "2020년 10월"),
        ("확장억제", "(extended deterrence)", "확장억제(extended deterrence)"),
        ("ICBM", "을 개발", "ICBM을 개발"),
        ("the Republic", "of Korea", "the Republic of Korea"),
        ("균형(均", "衡)", "균형(均衡)"),
    ],
)
def test_line_ends(left: str, right: str, joined: str) -> None:
    drop, between = join(
        left, right, Words(frozenset(), frozenset(), frozenset()), lambda a, b: 0.5
    )
    assert left[: len(left) - drop] + between + right == joined


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_the_given_rule_joins_hangul(probability: float) -> None:
    page = page_of_text(
        "미국은 유럽에 전술핵무기를 배치하고 있으며 그 수는 동북\n아시아에서 줄고 있다."
    )
    text = structure([page], Structure(), lambda left, right: probability)[0].text
    assert ("동북아시아" in text) == (probability == 1.0)


def test_running_heads_are_told_by_repetition() -> None:
    body = [
        "이 글은 핵무기의 배치가 동북아시아의 안보에 미치는 영향을 다룬다고 할 것이다.",
        "미국은 냉전이 끝난 뒤에 한반도에서 전술핵무기를 모두 거두어들인 바가 있다.",
        "러시아와 중국은 새로운 무기의 개발에 힘을 쏟으며 이에 맞서 온 것으로 보인다.",
        "따라서 한국과 일본은 함께 이 문제를 풀 길을 찾아야 한다는 주장이 나오고 있다.",
        "그러나 국내의 여론은 둘로 나뉘어 있어 어느 쪽도 쉽게 뜻을 이루지 못할 것이다.",
        "끝으로 남은 과제를 몇 가지 적어 두는 것으로 이 글의 맺음말을 대신하고자 한다.",
    ]
    pages = [
        page_of_text(
            "\n".join((f"핵공유의 현황 {100 + n}", *body[2 * n - 2 : 2 * n], f"- {n} -")), n
        )
        for n in (1, 2, 3)
    ]
    roles = [(b.page, b.role) for b in structure(pages, Structure()) if b.page > 1]
    expected = ("running_head", "body", "page_number")
    assert roles == [(n, role) for n in (2, 3) for role in expected]

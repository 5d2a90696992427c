"""Routing, the cures for encoding, spacing, near misses and glosses; clean text stays as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.model import Edit, Line, Page
from haedok.repair import (
    Evidence,
    gather_evidence,
    gloss,
    ledger,
    mojibake,
    repair_line,
    repair_lines,
    repair_page,
    repair_text,
)
from haedok.repair.line_ends import joins
from haedok.repair.protect import allowed
from haedok.repair.readings import Reading
from haedok.settings import Repair

CASES = Path(__file__).parent / "cases"
MISREAD = Evidence(misread=1.0)
"""What is known of a page that an engine read."""


def cases(drawer: str, room: str) -> list[Any]:
    text = (CASES / drawer / f"{room}.jsonl").read_text("utf-8")
    rows = [json.loads(row) for row in text.rstrip("\n").split("\n")]
    return [pytest.param(row, id=row.get("label", row["raw"][:20])) for row in rows]


@pytest.mark.parametrize(
    "case",
    [
        *cases("in_the_wild", "encoding"),
        *cases("synthetic", "encoding"),
        *cases("in_the_wild", "spacing"),
        *cases("in_the_wild", "near_miss"),
    ],
)
def test_damage_is_cured(case: dict[str, Any]) -> None:
    repaired = repair_text(case["raw"], evidence=MISREAD)
    assert repaired == case["fixed"]
    if case.get("unreadable"):
        assert {edit.status for edit in repaired.edits} == {"unreadable"}
        assert all(edit.reading is None for edit in repaired.edits)


@pytest.mark.parametrize(
    "case",
    [
        case
        for room in ("encoding", "spacing", "near_miss", "gloss")
        for case in cases("negative", room)
    ],
)
def test_sound_text_is_left_alone(case: dict[str, Any]) -> None:
    repaired = repair_text(case["raw"])
    assert repaired == case["raw"]
    assert repaired.edits == ()


@pytest.mark.parametrize("case", cases("in_the_wild", "gloss"))
def test_destroyed_gloss_is_marked(case: dict[str, Any]) -> None:
    edits = repair_text(case["raw"]).edits
    assert [edit.raw for edit in edits] == case["spans"]
    assert [edit.status for edit in edits] == ["unreadable"]


@pytest.mark.parametrize("case", cases("in_the_wild", "near_miss_offered"))
def test_real_words_are_only_offered(case: dict[str, Any]) -> None:
    repaired = repair_text(case["raw"])
    assert repaired == case["raw"]
    assert [edit.raw for edit in repaired.edits] == case["spans"]
    assert repaired.edits[0].reading == case["reading"]
    assert repaired.edits[0].status == "doubtful"


def test_lone_misspelling_is_only_offered() -> None:
    typo = "대통령의 권한을 깅화하는 방안이다"
    assert repair_text(typo, evidence=MISREAD).edits[0].status == "corrected"
    assert repair_text(typo).edits[0].status == "doubtful"
    among = repair_text("\n".join(["북한의 핵위협을 검토하였다."] * 40 + [typo]))
    assert [edit.status for edit in among.edits] == ["doubtful"]


def test_gloss_is_read_from_the_document() -> None:
    evidence = Evidence(glosses=(("공포의 균형", "balance of terror"),))
    line = Line(1, "이는 공포의 균형(686140406 0 (6007)이다", cause="gloss")
    (edit,) = repair_line(line, evidence, Repair())
    assert (edit.reading, edit.status) == ("(balance of terror)", "corrected")


def test_gloss_is_not_read_when_the_document_disagrees_with_itself() -> None:
    evidence = Evidence(glosses=(("균형", "balance"), ("균형", "equilibrium")))
    (reading,) = gloss.cure(Line(1, "균형(686140406 0 (6007)"), evidence, Repair())
    assert reading.best is None


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_lines_come_back_to_the_byte(text: str) -> None:
    lines = list(repair_lines(text))
    assert "".join(line.raw + line.end for line in lines) == text
    assert [line.raw for line in lines] == text.split("\n")[: len(lines)]
    for line in lines:
        assert ledger.undo(line.text, line.edits) == line.raw


def test_carriage_returns_and_missing_newline_survive() -> None:
    text = "북한의 핵위협\r\n\r\n\x0b\x0cNATO\u2028의 핵공유"
    assert repair_text(text) == text


def test_lone_surrogates_survive() -> None:
    text = "북한의 핵위협\udcff 지 금 까 지 연구"
    assert repair_text(text).startswith("북한의 핵위협\udcff ")


@given(st.text(st.sampled_from("가나다핵공유의 를이\n.,()"), max_size=40))
@settings(max_examples=40, deadline=None)
def test_edits_of_a_line_never_overlap(text: str) -> None:
    for line in repair_lines(text):
        ends = [0, *(edit.end for edit in line.edits)]
        assert all(edit.start >= end for edit, end in zip(line.edits, ends, strict=False))


def test_thresholds_decide_what_becomes_of_a_reading() -> None:
    line = Line(1, "지 금 까 지", cause="spacing")

    def status(accept: float, offer: float) -> str:
        (edit,) = repair_line(line, Evidence(), Repair(accept=accept, offer=offer))
        return edit.status

    assert status(0.9, 0.3) == "corrected"
    assert status(0.999, 0.3) == "doubtful"
    assert status(1.0, 0.999) == "unreadable"


def test_page_keeps_its_raw_lines() -> None:
    lines = (Line(1, "지 금 까 지", cause="spacing"), Line(2, "NATO"))
    page = repair_page(Page(3, "a.txt#3", "text", lines=lines), Evidence(), Repair())
    assert page.lines == lines
    assert [(edit.page, edit.line) for edit in page.edits] == [(3, 1)]


def test_evidence_comes_from_sound_lines_only() -> None:
    lines = (
        Line(1, "핵공유(nuclear sharing)와 북핵(北核)은 핵공유 체제(Kim 2019)"),
        Line(2, "vlglo 핵균형(balance)", cause="wrong-model"),
        Line(3, "This paper suggests the nuclear sharing"),
    )
    evidence = gather_evidence([Page(1, "a", "text", lines=lines)], [("나토", "NATO")])
    assert evidence.glosses == (("핵공유", "nuclear sharing"), ("북핵", "北核"))
    assert evidence.words == {"핵공유"}
    assert evidence.english == ("This paper suggests the nuclear sharing",)
    assert evidence.glossary == (("나토", "NATO"),)


def test_numbers_and_citations_are_protected() -> None:
    text = "핵공유 2019년 (Kim 2019, 4)"
    inside = Reading(4, 8, (("2018", 0.99),), 0.99)
    assert not allowed(text, inside, "near-miss")
    assert allowed(text, Reading(0, 3, (("핵공우", 0.99),), 0.99), "near-miss")


@given(st.text(st.characters(codec="cp949", min_codepoint=0xAC00), min_size=1, max_size=20))
@settings(deadline=None)
def test_mistakes_are_undone_exactly(text: str) -> None:
    mistake = mojibake.Mistake("latin-1", "cp949")
    assert mojibake.undo(text.encode("cp949").decode("latin-1"), mistake) == text


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [
        ("이를 위하여 핵위", "협을 강조하였다", True),
        ("국제정치의 이론과 현", "실을 다루는 논문이다", True),
        ("북한은 핵무기를", "개발하였다고 한다", False),
        ("연구의 필요성을", "강조하고 있다", False),
    ],
)
def test_words_go_on_over_line_ends(left: str, right: str, together: bool) -> None:
    assert (joins(left, right) >= 0.5) is together


def test_a_repaired_text_knows_its_edits() -> None:
    repaired = repair_text("지 금 까 지\nNATO\n")
    assert repaired == "지금까지\nNATO\n"
    assert isinstance(repaired.edits[0], Edit)
    assert [line.cause for line in repaired.lines] == ["spacing", "sound"]

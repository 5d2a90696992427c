"""Pairs: of a whole paper, of glosses, of plain texts; and what must hold for any input."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import cases
from haedok.align import align, align_texts, harvest_citations, harvest_glosses, tsv
from haedok.align.people import likeness
from haedok.align.sentences import sentences
from haedok.model import Block, Pair
from haedok.settings import Align, Structure
from haedok.structure import structure
from test_structure import page_of_text


def body(text: str, **changes: Any) -> Block:
    block = Block("b0001", 1, "body", "ko", text, 1.0, ((1, 1),))
    return msgspec.structs.replace(block, **changes)


def glosses(text: str) -> list[list[str]]:
    return [[p.ko, p.en] for p in align([body(text)], Align())]


@pytest.mark.parametrize("case", cases("synthetic", "align"), ids=lambda c: c["id"])
def test_a_paper_gives_its_pairs(case: dict[str, Any]) -> None:
    blocks = structure([page_of_text(case["text"])], Structure())
    pairs = align(blocks, Align())
    found = [[pair.kind, pair.ko, pair.en] for pair in pairs]
    assert [wanted for wanted in case["pairs"] if wanted not in found] == []
    assert all(0 <= pair.score <= 1 for pair in pairs)
    for pair in pairs:  # anchors point at what they name
        if pair.kind in ("gloss", "hanja", "keyword"):
            assert anchored(blocks, pair.ko_anchor) == pair.ko
            assert anchored(blocks, pair.en_anchor) == pair.en


def anchored(blocks: tuple[Block, ...], anchor: str) -> str:
    name, _, span = anchor.partition(":")
    text = next(block.text for block in blocks if block.id == name)
    start, end = map(int, span.split("-")) if span else (0, len(text))
    return text[start:end]


@pytest.mark.parametrize("case", cases("in_the_wild", "align"), ids=lambda c: c["text"])
def test_glosses_find_their_term(case: dict[str, Any]) -> None:
    assert glosses(case["text"]) == case["pairs"]


@pytest.mark.parametrize("case", cases("negative", "align"), ids=lambda c: c["text"])
def test_brackets_that_are_no_glosses(case: dict[str, Any]) -> None:
    assert glosses(case["text"]) == []


@pytest.mark.parametrize("case", cases("known_failures", "align"), ids=lambda c: c["text"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failures(case: dict[str, Any]) -> None:
    assert sorted(glosses(case["text"])) == sorted(case["pairs"])


def test_unread_korean_is_never_handed_on() -> None:
    text = "핵위합을 얇은(deterrence) 것"
    assert align([body(text, marks=((6, 8, 0),))], Align()) == ()
    garbled = body("HAI o}7(balance of terror)= A|extended deterrence) (Lebow 2007, 121)")
    assert align([garbled], Align()) == ()
    assert [g for g, _ in harvest_glosses([garbled])] == [
        "balance of terror",
        "extended deterrence",
    ]
    assert [c for c, _ in harvest_citations([garbled])] == ["Lebow 2007, 121"]


@pytest.mark.parametrize(
    ("korean", "latin", "same"),
    [
        ("박휘락", "Hwee-rhak, Park", True),
        ("김영희", "Young-Hee Kim", True),
        ("이철수", "Rhee Chulsoo", True),
        ("최정우", "Choi, Jung Woo", True),
        ("박휘락", "Young-Hee Kim", False),
        ("김영희", "Kim Chulsoo", False),
    ],
)
def test_names(korean: str, latin: str, same: bool) -> None:
    assert (likeness(korean, latin) > 0.6) == same


KO = """북한은 2006년 10월 첫 핵실험을 하였다.
미국은 유럽에 전술핵무기 150기를 배치하고 있다.
독일과 이탈리아는 이 무기를 운반할 비행기를 가지고 있다.
러시아는 이에 반대하였다.
한국은 1991년 이후 핵무기가 없는 나라이다.
일본은 미국과 동맹을 맺고 있다.
학자들은 이 문제를 오랫동안 논의하였다.
경제 협력은 평화에 도움이 된다."""
EN = """North Korea made its first nuclear test in October 2006.
The United States deploys 150 tactical nuclear weapons in Europe.
Germany and Italy have airplanes to carry these weapons.
Russia opposed this.
Korea has been a country without nuclear weapons since 1991.
Japan has an alliance with the United States.
Scholars have discussed this problem for a long time.
Economic cooperation helps peace."""


def test_texts_in_step_are_aligned_line_by_line() -> None:
    pairs = align_texts(KO, EN, Align())
    assert [(p.ko, p.en) for p in pairs] == list(zip(KO.split("\n"), EN.split("\n"), strict=True))
    assert (pairs[2].ko_anchor, pairs[2].en_anchor) == ("l3", "l3")


def test_merged_and_missing_lines() -> None:
    ko, en = KO.split("\n"), EN.split("\n")
    shorter = [*ko[:2], *ko[3:]]  # the third sentence is not translated
    merged = [*en[:4], f"{en[4]} {en[5]}", *en[6:]]  # two sentences in one line
    pairs = align_texts("\n".join(shorter), "\n".join(merged), Align())
    found = {(p.ko, p.en) for p in pairs}
    assert (f"{ko[4]} {ko[5]}", merged[4]) in found
    assert (ko[3], en[3]) in found and (ko[6], en[6]) in found
    assert not any(en[2] == english for _, english in found)


def test_long_texts_stay_in_step() -> None:
    rng = random.Random(7)
    order = [rng.randrange(8) for _ in range(240)]
    ko = [f"{KO.splitlines()[k]} 번호 {n}" for n, k in enumerate(order)]
    en = [f"{EN.splitlines()[k]} Number {n}" for n, k in enumerate(order)]
    del ko[50:55], en[150:153]
    numbers = [
        (p.ko.rsplit(" ", 1)[1], p.en.rsplit(" ", 1)[1])
        for p in align_texts("\n".join(ko), "\n".join(en), Align())
    ]
    right = sum(a == b for a, b in numbers)
    assert right >= 220 and right >= 0.97 * len(numbers)


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_any_two_texts_give_a_table(ko: str, en: str) -> None:
    pairs = align_texts(ko, en, Align(min_score=0.0))
    assert all(0 <= pair.score <= 1 for pair in pairs)
    rows = tsv(pairs).split("\n")
    assert len(rows) == len(pairs) + 2
    assert all(row.count("\t") == 5 for row in rows[:-1])


@given(st.text(max_size=120))
def test_sentences_lose_nothing(text: str) -> None:
    pieces = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in pieces)
    assert "".join("".join(s.text for s in pieces).split()) == "".join(text.split())


def test_table_escapes() -> None:
    pair = Pair("caption", "가\t나", "a\nb\\", 0.5, "b1", "b2")
    assert tsv([pair]).splitlines()[1] == "caption\t가\\t나\ta\\nb\\\\\t0.5\tb1\tb2"

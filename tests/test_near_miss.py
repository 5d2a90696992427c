"""Near misses: the n-gram model, the engine's habits, and what becomes of a misread word."""

from __future__ import annotations

import numpy as np
import pytest

from haedok.diagnose import diagnose_text
from haedok.model import Line
from haedok.repair import (
    Evidence,
    confusion,
    near_miss,
    ngrams,
    repair_line,
    repair_text,
    voices,
)
from haedok.repair.evidence import has_engines_signs
from haedok.repair.habits import Habits
from haedok.repair.line_context import Place, joined, places
from haedok.repair.suspects import suspects, suspects_of
from haedok.repair.vocabulary import Vocabulary
from haedok.settings import Repair, Settings

WORN = Evidence(misread=0.3)


def judge(place: Place, misread: float = 0.3) -> tuple[near_miss.Judged, ...]:
    (asked,) = voices.ask([place])
    return near_miss.judge(asked, Vocabulary(), misread)


def log_probability(text: str) -> float:
    return float(ngrams.model().log_probabilities(ngrams.signs("\0" + text))[1:].sum())


@pytest.mark.parametrize(
    ("sound", "misread"),
    [
        ("핵무기를 개발하였다", "핵무키를 개발하였다"),
        ("하지 않을 수 없었다", "하지 않올 수 없었다"),
        ("2010년 10월", "2010닌 10월"),
    ],
)
def test_misread_text_is_less_probable(sound: str, misread: str) -> None:
    assert log_probability(sound) > log_probability(misread) + 5


def test_context_that_is_not_asked_about_counts_all_the_same() -> None:
    signs = ngrams.signs("\0국가의 안전을 보장하는 기관")
    whole = ngrams.model().log_probabilities(signs)
    for first in (4, 8, 12):
        part = ngrams.model().log_probabilities(signs[first - 4 :], 4)
        assert np.allclose(part[4:], whole[first:])


def test_probabilities_of_the_next_sign_add_up_to_one_at_most() -> None:
    context = ngrams.signs("\0국가의 안전을 보장하")
    nexts = np.array([ord(sign) for sign in confusion.printable()], np.uint64)
    rows = np.concatenate([np.tile(context, (len(nexts), 1)), nexts[:, None]], axis=1)
    total = np.exp(ngrams.model().log_probabilities(rows)[:, -1]).sum()
    assert 0.5 < total < 1.05  # rounded to 0.08 nats; the rest is spaces and other signs


def test_an_engine_takes_a_syllable_for_one_that_looks_like_it() -> None:
    assert confusion.log_odds("을", "올") > confusion.log_odds("을", "쪽")
    assert confusion.log_odds("핵무기", "핵무기") == 0
    # what cannot be printed is always misread
    assert confusion.log_odds("않", "얇") > confusion.log_odds("않", "앓") - 25


def test_two_syllables_of_a_word_may_be_misread() -> None:
    (found,) = suspects("대통령의 권한을 깅화히는 방안이다")
    assert found.word == "깅화히는"
    assert "강화하는" in [candidate.word for candidate in found.candidates]


def test_only_the_syllables_asked_about_are_changed() -> None:
    text = "핵무키를 개발하고 핵무키를 늘렸다"
    assert 0 in [s.start for s in suspects(text)]
    assert min(s.start for s in suspects(text, 5)) == 10


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("국가의 안전을 보", "장하는 기관", ""),
        ("국가의 안전을", "보장하는 기관", " "),
        ("", "가", ""),
    ],
)
def test_lines_are_joined(left: str, right: str, between: str) -> None:
    assert joined(left, right) == between


def test_a_word_cut_by_a_line_end_is_read_whole() -> None:
    text = "재를 살려야 한다고 말하였다"
    judged = judge(voices.place(text, "그는 이 나라의 경"))
    assert (judged[0].start, judged[0].word, judged[0].chances[0][0]) == (0, "재를", "제를")


def test_chances_add_up_to_one() -> None:
    (judged,) = judge(voices.place("대통령의 권한을 깅화하는 방안"))
    assert judged.changed == pytest.approx(sum(p for _, p in judged.chances))
    assert judged.chances[0][0] == "강화하는"
    assert 0.5 < judged.changed < 1


def test_the_more_is_misread_the_surer_is_a_reading() -> None:
    place = voices.place("대통령의 권한을 깅화하는 방안")
    rare, often = (judge(place, share)[0] for share in (0.02, 0.4))
    assert rare.changed < often.changed


def test_a_stricter_threshold_changes_less() -> None:
    text = "\n".join(["대통령의 권한을 깅화하는 방안이다", "핵무키를 개발하였다"] * 4)
    loose, strict = (
        sum(
            edit.status == "corrected"
            for edit in repair_text(text, Settings(repair=Repair(accept=accept)), WORN).edits
        )
        for accept in (0.6, 0.999)
    )
    assert loose > strict


@pytest.mark.parametrize(
    "text",
    [
        "도스토옙스키와 카프카를 견주어 읽은 비평가는 드물다.",
        "‘하얏스며’와 ‘잇섯다’처럼 옛 표기를 그대로 옮겨 적었다.",
        "차은결 교수와 윤서빈 연구원이 2019년 10월 3일에 조사하였다.",
        "콘트라바스 주자 쉐이퍼는 리스본에서 태어났다.",
    ],
)
def test_names_and_old_spellings_are_left_alone(text: str) -> None:
    assert repair_text(text) == text


def test_lines_that_are_looked_at_together_have_the_suspects_that_each_has_alone() -> None:
    lines = ["국가의 안전을 보", "장하는 긔관이다. 2010닌", "", "대통링의 권한을 깅화히는 방안"]
    where = places(lines)
    assert where[1].text[where[1].first : where[1].last] == lines[1]
    together = suspects_of(where)
    assert together == [suspects(*place) for place in where]
    assert sum(map(len, together)) >= 3


def test_what_a_face_is_misread_for_elsewhere_speaks_for_a_reading() -> None:
    page, line = Habits(), Habits()
    for text in ("사람듯이", "나라듯의"):
        page.see(text)
    page.hear("사람듯이", "사람들이", 0.8)
    page.hear("나라듯의", "나라들의", 0.6)
    line.see("나라듯의")
    line.hear("나라듯의", "나라들의", 0.6)
    told = page.features("나라듯의", "나라들의", line)
    assert told == pytest.approx((np.log1p(4 * 0.8), np.log1p(0.8), np.log(0.95 / 4), np.log(2)))
    assert page.features("나라듯의", "나라듣의", line)[0] == 0


MISSPELT = "그런 방법은 처음부터 배재한 것으로 보인다"


def test_a_misspelling_is_its_authors_where_no_engine_was_at_work() -> None:
    sound = ["정부는 새로운 정책을 발표하였다", "국회는 예산안을 심의하고 의결한다"] * 6
    lines = [*sound, MISSPELT, *sound]
    assert repair_text("\n".join(lines)) == "\n".join(lines)


def test_lines_around_that_are_misread_make_a_line_suspicious() -> None:
    unsure = "그는 경재 문제를 걱정하였다"
    sound = ["정부는 새로운 정책을 발표하였다", "국회는 예산안을 심의하고 의결한다"] * 8
    misread = ["대통링의 권한을 깅화하는 방안이다", "핵무키를 개발하였다"] * 8
    alone, among = (diagnose_text("\n".join([*r, unsure, *r])) for r in (sound, misread))
    assert among[len(misread)].cause == "near-miss"
    assert alone[len(sound)].confidence < among[len(misread)].confidence or (
        alone[len(sound)].cause == "sound"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("이 책의 제목은 균형(686140406 0 (6007)이다", True),
        ("인간이| 즐겨 먹는 음식이다", True),
        ("| 시기 | 종수 | 4,870 |", False),
        ("1990년대에는 10000명이 전화 010-1234-5678로 연락하였다", False),
        ("제3조[목적] 이 법은 {국가}의 의무를 정한다!", False),
    ],
)
def test_signs_that_no_author_writes(text: str, told: bool) -> None:
    assert has_engines_signs(text) is told


def test_misread_words_are_found_among_lost_spaces() -> None:
    lines = ["대통링의 권한을 깅화하는 방안이다", "핵무키를 개발하였다"] * 4
    text = "\n".join([*lines, "이행하지않을수있다는 대통링의 권한을 깅화하는 방안"])
    found = {(edit.line, edit.cause): edit for edit in repair_text(text, evidence=WORN).edits}
    assert (9, "spacing") in found
    assert found[9, "near-miss"].reading == "강화하는"


def test_what_is_less_sure_is_offered() -> None:
    text = "정치적·사회적 상황이 많이 비뀌었고"
    strict = Settings(repair=Repair(accept=0.999))
    repaired = repair_text(text, strict, Evidence(misread=1.0))
    assert repaired == text
    assert [(e.raw, e.reading, e.status) for e in repaired.edits] == [
        ("비뀌었고", "바뀌었고", "doubtful")
    ]


def test_what_may_be_its_authors_is_offered_however_likely() -> None:
    misread = "대통링의 권한을 강화하는 방안이다"
    line = Line(1, misread, cause="near-miss")
    own, engines = (
        repair_line(line, Evidence(misread=misread_lines, surely=surely), Repair(accept=0.5))
        for misread_lines, surely in ((0.05, 0.0), (0.05, 0.1))
    )
    assert [(edit.reading, edit.status) for edit in own] == [("대통령의", "doubtful")]
    assert [(edit.reading, edit.status) for edit in engines] == [("대통령의", "corrected")]
    assert own[0].confidence == engines[0].confidence

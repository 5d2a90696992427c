"""The channel of lost and invented spaces: what it repairs, what it leaves, how sure it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.model import Edit, Line
from haedok.repair import (
    ledger,
    repair_text,
    spacing,
    spacing_channel,
    spacing_model,
    spacing_odds,
)
from haedok.repair.evidence import Evidence, respaced_odds
from haedok.settings import Repair, Settings
from haedok.synthesize.damage import spread, without_spaces

SENTENCES = (
    "우리는 그 문제를 해결하기 위하여 많은 노력을 기울이지 않을 수 없었다.",
    "이 책은 한국 사회의 변화를 여러 가지 관점에서 설명하고 있다.",
    "그러나 그들은 아무 말도 하지 않고 자리에서 일어났다.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_all_spaces_are_found_again(sentence: str) -> None:
    rng = np.random.default_rng(0)
    repaired = repair_text(without_spaces(sentence, rng))
    assert repaired.replace(" ", "") == sentence.replace(" ", "")
    assert len(repaired.split()) >= 0.7 * len(sentence.split())
    assert repair_text(spread(sentence, rng)) == sentence


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sound_sentences_stay(sentence: str) -> None:
    assert spacing.find(sentence) == ()


def test_model_does_not_see_the_spaces() -> None:
    odds = spacing_model.log_odds("핵위협을강조하였다")
    assert odds.shape == (8,)
    assert odds[3] > 0 > odds[[0, 1, 2, 4, 5, 6, 7]].max()
    assert spacing_model.log_odds("핵").shape == (0,)


def test_only_unsure_boundaries_are_offered() -> None:
    edits = repair_text("이연구는한국사회의변화를설명하고자한다").edits
    assert edits
    for edit in edits:
        assert (edit.status == "corrected") == (edit.confidence >= 0.9)
        assert edit.reading is not None
        assert edit.reading.replace(" ", "") == edit.raw.replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="가을한 는수있다지않.,(3a\t ", max_size=30))
def test_no_letter_ever_changes(text: str) -> None:
    readings = spacing._readings(text)
    edits = [
        Edit(1, 1, r.start, r.end, text[r.start : r.end], r.best, "spacing", "corrected", 0.9)
        for r in readings
    ]
    repaired = ledger.apply(text, edits)
    assert "".join(repaired.split()) == "".join(text.split())
    assert ledger.undo(repaired, edits) == text


def test_spaces_before_stops_go_but_not_before_a_colon() -> None:
    assert repair_text("그는 갔다 , 그리고 왔다 .") == "그는 갔다, 그리고 왔다."
    assert repair_text("서울 : 한국출판사") == "서울 : 한국출판사"


def test_shown_spaces_are_believed_and_hidden_ones_are_not() -> None:
    text = "우리는 그 문제를해결하기 위하여"
    line = spacing_odds.taken_apart(text)
    odds = spacing_odds.together(text, hidden=False)
    assert odds.shape == line.spaces.shape
    assert odds[line.chars.index("해") - 1] > 0
    kept = spacing_channel.chances(odds, line, prior=0.0, free=~line.open, hidden=False)
    assert not kept[line.spaces].any()


def test_neighbours_tell_whether_a_lost_space_is_likely() -> None:
    text = "우리는 그 문제를해결하기 위하여 많은 노력을 기울였다."
    damaged = [Line(1, "많은노력을기울이지않을수없었다", cause="spacing")] * 30
    assert respaced_odds([Line(1, text)]) == spacing_channel.UNHEARD_OF
    told = respaced_odds([Line(1, text), *damaged])
    assert told > spacing_channel.UNHEARD_OF
    alone = max((sure for *_, sure in spacing.find(text)), default=0.0)
    assert max(sure for *_, sure in spacing.find(text, told)) > alone
    for sentence in SENTENCES:
        assert spacing.find(sentence, told) == ()


def test_what_authors_do_themselves_is_only_offered_in_a_sound_text() -> None:
    text = "그는 회의가 끝난 후 부터 시작 됐다고 말했고 사람들은 그 말을 믿었다."
    assert repair_text(text) == text
    damaged = [Line(1, "많은노력을기울이지않을수없었다", cause="spacing")] * 30
    alone = spacing.cure(Line(1, text), Evidence(), Repair())
    among = spacing.cure(Line(1, text), Evidence(respaced=respaced_odds(damaged)), Repair())
    assert len(alone) == 2
    assert all(reading.held for reading in alone)
    assert not any(reading.held for reading in among)
    assert max(reading.confidence for reading in among) >= 0.9
    eager = Settings(repair=Repair(accept=0.6))
    assert repair_text(text, eager) == text
    assert [edit.status for edit in repair_text(text, eager).edits] == ["doubtful"] * 2


def test_no_author_runs_on_behind_a_particle() -> None:
    text = "그들은 자리에서일어났으나 회의를거부한 사람들은 그 자리에 남아 있었다."
    readings = spacing.cure(Line(1, text), Evidence(), Repair())
    assert any(reading.confidence >= 0.9 and not reading.held for reading in readings)


def test_latin_words_are_one_sign_to_the_language_model() -> None:
    short = spacing_odds.expected("핵은NPT의틀", np.zeros(6, dtype=bool))
    long = spacing_odds.expected("핵은TREATY의틀", np.zeros(9, dtype=bool))
    assert short[[0, 1, 4, 5]] == pytest.approx(long[[0, 1, 7, 8]])


@pytest.mark.parametrize(
    "sentence",
    [
        "법 제46조의4제2항 및 이 영 제61조의10제4항에 따른 지체상금의 감면",
        "장관은 공무원수당등에관한규정 제7조의2의 규정에 의한 성과상여금을 준다",
        "실장 밑에 정책기획과ㆍ국방전략과ㆍ북한정책과ㆍ교육훈련정책과를 둔다",
    ],
)
def test_names_and_numbers_of_statutes_stay(sentence: str) -> None:
    assert spacing.find(sentence) == ()

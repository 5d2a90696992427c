"""Near misses: the n-gram model, the engine's habits, and what becomes of a misread word."""

from __future__ import annotations

import numpy as np
import pytest

from haedok.repair import Evidence, confusion, near_miss, ngrams, repair_text
from haedok.repair.suspects import joined, suspects
from haedok.settings import Repair, Settings

WORN = Evidence(misread=0.3)


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
    judged = near_miss.judge(near_miss.place(text, "그는 이 나라의 경"), frozenset(), 0.3)
    assert (judged[0].start, judged[0].word, judged[0].chances[0][0]) == (0, "재를", "제를")


def test_chances_add_up_to_one() -> None:
    (judged,) = near_miss.judge(near_miss.place("대통령의 권한을 깅화하는 방안"), frozenset(), 0.3)
    assert judged.changed == pytest.approx(sum(p for _, p in judged.chances))
    assert judged.chances[0][0] == "강화하는"
    assert 0.5 < judged.changed < 1


def test_the_more_is_misread_the_surer_is_a_reading() -> None:
    place = near_miss.place("대통령의 권한을 깅화하는 방안")
    rare, often = (near_miss.judge(place, frozenset(), share)[0] for share in (0.02, 0.4))
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

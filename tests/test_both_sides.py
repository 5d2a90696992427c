"""What the net that reads both sides says of readings of a doubtful stretch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from haedok.repair import both_sides, korean_net
from haedok.repair.weighing import FEATURES, Place, places_to_features

HIDDEN, SEEN, SPACES = range(3)


def place(text: str, raw: str, *others: str, breaks: tuple[int, ...] = ()) -> Place:
    """A stretch of a text, with readings that the picture likes equally well."""
    start = text.index(raw)
    rows = tuple((reading, 0.0, 0.0) for reading in (raw, *others))
    return Place(text, start, start + len(raw), rows, breaks)


def test_syllables_are_told_by_what_stands_on_both_sides() -> None:
    wrong = place("미국과 숭국의 관계는 매우 중요하다", "숭국", "중국", "숭곡")
    right = place("미국과 중국의 관계는 매우 중요하다", "중", "숭")
    (good, bad), (back,) = both_sides.voices([wrong, right])
    assert good[HIDDEN] > 3 and good[SEEN] > 1
    assert bad[HIDDEN] < 0 and bad[SEEN] < 0
    assert back[HIDDEN] < -3 and back[SEEN] < -3
    assert good[SPACES] == bad[SPACES] == back[SPACES] == 0


def test_what_is_unreadable_is_told_without_it() -> None:
    wrong, right = ("미국과 숭국의 관계는", "숭", "중"), ("미국과 중국의 관계는", "중", "숭")
    (there,), (back,) = both_sides.voices([place(*wrong), place(*right)])
    assert there[HIDDEN] == pytest.approx(-back[HIDDEN], abs=0.05)


def test_spaces_are_told_at_their_boundaries() -> None:
    text = "정부는경제 정 책을 발표하였다."
    lost, new = place(text, " 책", "책"), place(text, "는경", "는 경", "는  경")
    (joined,), (parted, twice) = both_sides.voices([lost, new])
    assert joined[SPACES] > 2 and parted[SPACES] > 2
    assert joined[HIDDEN] == joined[SEEN] == 0
    assert twice[SPACES] >= parted[SPACES]


def test_nothing_is_said_of_the_ends_of_lines() -> None:
    text = "정부는 경제 정책을"
    (row,) = both_sides.voices([place(text, "는 경", "는경", breaks=(3,))])
    assert row.tolist() == [[0.0, 0.0, 0.0]]


def test_readings_of_another_length_and_other_signs_are_left_to_others() -> None:
    (rows,) = both_sides.voices([place("국회는 1O월에 열렸다.", "1O월", "10월", "10윌월", "10")])
    assert not rows.any()


def test_the_net_hears_a_line_once_and_only_what_is_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []
    asked: list[int] = []
    ask = korean_net.heard

    def listening(
        lines: Sequence[korean_net.Line], flags: Sequence[korean_net.Flags], least: float
    ) -> object:
        heard.extend(line.chars for line in lines)
        asked.extend(int(row.sum()) for row in flags)
        return ask(lines, flags, least)

    monkeypatch.setattr(korean_net, "heard", listening)
    text = "정부는경제 정 책을 발표하였디."
    spaces = [place(text, " 책", "책"), place(text, "는경", "는 경")]
    both_sides.voices([*spaces, place(text, "디", "다", "더")])
    assert len(heard) == 2 and asked == [1, 1]
    assert heard[0] == text.replace(" ", "")
    assert both_sides.voices([]) == []
    assert len(heard) == 2


def test_a_syllable_that_is_in_no_use_is_named_never() -> None:
    (row,) = both_sides.voices([place("정부는 경제를", "는", "뷁")])
    assert row[0, HIDDEN] < -5
    assert row[0, HIDDEN] >= -both_sides.CLIP


def test_they_are_among_the_features() -> None:
    asked = [place("미국과 숭국의 관계는 매우 중요하다", "숭", "중")]
    ((row,),) = places_to_features(asked)
    ((net,),) = both_sides.voices(asked)
    at = [i for i, name in enumerate(FEATURES) if name.startswith("net of both sides")]
    assert np.array(row)[at].tolist() == net.tolist()

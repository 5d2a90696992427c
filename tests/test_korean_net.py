"""The net that reads Korean from both sides: its signs, its answers, the damage it learns from."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.hangul import IN_USE
from haedok.repair import korean_net, korean_signs
from haedok.repair.korean_net import Line, doubted, space_odds
from haedok.repair.korean_signs import (
    BLOT,
    BREAK,
    EDGE,
    FIRST_SYLLABLE,
    NO_SYLLABLE,
    NONE,
    SPACE,
    UNKNOWN,
    encode,
    number,
    shown,
)
from haedok.train.korean import readings
from haedok.train.korean.material import Windows, row, windows
from haedok.train.korean.noise import spoil

SENTENCES = (
    "우리는 그 문제를 해결하기 위하여 많은 노력을 기울이지 않을 수 없었다.",
    "이 책은 한국 사회의 변화를 여러 가지 관점에서 설명하고 있다.",
    "그러나 그들은 아무 말도 하지 않고 자리에서 일어났다.",
)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_every_text_has_signs_and_states(text: str) -> None:
    chars, states = shown(text)
    assert chars == "".join(text.split())
    assert len(states) == max(0, len(chars) - 1)
    signs = encode(chars)
    assert signs.shape == (len(chars), 4)
    assert (signs >= 1).all(axis=0)[0]
    assert (signs[:, 0] < korean_signs.size()).all()
    assert (signs[:, 1:] < korean_signs.PARTS).all()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_spaces_are_known_whatever_is_shown(sentence: str) -> None:
    chars, states = shown(sentence)
    spaces = states == korean_signs.SPACE
    unknown = np.full_like(states, UNKNOWN)
    for odds in space_odds([Line(chars, states), Line(chars, unknown)]):
        assert odds.shape == states.shape
        assert ((odds > 0) == spaces).mean() > 0.9


def test_a_line_is_read_as_it_is_alone() -> None:
    lines = [Line(*shown(sentence)) for sentence in (*SENTENCES, "핵", "", "가 나")]
    for line, odds in zip(lines, space_odds(lines), strict=True):
        (alone,) = space_odds([line])
        assert odds == pytest.approx(alone, abs=1e-3)


def _named(text: str, least: float = 0.0) -> list[tuple[str, str]]:
    """Signs that are doubted, and what was most likely printed there."""
    line = Line(*shown(text))
    (found,) = doubted([line], [np.ones(len(line.chars), bool)], least)
    assert len(found.log_odds) == len(line.chars)
    names = [*IN_USE, "no syllable"]
    return [
        (line.chars[at], names[int(row.argmax())])
        for at, row in zip(found.at.tolist(), found.logs, strict=True)
    ]


def test_what_was_printed_is_told_from_both_sides() -> None:
    assert _named("미국과 숭국의 관계는 매우 중요하다") == [("숭", "중")]
    assert _named("공포의 균\n형을 설명하고 잇다") == [("잇", "있")]
    assert _named("") == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sound_signs_are_not_doubted(sentence: str) -> None:
    assert _named(sentence) == []


def test_only_what_is_asked_about_is_named() -> None:
    line = Line(*shown("미국과 숭국의 관계는"))
    nowhere, everywhere = np.zeros(len(line.chars), bool), np.ones(len(line.chars), bool)
    first, second, third = doubted([line, line, line], [nowhere, everywhere, nowhere[:0]], -20.0)
    assert not len(first.at)
    assert len(second.at) == len(line.chars)
    assert second.logs.shape == (len(line.chars), NO_SYLLABLE + 1)
    assert np.exp(second.logs).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert not len(third.at)


def _drawn() -> Windows:
    corpus = row(iter(SENTENCES * 20), syllables_only=False)
    return windows([(corpus, 1.0)], (200, 24), np.random.default_rng(3))


def test_damage_keeps_the_truth() -> None:
    drawn = _drawn()
    batch = spoil(drawn, np.random.default_rng(5))
    own = drawn.chars[:, :, 0].ravel()
    syllable = batch.printed < NO_SYLLABLE
    assert (batch.printed + FIRST_SYLLABLE == own[batch.places])[syllable].all()
    assert (own[batch.places][~syllable] < FIRST_SYLLABLE).all()
    changed = np.flatnonzero(batch.signs[:, :, 0].ravel() != own)
    assert np.isin(changed, batch.places).all()
    assert 0.02 < len(changed) / own.size < 0.15
    assert (batch.weights[np.isin(batch.places, changed)] == 1).all()
    unread = batch.signs[:, :, 0] == BLOT
    assert (batch.signs[unread][:, 1:] == korean_signs.NO_PART).all()


def test_boundaries_are_weighed_by_what_is_known() -> None:
    drawn = _drawn()
    batch = spoil(drawn, np.random.default_rng(5))
    inner = batch.states[:, 1:-1]
    assert (batch.states[:, [0, -1]] == EDGE).all()
    assert (inner[drawn.ends[:, :-1]] == EDGE).all()
    assert not batch.asked[drawn.ends[:, :-1]].any()
    assert np.isfinite(batch.offsets).all()
    told = batch.asked & (batch.offsets != 0)
    # the channel is right more often than not about what it has seen
    agree = (batch.offsets[told] > 0) == (batch.spaces[told] > 0)
    assert agree.mean() > 0.6


def test_nothing_is_asked_beside_signs_where_a_corpus_is_not_trusted() -> None:
    trusted = row(iter(["제 3 조의 2 항"]), syllables_only=False)
    doubted = row(iter(["제 3 조의 2 항"]), syllables_only=True)
    assert trusted.asked.tolist() == [True, True, True, True, True, False]
    assert doubted.asked.tolist() == [False, False, True, False, False, False]


def test_long_batches_are_parted() -> None:
    parts = list(korean_net._batches([100, 3, 3, 4000, 99]))
    assert sorted(at for part in parts for at in part) == [0, 1, 2, 3, 4]
    assert [1, 2] in parts
    assert [3] in parts


def _read(*rows: tuple[str, str, str], held_out: frozenset[str] = frozenset()) -> readings.Read:
    """What is learned from lines (as printed, as read, document)."""
    with NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for written, read, document in rows:
            file.write(
                json.dumps([written, read, "photocopy", document], ensure_ascii=False) + "\n"
            )
        file.flush()
        return readings.load([Path(file.name)], held_out)


def test_what_was_printed_is_known_sign_by_sign() -> None:
    read = _read(
        ("핵위협을 강조하였다.", "핵위합을강조하였나.", "a"), ("그는 갔다", "그 갔다", "a")
    )
    signs = "핵위합을강조하였나.그갔다"
    assert read.sound.tolist() == [sign not in "합나" for sign in signs]
    assert read.printed[2] == number("협")
    assert read.printed[9] == NO_SYLLABLE
    assert read.states[:10].tolist() == [NONE] * 9 + [BREAK]
    assert read.spaces[:9].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert read.spaces[10] == readings.NOTHING  # a syllable was lost there
    assert read.states[10] == SPACE


def test_lines_that_are_held_out_are_not_learned_from() -> None:
    held, other = "아주 오래된 문서의 한 줄을 다시 읽어 보았다", "그는 갔다"
    run = "".join(held.split())[3:17]
    read = _read((held, held, "a"), (other, other, "b"), held_out=frozenset({run}))
    assert len(read.sound) == len("".join(other.split()))


def test_batches_of_damage_and_of_readings_go_together() -> None:
    line = "우리는 그 문제를 해결하기 위하여 많은 노력을 기울이지 않을 수 없었다."
    read = _read(*[(line, line.replace("문", "운"), str(n)) for n in range(20)])
    rng = np.random.default_rng(2)
    spoilt, real = spoil(_drawn(), rng), readings.windows(read, (50, 24), rng)
    both = readings.together(spoilt, real)
    assert both.signs.shape == (250, 24, 4)
    assert both.states.shape == (250, 25)
    own = both.signs[:, :, 0].ravel()[both.places[len(spoilt.places) :]]
    wrong = real.weights == 1
    assert wrong.any()
    assert (own[wrong] == encode("운")[0, 0]).all()
    assert (real.printed[wrong] == number("문")).all()

"""The net that reads Korean from both sides: its signs, its answers, the damage it learns from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.repair import korean_net, korean_signs
from haedok.repair.korean_net import Line, Word, printed, space_odds
from haedok.repair.korean_signs import BLOT, EDGE, FIRST_SYLLABLE, UNKNOWN, encode, shown
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


def test_what_was_printed_is_told_from_both_sides() -> None:
    texts = ["미국과 숭국의 관계는", "공포의 균\n형을 설명하고 잇다"]
    words = [Word(0, 4, ("중국의", "숭국의", "뷁국의")), Word(1, 14, ("있다",))]
    country, there = printed(texts, words)
    assert country[0] > 2 > 0 == country[1] > country[2]
    assert there[0] > 2
    assert printed(texts, words[1:]) == [pytest.approx(there, abs=1e-3)]
    assert printed(texts, []) == []


def test_sound_words_are_left() -> None:
    for sentence in SENTENCES:
        at = sentence.index(" ") + 1
        word = sentence[at]
        (odds,) = printed([sentence], [Word(0, at, (chr(ord(word) + 28),))])
        assert odds[0] < 0


def _drawn() -> Windows:
    corpus = row(iter(SENTENCES * 20), syllables_only=False)
    return windows([(corpus, 1.0)], (200, 24), np.random.default_rng(3))


def test_damage_keeps_the_truth() -> None:
    drawn = _drawn()
    batch = spoil(drawn, np.random.default_rng(5))
    own = drawn.chars[:, :, 0].ravel()
    assert (batch.printed + FIRST_SYLLABLE == own[batch.places]).all()
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

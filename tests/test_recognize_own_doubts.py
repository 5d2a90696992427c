"""Where our own recogniser hesitates, and how well each reading fits the picture."""

from __future__ import annotations

import numpy as np
import pytest

from haedok.recognize.own import alphabet
from haedok.recognize.own.doubts import positions_to_doubts, stretches
from haedok.recognize.own.frames import STRIDE, Frames, log_softmax
from haedok.recognize.own.lattice import Position
from haedok.recognize.own.rereading import Look

CELL = 4
"""Frames to a character."""


def frames(columns: list[dict[str, float]]) -> Frames:
    """Frames that see each character of a line in the middle of its cell."""
    count = CELL * len(columns)
    kind = np.full((count, alphabet.KINDS), 1e-4)
    kind[:, alphabet.BLANK] = 1.0
    parts = [np.full((count, n), 1e-4) for n in (19, 21, 28)]
    for number, shares in enumerate(columns):
        at = CELL * number + CELL // 2
        kind[at] = 1e-4
        kind[at, alphabet.BLANK] = max(1e-4, 1 - sum(shares.values()))
        for sign, share in shares.items():
            which = alphabet.kind(sign)
            assert which is not None
            kind[at, which] += share
            if which == alphabet.HANGUL:
                for part, index in zip(parts, alphabet.syllable_parts(sign), strict=True):
                    part[at, index] += share
    one, two, three = (log_softmax(np.log(part)) for part in parts)
    extent = np.full((count, 2), CELL / 2, np.float32)
    none = np.zeros(0, np.intp), np.zeros((0, len(alphabet.hanja())), np.float32)
    return Frames(log_softmax(np.log(kind)), (one, two, three), extent, *none)


def positions(columns: list[dict[str, float]]) -> list[Position]:
    """The same as positions; what is left over is that there is nothing."""
    width = CELL * STRIDE
    found = []
    for number, shares in enumerate(columns):
        rows = sorted(shares.items(), key=lambda row: -row[1])
        if (left := 1 - sum(shares.values())) > 0.01:
            rows = sorted([*rows, ("", left)], key=lambda row: -row[1])
        found.append(Position(tuple(rows), number * width, (number + 1) * width))
    return found


def sure(text: str) -> list[dict[str, float]]:
    return [{sign: 1.0} for sign in text]


def test_what_is_clear_is_no_doubt() -> None:
    columns = sure("북한의 핵")
    assert positions_to_doubts(positions(columns), frames(columns)) == ()


def test_a_doubt_has_both_readings_in_the_order_of_the_picture() -> None:
    columns = [*sure("핵위"), {"합": 0.6, "협": 0.4}, *sure("을 강조")]
    (doubt,) = positions_to_doubts(positions(columns), frames(columns))
    assert (doubt.start, doubt.raw) == (2, "합")
    assert [text for text, *_ in doubt.readings[:2]] == ["합", "협"]
    assert doubt.readings[0][1] > doubt.readings[1][1]


def test_a_space_may_be_none() -> None:
    columns = [*sure("지금"), {" ": 0.7}, *sure("까지")]
    (doubt,) = positions_to_doubts(positions(columns), frames(columns))
    assert (doubt.start, doubt.raw) == (2, " ")
    assert {text for text, *_ in doubt.readings} == {" ", ""}


def test_doubtful_places_near_each_other_are_one_stretch() -> None:
    doubtful = {"가": 0.6, "거": 0.4}
    columns = [*sure("나"), doubtful, *sure("다"), doubtful, *sure("라마바사"), doubtful]
    assert list(stretches(positions(columns))) == [(1, 4), (8, 9)]


def test_what_another_reader_has_otherwise_is_a_doubt() -> None:
    columns = sure("핵위협을 강조")
    (doubt,) = positions_to_doubts(positions(columns), frames(columns), "핵위합을 강조")
    assert (doubt.start, doubt.raw) == (2, "합")
    best, other = doubt.readings
    assert best[0] == "협" and other[0] == "합" and best[1] - other[1] > 5


def test_a_gloss_that_another_reader_destroyed_is_read_whole() -> None:
    columns = sure("균형(balance of terror)의")
    written = "균형(686140406 0 (6007)의"
    (doubt,) = positions_to_doubts(positions(columns), frames(columns), written)
    assert written[doubt.start : doubt.start + len(doubt.raw)] == doubt.raw
    repaired = written.replace(doubt.raw, doubt.readings[0][0])
    assert repaired == "균형(balance of terror)의"


@pytest.mark.parametrize("written", ["핵위협을강조", "핵위협을 강조하", "핵협을 강조", ""])
def test_doubts_fit_the_text_they_are_about(written: str) -> None:
    columns = sure("핵위협을 강조")
    for doubt in positions_to_doubts(positions(columns), frames(columns), written):
        assert written[doubt.start : doubt.start + len(doubt.raw)] == doubt.raw
        assert any(
            written[: doubt.start] + text + written[doubt.start + len(doubt.raw) :]
            == "핵위협을 강조"
            for text, *_ in doubt.readings
        )


def look(*shares: dict[str, float]) -> Look:
    columns = list(shares)
    return Look(frames(columns), tuple(positions(columns)))


def test_other_looks_at_a_stretch_settle_it() -> None:
    columns = [*sure("핵위"), {"합": 0.6, "협": 0.4}, *sure("을 강조")]
    looks = {(2, 3): (look({"협": 0.9, "합": 0.1}), look({"협": 0.95}))}
    (doubt,) = positions_to_doubts(positions(columns), frames(columns), looks=looks)
    said = {text: (picture, place) for text, picture, place in doubt.readings}
    assert doubt.raw == "합"
    assert said["협"] > said["합"]


def test_one_look_may_bring_a_reading_that_nobody_had() -> None:
    columns = [*sure("핵위"), {"합": 0.6, "힙": 0.4}, *sure("을")]
    (alone,) = positions_to_doubts(positions(columns), frames(columns))
    looks = {(2, 3): (look({"협": 0.8, "합": 0.2}),)}
    (doubt,) = positions_to_doubts(positions(columns), frames(columns), looks=looks)
    assert "협" not in {text for text, *_ in alone.readings}
    assert "협" in {text for text, *_ in doubt.readings}


def test_a_look_without_a_single_frame_forbids_nothing() -> None:
    columns = [*sure("가"), {"나": 0.6, "너": 0.4}, *sure("다")]
    nothing = Look(frames(columns).between(0, 0), ())
    (doubt,) = positions_to_doubts(positions(columns), frames(columns), looks={(1, 2): (nothing,)})
    assert [text for text, *_ in doubt.readings] == ["나", "너"]

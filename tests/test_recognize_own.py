"""The runtime of our own recogniser: crops, decoding, calibration, scores. No model is needed."""

import dataclasses
import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from haedok.model import Box
from haedok.recognize.own import alphabet, calibration, ctc
from haedok.recognize.own.crops import BODY, HEIGHT, MARGIN, line_to_crop, span_to_box
from haedok.recognize.own.frames import STRIDE, Frames, log_softmax
from haedok.recognize.own.lattice import Position, frames_to_positions
from haedok.recognize.own.net import widths_to_batches
from haedok.recognize.own.words import positions_to_reading, word_to_alternatives


class Line(msgspec.Struct, frozen=True):
    """What crops need to know of a `TextLine`."""

    box: Box
    em: float
    spine: tuple[tuple[float, float], ...]


BOX = Box(100, 80, 500, 120)


def level_line(box=BOX, em=40.0):
    middle = (box.y0 + box.y1) / 2
    return Line(box, em, ((box.x0, middle), (box.x1, middle)))


def blank_frames(length):
    """Frames that see nothing, as logits."""
    kind = np.full((length, alphabet.KINDS), -20.0, np.float32)
    kind[:, alphabet.BLANK] = 0
    parts = tuple(np.zeros((length, n), np.float32) for n in (19, 21, 28))
    return kind, parts, np.zeros((length, 2), np.float32)


def advance(character):
    """Frames that a character takes."""
    return 8 if alphabet.is_syllable(character) or alphabet.kind(character) == 2 else 3


def text_to_frames(text, doubts=()):
    """Frames that say a text; ``doubts``: (index, other character, its share)."""
    kind, parts, extent = blank_frames(sum(map(advance, text)) + 4)
    hanja = {}
    start = 2
    for index, character in enumerate(text):
        width = advance(character)
        for frame in range(start + width // 3, start + width - width // 3):
            kind[frame, alphabet.BLANK] = -20
            extent[frame] = frame + 0.5 - start, start + width - frame - 0.5
            said = [(character, 1.0)]
            for _, other, share in (doubt for doubt in doubts if doubt[0] == index):
                said = [(character, 1 - share), (other, share)]
            for each, share in said:
                add(kind, parts, frame, each, share)
                if alphabet.kind(each) == alphabet.HANJA:
                    row = hanja.setdefault(frame, np.full(len(alphabet.hanja()), -20, np.float32))
                    row[alphabet.hanja_numbers()[each]] = math.log(share)
        start += width
    at = np.array(sorted(hanja), np.intp)
    rows = np.array([hanja[frame] for frame in at], np.float32)
    rows = rows.reshape(len(at), len(alphabet.hanja()))
    return Frames(log_softmax(kind), tuple(map(log_softmax, parts)), extent, at, log_softmax(rows))


def add(kind, parts, frame, character, share):
    number = alphabet.BLANK if character == "" else alphabet.kind(character)
    kind[frame, number] = np.logaddexp(kind[frame, number], math.log(share))
    if number == alphabet.HANGUL:
        for part, index in zip(parts, alphabet.syllable_parts(character), strict=True):
            if part[frame].any():
                part[frame, index] = np.logaddexp(part[frame, index], math.log(share))
            else:
                part[frame] = -20
                part[frame, index] = math.log(share)


def decoded(frames):
    return "".join(position.text for position in frames_to_positions(frames))


def test_a_crop_has_the_body_in_its_middle_third():
    image = np.full((200, 600), 230, np.uint8)
    image[80:120, 100:500] = 30
    crop = line_to_crop(image, level_line())
    assert crop.shape == (HEIGHT, 400 * BODY // 40 + 2 * MARGIN)
    assert crop.dtype == np.uint8
    dark = crop[:, crop.shape[1] // 2] < 128
    assert np.flatnonzero(dark).tolist() == list(range(8, 40))
    assert (crop[:, 0] >= 254).all()


@pytest.mark.parametrize("em", [20.0, 41.0, 85.0])
def test_the_same_line_at_any_resolution_is_the_same_crop(em):
    scale = em / 20
    image = np.full((round(80 * scale), round(400 * scale)), 255, np.uint8)
    for index in range(10):
        x = round((30 + 30 * index) * scale)
        image[round(32 * scale) : round(48 * scale), x : x + round(10 * scale)] = 0
    box = Box(round(30 * scale), round(30 * scale), round(310 * scale), round(50 * scale))
    crop = line_to_crop(image, Line(box, em, ((box.x0, 40 * scale), (box.x1, 40 * scale))))
    edges = np.flatnonzero(np.diff((crop[24] < 128).astype(int)))
    expected = [MARGIN + 48 * index + end for index in range(10) for end in (0, 16)]
    assert len(edges) == 20
    assert np.abs(edges + 1 - np.array(expected)).max() <= 1


def test_a_curled_line_is_read_level():
    image = np.full((300, 900), 255, np.uint8)
    xs = np.arange(50, 850)
    ys = 150 + 30 * np.sin((xs - 50) / 800 * math.pi)
    for x, y in zip(xs, ys, strict=True):
        image[round(y) - 4 : round(y) + 4, x] = 0
    spine = tuple(zip(xs[::20].tolist(), ys[::20].tolist(), strict=True))
    crop = line_to_crop(image, Line(Box(50, 140, 850, 190), 40.0, spine))
    inside = crop[:, MARGIN + 4 : -MARGIN - 20] < 128
    middles = (inside * np.arange(HEIGHT)[:, None]).sum(axis=0) / inside.sum(axis=0)
    assert np.abs(middles - (HEIGHT - 1) / 2).max() < 1.5


def test_a_line_at_the_edge_of_the_page_has_paper_beyond():
    image = np.full((60, 300), 200, np.uint8)
    image[0:20, 0:300:3] = 20
    crop = line_to_crop(image, level_line(Box(0, 0, 300, 20), 40.0))
    assert (crop[:13] >= 254).all()


def test_places_in_a_crop_lead_back_to_the_page():
    line = level_line()
    assert span_to_box(line, MARGIN, MARGIN + 32) == Box(100, 80, 140, 120)
    assert span_to_box(line, 0, 1e6) == line.box
    assert span_to_box(line, 1e6, 2e6).width >= 1


def test_lines_are_batched_by_width():
    widths = [100, 3000, 110, 2900, 500, 2950] * 5
    batches = list(widths_to_batches(widths))
    assert sorted(index for batch in batches for index in batch) == list(range(30))
    for batch in batches:
        widest = max(widths[index] for index in batch)
        assert sum(widths[index] for index in batch) >= 0.8 * widest * len(batch)


@pytest.mark.parametrize(
    "text",
    ["얇은 뚫린 뷁", "균형(balance of terror)의", "llll 1111", "國家와 民族", "가가 나나", "끝…"],
)
def test_decodes_what_the_frames_say(text):
    positions = frames_to_positions(text_to_frames(text))
    assert "".join(position.text for position in positions) == text
    assert all(position.confidence > 0.95 for position in positions)
    for before, after in pairwise(positions):
        assert before.x0 < before.x1 <= after.x0 + 1e-3


def test_positions_stand_where_their_characters_do():
    (first, space, second) = frames_to_positions(text_to_frames("가 나"))
    assert (first.x0, first.x1) == pytest.approx((2 * STRIDE, 10 * STRIDE), abs=1e-3)
    assert (space.x0, space.x1) == pytest.approx((10 * STRIDE, 13 * STRIDE), abs=1e-3)
    assert (second.x0, second.x1) == pytest.approx((13 * STRIDE, 21 * STRIDE), abs=1e-3)


def test_frames_that_disagree_about_one_character_are_one_position():
    frames = text_to_frames("핵각")
    other = text_to_frames("핵간")
    finals = frames.parts[2].copy()
    finals[13] = other.parts[2][13]
    mixed = dataclasses.replace(frames, parts=(*frames.parts[:2], finals))
    positions = frames_to_positions(mixed)
    assert len(positions) == 2
    assert {text for text, _ in positions[1].alternatives} == {"각", "간"}


def test_alternatives_carry_their_probability():
    (position,) = frames_to_positions(text_to_frames("합", [(0, "협", 0.3)]))
    assert position.alternatives[0][0] == "합"
    others = dict(position.alternatives)
    # the net's parts are independent: of 합 and 협 it can only say ㅎ, ㅏ or ㅕ, ㅂ
    assert others["협"] == pytest.approx(0.3, abs=0.01)
    assert sum(others.values()) == pytest.approx(1, abs=0.01)


def test_a_hanja_may_be_a_syllable():
    (position,) = frames_to_positions(text_to_frames("國", [(0, "곡", 0.2)]))
    assert position.alternatives[0] == ("國", pytest.approx(0.8, abs=0.01))
    assert position.alternatives[1] == ("곡", pytest.approx(0.2, abs=0.01))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_a_doubtful_space_is_offered(share):
    frames = text_to_frames("할 수", [(1, "", 1 - share)])
    positions = frames_to_positions(frames)
    assert [position.text for position in positions] == ["할", " " if share > 0.5 else "", "수"]
    assert dict(positions[1].alternatives)[" "] == pytest.approx(share, abs=0.02)


def test_faint_ends_of_a_character_are_no_characters():
    frames = text_to_frames("가나")
    kind = np.exp(frames.kind)
    for frame in (3, 7, 11, 15):  # beside the firm frames
        beside = frame + (1 if frame % 8 == 3 else -1)
        kind[frame] = 0.8 * kind[frame] + 0.2 * kind[beside]
        frames.extent[frame] = frames.extent[beside] + ((-1, 1) if beside > frame else (1, -1))
        for part in frames.parts:
            part[frame] = part[beside]
    assert decoded(dataclasses.replace(frames, kind=np.log(kind))) == "가나"
    assert len(frames_to_positions(dataclasses.replace(frames, kind=np.log(kind)))) == 2


def test_nothing_is_decoded_from_blank_frames():
    kind, parts, extent = blank_frames(30)
    none = np.zeros((0, len(alphabet.hanja())), np.float32)
    frames = Frames(
        log_softmax(kind), tuple(map(log_softmax, parts)), extent, np.zeros(0, np.intp), none
    )
    assert frames_to_positions(frames) == ()


def ways(frames, text):
    """The probability of a text by going through every path of characters and blanks."""
    blank = frames.kind[:, alphabet.BLANK]
    columns = {character: frames.character(character) for character in text}

    def follow(t, at, blanked):
        if t == len(frames):
            return 1.0 if at == len(text) else 0.0
        total = math.exp(blank[t]) * follow(t + 1, at, True)
        if at and not blanked:
            total += math.exp(columns[text[at - 1]][t]) * follow(t + 1, at, False)
        if at < len(text) and (blanked or at == 0 or text[at] != text[at - 1]):
            total += math.exp(columns[text[at]][t]) * follow(t + 1, at + 1, False)
        return total

    return math.log(follow(0, 0, True))


@pytest.mark.parametrize("text", ["각", "aa", "國a", ""])
def test_scores_are_the_sum_over_all_paths(text):
    rng = np.random.default_rng(5)
    hanja = log_softmax(rng.normal(size=(3, len(alphabet.hanja()))).astype(np.float32))
    frames = Frames(
        log_softmax(rng.normal(size=(6, alphabet.KINDS)).astype(np.float32)),
        tuple(log_softmax(rng.normal(size=(6, n)).astype(np.float32)) for n in (19, 21, 28)),
        np.zeros((6, 2), np.float32),
        np.array([0, 2, 3]),
        hanja,
    )
    assert ctc.score(frames, text) == pytest.approx(ways(frames, text), rel=1e-4)


def test_the_word_in_the_picture_fits_best():
    frames = text_to_frames("핵위합을 논한다", [(2, "협", 0.3)])
    part = frames.between(2 * STRIDE, (2 + 4 * 8) * STRIDE)
    found = ctc.scores(part, ["핵위합을", "핵위협을", "핵위", "핵위업을", "핵위𠀀을", "가" * 99])
    assert found[0] > found[1] > max(found[2:4])
    assert found[1] - found[0] == pytest.approx(4 * math.log(0.3 / 0.7), abs=0.01)
    assert np.isneginf(found[4:]).all()


def test_a_text_that_reading_gave_is_likelier_than_its_parts_alone():
    frames = text_to_frames("國家 abc")
    assert ctc.score(frames, "國家 abc") > -0.5
    assert ctc.score(frames, "國家abc") < -5


def overconfident(count=4000):
    rng = np.random.default_rng(3)
    stated = 1 - rng.random(count) ** 3 * 0.6
    return [("가", float(p), bool(rng.random() < 1 - 2 * (1 - p) * 0.8)) for p in stated]


def test_calibration_makes_confidences_mean_what_they_say(tmp_path):
    fitted = calibration.fit(overconfident())
    held_out = overconfident(3999)
    raw = calibration.expected_error([(p, right) for _, p, right in held_out])
    told = calibration.expected_error([(fitted(c, p), right) for c, p, right in held_out])
    assert told < 0.03
    assert raw > 0.06
    shares = [fitted("각", p) for p in np.linspace(0, 1, 101)]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] < 1
    assert fitted("a", 0.7) == 0.7
    calibration.save(fitted, tmp_path / "calibration.json")
    loaded = msgspec.json.decode((tmp_path / "calibration.json").read_bytes(), type=type(fitted))
    assert loaded == fitted


def test_only_what_the_truth_has_is_right():
    read = [(character, 0.9) for character in "핵위합을논한 다"]
    samples = calibration.judged(read, "핵위협을 논한다")
    assert [character for character, _, right in samples if not right] == ["합", " "]


def test_a_calibrated_position_leaves_the_rest_to_the_others():
    frames = text_to_frames("합", [(0, "협", 0.3)])
    (position,) = frames_to_positions(frames, lambda _, p: p - 0.2)
    assert position.alternatives[0] == ("합", pytest.approx(0.5, abs=0.01))
    assert dict(position.alternatives)["협"] == pytest.approx(0.5, abs=0.01)


def test_words_carry_boxes_and_other_readings():
    line = level_line(Box(0, 0, 200, 32), 32.0)
    frames = text_to_frames(" 핵위합을  논한다", [(3, "협", 0.3)])
    reading = positions_to_reading(frames_to_positions(frames), line)
    assert reading.text == "핵위합을 논한다"
    assert len(reading.word_alternatives) == 2
    assert reading.word_alternatives[0] == (("핵위협을", pytest.approx(0.3, abs=0.01)),)
    assert reading.word_alternatives[1] == ()
    assert {glyph.engine for glyph in reading.glyphs} == {"haedok"}
    assert all(a.box.x1 <= b.box.x0 + 1 for a, b in pairwise(reading.glyphs))


def test_a_word_that_may_be_two_says_so():
    word = (
        Position((("할", 1.0),), 0, 32),
        Position((("", 0.6), (" ", 0.4)), 32, 40),
        Position((("수", 0.9), ("주", 0.1)), 40, 72),
    )
    assert word_to_alternatives(word) == (("할 수", 0.36), ("할주", 0.06), ("할 주", 0.04))


def test_a_line_of_spaces_reads_as_nothing():
    line = level_line()
    assert positions_to_reading(frames_to_positions(text_to_frames("  ")), line).glyphs == ()

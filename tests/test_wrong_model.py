"""Readings of Hangul that an English model read: nothing beside the damage, nothing made up."""

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.decipher.document import Guess
from haedok.model import Line, Page
from haedok.repair import channel, gather_evidence, repair_lines, repair_page
from haedok.repair.deciphering import readings
from haedok.repair.evidence import Evidence
from haedok.repair.wrong import cure, damaged_words
from haedok.settings import Repair

CASES = Path(__file__).parent / "cases"
EVERYTHING = Repair(offer=0.0)
FACTS = {"expected": 0.0, "elsewhere": 0.0}


def rows(drawer):
    text = (CASES / drawer / "wrong_model.jsonl").read_text("utf-8")
    return [json.loads(row) for row in text.splitlines()]


def read(text, evidence=None, wanted=EVERYTHING):
    return cure(Line(1, text, cause="wrong-model"), evidence or Evidence(), wanted)


def korean(text):
    return re.sub("[^가-힣0-9]", "", text)


@pytest.fixture(scope="module")
def document():
    """All synthetic lines as one document, read once, with the words that are right."""
    cases = rows("synthetic")
    lines = [Line(at, case["raw"], cause="wrong-model") for at, case in enumerate(cases, 1)]
    page = Page(1, "a", "text", lines=tuple(lines))
    return cases, repair_page(page, gather_evidence([page]), EVERYTHING).edits


def test_a_stop_that_stands_behind_the_garble_is_not_read_a_second_time():
    text = "oF Z=RRE SR o Zlo)7] wjiZolth. o]& flsiAl= At"
    end = text.index(".") + 1
    guess = Guess(
        text.index("wji"), end, (("때문이다.", 0.7), ("때문이다", 0.1), ("때문에", 0.1)), FACTS, 0.9
    )
    (found,) = readings(text, [guess])
    assert text[found.start : found.end] == "wjiZolth"
    assert [word for word, _ in found.candidates] == ["때문이다", "때문에"]


def test_no_rival_is_surer_than_the_reading():
    text = "UE 3Z"
    (found,) = readings(text, [Guess(0, 2, (("나토", 0.1), ("있는", 0.8)), FACTS, 0.12)])
    assert found.candidates == (("나토", 0.12), ("있는", 0.12))


def test_rendered_sentences_are_read_and_what_is_sure_is_right(document):
    cases, edits = document
    right, sure, wrong = 0, 0, 0
    total = sum(len(case["words"]) for case in cases)
    for edit in edits:
        here = [
            truth
            for start, end, truth in cases[edit.line - 1]["words"]
            if edit.start < end and start < edit.end
        ]
        good = edit.reading is not None and korean(edit.reading) in map(korean, here)
        right += good
        if edit.status == "corrected":
            sure += 1
            wrong += not good
    assert right >= total * 0.15
    assert sure >= 3
    assert wrong <= max(1, sure // 10)


@pytest.mark.parametrize("case", rows("in_the_wild"), ids=lambda case: case["raw"])
def test_words_of_a_damaged_document_are_read(case):
    assert [reading.best for reading in read(case["raw"])] == [case["truth"]]


@pytest.mark.xfail(reason="a word alone says too little", strict=True)
@pytest.mark.parametrize("case", rows("known_failures"), ids=lambda case: case["raw"])
def test_known_failures(case):
    assert [reading.best for reading in read(case["raw"])] == [case["truth"]]


def test_candidates_stand_best_first_and_share_at_most_one(document):
    for edit in document[1]:
        chances = [chance for _, chance in edit.candidates]
        assert edit.status == "unreadable" or edit.confidence == pytest.approx(chances[0])
        assert sum(chances) <= 1 + 1e-3


def test_readings_keep_to_the_damage(document):
    cases, edits = document
    for edit in edits:
        damaged = damaged_words(cases[edit.line - 1]["raw"])
        assert any(edit.start < end and start < edit.end for start, end in damaged)
    for left, right in itertools.pairwise(edits):
        assert left.line < right.line or left.end <= right.start


@pytest.mark.parametrize("case", rows("negative"), ids=lambda case: case["text"][:20])
def test_sound_text_gets_no_sure_reading(case):
    for reading in read(case["text"]):
        assert reading.confidence < Repair().accept


@pytest.mark.parametrize("text", ["A", "S", "&", "9", "14", "447", "o]", "3.5"])
def test_short_garbles_and_bare_numbers_are_never_sure(text):
    assert all(reading.confidence < Repair().accept for reading in read(text))


def test_a_year_keeps_its_number():
    found = read("20209 10¥ 109")
    assert found[0].best.startswith("2020년")
    assert all(reading.best[:2] in {"20", "10"} for reading in found)


def test_a_number_that_is_not_printed_is_never_sure():
    for reading in read("20209 10¥ 109 AZAS olof tisted"):
        said = re.findall(r"\d+", reading.best or "")
        raw = "20209 10¥ 109 AZAS olof tisted"[reading.start : reading.end]
        assert reading.confidence < 0.5 or all(number in raw for number in said)


def test_all_damage_is_read_or_marked():
    text = "B3to] ICBMi} SLBMS €H433ho 24 shakelA] efAjo] LE2Q] 2414"
    found = read(text, wanted=Repair())
    for start, end in damaged_words(text):
        covered = {at for r in found for at in range(r.start, r.end)}
        assert all(at in covered for at in range(start, end) if text[at] != " ")


def test_a_text_is_read_as_a_document():
    """The glosses and the abstract may stand anywhere in it."""
    raw = "\n".join(case["raw"] for case in rows("synthetic"))
    alone = [edit for line in repair_lines(raw) for edit in line.edits]
    assert alone and all(edit.cause == "wrong-model" for edit in alone)


def test_the_same_line_gives_the_same_readings():
    case = rows("synthetic")[0]
    assert read(case["raw"]) == read(case["raw"])


def test_a_word_is_as_near_as_its_nearest_garble():
    word, known = next((w, g) for w, g in channel.garbles().items() if len(g[0]) > 3)
    assert channel.nearness(word, known[0]) == 1.0
    assert channel.nearness("뷁뷁뷁", known[0]) is None
    assert channel.nearness(word, "...") is None


@given(st.text(max_size=40))
def test_bare_is_a_span_without_outer_marks(text):
    start, end = channel.bare(text)
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == text[start:end].strip()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text("oA]9=&tl ", min_size=1, max_size=6), max_size=4))
def test_any_garbage_is_answered_within_the_line(words):
    text = " ".join(words)
    end = 0
    for reading in read(text):
        assert end <= reading.start < reading.end <= len(text)
        end = reading.end

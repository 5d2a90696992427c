"""Text scores: hand-computed cases, a slow reference, and what must hold for any text."""

import json
import random
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from haedok.evaluate import alignment
from haedok.evaluate.alignment import align, boundaries, distance, matches
from haedok.evaluate.graphemes import graphemes, join_lines, lines_of
from haedok.evaluate.items import find_items
from haedok.evaluate.rates import Found, Rate, found_score, interval, rate_score
from haedok.evaluate.text_metrics import cut_by_lines, piece_counts, text_counts

CASES = Path(__file__).parent / "cases"
TEXT = st.text(st.sampled_from("가나각 핵위협a1(\n漢,\u0301ᄒᆞᆫ"), max_size=30)


def load(drawer: str) -> list[dict]:
    lines = (CASES / drawer / "evaluate.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def reference_distance(a, b) -> int:
    """Wagner and Fischer's table, as in a textbook."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@pytest.mark.parametrize("case", load("synthetic"), ids=lambda case: case["name"])
def test_counts_by_hand(case):
    counts = text_counts(case["truth"], case["output"])
    for name in ("cer", "cer_no_space", "jamo_cer", "eojeol"):
        assert counts[name] == Rate(*case[name]), name
    assert counts["spacing"] == Found(*case["spacing"])


@pytest.mark.parametrize("case", load("negative"), ids=lambda case: case["name"])
def test_counts_nothing(case):
    counts = text_counts(case["truth"], case["output"])
    assert all(count.errors == 0 for count in counts.values() if isinstance(count, Rate))
    assert counts["spacing"].right == counts["spacing"].found == counts["spacing"].wanted


def test_quotes_differ_unless_told_otherwise():
    assert text_counts("“핵”", '"핵"')["cer"] == Rate(2, 3)
    assert text_counts("“핵”", '"핵"', ("quotes",))["cer"] == Rate(0, 3)
    assert text_counts("（가）", "(가)", ("width",))["cer"] == Rate(0, 3)


def test_scripts_of_errors():
    counts = text_counts("핵A1漢.", "핵협B2.")
    # three substitutions, each belonging to what is true, whatever it was read as
    assert counts["cer"] == Rate(3, 5)
    wrong = {name for name in counts if name.startswith("script:") and counts[name].errors}
    assert wrong == {"script:latin", "script:digits", "script:hanja"}
    assert text_counts("핵", "핵x")["script:latin"] == Rate(1, 0)


@pytest.mark.parametrize(
    ("truth", "output", "kind", "wrong"),
    [
        ("균형(balance of terror)", "균형(balance of tenor)", "gloss", 1),
        ("균형(balance of terror)", "균헝(balance of terror)", "gloss", 0),
        ("김영수(2019)는", "김영수(2018)는", "citation", 1),
        ("보라[12].", "보라[12].", "citation", 0),
        ("1,076개", "1.076개", "number", 1),
        ("20개", "120개", "number", 1),
        ("20개", "20 개", "number", 0),
    ],
)
def test_items(truth, output, kind, wrong):
    assert text_counts(truth, output)[kind] == Rate(wrong, 1)


def test_a_date_in_brackets_is_no_citation():
    assert {item.kind for item in find_items(list("그해(2020년 10월)"))} == {"number"}


@given(TEXT, TEXT)
@settings(max_examples=300)
def test_alignment_is_as_short_as_the_reference(a, b):
    ops = align(a, b)
    assert distance(ops) == reference_distance(a, b)
    assert "".join(a[op.t0 : op.t1] for op in ops) == a
    assert "".join(b[op.o0 : op.o1] for op in ops) == b
    assert all(b[o] == a[t] for t, o in enumerate(matches(ops, len(a))) if o >= 0)
    assert boundaries(ops, len(a)) == sorted(boundaries(ops, len(a)))


@given(TEXT)
def test_a_text_equals_itself(text):
    counts = text_counts(text, unicodedata.normalize("NFD", text))
    assert all(count.errors == 0 for count in counts.values() if isinstance(count, Rate))


@given(TEXT, TEXT)
def test_errors_are_the_same_from_either_side(a, b):
    there, back = text_counts(a, b), text_counts(b, a)
    for name in ("cer", "cer_no_space", "jamo_cer", "eojeol"):
        assert there[name].errors == back[name].errors


@given(TEXT, TEXT)
def test_scripts_sum_to_the_whole(a, b):
    counts = text_counts(a, b)
    parts = [count for name, count in counts.items() if name.startswith("script:")]
    assert sum(parts, Rate()) == counts["cer"]


@given(TEXT, TEXT)
def test_lines_sum_to_the_page(a, b):
    pieces = cut_by_lines(a, b)
    assert sum((piece_counts(*piece)["cer"] for piece in pieces), Rate()).n == len(
        join_lines(lines_of(a))
    )
    if pieces:
        total = sum((piece_counts(*piece)["cer"] for piece in pieces), Rate())
        assert total == text_counts(a, b)["cer"]


@given(TEXT)
def test_graphemes_lose_nothing(text):
    assert "".join(graphemes(text)) == unicodedata.normalize("NFC", text)
    whole = join_lines(lines_of(text))
    assert whole == join_lines(lines_of(" ".join(text.split())))


def noisy(text: str, rate: float, random_: random.Random) -> str:
    kinds = (lambda c: "", lambda c: "뷁", lambda c: c + "x")
    return "".join(random_.choice(kinds)(c) if random_.random() < rate else c for c in text)


def book(length: int) -> str:
    random_ = random.Random(7)
    words = ["".join(chr(0xAC00 + random_.randrange(600)) for _ in range(3)) for _ in range(900)]
    return " ".join(random_.choice(words) for _ in range(length // 4))


@pytest.mark.parametrize("rate", [0.02, 0.2])
def test_anchors_do_not_change_the_distance(rate, monkeypatch):
    truth = book(20_000)
    output = noisy(truth, rate, random.Random(3))
    monkeypatch.setattr(alignment, "EXACT", 0)
    monkeypatch.setattr(alignment, "PIECE", 500)
    assert len(alignment._cuts(truth, output)) > 5
    assert distance(align(truth, output)) == Levenshtein.distance(truth, output)


def test_time_grows_with_length_not_with_its_square():
    def seconds(length: int) -> float:
        truth = book(length)
        output = noisy(truth, 0.05, random.Random(3))
        start = time.process_time()
        align(truth, output)
        return time.process_time() - start

    short, long = seconds(40_000), seconds(160_000)
    assert long < 10 * short  # four times as long; the square would be sixteen


def test_interval_holds_the_value_and_is_the_same_again():
    units = [Rate(1, 100), Rate(5, 100), Rate(0, 50), Rate(9, 90)]
    score = rate_score(sum(units, Rate()), units)
    assert score.low < score.value < score.high
    assert score == rate_score(sum(units, Rate()), units)
    assert interval([(1, 2)], lambda s: (s[:, 0], s[:, 1])) == (None, None)
    assert rate_score(Rate(3, 0), [Rate(1, 0), Rate(2, 0)]).value is None


def test_found_score_prefers_precision():
    score = found_score(Found(5, 5, 10), beta=0.5)
    assert (score.precision, score.recall) == (1.0, 0.5)
    assert score.f == pytest.approx(1.25 * 0.5 / (0.25 + 0.5))

"""Repair, structure and pair scores, the files they come from, and the command."""

import json
import random
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from haedok.errors import InputError
from haedok.evaluate import evaluate, summary
from haedok.evaluate.calibration import Judged, calibrate, judge
from haedok.evaluate.command import evaluate_command
from haedok.evaluate.ledger import EditedLine, by_line, undo
from haedok.evaluate.pair_metrics import score_pairs
from haedok.evaluate.repair_metrics import score_repair
from haedok.evaluate.structure_metrics import discordant, score_structure
from haedok.model import Block, Edit, Pair


def edit(start, raw, reading, status="corrected", confidence=0.95, line=1, page=1) -> Edit:
    end = start + len(raw)
    return Edit(page, line, start, end, raw, reading, "near-miss", status, confidence)


def edited(raw: str, *edits: Edit) -> EditedLine:
    return EditedLine(raw, edits)


def events(truth: str, *lines: EditedLine) -> tuple[int, ...]:
    counted = score_repair(truth, lines).lines
    names = ("fixed", "harmed", "wrong_to_wrong", "missed")
    return tuple(sum(line.events[name] for line in counted) for name in names)


@pytest.mark.parametrize(
    ("truth", "raw", "edits", "expected"),
    [
        ("핵위협", "핵위합", [edit(2, "합", "협")], (1, 0, 0, 0)),
        ("핵위협", "핵위협", [edit(2, "협", "합")], (0, 1, 0, 0)),
        ("핵위협", "핵위합", [edit(2, "합", "항")], (0, 0, 1, 0)),
        ("핵위협", "핵위합", [], (0, 0, 0, 1)),
        ("핵위협", "핵위합", [edit(2, "합", "협", status="doubtful")], (0, 0, 0, 1)),
        ("지금 까지", "지 금 까지", [edit(1, " ", "")], (1, 0, 0, 0)),
        ("지금까지", "지금까지", [edit(2, "", " ")], (0, 1, 0, 0)),
        ("핵위협", "핵위합", [edit(2, "합", "협력")], (1, 1, 0, 0)),
        # a whole word decoded: three letters fixed, and the gap behind them emptied
        ("북한이 왔다", "B3to] 왔다", [edit(0, "B3to]", "북한이")], (4, 0, 0, 0)),
    ],
)
def test_events_by_hand(truth, raw, edits, expected):
    assert events(truth, edited(raw, *edits)) == expected


def test_harm_knows_language_and_state():
    lines = (
        edited("깨끗한 줄", edit(0, "깨", "께")),
        edited("상한 출", edit(0, "상", "싱")),
        edited("A clean line", edit(2, "c", "e", line=3)),
    )
    counted = score_repair("깨끗한 줄\n상한 줄\nA clean line", lines).lines
    assert [(c.language, c.state, c.events["harmed"]) for c in counted] == [
        ("ko", "clean", 1),
        ("ko", "damaged", 1),
        ("en", "clean", 1),
    ]
    # the space of a line end counts with the line before it
    assert [c.right for c in counted] == [6, 4, 12]


SYLLABLES = st.text(st.sampled_from("가나다라마바사 "), min_size=1, max_size=12)


@given(st.lists(SYLLABLES, min_size=1, max_size=4))
def test_without_edits_nothing_changes(lines):
    truth = "\n".join(lines)
    assert events(truth, *(edited(line) for line in lines)) == (0, 0, 0, 0)


@given(SYLLABLES, SYLLABLES)
def test_untouched_text_is_never_harmed_or_fixed(truth, raw):
    fixed, harmed, changed, _ = events(truth, edited(raw))
    assert (fixed, harmed, changed) == (0, 0, 0)


@given(st.text(st.sampled_from("가나다라 "), max_size=20), st.data())
def test_undo_gives_the_raw_line_back(raw, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = tuple(
        edit(start, raw[start:end], data.draw(st.text(st.sampled_from("xy "), max_size=3)))
        for start, end in spans
    )
    line = EditedLine(raw, edits)
    assert undo(line.repaired, edits).raw == raw


def test_undo_refuses_what_does_not_fit():
    with pytest.raises(InputError, match="does not fit"):
        undo("딴 글", (edit(0, "핵위합", "핵위협"),))


def test_an_edit_never_overlaps_a_corrected_one():
    line = edited("핵위합", edit(0, "핵위합", "핵", "doubtful"), edit(2, "합", "협"))
    assert line.repaired == "핵위협"
    assert "".join(text for text, _ in line.parts(offered=True)) == "핵위협"


@pytest.mark.parametrize(
    ("truth", "raw", "change", "right"),
    [
        ("핵위협 이론", "핵위합 이론", edit(0, "핵위합", "핵위협"), True),
        ("핵위협 이론", "핵위합 이론", edit(0, "핵위합", "핵위험"), False),
        ("핵위협력 이론", "핵위합 이론", edit(0, "핵위합", "핵위협"), False),
        ("새 핵위협", "새 해위", edit(2, "해위", "핵위"), False),
        ("핵위협 이론", "핵위합 이룬", edit(0, "핵위합", "핵위협", "doubtful"), True),
        ("가 나", "가 | 나", edit(2, "| ", ""), True),
        ("가 다 나", "가 다 나", edit(2, "다 ", ""), False),
    ],
)
def test_judging_readings(truth, raw, change, right):
    assert [verdict.right for verdict in judge(truth, (edited(raw, change),))] == [right]


def test_calibration_by_hand():
    judged = [Judged(edit(0, "a", "b", confidence=0.95), n > 0) for n in range(4)]
    judged += [Judged(edit(0, "a", "b", confidence=0.25), False)]
    found = calibrate(judged)
    assert found.error == pytest.approx((4 * (0.95 - 0.75) + 0.25) / 5)
    curve = {point.threshold: point for point in found.curve}
    assert (curve[0.9].n, curve[0.9].right, curve[0.9].coverage) == (4, 3, 0.8)
    assert curve[0.97].precision is None
    assert calibrate([]).error is None


def block(role: str, text: str) -> Block:
    return Block("b", 1, role, "ko", text, 1.0, ((1, 1),))


def test_structure_by_hand():
    truth = (
        block("title", "북한의 핵위협"),
        block("body", "첫째 문단은 길게 이어진다"),
        block("body", "둘째 문단도 길게 이어진다"),
        block("footnote", "각주 하나가 여기 있다"),
    )
    output = (
        block("heading", "북한의 핵위협"),
        block("body", "둘째 문단도 길게 이어진다."),
        block("body", "첫째 문단은길게 이어진다"),
        block("body", "각주 하나가 여기 있다"),
    )
    report = score_structure(truth, output)
    assert (report.role.errors, report.role.n) == (2, 4)
    assert (report.order.errors, report.order.n) == (1, 6)
    assert report.tau == pytest.approx(2 / 3)
    assert (report.footnotes.errors, report.footnotes.n) == (1, 1)
    perfect = score_structure(truth, truth)
    assert (perfect.role.errors, perfect.tau, perfect.footnotes.errors) == (0, 1.0, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), max_size=20))
def test_discordant_counts_every_pair(places):
    slow = sum(b < a for i, a in enumerate(places) for b in places[i + 1 :])
    assert discordant(places) == slow


def test_pairs_are_strict():
    def pair(ko, en, kind="keyword"):
        return Pair(kind, ko, en, 0.9, "", "")

    truth = (pair("핵", "nuclear"), pair("억지", "deterrence"), pair("균형", "balance"))
    output = (
        pair("핵", "nuclear "),
        pair("억지", "deterrent"),
        pair("핵", "nuclear"),
        pair("가", "a", "gloss"),
    )
    report = score_pairs(truth, output)
    assert (report.all.right, report.all.found, report.all.wanted) == (1, 3, 3)
    assert report.unscored == 1


@pytest.fixture
def document(tmp_path: Path) -> tuple[Path, Path]:
    """Six true pages, and an output of them with one harm on page 2 and one cure on page 3."""
    random_ = random.Random(5)
    pages = ["".join(random_.choices("가나다라마바 ", k=80)) + "끝\nEnglish line" for _ in range(6)]
    truth, output = tmp_path / "seeds", tmp_path / "corpus"
    (output / "text/pages").mkdir(parents=True)
    truth.mkdir()
    (truth / "truth.txt").write_text("\f".join(pages), "utf-8")
    edits = [edit(8, "line", "lane", line=2, page=2), edit(0, "Fnglish", "English", line=2, page=3)]
    written = [*pages]
    written[1] = pages[1].replace("line", "lane")
    for number, page in enumerate(written, start=1):
        (output / f"text/pages/{number:04d}.txt").write_text(page + "\n", "utf-8")
    (output / "edits.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, edits)))
    return truth, output


def test_a_folder_of_the_corpus(document):
    report = evaluate(*document)
    assert (report.text.cer.errors, report.resampled, len(report.pages)) == (1, "pages", 6)
    assert (report.repair.fixed, report.repair.harmed) == (1, 1)
    assert report.repair.harm["en clean"].errors == 1
    assert report.repair.harm["ko clean"].errors == 0
    assert (report.repair.corrected.errors, report.repair.corrected.n) == (1, 2)
    assert report.text.cer.low <= report.text.cer.value <= report.text.cer.high
    assert "1 fixed, 1 harmed" in summary(report)
    assert report.json() == evaluate(*document).json()


def test_a_page_of_the_truth_that_is_missing_counts_as_lost(document):
    truth, output = document
    (output / "edits.jsonl").unlink()
    (output / "text/pages/0006.txt").unlink()
    report = evaluate(truth, output)
    assert report.pages[5].errors == report.pages[5].n > 80
    assert report.repair is None


def test_pages_without_truth_are_named_and_not_scored(document, tmp_path):
    some = tmp_path / "some"
    some.mkdir()
    pages = (document[0] / "truth.txt").read_text("utf-8").split("\f")
    (some / "0003.txt").write_text(pages[2], "utf-8")
    report = evaluate(some, document[1])
    assert report.text.cer.errors == 0
    assert report.unscored_pages == ("0001", "0002", "0004", "0005", "0006")


def test_one_truth_for_many_pages(document, tmp_path):
    truth = tmp_path / "whole.txt"
    truth.write_text((document[0] / "truth.txt").read_text("utf-8").replace("\f", "\n"), "utf-8")
    report = evaluate(truth, document[1])
    assert (report.text.cer.errors, report.resampled) == (1, "lines")
    assert (report.repair.fixed, report.repair.harmed) == (1, 1)


def test_raw_text_in_place_of_a_ledger(tmp_path):
    for name, text in {"t/truth.txt": "핵위협 이론", "o/a.txt": "핵위협 이룬"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "o/raw.txt").write_text("핵위합 이룬", "utf-8")
    repair = evaluate(tmp_path / "t", tmp_path / "o").repair
    assert (repair.fixed, repair.missed, repair.calibration.n) == (1, 1, 0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.txt", None, "cannot read"),
        ("empty.txt", b" \n", "no text"),
        ("latin.txt", b"\xff\xfe\x00", "not UTF-8"),
        ("bad.jsonl", b'{"id": 1}\n', "line 1"),
        ("bad.tsv", b"a\tb\n", "header"),
        ("pairs.tsv", b"kind\tko\ten\nfoo\ta\tb\n", "line 2"),
        ("pairs2.tsv", b"kind\tko\ten\nterm\ta\tb\n", "unknown kind"),
    ],
)
def test_bad_input_is_an_error_of_the_user(tmp_path, name, content, message):
    good = tmp_path / "good.txt"
    good.write_text("글", "utf-8")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        evaluate(tmp_path / name, good)


def test_nothing_in_common(tmp_path):
    (tmp_path / "a.txt").write_text("글", "utf-8")
    (tmp_path / "b.tsv").write_text("kind\tko\ten\nkeyword\t핵\tnuclear\n", "utf-8")
    with pytest.raises(InputError, match="nothing in common"):
        evaluate(tmp_path / "a.txt", tmp_path / "b.tsv")
    assert evaluate(tmp_path / "b.tsv", tmp_path / "b.tsv").pairs.all.f == 1.0


def test_the_command(document, tmp_path):
    html = tmp_path / "report.html"
    arguments = [str(document[0]), str(document[1])]
    plain = CliRunner().invoke(evaluate_command, arguments)
    assert plain.exit_code == 0
    assert "CER without spaces" in plain.output
    told = CliRunner().invoke(evaluate_command, [*arguments, "--json", "--html", str(html)])
    assert json.loads(told.output)["text"]["cer"]["errors"] == 1
    page = html.read_text("utf-8")
    assert page.count("<table") == 6
    assert "changed: " in page
    assert "src=" not in page
    assert "http" not in page


def test_markup_in_the_text_is_only_text(tmp_path):
    hostile = tmp_path / "<b>.txt"
    hostile.write_text("<script>alert(1)</script> 글", "utf-8")
    html = tmp_path / "r.html"
    result = CliRunner().invoke(evaluate_command, [str(hostile), str(hostile), "--html", str(html)])
    assert result.exit_code == 0
    assert "<script" not in html.read_text("utf-8")


def test_edits_are_grouped_and_sorted():
    second, first = edit(4, "b", "c"), edit(0, "a", "b")
    assert by_line([second, first]) == {(1, 1): (first, second)}

"""The benchmark counts, compares and writes as it says. (What it finds is in ``benchmarks/``.)"""

import doctest
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import bench
import cost
import engines
import nearest_word
import ocr_bench
import pages
import plots
import repair_bench
import table
from cost import Cost, FailedProgramError, measured
from engines import Reading
from ocr_bench import Read
from repair_bench import Case

from haedok.model import Edit
from haedok.synthesize import fonts
from haedok.synthesize.manuscript import parse


def document(condition: str, *truth: str) -> pages.Document:
    plan = pages.Plan("text", condition, "baekmuk-batang", 1)
    images = tuple(Path(f"{number}.png") for number in range(len(truth)))
    return pages.Document(plan, Path("pages.pdf"), images, truth)


@pytest.mark.parametrize("module", [cost, nearest_word, pages, repair_bench, table])
def test_examples_hold(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


def test_cost_counts_the_program_alone():
    block = bytearray(300 << 20)  # what this process holds is not the program's
    spin = "import time; b = b'x' * (90 << 20)\nwhile time.process_time() < 0.3: pass"
    used = measured([sys.executable, "-c", spin])
    assert 0.3 <= used.seconds < 3
    assert 90 <= used.mib < 200
    assert block


def test_cost_includes_what_the_program_starts():
    inner = "import time\\nwhile time.process_time() < 0.3: pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{inner}'])"
    assert measured([sys.executable, "-c", outer]).seconds >= 0.3


def test_a_failed_program_says_why():
    with pytest.raises(FailedProgramError, match="no luck"):
        measured([sys.executable, "-c", "import sys; sys.exit('no luck')"])


def test_pages_are_set_in_test_faces_only_and_no_condition_in_one():
    plans = pages.plans(pages.text_names())
    faces = {face.name for face in fonts.faces("test")}
    assert {plan.face for plan in plans} == faces
    for condition in pages.CONDITIONS:
        assert len({plan.face for plan in plans if plan.condition == condition}) > 1
    assert len({(plan.text, plan.condition) for plan in plans}) == len(plans)
    assert len({plan.seed for plan in plans}) == len(plans)


def test_texts_have_what_scholarly_texts_have():
    every = ""
    for plan in pages.plans(pages.text_names()):
        paper = parse(pages.manuscript(plan))
        assert paper.front.face == plan.face
        text = "\n".join(block.text for block in paper.blocks)
        assert len(re.findall("[가-힣]", text)) > 1000
        assert re.search(r"[가-힣]\([a-z ]+\)", text), "no gloss"
        assert re.search(r"\([가-힣A-Z][^)]* \d{4}", text), "no citation"
        assert {"footnote", "quote", "reference"} & {block.role for block in paper.blocks}
        every += text
    assert re.search("[가-힣]\\([一-鿿]+\\)", every)
    assert "\t" in every and "Abstract" in every


def test_missing_pages_count_as_empty(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("하나\f", "utf-8")
    assert engines._pages(text, document("clean", "하나", "둘")) == ("하나", "")


def test_errors_are_summed_before_they_are_divided():
    long, short = document("clean", "가" * 90), document("photocopy", "나" * 10)
    reads = [
        Read("r", long, Reading(("가" * 90,), Cost(1.0, 10.0))),
        Read("r", short, Reading(("다" * 10,), Cost(1.0, 10.0))),
    ]
    found = ocr_bench.accuracy(reads)
    assert [found[name].cer.value for name in ("clean", "photocopy", "all")] == [0.0, 1.0, 0.1]


def test_a_reader_that_fails_has_read_nothing():
    def read(document, work):
        raise FailedProgramError("broken")

    broken = engines.Engine("broken", "", str, read)
    (only,) = ocr_bench.read_all([broken], [document("clean", "글", "월")], 1)
    assert only.failure == "broken"
    assert ocr_bench.accuracy([only])["clean"].cer.value == 1.0


def test_costs_are_compared_in_the_same_run():
    one = document("clean", "글", "월")
    reads = {
        engines.REFERENCE: [Read("", one, Reading(("", ""), Cost(4.0, 50.0)))],
        "other": [Read("", one, Reading(("", ""), Cost(6.0, 100.0)))],
    }
    costs = ocr_bench.page_costs(reads)
    assert costs["other"] == (3.0, 100.0, 1.5, 2.0)
    assert ocr_bench.page_costs({"other": reads["other"]})["other"].seconds_ratio is None


def test_the_baseline_leaves_known_words_and_changes_unknown_ones():
    assert nearest_word.edits("그러나 우리는", 2) == ()
    (edit,) = nearest_word.edits("하나\n그러냐", 1)
    assert (edit.line, edit.start, edit.reading, edit.status) == (2, 0, "그러나", "corrected")
    assert nearest_word.nearest("뷁쉙쒧뚫", 2) is None


def test_repairs_are_scored_against_the_truth():
    cases = [
        Case("near-miss", "k", "핵위협\n이론", "핵위합\n이론"),
        Case("near-miss", "k", "가", "가"),
    ]
    edits = [(Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.9),), ()]
    report = repair_bench.score(cases, edits)
    assert (report.fixed, report.harmed, report.missed) == (1, 0, 0)
    assert report.cer_after.errors == 0
    assert repair_bench.repaired(cases[0].raw, edits[0]) == cases[0].truth


def test_sound_text_is_among_the_cases_and_every_damage():
    cases = repair_bench.made_cases(pages.text_names(quick=True))
    assert {case.group for case in cases} == {"sound", "encoding", "spacing"}
    for case in cases:
        assert case.raw.count("\n") == case.truth.count("\n")
        assert (case.raw == case.truth) == (case.group == "sound")
    assert cases == repair_bench.made_cases(pages.text_names(quick=True))


def test_the_curve_asks_for_every_reading_and_then_for_the_surest():
    points = repair_bench.curve([Case("encoding", "k", "제목: 안녕하세요", "제목: ¾È³çÇÏ¼¼¿ä")])
    assert points[0].coverage and points[0].precision == 1.0
    assert [p.found.found for p in points] == sorted((p.found.found for p in points), reverse=True)


def test_tables_list_readers_that_are_not_installed():
    one = document("clean", "글")
    reads = [Read("r", one, Reading(("굴",), Cost(1.0, 10.0)))]
    costs = ocr_bench.page_costs({"r": reads})
    text = table.ocr_table({"r": ocr_bench.accuracy(reads)}, costs, {"p": "not installed: no"})
    rows = [row.split(" | ") for row in text.splitlines()]
    assert [row[0] for row in rows] == ["| reader", "| ---", "| r", "| p"]
    assert rows[2][1] == "100.0" and rows[3][1] == "not installed: no"
    assert len({len(row) for row in rows}) == 1


def test_records_are_written_with_names():
    assert bench.named({1: Cost(1.0, 2.0), "a": [Cost(3.0, 4.0)]}) == {
        "1": {"seconds": 1.0, "mib": 2.0},
        "a": [{"seconds": 3.0, "mib": 4.0}],
    }


def test_figures_are_the_same_bytes_and_name_their_command(tmp_path):
    pytest.importorskip("matplotlib")
    first, second = tmp_path / "a" / "1.svg", tmp_path / "2.svg"
    for out in (first, second):
        plots.cost_by_pages({1: Cost(2.0, 90.0), 2: Cost(4.0, 95.0)}, out, "make bench")
    assert first.read_bytes() == second.read_bytes()
    assert "Made by: make bench" in first.read_text("utf-8")

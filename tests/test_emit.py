"""What leaves the house: every format of one small document, to the letter."""

import io
import json
from xml.etree import ElementTree as ET

import msgspec
import pytest

from haedok.emit import Pictures, Provenance, emit, render
from haedok.emit.diffs import page_diff
from haedok.emit.markdown import escape, markdown, no_list
from haedok.emit.marked import plain
from haedok.emit.records import document_jsonl, edits_jsonl, pairs_tmx, pairs_tsv
from haedok.emit.tei import tei
from haedok.emit.text import language_text, page_text
from haedok.emit.words import word_lines
from haedok.errors import OutputError
from haedok.model import Box, Edit, Warp
from haedok.repair.ledger import undo
from haedok.settings import Settings

PROVENANCE = Provenance({"scan.png": "0" * 20}, (), {"haedok": "0"}, Settings())


def no_image(page):
    return None


NO_PICTURES = Pictures(no_image, no_image)


def test_text(document):
    assert language_text(document, english=False, unread="mark") == (
        "핵위협을 논한다\n⟦vlglo 2 UEO] d1F S⟧\n"
    )
    assert language_text(document, english=True, unread="mark") == "An English line.\n"
    assert plain(document.blocks[1], document.edits, "keep") == "vlglo 2 UEO] d1F S"
    assert plain(document.blocks[1], document.edits, "gap") == "⟦…⟧"


def test_page_text_is_the_raw_page_with_its_corrections(document):
    page = document.pages[0]
    repaired = page_text(page).split("\n")[:-1]
    assert repaired == ["핵위협을 논한다", "vlglo 2 UEO] d1F S", "An English line."]
    raw = [
        undo(text, [edit for edit in page.edits if edit.line == number])
        for number, text in enumerate(repaired, 1)
    ]
    assert raw == [line.text for line in page.lines]


def test_markdown_shows_doubts_and_escapes_signs(document):
    text = markdown(document, "mark")
    assert text.startswith("# 핵위협을 논한다\n\n⟦vlglo → 방안? 2 UEO\\] d1F S⟧\n\nAn English")
    assert no_list(escape("1. *A|B* <i>")) == "1\\. \\*A\\|B\\* \\<i\\>"


def test_records_have_the_fields_of_the_contract(document):
    blocks = [json.loads(row) for row in document_jsonl(document.blocks).splitlines()]
    assert list(blocks[0]) == ["id", "page", "role", "lang", "text", "confidence", "lines"]
    edits = [json.loads(row) for row in edits_jsonl(document.edits).splitlines()]
    assert list(edits[0]) == [
        *("page", "line", "start", "end", "raw", "reading", "cause", "status"),
        *("confidence", "candidates", "evidence", "decided_by"),
    ]
    assert edits[2]["reading"] is None
    assert [msgspec.convert(row, Edit) for row in edits] == list(document.edits)


def test_pairs(document):
    rows = [row.split("\t") for row in pairs_tsv(document.pairs).splitlines()]
    assert rows[0] == ["kind", "ko", "en", "score", "ko_anchor", "en_anchor"]
    assert rows[1] == ["title", "핵위협을 논한다", "An English line.", "0.7500", "b0001", "b0003"]
    root = ET.fromstring(pairs_tmx(document.pairs, "0"))
    assert [seg.text for seg in root.iter("seg")] == ["핵위협을 논한다", "An English line."]


def test_tei_holds_every_edit(document):
    root = ET.fromstring(tei(document))
    space = {"t": "http://www.tei-c.org/ns/1.0"}
    (choice, offer) = root.findall(".//t:choice", space)
    assert choice.findtext("t:sic", namespaces=space) == "핵위합"
    assert choice.find("t:corr", space).attrib == {"cert": "0.970"}
    assert offer.findtext("t:unclear", namespaces=space) == "방안"
    assert "".join(root.find(".//t:body//t:p", space).itertext()) == "vlglo방안 2 UEO] d1F S"


def test_words_carry_corrections_and_boxes_of_the_source(document):
    page = msgspec.structs.replace(
        document.pages[0], to_original=(2.0, 0.0, 5.0, 0.0, 2.0, 0.0), original_size=(400, 200)
    )
    (line,) = word_lines(page)
    assert [word.text for word in line.words] == ["핵위협을", "논한다"]
    assert line.words[0].box == Box(25, 20, 185, 60)
    warp = Warp(100, 2, (0.0, 200.0, 0.0, 200.0), (0.0, 50.0, 100.0, 150.0))
    (bent,) = word_lines(msgspec.structs.replace(page, warp=warp))
    assert bent.words[0].box == Box(20, 15, 180, 75)
    joined = msgspec.structs.replace(
        page,
        edits=(Edit(1, 1, 0, 8, "핵위합을 논한다", "핵위협을논한다", "spacing", "corrected", 1),),
    )
    (line,) = word_lines(joined)
    assert [word.text for word in line.words] == ["핵위협을논한다"]


def test_diff_can_be_undone_with_patch(document):
    assert "-핵위합을 논한다\n+핵위협을 논한다\n" in page_diff(document.pages[0])


def test_everything_is_there_and_the_same_each_time(document):
    first, second = (render(document, PROVENANCE, no_image) for _ in range(2))
    assert first == second
    for name in (
        *("text/ko.txt", "text/en.txt", "text/pages/0001.txt", "document.md", "document.jsonl"),
        *("edits.jsonl", "pairs.tsv", "pairs.tmx", "document.tei.xml", "alto/0001.xml"),
        *("hocr/0001.hocr", "report.html", "diff/0001.diff", "run.json"),
    ):
        assert name in first
    for name, content in first.items():
        if name.endswith((".xml", ".tmx")):
            ET.parse(io.BytesIO(content))
    summary = json.loads(first["run.json"])
    assert summary["counts"]["edits"] == {"corrected": 1, "doubtful": 1, "unreadable": 1}


def test_report_shows_edits_and_no_live_markup(document):
    line = msgspec.structs.replace(document.pages[0].lines[1], text="<script>x</script>")
    edit = Edit(1, 2, 0, 8, "<script>", None, "wrong-model", "unreadable", 0.9)
    page = msgspec.structs.replace(document.pages[0], lines=(line,), edits=(edit,))
    html = render(msgspec.structs.replace(document, pages=(page,), blocks=()), PROVENANCE, no_image)
    text = html["report.html"].decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_corpus_follows_the_document(tmp_path, document):
    out = tmp_path / "corpus"
    emit(document, PROVENANCE, out, NO_PICTURES)
    stale = out / "paper" / "text" / "pages" / "0002.txt"
    stale.write_text("an older run had a second page", "utf-8")
    emit(document, PROVENANCE, out, NO_PICTURES)
    assert not stale.exists()
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    listed = {resource["path"] for resource in package["resources"]}
    there = {p.relative_to(out).as_posix() for p in out.glob("*/**/*") if p.is_file()}
    assert listed == there


def test_unwritable_output_leaves_the_old(tmp_path, document):
    out = tmp_path / "corpus"
    emit(document, PROVENANCE, out, NO_PICTURES)
    before = (out / "paper" / "text" / "ko.txt").read_bytes()
    (out / "paper" / "run.json").unlink()
    (out / "paper" / "run.json").mkdir()
    blocks = (msgspec.structs.replace(document.blocks[0], text="다른 글"), *document.blocks[1:])
    with pytest.raises(OutputError):
        emit(msgspec.structs.replace(document, blocks=blocks), PROVENANCE, out, NO_PICTURES)
    assert (out / "paper" / "text" / "ko.txt").read_bytes() == before

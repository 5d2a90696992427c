"""What the tagger of garble learns from, and that its two forms agree."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from haedok.repair import latin_net
from haedok.train.garble import sound
from haedok.train.garble.labels import UNKNOWN
from haedok.train.garble.material import LONGEST, Material

torch = pytest.importorskip("torch")
from haedok.train.garble.tagger import Tagger, lines_of  # noqa: E402  # these need torch

PAGE = {
    "lines": [
        {"text": "2020년 핵공유", "words": [["20204", 0, 5], ["H3F", 6, 9]]},
        {"text": "은 ICBM과", "words": [["2", 0, 1], ["ICBMi}", 2, 7]]},
    ]
}


@pytest.fixture
def material(tmp_path: Path) -> Material:
    page = tmp_path / "page.jsonl"
    page.write_text(json.dumps(PAGE, ensure_ascii=False) + "\n", "utf-8")
    prose = ["The treaty was signed in 1968 by sixty-two states of the region."]
    return Material([page], {"prose": prose, "read": ["Tbe treaty"]}, random.Random(3))


def test_every_character_has_its_label(material: Material) -> None:
    for _ in range(40):
        for text, found in material.batch():
            assert len(text) == len(found)
            digits = [sign.isdigit() for sign, kind in zip(text, found, strict=True) if kind == 2]
            assert all(digits)


def test_clean_lines_hold_no_garble_and_fit(material: Material) -> None:
    lines = [material.clean() for _ in range(300)]
    assert max(map(len, lines)) <= LONGEST
    assert "Tbe treaty" in lines


def test_counters_are_taken_from_what_was_read(material: Material) -> None:
    assert material.counted == {"년": [("", "4")]}


def test_garble_keeps_its_labels(material: Material) -> None:
    assert [(text, "".join(map(str, found))) for text, found in material.garbled] == [
        ("20204 H3F", f"22221{1}111"),
        ("2 ICBMi}", f"1{UNKNOWN}000011"),
    ]


def test_both_forms_of_the_net_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(2)
    net = Tagger()
    weights = latin_net.unpacked(net.packed())
    monkeypatch.setattr(latin_net, "net", lambda: weights)
    text = "HF0]1} B3to] (nuclear) 20204"
    codes, kinds = (torch.from_numpy(row)[None] for row in latin_net.encode(text))
    with torch.no_grad():
        expected = net(codes, kinds)[0].numpy()
    np.testing.assert_allclose(latin_net.logits(text), expected, atol=0.02)


@pytest.mark.parametrize(
    ("licences", "free"),
    [(("GPL-2+", "Expat"), True), (("Expat", "non-free-vendor"), False), ((), False)],
)
def test_only_packages_of_free_licences_are_read(
    tmp_path: Path, licences: tuple[str, ...], free: bool
) -> None:
    head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    file = tmp_path / "copyright"
    file.write_text(head + "".join(f"License: {name}\n Text.\n" for name in licences))
    assert sound._is_free(file) is free
    assert not sound._is_free(tmp_path / "none")


def test_a_manual_is_read_without_its_layout(tmp_path: Path) -> None:
    (tmp_path / "man").mkdir()
    page = tmp_path / "man" / "ls.1"
    page.write_text('.\\" Written by hand.\n.de IX\n.SH NAME\nls \\- \\fBlist\\fR files\n')
    kept = [line for line in sound._text(page).split("\n") if line]
    assert kept == ["NAME", "ls - list files"]


def test_references_lose_their_tags(tmp_path: Path) -> None:
    file = tmp_path / "gold.xml"
    file.write_text("<sequence><author>Kim, A.</author><date>(1999).</date></sequence>")
    assert " ".join(" ".join(lines_of(file, random.Random(1))).split()) == "Kim, A. (1999)."

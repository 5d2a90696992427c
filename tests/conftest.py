"""What several tests need: small pages made on the spot, cases read from the drawers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from haedok.model import Block, Box, Document, Edit, Line, Page, Pair, Token

CASES = Path(__file__).parent / "cases"


def cases(drawer: str, room: str) -> list[dict[str, Any]]:
    """The rows of ``cases/<drawer>/<room>.jsonl``."""
    path = CASES / drawer / f"{room}.jsonl"
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row.strip()]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A white A6 page of 300 dpi with a few English lines on it."""
    image = Image.new("L", (1240, 1748), 255)
    font = ImageFont.load_default(size=42)
    for row in range(8):
        line = f"{row + 1} rivers run down to the sea"
        ImageDraw.Draw(image).text((200, 300 + 80 * row), line, 0, font)
    path = tmp_path / "page.png"
    image.save(path, dpi=(300, 300))
    return path


@pytest.fixture
def document() -> Document:
    """A page with one correction, one offer and one unreadable word, as the stages leave it."""
    lines = (
        Line(
            1,
            "핵위합을 논한다",
            (
                Token("핵위합을", 0, Box(10, 10, 90, 30), 0.6, "test"),
                Token("논한다", 5, Box(100, 10, 160, 30), 0.9, "test"),
            ),
            Box(10, 10, 160, 30),
            "near-miss",
            0.9,
        ),
        Line(2, "vlglo 2 UEO] d1F S", (), Box(10, 40, 160, 60), "wrong-model", 0.99),
        Line(3, "An English line.", (), Box(10, 70, 160, 90)),
    )
    edits = (
        Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.97, (("핵위협", 0.97),)),
        Edit(1, 2, 0, 5, "vlglo", "방안", "wrong-model", "doubtful", 0.5, (("방안", 0.5),)),
        Edit(1, 2, 6, 18, "2 UEO] d1F S", None, "wrong-model", "unreadable", 0.9),
    )
    page = Page(
        1,
        "scan.png#1",
        "image",
        width=200,
        height=100,
        dpi=300.0,
        original_size=(200, 100),
        lines=lines,
        edits=edits,
    )
    blocks = (
        Block("b0001", 1, "title", "ko", "핵위협을 논한다", 0.9, ((1, 1),), (), ((0, 3, 0),)),
        Block(
            "b0002",
            1,
            "body",
            "ko",
            "vlglo 2 UEO] d1F S",
            0.2,
            ((1, 2),),
            ((0, 5, 1), (6, 18, 2)),
        ),
        Block("b0003", 1, "abstract", "en", "An English line.", 1.0, ((1, 3),)),
    )
    pairs = (Pair("title", "핵위협을 논한다", "An English\tline.", 0.75, "b0001", "b0003"),)
    return Document("paper", (page,), blocks, pairs)

"""Which accident happened to a line, and that sound lines are called sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from haedok.diagnose import diagnose_line, diagnose_page
from haedok.model import Line, Page
from haedok.settings import Diagnose

CASES = Path(__file__).parent / "cases"


def cases(drawer: str) -> list[Any]:
    rows = (CASES / drawer / "diagnose.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return [pytest.param(json.loads(row), id=json.loads(row)["raw"][:24]) for row in rows]


@pytest.mark.parametrize("case", cases("in_the_wild"))
def test_cause_is_found(case: dict[str, Any]) -> None:
    found = diagnose_line(case["raw"])
    assert found.cause == case["cause"]
    assert found.spans
    damaged = {case["raw"][start:end] for start, end in found.spans}
    assert not damaged & set(case.get("sound", []))


@pytest.mark.parametrize("case", cases("negative"))
def test_sound_lines_are_sound(case: dict[str, Any]) -> None:
    assert diagnose_line(case["raw"]).cause == "sound"


@pytest.mark.parametrize("case", cases("known_failures"))
@pytest.mark.xfail(reason="see the case", strict=True)
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    assert diagnose_line(case["raw"]).cause == "sound"


GARBLED = (
    "AAE sHOoFAotol] A-g5k= H¢tol] gt & o]Fah= A, AHA| dF7] 7ol &",
    "=0E AIASE AS ARPeE] Qg HHor  AAH O R o] wlEe YES] LA™ v",
    "19, B3to] ICBMi} SLBMS €H433ho 24 shakelA] efAjo]] LE2Q] 2414",
)


def page(*texts: str, origin: str = "text-layer") -> Page:
    lines = tuple(Line(number, text) for number, text in enumerate(texts, 1))
    return Page(1, "a.pdf#1", origin, lines=lines)  # type: ignore[arg-type]


def test_unsure_line_follows_its_neighbours() -> None:
    unsure = "71%= k."
    assert diagnose_line(unsure).cause == "sound"
    among = diagnose_page(page(*GARBLED, unsure, *GARBLED), Diagnose())
    assert among.lines[3].cause == "wrong-model"


def test_english_among_garbage_stays_sound() -> None:
    english = "This paper is written to suggest the necessity to discuss nuclear sharing."
    among = diagnose_page(page(*GARBLED, english, *GARBLED), Diagnose())
    assert [line.cause for line in among.lines[2:5]] == ["wrong-model", "sound", "wrong-model"]

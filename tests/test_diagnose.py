"""Which accident happened to a line, and that sound lines are called sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from haedok.diagnose import diagnose_line, diagnose_page, layer_is_sound
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


@pytest.mark.parametrize(
    "texts",
    [
        ("북한의 핵위협과 나토의 핵공유 체제를 검토하였다.", "수식은 E = mc² 및 ∑xᵢ ≤ ∞ 이다."),
        ("The nuclear sharing of NATO", "Łukasiewicz (1929), Müller (2004)"),
        ("\uf0b7 first item of a list", "\uf0b7 second item of a list"),
        ("f(x) = ax² + bx + c", "∂u/∂t = α∇²u", "n = 120, p < .05"),
    ],
)
def test_sound_layers(texts: tuple[str, ...]) -> None:
    assert layer_is_sound(page(*texts)) == (True, "")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd 2019", "\ufffd\ufffd"), "no Unicode value"),
        (("\ue123\ue456\ue0bc \ue321\ue222 \ue001",), "no Unicode value"),
        (("뷁쉙쒧 뙻뉅쮔 뷁뷁뷁 쒧쉙",), "nobody writes"),
        (GARBLED, "knows no Hangul"),
        (("ºÏÇÑÀÌ ¹Ì±¹ÀÇ ÇÙÀ§ÇùÀ»",), "wrong code page"),
        (("", "  "), "empty"),
    ],
)
def test_unsound_layers(texts: tuple[str, ...], reason: str) -> None:
    sound, why = layer_is_sound(page(*texts))
    assert not sound
    assert reason in why

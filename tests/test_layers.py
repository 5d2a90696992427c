"""Which text layers are used, which in part, and which not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from haedok.ingest import PageRef, load_page
from haedok.layers import judge, look, merge, moved
from haedok.layers.signs import line_sign
from haedok.model import Box, Line, Page, Token, Warp
from haedok.settings import Ingest, Settings
from haedok.stages import PageJob, read_page
from haedok.synthesize import text_layer
from haedok.workdir import Workdir

PROSE = (
    "이 연구는 동아시아의 평화 체제가 어떻게 만들어졌는지를 검토한다.",
    "먼저 두 나라의 외교 문서를 비교하고 그 차이를 설명하고자 한다.",
    "다음으로 경제 협력이 안보 정책에 어떤 영향을 주었는지 살펴본다.",
    "마지막으로 이러한 결과가 앞으로의 논의에 주는 뜻을 정리하였다.",
)
GARBLED = (
    "AAE sHOoFAotol] A-g5k= H¢tol] gt & o]Fah= A, AHA| dF7] 7ol &",
    "=0E AIASE AS ARPeE] Qg HHor  AAH O R o] wlEe YES] LA™ v",
)
ENGLISH = ("The nuclear sharing of NATO is discussed.", "It was written in 1957, p. 12.")


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(number, text) for number, text in enumerate(texts, 1))


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize(
    "texts",
    [
        PROSE,
        ENGLISH,
        (*PROSE[:2], *ENGLISH),
        ("수식은 E = mc² 및 ∑xᵢ ≤ ∞ 이다.", "∂u/∂t = α∇²u", "n = 120, p < .05"),
        ("Łukasiewicz, J. (1929); Müller, Jürgen (2004).", "Dvořák, Čeněk. Praha: Škoda, 1988."),
        ("\uf0b7 first item of a list", "\uf0b7 second item of a list"),
        ("연도 N M SD t p", "1998 120 3.41 0.82 2.11 .036", "1999 98 3.02 — n.s. −1,204"),
        ("平和體制와 國家安保의 關係", "民主主義(民主主義)의 發展과 限界"),
        ("for (i = 0; i < n; ++i) { a[i] ^= x << 13; }", "$ tar -xzf a.tgz && make -j4"),
        ("1.2 머리말 . . . . . . . . . . . . . . 52", "참고문헌 ........................ 103"),
        ("- 12 -",),
        ("쇤베르크와 푸앵카레는 뮌헨에서 뷔르템베르크 사람을 만났다.",),
    ],
)
def test_sound_layers(texts: tuple[str, ...], scanned: bool) -> None:
    assert judge(lines(*texts), scanned).use == "layer"


@pytest.mark.parametrize("damage", [str, text_layer.taken_apart])
def test_letters_in_parts_are_sound(damage: Callable[[str], str]) -> None:
    assert judge(lines(*map(damage, PROSE)), scanned=True).use == "layer"


def hidden(mark: str, text: str) -> str:
    return re.sub("[가-힣]", mark, text)


DAMAGES: dict[str, Callable[[str], str]] = {
    "Unicode value": lambda text: hidden("\ufffd", text),
    "question marks": lambda text: hidden("?", text),
    "wrong code page": text_layer.as_latin,
    "reversed": text_layer.backwards,
    "word spaces": lambda text: text.replace(" ", ""),
    "knows no Hangul": lambda _: GARBLED[0],
    "senseless": lambda text: re.sub(
        "[가-힣]", lambda syllable: chr(0xAC00 + (ord(syllable[0]) * 4649) % 11172), text
    ),
}


@pytest.mark.parametrize("reason", DAMAGES)
def test_broken_lines_are_found(reason: str) -> None:
    broken = [DAMAGES[reason](text) for text in PROSE]
    assert all(reason in line_sign(text)[0] for text in broken)
    assert judge(lines(*broken), scanned=True).use == "picture"


@pytest.mark.parametrize("reason", [name for name in DAMAGES if name != "senseless"])
def test_sound_lines_among_broken_ones_stay(reason: str) -> None:
    texts = (*PROSE, DAMAGES[reason](PROSE[0]), *PROSE)
    verdict = judge(lines(*texts), scanned=True)
    assert verdict.use == "mixed"
    assert reason in verdict.reason
    assert verdict.trusted == (True,) * 4 + (False,) + (True,) * 4


def test_wrong_syllables_here_and_there_condemn_the_map() -> None:
    damaged = [text.replace("의", "뾱").replace("고", "쒜") for text in PROSE]
    assert judge(lines(*damaged), scanned=False).use == "picture"


def test_garbage_needs_a_scan() -> None:
    assert judge(lines(*GARBLED), scanned=True).use == "picture"
    assert judge(lines(*GARBLED), scanned=False).use == "layer"


def test_empty_layer_is_none() -> None:
    assert judge(lines("", "  "), scanned=True).use == "picture"


WORDS = 6


def printed(*, rows: int = 12) -> tuple[np.ndarray, list[Line]]:
    """Rows of strokes that look like words, at 150 dpi, and a layer that lies on them."""
    image = Image.new("L", (900, 1200), 255)
    draw = ImageDraw.Draw(image)
    rng = np.random.default_rng(1)
    layer = []
    for row in range(rows):
        tokens, x, start = [], 80, 0
        for _ in range(WORDS):
            letters = int(rng.integers(2, 6))
            y = 100 + 40 * row
            for letter in range(letters):
                left = x + 22 * letter
                draw.rectangle((left, y, left + 20, y + 19), outline=0, width=2)
                draw.line((left, y + 10, left + 20, y + 10), fill=0, width=2)
            end = x + 22 * letters - 1
            tokens.append(Token("가" * letters, start, Box(x, y, end, y + 20)))
            x, start = end + 16, start + letters + 1
        text = " ".join(token.text for token in tokens)
        box = Box(80, y, x - 16, y + 20)
        layer.append(Line(row + 1, text, tuple(tokens), box))
    return np.asarray(image), layer


def test_a_layer_on_its_own_print_lacks_nothing() -> None:
    image, layer = printed()
    sight = look(image, 150, layer, 1.0)
    assert sight.printed == len(layer)
    assert (sight.missing, sight.bare, sight.cut) == (0.0, 0.0, 0.0)
    assert sight.gaps == len(layer) * (WORDS - 1)


def test_a_layer_of_half_the_page_is_used_in_part() -> None:
    image, layer = printed()
    sight = look(image, 150, layer[:5], 1.0)
    assert sight.missing == pytest.approx(7 / 12, abs=0.08)
    verdict = judge(lines(*PROSE), scanned=True, sight=sight)
    assert verdict.use == "mixed"
    assert "lacks" in verdict.reason
    assert all(verdict.trusted)


def test_a_layer_of_another_page_is_not_used() -> None:
    image, layer = printed()
    shifted = [
        Line(line.number, line.text, tuple(_right(token, 31) for token in line.tokens), line.box)
        for line in layer
    ]
    sight = look(image, 150, shifted, 1.0)
    assert sight.cut > 0.25
    assert judge(lines(*PROSE), scanned=True, sight=sight).use == "picture"


def _right(token: Token, by: int) -> Token:
    assert token.box
    x0, y0, x1, y1 = token.box.x0, token.box.y0, token.box.x1, token.box.y1
    return Token(token.text, token.start, Box(x0 + by, y0, x1 + by, y1))


def read_lines(*texts: str, first: int = 0) -> list[Line]:
    """Lines as a reading has them, 40 pixels apart, 20 pixels a character."""
    found = []
    for row, text in enumerate(texts, first):
        tokens, start = [], 0
        for word in text.split():
            box = Box(20 * start, 40 * row, 20 * (start + len(word)), 40 * row + 24)
            tokens.append(Token(word, start, box, 0.9, "reader"))
            start += len(word) + 1
        box = Box(0, 40 * row, 20 * len(text), 40 * row + 24)
        found.append(Line(row + 1, text, tuple(tokens), box))
    return found


def test_the_reading_fills_in_what_the_layer_lacks() -> None:
    layer = read_lines(*PROSE[:2])
    read = read_lines("이 연구눈 동아시아의 평화 체제가 어떻게", *PROSE[1:])
    merged = merge(layer, [True, True], read)
    assert [line.text for line in merged.lines] == list(PROSE)
    assert merged.kept == 2


def test_distrusted_lines_are_read_and_others_stay() -> None:
    layer = read_lines(PROSE[0], DAMAGES["reversed"](PROSE[1]), PROSE[2])
    merged = merge(layer, [True, False, True], read_lines(*PROSE[:3]))
    assert [line.text for line in merged.lines] == list(PROSE[:3])
    assert [line.tokens[0].engine for line in merged.lines] == ["reader"] * 3
    assert merged.kept == 2


def test_a_suspicion_that_the_picture_refutes_is_dropped() -> None:
    layer = read_lines(*PROSE)
    merged = merge(layer, [False] * 4, read_lines(*PROSE))
    assert merged.kept == 4


def test_a_map_that_is_wrong_here_and_there_is_not_refuted() -> None:
    layer = read_lines(*(text.replace("의", "뾱") for text in PROSE))
    assert merge(layer, [False] * 4, read_lines(*PROSE)).kept == 0


def test_a_rare_syllable_that_is_printed_is_no_damage() -> None:
    printed_so = [text.replace("의", "뾱") for text in PROSE]
    assert merge(read_lines(*printed_so), [False] * 4, read_lines(*printed_so)).kept == 4


def test_lost_spaces_are_not_refuted_by_the_picture() -> None:
    layer = read_lines(*(text.replace(" ", "") for text in PROSE))
    assert merge(layer, [False] * 4, read_lines(*PROSE)).kept == 0


def test_another_page_goes_altogether() -> None:
    layer = read_lines(*PROSE[2:], "- 7 -")
    merged = merge(layer, [True] * 3, read_lines(PROSE[1], PROSE[0], "- 12 -"))
    assert merged.kept == 0


def test_lines_follow_a_page_that_is_turned() -> None:
    line = Line(1, "가", (Token("가", 0, Box(10, 20, 30, 40)),), Box(10, 20, 30, 40))
    # a quarter turn of a page 100 pixels wide: (x, y) of the new page was (100 - y, x)
    page = Page(1, "scan.pdf#1", "image", to_original=(0.0, -1.0, 100.0, 1.0, 0.0, 0.0))
    (there,) = moved([line], page)
    assert there.box == there.tokens[0].box == Box(20, 70, 40, 90)


def test_lines_follow_a_page_that_is_laid_flat() -> None:
    line = Line(1, "가", (), Box(10, 20, 30, 40))
    # half of the page came from a stretch of 100 pixels, the other from one of 60
    warp = Warp(50, 3, (0.0, 100.0, 160.0) * 2, (0.0, 0.0, 0.0, 50.0, 50.0, 50.0))
    page = Page(1, "scan.pdf#1", "image", to_original=(1.6, 0.0, 7.0, 0.0, 1.0, 0.0), warp=warp)
    (there,) = moved([line], page)
    assert there.box == Box(5, 20, 15, 40)


def scan(folder: Path, texts: tuple[str, ...]) -> PageRef:
    image, layer = printed(rows=4)
    rows = zip(texts, layer, strict=True)
    words = [
        (word, token.box)
        for text, line in rows
        for word, token in zip(text.split(), line.tokens, strict=False)
        if token.box is not None
    ]
    file = folder / "scan.pdf"
    file.write_bytes(text_layer.scan_with_layer(image, 150, words))
    return PageRef(1, str(file), 0, "pdf")


def test_words_over_a_scan_come_back(tmp_path: Path) -> None:
    page = load_page(scan(tmp_path, PROSE), Ingest())
    assert [line.text for line in page.lines] == [" ".join(t.split()[:WORDS]) for t in PROSE]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (str, "used"),
        (text_layer.as_latin, "not used: decoded with a wrong code page"),
    ],
)
def test_the_run_says_what_became_of_a_layer(
    tmp_path: Path, how: Callable[[str], str], said: str
) -> None:
    ref = scan(tmp_path, tuple(map(how, PROSE)))
    keys = {"ingest": "k"}
    job = PageJob(ref, keys, tmp_path / "work", Settings(), upto="ingest")
    assert read_page(job) is None
    page = Workdir(tmp_path / "work").load("ingest", 1, "k", Page)
    assert page is not None
    assert [step.detail for step in page.steps if step.name == "text-layer"] == [said]
    assert page.origin == ("text-layer" if said == "used" else "image")

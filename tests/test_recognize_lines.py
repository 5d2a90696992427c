"""Pages drawn on the spot: every line is found once, in its place and size, and nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from haedok.recognize.lines import TextLine, page_to_lines

FONT = "/usr/share/fonts/truetype/nanum/NanumMyeongjo.ttf"
TEXT = (
    "동맹을 맺은 나라는 함께 싸우겠다는 약속을 믿게 해야 한다. 믿지 못할 약속은 적을 막지 못하고 "
)
ENGLISH = "Every promise that nobody believes is a promise that keeps nobody quiet, and pays twice."
EM = 42


def font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        pytest.skip("needs the Debian package fonts-nanum")


class Sheet:
    """A white page that remembers the feet of its lines."""

    def __init__(self, width: int = 1500, height: int = 1400) -> None:
        self.picture = Image.new("L", (width, height), 255)
        self.draw = ImageDraw.Draw(self.picture)
        self.lines: list[tuple[float, float, float, int]] = []

    def print(self, x: int, foot: int, text: str, size: int = EM) -> Sheet:
        face = font(size)
        self.draw.text((x, foot), text, font=face, fill=15, anchor="ls")
        self.lines.append((x, x + face.getlength(text), foot - 0.38 * size, size))
        return self

    @property
    def image(self) -> np.ndarray:
        return np.array(self.picture)


def middle(line: TextLine, x: float) -> float:
    return float(np.interp(x, *np.array(line.spine).T))


def assert_found(sheet: Sheet, found: tuple[TextLine, ...]) -> None:
    """Each printed line is one line found, over its whole length; there is no other."""
    assert len(found) == len(sheet.lines)
    for x0, x1, y, size in sheet.lines:
        line = min(found, key=lambda one: abs(middle(one, x0) - y) + abs(one.box.x0 - x0))
        assert abs(middle(line, (x0 + x1) / 2) - y) < 0.12 * size
        assert abs(line.box.x0 - x0) < 0.3 * size
        assert abs(line.box.x1 - x1) < 0.5 * size
        assert line.em == pytest.approx(size, rel=0.15)


def body(lines: int = 12, pitch: int = 66) -> Sheet:
    sheet = Sheet()
    for row in range(lines):
        start = row * 5 % 20
        sheet.print(120, 150 + row * pitch, (TEXT * 2)[start : start + 29].strip())
    return sheet


@pytest.mark.parametrize("pitch", [55, 66, 90])
def test_lines_of_a_page_from_tight_to_wide(pitch):
    sheet = body(pitch=pitch)
    found = page_to_lines(sheet.image, 300)
    assert_found(sheet, found)
    assert [line.box.y0 for line in found] == sorted(line.box.y0 for line in found)


@pytest.mark.parametrize("dpi", [0, 72, 150, 300, 600])
def test_said_resolution_is_only_a_hint(dpi):
    sheet = body()
    assert_found(sheet, page_to_lines(sheet.image, dpi))


def test_title_footnote_page_number_and_english_have_their_own_sizes():
    sheet = body(8).print(400, 80, "확장 억제의 논리", 76)
    sheet.print(120, 760, ENGLISH[:60]).print(120, 826, ENGLISH[20:75])
    for row in range(3):
        sheet.print(120, 950 + row * 50, "1) " + TEXT[row : row + 34].strip(), 32)
    sheet.print(730, 1350, "7", 36)
    found = page_to_lines(sheet.image, 300)
    number = max(found, key=lambda line: line.box.y0)
    assert number.em == pytest.approx(36, rel=0.25)  # a digit alone could be larger type's or not
    sheet.lines.pop()
    assert_found(sheet, tuple(line for line in found if line is not number))


def test_narrow_gutter_parts_lines_and_word_gaps_do_not():
    sheet = Sheet()
    for row in range(10):
        left, right = TEXT[row : row + 14].strip(), TEXT[row + 8 : row + 22].strip()
        end = 120 + font(EM).getlength(left)
        sheet.print(120, 150 + row * 66, left)
        sheet.print(round(max(end, 700) + 60), 150 + row * 66, right)
    sheet.print(120, 1000, "첫째")
    sheet.print(120 + round(font(EM).getlength("첫째")) + 50, 1000, "문장의 틈이 넓다")
    x0, *_ = sheet.lines[-2]
    _, x1, y, size = sheet.lines.pop()
    sheet.lines[-1] = (x0, x1, y, size)
    assert_found(sheet, page_to_lines(sheet.image, 300))


def test_bent_page_has_bent_spines():
    sheet = body()
    rows, columns = np.indices(sheet.image.shape, dtype=np.float32)
    drop = 30 * (columns / sheet.image.shape[1]) ** 3
    bent = cv2.remap(sheet.image, columns, rows - drop, cv2.INTER_LINEAR, borderValue=255)
    found = page_to_lines(bent, 300)
    assert len(found) == len(sheet.lines)
    for line, (x0, x1, y, size) in zip(found, sheet.lines, strict=True):
        assert len(line.spine) > 2
        for x in (x0, (x0 + x1) / 2, x1):
            expected = y + 30 * (x / sheet.image.shape[1]) ** 3
            assert abs(middle(line, x) - expected) < 0.12 * size


def test_rules_frames_pictures_and_specks_are_no_lines():
    sheet = body(6)
    sheet.draw.line((120, 560, 1300, 560), fill=0, width=3)
    sheet.draw.rectangle((120, 620, 1300, 900), outline=0, width=3)
    sheet.print(200, 760, TEXT[:20].strip())
    sheet.draw.rectangle((200, 960, 330, 1250), fill=120)
    rng = np.random.default_rng(3)
    for x, y in rng.integers((20, 20), (1480, 1380), (60, 2)):
        sheet.draw.rectangle((x, y, x + 2, y + 2), fill=40)
    found = page_to_lines(sheet.image, 300)
    assert len(found) == len(sheet.lines)
    assert max(line.box.y1 for line in found) < 800


def test_note_mark_and_stop_belong_to_their_line():
    sheet = body(4)
    end = round(sheet.lines[1][1])
    sheet.draw.text((end + 6, 216 - 18), "12)", font=font(22), fill=15, anchor="ls")
    found = page_to_lines(sheet.image, 300)
    assert len(found) == 4
    assert found[1].box.x1 >= end + 6 + 20


def test_touching_lines_stay_two():
    sheet = body(6, pitch=58)
    for x in (300, 700, 1000):
        sheet.draw.line((x, 208 - 20, x, 266 - 20), fill=0, width=4)
    found = page_to_lines(sheet.image, 300)
    assert len(found) == 6
    assert [round(line.em) for line in found] == pytest.approx([EM] * 6, rel=0.15)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_nothing_on_an_empty_page(grey):
    assert page_to_lines(np.full((400, 300), grey, np.uint8), 300) == ()


def test_nothing_where_there_is_only_noise():
    noise = np.random.default_rng(1).normal(220, 8, (600, 500)).clip(0, 255).astype(np.uint8)
    assert page_to_lines(noise, 300) == ()


def test_frayed_edge_of_a_shadow_is_no_line():
    sheet = body(lines=12)
    image = sheet.image
    height, width = image.shape
    darkness = np.clip((np.arange(width) - 1400) / 60, 0, 1) ** 2
    image[np.random.default_rng(0).random((height, width)) < darkness] = 0
    assert_found(sheet, page_to_lines(image, 300))


def test_small_cells_between_rules_are_lines():
    sheet = body(lines=8)
    for row in range(4):
        for column in range(3):
            sheet.print(150 + 120 * column, 760 + 66 * row, "가나", 38)
    for y in range(718, 990, 66):
        sheet.draw.rectangle((120, y, 480, y + 3), fill=0)
    for x in range(120, 481, 120):
        sheet.draw.rectangle((x, 718, x + 3, 985), fill=0)
    found = page_to_lines(sheet.image, 300)
    text = [line for line in found if line.box.y0 > 700]
    assert sum(line.box.width for line in text) > 0.9 * 12 * 76
    assert all(line.box.height < 50 for line in text)


def test_cells_between_rules_stand_apart_though_close():
    sheet = body(lines=8)
    for row in range(4):
        sheet.print(130, 760 + 66 * row, "나라 이름을", 38)
        sheet.print(360, 760 + 66 * row, "약속을 지킨다", 38)
    for y in (700, 990):
        sheet.draw.rectangle((120, y, 640, y + 3), fill=0)
    assert_found(sheet, page_to_lines(sheet.image, 300))

"""Readers and how they are merged."""

import sys
import unicodedata

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from haedok.errors import HaedokError, MissingProgramError
from haedok.model import Box
from haedok.recognize import (
    inprocess,
    languages_missing,
    notes,
    passes,
    recognize,
    sureness,
    tesseract,
)
from haedok.recognize.dots import with_dashes
from haedok.recognize.ensemble import in_doubt
from haedok.recognize.evidence import needs_hangul_reader, needs_latin_reader
from haedok.recognize.glyphs import Glyph, Reading, glyphs_to_text, reading_to_line, without_overlap
from haedok.recognize.hanja import with_hanja
from haedok.recognize.lines import page_to_lines
from haedok.recognize.merge import readings_to_glyphs, words_alternatives
from haedok.recognize.own.calibration import Calibration
from haedok.recognize.polish import polish
from haedok.recognize.twins import twins
from haedok.settings import Recognize

needs_tesseract = pytest.mark.skipif(
    bool(languages_missing()), reason="needs Tesseract with its Korean language packs"
)
FONT = "/usr/share/fonts/truetype/nanum/NanumMyeongjo.ttf"
HANJA_FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
LINES = [
    "두 나라 사이의 균형(balance of power)은 약속만으로 서지 않는다.",
    "힘을 믿는 쪽이 먼저 움직이면 상대도 따라 움직일 수밖에 없다.",
    "이를 안보 딜레마(security dilemma)라고 부르며 1950년대에 나온 말이다.",
    "그 뒤로 많은 학자가 이 말을 다듬고 넓혀 왔다.",
]


def typeset(lines, columns=1):
    try:
        font = ImageFont.truetype(FONT, 42)
    except OSError:
        pytest.skip("needs the Debian package fonts-nanum")
    each = len(lines) // columns
    image = Image.new("L", (1500 * columns, 160 + 72 * each), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        column, row = divmod(number, each)
        draw.text((100 + 1400 * column, 80 + 72 * row), line, font=font, fill=10)
    return np.array(image)


def reading(text, engine="Hangul", confidence=0.99, width=40, x=0):
    """A reading with one box for every character; a space takes half of one."""
    glyphs, spaced = [], False
    for character in text:
        if character == " ":
            x, spaced = x + width // 2, True
            continue
        box = Box(x, 0, x + width - 4, 40)
        glyphs.append(Glyph(character, box, confidence, engine, spaced))
        x, spaced = x + width, False
    return Reading(tuple(glyphs), Box(glyphs[0].box.x0, 0, x, 40))


@needs_tesseract
def test_reads_hangul_and_glosses():
    lines = recognize(typeset(LINES), 300, Recognize())
    assert [line.number for line in lines] == [1, 2, 3, 4]
    read, truth = "\n".join(line.text for line in lines), "\n".join(LINES)
    assert Levenshtein.distance(read, truth) <= 0.03 * len(truth)
    assert "(balance of power)은" in read
    assert "(security dilemma)라고" in read


@needs_tesseract
def test_tokens_stand_where_they_say():
    image = typeset(LINES)
    for line in recognize(image, 300, Recognize()):
        assert line.text == " ".join(token.text for token in line.tokens)
        assert line.text == unicodedata.normalize("NFC", line.text)
        for token in line.tokens:
            assert line.text[token.start : token.end] == token.text
            assert 0 <= token.confidence <= 1
            assert token.engine
            ink = image[token.box.y0 : token.box.y1, token.box.x0 : token.box.x1]
            assert (ink < 128).any()


@needs_tesseract
def test_columns_are_not_read_across():
    left = [
        "힘의 균형은 오래된 생각이다",
        "옛 도시들도 그것을 알았다",
        "약한 쪽은 서로 손을 잡았다",
    ] * 3
    right = ["바다 건너 섬에서는 달랐다", "배가 많은 쪽이 늘 이겼다", "그래서 모두 배를 지었다"] * 3
    lines = recognize(typeset(left + right, columns=2), 300, Recognize())
    read = " ".join(line.text for line in lines)
    truth = " ".join(left + right)
    assert Levenshtein.distance(read, truth) <= 0.03 * len(truth)


@needs_tesseract
def test_a_white_page_has_no_lines():
    assert recognize(np.full((600, 400), 255, np.uint8), 300, Recognize()) == ()


@needs_tesseract
def test_same_page_same_lines():
    image = typeset(LINES[:2])
    assert recognize(image, 300, Recognize()) == recognize(image, 300, Recognize())


@needs_tesseract
def test_time_limit_is_an_error_with_advice():
    with pytest.raises(HaedokError) as caught:
        recognize(typeset(LINES), 300, Recognize(engine="tesseract", timeout=0.01))
    assert "timeout" in caught.value.advice


def test_missing_language_names_the_package(monkeypatch):
    monkeypatch.setattr(tesseract, "language_names", lambda: {"eng": "eng"})
    with pytest.raises(MissingProgramError) as caught:
        tesseract.check_installed()
    assert "script/Hangul" in str(caught.value)
    assert "tesseract-ocr-script-hang" in caught.value.advice


def test_each_stretch_comes_from_its_reader():
    hangul = reading("균형(6ㅏ0006)의")
    glyphs = tuple(
        Glyph(g.text, g.box, 0.88 if 3 <= n < 9 else g.confidence, g.engine, g.spaced)
        for n, g in enumerate(hangul.glyphs)
    )
    latin = reading("S8(terror)2]"[:10], engine="eng")
    latin_glyphs = tuple(
        Glyph(g.text, g.box, 0.93 if n < 2 or n > 8 else 0.995, g.engine, g.spaced)
        for n, g in enumerate(latin.glyphs)
    )
    merged = readings_to_glyphs([Reading(glyphs, hangul.box), Reading(latin_glyphs, latin.box)])
    assert glyphs_to_text(merged) == "균형(terror)의"


def test_sure_hangul_is_kept_whatever_the_latin_reader_says():
    hangul, latin = reading("북한이 핵을"), reading("B3to] FAS", engine="eng", confidence=0.95)
    assert glyphs_to_text(readings_to_glyphs([hangul, latin])) == "북한이 핵을"


def test_one_reader_or_none():
    assert glyphs_to_text(readings_to_glyphs([reading("말과 힘")])) == "말과 힘"
    assert readings_to_glyphs([]) == ()


def test_alternatives_are_what_others_read_there():
    first, second = reading("핵위합 논의"), reading("핵위협 논의", engine="kor", confidence=0.9)
    assert words_alternatives(first.glyphs, [first, second]) == ((("핵위협", 0.9),), ())


def test_words_offsets_and_weakest_character():
    glyphs = reading("말과 힘").glyphs
    weak = (glyphs[0], Glyph("과", glyphs[1].box, 0.5, "kor"), *glyphs[2:])
    line = reading_to_line(Reading(weak, Box(0, 0, 200, 40)), 3)
    assert (line.number, line.text) == (3, "말과 힘")
    assert [(t.text, t.start, t.confidence, t.engine) for t in line.tokens] == [
        ("말과", 0, 0.5, "Hangul+kor"),
        ("힘", 3, 0.99, "Hangul"),
    ]


def test_overlapping_boxes_are_cut():
    first, second = Glyph("P", Box(0, 0, 60, 9), 1), Glyph("는", Box(30, 0, 60, 9), 1)
    assert [glyph.box for glyph in without_overlap([first, second])] == [
        Box(0, 0, 30, 9),
        Box(30, 0, 60, 9),
    ]


@pytest.mark.parametrize(
    ("text", "confidence", "latin"),
    [
        ("힘의 균형이다.", 0.99, False),
        ("2020년 10월", 0.99, False),
        ("2020년 10월", 0.9, True),
        ("균형(balance)", 0.99, True),
        ("힘의 균형이다.", 0.8, True),
    ],
)
def test_which_lines_are_read_again(text, confidence, latin):
    assert needs_latin_reader(reading(text, confidence=confidence)) == latin


def test_english_lines_are_not_read_by_the_korean_reader():
    assert not needs_hangul_reader(reading("balance of power"))
    assert needs_hangul_reader(reading("힘의 균형(balance)"))


def hocr_word(box, confidence, text):
    mark = f'<span class="ocrx_cinfo" title="x_bboxes {box}; x_conf {confidence}">{text}</span>'
    return f'<span class="ocrx_word">{mark}</span>'


HOCR = f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="ocr_page" title="bbox 0 0 99 99">
<span class="ocr_line" title="bbox 1 2 60 20; baseline 0 0">
{hocr_word("1 2 10 20", 99.5, "핵")}
{hocr_word("12 2 20 20", 98, "과")}
{hocr_word("30 2 38 20", 50, "힘")}
</span></div></body></html>"""


def test_word_spaces_come_from_the_text_output():
    [(page, line)] = tesseract.hocr_to_readings(HOCR.encode(), "핵과  힘\n\n\f", "Hangul")
    assert (page, line.text, line.box) == (0, "핵과 힘", Box(1, 2, 60, 20))
    assert [glyph.confidence for glyph in line.glyphs] == [0.995, 0.98, 0.5]


def test_two_pieces_of_a_line_are_one_reading():
    left, right = reading("말과 힘"), reading("의 길", x=300)
    joined = tesseract._side_by_side(right, left)
    assert joined.text == "말과 힘 의 길"
    assert joined.box == left.box.union(right.box)
    assert tesseract._side_by_side(left, reading("말")).text == "말과 힘"


def drawn(text, font=FONT, size=42):
    """A line of print with a box for every character, and the page it stands on."""
    try:
        face = ImageFont.truetype(font, size)
    except OSError:
        pytest.skip("needs the Debian package fonts-nanum")
    image = Image.new("L", (1600, 120), 255)
    draw, glyphs, x, spaced = ImageDraw.Draw(image), [], 60.0, False
    for character in text:
        width = draw.textlength(character, face)
        if character == " ":
            x, spaced = x + width, True
            continue
        draw.text((x, 30), character, font=face, fill=0)
        box = Box(round(x), 30, round(x + width), 78)
        glyphs.append(Glyph(character, box, 0.99, "Hangul", spaced and bool(glyphs)))
        x, spaced = x + width, False
    top = 30 + face.getbbox("가")[1] - 2
    bottom = 30 + face.getbbox("가")[3] + 2
    return Reading(tuple(glyphs), Box(60, top, round(x), bottom)), np.array(image)


def misread(printed, seen):
    """The line as polished when ``printed`` stands on paper and readers see ``seen``.

    Both have the same number of characters; ``_`` in ``seen`` is a character nobody sees.
    """
    line, image = drawn(printed)
    letters = [character for character in seen if character != " "]
    glyphs = tuple(
        Glyph(letter, g.box, g.confidence, g.engine, g.spaced)
        for letter, g in zip(letters, line.glyphs, strict=True)
        if letter != "_"
    )
    [polished] = polish([Reading(glyphs, line.box)], image)
    return polished.text


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("Ⅰ. 서론", "|. 서론"),
        ("Ⅱ. 이론적 배경", "1. 이론적 배경"),
        ("Ⅲ. 결론", "M, 결론"),
        ("이 글의 Ⅱ장에서는", "이 글의 [장에서는"),
        ("이 글의 Ⅲ장에서는", "이 글의 표장에서는"),
        ("이 글의 Ⅱ장에서는", "이 글의 _장에서는"),
        ("이를 ‘사회’라고 부른다", "이를 '사회'라고 부른다"),
        ("이를 “사회”라고 부른다", '이를 "사회"라고 부른다'),
        ("말의 힘, 『물길』과 『사람』", "말의 힘, 「물길』과 『사람」"),
        ("자연적·인위적", "자연적ㆍ인위적"),
        ("자연적·인위적", "자연적_인위적"),
        ("정제원·21의 말", "정제원-21의 말"),
    ],
)
def test_signs_are_told_by_their_ink(printed, seen):
    assert misread(printed, seen) == printed


@pytest.mark.parametrize(
    "text",
    [
        "1. 서론",
        "11. 결론",
        "이 장에서는 말을 다룬다",
        "그 시장에서 논문 412편을",
        "4장과 11장에서는 힘을",
        "1950-60년대의 힘: 말.글",
        "서너 가지 이야기를 어머니께",
        "이를 '사회'라고 부른다",
        "「물길」과 『사람』의 말",
        "『「물길」의 사람』",
        "힘의 균형 (balance) 이라는 말의 뜻",
    ],
)
def test_signs_that_are_right_stay(text):
    assert misread(text, text) == text


def test_dashes_are_longer_than_most_hyphens():
    line = reading("2-5 3-9 4-7 1-8")
    ink = np.zeros((40, line.box.x1), bool)
    hyphens = [glyph for glyph in line.glyphs if glyph.text == "-"]
    for number, glyph in enumerate(hyphens):
        ink[20:23, glyph.box.x0 + 2 : glyph.box.x0 + (28 if number == 2 else 14)] = True
    [dashed] = with_dashes([(line.glyphs, ink)])
    assert glyphs_to_text(dashed) == "2-5 3-9 4–7 1-8"
    [few] = with_dashes([(line.glyphs[6:], ink)])
    assert few == line.glyphs[6:]  # from so few it is not known how long a hyphen is


def test_space_before_a_bracket_needs_a_gap():
    line, image = drawn("말의 힘의 길이 그 균형(balance)은")
    glyphs = tuple(
        Glyph(g.text, g.box, g.confidence, g.engine, g.spaced or g.text in "(은")
        for g in line.glyphs
    )
    [polished] = polish([Reading(glyphs, line.box)], image)
    assert polished.text == line.text


@needs_tesseract
def test_raised_note_marks_are_read_again():
    line, image = drawn("어려운 일이다. 그러나")
    font = ImageFont.truetype(FONT, 25)
    picture = Image.fromarray(image)
    dot = next(g for g in line.glyphs if g.text == ".")
    ImageDraw.Draw(picture).text((dot.box.x1 + 1, 30), "2)", font=font, fill=0)
    page = np.array(picture)
    page[:, dot.box.x1 + 30 :] = 255
    at = line.glyphs.index(dot)
    mark = Glyph("”", Box(dot.box.x1, 30, dot.box.x1 + 24, 60), 0.97, "Hangul")
    seen = Reading((*line.glyphs[: at + 1], mark), line.box)
    found = tuple(notes.suspects([seen], page))
    read = tesseract.read_lines([notes.crop(page, s.box) for s in found], "eng", 300, 60)
    [marked] = notes.with_marks([seen], found, read)
    assert marked.text == "어려운 일이다.2)"


def test_note_marks_that_nobody_read_are_suspects():
    line, image = drawn("어려운 일이다. 그러나 말이다.")
    font = ImageFont.truetype(FONT, 25)
    picture = Image.fromarray(image)
    dot = next(g for g in line.glyphs if g.text == ".")
    at = line.glyphs.index(dot)
    assert not list(notes.suspects([line], image))
    # the mark stands in the word space: wide enough here, since the next word is left out
    after = line.glyphs[at + 1 :]
    ImageDraw.Draw(picture).rectangle((dot.box.x1, 0, after[2].box.x1, 119), fill=255)
    ImageDraw.Draw(picture).text((dot.box.x1 + 1, 30), "2)", font=font, fill=0)
    seen = Reading((*line.glyphs[: at + 1], *after[3:]), line.box)
    [suspect] = notes.suspects([seen], np.array(picture))
    assert (suspect.line, suspect.place, suspect.read) == (0, at + 1, 0)
    [marked] = notes.with_marks([seen], [suspect], [reading("2)")])
    assert marked.text == "어려운 일이다.2) 말이다."


def test_quotation_marks_that_close_are_no_note_marks():
    line, image = drawn("그는 “힘”이라 했다”")
    assert not [s for s in notes.suspects([line], image) if s.place < 5]


def test_a_sign_that_both_readers_see_is_not_lost():
    hangul = reading("천재(6611)를")
    latin = Reading(
        tuple(
            Glyph(g.text, Box(g.box.x0 - 18, 0, g.box.x1 - 18, 40), 0.99, "eng", g.spaced)
            for g in reading("A7(good)2", engine="eng").glyphs
        ),
        hangul.box,
    )
    assert glyphs_to_text(readings_to_glyphs([hangul, latin])) == "천재(good)를"


def test_twins_are_near_and_mutual():
    one, two = reading("힘(a"), reading("힘(힘", x=10)
    assert twins(one.glyphs, two.glyphs, 40) == [0, 1, None]
    assert twins(one.glyphs, reading("힘(a", x=100).glyphs, 40) == [None, None, None]


def han_line(text, seen, unsure):
    """A printed line with Hanja, and how a reader has it that is unsure of ``unsure``."""
    x = 60
    try:
        face = ImageFont.truetype(HANJA_FONT, 42, index=1)
    except OSError:
        pytest.skip("needs the Debian package fonts-noto-cjk")
    image = Image.new("L", (1600, 160), 255)
    ImageDraw.Draw(image).text((x, 50), text, font=face, fill=0)
    page = np.array(image)
    [line] = page_to_lines(page, 300)
    glyphs, spaced, at = [], False, float(x)
    for character, printed in zip(seen, text, strict=True):
        width = face.getlength(printed)
        if printed == " ":
            at, spaced = at + width, True
            continue
        box = Box(round(at), line.box.y0, round(at + width), line.box.y1)
        sure = 0.6 if character in unsure else 0.99
        glyphs.append(Glyph(character, box, sure, "Hangul", spaced))
        at, spaced = at + width, False
    return Reading(tuple(glyphs), line.box), line, page


def test_hanja_are_read_where_a_reader_is_in_doubt():
    printed = "힘의 균형(均衡)은 오래된 말이다"
    read, line, page = han_line(printed, "힘의 균형(뿌A)은 오래된 말이다", "뿌A")
    [mended] = with_hanja([read], [line], page)
    assert mended.text == printed
    assert {glyph.text for glyph in mended.glyphs if glyph.engine == "han"} >= {"均", "衡"}


def test_no_hanja_where_there_are_none():
    printed = "힘의 균형(balance)은 오래된 말이다"
    read, line, page = han_line(printed, printed, "형b오")
    assert with_hanja([read], [line], page) == [read]
    sure, line, page = han_line("힘의 균형(均衡)은", "힘의 균형(가나)은", "")
    assert with_hanja([sure], [line], page) == [sure]  # nothing was in doubt


@needs_tesseract
def test_in_process_reads_as_the_program_does():
    pytest.importorskip("tesserocr")
    image = typeset(LINES[:1])
    options = {"psm": "7", "dpi": "300", **tesseract._OPTIONS}
    name = tesseract.language_names()["script/Hangul"]
    read = inprocess.read([image, image], name, tesseract._folder(), options, 60)
    assert read is not None
    one, two = tesseract.hocr_to_readings(*read, "Hangul")
    assert (one[0], two[0], one[1]) == (0, 1, two[1])
    program = tesseract._read_by_program([image], name, options, 60)
    [(_, written)] = tesseract.hocr_to_readings(*program, "Hangul")
    assert one[1].text == written.text
    with pytest.raises(TimeoutError):
        inprocess.read([image], name, tesseract._folder(), options, 0)


def test_without_its_package_nothing_is_read_in_process(monkeypatch):
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    inprocess._reader.cache_clear()
    assert inprocess.read([np.zeros((9, 9), np.uint8)], "none", "", {"psm": "7"}, 1) is None
    inprocess._reader.cache_clear()


def test_confidences_are_what_the_tables_say_and_fall_below_them():
    tables = Calibration({"hangul": ((0.8, 0.9), (0.99, 1.0)), "sign": ((0.8, 0.5),)})
    read = reading("힘", confidence=0.99).glyphs + reading("힘-", confidence=0.4).glyphs
    han = Glyph("力", Box(0, 0, 9, 9), 0.4, "han")
    calibrated = sureness.calibrated(Reading((*read, han), Box(0, 0, 40, 40)), tables)
    assert [glyph.confidence for glyph in calibrated.glyphs] == [1.0, 0.45, 0.25, 0.4]


def test_shipped_tables_rise():
    tables = sureness.shipped().tables
    assert {"hangul", "letter", "sign"} <= set(tables)
    for table in tables.values():
        assert list(table) == sorted(table)
        assert [share for _, share in table] == sorted(share for _, share in table)


def test_a_second_opinion_is_asked_where_it_can_change_something():
    sure = reading("힘의 균형")
    assert not in_doubt(Reading(sure.glyphs, sure.box, (((),) * 2)))
    assert in_doubt(Reading(sure.glyphs, sure.box, ((), (("군형", 0.3),))))


@needs_tesseract
def test_only_the_wanted_lines_are_read():
    page = passes.Page(typeset(LINES[:2]), 300, 60)
    [read] = passes.read_lines(page, lambda box: box.y0 > 140)
    assert read.text == LINES[1]
    assert passes.read_lines(page, lambda _: False) == []

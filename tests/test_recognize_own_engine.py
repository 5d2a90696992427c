"""Our own recogniser on a page, with the models that come with it."""

from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from haedok.recognize import recognize
from haedok.settings import Recognize

WEIGHTS = files("haedok") / "recognize" / "own" / "weights" / "reader.onnx"
FONT = "/usr/share/fonts/truetype/nanum/NanumMyeongjo.ttf"
LINES = [
    "두 나라 사이의 균형(balance of power)은 서지 않는다.",
    "얇은 종이에 쓴 글은 밟힌 풀처럼 1950년대에 다시 읽혔다.",
]

pytestmark = pytest.mark.skipif(not WEIGHTS.is_file(), reason="needs the trained models")


@pytest.fixture(scope="module")
def page():
    try:
        font = ImageFont.truetype(FONT, 42)
    except OSError:
        pytest.skip("needs the Debian package fonts-nanum")
    image = Image.new("L", (1400, 300), 245)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(image).text((100, 80 + 72 * number), line, font=font, fill=20)
    return np.array(image)


def test_reads_hangul_letters_and_digits(page):
    lines = recognize(page, 300, Recognize(engine="haedok"))
    assert [line.number for line in lines] == [1, 2]
    read, truth = "\n".join(line.text for line in lines), "\n".join(LINES)
    assert Levenshtein.distance(read, truth) <= 0.03 * len(truth)


def test_syllables_that_tesseract_cannot_print_are_at_least_offered(page):
    words = [
        token for line in recognize(page, 300, Recognize(engine="haedok")) for token in line.tokens
    ]
    for wanted in ("얇은", "밟힌"):
        assert any(wanted in (word.text, *dict(word.alternatives)) for word in words)


def test_tokens_stand_where_they_say(page):
    for line in recognize(page, 300, Recognize(engine="haedok")):
        assert line.text == " ".join(token.text for token in line.tokens)
        for token in line.tokens:
            assert line.text[token.start : token.end] == token.text
            assert 0 < token.confidence <= 1
            assert token.engine == "haedok"
            assert (page[token.box.y0 : token.box.y1, token.box.x0 : token.box.x1] < 128).any()
        for before, after in pairwise(line.tokens):
            assert before.box.x1 <= after.box.x0 + 2


def test_same_page_same_lines(page):
    once, again = (recognize(page, 300, Recognize(engine="haedok")) for _ in range(2))
    assert once == again


def test_a_page_read_for_its_text_alone_says_the_same_without_doubts(page):
    worn = np.array(Image.fromarray(page).resize((700, 150)).resize((1400, 300)))
    asked = recognize(worn, 300, Recognize(engine="haedok"))
    alone = recognize(worn, 300, Recognize(engine="haedok"), doubts=False)
    assert any(token.doubts for line in asked for token in line.tokens)
    undoubting = [
        replace(line, tokens=tuple(replace(token, doubts=()) for token in line.tokens))
        for line in asked
    ]
    assert list(alone) == undoubting


def test_an_empty_page_has_no_lines():
    white = np.full((600, 400), 255, np.uint8)
    assert recognize(white, 300, Recognize(engine="haedok")) == ()

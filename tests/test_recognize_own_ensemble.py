"""Two engines' readings of a page merged, and who is asked to read at all."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from haedok.errors import MissingProgramError
from haedok.model import Box
from haedok.recognize import recognize, tesseract
from haedok.recognize.ensemble import merge_engines
from haedok.recognize.glyphs import Glyph, Reading, box_of, reading_to_line
from haedok.run import Options, settings_for
from haedok.settings import Recognize


def reading(text, engine, confidences, x=0, y=0, alternatives=()):
    """One box of 36 × 40 pixels for every 40; ``confidences`` by character, 0.99 elsewhere."""
    glyphs, spaced = [], False
    for index, character in enumerate(text):
        if character == " ":
            x, spaced = x + 20, True
            continue
        box = Box(x, y, x + 36, y + 40)
        glyphs.append(Glyph(character, box, confidences.get(index, 0.99), engine, spaced))
        x, spaced = x + 40, False
    words = len(text.split())
    return Reading(tuple(glyphs), box_of(glyphs), alternatives or ((),) * words)


def test_tesseract_decides_what_own_hesitates_about():
    own = reading("핵위합을 논한다", "haedok", {2: 0.55}, alternatives=((("핵위협을", 0.4),), ()))
    other = reading("핵위협을 눈한다", "Hangul", {})
    (merged,) = merge_engines([own], [other])
    assert merged.text == "핵위협을 논한다"
    assert merged.word_alternatives[0][0][0] == "핵위합을"
    assert [glyph.box for glyph in merged.glyphs] == [glyph.box for glyph in own.glyphs]


def test_what_own_does_not_see_is_no_reading():
    own = reading("얇은 책", "haedok", {0: 0.5}, alternatives=((("얆은", 0.3),), ()))
    other = reading("않은 책", "Hangul", {})
    (merged,) = merge_engines([own], [other])
    assert merged.text == "얇은 책"


def test_a_sure_reading_is_not_outvoted():
    own = reading("형세", "haedok", {}, alternatives=((("형제", 0.01),),))
    (merged,) = merge_engines([own], [reading("형제", "Hangul", {})])
    assert merged.text == "형세"


def test_a_word_may_become_two():
    own = reading("할수", "haedok", {0: 0.6}, x=10, alternatives=((("할 수", 0.38),),))
    (merged,) = merge_engines([own], [reading("할 수", "Hangul", {})])
    assert merged.text == "할 수"
    assert len(merged.word_alternatives) == 2
    assert [token.text for token in reading_to_line(merged, 1).tokens] == ["할", "수"]


def test_agreement_makes_surer():
    own = reading("핵위협을", "haedok", {2: 0.6}, alternatives=((("핵위합을", 0.3),),))
    (merged,) = merge_engines([own], [reading("핵위협을", "Hangul", {})])
    assert min(glyph.confidence for glyph in merged.glyphs) > 0.8


def test_a_line_that_only_one_engine_sees_is_kept():
    own = reading("본문이다", "haedok", {})
    other = [reading("본문이다", "Hangul", {}), reading("각주이다", "Hangul", {}, y=100)]
    assert [line.text for line in merge_engines([own], other)] == ["본문이다", "각주이다"]


def test_specks_that_tesseract_reads_are_no_line():
    specks = reading("이,ㅣ", "Hangul", {0: 0.4, 1: 0.3, 2: 0.3}, y=100)
    assert len(merge_engines([reading("본문이다", "haedok", {})], [specks])) == 1


def test_a_line_across_columns_is_cut_where_own_ends():
    own = [reading("왼쪽 단", "haedok", {}), reading("오른쪽", "haedok", {}, x=300)]
    other = reading("왼쪽 단      오른쪽 끝까지다", "Hangul", {})
    texts = [line.text for line in merge_engines(own, [other])]
    assert texts == ["왼쪽 단", "오른쪽", "끝까지다"]


def test_own_engine_reads_without_tesseract(monkeypatch):
    monkeypatch.setattr(tesseract, "language_names", dict)
    own = (reading("본문이다", "haedok", {}),)
    engine = types.SimpleNamespace(read_page=lambda image, dpi, doubts: own)
    monkeypatch.setitem(sys.modules, "haedok.recognize.own.engine", engine)
    image = np.full((100, 200), 255, np.uint8)
    (line,) = recognize(image, 300, Recognize(engine="haedok"))
    assert (line.number, line.text, line.tokens[0].engine) == (1, "본문이다", "haedok")
    for engine in ("tesseract", "both"):
        with pytest.raises(MissingProgramError):
            recognize(image, 300, Recognize(engine=engine))


def test_the_command_line_overrules_a_document_about_its_engine(tmp_path):
    (tmp_path / "document.toml").write_text('[recognize]\nengine = "both"\n')
    assert settings_for(tmp_path, Options()).recognize.engine == "both"
    assert settings_for(tmp_path, Options(engine="haedok")).recognize.engine == "haedok"
    assert settings_for(Path(), Options()).recognize == Recognize()

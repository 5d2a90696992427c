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
from haedok.recognize.glyphs import Glyph, Reading, box_of
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


def test_each_word_comes_from_the_surer_engine():
    own = reading("핵위합을 논한다", "haedok", {2: 0.55})
    other = reading("핵위협을 눈한다", "Hangul", {5: 0.6})
    (merged,) = merge_engines([own], [other])
    assert merged.text == "핵위협을 논한다"


def test_what_own_had_in_mind_is_still_offered():
    own = reading("핵위합을 논한다", "haedok", {2: 0.55}, alternatives=((("핵위협을", 0.4),), ()))
    other = reading("핵위항을 논한다", "Hangul", {2: 0.5})
    (merged,) = merge_engines([own], [other])
    assert merged.text == "핵위합을 논한다"
    assert merged.word_alternatives == ((("핵위항을", 0.5), ("핵위협을", 0.4)), ())


def test_a_line_that_only_one_engine_sees_is_kept():
    own = reading("본문이다", "haedok", {})
    other = [reading("본문이다", "Hangul", {}), reading("각주이다", "Hangul", {}, y=100)]
    assert [line.text for line in merge_engines([own], other)] == ["본문이다", "각주이다"]
    assert [line.text for line in merge_engines(other, [own])] == ["본문이다", "각주이다"]


def test_a_line_across_columns_is_cut_where_own_ends():
    own = [reading("왼쪽 단", "haedok", {}), reading("오른쪽", "haedok", {}, x=300)]
    other = reading("왼쪽 단      오른쪽 끝", "Hangul", {})
    texts = [line.text for line in merge_engines(own, [other])]
    assert texts == ["왼쪽 단", "오른쪽", "끝"]


def test_own_engine_reads_without_tesseract(monkeypatch):
    monkeypatch.setattr(tesseract, "language_names", dict)
    own = (reading("본문이다", "haedok", {}),)
    engine = types.SimpleNamespace(read_page=lambda image, dpi: own)
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

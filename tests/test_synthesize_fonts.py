"""Tables of faces, how they are found, and faces made of web fonts; needs no extra font."""

from __future__ import annotations

import io
from pathlib import Path
from typing import get_args

import pytest

from haedok.errors import InputError, MissingProgramError, UsageError
from haedok.hangul import KS_X_1001
from haedok.synthesize import fonts, web_fonts

KNOWN = [
    "nanum-myeongjo",
    "un-batang",
    "un-shinmun",
    "nanum-gothic",
    "un-dotum",
    "baekmuk-gulim",
    "noto-serif",
    "nanum-barun-gothic",
    "baekmuk-batang",
    "un-gungseo",
    "noto-sans",
    "un-graphic",
]
TABLES = (fonts.FACES, fonts.EXTRA, fonts.LATIN, fonts.HANJA_SCRIPT)


def test_what_seeds_choose_among_stays_as_it_was() -> None:
    chosen = [face.name for split in get_args(fonts.Split) for face in fonts.faces(split)]
    assert chosen == KNOWN
    assert [f.name for f in fonts.faces("test", "serif")] == ["baekmuk-batang", "un-gungseo"]


@pytest.mark.parametrize("split", get_args(fonts.Split))
def test_extra_faces_come_after_the_known_ones(split: fonts.Split) -> None:
    known, more = fonts.faces(split), fonts.faces(split, extra=True)
    assert more[: len(known)] == known
    assert len(more) > len(known)
    assert all(face.split == split for face in more)


def test_a_typeface_is_of_one_split_in_all_its_weights_and_tables() -> None:
    splits: dict[str, set[str]] = {}
    for table in TABLES:
        for face in table.values():
            splits.setdefault(face.family, set()).add(face.split)
    assert not [family for family, of_family in splits.items() if len(of_family) > 1]


def test_no_two_faces_share_a_name_or_a_file() -> None:
    faces = {face for table in TABLES for face in table.values()}
    assert len({face.name for face in faces}) == len(faces)
    assert len({(face.family, face.style) for face in faces}) == len(faces)


def test_companions_are_of_the_split_asked_for() -> None:
    assert [f.name for f in fonts.companions("latin", "test")] == ["schola"]
    assert [f.name for f in fonts.companions("hanja", "train", "serif")] == ["un-batang", "uming"]
    assert fonts.companions("hanja", "test") == ()


def test_a_face_is_found_by_name_in_either_table() -> None:
    assert fonts.face("hahmlet").split == "test"
    with pytest.raises(UsageError):
        fonts.face("pretendard")  # has the outlines of a test face


def test_weights_are_files_of_their_own() -> None:
    bold = fonts.find(fonts.face("nanum-myeongjo-bold"))
    assert bold.path != fonts.find(fonts.face("nanum-myeongjo")).path


def test_a_missing_weight_is_not_replaced_by_another() -> None:
    absent = fonts.Face("absent", "UnShinmun", "serif", "train", "fonts-absent", "Bold")
    with pytest.raises(MissingProgramError, match="UnShinmun Bold is not installed"):
        fonts.find(absent)
    assert fonts.installed((absent, fonts.HANJA)) == (fonts.HANJA,)


def test_a_face_of_npm_is_looked_for_where_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "WEB_FONTS", tmp_path)
    face = fonts.Face("made-here", "Made Here", "serif", "train", "npm:@fontsource/made@1.0.0")
    with pytest.raises(MissingProgramError) as error:
        fonts.find(face)
    assert error.value.advice == "make fonts"
    (tmp_path / "made-here.ttf").touch()
    assert fonts.find(face) == fonts.FontFile(tmp_path / "made-here.ttf", 0)
    assert web_fonts.make([face, fonts.HANJA], tmp_path) == []  # nothing to fetch


def test_cuts_are_the_upright_ones_of_a_weight_latin_first() -> None:
    wanted = ["x-latin-400-normal", "x-1-400-normal", "x-latin-ext-400-normal"]
    others = ["x-1-400-italic", "x-1-700-normal", "x-latin-700-normal"]
    files = {f"{name}.woff2": name.encode() for name in sorted(wanted + others)}
    assert web_fonts.cuts(files, 400) == [name.encode() for name in wanted]


def _cut(signs: str, advance: int) -> bytes:
    """A font with a square for every sign; spaces, and a ``-`` by mistake, have none."""
    builder_module = pytest.importorskip("fontTools.fontBuilder")
    pen = pytest.importorskip("fontTools.pens.ttGlyphPen").TTGlyphPen(None)
    empty = pen.glyph()
    for step, point in enumerate(((0, 0), (0, 700), (700, 700), (700, 0))):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = {ord(sign): f"g{ord(sign)}" for sign in signs}
    builder = builder_module.FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    outlines = {name: empty if chr(code) in " -" else square for code, name in names.items()}
    builder.setupGlyf({".notdef": square} | outlines)
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", *names.values()), (advance, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Cut"})
    builder.setupOS2(usWinAscent=900, usWinDescent=100)
    builder.setupPost()
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


FACE = fonts.Face("whole", "Whole Batang", "serif", "train", "npm:whole")


def test_cuts_are_joined_into_one_face() -> None:
    pytest.importorskip("brotli")
    syllables = "".join(KS_X_1001)
    parts = [_cut("A -", 500), _cut("A" + syllables[:9], 900), _cut(syllables[9:], 1000)]
    whole = io.BytesIO(web_fonts.join(parts, FACE))
    font = pytest.importorskip("fontTools.ttLib").TTFont(whole)
    cmap, widths = font.getBestCmap(), font["hmtx"].metrics
    assert set(map(chr, cmap)) == {"A", " ", *syllables}  # a sign without ink is left to others
    assert [widths[cmap[ord(sign)]][0] for sign in "A 가" + syllables[-1]] == [500, 500, 900, 1000]
    assert font["name"].getDebugName(1) == "Whole Batang"
    assert (font["hhea"].ascent, font["head"].unitsPerEm) == (900, 1000)


def test_a_face_without_every_syllable_is_refused() -> None:
    pytest.importorskip("brotli")
    with pytest.raises(InputError, match="lacks 1 syllables"):
        web_fonts.join([_cut("".join(KS_X_1001[:-1]), 900)], FACE)

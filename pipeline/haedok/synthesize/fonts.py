"""The faces that pages and lines are set in, and which may be trained on, tuned on, tested on.

A recogniser that has seen a face has an easier time with it, so faces are split once and for all:
what is measured on ``test`` faces was never seen in training. Korean journals are set in Batang or
Myeongjo (serif) with Gothic (sans) for headings; every split has some of both.

``FACES`` are what pages are set in, and enough for all tests. ``EXTRA`` adds variety to training:
more typefaces and weights, and one tested on that no Debian package has. ``LATIN`` and
``HANJA_SCRIPT`` are companions: Latin letters and Hanja in a line of Hangul are often of a face of
their own. The splits hold for the outlines, whatever their name: Pretendard and Spoqa Han Sans
have the syllables of Noto Sans CJK KR, a test face, and are left out (drawn to one box, their
syllables share 0.90 and 0.91 of their ink with its, those of any other face here at most 0.73).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from haedok.errors import MissingProgramError, UsageError

Split = Literal["train", "dev", "test"]
NPM = "npm:"
"""Before the name of a package of npm; the others are Debian's."""
WEB_FONTS = Path(__file__).parents[3] / "build" / "fonts"
"""Where ``web_fonts`` puts what it makes of packages of npm, a file per face: ``NAME.ttf``."""


class Face(msgspec.Struct, frozen=True):
    """A typeface: what fontconfig calls it, its kind, its split, the package that has it, a weight.

    A package is Debian's or, with ``npm:`` before it, npm's.
    """

    name: str
    family: str
    kind: Literal["serif", "sans"]
    split: Split
    package: str
    style: str = "Regular"


def _table(*rows: Face) -> dict[str, Face]:
    return {face.name: face for face in rows}


FACES = _table(
    Face("nanum-myeongjo", "NanumMyeongjo", "serif", "train", "fonts-nanum"),
    Face("un-batang", "UnBatang", "serif", "train", "fonts-unfonts-core"),
    Face("un-shinmun", "UnShinmun", "serif", "train", "fonts-unfonts-extra"),
    Face("nanum-gothic", "NanumGothic", "sans", "train", "fonts-nanum"),
    Face("un-dotum", "UnDotum", "sans", "train", "fonts-unfonts-core"),
    Face("baekmuk-gulim", "Baekmuk Gulim", "sans", "train", "fonts-baekmuk"),
    Face("noto-serif", "Noto Serif CJK KR", "serif", "dev", "fonts-noto-cjk"),
    Face("nanum-barun-gothic", "NanumBarunGothic", "sans", "dev", "fonts-nanum"),
    Face("baekmuk-batang", "Baekmuk Batang", "serif", "test", "fonts-baekmuk"),
    Face("un-gungseo", "UnGungseo", "serif", "test", "fonts-unfonts-core"),
    Face("noto-sans", "Noto Sans CJK KR", "sans", "test", "fonts-noto-cjk"),
    Face("un-graphic", "UnGraphic", "sans", "test", "fonts-unfonts-core"),
)

EXTRA = _table(
    Face("nanum-myeongjo-bold", "NanumMyeongjo", "serif", "train", "fonts-nanum", "Bold"),
    Face("un-batang-bold", "UnBatang", "serif", "train", "fonts-unfonts-core", "Bold"),
    Face("gowun-batang", "Gowun Batang", "serif", "train", f"{NPM}@fontsource/gowun-batang@5.3.0"),
    Face(
        "gowun-batang-bold",
        "Gowun Batang",
        "serif",
        "train",
        f"{NPM}@fontsource/gowun-batang@5.3.0",
        "Bold",
    ),
    Face("song-myung", "Song Myung", "serif", "train", f"{NPM}@fontsource/song-myung@5.2.8"),
    Face("lexi-saebom", "LexiSaebomR", "serif", "train", "fonts-lexi-saebom"),
    Face("nanum-gothic-bold", "NanumGothic", "sans", "train", "fonts-nanum", "Bold"),
    Face("un-dotum-bold", "UnDotum", "sans", "train", "fonts-unfonts-core", "Bold"),
    Face("baekmuk-dotum", "Baekmuk Dotum", "sans", "train", "fonts-baekmuk"),
    Face("lexi-gulim", "LexiGulim", "sans", "train", "fonts-lexi-gulim"),
    Face(
        "ibm-plex-sans-kr",
        "IBM Plex Sans KR",
        "sans",
        "train",
        f"{NPM}@fontsource/ibm-plex-sans-kr@5.3.0",
    ),
    Face(
        "ibm-plex-sans-kr-bold",
        "IBM Plex Sans KR",
        "sans",
        "train",
        f"{NPM}@fontsource/ibm-plex-sans-kr@5.3.0",
        "Bold",
    ),
    Face("noto-serif-light", "Noto Serif CJK KR", "serif", "dev", "fonts-noto-cjk-extra", "Light"),
    Face("noto-serif-bold", "Noto Serif CJK KR", "serif", "dev", "fonts-noto-cjk", "Bold"),
    Face("gowun-dodum", "Gowun Dodum", "sans", "dev", f"{NPM}@fontsource/gowun-dodum@5.3.0"),
    Face("hahmlet", "Hahmlet", "serif", "test", f"{NPM}@fontsource/hahmlet@5.3.0"),
    Face("hahmlet-bold", "Hahmlet", "serif", "test", f"{NPM}@fontsource/hahmlet@5.3.0", "Bold"),
)
"""More faces of Hangul. All have the 2,350 syllables of KS X 1001 (Baekmuk Dotum draws no 쏀)."""

DISPLAY = _table(
    Face("un-pilgi", "UnPilgi", "serif", "train", "fonts-unfonts-core"),
    Face("un-pen", "UnPen", "serif", "train", "fonts-unfonts-extra"),
    Face("un-yetgul", "UnYetgul", "serif", "train", "fonts-unfonts-extra"),
    Face("un-taza", "UnTaza", "serif", "train", "fonts-unfonts-extra"),
    Face("un-vada", "UnVada", "sans", "train", "fonts-unfonts-extra"),
    Face("un-dinaru", "UnDinaru", "sans", "train", "fonts-unfonts-core"),
    Face("nanum-barun-pen", "NanumBarunpen", "serif", "train", "fonts-nanum-extra"),
    Face("nanum-brush", "Nanum Brush Script", "serif", "train", "fonts-nanum-extra"),
    Face("eunjin", "Eunjin", "sans", "train", "fonts-alee"),
)
"""No text types, of which a few lines teach what else may be one and the same syllable."""

LATIN = _table(
    Face("liberation-serif", "Liberation Serif", "serif", "train", "fonts-liberation"),
    Face("termes", "TeX Gyre Termes", "serif", "train", "fonts-texgyre"),
    Face("termes-italic", "TeX Gyre Termes", "serif", "train", "fonts-texgyre", "Italic"),
    Face("termes-bold", "TeX Gyre Termes", "serif", "train", "fonts-texgyre", "Bold"),
    Face("pagella-italic", "TeX Gyre Pagella", "serif", "train", "fonts-texgyre", "Italic"),
    Face("heros-bold", "TeX Gyre Heros", "sans", "train", "fonts-texgyre", "Bold"),
    Face("pagella", "TeX Gyre Pagella", "serif", "train", "fonts-texgyre"),
    Face("free-serif", "FreeSerif", "serif", "train", "fonts-freefont-ttf"),
    Face("liberation-sans", "Liberation Sans", "sans", "train", "fonts-liberation"),
    Face("heros", "TeX Gyre Heros", "sans", "train", "fonts-texgyre"),
    Face("bonum", "TeX Gyre Bonum", "serif", "dev", "fonts-texgyre"),
    Face("schola", "TeX Gyre Schola", "serif", "test", "fonts-texgyre"),
)
"""Faces of Latin letters that go with Hangul of another face."""

HANJA_SCRIPT = _table(
    FACES["un-batang"],
    Face("uming", "AR PL UMing TW", "serif", "train", "fonts-arphic-uming", "Light"),
    Face("micro-hei", "WenQuanYi Micro Hei", "sans", "train", "fonts-wqy-microhei"),
    FACES["noto-serif"],
)
"""Faces of Hanja for Hangul faces that have none. Of the 4,888 of KS X 1001, UMing lacks 38."""

HANJA = FACES["noto-serif"]
"""Stands in where a face lacks a sign (Hanja, mostly)."""


def face(name: str) -> Face:
    """The face of that name.

    Raises:
        UsageError: there is none.
    """
    known = FACES | EXTRA
    try:
        return known[name]
    except KeyError:
        raise UsageError(f"no face {name!r}", f"there are {', '.join(known)}") from None


def faces(split: Split, kind: str | None = None, *, extra: bool = False) -> tuple[Face, ...]:
    """All faces of a split (and kind), in the order of the tables; ``extra`` ones come last."""
    return _of(FACES | EXTRA if extra else FACES, split, kind)


def companions(
    script: Literal["latin", "hanja"], split: Split, kind: str | None = None
) -> tuple[Face, ...]:
    """Faces whose Latin letters or Hanja may stand among Hangul of another face; may be none."""
    return _of(LATIN if script == "latin" else HANJA_SCRIPT, split, kind)


def _of(table: dict[str, Face], split: Split, kind: str | None) -> tuple[Face, ...]:
    return tuple(f for f in table.values() if f.split == split and kind in {None, f.kind})


def installed(wanted: Iterable[Face]) -> tuple[Face, ...]:
    """Those that this machine has."""
    return tuple(face for face in wanted if _is_here(face))


def _is_here(wanted: Face) -> bool:
    try:
        find(wanted)
    except MissingProgramError:
        return False
    return True


class FontFile(msgspec.Struct, frozen=True):
    """Where a face is on this machine; ``index`` is its place in a collection (``.ttc``)."""

    path: Path
    index: int


@cache
def find(wanted: Face) -> FontFile:
    """The file of a face: in ``WEB_FONTS`` if it is from npm, else wherever fontconfig says.

    Raises:
        MissingProgramError: the face, or fontconfig itself, is not installed.
    """
    return _made(wanted) if wanted.package.startswith(NPM) else _matched(wanted)


def _made(wanted: Face) -> FontFile:
    path = WEB_FONTS / f"{wanted.name}.ttf"
    if not path.is_file():
        raise _not_installed(wanted, "make fonts")
    return FontFile(path, 0)


def _matched(wanted: Face) -> FontFile:
    query = f"{wanted.family}:style={wanted.style}"
    command = ["fc-match", "-f", "%{family}\t%{style}\t%{file}\t%{index}", query]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingProgramError(
            "fontconfig's fc-match does not run", "apt-get install fontconfig"
        ) from error
    families, styles, path, index = answer.split("\t")
    # fontconfig always answers, if need be with another family, or with another weight
    if wanted.family not in families.split(",") or wanted.style not in styles.split(","):
        raise _not_installed(wanted, f"apt-get install {wanted.package}")
    return FontFile(Path(path), int(index or 0) & 0xFFFF)


def _not_installed(wanted: Face, advice: str) -> MissingProgramError:
    named = wanted.family if wanted.style == "Regular" else f"{wanted.family} {wanted.style}"
    return MissingProgramError(f"the font {named} is not installed", advice)

"""The faces that pages and lines are set in, and which may be trained on, tuned on, tested on.

A recogniser that has seen a face has an easier time with it, so faces are split once and for all:
what is measured on ``test`` faces was never seen in training. Korean journals are set in Batang or
Myeongjo (serif) with Gothic (sans) for headings; every split has some of both.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from haedok.errors import MissingProgramError, UsageError

Split = Literal["train", "dev", "test"]


class Face(msgspec.Struct, frozen=True):
    """A typeface: what fontconfig calls it, its kind, the Debian package that has it, its split."""

    name: str
    family: str
    kind: Literal["serif", "sans"]
    split: Split
    package: str


FACES = {
    face.name: face
    for face in (
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
}

HANJA = FACES["noto-serif"]
"""Stands in where a face lacks a sign (Hanja, mostly)."""


def face(name: str) -> Face:
    """The face of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return FACES[name]
    except KeyError:
        raise UsageError(f"no face {name!r}", f"there are {', '.join(FACES)}") from None


def faces(split: Split, kind: str | None = None) -> tuple[Face, ...]:
    """All faces of a split (and kind), in the order of the table."""
    return tuple(f for f in FACES.values() if f.split == split and kind in {None, f.kind})


class FontFile(msgspec.Struct, frozen=True):
    """Where a face is on this machine; ``index`` is its place in a collection (``.ttc``)."""

    path: Path
    index: int


@cache
def find(wanted: Face) -> FontFile:
    """The regular cut of a face, found by fontconfig.

    Raises:
        MissingProgramError: the face, or fontconfig itself, is not installed.
    """
    command = ["fc-match", "-f", "%{family}\t%{file}\t%{index}", f"{wanted.family}:style=Regular"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingProgramError(
            "fontconfig's fc-match does not run", "apt-get install fontconfig"
        ) from error
    families, path, index = answer.split("\t")
    if wanted.family not in families.split(
        ","
    ):  # fontconfig always answers, if need be with another
        raise MissingProgramError(
            f"the font {wanted.family} is not installed", f"apt-get install {wanted.package}"
        )
    return FontFile(Path(path), int(index or 0) & 0xFFFF)

"""Pages of running Korean text, as the English model of Tesseract reads them.

A page is a column of justified lines in one face, worn a little. The engine reads the page, and its
words are given back to the printed lines by their place: for each word the printed characters whose
middles it covers. Aligned by geometry the pairs stay true where string alignment would collapse.

The engine must be the *standard* ``eng`` model of tessdata 4.0.0 (npm package
``@tesseract.js-data/eng``): it, and not the fast model that Linux distributions ship, makes the
garbles that damaged documents show.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from haedok.synthesize.fonts import EXTRA, FACES, LATIN, Face, Split
from haedok.synthesize.lines import font
from haedok.train.corpora import Texts, load
from haedok.train.phrases import prose
from haedok.train.texts import dressed

Grey = NDArray[np.uint8]
Rng = np.random.Generator

LINES = 36
"""Lines of a page: starting the engine takes as long as reading a dozen."""
TIMEOUT = 180.0
DRESSED = 0.08
"""One word in so many gets a gloss, a citation, a year, Hanja or quotes."""


class Printed(msgspec.Struct, frozen=True):
    """A printed line: its text, and per character the middle, in pixels of the page."""

    text: str
    middles: tuple[float, ...]
    top: float
    bottom: float


class Garbled(msgspec.Struct, frozen=True):
    """A printed line and the words read in its place: ``(garble, first, past)``.

    ``first`` and ``past`` bound the characters of ``text`` that the word covers; both are equal
    where it covers none.
    """

    text: str
    words: tuple[tuple[str, int, int], ...]


def faces(split: Split) -> tuple[Face, ...]:
    """Text faces of a split, in the shares that papers have: mostly serif, a third Myeongjo."""
    table = {**FACES, **EXTRA}.values()
    chosen = [face for face in table if face.split == split and face.style != "Bold"]
    bold = [face for face in table if face.split == split and face.style == "Bold"]
    shares = {"nanum-myeongjo": 18, "serif": 6, "sans": 2}
    many = ((face, shares.get(face.name, shares[face.kind])) for face in chosen)
    return (*(face for face, share in many for _ in range(share)), *bold)


def running_text(texts: Texts, rng: Rng, least: int) -> str:
    """Paragraphs of one corpus in a row, some words dressed as papers dress them."""
    parts: list[str] = []
    while sum(map(len, parts)) < least:
        words = prose(texts, rng).split(" ")
        parts.append(
            " ".join(dressed(w, texts, rng) if rng.random() < DRESSED else w for w in words)
        )
    return "\n".join(parts)


def compose(
    text: str, face: Face, rng: Rng, wear: Callable[[Grey, Rng], Grey] | None = None
) -> tuple[Grey, tuple[Printed, ...]]:
    """Set a text in justified lines and wear the page, ``worn`` if nothing else is said."""
    size = int(rng.choice((32, 36, 38, 40, 42, 42, 44, 48, 54)))
    tracking = size * float(rng.uniform(-0.11, 0.0))
    measure = size * float(rng.uniform(22, 40))
    space = size * float(rng.uniform(0.2, 0.36))
    leading = round(size * float(rng.uniform(1.45, 1.9)))
    squeeze = float(rng.choice((1.0, 1.0, 1.0, 0.95, 0.9)))
    latin = _latin(rng)
    rows = _rows(text, (face, latin, size), (measure, tracking, space))[:LINES]
    sheet = Image.new("L", (int(measure + size * 4), leading * len(rows) + size * 3), 255)
    pen = ImageDraw.Draw(sheet)
    ink = int(rng.choice((0, 0, 0, 30, 60)))
    printed = []
    for number, row in enumerate(rows):
        base = round(size * 1.8 + number * leading)
        middles = []
        for sign, left, advance in row:
            pen.text((size * 2 + left, base), sign, font=_font(sign, face, latin, size), fill=ink,
                     anchor="ls")  # fmt: skip
            middles.append((size * 2 + left + advance / 2) * squeeze)
        text_ = "".join(sign for sign, _, _ in row)
        printed.append(Printed(text_, tuple(middles), base - size * 0.9, base + size * 0.25))
    image = np.asarray(sheet, np.uint8)
    if squeeze != 1.0:
        width = int(image.shape[1] * squeeze)
        image = np.asarray(
            cv2.resize(image, (width, image.shape[0]), interpolation=cv2.INTER_AREA), np.uint8
        )
    return (wear or worn)(image, rng), tuple(printed)


def _latin(rng: Rng) -> Face | None:
    """The face of Latin letters, or None: that of the Hangul."""
    serifs = [face for face in LATIN.values() if face.split == "train" and face.kind == "serif"]
    return serifs[int(rng.integers(len(serifs)))] if rng.random() < 0.4 else None


Row = list[tuple[str, float, float]]


def _rows(
    text: str, cast: tuple[Face, Face | None, int], spacing: tuple[float, float, float]
) -> list[Row]:
    """Break lines between any two syllables and set them to the measure: (sign, left, advance)."""
    measure, tracking, space = spacing
    rows: list[Row] = []
    for paragraph in text.split("\n"):
        row: Row = []
        x = cast[2] * 1.0
        pieces = _pieces(paragraph)
        for piece in pieces:
            steps = [space if s == " " else _advance(s, *cast) + tracking for s in piece]
            if row and x + sum(steps) > measure and piece != " ":
                rows.append(_justified(row, measure))
                row, x = [], 0.0
            if piece == " " and not row:
                continue
            for sign, step in zip(piece, steps, strict=True):
                row.append((sign, x, step))
                x += step
        if row:
            rows.append(_trimmed(row))
    return rows


def _pieces(paragraph: str) -> Iterator[str]:
    """Parts that no line end divides: Latin words and numbers, a sign with the stops behind it."""
    piece = ""
    for sign in paragraph:
        glued = piece and (
            (piece[-1].isascii() and piece[-1].isalnum() and sign.isascii() and sign.isalnum())
            or sign in ".,)]”’」』;:?!%·"
            or piece[-1] in "([“‘「『"
        ) and sign != " " and piece[-1] != " "  # fmt: skip
        if glued:
            piece += sign
        else:
            if piece:
                yield piece
            piece = sign
    if piece:
        yield piece


def _trimmed(row: Row) -> Row:
    while row and row[-1][0] == " ":
        row.pop()
    return row


def _justified(row: Row, measure: float) -> Row:
    row = _trimmed(row)
    if not row:
        return row
    spaces = sum(sign == " " for sign, _, _ in row)
    free = measure - row[-1][1] - row[-1][2]
    each, between = (free / spaces, 0.0) if spaces > 2 else (0.0, free / max(1, len(row)))
    if spaces and each > 30:  # a few spaces cannot take it all
        each, between = 30.0, (free - 30.0 * spaces) / max(1, len(row))
    shift, set_ = 0.0, []
    for sign, left, step in row:
        extra = between + (each if sign == " " else 0.0)
        set_.append((sign, left + shift, step + extra))
        shift += extra
    return set_


def _of_latin(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign in "()[],.;:?!'\"-/&")


def _font(sign: str, face: Face, latin: Face | None, size: int) -> ImageFont.FreeTypeFont:
    if latin is not None and _of_latin(sign):
        return font(latin, size)
    if not _has(face, sign):
        return font(FACES["noto-serif"] if not "가" <= sign <= "힣" else face, size)
    return font(face, size)


@lru_cache(maxsize=100_000)
def _has(face: Face, sign: str) -> bool:
    loaded = font(face, 40)
    return bytes(loaded.getmask(sign)) != bytes(loaded.getmask("\uffff")) or sign == " "


@lru_cache(maxsize=200_000)
def _advance(sign: str, face: Face, latin: Face | None, size: int) -> float:
    return float(_font(sign, face, latin, size).getlength(sign))


def worn(image: Grey, rng: Rng) -> Grey:
    """A clean page, a scan, or a copy of one."""
    kind = rng.random()
    if kind < 0.3:
        return image
    if kind < 0.45:  # printed at less than the resolution read
        scale = float(rng.uniform(0.5, 0.8))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        size = (image.shape[1], image.shape[0])
        return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    if rng.random() < 0.4:
        heavier = cv2.erode if rng.random() < 0.6 else cv2.dilate
        part = float(rng.uniform(0.3, 1.0))
        changed = heavier(image, np.ones((2, 2), np.uint8))
        image = np.asarray(cv2.addWeighted(image, 1 - part, changed, part, 0), np.uint8)
    blurred = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.2))).astype(np.float32)
    if rng.random() < 0.6:
        blurred += rng.standard_normal(image.shape, np.float32) * float(rng.uniform(1, 16))
    image = np.clip(blurred, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        return np.where(image > rng.uniform(120, 190), 255, 0).astype(np.uint8)
    if rng.random() < 0.2:
        return stored(image, int(rng.integers(25, 70)))
    return image


def stored(image: Grey, quality: int) -> Grey:
    """As it comes back from a JPEG file."""
    file = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(file, 0), np.uint8)


def read(image: Grey, tessdata: Path, psm: int = 6) -> list[tuple[str, int, int, float]]:
    """Words the engine finds, as ``(text, left, right, middle)`` in pixels, in its own order."""
    png = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--tessdata-dir", str(tessdata)]
    command += ["--dpi", "300", "--psm", str(psm), "-c", "tessedit_create_tsv=1"]
    done = subprocess.run(
        command, input=png, capture_output=True, check=True, timeout=TIMEOUT,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    return [
        (text, left, left + width, top + height / 2)
        for text, (left, top, width, height) in table_words(done.stdout.decode())
    ]


def table_words(table: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The words of Tesseract's TSV: text; left, top, width and height in pixels."""
    for line in table.splitlines()[1:]:
        row = line.split("\t")
        if row[0] == "5" and row[11].strip():
            yield row[11], tuple(map(int, row[6:10]))


def given_back(
    printed: Sequence[Printed], found: Sequence[tuple[str, int, int, float]]
) -> tuple[Garbled, ...]:
    """Words read, by the printed line in whose place they stand, in the engine's order."""
    by_line: list[list[tuple[str, int, int]]] = [[] for _ in printed]
    tops = np.array([line.top for line in printed])
    for text, left, right, middle in found:
        at = int(np.searchsorted(tops, middle) - 1)
        if at >= 0 and middle <= printed[at].bottom + 8:
            middles = np.array(printed[at].middles)
            first, past = (int(x) for x in np.searchsorted(middles, (left, right)))
            by_line[at].append((text, first, past))
    return tuple(
        Garbled(line.text, tuple(words)) for line, words in zip(printed, by_line, strict=True)
    )


def page(texts: Texts, cast: Sequence[Face], tessdata: Path, rng: Rng) -> tuple[str, Any]:
    """Simulate one page: the name of its face, and its lines."""
    face = cast[int(rng.integers(len(cast)))]
    image, printed = compose(running_text(texts, rng, LINES * 42), face, rng)
    psm = 6 if rng.random() < 0.6 else 3
    return face.name, given_back(printed, read(image, tessdata, psm))


def main() -> None:
    """Simulate pages into files of JSON lines, a page each, until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("tessdata", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=100_000)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    texts, cast = load(args.corpora, args.split), faces(args.split)
    with args.out.open("ab") as out:
        for number in range(args.pages):
            rng = np.random.default_rng((args.seed, number))
            name, lines = page(texts, cast, args.tessdata, rng)
            row = {"face": name, "lines": msgspec.to_builtins(lines)}
            out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            out.flush()


if __name__ == "__main__":
    main()

"""The Tesseract engine: the only module that knows pytesseract, its options and its output.

Tesseract is asked for hOCR with a box and a confidence for every character, and for plain text at
the same time: only the text says where the word spaces are (hOCR and TSV put every Hangul syllable
into a word of its own).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytesseract
from numpy.typing import NDArray
from PIL import Image

from haedok.errors import HaedokError, MissingProgramError
from haedok.model import Box
from haedok.recognize import inprocess
from haedok.recognize.glyphs import Glyph, Reading, with_even_syllables, without_overlap

Grey = NDArray[np.uint8]

LANGUAGES = ("kor", "script/Hangul", "eng")
"""What reading a Korean paper takes."""
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-kor tesseract-ocr-script-hang"

SINGLE_COLUMN, SINGLE_BLOCK, SINGLE_LINE = 4, 6, 7
"""Page segmentation modes. Mode 3, Tesseract's default, loses text on Korean pages."""

_OPTIONS = {"preserve_interword_spaces": "1", "hocr_char_boxes": "1"}
_FILES = {"tessedit_create_hocr": "1", "tessedit_create_txt": "1"}


@cache
def _listing() -> tuple[str, ...]:
    """What Tesseract says of its language packs: where they are, and then the name of each."""
    # Not pytesseract.get_languages(): it leaves out names with a capital or a slash.
    command = [pytesseract.pytesseract.tesseract_cmd, "--list-langs"]
    try:
        listed = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(listed.stdout.decode("utf-8", "replace").splitlines())


@cache
def language_names() -> dict[str, str]:
    """Installed language packs by the name we use for them, with Tesseract's own name for each.

    A script's pack lies in a folder (``script/Hangul``) or not (``Hangul``), as packagers like.
    """
    found = {name.strip() for name in _listing()[1:]}
    spellings = {name: (name, name.rpartition("/")[2]) for name in (*LANGUAGES, "osd")}
    return {
        name: spelling
        for name, tried in spellings.items()
        for spelling in reversed(tried)
        if spelling in found
    }


def _folder() -> str:
    """Where the language packs are, as the head of the list says: ``… in "/usr/…/" (5):``."""
    return _listing()[0].partition('"')[2].rpartition('"')[0] if _listing() else ""


def languages_missing() -> tuple[str, ...]:
    """Language packs that reading needs and that are not installed (all, without Tesseract)."""
    return tuple(name for name in LANGUAGES if name not in language_names())


def check_installed() -> None:
    """Raise MissingProgramError, with the command that helps, unless all can be read."""
    missing = languages_missing()
    if len(missing) == len(LANGUAGES):
        raise MissingProgramError("Tesseract, or its Korean language pack, is missing", INSTALL)
    if missing:
        raise MissingProgramError(f"Tesseract lacks the language {', '.join(missing)}", INSTALL)


def read_page(image: Grey, language: str, dpi: float, timeout: float) -> tuple[Reading, ...]:
    """The lines of an image with one column of text, as Tesseract orders them.

    Args:
        image: height x width, dark on light.
        language: one of LANGUAGES.
        dpi: of the image; 0 lets Tesseract guess.
        timeout: seconds.

    Raises:
        MissingProgramError: no Tesseract.
        HaedokError: Tesseract failed or took too long.
    """
    pages = _read([image], language, SINGLE_COLUMN, dpi, timeout)
    return tuple(reading for _, reading in pages)


def read_lines(
    images: Sequence[Grey], language: str, dpi: float, timeout: float
) -> tuple[Reading | None, ...]:
    """Many single lines in one start of the engine; None where it sees no text.

    Same arguments and errors as `read_page`; boxes are in the pixels of each line's own image.
    """
    read: list[Reading | None] = [None] * len(images)
    for index, reading in _read(images, language, SINGLE_LINE, dpi, timeout):
        before = read[index]
        read[index] = _side_by_side(before, reading) if before else reading
    return tuple(read)


def _side_by_side(one: Reading, two: Reading) -> Reading:
    """One line of two that the engine made of it; what lies over the other is dropped."""
    left, right = sorted((one, two), key=lambda reading: reading.box.x0)
    rest = [glyph for glyph in right.glyphs if glyph.centre >= left.box.x1]
    if not rest:
        return max(one, two, key=lambda reading: len(reading.glyphs))
    first = msgspec.structs.replace(rest[0], spaced=True)
    return Reading((*left.glyphs, first, *rest[1:]), left.box.union(right.box))


def _read(
    images: Sequence[Grey], language: str, mode: int, dpi: float, timeout: float
) -> Iterator[tuple[int, Reading]]:
    """Run Tesseract once over all images; each reading comes with the index of its image."""
    if not images:
        return
    options = {"psm": str(mode), **_OPTIONS}
    if dpi >= 70:  # Tesseract refuses less
        options["dpi"] = str(round(dpi))
    name = language_names().get(language, language)
    try:
        read = inprocess.read(images, name, _folder(), options, timeout)
    except TimeoutError as error:
        raise _too_long(timeout) from error
    hocr, text = read or _read_by_program(images, name, options, timeout)
    yield from hocr_to_readings(hocr, text, language.rpartition("/")[2])


def _read_by_program(
    images: Sequence[Grey], language: str, options: Mapping[str, str], timeout: float
) -> tuple[bytes, str]:
    with tempfile.TemporaryDirectory(prefix="haedok-") as folder:
        listed = _write_images(images, Path(folder))
        _run(listed, language, _command_line({**options, **_FILES}), timeout)
        return listed.with_suffix(".hocr").read_bytes(), listed.with_suffix(".txt").read_text(
            "utf-8"
        )


def _command_line(options: Mapping[str, str]) -> str:
    return " ".join(
        f"--{name} {value}" if name in {"psm", "dpi"} else f"-c {name}={value}"
        for name, value in options.items()
    )


def _write_images(images: Sequence[Grey], folder: Path) -> Path:
    """Store images losslessly, and the list of them that Tesseract takes for a document."""
    names = []
    for index, image in enumerate(images):
        path = folder / f"{index}.bmp"
        Image.fromarray(image).save(path)
        names.append(str(path))
    listed = folder / "images.lst"
    listed.write_text("\n".join(names), "utf-8")
    return listed


def _run(listed: Path, language: str, options: str, timeout: float) -> None:
    # One thread each: pages run side by side, and Tesseract's own threads only get in their way.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        pytesseract.pytesseract.run_tesseract(
            str(listed),
            str(listed.with_suffix("")),
            extension="",
            lang=language,
            config=options,
            timeout=timeout,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise MissingProgramError("Tesseract is not installed", INSTALL) from error
    except pytesseract.TesseractError as error:
        check_installed()
        reason = str(error.message).strip().splitlines()[-1:] or ["no reason given"]
        raise HaedokError(f"Tesseract failed on a page: {reason[0]}") from error
    except RuntimeError as error:  # pytesseract's way to say that time is up
        raise _too_long(timeout) from error


def _too_long(timeout: float) -> HaedokError:
    return HaedokError(
        f"Tesseract took longer than {timeout:g} s for a page",
        "raise [recognize] timeout in the settings",
    )


def hocr_to_readings(hocr: bytes, text: str, engine: str) -> Iterator[tuple[int, Reading]]:
    """Lines of an hOCR document, with the word spaces that ``text``, of the same run, has.

    Yields the index of the page (from 0) with every line that holds text.
    """
    spaces = _spaces_before(text)
    for index, page in enumerate(_of_class(ElementTree.fromstring(hocr), "ocr_page")):
        for line in page.iter():
            if line.get("class", "") not in {
                "ocr_line",
                "ocr_header",
                "ocr_textfloat",
                "ocr_caption",
            }:
                continue
            glyphs = tuple(_line_to_glyphs(line, spaces, engine))
            glyphs = with_even_syllables(without_overlap(glyphs))
            if glyphs:
                yield index, Reading(glyphs, _title_box(line, "bbox"))


def _spaces_before(text: str) -> Iterator[bool]:
    """For every character of ``text`` that is not white, whether white space stands before it."""
    white = True
    for character in text:
        if not character.isspace():
            yield white
        white = character.isspace()


def _line_to_glyphs(
    line: ElementTree.Element, spaces: Iterator[bool], engine: str
) -> Iterator[Glyph]:
    first = True
    for mark in _of_class(line, "ocrx_cinfo"):
        content = "".join(mark.itertext()).strip()
        if not content:
            continue
        flags = [next(spaces, False) for character in content if not character.isspace()]
        box = _title_box(mark, "x_bboxes")
        confidence = float(_title(mark)["x_conf"][0]) / 100
        yield Glyph(
            unicodedata.normalize("NFC", content),
            box,
            min(max(confidence, 0.0), 1.0),
            engine,
            spaced=flags[0] and not first,
        )
        first = False


def _of_class(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in element.iter() if child.get("class") == name)


def _title(element: ElementTree.Element) -> dict[str, list[str]]:
    """An hOCR title, ``bbox 1 2 3 4; x_wconf 90``, as a table."""
    parts = (part.split() for part in element.get("title", "").split(";"))
    return {part[0]: part[1:] for part in parts if part}


def _title_box(element: ElementTree.Element, key: str) -> Box:
    x0, y0, x1, y1 = (int(value) for value in _title(element)[key])
    return Box(x0, y0, x1, y1)

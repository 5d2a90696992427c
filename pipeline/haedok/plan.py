"""The keys of everything a run will make, known before anything is made.

A key digests what a result depends on and the key of the stage before, so the whole chain of a
document can be computed from its files, its settings and the code.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from haedok import __version__
from haedok.ingest import PageRef, Source
from haedok.settings import Settings
from haedok.stages import PageJob
from haedok.workdir import Workdir, code_key, digest, file_key

ROOMS = (
    ("ingest", "ingest"),
    ("prepare", "prepare"),
    ("recognize", "recognize"),
    ("diagnose", "diagnose.py"),
)
REPAIR = ("repair", "decipher", "hangul.py", "words.py")
"""What the repair of a page is made by."""
COMPANIONS = ("glossary.tsv", "decisions.jsonl")


class Plan(msgspec.Struct, frozen=True):
    """The pages of a document with the keys of their stages, and the keys of the whole."""

    source: Source
    work: Workdir
    jobs: tuple[PageJob, ...]
    keys: dict[str, str]
    """Stage → key, for the stages that see the whole document."""
    files: dict[str, str]
    tools: dict[str, str]
    settings: Settings


def make_plan(source: Source, settings: Settings, work: Path, doubts: bool = True) -> Plan:
    """Lay out a run.

    Args:
        source: the document.
        settings: of all stages.
        work: the work folder.
        doubts: False where the run ends with reading: see `PageJob`.

    Raises:
        InputError: a file cannot be read.
    """
    files = {Path(file).name: file_key(Path(file)) for file in source.files}
    tools = _tools(source)
    page_keys = [_page_keys(ref, files, tools, settings) for ref in source.pages]
    if not doubts:
        page_keys = [_without_doubts(keys) for keys in page_keys]
    glossary, decisions = (_key_of(source.beside(name)) for name in COMPANIONS)
    evidence = digest([keys["diagnose"] for keys in page_keys], glossary, code_key(*REPAIR))
    for keys in page_keys:
        keys["evidence"] = evidence
        keys["repair"] = digest(keys["diagnose"], evidence, settings.repair, tools)
    repaired = [keys["repair"] for keys in page_keys]
    structure = digest(repaired, decisions, settings.structure, code_key("structure"))
    align = digest(structure, settings.align, code_key("align"))
    emit = digest(align, settings, source.ignored, code_key("emit", "pdf_objects.py", "run.py"))
    keys = {"evidence": evidence, "structure": structure, "align": align, "emit": emit}
    jobs = tuple(
        PageJob(ref, keys, work / source.name, settings, doubts=doubts)
        for ref, keys in zip(source.pages, page_keys, strict=True)
    )
    return Plan(source, Workdir(work / source.name), jobs, keys, files, tools, settings)


def _page_keys(
    ref: PageRef, files: dict[str, str], tools: dict[str, str], settings: Settings
) -> dict[str, str]:
    name = Path(ref.file).name
    before = digest(files[name], ref.label, ref.number)
    keys = {}
    for stage, room in ROOMS:
        before = digest(
            before, getattr(settings, stage), code_key(room, "layers", "stages.py"), tools
        )
        keys[stage] = before
    return keys


def _without_doubts(keys: dict[str, str]) -> dict[str, str]:
    """Keys of pages that were read for their text alone: no other run may take them for its own."""
    told = {stage: digest(keys[stage], "without doubts") for stage in ("recognize", "diagnose")}
    return keys | told


def _tools(source: Source) -> dict[str, str]:
    """Name and version of the programs and models that a document needs."""
    names = ["kiwipiepy", "kiwipiepy_model", "rapidfuzz"]
    pictures = any(ref.kind in ("pdf", "image") for ref in source.pages)
    if pictures:
        names += ["onnxruntime", "opencv-python-headless", "pillow"]
    found = {"haedok": __version__} | dict(_packages(names))
    if pictures:
        found["tesseract"] = _program_version("tesseract", "--version")
    if any(ref.kind == "pdf" for ref in source.pages):
        found["poppler"] = _program_version("pdftoppm", "-v")
    return found


def _packages(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "missing"


def _program_version(program: str, flag: str) -> str:
    """The last word of the first line it says; ``missing`` if it is not there."""
    if shutil.which(program) is None:
        return "missing"
    said = subprocess.run([program, flag], capture_output=True, text=True, check=False)
    first = (said.stdout or said.stderr).splitlines()[:1]
    return first[0].split()[-1] if first and first[0].split() else "unknown"


def _key_of(path: Path | None) -> str:
    return file_key(path) if path else ""

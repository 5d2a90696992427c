"""Measure haedok against other readers and against a plain repair: ``make bench``.

Writes ``benchmarks/results.json``, ``benchmarks/table.md`` and the figures in ``docs/``.
"""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import engines
import msgspec
import ocr_bench
import pages
import plots
import repair_bench
import table

from haedok import __version__
from haedok.settings import Repair

ROOT = Path(__file__).parents[1]
COUNTS = (1, 2, 4, 8)
"""Pages for which the cost of reading is measured."""
MOST_JOBS = 2

READING = (
    engines.KOREAN_ONLY,
    engines.REFERENCE,
    "Tesseract Hangul",
    "haedok recognize",
    "haedok recognize, both",
    "haedok run",
)
"""Readers that are measured again whenever the recogniser changes."""

Results = dict[str, Any]


@click.command()
@click.option("--quick", is_flag=True, help="A handful of pages: is everything in order?")
@click.option("--reading", is_flag=True, help="Only the readers of READING, and no repair.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where benchmarks/ and docs/ are written  [default: the repository; build/quick if quick]",
)
def bench(quick: bool, reading: bool, out: Path | None) -> None:
    """Measure everything, and write results, tables and figures."""
    start = time.monotonic()
    if reading:
        bench_reading(start)
        return
    out = out or (ROOT / "build" / "quick" if quick else ROOT)
    how = "make bench ARGS=--quick" if quick else "make bench"
    absent = {e.name: why for e in engines.ENGINES if (why := e.missing())}
    present = [engine for engine in engines.ENGINES if engine.name not in absent]
    for name, why in absent.items():
        say(start, f"{name}: not installed ({why})")
    if not present:
        raise click.ClickException("there is nothing to measure: no reader is installed")
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        say(start, "making pages")
        documents = make_pages(Path(work), quick)
        reads = read_pages(present, documents, start)
        say(start, "measuring costs by pages")
        costs = ocr_bench.costs_by_pages(clean(documents), COUNTS)
    failed = [f"{r.engine}, {r.document.plan.name}: {r.failure}" for r in reads if r.failure]
    for failure in failed:
        say(start, f"failed: {failure}")
    say(start, "repairing text")
    results = {
        "command": how,
        "versions": versions(),
        "pages": [describe(document) for document in documents],
        "not_installed": absent,
        "not_measurable": engines.UNREACHABLE,
        "failed": failed,
        "readers": {engine.name: engine.how for engine in present},
        "ocr": {e.name: ocr_bench.accuracy(of(reads, e.name)) for e in present},
        **score_repairs(reads, quick),
        "costs": ocr_bench.page_costs({e.name: of(reads, e.name) for e in present}),
        "costs_by_pages": costs,
    }
    write(results, out, how)
    say(start, f"done: {out / 'benchmarks'}, {out / 'docs'}")


def bench_reading(start: float) -> None:
    """What a new recogniser changes, in a quarter of the time: `reading.json`, `reading.md`."""
    present = [e for e in engines.ENGINES if e.name in READING and not e.missing()]
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        reads = read_pages(present, make_pages(Path(work), quick=False), start)
    accuracy = {e.name: ocr_bench.accuracy(of(reads, e.name)) for e in present}
    costs = ocr_bench.page_costs({e.name: of(reads, e.name) for e in present})
    results = {
        "command": "make bench ARGS=--reading",
        "versions": versions(),
        "readers": {engine.name: engine.how for engine in present},
        "ocr": accuracy,
        "costs": costs,
    }
    encoded = msgspec.json.format(msgspec.json.encode(named(results)), indent=1)
    (ROOT / "benchmarks" / "reading.json").write_bytes(encoded + b"\n")
    text = table.ocr_table(accuracy, costs, {})
    (ROOT / "benchmarks" / "reading.md").write_text(text, "utf-8")
    say(start, "done: benchmarks/reading.md")


def make_pages(work: Path, quick: bool) -> list[pages.Document]:
    """All documents; of each only the first page, in a quick run."""
    plans = pages.plans(pages.text_names(quick))
    return [pages.make(plan, work / plan.name, 1 if quick else None) for plan in plans]


def clean(documents: Sequence[pages.Document]) -> list[pages.Document]:
    """Those that are not worn; in a quick run, too, there are two pages to count."""
    first = next(iter(pages.CONDITIONS))
    found = [document for document in documents if document.plan.condition == first]
    return found if len(found) > 1 else list(documents)


def read_pages(
    present: Sequence[engines.Engine], documents: Sequence[pages.Document], start: float
) -> list[ocr_bench.Read]:
    """Every document by every reader; clean ones also by the wrong model, for repair to try."""
    jobs = min(MOST_JOBS, os.cpu_count() or 1)
    reads: list[ocr_bench.Read] = []
    every = ocr_bench.read_all(present, documents, jobs)
    for name, group in groupby(every, lambda read: read.engine):
        reads += group
        say(start, f"read by {name}")
    if not engines.ENGLISH_ONLY.missing():
        reads += ocr_bench.read_all([engines.ENGLISH_ONLY], clean(documents), jobs)
    return reads


def of(reads: Sequence[ocr_bench.Read], engine: str) -> list[ocr_bench.Read]:
    """The readings of one engine."""
    return [read for read in reads if read.engine == engine]


def score_repairs(reads: Sequence[ocr_bench.Read], quick: bool) -> Results:
    """Reports by group of damage and method, by its kinds, and the curve for near misses."""
    read = repair_bench.read_cases((r.engine, r.document, r.reading.pages) for r in reads)
    cases = read + repair_bench.made_cases(pages.text_names(quick))
    edits = {
        name: [method(case.raw) for case in cases] for name, method in repair_bench.METHODS.items()
    }

    def scored(chosen: Sequence[int]) -> Results:
        some = [cases[i] for i in chosen]
        return {
            name: repair_bench.score(some, [every[i] for i in chosen])
            for name, every in edits.items()
        }

    groups: dict[str, list[int]] = {}
    kinds: dict[str, list[int]] = {}
    for index, case in enumerate(cases):
        groups.setdefault(case.group, []).append(index)
        kinds.setdefault(f"{case.group}: {case.kind}", []).append(index)
    near = [case for case in cases if case.group == repair_bench.NEAR_MISS]
    return {
        "repair": {name: scored(chosen) for name, chosen in groups.items()},
        "repair_by_kind": {
            name: {"haedok repair": scored(chosen)["haedok repair"]}
            for name, chosen in kinds.items()
        },
        "precision_coverage": repair_bench.curve(near),
    }


def describe(document: pages.Document) -> Results:
    """A document for the record."""
    return {**document.plan._asdict(), "pages": len(document.truth)}


def versions() -> dict[str, str]:
    """What was measured, and with what."""
    found = {"haedok": __version__, "python": platform.python_version()}
    said = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=False)
    found["tesseract"] = said.stdout.split("\n")[0].removeprefix("tesseract ")
    found["standard Korean model"] = engines.NPM_MODEL
    for name in ("ocrmypdf", "kiwipiepy", "rapidfuzz", "opencv-python-headless", "typst"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def write(results: Results, out: Path, how: str) -> None:
    """Everything that is kept of a run."""
    folder = out / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    encoded = msgspec.json.encode(named(results))
    (folder / "results.json").write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")
    unmeasured = {name: f"not installed: {why}" for name, why in results["not_installed"].items()}
    unmeasured |= {name: f"not measured: {why}" for name, why in results["not_measurable"].items()}
    tables = (
        table.ocr_table(results["ocr"], results["costs"], unmeasured),
        table.repair_table(results["repair"]),
    )
    (folder / "table.md").write_text("\n".join(tables), "utf-8")
    plots.error_by_condition(results["ocr"], out / "docs" / "error-by-condition.svg", how)
    near = results["repair"].get(repair_bench.NEAR_MISS, {})
    others = {name: report for name, report in near.items() if not name.startswith("haedok")}
    plots.precision_coverage(
        results["precision_coverage"],
        others,
        Repair().accept,
        out / "docs" / "precision-coverage.svg",
        how,
    )
    plots.cost_by_pages(results["costs_by_pages"], out / "docs" / "cost-by-pages.svg", how)


def named(value: Any) -> Any:
    """Records with the names of their fields: of named tuples, too, which JSON has as lists."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: named(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {str(name): named(part) for name, part in value.items()}
    return [named(part) for part in value] if isinstance(value, list) else value


def say(start: float, text: str) -> None:
    """Progress, with the time since the start."""
    click.echo(f"{time.monotonic() - start:6.0f} s  {text}", err=True)


if __name__ == "__main__":
    bench()

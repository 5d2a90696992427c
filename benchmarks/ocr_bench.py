"""OCR: every reader on every document, and what its reading is worth and costs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from cost import Cost, FailedProgramError
from engines import REFERENCE, Engine, Reading, haedok_recognize
from pages import Document

from haedok.evaluate.evaluation import compare
from haedok.evaluate.load import Side
from haedok.evaluate.report import TextReport

ALL = "all"
"""Stands for all conditions together."""


class Read(NamedTuple):
    """A document as read by an engine; ``failure`` says why there are no pages, if so."""

    engine: str
    document: Document
    reading: Reading
    failure: str = ""


class PageCosts(NamedTuple):
    """Processor seconds for each page, and the peak of memory; both also as multiples.

    The multiples are of what `engines.REFERENCE` took in the same run (None where it is missing).
    """

    seconds: float
    mib: float
    seconds_ratio: float | None
    mib_ratio: float | None


def read_all(engines: Sequence[Engine], documents: Sequence[Document], jobs: int) -> Iterator[Read]:
    """Every document read by every engine, ``jobs`` at a time, in the order of both lists."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda job: _read(*job), [(e, d) for e in engines for d in documents])


def _read(engine: Engine, document: Document) -> Read:
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        try:
            return Read(engine.name, document, engine.read(document, Path(work)))
        except FailedProgramError as error:
            nothing = Reading(("",) * len(document.images), Cost(0.0, 0.0))
            return Read(engine.name, document, nothing, str(error))


def accuracy(reads: Sequence[Read]) -> dict[str, TextReport]:
    """What one engine's readings are worth, by condition and for all of them.

    Errors and characters are summed over pages before they are divided; intervals redraw pages.
    """
    conditions = dict.fromkeys(read.document.plan.condition for read in reads)
    groups = {c: [r for r in reads if r.document.plan.condition == c] for c in conditions}
    return {name: _score(group) for name, group in {**groups, ALL: list(reads)}.items()}


def _score(reads: Sequence[Read]) -> TextReport:
    rows = [
        (f"{read.document.plan.name}/{number}", true, text)
        for read in reads
        for number, (true, text) in enumerate(
            zip(read.document.truth, read.reading.pages, strict=True), 1
        )
    ]
    truth = Side("truth", tuple((name, true) for name, true, _ in rows))
    report = compare(truth, Side("read", tuple((name, text) for name, _, text in rows))).text
    assert report is not None
    return report


def page_costs(reads: dict[str, Sequence[Read]]) -> dict[str, PageCosts]:
    """The costs of each engine, over all its documents."""
    means = {name: _mean(group) for name, group in reads.items()}
    base = means.get(REFERENCE, Cost(0.0, 0.0))
    return {
        name: PageCosts(
            round(cost.seconds, 2),
            round(cost.mib, 1),
            round(cost.seconds / base.seconds, 2) if base.seconds else None,
            round(cost.mib / base.mib, 2) if base.mib else None,
        )
        for name, cost in means.items()
    }


def _mean(reads: Sequence[Read]) -> Cost:
    total = Cost(0.0, 0.0)
    for read in reads:
        total += read.reading.cost
    return Cost(total.seconds / sum(len(read.document.images) for read in reads), total.mib)


def costs_by_pages(documents: Sequence[Document], counts: Sequence[int]) -> dict[int, Cost]:
    """What ``haedok recognize`` takes for the first so many pages of some documents."""
    images = [image for document in documents for image in document.images]
    costs = {}
    for count in counts:
        if count <= len(images):
            some = documents[0]._replace(images=tuple(images[:count]))
            with tempfile.TemporaryDirectory(prefix="bench-") as work:
                costs[count] = haedok_recognize(some, Path(work)).cost
    return costs

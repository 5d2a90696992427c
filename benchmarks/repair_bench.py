"""Text repair: what haedok does to damaged text, against leaving it, and against a plain baseline.

The damage is real where it can be: ``near-miss`` and ``wrong-model`` texts are what Tesseract makes
of the test pages with the model ``kor`` and ``eng``. Encodings and spacings are damaged as
``haedok.synthesize.damage`` does it. ``sound`` text is not damaged: there is only harm to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
import nearest_word
import numpy as np
from engines import ENGLISH_ONLY, KOREAN_ONLY
from pages import CONDITIONS, TEXTS, Document

from haedok.evaluate.evaluation import compare
from haedok.evaluate.ledger import EditedLine, by_line
from haedok.evaluate.load import Side
from haedok.evaluate.rates import Found
from haedok.evaluate.repair_metrics import EVENTS, score_repair
from haedok.evaluate.report import RepairReport
from haedok.model import Edit
from haedok.repair import repair_text
from haedok.repair.ledger import apply
from haedok.settings import Repair, Settings
from haedok.synthesize.damage import ENCODINGS, SPACINGS
from haedok.synthesize.manuscript import parse

Method = Callable[[str], tuple[Edit, ...]]
SEED = 4200
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)
NEAR_MISS, WRONG_MODEL, SOUND = "near-miss", "wrong-model", "sound"


class Case(NamedTuple):
    """A damaged text and the true one; ``kind`` is the group's finer division."""

    group: str
    kind: str
    truth: str
    raw: str


class Point(NamedTuple):
    """Of the damage ``coverage`` is repaired, and of the repairs ``precision`` are right."""

    threshold: float
    coverage: float | None
    precision: float | None
    found: Found


def _haedok(text: str) -> tuple[Edit, ...]:
    return repair_text(text).edits


METHODS: dict[str, Method] = {
    "haedok repair": _haedok,
    "nearest word, distance 1": lambda text: nearest_word.edits(text, 1),
    "nearest word, distance 1-2": lambda text: nearest_word.edits(text, 2),
}


def read_cases(readings: Iterable[tuple[str, Document, Sequence[str]]]) -> list[Case]:
    """Cases from what engines read: the engine's name, the document, its pages as read."""
    cases = []
    for engine, document, pages in readings:
        condition = document.plan.condition
        if engine == KOREAN_ONLY:
            group = NEAR_MISS
        elif engine == ENGLISH_ONLY.name and condition == next(iter(CONDITIONS)):
            group = WRONG_MODEL
        else:
            continue
        pairs = zip(document.truth, pages, strict=True)
        cases += [Case(group, condition, truth, raw) for truth, raw in pairs]
    return cases


def made_cases(texts: Sequence[str]) -> list[Case]:
    """Sound text, and every damage of encoding and spacing, line by line."""
    rng = np.random.default_rng(SEED)
    cases = []
    for name in texts:
        lines = plain_lines((TEXTS / f"{name}.md").read_text("utf-8"))
        truth = "\n".join(lines)
        cases.append(Case(SOUND, SOUND, truth, truth))
        for kind, encode in ENCODINGS.items():
            raw = "\n".join(_one_line(encode(line) or line) for line in lines)
            cases.append(Case("encoding", kind, truth, raw))
        for kind, space in SPACINGS.items():
            raw = "\n".join(space(line, rng) for line in lines)
            cases.append(Case("spacing", kind, truth, raw))
    return cases


def plain_lines(manuscript: str) -> list[str]:
    r"""The paragraphs of a manuscript, each a line; tables a line a row.

    >>> plain_lines("[heading] 1. 서론\n\n균형은^[각주.] 어렵다.")
    ['1. 서론', '균형은1) 어렵다.', '1) 각주.']
    """
    return [line for block in parse(manuscript).blocks for line in block.text.split("\n")]


def _one_line(text: str) -> str:
    """A wrong code page may make line feeds of letters; a line stays a line."""
    return text.replace("\n", " ")


def score(cases: Sequence[Case], edits: Sequence[tuple[Edit, ...]]) -> RepairReport:
    """One report over all cases, each with the edits for it."""
    names = [f"{number:04}" for number in range(1, len(cases) + 1)]
    numbered = (
        msgspec.structs.replace(edit, page=number)
        for number, page in enumerate(edits, 1)
        for edit in page
    )
    truth = Side("truth", pages=tuple(zip(names, (c.truth for c in cases), strict=True)))
    texts = (repaired(case.raw, page) for case, page in zip(cases, edits, strict=True))
    output = Side("repaired", tuple(zip(names, texts, strict=True)), edits=tuple(numbered))
    report = compare(truth, output).repair
    assert report is not None
    return report


def repaired(raw: str, edits: tuple[Edit, ...]) -> str:
    """The text with its edits made."""
    return "\n".join(
        apply(line, tuple(edit for edit in edits if edit.line == number))
        for number, line in enumerate(raw.split("\n"), 1)
    )


def curve(cases: Sequence[Case]) -> list[Point]:
    """What haedok's repair would reach if it accepted more, or less, than it does.

    Every reading is asked for; those below a threshold are then left out.
    """
    eager = Settings(repair=Repair(accept=0.0, offer=0.0))
    pages = [(case, repair_text(case.raw, eager).edits) for case in cases]
    return [_point(pages, threshold) for threshold in THRESHOLDS]


def _point(pages: Sequence[tuple[Case, tuple[Edit, ...]]], threshold: float) -> Point:
    total = Found()
    for case, edits in pages:
        sure = by_line(edit for edit in edits if edit.confidence >= threshold)
        raw = enumerate(case.raw.split("\n"), 1)
        lines = tuple(EditedLine(line, sure.get((1, number), ())) for number, line in raw)
        for counts in score_repair(case.truth, lines).lines:
            fixed, harmed, wrong, missed = (counts.events[event] for event in EVENTS)
            total += Found(fixed, fixed + harmed + wrong, fixed + wrong + missed)
    recall, precision = total.recall, total.precision
    return Point(
        threshold,
        None if recall is None else round(recall, 9),
        None if precision is None else round(precision, 9),
        total,
    )

"""The record that a comparison comes to, and how it looks on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from haedok.evaluate.calibration import Calibration
from haedok.evaluate.pair_metrics import PairReport
from haedok.evaluate.rates import FoundScore, Score
from haedok.evaluate.structure_metrics import StructureReport


class TextReport(msgspec.Struct, frozen=True):
    """Scores of the text; the names are those of `text_metrics`."""

    cer: Score
    cer_no_space: Score
    jamo_cer: Score
    eojeol: Score
    spacing: FoundScore
    scripts: dict[str, Score]
    items: dict[str, Score]


class RepairReport(msgspec.Struct, frozen=True):
    """Scores of the repair; the names are those of `repair_metrics`."""

    cer_before: Score
    cer_after: Score
    slots: FoundScore
    """Precision, recall and F0.5."""
    fixed: int
    harmed: int
    wrong_to_wrong: int
    missed: int
    harm: dict[str, Score]
    """``all``, ``clean``, ``damaged``, ``ko clean``, …; value per one, not per 10,000."""
    edits: dict[str, int]
    """How many edits have which status."""
    corrected: Score
    """Corrected edits whose reading is not the truth."""
    calibration: Calibration


class PageReport(msgspec.Struct, frozen=True):
    """One page's character errors, to find the bad ones."""

    name: str
    errors: int
    n: int


class Report(msgspec.Struct, frozen=True):
    """Everything that could be compared; None where one side lacks it."""

    truth: str
    output: str
    resampled: str
    """What the intervals redraw: ``pages`` or ``lines``."""
    pages: tuple[PageReport, ...] = ()
    unscored_pages: tuple[str, ...] = ()
    text: TextReport | None = None
    repair: RepairReport | None = None
    structure: StructureReport | None = None
    pairs: PairReport | None = None

    def json(self) -> bytes:
        """The report as JSON, indented, the same bytes for the same input."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    def lines(self) -> list[str]:
        """The report as a table of plain lines."""
        return [
            f"{self.output} against {self.truth}: {len(self.pages)} pages, 95 % intervals over "
            f"{self.resampled}",
            *(_text(self.text) if self.text else ()),
            *(_repair(self.repair) if self.repair else ()),
            *(_structure(self.structure) if self.structure else ()),
            *(_pairs(self.pairs) if self.pairs else ()),
            *(
                [f"not scored, no truth: {', '.join(self.unscored_pages)}"]
                if self.unscored_pages
                else ()
            ),
        ]


def summary(report: Report) -> str:
    """The report for a terminal."""
    return "\n".join(report.lines()) + "\n"


def score_row(name: str, score: Score, per: int = 100) -> str:
    """One rate as a line.

    >>> score_row("CER", Score(5, 200, 0.025, 0.01, 0.04))
    '  CER                             2.50 %  [1.00, 4.00]  5/200'
    """
    unit = " %" if per == 100 else ""
    value = "–" if score.value is None else f"{score.value * per:.2f}{unit}"
    return _row(name, value, _span(score.low, score.high, per), f"{score.errors:,}/{score.n:,}")


def found_row(name: str, score: FoundScore) -> str:
    """Precision, recall and F as a line."""
    values = " ".join(
        f"{letter} {'–' if value is None else f'{value * 100:.2f}'}"
        for letter, value in (("P", score.precision), ("R", score.recall))
    )
    f = "–" if score.f is None else f"{score.f * 100:.2f} %"
    label = f"{name} F{score.beta:g}"
    counts = f"{values}  {score.right:,} right of {score.found:,} found, {score.wanted:,} wanted"
    return _row(label, f, _span(score.low, score.high, 100), counts)


def _row(name: str, value: str, span: str, counts: str) -> str:
    return "  ".join(part for part in (f"  {name:<26}{value:>12}", span, counts) if part)


def _span(low: float | None, high: float | None, per: int) -> str:
    return "" if low is None or high is None else f"[{low * per:.2f}, {high * per:.2f}]"


def _text(text: TextReport) -> Iterator[str]:
    yield "text"
    yield score_row("CER", text.cer)
    yield score_row("CER without spaces", text.cer_no_space)
    yield score_row("jamo CER", text.jamo_cer)
    yield score_row("eojeol error", text.eojeol)
    yield found_row("spacing", text.spacing)
    for name, score in {**text.scripts, **text.items}.items():
        if score.n or score.errors:
            yield score_row(f"{name} {'wrong' if name in text.items else 'errors'}", score)


def _repair(repair: RepairReport) -> Iterator[str]:
    yield "repair"
    yield score_row("CER before", repair.cer_before)
    yield score_row("CER after", repair.cer_after)
    yield found_row("repair", repair.slots)
    yield (
        f"  {repair.fixed:,} fixed, {repair.harmed:,} harmed, {repair.wrong_to_wrong:,} wrong to "
        f"wrong, {repair.missed:,} missed"
    )
    for name, score in repair.harm.items():
        if score.n:
            yield score_row(f"harm per 10,000, {name}", score, 10_000)
    counts = ", ".join(f"{n:,} {status}" for status, n in repair.edits.items())
    yield f"  edits: {counts}"
    yield score_row("corrected edits wrong", repair.corrected)
    if repair.calibration.error is not None:
        yield f"  calibration error {repair.calibration.error:.3f} over {repair.calibration.n:,}"
    for point in repair.calibration.curve:
        if point.precision is not None and point.threshold in (0.0, 0.5, 0.9, 0.95, 0.99):
            yield (
                f"    confidence ≥ {point.threshold:.2f}: {point.precision:.1%} right of "
                f"{point.n:,} ({point.coverage:.1%} of edits)"
            )


def _structure(structure: StructureReport) -> Iterator[str]:
    yield "structure"
    yield score_row("blocks with a wrong role", structure.role)
    yield score_row("by characters", structure.role_characters)
    yield score_row("pairs out of order", structure.order)
    if structure.tau is not None:
        yield f"  Kendall tau {structure.tau:.3f}"
    yield score_row("footnotes lost", structure.footnotes)


def _pairs(pairs: PairReport) -> Iterator[str]:
    yield "pairs"
    yield found_row("all", pairs.all)
    for kind, score in pairs.kinds.items():
        yield found_row(kind, score)
    if pairs.unscored:
        yield f"  {pairs.unscored:,} pairs of kinds that the truth does not list"

"""The results as Markdown, for the README."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ocr_bench import ALL

if TYPE_CHECKING:
    from ocr_bench import PageCosts

    from haedok.evaluate.rates import Score
    from haedok.evaluate.report import RepairReport, TextReport

SCRIPTS = ("hangul", "latin", "hanja", "digits")


def ocr_table(
    reports: Mapping[str, Mapping[str, TextReport]],
    costs: Mapping[str, PageCosts],
    absent: Mapping[str, str],
) -> str:
    """A row for each reader: errors by condition and script, word spaces, costs."""
    conditions = [c for c in next(iter(reports.values())) if c != ALL]
    heads = [*conditions, *SCRIPTS, "spacing F1", "time", "memory"]
    rows = [
        [
            name,
            *(_interval(by[condition].cer) for condition in conditions),
            *(_percent(by[ALL].scripts[script].value) for script in SCRIPTS),
            _percent(by[ALL].spacing.f),
            _times(costs[name].seconds_ratio),
            _times(costs[name].mib_ratio),
        ]
        for name, by in reports.items()
    ]
    rows += [[name, why, *[""] * (len(heads) - 1)] for name, why in absent.items()]
    return _markdown(["reader", *heads], rows)


def repair_table(scores: Mapping[str, Mapping[str, RepairReport]]) -> str:
    """A row for each damage and method: what it was, what it became, and how surely."""
    heads = ["CER raw", "CER repaired", "precision", "recall", "F0.5", "harm per 10,000", "ECE"]
    rows = [
        [
            group,
            method,
            _percent(report.cer_before.value),
            _percent(report.cer_after.value),
            _percent(report.slots.precision),
            _percent(report.slots.recall),
            _percent(report.slots.f),
            _per_10_000(report.harm["all"]),
            _calibration(report),
        ]
        for group, methods in scores.items()
        for method, report in methods.items()
    ]
    return _markdown(["damage", "method", *heads], rows, words=2)


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table whose first ``words`` columns are no numbers."""
    rule = ["---"] * words + ["---:"] * (len(heads) - words)
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, rule, *rows))


def _percent(value: float | None) -> str:
    """As a percentage with one decimal.

    >>> _percent(0.1234), _percent(None)
    ('12.3', '–')
    """
    return "–" if value is None else f"{100 * value:.1f}"


def _interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return _percent(score.value)
    return f"{_percent(score.value)} ({_percent(score.low)}–{_percent(score.high)})"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.1f}×"


def _per_10_000(score: Score) -> str:
    return "–" if score.value is None else f"{10_000 * score.value:.1f}"


def _calibration(report: RepairReport) -> str:
    error = report.calibration.error
    sure = {point.confidence for point in report.calibration.bins} <= {1.0}
    return "–" if error is None or sure else f"{error:.3f} (n = {report.calibration.n:,})"

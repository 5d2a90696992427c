"""How good is a text? Counts, rates and intervals against a true one; see each module.

``haedok.evaluate.evaluation.evaluate(truth, output)`` is the way in for programs,
``haedok.evaluate.command.evaluate_command`` for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from haedok.evaluate.graphemes import Fold
    from haedok.evaluate.report import Report


def evaluate(truth: Path, output: Path, normalise: tuple[Fold, ...] = ()) -> Report:
    """Compare an output with the truth; see `evaluation.evaluate`."""
    from haedok.evaluate import evaluation  # noqa: PLC0415  # the command line must start fast

    return evaluation.evaluate(truth, output, normalise)


def summary(report: Report) -> str:
    """A report for a terminal."""
    return "\n".join(report.lines()) + "\n"

"""The figures of the README, as SVG files that are the same bytes for the same results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_bench import ALL

if TYPE_CHECKING:
    from cost import Cost
    from decipher_curve import Curve
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from repair_bench import Point

    from haedok.evaluate.report import RepairReport, TextReport

MARKS = ("o", "s", "^", "D")
COLOURS = ("#0072B2", "#D55E00", "#007A5E", "#8A4F7D")
"""Okabe and Ito's, darkened where needed for 4.5:1 on white; marks say the same without colour."""


def error_by_condition(
    reports: Mapping[str, Mapping[str, TextReport]], out: Path, how: str
) -> None:
    """Character error rate of each reader in each condition, with 95 % intervals."""
    names = list(reports)[::-1]
    conditions = [c for c in next(iter(reports.values())) if c != ALL]
    figure, (axes,) = _figure(1, 8, 0.55 * len(names) + 1.8)
    for index, condition in enumerate(conditions):
        scores = [reports[name][condition].cer for name in names]
        x = [100 * (score.value or 0.0) for score in scores]
        low = [100 * (s.value or 0.0) - 100 * (s.low or s.value or 0.0) for s in scores]
        high = [100 * (s.high or s.value or 0.0) - 100 * (s.value or 0.0) for s in scores]
        y = [place + 0.2 * (1 - index) for place in range(len(names))]
        axes.errorbar(
            x,
            y,
            xerr=[[max(0.0, v) for v in low], [max(0.0, v) for v in high]],
            fmt=MARKS[index],
            color=COLOURS[index],
            capsize=2,
            label=condition,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(left=0)
    axes.set_xlabel("character error rate, % (95 % interval over pages)")
    axes.grid(axis="x", color="#d0d0d0")
    axes.legend(loc="lower right")
    _save(figure, out, "Character error rate by condition", how)


def precision_coverage(
    curve: Sequence[Point], others: Mapping[str, RepairReport], accept: float, out: Path, how: str
) -> None:
    """How many repairs are right, against how much of the damage is repaired, on near misses."""
    figure, (axes,) = _figure(1, 6.5, 4.4)
    points = [p for p in curve if p.precision is not None and p.coverage is not None]
    x = [100 * (p.coverage or 0.0) for p in points]
    y = [100 * (p.precision or 0.0) for p in points]
    axes.plot(x, y, color=COLOURS[0], marker=".", label="haedok repair, by accept threshold")
    for point, a, b in zip(points, x, y, strict=True):
        if point.threshold == accept:
            axes.plot([a], [b], "o", color=COLOURS[0], label=f"its default, {accept:g}")
    for index, (name, report) in enumerate(others.items(), 1):
        at = (100 * (report.slots.recall or 0.0), 100 * (report.slots.precision or 0.0))
        axes.plot(*([v] for v in at), MARKS[index], color=COLOURS[index], label=name)
    axes.set_xlim(left=0)
    axes.set_ylim(0, 102)
    axes.set_xlabel("coverage: damaged characters repaired, %")
    axes.set_ylabel("precision: changes that are right, %")
    axes.grid(color="#d0d0d0")
    axes.legend(loc="center left")
    _save(figure, out, "Precision and coverage of repair on near-miss text", how)


def decipher_curves(told: Mapping[str, Mapping[str, Curve]], out: Path, how: str) -> None:
    """How many deciphered words are right, against how many of all are read, by condition."""
    figure, axes = _figure(len(told), 5.2 * len(told), 4.2)
    for panel, (name, curves) in zip(axes, told.items(), strict=True):
        for index, (condition, curve) in enumerate(curves.items()):
            points = [(right, taken) for _, taken, right in curve.points if taken]
            x = [100 * right / curve.words for right, _ in points]
            y = [100 * right / taken for right, taken in points]
            panel.plot(x, y, color=COLOURS[index], marker=MARKS[index], ms=3, label=condition)
        panel.set_title(name, fontsize=10)
        panel.set_xlim(left=0)
        panel.set_ylim(0, 102)
        panel.set_xlabel("words read right, % of all")
        panel.grid(color="#d0d0d0")
        panel.legend(loc="lower left")
    axes[0].set_ylabel("precision: readings that are right, %")
    _save(figure, out, "Precision and coverage of deciphered words", how)


def cost_by_pages(costs: Mapping[int, Cost], out: Path, how: str) -> None:
    """Processor seconds a page, and peak memory, of ``haedok recognize`` by number of pages."""
    figure, (left, right) = _figure(2, 8, 3.4)
    pages = list(costs)
    left.plot(pages, [costs[n].seconds / n for n in pages], marker="o", color=COLOURS[0])
    left.set_ylabel("processor seconds a page")
    right.plot(pages, [costs[n].mib for n in pages], marker="s", color=COLOURS[1])
    right.set_ylabel("peak memory, MiB (largest process)")
    for axes in (left, right):
        axes.set_ylim(0, 1.15 * max(axes.get_ylim()))
        axes.set_xticks(pages)
        axes.set_xlabel("pages")
        axes.grid(color="#d0d0d0")
    _save(figure, out, "Cost of haedok recognize by pages", how)


def _figure(columns: int, width: float, height: float) -> tuple[Figure, Sequence[Axes]]:
    import matplotlib as mpl  # noqa: PLC0415  # needed for plots alone

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "haedok"
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(
        1, columns, figsize=(width, height), squeeze=False, layout="constrained"
    )
    return figure, list(axes[0])


def _save(figure: Figure, out: Path, title: str, how: str) -> None:
    """Written with its title and the command that makes it again, in sight and in the file."""
    from matplotlib import pyplot  # noqa: PLC0415

    figure.suptitle(title)
    figure.supxlabel(f"made by: {how}", fontsize=7, color="#555555", ha="right", x=0.99)
    out.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"Date": None, "Title": title, "Description": f"Made by: {how}"}
    figure.savefig(out, format="svg", metadata=metadata, facecolor="white")
    pyplot.close(figure)

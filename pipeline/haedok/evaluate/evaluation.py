"""The whole comparison: load, match, count per page, sum, divide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from haedok.errors import InputError
from haedok.evaluate.calibration import calibrate, judge
from haedok.evaluate.graphemes import SCRIPTS, Fold
from haedok.evaluate.items import KINDS
from haedok.evaluate.ledger import EditedLine
from haedok.evaluate.load import Side, load_side
from haedok.evaluate.matching import PagePair, match_pages
from haedok.evaluate.pair_metrics import score_pairs
from haedok.evaluate.rates import (
    Count,
    Found,
    FoundScore,
    Rate,
    Score,
    found_score,
    rate_score,
    total_found,
    total_rate,
)
from haedok.evaluate.repair_metrics import (
    EVENTS,
    LANGUAGES,
    STATES,
    RepairCounts,
    score_repair,
)
from haedok.evaluate.report import PageReport, RepairReport, Report, TextReport
from haedok.evaluate.structure_metrics import score_structure
from haedok.evaluate.text_metrics import cut_by_lines, piece_counts, text_counts
from haedok.model import Status

FEW_PAGES = 5
"""With fewer pages an interval over pages says nothing; lines are redrawn instead."""

Counts = dict[str, Count]


def evaluate(truth: Path, output: Path, normalise: tuple[Fold, ...] = ()) -> Report:
    """Compare an output with the truth, in everything that both sides have.

    Args:
        truth: text, ``document.jsonl`` or ``pairs.tsv``, or a folder of them; see `load`.
        output: the same, or a folder of ``corpus/``.
        normalise: differences to overlook in the text: ``quotes``, ``dashes``, ``width``.

    Raises:
        InputError: a side is missing, empty or broken, or the two have nothing in common.
    """
    return compare(load_side(truth), load_side(output), normalise)


def compare(truth: Side, output: Side, normalise: tuple[Fold, ...] = ()) -> Report:
    """Compare two loaded sides; see `evaluate`."""
    pages, unscored = pages_of(truth, output)
    few = len(pages) < FEW_PAGES
    counts = [text_counts(page.truth, page.output, normalise) for page in pages]
    units = counts
    if few:
        cuts = [piece for p in pages for piece in cut_by_lines(p.truth, p.output, normalise)]
        units = [piece_counts(*cut) for cut in cuts]
    report = Report(
        truth=truth.name,
        output=output.name,
        resampled="lines" if few else "pages",
        pages=tuple(
            PageReport(page.name, *_errors(count))
            for page, count in zip(pages, counts, strict=True)
        ),
        unscored_pages=unscored,
        text=_text(counts, units) if pages else None,
        repair=_repair(pages, few, normalise),
        structure=(
            score_structure(truth.blocks, output.blocks)
            if truth.blocks and output.blocks is not None
            else None
        ),
        pairs=(
            score_pairs(truth.pairs, output.pairs)
            if truth.pairs and output.pairs is not None
            else None
        ),
    )
    if not (report.text or report.structure or report.pairs):
        raise InputError(
            f"{truth.name} and {output.name} have nothing in common to compare",
            "both need text, or both a document.jsonl, or both a pairs.tsv",
        )
    return report


def pages_of(truth: Side, output: Side) -> tuple[tuple[PagePair, ...], tuple[str, ...]]:
    """The pages that both sides have, and the names of those without truth."""
    if not (truth.pages and output.pages):
        return (), ()
    matched = match_pages(truth, output)
    return matched.pages, matched.unscored


def _errors(counts: Counts) -> tuple[int, int]:
    cer = counts["cer"]
    assert isinstance(cer, Rate)
    return cer.errors, cer.n


def _text(counts: Sequence[Counts], units: Sequence[Counts]) -> TextReport:
    return TextReport(
        cer=_score("cer", counts, units),
        cer_no_space=_score("cer_no_space", counts, units),
        jamo_cer=_score("jamo_cer", counts, units),
        eojeol=_score("eojeol", counts, units),
        spacing=_spacing(counts, units),
        scripts={name: _score(f"script:{name}", counts, units) for name in SCRIPTS},
        items={name: _score(name, counts, units) for name in KINDS},
    )


def _score(name: str, counts: Sequence[Counts], units: Sequence[Counts]) -> Score:
    return rate_score(total_rate(_rates(name, counts)), _rates(name, units))


def _rates(name: str, counts: Sequence[Counts]) -> list[Rate]:
    return [rate for count in counts if isinstance(rate := count[name], Rate)]


def _spacing(counts: Sequence[Counts], units: Sequence[Counts]) -> FoundScore:
    total, parts = (
        [found for count in column if isinstance(found := count["spacing"], Found)]
        for column in (counts, units)
    )
    return found_score(total_found(total), parts)


def _repair(
    pages: Sequence[PagePair], by_line: bool, normalise: tuple[Fold, ...]
) -> RepairReport | None:
    known = [(page.truth, page.lines) for page in pages if page.lines is not None]
    if not known:
        return None
    scored = [score_repair(truth, lines, normalise) for truth, lines in known]
    lines = [line for page in scored for line in page.lines]
    units = [[line] for line in lines] if by_line else [list(page.lines) for page in scored]
    events = {event: sum(line.events[event] for line in lines) for event in EVENTS}
    judged = [verdict for truth, page in known for verdict in judge(truth, page, normalise)]
    made = [Rate(int(not j.right), 1) for j in judged if j.edit.status == "corrected"]
    return RepairReport(
        cer_before=_page_score([page.before for page in scored], by_line),
        cer_after=_page_score([page.after for page in scored], by_line),
        slots=found_score(_found(lines), [_found(unit) for unit in units], beta=0.5),
        **events,
        harm=_harm_scores(lines, units),
        edits=_statuses([page for _, page in known]),
        corrected=rate_score(total_rate(made), made),
        calibration=calibrate([j for j in judged if j.edit.decided_by != "comparison"]),
    )


def _page_score(rates: list[Rate], by_line: bool) -> Score:
    return rate_score(total_rate(rates), [] if by_line else rates)


def _found(lines: Sequence[RepairCounts]) -> Found:
    fixed, harmed, wrong, missed = (sum(line.events[e] for line in lines) for e in EVENTS)
    return Found(fixed, fixed + harmed + wrong, fixed + wrong + missed)


def _harm_scores(
    lines: Sequence[RepairCounts], units: Sequence[Sequence[RepairCounts]]
) -> dict[str, Score]:
    groups: dict[str, tuple[set[str], set[str]]] = {"all": (set(LANGUAGES), set(STATES))}
    groups |= {state: (set(LANGUAGES), {state}) for state in STATES}
    groups |= {f"{lang} {state}": ({lang}, {state}) for lang in LANGUAGES for state in STATES}
    return {
        name: rate_score(_harm(lines, *group), [_harm(unit, *group) for unit in units])
        for name, group in groups.items()
    }


def _harm(lines: Sequence[RepairCounts], languages: set[str], states: set[str]) -> Rate:
    chosen = [line for line in lines if line.language in languages and line.state in states]
    return Rate(sum(line.events["harmed"] for line in chosen), sum(line.right for line in chosen))


def _statuses(pages: Sequence[tuple[EditedLine, ...]]) -> dict[str, int]:
    counted = Counter(edit.status for page in pages for line in page for edit in line.edits)
    return {str(status): counted[status] for status in get_args(Status)}

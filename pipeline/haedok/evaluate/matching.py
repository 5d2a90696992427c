"""Which page of the output answers which page of the truth, and what its raw lines were."""

from __future__ import annotations

import msgspec

from haedok.errors import InputError
from haedok.evaluate.ledger import EditedLine, by_line, undo
from haedok.evaluate.load import Side
from haedok.model import Edit


class PagePair(msgspec.Struct, frozen=True):
    """A true page and the output for it; ``lines`` are None where no raw text is known."""

    name: str
    truth: str
    output: str
    lines: tuple[EditedLine, ...] | None = None


class Matched(msgspec.Struct, frozen=True):
    """The pages that can be compared, and the names of output pages that have no truth."""

    pages: tuple[PagePair, ...]
    unscored: tuple[str, ...] = ()


def match_pages(truth: Side, output: Side) -> Matched:
    """Put the pages of two sides together.

    By name where every true page has a namesake; else by order where there are equally many; else
    by name where at least one has a namesake (a true page without output counts as lost, an output
    page without truth is not scored); else both sides are one long text.

    Raises:
        InputError: the edits of the output do not fit its text.
    """
    texts = dict(output.pages)
    lines = _edited_lines(output)
    names = {name for name, _ in truth.pages}
    if not names <= set(texts) and len(truth.pages) == len(output.pages):
        renamed = dict(zip(texts, (name for name, _ in truth.pages), strict=True))
        texts = {renamed[name]: text for name, text in texts.items()}
        lines = {renamed[name]: known for name, known in lines.items()}
    if not names & set(texts):
        return Matched((_joined(truth, output, lines),))
    pages = tuple(
        PagePair(name, text, texts.get(name, ""), lines.get(name, () if lines else None))
        for name, text in truth.pages
    )
    return Matched(pages, tuple(name for name in texts if name not in names))


def _joined(truth: Side, output: Side, lines: dict[str, tuple[EditedLine, ...]]) -> PagePair:
    every = tuple(line for name, _ in output.pages for line in lines.get(name, ()))
    return PagePair(
        "all pages",
        "\n".join(text for _, text in truth.pages),
        "\n".join(text for _, text in output.pages),
        every if lines else None,
    )


def _edited_lines(output: Side) -> dict[str, tuple[EditedLine, ...]]:
    """The raw lines of every output page: from the edits undone, else from a raw text."""
    if output.edits is not None:
        edits = by_line(output.edits)
        numbers = _numbers([name for name, _ in output.pages])
        _check(edits, output, numbers)
        return {name: _undone(text, numbers[name], edits) for name, text in output.pages}
    if len(output.raw) == len(output.pages):
        pages = zip(output.raw, output.pages, strict=True)
        return {name: _compared(raw, text) for (_, raw), (name, text) in pages}
    return {}


def _numbers(names: list[str]) -> dict[str, int]:
    """``0012`` is page 12; where names are not numbers, pages are counted."""
    if all(name.isdecimal() for name in names):
        return {name: int(name) for name in names}
    return {name: number for number, name in enumerate(names, start=1)}


def _check(
    edits: dict[tuple[int, int], tuple[Edit, ...]], output: Side, numbers: dict[str, int]
) -> None:
    heights = {numbers[name]: len(text.split("\n")) for name, text in output.pages}
    for page, line in sorted(edits):
        if line > heights.get(page, 0):
            raise InputError(
                f"edits.jsonl does not fit the text: there is no line {line} on page {page}",
                "give the text/pages and the edits.jsonl of the same run",
            )


def _undone(
    text: str, page: int, edits: dict[tuple[int, int], tuple[Edit, ...]]
) -> tuple[EditedLine, ...]:
    return tuple(
        undo(line, edits.get((page, number), ()))
        for number, line in enumerate(text.split("\n"), start=1)
    )


def _compared(raw: str, repaired: str) -> tuple[EditedLine, ...]:
    """Raw lines with their differences as sure edits; without a ledger nothing is calibrated."""
    from haedok.evaluate.alignment import align  # noqa: PLC0415  # only this road needs it

    old, new = raw.split("\n"), repaired.split("\n")
    if len(old) != len(new):
        old, new = [" ".join(raw.split())], [" ".join(repaired.split())]
    lines: list[EditedLine] = []
    for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
        edits = tuple(
            Edit(
                *(1, number, op.t0, op.t1, before[op.t0 : op.t1], after[op.o0 : op.o1]),
                cause="near-miss",
                status="corrected",
                confidence=1.0,
                decided_by="comparison",
            )
            for op in align(before, after)
            if op.tag != "equal"
        )
        lines.append(EditedLine(before, edits))
    return tuple(lines)

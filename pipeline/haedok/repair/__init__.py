"""Send each line to the cure for its accident, and write down what was done.

A cure answers readings with calibrated confidence; here it is decided what becomes of them: sure
enough to change the text (``corrected``), worth offering (``doubtful``), or damage that stays
(``unreadable``). What is protected needs evidence of its own kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

import msgspec

from haedok.model import Cause, Edit, Line, Page, Status
from haedok.repair import encoding, gloss, layer, near_miss, second_look, spacing, wrong
from haedok.repair.deciphering import deciphered, expecting
from haedok.repair.evidence import Evidence, misread_on, misread_share, respaced_odds, told_by
from haedok.repair.ledger import apply
from haedok.repair.line_context import places
from haedok.repair.protect import allowed
from haedok.repair.readings import Reading
from haedok.settings import Repair, Settings

__all__ = [
    "Evidence",
    "RepairedLine",
    "RepairedText",
    "gather_evidence",
    "repair_line",
    "repair_lines",
    "repair_page",
    "repair_text",
]

Cure = Callable[[Line, Evidence, Repair], Sequence[Reading]]

CURES: tuple[tuple[Cause, Cure], ...] = (
    ("encoding", encoding.cure),
    ("text-layer", layer.cure),
    ("wrong-model", wrong.cure),
    ("gloss", gloss.cure),
    ("spacing", spacing.cure),
    ("near-miss", near_miss.cure),
)
"""One cure per cause."""

WITH_NEAR_MISSES: frozenset[Cause] = frozenset({"spacing"})
"""Lines with such damage may have misread syllables as well, in other words."""


CHUNK, PAPER = 64, 1600
"""Lines of a text that are looked at together: about a page; if garbled, about a paper."""


class RepairedLine(NamedTuple):
    """A line of a text: as it came, as it is now, and why; ``end`` is its newline, if any."""

    line: int
    raw: str
    text: str
    cause: Cause
    edits: tuple[Edit, ...]
    end: str = "\n"


class RepairedText(str):
    """A repaired text that knows what was done to it: ``.lines`` and ``.edits``."""

    lines: tuple[RepairedLine, ...]
    edits: tuple[Edit, ...]


def gather_evidence(pages: Sequence[Page], glossary: Sequence[tuple[str, str]] = ()) -> Evidence:
    """What diagnosed pages say about their document; only lines that are sound may speak.

    If there are garbled ones, they are read for the first time.
    """
    lines = [line for page in pages for line in page.lines]
    return expecting(lines, told_by(lines, misread_on(pages), glossary))


def repair_page(page: Page, evidence: Evidence, settings: Repair) -> Page:
    """The page with the edits of all its lines; its raw lines stay as they are."""
    seen = second_look.look(page.lines, evidence, settings.offer)
    known_of_page = deciphered(page.lines, evidence)
    edits = (
        edit
        for line, known in _among(page.lines, known_of_page)
        for edit in repair_line(line, known, settings, page.number, seen.get(line.number, ()))
    )
    return msgspec.structs.replace(page, edits=tuple(edits))


def _among(lines: Sequence[Line], evidence: Evidence) -> Iterator[tuple[Line, Evidence]]:
    """Each line, with what those around it say: words go on over line ends, damage over lines."""
    respaced = respaced_odds(lines)
    where = places([line.text for line in lines])
    evidence = near_miss.heard(lines, where, evidence)
    texts = ["", *(line.text for line in lines), ""]
    for line, place, above, below in zip(lines, where, texts, texts[2:], strict=False):
        if line.cause in {"near-miss", *WITH_NEAR_MISSES}:
            around = {"before": above, "after": below, "place": place, "respaced": respaced}
            yield line, msgspec.structs.replace(evidence, **around)
        else:
            yield line, evidence


def repair_line(
    line: Line,
    evidence: Evidence,
    settings: Repair,
    page: int = 1,
    seen: tuple[Reading, ...] = (),
) -> tuple[Edit, ...]:
    """The edits of one diagnosed line, by offset; they never overlap.

    ``seen`` are readings that rest on the line's picture, too: they go before those of the text
    alone (`second_look`).
    """
    cure = dict(CURES).get(line.cause)
    readings = sorted(cure(line, evidence, settings)) if cure else []
    if any(right.start < left.end for left, right in pairwise(readings)):
        raise ValueError(f"the cure for {line.cause} answered overlapping spans")
    if line.cause in WITH_NEAR_MISSES:
        readings = _with_near_misses(line, evidence, settings, readings)
    readings = second_look.first(seen, readings, line)
    return tuple(_edit(reading, line, settings, page) for reading in readings)


def _with_near_misses(
    line: Line, evidence: Evidence, settings: Repair, readings: Sequence[Reading]
) -> list[Reading]:
    """With those of misread syllables; of two in each other's way, the sure one stays."""
    found = [one._replace(cause="near-miss") for one in near_miss.cure(line, evidence, settings)]
    sure = [one for one in found if one.confidence >= settings.accept and not one.held]
    kept = [
        one
        for one in readings
        if (one.confidence >= settings.accept and not one.held)
        or not any(_overlap(one, other) for other in sure)
    ]
    return sorted([*kept, *(n for n in found if not any(_overlap(n, one) for one in kept))])


def _overlap(one: Reading, other: Reading) -> bool:
    return one.start < other.end and other.start < one.end


def _edit(reading: Reading, line: Line, settings: Repair, page: int) -> Edit:
    raw = line.text[reading.start : reading.end]
    status = _status(reading, raw, line, settings)
    unread = status == "unreadable"
    return Edit(
        page=page,
        line=line.number,
        start=reading.start,
        end=reading.end,
        raw=raw,
        reading=None if unread else reading.best,
        cause=reading.cause or line.cause,
        status=status,
        confidence=round(reading.confidence, 4),
        candidates=tuple((text, round(p, 4)) for text, p in reading.candidates),
        evidence=reading.evidence,
    )


def _status(reading: Reading, raw: str, line: Line, settings: Repair) -> Status:
    if reading.best is None or reading.confidence < settings.offer:
        return "unreadable"
    if reading.held or reading.confidence < settings.accept or reading.best == raw:
        return "doubtful"
    sure = reading.seen or allowed(line.text, reading, line.cause)
    return "corrected" if sure else "doubtful"


def repair_lines(
    text: str, settings: Repair | None = None, evidence: Evidence | None = None
) -> Iterator[RepairedLine]:
    r"""Diagnose and repair a text line by line, in the memory of a page.

    Lines end at ``\n`` and nowhere else; ``\r`` and all other controls are part of the text.
    Without ``evidence``, the lines around a line tell whether it comes from a misreading engine.
    """
    # Diagnosis looks with the eyes of these rooms, so it cannot be imported before they exist.
    from haedok.diagnose import diagnose_lines  # noqa: PLC0415

    settings = settings or Repair()
    rows = enumerate(_split(text), 1)
    while chunk := list(islice(rows, CHUNK)):
        lines = diagnose_lines([Line(number, raw) for number, (raw, _) in chunk])
        if evidence is None and any(line.cause == "wrong-model" for line in lines):
            # what the garble is about is said elsewhere in the text: look at more of it
            chunk += islice(rows, PAPER - len(chunk))
            lines = diagnose_lines([Line(number, raw) for number, (raw, _) in chunk])
            known = expecting(lines, told_by(lines, misread_share(lines)))
        else:
            known = evidence or Evidence(misread=misread_share(lines))
        among = _among(lines, deciphered(lines, known))
        for (line, around), (_, (raw, end)) in zip(among, chunk, strict=True):
            edits = repair_line(line, around, settings)
            yield RepairedLine(line.number, raw, apply(raw, edits), line.cause, edits, end)


def _split(text: str) -> Iterator[tuple[str, str]]:
    r"""Lines and their ends; what follows the last newline is a line only if there is any.

    >>> list(_split("a\r\n\nb"))
    [('a\r', '\n'), ('', '\n'), ('b', '')]
    """
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end], "\n"
        start = end + 1
    if start < len(text):
        yield text[start:], ""


def repair_text(
    text: str, settings: Settings | None = None, evidence: Evidence | None = None
) -> RepairedText:
    """Repair a text; what is sound comes through to the last byte.

    >>> print(repair_text("제목: ¾È³çÇÏ¼¼¿ä"))
    제목: 안녕하세요
    """
    lines = tuple(repair_lines(text, (settings or Settings()).repair, evidence))
    repaired = RepairedText("".join(line.text + line.end for line in lines))
    repaired.lines = lines
    repaired.edits = tuple(edit for line in lines for edit in line.edits)
    return repaired

"""The ledger: every change as a row that can be applied, undone, replayed and overruled.

Edits speak in offsets of the *raw* line, never overlap within a line, and only those with status
``corrected`` change the text. So the raw text can always be had back byte for byte, and a reviewer
can accept, reject or retype any of them without running anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeVar

import msgspec

from haedok.errors import InputError
from haedok.model import Edit

T = TypeVar("T")

Place = tuple[int, int, int, int]
"""Where an edit stands: page, line, start, end."""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A reviewer's word on one edit: a row of ``decisions.jsonl``.

    ``raw`` repeats what stood there when the reviewer looked: a decision whose ``raw`` no longer
    matches is stale and is reported, not applied.
    """

    page: int
    line: int
    start: int
    end: int
    raw: str
    action: Literal["accept", "reject", "retype"]
    reading: str | None = None
    by: str = "reviewer"


class Decided(NamedTuple):
    """Edits after review, and the decisions that could not be applied, each with the reason."""

    edits: tuple[Edit, ...]
    stale: tuple[tuple[Decision, str], ...]


def changes(edits: Iterable[Edit]) -> list[Edit]:
    """Those edits that change the text, by offset.

    Raises:
        ValueError: two of them overlap, or one has no reading.
    """
    made = sorted((e for e in edits if e.status == "corrected"), key=lambda e: (e.start, e.end))
    for edit, following in pairwise(made):
        if following.start < edit.end or following.start == edit.start:
            raise ValueError(f"edits overlap at {following.start} of line {following.line}")
    if any(edit.reading is None for edit in made):
        raise ValueError("a corrected edit has no reading")
    return made


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The line as repaired: ``corrected`` edits made, all others left as they stand.

    >>> apply("핵위합을", [Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.97)])
    '핵위협을'
    """
    parts, done = [], 0
    for edit in changes(edits):
        if text[edit.start : edit.end] != edit.raw:
            raise ValueError(f"{edit.raw!r} does not stand at {edit.start} of line {edit.line}")
        parts += [text[done : edit.start], edit.reading or ""]
        done = edit.end
    return "".join([*parts, text[done:]])


def undo(repaired: str, edits: Iterable[Edit]) -> str:
    """The raw line again, from the repaired one: the inverse of ``apply``, to the byte.

    >>> undo("핵위협을", [Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.97)])
    '핵위합을'
    """
    parts, done, shift = [], 0, 0
    for edit in changes(edits):
        reading = edit.reading or ""
        start = edit.start + shift
        if repaired[start : start + len(reading)] != reading:
            raise ValueError(f"{reading!r} does not stand at {start} of line {edit.line}")
        parts += [repaired[done:start], edit.raw]
        done = start + len(reading)
        shift += len(reading) - len(edit.raw)
    return "".join([*parts, repaired[done:]])


def replay(lines: Sequence[str], edits: Iterable[Edit]) -> list[str]:
    """Apply the edits of one page to its raw lines (line 1 first)."""
    by_line: dict[int, list[Edit]] = {}
    for edit in edits:
        by_line.setdefault(edit.line, []).append(edit)
    return [apply(text, by_line.get(number, ())) for number, text in enumerate(lines, 1)]


def to_rows(edits: Iterable[Edit]) -> Iterator[bytes]:
    """Edits as lines of ``edits.jsonl``, without the newline; field order is the contract's."""
    return map(msgspec.json.encode, edits)


def from_rows(rows: Iterable[bytes | str]) -> Iterator[Edit]:
    """Edits from lines of ``edits.jsonl``; empty lines are skipped.

    Raises:
        InputError: a row is not an edit.
    """
    return _decode(rows, msgspec.json.Decoder(Edit), "edits.jsonl")


def decisions_from_rows(rows: Iterable[bytes | str]) -> Iterator[Decision]:
    """Decisions from lines of ``decisions.jsonl``; empty lines are skipped.

    Raises:
        InputError: a row is not a decision, or retypes without a reading.
    """
    for decision in _decode(rows, msgspec.json.Decoder(Decision), "decisions.jsonl"):
        if decision.action == "retype" and decision.reading is None:
            raise InputError(
                f"decisions.jsonl: page {decision.page}, line {decision.line}: no reading to retype"
            )
        yield decision


def _decode(
    rows: Iterable[bytes | str], decoder: msgspec.json.Decoder[T], name: str
) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            yield decoder.decode(row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InputError(f"{name}, row {number}: {error}") from error


def decide(
    edits: Iterable[Edit],
    decisions: Iterable[Decision],
    raw_lines: Mapping[tuple[int, int], str] | None = None,
) -> Decided:
    """Let the reviewer's decisions overrule the proposed edits; the last word on a place counts.

    A decision speaks about the edit of the same place and the same raw text. ``accept`` makes its
    reading the text, ``reject`` withdraws it, ``retype`` puts the reviewer's reading in its place.
    With ``raw_lines`` (by page and line number) a reviewer may also retype where nothing was
    proposed.
    """
    found = {place_of(edit): edit for edit in edits}
    stale: list[tuple[Decision, str]] = []
    for decision in last_words(decisions):
        edit = found.get(place_of(decision)) or _new(decision, found.values(), raw_lines or {})
        reason = _why_stale(edit, decision)
        if reason or edit is None:
            stale.append((decision, reason))
        else:
            found[place_of(edit)] = _overruled(edit, decision)
    return Decided(tuple(found[place] for place in sorted(found)), tuple(stale))


def last_words(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """Of the decisions on the same raw text in the same place, the last alone."""
    last: dict[tuple[Place, str], Decision] = {}
    for decision in decisions:
        last.pop((place_of(decision), decision.raw), None)  # it moves behind the others
        last[place_of(decision), decision.raw] = decision
    yield from last.values()


def place_of(row: Edit | Decision) -> Place:
    """Where an edit or a decision about one stands."""
    return row.page, row.line, row.start, row.end


def _new(
    decision: Decision, edits: Iterable[Edit], raw_lines: Mapping[tuple[int, int], str]
) -> Edit | None:
    """An edit where none was proposed, if the reviewer retypes a place that exists and is free."""
    text = raw_lines.get((decision.page, decision.line))
    if decision.action != "retype" or text is None or decision.end > len(text):
        return None
    same_line = (e for e in edits if (e.page, e.line) == (decision.page, decision.line))
    if any(e.start < decision.end and decision.start < e.end for e in same_line):
        return None
    raw = text[decision.start : decision.end]
    return Edit(*place_of(decision), raw, None, "near-miss", "unreadable", 1.0)


def _why_stale(edit: Edit | None, decision: Decision) -> str:
    if edit is None:
        return "no edit is proposed here any more"
    if edit.raw != decision.raw:
        return f"the raw text is now {edit.raw!r}"
    if decision.action == "accept" and decision.reading is None and edit.reading is None:
        return "there is no reading to accept"
    return ""


def _overruled(edit: Edit, decision: Decision) -> Edit:
    """The edit as the reviewer wants it; a rejected one stays, as damage nobody read."""
    kept = msgspec.structs.replace(edit, confidence=1.0, decided_by=decision.by)
    if decision.action == "reject":
        evidence = (*edit.evidence, "rejected in review")
        return msgspec.structs.replace(kept, reading=None, status="unreadable", evidence=evidence)
    reading = decision.reading if decision.reading is not None else edit.reading
    return msgspec.structs.replace(kept, reading=reading, status="corrected")

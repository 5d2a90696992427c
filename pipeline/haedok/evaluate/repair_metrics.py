"""What a repair did to a text: what it fixed, what it harmed, what it missed.

The raw and the repaired page are each aligned with the true one. The truth has a *slot* for every
grapheme (spaces included) and one for every gap before, between and behind them; a slot is right
when it holds the true grapheme, or nothing in the case of a gap. Then

* ``fixed``: wrong in the raw text, right in the repaired one;
* ``harmed``: right in the raw text, wrong in the repaired one;
* ``wrong_to_wrong``: wrong in both, and not the same;
* ``missed``: wrong in both, and the same.

Precision is ``fixed / (fixed + harmed + wrong_to_wrong)``, recall ``fixed / (fixed +
wrong_to_wrong + missed)``, and F0.5 weighs precision double. A slot can only have changed where an
edit of the ledger stands (in the slot, or next to it where the slot is empty): elsewhere the text
is the same, and if the two alignments differ there, the more favourable one counts for both.

*Harm* is ``harmed`` per 10,000 graphemes that were right, apart for ``clean`` and ``damaged`` raw
lines (a line is clean when all its slots are right) and for ``ko`` and ``en``: a line is Korean
when more than one in ten of its true letters are Hangul or Hanja (so one with a long English gloss
still is), English when it has other letters, and ``other`` without any.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

import msgspec

from haedok.evaluate.alignment import Op, align, distance
from haedok.evaluate.graphemes import Fold, join_lines, lines_of, script_of
from haedok.evaluate.ledger import EditedLine
from haedok.evaluate.rates import Rate

EVENTS = ("fixed", "harmed", "wrong_to_wrong", "missed")
LANGUAGES = ("ko", "en", "other")
KOREAN = 10
STATES = ("clean", "damaged")


class Owned(NamedTuple):
    """Graphemes of a page, with the line and the edit (or None) that each came from."""

    text: list[str]
    lines: list[int]
    edits: list[tuple[int, int] | None]
    """``(line index, edit index)``."""


class RepairCounts(msgspec.Struct, frozen=True):
    """The counts of one raw line."""

    events: dict[str, int]
    right: int
    """Graphemes (not gaps) that were right before the repair."""
    language: str
    state: str


class RepairedPage(msgspec.Struct, frozen=True):
    """The counts of a page: per raw line, and the character errors before and after."""

    lines: tuple[RepairCounts, ...]
    before: Rate
    after: Rate


def owned_graphemes(
    lines: tuple[EditedLine, ...], made: bool, offered: bool = False, folds: tuple[Fold, ...] = ()
) -> Owned:
    """The graphemes of a page, normalised as `graphemes.lines_of` does, and where each is from.

    ``made`` asks for the repaired text, otherwise for the raw one (its edited stretches are owned
    as well); ``offered`` for the text as if doubtful readings had been made, too.
    """
    owned = Owned([], [], [])
    for number, line in enumerate(lines):
        parts = line.parts(offered) if made else line.raw_parts()
        for text, edit in [*parts, ("\n", None)]:
            owner = None if edit is None else (number, edit)
            _extend(owned, text, number, owner, folds)
    if owned.text[-1:] == [" "]:
        for column in owned:
            column.pop()
    return owned


def score_repair(
    truth: str, lines: tuple[EditedLine, ...], folds: tuple[Fold, ...] = ()
) -> RepairedPage:
    """Compare the raw and the repaired lines of a page with its true text."""
    true = join_lines(lines_of(truth, folds))
    raw = owned_graphemes(lines, made=False, folds=folds)
    new = owned_graphemes(lines, made=True, folds=folds)
    raw_ops, new_ops = align(true, raw.text), align(true, new.text)
    before, after = _slots(true, raw, raw_ops), _slots(true, new, new_ops)
    return RepairedPage(
        _by_line(true, before, after),
        Rate(distance(raw_ops), len(true)),
        Rate(distance(new_ops), len(true)),
    )


class _Slot(NamedTuple):
    held: str
    right: bool
    touched: bool
    line: int


def _extend(
    owned: Owned, text: str, line: int, owner: tuple[int, int] | None, folds: tuple[Fold, ...]
) -> None:
    words = [join_lines(lines_of(word, folds)) for word in text.split()]
    spaced = [text[:1].isspace(), *[True] * (len(words) - 1)]
    for word, space in zip(words, spaced, strict=False):
        _append(owned, [" "] if space else [], line, owner)
        _append(owned, word, line, owner)
    if text[-1:].isspace():
        _append(owned, [" "], line, owner)


def _append(owned: Owned, text: list[str], line: int, owner: tuple[int, int] | None) -> None:
    for grapheme in text:
        if grapheme == " " and owned.text[-1:] in ([], [" "]):
            continue
        owned.text.append(grapheme)
        owned.lines.append(line)
        owned.edits.append(owner)


def _slots(true: list[str], owned: Owned, ops: list[Op]) -> list[_Slot]:
    """Gap 0, grapheme 0, gap 1, grapheme 1, …, the last gap: ``2 × len(true) + 1`` slots."""
    spans: list[tuple[int, int]] = [(-1, -1)] * (2 * len(true) + 1)
    for op in ops:
        if op.tag == "insert":
            spans[2 * op.t0] = (op.o0, op.o1)
        for step in range(op.t1 - op.t0):
            start = op.o0 if op.tag == "delete" else op.o0 + step
            spans[2 * (op.t0 + step) + 1] = (start, start + (op.tag != "delete"))
    touched = [False, *(edit is not None for edit in owned.edits), False]
    lines = [*owned.lines[:1], *owned.lines] or [0]
    slots: list[_Slot] = []
    place = 0
    for number, span in enumerate(spans):
        start, end = (place, place) if span[0] < 0 else span
        wanted = true[number // 2] if number % 2 else ""
        held = "".join(owned.text[start:end])
        # an empty slot is touched by the graphemes on both sides of it, and stands in the line
        # of the one before it (both lists have one entry in front)
        if start == end:
            is_touched, line = touched[start] or touched[start + 1], lines[start]
        else:
            is_touched, line = True in touched[start + 1 : end + 1], lines[start + 1]
        slots.append(_Slot(held, held == wanted, is_touched, line))
        place = end
    return slots


def _by_line(true: list[str], before: list[_Slot], after: list[_Slot]) -> tuple[RepairCounts, ...]:
    events: dict[int, Counter[str]] = defaultdict(Counter)
    scripts: dict[int, Counter[str]] = defaultdict(Counter)
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        counts = events[old.line]
        touched = old.touched or new.touched
        was_right = old.right if touched else old.right or new.right
        counts["right"] += was_right and number % 2
        counts["wrong"] += not was_right
        counts[_event(was_right, old, new) if touched else ("" if was_right else "missed")] += 1
        if number % 2:
            scripts[old.line][script_of(true[number // 2])] += 1
    return tuple(
        RepairCounts(
            {event: events[line][event] for event in EVENTS},
            events[line]["right"],
            _language(scripts[line]),
            "damaged" if events[line]["wrong"] else "clean",
        )
        for line in sorted(events)
    )


def _event(was_right: bool, old: _Slot, new: _Slot) -> str:
    if was_right:
        return "" if new.right else "harmed"
    if new.right:
        return "fixed"
    return "missed" if old.held == new.held else "wrong_to_wrong"


def _language(scripts: Counter[str]) -> str:
    korean = scripts["hangul"] + scripts["hanja"]
    if not korean and not scripts["latin"]:
        return "other"
    return "ko" if korean * KOREAN > korean + scripts["latin"] else "en"

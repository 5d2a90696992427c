"""Each line with all that is known about it: place, sign, and whether it is text at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from haedok.model import Page
from haedok.structure.heads import Furniture, furniture
from haedok.structure.lines import View, views
from haedok.structure.places import Columns, Place, places
from haedok.structure.signs import FOOTNOTE, Sign, ends_sentence, sign_of

Kind = Furniture | Literal["footnote", "table", "flow"]

FULL = 0.85
"""A line that reaches so far across its column may have been broken off by its end."""
OPENING = 12
"""Volume, authors' addresses and the like stand on the first so many lines of a document."""
SMALL = 0.94
"""Notes are set smaller than body text: at most this share of its height."""
PARTS: frozenset[Sign] = frozenset(("abstract", "keywords", "references"))
"""Signs with which a part of the paper begins."""


class Spot(msgspec.Struct, frozen=True):
    """A line that is not blank."""

    view: View
    place: Place
    kind: Kind
    sign: Sign | None = None

    @property
    def text(self) -> str:
        """The text without cell borders."""
        return self.view.plain

    @property
    def unfinished(self) -> bool:
        """A full line that does not end a sentence: the sentence goes on elsewhere."""
        return self.place.fill >= FULL and not ends_sentence(self.text)


def spots(pages: Sequence[Page], columns: Columns) -> tuple[Spot, ...]:
    """All lines but blank ones, in reading order."""
    lines = views(pages)
    where = places(pages, lines, columns)
    heads = furniture(lines, where)
    kept = [i for i, line in enumerate(lines) if line.text]
    first = [
        Spot(lines[i], where[i], heads[i] or "flow", None if heads[i] else sign_of(lines[i].plain))
        for i in kept
    ]
    notes, rows = footnotes(first), table_rows(first)
    return tuple(_settle(i, first, notes, rows) for i in range(len(first)))


def _settle(index: int, lines: Sequence[Spot], notes: frozenset[int], rows: frozenset[int]) -> Spot:
    """The line with its final kind, and its sign only where such a sign can stand."""
    spot = lines[index]
    if index in notes:
        return msgspec.structs.replace(spot, kind="footnote", sign=None)
    if index in rows and spot.sign not in ("caption", "source"):
        return msgspec.structs.replace(spot, kind="table", sign=None)
    if spot.sign in ("volume", "contact") and index >= OPENING:
        return msgspec.structs.replace(spot, sign=None)
    return spot


def footnotes(lines: Sequence[Spot]) -> frozenset[int]:
    """Indices of lines at the foot of a page or column that belong to notes."""
    groups: dict[tuple[int, int], list[int]] = {}
    for index, spot in enumerate(lines):
        if spot.kind == "flow":
            groups.setdefault((spot.view.page, spot.place.column), []).append(index)
    found: set[int] = set()
    for own in groups.values():
        measured = lines[own[0]].place.measured
        found |= _foot(own, lines) if measured else _called_notes(own, lines)
    return frozenset(found)


def _foot(own: list[int], lines: Sequence[Spot]) -> set[int]:
    """The small print at the bottom of a measured column, from its first mark on."""
    small = len(own)
    while small and lines[own[small - 1]].place.size <= SMALL:
        small -= 1
    for at, index in enumerate(own):
        if not FOOTNOTE.match(lines[index].text):
            continue
        above = " ".join(lines[i].text for i in own[:at])
        low = lines[index].place.gap > 0.4 and lines[index].place.top > 0.4
        if at >= small or (low and is_called(lines[index].text, above)):
            return set(own[at:])
    return set()


def _called_notes(own: list[int], lines: Sequence[Spot]) -> set[int]:
    """Notes in a text without boxes: called by a word above, ended by a blank line or heading."""
    found: set[int] = set()
    inside = False
    for at, index in enumerate(own):
        text = lines[index].text
        above = " ".join(lines[i].text for i in own[max(0, at - 60) : at] if i not in found)
        low = text[0] != "*" or at > len(own) / 2  # below a title, stars explain the authors
        if FOOTNOTE.match(text) and low and is_called(text, above):
            inside = True
        elif (
            lines[index].place.after_blank
            or lines[index].sign in ("heading", *PARTS)
            or (inside and not lines[index - 1].unfinished and lines[index - 1].place.fill < FULL)
        ):
            inside = False
        if inside:
            found.add(index)
    return found


def is_called(note: str, above: str) -> bool:
    """Whether the mark of a note hangs at a word of the text above it.

    >>> is_called("3) 이에", "논의하였다.3) 그러나"), is_called("3) 이에", "다음 (3) 그")
    (True, False)
    """
    found = FOOTNOTE.match(note)
    if found is None:
        return False
    mark = re.escape(found["mark"] + ")") if found["mark"] else re.escape(found["star"])
    return bool(re.search(rf"[가-힣\w.,?!…”’\"')\]」』](?<!\d){mark}(?![*)])", above))


def table_rows(lines: Sequence[Spot]) -> frozenset[int]:
    """Indices of lines that are rows of a table: wide gaps in line after line."""
    found: set[int] = set()
    run: list[int] = []
    for index, spot in enumerate(lines):
        last = lines[run[-1]] if run else None
        new_page = last is not None and last.view.page != spot.view.page
        if spot.kind == "flow" and spot.view.cells > 1 and not new_page:
            run.append(index)
            continue
        found |= _table(run, lines)
        run = [index] if spot.kind == "flow" and spot.view.cells > 1 else []
    return frozenset(_bridged(found | _table(run, lines), lines))


def _bridged(rows: set[int], lines: Sequence[Spot]) -> set[int]:
    """Add up to two lines between rows: rows whose cells stand too close to be told apart."""
    found = set(rows)
    for index in sorted(rows):
        after = next((i for i in range(index + 1, index + 4) if i in rows), None)
        between = range(index + 1, after or index)
        page = lines[index].view.page
        if all(lines[i].kind == "flow" and lines[i].view.page == page for i in between):
            found.update(i for i in between if not ends_sentence(lines[i].text))
    return found


def _table(run: list[int], lines: Sequence[Spot]) -> set[int]:
    """A run of rows, if it is long or wide enough, or stands under a caption."""
    if len(run) < 2:
        return set()
    wide = max(lines[i].view.cells for i in run) > 2
    beside = (run[0] - 1, run[-1] + 1)
    captioned = any(0 <= i < len(lines) and lines[i].sign == "caption" for i in beside)
    return set(run) if wide or captioned or len(run) >= 3 else set()

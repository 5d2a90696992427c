"""The scorer's own reading of ``edits.jsonl``: undo, apply, and refuse what does not fit.

It does not use the code of ``repair``: what is measured must not hold the ruler.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from haedok.errors import InputError
from haedok.model import Edit


class EditedLine(msgspec.Struct, frozen=True):
    """A raw line and the edits that speak about it, sorted by offset."""

    raw: str
    edits: tuple[Edit, ...] = ()

    @property
    def repaired(self) -> str:
        """The line with its ``corrected`` edits made."""
        return "".join(text for text, _ in self.parts(offered=False))

    def parts(self, offered: bool) -> list[tuple[str, int | None]]:
        """The line cut at its edits: texts, each with the index of the edit it is the reading of.

        Args:
            offered: make the ``doubtful`` edits, too, wherever they overlap no other edit.
        """
        parts: list[tuple[str, int | None]] = []
        done = 0
        for index in self.made(offered):
            edit = self.edits[index]
            parts += [(self.raw[done : edit.start], None), (edit.reading or "", index)]
            done = edit.end
        return [*parts, (self.raw[done:], None)]

    def raw_parts(self) -> list[tuple[str, int | None]]:
        """As `parts`, with what stood there before the corrected edits."""
        parts: list[tuple[str, int | None]] = []
        done = 0
        for index in self.made(offered=False):
            edit = self.edits[index]
            parts += [(self.raw[done : edit.start], None)]
            parts += [(self.raw[edit.start : edit.end], index)]
            done = edit.end
        return [*parts, (self.raw[done:], None)]

    def made(self, offered: bool) -> list[int]:
        """The edits that change the line, in order; see `parts`."""
        chosen: list[int] = []
        for status in ("corrected", "doubtful") if offered else ("corrected",):
            for index, edit in enumerate(self.edits):
                taken = (self.edits[i] for i in chosen)
                free = all(edit.end <= t.start or t.end <= edit.start for t in taken)
                if free and edit.status == status and edit.reading is not None:
                    chosen.append(index)
        return sorted(chosen)


def by_line(edits: Iterable[Edit]) -> dict[tuple[int, int], tuple[Edit, ...]]:
    """Edits by ``(page, line)``, in the order of their offsets."""
    groups: dict[tuple[int, int], list[Edit]] = defaultdict(list)
    for edit in edits:
        groups[edit.page, edit.line].append(edit)
    order = {"corrected": 0, "doubtful": 1, "unreadable": 2}
    return {
        key: tuple(sorted(group, key=lambda e: (e.start, e.end, order[e.status])))
        for key, group in groups.items()
    }


def undo(repaired: str, edits: tuple[Edit, ...]) -> EditedLine:
    """The raw line behind a repaired one.

    >>> edit = Edit(1, 1, 0, 3, "핵위합", "핵위협", "near-miss", "corrected", 0.9)
    >>> undo("핵위협의", (edit,)).raw
    '핵위합의'

    Raises:
        InputError: a reading does not stand where the edit says.
    """
    raw: list[str] = []
    place = taken = 0  # in the repaired and in the raw line
    for edit in edits:
        if edit.status != "corrected" or edit.reading is None:
            continue
        keep = edit.start - taken
        read = place + keep
        reading = _as_written(repaired, read, edit.reading)
        if keep < 0 or reading is None:
            raise InputError(
                f"edits.jsonl does not fit the text: page {edit.page}, line {edit.line}, "
                f"offset {edit.start} has no {edit.reading!r}",
                "give the text/pages and the edits.jsonl of the same run",
            )
        raw += [repaired[place:read], edit.raw]
        place, taken = read + len(reading), edit.end
    return EditedLine("".join(raw) + repaired[place:], edits)


def _as_written(line: str, start: int, reading: str) -> str | None:
    """The reading as it stands at ``start``: as it is, or in NFC as pages are written."""
    composed = unicodedata.normalize("NFC", reading)
    return next((form for form in (reading, composed) if line.startswith(form, start)), None)

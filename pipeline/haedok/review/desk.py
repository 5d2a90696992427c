"""The reviewer's desk: what stands on the page, and what a click does."""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from PIL import Image

from haedok.emit.report import line_picture
from haedok.errors import UsageError
from haedok.ingest import Source
from haedok.model import Edit
from haedok.repair.ledger import Decided, Decision, Place, decide, last_words, place_of
from haedok.review.decisions import DecisionFile
from haedok.review.pages import MACHINE, ReviewPage, load_pages
from haedok.review.source import find_source, read_summary

WRITTEN = ("run.json", "edits.jsonl")
"""Files of a document that tell whether it was written anew."""
OFFERED = 5
"""Candidates that have a key of their own."""
LONGEST = 500
"""Code points of a reading: a line holds no more."""


class RefusedError(Exception):
    """What was asked for does not exist or does not fit; ``str(error)`` says why."""


class Opening(NamedTuple):
    """What is reviewed, and by whom."""

    folder: Path
    """Of the document, in ``corpus/``."""
    work: Path
    source: Source
    file: DecisionFile
    by: str


class Desk:
    """A document under review. Safe to use from several threads."""

    def __init__(self, opening: Opening) -> None:
        """Lay out the document as its folder has it now.

        Raises:
            InputError: a file of it cannot be read, or does not fit the others.
        """
        self._opening = opening
        self._stamp = _stamp(opening.folder)
        source, folder = opening.source, opening.folder
        self.name = source.name
        self.source = source.files[0] if source.alone else source.folder
        self.file = opening.file
        pages = load_pages(folder, read_summary(folder), opening.work)
        self.pages = {page.number: page for page in pages}
        self._raw = {
            (page.number, at): text for page in pages for at, text in enumerate(page.lines, 1)
        }
        self._image: tuple[int, Image.Image] | None = None
        self._image_lock = threading.Lock()

    def fresh(self) -> Desk:
        """This desk, or a new one if the document has been run again since.

        Raises:
            InputError: as above; so it may be while a run is at work.
        """
        same = _stamp(self._opening.folder) == self._stamp
        return self if same else Desk(self._opening)

    def overview(self) -> dict[str, Any]:
        """The document: for each page its edits counted by status, cause and whether decided."""
        decisions = self.file.decisions()
        proposals = {place_of(edit): edit for page in self.pages.values() for edit in page.edits}
        decided = self._decide(proposals.values(), decisions)
        said = _by_place(decisions)
        tallies: dict[int, Counter[tuple[str, str, bool]]] = {n: Counter() for n in self.pages}
        for edit in decided.edits:
            status = getattr(proposals.get(place_of(edit)), "status", "added")
            tallies[edit.page][status, edit.cause, (place_of(edit), edit.raw) in said] += 1
        return {
            "document": self.name,
            "decisions": str(self.file.path),
            "pages": [
                {
                    "page": page.number,
                    "source": page.source,
                    "tally": [[*key, n] for key, n in sorted(tallies[page.number].items())],
                }
                for page in self.pages.values()
            ],
            "stale": [{**msgspec.to_builtins(row), "why": why} for row, why in decided.stale],
        }

    def page(self, number: int) -> dict[str, Any]:
        """A page line by line, each cut at its edits: text, and places in the list of edits.

        Raises:
            RefusedError: there is no such page.
        """
        page = self._page(number)
        decisions = self._rows(page)
        decided = self._decide(page.edits, decisions)
        said = _by_place(decisions)
        proposals = {place_of(edit): edit for edit in page.edits}
        at: dict[int, list[tuple[int, Edit]]] = {}
        for index, edit in enumerate(decided.edits):
            at.setdefault(edit.line, []).append((index, edit))
        return {
            "page": number,
            "edits": [
                _view(edit, proposals.get(place_of(edit)), said.get((place_of(edit), edit.raw)))
                for edit in decided.edits
            ],
            "lines": [
                {
                    "line": line,
                    "picture": line in page.boxes,
                    "pieces": list(_pieces(text, at.get(line, []))),
                }
                for line, text in enumerate(page.lines, 1)
            ],
        }

    def picture(self, number: int, line: int) -> bytes:
        """The picture of a line, as JPEG.

        Raises:
            RefusedError: there is none.
        """
        page = self._page(number)
        if page.image is None or line not in page.boxes:
            raise RefusedError(f"no picture of line {line} on page {number}")
        with self._image_lock:
            if self._image is None or self._image[0] != number:
                try:
                    with Image.open(page.image) as opened:
                        self._image = (number, opened.convert("L"))
                except OSError as error:
                    raise RefusedError(f"page {number}: its picture is gone") from error
            return line_picture(self._image[1], page.boxes[line])

    def decide(self, asked: Decision) -> dict[str, Any]:
        """Write a decision down, and show its edit as it stands then.

        Raises:
            RefusedError: it fits nothing that stands here, or its reading cannot stand in a line.
            InputError: ``decisions.jsonl`` can no longer be read.
            OutputError: it cannot be written.
        """
        page = self._page(asked.page)
        decision = msgspec.structs.replace(asked, by=self._opening.by, reading=_reading(asked))
        proposed = any(place_of(edit) == place_of(decision) for edit in page.edits)
        if not proposed and not 0 <= asked.start < asked.end:
            raise RefusedError("nothing stands there")
        rows = self._rows(page)
        for row, why in self._decide(page.edits, [*rows, decision]).stale:
            if row is decision:
                raise RefusedError(why)
        if _by_place(rows).get((place_of(decision), decision.raw)) != decision:  # not said already
            self.file.add(decision)
        return self._shown(page, decision)

    def take_back(self, asked: Decision) -> dict[str, Any]:
        """Drop the last decision on a place, and show its edit as it stands then.

        The answer is empty where nothing is proposed there.

        Raises:
            RefusedError: nobody had decided.
            InputError: ``decisions.jsonl`` can no longer be read.
            OutputError: it cannot be written.
        """
        if not self.file.take_back(asked):
            raise RefusedError("there is nothing to take back here")
        return self._shown(self.pages[asked.page], asked) if asked.page in self.pages else {}

    def _page(self, number: int) -> ReviewPage:
        try:
            return self.pages[number]
        except KeyError:
            raise RefusedError(f"there is no page {number}") from None

    def _rows(self, page: ReviewPage) -> list[Decision]:
        return [row for row in self.file.decisions() if row.page == page.number]

    def _decide(self, edits: Iterable[Edit], decisions: Iterable[Decision]) -> Decided:
        return decide(edits, decisions, self._raw)

    def _shown(self, page: ReviewPage, asked: Decision) -> dict[str, Any]:
        """The edit that a decision speaks about, as it stands now; empty if there is none."""
        rows = self._rows(page)
        proposals = {place_of(edit): edit for edit in page.edits}
        said = _by_place(rows)
        for edit in self._decide(page.edits, rows).edits:
            if (place_of(edit), edit.raw) == (place_of(asked), asked.raw):
                place = place_of(edit)
                return _view(edit, proposals.get(place), said.get((place, edit.raw)))
        return {}


def open_desk(folder: Path, work: Path, source: Path | None, by: str) -> Desk:
    """Lay out a document of ``corpus/`` for review.

    Raises:
        UsageError: the reviewer has the program's own name.
        InputError: the folder holds no document, its source is not found or has changed, or the
            decisions cannot be read.
        OutputError: decisions could not be written.
    """
    if by == MACHINE:
        raise UsageError(f"--by {by}: what the program itself decided bears this name")
    summary = read_summary(folder)
    found = find_source(folder, summary, work, source)
    file = DecisionFile(found.companion("decisions.jsonl"))
    return Desk(Opening(folder, work, found, file, by))


def _stamp(folder: Path) -> list[tuple[int, int]]:
    """What changes when a document is written anew."""
    states = [path.stat() for name in WRITTEN if (path := folder / name).exists()]
    return [(state.st_mtime_ns, state.st_size) for state in states]


def _by_place(decisions: Iterable[Decision]) -> dict[tuple[Place, str], Decision]:
    return {(place_of(row), row.raw): row for row in last_words(decisions)}


def _reading(asked: Decision) -> str | None:
    """The reading of a decision, fit to stand in a line of text.

    What is typed comes composed (NFC), as all text does; what was offered comes as it was.
    """
    if asked.action == "reject" or asked.reading is None:
        return None
    if len(asked.reading) > LONGEST:
        raise RefusedError(f"more than {LONGEST} characters are no reading")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in asked.reading):
        raise RefusedError("a reading has no line end or control character in it")
    typed = asked.action == "retype"
    return unicodedata.normalize("NFC", asked.reading) if typed else asked.reading


def _pieces(text: str, edits: Iterable[tuple[int, Edit]]) -> Iterator[str | int]:
    """A line cut at its edits: text between them, and for each edit its index."""
    at = 0
    for index, edit in sorted(edits, key=lambda pair: pair[1].start):
        yield text[at : edit.start]
        yield index
        at = edit.end
    yield text[at:]


def _view(edit: Edit, proposal: Edit | None, decision: Decision | None) -> dict[str, Any]:
    """What the page has to know about an edit: what was proposed, and what stands now."""
    before = proposal or msgspec.structs.replace(edit, reading=None, candidates=(), evidence=())
    offers = [*before.candidates]
    if before.reading is not None and all(text != before.reading for text, _ in offers):
        offers.append((before.reading, before.confidence))
    offers.sort(key=lambda offer: (offer[0] != before.reading, -offer[1]))
    return {
        **{name: getattr(edit, name) for name in ("page", "line", "start", "end", "raw", "cause")},
        "status": before.status if proposal else "added",
        "reading": before.reading,
        "confidence": before.confidence,
        "candidates": offers[:OFFERED],
        "evidence": before.evidence,
        "now": {"status": edit.status, "reading": edit.reading},
        "decision": msgspec.to_builtins(decision) if decision else None,
    }

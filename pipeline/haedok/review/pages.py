"""What is to be reviewed: the raw lines of a document, the proposals for them, their pictures.

The folder of ``corpus/`` is enough: repaired pages and the ledger give the raw lines back. What the
work folder still holds is added where it speaks about the same lines: the picture of the page, and
proposals that a decision of an earlier run has overruled since.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from PIL import Image

from haedok.errors import InputError
from haedok.model import Box, Edit
from haedok.repair.ledger import from_rows, undo
from haedok.review.source import Summary

MACHINE = "haedok"
"""Who decided where nobody else did."""


class ReviewPage(msgspec.Struct, frozen=True):
    """A page as it came, and what is proposed for it."""

    number: int
    source: str
    lines: tuple[str, ...]
    """Raw, line 1 first."""
    edits: tuple[Edit, ...]
    boxes: dict[int, Box] = {}
    """Of lines, by their numbers, in pixels of the prepared image; where there is one."""
    image: Path | None = None


class _Line(msgspec.Struct, frozen=True):
    """A line of the work folder, without its words."""

    number: int
    text: str
    box: Box | None = None


class _Page(msgspec.Struct, frozen=True):
    width: int = 0
    height: int = 0
    lines: tuple[_Line, ...] = ()
    edits: tuple[Edit, ...] = ()


def load_pages(folder: Path, summary: Summary, work: Path) -> tuple[ReviewPage, ...]:
    """All pages of a document.

    Raises:
        InputError: a file of the document is missing, or does not fit the others.
    """
    by_page: dict[int, list[Edit]] = {}
    for edit in from_rows(_read(folder / "edits.jsonl").splitlines()):
        by_page.setdefault(edit.page, []).append(edit)
    own = work / summary.document
    return tuple(
        _with_work(
            ReviewPage(
                page.page,
                page.source,
                _raw_lines(folder, page.page, by_page.get(page.page, ())),
                tuple(by_page.get(page.page, ())),
            ),
            own,
        )
        for page in summary.pages
    )


def _raw_lines(folder: Path, number: int, edits: Iterable[Edit]) -> tuple[str, ...]:
    path = folder / "text" / "pages" / f"{number:04d}.txt"
    try:
        repaired = _read(path).decode("utf-8").split("\n")[:-1]
        by_line: dict[int, list[Edit]] = {}
        for edit in edits:
            by_line.setdefault(edit.line, []).append(edit)
        lines = tuple(undo(text, by_line.get(at, ())) for at, text in enumerate(repaired, 1))
    except ValueError as error:
        raise _unfit(path, str(error)) from error
    for edit in edits:
        if not 0 < edit.line <= len(lines):
            raise _unfit(path, f"there is no line {edit.line}")
        if lines[edit.line - 1][edit.start : edit.end] != edit.raw:
            raise _unfit(path, f"{edit.raw!r} does not stand in line {edit.line}")
    return lines


def _with_work(page: ReviewPage, own: Path) -> ReviewPage:
    """A page with what the work folder knows about its lines, as far as they are the same there."""
    kept = _kept(own / "repair", page.number, ".json")
    try:
        found = msgspec.json.decode(kept.read_bytes(), type=_Page) if kept else _Page()
    except (OSError, msgspec.MsgspecError):
        return page
    same = {
        line.number: line
        for line, text in zip(found.lines, page.lines, strict=False)
        if line.text == text
    }
    image = _image(own, page.number, (found.width, found.height))
    boxes = {number: line.box for number, line in same.items() if line.box and image}
    proposed = [edit for edit in found.edits if edit.line in same]
    edits = tuple(_as_proposed(page.edits, proposed))
    return msgspec.structs.replace(page, edits=edits, boxes=boxes, image=image)


def _image(own: Path, number: int, size: tuple[int, int]) -> Path | None:
    """The prepared image of a page, if it is the one in which its lines were found."""
    path = _kept(own / "prepare", number, ".png")
    try:
        if path is not None:
            with Image.open(path) as opened:
                return path if opened.size == size else None
    except OSError:
        pass
    return None


def _as_proposed(edits: Iterable[Edit], proposed: Iterable[Edit]) -> Iterable[Edit]:
    """Edits before anybody decided on them; none where only a reviewer saw anything."""
    before = {(edit.line, edit.start, edit.end, edit.raw): edit for edit in proposed}
    for edit in edits:
        if edit.decided_by == MACHINE:
            yield edit
        elif proposal := before.get((edit.line, edit.start, edit.end, edit.raw)):
            yield proposal


def _kept(folder: Path, number: int, suffix: str) -> Path | None:
    """The one result of a page in the work folder; older ones are dropped when it is written."""
    named = folder.glob(f"{number:04d}.*{suffix}")
    found = [path for path in named if len(path.suffixes) == 2]  # ``0001.<key>.original.png`` has 3
    return found[0] if len(found) == 1 else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", _AGAIN) from error


_AGAIN = "write it anew with: haedok run, on its source"


def _unfit(path: Path, why: str) -> InputError:
    return InputError(f"{path} does not fit edits.jsonl: {why}", _AGAIN)

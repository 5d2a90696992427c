"""The records that flow through the house.

Every stage is a function from one of these to another; none of them knows a file, an engine or a
setting. All are frozen: a stage that wants to say something new returns a new record.

Units, everywhere: boxes are whole pixels of the *prepared* page image (origin top left, ``x1`` and
``y1`` exclusive); confidences and probabilities are in 0..1; offsets are code points, end
exclusive; pages and lines count from 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Literal

import msgspec

Cause = Literal["sound", "wrong-model", "near-miss", "gloss", "encoding", "text-layer", "spacing"]
"""What happened to a piece of text; ``sound`` is text that nothing happened to."""

Status = Literal["corrected", "doubtful", "unreadable"]
"""``corrected`` changes the text, ``doubtful`` offers a reading, ``unreadable`` marks damage."""

Origin = Literal["image", "text-layer", "text", "hocr", "alto", "page-xml"]
"""Where a page's lines come from."""

Role = Literal[
    "title",
    "subtitle",
    "author",
    "affiliation",
    "abstract",
    "keywords",
    "heading",
    "body",
    "quote",
    "list",
    "table",
    "caption",
    "footnote",
    "reference",
    "running_head",
    "page_number",
    "volume",
    "other",
]

Lang = Literal["ko", "en", "mixed"]

PairKind = Literal["title", "author", "keyword", "sentence", "gloss", "hanja", "caption"]

Affine = tuple[float, float, float, float, float, float]
"""``(a, b, c, d, e, f)``: ``x' = a·x + b·y + c``, ``y' = d·x + e·y + f``."""

IDENTITY: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle in pixels of the prepared page image; ``x1`` and ``y1`` are exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.y1 - self.y0

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them; there must be one at least.

    >>> around([Box(0, 0, 2, 2), Box(5, 1, 6, 9)])
    Box(x0=0, y0=0, x1=6, y1=9)
    """
    return reduce(Box.union, boxes)


class Doubt(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of a line that its picture alone does not settle.

    ``readings`` are what it may say, ``raw`` among them, each with two log-probabilities (natural):
    how well all columns of the picture fit it as a whole, and how likely each of its signs is in
    its place. Only their differences mean anything.
    """

    start: int
    """Offset from the start of the token that it begins in, or directly behind."""
    raw: str
    readings: tuple[tuple[str, float, float], ...]


class Token(msgspec.Struct, frozen=True):
    """A word as read: ``text`` stands in its line at ``start`` (a code-point offset)."""

    text: str
    start: int
    box: Box | None = None
    confidence: float | None = None
    engine: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()
    """Other readings of the same place with their confidence, best first."""
    doubts: tuple[Doubt, ...] = ()
    """Where the reader hesitated, from this word up to the next."""

    @property
    def end(self) -> int:
        """Offset just behind the token in its line."""
        return self.start + len(self.text)


class Line(msgspec.Struct, frozen=True):
    """A line as it stands in the source, never altered; ``repair`` speaks about it in edits."""

    number: int
    text: str
    tokens: tuple[Token, ...] = ()
    box: Box | None = None
    cause: Cause = "sound"
    cause_confidence: float = 1.0


class Edit(msgspec.Struct, frozen=True):
    """One change, offered or made, with its evidence: a row of ``edits.jsonl``.

    ``start``/``end`` are offsets in the *raw* line, so edits of a line can be applied in any order
    and undone exactly. ``reading`` is None where nothing is worth offering (``unreadable``);
    ``candidates`` may still say what it could be.
    """

    page: int
    line: int
    start: int
    end: int
    raw: str
    reading: str | None
    cause: Cause
    status: Status
    confidence: float
    candidates: tuple[tuple[str, float], ...] = ()
    evidence: tuple[str, ...] = ()
    decided_by: str = "haedok"


class Step(msgspec.Struct, frozen=True):
    """Something ``ingest`` or ``prepare`` did to a page, in words and numbers, for ``run.json``."""

    name: str
    detail: str = ""


class Warp(msgspec.Struct, frozen=True):
    """Where the points of a page that was laid flat come from, where no affine map says it."""

    step: int
    """Pixels of the prepared image from one known point to the next, across and down."""
    columns: int
    """Known points in a row."""
    x: tuple[float, ...]
    """Of the known points, row by row, in the page image as ingested; between them, linear."""
    y: tuple[float, ...]

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the prepared image is in the page image as ingested.

        >>> Warp(10, 2, (0.0, 20.0, 0.0, 40.0), (5.0, 5.0, 5.0, 5.0)).back(5, 5)
        (15.0, 5.0)
        """
        left = min(max(int(x // self.step), 0), self.columns - 2)
        top = min(max(int(y // self.step), 0), len(self.x) // self.columns - 2)
        u, v = x / self.step - left, y / self.step - top
        at = top * self.columns + left
        below = at + self.columns
        corners = (
            (at, (1 - u) * (1 - v)),
            (at + 1, u * (1 - v)),
            (below, (1 - u) * v),
            (below + 1, u * v),
        )
        return (
            sum(share * self.x[corner] for corner, share in corners),
            sum(share * self.y[corner] for corner, share in corners),
        )


class Page(msgspec.Struct, frozen=True):
    """One page: its lines in reading order, and the edits that ``repair`` proposes for them."""

    number: int
    source: str
    """Name of the file it came from, and the page in it: ``scan.pdf#3``."""
    origin: Origin
    width: int = 0
    """Of the prepared image, in pixels; 0 where there is no image."""
    height: int = 0
    dpi: float = 0.0
    """Pixels per inch of the prepared image; 0 where unknown."""
    to_original: Affine = IDENTITY
    """Maps a point of the prepared image to the page image as ingested; see ``warp``."""
    warp: Warp | None = None
    """The same for a page that was laid flat, where ``to_original`` comes only near it."""
    original_size: tuple[int, int] = (0, 0)
    lines: tuple[Line, ...] = ()
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the prepared image is in the page image as ingested."""
        if self.warp is not None:
            return self.warp.back(x, y)
        a, b, c, d, e, f = self.to_original
        return a * x + b * y + c, d * x + e * y + f


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, note, …: repaired lines joined, in reading order.

    ``lines`` names the lines it was joined from as ``(page, line)``: a paragraph may run over a
    page. ``text`` is clean: line ends undone, NFC. ``marks`` are the spans of ``text`` whose
    reading is in doubt or missing, ``corrections`` those that were changed, each as
    ``(start, end, index)``; the index is that of the edit in `Document.edits`.
    """

    id: str
    page: int
    role: Role
    lang: Lang
    text: str
    confidence: float
    lines: tuple[tuple[int, int], ...]
    marks: tuple[tuple[int, int, int], ...] = ()
    corrections: tuple[tuple[int, int, int], ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """A Korean and an English text that say the same: a row of ``pairs.tsv``.

    Anchors say where each stands: ``b0007`` for a whole block, ``b0007:12-19`` for a span of it.
    """

    kind: PairKind
    ko: str
    en: str
    score: float
    ko_anchor: str
    en_anchor: str


class Failure(msgspec.Struct, frozen=True):
    """A page that could not be done, and why, in one line."""

    page: int
    source: str
    stage: str
    message: str


class Document(msgspec.Struct, frozen=True):
    """Everything known about one document when all stages are done."""

    name: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...] = ()
    pairs: tuple[Pair, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The ledger: all edits, by page, line and offset."""
        return tuple(edit for page in self.pages for edit in page.edits)

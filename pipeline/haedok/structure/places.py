"""Where a line stands: its column, how far it reaches, indent, size and the gap above it.

Measured on boxes where the page has them. A text without boxes gets the same record from the
widths of its lines, so that later steps ask one kind of question only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from statistics import median, median_low
from typing import Literal

import msgspec

from haedok.model import Box, Line, Page
from haedok.structure.lines import View

Columns = Literal["auto", "one", "two"]


class Place(msgspec.Struct, frozen=True):
    """Lengths are in *ems*: the height of a syllable of body text.

    ``indent`` and ``fill`` speak of the block that the line stands in (a quotation has edges of its
    own); ``left`` and ``right`` of its column.
    """

    measured: bool = False
    column: int = 0
    """0 across the page, 1 left, 2 right."""
    fill: float = 0.0
    """How far the line reaches from the left edge of its block to the right one: 1 is full."""
    indent: float = 0.0
    left: float = 0.0
    """White between the column's left edge and the line."""
    right: float = 0.0
    """White between the line and the column's right edge."""
    size: float = 1.0
    """Height of its syllables, that of body text being 1."""
    exact: bool = False
    """Measured on Hangul; on Latin letters alone, ``size`` may be a fifth off."""
    gap: float = 0.0
    """White space above, beyond what is usual between lines."""
    top: float = 0.5
    """Where on the page, 0 top to 1 bottom."""
    after_blank: bool = False

    @property
    def centred(self) -> bool:
        """White on both sides, about as much left as right."""
        near = abs(self.left - self.right) <= max(1.0, 0.1 * (self.left + self.right))
        return self.measured and self.left > 1.5 and near

    def differs(self, other: Place) -> bool:
        """Whether two lines are clearly not of one size of type."""
        return abs(self.size - other.size) > (0.12 if self.exact and other.exact else 0.28)


def places(pages: Sequence[Page], lines: Sequence[View], columns: Columns) -> tuple[Place, ...]:
    """One place for each line, in the order of ``lines`` (all lines of all pages)."""
    heights = [letter_height(line)[0] for page in pages for line in page.lines if line.box]
    body = median(heights) if heights else 1.0
    found: list[Place] = []
    for page in pages:
        own = lines[len(found) : len(found) + len(page.lines)]
        if own and all(line.box is not None for line in page.lines):
            found += of_boxes(page.lines, body, page.height, columns)
        else:
            found += of_text(own)
    return tuple(found)


def letter_height(line: Line) -> tuple[float, bool]:
    """Height of the letters of a line in pixels, and whether Hangul gave it.

    Brackets and the tails of Latin letters make a line's box higher than its type is; words of
    Hangul alone do not have them. Ascender to descender, Latin letters are as high as Hangul.

    >>> from haedok.model import Token
    >>> tokens = (Token("핵공유", 0, Box(0, 2, 60, 22)), Token("(NATO)", 4, Box(70, 0, 99, 26)))
    >>> letter_height(Line(1, "핵공유 (NATO)", tokens, Box(0, 0, 99, 26)))
    (20, True)
    """
    hangul = (t.box for t in line.tokens if t.box and re.fullmatch(r"[가-힣]+[.,]?", t.text))
    words = [min(box.height, line.box.height if line.box else box.height) for box in hangul]
    if words:  # an engine that read a word from its crop may give it the height of the crop
        return median_low(words), True
    return (line.box.height / reach(line.text) if line.box else 1.0), False


def reach(text: str) -> float:
    """How much of the height of a line of type its letters fill, from ascender to descender.

    >>> reach("sum"), reach("Errors"), reach("Typography")
    (0.55, 0.78, 1.03)
    """
    up = any(char.isupper() or char.isdigit() or char in "bdfhklt()[]“”‘’'\"" for char in text)
    down = any(char in "gjpqy,;()[]" for char in text)
    # Set beside Hangul of the same size, ascender to descender is a trifle higher than a syllable.
    return 0.55 + 0.23 * up + 0.25 * down


def of_boxes(lines: Sequence[Line], body: float, height: int, columns: Columns) -> list[Place]:
    """Places of the lines of a page image, all of which have boxes; ``body`` is the em in pixels.

    >>> lines = [Line(1, "", box=Box(120, 30, 500, 50)), Line(2, "", box=Box(100, 60, 500, 80))]
    >>> [place.indent for place in of_boxes(lines, 20, 100, "one")]
    [1.0, 0.0]
    """
    boxes = [line.box for line in lines if line.box]
    where = columns_of(boxes, columns)
    edges = {column: _edges(boxes, where, column) for column in set(where)}
    usual = _usual_gap(boxes, where)
    found: list[Place] = []
    above: dict[int, Box] = {}
    for line, box, column in zip(lines, boxes, where, strict=True):
        left, right = edges[column]
        upper = above.get(column)
        tall, exact = letter_height(line)
        place = Place(
            measured=True,
            column=column,
            left=(box.x0 - left) / body,
            right=(right - box.x1) / body,
            size=tall / body,
            exact=exact,
            gap=(box.y0 - upper.y1 - usual) / body if upper else 0.0,
            top=(box.y0 + box.y1) / 2 / max(height, box.y1),
        )
        found.append(place)
        above[column] = box
    widths = {column: (right - left) / body for column, (left, right) in edges.items()}
    return _in_blocks(found, widths)


NEAR = 0.55
"""Lines of one block have no more white between them than this, in ems beyond the usual."""


def _in_blocks(lines: list[Place], widths: dict[int, float]) -> list[Place]:
    """Fill and indent of each line, by the edges of the lines that stand close to it."""
    found: list[Place] = []
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and _together(lines[end - 1], lines[end]):
            continue
        found += _in_block(lines[start:end], widths[lines[start].column])
        start = end
    return found


def _together(upper: Place, lower: Place) -> bool:
    return upper.column == lower.column and -NEAR < lower.gap <= NEAR and not upper.differs(lower)


def _in_block(block: list[Place], width: float) -> list[Place]:
    """Edges are the block's where it is broad enough to be a block of text, else the column's."""
    left, right = min(p.left for p in block), min(p.right for p in block)
    if len(block) < 2 or width - left - right < 0.6 * width:
        left, right = 0.0, 0.0
    broad = max(width - left - right, 1.0)
    return [
        msgspec.structs.replace(p, indent=p.left - left, fill=(width - p.right - left) / broad)
        for p in block
    ]


def columns_of(boxes: Sequence[Box], columns: Columns) -> list[int]:
    """The column of each line: 0 across the page, 1 left, 2 right.

    >>> left, right = ([Box(x, y, x + 90, y + 8) for y in (0, 10, 20)] for x in (0, 110))
    >>> columns_of([Box(0, -20, 200, -10), *left, *right], "auto")
    [0, 1, 1, 1, 2, 2, 2]
    """
    middle = (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2
    tolerance = 0.02 * middle
    where = [
        1 if box.x1 <= middle + tolerance else 2 if box.x0 >= middle - tolerance else 0
        for box in boxes
    ]
    if columns == "one":
        return [0] * len(boxes)
    # The last lines of paragraphs lie in the left half of any page; a right half needs a column.
    few = max(3, 0.15 * len(boxes))
    if columns == "two" or min(where.count(1), where.count(2)) >= few:
        return _without_strays(where)
    return [0] * len(boxes)


def _without_strays(where: list[int]) -> list[int]:
    """Short lines between lines across the page are across it, too: no column stands beside them.

    >>> _without_strays([0, 0, 1, 0, 2, 0, 1, 1, 2, 2])
    [0, 0, 0, 0, 0, 0, 1, 1, 2, 2]
    """
    runs = [list(run) for _, run in groupby(where, key=bool)]
    return [column if {1, 2} <= set(run) else 0 for run in runs for column in run]


def _edges(boxes: Sequence[Box], where: Sequence[int], column: int) -> tuple[float, float]:
    """Left and right edge of a column: where many of its longer lines begin and end."""
    every = [box for box, place in zip(boxes, where, strict=True) if place == column]
    widest = max(box.width for box in every)
    own = [box for box in every if 2 * box.width >= widest]
    lefts, rights = sorted(box.x0 for box in own), sorted(box.x1 for box in own)
    return lefts[len(lefts) // 10], rights[-1 - len(rights) // 10]


def _usual_gap(boxes: Sequence[Box], where: Sequence[int]) -> float:
    """White space between a line and the next of its column, in pixels."""
    following = zip(boxes, boxes[1:], where, where[1:], strict=False)
    gaps = [lower.y0 - upper.y1 for upper, lower, a, b in following if a == b]
    down = [gap for gap in gaps if gap > -upper_limit(boxes)]
    return median(down) if down else 0.0


def upper_limit(boxes: Sequence[Box]) -> float:
    """Lines may overlap by half their height; more means that the next column began."""
    return median(box.height for box in boxes) / 2


def of_text(lines: Sequence[View]) -> list[Place]:
    """Places of the lines of a text: how full they are, and whether a blank line is above."""
    full = {key: full_width(widths) for key, widths in _widths(lines).items()}
    found: list[Place] = []
    previous = 0
    for line in lines:
        blank_above = bool(found) and (previous != line.number - 1 or not _text_at(lines, found))
        width = full[_kind(line)]
        found.append(
            Place(
                fill=min(display_width(line.plain) / width, 1.2) if width else 0.0,
                indent=line.lead / 2 if line.lead >= 2 else 0.0,
                top=len(found) / max(len(lines) - 1, 1),
                after_blank=blank_above,
            )
        )
        previous = line.number
    return found


def _text_at(lines: Sequence[View], found: Sequence[Place]) -> str:
    return lines[len(found) - 1].text


def _kind(line: View) -> str:
    return line.lang if line.read else "unread"


def _widths(lines: Sequence[View]) -> dict[str, list[int]]:
    widths: dict[str, list[int]] = {}
    for line in lines:
        widths.setdefault(_kind(line), []).append(display_width(line.plain))
    return widths


def full_width(widths: Sequence[int]) -> float:
    """Width of a full line, or 0 where each line is a paragraph of its own.

    Wrapped text shows in many lines of about one length; paragraphs are of any length.

    >>> full_width([70, 72, 71, 30, 70, 69]), full_width([300, 80, 190, 20])
    (71, 0.0)
    """
    long = sorted(width for width in widths if width > 20)
    if not long or long[-1] > 240:
        return 0.0
    full = long[int(0.75 * (len(long) - 1) + 0.5)]
    alike = sum(0.85 * full <= width <= 1.15 * full for width in long)
    return full if alike >= 0.4 * len(long) else 0.0


def display_width(text: str) -> int:
    """Columns on a terminal: two for a Hangul syllable or a Hanja.

    >>> display_width("핵공유 NATO")
    11
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)

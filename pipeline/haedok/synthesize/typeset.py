"""Manuscript → PDF pages, set by Typst (optimal line breaking, footnotes, columns, running heads).

The PDF carries no date and no random id: one manuscript, one layout and one face give the same
bytes every time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np

from haedok.errors import InputError, MissingProgramError, UsageError
from haedok.synthesize.fonts import HANJA, Face, faces, find
from haedok.synthesize.manuscript import Manuscript

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("journal.typ")
FRONT_MATTER = {"volume", "title", "subtitle", "author", "affiliation", "abstract", "keywords"}


class Layout(msgspec.Struct, frozen=True):
    """Measures of a page in mm, of type in points, of spaces in ems."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    size: float
    leading: float
    tracking: float
    columns: int = 1
    rule: bool = False
    """A line under the running head."""


LAYOUTS = {
    "journal": Layout(152, 225, 21, 27, 22, size=10, leading=0.82, tracking=-0.04),
    "b5": Layout(176, 250, 24, 30, 25, size=10.5, leading=0.9, tracking=-0.02, rule=True),
    "a5": Layout(148, 210, 18, 24, 19, size=9.5, leading=0.75, tracking=0.0),
    "two-column": Layout(
        188, 257, 18, 26, 20, size=9, leading=0.65, tracking=-0.05, columns=2, rule=True
    ),
}


def layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return LAYOUTS[name]
    except KeyError:
        raise UsageError(f"no layout {name!r}", f"there are {', '.join(LAYOUTS)}") from None


def varied(look: Layout, rng: np.random.Generator) -> Layout:
    """A layout as another printer would have it: type and spaces a little larger or smaller."""
    return msgspec.structs.replace(
        look,
        size=round(look.size * rng.uniform(0.94, 1.06), 2),
        leading=round(look.leading * rng.uniform(0.85, 1.15), 3),
        tracking=round(look.tracking + rng.uniform(-0.03, 0.03), 3),
        side=round(look.side * rng.uniform(0.85, 1.15), 1),
        rule=bool(rng.random() < 0.4),
    )


def typeset(manuscript: Manuscript, look: Layout, body: Face) -> bytes:
    """Set a manuscript; the headings take the Gothic of the same split as the body's face.

    Raises:
        MissingProgramError: Typst or a font is not installed.
        InputError: Typst cannot set it.
    """
    sans = faces(body.split, "sans")[0]
    paper = {
        "blocks": [block for block in manuscript.blocks if block.role != "footnote"],
        "notes": {str(b.id): b.text for b in manuscript.blocks if b.role == "footnote"},
        "opening": _opening(manuscript),
        "layout": look,
        "family": body.family,
        "sans": sans.family,
        "fallback": HANJA.family,
        "left": manuscript.front.left,
        "right": manuscript.front.right,
        "first_page": manuscript.front.first_page,
    }
    folders = tuple(sorted({str(find(face).path.parent) for face in (body, sans, HANJA)}))
    inputs = {"paper": msgspec.json.encode(paper).decode()}
    try:
        pdf = _compiler(folders).compile(str(TEMPLATE), format="pdf", sys_inputs=inputs)
    except RuntimeError as error:
        raise InputError(f"Typst cannot set this text: {error}") from error
    return cast(bytes, pdf)  # one file: only PNG and SVG come as a list of pages


def _opening(manuscript: Manuscript) -> int:
    """How many blocks stand above the columns: what comes before the first numbered heading."""
    blocks = [block for block in manuscript.blocks if block.role != "footnote"]
    for count, block in enumerate(blocks):
        if block.role not in FRONT_MATTER and (block.role != "heading" or block.level):
            return count
    return len(blocks)


@cache
def _compiler(folders: tuple[str, ...]) -> typst.Compiler:
    """One compiler per set of fonts: looking through the fonts takes longer than setting a page."""
    try:
        import typst  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise MissingProgramError(
            "Typst is not installed", 'pip install "haedok[synthesize]"'
        ) from error
    return typst.Compiler(
        root=str(TEMPLATE.parent), font_paths=list(folders), ignore_system_fonts=True
    )

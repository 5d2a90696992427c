"""All settings: one frozen record per stage, each with its default, declared here and nowhere else.

A TOML file (``--config``, or ``document.toml`` beside a source) changes them; a key that does not
exist is an error, because a misspelt setting that is ignored is worse than none.

    [recognize]
    languages = ["kor", "eng"]
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from haedok.errors import UsageError

Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[int, Meta(ge=1)]
Engine = Literal["tesseract", "haedok", "both"]
"""``haedok`` is our own recogniser, which needs no other program; ``both`` merges the two."""


class Ingest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file becomes pages."""

    dpi: Annotated[int, Meta(ge=72, le=1200)] = 300
    """For pages that have no resolution of their own (born-digital PDF)."""
    max_pixels: Positive = 150_000_000
    """A larger image is refused: no page needs it (an A3 sheet at 600 dpi has 70 million)."""
    text_layer: Literal["auto", "ignore", "trust"] = "auto"
    """What to do with text that a PDF already carries: ``auto`` lets ``diagnose`` decide."""
    split_spreads: bool = True
    """A scan of two facing pages becomes two pages, left then right."""


class Prepare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done to a page image before it is read."""

    orient: bool = True
    deskew: bool = True
    rectify: bool = True
    """Photographs: cut the sheet out of its surroundings, undo perspective and bent lines."""
    flatten: bool = True
    denoise: Literal["auto", "always", "never"] = "auto"
    max_skew: Annotated[float, Meta(gt=0, le=15)] = 8.0
    """Degrees; a larger angle is taken for a figure's, not the page's."""


class Recognize(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a page image is read."""

    engine: Engine = "haedok"
    timeout: Annotated[float, Meta(gt=0)] = 180.0
    """Seconds that one pass of Tesseract over one page may take."""


class Diagnose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a piece of text counts as damaged."""

    threshold: Probability = 0.5


class Repair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a reading is good enough."""

    accept: Probability = 0.9
    """Edits at least this sure change the text; the others are only offered."""
    offer: Probability = 0.3
    """A best reading below this is not even offered."""


class Structure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How lines become a document."""

    columns: Literal["auto", "one", "two"] = "auto"


class Align(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which pairs are worth keeping."""

    min_score: Probability = 0.5


class Emit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the output looks like."""

    unread: Literal["keep", "mark", "gap"] = "mark"
    """Damaged text that was not read, in ``ko.txt`` and ``document.md``: as it stands, inside
    ⟦…⟧, or replaced by ⟦…⟧ alone. ``text/pages`` and the ledger always keep it."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    ingest: Ingest = Ingest()
    prepare: Prepare = Prepare()
    recognize: Recognize = Recognize()
    diagnose: Diagnose = Diagnose()
    repair: Repair = Repair()
    structure: Structure = Structure()
    align: Align = Align()
    emit: Emit = Emit()


def load(*files: Path) -> Settings:
    """Read settings from TOML files; a later file overrules an earlier one, key by key.

    Raises:
        UsageError: a file is missing, is not TOML, or has an unknown key or an impossible value.
    """
    merged: dict[str, Any] = {}
    for file in files:
        try:
            table = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"cannot read settings {file}: {error}") from error
        _convert(table, str(file))  # here, so that a mistake is blamed on the file that has it
        for stage, values in table.items():
            merged.setdefault(stage, {}).update(values)
    return _convert(merged, "settings")


def _convert(table: dict[str, Any], name: str) -> Settings:
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{name}: {error}", "see configs/default.toml for every setting and its meaning"
        ) from error

r"""What is to be printed: plain text, or text whose blocks say what they are.

Blocks are separated by blank lines. A block may begin with its role in brackets; one that does not
is a paragraph of the body. A footnote stands where its mark goes, as ``^[the note]``. Rows of a
table, and bars of a figure (label | number), are lines with their cells between bars. Settings for
the whole may stand in front, as TOML between two lines ``+++``.

>>> paper = parse("[heading] 1. 서론\n\n균형(均衡)은^[각주이다.] 어렵다.")
>>> [(block.role, block.text) for block in paper.blocks]
[('heading', '1. 서론'), ('body', '균형(均衡)은1) 어렵다.'), ('footnote', '1) 각주이다.')]
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from typing import Literal, get_args

import msgspec

from haedok.errors import InputError
from haedok.model import Role

Kind = Role | Literal["figure"]

RUNNING_HEAD, PAGE_NUMBER, FIRST_BLOCK = 1, 2, 3
"""Numbers of what every page has; blocks of the text follow."""
MOST_BLOCKS = 4096
"""Four bits in each of three inks number the blocks on paper (see ``journal.typ``)."""

_ROLE = re.compile(rf"\[({'|'.join((*get_args(Role), 'figure'))})\]\s*")
_UNSEEN = {"Cf", "Cc", "Cs", "Co", "Cn"}
_NOTE = re.compile(r"\^\[([^\]]*)\]")
_LEVELS = (re.compile(r"[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]+\.\s"), re.compile(r"\d+\.\s"), re.compile(r"\d+\)\s"))


class Run(msgspec.Struct, frozen=True):
    """A stretch of a block: text, then perhaps the mark of the footnote that is block ``note``."""

    text: str
    note: int = 0
    mark: str = ""


class Block(msgspec.Struct, frozen=True):
    """A block as it will be printed; ``text`` is all of it, with the marks of its notes."""

    id: int
    role: Kind
    text: str
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 0
    """Of a heading: 1 (Ⅰ.), 2 (1.), 3 (1)), or 0 for one without a number."""


class Front(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the whole; what is left empty is chosen by the seed."""

    left: str = ""
    """Running head of even pages."""
    right: str = ""
    """Running head of odd pages."""
    first_page: int = 1
    layout: str = ""
    face: str = ""
    recipe: str = ""


class Manuscript(msgspec.Struct, frozen=True):
    """A text ready to be set; ``blocks`` are in the order of reading, notes behind their marks."""

    front: Front
    blocks: tuple[Block, ...]


def parse(text: str) -> Manuscript:
    """Read a manuscript.

    Raises:
        InputError: bad settings in front, a figure without numbers, no text, or too much for one
            manuscript (4,000 blocks).
    """
    front, body = _front(normal(text))
    blocks: list[Block] = []
    notes = 0
    for chunk in re.split(r"\n\s*\n", body.strip()):
        found = _block(chunk.strip(), FIRST_BLOCK + len(blocks), notes)
        notes += len(found) - 1
        blocks += found
    if not any(block.text for block in blocks):
        raise InputError("there is no text to print")
    if FIRST_BLOCK + len(blocks) > MOST_BLOCKS:
        raise InputError(
            f"{len(blocks)} paragraphs are too many for one manuscript", "split the text"
        )
    return Manuscript(front, tuple(blocks))


def normal(text: str) -> str:
    """NFC with line feeds, without signs that nobody can see (soft hyphens, zero-width spaces)."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)


def _front(text: str) -> tuple[Front, str]:
    if not text.startswith("+++\n"):
        return Front(), text
    table, _, body = text[4:].partition("\n+++\n")
    try:
        return msgspec.convert(tomllib.loads(table), Front), body
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(f"bad settings in front of the text: {error}") from error


def _block(chunk: str, number: int, notes: int) -> list[Block]:
    """The block, and behind it the footnotes whose marks it carries."""
    tag = _ROLE.match(chunk)
    role: Kind = tag[1] if tag else "body"  # type: ignore[assignment]  # the pattern has roles only
    chunk = chunk[tag.end() :] if tag else chunk
    if role in {"table", "figure"}:
        return [_rows(chunk, role, number)]
    runs: list[Run] = []
    found: list[Block] = []
    pieces = _NOTE.split(" ".join(chunk.split()))
    for place in range(0, len(pieces) - 1, 2):
        mark = f"{notes + len(found) + 1})"
        note = Block(number + len(found) + 1, "footnote", f"{mark} {pieces[place + 1].strip()}")
        found.append(msgspec.structs.replace(note, runs=(Run(note.text),)))
        runs.append(Run(pieces[place], note.id, mark))
    runs.append(Run(pieces[-1]))
    text = "".join(run.text + run.mark for run in runs)
    return [Block(number, role, text, tuple(runs), level=_level(role, text)), *found]


def _rows(chunk: str, role: Kind, number: int) -> Block:
    rows = tuple(tuple(c.strip() for c in line.split("|")) for line in chunk.splitlines())
    if role == "figure" and any(
        len(r) != 2 or not re.fullmatch(r"\d+(\.\d+)?", r[1]) for r in rows
    ):
        raise InputError("a figure needs lines of the form: label | number")
    # A figure is read bar by bar, then along its foot.
    printed = rows if role == "table" else (*((r[1],) for r in rows), tuple(r[0] for r in rows))
    return Block(number, role, "\n".join("\t".join(row) for row in printed), rows=rows)


def _level(role: Kind, text: str) -> int:
    if role != "heading":
        return 0
    return next((level for level, sign in enumerate(_LEVELS, 1) if sign.match(text)), 0)

"""Latin lines that are not damaged, for the tagger to leave alone.

From what lies on any Debian machine under licences that let it be used: manuals in a dozen
languages, documentation and changes of packages whose copyright file is machine-readable and names
free licences only, the library of Python, and the word list. English prose is also printed, and
read by the engine that makes the garbles: its everyday errors are no damage.
"""

from __future__ import annotations

import gzip
import random
import re
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from haedok.train.garble import simulate
from haedok.words import english

SHARE, PACKAGES = Path("/usr/share"), Path("/var/lib/dpkg/info")
FREE = re.compile(
    r"(A?L?GPL|GFDL-NIV|Expat|MIT|X11|BSD|Apache|Artistic|PSF|Python|MPL|ISC|zlib|Zlib|CC0|CC-BY-SA"
    r"|CC-BY-[34]|public-domain|permissive|FSFAP|FSFUL|PostgreSQL|curl|OpenSSL|Unicode|OFL|BSL|WTFPL"
    r"|GAP|all-permissive)",
    re.IGNORECASE,
)
"""How Debian's copyright files name licences that let text be used and changed."""
MOST = {"man": 5, "foreign": 40, "doc": 5}
"""Files of one kind from one package: variety over size."""
LINES = 7000
"""Lines kept of each kind of text."""
PAGE = 24
"""Lines of English printed on a page."""
_LAYOUT = re.compile(r"^[.'](?!(?:S[HS]|[BIR]{1,2}|[TI]P|Nm|Op|Fl) ).*$|\\\".*$", re.MULTILINE)
"""Requests of a manual page that hold no text."""
_FONTS = re.compile(r"^[.'][A-Za-z]+ |\\f(?:[A-Z]|\[[A-Z]*\])|\\[&|/^]|\\s[-+]?\d", re.MULTILINE)
_ESCAPED = {r"\-": "-", r"\(aq": "'", r"\(bu": "•", r"\(lq": "“", r"\(rq": "”", r"\e": "\\"}


def of_machine(rng: random.Random) -> dict[str, list[str]]:
    """Lines by kind of text: manuals of English and of other languages, documentation, code, words.

    Kinds of which the machine has nothing are left out.
    """
    found = _installed(rng)
    library = [
        path
        for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
        if path.name != "this.py"  # enciphered
    ]
    kinds = {
        "manuals": _lines(found["man"], rng),
        "foreign": _lines(found["foreign"], rng),
        "docs": _lines(found["doc"], rng),
        "code": _lines(library, rng),
        "words": list(_headings(rng)),
    }
    return {kind: lines for kind, lines in kinds.items() if lines}


def _installed(rng: random.Random) -> dict[str, list[Path]]:
    """Files of free packages, by kind."""
    kinds: dict[str, list[Path]] = {"man": [], "foreign": [], "doc": []}
    patterns = {
        "man": r"/usr/share/man/man\d/.*\.gz",
        "foreign": r"/usr/share/man/(?!man|ja|ko|zh|ru|uk|sr|bg|el)\w+/.*\.gz",
        "doc": r"/usr/share/(doc/.*(README|NEWS|FAQ|AUTHORS|THANKS|changelog|\.txt).*|info/.*\.gz)",
    }
    for listing in sorted(PACKAGES.glob("*.list")):
        if _is_free(SHARE / "doc" / listing.stem.partition(":")[0] / "copyright"):
            names = listing.read_text("utf-8").split("\n")
            for kind, pattern in patterns.items():
                fitting = [name for name in names if re.fullmatch(pattern, name)]
                chosen = rng.sample(fitting, min(MOST[kind], len(fitting)))
                kinds[kind] += [path for path in map(Path, chosen) if path.is_file()]
    return kinds


def _is_free(copyright_file: Path) -> bool:
    """Is the file machine-readable, and does it name nothing but free licences?"""
    try:
        text = copyright_file.read_text("utf-8", errors="ignore")
    except OSError:
        return False
    named = re.findall(r"^License: *(\S+)", text, re.MULTILINE)
    return "copyright-format" in text[:200] and bool(named) and all(map(FREE.match, named))


def _lines(paths: Sequence[Path], rng: random.Random) -> list[str]:
    """Some of the lines of some of the files."""
    lines: list[str] = []
    for path in rng.sample(list(paths), len(paths)):
        whole = [line.strip() for line in _text(path).split("\n")]
        at = rng.randrange(max(1, len(whole) - 60))
        lines += [line for line in whole[at : at + 60] if len(line) > 1]
        if len(lines) > LINES:
            break
    return lines


def _text(path: Path) -> str:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "ignore")
    if "/man/" in str(path):
        for escape, sign in _ESCAPED.items():
            text = text.replace(escape, sign)
        text = _FONTS.sub("", _LAYOUT.sub("", text))
    return text


def _headings(rng: random.Random) -> Iterator[str]:
    """Words of the list in a row, as headings have them."""
    words = sorted(english())
    for _ in range(LINES // 4):
        some = " ".join(rng.choice(words) for _ in range(rng.randint(1, 7)))
        yield rng.choice((some, some.title(), some.upper(), some.capitalize()))


def read_prints(lines: Sequence[str], tessdata: Path, pages: int, seed: int) -> Iterable[str]:
    """Print some of the lines a page at a time, and yield what the engine reads.

    ``tessdata`` is the folder of the model, as for ``simulate``.
    """
    cast = simulate.faces("train")
    for number in range(pages):
        rng = np.random.default_rng((seed, number))
        at = int(rng.integers(max(1, len(lines) - PAGE)))
        text = "\n".join(lines[at : at + PAGE])
        image, printed = simulate.compose(text, cast[int(rng.integers(len(cast)))], rng)
        for line in simulate.given_back(printed, simulate.read(image, tessdata)):
            if line.words:
                yield " ".join(word for word, _, _ in line.words)

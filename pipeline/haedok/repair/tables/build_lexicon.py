"""Compute ``eojeol.tsv.xz``: how often each Korean word (as written between spaces) occurs.

Usage: python build_lexicon.py OUT FILE[:WEIGHT]...

Every file is text with a paragraph or sentence a line. WEIGHT (default 1) divides repetitive text
down: statutes are most of the bytes and say little about prose. Blocks of lines are held out as in
``haedok.repair.splits``. Rows are ``word⇥count``, sorted by word; words seen only once in
weighed-down text are left out.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from haedok.repair.splits import split

HANGUL_WORD = re.compile(r"[가-힣]+")


def training_lines(path: Path) -> Iterator[str]:
    """The lines that tables may be computed from."""
    for at, line in enumerate(path.read_text("utf-8").splitlines()):
        if split(path.name, at) == "train":
            yield line


def count(path: Path, weight: float) -> Mapping[str, float]:
    """Weighed counts of the runs of Hangul in a file."""
    words = Counter(word for line in training_lines(path) for word in HANGUL_WORD.findall(line))
    if weight == 1:
        return words
    return {word: n * weight for word, n in words.items() if n > 1}


def main(out: str, *sources: str) -> None:
    """Count, and write the table."""
    total: dict[str, float] = {}
    for source in sources:
        name, _, weight = source.partition(":")
        for word, n in count(Path(name), float(weight or 1)).items():
            total[word] = total.get(word, 0.0) + n
    rows = (f"{word}\t{max(1, round(n))}\n" for word, n in sorted(total.items()))
    Path(out).write_bytes(lzma.compress("".join(rows).encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])

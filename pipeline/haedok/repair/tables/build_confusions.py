"""Compute ``confusions.tsv`` and ``misreadings.tsv``: what an OCR engine takes for what.

Usage: python build_confusions.py LETTERS SYLLABLES PAIRS.jsonl...

A row of PAIRS is a line that was printed, what the engine read of it, and how the page was worn
(see ``build_pairs.py``). Words of equal length that differ in at most half of their syllables are
compared. Rows of LETTERS are ``slot⇥written⇥read⇥count`` with slots onset, vowel, coda (``-`` for
none); rows of SYLLABLES are ``written⇥read⇥count`` and then a count for each kind of ``WEARS``, of
syllables that were misread, and of those as often read right.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from haedok.repair.jamo_strings import letters

SLOTS = ("onset", "vowel", "coda")
WEARS = ("photocopy", "recopied", "low-dpi-jpeg")
"""Kinds of wear with a column of their own; all others share the last."""


def word_pairs(written: str, read: str) -> Iterator[tuple[str, str]]:
    """Runs of Hangul of equal length that stand at the same place of a line."""
    a, b = re.findall("[가-힣]+", written), re.findall("[가-힣]+", read)
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal" or j - i == m - k:
            yield from ((x, y) for x, y in zip(a[i:j], b[k:m], strict=True) if _alike(x, y))


def _alike(a: str, b: str) -> bool:
    same = sum(x == y for x, y in zip(a, b, strict=False))
    return len(a) == len(b) and (2 * same >= len(a) or len(a) == 1)


def syllable_pairs(sources: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Syllable written, syllable read, wear."""
    for source in sources:
        for row in Path(source).read_text("utf-8").splitlines():
            written, read, wear, *_ = json.loads(row)
            for a, b in word_pairs(written, read):
                yield from ((x, y, wear) for x, y in zip(a, b, strict=True))


def main(letters_out: str, syllables_out: str, *sources: str) -> None:
    """Count, and write the tables."""
    slots: Counter[tuple[str, str, str]] = Counter()
    syllables: Counter[tuple[str, str]] = Counter()
    worn: Counter[tuple[str, str, str]] = Counter()
    for x, y, wear in syllable_pairs(sources):
        syllables[x, y] += 1
        worn[x, y, wear if wear in WEARS else ""] += 1
        for slot, p, q in zip(SLOTS, letters(x), letters(y), strict=True):
            slots[slot, p or "-", q or "-"] += 1
    rows = (f"{s}\t{a}\t{b}\t{n}\n" for (s, a, b), n in sorted(slots.items()))
    Path(letters_out).write_text("".join(rows), "utf-8")
    rows = (
        "\t".join([x, y, str(n), *(str(worn[x, y, wear]) for wear in (*WEARS, ""))]) + "\n"
        for (x, y), n in sorted(syllables.items())
    )
    Path(syllables_out).write_text("".join(rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

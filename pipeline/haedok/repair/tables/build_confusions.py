"""Compute ``confusions.tsv``: which Hangul letters an OCR engine takes for which.

Usage: python build_confusions.py OUT PAIRS.jsonl...

A row of PAIRS begins with the text that was printed and what the engine read of it. Words of equal
length that differ in at most half of their syllables are compared letter by letter; rows of the
table are ``slot⇥written⇥read⇥count`` with slots onset, vowel, coda (``-`` for none).
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


def word_pairs(written: str, read: str) -> Iterator[tuple[str, str]]:
    """Runs of Hangul of equal length that stand at the same place of a line."""
    a, b = re.findall("[가-힣]+", written), re.findall("[가-힣]+", read)
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal" or j - i == m - k:
            yield from ((x, y) for x, y in zip(a[i:j], b[k:m], strict=True) if _alike(x, y))


def _alike(a: str, b: str) -> bool:
    same = sum(x == y for x, y in zip(a, b, strict=False))
    return len(a) == len(b) and 2 * same >= len(a)


def main(out: str, *sources: str) -> None:
    """Count, and write the table."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for source in sources:
        for row in Path(source).read_text("utf-8").splitlines():
            written, read = json.loads(row)[:2]
            for a, b in word_pairs(written, read):
                for x, y in zip(a, b, strict=True):
                    for slot, p, q in zip(SLOTS, letters(x), letters(y), strict=True):
                        counts[slot, p or "-", q or "-"] += 1
    rows = (f"{s}\t{a}\t{b}\t{n}\n" for (s, a, b), n in sorted(counts.items()))
    Path(out).write_text("".join(rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Make ``garbles.tsv.xz``: Korean words, and what the English model of Tesseract read them as.

From pages that ``haedok.train.garble.simulate`` printed in training faces and had read:

    python -m haedok.repair.tables.build_garbles OUT PAGES.jsonl ...

A row is a word, how often it was read, and up to ``KEPT`` garbles, the commonest first.
"""

from __future__ import annotations

import argparse
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from haedok.train.garble.data import read_pages, words_read

KEPT = 24
LONGEST = 8
"""Syllables of a word; longer ones hardly come twice."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("pages", type=Path, nargs="+")
    args = parser.parse_args()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for _, lines in read_pages(args.pages):
        for line in lines:
            for word, garble in words_read(line):
                if len(word) <= LONGEST:
                    seen[word][garble] += 1
    rows = "".join(f"{row}\n" for row in table(seen))
    args.out.write_bytes(lzma.compress(rows.encode(), preset=9 | lzma.PRESET_EXTREME))


def table(seen: Mapping[str, Counter[str]]) -> Iterator[str]:
    r"""Rows, the most often read words first.

    >>> list(table({"지방의": Counter({"A2": 1}), "이를": Counter({"ol=": 1, "o]&": 2})}))
    ['이를\t3\to]&\tol=', '지방의\t1\tA2']
    """
    for word, garbles in sorted(seen.items(), key=lambda item: (-item[1].total(), item[0])):
        kept = sorted(garbles, key=lambda garble: (-garbles[garble], garble))[:KEPT]
        yield "\t".join((word, str(garbles.total()), *kept))


if __name__ == "__main__":
    main()

"""Compute ``english.txt.xz`` from a list with an English word a line.

Usage: python build_english.py OUT_DIR WORDLIST
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path


def main(out: str, wordlist: str) -> None:
    """Read, sort, write; forms with an apostrophe follow from the others."""
    listed = set(Path(wordlist).read_text("utf-8").split("\n"))
    bare = "\n".join(sorted(word for word in listed if "'" not in word))
    Path(out, "english.txt.xz").write_bytes(lzma.compress(bare.encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])

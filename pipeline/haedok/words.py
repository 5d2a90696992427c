"""The English word list, for all who must tell words from letters that only look like some.

It lies in ``repair/tables``, where it is built (``build_english.py``); ``recognize`` asks it too,
and the rooms do not reach into each other.
"""

from __future__ import annotations

import lzma
import re
from functools import cache
from importlib.resources import files


@cache
def english() -> frozenset[str]:
    """Every word of the list, most of them in lower case."""
    packed = (files("haedok") / "repair" / "tables" / "english.txt.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode().split("\n"))


def is_english(word: str) -> bool:
    """Does the word list know it, as written, in lower case, or without an ending in ``'s``?

    >>> is_english("deterrence"), is_english("Korea’s"), is_english("ohar")
    (True, True, False)
    """
    bare = re.sub("['’]s$", "", word.strip(".,;:!?()[]\"'“”‘’"))
    return bare in english() or bare.lower() in english()

"""Running text to learn from: every corpus as one long row of characters and boundaries.

Only lines speak that are held out from nothing else: those in the ``train`` blocks of the tables
(``haedok.repair.splits``) and of the ``train`` split of the corpora, so that whatever is fitted on
top of the net, or measured, is fitted and measured on text that it has not seen.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from haedok.recognize.own import alphabet
from haedok.repair.korean_signs import encode
from haedok.repair.splits import split
from haedok.synthesize.fonts import Split
from haedok.train.corpora import HELD_OUT

SHARES = {
    "ud_kaist.txt": 0.25,
    "unesco_reports_ko.txt": 0.2,
    "nanet_book_reviews.txt": 0.2,
    "wikinews_ko.txt": 0.08,
    "klue_news_wiki.txt": 0.07,
    "ud_gsd.txt": 0.06,
    "kowiki_donut.txt": 0.06,
    "law_security_foreign.txt": 0.04,
    "law_acts_sample.txt": 0.04,
}
"""Corpus → its share: about its size, but for statutes, which say the same again and again."""
SYLLABLES_ONLY = frozenset({"ud_kaist.txt"})
"""Corpora whose spaces are not to be trusted around digits and signs."""

Rng = np.random.Generator
Flags = npt.NDArray[np.bool_]


class Row(NamedTuple):
    """A corpus: its characters, and the boundary behind each of them."""

    chars: npt.NDArray[np.int16]
    """Numbers of `korean_signs` (length, 4)."""
    spaces: Flags
    """A word space follows."""
    ends: Flags
    """The paragraph ends here."""
    asked: Flags
    """The boundary is worth learning from."""


class Windows(NamedTuple):
    """Stretches of equal length, lines × length; the last three say what is behind a character."""

    chars: npt.NDArray[np.int64]
    spaces: Flags
    ends: Flags
    asked: Flags


def lines(path: Path, part: Split) -> Iterator[str]:
    """Lines of a corpus that belong to a part and that no other split holds out."""
    for at, raw in enumerate(path.read_text("utf-8").splitlines()):
        line = alphabet.written(" ".join(raw.split()))
        held_out = zlib.crc32(line.encode()) % HELD_OUT < 2
        if len(line) > 3 and split(path.name, at) == part and (part != "train" or not held_out):
            yield line


def row(paragraphs: Iterator[str], syllables_only: bool) -> Row:
    """Paragraphs, one behind the other."""
    chars, spaces, ends = [], [], []
    for line in paragraphs:
        words = line.split(" ")
        text = "".join(words)
        behind = np.zeros(len(text), bool)
        behind[np.cumsum([len(word) for word in words]) - 1] = True
        behind[-1] = False
        last = np.zeros(len(text), bool)
        last[-1] = True
        chars.append(encode(text).astype(np.int16))
        spaces.append(behind)
        ends.append(last)
    joined = np.concatenate(chars)
    end = np.concatenate(ends)
    return Row(joined, np.concatenate(spaces), end, _asked(joined, syllables_only) & ~end)


def _asked(chars: npt.NDArray[np.int16], syllables_only: bool) -> Flags:
    """Boundaries between two syllables; beside one, too, if the corpus is to be trusted there."""
    hangul = chars[:, 1] < 19
    behind = np.append(hangul[1:], False)
    return hangul & behind if syllables_only else hangul | behind


def load(folder: Path, part: Split) -> list[tuple[Row, float]]:
    """All corpora of a folder with their shares.

    Raises:
        OSError: a corpus is missing.
    """
    return [
        (row(lines(folder / name, part), name in SYLLABLES_ONLY), share)
        for name, share in SHARES.items()
    ]


def windows(corpora: list[tuple[Row, float]], size: tuple[int, int], rng: Rng) -> Windows:
    """So many stretches of such a length, from anywhere in any corpus."""
    count, length = size
    shares = np.array([share for _, share in corpora])
    drawn = rng.choice(len(corpora), size=count, p=shares / shares.sum())
    parts: list[tuple[npt.NDArray[np.generic], ...]] = []
    for which in drawn:
        source = corpora[int(which)][0]
        start = int(rng.integers(len(source.spaces) - length))
        parts.append(tuple(column[start : start + length] for column in source))
    chars, spaces, ends, asked = (np.stack(column) for column in zip(*parts, strict=True))
    return Windows(chars.astype(np.int64), spaces, ends, asked)

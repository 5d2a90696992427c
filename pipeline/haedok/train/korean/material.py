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
MORE = {
    "president_speeches_1993_2022_a.txt": 0.14,
    "president_speeches_1993_2022_b.txt": 0.1,
    "president_speeches_1963_1993_a.txt": 0.03,
    "president_speeches_1963_1993_b.txt": 0.03,
    "kobest.txt": 0.16,
    "koconovel_pd_novels.txt": 0.06,
    "rust_book_ko.txt": 0.03,
    "react_docs_ko.txt": 0.015,
    "acorn_book_blog_boddari.txt": 0.03,
    "korsts_devtest.txt": 0.02,
    "fairytales_boddari.txt": 0.02,
    "gnome_help_ko.txt": 0.01,
    "park_news_test.txt": 0.02,
    "python_docs_ko.txt": 0.01,
    "opensource_guide_ko.txt": 0.005,
    "ud_pud.txt": 0.01,
}
"""Corpora that nothing is fitted or measured on: all their lines are learned from."""
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
        belongs = part if path.name in MORE else split(path.name, at)
        if len(line) > 3 and belongs == part and (part != "train" or not held_out):
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
    """All corpora of a folder with their shares; those that are only learned from, if it has them.

    Raises:
        OSError: a corpus is missing.
    """
    more = {name: share for name, share in MORE.items() if (folder / name).exists()}
    shares = {**SHARES, **more} if part == "train" else SHARES
    return [
        (row(lines(folder / name, part), name in SYLLABLES_ONLY), share)
        for name, share in shares.items()
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


_HELD: tuple[Split, ...] = ("dev", "test")
RUN, STRIDE = 14, 7
"""Lines that share so many signs say the same; they are looked up in steps of so many."""


def held_out_runs(folder: Path) -> frozenset[str]:
    """Runs of signs, without spaces, of the lines that nothing may be learned from."""
    return frozenset(
        line[at : at + RUN]
        for part in _HELD
        for name in SHARES
        for line in ("".join(found.split()) for found in lines(folder / name, part))
        for at in range(0, len(line) - RUN + 1, STRIDE)
    )

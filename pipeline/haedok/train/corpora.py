"""What is at hand to print: paragraphs of corpora, English, words in Hangul and in Hanja."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from haedok.recognize.own import alphabet
from haedok.synthesize.fonts import Split
from haedok.words import english as english_words

PROSE = {
    "law_security_foreign.txt": 0.06,
    "law_acts_sample.txt": 0.06,
    "constitution_ko.txt": 0.01,
    "ud_kaist.txt": 0.2,
    "ud_gsd.txt": 0.06,
    "unesco_reports_ko.txt": 0.15,
    "nanet_book_reviews.txt": 0.22,
    "wikinews_ko.txt": 0.1,
    "klue_news_wiki.txt": 0.07,
    "kowiki_donut.txt": 0.07,
}
"""Corpus → its share of the prose; law is most of the bytes and says the same again and again."""
ENGLISH = ("park_news_dev.en", "jhe_dev.en", "udhr.en")
TERMS = ("terms_cc-kedict.tsv", "terms_kengdic_ezcorean6000.tsv")
HELD_OUT = 40
"""One paragraph in so many is kept for development, another for testing."""


class Texts(msgspec.Struct, frozen=True):
    """The material that lines are made of."""

    prose: tuple[tuple[str, ...], ...]
    """Paragraphs, by corpus."""
    shares: tuple[float, ...]
    """How much of the prose each corpus gives."""
    english: tuple[str, ...]
    """Sentences."""
    words: tuple[str, ...]
    """English words, in lower case."""
    sinitic: tuple[tuple[str, str], ...]
    """Words in Hangul and in Hanja, equally long: (경제, 經濟)."""


def load(folder: Path, split: Split) -> Texts:
    """Read what belongs to a split of the corpora in ``folder`` (``text/*``, ``parallel/*``).

    Words and terms are the same for all splits.

    Raises:
        OSError: a corpus is missing.
    """
    prose = tuple(tuple(_paragraphs(folder / "text" / name, split)) for name in PROSE)
    english = [line for name in ENGLISH for line in _paragraphs(folder / "parallel" / name, split)]
    sinitic = {pair for name in TERMS for pair in _sinitic(folder / "parallel" / name)}
    return Texts(
        prose,
        tuple(PROSE.values()),
        tuple(english),
        tuple(sorted(english_words())),
        tuple(sorted(sinitic)),
    )


def _paragraphs(path: Path, split: Split) -> Iterator[str]:
    """Paragraphs are dealt to splits by what they say, so no copy of one is in two splits."""
    held_out = {"dev": 0, "test": 1}
    for raw in path.read_text("utf-8").split("\n"):
        line = alphabet.written(" ".join(raw.split()))
        lot = zlib.crc32(line.encode()) % HELD_OUT
        if len(line) > 3 and (lot == held_out[split] if split in held_out else lot > 1):
            yield line


def _sinitic(path: Path) -> Iterator[tuple[str, str]]:
    """Rows of Hangul, Hanja and more, below a heading."""
    for row in path.read_text("utf-8").split("\n")[1:]:
        hangul, *rest = row.split("\t")
        if rest and rest[0] and len(hangul) == len(rest[0]):
            hanja = alphabet.written(rest[0])
            if all(sign in alphabet.hanja_numbers() for sign in hanja):
                yield hangul, hanja

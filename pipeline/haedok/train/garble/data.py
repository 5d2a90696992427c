"""Pairs to train on: really read lines, and lines put together from words that were really read.

Simulating a page takes seconds, and the corpora say more than can be printed. So besides the pages
simulated there are lines whose words, or parts of words, each get a garble that they once had. Such
a line lacks what neighbours do to each other, but teaches what Korean is like.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.decipher import alphabet
from haedok.repair import channel
from haedok.train.corpora import Texts
from haedok.train.garble.simulate import DRESSED
from haedok.train.phrases import prose
from haedok.train.texts import dressed

Rng = np.random.Generator

LONGEST = 72
"""Longer lines (and garbles half as long again) are left out."""
_HANGUL = re.compile(r"[가-힣]+")


class Pair(NamedTuple):
    """A line and its garble.

    ``places``: per character of the line, the first garble sign of the word that covers it and the
    one past its last; −1, −1 where none does.
    """

    text: str
    garble: str
    places: tuple[tuple[int, int], ...]


def read_pages(files: Sequence[Path]) -> Iterator[tuple[str, list[Pair]]]:
    """Simulated pages: the face, and the pairs of its lines."""
    for file in files:
        for row in file.read_bytes().split(b"\n"):
            if row.endswith(b"}"):  # the last row may still be being written
                page = json.loads(row)
                pairs = [pair(line["text"], line["words"]) for line in page["lines"]]
                yield page["face"], [p for p in pairs if usable(p)]


def usable(pair: Pair) -> bool:
    """Whether a pair is neither empty nor too long."""
    return 3 < len(pair.text) <= LONGEST and 1 < len(pair.garble) <= LONGEST * 3 // 2


def pair(text: str, words: Sequence[Sequence[str | int]]) -> Pair:
    """A line from the words that were read in its place."""
    garble = ""
    places = [(-1, -1)] * len(text)
    for word, first, past in words:
        if garble:
            garble += " "
        start = len(garble)
        garble += str(word)
        for at in range(int(first), int(past)):
            places[at] = (start, len(garble))
    return Pair(text, garble, tuple(places))


def words_read(pair: Pair) -> Iterator[tuple[str, str]]:
    """The Korean words of a line that stand alone under garbles that stand alone, with these."""
    text, garble, places = pair
    for match in re.finditer(r"\S+", text):
        here = {places[at] for at in range(*match.span())}
        if len(here) != 1:
            continue
        ((start, end),) = here
        inside = start >= 0 and all(
            match.start() <= at < match.end()
            for at, place in enumerate(places)
            if place == (start, end) and text[at] != " "
        )
        if inside and (plain := _HANGUL.fullmatch(match[0].strip("“”‘’.,()"))):
            left, right = channel.bare(garble[start:end])
            if left < right:
                yield plain[0], garble[start + left : start + right]


class Bank:
    """What words were read as, by word, and running text to dress in it."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.known: dict[str, list[str]] = defaultdict(list)
        for word, garbles in channel.garbles().items():
            self.known[word] += garbles

    def learn(self, pairs: Sequence[Pair]) -> None:
        """Add what words were read as in these lines."""
        for pair in pairs:
            for word, garble in words_read(pair):
                self.known[word].append(garble)

    def pair(self, rng: Rng) -> Pair | None:
        """A line of prose in borrowed garble; None where nothing is known of one of its words."""
        words = prose(self.texts, rng).split(" ")
        at = int(rng.integers(max(1, len(words) - 6)))
        text, garble = "", ""
        places: list[tuple[int, int]] = []
        room = int(rng.integers(24, 50))
        for bare in words[at:]:
            word = dressed(bare, self.texts, rng) if rng.random() < DRESSED else bare
            read = self._read(word, rng)
            if read is None or len(text) + len(word) > room:
                break
            lost = not read.strip() or not text
            places += [(-1, -1)] if text else []
            text += (" " if text else "") + word
            if garble and not lost and rng.random() > 0.03:
                garble += " "
            start = len(garble)
            garble += read
            places += [(start, len(garble))] * len(word)
        made = Pair(text, " ".join(garble.split()), tuple(places))
        return made if usable(made) else None

    def _read(self, word: str, rng: Rng) -> str | None:
        """What a word may be read as: signs as they are, Hangul as the whole or its parts were."""
        out = ""
        at = 0
        for match in _HANGUL.finditer(word):
            part = self._part(match[0], rng)
            if part is None:
                return None
            out += word[at : match.start()] + part
            at = match.end()
        return out + word[at:]

    def _part(self, word: str, rng: Rng) -> str | None:
        if garbles := self.known.get(word):
            return garbles[int(rng.integers(len(garbles)))]
        if len(word) < 2 or len(word) > 12:
            return None
        cuts = [
            cut
            for cut in range(1, len(word))
            if self.known.get(word[:cut]) and (self.known.get(word[cut:]) or len(word) > 5)
        ]
        if not cuts:
            return None
        cut = cuts[int(rng.integers(len(cuts)))]
        head, tail = self._part(word[:cut], rng), self._part(word[cut:], rng)
        return None if head is None or tail is None else head + tail


class Batch(NamedTuple):
    """Arrays padded with 0: garble (B × N), text with begin and text with end (B × T).

    ``middle`` is the middle garble sign of each character's word (B × T, −1: unknown), ``reach``
    half its width.
    """

    garble: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    middle: NDArray[np.float32]
    reach: NDArray[np.float32]


def batch(pairs: Sequence[Pair], shape: tuple[int, int] | None = None) -> Batch:
    """Pairs as arrays; sides are rounded up to multiples of eight to have few shapes."""
    sources = [alphabet.garble_numbers(p.garble) for p in pairs]
    targets = [alphabet.korean_numbers(p.text) for p in pairs]
    n = -(-max(map(len, sources)) // 8) * 8
    t = -(-(max(map(len, targets)) + 1) // 8) * 8
    n, t = shape or (n, t)
    rows = len(pairs)
    garble = np.zeros((rows, n), np.int64)
    before, after = np.zeros((rows, t), np.int64), np.zeros((rows, t), np.int64)
    middle, reach = np.full((rows, t), -1, np.float32), np.ones((rows, t), np.float32)
    for row, (source, target, p) in enumerate(zip(sources, targets, pairs, strict=True)):
        garble[row, : len(source)] = source
        before[row, : len(target) + 1] = [alphabet.BEGIN, *target]
        after[row, : len(target) + 1] = [*target, alphabet.END]
        for at, (start, end) in enumerate(p.places):
            if start >= 0:
                middle[row, at], reach[row, at] = (start + end - 1) / 2, (end - start) / 2
    return Batch(garble, before, after, middle, reach)

"""Lines that the tagger learns from: garble with its labels, and what is not damaged."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haedok.repair.latin_net import DIGIT, GARBLED, SOUND
from haedok.train.garble import foreign
from haedok.train.garble.labels import UNKNOWN, lines

DAMAGED, CLEAN, BOTH = 16, 16, 4
"""Lines of a batch."""
LONGEST = 72
"""Characters of a line; more are cut off."""
KOREAN, NAMES = 0.1, 0.18
"""Shares of the clean lines."""
CONFUSED = (
    "l1", "Il", "O0", "ec", "hb", ".,", "’'", "“\"", "S5", "ij", "tf", "l|", "B8", "au", "éq", "gq",
    "nu", "1l", "0O", "1I", "l!", "oc", "s8", "oO", "cC", "vV", "wW", "yv",
    ("rn", "m"), ("m", "rn"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("li", "h"), ("cl", "d"), ("u", "ii"),
    (" ", ""), ("-", " "), (" ", " ."),
)  # fmt: skip
"""What engines take for each other in English."""

SPACED = 0.05
"""Share of the clean lines set with space between the letters."""
ENRICHED = 0.35
"""Share of the garbled lines that get a number with its unit, or an acronym with a particle."""
READ = "read"
"""The kind of sound text that an engine has read: worn already."""
UNITS = ("kt", "km", "kg", "m", "%", "%p", "Mt", "mm", "cm", "MHz", "GW", "t", "kW")
RANGES = {"년": (1850, 2029), "월": (1, 12), "일": (1, 31)}
_COUNTED = re.compile("(제?)([0-9]+)([가-힣]{1,3})[.,]?")

Line = tuple[str, NDArray[np.int64]]


class Material:
    """Lines to draw from."""

    def __init__(
        self, pages: Sequence[Path], sound: Mapping[str, Sequence[str]], rng: random.Random
    ) -> None:
        """Read and label pages of garble; ``sound`` are lines by kind, each drawn as often."""
        self.rng = rng
        self.sound = {kind: list(dict.fromkeys(lines_)) for kind, lines_ in sound.items()}
        self.korean: list[str] = []
        self.garbled: list[Line] = []
        self.single: list[str] = []
        self.counted: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for page in pages:
            for row in page.read_text("utf-8").rstrip("\n").split("\n"):
                for line in json.loads(row)["lines"]:
                    self.korean.append(line["text"])
                    self.garbled += [(t, np.array(found)) for t, found in lines(**line)]
                    self.single += [
                        garble
                        for garble, first, past in line["words"]
                        if past == first + 1 and "가" <= line["text"][first] <= "힣"
                    ]
                    for unit, around in counted(line):
                        self.counted[unit].append(around)
        # Short pieces abound where an engine broke lines to bits.
        self.shares = list(accumulate(min(1.0, len(text) / 15) for text, _ in self.garbled))
        self.hangul = [w for text in self.korean for w in re.findall("[가-힣]{2,6}", text)]

    def clean(self) -> str:
        """A line that is not damaged."""
        rng, lot = self.rng, self.rng.random()
        if lot < KOREAN:
            return rng.choice(self.korean)[:LONGEST]
        if lot < KOREAN + NAMES:
            return _worn(foreign.line(rng, self.hangul), rng)[:LONGEST]
        kind = rng.choice(list(self.sound))
        text = rng.choice(self.sound[kind])
        if kind != READ and rng.random() < 0.4:
            text = _worn(text, rng)
        if rng.random() < 0.25:
            words = text.split(" ")
            at = rng.randrange(len(words))
            text = " ".join(words[at : at + rng.randint(1, 6)]) or text
        if rng.random() < SPACED:
            text = "".join(sign + rng.choice((" ", " ", "")) for sign in text)
        at = max(0, rng.randint(-60, max(0, len(text) - LONGEST)))
        text = text[at : at + LONGEST]
        return text.upper()[:LONGEST] if rng.random() < 0.08 else text

    def damaged(self) -> Line:
        """A line that an English model read of Hangul."""
        text, found = self.rng.choices(self.garbled, cum_weights=self.shares)[0]
        if self.rng.random() < ENRICHED:
            text, found = self._with_more(text, found)
        at = max(0, self.rng.randint(-60, len(text) - 20)) if len(text) > 20 else 0
        return text[at : at + LONGEST], found[at : at + LONGEST]

    def _with_more(self, text: str, found: NDArray[np.int64]) -> Line:
        """The line with a date, a counted number, or a Latin word and its particle put into it."""
        rng = self.rng
        at = rng.choice([0, *(match.end() for match in re.finditer(" ", text))])
        kind = rng.choices((self._acronym, self._number, self._measure), (7, 11, 2))[0]
        pieces = [*kind(), (UNKNOWN, " ")]
        more = "".join(piece for _, piece in pieces)
        labels = [
            DIGIT if kind == SOUND and sign.isdigit() else kind
            for kind, piece in pieces
            for sign in piece
        ]
        return text[:at] + more + text[at:], np.concatenate((found[:at], labels, found[at:]))

    def _acronym(self) -> list[tuple[int, str]]:
        """Labelled pieces of a word like ``ICBM과``."""
        word = self.rng.choice([code for code in foreign.CODES if code[1:2].isupper()])
        return [(SOUND, word), (GARBLED, self.rng.choice(self.single))]

    def _measure(self) -> list[tuple[int, str]]:
        """Labelled pieces of a word like ``108~250kt의``."""
        rng = self.rng
        low = rng.randint(1, rng.choice((9, 99, 999)))
        high = f"{low + rng.randint(1, 200)}"
        upper = [(SOUND, rng.choice("~~-–")), (DIGIT, high)] if rng.random() < 0.6 else []
        unit = (SOUND, rng.choice(UNITS))
        particle = [(GARBLED, rng.choice(self.single))] if rng.random() < 0.5 else []
        return [(DIGIT, str(low)), *upper, unit, *particle]

    def _number(self) -> list[tuple[int, str]]:
        """Labelled pieces of a date or a counted number."""
        rng = self.rng
        units: tuple[str, ...] = rng.choice(
            (("년", "월", "일"), ("년", "월"), ("년",), ("월", "일"), ())
        )
        if not units or any(unit not in self.counted for unit in units):
            weights = [len(found) for found in self.counted.values()]
            units = tuple(rng.choices(list(self.counted), weights))
        pieces: list[tuple[int, str]] = []
        for unit in units:
            before, after = rng.choice(self.counted[unit])
            number = str(rng.randint(*RANGES.get(unit, rng.choice(((1, 9), (1, 99), (1, 3000))))))
            pieces += [(GARBLED, before), (DIGIT, number), (GARBLED, after)]
            pieces.append((UNKNOWN, " " if rng.random() < 0.7 else ""))
        return pieces

    def both(self) -> Line:
        """A line half of which is garbled, in either order."""
        sound, (text, found) = self.clean()[: self.rng.randint(8, 70)], self.damaged()
        cut = self.rng.randint(4, 60)
        text, found, between = text[:cut], found[:cut], [UNKNOWN]
        if self.rng.random() < 0.5:
            return f"{sound} {text}", np.concatenate((as_sound(sound), between, found))
        return f"{text} {sound}", np.concatenate((found, between, as_sound(sound)))

    def batch(self) -> list[Line]:
        """What one step learns from."""
        clean = [self.clean() for _ in range(CLEAN)]
        return [
            *(self.damaged() for _ in range(DAMAGED)),
            *((text, as_sound(text)) for text in clean),
            *(self.both() for _ in range(BOTH)),
        ]


def counted(line: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What stands around the digits of numbers with a unit: 년 of ``20204`` → ("", "4")."""
    for garble, first, past in line["words"]:
        match = _COUNTED.fullmatch(line["text"][first:past])
        if match and garble.count(match[2]) == 1:
            before, after = garble.split(match[2])
            if bool(before) == bool(match[1]) and after:
                yield match[3], (before, after)


def as_sound(text: str) -> NDArray[np.int64]:
    """The labels of a text that is not damaged (length,)."""
    return np.array([DIGIT if sign.isdigit() else SOUND for sign in text], np.int64)


def _worn(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        pair = rng.choice(CONFUSED)
        places = [match.start() for match in re.finditer(re.escape(pair[0]), text)]
        if places:
            at = rng.choice(places)
            text = text[:at] + pair[1] + text[at + len(pair[0]) :]
    return text

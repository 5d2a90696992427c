"""Train what tells language from misread Hangul (``repair/latin_net.py``).

    python -m haedok.train.garble.tagger latin.npz.xz --garbled PAGES... --sound FILES...

``PAGES`` are pages that ``haedok.train.garble.simulate`` made; their print, which is clean Korean,
serves as sound text too. ``SOUND`` are text files of anything that is not damaged: prose,
references, tables, code, formulas, and what an engine read of them (``ocr`` in the name); every
file is drawn from as often. Names and rows of numbers are added (``haedok.train.garble.foreign``).
Some of what no engine read yet is worn: letters change as an engine mistakes them.

Cross-entropy of the characters with AdamW (Loshchilov and Hutter 2019). Half of a batch is garbled,
half sound; an eighth holds both.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from haedok.repair.latin_net import CODES, DIGIT, GARBLED, KINDS, LAYERS, SOUND, encode
from haedok.train.garble import foreign
from haedok.train.garble.labels import UNKNOWN, lines

CHANNELS, SIGN_SIZE, KIND_SIZE = 48, 32, 8
DAMAGED, CLEAN, BOTH = 28, 32, 8
"""Lines of a batch."""
LONGEST = 100
"""Characters of a line; more are cut off."""
RATE = 2e-3
HARD = 4.0
"""A digit amid garble is rare and hard; it weighs as much as so many other characters."""
KOREAN, NAMES = 0.1, 0.12
"""Shares of the clean lines."""
CONFUSED = (
    "l1", "Il", "O0", "ec", "hb", ".,", "’'", "“\"", "S5", "ij", "tf", "l|", "B8", "au", "éq", "gq",
    "nu", "1l", "0O", "1I", "l!", "oc", "s8", "oO", "cC", "vV", "wW", "yv",
    ("rn", "m"), ("m", "rn"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("li", "h"), ("cl", "d"), ("u", "ii"),
    (" ", ""), ("-", " "), (" ", " ."),
)  # fmt: skip
"""What engines take for each other in English."""

SPACED = 0.03
"""Share of the clean lines set with space between the letters."""
ENRICHED = 0.25
"""Share of the garbled lines that get a number with its unit, or an acronym with a particle."""
RANGES = {"년": (1850, 2029), "월": (1, 12), "일": (1, 31)}
_COUNTED = re.compile("(제?)([0-9]+)([가-힣]{1,3})[.,]?")

Line = tuple[str, NDArray[np.int64]]


class Tagger(nn.Module):
    """The net of ``latin_net.logits``, in a form that learns."""

    def __init__(self) -> None:
        super().__init__()
        self.signs = nn.Embedding(CODES, SIGN_SIZE)
        self.kinds = nn.Embedding(KINDS, KIND_SIZE)
        sizes = [SIGN_SIZE + KIND_SIZE] + [CHANNELS] * (len(LAYERS) - 1)
        # Matrices on windows: several times as fast on a processor as convolutions so narrow.
        layers = [
            nn.Linear(width * size, CHANNELS)
            for size, (width, _) in zip(sizes, LAYERS, strict=True)
        ]
        self.layers = nn.ModuleList(layers)
        self.line = nn.Linear(CHANNELS, CHANNELS, bias=False)
        self.out = nn.Linear(CHANNELS, 3)

    def forward(self, codes: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        """Codes and kinds (lines, length), 0 behind the end → logits (lines, length, 3)."""
        there = (codes > 0).float()[:, :, None]
        x = torch.cat((self.signs(codes), self.kinds(kinds)), 2) * there
        for number, (layer, (width, space)) in enumerate(zip(self.layers, LAYERS, strict=True)):
            if number == len(self.layers) - 1:
                mean = x.sum(1) / there.sum(1).clamp(min=1)
                x = (x + self.line(mean)[:, None, :]) * there
            y: torch.Tensor = functional.relu(layer(_windows(x, width, space))) * there
            x = y if number == 0 else x + y
        return torch.as_tensor(self.out(x))

    def packed(self) -> bytes:
        """The weights as ``latin_net`` loads them, in half precision."""
        state = self.state_dict()
        arrays = {
            "signs": state["signs.weight"],
            "kinds": state["kinds.weight"],
            "line": state["line.weight"].T,
            "out": state["out.weight"].T,
            "bias": state["out.bias"],
        }
        for number in range(len(self.layers)):
            arrays[f"w{number}"] = state[f"layers.{number}.weight"].T
            arrays[f"b{number}"] = state[f"layers.{number}.bias"]
        file = io.BytesIO()
        plain = {name: array.numpy().astype(np.float16) for name, array in arrays.items()}
        np.savez(file, **plain)
        return lzma.compress(file.getvalue(), preset=9)


def _windows(x: torch.Tensor, width: int, space: int) -> torch.Tensor:
    """``latin_net._windows`` for lines: (lines, length, channels) → (…, width × channels)."""
    reach, length = width // 2 * space, x.shape[1]
    padded = functional.pad(x, (0, 0, reach, reach))
    return torch.cat([padded[:, at * space : at * space + length] for at in range(width)], 2)


class Material:
    """Lines to draw from."""

    def __init__(self, pages: Sequence[Path], sound: Sequence[Path], rng: random.Random) -> None:
        self.rng = rng
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
        self.sound = [list(dict.fromkeys(_lines_of(path))) for path in sound]
        self.read = ["ocr" in path.name for path in sound]

    def clean(self) -> str:
        """A line that is not damaged."""
        rng, lot = self.rng, self.rng.random()
        if lot < KOREAN:
            return rng.choice(self.korean)[:LONGEST]
        if lot < KOREAN + NAMES:
            return _worn(foreign.line(rng, self.hangul)[:LONGEST], rng)
        which = rng.randrange(len(self.sound))
        text = rng.choice(self.sound[which])
        if not self.read[which] and rng.random() < 0.4:
            text = _worn(text, rng)
        if rng.random() < 0.25:
            words = text.split(" ")
            at = rng.randrange(len(words))
            text = " ".join(words[at : at + rng.randint(1, 6)]) or text
        if rng.random() < SPACED:
            text = "".join(sign + rng.choice((" ", " ", "")) for sign in text)[:LONGEST]
        return text.upper() if rng.random() < 0.08 else text

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
        pieces = [*(self._acronym() if rng.random() < 0.35 else self._number()), (UNKNOWN, " ")]
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
            return f"{sound} {text}", np.concatenate((_as_sound(sound), between, found))
        return f"{text} {sound}", np.concatenate((found, between, _as_sound(sound)))

    def batch(self) -> list[Line]:
        """What one step learns from."""
        clean = [self.clean() for _ in range(CLEAN)]
        return [
            *(self.damaged() for _ in range(DAMAGED)),
            *((text, _as_sound(text)) for text in clean),
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


def _lines_of(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8", errors="ignore").split("\n"):
        if line.strip() and not re.search("[가-힣]", line):
            yield line.strip()[:LONGEST]


def _as_sound(text: str) -> NDArray[np.int64]:
    return np.array([DIGIT if sign.isdigit() else SOUND for sign in text], np.int64)


def _worn(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        pair = rng.choice(CONFUSED)
        places = [match.start() for match in re.finditer(re.escape(pair[0]), text)]
        if places:
            at = rng.choice(places)
            text = text[:at] + pair[1] + text[at + len(pair[0]) :]
    return text


def _tensors(batch: Sequence[Line]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(text) for text, _ in batch)
    codes, kinds = (np.zeros((len(batch), width), np.int64) for _ in range(2))
    found = np.full((len(batch), width), UNKNOWN, np.int64)
    for row, (text, labels) in enumerate(batch):
        codes[row, : len(text)], kinds[row, : len(text)] = encode(text)
        found[row, : len(text)] = labels
    return torch.from_numpy(codes), torch.from_numpy(kinds), torch.from_numpy(found)


def _weights(codes: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """More for the digits of lines that are garbled somewhere, whatever they are."""
    digits = torch.isin(codes, torch.from_numpy(encode("0123456789")[0]))
    amid = (found == GARBLED).any(dim=1, keepdim=True)
    return 1 + (HARD - 1) * (digits & amid).float()


def train(net: Tagger, material: Material, minutes: float, save: Any) -> None:
    """Learn for some minutes, the rate falling to nothing; ``save`` is called now and then."""
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-4)
    began, step, total = time.monotonic(), 0, 0.0
    while (past := (time.monotonic() - began) / 60 / minutes) < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, 0.02 + step / 100) * (1 - past)
        codes, kinds, found = _tensors(material.batch())
        known = found != UNKNOWN
        losses = functional.cross_entropy(net(codes, kinds)[known], found[known], reduction="none")
        loss = (losses * _weights(codes, found)[known]).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step, total = step + 1, total + loss.item()
        if step % 50 == 0:
            sys.stderr.write(f"{step}\t{past:.2f}\t{total / 50:.4f}\n")
            total = 0.0
            save()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--garbled", type=Path, nargs="+", required=True)
    parser.add_argument("--sound", type=Path, nargs="+", required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--start", type=Path, help="a state to go on from")
    parser.add_argument("--state", type=Path, help="where to keep the state")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    net = Tagger()
    if args.start:
        net.load_state_dict(torch.load(args.start))

    def save() -> None:
        args.out.write_bytes(net.packed())
        if args.state:
            torch.save(net.state_dict(), args.state)

    material = Material(args.garbled, args.sound, random.Random(1))
    sys.stderr.write(f"{len(material.garbled)} garbled lines, {len(material.sound)} files\n")
    train(net, material, args.minutes, save)
    save()


if __name__ == "__main__":
    main()

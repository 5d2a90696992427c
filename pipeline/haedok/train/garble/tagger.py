"""Train what tells language from misread Hangul (``repair/latin_net.py``).

    python -m haedok.train.garble.tagger latin.npz.xz --garbled PAGES... --prose FILES...
        [--tessdata FOLDER] [--minutes 30] [--more FILES...]

``PAGES`` are pages that ``haedok.train.garble.simulate`` made; their print, which is clean Korean,
serves as sound text too. ``FILES`` hold English prose, a sentence or paragraph a line. With the
engine's ``FOLDER`` some of it is printed and read (``haedok.train.garble.sound``), so that its
everyday errors are known. Manuals, documentation, code and words come from the machine itself,
names, references, formulas and rows of numbers from ``haedok.train.garble.foreign``; ``more`` are
further files, each a kind of its own (the weights that are shipped also saw the references of
inukshuk/anystyle, ``res/parser/*.xml``, the TeX of OpenLogicProject/OpenLogic, and the
documentation of Vim). Some of what no engine has read is worn: letters change as engines mistake
them.

Cross-entropy of the characters, and of whether anything in a line is garbled, as
``haedok.repair.latin.damage`` asks; AdamW (Loshchilov and Hutter 2019). Half of a batch is garbled,
half sound; a ninth holds both.
"""

from __future__ import annotations

import argparse
import html
import io
import lzma
import random
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from haedok.repair.latin_net import CODES, DIGIT, GARBLED, KINDS, LAYERS, SOUND, encode
from haedok.train.garble import foreign, sound
from haedok.train.garble.labels import UNKNOWN
from haedok.train.garble.material import READ, Line, Material

CHANNELS, SIGN_SIZE, KIND_SIZE = 48, 32, 8
RATE = 3e-3
HARD = 4.0
"""A digit amid garble is rare and hard; it weighs as much as so many other characters."""
WHOLE = 0.5
"""Weight of a line as a whole: else the likeliest of its characters, one of many, is no measure."""


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


def _of_lines(logits: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of the likeliest garble of each line: is there any?"""
    odds = logits[:, :, GARBLED] - torch.logsumexp(logits[:, :, [SOUND, DIGIT]], dim=2)
    most = odds.masked_fill(found == UNKNOWN, -30.0).max(dim=1).values
    garbled = (found == GARBLED).any(dim=1)
    there = (found != UNKNOWN).any(dim=1)
    return functional.binary_cross_entropy_with_logits(most[there], garbled[there].float())


def train(net: Tagger, material: Material, minutes: float, save: Callable[[], None]) -> None:
    """Learn for some minutes, the rate falling to nothing; ``save`` is called now and then."""
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-4)
    began, step, total = time.monotonic(), 0, 0.0
    while (past := (time.monotonic() - began) / 60 / minutes) < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, 0.02 + step / 100) * (1 - past)
        codes, kinds, found = _tensors(material.batch())
        known = found != UNKNOWN
        logits = net(codes, kinds)
        losses = functional.cross_entropy(logits[known], found[known], reduction="none")
        loss = (losses * _weights(codes, found)[known]).mean() + WHOLE * _of_lines(logits, found)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step, total = step + 1, total + loss.item()
        if step % 50 == 0:
            sys.stderr.write(f"{step}\t{past:.2f}\t{total / 50:.4f}\n")
            total = 0.0
            save()


def sound_text(args: argparse.Namespace, rng: random.Random) -> dict[str, list[str]]:
    """Lines that are not damaged, by kind."""
    kinds = {"prose": [line for path in args.prose for line in lines_of(path, rng)]}
    kinds |= {path.stem: list(lines_of(path, rng)) for path in args.more}
    kinds |= sound.of_machine(rng)
    if args.tessdata:
        names = [foreign.line(rng, foreign.TITLES) for _ in kinds["prose"]]
        printed = [*kinds["prose"], *names, *kinds.get("docs", ())]
        kinds[READ] = list(sound.read_prints(printed, args.tessdata, args.pages, 1))
    return kinds


def lines_of(path: Path, rng: random.Random) -> Iterator[str]:
    """Lines of a file without Hangul or tags, long ones set to some measure."""
    text = path.read_text("utf-8", errors="ignore")
    if path.suffix == ".xml":
        text = html.unescape(re.sub("<[^>]*>", " ", text.replace("</sequence>", "\n")))
    for line in text.split("\n"):
        if line.strip() and not re.search("[가-힣]", line):
            yield from textwrap.wrap(line, rng.randint(50, 110), break_long_words=False)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--garbled", type=Path, nargs="+", required=True)
    parser.add_argument("--prose", type=Path, nargs="+", required=True)
    parser.add_argument("--more", type=Path, nargs="*", default=[])
    parser.add_argument("--tessdata", type=Path, help="the engine's model, to read printed English")
    parser.add_argument("--pages", type=int, default=30, help="of printed English")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--start", type=Path, help="a state to go on from")
    parser.add_argument("--state", type=Path, help="where to keep the state")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    rng = random.Random(1)
    net = Tagger()
    if args.start:
        net.load_state_dict(torch.load(args.start))

    def save() -> None:
        args.out.write_bytes(net.packed())
        if args.state:
            torch.save(net.state_dict(), args.state)

    material = Material(args.garbled, sound_text(args, rng), rng)
    sizes = ", ".join(f"{kind} {len(lines)}" for kind, lines in material.sound.items())
    sys.stderr.write(f"{len(material.garbled)} garbled lines; sound: {sizes}\n")
    train(net, material, args.minutes, save)
    save()


if __name__ == "__main__":
    main()

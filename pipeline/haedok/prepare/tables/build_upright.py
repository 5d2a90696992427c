"""Fit ``upright.npz``: the net of ``haedok.prepare.upright``.

Usage: python -m haedok.prepare.tables.build_upright OUT KOREAN.txt ENGLISH.txt

Both files hold a paragraph a line. Pages of Korean, of English, of both and of figures are set in
every training face and worn in four ways; their windows are shifted, scaled and faded a little, and
the net learns which of a window's four turns is the true one (cross-entropy, Adam). Needs PyTorch.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from haedok.prepare.fragments import page_to_fragments
from haedok.prepare.geometry import image_to_skew, rotate
from haedok.prepare.grey import background, flatten, reduced
from haedok.prepare.windows import SIDE, page_to_windows
from haedok.synthesize import fonts
from haedok.synthesize.press import press

HIDDEN, EPOCHS, BATCH, RATE = 32, 14, 512, 2e-3
RECIPES = ("clean", "photocopy", "low-dpi-jpeg", "photo")
PAGES = 2
"""Of each kind, in each face, worn in each way."""
_NAMES = ("대한민국", "일본", "중국", "미국", "독일", "프랑스", "영국", "러시아", "인도", "캐나다")

Windows = NDArray[np.float32]


def main(out: Path, korean: Path, english: Path) -> None:
    """Set pages, cut their windows, fit the net and write it."""
    texts = [_paragraphs(file) for file in (korean, english)]
    windows = np.concatenate(list(_windows(texts[0], texts[1])))
    hidden, bias, outer = _fit(torch.from_numpy(windows))
    np.savez_compressed(out, hidden=hidden, bias=bias, outer=outer)


def _paragraphs(file: Path) -> list[str]:
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    clean = (line.replace("^[", "").replace("[", "(").replace("]", ")") for line in lines)
    return [line for line in clean if 60 < len(line) < 900]


def _windows(korean: list[str], english: list[str]) -> Iterator[Windows]:
    faces = [*fonts.faces("train", "serif"), *fonts.faces("train", "sans")]
    kinds = ("korean", "english", "both", "figures")
    for seed, (face, kind, recipe, _) in enumerate(product(faces, kinds, RECIPES, range(PAGES))):
        rng = np.random.default_rng([seed, 7])
        text = f'+++\nface = "{face.name}"\n+++\n' + _text(kind, korean, english, rng)
        sheet = next(iter(press(text, seed, recipe, split="train")))
        small, _ = reduced(sheet.image, 1200)
        small = flatten(small, background(small))
        level, _ = rotate(small, image_to_skew(small, 8.0))
        yield page_to_windows(level, page_to_fragments(level))


def _text(kind: str, korean: list[str], english: list[str], rng: np.random.Generator) -> str:
    if kind == "figures":
        return "\n\n".join(_table(rng) for _ in range(4))
    some = {"korean": [korean] * 12, "english": [english] * 12, "both": [korean, english] * 6}[kind]
    return "\n\n".join(lines[int(rng.integers(len(lines)))] for lines in some)


def _table(rng: np.random.Generator) -> str:
    rows = ["국가 | 1998년 | 2003년 | 2008년 | 2013년"]
    rows += [" | ".join([name, *(f"{x:,.1f}" for x in rng.uniform(1, 9999, 4))]) for name in _NAMES]
    return "[table] " + "\n".join(rows)


def _fit(windows: torch.Tensor) -> tuple[NDArray[np.float16], ...]:
    torch.manual_seed(1)
    hidden = (torch.randn(SIDE * SIDE, HIDDEN) * 0.1).requires_grad_()
    bias, outer = torch.zeros(HIDDEN).requires_grad_(), (torch.randn(HIDDEN) * 0.3).requires_grad_()
    adam = torch.optim.Adam([hidden, bias, outer], RATE, weight_decay=1e-5)
    for epoch in range(EPOCHS):
        if epoch == EPOCHS * 2 // 3:
            adam.param_groups[0]["lr"] = RATE / 4
        for rows in torch.randperm(len(windows)).split(BATCH):  # type: ignore[no-untyped-call]
            some = _varied(windows[rows])
            turns = [torch.rot90(some, turn, (1, 2)).flatten(1) for turn in range(4)]
            marks = torch.stack([torch.relu(x @ hidden + bias) @ outer for x in turns], dim=1)
            loss = functional.cross_entropy(marks, torch.zeros(len(rows), dtype=torch.long))
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
        print(f"epoch {epoch}: {loss.item():.3f}", file=sys.stderr)
    return tuple(part.detach().numpy().astype(np.float16) for part in (hidden, bias, outer))


def _varied(windows: torch.Tensor) -> torch.Tensor:
    """A batch a little larger or smaller, leaning, shifted and faded."""
    scale, angle, dx, dy, fade = (
        float(torch.empty(1).uniform_(low, high))
        for low, high in ((0.85, 1.15), (-0.05, 0.05), (-0.12, 0.12), (-0.12, 0.12), (0.6, 1.3))
    )
    matrix = torch.tensor([[scale, -angle, dx], [angle, scale, dy]]).repeat(len(windows), 1, 1)
    grid = functional.affine_grid(matrix, [len(windows), 1, SIDE, SIDE], align_corners=False)
    bent = functional.grid_sample(
        windows[:, None], grid, padding_mode="border", align_corners=False
    )
    return bent[:, 0] * fade


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))

"""How well the net reads lines that it never saw, in faces that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from haedok.recognize.own import alphabet
from haedok.train.data import samples
from haedok.train.model import Reader
from haedok.train.printing import Sample
from haedok.train.targets import batch

DEV_SEED = 77_001
GROUP = 16
"""Lines that are read at once."""


class Counts(dict[str, list[int]]):
    """Script → [errors, characters], also of ``all``; ``added`` has errors only."""

    def add(self, name: str, errors: int, count: int) -> None:
        """Count errors, characters, or both."""
        row = self.setdefault(name, [0, 0])
        row[0] += errors
        row[1] += count

    def rate(self, name: str) -> float:
        """Errors per hundred characters."""
        errors, count = self.get(name, [0, 0])
        return round(100 * errors / count, 3) if count else float("nan")


def dev_lines(folder: Path, count: int) -> list[Sample]:
    """The same lines for every evaluation: dev texts, dev faces."""
    lines = samples(folder, "dev", np.random.default_rng(DEV_SEED))
    return [next(lines) for _ in range(count)]


def evaluate(net: Reader, lines: Sequence[Sample]) -> Counts:
    """Errors of the best path, whole and by script of the true character."""
    net.eval()
    counts = Counts()
    order = sorted(lines, key=lambda line: line.image.shape[1])
    for start in range(0, len(order), GROUP):
        group = order[start : start + GROUP]
        for line, text in zip(group, read(net, group), strict=True):
            _count(counts, line.text, text)
    net.train()
    return counts


def read(net: Reader, group: Sequence[Sample]) -> list[str]:
    """The text of each line: the likeliest character of each frame, without repetitions."""
    made = batch(group)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        features = net.features(torch.from_numpy(made.lines))
        outputs = [output.float().numpy() for output in net.outputs(features)]
        best = [output.argmax(-1) for output in outputs[:4]]
        hanja = np.zeros_like(best[0])
        chosen = best[0] == alphabet.HANJA
        if chosen.any():
            logits = net.hanja(features[torch.from_numpy(chosen)])
            hanja[chosen] = logits.float().numpy().argmax(-1)
    return [
        _spelt(np.stack([*(b[n] for b in best), hanja[n]], 1)[: made.frames[n]])
        for n in range(len(group))
    ]


def _spelt(rows: NDArray[np.int64]) -> str:
    """The text of T × 5 rows: kind, initial, medial, final, Hanja of each frame."""
    out, last = [], ""
    for kind, initial, medial, final, hanja in rows.tolist():
        if kind == alphabet.BLANK:
            sign = ""
        elif kind == alphabet.HANGUL:
            sign = alphabet.parts_syllable(initial, medial, final)
        elif kind == alphabet.HANJA:
            sign = alphabet.hanja()[hanja]
        else:
            sign = alphabet.SIGNS[kind - alphabet.FIRST_SIGN]
        if sign != last:
            out.append(sign)
        last = sign
    return "".join(out)


def _count(counts: Counts, truth: str, text: str) -> None:
    """Add a line; what was read where nothing is counts as ``added``."""
    edits = Levenshtein.editops(truth, text)
    counts.add("all", len(edits), len(truth))
    for sign in truth:
        counts.add(_script(sign), 0, 1)
    for edit in edits:
        at = min(edit.src_pos, len(truth) - 1)
        counts.add("added" if edit.tag == "insert" else _script(truth[at]), 1, 0)


def _script(sign: str) -> str:
    number = alphabet.kind(sign)
    if number == alphabet.HANGUL:
        return "hangul"
    if number == alphabet.HANJA:
        return "hanja"
    if sign == " ":
        return "space"
    if sign.isdigit() and sign.isascii():
        return "digit"
    return "latin" if sign.isascii() and sign.isalpha() else "sign"

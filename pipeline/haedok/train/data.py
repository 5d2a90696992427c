"""Batches without end, made in worker processes while the net learns from the last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from haedok.synthesize.fonts import Split
from haedok.train import texts
from haedok.train.casts import Casting
from haedok.train.printing import Sample, nothing, sample
from haedok.train.targets import Batch, batch

COLUMNS = 26_000
"""Columns of pixels in a batch: about 30 lines of a page."""
POOL = 400
"""Lines that are sorted by width before they become batches, so that little is padding."""

NOTHING = 0.015
"""The share of crops without any text, so that the net learns to say nothing."""


class Lines(IterableDataset[Batch]):
    """Batches of printed lines, each worker with a seed of its own."""

    def __init__(self, folder: Path, split: Split, seed: int) -> None:
        super().__init__()
        self.folder, self.split, self.seed = folder, split, seed

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        info = get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        lines = samples(self.folder, self.split, rng)
        while True:
            yield from batches([next(lines) for _ in range(POOL)], rng)


def samples(folder: Path, split: Split, rng: np.random.Generator) -> Iterator[Sample]:
    """Printed lines without end."""
    casting = Casting(split, rng)
    for text in texts.lines(texts.load(folder, split), rng):
        if rng.random() < NOTHING:
            yield nothing(rng)
        printed = sample(text, casting.draw(), rng)
        if printed is not None:
            yield printed


def batches(pool: list[Sample], rng: np.random.Generator) -> Iterator[Batch]:
    """Lines of like width together, the batches in any order."""
    pool = sorted(pool, key=lambda printed: printed.image.shape[1])
    groups: list[list[Sample]] = [[]]
    for printed in pool:
        if printed.image.shape[1] * (len(groups[-1]) + 1) > COLUMNS:
            groups.append([])
        groups[-1].append(printed)
    for index in rng.permutation(len(groups)):
        if groups[index]:
            yield batch(groups[index])


def loader(folder: Path, seed: int, workers: int) -> DataLoader[Batch]:
    """Training batches; a new seed for every part of a training that was interrupted.

    Workers are spawned: a fork of a process whose libraries have threads may hang.
    """
    lines = Lines(folder, "train", seed)
    return DataLoader(
        lines, batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None,
        collate_fn=_same, multiprocessing_context="spawn" if workers else None,
    )  # fmt: skip


def _same(made: Batch) -> Batch:
    return msgspec.structs.replace(made)

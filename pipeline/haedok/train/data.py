"""Batches without end, made in worker processes while the net learns from the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
STEP = 64
"""Widths of batches are multiples of this."""

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
        return batches(samples(self.folder, self.split, rng))


def samples(folder: Path, split: Split, rng: np.random.Generator) -> Iterator[Sample]:
    """Printed lines without end."""
    casting = Casting(split, rng)
    for text in texts.lines(texts.load(folder, split), rng):
        if rng.random() < NOTHING:
            yield nothing(rng)
        printed = sample(text, casting.draw(), rng)
        if printed is not None:
            yield printed


def batches(lines: Iterable[Sample]) -> Iterator[Batch]:
    """Lines of like width together, in a few shapes only.

    The kernels of a convolution are compiled for every shape anew, which takes longer than to
    compute one batch.
    """
    waiting: dict[int, list[Sample]] = {}
    for printed in lines:
        width = -(-printed.image.shape[1] // STEP) * STEP
        group = waiting.setdefault(width, [])
        group.append(printed)
        if len(group) == max(1, COLUMNS // width):
            yield batch(waiting.pop(width), width)


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

"""Batches without end, made in worker processes while the net learns from the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from haedok.synthesize.fonts import Split
from haedok.train.casts import Casting
from haedok.train.corpora import load
from haedok.train.printing import Sample, nothing, sample
from haedok.train.targets import Batch, batch
from haedok.train.texts import lines

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
    """Printed lines without end, and a crop of nothing now and then.

    Raises:
        OSError: a corpus is missing.
        MissingProgramError: there are no faces of the split.
    """
    casting = Casting(split, rng)
    for text in lines(load(folder, split), rng):
        if rng.random() < NOTHING:
            yield nothing(rng)
        printed = sample(text, casting.draw(), rng)
        if printed is not None:
            yield printed


def batches(printed: Iterable[Sample]) -> Iterator[Batch]:
    """Lines of like width together, in a few shapes only.

    The kernels of a convolution are compiled for every shape anew, which takes longer than to
    compute one batch.
    """
    waiting: dict[int, list[Sample]] = {}
    for line in printed:
        width = -(-line.image.shape[1] // STEP) * STEP
        group = waiting.setdefault(width, [])
        group.append(line)
        if len(group) == max(1, COLUMNS // width):
            yield batch(waiting.pop(width), width)


def loader(folder: Path, seed: int, workers: int) -> DataLoader[Batch]:
    """Training batches; a new seed for every part of a training that was interrupted.

    Workers are spawned: a fork of a process whose libraries have threads may hang.
    """
    return DataLoader(
        Lines(folder, "train", seed),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=8 if workers else None,
        multiprocessing_context="spawn" if workers else None,
    )

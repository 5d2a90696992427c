"""The training itself: resumable at any moment, with its curve in a file.

    python -m haedok.train.loop TEXTS --out build/recognizer --lines 350000

Everything is kept in ``out``: ``state.pt`` (net, its moving average, optimiser, lines seen) and
``curve.tsv``. Started again, it goes on where it stopped; with more ``--lines`` it
goes on learning.
"""

from __future__ import annotations

import copy
import math
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, TypedDict

import click
import torch
from torch import Tensor

from haedok.train.data import loader
from haedok.train.evaluate import dev_lines, evaluate
from haedok.train.loss import batch_to_losses
from haedok.train.model import Reader
from haedok.train.printing import Sample
from haedok.train.targets import Batch

PEAK, LAST = 2.5e-3, 2e-5
"""Learning rates; in between along a cosine."""
WARM_UP = 3000
"""Lines until the learning rate is at its peak."""
START = Path(__file__).with_name("start.pt")
"""The weights that come with the project, in float16, to be trained on."""
CTC_FROM = 0.3
"""The part of the training after which lines count as well as frames."""
AVERAGE = 0.998
"""How much of the moving average of the weights stays at each step."""
REPORT_EVERY = 10_000
"""Lines between two evaluations."""
SCRIPTS = ("all", "hangul", "latin", "digit", "hanja", "sign", "space", "added")


class State(TypedDict):
    """What ``state.pt`` holds."""

    net: dict[str, Tensor]
    average: dict[str, Tensor]
    optimizer: dict[str, Any]
    seen: int
    """Lines so far."""
    start: int
    """Lines that had been seen when the present cosine began."""
    goal: int
    part: int
    """How often the training was taken up again."""


class Training:
    """A net being trained, and where it stands."""

    def __init__(self, out: Path, goal: int, peak: float = PEAK) -> None:
        self.out, self.goal, self.peak = out, goal, peak
        self.net = Reader().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=peak, weight_decay=0.02)
        self.seen = self.start = self.part = 0
        if (out / "state.pt").exists():
            self._load(torch.load(out / "state.pt", weights_only=True))

    def begin(self, start: Path) -> None:
        """Begin with weights that were trained before, and a cosine of its own.

        Raises:
            OSError: there are none.
        """
        kept = torch.load(start, weights_only=True)
        for net in (self.net, self.average):
            net.load_state_dict(kept["net"])
        self.seen = self.start = int(kept["seen"])
        self.part = self.seen // REPORT_EVERY  # other lines than those that were seen

    def _load(self, state: State) -> None:
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.seen, self.part = state["seen"], state["part"] + 1
        # a finished training that goes on warms up again: a cosine of its own for the new lines
        self.start = self.seen if self.seen >= state["goal"] else state["start"]

    def save(self) -> None:
        """Write the state beside the old one and put it in its place."""
        state: State = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "seen": self.seen,
            "start": self.start,
            "goal": self.goal,
            "part": self.part,
        }
        self.out.mkdir(parents=True, exist_ok=True)
        new = self.out / "state.new"
        torch.save(state, new)
        new.replace(self.out / "state.pt")

    @property
    def progress(self) -> float:
        """0 … 1, of the lines of this run."""
        return (self.seen - self.start) / max(1, self.goal - self.start)

    def rate(self) -> float:
        """The learning rate now."""
        rising = min(1.0, (self.seen - self.start + 100) / WARM_UP)
        falling = 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress)))
        return rising * (LAST + (self.peak - LAST) * falling)

    def step(self, batch: Batch) -> tuple[float, float]:
        """Learn from one batch; returns its two losses."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        with_ctc = self.start > 0 or self.progress > CTC_FROM
        with torch.autocast("cpu", torch.bfloat16):
            losses = batch_to_losses(self.net, batch, with_ctc)
        loss = losses.frames + 0.5 * losses.ctc if with_ctc else losses.frames
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 3.0)
        self.optimizer.step()
        self._follow()
        self.seen += len(batch.lengths)
        return float(losses.frames.detach()), float(losses.ctc.detach())

    def _follow(self) -> None:
        """Let the average follow the net: quickly at first, when it is still far behind."""
        keep = min(AVERAGE, 1 - 100 / (self.seen + 200))
        # tensors of a state dict are detached, so nothing of this is differentiated
        pairs = zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True)
        for mine, new in pairs:
            if mine.is_floating_point():
                mine.mul_(keep).add_(new, alpha=1 - keep)
            else:
                mine.copy_(new)


@click.command()
@click.argument("texts", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/recognizer"))
@click.option("--lines", default=350_000, help="Train until so many lines have been seen.")
@click.option("--afresh", is_flag=True, help="Begin with nothing, not with the last weights.")
@click.option("--peak", default=PEAK, help="Highest learning rate.")
@click.option("--threads", default=2)
def main(texts: Path, out: Path, lines: int, peak: float, threads: int, afresh: bool) -> None:
    """Train our own recogniser on lines printed from TEXTS (a folder with text/ and parallel/)."""
    # compiled kernels of all shapes are kept; oneDNN reads this when it is first used
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192")
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    training = Training(out, lines, peak)
    if not afresh and training.seen == 0 and START.is_file():
        training.begin(START)
    training.net.train()
    dev = dev_lines(texts, 400)
    begun, due = time.monotonic(), training.seen + REPORT_EVERY // 4
    losses: list[tuple[float, float]] = []
    stopped = _on_signal()
    for batch in loader(texts, 1000 + training.part, 1):
        if stopped:
            training.save()
            break
        losses.append(training.step(batch))
        if training.seen >= due or training.seen >= lines:
            _report(training, dev, time.monotonic() - begun, losses)
            due, losses = training.seen + REPORT_EVERY, []
        if training.seen >= lines:
            break


def _on_signal() -> list[int]:
    """The signals that came in: Ctrl-C and a polite kill let the batch be finished first."""
    seen: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: seen.append(got))
    return seen


def _report(
    training: Training, dev: Sequence[Sample], seconds: float, losses: Sequence[tuple[float, float]]
) -> None:
    """Save, and add a row to the curve: mean losses since the last, errors on the dev lines."""
    training.save()
    counts = evaluate(training.average, dev)
    row = [f"{training.seen}", f"{seconds:.0f}", f"{training.rate():.6f}"]
    row += [f"{fmean(each):.4f}" for each in zip(*losses, strict=True)]
    row += [f"{counts.rate(name)}" for name in SCRIPTS[:-1]]
    row += [str(counts.get("added", [0, 0])[0])]
    path = training.out / "curve.tsv"
    if not path.exists():
        path.write_text("\t".join(["lines", "seconds", "rate", "frames", "ctc", *SCRIPTS]) + "\n")
    with path.open("a") as curve:
        curve.write("\t".join(row) + "\n")
    click.echo("\t".join(row), err=True)


if __name__ == "__main__":
    main()

"""The training itself: resumable at any moment, with its curve in a file.

    python -m haedok.train.loop TEXTS --out build/recognizer --lines 300000

Everything is kept in ``out``: ``state.pt`` (net, its moving average, optimiser, lines seen) and
``curve.tsv``. Started again, it goes on where it stopped; with more ``--lines`` it goes on learning.
"""

from __future__ import annotations

import copy
import math
import os
import signal
import time
from pathlib import Path

import click
import torch

from haedok.train.data import loader
from haedok.train.evaluate import dev_lines, evaluate
from haedok.train.loss import batch_to_losses
from haedok.train.model import Reader

PEAK, LAST = 2.5e-3, 2e-5
"""Learning rates; in between along a cosine."""
WARM_UP = 3000
"""Lines until the learning rate is at its peak."""
CTC_FROM = 0.3
"""The part of the training after which lines count as well as frames."""
AVERAGE = 0.998
"""How much of the moving average of the weights stays at each step."""
EVERY = 10_000
"""Lines between two evaluations."""
SCRIPTS = ("all", "hangul", "latin", "digit", "hanja", "sign", "space", "added")


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

    def _load(self, state: dict[str, object]) -> None:
        self.net.load_state_dict(state["net"])  # type: ignore[arg-type]
        self.average.load_state_dict(state["average"])  # type: ignore[arg-type]
        self.optimizer.load_state_dict(state["optimizer"])  # type: ignore[arg-type]
        self.seen, self.part = int(state["seen"]), int(state["part"]) + 1  # type: ignore[call-overload]
        finished = self.seen >= int(state["goal"])  # type: ignore[call-overload]
        # a finished training that goes on warms up again: a cosine of its own for the new lines
        self.start = self.seen if finished else int(state["start"])  # type: ignore[call-overload]

    def save(self) -> None:
        """Write the state beside the old one and put it in its place."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "seen": self.seen, "start": self.start, "goal": self.goal, "part": self.part,
        }  # fmt: skip
        self.out.mkdir(parents=True, exist_ok=True)
        torch.save(state, self.out / "state.new")
        os.replace(self.out / "state.new", self.out / "state.pt")

    @property
    def progress(self) -> float:
        """0 … 1, of the lines of this run."""
        return (self.seen - self.start) / max(1, self.goal - self.start)

    def rate(self) -> float:
        """The learning rate now."""
        rising = min(1.0, (self.seen - self.start + 100) / WARM_UP)
        falling = 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress)))
        return rising * (LAST + (self.peak - LAST) * falling)

    def step(self, batch: object) -> tuple[float, float]:
        """Learn from one batch; returns its two losses."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        with_ctc = self.start > 0 or self.progress > CTC_FROM
        with torch.autocast("cpu", torch.bfloat16):
            losses = batch_to_losses(self.net, batch, with_ctc)  # type: ignore[arg-type]
        loss = losses.frames + 0.5 * losses.ctc if with_ctc else losses.frames
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 3.0)
        self.optimizer.step()
        self._follow()
        self.seen += len(batch.lengths)  # type: ignore[attr-defined]
        return float(losses.frames.detach()), float(losses.ctc.detach())

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(AVERAGE, 1 - 100 / (self.seen + 200))
        for mine, new in zip(
            self.average.state_dict().values(), self.net.state_dict().values(), strict=True
        ):
            if mine.is_floating_point():
                mine.mul_(keep).add_(new, alpha=1 - keep)
            else:
                mine.copy_(new)


@click.command()
@click.argument("texts", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/recognizer"))
@click.option("--lines", default=300_000, help="Train until so many lines have been seen.")
@click.option("--peak", default=PEAK, help="Highest learning rate.")
@click.option("--threads", default=2)
@click.option("--workers", default=1)
def main(texts: Path, out: Path, lines: int, peak: float, threads: int, workers: int) -> None:
    """Train our own recogniser on lines printed from TEXTS (a folder with text/ and parallel/)."""
    # compiled kernels of all shapes are kept; oneDNN reads this when it is first used
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192")
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    training = Training(out, lines, peak)
    training.net.train()
    dev = dev_lines(texts, 400)
    begun, due = time.monotonic(), training.seen + EVERY // 4
    sums = [0.0, 0.0, 0]
    stopped = _on_signal()
    for batch in loader(texts, 1000 + training.part, workers):
        if stopped:
            training.save()
            break
        frames, ctc = training.step(batch)
        sums = [sums[0] + frames, sums[1] + ctc, sums[2] + 1]
        if training.seen >= due or training.seen >= lines:
            _report(training, dev, time.monotonic() - begun, sums)
            due, sums = training.seen + EVERY, [0.0, 0.0, 0]
        if training.seen >= lines:
            break


def _on_signal() -> list[int]:
    """Ctrl-C and a polite kill let the batch be finished and the state be kept."""
    seen: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: seen.append(got))
    return seen


def _report(training: Training, dev: list, seconds: float, sums: list[float]) -> None:  # type: ignore[type-arg]
    training.save()
    counts = evaluate(training.average, dev)
    row = [f"{training.seen}", f"{seconds:.0f}", f"{training.rate():.6f}"]
    row += [f"{total / max(1, sums[2]):.4f}" for total in sums[:2]]
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

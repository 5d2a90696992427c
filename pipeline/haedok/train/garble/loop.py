"""Train the network that reads garble, for so many minutes, going on from what was saved.

A new training begins with the weights that are kept with the package.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from haedok.decipher import alphabet
from haedok.train.corpora import load
from haedok.train.garble.data import Bank, Batch, Pair, batch, read_pages
from haedok.train.garble.model import Reader, losses

START = Path(__file__).parent / "start.pt"
"""The weights of the last training, to go on from."""
ROWS = 64
POOL = 32
"""Batches drawn at once and sorted by length, so that little is padded."""
REAL = 0.65
"""Share of really read lines."""
RELOAD = 600.0
"""Seconds after which newly simulated pages are read."""


def batches(files: Sequence[Path], bank: Bank, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches without end."""
    pairs: list[Pair] = []
    loaded = -math.inf
    while True:
        if time.monotonic() - loaded > RELOAD:
            known = len(pairs)
            pairs = [pair for _, page in read_pages(files) for pair in page]
            bank.learn(pairs[known:])
            loaded = time.monotonic()
            print(f"{len(pairs)} lines, {len(bank.known)} words", flush=True)
        pool: list[Pair] = []
        while len(pool) < ROWS * POOL:
            if rng.random() < REAL:
                pool.append(pairs[int(rng.integers(len(pairs)))])
            elif (made := bank.pair(rng)) is not None:
                pool.append(made)
        pool.sort(key=lambda pair: (len(pair.garble) // 8, len(pair.text)))
        groups = [pool[at : at + ROWS] for at in range(0, len(pool), ROWS)]
        for at in rng.permutation(len(groups)):
            yield batch(groups[at])


def begin(model: Reader, file: Path) -> None:
    """Begin with the weights of the last training, kept in float16."""
    kept = {name: value.float() for name, value in torch.load(file).items()}
    left_out = model.load_state_dict(kept, strict=False)
    # the vectors of the signs are kept once, and the tables of sines not at all
    if left_out.unexpected_keys:
        raise ValueError(f"{file} is of another network: {left_out.unexpected_keys[0]}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="Do not begin with START.")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    model = Reader()
    optimizer = torch.optim.AdamW(model.parameters(), args.rate, (0.9, 0.98), weight_decay=0.01)
    if not args.state.exists():
        if not args.fresh:
            begin(model, START)
    else:
        saved = torch.load(args.state)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    for group in optimizer.param_groups:
        group["fused"], group["foreach"] = True, False  # states saved before say otherwise
    print(sum(p.numel() for p in model.parameters()), "weights")
    train(model, optimizer, batches(args.pages, Bank(load(args.corpora, "train")), rng), args)


def train(
    model: Reader,
    optimizer: torch.optim.Optimizer,
    source: Iterator[Batch],
    args: argparse.Namespace,
) -> None:
    """Warm up, go on, cool down over the last third of the time."""
    started, total, seen = time.monotonic(), args.minutes * 60, 0
    means = np.zeros(3)
    saved = started
    for step, arrays in enumerate(source):
        part = (time.monotonic() - started) / total
        if part >= 1:
            break
        factor = min(1.0, (step + 1) / 400) * min(1.0, (1.02 - part) / 0.4)
        for group in optimizer.param_groups:
            group["lr"] = args.rate * factor
        parts = one_step(model, optimizer, arrays)
        seen += len(arrays.garble)
        means = parts if step == 0 else 0.99 * means + 0.01 * parts
        if step % 100 == 0:
            shown = " ".join(f"{value:.3f}" for value in means)
            rate = seen / (time.monotonic() - started)
            print(f"{step} {seen} lines, {rate:.0f}/s, ctc cross guided {shown}", flush=True)
        if time.monotonic() - saved > 120:
            save(model, optimizer, args.state)
            report(model, args)
            saved = time.monotonic()
    save(model, optimizer, args.state)
    report(model, args)


def one_step(model: Reader, optimizer: torch.optim.Optimizer, arrays: Batch) -> np.ndarray:  # type: ignore[type-arg]
    """A step of the optimizer; the three losses."""
    model.train()
    garble, before, after, middle, reach = (torch.from_numpy(array) for array in arrays)
    garble = garble.masked_fill((torch.rand(garble.shape) < 0.03) & (garble > 2), alphabet.UNKNOWN)
    with torch.autocast("cpu", torch.bfloat16):
        output = model(garble, _blotted(before))
    parts = losses(output, garble, after, (middle, reach))
    loss = (parts * torch.tensor([0.3, 1.0, 1.0])).sum()
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return parts.detach().numpy().astype(float)


def _blotted(before: torch.Tensor) -> torch.Tensor:
    """What is written so far, some of it unreadable or wrong, up to most of a line.

    Else the decoder would learn to go by it more than by the garble, and a beam that was wrong once
    would write prose of its own from there on.
    """
    share = torch.rand(len(before), 1) ** 2 * 0.8
    written = before > alphabet.END
    blot = (torch.rand(before.shape) < share) & written
    wrong = blot & (torch.rand(before.shape) < 0.5)
    others = before[written][torch.randint(int(written.sum()), before.shape)]
    return torch.where(wrong, others, before.masked_fill(blot, alphabet.UNKNOWN))


def save(model: Reader, optimizer: torch.optim.Optimizer, file: Path) -> None:
    """Write the state, never half of it."""
    part = file.with_suffix(".part")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, part)
    part.replace(file)


def report(model: Reader, args: argparse.Namespace) -> None:
    """Losses on held-out lines, and how many characters are guessed right with the truth before."""
    if not args.dev or not args.dev.exists():
        return
    model.eval()
    pairs = [pair for _, page in read_pages([args.dev]) for pair in page][:512]
    pairs.sort(key=lambda pair: len(pair.garble))
    sums, right, count = np.zeros(3), 0, 0
    with torch.no_grad():
        for at in range(0, len(pairs), ROWS):
            arrays = [torch.from_numpy(array) for array in batch(pairs[at : at + ROWS])]
            output = model(arrays[0], arrays[1])
            sums += losses(output, arrays[0], arrays[2], (arrays[3], arrays[4])).numpy()
            there = arrays[2] > 0
            right += int((output.decoder.argmax(-1) == arrays[2])[there].sum())
            count += int(there.sum())
    mean = sums / -(-len(pairs) // ROWS)
    shown = " ".join(f"{value:.3f}" for value in mean)
    print(f"dev: ctc cross guided {shown}, right {right / count:.3f} of {count}", flush=True)


if __name__ == "__main__":
    main()

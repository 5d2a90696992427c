"""Train the net that reads Korean from both sides, for so many minutes.

    python -m haedok.train.korean.loop TEXTS STATE [--minutes 45]

``TEXTS`` is the folder of the corpora; the state is saved every few minutes, and what is there
already is gone on from. A new training begins with the weights that are kept with the package.
AdamW (Loshchilov and Hutter 2019), warmed up, cooled down to nothing.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from haedok.train.korean import readings
from haedok.train.korean.material import Row, held_out_runs, load, windows
from haedok.train.korean.model import Korean
from haedok.train.korean.noise import Batch, spoil

START = Path(__file__).parent / "start.pt"
"""The weights of the last training, in float16."""
LENGTHS = (24, 32, 48, 48, 64, 64, 96)
TOKENS = 6144
"""Characters of a batch."""
NAMING, DOUBTING = 0.6, 0.6
"""Weights of the losses of syllables and of doubts, per character, beside that of spaces."""
WARM, COOL = 300, 0.6
"""Steps to warm up; share of the time at the end in which the rate falls to nothing."""
SAVE = 180.0
REALLY_READ = 0.2
"""Share of the windows that an engine has read."""

Corpora = list[tuple[Row, float]]


class Losses(NamedTuple):
    """Of spaces, a boundary; of syllables and of doubts, a character; of unsound ones, each."""

    spaces: Tensor
    syllables: Tensor
    doubts: Tensor
    misread: Tensor


def losses(net: Korean, batch: Batch) -> Losses:
    """Cross-entropies of what the net says of a batch, in nats."""
    signs, states = torch.from_numpy(batch.signs), torch.from_numpy(batch.states)
    with torch.autocast("cpu", torch.bfloat16):
        odds, vectors = net(signs, states)
        chosen = vectors.flatten(0, 1)[torch.from_numpy(batch.places)]
        logits, doubts = net.named(chosen), net.misread(chosen)
    asked = torch.from_numpy(batch.asked)
    shifted = odds.float() + torch.from_numpy(batch.offsets).float()
    truth = torch.from_numpy(batch.spaces).float()
    spaces = functional.binary_cross_entropy_with_logits(shifted[asked], truth[asked])
    each = functional.cross_entropy(
        logits.float(), torch.from_numpy(batch.printed), reduction="none"
    )
    weights = torch.from_numpy(batch.weights).float()
    unsound = weights == 1
    wrong = functional.binary_cross_entropy_with_logits(
        doubts.float(), unsound.float(), weights, reduction="sum"
    )
    count = signs[:, :, 0].numel()
    return Losses(spaces, (each * weights).sum() / count, wrong / count, each[unsound].mean())


def draw(corpora: Corpora, read: readings.Read | None, rng: np.random.Generator) -> Batch:
    """A batch of windows of one length, spoilt ones and such as an engine has read."""
    length = int(rng.choice(np.array(LENGTHS)))
    count = TOKENS // length
    real = round(REALLY_READ * count) if read else 0
    spoilt = spoil(windows(corpora, (count - real, length), rng), rng)
    return (
        readings.together(spoilt, readings.windows(read, (real, length), rng)) if read else spoilt
    )


def train(net: Korean, optimizer: torch.optim.Optimizer, args: argparse.Namespace) -> None:
    """Warm up, go on, cool down."""
    corpora, held_out = load(args.texts, "train"), load(args.texts, "dev")
    print(sum(len(row.spaces) for row, _ in corpora), "characters", flush=True)
    read = readings.load(args.pairs, held_out_runs(args.texts)) if args.pairs else None
    if read:
        misread = ~read.sound & (read.printed != readings.NOTHING)
        print(len(read.sound), "really read,", misread.sum(), "misread", flush=True)
    rng = np.random.default_rng(args.seed)
    started, total, seen = time.monotonic(), args.minutes * 60, 0
    means, saved, step = np.zeros(4), started, 0
    while (part := (time.monotonic() - started) / total) < 1:
        factor = min(1.0, (step + 1) / WARM) * min(1.0, (1 - part) / COOL)
        for group in optimizer.param_groups:
            group["lr"] = args.rate * factor
        net.train()
        batch = draw(corpora, read, rng)
        parts = losses(net, batch)
        optimizer.zero_grad()
        (parts.spaces + NAMING * parts.syllables + DOUBTING * parts.doubts).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        now = np.array([float(value.detach()) for value in parts])
        means = now if step == 0 else 0.98 * means + 0.02 * now
        step, seen = step + 1, seen + batch.signs.shape[0] * batch.signs.shape[1]
        if step % 100 == 0:
            speed = seen / (time.monotonic() - started)
            print(f"{step} {part:.2f} {means.round(4)} {speed:.0f}/s", flush=True)
        if time.monotonic() - saved > SAVE:
            save(net, optimizer, args.state)
            print("dev", measured(net, held_out), flush=True)
            saved = time.monotonic()
    save(net, optimizer, args.state)
    print("dev", measured(net, held_out), flush=True)


def measured(net: Korean, corpora: Corpora) -> str:
    """Losses on the same held-out windows each time."""
    net.eval()
    rng = np.random.default_rng(0)
    with torch.no_grad():
        found = np.array(
            [[float(v) for v in losses(net, draw(corpora, None, rng))] for _ in range(12)]
        )
    return str(found.mean(axis=0).round(4))


def save(net: Korean, optimizer: torch.optim.Optimizer, file: Path) -> None:
    """Write the state, never half of it."""
    part = file.with_suffix(".part")
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, part)
    part.replace(file)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--pairs", type=Path, nargs="*", default=())
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="do not begin with START")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    net = Korean()
    weights = list(net.parameters())
    optimizer = torch.optim.AdamW(weights, args.rate, (0.9, 0.98), weight_decay=0.01, fused=True)
    if args.state.exists():
        saved = torch.load(args.state)
        net.load_state_dict(saved["net"])
        if "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
    elif not args.fresh:
        kept = torch.load(START)
        net.load_state_dict(
            {name: v.float() if v.is_floating_point() else v for name, v in kept.items()}
        )
    print(sum(p.numel() for p in weights), "weights", flush=True)
    train(net, optimizer, args)


if __name__ == "__main__":
    main()

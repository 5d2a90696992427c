"""How sure the recogniser may say it is: its confidences judged on lines that it never saw.

    python -m haedok.train.calibrate TEXTS

Lines of development texts in development faces are read with the shipped weights, as pages are
read; half of them fit the tables, the other half measure what is left of the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click
import numpy as np

from haedok.recognize.own.calibration import Sample, expected_error, fit, judged, save
from haedok.recognize.own.lattice import frames_to_positions
from haedok.recognize.own.net import crops_to_frames
from haedok.train.data import samples
from haedok.train.export import WEIGHTS

LINES, SEED = 3000, 88_002


def judge(texts: Path, count: int) -> Iterator[list[Sample]]:
    """For every line its characters, how likely each was said to be, and whether it is right."""
    lines = list(islice(samples(texts, "dev", np.random.default_rng(SEED)), count))
    for start in range(0, count, 100):
        group = lines[start : start + 100]
        frames = crops_to_frames([line.image for line in group])
        for line, said in zip(group, frames, strict=True):
            read = [(p.text, p.confidence) for p in frames_to_positions(said)]
            yield judged(read, line.text)


@click.command()
@click.argument("texts", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS / "calibration.json")
@click.option("--lines", default=LINES, show_default=True)
def main(texts: Path, out: Path, lines: int) -> None:
    """Fit the tables that make the recogniser's probabilities what they claim to be."""
    rows = list(judge(texts, lines))
    half = len(rows) // 2
    fitted = fit(sample for row in rows[:half] for sample in row)
    rest = [sample for row in rows[half:] for sample in row]
    before = expected_error([(p, right) for _, p, right in rest])
    after = expected_error([(fitted(text, p), right) for text, p, right in rest])
    save(fitted, out)
    click.echo(f"expected calibration error {before:.4f} → {after:.4f} ({len(rest)} characters)")


if __name__ == "__main__":
    main()

"""A small net that reads Korean from both sides: where word spaces belong, what was printed.

One pass over a line answers two questions. At each boundary between two characters: the log-odds
of a word space, as all characters and the spaces *elsewhere* tell; what stands at the boundary
itself has no part in them, so that a channel of lost and invented spaces (`spacing_channel`) can
weigh it on its own ("extrinsic" odds, as in turbo decoding: Berrou and Glavieux 1996). For each
character: the log-odds that another sign was printed there, and where they are not low, which.
``haedok.train.korean`` trains it on pages that an engine has read, and on text noised by the
engine's confusions, with spaces lost and invented at all rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from haedok.errors import MissingProgramError
from haedok.repair.korean_signs import EDGE, NO_SYLLABLE, Ints, States, encode

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

NEVER = -14.0
"""Nats of what the net cannot name, and of what an engine was never seen to do."""

ALL = -99.0
"""Log-odds that nothing falls short of: all signs that are asked about are named."""
_TOKENS = 640
"""Characters of a batch: what a processor has at hand; more at a time are a fifth slower."""
_PADDED = 0.1
"""Part of a batch that may be filling."""


class Line(NamedTuple):
    """Characters without spaces, and what stands at their ``len(chars) - 1`` boundaries.

    ``states`` are those of `korean_signs`: seen spaces, none seen, unknown, ends of printed lines.
    """

    chars: str
    states: States


class Doubted(NamedTuple):
    """What may have been printed where some characters of a line were read.

    ``log_odds`` has a number for every character: of having been another sign. ``at`` are those
    with ``least`` or more; ``logs`` has a row for each of them, the log-probability of each
    syllable (`korean_signs.number`), and in the last column of no syllable (`NO_SYLLABLE`).
    """

    log_odds: Floats
    at: Ints
    logs: Floats


def space_odds(lines: Sequence[Line]) -> list[Floats]:
    """Log-odds (nats) of a word space at each boundary, given what is known of the others.

    >>> from haedok.repair.korean_signs import shown
    >>> (odds,) = space_odds([Line(*shown("핵위협을강조하였다"))])
    >>> int(odds.argmax())
    3
    """
    return [odds for odds, _ in heard(lines, [np.zeros(0, np.bool_)] * len(lines), 0.0)]


def doubted(lines: Sequence[Line], asked: Sequence[Flags], least: float) -> list[Doubted]:
    """Which of the characters that are asked about may have been others, and which.

    The channel and the text are weighed together here: the net has seen how often an engine takes
    a syllable for which. It is a voice among others, no verdict.

    >>> from haedok.repair.korean_signs import number, shown
    >>> line = Line(*shown("공포의 균형을 설명하고 잇다"))
    >>> (found,) = doubted([line], [np.ones(len(line.chars), bool)], 0.0)
    >>> found.at.tolist()
    [10]
    >>> int(found.logs[0].argmax()) == number("있")
    True
    """
    return [found for _, found in heard(lines, asked, least)]


def heard(
    lines: Sequence[Line], asked: Sequence[Flags], least: float
) -> Iterator[tuple[Floats, Doubted]]:
    """Both answers of one pass, line by line: `space_odds`, and what is `doubted`."""
    found: dict[int, tuple[Floats, Doubted]] = {}
    wanted = [row for row, line in enumerate(lines) if line.chars]
    for batch in _batches([len(lines[row].chars) for row in wanted]):
        rows = [wanted[at] for at in batch]
        said = _run([lines[r] for r in rows], [asked[r] for r in rows], least)
        found.update(zip(rows, said, strict=True))
    none = np.zeros(0, np.float32)
    nothing = none, Doubted(none, np.zeros(0, np.int64), np.zeros((0, NO_SYLLABLE + 1), np.float32))
    return (found.get(row, nothing) for row in range(len(lines)))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines to read together: of like length, and not too many."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        full = lengths[at] * (len(batch) + 1) > _TOKENS
        if batch and (full or lengths[batch[0]] < (1 - _PADDED) * lengths[at] - 2):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _run(
    lines: Sequence[Line], asked: Sequence[Flags], least: float
) -> list[tuple[Floats, Doubted]]:
    width = max(2, *(len(line.chars) for line in lines))
    signs = np.zeros((len(lines), width, 4), np.int64)
    states = np.full((len(lines), width + 1), EDGE, np.int64)
    flags = np.zeros((len(lines), width), bool)
    for row, line in enumerate(lines):
        signs[row, : len(line.chars)] = encode(line.chars)
        states[row, 1 : len(line.chars)] = line.states
        flags[row, : len(asked[row])] = asked[row]
    given = {"signs": signs, "states": states, "asked": flags, "least": np.array(least, np.float32)}
    odds, doubts, places, logs = _session().run(("odds", "doubts", "doubted", "logs"), given)
    ends = np.searchsorted(places, np.arange(len(lines) + 1) * width)
    return [
        (
            odds[row, : max(0, len(line.chars) - 1)],
            Doubted(
                doubts[row, : len(line.chars)],
                places[ends[row] : ends[row + 1]] - row * width,
                logs[ends[row] : ends[row + 1]],
            ),
        )
        for row, line in enumerate(lines)
    ]


@cache
def _session() -> onnxruntime.InferenceSession:
    """The net, loaded once for each process."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    resource = files("haedok.repair") / "tables" / "korean.onnx"
    try:
        return onnxruntime.InferenceSession(
            resource.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except (OSError, RuntimeError) as error:
        raise MissingProgramError(
            f"the net of Korean cannot be used: {error}", "install haedok again"
        ) from error

"""The network: garble → what it may have been, a sign at a time. The only user of onnxruntime here.

``encoder`` looks at whole garbles, ``step`` writes one more sign of every hypothesis.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from haedok.decipher import alphabet
from haedok.errors import MissingProgramError

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LAYERS, HEADS, DEPTH = 3, 4, 64


class Memory(NamedTuple):
    """What the encoder made of B garbles of at most N signs.

    Attributes:
        garble: their numbers, B × N, padded with 0.
        ctc: log-probabilities of CTC, B × 2N × V.
        keys, values: for the decoder, layers × B × heads × N × depth.
        mask: 0 for signs, −10,000 for padding, B × 1 × 1 × N.
    """

    garble: Ints
    ctc: Floats
    keys: Floats
    values: Floats
    mask: Floats

    def of(self, rows: Ints) -> Memory:
        """Of some of the garbles."""
        return Memory(
            self.garble[rows],
            self.ctc[rows],
            np.ascontiguousarray(self.keys[:, rows]),
            np.ascontiguousarray(self.values[:, rows]),
            self.mask[rows],
        )


class Past(NamedTuple):
    """Keys and values of what is written: layers × B × K × heads × T × depth."""

    keys: Floats
    values: Floats


def nothing_written(lines: int, hypotheses: int) -> Past:
    """The past of hypotheses that begin."""
    empty = np.zeros((LAYERS, lines, hypotheses, HEADS, 0, DEPTH), np.float32)
    return Past(empty, empty)


class Step(NamedTuple):
    """What may follow (log-probabilities, B × K × V), and where it is looked for (B × K × N).

    ``added`` are the keys and values of the sign that was read, behind those of ``past``.
    """

    scores: Floats
    past: Past
    added: Past
    where: Floats

    def gone_on(self, rows: Ints, parents: Ints) -> Past:
        """The past of hypotheses that went on from ``parents`` (rows × K) in some of the lines."""
        at = rows[:, None]
        return Past(*(
            _joined(old, new, at, parents)
            for old, new in zip(self.past, self.added, strict=True)
        ))  # fmt: skip


def _joined(old: Floats, new: Floats, rows: Ints, parents: Ints) -> Floats:
    """Both one behind the other, copied once: they are most of what a step moves in memory."""
    layers, _, _, heads, written, depth = old.shape
    shape = (layers, *parents.shape, heads, written + 1, depth)
    joined = np.empty(shape, np.float32)
    joined[..., :written, :] = old[:, rows, parents]
    joined[..., written:, :] = new[:, rows, parents]
    return joined


def encode(garbles: Sequence[str]) -> Memory:
    """Look at garbles, best of like length.

    Raises:
        MissingProgramError: the weights are missing.
    """
    numbers = [alphabet.garble_numbers(garble) for garble in garbles]
    padded = np.zeros((len(numbers), max(map(len, numbers))), np.int64)
    for row, line in zip(padded, numbers, strict=True):
        row[: len(line)] = line
    ctc, keys, values = _session("encoder").run(None, {"garble": padded})
    mask = np.where(padded == alphabet.PAD, -1e4, 0.0).astype(np.float32)[:, None, None, :]
    return Memory(padded, ctc, keys, values, mask)


def step(last: Ints, past: Past, memory: Memory) -> Step:
    """Read the last sign of each hypothesis (B × K) and say what may follow."""
    at = past.keys.shape[4]
    scores, keys, values, where = _session("step").run(
        None,
        {
            "last": last, "at": np.array(at), "own_k": past.keys, "own_v": past.values,
            "cross_k": memory.keys, "cross_v": memory.values, "mask": memory.mask,
        },
    )  # fmt: skip
    return Step(scores, past, Past(keys, values), where)


NEVER, _LOWEST = -1e9, -20.0
"""Log-probability of what cannot be, and the least that is told of a sign."""


def _laid_out(
    frames: Floats, labels: Sequence[Sequence[int]]
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Texts with a blank around each sign, as CTC walks through them (Graves et al. 2006).

    Returns:
        What each frame thinks of each place (frames × texts × places), which places may be
        reached over the blank before them, and the first frame's state (texts × places).
    """
    longest = max(map(len, labels))
    extended = np.full((len(labels), 2 * longest + 1), alphabet.PAD, np.int64)
    for row, label in zip(extended, labels, strict=True):
        row[1 : 2 * len(label) : 2] = label
    emitted = frames[:, extended]
    skips = np.zeros(extended.shape, bool)
    skips[:, 3::2] = extended[:, 3::2] != extended[:, 1:-2:2]
    state = np.full(extended.shape, NEVER, np.float32)
    state[:, :2] = emitted[0, :, :2]
    return emitted, skips, state


def ctc_scores(frames: Floats, labels: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Log-probability that CTC gives each of some texts, all paths together.

    The forward recursion of Graves et al. (2006), for all texts at once.

    Args:
        frames: log-probabilities, frames × V.
        labels: the numbers of the signs of each text.
    """
    if not labels:
        return ()
    emitted, skips, state = _laid_out(frames, labels)
    for frame in emitted[1:]:
        one, two = np.full_like(state, NEVER), np.full_like(state, NEVER)
        one[:, 1:], two[:, 2:] = state[:, :-1], state[:, :-2]
        two[~skips] = NEVER
        state = np.logaddexp(np.logaddexp(state, one), two) + frame
    ends = [2 * len(label) for label in labels]
    return tuple(
        float(np.logaddexp(row[end], row[end - 1] if end else NEVER))
        for row, end in zip(state, ends, strict=True)
    )


def ctc_signs(frames: Floats, labels: Sequence[Sequence[int]]) -> list[tuple[float, ...]]:
    """How much CTC thinks of each sign of some texts, on the likeliest path of each text.

    Unlike the decoder it does not know the other signs of the text: it judges by the garble alone.

    Args:
        frames: log-probabilities, frames × V.
        labels: the numbers of the signs of each text.

    Returns:
        Per text and sign, the best log-probability among its frames; −20 for all of a text that
        has more signs than there are frames.
    """
    if not any(labels):
        return [() for _ in labels]
    emitted, skips, state = _laid_out(frames, labels)
    ways = np.zeros((len(frames), *skips.shape), np.int8)
    for at, frame in enumerate(emitted[1:], 1):
        steps = np.full((3, *state.shape), NEVER, np.float32)
        steps[0], steps[1, :, 1:], steps[2, :, 2:] = state, state[:, :-1], state[:, :-2]
        steps[2][~skips] = NEVER
        ways[at] = steps.argmax(0)
        state = steps.max(0) + frame
    return [
        _on_path(emitted[:, row], ways[:, row], state[row], len(label))
        for row, label in enumerate(labels)
    ]


def _on_path(
    emitted: Floats, ways: NDArray[np.int8], last: Floats, length: int
) -> tuple[float, ...]:
    """The best log-probability of each sign along a path, followed back from its end."""
    place = 2 * length - int(length > 0 and last[2 * length - 1] > last[2 * length])
    found = [_LOWEST] * length
    if last[place] <= NEVER / 2:
        return tuple(found)
    for at in range(len(emitted) - 1, -1, -1):
        if place % 2:
            found[place // 2] = max(found[place // 2], float(emitted[at, place]))
        place -= int(ways[at, place])
    return tuple(found)


@cache
def _session(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    resource = files("haedok.decipher") / "weights" / f"{name}.onnx"
    try:
        return onnxruntime.InferenceSession(
            resource.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except (OSError, RuntimeError) as error:
        raise MissingProgramError(
            f"the weights of the decipherer cannot be used ({error}): install haedok again"
        ) from error

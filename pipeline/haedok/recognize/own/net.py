"""The net itself: pictures of lines → log-probabilities. The only module that knows onnxruntime.

Two models: ``reader`` looks at a line, ``hanja`` looks at what the reader saw in those few frames
that may hold a Hanja, since thousands of outputs in every frame would take most of the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from haedok.errors import MissingProgramError
from haedok.recognize.own.alphabet import HANJA, hanja
from haedok.recognize.own.frames import STRIDE, Floats, Frames, log_softmax

Grey = NDArray[np.uint8]

MULTIPLE = 16
"""Crops are filled up to a multiple of so many columns."""
_COLUMNS = 12_000
"""Columns of all crops of a batch: more at a time is no faster, and takes memory."""
_PADDED = 0.15
"""Part of a batch that may be white paper."""
_MAY_BE_HANJA = 0.02
"""Probability from which on a frame is asked which Hanja it is."""

_OUTPUTS = ("kind", "initial", "medial", "final", "extent", "features")


def crops_to_frames(crops: Sequence[Grey]) -> list[Frames]:
    """Read lines.

    Args:
        crops: each 48 x W, as `crops.line_to_crop` makes them.

    Returns:
        For each of them its frames, a frame for every four columns.

    Raises:
        MissingProgramError: the models are missing or cannot be used.
    """
    read: dict[int, Frames] = {}
    for batch in widths_to_batches([crop.shape[1] for crop in crops]):
        lines = _stacked([crops[index] for index in batch])
        outputs = _run(lines)
        for row, index in enumerate(batch):
            length = math.ceil(crops[index].shape[1] / STRIDE)
            read[index] = _frames([output[row, :length] for output in outputs])
    return [read[index] for index in range(len(crops))]


def widths_to_batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines to read together: of like width, and not too many.

    >>> list(widths_to_batches([900, 100, 910, 905]))
    [[1], [0, 3, 2]]
    """
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda each: (widths[each], each)):
        columns = (len(batch) + 1) * widths[index]
        white = columns - sum(widths[each] for each in batch) - widths[index]
        if batch and (columns > _COLUMNS or white > _PADDED * columns):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _stacked(crops: Sequence[Grey]) -> Floats:
    """N x 1 x 48 x W, ink 1 and paper 0, filled up with paper at the right."""
    width = math.ceil(max(crop.shape[1] for crop in crops) / MULTIPLE) * MULTIPLE
    lines = np.zeros((len(crops), 1, crops[0].shape[0], width), np.float32)
    for line, crop in zip(lines, crops, strict=True):
        line[0, :, : crop.shape[1]] = (255 - crop) * np.float32(1 / 255)
    return lines


def _frames(outputs: Sequence[Floats]) -> Frames:
    kind, initial, medial, final, extent, features = outputs
    kind = log_softmax(kind)
    at = np.flatnonzero(kind[:, HANJA] > math.log(_MAY_BE_HANJA))
    parts = (log_softmax(initial), log_softmax(medial), log_softmax(final))
    return Frames(kind, parts, extent.copy(), at, _features_to_hanja(features[at]))


def _run(lines: Floats) -> list[Floats]:
    return list(_session("reader").run(_OUTPUTS, {"lines": lines}))


def _features_to_hanja(features: Floats) -> Floats:
    if len(features) == 0:
        return np.zeros((0, len(hanja())), np.float32)
    (logits,) = _session("hanja").run(("hanja",), {"features": features})
    return log_softmax(logits)


@cache
def _session(name: str) -> onnxruntime.InferenceSession:
    """A model, loaded once for each process."""
    path = files("haedok") / "recognize" / "own" / "weights" / f"{name}.onnx"
    options = onnxruntime.SessionOptions()
    # One thread: pages run side by side in processes of their own.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        model = path.read_bytes()
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise MissingProgramError(
            f"cannot load the model {name}: {error}",
            "install haedok again, or use --engine tesseract",
        ) from error

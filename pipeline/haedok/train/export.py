"""The trained net → the ONNX files that reading needs.

    python -m haedok.train.export build/recognizer TEXTS

The convolutions compute with whole numbers of eight bits (their ranges measured on lines printed
from TEXTS), which halves the time; seven bits for the weights, since processors without VNNI
overflow with eight. On 400 development lines (13,000 characters) the errors stayed the same. The
head for Hanja is stored as float16 and cast when its file is opened.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import click
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from haedok.recognize.own.crops import HEIGHT
from haedok.train.data import samples
from haedok.train.halves import halved
from haedok.train.loop import START
from haedok.train.model import HEADS, WIDTH, Reader
from haedok.train.targets import batch

WEIGHTS = Path(__file__).parents[1] / "recognize" / "own" / "weights"
OPSET = 17
LEAST = 256
"""Tensors of fewer numbers stay as they are: biases, shapes."""
LINES, SEED = 160, 99
"""How many lines the ranges of numbers are measured on, and with what seed they are printed."""

Floats = NDArray[np.float32]


def load(state: Path) -> Reader:
    """The averaged net of a training.

    Raises:
        OSError: there is none.
    """
    net = Reader()
    net.load_state_dict(torch.load(state, weights_only=True)["average"])
    return net.eval()


def keep(state: Path, start: Path) -> None:
    """Keep a training's weights, in float16, for the next to begin with."""
    trained = torch.load(state, weights_only=True)
    torch.save({"net": halved(trained["average"]), "seen": trained["seen"]}, start)


def export(net: Reader, ranges: Sequence[Floats], out: Path) -> None:
    """Write ``reader.onnx`` and ``hanja.onnx`` into a folder.

    The second is the head for Hanja: the largest layer, needed for few frames only.

    Args:
        net: what was trained.
        ranges: batches of lines, N x 1 x 48 x W each, on which the ranges of numbers are measured.
        out: the folder.
    """
    out.mkdir(parents=True, exist_ok=True)
    by_frame = {name: {0: "n", 1: "t"} for name in (*HEADS, "features")}
    lines = torch.zeros(2, 1, HEIGHT, 64)
    write(net, (lines,), out / "reader.onnx", {"lines": {0: "n", 3: "w"}}, by_frame)
    _quantize(out / "reader.onnx", ranges)
    chosen = torch.zeros(3, WIDTH)
    write(net.hanja, (chosen,), out / "hanja.onnx", {"features": {0: "m"}}, {"hanja": {0: "m"}})
    halve(out / "hanja.onnx")
    for name in ("reader", "hanja"):
        finish(out / f"{name}.onnx")


Axes = Mapping[str, dict[int, str]]
"""Name of an input or output → which of its axes may be of any length, and what they are called."""


def write(
    module: nn.Module, example: tuple[Tensor, ...], path: Path, inputs: Axes, outputs: Axes
) -> None:
    """Write a module as an ONNX graph, traced with an example of its inputs."""
    torch.onnx.export(
        module,
        example,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={**inputs, **outputs},
        opset_version=OPSET,
        dynamo=False,
    )


def finish(path: Path) -> None:
    """Leave no trace of when and by what a file was made."""
    model = onnx.load(path)
    model.producer_name, model.producer_version = "haedok", ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


class _Ranges(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, batches: Sequence[Floats]) -> None:
        self.batches = iter(batches)

    def get_next(self) -> dict[str, Floats] | None:
        lines = next(self.batches, None)
        return None if lines is None else {"lines": lines}


def _quantize(path: Path, ranges: Sequence[Floats]) -> None:
    """Convolutions in whole numbers; the rest, the last layers above all, stays as it is."""
    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "plain.onnx"
        quant_pre_process(path, plain, skip_symbolic_shape=True)
        quantize_static(
            plain,
            path,
            _Ranges(ranges),
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["Conv"],
        )


def halve(path: Path) -> None:
    """Keep the large weights as float16, each followed by a cast."""
    model = onnx.load(path)
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < LEAST:
            continue
        name = tensor.name
        half = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
        tensor.CopyFrom(half)
        casts.append(helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT))
    for index, node in enumerate(casts):
        graph.node.insert(index, node)
    onnx.save(model, path)


@click.command()
@click.argument("training", type=click.Path(exists=True, path_type=Path))
@click.argument("texts", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS)
def main(training: Path, texts: Path, out: Path) -> None:
    """Write the net of a training (a folder with state.pt) as the weights that reading uses."""
    printed = list(islice(samples(texts, "train", np.random.default_rng(SEED)), LINES))
    printed.sort(key=lambda line: line.image.shape[1])
    ranges = [batch(printed[start : start + 8]).lines for start in range(0, LINES, 8)]
    export(load(training / "state.pt"), ranges, out)
    if out == WEIGHTS:
        keep(training / "state.pt", START)


if __name__ == "__main__":
    main()

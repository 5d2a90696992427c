"""The trained net → the ONNX files that reading needs, weights in half precision.

    python -m haedok.train.export build/recognizer

Weights are stored as float16, which halves the files and changes no reading, and are cast to
float32 when a file is opened; computing in float16 is slow on most processors.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from haedok.recognize.own.crops import HEIGHT
from haedok.train.model import HEADS, WIDTH, Reader

WEIGHTS = Path(__file__).parents[1] / "recognize" / "own" / "weights"
OPSET = 17
LEAST = 256
"""Tensors of fewer numbers stay as they are: biases, shapes."""


def load(state: Path) -> Reader:
    """The averaged net of a training.

    Raises:
        OSError: there is none.
    """
    net = Reader()
    net.load_state_dict(torch.load(state, weights_only=True)["average"])
    return net.eval()


def export(net: Reader, out: Path) -> None:
    """Write ``reader.onnx`` and ``hanja.onnx`` into a folder.

    The second is the head for Hanja: the largest layer, needed for few frames only.
    """
    out.mkdir(parents=True, exist_ok=True)
    by_frame = {name: {0: "n", 1: "t"} for name in (*HEADS, "features")}
    lines = torch.zeros(2, 1, HEIGHT, 64)
    _write(net, lines, out / "reader.onnx", {"lines": {0: "n", 3: "w"}, **by_frame})
    chosen = torch.zeros(3, WIDTH)
    _write(net.hanja, chosen, out / "hanja.onnx", {"features": {0: "m"}, "hanja": {0: "m"}})


def _write(module: nn.Module, example: Tensor, path: Path, axes: dict[str, dict[int, str]]) -> None:
    """``axes``: names of the input and then of the outputs, each with its axes of any length."""
    names = list(axes)
    torch.onnx.export(
        module,
        (example,),
        str(path),
        input_names=names[:1],
        output_names=names[1:],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(path)
    _halve(model.graph)
    model.producer_name, model.producer_version = "haedok", ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _halve(graph: onnx.GraphProto) -> None:
    """Keep the large weights as float16, each followed by a cast."""
    casts = []
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


@click.command()
@click.argument("training", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS)
def main(training: Path, out: Path) -> None:
    """Write the net of a training (a folder with state.pt) as the weights that reading uses."""
    export(load(training / "state.pt"), out)


if __name__ == "__main__":
    main()

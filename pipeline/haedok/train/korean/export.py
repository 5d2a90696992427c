"""The trained net → ``haedok/repair/tables/korean.onnx``.

    python -m haedok.train.korean.export TEXTS STATE [--out FILE]

The convolutions compute with whole numbers of eight bits (their ranges measured on spoilt windows
of TEXTS), which takes 0.6 of the time; seven bits for the weights, since processors without VNNI
overflow with eight. On 300 held-out sentences the odds of spaces stayed as good. Other large
matrices are stored in eight bits, a scale for each row of those that are looked up and each column
of those that are multiplied by, and are spread out when the file is opened.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from haedok.repair.korean_signs import FIRST_SYLLABLE
from haedok.train.export import finish, write
from haedok.train.halves import halved
from haedok.train.korean.loop import START
from haedok.train.korean.material import load, windows
from haedok.train.korean.model import Korean
from haedok.train.korean.noise import Batch, spoil

OUT = Path(__file__).parents[2] / "repair" / "tables" / "korean.onnx"
BATCHES, SEED = 24, 5
"""How many batches the ranges of numbers are measured on, and with what seed they are drawn."""
LEAST = 2048
"""Tensors of fewer numbers stay as they are."""


class Graph(nn.Module):
    """Signs (B × T × 4), states (B × T + 1), places (N) → odds (B × T − 1), logs (N × V)."""

    def __init__(self, net: Korean) -> None:
        super().__init__()
        self.net = net

    def forward(self, signs: Tensor, states: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """See the class; a sign of 0 is filling."""
        there = (signs[:, :, :1] > 0).float()
        odds, vectors = self.net(signs, states, there)
        logits = self.net.named(vectors.flatten(0, 1)[places])
        return odds, torch.log_softmax(logits, -1)


class _Ranges(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = iter(batches)

    def get_next(self) -> dict[str, npt.NDArray[np.int64]] | None:
        batch = next(self.batches, None)
        if batch is None:
            return None
        return {"signs": batch.signs, "states": batch.states, "places": batch.places}


def export(net: Korean, ranges: Sequence[Batch], out: Path) -> None:
    """Write the file; ``ranges`` are what the ranges of numbers are measured on."""
    net.eval()
    signs = torch.full((2, 5, 4), FIRST_SYLLABLE)
    signs[:, :, 1:] = 1
    states, places = torch.ones(2, 6, dtype=torch.long), torch.tensor([0, 7, 9])
    write(
        Graph(net),
        (signs, states, places),
        out,
        {"signs": {0: "b", 1: "t"}, "states": {0: "b", 1: "s"}, "places": {0: "n"}},
        {"odds": {0: "b", 1: "g"}, "logs": {0: "n"}},
    )
    quantize(out, ranges)
    shrink(out)
    finish(out)


def quantize(path: Path, ranges: Sequence[Batch]) -> None:
    """Convolutions in whole numbers; the rest stays as it is."""
    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "plain.onnx"
        quant_pre_process(path, plain, skip_symbolic_shape=True)
        nodes = [node.name for node in onnx.load(plain).graph.node if "/gate/" in node.name]
        quantize_static(
            plain,
            path,
            _Ranges(ranges),
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_quantize=nodes,
        )


def shrink(path: Path) -> None:
    """Keep the large matrices in eight bits, each followed by a cast and its scales."""
    model = onnx.load(path)
    graph, spread = model.graph, []
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < LEAST or values.ndim != 2:
            continue
        name, axis = tensor.name, 1 if tensor.name in looked_up else 0
        scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True), 1e-9) / 127
        whole = np.rint(values / scale).astype(np.int8)
        tensor.CopyFrom(numpy_helper.from_array(whole, f"{name}.whole"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
        spread += [
            helper.make_node("Cast", [f"{name}.whole"], [f"{name}.cast"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [name]),
        ]
    for index, node in enumerate(spread):
        graph.node.insert(index, node)
    onnx.save(model, path)


def trained(state: Path) -> Korean:
    """The net of a training.

    Raises:
        OSError: there is none.
    """
    net = Korean()
    net.load_state_dict(torch.load(state, weights_only=True)["net"])
    return net.eval()


def keep(net: Korean, start: Path) -> None:
    """Keep the weights, in float16, for the next training to begin with."""
    torch.save(halved(net.state_dict()), start)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    corpora, rng = load(args.texts, "train"), np.random.default_rng(SEED)
    ranges = [spoil(windows(corpora, (16, 48), rng), rng) for _ in range(BATCHES)]
    net = trained(args.state)
    export(net, ranges, args.out)
    if args.out == OUT:
        keep(net, START)


if __name__ == "__main__":
    main()

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
from collections import Counter
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
LEAST_DOUBT = -3.0
"""Log-odds of being misread from which signs are named, when ranges are measured."""
LEAST = 2048
"""Tensors of fewer numbers stay as they are."""


class Graph(nn.Module):
    """Signs (B × T × 4), states (B × T + 1), asked (B × T), least → see ``forward``."""

    def __init__(self, net: Korean) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, signs: Tensor, states: Tensor, asked: Tensor, least: Tensor
    ) -> tuple[Tensor, ...]:
        """Odds (B × T − 1), doubts (B × T), doubted (N), logs (N × V); a sign of 0 is filling.

        Only where a sign that is ``asked`` about is doubted with log-odds of ``least`` is it said
        what else was printed: naming costs as much as all the rest.
        """
        there = (signs[:, :, :1] > 0).float()
        odds, vectors = self.net(signs, states, there)
        flat = vectors.flatten(0, 1)
        doubts = self.net.misread(flat)
        doubted = ((doubts > least) & asked.flatten()).nonzero()[:, 0]
        logs = torch.log_softmax(self.net.named(flat[doubted]), -1)
        return odds, doubts.reshape(asked.shape), doubted, logs


class _Ranges(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = iter(batches)

    def get_next(self) -> dict[str, npt.NDArray[np.generic]] | None:
        batch = next(self.batches, None)
        if batch is None:
            return None
        asked = batch.signs[:, :, 0] >= FIRST_SYLLABLE
        least = np.array(LEAST_DOUBT, np.float32)
        return {"signs": batch.signs, "states": batch.states, "asked": asked, "least": least}


def export(net: Korean, ranges: Sequence[Batch], out: Path) -> None:
    """Write the file; ``ranges`` are what the ranges of numbers are measured on."""
    net.eval()
    signs = torch.full((2, 5, 4), FIRST_SYLLABLE)
    signs[:, :, 1:] = 1
    states, asked = torch.ones(2, 6, dtype=torch.long), torch.ones(2, 5, dtype=torch.bool)
    write(
        Graph(net),
        (signs, states, asked, torch.tensor(-99.0)),
        out,
        {
            "signs": {0: "b", 1: "t"},
            "states": {0: "b", 1: "s"},
            "asked": {0: "b", 1: "t"},
            "least": {},
        },
        {
            "odds": {0: "b", 1: "g"},
            "doubts": {0: "b", 1: "t"},
            "doubted": {0: "n"},
            "logs": {0: "n"},
        },
    )
    quantize(out, ranges)
    narrow(out)
    fuse(out)
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


def narrow(path: Path) -> None:
    """Round characters before their windows are cut, not after: a quarter of the bytes to copy.

    What is computed stays the same; a fifth of the time is saved.
    """
    model = onnx.load(path)
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    used = Counter(name for node in graph.node for name in node.input)
    for rounding in [node for node in graph.node if node.op_type == "QuantizeLinear"]:
        windows = made.get(rounding.input[0])
        if windows is None or windows.op_type != "Concat":
            continue
        slices = [made[name] for name in windows.input]
        pad = made[slices[0].input[0]]
        if pad.op_type != "Pad" or used[windows.output[0]] != 1:
            continue
        name, (scale, zero) = f"{pad.name}/rounded", rounding.input[1:]
        early = helper.make_node("QuantizeLinear", [pad.input[0], scale, zero], [name], name)
        pad.input[0] = name
        pad.input[2] = zero  # nothing is there, and nothing is zero
        windows.output[0] = rounding.output[0]
        graph.node.remove(rounding)
        graph.node.insert(list(graph.node).index(pad), early)
    del graph.value_info[:]  # what is cut is now of another type
    onnx.save(model, path)


def fuse(path: Path) -> None:
    """Multiply whole numbers into floats and add the bias in one step, without rounding again."""
    model = onnx.load(path)
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    used = {name: node for node in graph.node for name in node.input}
    for product in [
        node for node in graph.node if "/gate/" in node.name and node.op_type == "MatMul"
    ]:
        (x, x_scale, x_zero), (w, w_scale, w_zero) = (made[name].input for name in product.input)
        rounded = used[product.output[0]]
        spread = used[rounded.output[0]]
        add = used[spread.output[0]]
        (bias,) = (name for name in add.input if name != spread.output[0])
        given = [x, w, x_scale, w_scale, x_zero, w_zero, bias]
        one = helper.make_node(
            "MatMulIntegerToFloat", given, add.output, product.name, domain="com.microsoft"
        )
        graph.node.insert(list(graph.node).index(product), one)
        for node in (*(made[name] for name in product.input), product, rounded, spread, add):
            graph.node.remove(node)
    needed = {name for node in graph.node for name in node.input}
    for tensor in [one for one in graph.initializer if one.name not in needed]:
        graph.initializer.remove(tensor)
    onnx.save(model, path)


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

"""The trained net → ``haedok/repair/tables/korean.onnx``.

    python -m haedok.train.korean.export STATE [--out FILE]

Large matrices are stored in eight bits, a scale for each row of those that are looked up and each
column of those that are multiplied by, and are spread out when the file is opened: computing is
done in float32, so that what is read of a line does not hang on the lines that it is read with.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from haedok.repair.korean_signs import FIRST_SYLLABLE
from haedok.train.export import finish, write
from haedok.train.korean.model import Korean

OUT = Path(__file__).parents[2] / "repair" / "tables" / "korean.onnx"
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


def export(net: Korean, out: Path) -> None:
    """Write the file."""
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
    shrink(out)
    finish(out)


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


def load(state: Path) -> Korean:
    """The net of a training.

    Raises:
        OSError: there is none.
    """
    net = Korean()
    net.load_state_dict(torch.load(state, weights_only=True)["net"])
    return net.eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    export(load(args.state), args.out)


if __name__ == "__main__":
    main()

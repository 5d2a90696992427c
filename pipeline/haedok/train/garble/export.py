"""The trained network → the two ONNX files that ``haedok.decipher`` ships.

``encoder`` looks at whole garbles; ``step`` writes one more sign of every hypothesis, given what
was computed for the signs before. Weights are stored as float16 and cast when a file is opened:
computing with eight bits is no faster here, and would make what a line is read as hang on the lines
that it is read with.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from haedok.decipher import alphabet
from haedok.train.export import finish, halve, write
from haedok.train.garble.model import DECODERS, HEADS, WIDTH, Reader
from haedok.train.halves import halved

OUT = Path(__file__).parents[2] / "decipher" / "weights"
DEPTH = WIDTH // HEADS


class EncoderGraph(nn.Module):
    """Garble (B × N) → CTC (B × 2N × V), the decoder's keys and values (L × B × H × N × D)."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, garble: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See the class."""
        memory, ctc = self.reader.encoder(garble)
        pairs = [layer.cross.keys(memory) for layer in self.reader.decoder.each]
        return ctc, torch.stack([k for k, _ in pairs]), torch.stack([v for _, v in pairs])


class StepGraph(nn.Module):
    """One more sign for K hypotheses of each of B lines.

    Takes the last signs (B × K), how many came before, keys and values of those (L × B × K × H × T
    × D), of the garble (L × B × H × N × D) and its mask (B × 1 × 1 × N); gives log-probabilities
    (B × K × V), the new keys and values, and where the guided head looks (B × K × N).
    """

    table: Tensor

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.decoder = reader.decoder
        self.register_buffer("table", reader.signs.table().detach())

    def forward(  # noqa: PLR0913, PLR0917 (a graph has as many inputs as it has)
        self, last: Tensor, at: Tensor, own_k: Tensor, own_v: Tensor, cross_k: Tensor,
        cross_v: Tensor, mask: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
        """See the class."""
        b, k = last.shape
        x = functional.embedding(last, self.table) * (WIDTH**0.5 * 0.25)
        x = x + self.decoder.positions[at]
        new_k, new_v = [], []
        where = x
        for number, layer in enumerate(self.decoder.each):
            normed = layer.norms[0](x)
            q = layer.own.q(normed).view(b, k, HEADS, 1, DEPTH)
            kv = layer.own.kv(normed).view(b, k, 2, HEADS, 1, DEPTH)
            new_k.append(kv[:, :, 0])
            new_v.append(kv[:, :, 1])
            keys = torch.cat([own_k[number], new_k[-1]], 3)
            values = torch.cat([own_v[number], new_v[-1]], 3)
            weights = torch.softmax(q @ keys.transpose(-1, -2) * DEPTH**-0.5, -1)
            x = x + layer.own.out((weights @ values).reshape(b, k, WIDTH))
            q = layer.cross.q(layer.norms[1](x)).view(b, k, HEADS, DEPTH).transpose(1, 2)
            scores = q @ cross_k[number].transpose(-1, -2) * DEPTH**-0.5
            weights = torch.softmax(scores + mask, -1)
            found = (weights @ cross_v[number]).transpose(1, 2).reshape(b, k, WIDTH)
            x = x + layer.cross.out(found)
            x = x + layer.wide(layer.norms[2](x))
            if number == DECODERS - 2:
                where = weights[:, 0]
        logits = self.decoder.norm(x) @ self.table.T + self.decoder.bias
        return torch.log_softmax(logits, -1), torch.stack(new_k), torch.stack(new_v), where


def export(reader: Reader, out: Path) -> None:
    """Write both files into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    reader.eval()
    b, k, t, n = 2, 3, 4, 8
    own = torch.zeros(DECODERS, b, k, HEADS, t, DEPTH)
    cross = torch.zeros(DECODERS, b, HEADS, n, DEPTH)
    garble = torch.full((b, n), alphabet.FIRST)
    write(
        EncoderGraph(reader), (garble,), out / "encoder.onnx",
        {"garble": {0: "b", 1: "n"}},
        {"ctc": {0: "b", 1: "m"}, "keys": {1: "b", 3: "n"}, "values": {1: "b", 3: "n"}},
    )  # fmt: skip
    rows = {0: "b", 1: "k"}
    past = {1: "b", 2: "k", 4: "t"}
    write(
        StepGraph(reader),
        (torch.full((b, k), 3), torch.tensor(t), own, own, cross, cross, torch.zeros(b, 1, 1, n)),
        out / "step.onnx",
        {"last": rows, "at": {}, "own_k": past, "own_v": past, "cross_k": {1: "b", 3: "n"},
         "cross_v": {1: "b", 3: "n"}, "mask": {0: "b", 3: "n"}},
        {"scores": rows, "new_k": {1: "b", 2: "k"}, "new_v": {1: "b", 2: "k"},
         "where": {0: "b", 1: "k", 2: "n"}},
    )  # fmt: skip
    for name in ("encoder", "step"):
        halve(out / f"{name}.onnx")
        finish(out / f"{name}.onnx")


def keep(reader: Reader, start: Path) -> None:
    """Keep the weights, in float16, for the next training to begin with: see ``loop.begin``."""
    twice = ("encoder.signs.", "decoder.signs.")  # the vectors of the signs, once more
    kept = {
        name: value
        for name, value in reader.state_dict().items()
        if not name.startswith(twice) and not name.endswith("positions")
    }
    torch.save(halved(kept), start)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--keep", type=Path, help="where to keep weights to go on from")
    args = parser.parse_args()
    reader = Reader()
    reader.load_state_dict(torch.load(args.state)["model"])
    export(reader, args.out)
    if args.keep:
        keep(reader, args.keep)


if __name__ == "__main__":
    main()

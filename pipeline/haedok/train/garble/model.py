"""The network that reads garble: an encoder with a CTC output, and a decoder that attends to it.

Trained jointly (hybrid CTC/attention, Watanabe et al. 2017, IEEE J-STSP 11(8)): CTC keeps the
reading in step with the garble, the decoder knows what Korean is like. Convolutions come first,
because what a garble sign stands for hangs on the signs beside it; every sign has two CTC frames,
because it may stand for two syllables. One head of the decoder's attention is shown where the words
lie (guided attention, Tachibana et al. 2018), which the simulation knows from their boxes.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from haedok.decipher import alphabet
from haedok.train.dropout import Dropout

WIDTH, HEADS, ENCODERS, DECODERS, WIDE = 256, 4, 4, 3, 1024
FRAMES = 2
"""CTC frames of a garble sign."""
CTC_PART = 4
"""CTC learns from one line in so many: its loss takes long, and it has less to learn."""
LONGEST = 256
BLANK = alphabet.PAD
"""The class of CTC that stands for nothing."""


class Output(NamedTuple):
    """Log-probabilities of CTC (B × 2N × V) and the decoder (B × T × V), and where it looks.

    ``attention`` is the guided head's (B × T × N).
    """

    ctc: Tensor
    decoder: Tensor
    attention: Tensor


def _positions() -> Tensor:
    at = torch.arange(LONGEST)[:, None]
    rate = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(10000.0) / WIDTH))
    table = torch.zeros(LONGEST, WIDTH)
    table[:, 0::2] = torch.sin(at * rate)
    table[:, 1::2] = torch.cos(at * rate)
    return table


class Signs(nn.Module):
    """Korean signs as vectors: a syllable is the sum of its own vector and those of its parts."""

    parts: Tensor

    def __init__(self) -> None:
        super().__init__()
        signs = alphabet.korean()
        self.own = nn.Embedding(len(signs), WIDTH)
        self.part = nn.Embedding(19 + 21 + 28 + 1, WIDTH)
        self.bias = nn.Parameter(torch.zeros(len(signs)))
        rows = torch.full((len(signs), 3), 68)
        for at, sign in enumerate(signs):
            if len(sign) == 1 and "가" <= sign <= "힣":
                code = ord(sign) - ord("가")
                rows[at] = torch.tensor([code // 588, 19 + code // 28 % 21, 40 + code % 28])
        self.register_buffer("parts", rows)
        nn.init.normal_(self.own.weight, std=WIDTH**-0.5)
        nn.init.normal_(self.part.weight, std=WIDTH**-0.5)

    def table(self) -> Tensor:
        """All vectors (V × WIDTH)."""
        parts: Tensor = self.part(self.parts).sum(1)
        return self.own.weight + parts


class Attention(nn.Module):
    """Multi-head attention that can also tell where it looks."""

    def __init__(self) -> None:
        super().__init__()
        self.q = nn.Linear(WIDTH, WIDTH)
        self.kv = nn.Linear(WIDTH, 2 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def keys(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (B × HEADS × N × WIDTH/HEADS each)."""
        b, n, _ = x.shape
        k, v = self.kv(x).view(b, n, 2, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        return k, v

    def forward(
        self, x: Tensor, keys: tuple[Tensor, Tensor], mask: Tensor, look: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """What is found (B × T × W), and where, if asked to ``look``, by the first head."""
        b, t, _ = x.shape
        q = self.q(x).view(b, t, HEADS, WIDTH // HEADS).transpose(1, 2)
        k, v = keys
        # Plain products: on a CPU the backward pass of the fused kernel is several times slower.
        scores = q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        weights = torch.softmax(scores + mask.to(scores.dtype), -1)
        y = weights @ v
        where = weights[:, 0] if look else None
        return self.out(y.transpose(1, 2).reshape(b, t, WIDTH)), where


def _feed_forward() -> nn.Module:
    return nn.Sequential(nn.Linear(WIDTH, WIDE), nn.GELU(), nn.Linear(WIDE, WIDTH))


class EncoderLayer(nn.Module):
    """Attention and a feed-forward net, normalised before (Xiong et al. 2020)."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.attention, self.wide = Attention(), _feed_forward()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.drop = Dropout(drop)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """A vector for each sign (B × N × W)."""
        normed = self.first(x)
        x = x + self.drop(self.attention(normed, self.attention.keys(normed), mask)[0])
        return x + self.drop(self.wide(self.second(x)))


class DecoderLayer(nn.Module):
    """Attention to what is written, to the garble, and a feed-forward net."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.own, self.cross, self.wide = Attention(), Attention(), _feed_forward()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.drop = Dropout(drop)

    def forward(
        self, x: Tensor, past: Tensor, memory: tuple[Tensor, Tensor], masks: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """``past``: normed inputs that keys are made of; all but the last step come from before."""
        normed = self.norms[0](x)
        x = x + self.drop(self.own(normed, self.own.keys(past), masks[0])[0])
        found, where = self.cross(self.norms[1](x), memory, masks[1], look=True)
        x = x + self.drop(found)
        return x + self.drop(self.wide(self.norms[2](x))), where


class Encoder(nn.Module):
    """Garble → memory (B × N × WIDTH) and CTC log-probabilities (B × 2N × V)."""

    positions: Tensor

    def __init__(self, signs: Signs, drop: float) -> None:
        super().__init__()
        self.signs = signs
        self.garble = nn.Embedding(alphabet.garble_size(), WIDTH, padding_idx=alphabet.PAD)
        self.convs = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 5, padding=2) for _ in range(2))
        self.layers = nn.ModuleList(EncoderLayer(drop) for _ in range(ENCODERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.frames = nn.Linear(WIDTH, FRAMES * WIDTH)
        self.register_buffer("positions", _positions())
        self.drop = Dropout(drop)

    def forward(self, garble: Tensor) -> tuple[Tensor, Tensor]:
        """Memory and CTC, the latter for the first lines only while training."""
        there = (garble != alphabet.PAD)[:, :, None]
        x = self.garble(garble)
        for conv in self.convs:
            x = x + functional.gelu(conv((x * there).transpose(1, 2))).transpose(1, 2)
        x = self.drop(x + self.positions[: garble.shape[1]])
        mask = padding_mask(garble)
        for layer in self.layers:
            x = layer(x, mask)
        x = self.norm(x)
        b, n, _ = x.shape
        rows = b // CTC_PART if self.training else b
        frames = functional.gelu(self.frames(x[:rows])).view(rows, n * FRAMES, WIDTH)
        return x, torch.log_softmax((frames @ self.signs.table().T + self.signs.bias).float(), -1)


def padding_mask(garble: Tensor) -> Tensor:
    """0 for a sign, a large negative number for padding (B × 1 × 1 × N)."""
    return ((garble == alphabet.PAD).float() * -1e4)[:, None, None, :]


class Decoder(nn.Module):
    """Text so far and memory → the next sign."""

    positions: Tensor

    def __init__(self, signs: Signs, drop: float) -> None:
        super().__init__()
        self.signs = signs
        self.layers = nn.ModuleList(DecoderLayer(drop) for _ in range(DECODERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.bias = nn.Parameter(torch.zeros(len(alphabet.korean())))
        self.register_buffer("positions", _positions())
        self.drop = Dropout(drop)

    @property
    def each(self) -> list[DecoderLayer]:
        """The layers."""
        return cast(list[DecoderLayer], list(self.layers))

    def forward(self, before: Tensor, memory: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Log-probabilities of what follows each sign, and where the guided head looks for it."""
        t = before.shape[1]
        table = self.signs.table()
        x = self.drop(functional.embedding(before, table) * WIDTH**0.5 * 0.25 + self.positions[:t])
        causal = torch.full((t, t), -1e4).triu(1)
        where = x.new_zeros(())
        for number, layer in enumerate(self.each):
            keys = layer.cross.keys(memory)
            x, seen = layer(x, layer.norms[0](x), keys, (causal, mask))
            if number == DECODERS - 2 and seen is not None:
                where = seen
        return torch.log_softmax((self.norm(x) @ table.T + self.bias).float(), -1), where


class Reader(nn.Module):
    """Both, with the vectors of the signs shared."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.signs = Signs()
        self.encoder = Encoder(self.signs, drop)
        self.decoder = Decoder(self.signs, drop)

    def forward(self, garble: Tensor, before: Tensor) -> Output:
        """Read garble (B × N) and guess what follows each sign of its text (B × T)."""
        memory, ctc = self.encoder(garble)
        decoder, attention = self.decoder(before, memory, padding_mask(garble))
        return Output(ctc, decoder, attention)


def losses(output: Output, garble: Tensor, after: Tensor, place: tuple[Tensor, Tensor]) -> Tensor:
    """CTC, cross-entropy and guidance, each per character."""
    lengths = (after > alphabet.END).sum(1) + ((after == alphabet.SPACE) | (after == 1)).sum(1)
    frames = (garble != alphabet.PAD).sum(1) * FRAMES
    rows = output.ctc.shape[0]
    ctc = functional.ctc_loss(
        output.ctc.transpose(0, 1), after[:rows], frames[:rows], lengths[:rows], BLANK, "none",
        zero_infinity=True,
    )  # fmt: skip
    ctc = (ctc / lengths[:rows]).clamp(max=12).mean()
    cross = functional.nll_loss(output.decoder.transpose(1, 2), after, ignore_index=alphabet.PAD)
    middle, reach = place
    at = torch.arange(garble.shape[1])
    outside = ((at - middle[:, :, None]).abs() - reach[:, :, None]).clamp(min=0)
    miss = (output.attention.float() * (1 - torch.exp(-(outside**2) / 2))).sum(-1)
    guided = miss[middle >= 0].mean()
    return torch.stack([ctc, cross, guided])

"""The network: gated convolutions over characters, a head for spaces, a head for syllables.

Residual gated convolutions (gated linear units, Dauphin et al. 2017) with dilations see some
twenty characters to either side. A character is the sum of its own vector, of its letters' and of
what stands at its two boundaries; syllables are named by the same vectors.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from haedok.hangul import IN_USE
from haedok.repair.korean_signs import BREAK, FIRST_SYLLABLE, NO_SYLLABLE, PARTS, parts, size
from haedok.train.dropout import Dropout

WIDTH = 256
DILATIONS = (1, 1, 2, 4, 8, 2, 1, 4)
_TAPS = 3


class Layer(nn.Module):
    """A gated convolution, normalised before.

    A matrix on windows: quicker on a processor, there and back, than a convolution.
    """

    def __init__(self, dilation: int, drop: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(WIDTH)
        self.gate = nn.Linear(_TAPS * WIDTH, 2 * WIDTH)
        self.drop = Dropout(drop)

    def forward(self, x: Tensor, there: Tensor | None) -> Tensor:
        """``x`` (B × T × W) with what its neighbours say; where nothing is ``there`` it is 0."""
        y = self.norm(x)
        if torch.is_autocast_enabled("cpu"):  # once, not once for each tap
            y = y.to(torch.bfloat16)
        if there is not None:
            y = y * there
        far = self.dilation
        padded = functional.pad(y, (0, 0, far, far))
        length = x.shape[1]
        windows = torch.cat([padded[:, at * far : at * far + length] for at in range(_TAPS)], 2)
        return x + self.drop(functional.glu(self.gate(windows), -1))


class Korean(nn.Module):
    """Signs (B × T × 4) and states (B × T + 1) → log-odds of spaces, vectors of characters."""

    letters: Tensor

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.own = nn.Embedding(size(), WIDTH, padding_idx=0)
        self.part = nn.Embedding(PARTS, WIDTH)
        self.before = nn.Embedding(BREAK + 1, WIDTH)
        self.behind = nn.Embedding(BREAK + 1, WIDTH)
        self.layers = nn.ModuleList(Layer(dilation, drop) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(WIDTH)
        self.left, self.right = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH, bias=False)
        self.space = nn.Linear(WIDTH, 1)
        self.name = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH))
        self.wrong = nn.Linear(WIDTH, 1)
        self.none = nn.Parameter(torch.zeros(1, WIDTH))
        self.bias = nn.Parameter(torch.zeros(NO_SYLLABLE + 1))
        self.drop = Dropout(drop)
        points = torch.tensor([ord(syllable) for syllable in IN_USE])
        self.register_buffer("letters", torch.from_numpy(parts(points.numpy())))
        for table in (self.own, self.part, self.before, self.behind):
            nn.init.normal_(table.weight, std=0.5 * WIDTH**-0.5)

    def forward(
        self, signs: Tensor, states: Tensor, there: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Odds (B × T − 1) and vectors (B × T × W); ``there`` (B × T × 1) is 0 for filling."""
        x = self.own(signs[:, :, 0]) + self.part(signs[:, :, 1:]).sum(2)
        x = x + self.before(states[:, :-1]) + self.behind(states[:, 1:])
        x = self.drop(x * WIDTH**0.5)
        for layer in self.each:
            x = layer(x, there)
        x = self.norm(x)
        boundary = functional.gelu(self.left(x[:, :-1]) + self.right(x[:, 1:]))
        return self.space(boundary)[:, :, 0], x

    @property
    def each(self) -> list[Layer]:
        """The layers."""
        return cast(list[Layer], list(self.layers))

    def misread(self, vectors: Tensor) -> Tensor:
        """Log-odds (N) of characters (N × W) to have been other signs."""
        return self.wrong(vectors)[:, 0]

    def named(self, vectors: Tensor) -> Tensor:
        """Logits of syllables and of none (N × V) from vectors of characters (N × W)."""
        syllables = self.own.weight[FIRST_SYLLABLE:] + self.part(self.letters).sum(1)
        table = torch.cat([syllables, self.none])
        return self.name(vectors) @ table.T + self.bias

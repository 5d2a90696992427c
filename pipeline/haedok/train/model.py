"""The net: a residual convolutional trunk that reads columns of pixels, then wide 1-D convolutions.

No recurrence: a character is told by its picture and its close neighbours (about three to each
side), not by a memory of the language, and all frames are computed at once. The blocks along the
line are those of ConvNeXt (Liu et al. 2022) with a ReLU, which is quick everywhere; syllables come
out factored into their parts, so that the net need not have seen one to print it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from haedok.recognize.own import alphabet

STEM, LOW, HIGH, WIDTH = 32, 64, 128, 320
"""Channels at a half, a quarter and an eighth of the height, and along the line."""
BLOCKS = 4
HEADS = {
    "kind": alphabet.KINDS,
    "initial": alphabet.INITIALS,
    "medial": alphabet.MEDIALS,
    "final": alphabet.FINALS,
    "extent": 2,
}
"""Name of an output → its size per frame."""


def _conv(inputs: int, outputs: int, kernel: int, stride: int | tuple[int, int] = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels, 3)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.norm(self.second(self.first(x))))


class _Along(nn.Module):
    """Looks eleven frames wide in each channel, then mixes the channels."""

    def __init__(self, channels: int, reach: int = 11) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            channels, channels, (1, reach), padding=(0, reach // 2), groups=channels, bias=False
        )
        self.norm = nn.BatchNorm2d(channels)
        self.wide = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.narrow(torch.relu(self.wide(self.norm(self.depthwise(x)))))


class Reader(nn.Module):
    """Lines N × 1 × 48 × W (ink 1, paper 0; W a multiple of 4) → features N × T × D, T = W / 4."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _conv(1, STEM, 5, 2),
            _conv(STEM, STEM, 3),
            _conv(STEM, LOW, 3, 2),
            _Residual(LOW),
            _conv(LOW, HIGH, 3, (2, 1)),
            _Residual(HIGH),
            nn.Conv2d(HIGH, WIDTH, (6, 1), bias=False),
            nn.BatchNorm2d(WIDTH),
            nn.ReLU(inplace=True),
            *(_Along(WIDTH) for _ in range(BLOCKS)),
            nn.BatchNorm2d(WIDTH),
            nn.ReLU(inplace=True),
        )
        self.heads = nn.Linear(WIDTH, sum(HEADS.values()))
        self.hanja = nn.Linear(WIDTH, len(alphabet.hanja()))

    def features(self, lines: Tensor) -> Tensor:
        """N × T × D."""
        return self.trunk(lines).squeeze(2).transpose(1, 2)

    def outputs(self, features: Tensor) -> tuple[Tensor, ...]:
        """Logits of each head (see HEADS), … × size."""
        return torch.split(self.heads(features), list(HEADS.values()), dim=-1)

    def forward(self, lines: Tensor) -> tuple[Tensor, ...]:
        """All outputs but Hanja, and the features that Hanja are told by."""
        features = self.features(lines)
        return (*self.outputs(features), features)

"""Dropout that is quickly drawn on a processor."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Drops channels of a whole line (Gal & Ghahramani 2016): as good, and drawn quickly."""

    def __init__(self, part: float) -> None:
        super().__init__()
        self.part = part

    def forward(self, x: Tensor) -> Tensor:
        """``x`` (B × T × W) without some of its channels, while training."""
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2]) >= self.part
        return x * (kept / (1 - self.part)).to(x.dtype)

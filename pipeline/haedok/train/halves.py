"""Weights of a training in float16, as they are kept for the next one to begin with."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def halved(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights in float16; whole numbers stay as they are."""
    return {name: v.half() if v.is_floating_point() else v for name, v in state.items()}

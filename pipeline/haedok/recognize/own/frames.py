"""What the net says about a line, frame by frame, as log-probabilities.

A frame is a strip of the crop four pixels wide. It carries a character only in the middle of that
character; the frames between are blank, and a word space is a character of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own import alphabet

STRIDE = 4
"""Columns of the crop to a frame."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Frames:
    """Log-probabilities of one line's ``T`` frames."""

    kind: Floats
    """T x K: blank, Hangul, Hanja, and every sign (see `alphabet`)."""
    parts: tuple[Floats, Floats, Floats]
    """T x 19, T x 21, T x 28: initial, medial and final, given that it is a syllable."""
    extent: Floats
    """T x 2: frames from the middle of the frame to the character's left and right edge."""
    hanja_at: NDArray[np.intp]
    """M: frames that may be Hanja, rising."""
    hanja: Floats
    """M x H: which Hanja, given that it is one."""

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.kind)

    def edges(self, frames: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Left and right edge, in columns of the crop, of the characters that frames stand in."""
        middles = frames.astype(np.float32) + np.float32(0.5)
        extent = self.extent[frames]
        return (middles - extent[:, 0]) * STRIDE, (middles + extent[:, 1]) * STRIDE

    def between(self, x0: float, x1: float) -> Frames:
        """The frames whose middle lies between two columns of the crop."""
        first = max(0, round(x0 / STRIDE))
        last = max(first, round(x1 / STRIDE))
        inside = slice(*np.searchsorted(self.hanja_at, (first, last)))
        initial, medial, final = (part[first:last] for part in self.parts)
        return Frames(
            self.kind[first:last],
            (initial, medial, final),
            self.extent[first:last],
            self.hanja_at[inside] - first,
            self.hanja[inside],
        )

    def character(self, character: str) -> Floats | None:
        """T log-probabilities of one character; None where the alphabet does not have it."""
        kind = alphabet.kind(character)
        if kind is None:
            return None
        found = self.kind[:, kind].copy()
        if kind == alphabet.HANGUL:
            for part, index in zip(self.parts, alphabet.syllable_parts(character), strict=True):
                found += part[:, index]
        elif kind == alphabet.HANJA:
            among = np.full(len(found), -np.log(len(alphabet.hanja())), np.float32)
            among[self.hanja_at] = self.hanja[:, alphabet.hanja_numbers()[character]]
            found += among
        return found


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted, np.float32)

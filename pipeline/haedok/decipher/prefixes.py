"""What CTC thinks of texts while they are being written: of all texts that begin so, together.

Prefix scores as in joint CTC/attention decoding (Watanabe et al. 2017, section II-C): they need the
states of each beginning alone, so that its followers cost a sum over frames each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from haedok.decipher import alphabet
from haedok.decipher.net import NEVER, Floats, Ints


class Prefixes(NamedTuple):
    """Beginnings of texts, K for each of B lines.

    Attributes:
        frames: CTC's log-probabilities, B × T × V; behind a line's end there are only blanks.
        sign: log-probability of having written the beginning after 0 … T frames, its last sign
            last: B × K × (T + 1).
        blank: the same, a blank last.
        last: the number of the last sign, B × K.
    """

    frames: Floats
    sign: Floats
    blank: Floats
    last: Ints

    def followed(self, followers: Ints) -> Floats:
        """Log-probability of all texts that go on with each of some signs (B × K × F)."""
        lines = np.arange(len(self.frames))[:, None, None]
        told = self.frames[lines, :, followers]
        either = np.logaddexp(self.sign, self.blank)[:, :, None, :-1]
        same = (followers == self.last[..., None])[..., None]
        before = np.where(same, self.blank[:, :, None, :-1], either)
        total = before + told
        most = total.max(-1)
        summed: Floats = most + np.log(np.exp(total - most[..., None]).sum(-1))
        return summed

    def whole(self) -> Floats:
        """Log-probability of texts that end here (B × K)."""
        ended: Floats = np.logaddexp(self.sign[..., -1], self.blank[..., -1])
        return ended

    def longer(self, rows: Ints, parents: Ints, signs: Ints) -> Prefixes:
        """Beginnings of some lines, each with one more sign (parents and signs: rows × K)."""
        frames, at = self.frames[rows], rows[:, None]
        blank, sign = self.blank[at, parents], self.sign[at, parents]
        either = np.logaddexp(sign, blank)
        same = (signs == self.last[at, parents])[..., None]
        before = np.where(same, blank, either)
        told = frames[np.arange(len(rows))[:, None], :, signs]
        silent = frames[:, :, alphabet.PAD]
        new_sign, new_blank = np.full_like(sign, NEVER), np.full_like(blank, NEVER)
        for t in range(frames.shape[1]):
            new_sign[..., t + 1] = np.logaddexp(new_sign[..., t], before[..., t]) + told[..., t]
            stayed = np.logaddexp(new_blank[..., t], new_sign[..., t])
            new_blank[..., t + 1] = stayed + silent[:, t, None]
        return Prefixes(frames, new_sign, new_blank, signs)


def empty(ctc: Floats, lengths: Ints) -> Prefixes:
    """Nothing is written yet of lines (K = 1).

    Args:
        ctc: log-probabilities, B × T × V.
        lengths: how many frames each line has.
    """
    frames = ctc.copy()
    behind = np.arange(ctc.shape[1]) >= lengths[:, None]
    frames[behind] = NEVER
    frames[behind, alphabet.PAD] = 0.0
    shape = (len(ctc), 1, ctc.shape[1] + 1)
    blank = np.zeros(shape, np.float32)
    blank[..., 1:] = frames[:, None, :, alphabet.PAD].cumsum(-1)
    return Prefixes(frames, np.full(shape, NEVER, np.float32), blank, np.zeros(shape[:2], np.int64))

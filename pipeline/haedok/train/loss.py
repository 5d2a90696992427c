"""What training minimises: frames that say the right character, then lines that spell the text.

We know where every printed character stands, so frames can be taught one by one (cross-entropy);
that learns many times faster than CTC (Graves et al. 2006) from nothing. CTC comes in later: it
asks that the line is spelt right and leaves the net free in where it says so.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  # as everybody writes it
from torch import Tensor

from haedok.recognize.own import alphabet
from haedok.train.model import Reader
from haedok.train.targets import IGNORE, Batch

EXTENT_WEIGHT = 0.05
"""What an extent that is off by one frame counts."""


class Losses(NamedTuple):
    """Of one batch: means over its frames and over its characters."""

    frames: Tensor
    ctc: Tensor


def batch_to_losses(net: Reader, batch: Batch, with_ctc: bool) -> Losses:
    """Forward a batch; without ``with_ctc`` the second loss is 0 and costs nothing."""
    features = net.features(torch.from_numpy(batch.lines))
    outputs = tuple(output.float() for output in net.outputs(features))
    frames = _frame_loss(net, features, outputs, batch)
    ctc = _ctc_loss(net, features, outputs, batch) if with_ctc else torch.zeros(())
    return Losses(frames, ctc)


def _frame_loss(net: Reader, features: Tensor, outputs: tuple[Tensor, ...], batch: Batch) -> Tensor:
    """Cross-entropy of kind, parts and Hanja, each over all frames that have one, and the extents.

    Means over the frames of a part are weighted by the share of frames that have it, so that every
    character counts alike.
    """
    kind, initial, medial, final, extent = outputs
    labels = torch.from_numpy(batch.kind)
    loss = F.cross_entropy(kind.flatten(0, 1), labels.flatten(), ignore_index=IGNORE)
    asked = max(1, int((batch.kind >= 0).sum()))
    share = int((batch.part[..., 0] >= 0).sum()) / asked
    for index, part in enumerate((initial, medial, final)):
        wanted = torch.from_numpy(batch.part[..., index])
        if share:
            loss = loss + share * F.cross_entropy(
                part.flatten(0, 1), wanted.flatten(), ignore_index=IGNORE
            )
    chosen = torch.from_numpy(batch.hanja >= 0)
    if bool(chosen.any()):
        logits = net.hanja(features[chosen]).float()
        wanted = torch.from_numpy(batch.hanja[batch.hanja >= 0])
        loss = loss + len(wanted) / asked * F.cross_entropy(logits, wanted)
    owned = torch.from_numpy(batch.kind > 0)
    difference = (extent[owned] - torch.from_numpy(batch.extent)[owned]).abs().mean()
    return loss + EXTENT_WEIGHT * difference


def _ctc_loss(net: Reader, features: Tensor, outputs: tuple[Tensor, ...], batch: Batch) -> Tensor:
    """CTC over whole characters whose log-probabilities are sums over their parts.

    The alphabet has more than 16,000 characters, but a line's loss needs only those of its text:
    for each line a small table of their log-probabilities is gathered. PyTorch's gradient of
    `ctc_loss` is that with respect to normalised logits, (p − posterior), so the posterior is had
    from it, and −Σ posterior · log p is a surrogate with the right gradient for the factors.
    """
    kind, initial, medial, final, _ = (output.log_softmax(-1) for output in outputs)
    text = torch.from_numpy(batch.text)
    rows = text.clamp(min=0)
    count, longest = rows.shape[:2]
    frames = kind.shape[1]

    def gathered(scores: Tensor, column: int) -> Tensor:
        index = rows[:, None, :, column].expand(count, frames, longest)
        return scores.gather(2, index)

    hangul = (text[:, None, :, 0] == alphabet.HANGUL).float()
    parts = gathered(initial, 1) + gathered(medial, 2) + gathered(final, 3)
    table = gathered(kind, 0) + hangul * parts
    table = table + _hanja_scores(net, features, text)
    blank = kind[..., : alphabet.BLANK + 1]
    scores = torch.cat([blank, table], 2)
    posterior, nll = _posterior(scores.detach(), text, batch)
    loss = -(posterior * scores).sum()
    characters = float(batch.lengths.sum())
    # the value shown is the likelihood, the gradient that of the surrogate
    return (loss + (nll.sum() - loss).detach()) / characters


def _hanja_scores(net: Reader, features: Tensor, text: Tensor) -> Tensor:
    """N × T × L: the log-probability of each Hanja of the text, 0 for other characters."""
    count, frames = features.shape[:2]
    scores = torch.zeros(count, frames, text.shape[1])
    has = (text[..., 4] >= 0).any(1)
    if not bool(has.any()):
        return scores
    # few lines have any, and the head is the largest layer
    logits = net.hanja(features[has]).float().log_softmax(-1)
    index = text[has][:, None, :, 4].clamp(min=0).expand(-1, frames, -1)
    found = logits.gather(2, index) * (text[has][:, None, :, 4] >= 0).float()
    return scores.index_put((has.nonzero()[:, 0],), found)


def _posterior(scores: Tensor, text: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """How likely each character of the text stands at each frame, and −log p of the lines.

    Characters that occur more than once in a line are separate columns of ``scores``; for CTC they
    must be one label, or ``aa`` would need no blank, so each takes the column of its first place.
    """
    same = (text[:, :, None, :] == text[:, None, :, :]).all(-1)
    first = same.int().argmax(2) + 1
    leaf = scores.clone().requires_grad_()
    lengths = torch.from_numpy(batch.lengths)
    frames = torch.from_numpy(batch.frames)
    nll = F.ctc_loss(
        leaf.transpose(0, 1), first, frames, lengths, blank=0, reduction="none", zero_infinity=True
    )
    (gradient,) = torch.autograd.grad(nll.sum(), leaf)
    inside = torch.arange(scores.shape[1])[None, :, None] < frames[:, None, None]
    posterior = (scores.exp() - gradient) * inside
    return posterior.clamp(min=0.0, max=1.0), nll.detach()

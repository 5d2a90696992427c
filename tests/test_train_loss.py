"""The loss of training: CTC over factored characters is CTC."""

from __future__ import annotations

import numpy as np
import pytest

from haedok.recognize.own import alphabet
from haedok.synthesize import fonts
from haedok.train.glyphs import Cast, Font
from haedok.train.printing import Sample, sample
from haedok.train.targets import batch

torch = pytest.importorskip("torch")
from haedok.train.loss import _ctc_loss  # noqa: E402  # these need torch
from haedok.train.model import Reader  # noqa: E402


@pytest.fixture(scope="module")
def cast() -> Cast:
    file = fonts.find(fonts.face("un-batang"))
    return Cast(Font(str(file.path), file.index), None, ())


def test_ctc_over_composed_syllables_is_ctc(cast: Cast) -> None:
    """The factored loss equals PyTorch's over the full alphabet, and so does its gradient."""
    printed = [sample(text, cast, np.random.default_rng(1)) for text in ("각국가", "나나 a")]
    made = batch([each for each in printed if isinstance(each, Sample)])
    torch.manual_seed(0)
    net = Reader().eval()
    with torch.no_grad():
        features = net.features(torch.from_numpy(made.lines))
    heads = [head.detach().clone().requires_grad_() for head in net.outputs(features)]
    loss = _ctc_loss(net, features, tuple(heads), made)
    loss.backward()
    gradients = [head.grad.clone() for head in heads[:4]]

    full = [head.detach().clone().requires_grad_() for head in heads[:4]]
    kind, initial, medial, final = (head.log_softmax(-1) for head in full)
    signs = sorted({tuple(row[:4]) for row in made.text.reshape(-1, 5).tolist() if row[0] >= 0})
    columns = [kind[..., 0]]
    for number, *parts in signs:
        score = kind[..., number]
        if number == alphabet.HANGUL:
            for values, place in zip((initial, medial, final), parts, strict=True):
                score = score + values[..., place]
        columns.append(score)
    scores = torch.stack(columns, -1)
    rest = (1 - scores.exp().sum(-1, keepdim=True)).clamp(min=1e-9).log()
    scores = torch.cat([scores, rest], -1)  # all other characters as one, so that it is normalised
    wanted = [
        [signs.index(tuple(row[:4])) + 1 for row in line if row[0] >= 0]
        for line in made.text.tolist()
    ]
    targets = torch.tensor([sign for line in wanted for sign in line])
    nll = torch.nn.functional.ctc_loss(
        scores.transpose(0, 1), targets, torch.from_numpy(made.frames),
        torch.from_numpy(made.lengths), reduction="sum",
    )  # fmt: skip
    (nll / made.lengths.sum()).backward()
    assert float(loss.detach()) == pytest.approx(float(nll.detach() / made.lengths.sum()), rel=1e-4)
    for mine, theirs in zip(gradients, full, strict=True):
        assert torch.allclose(mine, theirs.grad, atol=2e-5)

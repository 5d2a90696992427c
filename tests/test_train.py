"""Training material: what is printed, and which frame is to say what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from haedok.recognize.own import alphabet
from haedok.recognize.own.crops import HEIGHT
from haedok.synthesize import fonts
from haedok.train import texts
from haedok.train.printing import Cast, Font, Sample, nothing, sample
from haedok.train.targets import IGNORE, STRIDE, batch


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the training wants it, with a few made-up paragraphs."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "text").mkdir()
    (folder / "parallel").mkdir()
    for number, name in enumerate(texts.PROSE):
        said = [f"문단 {number}의 {i}번째 줄에는 물이 흐르고 바람이 분다." for i in range(200)]
        (folder / "text" / name).write_text("\n".join(said), "utf-8")
    for name in texts.ENGLISH:
        said = [f"Sentence {i} of {name} says that rivers run." for i in range(60)]
        (folder / "parallel" / name).write_text("\n".join(said), "utf-8")
    for name in texts.TERMS:
        (folder / "parallel" / name).write_text("ko\thanja\ten\n경제\t經濟\teconomy\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def cast() -> Cast:
    file = fonts.find(fonts.face("un-batang"))
    return Cast(Font(str(file.path), file.index), None, ())


def test_no_paragraph_is_in_two_splits(corpora: Path) -> None:
    dealt = [texts.load(corpora, split) for split in ("train", "dev", "test")]
    said = [{line for corpus in part.prose for line in corpus} for part in dealt]
    assert all(said)
    assert not said[0] & said[1] and not said[0] & said[2] and not said[1] & said[2]


def test_lines_are_printable_and_have_every_script(corpora: Path) -> None:
    made = texts.lines(texts.load(corpora, "train"), np.random.default_rng(5))
    lines = [next(made) for _ in range(400)]
    assert all(line == line.strip() and line for line in lines)
    kinds = {alphabet.kind(sign) for line in lines for sign in line}
    assert None not in kinds
    assert {alphabet.HANGUL, alphabet.HANJA} <= kinds
    assert len(kinds) > 150  # Latin letters, digits, brackets, Greek, …


def test_every_maker_makes_lines(corpora: Path) -> None:
    known = texts.load(corpora, "train")
    for make, _ in texts.MAKERS:
        assert any(make(known, np.random.default_rng(seed)) for seed in range(3)), make.__name__


@pytest.mark.parametrize("text", ["국가의 안보(Security)를", "1,945년 「經濟」 ll 가가가", "각"])
def test_frames_say_the_text(text: str, cast: Cast) -> None:
    """What the frames are told to say, read as the recogniser reads, is the text."""
    for seed in range(8):
        printed = sample(text, cast, np.random.default_rng(seed))
        assert printed is not None
        assert printed.image.shape[0] == HEIGHT and printed.image.shape[1] % 16 == 0
        made = batch([printed])
        assert _spelt(made.kind[0], made.part[0], made.hanja[0]) == printed.text


def test_extents_reach_to_the_ink(cast: Cast) -> None:
    printed = sample("나라", cast, np.random.default_rng(3))
    assert printed is not None
    made = batch([printed])
    owned = np.flatnonzero(made.kind[0] > 0)
    left = (owned + 0.5 - made.extent[0, owned, 0]) * STRIDE
    assert sorted({round(x, 1) for x in left.tolist()}) == pytest.approx(
        sorted(round(x, 1) for x in printed.spans[:, 2].tolist()), abs=0.11
    )


def test_an_unknown_character_is_not_printed(cast: Cast) -> None:
    assert sample("ก", cast, np.random.default_rng(0)) is None


def test_what_is_no_text_says_nothing() -> None:
    for seed in range(12):
        made = batch([nothing(np.random.default_rng(seed))])
        assert (made.kind == alphabet.BLANK).all()
        assert made.lengths.tolist() == [0]


def _spelt(kind: np.ndarray, part: np.ndarray, hanja: np.ndarray) -> str:
    out, last = "", ""
    for number, parts, place in zip(kind, part, hanja, strict=True):
        if number == IGNORE:
            continue
        if number == alphabet.BLANK:
            sign = ""
        elif number == alphabet.HANGUL:
            sign = alphabet.parts_syllable(*(int(each) for each in parts))
        elif number == alphabet.HANJA:
            sign = alphabet.hanja()[place]
        else:
            sign = alphabet.SIGNS[number - alphabet.FIRST_SIGN]
        out, last = out + (sign if sign != last else ""), sign
    return out


def test_ctc_over_composed_syllables_is_ctc(cast: Cast) -> None:
    """The factored loss equals PyTorch's over the full alphabet, and so does its gradient."""
    torch = pytest.importorskip("torch")
    from haedok.train.loss import _ctc_loss
    from haedok.train.model import Reader

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

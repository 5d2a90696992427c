"""Training material: what is printed, and which frame is to say what."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from haedok.recognize.own import alphabet
from haedok.recognize.own.crops import HEIGHT
from haedok.synthesize import fonts
from haedok.train import phrases
from haedok.train.corpora import ENGLISH, PROSE, TERMS, load
from haedok.train.glyphs import Cast, Font
from haedok.train.printing import nothing, sample
from haedok.train.references import citation, heading, reference
from haedok.train.targets import IGNORE, STRIDE, batch
from haedok.train.texts import DRESSES, MAKERS, lines


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the training wants it, with a few made-up paragraphs."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "text").mkdir()
    (folder / "parallel").mkdir()
    for corpus, name in enumerate(PROSE):
        said = [f"문단 {corpus}의 {i}번째 줄에는 물이 흐르고 바람이 분다." for i in range(200)]
        (folder / "text" / name).write_text("\n".join(said), "utf-8")
    for name in ENGLISH:
        said = [f"Sentence {i} of {name} says that rivers run." for i in range(60)]
        (folder / "parallel" / name).write_text("\n".join(said), "utf-8")
    for name in TERMS:
        (folder / "parallel" / name).write_text("ko\thanja\ten\n경제\t經濟\teconomy\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def cast() -> Cast:
    file = fonts.find(fonts.face("un-batang"))
    return Cast(Font(str(file.path), file.index), None, ())


def test_no_paragraph_is_in_two_splits(corpora: Path) -> None:
    dealt = [load(corpora, split) for split in ("train", "dev", "test")]
    said = [{line for corpus in part.prose for line in corpus} for part in dealt]
    assert all(said)
    assert not said[0] & said[1] and not said[0] & said[2] and not said[1] & said[2]


def test_lines_are_printable_and_have_every_script(corpora: Path) -> None:
    said = list(islice(lines(load(corpora, "train"), np.random.default_rng(5)), 400))
    assert all(line == line.strip() and line for line in said)
    kinds = {alphabet.kind(sign) for line in said for sign in line}
    assert None not in kinds
    assert {alphabet.HANGUL, alphabet.HANJA} <= kinds
    assert len(kinds) > 150  # Latin letters, digits, brackets, Greek, …


def test_every_maker_makes_lines(corpora: Path) -> None:
    texts = load(corpora, "train")
    for _, make in MAKERS:
        assert any(make(texts, np.random.default_rng(seed)) for seed in range(3)), make.__name__


def test_forms_have_no_gaps(corpora: Path) -> None:
    """Every form of references, citations, numbers and headings is filled in, none is left over."""
    texts, rng = load(corpora, "train"), np.random.default_rng(2)
    for make in (reference, heading, citation, lambda _, rng: phrases.number(rng)):
        said = [make(texts, rng) for _ in range(300)]
        assert not any("{" in text or "}" in text for text in said)
        assert len(set(said)) > 100


def test_dresses_are_shares_of_the_words(corpora: Path) -> None:
    """Their shares leave most words as they are, and each dress changes what it is given."""
    texts = load(corpora, "train")
    assert sum(share for share, _ in DRESSES) < 0.5
    for _, dress in DRESSES:
        assert dress("바람", texts, np.random.default_rng(0)) != "바람", dress.__name__


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

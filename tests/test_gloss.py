"""Glosses that a Korean model destroyed: what the document says of them, and what it does not."""

from __future__ import annotations

import pytest

from haedok.model import Line
from haedok.repair import gloss, latin_channel
from haedok.repair.evidence import Evidence
from haedok.settings import Repair

LINE = Line(1, "이는 세력 균형(08180106 01 00\\06)을 뜻한다", cause="gloss")
ABSTRACT = (
    "This paper asks how alliances changed after the war.",
    "It argues that the balance of power was restored by treaties",
    "between states; nuclear sharing is one of the answers.",
)


def test_letters_give_no_sign_one_or_two() -> None:
    known = latin_channel.channel({("a", "8"): 6.0, ("a", ""): 1.0, ("m", "10"): 5.0})
    assert latin_channel.likelihood(["a"], ["8"], known) > 0.4
    assert latin_channel.likelihood(["m"], ["1", "0"], known) > 0.05
    assert latin_channel.likelihood(["a"], ["8", "1", "0"], known) == 0.0


def test_the_abstract_has_what_would_be_read_so() -> None:
    (reading,) = gloss.cure(LINE, Evidence(english=ABSTRACT), Repair())
    assert reading.best == "(balance of power)"
    (start, end) = reading.start, reading.end
    assert LINE.text[start:end] == "(08180106 01 00\\06)"


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(),
        Evidence(english=ABSTRACT[:1]),
        Evidence(glosses=(("균형", "deterrence"),)),
        Evidence(glossary=(("세력 균형", "regional integration"),)),
    ],
)
def test_what_would_be_read_otherwise_is_not_taken(evidence: Evidence) -> None:
    (reading,) = gloss.cure(LINE, evidence, Repair())
    assert reading.best is None
    assert reading.candidates == ()


def test_small_words_neither_begin_nor_end_a_gloss() -> None:
    phrases = set(gloss._runs("the balance of power, of states"))
    assert phrases == {"balance", "balance of power", "power", "states"}

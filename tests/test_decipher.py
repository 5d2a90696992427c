"""The parts of the decipherer: numbering, expected words, CTC, places of words, topics."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haedok.decipher import alphabet, beam, confidence, judge, net, topics
from haedok.decipher.beam import Hypothesis
from haedok.decipher.expect import Expected
from haedok.decipher.slots import slots, words
from haedok.repair.evidence import Evidence

SYLLABLES = "가나다각핵공유체제"


@given(st.text(st.sampled_from("핵공유 체제(A1)“”.,·漢\ufffd"), max_size=30))
def test_korean_comes_back_from_its_numbers(text):
    assert alphabet.spelt(alphabet.korean_numbers(text)) == text


@given(st.text(max_size=30))
def test_any_sign_has_a_number(text):
    numbers = alphabet.garble_numbers(text) + alphabet.korean_numbers(text)
    assert len(numbers) == 2 * len(text)
    assert all(0 < number < len(alphabet.korean()) for number in numbers)


@given(
    st.lists(st.text(SYLLABLES, min_size=1, max_size=4), min_size=1, max_size=5),
    st.text(SYLLABLES + " .", max_size=20),
)
def test_what_is_earned_and_not_given_back_is_for_whole_words(terms, text):
    """A text earns as much as the longest expected word that begins each of its words."""
    expected, place, earned = Expected(dict.fromkeys(terms, 1.0)), None, 0.0
    place = expected.start
    for sign in text:
        place, gain = expected.after(place, sign)
        earned += gain
    earned -= expected.unfinished(place)
    begun = text.replace(".", " ").split()
    best = sum(max((len(t) for t in terms if word.startswith(t)), default=0) for word in begun)
    assert earned == pytest.approx(best)


def test_ctc_sums_all_paths():
    rng = np.random.default_rng(1)
    frames = np.log(rng.dirichlet(np.ones(4), 5)).astype(np.float32)
    labels = [[1, 1, 2], [3], [1, 2, 3, 1, 2], []]

    def collapsed(path):
        kept = [sign for sign, _ in itertools.groupby(path)]
        return [sign for sign in kept if sign]

    every = [
        (collapsed(path), sum(frames[at, sign] for at, sign in enumerate(path)))
        for path in itertools.product(range(4), repeat=5)
    ]
    for label, score in zip(labels, net.ctc_scores(frames, labels), strict=True):
        paths = [math.exp(value) for found, value in every if found == label]
        assert score == pytest.approx(math.log(sum(paths)), abs=1e-4)


def hypothesis_of(text, places, score=0.0):
    logs = (-0.1,) * len(text)
    return Hypothesis(text, score, (*logs, -0.1), logs, places)


@given(st.integers(0, 2**32 - 1))
def test_words_stand_in_order_and_do_not_overlap(seed):
    rng = np.random.default_rng(seed)
    garble = " ".join("A9]o"[: rng.integers(1, 5)] for _ in range(rng.integers(1, 6)))
    text = " ".join("가나다라"[: rng.integers(1, 5)] for _ in range(rng.integers(1, 6)))
    places = tuple(int(p) for p in rng.integers(0, len(garble), len(text)))
    end = 0
    for word in words(hypothesis_of(text, places), garble):
        assert end <= word.start <= word.end <= len(garble)
        assert garble[word.start : word.end] == garble[word.start : word.end].strip()
        end = word.end


def test_rivals_are_words_in_the_same_place():
    garble = "A9 o]B"
    first = hypothesis_of("핵이 하나", (0, 1, 2, 3, 5))
    second = hypothesis_of("핵이 둘", (0, 1, 2, 4))
    found = slots([first, second], [0.7, 0.3], garble)
    assert [slot.rivals for slot in found] == [(("핵이", 1.0),), (("하나", 0.7), ("둘", 0.3))]


def test_a_word_that_nothing_stands_for_is_made_up():
    found = slots([hypothesis_of("가 나 다", (0, 0, 0, 0, 0))], [1.0], "A")
    assert len(found) == 1


def test_the_chances_of_a_line_sum_to_one_and_follow_the_judges():
    one, other = hypothesis_of("가나", (0, 1)), hypothesis_of("나가", (0, 1))
    judged = judge.ranked([one, other], [-20.0, -5.0], judge.Weights(analyser=1.0))
    assert judged.hypotheses[0] is other
    assert sum(judged.chances) == pytest.approx(1.0)
    assert judge.ranked([], [], judge.Weights()).hypotheses == ()


def test_the_abstract_tells_what_to_expect():
    told = Evidence(
        glossary=(("확장억제", "extended deterrence"),),
        english=("This paper studies the alliance of North Korea and its missiles.",),
    )
    expected = topics.topics(told)
    assert expected["확장억제"] > expected["동맹"] > 0
    assert expected["북한"] > 0 and "미사일" in expected
    assert topics.topics(Evidence()) == {}


def test_a_confidence_is_a_chance():
    seen = confidence.Seen(
        "핵무기",
        "HF7",
        0.5,
        0.2,
        (-0.1, -2.0),
        (-3.0, -3.0),
        (-1.0, -1.0),
        (),
        0.4,
        0.0,
        True,
        False,
    )
    values = confidence.features(seen)
    assert set(values) == set(confidence.weights())
    assert 0 < confidence.confidence(values, confidence.weights()) < 1


def test_a_line_is_read_the_same_whatever_stands_beside_it():
    lines = ["olof tisted 2014", "A", "“” 12"]
    together = beam.read(lines, Expected({}), beam.Weights(width=4))
    alone = [beam.read([line], Expected({}), beam.Weights(width=4))[0] for line in lines]
    for one, other in zip(together, alone, strict=True):
        assert one[0].text == other[0].text  # sums of many numbers hang on how they are grouped
        assert one[0].score == pytest.approx(other[0].score, abs=1e-3)
    assert beam.read(["", "  "], Expected({}), beam.Weights()) == [(), ()]

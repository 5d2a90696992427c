"""The parts of the decipherer: numbering, expected words, CTC, places of words, topics."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.decipher import (
    alphabet,
    beam,
    confidence,
    document,
    followers,
    hypotheses,
    judge,
    net,
    prefixes,
    topics,
)
from haedok.decipher.expect import Expected
from haedok.decipher.hypotheses import Hypothesis, Open
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


@settings(deadline=None)  # the first example loads the lexicon
@given(
    st.lists(st.text(SYLLABLES, min_size=1, max_size=4), min_size=1, max_size=5),
    st.text(SYLLABLES + " .", max_size=20),
)
def test_what_is_earned_and_not_given_back_is_for_whole_words(terms, text):
    """A text earns as much as the longest expected word that begins each of its words."""
    expected = Expected(dict.fromkeys(terms, 0.01))
    place, earned = expected.start, 0.0
    for sign in text:
        place, gain = expected.after(place, sign)
        earned += gain
    earned -= expected.unfinished(place)
    begun = text.replace(".", " ").split()
    best = [max((t for t in terms if word.startswith(t)), key=len, default="") for word in begun]
    assert earned == pytest.approx(sum(map(expected.worth, best)))
    assert sum(map(expected.worth, begun)) == pytest.approx(earned)


def test_a_rare_word_earns_more_than_a_common_one_with_the_same_share():
    expected = Expected({"핵공유": 0.005, "필요": 0.005, "북한": 0.005})
    assert expected.worth("핵공유를") > expected.worth("북한은") > expected.worth("필요한") > 0
    assert expected.worth("문화") == expected.worth("핵공") == 0


def test_signs_of_expected_words_are_tried_that_the_network_would_not_try():
    scores = np.full((1, 1, len(alphabet.korean())), -8.0, np.float32)
    scores[..., -40:] = -6.0
    (first,) = alphabet.korean_numbers("핵")
    for terms, tried in (({"핵공유": 0.01}, True), ({}, False)):
        expected = Expected(terms)
        start = Open((alphabet.BEGIN,), 0.0, (), (), (), expected.start, 0.0)
        assert (first in followers.likeliest([[start]], scores, expected)) == tried


def guess_of(text, chance, *rivals):
    return document.Guess(0, 1, ((text, chance), *rivals), {}, chance)


def test_a_word_that_may_stand_in_many_places_is_expected_the_next_time():
    doubtful = [
        guess_of("북한이", 0.2, ("북한은", 0.2)),
        guess_of("북한의", 0.3),
        guess_of("문화", 0.9),
    ]
    shares = document.expected_again({"핵공유": 0.005}, [doubtful])
    assert shares["핵공유"] == 0.005
    assert shares["북한"] == pytest.approx(0.3 / document.SMALLEST, rel=0.5)
    assert "문화" not in shares  # one place is no reason to expect it in that place


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


def test_a_beginning_is_as_likely_as_all_texts_that_begin_so():
    rng = np.random.default_rng(0)
    frames = np.log(rng.dirichlet(np.ones(5), (2, 9))).astype(np.float32)
    lengths, text = np.array([9, 6]), np.array([[3, 3, 4, 2], [4, 3, 3, 1]])
    told = prefixes.empty(frames, lengths)
    before = np.zeros(2)
    for at in range(4):
        followed = told.followed(np.tile(np.arange(1, 5), (2, 1, 1)))[:, 0]
        every = np.logaddexp(np.logaddexp.reduce(followed, -1), told.whole()[:, 0])
        assert every == pytest.approx(before, abs=1e-4)
        before = followed[np.arange(2), text[:, at] - 1]
        told = told.longer(np.arange(2), np.zeros((2, 1), int), text[:, at : at + 1])
        for row, length in enumerate(lengths):
            (score,) = net.ctc_scores(frames[row, :length], [text[row, : at + 1].tolist()])
            assert told.whole()[row, 0] == pytest.approx(score, abs=1e-4)


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


def opened(text, score, rivals=()):
    numbers = (alphabet.BEGIN, *alphabet.korean_numbers(text))
    logs = (score,) * len(text)
    places = tuple(range(len(text)))
    return Open(numbers, score, logs, logs, places, Expected({}).start, 0.0, 0.0, rivals)


def test_texts_come_back_from_a_lattice_best_first():
    early = opened("가나다라", -2.0)
    early = early._replace(rivals=(hypotheses.rival(opened("마나다라", -3.0), early),))
    late = opened("가나다라 바사아자차", -4.0)
    late = late._replace(
        rivals=(*early.rivals, hypotheses.rival(opened("가나 바사아자차", -4.5), late))
    )
    logs = (*late.network, -0.1)
    whole = Hypothesis("가나다라 바사아자차.", -6.0, (*logs, -0.1), logs, tuple(range(11)))
    found = hypotheses.unfolded([(whole, late.rivals)], 10)
    assert [(h.text, h.score) for h in found] == [
        ("가나다라 바사아자차.", -6.0),
        ("가나 바사아자차.", -6.5),
        ("마나다라 바사아자차.", -7.0),
    ]
    assert all(len(h.text) == len(h.places) == len(h.language) for h in found)
    assert all(len(h.text) == len(h.network) - 1 for h in found)
    assert hypotheses.unfolded([(whole, late.rivals)], 1) == [whole]


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
        2.0,
        False,
    )
    values = confidence.features(seen)
    assert tuple(values) == confidence.fitted().names
    assert 0 < confidence.confidence(values, confidence.fitted()) < 1


def test_a_line_is_read_the_same_whatever_stands_beside_it():
    lines = ["olof tisted 2014", "A", "“” 12"]
    together = beam.read(lines, Expected({}), beam.Weights(width=4))
    alone = [beam.read([line], Expected({}), beam.Weights(width=4))[0] for line in lines]
    for one, other in zip(together, alone, strict=True):
        assert one[0].text == other[0].text  # sums of many numbers hang on how they are grouped
        assert one[0].score == pytest.approx(other[0].score, abs=1e-3)
    assert beam.read(["", "  "], Expected({}), beam.Weights()) == [(), ()]

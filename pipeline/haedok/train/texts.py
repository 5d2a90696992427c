"""What the training lines say: prose of the corpora, and all that prose has too little of.

A recogniser learns the characters that it sees, so rare syllables, Hanja, glosses, references,
numbers and signs are mixed in on purpose; random strings keep it from guessing words it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from haedok.hangul import KS_X_1001
from haedok.recognize.own import alphabet
from haedok.train.corpora import Texts
from haedok.train.phrases import (
    CAPITALS,
    PARTICLES,
    QUOTES,
    ROMAN,
    SYLLABLES,
    Rng,
    cut,
    enclosed,
    english,
    number,
    pick,
    pick_some,
    prose,
    sinitic,
    stop,
    token,
    western_name,
)
from haedok.train.references import citation, heading, reference

GREEK = [sign for sign in alphabet.SIGNS if "Α" <= sign <= "ω"]
JAMO = [sign for sign in alphabet.SIGNS if "ㄱ" <= sign <= "ㅣ"]
ENGLISH_MARKS = [
    ", ", " ", " ", " ", " ", "; ", ". ", "-", "’s ", ": ", "–", " — ", "/", " & ", "'s ",
]  # fmt: skip
"""What stands between words, a space most often."""


def lines(texts: Texts, rng: Rng, length: tuple[int, int] = (4, 44)) -> Iterator[str]:
    """Lines without end, each by a maker drawn by the shares of MAKERS.

    Args:
        texts: the material.
        rng: what is drawn from.
        length: least length of a short line in characters, and the first that is too long; about
            a third are short, the others are as long as the lines of a column.
    """
    shares = np.array([share for share, _ in MAKERS])
    while True:
        _, make = MAKERS[int(rng.choice(len(MAKERS), p=shares / shares.sum()))]
        line = _printable(alphabet.written(make(texts, rng)))
        room = int(rng.integers(*length)) if rng.random() < 0.35 else int(rng.integers(24, 44))
        if make is _english_line:  # Latin letters are narrow: nearly twice as many fit
            room = round(room * 1.9)
        line = cut(line, room, rng).strip()
        if line:
            yield line


def _printable(line: str) -> str:
    return "".join(sign for sign in line if alphabet.kind(sign) is not None)


def _scholarly(texts: Texts, rng: Rng) -> str:
    """Prose as papers have it: glosses, Hanja in brackets, quotations, note marks, citations."""
    words = prose(texts, rng).split(" ")
    at = int(rng.integers(max(1, len(words) - 8)))
    return " ".join(dressed(word, texts, rng) for word in words[at : at + 14])


def dressed(word: str, texts: Texts, rng: Rng) -> str:
    """A word with, or replaced by, something that DRESSES has; most words are left as they are."""
    chance = rng.random()
    for share, dress in DRESSES:
        if chance < share:
            return dress(word, texts, rng)
        chance -= share
    return word


def _with_gloss(word: str, texts: Texts, rng: Rng) -> str:
    return f"{word}({english(texts, rng, 1, 4)})"


def _hanja_instead(word: str, texts: Texts, rng: Rng) -> str:
    hangul, hanja = sinitic(texts, rng)
    return f"{hangul}({hanja})" if rng.random() < 0.7 else hanja + pick(rng, PARTICLES)


def _quoted(word: str, texts: Texts, rng: Rng) -> str:
    return enclosed(word, pick(rng, QUOTES if rng.random() < 0.5 else ["‘’", "“”"]))


def _chapter_instead(word: str, texts: Texts, rng: Rng) -> str:
    return f"{pick(rng, ['', '제'])}{pick(rng, ROMAN)}{pick(rng, ['장', '부', '편'])}에서"


def _with_note_mark(word: str, texts: Texts, rng: Rng) -> str:
    return f"{word}{rng.integers(1, 130)})"


def _citation_instead(word: str, texts: Texts, rng: Rng) -> str:
    return citation(texts, rng)


def _with_number(word: str, texts: Texts, rng: Rng) -> str:
    return f"{word} {number(rng)}"


DRESSES: tuple[tuple[float, Callable[[str, Texts, Rng], str]], ...] = (
    (0.08, _with_gloss),
    (0.08, _hanja_instead),
    (0.06, _quoted),
    (0.01, _chapter_instead),
    (0.04, _with_note_mark),
    (0.05, _citation_instead),
    (0.05, _with_number),
)
"""Shares of the words of scholarly prose."""


def _mixed_prose(texts: Texts, rng: Rng) -> str:
    """Prose in which one syllable in six is another, mostly one with parts in common."""
    choices = (alphabet.INITIALS, alphabet.MEDIALS, alphabet.FINALS)
    line = list(prose(texts, rng))
    for index, sign in enumerate(line):
        if alphabet.is_syllable(sign) and rng.random() < 0.17:
            parts = list(alphabet.syllable_parts(sign))
            which = int(rng.integers(3))
            parts[which] = int(rng.integers(choices[which]))
            line[index] = alphabet.parts_syllable(parts[0], parts[1], parts[2])
    return "".join(line)


def _english_line(texts: Texts, rng: Rng) -> str:
    if rng.random() < 0.5:
        return " ".join(pick(rng, texts.english) for _ in range(2))
    return "".join(english(texts, rng, 1, 4) + pick(rng, ENGLISH_MARKS) for _ in range(7))


def _random_syllables(texts: Texts, rng: Rng) -> str:
    """Words that are none, so that every syllable is seen and none is guessed."""
    words = []
    for _ in range(11):
        count = int(rng.integers(1, 6))
        word = pick_some(rng, KS_X_1001 if rng.random() < 0.5 else SYLLABLES, count)
        words.append(word + _particle(rng, 0.3) + stop(rng))
    return " ".join(words)


def _particle(rng: Rng, share: float) -> str:
    return pick(rng, PARTICLES) if rng.random() < share else ""


def _hanja_line(texts: Texts, rng: Rng) -> str:
    """Hanja, half of them words and half at random, with and without the Hangul."""
    words = []
    for _ in range(12):
        chance = rng.random()
        hangul, hanja = sinitic(texts, rng)
        if chance < 0.5:
            hanja = pick_some(rng, alphabet.hanja(), int(rng.integers(1, 5)))
        if chance < 0.6:
            words.append(hanja + _particle(rng, 0.5) + stop(rng))
        elif chance < 0.8:
            words.append(f"{hangul}({hanja})" + pick(rng, PARTICLES))
        else:
            words.append(enclosed(hanja, pick(rng, QUOTES)))
    return pick(rng, [" ", " ", ""]).join(words)


def _numbers(texts: Texts, rng: Rng) -> str:
    return " ".join(number(rng) + stop(rng) for _ in range(8))


def _signs(texts: Texts, rng: Rng) -> str:
    """Signs that hardly any corpus has, amid text, each as often as the next."""
    words = []
    for _ in range(12):
        chance = rng.random()
        if chance < 0.45:
            word = pick_some(rng, alphabet.SIGNS[1:], int(rng.integers(1, 4)))
        elif chance < 0.55:
            word = pick_some(rng, GREEK, int(rng.integers(1, 5)))
        elif chance < 0.65:
            word = pick_some(rng, JAMO, int(rng.integers(1, 4)))
        elif chance < 0.8:
            word = western_name(texts, rng)
        else:
            pair = pick(rng, QUOTES)
            word = enclosed(cut(prose(texts, rng), int(rng.integers(1, 7)), rng).strip(), pair)
        words.append(word)
    return " ".join(words)


def _codes(texts: Texts, rng: Rng) -> str:
    """Capitals, digits and both together, where neighbours tell nothing: O0 lI1 5S 8B."""
    words = []
    for _ in range(9):
        word = pick_some(rng, CAPITALS, int(rng.integers(2, 6)))
        chance = rng.random()
        if chance < 0.3:
            word += f"-{rng.integers(1, 200)}"
        elif chance < 0.45:
            word = token(rng)
        elif chance < 0.7:
            word += pick(rng, PARTICLES)
        elif chance < 0.8:
            word = str(rng.integers(1, 10**6))
        words.append(word)
    return " ".join(words)


MAKERS: tuple[tuple[float, Callable[[Texts, Rng], str]], ...] = (
    (0.21, prose),
    (0.17, _scholarly),
    (0.08, _mixed_prose),
    (0.11, _english_line),
    (0.09, reference),
    (0.09, _random_syllables),
    (0.10, _hanja_line),
    (0.05, _numbers),
    (0.10, heading),
    (0.05, _signs),
    (0.02, _codes),
)
"""Shares of the lines."""

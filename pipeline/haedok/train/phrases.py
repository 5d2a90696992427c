"""Pieces that lines are made of: stretches of prose, words, names, numbers.

Forms are templates; what any of them may need is drawn first, then one of them is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from haedok.recognize.own import alphabet
from haedok.train.corpora import Texts

Rng = np.random.Generator

SYLLABLES = tuple(map(chr, range(ord("가"), ord("힣") + 1)))
PARTICLES = [
    "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도", "만", "에서", "으로",
    "이다", "하다", "라고", "에게", "까지", "부터",
]  # fmt: skip
SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구"
GIVEN = "민서준영수현진호경희정은미성재훈지연동규석철상우혜원태형윤선주아인기용창숙자순옥"
ROMAN = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ", "Ⅹ", "Ⅺ", "Ⅻ"]
COUNTERS = [
    "년", "월", "일", "명", "개", "권", "호", "쪽", "장", "절", "조", "항", "차", "세기", "년대",
    "%", "퍼센트", "원", "달러", "km", "kg", "만", "억", "위", "배", "회", "%p",
]  # fmt: skip
ORDINALS = ["장", "절", "조", "항", "호", "권", "차", "회"]
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOKEN_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789-_./" + CAPITALS
ACCENTED = [sign for sign in alphabet.SIGNS if "À" <= sign <= "ž"]
QUOTES = [
    "「」", "『』", "《》", "〈〉", "【】", "〔〕", "‘’", "“”", "()", "[]", "''", '""', "<>", "{}",
]  # fmt: skip
STOPS = [",", ".", "?", "!", ";", ":", "·", "…"]
NUMBERS = [
    "{a}", "{a:,}", "{b}.{c}%", "{b}.{c}", "{year}년 {month}월 {c}일", "{year}.{month}.{c}.",
    "{b}~{end}", "{b}-{c}", "{a}{counter}", "제{c}{ordinal}", "({c})", "{c})", "{b}/{c}", "±{b}",
    "{b}°", "p < .0{c}", "$ {a:,}", "{a:,}원", "{c}:{b:02}", "−{b}.{c}", "{year}년대", "‘{b}",
    "{a}×{b}", "pp. {b}-{a}", "No. {c}", "Vol. {b}", "{b}%p", "{a}㎞", "{b}℃",
]  # fmt: skip


def pick(rng: Rng, of: Sequence[str]) -> str:
    """One of them, each as likely as the next."""
    return of[int(rng.integers(len(of)))]


def pick_some(rng: Rng, of: Sequence[str], count: int) -> str:
    """So many of them in a row."""
    return "".join(of[int(index)] for index in rng.integers(len(of), size=count))


def cut(line: str, room: int, rng: Rng) -> str:
    """A stretch of the line, from anywhere: lines of a page begin in mid-word as well."""
    if len(line) <= room:
        return line
    start = 0 if rng.random() < 0.3 else int(rng.integers(len(line) - room + 1))
    return line[start : start + room]


def enclosed(text: str, pair: str) -> str:
    """The text between the two signs of a pair."""
    return f"{pair[0]}{text}{pair[1]}"


def stop(rng: Rng) -> str:
    """A punctuation mark, or mostly none."""
    return pick(rng, STOPS) if rng.random() < 0.15 else ""


def prose(texts: Texts, rng: Rng) -> str:
    """Paragraphs of one corpus, mostly 60 characters or more."""
    shares = np.array(texts.shares)
    corpus = texts.prose[int(rng.choice(len(texts.prose), p=shares / shares.sum()))]
    line = pick(rng, corpus)
    while len(line) < 60 and rng.random() < 0.9:
        line += " " + pick(rng, corpus)
    return line


def sinitic(texts: Texts, rng: Rng) -> tuple[str, str]:
    """A word in Hangul and in Hanja."""
    return texts.sinitic[int(rng.integers(len(texts.sinitic)))]


def english(texts: Texts, rng: Rng, least: int = 3, most: int = 12) -> str:
    """English words without a sense, in one of the ways that capitals are used."""
    words = [pick(rng, texts.words) for _ in range(int(rng.integers(least, most + 1)))]
    style = rng.random()
    if style < 0.3:
        words = [word.capitalize() for word in words]
    elif style < 0.4:
        words = [word.upper() for word in words]
    elif style < 0.55:
        words[0] = words[0].capitalize()
    return " ".join(words)


def korean_name(rng: Rng) -> str:
    """Surname and given name, three syllables."""
    return pick(rng, SURNAMES) + pick(rng, GIVEN) + pick(rng, GIVEN)


def western_name(texts: Texts, rng: Rng) -> str:
    """A word as a surname, every other with an accent, alone or with a name or an initial."""
    name = pick(rng, texts.words).capitalize()
    if rng.random() < 0.5:
        at = int(rng.integers(len(name)))
        accent = pick(rng, ACCENTED)
        capital = at == 0 and len(accent.upper()) == 1  # ß has none
        name = name[:at] + (accent.upper() if capital else accent.lower()) + name[at + 1 :]
    form, initial = rng.random(), pick(rng, CAPITALS)
    if form < 0.4:
        return f"{name}, {pick(rng, texts.words).capitalize()} {initial}."
    return f"{initial}. {name}" if form < 0.7 else name


def number(rng: Rng) -> str:
    """A number as papers have them: amounts, dates, pages, results."""
    a, b, c = (int(rng.integers(1, top)) for top in (10000, 100, 32))
    counter, ordinal = pick(rng, COUNTERS), pick(rng, ORDINALS)
    return pick(rng, NUMBERS).format(
        a=a, b=b, c=c, end=b + c, year=1900 + b, month=c % 12 + 1, counter=counter, ordinal=ordinal
    )  # fmt: skip


def token(rng: Rng) -> str:
    """The end of an address: letters, digits and signs that say nothing."""
    return pick_some(rng, TOKEN_SIGNS, int(rng.integers(4, 14)))

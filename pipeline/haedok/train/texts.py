"""What the training lines say: prose of the corpora, and all that prose has too little of.

A recogniser learns the characters that it sees, so rare syllables, Hanja, glosses, references,
numbers and signs are mixed in on purpose; random strings keep it from guessing words it knows.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from haedok.recognize.own import alphabet
from haedok.words import english as english_words

Split = Literal["train", "dev", "test"]
Rng = np.random.Generator

PROSE = {
    "law_security_foreign.txt": 0.06,
    "law_acts_sample.txt": 0.06,
    "constitution_ko.txt": 0.01,
    "ud_kaist.txt": 0.2,
    "ud_gsd.txt": 0.06,
    "unesco_reports_ko.txt": 0.15,
    "nanet_book_reviews.txt": 0.22,
    "wikinews_ko.txt": 0.1,
    "klue_news_wiki.txt": 0.07,
    "kowiki_donut.txt": 0.07,
}
"""Corpus → its share of the prose; law is most of the bytes and says the same again and again."""
ENGLISH = ("park_news_dev.en", "jhe_dev.en", "udhr.en")
TERMS = ("terms_cc-kedict.tsv", "terms_kengdic_ezcorean6000.tsv")
EVERY = 40
"""One paragraph in so many is kept for development, another for testing."""

KS_SYLLABLES = tuple(
    bytes((high, low)).decode("cp949") for high in range(0xB0, 0xC9) for low in range(0xA1, 0xFF)
)
PARTICLES = "은 는 이 가 을 를 의 에 로 와 과 도 만 에서 으로 이다 하다 라고 에게 까지 부터".split()
SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구"
GIVEN = "민서준영수현진호경희정은미성재훈지연동규석철상우혜원태형윤선주아인기용창숙자순옥"
VENUES = "학보 논총 연구 저널 회보 비평 학술지 논문집 평론 리뷰".split()
ROMAN = "Ⅰ Ⅱ Ⅲ Ⅳ Ⅴ Ⅵ Ⅶ Ⅷ Ⅸ Ⅹ Ⅺ Ⅻ".split()
COUNTERS = "년 월 일 명 개 권 호 쪽 장 절 조 항 차 세기 년대 % 퍼센트 원 달러 km kg 만 억 위 배 회 %p".split()
ACCENTED = [sign for sign in alphabet.SIGNS if "À" <= sign <= "ž"]
GREEK = [sign for sign in alphabet.SIGNS if "Α" <= sign <= "ω"]
JAMO = [sign for sign in alphabet.SIGNS if "ㄱ" <= sign <= "ㅣ"]
QUOTES = ["「」", "『』", "《》", "〈〉", "【】", "〔〕", "‘’", "“”", "()", "[]", "''", '""', "<>", "{}"]


class Texts(msgspec.Struct, frozen=True):
    """The material: paragraphs by corpus, English sentences, words, pairs of Hangul and Hanja."""

    prose: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    english: tuple[str, ...]
    words: tuple[str, ...]
    sinitic: tuple[tuple[str, str], ...]
    """(경제, 經濟)"""


def load(folder: Path, split: Split) -> Texts:
    """Read the corpora of ``folder`` (``text/*.txt``, ``parallel/*``) as far as they are of a split.

    Raises:
        OSError: a corpus is missing.
    """
    prose = tuple(tuple(_of(split, folder / "text" / name)) for name in PROSE)
    english = [line for name in ENGLISH for line in _of(split, folder / "parallel" / name)]
    pairs = [pair for name in TERMS for pair in _sinitic(folder / "parallel" / name)]
    return Texts(
        prose,
        tuple(PROSE.values()),
        tuple(english),
        tuple(sorted(english_words())),
        tuple(sorted(set(pairs))),
    )


def _of(split: Split, path: Path) -> Iterator[str]:
    """Paragraphs are dealt to splits by what they say, so no copy of one is in two splits."""
    place = {"dev": 0, "test": 1}
    for raw in path.read_text("utf-8").split("\n"):
        line = alphabet.written(" ".join(raw.split()))
        rest = zlib.crc32(line.encode()) % EVERY
        if len(line) > 3 and (rest == place[split] if split in place else rest > 1):
            yield line


def _sinitic(path: Path) -> Iterator[tuple[str, str]]:
    for row in path.read_text("utf-8").split("\n")[1:]:
        fields = row.split("\t")
        if len(fields) > 1 and fields[1] and len(fields[0]) == len(fields[1]):
            hanja = alphabet.written(fields[1])
            if all(sign in alphabet.hanja_numbers() for sign in hanja):
                yield fields[0], hanja


def lines(texts: Texts, rng: Rng, length: tuple[int, int] = (4, 44)) -> Iterator[str]:
    """Lines without end, each of a kind drawn by the shares below."""
    makers = list(MAKERS)
    shares = np.array([share for _, share in makers])
    while True:
        make = makers[int(rng.choice(len(makers), p=shares / shares.sum()))][0]
        line = _printable(alphabet.written(make(texts, rng)))
        room = int(rng.integers(*length)) if rng.random() < 0.35 else int(rng.integers(24, 44))
        if make in WIDE:
            room = round(room * 1.9)
        line = _cut(line, room, rng).strip()
        if line:
            yield line


def _printable(line: str) -> str:
    return "".join(sign for sign in line if alphabet.kind(sign) is not None)


def _cut(line: str, room: int, rng: Rng) -> str:
    """A stretch of the line, from anywhere: lines of a page begin in mid-word as well."""
    if len(line) <= room:
        return line
    start = 0 if rng.random() < 0.3 else int(rng.integers(len(line) - room + 1))
    return line[start : start + room]


def _pick(rng: Rng, of: Sequence[str]) -> str:
    return of[int(rng.integers(len(of)))]


def _prose(texts: Texts, rng: Rng) -> str:
    corpus = texts.prose[int(rng.choice(len(texts.prose), p=_normal(texts.shares)))]
    line = _pick(rng, corpus)
    while len(line) < 60 and rng.random() < 0.9:
        line += " " + _pick(rng, corpus)
    return line


def _normal(shares: Sequence[float]) -> list[float]:
    return [share / sum(shares) for share in shares]


def _scholarly(texts: Texts, rng: Rng) -> str:
    """Prose as papers have it: glosses, Hanja in brackets, quotations, note marks, citations."""
    words = _prose(texts, rng).split(" ")
    at = int(rng.integers(max(1, len(words) - 8)))
    return " ".join(_dressed(word, texts, rng) for word in words[at : at + 14])


def _dressed(word: str, texts: Texts, rng: Rng) -> str:
    chance = rng.random()
    if chance < 0.08:
        return f"{word}({_english(texts, rng, 1, 4)})"
    if chance < 0.16:
        hangul, hanja = texts.sinitic[int(rng.integers(len(texts.sinitic)))]
        return f"{hangul}({hanja})" if rng.random() < 0.7 else hanja + _pick(rng, PARTICLES)
    if chance < 0.22:
        left, right = _pick(rng, QUOTES if rng.random() < 0.5 else ["‘’", "“”"])
        return f"{left}{word}{right}"
    if chance < 0.23:
        return f"{_pick(rng, ['', '제'])}{_pick(rng, ROMAN)}{_pick(rng, ['장', '부', '편'])}에서"
    if chance < 0.27:
        return f"{word}{rng.integers(1, 130)})"
    if chance < 0.32:
        return _citation(texts, rng)
    return word + " " + _number(texts, rng) if chance < 0.37 else word


def _english(texts: Texts, rng: Rng, least: int = 3, most: int = 12) -> str:
    words = [_pick(rng, texts.words) for _ in range(int(rng.integers(least, most + 1)))]
    style = rng.random()
    if style < 0.3:
        words = [word.capitalize() for word in words]
    elif style < 0.4:
        words = [word.upper() for word in words]
    elif style < 0.55:
        words[0] = words[0].capitalize()
    return " ".join(words)


def _english_line(texts: Texts, rng: Rng) -> str:
    if rng.random() < 0.5:
        return " ".join(_pick(rng, texts.english) for _ in range(2))
    marks = [", ", " ", " ", " ", " ", "; ", ". ", "-", "’s ", ": ", "–", " — ", "/", " & ", "'s "]
    return "".join(_english(texts, rng, 1, 4) + _pick(rng, marks) for _ in range(7))


def _western_name(texts: Texts, rng: Rng) -> str:
    name = _pick(rng, texts.words).capitalize()
    if rng.random() < 0.5:
        at = int(rng.integers(len(name)))
        accent = _pick(rng, ACCENTED)
        name = name[:at] + (accent.upper() if at == 0 and len(accent.upper()) == 1 else accent.lower()) + name[at + 1 :]
    form = rng.random()
    initial = chr(65 + int(rng.integers(26)))
    if form < 0.4:
        return f"{name}, {_pick(rng, texts.words).capitalize()} {initial}."
    return f"{initial}. {name}" if form < 0.7 else name


def _korean_name(rng: Rng) -> str:
    return _pick(rng, SURNAMES) + _pick(rng, GIVEN) + _pick(rng, GIVEN)


def _citation(texts: Texts, rng: Rng) -> str:
    who = _western_name(texts, rng) if rng.random() < 0.5 else _korean_name(rng)
    year, page = rng.integers(1890, 2026), rng.integers(1, 900)
    forms = [f"({who} {year})", f"({who} {year}, {page})", f"{who}({year})", f"({who}, {year}: {page})",
             f"({year}: {page}-{page + 9})", f"[{rng.integers(1, 90)}]", f"({who} et al. {year})"]
    return _pick(rng, forms)


def _reference(texts: Texts, rng: Rng) -> str:
    year, volume, number = rng.integers(1890, 2026), rng.integers(1, 99), rng.integers(1, 13)
    page = int(rng.integers(1, 900))
    dash = _pick(rng, ["-", "–", "~", "～", "∼"])
    pages = f"{page}{dash}{page + int(rng.integers(3, 60))}"
    if rng.random() < 0.45:
        title = _cut(_prose(texts, rng), 22, rng).strip()
        venue = _pick(rng, texts.sinitic and [pair[0] for pair in _some(texts.sinitic, rng)]) + _pick(rng, VENUES)
        forms = [
            f"{_korean_name(rng)}, 「{title}」, 『{venue}』 제{volume}권 {number}호 ({year}), pp. {pages}.",
            f"{_korean_name(rng)}·{_korean_name(rng)}. {year}. “{title}.” 《{venue}》 {volume}({number}): {pages}.",
            f"{_korean_name(rng)}, 『{title}』 (서울: {venue}, {year}), {page}쪽.",
            f"{_korean_name(rng)} ({year}). {title}. {venue}, {volume}({number}), {pages}.",
        ]
    else:
        title, venue = _english(texts, rng, 3, 8), _english(texts, rng, 2, 4).title()
        who = _western_name(texts, rng)
        forms = [
            f"{who} {year}. “{title}.” {venue} {volume}({number}): {pages}.",
            f"{who}, {title} ({_pick(rng, texts.words).capitalize()}: {venue} Press, {year}), pp. {pages}.",
            f"{who} ({year}). {title}. {venue}, {volume}({number}), {pages}. https://doi.org/10.{rng.integers(1000, 9999)}/{_token(rng)}",
            f"{who} and {_western_name(texts, rng)}, eds. {year}. {title}. {venue}.",
            f"http://www.{_pick(rng, texts.words)}.{_pick(rng, ['com', 'org', 'go.kr', 'ac.kr', 'net'])}/{_token(rng)} (검색일: {year}.{number}.{volume % 28 + 1}.)",
            f"E-mail: {_pick(rng, texts.words)}{volume}@{_pick(rng, texts.words)}.{_pick(rng, ['ac.kr', 'com', 're.kr'])}",
        ]
    return _pick(rng, forms)


def _some(pairs: Sequence[tuple[str, str]], rng: Rng) -> list[tuple[str, str]]:
    return [pairs[int(index)] for index in rng.integers(len(pairs), size=3)]


def _token(rng: Rng) -> str:
    signs = "abcdefghijklmnopqrstuvwxyz0123456789-_./ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(signs[int(i)] for i in rng.integers(len(signs), size=int(rng.integers(4, 14))))


def _random_syllables(texts: Texts, rng: Rng) -> str:
    """Words that are none, so that every syllable is seen and none is guessed."""
    words = []
    for _ in range(11):
        count = int(rng.integers(1, 6))
        if rng.random() < 0.5:
            word = "".join(KS_SYLLABLES[int(i)] for i in rng.integers(len(KS_SYLLABLES), size=count))
        else:
            word = "".join(chr(0xAC00 + int(i)) for i in rng.integers(11172, size=count))
        words.append(word + (_pick(rng, PARTICLES) if rng.random() < 0.3 else "") + _stop(rng))
    return " ".join(words)


def _stop(rng: Rng) -> str:
    return _pick(rng, [",", ".", "?", "!", ";", ":", "·", "…"]) if rng.random() < 0.15 else ""


def _mixed_prose(texts: Texts, rng: Rng) -> str:
    """Prose in which one syllable in six is another, mostly one with a part in common."""
    line = list(_prose(texts, rng))
    for index, sign in enumerate(line):
        if alphabet.is_syllable(sign) and rng.random() < 0.17:
            parts = list(alphabet.syllable_parts(sign))
            which = int(rng.integers(3))
            parts[which] = int(rng.integers((19, 21, 28)[which]))
            line[index] = alphabet.parts_syllable(parts[0], parts[1], parts[2])
    return "".join(line)


def _hanja_line(texts: Texts, rng: Rng) -> str:
    words = []
    for _ in range(12):
        chance = rng.random()
        hangul, hanja = texts.sinitic[int(rng.integers(len(texts.sinitic)))]
        if chance < 0.5:
            every = alphabet.hanja()
            hanja = "".join(every[int(i)] for i in rng.integers(len(every), size=int(rng.integers(1, 5))))
        if chance < 0.6:
            words.append(hanja + (_pick(rng, PARTICLES) if rng.random() < 0.5 else "") + _stop(rng))
        elif chance < 0.8:
            words.append(f"{hangul}({hanja})" + _pick(rng, PARTICLES))
        else:
            left, right = _pick(rng, QUOTES)
            words.append(f"{left}{hanja}{right}")
    return _pick(rng, [" ", " ", ""]).join(words)


def _number(texts: Texts, rng: Rng) -> str:
    a, b, c = (int(rng.integers(1, top)) for top in (10000, 100, 32))
    forms = [f"{a}", f"{a:,}", f"{b}.{c}%", f"{b}.{c}", f"{1900 + b}년 {c % 12 + 1}월 {c}일", f"{1900 + b}.{c % 12 + 1}.{c}.",
             f"{b}~{b + c}", f"{b}-{c}", f"{a}{_pick(rng, COUNTERS)}", f"제{c}{_pick(rng, ['장', '절', '조', '항', '호', '권', '차', '회'])}",
             f"({c})", f"{c})", f"{b}/{c}", f"±{b}", f"{b}°", f"p < .0{c}", f"$ {a:,}", f"{a:,}원", f"{c}:{b:02}", f"−{b}.{c}",
             f"{1900 + b}년대", f"‘{b}", f"{a}×{b}", f"pp. {b}-{a}", f"No. {c}", f"Vol. {b}", f"{b}%p", f"{a}㎞", f"{b}℃"]
    return _pick(rng, forms)


def _numbers(texts: Texts, rng: Rng) -> str:
    return " ".join(_number(texts, rng) + _stop(rng) for _ in range(8))


def _heading(texts: Texts, rng: Rng) -> str:
    title = _cut(_prose(texts, rng), int(rng.integers(3, 16)), rng).strip()
    number = int(rng.integers(1, 12))
    marks = [f"{ROMAN[number - 1]}. ", f"{number}. ", f"{number}) ", f"({number}) ", f"제{number}장 ", f"{number}.{number % 4 + 1}. ",
             f"〈표 {number}〉 ", f"<그림 {number}> ", f"[표 {number}] ", f"{_pick(rng, '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳')} ", "가. ", "나) ",
             "※ ", "○ ", "● ", "□ ", "■ ", "◇ ", "- ", "· ", "★ ", "▲ ", "→ ", "§ ", "* ", "** ", "† ", "ⅰ) ", "ⅱ. ", "㉠ ", "주: ", "자료: ",
             f"Table {number}. ", f"Figure {number}: ", "Key words: ", "주제어: ", "국문초록 ", "Abstract ", f"- {number * 7} -", f"{number * 31}"]
    if rng.random() < 0.1:
        return " ".join(title.replace(" ", ""))  # set wide: 참 고 문 헌
    if rng.random() < 0.35:
        return f"{_pick(rng, ROMAN)}{_pick(rng, ['. ', '. ', '.', ' ', '-1. '])}{title}"
    return _pick(rng, marks) + title


def _signs(texts: Texts, rng: Rng) -> str:
    """Signs that hardly any corpus has, amid text, each as often as the next."""
    words = []
    for _ in range(12):
        chance = rng.random()
        if chance < 0.45:
            count = int(rng.integers(1, 4))
            words.append("".join(_pick(rng, alphabet.SIGNS[1:]) for _ in range(count)))
        elif chance < 0.55:
            words.append("".join(_pick(rng, GREEK) for _ in range(int(rng.integers(1, 5)))))
        elif chance < 0.65:
            words.append("".join(_pick(rng, JAMO) for _ in range(int(rng.integers(1, 4)))))
        elif chance < 0.8:
            words.append(_western_name(texts, rng))
        else:
            left, right = _pick(rng, QUOTES)
            words.append(left + _cut(_prose(texts, rng), int(rng.integers(1, 7)), rng).strip() + right)
    return " ".join(words)


def _codes(texts: Texts, rng: Rng) -> str:
    """Capitals, digits and both together, where neighbours tell nothing: O0 lI1 5S 8B."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    words = []
    for _ in range(9):
        count = int(rng.integers(2, 6))
        word = "".join(letters[int(i)] for i in rng.integers(26, size=count))
        chance = rng.random()
        if chance < 0.3:
            word += f"-{rng.integers(1, 200)}"
        elif chance < 0.45:
            word = _token(rng)
        elif chance < 0.7:
            word += _pick(rng, PARTICLES)
        elif chance < 0.8:
            word = str(rng.integers(1, 10**6))
        words.append(word)
    return " ".join(words)


Maker = Callable[[Texts, Rng], str]
MAKERS: tuple[tuple[Maker, float], ...] = (
    (_prose, 0.21),
    (_scholarly, 0.17),
    (_mixed_prose, 0.08),
    (_english_line, 0.11),
    (_reference, 0.09),
    (_random_syllables, 0.09),
    (_hanja_line, 0.10),
    (_numbers, 0.03),
    (_heading, 0.05),
    (_signs, 0.05),
    (_codes, 0.02),
)
WIDE = frozenset({_english_line})
"""Makers of narrow letters: their lines have nearly twice as many characters."""

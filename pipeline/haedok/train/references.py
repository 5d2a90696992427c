"""The apparatus of a paper: citations in the text, references at its end, marks of headings."""

from __future__ import annotations

from collections.abc import Mapping

from haedok.train.corpora import Texts
from haedok.train.phrases import (
    ROMAN,
    Rng,
    cut,
    english,
    korean_name,
    pick,
    prose,
    token,
    western_name,
)

VENUES = [
    "학보", "논총", "연구", "저널", "회보", "비평", "학술지", "논문집", "평론", "리뷰",
]  # fmt: skip
CITATIONS = [
    "({who} {year})",
    "({who} {year}, {page})",
    "{who}({year})",
    "({who}, {year}: {page})",
    "({year}: {page}-{end})",
    "[{item}]",
    "({who} et al. {year})",
]
KOREAN = [
    "{who[0]}, 「{title}」, 『{venue}』 제{volume}권 {number}호 ({year}), pp. {pages}.",
    "{who[1]}·{who[2]}. {year}. “{title}.” 《{venue}》 {volume}({number}): {pages}.",
    "{who[3]}, 『{title}』 (서울: {venue}, {year}), {page}쪽.",
    "{who[4]} ({year}). {title}. {venue}, {volume}({number}), {pages}.",
]
WESTERN = [
    "{who} {year}. “{title}.” {venue} {volume}({number}): {pages}.",
    "{who}, {title} ({city}: {venue} Press, {year}), pp. {pages}.",
    "{who} ({year}). {title}. {venue}, {volume}({number}), {pages}. https://doi.org/10.{doi}",
    "{who} and {other}, eds. {year}. {title}. {venue}.",
    "http://www.{site} (검색일: {year}.{number}.{day}.)",
    "E-mail: {mail}",
]
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MARKS = [
    "{roman}. ", "{number}. ", "{number}) ", "({number}) ", "제{number}장 ", "{number}.{part}. ",
    "〈표 {number}〉 ", "<그림 {number}> ", "[표 {number}] ", "{circled} ",
    "가. ", "나) ", "※ ", "○ ", "● ", "□ ", "■ ", "◇ ", "- ", "· ", "★ ", "▲ ", "→ ", "§ ",
    "* ", "** ", "† ", "ⅰ) ", "ⅱ. ", "㉠ ", "주: ", "자료: ", "Table {number}. ",
    "Figure {number}: ", "Key words: ", "주제어: ", "국문초록 ", "Abstract ", "- {page} -", "{far}",
]  # fmt: skip
"""What stands before a heading, an item, a caption; the last two are page numbers."""


def citation(texts: Texts, rng: Rng) -> str:
    """A citation in one of the usual styles."""
    who = western_name(texts, rng) if rng.random() < 0.5 else korean_name(rng)
    year, page = int(rng.integers(1890, 2026)), int(rng.integers(1, 900))
    item = int(rng.integers(1, 90))
    return pick(rng, CITATIONS).format(who=who, year=year, page=page, end=page + 9, item=item)


def reference(texts: Texts, rng: Rng) -> str:
    """An entry of a list of references, Korean or Western, or an address on the web."""
    year, volume, number = (
        int(rng.integers(low, high)) for low, high in ((1890, 2026), (1, 99), (1, 13))
    )
    page = int(rng.integers(1, 900))
    dash = pick(rng, ["-", "–", "~", "～", "∼"])
    issue = {"year": year, "volume": volume, "number": number, "page": page}
    pages = f"{page}{dash}{page + int(rng.integers(3, 60))}"
    form, fields = _korean(texts, rng) if rng.random() < 0.45 else _western(texts, rng, volume)
    return form.format(**issue, **fields, pages=pages)


def _korean(texts: Texts, rng: Rng) -> tuple[str, Mapping[str, object]]:
    """A form, and what is to be filled in beside the issue."""
    title = cut(prose(texts, rng), 22, rng).strip()
    subjects = [texts.sinitic[int(at)][0] for at in rng.integers(len(texts.sinitic), size=3)]
    venue = pick(rng, subjects) + pick(rng, VENUES)
    who = [korean_name(rng) for _ in range(5)]
    return pick(rng, KOREAN), {"title": title, "venue": venue, "who": who}


def _western(texts: Texts, rng: Rng, volume: int) -> tuple[str, Mapping[str, object]]:
    """A form, and what is to be filled in beside the issue, whose volume gives more numbers."""

    def word() -> str:
        return pick(rng, texts.words)

    fields = {
        "title": english(texts, rng, 3, 8),
        "venue": english(texts, rng, 2, 4).title(),
        "who": western_name(texts, rng),
        "city": word().capitalize(),
        "doi": f"{rng.integers(1000, 9999)}/{token(rng)}",
        "other": western_name(texts, rng),
        "site": f"{word()}.{pick(rng, ['com', 'org', 'go.kr', 'ac.kr', 'net'])}/{token(rng)}",
        "mail": f"{word()}{volume}@{word()}.{pick(rng, ['ac.kr', 'com', 're.kr'])}",
        "day": f"{volume % 28 + 1}",
    }
    return pick(rng, WESTERN), fields


def heading(texts: Texts, rng: Rng) -> str:
    """A heading, a caption or an item of a list, with its mark."""
    title = cut(prose(texts, rng), int(rng.integers(3, 16)), rng).strip()
    number = int(rng.integers(1, 12))
    circled = pick(rng, CIRCLED)
    if rng.random() < 0.1:
        return " ".join(title.replace(" ", ""))  # set wide: 참 고 문 헌
    if rng.random() < 0.45:
        return f"{pick(rng, ROMAN)}{pick(rng, ['. ', '. ', '.', ' ', '-1. '])}{title}"
    mark = pick(rng, MARKS).format(
        number=number, roman=ROMAN[number - 1], part=number % 4 + 1, circled=circled,
        page=number * 7, far=number * 31,
    )  # fmt: skip
    return mark + title

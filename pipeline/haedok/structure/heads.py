"""What does not belong to the text: running heads, page numbers, specks read as letters.

A running head is told by standing at the edge of a page and coming again on other pages; where a
text has lost its page breaks, by standing alone with a page number and the year or volume.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rapidfuzz import fuzz

from haedok.structure.lines import HANGUL, View
from haedok.structure.places import Place
from haedok.structure.signs import ends_sentence, sign_of

Furniture = Literal["running_head", "page_number", "other"]

PAGE_NUMBER = re.compile(r"[-–—·<\[(\s]*(?:제\s*)?(\d{1,4})\s*(?:쪽|면|/\s*\d{1,4})?[-–—·>\])\s]*$")
NUMBER_AT_EDGE = re.compile(r"(\d{1,4})\s+\S|.*\S\s+(\d{1,4})$")
PAGE_RANGE = re.compile(r"(\d{1,4})\s*[-–~∼]\s*(\d{1,4})\s*\.?\)?$")
VOLUME = re.compile(r"제?\s*\d+\s*[권호집]|\b(19|20)\d\d|[Vv]ol")

EDGE = 2
"""Heads stand on the first or last lines of a page: so many are looked at."""
ALIKE = 82.0
"""Two heads are the same one from this likeness on (rapidfuzz ratio): OCR errs in heads, too."""
SAME_HEIGHT = 0.006
"""Share of the page height by which the middles of two words of one line may differ."""


def furniture(lines: Sequence[View], places: Sequence[Place]) -> tuple[Furniture | None, ...]:
    """For each line: the piece of page furniture it is, or None for text. Blank lines are None."""
    spans = page_range(lines)
    edges = edge_lines(lines, places)
    repeated = _repeated(lines, places, edges) | _beside_numbers(lines, places, edges)
    return tuple(
        _furniture(index, lines, places, index in edges, index in repeated, spans)
        for index in range(len(lines))
    )


def _furniture(
    index: int,
    lines: Sequence[View],
    places: Sequence[Place],
    edge: bool,
    repeated: bool,
    spans: tuple[int, int] | None,
) -> Furniture | None:
    text, place = lines[index].plain, places[index]
    if not text:
        return None
    alone = edge or (not place.measured and _alone(index, lines, places))
    if alone and is_page_number(text):
        return "page_number"
    if repeated or (alone and not _opens(index, lines) and is_lone_head(text, spans)):
        return "running_head"
    before = lines[index - 1].plain if index else ""
    return "other" if is_speck(text, before, place) else None


def _alone(index: int, lines: Sequence[View], places: Sequence[Place]) -> bool:
    """Blank lines (or the end of the text) on both sides."""
    last = index + 1 == len(lines) or lines[index + 1].page != lines[index].page
    return (places[index].after_blank or index == 0) and (
        last or not lines[index + 1].text or places[index + 1].after_blank
    )


def _opens(index: int, lines: Sequence[View]) -> bool:
    """Whether it is the first line of the document: there the volume stands, not a head."""
    return not any(line.text for line in lines[:index])


def edge_lines(lines: Sequence[View], places: Sequence[Place]) -> frozenset[int]:
    """Indices of the first and last lines of each page that may be heads; none for one text."""
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        if line.text:
            pages.setdefault(line.page, []).append(index)
    found: set[int] = set()
    for own in pages.values():
        if places[own[0]].measured:
            down = sorted(own, key=lambda i: places[i].top)
            found |= {i for i in down[:EDGE] if places[i].top < 0.15}
            found |= {i for i in down[-EDGE:] if places[i].top > 0.85}
        elif len(pages) > 1:
            found |= {*own[:EDGE], *own[-EDGE:]}
    return frozenset(found)


def skeleton(text: str) -> str:
    """A head without what changes from page to page.

    >>> skeleton("108  국가전략 2021년 제27권 1호"), skeleton("국가전략 2021년 제27권 1호 110")
    ('국가전략#년제#권#호', '국가전략#년제#권#호')
    """
    bare = re.sub(r"\d+", "#", re.sub(r"\s+", "", re.sub(r"^\d+\s|\s\d+$", "", text.strip())))
    return bare.strip("-–—·|/")


def _may_be_title(index: int, lines: Sequence[View], places: Sequence[Place]) -> bool:
    """On the first page the title stands where later pages repeat it as their head."""
    first = lines[index].page == lines[0].page and lines[index].page != lines[-1].page
    return first and (places[index].size > 1.15 or not places[index].measured)


def _repeated(
    lines: Sequence[View], places: Sequence[Place], edges: frozenset[int]
) -> frozenset[int]:
    """Edge lines that come again at the edge of another page."""
    titles = {i for i in range(len(lines)) if lines[i].text and _may_be_title(i, lines, places)}
    bones = {index: skeleton(lines[index].plain) for index in sorted(edges | titles)}
    return frozenset(
        index
        for index, bone in bones.items()
        if len(bone) >= 3
        and index in edges
        and not _may_be_title(index, lines, places)
        and any(
            lines[index].page != lines[other].page and fuzz.ratio(bone, twin) >= ALIKE
            for other, twin in bones.items()
        )
    )


def _beside_numbers(
    lines: Sequence[View], places: Sequence[Place], edges: frozenset[int]
) -> frozenset[int]:
    """Edge lines on one height with a page number: the head that it belongs to."""
    heights = {
        (lines[i].page, places[i].top)
        for i in edges
        if places[i].measured and is_page_number(lines[i].plain)
    }
    return frozenset(
        i
        for i in edges
        if places[i].measured
        and any(
            lines[i].page == page and abs(places[i].top - top) < SAME_HEIGHT
            for page, top in heights
        )
    )


def is_page_number(text: str) -> bool:
    """A line with a page number and nothing else.

    >>> is_page_number("- 108 -"), is_page_number("108"), is_page_number("2021년")
    (True, True, False)
    """
    return bool(PAGE_NUMBER.fullmatch(text))


def page_range(lines: Sequence[View]) -> tuple[int, int] | None:
    """First and last page as the opening of the document gives them (``103~128``).

    >>> page_range([View(1, 1, "국가전략, 제27권 1호, 103~128.", "ko")])
    (103, 128)
    """
    opening = [line.plain for line in lines if line.text][:6]
    for text in opening:
        found = PAGE_RANGE.search(text)
        if found and int(found[1]) < int(found[2]) < int(found[1]) + 200:
            return int(found[1]), int(found[2])
    return None


def is_lone_head(text: str, spans: tuple[int, int] | None) -> bool:
    """A line that stands alone, has a page number at its edge, and a volume or a fitting page.

    >>> is_lone_head("108 국가전략 2021년 제27권 1호", None)
    True
    >>> is_lone_head("108 =P A27H 1%", (103, 128))
    True
    >>> is_lone_head("2 =] A o] S Ahstalat", (103, 128))
    False
    """
    found = NUMBER_AT_EDGE.fullmatch(text) or NUMBER_AT_EDGE.match(text)
    if found is None or len(text) > 60 or ends_sentence(text) or sign_of(text) == "caption":
        return False
    number = int(found[1] or found[2])
    rest = text.replace(found[1] or found[2], "", 1)
    return bool(VOLUME.search(rest)) or (spans is not None and spans[0] <= number <= spans[1])


def is_speck(text: str, before: str, place: Place) -> bool:
    """One to three signs that are no word: dirt, a rule, a letter torn from its line.

    >>> flat = Place()
    >>> is_speck("ot", "", flat), is_speck("다.", "필요하", flat), is_speck("II.", "", flat)
    (True, False, False)
    """
    bare = re.sub(r"\s", "", text)
    if not any(char.isalnum() for char in bare):
        return len(bare) <= 6
    if len(bare) > 3 or sign_of(text) is not None or place.size > 1.3:
        return False
    if HANGUL.search(bare):
        # The last word of a paragraph may be short; a lone syllable after a full stop is dirt.
        return len(HANGUL.findall(bare)) == 1 and (not before or ends_sentence(before))
    return not (bare.endswith(".") and bare[:-1].isdigit())

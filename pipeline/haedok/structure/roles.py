"""Paragraphs to roles: a paper is a front (title, authors, abstract), a body, and references.

An English front matter at the end of a Korean paper is found from its keywords or its ``Abstract``
backwards, and then read like any front.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from haedok.model import Role
from haedok.structure.lines import language
from haedok.structure.names import is_affiliation, is_author
from haedok.structure.paragraphs import Paragraph
from haedok.structure.signs import ends_sentence, label_end
from haedok.structure.spots import FULL

SHORT = 160
"""Characters: a longer paragraph of a front matter is no title and no name."""
REFERENCE = re.compile(
    r"^.{0,80}[.(]\s?(19|20)\d\d[a-z]?[.)]|\bpp?\.\s*\d|,\s*(19|20)\d\d\)?\.?$|https?://|[『「《]"
    r"|\d[-–]\d+\.?$|\bUniversity Press\b|: [A-Z][A-Za-z ]+(Press|Publish)"
)
DIRECT: dict[str, Role] = {
    "caption": "caption", "source": "caption", "dates": "other", "volume": "volume",
    "contact": "affiliation", "keywords": "keywords",
}  # fmt: skip


def roles(parts: Sequence[Paragraph], texts: Sequence[str]) -> tuple[Role, ...]:
    """One role for each paragraph; ``texts`` are their joined texts."""
    starts = english_fronts(parts, texts)
    found: list[Role] = []
    state = "front"
    for index in range(len(parts)):
        if index in starts:
            state = "front"
        role, state = _role(index, parts, texts, found, state)
        found.append(role)
    return tuple(found)


def _role(
    index: int, parts: Sequence[Paragraph], texts: Sequence[str], found: list[Role], state: str
) -> tuple[Role, str]:
    """Role of a paragraph, and the part of the paper that comes after it."""
    part, text = parts[index], texts[index]
    if part.kind != "flow":
        return part.kind, state
    said = _by_sign(part, text, state)
    if said is not None:
        return said
    if part.sign == "heading" and not (state == "front" and _is_title_place(found)):
        return "heading", "body"
    if state == "abstract":
        return _in_abstract(index, parts, texts, found)
    if state == "front":
        return _in_front(index, parts, texts, found)
    return _in_body(index, parts, texts), state


def _by_sign(part: Paragraph, text: str, state: str) -> tuple[Role, str] | None:
    """Role of a paragraph that says itself what it is; in the references all others are entries."""
    if part.sign in DIRECT:
        return DIRECT[part.sign], "front" if part.sign == "keywords" else state
    if part.sign == "abstract":
        return ("heading" if label_end(text) >= len(text) else "abstract"), "abstract"
    if part.sign == "references":
        return "heading", "references"
    return ("reference", state) if state == "references" else None


def _is_title_place(found: Sequence[Role]) -> bool:
    return not any(role not in ("volume", "running_head", "page_number", "other") for role in found)


def _in_abstract(
    index: int, parts: Sequence[Paragraph], texts: Sequence[str], found: list[Role]
) -> tuple[Role, str]:
    """An abstract ends with the keywords, a heading or a numbered item.

    Between the label and the abstract some journals repeat the title and the authors.
    """
    part, text = parts[index], texts[index]
    begun = "abstract" in found[-1:] or (len(part.spots) > 1 and ends_sentence(text))
    if not begun and len(text) <= SHORT and not ends_sentence(text):
        role = _name_or_title(text, found)
        if role is not None:
            return role, "abstract"
    if part.sign == "item" and "abstract" in found and not ends_sentence(text):
        return "heading", "body"
    return "abstract", "abstract"


def _name_or_title(text: str, found: Sequence[Role]) -> Role | None:
    """Below the label of an abstract: the title first, then names and institutions."""
    since = found[len(found) - 1 - found[::-1].index("heading") :] if "heading" in found else found
    if "title" not in since:
        return None if is_author(text) or "author" in since else "title"
    if is_author(text):
        return "author"
    return "affiliation" if is_affiliation(text) else "subtitle" if found[-1] == "title" else None


def _in_front(
    index: int, parts: Sequence[Paragraph], texts: Sequence[str], found: list[Role]
) -> tuple[Role, str]:
    """Title, authors and their places by length and shape; long paragraphs are the abstract."""
    part, text = parts[index], texts[index]
    run = _front_so_far(found)
    if len(text) > SHORT or (len(part.spots) > 1 and ends_sentence(text) and "title" in run):
        if "title" in run and abstract_follows(index, parts, texts):
            return "abstract", "front"
        return "body", "body"
    if part.sign in ("item", "bullet"):
        return _in_body(index, parts, texts), "body"
    if ends_sentence(text) and part.first.view.read and "title" not in run:
        return "body", "body"
    return _front_line(part, text, parts, found), "front"


def _front_line(part: Paragraph, text: str, parts: Sequence[Paragraph], found: list[Role]) -> Role:
    """A short paragraph of the front: the title first, then what its shape says."""
    run = _front_so_far(found)
    if "title" in run or "author" in run:
        if is_author(text):
            return "author"
        if is_affiliation(text):
            return "affiliation"
    return _second_line(part, text, parts, found) if "title" in run else "title"


def _front_so_far(found: Sequence[Role]) -> tuple[Role, ...]:
    """Roles since the last keywords or heading: those of the front matter being read."""
    for back, role in enumerate(reversed(found)):
        if role in ("keywords", "heading", "body", "reference"):
            return tuple(found[len(found) - back :])
    return tuple(found)


def _second_line(
    part: Paragraph, text: str, parts: Sequence[Paragraph], found: Sequence[Role]
) -> Role:
    """A short paragraph after the title: a subtitle, the title in the other language, or else."""
    last = found[-1]
    if last not in ("title", "subtitle"):
        return "other"
    above = parts[len(found) - 1].first.view
    if above.read and part.first.view.read and above.lang != part.first.view.lang:
        return "title"
    dashed = text[0] in "-–—:(<〈"
    return "subtitle" if dashed or last == "title" else "other"


def abstract_follows(index: int, parts: Sequence[Paragraph], texts: Sequence[str]) -> bool:
    """Whether an unlabelled long paragraph may be an abstract: keywords or a first heading follow.

    An abstract is short: at most six paragraphs and 4,000 characters.
    """
    length = 0
    flow = [i for i in range(index, len(parts)) if parts[i].kind == "flow"]
    for at, i in enumerate(flow):
        sign = parts[i].sign
        if at and sign in ("keywords", "heading"):
            return True
        length += len(texts[i])
        if at > 12 or length > 4000:
            return False
    return False


def _in_body(index: int, parts: Sequence[Paragraph], texts: Sequence[str]) -> Role:
    part, text = parts[index], texts[index]
    if part.sign == "item":
        return "heading" if is_numbered_heading(index, parts, texts) else "list"
    if part.sign == "bullet":
        return "list"
    if part.first.place.measured and not any(char.isalpha() for char in text):
        return "other"  # figures in a chart
    if looks_like_heading(part, text):
        return "heading"
    return "quote" if looks_like_quote(part) else "body"


def is_numbered_heading(index: int, parts: Sequence[Paragraph], texts: Sequence[str]) -> bool:
    """One line, no sentence, and not one of several numbered lines in a row."""
    part, text = parts[index], texts[index]
    if len(part.spots) > 2 or len(text) > 60 or ends_sentence(text) or text.endswith((",", ";")):
        return False
    neighbours = [i for i in (index - 1, index + 1) if 0 <= i < len(parts)]
    return not any(
        parts[i].sign == "item" and numbering(texts[i]) == numbering(text) for i in neighbours
    )


def numbering(text: str) -> str:
    """The style of a number, so that levels can be told apart.

    >>> numbering("1) 현황"), numbering("가. 현황"), numbering("12. 현황")
    ('#)', '가.', '#.')
    """
    found = re.match(r"[(]?(\d+|[가-하])\s*([.)]?)", text)
    if found is None:
        return text[:1]
    return ("#" if found[1].isdigit() else "가") + found[2]


def looks_like_heading(part: Paragraph, text: str) -> bool:
    """Larger than the text, or centred and set apart; one or two lines and no sentence."""
    place = part.first.place
    if not place.measured or len(part.spots) > 2 or len(text) > 60 or ends_sentence(text):
        return False
    running = part.spots[-1].place.fill >= FULL and not place.centred
    return (place.size > 1.15 and not running) or (place.centred and place.gap > 0.5)


def looks_like_quote(part: Paragraph) -> bool:
    """Moved in on the left in all lines, and smaller or with white above."""
    places = [spot.place for spot in part.spots]
    if len(places) < 2 or not all(place.measured for place in places):
        return False
    moved = all(place.indent >= 1.2 for place in places)
    return moved and (places[0].size < 0.95 or places[0].gap > 0.4)


def english_fronts(parts: Sequence[Paragraph], texts: Sequence[str]) -> frozenset[int]:
    """Where an English title starts whose abstract or keywords come later than the front."""
    starts: set[int] = set()
    for index, part in enumerate(parts):
        if part.sign not in ("keywords", "abstract") or _language(part, texts[index]) != "en":
            continue
        start = index
        for before in range(index - 1, -1, -1):
            if parts[before].kind != "flow":
                continue
            if not _may_be_front(parts[before], texts[before], label=part.sign == "abstract"):
                break
            start = before
        starts.add(start)
    return frozenset(starts)


def _may_be_front(part: Paragraph, text: str, label: bool) -> bool:
    """An English paragraph without a sign that is no reference; above a label, a short one."""
    if _language(part, text) != "en" or part.sign in ("heading", "references", "keywords"):
        return False
    if label and len(text) > 2 * SHORT:
        return False
    return not REFERENCE.search(text) or part.sign == "abstract"


def _language(part: Paragraph, text: str) -> str:
    return language(text) if part.first.view.read else "ko"

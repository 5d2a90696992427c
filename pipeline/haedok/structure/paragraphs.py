"""Lines to paragraphs: where one ends, and where one goes on over a page, a note or a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from haedok.structure.lines import HANGUL
from haedok.structure.names import is_author, is_name_line
from haedok.structure.signs import FOOTNOTE, Sign, ends_sentence
from haedok.structure.spots import FULL, Kind, Spot

INDENT = 0.7
"""A first line is moved in by at least so many ems."""
GAP = 0.55
"""White space above a paragraph, in ems, beyond that between its lines."""
ASIDE: frozenset[Sign] = frozenset(("caption", "source", "dates", "volume", "contact"))
"""Signs of what may stand in the middle of a paragraph without ending it."""
LABELS: frozenset[Sign] = frozenset(("abstract", "references"))
CARRIES_ON = tuple("의와과및에을를한된는은로고적인할")
"""A title's line that ends on one of these goes on in the next line."""
OPEN_WORDS = frozenset(
    ("a", "an", "the", "of", "for", "and", "in", "on", "to", "with", "by", "from", "at")
)
"""So does one that ends on one of these."""


class Paragraph(msgspec.Struct, frozen=True):
    """Lines that belong together, with the kind and sign of the first."""

    spots: tuple[Spot, ...]

    @property
    def first(self) -> Spot:
        """Its first line."""
        return self.spots[0]

    @property
    def kind(self) -> Kind:
        """What its lines are."""
        return self.first.kind

    @property
    def sign(self) -> Sign | None:
        """What its first line says it is."""
        return self.first.sign


def paragraphs(lines: Sequence[Spot]) -> tuple[Paragraph, ...]:
    """Group lines; paragraphs stand in the order of their first lines."""
    groups: list[list[Spot]] = []
    text: list[Spot] | None = None
    aside: list[Spot] | None = None
    listing = False
    for spot in lines:
        if spot.kind != "flow":
            if aside is not None and _same_aside(aside[-1], spot):
                aside.append(spot)
            else:
                groups.append(aside := [spot])
        elif aside is not None and aside[-1].kind == "flow" and caption_goes_on(aside[-1], spot):
            aside.append(_following(aside, spot))
        elif text is not None and _belongs(text, spot, listing, groups[-1] is not text):
            text.append(_following(text, spot))
            aside = None
        elif spot.sign in ASIDE and text is not None:
            groups.append(aside := [spot])
        else:
            groups.append(text := [spot])
            aside = None
            listing = spot.sign == "references" or (listing and not ends_list(spot))
    return tuple(Paragraph(tuple(group)) for group in groups)


def _belongs(text: list[Spot], spot: Spot, listing: bool, interrupted: bool) -> bool:
    """Whether a line goes on the paragraph that is open; in the references, the entry."""
    if listing and text[0].sign != "references":
        return not ends_list(spot) and reference_goes_on(text[-1], spot)
    return goes_on(text[-1], spot, interrupted)


def _following(group: list[Spot], spot: Spot) -> Spot:
    """A later line of a paragraph has the paragraph's sign: what it seems to say is accidental."""
    return msgspec.structs.replace(spot, sign=group[0].sign)


def ends_list(spot: Spot) -> bool:
    """Whether the references are over: an abstract or keywords begin, or a title is set large."""
    return spot.sign in ("abstract", "keywords") or (
        spot.place.measured and spot.place.centred and spot.place.size > 1.05
    )


def _same_aside(last: Spot, spot: Spot) -> bool:
    """Whether two lines that are not running text belong to one block."""
    if last.kind != spot.kind:
        return False
    if spot.kind == "footnote":
        return not FOOTNOTE.match(spot.text)
    return spot.kind in ("other", "table") and last.view.page == spot.view.page


def caption_goes_on(last: Spot, spot: Spot) -> bool:
    """Whether a line is the second line of a caption: as small, as near, and the first was full."""
    return (
        last.sign in ("caption", "source")
        and spot.sign is None
        and spot.view.page == last.view.page
        and not spot.place.after_blank
        and spot.place.gap < GAP / 2
        and last.unfinished
        and not last.place.differs(spot.place)
        and spot.place.measured
    )


def goes_on(last: Spot, spot: Spot, interrupted: bool) -> bool:
    """Whether ``spot`` continues the paragraph that ``last`` is the latest line of."""
    if last.sign == "volume" or (last.sign in LABELS and len(last.text) < 20):
        return False
    if spot.text[0] == "*" or (spot.sign is not None and not _accidental(last, spot)):
        return False
    if changes_script(last, spot) or is_author(last.text) or is_name_line(spot.text):
        return False
    if last.sign == "heading":
        return _heading_goes_on(last, spot) and not interrupted
    if last.place.measured and spot.place.measured:
        return _measured_goes_on(last, spot, interrupted)
    return _plain_goes_on(last, spot, interrupted)


def _accidental(last: Spot, spot: Spot) -> bool:
    """A number or bullet at the start of a line, in the middle of a sentence, is no sign."""
    weak = ("item", "bullet", "heading", "dates", "volume", "contact")
    if last.sign == "keywords" or (spot.sign == "heading" and not re.match("[IVX]", spot.text)):
        return False
    apart = spot.place.after_blank or spot.place.gap > GAP or spot.place.indent >= INDENT
    return spot.sign in weak and last.sign != spot.sign and last.unfinished and not apart


def changes_script(last: Spot, spot: Spot) -> bool:
    """Korean line above, wholly English line below (or the reverse), at a place that can end.

    A Korean sentence that is still open may hold a long English name. Lines of the wrong model are
    Korean in Latin letters, so clean English below one is always a new part.
    """
    if not (last.view.read and spot.view.read):
        return last.view.read != spot.view.read and "en" in (last.view.lang, spot.view.lang)
    ko, en = bool(HANGUL.search(last.text)), bool(HANGUL.search(spot.text))
    letters = sum(char.isalpha() for char in spot.text)
    return ko != en and letters > 8 and not (last.unfinished and not spot.place.after_blank)


def _heading_goes_on(last: Spot, spot: Spot) -> bool:
    """The second line of a long heading: set alike, directly below a full first one."""
    return (
        last.place.measured
        and spot.place.gap < GAP / 2
        and last.place.fill >= FULL
        and last.place.size > 1.08
        and not last.place.differs(spot.place)
    )


def _measured_goes_on(last: Spot, spot: Spot, interrupted: bool) -> bool:
    """By size, white space, indent and how full the line above is."""
    turned = interrupted or not _below(last, spot)
    widest = 2 * GAP if last.unfinished and spot.place.indent < INDENT else GAP
    if _set_apart(last, spot) or (spot.place.gap > widest and not turned):
        return False
    if last.place.centred or spot.place.centred:
        return _centred_goes_on(last, spot) and not (turned and not last.unfinished)
    if last.sign in ("item", "bullet"):  # hangs: its later lines are moved in, not its first
        return last.place.fill >= FULL
    moved_in = spot.place.indent >= INDENT and (
        turned or last.place.indent < spot.place.indent - INDENT / 2
    )
    full = last.place.fill >= FULL or (last.place.fill > 0.7 and not ends_sentence(last.text))
    return full and not moved_in


def _set_apart(last: Spot, spot: Spot) -> bool:
    """Of another size of type; in the middle of a sentence it is the measure that is doubted.

    An engine that reads a line twice may give its words the height of the whole crop.
    """
    flows = last.unfinished and spot.place.indent < INDENT and spot.place.gap < GAP / 2
    return last.place.differs(spot.place) and not flows


def _below(last: Spot, spot: Spot) -> bool:
    """Same page and column."""
    return last.view.page == spot.view.page and last.place.column == spot.place.column


def _centred_goes_on(last: Spot, spot: Spot) -> bool:
    """Two centred lines of a title, or full lines of a narrow block."""
    aligned = abs(spot.place.indent - last.place.indent) < INDENT / 2
    if last.place.fill >= FULL and (spot.place.indent < INDENT or aligned):
        return True
    full = last.place.fill >= FULL and last.place.size > 1.05
    both = (full or last.place.centred) and spot.place.centred
    return both and not ends_sentence(last.text)


def reference_goes_on(last: Spot, spot: Spot) -> bool:
    """Whether a line of the list of references belongs to the entry above it.

    Entries hang (their later lines are moved in), or else begin like an entry.
    """
    if spot.sign in LABELS or spot.sign in ("keywords", "dates"):
        return False
    if last.place.measured and spot.place.measured and _below(last, spot):
        if abs(spot.place.left - last.place.left) >= INDENT:
            return spot.place.left > last.place.left
        if spot.place.left >= INDENT:
            return True
    if spot.place.after_blank:
        return last.unfinished and not is_entry(spot.text)
    if last.place.fill < FULL and not leaves_open(last.text, spot.text):
        return False
    return not (is_entry(spot.text) and ENTRY_END.search(last.text))


ENTRY = re.compile(
    r"[가-힣]{2,5}(?:\s?[·ㆍ,&]\s?[가-힣]{2,5}|\s외)*\s?(?:[.,(]|\s편|\s역)|[A-Z][A-Za-z’'-]+,\s+[A-Z]"
    r"|[―—–_-]{2,}|\[?\d{1,3}[\].)]\s|[가-힣A-Za-z ]{2,30}[.,]?\s\(?(?:19|20)\d\d"
)
"""How an entry of the references begins: names, or a dash for the same names, or a number."""
ENTRY_END = re.compile(r"[.\d)」』》”]$")


def is_entry(text: str) -> bool:
    """Whether a line looks like the first of a reference.

    >>> is_entry("박휘락. 2020. “북한의"), is_entry("Kort, John. 2019."), is_entry("집, 70-95.")
    (True, True, False)
    """
    return bool(ENTRY.match(text))


def _plain_goes_on(last: Spot, spot: Spot, interrupted: bool) -> bool:
    """Without boxes: by fullness, sentence ends, and what a short line leaves open."""
    full = last.place.fill >= FULL - (0.0 if last.view.read else 0.25)
    ended = ends_sentence(last.text)
    if spot.place.after_blank or interrupted or last.view.page != spot.view.page:
        return full and not ended
    if spot.place.indent >= 1 > last.place.indent:
        return False
    if full:
        return True
    if last.sign == "item":  # a short numbered line is a heading, however its letters look
        return False
    return not ended and (not last.view.read or leaves_open(last.text, spot.text))


def leaves_open(text: str, following: str) -> bool:
    """Whether a short line without a full stop must go on: a title broken by sense.

    >>> leaves_open("나토 핵공유 체제의", "현황과"), leaves_open("An Introduction", "and a")
    (True, True)
    >>> leaves_open("박휘락", "국민대학교")
    False
    """
    tail = text.rstrip()[-1:]
    if tail in ",:-–([“‘·" or following[:1].islower():
        return True
    if text.split()[-1:] and text.rsplit(maxsplit=1)[-1].lower() in OPEN_WORDS:
        return True
    korean = len(text.split()) > 1 and tail in CARRIES_ON
    return korean and bool(HANGUL.match(following[:1]) or following[:1] in "“‘'\"「『")

"""What belongs between two lines of a paragraph: a space, nothing, or less than nothing.

Korean breaks words at line ends without a hyphen; English breaks them with one, which is then
indistinguishable from the hyphen of ``long-term``. The document's own words decide first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

Joins = Callable[[str, str], float]
"""``joins(left line, right line)``: probability that no space belongs between them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HYPHENS = "-‐­¬"
KEPT_FIRST = _words(
    """
    long short well self non half high low full part cross inter post pre pro anti ex all
    semi mid multi co one two three four five six first second third old new far near large
    small single double so air sea ground sub-state non-state decision policy state
    third-party US UN EU ROK North South East West Sino Anglo Russo Franco
    """
)
"""First halves whose hyphen is their own, when the second half is a word."""
ENDINGS = _words(
    """
    ment ments ness ship ships tion tions sion sions ing ings ed er ers est ly able ible ity
    ities ous ive al ical ally ary ory ance ence ant ent ful less ism ist ists ize ise izing
    ization ation ations ate ated ating ure ures ty ties cy cies
    """
)
"""A second half that is no word of its own: the hyphen was only the line's."""
PARTICLE = re.compile(
    r"(?:이라는|이라고|이라|라는|라고|이며|이고|이나|으로서|으로써|으로부터|으로|로서|로써|로부터|로|에서의|에서는|에서도|에서"
    r"|에게서|에게|에는|에도|에의|에|까지|부터|마다|만이|만을|만|보다|처럼|조차|밖에|들이|들은|들을|들의|들에게|들|이|가|은|는|을|를|의"
    r"|와의|와|과의|과|도|나|다|이다|이었|였|인|임|하고|하는|하여|하였다|한다|했다|하지|하며|하면|할|함|되는|되어|되었다|된다|적인|적으로|적)"
    r"(?=[\s.,;:)\]”’」』]|$)"
)
COUNTERS = re.compile(
    r"(?:년|월|일|개|명|차|호|권|조|항|절|장|억|만|천|여|세기|위|회|척|기|발|퍼센트|달러|킬로|톤|쪽|면|대)"
)
AUXILIARY = re.compile(
    r"(?:않|못하|있[다는었을고으]|없[다는었을고으]|것[이은을으도]|수\s|때문|위하여|대하여)"
)
"""Beginnings of words that stand apart but lean on the word before."""
LEANS = ("고자", "아야", "어야", "려고")
"""Verb endings that an auxiliary follows."""
FREE_SYLLABLES = frozenset(
    "그이저및등수것때한두세네각본전후더잘못안또즉왜약총제매몇만뿐채듯데바점중내외간후땐"
)
"""Syllables that are words of their own, so that one alone at a line end is no torn word."""
TAILS = frozenset("는은을를의에로고며서면도와과지게던할한된될인적여라")
"""Syllables that most often end a word."""


class Words(msgspec.Struct, frozen=True):
    """The document's own words, each seen inside a line, where no line end can have cut it."""

    korean: frozenset[str]
    english: frozenset[str]
    hyphened: frozenset[str]


def words_of(lines: Iterable[str]) -> Words:
    """Collect the whole words of a document; first and last of a line are left out.

    >>> sorted(words_of(["the long-term nuclear balance is 핵공유 체제의 현황"]).english)
    ['balance', 'is', 'long', 'nuclear', 'term']
    """
    korean, english, hyphened = set[str](), set[str](), set[str]()
    for line in lines:
        for word in line.split()[1:-1]:
            korean |= set(re.findall(r"[가-힣]{2,}", word))
            english |= {part.lower() for part in re.findall(r"[A-Za-z]{2,}", word)}
            hyphened |= {part.lower() for part in re.findall(r"[A-Za-z]+-[A-Za-z]+", word)}
    return Words(frozenset(korean), frozenset(english), frozenset(hyphened))


def join(left: str, right: str, words: Words, joins: Joins) -> tuple[int, str]:
    """How many characters to drop from the end of ``left``, and what to put between.

    >>> none = Words(frozenset(), frozenset(), frozenset())
    >>> join("applying the nu-", "clear sharing", none, lambda a, b: 0.5)
    (1, '')
    >>> join("allies in the US-", "South Korea Alliance", none, lambda a, b: 0.5)
    (0, '')
    """
    if left[-1:] in HYPHENS and len(left) > 1 and left[-2].isalnum():
        return hyphen(left, right, words)
    return 0, separator(left, right, joins)


def hyphen(left: str, right: str, words: Words) -> tuple[int, str]:
    """Whether a hyphen at a line end is the word's (keep it) or the line's (drop it).

    >>> words = Words(frozenset(), frozenset({"relation", "ship"}), frozenset({"low-yield"}))
    >>> hyphen("a relation-", "ship with", words), hyphen("a low-", "yield bomb", words)
    ((1, ''), (0, ''))
    >>> hyphen("a long-", "term plan", words), hyphen("pp. 52-", "63", words)
    ((0, ''), (0, ''))
    """
    head = re.search(rf"([A-Za-z]+)[{HYPHENS}]$", left)
    tail = re.match(r"[A-Za-z]+", right)
    if left[-1] in "­¬":  # soft hyphens are always the line's
        return 1, ""
    if head is None or tail is None or tail.group()[0].isupper():
        return 0, ""
    first, second = head[1], tail.group()
    if (first + second).lower() in words.english:
        return 1, ""
    if f"{first}-{second}".lower() in words.hyphened:
        return 0, ""
    if second in ENDINGS or len(first) == 1:
        return 1, ""
    known = {first.lower(), second} <= words.english
    return (0, "") if known or first in KEPT_FIRST or first.lower() in KEPT_FIRST else (1, "")


def separator(left: str, right: str, joins: Joins) -> str:
    """A space or nothing, by the two signs that meet; ``joins`` decides between two syllables.

    >>> never = lambda a, b: 0.0
    >>> separator("ICBM", "을 개발", never), separator("2020", "년", never)
    ('', '')
    >>> separator("확장억제", "(extended", never), separator("했다.", "그러나", never)
    ('', ' ')
    """
    end, start = left[-1:], right[:1]
    if not end or not start:
        return ""
    if (
        end in "([{“‘「『《〈<"
        or start in ")]}”’」』》〉,.;:?!%"
        or end in "/~∼–"
        or start in "/~∼"
    ):
        return ""
    if start == "(":
        return "" if _hangul(end) or end in "”’」』" else " "
    if end in "·" or start in "·":
        return ""
    if _hangul(start):
        return _before_hangul(left, right, joins)
    return " "


def _before_hangul(left: str, right: str, joins: Joins) -> str:
    end = left[-1]
    if "㐀" <= end <= "鿿" and "㐀" <= right[0] <= "鿿":
        return ""
    if _hangul(end):
        return "" if joins(left, right) >= 0.5 else " "
    if end.isdigit() and COUNTERS.match(right):
        return ""
    if (end.isalnum() or end in ")]”’」』%") and PARTICLE.match(right):
        return ""
    return " "


def _hangul(char: str) -> bool:
    """A syllable or a Hanja: what Korean breaks at a line end without a hyphen."""
    return "가" <= char <= "힣" or "㐀" <= char <= "鿿"


def by_words(words: Words) -> Joins:
    """A ``joins`` from the document's own words and the shape of eojeol, for want of a model.

    >>> guess = by_words(Words(frozenset({"동북아시아"}), frozenset(), frozenset()))
    >>> guess("현황과 동북", "아시아 도입"), guess("핵공유 체제의", "현황")
    (0.95, 0.1)
    """

    def guess(left: str, right: str) -> float:
        head = re.search(r"[가-힣]+$", left)
        tail = re.match(r"[가-힣]+", right)
        if head is None or tail is None:
            return 0.5
        hangs = head.start() > 0 and not left[head.start() - 1].isspace()
        if hangs and PARTICLE.fullmatch(head.group()):  # ``(balance)을``: the word is complete
            return 0.1
        return _joined(head.group(), tail.group(), right, words)

    return guess


def _joined(head: str, tail: str, right: str, words: Words) -> float:
    """The first sign that applies decides; likelier signs stand first."""
    whole = head + tail
    seen = {whole, *(whole[:-cut] for cut in (1, 2) if len(tail) > cut)} & words.korean
    long = len(head) > 1
    signs = (
        (long and head[-1] in "은을를의며" and not re.match(r"[은는을를의]", tail), 0.1),
        (long and bool(head.endswith(LEANS) or AUXILIARY.match(right)), 0.1),
        (bool(seen), 0.95),
        (bool(PARTICLE.match(right)), 0.9),
        (not long and head not in FREE_SYLLABLES, 0.85),
        (long and head[-1] in TAILS, 0.1),
        (head in words.korean, 0.25),
        (bool({tail, tail[:-1]} & words.korean), 0.35),
    )
    return next((value for applies, value in signs if applies), 0.55)

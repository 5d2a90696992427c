"""What a line of a text layer gives away about its own damage, from its characters alone.

Each sign looks for one accident and one visible list asks for them in order of certainty. All work
on NFC: syllables that come in parts are no damage, for they can be put together exactly.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from haedok.repair import latin, lexicon, mojibake, spacing_odds
from haedok.repair import spacing_model as spaces
from haedok.words import is_english

Sign = Callable[[str], int]
"""How many letters and signs of a line are damaged in one way."""

_UNUSABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BULLET = re.compile(rf"(?<!\S){_UNUSABLE.pattern}(?!\S)|(?<![^\W\d_])[\uf020-\uf0ff](?![^\W\d_])")
"""Signs of Symbol, Wingdings and Hancom's own, that stand alone: they spoil no words."""
_HANGUL = re.compile("[가-힣]+")
_LATIN = re.compile("[A-Za-z]{4,}")
_MARKS = re.compile(r"(?<![^\s(\"“‘'])\?{2,}")
_LEADERS = re.compile(r"(?:[.·…] ?){4,}")

_SIGNS = frozenset("!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~")
MIN_SYMBOLS = 8
UNUSABLE = 0.1
"""Part of a line; less only counts where it stands within words."""


def normal(text: str) -> str:
    """NFC, in which everything here is judged."""
    return unicodedata.normalize("NFC", text)


def letters(text: str) -> int:
    """Letters and digits: what a line weighs."""
    return sum(char.isalnum() for char in text)


def without_unicode(text: str) -> int:
    """U+FFFD, private use and control codes, unless they are bullets.

    >>> without_unicode("\ufffd\ufffd은 평화를"), without_unicode("\uf0b7 평화를")
    (2, 0)
    """
    found = len(_UNUSABLE.findall(_BULLET.sub("", text)))
    if not found:
        return 0
    within = any(
        _UNUSABLE.search(word) and any(char.isalpha() for char in word)
        for word in _BULLET.sub("", text).split()
    )
    return found if within or found >= UNUSABLE * len(text) else 0


def question_marks(text: str) -> int:
    """Question marks instead of letters.

    >>> question_marks("??? ???? ?? 2019 ???"), question_marks("정말? 왜??")
    (12, 0)
    """
    runs = _MARKS.findall(text)
    marks = sum(map(len, runs))
    return marks if len(runs) >= 2 and marks >= 5 else 0


def wrong_code_page(text: str) -> int:
    """Bytes of one encoding read as another.

    >>> wrong_code_page("ºÏÇÑÀÌ ¹Ì±¹ÀÇ"), wrong_code_page("Łukasiewicz, Müller, Dvořák")
    (12, 0)
    """
    if text.isascii():
        return 0
    return sum(len(text[r.start : r.end].replace(" ", "")) for r in mojibake.recover(text))


SENSELESS = -9.5
"""Mean log-probability of the syllables of a line; prose has about -5.5, random ones below -12."""
NEVER = -14.0
"""Log-probability of a syllable in its word; a name from abroad seldom has one below."""
KINDS, RATE = 2, 0.003
"""How many different ones a page must have, and which part of its Hangul they must be. Pages full
of names from abroad have one (``녜``), those with a twentieth of their glyphs wrong at least 2."""


@cache
def _pairs() -> tuple[dict[str, int], dict[str, int]]:
    """How often two syllables follow each other, and how often each does, with word ends."""
    pairs: dict[str, int] = {}
    for word, count in lexicon.eojeols().items():
        for one, other in pairwise(f"^{word}$"):
            pairs[one + other] = pairs.get(one + other, 0) + count
    return pairs, dict(lexicon.syllables())


def strangeness(word: str) -> tuple[float, ...]:
    """Log-probability of each syllable of a word, given the better of its two neighbours."""
    pairs, single = _pairs()
    total = lexicon.syllables().total()
    marked = f"^{word}$"
    found = []
    for at in range(1, len(marked) - 1):
        here = single.get(marked[at], 0)
        alone = math.log((here + 0.1) / total)
        before = math.log((pairs.get(marked[at - 1 : at + 1], 0) + 0.02) / (total / 4))
        after = math.log((pairs.get(marked[at : at + 2], 0) + 0.02) / (total / 4))
        found.append(max(alone - 2.0, before, after) if here else alone)
    return tuple(found)


def senseless(text: str) -> int:
    """Hangul made of syllables that nobody writes: a wrong character map.

    >>> senseless("뷁쉙쒧 뙻뉅쮔 2019"), senseless("얇은 종이를 뚫고 읊은 시를 훑었다")
    (6, 0)
    """
    hangul = "".join(_HANGUL.findall(text))
    if len(hangul) < 4:
        return 0
    if lexicon.commonness(hangul) < SENSELESS:
        return len(hangul)
    return 0


def strange_syllables(texts: Sequence[str]) -> list[str]:
    """Hangul syllables that hardly can be what is printed, as often as they occur.

    >>> strange_syllables(["북펃의 핵윕협을 검토하였다."])
    ['펃', '윕']
    """
    words = (word for text in texts for word in _HANGUL.findall(normal(text)))
    return [
        syllable
        for word in words
        for syllable, chance in zip(word, strangeness(word), strict=True)
        if chance < NEVER
    ]


def is_wrongly_mapped(texts: Sequence[str]) -> bool:
    """Does a page have so many strange syllables that its character map must be wrong?

    >>> is_wrongly_mapped(["북한의 핵위협을 검토하였다."]), is_wrongly_mapped(["북펃의 핵윕협을"])
    (False, True)
    """
    strange = strange_syllables(texts)
    hangul = sum(len(word) for text in texts for word in _HANGUL.findall(normal(text)))
    return len(set(strange)) >= KINDS and len(strange) >= max(KINDS, RATE * hangul)


SYMBOLS = 0.3
"""Part of a page's characters that stands in lines of signs alone; in listings it is a tenth."""


def is_symbols(texts: Sequence[str]) -> bool:
    """Are glyph numbers taken for characters: ``!"#$% &'() *+``?

    >>> is_symbols(['!"#$%', "( ) *", "+ ! , ! -+"]), is_symbols(["x = {a: [1, 2]}; // done"])
    (True, False)
    """
    everything = sum(len(text.replace(" ", "")) for text in texts)
    found = 0
    for text in texts:
        bare = _LEADERS.sub("", text).replace(" ", "")
        signs = [char for char in bare if char in _SIGNS]
        if 2 * len(signs) > len(bare) and 4 * letters(bare) < len(bare):
            found += len(bare)
    return everything >= MIN_SYMBOLS and found > SYMBOLS * everything


def wrong_model(text: str) -> int:
    """Letters of the words that a Latin model made of Hangul; leaders of dots say nothing."""
    text = _LEADERS.sub(" ", text)
    if lexicon.has_hangul(text) or latin.damage(text) < 0.9:
        return 0
    return sum(letters(text[w.start : w.end]) for w in latin.words(text) if w.damaged >= 0.5)


BACKWARDS = 12.0
"""Nats by which a line must make more sense from its end."""


def reversed_words(text: str) -> int:
    """Letters of a line whose words are words when read backwards.

    >>> reversed_words("는하토검 를제체 유공핵 는서에문논 이")
    16
    >>> reversed_words("이 논문에서는 핵공유 체제를 검토하는")
    0
    """
    gain = 0.0
    for word in _HANGUL.findall(text):
        gain += sum(strangeness(word[::-1])) - sum(strangeness(word))
    for word in _LATIN.findall(text):
        gain += 3.0 * (is_english(word[::-1]) - is_english(word))
    return letters(text) if gain > BACKWARDS else 0


MUST = 3.0
"""Log-odds from which on nobody leaves a space out."""
LOST, LEAST_LOST = 0.6, 4


def lost_spaces(text: str) -> int:
    """Letters of a line most of whose word spaces are missing.

    >>> lost_spaces("이행하지않을수있다는점을강조하였으며그결과를보고하였다") > 20
    True
    >>> lost_spaces("이행하지 않을 수 있다는 점을 강조하였으며 그 결과를 보고하였다")
    0
    """
    if len(text) < 10:
        return 0
    line = spacing_odds.taken_apart(text)
    if len(line.chars) < 10:
        return 0
    sure = (spaces.log_odds(line.chars) >= MUST) & line.open
    missing, kept = int((sure & ~line.spaces).sum()), int(line.spaces.sum())
    if missing < LEAST_LOST or missing < LOST * (missing + kept):
        return 0
    return letters(text)


UNMAPPED = "characters without a Unicode value"
MODEL = "made by a model that knows no Hangul"
SIGNS: tuple[tuple[str, Sign], ...] = (
    (UNMAPPED, without_unicode),
    ("question marks for letters", question_marks),
    ("decoded with a wrong code page", wrong_code_page),
    ("senseless Hangul", senseless),
    ("reversed order", reversed_words),
    (MODEL, wrong_model),
    ("word spaces lost", lost_spaces),
)
"""Asked in this order; the first that finds something speaks for the line."""


def line_sign(text: str) -> tuple[str, int]:
    """The damage of a line and how many of its letters it concerns; nothing and 0 if sound."""
    text = normal(text)
    for name, sign in SIGNS:
        found = sign(text)
        if found:
            return name, found
    return "", 0

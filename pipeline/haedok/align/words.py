"""English words and Korean inflection, as far as finding a word in a dictionary needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator


def _words(text: str) -> list[str]:
    return text.split()


FUNCTION_WORDS = frozenset(
    _words(
        """
    a about after all also am an and any are as at be because been before being between both
    but by can could did do does doing down during each for from further had has have having
    he her here hers him his how i if in into is it its itself just me more most my no nor
    not now of off on once only or other our out over own same she should so some such than
    that the their theirs them then there these they this those through to too under until
    up us very was we were what when where which while who whom why will with would you your
    s t may might must shall upon one's someone something oneself make let get one
    """
    )
)
IRREGULAR = dict(
    pair.split("=")
    for pair in _words(
        """
    said=say made=make gave=give given=give took=take taken=take went=go gone=go came=come
    saw=see seen=see knew=know known=know thought=think told=tell found=find left=leave
    held=hold brought=bring began=begin begun=begin kept=keep wrote=write written=write
    stood=stand met=meet led=lead lost=lose paid=pay sent=send built=build fell=fall
    fallen=fall spoke=speak spoken=speak rose=rise risen=rise grew=grow grown=grow won=win
    broke=break broken=break chose=choose chosen=choose men=man women=woman children=child
    people=person feet=foot lives=life wives=wife bought=buy caught=catch taught=teach
    fought=fight sold=sell spent=spend died=die dying=die felt=feel heard=hear meant=mean
    ran=run sat=sit drove=drive driven=drive flew=fly shot=shoot struck=strike
    understood=understand won=win better=good best=good worse=bad worst=bad
    """
    )
)
VOWEL = re.compile(r"[aeiouy]")


def stem(word: str) -> str:
    """A word without its inflection; the same cut is made in dictionary and text.

    >>> [stem(w) for w in ("Weapons", "balanced", "balancing", "policies", "planned", "said")]
    ['weapon', 'balanc', 'balanc', 'polici', 'plan', 'say']
    """
    word = word.lower().replace("’", "'").removesuffix("'s").strip("'")
    word = IRREGULAR.get(word, word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    for ending in ("ing", "ed", "ly"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and VOWEL.search(base):
            word = base[:-1] if base[-1] == base[-2] and base[-1] not in "lsz" else base
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def english_words(text: str) -> list[str]:
    """Words that mean something, as they stand.

    >>> english_words("The NATO’s sharing of 110 weapons is a plan.")
    ['NATO’s', 'sharing', 'weapons', 'plan']
    """
    found = re.findall(r"[A-Za-z][A-Za-z'’]*", text)
    return [word for word in found if word.lower() not in FUNCTION_WORDS]


def compose(lead: int, vowel: int, tail: int = 0) -> str:
    """A syllable from the numbers of its letters."""
    return chr(0xAC00 + (lead * 21 + vowel) * 28 + tail)


def decompose(syllable: str) -> tuple[int, int, int]:
    """Numbers of initial, vowel and final (0: none) of a syllable."""
    code = ord(syllable) - 0xAC00
    return code // 588, code % 588 // 28, code % 28


PAST_VOWEL = {0: 0, 4: 4, 8: 9, 13: 14, 18: 4, 20: 6, 1: 1, 5: 5, 6: 6, 11: 10}
"""ㅏ ㅓ stay, ㅗ→ㅘ ㅜ→ㅝ ㅡ→ㅓ ㅣ→ㅕ ㅐ ㅔ ㅕ stay, ㅚ→ㅙ: what -어/-었- makes of an open stem."""


def inflections(verb: str) -> Iterator[str]:
    """Beginnings that the forms of a verb or adjective share; ``verb`` without its final -다.

    >>> sorted(inflections("보이"))
    ['보여', '보였', '보이', '보인', '보일', '보임', '보입']
    """
    yield verb
    lead, vowel, tail = decompose(verb[-1])
    if tail:
        return
    for final in (4, 8, 16, 17):  # -ㄴ -ㄹ -ㅁ -ㅂ
        yield verb[:-1] + compose(lead, vowel, final)
    past = 1 if verb[-1] == "하" else PAST_VOWEL.get(vowel)
    if past is not None:
        yield verb[:-1] + compose(lead, past)
        yield verb[:-1] + compose(lead, past, 20)

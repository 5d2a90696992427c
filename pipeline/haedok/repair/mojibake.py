"""Bytes read with the wrong code page: exact inverses, accepted only when the result is certain.

The badness check comes first: only runs that hold letters which no sound line has are tried. A
reading is accepted when the bytes go back and forth without loss and the Hangul they give is
Hangul that people write. After ftfy's plan (Speer 2019): small steps, one visible list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from haedok.repair import byte_chain, language, lexicon, lossy

CERTAIN = 0.999
MAX_DEPTH = 3
"""Text that was mistaken more than three times over has not been met."""


class Mistake(NamedTuple):
    """Bytes of encoding ``right`` that a program took for encoding ``wrong``."""

    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.right} read as {self.wrong}"


MISTAKES: tuple[Mistake, ...] = (
    # UTF-8 has so strict a grammar that it comes first: hardly anything else passes for it.
    Mistake("cp1252", "utf-8"),
    Mistake("latin-1", "utf-8"),
    Mistake("cp949", "utf-8"),
    Mistake("cp932", "utf-8"),
    Mistake("gbk", "utf-8"),
    Mistake("mac_roman", "utf-8"),
    Mistake("cp437", "utf-8"),
    Mistake("cp1252", "cp949"),
    Mistake("latin-1", "cp949"),
    Mistake("cp932", "cp949"),
    Mistake("gbk", "cp949"),
    Mistake("big5", "cp949"),
    Mistake("mac_roman", "cp949"),
    Mistake("cp1252", "johab"),
    Mistake("latin-1", "johab"),
    Mistake("cp949", "johab"),
    Mistake("cp932", "johab"),
    Mistake("gbk", "johab"),
    Mistake("mac_roman", "johab"),
    Mistake("cp437", "cp949"),
    Mistake("cp437", "johab"),
)
EAST_ASIAN = {"cp949", "cp932", "gbk", "big5"}
"""These turn nearly any bytes into text: there the words of the result must be known ones."""

# Common enough to be Korean prose; text decoded wrongly scores below -9 nearly always.
COMMON = -7.5
COMMON_UTF8 = -9.0
UNHEARD_OF = -10.0
"""Below this, syllables are no word; nonsense from Hanja is nearly always."""
LOSSY: tuple[Mistake, ...] = tuple(
    Mistake(wrong, right)
    for right in ("utf-8", "cp949", "johab")
    for wrong in ("cp1252", "latin-1", "cp949", "cp932", "gbk")
    if wrong != right
)
"""Mistakes that are looked for where bytes are gone, too."""

# Mistaken text may stand beside sound Korean: first runs of words without Hangul, then any word.
PIECES = tuple(
    re.compile(rf"{word}(?: {word})*")
    for word in (r"[^ \t가-힣]*[^\x00-\x7f가-힣][^ \t가-힣]*", r"[^ \t]*[^\x00-\x7f][^ \t]*")
)
# Only a blank and a tab part words: a no-break space may be a byte.


class Recovered(NamedTuple):
    """A span of the raw text, what it reads (None: bytes are gone), how sure, and the steps."""

    start: int
    end: int
    reading: str | None
    steps: tuple[str, ...]
    sure: float = CERTAIN


def recover(text: str) -> tuple[Recovered, ...]:
    """All spans of a line that are bytes read with the wrong code page.

    >>> recover("제목: ¾È³çÇÏ¼¼¿ä")[0].reading
    '안녕하세요'
    >>> recover("Müller, François, Łukasiewicz: “naïve” café — 5 °C")
    ()
    """
    if not _is_suspect(text):
        return ()
    whole = _read(text)
    if whole:
        return (_trimmed(text, 0, whole),)
    pieces = _in_pieces(text)
    if pieces and "\ufffd" not in text and not _is_suspect(_with(text, pieces)):
        return pieces
    return _partly(text) or pieces


def _in_pieces(text: str) -> tuple[Recovered, ...]:
    """Runs of words that are mistaken bytes with nothing missing."""
    for piece in PIECES:
        found = [_recover_piece(match) for match in piece.finditer(text)]
        if any(found):
            return tuple(one for one in found if one)
    return ()


def _with(text: str, found: tuple[Recovered, ...]) -> str:
    """The text as it reads then."""
    for one in reversed(found):
        text = text[: one.start] + (one.reading or "") + text[one.end :]
    return text


def _partly(text: str) -> tuple[Recovered, ...]:
    """Mistaken bytes beside sound text, or with bytes missing: the mistake that explains most."""
    best: tuple[float, tuple[lossy.Span, ...]] | None = None
    why = ""
    for mistake in LOSSY:
        if not _may_be(text, mistake.wrong):
            continue
        found = lossy.read(text, mistake.wrong, mistake.right)
        if found and (best is None or found[0] > best[0]):
            best, why = found, str(mistake)
    if best is None:
        return ()
    return tuple(
        Recovered(span.start, span.end, span.reading, (why,), CERTAIN * span.sure)
        if span.reading is not None
        else Recovered(span.start, span.end, None, (f"{why}, bytes gone",))
        for span in best[1]
    )


_LATIN_SIGNS = "[\x80-\xb6\xb8-\xff\u0152-\u0192\u02c6\u02dc\u2020-\u2021\u20ac\u2122\ufffd]"
_SIGNS_OF: dict[str, re.Pattern[str]] = {
    "cp1252": re.compile(f"{_LATIN_SIGNS}(?:.*?{_LATIN_SIGNS}){{3}}"),
    "latin-1": re.compile("[\x80-\xff](?:.*?[\x80-\xff]){3}"),
    "cp932": re.compile("[\uff61-\uff9f]|[\u4e00-\u9fff].*[\u4e00-\u9fff]"),
    "gbk": re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff].*[\u4e00-\u9fff]"),
}
"""What a line must have before a code page is tried: a few letters of Western text are none."""
_KANA = re.compile("[\u3041-\u30ff]")


def _may_be(text: str, wrong: str) -> bool:
    """Has the line letters of this wrong code page that nobody writes?"""
    if wrong == "cp949":
        return bool(_rare_hangul().search(text))
    if wrong in ("gbk", "cp932") and (_KANA.search(text) or lexicon.has_hangul(text)):
        return wrong == "cp932" and bool(_HALFWIDTH_KATAKANA.search(text))
    return bool(_SIGNS_OF[wrong].search(text))


def _recover_piece(match: re.Match[str]) -> Recovered | None:
    found = _read(match.group())
    return _trimmed(match.group(), match.start(), found) if found else None


def _trimmed(raw: str, offset: int, found: tuple[str, tuple[str, ...]]) -> Recovered:
    """Leave alike ASCII at both ends out of the span: what did not change was not damaged."""
    reading, steps = found
    head = 0
    while head < min(len(raw), len(reading)) and raw[head] == reading[head]:
        head += 1
    tail = 0
    while tail < min(len(raw), len(reading)) - head and raw[-1 - tail] == reading[-1 - tail]:
        tail += 1
    end = len(raw) - tail
    return Recovered(offset + head, offset + end, reading[head : len(reading) - tail], steps)


_CONTROL = re.compile("[\x80-\x9f]")
_LATIN_PAIR = re.compile(r"[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2}")
_HALFWIDTH_KATAKANA = re.compile("[\uff61-\uff9f]")
_NOT_KOREAN = re.compile(
    "[\u0370-\u04ff\u2190-\u2bff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)


def _is_suspect(text: str) -> bool:
    """The badness check: does the line hold letters that mistaken bytes leave behind?"""
    if text.isascii():
        return False
    if _CONTROL.search(text) or _LATIN_PAIR.search(text) or _HALFWIDTH_KATAKANA.search(text):
        return True
    if _NOT_KOREAN.search(text):
        return True
    return bool(_rare_hangul().search(text))


@cache
def _rare_hangul() -> re.Pattern[str]:
    """Any syllable that nobody writes."""
    seen = lexicon.syllables()
    rare = (chr(code) for code in range(0xAC00, 0xD7A4) if seen[chr(code)] < 3)
    return re.compile(f"[{''.join(rare)}]")


def _read(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The one plausible reading within ``MAX_DEPTH`` mistakes, or None."""
    if text.isascii():
        return None
    front: list[tuple[str, tuple[str, ...]]] = [(text, ())]
    western: tuple[str, tuple[str, ...]] | None = None
    for _ in range(MAX_DEPTH):
        following = []
        for candidate, steps in front:
            for mistake in MISTAKES:
                reading = undo(candidate, mistake)
                if reading is None or reading == candidate:
                    continue
                found = (reading, (*steps, str(mistake)))
                if _is_certain(text, reading, mistake):
                    if lexicon.has_hangul(reading):
                        return found
                    western = western or found  # Hangul may lie deeper
                if mistake.right == "utf-8":
                    following.append(found)
        front = following
    return western


def undo(text: str, mistake: Mistake) -> str | None:
    """The text as it was before the mistake, None where the bytes do not allow it.

    >>> undo("肄붾뱶", Mistake("cp949", "utf-8"))
    '코드'
    """
    data = _to_bytes(text, mistake.wrong)
    if data is None:
        return None
    try:
        reading = data.decode(mistake.right)
        again = reading.encode(mistake.right)
    except UnicodeError:
        return None
    return reading if again == data else None


def _to_bytes(text: str, encoding: str) -> bytes | None:
    """Encode; CP1252 as browsers do it, where the five unassigned bytes stand for themselves."""
    try:
        if encoding == "cp932" and any(byte_chain.is_ambiguous(char) for char in text):
            return None
        if encoding == "cp1252":
            return b"".join(_byte_1252(char) for char in text)
        return text.encode(encoding)
    except UnicodeError:
        return None


@cache
def _byte_1252(char: str) -> bytes:
    if char in "\x81\x8d\x8f\x90\x9d":
        return char.encode("latin-1")
    return char.encode("cp1252")


def _is_certain(raw: str, reading: str, mistake: Mistake) -> bool:
    """Is this Hangul that people write, and nothing that they do not?"""
    strange = [c for c in reading if not c.isascii()]
    hangul = [c for c in strange if lexicon.is_syllable(c)]
    if not strange or any(_is_odd(c) for c in strange):
        return False
    if mistake.right == "utf-8":
        return _is_certain_utf8(raw, reading, strange, len(hangul))
    common = lexicon.commonness(reading)
    gain = common - max(lexicon.commonness(raw), -20.0)
    if len(hangul) < 2 or len(hangul) * 2 < len(strange) or gain < 1.0:
        return False
    if common < COMMON:
        return _known_share(reading) >= 0.9
    few = len(hangul) < 4 and not _SYMBOL_IN_WORD.search(raw)
    needs_words = mistake.wrong in EAST_ASIAN or mistake.right == "johab" or few
    return not needs_words or _known_share(reading) >= 0.6


def _is_certain_utf8(raw: str, reading: str, strange: list[str], hangul: int) -> bool:
    """Its grammar is proof enough, where Hangul or Western letters come out."""
    if hangul:
        return lexicon.commonness(reading) > COMMON_UTF8 and hangul * 2 >= len(strange)
    return _is_latin_mojibake(raw, strange)


# A sign such as ¾ or ³ between letters: Western text has none.
_SYMBOL_IN_WORD = re.compile(r"[\xa1-\xbf][\xc0-\xff]|[\xc0-\xff][\xa1-\xbf]")


def _is_latin_mojibake(raw: str, strange: list[str]) -> bool:
    """UTF-8 quotes and accented letters read as CP1252: no sound text has ``â€™`` or ``Ã©``."""
    return any(c in raw for c in "ÃÂâ€") and all(
        "\xa0" <= c <= "\u024f" or "\u2010" <= c <= "\u2044" for c in strange
    )


def _is_odd(char: str) -> bool:
    """Controls, private use, replacement: nothing a right reading has."""
    return "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff" or char == "\ufffd"


def _known_share(text: str) -> float:
    """Share of the Hangul syllables that stand in words of the lexicon or of the grammar."""
    words = re.findall("[가-힣]+", text)
    total = sum(len(word) for word in words)
    return sum(len(word) for word in words if _is_known(word)) / total if total else 0.0


def _is_known(word: str) -> bool:
    """Short words are grammatical by chance, so they must have been seen.

    The analyser takes long to load, and Hanja read as Korean bytes would ask for it on sound pages:
    so it is not asked about syllables that hardly anybody writes.
    """
    if lexicon.count(word):
        return len(word) > 1
    if len(word) <= 3 or lexicon.commonness(word) < UNHEARD_OF:
        return False
    return language.is_grammatical(word)

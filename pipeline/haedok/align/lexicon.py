"""A small Korean–English dictionary, for evidence only: it never supplies a translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from haedok.align.words import english_words, inflections, stem

Lexicon = Mapping[str, frozenset[str]]
"""Korean beginning of a word → stems of English words that may translate it."""

LONGEST = 8
"""Syllables of the longest entry that is looked for."""
VERBAL = re.compile(r"(?<=[가-힣]{2})(하다|되다|시키다|당하다)$")


@cache
def lexicon() -> Lexicon:
    """The dictionary that comes with the package (see ``tables/README.md`` for its sources)."""
    table = files("haedok.align").joinpath("tables/lexicon.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines()[1:])
    entries: dict[str, set[str]] = {}
    for ko, en in rows:
        for form in forms(ko):
            entries.setdefault(form, set()).update(en.split())
    return {ko: frozenset(en) for ko, en in entries.items()}


def forms(entry: str) -> list[str]:
    """What to look for in a text: a noun as it is, a verb's beginnings.

    >>> forms("억제"), forms("제한하다"), forms("주다")
    (['억제'], ['제한'], ['주', '준', '줄', '줌', '줍', '줘', '줬'])
    """
    bare = VERBAL.sub("", entry)
    if bare != entry or not entry.endswith("다") or len(entry) < 2:
        return [bare]
    return sorted(set(inflections(entry[:-1])))


def glosses(text: str) -> list[str]:
    """Stems of the English words of a dictionary entry that are likely in a translation.

    Long explanations are left out: their words are about the word, not its translation.

    >>> glosses("to ward off (danger); restraint, deterrence; a thing that one does when asked to")
    ['deterrenc', 'restraint', 'ward']
    """
    found: set[str] = set()
    for part in re.split(r"[;,/]", re.sub(r"\([^)]*\)", "", text)):
        words = english_words(part)
        if len(words) <= 3 and len(part.split()) <= 5:
            found |= {stem(word) for word in words if len(word) > 1}
    return sorted(found)


def build(rows: Iterable[tuple[str, str]]) -> str:
    """The table from ``(Korean, English explanation)`` rows: one line an entry, sorted."""
    entries: dict[str, set[str]] = {}
    for ko, en in rows:
        if re.fullmatch(r"[가-힣]+", ko) and glosses(en):
            entries.setdefault(ko, set()).update(glosses(en))
    lines = [f"{ko}\t{' '.join(sorted(en))}" for ko, en in sorted(entries.items())]
    return "\n".join(["ko\ten", *lines]) + "\n"


def with_terms(base: Lexicon, terms: Iterable[tuple[str, str]]) -> Lexicon:
    """A dictionary enlarged by the document's own terms: glosses and keywords."""
    entries = dict(base)
    for ko, en in terms:
        key = re.sub(r"\s+", "", ko)
        stems = frozenset(stem(word) for word in english_words(en))
        if re.fullmatch(r"[가-힣]{2,}", key) and stems:
            entries[key] = entries.get(key, frozenset()) | stems
    return entries


def translations(text: str, entries: Lexicon) -> list[frozenset[str]]:
    """For each dictionary word found in a Korean text: the stems of its translations.

    Longest match from the left in each run of Hangul; a single syllable only at the start of one.

    >>> entries = {"핵": frozenset({"nucleus"}), "핵무기": frozenset({"weapon"})}
    >>> translations("핵무기를", entries)
    [frozenset({'weapon'})]
    """
    found: list[frozenset[str]] = []
    for run in re.findall(r"[가-힣]+", text):
        at = 0
        while at < len(run):
            least = 1 if at == 0 else 2
            sizes = range(min(LONGEST, len(run) - at), least - 1, -1)
            size = next((n for n in sizes if run[at : at + n] in entries), 0)
            if size:
                found.append(entries[run[at : at + size]])
            at += max(size, 1)
    return found

"""Lines that name people or their institutions."""

from __future__ import annotations

import re

SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위"
    "표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간상갈"
)
"""First syllables of Korean surnames (2015 census, those of 1,000 bearers and more)."""
LONG_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "독고", "서문", "동방")
INSTITUTION = re.compile(
    r"대학교|대학원|연구원|연구소|연구위원|학과|학부|교수|박사|강사|학회|센터|국회|재단|협회|사관학교"
    r"|University|Institute|Department|Dept\.|Professor|Center|Centre|College|Ph\.?D|School of"
    r"|Academy"
)
FUNCTION_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "the",
        "of",
        "in",
        "on",
        "for",
        "to",
        "with",
        "by",
        "from",
        "at",
        "as",
        "is",
        "are",
        "its",
        "or",
        "between",
    )
)
NOTE = r"[*†‡]*(?:\d\))?"


def is_author(text: str) -> bool:
    """One or more names, perhaps with an institution behind in brackets or after a stroke.

    >>> is_author("박 휘 락*"), is_author("Hwee-rhak, Park"), is_author("김철수·이영희")
    (True, True, True)
    >>> is_author("서론"), is_author("Nuclear Sharing of NATO"), is_author("박휘락(국민대학교)")
    (False, False, True)
    """
    bare = re.sub(rf"\s*[(|/:│].*$|{NOTE}$", "", text.strip()).strip()
    rest = text.strip()[len(bare) :].strip("*†‡0123456789) ")
    if rest and not INSTITUTION.search(rest):
        return False
    people = [p for p in re.split(r"\s*(?:·|ㆍ|∙|、|;|\band\b|&)\s*", bare) if p]
    if len(people) == 1 and "," in bare and re.search(r"[가-힣]", bare):
        people = re.split(r"\s*,\s*", bare)
    return bool(people) and all(_korean_name(p) or _latin_name(p) for p in people)


def is_name_line(text: str) -> bool:
    """Names that cannot be taken for the last words of a title: with a sign that names have.

    >>> is_name_line("Han Garam · Yun Seori"), is_name_line("Nuclear Sharing")
    (True, False)
    """
    return bool(re.search(r"[·ㆍ*†]|\w-[a-z]+,? [A-Z]|, [A-Z]", text)) and is_author(text)


def _korean_name(text: str) -> bool:
    name = re.sub(rf"\s+|{NOTE}$", "", text)
    if not re.fullmatch(r"[가-힣]{2,5}", name):
        return False
    if name.startswith(LONG_SURNAMES):
        return 3 <= len(name) <= 4
    spaced = bool(re.fullmatch(r"[가-힣](\s[가-힣]+)+" + NOTE, text.strip()))
    return name[0] in SURNAMES and (len(name) == 3 or (spaced and len(name) in (2, 4)))


def _latin_name(text: str) -> bool:
    words = re.sub(rf"{NOTE}$", "", text.strip()).replace(",", " ").split()
    if not 2 <= len(words) <= 4 or any(word.lower() in FUNCTION_WORDS for word in words):
        return False
    return all(re.fullmatch(r"[A-Z][A-Za-z'’]*\.?([-–][A-Za-z]+)?", word) for word in words)


def is_affiliation(text: str) -> bool:
    """A line about where somebody works.

    >>> is_affiliation("국민대학교 정치대학원 교수"), is_affiliation("Kookmin University")
    (True, True)
    """
    return len(text) < 160 and bool(INSTITUTION.search(text))

r"""What a line says about itself: the wording that Korean journals use for each part of a paper.

One ordered table, read from the top; the first pattern that fits wins. To teach a new journal's
wording, add it here and a case to ``tests/cases/in_the_wild/structure.jsonl``.
"""

from __future__ import annotations

import re
from typing import Literal

Sign = Literal[
    "abstract", "keywords", "references", "caption", "source", "dates", "volume", "contact",
    "heading", "item", "bullet",
]  # fmt: skip

OPEN, SHUT = r"[<\[〈《【「■□◆●*∙•·\s]*", r"[>\]〉》】」\s]*"

SIGNS: tuple[tuple[Sign, str], ...] = (
    (
        "keywords",
        rf"{OPEN}(주\s*제\s*어|핵\s*심\s*(용\s*)?어|핵심\s*단어|주\s*요\s*어|주요\s*용어|중심어"
        r"|Index [Tt]erms"
        r"|키\s*워\s*드|검\s*색\s*어|색\s*인\s*어|[Kk]ey[\s-]?[Ww]ords?|KEY\s?WORDS?)"
        r"(?![가-힣A-Za-z])"
        rf"({SHUT}[:：\])]|{SHUT}$|\s+\S)",
    ),
    (
        "abstract",
        rf"{OPEN}((국\s*문|영\s*문|한\s*글|논\s*문)?\s*(초\s*록|요\s*약(\s*문)?|개\s*요)"
        rf"|Abstract|ABSTRACT|A B S T R A C T|Summary|SUMMARY){SHUT}([:：]|[-–—]|$)",
    ),
    (
        "references",
        rf"{OPEN}(참\s*고\s*문\s*헌|인\s*용\s*문\s*헌|참\s*고\s*자\s*료|References?|REFERENCES?|Bibliography"
        rf"|BIBLIOGRAPHY|Works Cited){SHUT}[:：]?$",
    ),
    (
        "caption",
        r"[<\[〈《【(（{]\s*(표|그림|도표|사진|부표|부도|자료|Table|TABLE|Figure|FIGURE|Fig\.?)\s*[-\dⅠ-ⅩIVX.]+"
        r"\s*[>\]〉》】)）}](?![가-힣,.])",
    ),
    ("caption", r"(표|그림|도표)\s*\d+([-.]\d+)*\s*[.:：]\s*\S"),
    ("caption", r"(Table|TABLE|Figure|FIGURE|Fig\.)\s*\d+([-.]\d+)*\s*[.:：]\s*\S"),
    ("source", r"[*※]?\s*(출\s*처|자료\s*출처|자료|주|Sources?|Notes?)\s*[:：]"),
    (
        "dates",
        r"[*■□▪●∙•<\[(]*\s*((논문\s*)?(투고|접수|심사|게재|수정|채택)\s*(완료|확정|결정|시작|개시)?\s*(일자?)?"
        r"|Received|Revised|Accepted|Submitted|Manuscript)[^가-힣]{0,6}[:：(]?\s*[A-Za-z]*\.?\s*\d",
    ),
    (
        "volume",
        r"(?=.{0,80}$)(?!.*[다요]\.$)(.*제?\s*\d+\s*권\s*,?\s*제?\s*\d+\s*호|.*\b[Vv]ol\.?\s*\d+|.*\bpp\.\s*\d+\s*[-–~∼]\s*\d+\s*\.?$"
        r"|.*\bISSN\b|.*\bDOI\b\s*[:：]?|https?://(dx\.)?doi\.org/"
        r"|.*\b(19|20)\d\d.*,\s*\d{1,4}\s*[-~∼–]\s*\d{1,4}\.?$)",
    ),
    (
        "contact",
        r"(?=.{0,90}$).*([\w.+-]+@[\w-]+\.\w+|(교신|제\s*1|주|공동)\s*저자)",
    ),
    ("heading", rf"{OPEN}제\s*\d{{1,2}}\s*[장절편]{SHUT}(?=[.\s]|$)"),
    ("heading", r"([Ⅰ-Ⅻ]|[IVX]{1,4})\s*([.．]\s*|\s+(?=[가-힣]))(?![a-z])"),
    ("heading", r"([Ⅰ-Ⅻ]|[IVX]{1,4})$"),
    ("heading", r"[|lI]{1,3}\s?[.．]\s*(?=[가-힣])"),  # how engines read Ⅰ. Ⅱ. Ⅲ.
    (
        "heading",
        rf"{OPEN}(서\s*론|결\s*론|본\s*론|머\s*리\s*말|머\s*리\s*글|들\s*어\s*가\s*며|들\s*어\s*가\s*는\s*말|맺\s*음\s*말"
        rf"|나\s*오\s*며|나\s*가\s*며|맺\s*는\s*말|부\s*록|감사의\s*글|Introduction|INTRODUCTION|Conclusions?|CONCLUSIONS?"
        rf"|Discussion|Methods?|Results|Appendix|Acknowledge?ments?){SHUT}$",
    ),
    ("item", r"\d{1,2}([.．]\d{1,2}){1,3}\s*[.．]?\s+\S"),
    ("item", r"\d{1,2}\s*[.．]\s+(?!\d{1,3}[\s.,%])\S"),
    ("item", r"[가나다라마바사아자차카타파하]\s*[.．)]\s+\S"),
    ("item", r"\(?\d{1,2}\)\s*(?=[^\s\d,.)])"),
    ("item", r"\([가나다라마바사아자차카타파하a-h]\)\s*\S"),
    ("item", r"[①-⑳㉠-㉭]\s*\S"),
    ("bullet", r"[•●○◦■□▪▫◆◇▶▷※∙·]\s*\S"),
    ("bullet", r"[-–—]\s+\S"),
)  # fmt: skip

_COMPILED = tuple((sign, re.compile(pattern)) for sign, pattern in SIGNS)

FOOTNOTE = re.compile(r"(?P<mark>\d{1,3})\)\s*\S|(?P<star>\*{1,4}|[†‡])\)?\s*(?=[^\s*])")
"""A note at the foot of a page: ``12) …`` or ``* …``."""

SENTENCE_END = re.compile(r"[.?!。…][\"'”’」』)\]]*(\d{1,3}\))?$")
"""A line that may be the last of a paragraph."""


def sign_of(text: str) -> Sign | None:
    """What the line says it is, by wording alone.

    >>> sign_of("<표 1> 핵전력 비교"), sign_of("<표 1>에서 보듯이"), sign_of("Ⅱ. 배경")
    ('caption', None, 'heading')
    >>> sign_of("주제어: 핵공유"), sign_of("국문초록"), sign_of("요약하면 다음과")
    ('keywords', 'abstract', None)
    """
    for sign, pattern in _COMPILED:
        if pattern.match(text):
            return sign
    return None


def label_end(text: str) -> int:
    """Where the text of an abstract or keyword paragraph begins, behind its label.

    >>> text = "Keywords: Nuclear Sharing"
    >>> text[label_end(text):]
    'Nuclear Sharing'
    """
    for sign, pattern in _COMPILED[:2]:
        found = pattern.match(text)
        if found is None:
            continue
        end = found.end() - (1 if sign == "keywords" and found.group()[-1:].isalnum() else 0)
        # A keyword label without a colon has swallowed the first letter of the first keyword.
        if found.end() == len(text) and not re.search(r"[:：\])]$", found.group()):
            end = found.end()
        return end + len(text[end:]) - len(text[end:].lstrip(" :：]>)"))
    return 0


def ends_sentence(text: str) -> bool:
    """Whether a paragraph could end here.

    >>> ends_sentence("필요하다.1)"), ends_sentence("분석하였다.”"), ends_sentence("핵공유 체제의")
    (True, True, False)
    """
    return bool(SENTENCE_END.search(text))

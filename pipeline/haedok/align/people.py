"""Korean names and their Latin spellings: ``박휘락`` and ``Hwee-rhak, Park``.

Koreans spell their names as they like, so both sides are brought to a common rough form and then
compared letter by letter; surnames have a table of their usual spellings.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from haedok.align.words import decompose

INITIALS = (
    "g",
    "kk",
    "n",
    "d",
    "tt",
    "r",
    "m",
    "b",
    "pp",
    "s",
    "ss",
    "",
    "j",
    "jj",
    "ch",
    "k",
    "t",
    "p",
    "h",
)
VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
SURNAMES = {
    "김": "kim gim", "이": "lee yi rhee ri li rhie i", "박": "park pak bak", "최": "choi choe",
    "정": "jung jeong chung chong joung", "강": "kang gang", "조": "cho jo joe", "윤": "yoon yun",
    "장": "jang chang", "임": "lim im rim yim", "한": "han hahn", "오": "oh o", "서": "seo suh so",
    "신": "shin sin", "권": "kwon gwon", "황": "hwang", "안": "ahn an", "송": "song",
    "류": "ryu yoo lyu", "유": "yoo yu you ryu", "전": "jeon jun chun chon", "홍": "hong",
    "고": "ko go koh", "문": "moon mun", "양": "yang", "손": "son sohn", "배": "bae pae bai",
    "백": "baek paik back paek", "허": "heo hur huh", "남": "nam", "심": "shim sim",
    "노": "noh roh no rho", "하": "ha hah", "곽": "kwak gwak", "성": "sung seong", "차": "cha",
    "주": "joo ju chu", "우": "woo wu", "구": "koo gu ku goo", "민": "min", "진": "jin chin",
    "지": "ji jee chi", "엄": "eom um uhm", "변": "byun byeon", "여": "yeo", "추": "choo chu",
    "석": "seok suk", "선": "sun seon", "설": "seol sul", "길": "gil kil", "반": "ban bahn pan",
    "금": "geum keum kum", "인": "in", "나": "na ra rha", "원": "won", "천": "cheon chun",
    "방": "bang pang", "공": "kong gong", "함": "ham", "현": "hyun hyeon", "염": "yeom yum",
    "문정": "moonjeong", "남궁": "namgung namkung", "황보": "hwangbo", "제갈": "jegal",
    "선우": "sunwoo seonu", "도": "do doh", "마": "ma mah", "기": "ki gi kee", "표": "pyo",
    "명": "myung myeong", "옥": "ok", "탁": "tak", "국": "kook guk", "어": "eo uh", "은": "eun",
}  # fmt: skip
ROUGH = (
    (r"ck|k+|c(?!h)|q|g(?!h)", "g"),
    ("gh", "g"),
    ("rh|ll|rr|l", "r"),
    ("tt|th|t", "d"),
    ("pp|ph|p|f|v", "b"),
    ("jj|ch|tch|z", "j"),
    ("sh|ss", "s"),
    ("wh", "hw"),
    ("oo|ou|woo", "u"),
    ("ee|ie|ey|ii|y$", "i"),
    ("eui|ui", "i"),
    ("hw[ei]+", "hwi"),
    ("eo|u(?!i)", "o"),
    ("eu", "o"),
    ("ae|ai|e", "e"),
    ("x", "gs"),
    (r"(?<=[aeiou])h(?=[^aeiou]|$)", ""),
    (r"(.)\1+", r"\1"),
)
"""Spellings that name the same sound, replaced in this order."""


def romanize(name: str) -> str:
    """Revised Romanisation, syllable by syllable (assimilation is not written in names).

    >>> romanize("박휘락")
    'bakhwirak'
    """
    parts = [decompose(syllable) for syllable in name if "가" <= syllable <= "힣"]
    return "".join(INITIALS[a] + VOWELS[b] + FINALS[c] for a, b, c in parts)


def rough(latin: str) -> str:
    """A spelling without what people choose freely in it.

    >>> rough("hweerhak") == rough(romanize("휘락")), rough("younghee") == rough(romanize("영희"))
    (True, True)
    """
    low = re.sub(r"[^a-z]", "", latin.lower())
    for pattern, plain in ROUGH:
        low = re.sub(pattern, plain, low)
    return low


def likeness(korean: str, latin: str) -> float:
    """How likely the two name one person, 0..1; either order of surname and given name.

    >>> likeness("박휘락", "Hwee-rhak, Park") > 0.9, likeness("박휘락", "Young-hee Lee") < 0.4
    (True, True)
    """
    name = re.sub(r"[^가-힣]", "", korean)
    words = re.findall(r"[A-Za-z]+", latin)
    if len(name) < 2 or len(words) < 2:
        return 0.0
    cut = 2 if name[:2] in SURNAMES and len(name) > 2 else 1
    spellings = SURNAMES.get(name[:cut], "").split() or [romanize(name[:cut])]
    return max(
        _surname(surname, spellings) * _given("".join(rest), name[cut:])
        for surname, rest in ((words[0], words[1:]), (words[-1], words[:-1]))
    )


def _surname(latin: str, spellings: list[str]) -> float:
    if latin.lower() in spellings:
        return 1.0
    return 0.8 if rough(latin) in {rough(spelling) for spelling in spellings} else 0.3


def _given(latin: str, korean: str) -> float:
    a, b = rough(latin), rough(romanize(korean))
    return float(Levenshtein.normalized_similarity(a, b))


def people(text: str) -> list[str]:
    """The names in an author line, without notes and institutions.

    >>> people("박휘락* · 김 철 수**"), people("Hwee-rhak, Park")
    (['박휘락', '김철수'], ['Hwee-rhak, Park'])
    >>> people("Kim Chulsoo and Lee Younghee")
    ['Kim Chulsoo', 'Lee Younghee']
    """
    bare = re.sub(r"[(\[|/│:].*?([)\]]|$)|[*†‡\d]+\)?", " ", text)
    parts = re.split(r"\s*(?:·|ㆍ|∙|、|;|\band\b|&)\s*", bare)
    if (
        (len(parts) == 1 and re.search(r"[가-힣]", bare))
        or (len(parts) == 1 and bare.count(",") > 1)
        or len(bare.split()) > 5
    ):
        parts = bare.split(",")
    found = []
    for part in parts:
        name = " ".join(part.split()).strip(",.")
        hangul = bool(re.search(r"[가-힣]", name))
        found.append(name.replace(" ", "") if hangul else name)
    return [name for name in found if name]

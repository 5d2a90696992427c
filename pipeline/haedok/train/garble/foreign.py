"""Lines that look like garble to whoever has only an English word list, and are none.

References with Korean names in three romanisations, Chinese, Japanese and European ones; titles
that are romanised Korean; abbreviations, weapons, standards; rows of tables, formulas, addresses,
headings set with space between the letters. The syllables of names are drawn, the titles are what a
Korean text gives (``romanised``).
"""

from __future__ import annotations

import random
from collections.abc import Sequence


def _of(row: str) -> list[str]:
    """The entries of a row; two spaces stand around an empty one."""
    return row.split(" ")


INITIALS = _of("g kk n d tt r m b pp s ss  j jj ch k t p h")
VOWELS = _of("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
FINALS = _of(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
OLD_INITIALS = _of("k kk n t tt r m p pp s ss  ch tch ch’ k’ t’ p’ h")
OLD_VOWELS = _of("a ae ya yae ŏ e yŏ ye o wa wae oe yo u wŏ we wi yu ŭ ŭi i")
VOICED = {"k": "g", "t": "d", "p": "b", "ch": "j"}
"""The old system (McCune and Reischauer 1939) writes these after a vowel, l, m, n, ng."""

SURNAMES = _of(
    "Kim Lee Park Choi Jung Jeong Chung Kang Cho Jo Yoon Yun Jang Chang Lim Han Oh Seo Suh Shin "
    "Kwon Hwang Ahn An Song Ryu Yoo Hong Jeon Ko Moon Son Yang Bae Paik Heo Hur Nam Sim Noh Roh "
    "Ha Kwak Cha Joo Woo Koo Ku Na Ra Min Jin Ji Eom Um Chae Bang Hyun Ham Byun Do So Seok Ma Wi "
    "Ki Ok In Je Mo Eun Pyun Yong Ye Sa Yi Rhee Pak Ch’oe Chŏng No Yu Syngman Paek Tak"
)
GIVEN = _of(
    "min seo ji hyun young soo jun ho sung jin woo kyung hee eun hye jae dong hyuk il sun jung mi "
    "kyu tae sang chul hwan yong ki won seok chan dae kwang byung in hak bok sik jong un hyeok "
    "gyu seon yeong su kyeong hui ju yeon seung do gi cheol guk bin ra na ri ah rim sol bi hong "
    "pil man nam wook uk eok rak se hwa ok suk ja sook gil deok tak yun hyung yeop gun chun ae im "
    "bo rin rye hwee geun"
)
CHINESE = _of(
    "zhang wang li zhao chen yang huang zhou wu xu sun zhu gao lin guo ma luo liang zheng xie "
    "tang feng yu xiao cheng cao yuan deng ping zedong jintao jinping qian qin shi shuai xing xiu "
    "yue zhe zhi zhong zi ying yi xuan wen wei tian shui rui rong qiu qing qi peng pei ling lei "
    "kun jie jia hui heng hai"
)
JAPANESE = _of(
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma "
    "mi mu me mo ya yu yo ra ri ru re ro wa n ga gi gu ge go za ji zo da de do ba bi bu be bo kyo "
    "sho ryo"
)
EUROPEAN = _of(
    "Müller Schröder Weiß Jäger König Lefèvre François Hélène d’Estaing L’Hôpital Łukasz Szczęsny "
    "Wrzeszcz Przybyszewski Krzyżanowski Dvořák Škoda Ångström Sørensen Bjørn Núñez Gonçalves "
    "Yılmaz Erdoğan Nguyễn Dũng Szabó Czajkowski Horváth Đorđević Waals Clausewitz Gaulle O’Neill "
    "McCarthy MacArthur Ben-Gurion Vuković Papadopoulos Zbigniew Brzezinski Tertrais Narang "
    "Roehrig Yeltsin Khrushchev Dzhokhar Mkrtchyan Saakashvili Nkrumah Okonkwo Tshisekedi Xhosa "
    "Hjelm Hrvat Strk Vlk"
)
CODES = _of(
    "NATO NPT ICBM SLBM IAEA UNSC ROK DPRK USFK THAAD SIPRI RAND CSIS KINU KIDA NPG DCA OPCON JCS "
    "MND CTBT INF PSI AMS QDR NPR CBRN WMD NSG MTCR EU ASEAN APEC OECD GDP CO2 H2O pH DNA mRNA "
    "SARS-CoV-2 COVID-19 PCR IEEE ACM ISSN ISBN DOI URL HTML JSON KCI SSCI A&HCI F-35A B61-12 B-2 "
    "KF-X UH-60 M1A2 K9 T-72B3 Mk-82 W76-2 RS-28 DF-41 Hwasong-15 KN-23 2S19 AK-47 U.S. U.K. "
    "Ph.D. e.g. i.e. cf. et al. ibid. op. cit. viz. vs. pp. vol. no. eds. Seoul Pyongyang Taejŏn "
    "Kyŏnggi P’unggye-ri Yŏngbyŏn Łódź"
)
JOURNALS = (
    "Kukche chŏngch’i nonch’ong", "Hanguk Jeongchihak Hoebo", "Gukbang Jeongchaek Yeongu",
    "Yŏksa pip’yŏng", "Zhongguo shehui kexue", "Shijie jingji yu zhengzhi", "Kokusai seiji",
    "Politique étrangère", "Zeitschrift für Internationale Beziehungen", "Asian Survey", "Survival",
    "J. Am. Chem. Soc.", "Phys. Rev. Lett.", "Nucl. Instr. and Meth. A",
    "Proc. Natl. Acad. Sci. U.S.A.", "Sekai",
)  # fmt: skip


TITLES = _of(
    "국방 정책 연구 한국 전략 문제 연구소 학회 역사 비평 정치 외교 경제 사회 문화 교육 과학"
)
"""Words of Korean titles, for who has no text at hand."""
VARIABLES = _of(
    "x y z a b c f g h i j k n m p q r s t u v w A B E F G H K L M N P Q R S T V W X Y Z"
)
SUBSCRIPTS = _of("i j k n m 0 1 2 3 ij i+1 n-1 t+1 max min k1 hj+1,j  ")
GREEK = _of("α β γ δ ε θ λ μ π ρ σ τ φ χ ω Δ Σ Φ Ω \\alpha \\beta \\gamma \\lambda \\sigma \\phi")
RELATIONS = (
    " = ",
    "=",
    " + ",
    "+",
    " - ",
    "/",
    " < ",
    " <= ",
    " > ",
    ", ",
    " \\leq ",
    " * ",
    "·",
    "^",
)
DOMAINS = _of("ac.kr or.kr go.kr com org edu net co.kr de fr gov mil")


def romanised(hangul: str, old: bool = False) -> str:
    """Hangul in Latin letters, syllable by syllable: Revised (2000), or the old system.

    >>> romanised("한국"), romanised("정치"), romanised("정치", old=True)
    ('hanguk', 'jeongchi', 'chŏngch’i')
    """
    out = ""
    for sign in hangul:
        initial, rest = divmod(ord(sign) - ord("가"), 588)
        first = (OLD_INITIALS if old else INITIALS)[initial]
        if old and out and out[-1] in "aeiouŏŭnmlg":
            first = VOICED.get(first, first)
        out += first + (OLD_VOWELS if old else VOWELS)[rest // 28] + FINALS[rest % 28]
    return out


def line(rng: random.Random, hangul: Sequence[str]) -> str:
    """One line; ``hangul`` are words of a Korean text, in order."""
    kind = rng.random()
    if kind < 0.5:
        return _reference(rng, hangul)
    if kind < 0.56:
        return _title(rng, hangul)
    others = (_names, _row, _formula, _address, _heading, _terms)
    return rng.choices(others, (10, 16, 6, 2, 3, 9))[0](rng)


def _terms(rng: random.Random) -> str:
    words = (rng.choice(rng.choice((CODES, EUROPEAN, SURNAMES))) for _ in range(rng.randint(1, 8)))
    return " ".join(words) + rng.choice(("", ".", ":", " " + _number(rng)))


def _heading(rng: random.Random) -> str:
    """Some words set with space between the letters."""
    words = (rng.choice((*SURNAMES, *EUROPEAN, *JOURNALS)) for _ in range(rng.randint(1, 3)))
    heading = " ".join(" ".join(word) for word in words)
    return heading if rng.random() < 0.3 else heading.upper()


def _reference(rng: random.Random, hangul: Sequence[str]) -> str:
    year, volume, page = rng.randint(1948, 2024), rng.randint(1, 60), rng.randint(1, 600)
    pages = f"{page}{rng.choice('-–')}{page + rng.randint(1, 40)}"
    names, title, journal = _names(rng), _title(rng, hangul), rng.choice(JOURNALS)
    return rng.choice(
        (
            f"{names} ({year}). {title}. {journal}, {volume}({rng.randint(1, 12)}), {pages}.",
            f"{names}, “{title},” {journal} {volume}, no. {rng.randint(1, 12)} ({year}): {pages}.",
            f"{names}. {year}. {title}. Seoul: {_title(rng, hangul)}.",
            f"[{rng.randint(1, 99)}] {names}, {journal} {volume} ({year}) {pages}",
        )
    )


def _names(rng: random.Random) -> str:
    joint = rng.choice((", ", "; ", " and ", " & "))
    return joint.join(_name(rng) for _ in range(rng.randint(1, 4)))


def _name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.65:
        first, second = rng.choice(GIVEN).capitalize(), rng.choice(GIVEN)
        family = rng.choice(SURNAMES)
        given = first + rng.choice(("-", "-", "", " ")) + rng.choice((second, second.capitalize()))
    elif kind < 0.78:
        family = rng.choice(CHINESE).capitalize()
        given = (rng.choice(CHINESE) + rng.choice(("", rng.choice(CHINESE)))).capitalize()
    elif kind < 0.88:
        family, given = (
            "".join(rng.choice(JAPANESE) for _ in range(rng.randint(2, 4))).capitalize()
            for _ in range(2)
        )
    else:
        family, given = rng.choice(EUROPEAN), rng.choice("ABCDEFGHJKLMPRSTVW") + "."
    short = f"{family}, {given[0]}. {rng.choice('ABCDEFGHJKLMPRSTVWY')}."
    forms = (f"{family}, {given}", f"{given} {family}", f"{family} {given}", short)
    return rng.choice((*forms, *forms, f"{family.upper()} {given}", f"{family}, {given}".upper()))


def _title(rng: random.Random, hangul: Sequence[str]) -> str:
    at, old = rng.randrange(max(1, len(hangul) - 8)), rng.random() < 0.4
    words = (romanised(word, old) for word in hangul[at : at + rng.randint(2, 8)])
    return " ".join(word.capitalize() if rng.random() < 0.3 else word for word in words)


def _row(rng: random.Random) -> str:
    heads = (
        "",
        "",
        "Total ",
        "p < ",
        "R2 = ",
        "x2(",
        f"Table {rng.randint(1, 20)}. ",
        "N ",
        "M (SD) ",
    )
    head = rng.choice((*heads, rng.choice(CODES) + " ", rng.choice(SURNAMES) + " "))
    return head + rng.choice((" ", "  ", " | ", ", ")).join(
        _number(rng) for _ in range(rng.randint(1, 10))
    )


def _formula(rng: random.Random) -> str:
    """Terms in a row, in plain text or in the manner of TeX, numbered now and then."""
    tex = rng.random() < 0.3
    out = rng.choice(("", "", "", f"({rng.randint(1, 30)}) ", f"{rng.randint(1, 30)}: ", "where "))
    for at in range(rng.randint(2, 7)):
        out += rng.choice(RELATIONS) if at else ""
        sub, name = rng.choice(SUBSCRIPTS), rng.choice(rng.choice((VARIABLES, VARIABLES, GREEK)))
        term = f"{name}_{{{sub}}}" if tex and sub else name + sub
        forms = (term, term, str(rng.randint(0, 20)), f"{rng.uniform(0, 10):.2f}", f"2{term}")
        more = (f"f({term})", f"|{term}|", f"({term}", f"{term})", f"log {term}", f"{term}2")
        out += rng.choice((*forms, *more))
    return f"${out}$" if tex else out


def _address(rng: random.Random) -> str:
    """An address of mail or of the web, or a number that names a thing."""
    name = (rng.choice(GIVEN) + rng.choice(("", ".", "_")) + rng.choice(SURNAMES)).lower()
    host = f"{rng.choice(rng.choice((GIVEN, CODES, JAPANESE))).lower()}.{rng.choice(DOMAINS)}"
    number = "".join(rng.choice("0123456789") for _ in range(rng.randint(4, 9)))
    return rng.choice(
        (
            f"{name}{rng.randint(0, 99)}@{host}",
            f"http://www.{host}/{rng.choice(GIVEN)}/{number}.pdf",
            f"{host}/{name}?id={number}&p={rng.randint(1, 9)}",
            f"doi:10.{number[:4]}/j.{rng.choice(GIVEN)}.{number}",
            f"ISBN 978-89-{number}-{rng.randint(0, 9)}; ISSN {number[:4]}-{number[:3]}X",
            f"Tel. +82-2-{number[:4]}-{number[-4:]}",
        )
    )


def _number(rng: random.Random) -> str:
    return rng.choice(
        (
            str(rng.randint(0, 99)),
            str(rng.randint(0, 9)),
            f"{rng.uniform(0, 100):.{rng.randint(1, 3)}f}",
            f"{rng.randint(1, 999)},{rng.randint(0, 999):03d}",
            str(rng.randint(1850, 2025)),
            f"{rng.uniform(0, 1):.3f}".lstrip("0") + rng.choice(("*", "**", "***", "a", "b", "")),
            f"({rng.uniform(-3, 3):.2f})",
            f"{rng.uniform(0, 100):.1f}%",
        )
    )

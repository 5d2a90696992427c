"""What is language, garble or number in lines that a Latin model read."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.diagnose import diagnose_text
from haedok.repair import latin, latin_net
from haedok.train.garble import foreign

SOUND = (
    "deterrence theory holds that the threat of retaliation keeps the peace",
    "Kim, Hwee-rhak, and Pak Chŏng-hŭi. 2014. Kukpang chŏngch’aek yŏn’gu 30(2): 9–41.",
    "Zhōu, X. & Xu, Q. (2011). Zhongguo shehui kexue 4, 117-130. Beijing: Sanlian shudian.",
    "Großmann, K.-H., Über die Grundlagen der Kriegsführung, Köln/Wien 1984, S. 12 ff.",
    "L’Hôpital et d’Estaing, « Politique étrangère », t. XII, n° 3, pp. 7–19.",
    "Nguyễn Thị Dũng; Szczęsny W.; Dvořák, A.; Ångström, B.; Mkrtchyan, S.",
    "B61-12, F-35A, PA-200, Mk-82, W76-2, UH-60 and 2S19",
    "ISBN 978-89-460-1234-5 (93390); ISSN 1229-3601; UDC 327.5(519)",
    "12.4 (0.31)   9.8 (0.27)   -1.25***   .843a   1,204   37.5%",
    "2 4 7 1 44 19 20",
    "1. Introduction . . . . . . . . . . . . . . . . . . . . . . . . 12",
    "x_{i+1} = x_i - f(x_i)/f'(x_i);  |a| <= b/2 + O(h^3)",
    "for k, v in sorted(d.items()): out[k] += v[1:-1]  # TODO",
    "#define MAX(a,b) ((a)>(b)?(a):(b))",
    "[0-9A-F]{4}(?:-[0-9A-F]{2}){3}",
    "Fe2(SO4)3 + 6NaOH -> 2Fe(OH)3 + 3Na2SO4",
    "wwww.jstor.org/stable/2539078?seq=1#page_scan_tab",
    "tbe governrnent of tlie Repub1ic a1so signed tlie treaty,",
    "AN ESSAY ON THE LAW OF NATIONS, VOL. II",
    "(e.g., op. cit., pp. 3-7; cf. ibid., n. 12; et al., viz.)",
    "ROK-US CFC/USFK, J-5; CINCPAC; DEFCON III; OPLAN 5027-98",
)
GARBLED = (
    "AAE sHOoFAotol] A-g5k= H¢tol] gt & o]Fah= A, AHA| dF7] 7ol &",
    "=0E AIASE AS ARPeE] Qg HHor  AAH O R o] wlEe YES] LA™ v",
    "19, B3to] ICBMi} SLBMS €H433ho 24 shakelA] efAjo]] LE2Q] 2414",
)
HANGUL = (
    "국방",
    "정책",
    "연구",
    "한국",
    "전략",
    "문제",
    "연구소",
    "학회",
    "역사",
    "비평",
    "까닭",
    "뜻",
)


@pytest.mark.parametrize("text", SOUND)
def test_language_is_sound(text: str) -> None:
    assert latin.damage(text) < 0.5


def test_references_with_foreign_names_are_sound() -> None:
    rng = random.Random(11)
    lines = [foreign.line(rng, HANGUL)[:120] for _ in range(400)]
    assert [line for line in lines if latin.damage(line) >= 0.5] == []
    assert {found.cause for found in diagnose_text("\n".join(lines))} == {"sound"}


def test_clean_korean_with_latin_in_it_is_sound() -> None:
    text = "핵공유(nuclear sharing) 체제는 F-35A와 B61-12 20여 기를 둔다(Kim 2019, 4)."
    assert latin.damage(text) < 0.5
    assert latin.garbled(text) == ()


@pytest.mark.parametrize("text", GARBLED)
def test_garble_is_found(text: str) -> None:
    assert latin.damage(text) > 0.9
    covered = sum(end - start for start, end in latin.garbled(text))
    assert covered > 0.8 * len(text.replace(" ", ""))


def test_what_survives_amid_garble_is_left_out() -> None:
    text = "B3to] w7}7)(Kristensen 2019, 4) 2 UEO] (nuclear sharing) 2 HASI="
    garbled = " ".join(text[start:end] for start, end in latin.garbled(text))
    assert not any(word in garbled for word in ("Kristensen", "nuclear", "2019"))
    assert "UEO]" in garbled


def test_digits_of_dates_are_numbers() -> None:
    text = "AEbAQ] 20204 109 10% ohar A3l"
    found = [text[n.start : n.end] for n in latin.numbers(text, (0, len(text)))]
    assert found[:2] == ["2020", "10"]


@settings(deadline=None)
@given(st.text(alphabet="oA]9=&t1 2lé“(가\t", max_size=30))
def test_parts_cover_all_but_the_spaces(text: str) -> None:
    parts = latin.parts(text)
    covered = [at for part in parts for at in range(part.start, part.end)]
    assert covered == [at for at, sign in enumerate(text) if not sign.isspace()]
    assert all(0 <= part.chance <= 1 + 1e-6 for part in parts)
    numbers = (text[part.start : part.end] for part in parts if part.kind == "number")
    assert all(number.isdigit() for number in numbers)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_has_a_chance(text: str) -> None:
    assert 0 <= latin.damage(text) <= 1
    np.testing.assert_allclose(latin.chances(text).sum(axis=1), 1, rtol=1e-4)


def test_a_damaged_page_makes_damage_likelier() -> None:
    for text in (*GARBLED, *SOUND, "o]", "4"):
        assert latin.damage(text, 0.01) <= latin.damage(text, 0.5) <= latin.damage(text, 0.8)


def test_one_character_is_a_line() -> None:
    assert latin_net.logits("A").shape == (1, 3)

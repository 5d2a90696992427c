"""Wrong code pages with bytes missing, HTML references and the keyboard's layout."""

from __future__ import annotations

import re

import pytest

from haedok.repair import byte_chain, encoding, mojibake, repair_text

SENTENCE = "국제정치의 이론과 현실을 한국어로 설명하였다."


def read_as(written: str, read: str, text: str = SENTENCE) -> str:
    return text.encode(written).decode(read, "replace")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("cp949", "cp932"),
        ("cp949", "cp437"),
        ("johab", "latin-1"),
        ("utf-8", "mac_roman"),
    ],
)
def test_whole_bytes_are_read(written: str, read: str) -> None:
    raw = read_as(written, read, "한국어로 설명한 국제정치의 이론")
    assert "\ufffd" not in raw
    assert repair_text(raw) == "한국어로 설명한 국제정치의 이론"


@pytest.mark.parametrize("first", ["cp949", "utf-8"])
def test_mistakes_one_upon_the_other(first: str) -> None:
    once = SENTENCE.encode(first).decode("latin-1")
    assert repair_text(once.encode().decode("latin-1")) == SENTENCE


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "cp949"), ("utf-8", "cp1252"), ("cp949", "cp932"), ("johab", "cp949")],
)
def test_what_is_whole_is_read_and_the_rest_marked(written: str, read: str) -> None:
    raw = read_as(written, read)
    edits = repair_text(raw).edits
    pattern, at = "", 0
    for edit in edits:
        done = re.escape(edit.reading or "") if edit.status == "corrected" else ".*"
        pattern += re.escape(raw[at : edit.start]) + done
        at = edit.end
    assert re.fullmatch(pattern + re.escape(raw[at:]), SENTENCE)
    read_back = "".join(edit.reading or "" for edit in edits if edit.status == "corrected")
    assert len(read_back) >= len(SENTENCE) // 3


def test_bytes_that_are_gone_are_never_guessed() -> None:
    raw = read_as("cp949", "utf-8")
    repaired = repair_text(raw)
    assert repaired == raw
    assert {edit.status for edit in repaired.edits} == {"unreadable"}


def test_question_mark_among_mistaken_bytes() -> None:
    raw = read_as("cp949", "latin-1", "국제정치의 이론과 현실을 설명하였다")
    holed = raw[:5] + "?" + raw[6:]
    repaired = repair_text(holed)
    assert repaired.endswith("의 이론과 현실을 설명하였다")
    lost = [edit for edit in repaired.edits if edit.status == "unreadable"]
    assert len(lost) == 1
    assert "?" in lost[0].raw


def test_shift_jis_letters_that_exist_twice() -> None:
    raw = read_as("cp949", "cp932", "인간은 왜 사과를 하는가")
    assert any(byte_chain.is_ambiguous(char) for char in raw)
    assert repair_text(raw) == "인간은 왜 사과를 하는가"


@pytest.mark.parametrize(
    ("raw", "fixed"),
    [
        ("&lsquo;핵공유&rsquo;와 R&amp;D", "‘핵공유’와 R&D"),
        ("&amp;#50504;&amp;#45397;하세요", "안녕하세요"),
        ("북한의 &#xD575;위협", "북한의 핵위협"),
        ("연구&nbsp;결과는 &quot;분명&quot;하다", '연구 결과는 "분명"하다'),
    ],
)
def test_references_become_characters(raw: str, fixed: str) -> None:
    assert repair_text(raw) == fixed


@pytest.mark.parametrize(
    "raw",
    [
        "HTML에서 &lt;는 작다는 표이다",
        '<a href="x">연구&nbsp;결과</a>',
        "print('&amp;한글')  {x}",
        "비밀번호는 dkssudgktpdy이다",
        "https://example.org/dkssudgktpdy 한글",
        "공자(孔子)와 민주주의(民主主義)를 논한 글",
        "ㄴㅏ ㄱㅏ",
    ],
)
def test_sound_text_stays(raw: str) -> None:
    assert encoding.find(raw) == ()


def test_typed_words_among_prose_and_whole_lines() -> None:
    assert repair_text("우리는 dlfjgks 문제를 연구한다") == "우리는 이러한 문제를 연구한다"
    assert repair_text("dl answpfmf 2019sus rufwjdgkduTek.") == "이 문제를 2019년 결정하였다."


def test_no_break_space_may_be_a_byte() -> None:
    raw = "연구자는 " + "결과를 고려하여".encode().decode("latin-1") + " 말했다"
    assert "\xa0" in raw
    assert repair_text(raw) == "연구자는 결과를 고려하여 말했다"


def test_western_text_is_not_taken_for_bytes() -> None:
    assert mojibake.recover("Łódź, Ærøskøbing, Čeština, Türkçe, Tiếng Việt, ελληνικά") == ()


@pytest.mark.parametrize(
    "sentence", ["그러던 어느 날, 오보로 봉화가 올려졌다.", "자료를 관측으로부터 얻는다."]
)
def test_exact_bytes_beside_sound_words_come_before_incomplete_ones(sentence: str) -> None:
    first, *words = sentence.split(" ")
    raw = f"{first} " + " ".join(words).encode().decode("mac_roman")
    assert repair_text(raw) == sentence


def test_bytes_that_are_gone_are_not_guessed_from_what_cp1252_lacks() -> None:
    gone = "또 다른 형태의 자료를 관측으로부터 얻는다.".encode("cp949").decode("utf-8", "replace")
    assert all(edit.reading is None for edit in repair_text(gone).edits)


def test_a_sign_whose_first_byte_is_gone_goes_with_its_second() -> None:
    gone = "통근열차·전동열차는 평시와 같이 운영 중이다".encode("johab").decode("cp949", "replace")
    edits = repair_text(gone).edits
    assert any(edit.reading is None and "4" in edit.raw for edit in edits)


def test_old_hangul_of_hanyang_fonts() -> None:
    raw = "나랏말\uebd4미 \uf537\uf53a 사\ue470 위\uf537야"
    old = [edit for edit in repair_text(raw).edits if "Hanyang" in edit.evidence[0]]
    assert "".join(edit.raw for edit in old) == "\uebd4\uf537\uf53a\ue470\uf537"
    assert old[1].reading == "\u1112\u119e\u1112\u119e\u11ab"
    assert {edit.status for edit in old} == {"corrected"}


@pytest.mark.parametrize(
    "raw", ["목차 \uf06c한글", "\ue0bc연구 \ue0bd결과", "전화 \uf095 주소 \uf0e0"]
)
def test_signs_of_other_fonts_are_not_old_hangul(raw: str) -> None:
    assert all(edit.reading is None for edit in repair_text(raw).edits)

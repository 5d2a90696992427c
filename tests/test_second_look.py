"""Doubts of a reader, settled by what the picture and the text say together."""

from __future__ import annotations

import pytest

from haedok.model import Doubt, Line, Page, Token
from haedok.repair import Evidence, repair_page, second_look
from haedok.repair.ledger import apply
from haedok.repair.readings import Reading
from haedok.repair.weighing import FEATURES, Place, changes, places_to_features, texts_to_habit
from haedok.settings import Repair


def line(text: str, *doubts: Doubt, engine: str = "haedok", number: int = 1) -> Line:
    """A line with its words; doubts are given by their offset in it."""
    tokens: list[Token] = []
    for word in text.split(" "):
        start = tokens[-1].end + 1 if tokens else 0
        own = tuple(
            Doubt(doubt.start - start, doubt.raw, doubt.readings)
            for doubt in doubts
            if start <= doubt.start <= start + len(word)
        )
        tokens.append(Token(word, start, engine=engine, doubts=own))
    return Line(number, text, tuple(tokens))


def doubt(text: str, raw: str, other: str, nats: float) -> Doubt:
    """Where the picture prefers what stands there by some nats."""
    return Doubt(text.index(raw), raw, ((raw, 0.0, 0.0), (other, -nats, -nats)))


def repaired(*lines: Line, accept: float = 0.9) -> list[str]:
    page = repair_page(Page(1, "a.png", "image", lines=lines), Evidence(), Repair(accept=accept))
    return [apply(each.text, [e for e in page.edits if e.line == each.number]) for each in lines]


def test_text_and_picture_together_settle_a_doubt() -> None:
    text = "정부는 경제 정책을 발표하였디."
    assert repaired(line(text, doubt(text, "디", "다", 0.5))) == ["정부는 경제 정책을 발표하였다."]


def test_what_was_read_without_a_doubt_stays_however_odd() -> None:
    text = "정부는 경제 정책을 발표하였디."
    assert repaired(line(text)) == [text]


def test_a_clear_picture_is_not_overruled() -> None:
    text = "김찬혁 교수는 정부의 경제 정책을 비판하였다."
    assert repaired(line(text, doubt(text, "찬", "천", 9.0))) == [text]


def test_what_the_text_likes_stays_as_it_is() -> None:
    text = "정부는 경제 정책을 발표하였다."
    assert repaired(line(text, doubt(text, "다", "디", 0.1))) == [text]


def test_an_invented_space_goes() -> None:
    text = "정부는 경제 정 책을 발표하였다."
    (fixed,) = repaired(line(text, doubt(text, " 책", "책", 0.3)), accept=0.5)
    assert fixed == "정부는 경제 정책을 발표하였다."


def test_edits_say_what_each_voice_said() -> None:
    text = "정부는 경제 정책을 발표하였디."
    page = Page(1, "a.png", "image", lines=(line(text, doubt(text, "디", "다", 0.5)),))
    (edit,) = repair_page(page, Evidence(), Repair()).edits
    assert (edit.raw, edit.reading, edit.cause, edit.status) == (
        "디",
        "다",
        "near-miss",
        "corrected",
    )
    assert "picture" in edit.evidence[0] and "text" in edit.evidence[0]


def test_a_doubt_that_does_not_fit_its_line_says_nothing() -> None:
    stale = Doubt(0, "없는", (("없는", 0.0, 0.0), ("있는", -0.1, -0.1)))
    assert repaired(line("정부는 발표하였다.", stale)) == ["정부는 발표하였다."]


def test_nothing_is_put_in_without_a_sign_beside_it() -> None:
    text = "정부는경제 정책을 발표하였다."
    gap = Doubt(3, "", (("", 0.0, 0.0), (" ", -0.1, -0.1)))
    page = Page(1, "a.png", "image", lines=(line(text, gap),))
    (edit,) = repair_page(page, Evidence(), Repair(offer=0.0)).edits
    assert (edit.start, edit.end, edit.raw, edit.reading) == (2, 3, "는", "는 ")
    assert edit.cause == "spacing"


def test_readings_with_the_picture_go_before_those_of_the_text_alone() -> None:
    text = "북한의 핵무키를 개발하였다"
    near = Reading(4, 8, (("핵무기를", 0.95),), 0.95)
    seen = Reading(6, 7, (("기", 0.97),), 0.97, (), "near-miss", True)
    read = Line(1, text, (Token(text, 0, engine="tesseract"),), cause="near-miss")
    assert second_look.first((seen,), [near], read) == [seen]
    assert second_look.first((), [near], read) == [near]
    ours = Line(1, text, (Token(text, 0, engine="haedok"),), cause="near-miss")
    assert second_look.first((), [near], ours) == []


def test_no_word_is_parted_where_the_picture_has_no_space() -> None:
    text = "지 금 학자이면서43)"
    parted = Reading(4, 13, (("학자이면서 43)", 0.99),), 0.99)
    joined = Reading(0, 3, (("지금", 0.99),), 0.99)
    read = Line(1, text, (Token(text, 0, engine="haedok"),), cause="spacing")
    assert second_look.first((), [joined, parted], read) == [joined]


def test_chances_of_a_stretch_add_up_to_one() -> None:
    rows = (("정 책", 0.0, 0.0), ("정책", -0.5, -0.3), ("징책", -2.0, -3.0))
    place = Place("경제 정 책을", 3, 6, rows)
    (features,) = places_to_features([place])
    assert features.shape == (2, len(FEATURES))
    weighed = second_look.weigh(place, features, 3)
    assert sum(chance for _, chance in weighed.chances) == pytest.approx(1.0)
    assert weighed.chances[0][0] == "정 책"


def test_changes_are_counted_by_kind() -> None:
    assert changes("정 책", "정책") == [0, 1, 0, 0, 0, 0]
    assert changes("합", "협") == [1, 0, 0, 0, 0, 0]
    assert changes("l0", "10") == [0, 0, 0, 1, 0, 0]
    assert changes("가", "가 ") == [0, 0, 1, 0, 0, 0]


def test_a_document_tells_its_habit() -> None:
    closed, spaced = ["핵공유(nuclear sharing)"] * 5, ["핵공유 (nuclear sharing)"] * 5
    assert texts_to_habit(closed) < 0 < texts_to_habit(spaced)
    assert texts_to_habit(["제1조 3) 항"]) == 0.0


def test_a_doubt_stands_among_lines_whose_ends_are_known() -> None:
    text = "정책을 발표하였디."
    asked = second_look.questions(
        [
            line("정부는 경제", number=1),
            line(text, doubt(text, "디", "다", 0.5), number=2),
            line("그러나", number=3),
        ]
    )
    ((number, start, place),) = asked
    assert (number, place.text) == (2, "정부는 경제 정책을 발표하였디. 그러나")
    assert place.breaks == (6, 17)
    assert place.text[place.start : place.end] == text[start] == "디"
    ((_, _, alone),) = second_look.questions([line(text, doubt(text, "디", "다", 0.5))])
    assert alone.breaks == ()

"""The ledger: what was changed can be undone, replayed and overruled, to the byte."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haedok.errors import InputError
from haedok.model import Edit
from haedok.repair import ledger

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
STATUSES = st.sampled_from(["corrected", "doubtful", "unreadable"])


@st.composite
def edited_lines(draw: st.DrawFn) -> tuple[str, tuple[Edit, ...]]:
    text = draw(TEXT)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edits = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        status = draw(STATUSES)
        reading = None if status == "unreadable" else draw(TEXT)
        raw = text[start:end]
        edits.append(Edit(1, 1, start, end, raw, reading, "near-miss", status, 0.9))
    return text, tuple(draw(st.permutations(edits)))


@given(edited_lines())
def test_backwards_replay_gives_the_raw_text(line: tuple[str, tuple[Edit, ...]]) -> None:
    text, edits = line
    repaired = ledger.apply(text, edits)
    assert ledger.undo(repaired, edits).encode() == text.encode()


@given(edited_lines())
def test_rows_come_back_as_they_went(line: tuple[str, tuple[Edit, ...]]) -> None:
    _, edits = line
    assert tuple(ledger.from_rows(ledger.to_rows(edits))) == edits


@given(edited_lines())
def test_only_corrected_edits_change_the_text(line: tuple[str, tuple[Edit, ...]]) -> None:
    text, edits = line
    kept = [edit for edit in edits if edit.status != "corrected"]
    assert ledger.apply(text, kept) == text


def edit(start: int = 0, end: int = 3, raw: str = "핵위합", reading: str | None = "핵위협") -> Edit:
    status = "doubtful" if reading else "unreadable"
    return Edit(1, 1, start, end, raw, reading, "near-miss", status, 0.8)


def decide(action: str, **fields: object) -> ledger.Decided:
    row = {"page": 1, "line": 1, "start": 0, "end": 3, "raw": "핵위합", "action": action, **fields}
    decision = msgspec.convert(row, ledger.Decision)
    return ledger.decide([edit()], [decision], {(1, 1): "핵위합을 강화"})


def test_row_has_the_fields_of_the_contract() -> None:
    row = msgspec.json.decode(next(ledger.to_rows([edit()])))
    assert " ".join(row) == (
        "page line start end raw reading cause status confidence candidates evidence decided_by"
    )


def test_accept_corrects() -> None:
    decided = decide("accept", by="kim")
    assert ledger.apply("핵위합을", decided.edits) == "핵위협을"
    assert decided.edits[0].decided_by == "kim"


def test_reject_withdraws() -> None:
    decided = decide("reject")
    assert (decided.edits[0].status, decided.edits[0].reading) == ("unreadable", None)


def test_retype_replaces() -> None:
    assert ledger.apply("핵위합을", decide("retype", reading="핵위험").edits) == "핵위험을"


def test_retype_where_nothing_was_proposed() -> None:
    decided = decide("retype", start=5, end=7, raw="강화", reading="강조")
    assert ledger.apply("핵위합을 강화", decided.edits) == "핵위합을 강조"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"raw": "핵위험"}, "the raw text is now '핵위합'"),
        ({"start": 5, "end": 7, "raw": "강화"}, "no edit is proposed here any more"),
        ({"start": 1, "end": 2, "raw": "위"}, "no edit is proposed here any more"),
    ],
)
def test_stale_decisions_are_reported_not_applied(fields: dict[str, object], why: str) -> None:
    decided = decide("accept", **fields)
    assert decided.edits == (edit(),)
    assert decided.stale[0][1] == why


def test_last_decision_counts() -> None:
    rows = [ledger.Decision(1, 1, 0, 3, "핵위합", action) for action in ("reject", "retype")]
    rows[1] = msgspec.structs.replace(rows[1], reading="핵우산")
    assert ledger.decide([edit()], rows).edits[0].reading == "핵우산"


def test_a_word_taken_back_leaves_no_trace() -> None:
    rows = [ledger.Decision(1, 1, 0, 3, "핵위합", action) for action in ("reject", "accept")]
    decided = ledger.decide([edit()], rows)
    assert decided.stale == ()
    assert (decided.edits[0].reading, decided.edits[0].evidence) == ("핵위협", ())


def test_overlapping_edits_are_a_bug() -> None:
    pair = [msgspec.structs.replace(edit(), status="corrected") for _ in range(2)]
    with pytest.raises(ValueError, match="overlap"):
        ledger.apply("핵위합", pair)


@pytest.mark.parametrize(
    "row", ["{", '{"page": 1}', '{"page":1,"line":1,"start":0,"end":1,"raw":"a","action":"eat"}']
)
def test_bad_decisions_are_the_users_error(row: str) -> None:
    with pytest.raises(InputError, match=r"decisions\.jsonl, row 1"):
        list(ledger.decisions_from_rows([row]))


def test_retype_needs_a_reading() -> None:
    row = '{"page":1,"line":1,"start":0,"end":1,"raw":"a","action":"retype"}'
    with pytest.raises(InputError, match="no reading"):
        list(ledger.decisions_from_rows([row]))

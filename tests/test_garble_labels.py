"""Labels of garbles whose print is known."""

from __future__ import annotations

import pytest

from haedok.train.garble.foreign import romanised
from haedok.train.garble.labels import UNKNOWN, labels, lines


@pytest.mark.parametrize(
    ("garble", "printed", "expected"),
    [
        ("20204", "2020년", "22221"),
        ("108~250kt", "108~250kt", "222022200"),
        ("ICBMi}", "ICBM과", "000011"),
        ("A273", "제27권", "1221"),
        ("(Yamaha)", "(Yamaha)", "0" * 8),
        ("Zyo|c}.", "정이다.", "1111110"),
        ("$41", "전력", "111"),
    ],
)
def test_labels(garble: str, printed: str, expected: str) -> None:
    assert "".join(map(str, labels(garble, printed))) == expected


def test_a_line_is_cut_where_reading_jumps_back() -> None:
    text = "핵공유 NATO 체제"
    found = list(lines(text, [("9FE", 0, 3), ("NATO", 4, 8), ("A|A|", 9, 11), ("of", 0, 1)]))
    assert [read for read, _ in found] == ["9FE NATO A|A|", "of"]
    assert found[0][1] == [1, 1, 1, UNKNOWN, 0, 0, 0, 0, UNKNOWN, 1, 1, 1, 1]


def test_romanisation() -> None:
    assert romanised("국방정책") == "gukbangjeongchaek"
    assert romanised("김휘락", old=True) == "kimhwirak"

"""Reading order over boxes alone."""

from hypothesis import given
from hypothesis import strategies as st

from haedok.layout import boxes_to_gutter, in_reading_order, line_height, reading_order
from haedok.model import Box, Line


def column(x0, x1, y0, count, pitch=60, height=40):
    return [Box(x0, y0 + n * pitch, x1, y0 + n * pitch + height) for n in range(count)]


def order_is_kept(boxes):
    """Whatever order the boxes come in, they are read in the order given here."""
    shuffled = sorted(range(len(boxes)), key=lambda n: (n * 7919) % 101)
    order = reading_order([boxes[n] for n in shuffled])
    return [shuffled[n] for n in order] == list(range(len(boxes)))


def test_one_column_from_top_to_bottom():
    boxes = column(100, 1500, 100, 30)
    assert boxes_to_gutter(boxes) is None
    assert order_is_kept(boxes)


def test_two_columns_left_before_right():
    assert order_is_kept(column(100, 800, 100, 20) + column(900, 1600, 100, 20))


def test_title_and_abstract_across_columns_come_first():
    top = [Box(300, 50, 1400, 130), Box(200, 200, 1500, 240), Box(200, 260, 1500, 300)]
    assert order_is_kept(top + column(100, 800, 400, 12) + column(900, 1600, 400, 12))


def test_band_in_the_middle_parts_the_columns():
    upper = column(100, 800, 100, 6) + column(900, 1600, 100, 6)
    lower = column(100, 800, 600, 6) + column(900, 1600, 600, 6)
    assert order_is_kept([*upper, Box(150, 500, 1550, 540), *lower])


def test_footnotes_belong_to_their_column():
    left = column(100, 800, 100, 15) + column(100, 800, 1050, 3, pitch=45, height=30)
    right = column(900, 1600, 100, 15) + column(900, 1600, 1050, 3, pitch=45, height=30)
    assert order_is_kept(left + right)


def test_running_head_and_page_number_stand_outside_the_columns():
    head = [Box(100, 20, 500, 50), Box(1200, 20, 1600, 50)]
    foot = [Box(100, 1500, 160, 1530)]
    body = column(100, 800, 200, 18) + column(900, 1600, 200, 18)
    assert order_is_kept(head + body + foot)


def test_lines_cut_at_a_wide_space_stay_one_row():
    boxes = column(100, 1500, 100, 10)
    boxes[4:5] = [Box(100, 340, 500, 380), Box(800, 345, 1500, 385)]
    assert order_is_kept(boxes)


def test_leaning_columns():
    lean = [
        Box(
            box.x0,
            box.y0 + (14 if box.x0 > 800 else 0),
            box.x1,
            box.y1 + (14 if box.x0 > 800 else 0),
        )
        for box in column(100, 800, 100, 20) + column(900, 1600, 100, 20)
    ]
    assert order_is_kept(lean)


def test_numbers_follow_the_order_and_text_is_untouched():
    lines = [Line(1, "둘째", box=Box(0, 50, 90, 80)), Line(2, "첫째", box=Box(0, 0, 90, 30))]
    ordered = in_reading_order(lines)
    assert [(line.number, line.text) for line in ordered] == [(1, "첫째"), (2, "둘째")]


def test_without_boxes_as_they_come():
    lines = [Line(7, "가"), Line(3, "나", box=Box(0, 0, 1, 1))]
    assert [line.text for line in in_reading_order(lines)] == ["가", "나"]
    assert in_reading_order([]) == ()


def test_line_height():
    assert line_height([]) == 0
    assert line_height(column(0, 10, 0, 5)) == 40


boxes_strategy = st.lists(
    st.builds(
        lambda x, y, w, h: Box(x, y, x + w, y + h),
        st.integers(0, 2000),
        st.integers(0, 3000),
        st.integers(0, 1500),
        st.integers(0, 200),
    ),
    max_size=40,
)


@given(boxes_strategy)
def test_every_line_is_read_once(boxes):
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))

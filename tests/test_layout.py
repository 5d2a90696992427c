"""Reading order over boxes alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from haedok.gutters import boxes_to_gutter, line_height
from haedok.layout import in_reading_order, reading_order, reading_rows
from haedok.model import Box, Line, Token


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


def justified(x0, x1, y0, count, last=0.5):
    """A paragraph of full lines whose last is short."""
    lines = column(x0, x1, y0, count)
    end = lines[-1]
    return [*lines[:-1], Box(x0, end.y0, x0 + int(last * (x1 - x0)), end.y1)]


def table(x0, x1, y0, rows, cells, pitch=60):
    """Row by row, cells that fill half of their room."""
    step = (x1 - x0) // cells
    return [
        Box(x0 + n * step, y0 + r * pitch, x0 + n * step + step // 2, y0 + r * pitch + 40)
        for r in range(rows)
        for n in range(cells)
    ]


def test_table_over_one_column_is_no_columns():
    text = justified(100, 1500, 100, 8)
    cells = table(100, 1500, 640, 9, 2)
    below = justified(100, 1500, 1240, 6)
    assert boxes_to_gutter([*text, *cells, *below]) is None
    assert order_is_kept([*text, *cells, *below])


def test_table_within_a_column():
    left = [*justified(100, 800, 100, 6), *table(100, 800, 480, 5, 4), *justified(100, 800, 800, 9)]
    assert order_is_kept(left + justified(900, 1600, 100, 20))


def test_table_over_both_columns_parts_them():
    upper = justified(100, 800, 100, 6) + justified(900, 1600, 100, 6)
    lower = justified(100, 800, 900, 6) + justified(900, 1600, 900, 6)
    assert order_is_kept([*upper, *table(100, 1600, 520, 5, 4), *lower])


def test_headings_side_by_side_are_no_table():
    upper, lower = ([justified(x, x + 700, y, 8) for x in (100, 900)] for y in (100, 760))
    heads = [Box(300, 660, 600, 700), Box(1100, 660, 1400, 700)]
    left, right = ([upper[n], [heads[n]], lower[n]] for n in (0, 1))
    assert order_is_kept([box for part in (*left, *right) for box in part])


def test_figures_of_a_chart_beside_text_stay_in_their_column():
    text = justified(100, 800, 100, 20)
    chart = [Box(1000, 140, 1060, 170), Box(1300, 230, 1360, 260)]
    labels = [Box(x, 400, x + 90, 430) for x in (985, 1285)]
    assert order_is_kept([*text, *chart, *labels, *justified(900, 1600, 500, 10)])


def test_few_lines_in_the_right_column():
    assert order_is_kept(justified(100, 800, 100, 20) + justified(900, 1600, 100, 2))


def test_pages_of_an_open_book_one_after_the_other():
    left, right = (
        [Box(x, 40, x + 60, 70), *justified(x, x + 900, 200, 12), Box(x + 400, 1100, x + 440, 1130)]
        for x in (100, 1300)
    )
    assert order_is_kept(left + right)


def test_notes_at_the_foot_of_columns_are_no_running_foot():
    left, right = (justified(x, x + 700, 100, 12) for x in (100, 900))
    left += [Box(100, 1000, 790, 1030)]
    right += [Box(900, 1000, 1400, 1030)]
    assert order_is_kept(left + right)


def test_cells_of_several_lines_are_read_cell_by_cell():
    one = [Box(100, 100, 300, 140), Box(500, 100, 700, 140), Box(500, 145, 620, 185)]
    two = [Box(100, 215, 300, 255), Box(100, 260, 200, 300), Box(500, 215, 700, 255)]
    three = [Box(100, 330, 300, 370), Box(500, 330, 700, 370)]
    boxes = [*one, *two, *three, *column(100, 800, 450, 5)]
    assert reading_rows(boxes)[:3] == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_full_cells_run_on_though_no_row_lacks_any():
    cells = [
        box
        for row in range(4)
        for x0, x1 in ((100, 400), (450, 800))
        for box in column(x0, x1, 1100 + 115 * row, 2, pitch=50)
    ]
    boxes = [*column(100, 800, 100, 14), *cells, *column(100, 800, 1640, 9)]
    assert [len(row) for row in reading_rows(boxes)][14:18] == [4, 4, 4, 4]


def test_rows_that_are_paired_are_not_joined():
    boxes = [
        Box(x0, y0, x0 + wide, y0 + 40)
        for y0 in (100, 150, 215, 265, 330, 380)
        for x0, wide in ((100, 80 + y0 % 70), (400, 100), (600, 100))
    ]
    boxes = [*boxes, *column(100, 800, 520, 5)]
    assert [len(row) for row in reading_rows(boxes)][:6] == [3] * 6


def test_rows_evenly_apart_are_not_joined():
    boxes = [*table(100, 900, 100, 5, 3), *column(100, 900, 450, 5)]
    del boxes[7]
    assert [len(row) for row in reading_rows(boxes)][:5] == [3, 3, 2, 3, 3]


def test_cells_of_a_row_become_one_line():
    def line(text, x0):
        return Line(1, text, (Token(text, 0, Box(x0, 0, x0 + 50, 30)),), Box(x0, 0, x0 + 50, 30))

    (row,) = in_reading_order([line("둘", 400), line("하나", 100)])
    assert row.text == "하나 둘"
    assert [row.text[token.start : token.end] for token in row.tokens] == ["하나", "둘"]
    assert row.box == Box(100, 0, 450, 30)


def test_page_number_beside_a_running_head_is_a_line_of_its_own():
    lines = [Line(1, text, box=box) for text, box in (("146", Box(100, 20, 160, 50)),)]
    lines += [Line(2, "기록과 활자", box=Box(1200, 22, 1500, 52))]
    lines += [Line(n, "본문", box=box) for n, box in enumerate(column(100, 1500, 200, 10), 3)]
    assert [line.text for line in in_reading_order(lines)][:2] == ["146", "기록과 활자"]


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


@settings(deadline=None)
@given(boxes_strategy)
def test_every_line_is_read_once(boxes):
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))


def test_cells_of_several_full_lines_are_no_columns():
    text, below = column(100, 1500, 100, 14), column(100, 1500, 1760, 8)
    cells = []
    y = 1000
    for left, right in [(2, 1), (1, 3), (2, 2), (3, 1)]:
        cells += column(100, 780, y, left, pitch=50) + column(820, 1490, y, right, pitch=50)
        y += 50 * max(left, right) + 30
    assert boxes_to_gutter([*text, *cells, *below]) is None
    assert order_is_kept([*text, *cells, *below])

"""Signs that are told by their ink: raised marks of notes, hyphens and dashes, stars."""

import numpy as np
import pytest

from haedok.model import Box
from haedok.recognize.lines import TextLine
from haedok.recognize.own.lattice import Position
from haedok.recognize.own.raised import crop_to_raised, with_marks
from haedok.recognize.own.strokes import with_strokes

LINE = TextLine(Box(100, 200, 500, 232), 32.0, ((100.0, 216.0), (500.0, 216.0)))
"""Its crop has the scale of the page, and begins at (92, 192)."""


def places(text, start=8, width=24):
    return tuple(
        Position(((sign, 0.9),), start + n * width, start + (n + 1) * width)
        for n, sign in enumerate(text)
    )


def text_of(row):
    return "".join(each.text for each in row)


def crop_with(*inked):
    crop = np.full((48, 420), 255, np.uint8)
    for x0, x1, y0, y1 in inked:
        crop[y0:y1, x0:x1] = 0
    return crop


@pytest.mark.parametrize("foot", [24, 36], ids=["raised", "on the line"])
def test_a_raised_mark_is_cut_out_larger(foot):
    letter, mark = (9, 31, 8, 36), (34, 44, foot - 14, foot)
    found = list(crop_to_raised(crop_with(letter, mark), places("가4"), LINE))
    if foot == 36:
        assert found == []
        return
    (raised,) = found
    assert (raised.x0, raised.x1) == (34, 44)
    assert raised.line.box == Box(126, 202, 136, 216)
    assert raised.line.em < LINE.em


def test_raised_parts_of_letters_are_no_marks():
    crop = crop_with((9, 31, 8, 22))
    assert list(crop_to_raised(crop, places("가"), LINE)) == []


@pytest.mark.parametrize(
    ("before", "read", "after"),
    [
        ("까?4", "4)", "까?4)"),
        ("까?°", "4)", "까?4)"),
        ("까?4", "o", "까?4"),
        ("까?)", "7", "까?)"),
    ],
)
def test_what_is_no_mark_gives_way_to_one(before, read, after):
    row = places(before)
    x0, x1 = round(row[2].x0), round(row[2].x1)
    (raised,) = crop_to_raised(crop_with((x0 + 2, x1 - 2, 10, 24)), row, LINE)
    assert text_of(with_marks(row, [(raised, places(read))])) == after


def test_a_whole_mark_stays():
    row = places("까5)")
    (raised,) = crop_to_raised(crop_with((34, 76, 10, 24)), row, LINE)
    assert text_of(with_marks(row, [(raised, places("2)"))])) == "까5)"


def strokes(text, widths):
    """A line of letters 16 columns wide, its strokes so wide as said."""
    row = places(text)
    wide = iter(widths)
    ink = []
    for each in row:
        half = next(wide) / 2 if each.text in "-–" else 8
        middle, rows = (each.x0 + each.x1) / 2, (27, 30) if each.text in "-–" else (10, 36)
        ink.append((round(middle - half), round(middle + half), *rows))
    return crop_with(*ink), row


@pytest.mark.parametrize(
    ("text", "widths", "right"),
    [
        ("a-b c-d e-f", (8, 8, 8), "a-b c-d e-f"),
        ("a-b c-d E-F", (8, 8, 16), "a-b c-d E–F"),
        ("a–b", (14,), "a-b"),
        ("A–B", (14,), "A–B"),
        ("a-b c–d", (14, 14), "a-b c-d"),
        ("1–2", (8,), "1–2"),
    ],
)
def test_strokes_between_letters_are_held_against_the_hyphens_of_the_page(text, widths, right):
    crop, row = strokes(text, widths)
    (found,) = with_strokes([crop], [row])
    assert text_of(found) == right
    for old, new in zip(row, found, strict=True):
        assert new == old or new.alternatives[1][0] == old.text


def test_stars_stand_together_unless_they_are_far_apart():
    row = places("가* *")
    near = crop_with((9, 31, 8, 36), (34, 72, 12, 22), (82, 100, 12, 22))
    far = crop_with((9, 31, 8, 36), (34, 54, 12, 22), (82, 100, 12, 22))
    assert text_of(with_strokes([near], [row])[0]) == "가**"
    assert text_of(with_strokes([far], [row])[0]) == "가* *"

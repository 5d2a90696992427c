"""Doubtful stretches are read again, in pictures that are a little otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from haedok.recognize.own.crops import HEIGHT
from haedok.recognize.own.lattice import Position
from haedok.recognize.own.rereading import (
    VIEWS,
    View,
    columns_of,
    in_doubt,
    look_otherwise,
    seen,
)

STROKE = 40
"""Column of the only stroke of a picture."""


def picture() -> np.ndarray:
    """White paper with an upright stroke, two columns wide, and a level one in its middle rows."""
    paper = np.full((HEIGHT, 160), 255, np.uint8)
    paper[10:38, STROKE : STROKE + 2] = 0
    paper[23:25, 80:120] = 0
    return paper


def places(*rows: tuple[tuple[str, float], ...]) -> list[Position]:
    return [Position(row, 32.0 * n, 32.0 * (n + 1)) for n, row in enumerate(rows)]


@pytest.mark.parametrize("view", [*VIEWS, View(down=3.0), View(high=1.3)])
def test_a_point_of_the_picture_is_where_the_view_says(view: View) -> None:
    shown = seen(picture(), view).astype(float)
    assert shown.shape[0] == HEIGHT
    ink = 255 - shown[30, : int(70 * view.wide)]
    middle = (ink * (np.arange(len(ink)) + 0.5)).sum() / ink.sum()
    assert middle == pytest.approx(view.wide * (STROKE + 1) + view.right, abs=0.3)
    level = 255 - shown[:, int(100 * view.wide)]
    row = (level * (np.arange(HEIGHT) + 0.5)).sum() / level.sum()
    assert row == pytest.approx(HEIGHT / 2 + view.down, abs=0.3)


def test_a_view_that_changes_nothing_shows_the_picture() -> None:
    assert (seen(picture(), View()) == picture()).all()


def test_what_is_uncovered_is_paper() -> None:
    assert (seen(picture(), View(wide=0.5, high=0.5, right=6.0))[:, :5] == 255).all()


def test_only_what_is_likely_to_be_otherwise_is_looked_at_again() -> None:
    row = places((("가", 0.97), ("거", 0.03)), (("나", 0.9), ("너", 0.1)))
    assert in_doubt(row, [(0, 1), (1, 2)]) == [(1, 2)]


def test_a_stretch_has_the_columns_up_to_its_neighbours() -> None:
    row = places((("가", 1.0),), (("나", 1.0),), (("다", 1.0),))
    assert columns_of(row, (1, 2), 200.0) == (32.0, 64.0)
    assert columns_of(row, (0, 3), 200.0) == (0.0, 200.0)


def test_each_stretch_gets_a_look_for_each_view() -> None:
    row = places(*((("가", 1.0),) for _ in range(5)))
    looks = look_otherwise([picture(), picture()], [row, row], [[(1, 2), (3, 4)], []])
    assert [sorted(each) for each in looks] == [[(1, 2), (3, 4)], []]
    assert [len(each) for each in looks[0].values()] == [len(VIEWS)] * 2
    for view, look in zip(VIEWS, looks[0][1, 2], strict=True):
        assert len(look.frames) == pytest.approx(8 * view.wide, abs=1)

"""Geometry of window envelopes: what is always seen, what may be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.envelope import LONG_3, Rectangle, envelope, square_2
from kyufu_desktop.errors import InputProblem


def test_long_envelope_always_shows_22_to_87_by_13_to_37() -> None:
    assert LONG_3.always_visible() == Rectangle(22, 13, 87, 37)


def test_long_envelope_may_show_0_to_112_by_0_to_58() -> None:
    assert LONG_3.may_be_visible() == Rectangle(0, 0, 112, 58)


def test_play_is_envelope_less_folded_sheet() -> None:
    assert (LONG_3.play_right, LONG_3.play_down) == (25, 21)


def test_flat_sheet_in_the_square_envelope() -> None:
    square = square_2((22, 40, 95, 50))
    assert square.always_visible() == Rectangle(22, 40, 87, 55)
    assert square.may_be_visible() == Rectangle(0, 5, 117, 90)


@given(x=st.floats(0, 25), y=st.floats(0, 21))
def test_in_every_position_the_window_shows_the_one_and_nothing_outside_the_other(x: float, y: float) -> None:
    seen = LONG_3.window().shifted(-x, -y)
    assert seen.holds(LONG_3.always_visible(), 1e-9)
    on_sheet = Rectangle(max(0, seen.left), max(0, seen.top), min(210, seen.right), min(99, seen.bottom))
    assert LONG_3.may_be_visible().holds(on_sheet, 1e-9)


def test_a_common_edge_is_no_common_area() -> None:
    assert not Rectangle(0, 0, 10, 10).meets(Rectangle(10, 0, 20, 10))
    assert Rectangle(0, 0, 10, 10).meets(Rectangle(9.9, 9.9, 20, 20))


@pytest.mark.parametrize(
    ("size", "sheet", "window"),
    [
        pytest.param((235, 120), (240, 99), (22, 13, 90, 45), id="sheet wider than the envelope"),
        pytest.param((235, 120), (210, 99), (150, 13, 90, 45), id="window beyond the edge"),
        pytest.param((235, 120), (210, 99), (22, 13, 25, 45), id="window not wider than the play"),
        pytest.param((235, 120), (210, 99), (22, 13, 90, 0), id="no window"),
    ],
)
def test_measures_that_cannot_be_are_refused(
    size: tuple[float, float], sheet: tuple[float, float], window: tuple[float, float, float, float]
) -> None:
    with pytest.raises(InputProblem) as caught:
        envelope("見本", size=size, sheet=sheet, window=window)
    assert caught.value.code == "K-1011"

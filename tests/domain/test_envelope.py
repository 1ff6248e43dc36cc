"""Geometry of window envelopes: what is always seen, what may be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.envelope import LONG_3, Envelope, Rectangle, envelope, square_2
from kyufu_desktop.domain.first_page import BODY, SHEET, first_page
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
    ("size", "sheet", "window", "field"),
    [
        pytest.param((235, 120), (240, 99), (22, 13, 90, 45), "sheet_width", id="sheet wider than the envelope"),
        pytest.param((235, 120), (210, 121), (22, 13, 90, 45), "sheet_height", id="sheet higher than the envelope"),
        pytest.param((235, 120), (210, 99), (150, 13, 90, 45), "window_left", id="window beyond the edge"),
        pytest.param((235, 120), (210, 99), (-1, 13, 90, 45), "window_left", id="window beyond the left edge"),
        pytest.param((235, 120), (210, 99), (22, 90, 90, 45), "window_top", id="window below the edge"),
        pytest.param((235, 120), (210, 99), (22, 13, 25, 45), "window_width", id="window not wider than the play"),
        pytest.param((235, 120), (210, 99), (22, 13, 90, 21), "window_height", id="window not higher than the play"),
        pytest.param((235, 120), (210, 99), (22, 13, 90, 0), "window_height", id="no window"),
        pytest.param((0, 120), (210, 99), (22, 13, 90, 45), "width", id="no envelope"),
    ],
)
def test_measures_that_cannot_be_are_refused_by_name(
    size: tuple[float, float], sheet: tuple[float, float], window: tuple[float, float, float, float], field: str
) -> None:
    with pytest.raises(InputProblem) as caught:
        envelope("見本", size=size, sheet=sheet, window=window)
    assert (caught.value.code, caught.value.field) == ("K-1011", field)


# ------------------------------------------------------------ the places on the first page
def _long(left: float, top: float, width: float, height: float) -> Envelope:
    return envelope("長形3号", size=(235, 120), sheet=(210, 99), window=(left, top, width, height))


def test_places_for_the_usual_window() -> None:
    page = first_page(LONG_3)
    assert page.destination == Rectangle(22.5, 13.5, 86.5, 36.5)
    assert (page.ward.left, page.ward.top, page.body_top) == (116, 14, 61)
    assert page.folds == (99, 198) and page.window == Rectangle(9.5, 2.5, 99.5, 47.5)


measures = st.tuples(st.integers(0, 120), st.integers(0, 60), st.integers(60, 160), st.integers(25, 80))


@given(measures, st.booleans())
def test_nothing_but_the_destination_has_its_place_in_reach_of_any_window(window: tuple[int, int, int, int], flat: bool) -> None:
    try:
        found = square_2(window) if flat else _long(*window)
        page = first_page(found)
    except InputProblem as problem:
        assert problem.code == "K-1011" and hasattr(LONG_3, problem.field)
        return
    reach, always = found.may_be_visible(), found.always_visible()
    assert always.holds(page.destination) and SHEET.holds(page.destination)
    body = Rectangle(BODY.left, page.body_top, BODY.right, BODY.bottom)
    assert not reach.meets(page.ward) and not reach.meets(body) and not page.ward.meets(body)
    assert SHEET.holds(page.ward) and page.ward.width >= 60
    assert all(fold > reach.bottom for fold in page.folds)


@pytest.mark.parametrize(
    ("window", "field"),
    [
        pytest.param((22, 13, 70, 45), "window_width", id="too narrow for an address"),
        pytest.param((22, 13, 90, 38), "window_height", id="too low for five lines"),
        pytest.param((0, 13, 72, 45), "window_width", id="most of it where no printer prints"),
    ],
)
def test_windows_that_leave_no_room_are_refused_by_name(window: tuple[float, float, float, float], field: str) -> None:
    with pytest.raises(InputProblem) as caught:
        first_page(_long(*window))
    assert (caught.value.code, caught.value.field) == ("K-1011", field)


def test_window_so_low_that_no_letter_fits_below_is_refused() -> None:
    with pytest.raises(InputProblem) as caught:
        first_page(square_2((22, 110, 100, 60)))
    assert caught.value.field == "window_top"


def test_words_of_the_ward_stand_below_a_window_as_wide_as_the_sheet() -> None:
    wide = _long(15, 13, 150, 45)
    page = first_page(wide)
    assert page.ward.top == wide.may_be_visible().bottom + 3 and page.body_top == page.ward.bottom

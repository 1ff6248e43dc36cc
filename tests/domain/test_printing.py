"""Where the destination may be moved to on the paper; what the print ledger may say of a letter made anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.envelope import LONG_3, Envelope, square_2
from kyufu_desktop.domain.printing import (
    BLOCK_MARGIN,
    STOPPED_REASON,
    VOIDED_REASON,
    ReprintCause,
    cause_of,
    check_shift,
    destination_block,
    typed_shift,
)
from kyufu_desktop.errors import InputProblem

SQUARE = square_2((32, 40, 90, 60))


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0.0), ("0.3", 0.3), ("-0.2", -0.2), ("+1.5", 1.5), ("０．４", 0.4), (" −５．０ ", -5.0), ("5", 5.0)]
)
def test_millimetres_are_read_as_people_type_them(text: str, value: float) -> None:
    assert typed_shift("shift_right", text) == value


@pytest.mark.parametrize("text", ["", "あ", "0.25", "5.1", "-5.1", "1e1", "٣", "--1", "0,3", "nan"])
def test_anything_else_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        typed_shift("shift_down", text)
    assert (caught.value.code, caught.value.field) == ("K-1876", "shift_down")


@pytest.mark.parametrize("envelope", [LONG_3, SQUARE], ids=lambda one: one.name)
@given(right=st.integers(-50, 50), down=st.integers(-50, 50))
def test_a_moved_destination_is_accepted_exactly_where_the_window_always_shows_it(envelope: Envelope, right: int, down: int) -> None:
    moved = destination_block(envelope).shifted(right / 10, down / 10)
    fits = envelope.always_visible().holds(moved, 1e-6)
    assert fits is (abs(right) <= 5 and abs(down) <= 5), "half a millimetre each way"
    if fits:
        check_shift(envelope, "shift_right", right / 10, down / 10)
    else:
        with pytest.raises(InputProblem, match="K-1877"):
            check_shift(envelope, "shift_right", right / 10, down / 10)


def test_the_destination_lies_where_the_letters_lay_it() -> None:
    block = destination_block(LONG_3)
    assert (block.left, block.top, block.right, block.bottom) == (22.5, 13.5, 86.5, 36.5)
    assert BLOCK_MARGIN == 0.5


def test_a_typed_reason_is_told_by_its_code_only() -> None:
    assert cause_of(STOPPED_REASON) is ReprintCause.STOPPED
    assert cause_of(VOIDED_REASON) is ReprintCause.VOIDED
    for reason in ("見本 花子さんの手紙が破れた", "", None):
        assert cause_of(reason) is ReprintCause.SPOILED

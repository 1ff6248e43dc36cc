"""Media: until when they come back, how their data may have been erased, who may have stood by."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.custody import (
    BY_RECEIVER,
    METHOD_LABELS,
    ErasureMethod,
    ExportKind,
    LedgerLine,
    Span,
    check_erasure,
    check_return,
    check_witness,
    due_of,
    is_overdue,
    may_print_password,
    methods_for,
)
from kyufu_desktop.errors import InputProblem

DAY = date(2024, 8, 28)
M = ErasureMethod
OUT = LedgerLine(1, ExportKind.HOST_STATUS, "host_status.xlsx", 1, 0, "0" * 64, "M-01", DAY, "佐藤", DAY, "山下", None, "B-3")


def days(count: int) -> date:
    return DAY + timedelta(days=count)


BACK = dataclasses.replace(OUT, returned_on=days(3))


def test_a_medium_is_waited_for_from_the_hand_over_until_it_is_back_or_reported_erased() -> None:
    assert due_of(dataclasses.replace(OUT, handed_over_on=None), 14) is None
    assert due_of(OUT, 14) == days(14)
    assert due_of(BACK, 14) is None
    assert due_of(dataclasses.replace(OUT, erased_on=days(2), method=M.RECEIVER_KEEPS, reported_on=days(3)), 14) is None


@pytest.mark.parametrize(("on", "late"), [(13, False), (14, False), (15, True)])
def test_the_last_day_is_still_in_time(on: int, late: bool) -> None:
    assert is_overdue(OUT, 14, days(on)) is late
    assert not is_overdue(BACK, 14, days(on))


def test_what_is_not_back_can_only_have_been_erased_by_who_holds_it() -> None:
    assert methods_for(OUT) == (M.RECEIVER_KEEPS,)
    assert methods_for(BACK) == (M.DESTROYED, M.OVERWRITTEN, M.KEY_DISCARDED, M.RECEIVER)


def test_a_key_is_discarded_only_where_there_is_one() -> None:
    assert M.KEY_DISCARDED not in methods_for(dataclasses.replace(BACK, sealed=False))


@pytest.mark.parametrize("on", [-1, 11])
def test_a_return_lies_between_hand_over_and_today(on: int) -> None:
    with pytest.raises(InputProblem, match="K-1480"):
        check_return(OUT, days(on), days(10))
    for fits in (0, 10):
        check_return(OUT, days(fits), days(10))


@pytest.mark.parametrize(
    ("line", "method", "erased", "reported", "field"),
    [
        (BACK, M.DESTROYED, 2, None, "erased_on"),
        (BACK, M.DESTROYED, 11, None, "erased_on"),
        (BACK, M.RECEIVER, -1, None, "erased_on"),
        (BACK, M.RECEIVER_KEEPS, 4, 5, "method"),
        (OUT, M.DESTROYED, 4, None, "method"),
        (OUT, M.RECEIVER_KEEPS, -1, 5, "erased_on"),
        (OUT, M.RECEIVER_KEEPS, 4, None, "reported_on"),
        (OUT, M.RECEIVER_KEEPS, 4, 3, "reported_on"),
        (OUT, M.RECEIVER_KEEPS, 4, 11, "reported_on"),
    ],
)
def test_an_erasure_that_cannot_be_names_its_field(
    line: LedgerLine, method: ErasureMethod, erased: int, reported: int | None, field: str
) -> None:
    with pytest.raises(InputProblem) as caught:
        check_erasure(line, method, days(erased), None if reported is None else days(reported), days(10))
    assert (caught.value.code, caught.value.field) == ("K-1480", field)


def test_ours_follows_the_return_and_the_receivers_may_lie_before_it() -> None:
    check_erasure(BACK, M.OVERWRITTEN, days(3), None, days(10))
    check_erasure(BACK, M.RECEIVER, days(1), None, days(10))
    check_erasure(OUT, M.RECEIVER_KEEPS, days(4), days(4), days(10))


@pytest.mark.parametrize("name", ["", "　", "森", "佐藤 主事", "佐藤主事", "佐藤", "総務課　佐藤 主事"])
def test_who_records_cannot_be_the_witness(name: str) -> None:
    with pytest.raises(InputProblem) as caught:
        check_witness(name, "佐藤 主事")
    assert (caught.value.code, caught.value.field) == ("K-1481", "witness")


def test_a_witness_keeps_the_name_as_it_was_typed() -> None:
    assert check_witness(" 総務課 髙橋 係長 ", "佐藤 主事") == "総務課 髙橋 係長"


def test_no_password_is_printed_for_data_that_were_erased() -> None:
    erased = dataclasses.replace(BACK, erased_on=days(4), method=M.DESTROYED)
    assert may_print_password(BACK, days(5)) is None
    assert may_print_password(erased, days(5)) is not None


def test_methods_say_what_was_done_and_never_that_it_is_proved() -> None:
    assert set(METHOD_LABELS) == set(M) and len(set(METHOD_LABELS.values())) == len(M)
    assert not any(word in label for label in METHOD_LABELS.values() for word in ("完全", "証明", "復元不可"))
    assert {M.RECEIVER, M.RECEIVER_KEEPS} == BY_RECEIVER


def test_who_erased_is_the_receiver_where_he_did() -> None:
    erased = dataclasses.replace(BACK, erased_on=days(4), method=M.DESTROYED, erased_by="佐藤")
    assert erased.eraser == "佐藤"
    assert dataclasses.replace(erased, method=M.RECEIVER).eraser == "山下"


@given(first=st.none() | st.integers(0, 20), last=st.none() | st.integers(0, 20), day=st.integers(0, 20))
def test_a_span_holds_both_its_ends(first: int | None, last: int | None, day: int) -> None:
    span = Span(None if first is None else days(first), None if last is None else days(last))
    assert span.holds(days(day)) is ((first is None or first <= day) and (last is None or day <= last))

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.payment import AFTER_SENDING, OCCUPYING, Due, PaymentState, check_batch, check_counter_day, check_day
from kyufu_desktop.domain.values import BankAccount, Benefit
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from tests.domain.builders import programme

TODAY = date(2024, 8, 28)
ACCOUNT = BankAccount("0001", "001", "1", "1234567", "ﾚﾝｼﾕｳ")
_BANK = dataclasses.replace(programme().bank, cut_off_days=1)
RULES = dataclasses.replace(programme(), payment_ceiling=300_000, batch_ceiling=500_000, bank=_BANK)


def due(judgment_id: int = 1, amount: int = 100_000) -> Due:
    return Due(judgment_id, judgment_id, Benefit.HIKAZEI, amount, ACCOUNT)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def check(*dues: Due) -> None:
    check_batch(dues, RULES)


def test_batch_within_all_bounds_is_made() -> None:
    check(due(1, 300_000), due(2, 200_000))


@pytest.mark.parametrize(
    ("dues", "code"),
    [
        ((), "K-1050"),
        ((due(1), due(1)), "K-1053"),
        ((due(1, 0),), "K-1054"),
        ((due(1, -1),), "K-1054"),
        ((due(1, 300_001),), "K-1055"),
        ((due(1, 300_000), due(2, 200_001)), "K-1056"),
    ],
)
def test_batch_beyond_a_bound_is_refused(dues: tuple[Due, ...], code: str) -> None:
    with pytest.raises(UserError) as caught:
        check(*dues)
    assert caught.value.code == code


@pytest.mark.parametrize(("day", "code"), [(27, "K-1051"), (28, "K-1051"), (31, "K-1052")])
def test_day_must_be_a_future_bank_day(day: int, code: str) -> None:
    with pytest.raises(InputProblem) as caught:
        check_day(date(2024, 8, day), TODAY, RULES.bank.cut_off_days, weekday)
    assert (caught.value.code, caught.value.field) == (code, "transfer_on")


def test_counter_pays_today_or_later() -> None:
    check_counter_day(TODAY, TODAY)
    with pytest.raises(InputProblem, match="K-1051"):
        check_counter_day(date(2024, 8, 27), TODAY)


@pytest.mark.parametrize(("today", "code"), [(26, ""), (27, ""), (28, "K-1057"), (29, "K-1051")])
def test_file_must_reach_the_bank_its_days_before(today: int, code: str) -> None:
    try:
        check_day(date(2024, 8, 29), date(2024, 8, today), 2, weekday)
    except InputProblem as problem:
        assert (problem.code, problem.field) == (code, "transfer_on")
    else:
        assert not code


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(-10, 400_000)), max_size=6))
def test_what_passes_never_pays_twice_nor_beyond_the_ceilings(pairs: list[tuple[int, int]]) -> None:
    dues = [due(judgment_id, amount) for judgment_id, amount in pairs]
    try:
        check(*dues)
    except (InputProblem, Conflict):
        return
    assert len({one.judgment_id for one in dues}) == len(dues)
    assert 0 < sum(one.amount for one in dues) <= 500_000
    assert all(0 < one.amount <= 300_000 for one in dues)


def test_money_is_occupied_from_the_batch_on_until_it_is_really_back() -> None:
    free = {PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.RECALLED, PaymentState.REPAID}
    assert {state for state in PaymentState if state not in OCCUPYING} == free


def test_no_state_after_sending_leads_back_into_the_house() -> None:
    for state, following in AFTER_SENDING.items():
        assert state in OCCUPYING or following == {PaymentState.PAID}, "a failure that was none holds the money again"
        assert not following & {PaymentState.IN_BATCH, PaymentState.CANCELLED, PaymentState.SENT}

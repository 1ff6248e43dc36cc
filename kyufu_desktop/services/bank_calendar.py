"""Days of the bank: which can be a transfer day, until when the file must be there, and why a day cannot be chosen."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from kyufu_desktop.domain.calendar import bank_closed, business_days_before, is_business_day, next_business_day, wareki_with_weekday
from kyufu_desktop.domain.payment import PayMethod, check_day
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.exchange.holidays import is_holiday
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class BankDay:
    """One day of the month view. ``closed`` is why banks do not work; ``why_not`` why it cannot be chosen (empty where it can)."""

    day: date
    closed: str
    cut_off: date | None
    why_not: str


def is_open(day: date) -> bool:
    """Bank business day."""
    return is_business_day(day, is_holiday)


def cut_off(programme: Programme, transfer_on: date) -> date:
    """The last day on which the file may reach the bank."""
    return business_days_before(transfer_on, programme.bank.cut_off_days, is_open)


def first_day(programme: Programme, today: date) -> date:
    """The first transfer day that a file handed over today can still have."""
    day = next_business_day(today, is_holiday)
    while cut_off(programme, day) < today:
        day = next_business_day(day, is_holiday)
    return day


def month(desk: Desk, year: int, number: int) -> tuple[BankDay, ...]:
    """Every day of a month, as seen today. Nothing is read from the vault."""
    days = (date(year, number, day) for day in range(1, calendar.monthrange(year, number)[1] + 1))
    return tuple(_day(desk, day) for day in days)


def _day(desk: Desk, day: date) -> BankDay:
    closed = bank_closed(day, is_holiday)
    try:
        check_day(day, desk.today(), desk.programme.bank.cut_off_days, is_open)
    except InputProblem as problem:
        return BankDay(day, closed, None if closed else cut_off(desk.programme, day), f"{closed}です。" if closed else problem.happened)
    return BankDay(day, "", cut_off(desk.programme, day), "")


def require_in_time(desk: Desk, batch: Batch) -> None:
    """Raises Conflict K-1758 (the transfer day has come) or K-1940 (the bank's last day is over)."""
    if batch.method == PayMethod.CASH.value:
        if batch.transfer_on < desk.today():
            raise Conflict("K-1758", "支給日を過ぎています。", todo="この回を取り消し、新しい支給日で作ってください。")
        return
    todo = "振込データを取り消し、新しい振込日で作ってください。"
    if batch.transfer_on <= desk.today():
        raise Conflict("K-1758", "振込日を過ぎています。", todo=todo)
    last = cut_off(desk.programme, batch.transfer_on)
    if last < desk.today():
        raise Conflict("K-1940", f"銀行へ渡す期限（{wareki_with_weekday(last)}）を過ぎています。", todo=todo)

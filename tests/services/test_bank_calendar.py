"""The bank's days with the holidays as they are in the law: year ends, substitutes, long weekends, and until when a file must be there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.services import bank_calendar, bank_files, batches, outgoing, payments
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.services.office import Office, opened, silent

RULES = as_proposed("r6")


def days(cut_off_days: int, office: Office) -> Office:
    """The office with a bank that needs the file so many business days before."""
    rules = office.desk.programme
    bank = dataclasses.replace(rules.bank, cut_off_days=cut_off_days)
    office.desk = dataclasses.replace(office.desk, programme=dataclasses.replace(rules, bank=bank))
    return office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        made.reviewed(made.household(("hikazei", 100_000)))
        yield made


#: day -> why banks are closed; empty = open.
CLOSED = (
    ("2024-12-30", ""), ("2024-12-31", "年末年始の休み"), ("2025-01-01", "祝日"), ("2025-01-02", "年末年始の休み"),
    ("2025-01-03", "年末年始の休み"), ("2025-01-04", "土曜日"), ("2025-01-06", ""),
    ("2027-12-31", "年末年始の休み"), ("2028-01-01", "祝日"), ("2028-01-03", "年末年始の休み"), ("2028-01-04", ""),
    ("2024-05-06", "祝日"), ("2025-02-24", "祝日"), ("2025-05-06", "祝日"), ("2026-09-22", "祝日"), ("2026-05-06", "祝日"),
    ("2024-08-11", "祝日"), ("2024-08-12", "祝日"), ("2024-09-23", "祝日"), ("2024-11-04", "祝日"),
    ("2024-08-13", ""), ("2024-08-31", "土曜日"), ("2024-09-01", "日曜日"), ("2024-09-02", ""),
)  # fmt: skip


@pytest.mark.parametrize(("day", "why"), CLOSED)
def test_day_is_open_or_says_why_not(day: str, why: str) -> None:
    found = date.fromisoformat(day)
    assert bank_calendar.bank_closed(found, bank_calendar.is_holiday) == why
    assert bank_calendar.is_open(found) == (not why)


#: transfer day, business days before -> the last day for the file
CUT_OFF = (
    ("2024-09-02", 1, "2024-08-30"), ("2024-09-02", 2, "2024-08-29"), ("2024-09-17", 1, "2024-09-13"), ("2024-09-24", 2, "2024-09-19"),
    ("2025-01-06", 1, "2024-12-30"), ("2025-01-06", 2, "2024-12-27"), ("2025-01-07", 2, "2024-12-30"), ("2024-05-07", 3, "2024-04-30"),
    ("2028-01-04", 1, "2027-12-30"),
)  # fmt: skip


@pytest.mark.parametrize(("transfer", "count", "last"), CUT_OFF)
def test_last_day_for_the_file_counts_the_bank_s_own_days(transfer: str, count: int, last: str) -> None:
    rules = dataclasses.replace(RULES, bank=dataclasses.replace(RULES.bank, cut_off_days=count))
    assert bank_calendar.cut_off(rules, date.fromisoformat(transfer)) == date.fromisoformat(last)


@pytest.mark.parametrize("offset", range(0, 400, 7))
def test_first_day_is_the_earliest_that_can_still_be_reached(offset: int) -> None:
    today = date(2024, 8, 28) + timedelta(days=offset)
    found = bank_calendar.first_day(RULES, today)
    assert bank_calendar.is_open(found) and bank_calendar.cut_off(RULES, found) >= today
    between = (today + timedelta(days=number) for number in range(1, (found - today).days))
    assert not any(bank_calendar.is_open(day) and bank_calendar.cut_off(RULES, day) >= today for day in between)


def test_every_programme_asks_the_ward_for_the_cut_off() -> None:
    for name in ("r6", "r5_70000", "r6_12", "r7_fusoku"):
        rules = as_proposed(name)
        assert rules.bank.cut_off_days == 2 and "営業日前" in rules.sources["bank.cut_off_days"]


def test_a_month_says_of_every_day_whether_it_can_be_chosen_and_why_not(office: Office) -> None:
    days(2, office)
    august = {one.day.day: one for one in bank_calendar.month(office.desk, 2024, 8)}
    assert len(august) == 31
    assert august[28].why_not == "振込指定日は、明日以後の日にしてください。"
    assert august[29].why_not == "この日に振り込むには、令和6年8月27日（火）までに銀行へ渡す必要がありました。"
    assert (august[30].why_not, august[30].cut_off) == ("", date(2024, 8, 28))
    assert (august[31].why_not, august[31].cut_off) == ("土曜日です。", None)
    assert bank_calendar.month(office.desk, 2024, 9)[15].why_not == "祝日です。"
    assert {one.why_not for one in bank_calendar.month(office.desk, 2025, 6) if not one.closed} == {"半年より先の日です。"}
    assert payments.page(office.desk).next_day == date(2024, 8, 30)


def test_no_batch_is_made_for_a_day_that_the_file_cannot_reach(office: Office) -> None:
    days(2, office)
    with pytest.raises(InputProblem, match="K-1057"):
        office.batch(on=date(2024, 8, 29))
    with pytest.raises(InputProblem, match="K-1058"):
        office.batch(on=date(2025, 8, 28))
    office.batch(on=date(2024, 8, 30))


def test_batch_whose_last_day_is_over_is_neither_approved_nor_written(office: Office) -> None:
    days(2, office)
    batch = office.batch(on=date(2024, 9, 2))
    office.clock.days(2)
    with pytest.raises(Conflict, match="K-1940") as caught:
        office.approved(batch)
    assert "令和6年8月29日（木）" in caught.value.happened
    office.clock.days(-1)
    office.approved(batch)
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    office.clock.days(1)
    with pytest.raises(Conflict, match="K-1940"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    with pytest.raises(Conflict, match="K-1940"):
        outgoing.write_out(office.desk, sealed, str(office.medium))
    assert list(office.medium.iterdir()) == []
    batches.cancel_batch(office.desk, batch, office.suzuki, "期限を過ぎたため取り消します")

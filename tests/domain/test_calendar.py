from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.calendar import (
    age_on,
    is_business_day,
    next_business_day,
    parse_birth,
    parse_day,
    wareki,
    wareki_short,
    wareki_with_weekday,
)
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import name_of, rows


@pytest.mark.parametrize("row", rows("eras"), ids=name_of)
def test_written_days(row: dict[str, str]) -> None:
    if not row["西暦"]:
        with pytest.raises(InputProblem) as caught:
            parse_day(row["書かれた日付"])
        assert caught.value.field == "day"
        return
    day = parse_day(row["書かれた日付"])
    assert day == date.fromisoformat(row["西暦"])
    assert wareki(day) == row["和暦"]


@given(st.dates(date(1868, 1, 25), date(2099, 12, 31)))
def test_every_written_day_is_read_back(day: date) -> None:
    assert parse_day(wareki(day)) == day
    assert parse_day(wareki_short(day)) == day
    assert parse_day(day.isoformat()) == day


@given(st.text(max_size=20))
def test_anything_unreadable_is_refused_politely(text: str) -> None:
    try:
        parse_day(text)
    except InputProblem as problem:
        assert problem.field == "day"


def test_refusal_does_not_echo_what_was_typed() -> None:
    with pytest.raises(InputProblem) as caught:
        parse_day("山田花子")
    assert "山田" not in str(caught.value)


def test_day_before_an_era_is_told_from_a_day_that_does_not_exist() -> None:
    codes = []
    for text in ("昭和元年12月24日", "2024-02-30", "45000"):
        with pytest.raises(InputProblem) as caught:
            parse_day(text)
        codes.append(caught.value.code)
    assert codes == ["K-1003", "K-1002", "K-1001"]


def test_unknown_birth_day_is_kept_as_written() -> None:
    birth = parse_birth("昭和20年不詳")
    assert (birth.written, birth.day, birth.unknown) == ("昭和20年不詳", None, True)
    assert parse_birth(" 平成18年4月2日 ").day == date(2006, 4, 2)


def test_nothing_has_an_era_before_meiji() -> None:
    with pytest.raises(ValueError, match="1868"):
        wareki(date(1868, 1, 24))


def test_weekday_is_in_japanese() -> None:
    assert wareki_with_weekday(date(2024, 8, 28)) == "令和6年8月28日（水）"
    assert wareki_short(date(2019, 5, 1)) == "令元.5.1"


def test_age_changes_on_the_birthday() -> None:
    born = date(2006, 4, 2)
    assert [age_on(born, day) for day in (date(2024, 4, 1), date(2024, 4, 2), born)] == [17, 18, 0]
    assert [age_on(date(2004, 2, 29), day) for day in (date(2023, 2, 28), date(2023, 3, 1))] == [18, 19]
    with pytest.raises(ValueError, match="before the birth"):
        age_on(born, born - timedelta(days=1))


@pytest.mark.parametrize("row", rows("bank_days"), ids=name_of)
def test_bank_days(row: dict[str, str]) -> None:
    holidays = {date.fromisoformat(day) for day in row["祝日"].split()}
    day = date.fromisoformat(row["日"])
    assert is_business_day(day, holidays.__contains__) == (row["営業日"] == "はい")
    new_year = holidays | {date(2025, 1, 1)}
    assert next_business_day(day, new_year.__contains__) == date.fromisoformat(row["次の営業日"])

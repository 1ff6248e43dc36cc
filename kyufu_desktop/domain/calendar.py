"""Japanese eras, dates as people write them, bank business days. No clock: every day is an argument.

Eras begin on the day of the change (元号法 and the cabinet orders before it); their first year is written 元年.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from kyufu_desktop.domain.values import BirthDate
from kyufu_desktop.errors import InputProblem

#: Era, first day, short form, Latin letter; the newest first.
_ERAS: tuple[tuple[str, date, str, str], ...] = (
    ("令和", date(2019, 5, 1), "令", "R"),
    ("平成", date(1989, 1, 8), "平", "H"),
    ("昭和", date(1926, 12, 25), "昭", "S"),
    ("大正", date(1912, 7, 30), "大", "T"),
    ("明治", date(1868, 1, 25), "明", "M"),
)
_WEEKDAYS = "月火水木金土日"

#: What people type instead of ASCII. An explicit table: ``int()`` would also read digits of scripts that no ward office writes.
_PLAIN = str.maketrans(
    "０１２３４５６７８９．／－‐−ＲＨＳＴＭｒｈｓｔｍ㋿㍻㍼㍽㍾",
    "0123456789./---RHSTMRHSTM" + "RHSTM",
)
_BLANKS = {ord(blank): None for blank in " \u3000\t\u00a0"}
_WESTERN = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|[令平昭大明]|[RHSTMrhstm])(元|[0-9]{1,2})"
    r"(?:年([0-9]{1,2})月([0-9]{1,2})日|\.([0-9]{1,2})\.([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|-([0-9]{1,2})-([0-9]{1,2}))"
)
_EXAMPLE = "「令和6年6月3日」または「2024-06-03」のように入れてください。"


def _era_of(day: date) -> tuple[str, str, int]:
    for name, first, short, _ in _ERAS:
        if day >= first:
            return name, short, day.year - first.year + 1
    raise ValueError("days before 1868-01-25 have no era here")


@lru_cache(maxsize=4096)
def wareki(day: date) -> str:
    """``2024-08-28`` -> ``令和6年8月28日`` (first year = 元年). Raises ValueError before 1868-01-25."""
    name, _, year = _era_of(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def wareki_short(day: date) -> str:
    """``令6.8.28``."""
    _, short, year = _era_of(day)
    return f"{short}{'元' if year == 1 else year}.{day.month}.{day.day}"


def wareki_with_weekday(day: date) -> str:
    """``令和6年8月28日（水）``."""
    return f"{wareki(day)}（{_WEEKDAYS[day.weekday()]}）"


def parse_day(text: str) -> date:
    """ISO, 和暦 (全角数字 allowed), ``令6.8.28``, ``R6.8.28``.

    Raises ``InputProblem("day")``: no such day (K-1002), day before the era began (K-1003) or after it ended (K-1004), unreadable (K-1001).
    """
    plain = text.translate(_PLAIN).translate(_BLANKS)
    western = _WESTERN.fullmatch(plain)
    if western is not None:
        year, month, day = (int(part) for part in western.groups() if part is not None)
        found = _day(year, month, day)
        if found < _ERAS[-1][1]:
            raise InputProblem("K-1003", "day", "明治より前の日付です。", todo="年を確かめてください。")
        return found
    era = _ERA.fullmatch(plain)
    if era is None:
        raise InputProblem("K-1001", "day", "日付として読めません。", todo=_EXAMPLE)
    return _era_day(era)


def _era_day(match: re.Match[str]) -> date:
    word, year_word, *rest = (part for part in match.groups() if part is not None)
    month, day = (int(part) for part in rest)
    year = 1 if year_word == "元" else int(year_word)
    for index, (name, first, short, letter) in enumerate(_ERAS):
        if word.upper() not in (name, short, letter):
            continue
        if year < 1:
            break
        found = _day(first.year + year - 1, month, day)
        if found < first:
            words = f"{name}は{first.month}月{first.day}日に始まりました。その前の日付です。"
            raise InputProblem("K-1003", "day", words, todo="元号と年を確かめてください。")
        if index and found >= _ERAS[index - 1][1]:
            raise InputProblem("K-1004", "day", f"{name}が終わったあとの日付です。", todo="元号と年を確かめてください。")
        return found
    raise InputProblem("K-1001", "day", "日付として読めません。", todo=_EXAMPLE)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise InputProblem("K-1002", "day", "その日付は暦にありません。", todo="月と日を確かめてください。") from None


def parse_birth(text: str) -> BirthDate:
    """As :func:`parse_day`, but an unknown day (「不詳」) gives ``day=None``."""
    written = text.strip()
    if "不詳" in written and len(written) <= 30:
        return BirthDate(written, None)
    return BirthDate(written, parse_day(written))


def age_on(birth: date, on: date) -> int:
    """Full years on a day. Raises ValueError where ``on`` is before the birth."""
    if on < birth:
        raise ValueError("the day lies before the birth")
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def bank_closed(day: date, is_holiday: Callable[[date], bool]) -> str:
    """Why banks do not work on ``day`` (銀行法施行令5条), as a word; empty on a business day.

    Weekends, public holidays and their substitutes, 31 December to 3 January.
    """
    if is_holiday(day):
        return "祝日"
    if (day.month, day.day) in ((12, 31), (1, 1), (1, 2), (1, 3)):
        return "年末年始の休み"
    return {5: "土曜日", 6: "日曜日"}.get(day.weekday(), "")


def is_business_day(day: date, is_holiday: Callable[[date], bool]) -> bool:
    """Bank business day: no weekend, no holiday, not 31 December to 3 January."""
    return not bank_closed(day, is_holiday)


def next_business_day(day: date, is_holiday: Callable[[date], bool]) -> date:
    """The first business day after ``day``."""
    following = day + timedelta(days=1)
    while not is_business_day(following, is_holiday):
        following += timedelta(days=1)
    return following


def business_days_before(day: date, count: int, is_open: Callable[[date], bool]) -> date:
    """The ``count``-th business day before ``day``; ``is_open`` says which days are. 0 is ``day`` itself."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_open(day)
    return day

"""Japanese eras, dates as people write them, bank business days. No clock: every day is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kyufu_desktop.domain.values import BirthDate


def wareki(day: date) -> str:
    """``2024-08-28`` -> ``令和6年8月28日`` (first year = 元年). Raises ValueError before 1868-01-25."""
    raise NotImplementedError


def wareki_short(day: date) -> str:
    """``令6.8.28``."""
    raise NotImplementedError


def wareki_with_weekday(day: date) -> str:
    """``令和6年8月28日（水）``."""
    raise NotImplementedError


def parse_day(text: str) -> date:
    """ISO, 和暦 (全角数字 allowed), ``令6.8.28``, ``R6.8.28``. Raises ``InputProblem("day")``: no such day, day before the era began, unreadable."""
    raise NotImplementedError


def parse_birth(text: str) -> BirthDate:
    """As :func:`parse_day`, but an unknown day (「不詳」) gives ``day=None``."""
    raise NotImplementedError


def age_on(birth: date, on: date) -> int:
    raise NotImplementedError


def is_business_day(day: date, is_holiday: Callable[[date], bool]) -> bool:
    """Bank business day: no weekend, no holiday, not 31 December to 3 January."""
    raise NotImplementedError


def next_business_day(day: date, is_holiday: Callable[[date], bool]) -> date:
    """The first business day after ``day``."""
    raise NotImplementedError

"""Public holidays (国民の祝日に関する法律), from the calendar of ``jpholiday``."""

from __future__ import annotations

import functools
from datetime import date

import jpholiday


@functools.cache
def is_holiday(day: date) -> bool:
    """Whether the day is a public or substitute holiday."""
    return bool(jpholiday.is_holiday(day))

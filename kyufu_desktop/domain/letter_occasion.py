"""When a case is due for which letter. The rules only: who may be written to at all is asked where letters are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.programme import Programme, Route
from kyufu_desktop.domain.values import Category


@dataclass(frozen=True, slots=True)
class Occasion:
    """A letter that a case is due for, and what it is about: judgments, a returned form, or a transfer. Amount in whole yen."""

    kind: LetterKind
    case_id: int
    judgment_ids: tuple[int, ...]
    amount: int
    form_id: int | None = None
    batch_id: int | None = None


def first_letter(programme: Programme, category: Category) -> LetterKind:
    """What a decided case is written first: 支給のお知らせ only where the programme pays the category without a form."""
    return LetterKind.PUSH if programme.routes.get(category) is Route.PUSH else LetterKind.CONFIRMATION


def reminder_due(due: date, days_before: int, today: date) -> bool:
    """Whether a form that is not back is to be asked for: from ``days_before`` days before the deadline up to the deadline itself."""
    return due - timedelta(days=days_before) <= today <= due


def notice_due(answer_days: Sequence[date | None], today: date) -> bool:
    """Whether a deficient form is to be told of. ``answer_days``: of every notice of it so far, None where one still waits in the house.

    The first time at once, the second time when the day of the first has passed without an answer, and never again.
    """
    if not answer_days:
        return True
    (first, *others) = answer_days
    return not others and first is not None and first < today


def announcement_due(transfer_on: date, today: date) -> bool:
    """支給（振込）通知書 is posted before the transfer day, never on it or after it."""
    return today < transfer_on

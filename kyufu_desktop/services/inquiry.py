"""Inquiries (照会): who must be asked, what is waiting, answers that come by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """``state_word`` is a chip word: 未着手 / 照会中 / 済 / 保留."""

    inquiry_id: int | None
    person_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    kind: str
    asked_of: str = field(repr=False)
    asked_at: str | None
    waiting_days: int | None
    state_word: str
    sentence: str


def page(desk: Desk) -> tuple[InquiryRow, ...]:
    """Everybody who must be asked or was asked, those waiting longest first."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class HandAnswer:
    """An answer by telephone, official letter or certificate; ``document`` says which (10 characters at least)."""

    levy: LevyClass
    income_levy: int = field(repr=False)
    total_income: int = field(repr=False)
    undeclared: bool
    document: str


def answer_by_hand(desk: Desk, person_id: int, answer: HandAnswer) -> Changes:
    raise NotImplementedError

"""Collation (突合): which rows of the contractor's list meet a case, by which keys, and what the programme makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.values import Benefit, Category


class Key(StrEnum):
    MANAGEMENT = "management"
    HOUSEHOLD = "household"
    PERSON = "person"
    CHILD = "child"
    NAME_BIRTH = "name_birth"


KEY_LABELS: dict[Key, str] = {
    Key.MANAGEMENT: "給付管理番号",
    Key.HOUSEHOLD: "世帯番号",
    Key.PERSON: "住民番号",
    Key.CHILD: "対象児童",
    Key.NAME_BIRTH: "カナ氏名と生年月日",
}


class Certainty(StrEnum):
    """How sure the meeting is: by a number, or by name and birth date only."""

    SURE = "SURE"
    LIKELY = "LIKELY"


class FindingDecision(StrEnum):
    SAME_PERSON_STOP = "SAME_PERSON_STOP"
    SAME_PERSON_PAY = "SAME_PERSON_PAY"
    OTHER_PERSON = "OTHER_PERSON"


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A row of 支給予定情報. ``row`` is the row of the sheet."""

    row: int
    management_number: str = field(repr=False)
    household_number: str = field(repr=False)
    head_number: str = field(repr=False)
    kana_folded: str = field(repr=False)
    birth: date | None = field(repr=False)
    benefit: Benefit = Benefit.HIKAZEI
    amount: int = 0
    planned_on: date | None = None
    paid: bool = False
    child_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """What of a case is compared. ``people`` = (resident number, folded kana, birth day)."""

    case_id: int
    category: Category
    management_number: str = field(repr=False)
    household_number: str = field(repr=False)
    people: tuple[tuple[str, str, date | None], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One row of the list met one case. ``advice`` is the sentence of what the programme makes of it."""

    case_id: int
    planned: PlannedPayment
    keys: tuple[Key, ...]
    certainty: Certainty
    advice: str


def fold_kana(kana: str) -> str:
    """Kana for comparison only: half width to full, small to large, long marks and blanks dropped, ヴ unified."""
    raise NotImplementedError


def collate(cases: Iterable[CaseKeys], planned: Iterable[PlannedPayment]) -> tuple[Meeting, ...]:
    """All meetings, in the order of the cases and the rows; keys in the order of :class:`Key`. One pass over each, joined by dictionaries."""
    raise NotImplementedError

"""Collation (突合) of our cases with the contractor's list: run it, show what met, let a person decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.collation import Certainty, FindingDecision, Key
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    keys: tuple[Key, ...]
    certainty: Certainty
    benefit: Benefit
    amount: int
    planned_on: date | None
    paid: bool
    planned_management_number: str
    advice: str
    decision: FindingDecision | None
    decision_reason: str | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class CollationPage:
    list_rows: int
    list_created_on: date | None
    cases: int
    findings: tuple[FindingRow, ...]


def run(desk: Desk, progress: Progress) -> Changes:
    """Compares every case with the newest list; new meetings are stored open, vanished ones marked gone, decided ones kept."""
    raise NotImplementedError


def page(desk: Desk) -> CollationPage:
    raise NotImplementedError


def decide(desk: Desk, finding_id: int, decision: FindingDecision, reason: str) -> Changes:
    """A person decides (reason of 10 characters at least)."""
    raise NotImplementedError

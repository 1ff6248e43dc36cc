"""What the station 突合 is given: the meetings with ours beside theirs, the state of the last run and of the newest list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.collation import Certainty, FindingDecision, Key, Source
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.services.collation_state import LastRun, ListDifference


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing of both sides, in words; an empty word = this side does not have it. ``same`` = it is what met."""

    words: str
    ours: str = field(repr=False)
    theirs: str = field(repr=False)
    same: bool = False


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One meeting. Amounts in yen; ``name`` is the recipient of our case."""

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
    decision_reason: str | None = field(repr=False)
    decided_by: str | None
    decided_at: str | None = None
    source: Source = Source.PLANNED
    pairs: tuple[Pair, ...] = field(default=(), repr=False)
    in_list: bool = True
    """False: decided on a row that the newest list does not hold any more."""


@dataclass(frozen=True, slots=True)
class CollationPage:
    list_rows: int
    list_created_on: date | None
    cases: int
    findings: tuple[FindingRow, ...]
    due: str = ""
    """Why the collation has to be run (again) before money moves; empty where it has not."""
    run: LastRun | None = None
    difference: ListDifference | None = None

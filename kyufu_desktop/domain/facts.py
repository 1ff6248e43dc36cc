"""What a judgment looks at: the facts of one case as a snapshot. Names are imported from ``judgment``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation


class LevyClass(StrEnum):
    """令和6年度均等割 of one person, in the host's words."""

    EXEMPT = "非課税"
    PER_CAPITA_ONLY = "均等割のみ"
    TAXED = "課税"


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """Tax facts of one person for R6. Amounts in whole yen; None = not known here.

    ``origin`` says in words where the facts come from (「ホスト 判定資料 12行目」, 「照会の回答 令和6年7月10日」).
    """

    levy: LevyClass | None = None
    income_levy: int | None = field(default=None, repr=False)
    income_tax: int | None = field(default=None, repr=False)
    total_income: int | None = field(default=None, repr=False)
    undeclared: bool = False
    treaty_exempt: bool = False
    supporter_number: str | None = field(default=None, repr=False)
    supporter_outside_ward: bool = False
    spouse: int = 0
    dependants_general: int = 0
    dependants_specific: int = 0
    dependants_elderly: int = 0
    dependants_under16: int = 0
    dependants_abroad: int = 0
    r5_target: bool = False
    r5_head: bool = False
    welfare: bool = False
    entered_japan_late: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One member of the household as judged. ``levied_elsewhere`` = the address of 1 January 2024 is another municipality."""

    person_id: int
    resident_number: str = field(repr=False)
    name: str = field(repr=False)
    relation: Relation
    birth: BirthDate
    levied_elsewhere: bool
    paid_by_host: bool
    tax: TaxFacts


class HistoryDecision(StrEnum):
    """What a person decided about an R5 history of the former household."""

    COUNTS = "COUNTS"
    DOES_NOT_COUNT = "DOES_NOT_COUNT"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything a judgment looks at, as one snapshot (kept with the judgment)."""

    case_id: int
    category: Category
    persons: tuple[PersonFacts, ...]
    resident_on_base_date: bool = True
    evidence_verified: bool = False
    evidence_words: str = ""
    open_findings: int = 0
    collation_stops: frozenset[Benefit] = frozenset()
    """Benefits for which a person decided that a collation finding is a double payment."""
    other_municipality: bool = False
    split_household: bool = False
    host_paid_cleared: bool = False
    """A person decided that 給付状況 支給済 of the host does not concern this benefit."""
    history: HistoryDecision | None = None
    """None = nobody decided yet."""
    child_resident_numbers_elsewhere: frozenset[str] = frozenset()

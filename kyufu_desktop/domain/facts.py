"""What a judgment looks at: the facts of one case as a snapshot, each with where it comes from. Names are imported from ``judgment``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation


class LevyClass(StrEnum):
    """均等割 of one person, in the host's words."""

    EXEMPT = "非課税"
    PER_CAPITA_ONLY = "均等割のみ"
    TAXED = "課税"


class Residence(StrEnum):
    """Where the household stood on the base date."""

    REGISTERED = "REGISTERED"
    """In the register of the ward."""
    ACTUAL = "ACTUAL"
    """Not in the register, but really living (fled, placed) in the ward; a document shows it."""
    FIRST_REGISTERED_LATER = "FIRST_REGISTERED_LATER"
    """In no register on the base date and first registered after it: a person decides."""
    ELSEWHERE = "ELSEWHERE"


class ExitKind(StrEnum):
    """How a case leaves the in-house way."""

    WITHDRAWN = "WITHDRAWN"
    """取下げ by the person."""
    LAPSED = "LAPSED"
    """要件消滅: returned home, support measure or placement ended, death."""
    CLAIMED_ELSEWHERE = "CLAIMED_ELSEWHERE"
    """The same claim was made in another municipality."""


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """Tax facts of one person for the year of the programme. Amounts in whole yen; None = not known here.

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
    adjustment_decided: int | None = field(default=None, repr=False)
    """調整給付 of the year before as it was decided (yen); None = not known (不足額給付)."""
    outside_tax_cut: bool = False
    """Neither taxpayer nor dependant nor of a household that had a benefit (不足額給付 II)."""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One member of the household as judged. ``levied_elsewhere`` = the address of the levy date is another municipality."""

    person_id: int
    resident_number: str = field(repr=False)
    name: str = field(repr=False)
    relation: Relation
    birth: BirthDate
    levied_elsewhere: bool
    paid_by_host: bool
    tax: TaxFacts
    died_on: date | None = None
    named: bool = True
    """The evidence in force names this person (the recipient always; a companion only when the document lists him)."""
    origin: str = ""
    """Where the person's row comes from (「ホスト 支給対象者 12行目」)."""


class HistoryDecision(StrEnum):
    """What a person decided about an R5 history of the former household."""

    COUNTS = "COUNTS"
    DOES_NOT_COUNT = "DOES_NOT_COUNT"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything a judgment looks at, as one snapshot (kept with the judgment). The ``*_origin`` say where a fact comes from."""

    case_id: int
    category: Category
    persons: tuple[PersonFacts, ...]
    residence: Residence = Residence.REGISTERED
    residence_confirmed: bool = False
    """A person decided that FIRST_REGISTERED_LATER counts as registered."""
    residence_origin: str = ""
    evidence_verified: bool = False
    evidence_words: str = ""
    evidence_origin: str = ""
    """「入力 田中 8/20、確認 鈴木 8/21」."""
    placement: str | None = None
    """Code of the legal basis of placement that the evidence in force names; None = none."""
    open_findings: int = 0
    collation_stops: frozenset[Benefit] = frozenset()
    """Benefits for which a person decided that a collation finding is a double payment."""
    collation_origin: str = ""
    exit: ExitKind | None = None
    exit_origin: str = ""
    submitted_on: date | None = None
    """The day the form came back; None = not yet."""
    r5_head_died: bool = False
    """The head of the R5 target household has died and this household is its rest: membership counts, a new head changes nothing."""
    r5_origin: str = ""
    split_household: bool = False
    split_origin: str = ""
    host_paid_cleared: bool = False
    """A person decided that 給付状況 支給済 of the host does not concern this benefit."""
    host_paid_origin: str = ""
    history: HistoryDecision | None = None
    """None = nobody decided yet."""
    history_origin: str = ""
    child_resident_numbers_elsewhere: frozenset[str] = frozenset()
    newborn_applied: frozenset[str] = frozenset()
    """Resident numbers of children born after the base date for whom an application came in time."""

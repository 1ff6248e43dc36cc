"""The judgment of the benefits: facts in, outcome, amount and every condition looked at out.

Pure and clock-free: the day of judgment is an argument. The tables are those of ``docs/rules.md`` (the rule book of the project); each
condition names the article that it rests on by the programme's ``articles``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation


class LevyClass(StrEnum):
    """令和6年度均等割 of one person, in the host's words."""

    EXEMPT = "非課税"
    PER_CAPITA_ONLY = "均等割のみ"
    TAXED = "課税"


class Outcome(StrEnum):
    ELIGIBLE = "ELIGIBLE"
    NG = "NG"
    HOLD = "HOLD"


class Reason(StrEnum):
    """Reason codes (also those of summary.json and of the decision sheet)."""

    ELIGIBLE_HIKAZEI = "ELIGIBLE_HIKAZEI"
    ELIGIBLE_KINTOWARI = "ELIGIBLE_KINTOWARI"
    ELIGIBLE_KODOMO = "ELIGIBLE_KODOMO"
    ELIGIBLE_CHOSEI = "ELIGIBLE_CHOSEI"
    NG_NOT_RESIDENT = "NG_NOT_RESIDENT"
    NG_SHOTOKUWARI = "NG_SHOTOKUWARI"
    NG_TREATY = "NG_TREATY"
    NG_DEPENDANTS_ONLY = "NG_DEPENDANTS_ONLY"
    NG_R5_TARGET = "NG_R5_TARGET"
    NG_OTHER_MUNICIPALITY = "NG_OTHER_MUNICIPALITY"
    NG_SPLIT_HOUSEHOLD = "NG_SPLIT_HOUSEHOLD"
    NG_INCOME_CAP = "NG_INCOME_CAP"
    NG_NO_TAX = "NG_NO_TAX"
    NG_NO_SHORTFALL = "NG_NO_SHORTFALL"
    NG_NOT_LEVIED_HERE = "NG_NOT_LEVIED_HERE"
    NG_NO_CHILD = "NG_NO_CHILD"
    NG_CHILD_PLACED = "NG_CHILD_PLACED"
    HOLD_TAX_INQUIRY = "HOLD_TAX_INQUIRY"
    HOLD_TAX_CONTRADICTION = "HOLD_TAX_CONTRADICTION"
    HOLD_UNDECLARED = "HOLD_UNDECLARED"
    HOLD_EVIDENCE = "HOLD_EVIDENCE"
    HOLD_R5_HISTORY = "HOLD_R5_HISTORY"
    HOLD_FOREIGN_ENTRY = "HOLD_FOREIGN_ENTRY"
    HOLD_PAID_BY_HOST = "HOLD_PAID_BY_HOST"
    HOLD_COLLATION = "HOLD_COLLATION"
    HOLD_BIRTH_UNKNOWN = "HOLD_BIRTH_UNKNOWN"
    HOLD_NEWBORN = "HOLD_NEWBORN"


class Finding(StrEnum):
    """What one condition came to: 適合 / 不適合 / 保留 / 適用外."""

    PASS = "PASS"
    FAIL = "FAIL"
    HOLD = "HOLD"
    NOT_APPLIED = "NOT_APPLIED"


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


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition looked at, in order. ``sentence`` says what was found, ``values`` the values used, ``article`` the source."""

    rule: str
    sentence: str
    values: str = field(repr=False)
    article: str
    finding: Finding
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentWorking:
    """The sum of the adjustment benefit, each step. Amounts in yen; ``components`` are the classes of dependants as named."""

    components: tuple[tuple[str, int], ...]
    people: int
    income_tax_frame: int
    income_tax: int
    income_tax_shortfall: int
    resident_tax_frame: int
    income_levy: int
    resident_tax_shortfall: int
    total: int
    amount: int


@dataclass(frozen=True, slots=True)
class Judgment:
    """Outcome of one benefit. ``person_id`` is the taxpayer's for CHOSEI, else None. ``amount`` is 0 unless ELIGIBLE."""

    benefit: Benefit
    outcome: Outcome
    amount: int
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    person_id: int | None = None
    children: tuple[int, ...] = ()
    """Person ids of the children counted (KODOMO)."""
    working: AdjustmentWorking | None = None


def adjustment(tax: TaxFacts, programme: Programme) -> AdjustmentWorking:
    """The sum of the adjustment benefit: both shortfalls added, the sum rounded up once."""
    raise NotImplementedError


def judge(facts: CaseFacts, programme: Programme, on: date) -> tuple[Judgment, ...]:
    """All benefits of one case: one household judgment, one child addition where there is a child, one adjustment per taxpayer."""
    raise NotImplementedError

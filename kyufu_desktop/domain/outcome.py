"""What a judgment comes to: outcome, amount, reasons and every condition looked at. Names are imported from ``judgment``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kyufu_desktop.domain.values import Benefit


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
    ELIGIBLE_FUSOKU = "ELIGIBLE_FUSOKU"
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
    NG_DOUBLE_PAYMENT = "NG_DOUBLE_PAYMENT"
    NG_UNDECLARED = "NG_UNDECLARED"
    NG_FOREIGN_ENTRY = "NG_FOREIGN_ENTRY"
    NG_LEVY_TAXED = "NG_LEVY_TAXED"
    NG_NOT_OFFERED = "NG_NOT_OFFERED"
    NG_DECEASED = "NG_DECEASED"
    NG_WITHDRAWN = "NG_WITHDRAWN"
    NG_LAPSED = "NG_LAPSED"
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
    HOLD_RESIDENCE = "HOLD_RESIDENCE"
    HOLD_TREATY = "HOLD_TREATY"
    HOLD_DEPENDANTS = "HOLD_DEPENDANTS"
    HOLD_COMPANION = "HOLD_COMPANION"
    HOLD_PLACEMENT = "HOLD_PLACEMENT"
    HOLD_DECEASED = "HOLD_DECEASED"
    HOLD_EARLIER_AMOUNT = "HOLD_EARLIER_AMOUNT"


class Finding(StrEnum):
    """What one condition came to: 適合 / 不適合 / 保留 / 適用外."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    HOLD = "HOLD"
    NOT_APPLIED = "NOT_APPLIED"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition looked at, in order: what was asked, what was found, the values used, the rule's source, where the fact is from."""

    rule: str
    sentence: str
    values: str = field(repr=False)
    article: str
    finding: Finding
    reason: Reason | None = None
    question: str = ""
    """What was asked, as a question (「所得割（定額減税前）が課税されている人はいませんか」)."""
    origin: str = ""
    """Where the fact comes from (「ホスト 判定資料 12行目」, 「入力 田中 8/20、確認 鈴木 8/21」)."""


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
    earlier: int = 0
    """What was decided before and is taken off (不足額給付), yen."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """Outcome of one benefit. ``person_id`` is the taxpayer's for CHOSEI and FUSOKU, else None. ``amount`` is 0 unless ELIGIBLE."""

    benefit: Benefit
    outcome: Outcome
    amount: int
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    person_id: int | None = None
    children: tuple[int, ...] = ()
    """Person ids of the children counted (KODOMO)."""
    working: AdjustmentWorking | None = None

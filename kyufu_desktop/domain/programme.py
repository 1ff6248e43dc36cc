"""A programme of benefits as data: benefits, amounts, dates, exclusions, evidence, placements, proxies, routes, each with its source.

The TOML files of ``resources/programmes`` are turned into these values by ``programme_file.parse`` (the reading of the file is
``settings``' work). A rule never holds a date, an amount or a switch of its own: it asks the programme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.envelope import Envelope
from kyufu_desktop.domain.values import Benefit, Category


class Effect(StrEnum):
    """What a row of the rules does where it is not in order: it refuses, it waits for a person, or it is not applied."""

    REFUSE = "refuse"
    HOLD = "hold"
    OFF = "off"


class Route(StrEnum):
    """How the money is reached: プッシュ型 / 確認書型 / 申請書型."""

    PUSH = "push"
    CONFIRMATION = "confirmation"
    APPLICATION = "application"


class AfterDeath(StrEnum):
    """What a death does to a benefit."""

    REFUSE = "refuse"
    PAY_TO_HEIRS = "pay_to_heirs"


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """One benefit of the programme. ``amount`` in yen: of a household, of a child, flat; 0 where it is computed."""

    benefit: Benefit
    label: str
    """The word on screens, sheets and letters."""
    host_word: str
    """給付種別 of the host's workbooks."""
    amount: int
    planned_count: int
    """Households, children or people that the ward planned for (0 = not stated)."""
    source: str


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """One thing to read off the document: ``key`` of the sealed record, ``label`` on the form."""

    key: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One accepted kind of evidence, e.g. ``E1`` 保護命令決定書, and the categories that may use it."""

    code: str
    name: str
    categories: frozenset[Category]
    expires: bool
    needs_approval: bool = False
    """Only an officer may confirm it (the free statement E6)."""
    placement: bool = False
    """The document is about a placement: its legal basis is one of ``Programme.placements``."""
    moved_in_after_base_date: bool = False
    """It carries only a person who moved into the ward after the base date (support measure E4)."""
    fields: tuple[EvidenceField, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """A kind of facility or foster care with the law the placement rests on."""

    code: str
    name: str
    law: str
    categories: frozenset[Category]
    children_only: bool = False
    """It counts only where the household consists of children."""


@dataclass(frozen=True, slots=True)
class ProxyBasis:
    """On what ground somebody may act for the recipient."""

    code: str
    name: str
    law: str
    categories: frozenset[Category]
    needs_document: bool = True
    may_receive: bool = True
    """The money may be paid to this proxy, not only asked for by him."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rules: the article it rests on and what it does for each category."""

    id: str
    article: str
    effects: Mapping[Category, Effect]
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """A value that the file is not sure of and that the ward has to confirm before the programme is used.

    ``value`` is what the file proposes, as it stands in the file (amounts in yen, days as ``date``).
    """

    key: str
    label: str
    value: object
    source: str


@dataclass(frozen=True, slots=True)
class BankSettings:
    """The ward's variant of the bank file (全銀協 総合振込); every field is a setting."""

    client_code: str
    client_name: str
    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_kind: str
    account_number: str
    clearing_filler: str
    """What stands at 39-42: ``0000`` or four spaces."""
    line_end: str
    """``"\\r\\n"`` or empty."""
    transfer_kind: str
    """Position 112: ``7`` telegraphic or space."""
    edi: bool
    """Whether 92-111 is EDI information (position 113 = Y)."""
    code_type: str
    """Position 4 of the header: ``0`` JIS X 0201. ``1`` (EBCDIC) is not written: there is no table of its kana that a bank vouches for."""
    new_code: str
    """Position 91: ``0`` for all, or ``1`` for the first attempt of a benefit and ``0`` for those after it."""
    holder_length: int
    """How many characters of 51-80 the bank takes; longer names are sent with their first ones."""
    end_mark: bool
    """Whether a byte 1A follows the last record."""
    cut_off_days: int
    """The file must be with the bank this many business days before the transfer day."""
    result_position: int = 114
    """Where the bank puts the code of the result in its copy of a record (112-120)."""
    result_codes: str = "0=振込済,1=口座なし,2=名義相違,8=振込停止,9=その他"
    result_file: str = "all"
    """``all``: the bank answers for every transfer; ``failed_only``: it lists only what could not be paid."""
    result_columns: str = "振込番号,結果,理由,金額"
    """Headings of a table of results: number, result, reason and, where the bank gives it, amount."""


@dataclass(frozen=True, slots=True)
class Programme:
    """All that the rules need to know. Amounts are whole yen, dates are days."""

    code: str
    name: str
    version: str
    tax_year: str
    """「令和6年度」, as it stands before 住民税 in a sentence."""
    income_tax_year: str
    """「令和6年分」, as it stands before 所得税."""
    base_date: date
    levy_date: date
    dependants_date: date
    child_born_from: date
    newborn_until: date
    return_deadline: date
    reminder_days_before: int
    benefits: tuple[BenefitRule, ...]
    head_counts_as_child: bool
    death_before_submission: AfterDeath
    """A household of one, or a taxpayer, who dies before the form comes back (or the objection period ends)."""
    death_after_submission: AfterDeath
    child_death_after_base_date_counts: bool
    income_tax_relief: int
    resident_tax_relief: int
    adjustment_unit: int
    income_cap: int
    flat_shortfall: int
    """不足額給付 II: yen for a person outside both the tax cut and the household benefits (0 where not offered)."""
    flat_shortfall_abroad: int
    """The same for who lived abroad on the levy date."""
    payment_ceiling: int
    batch_ceiling: int
    rules: Mapping[str, Rule]
    routes: Mapping[Category, Route]
    account_inquiry: frozenset[Category]
    """Categories for which the public-money account may be asked for; empty for the in-house programmes."""
    evidence: tuple[EvidenceKind, ...]
    placements: tuple[Placement, ...]
    proxies: tuple[ProxyBasis, ...]
    letter_wording: str
    bank: BankSettings
    envelope: Envelope
    """What the letters are posted in: where their destination stands follows from it."""
    questions: tuple[Question, ...] = ()
    """What the ward still has to confirm; empty = the programme may be used."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """key of the TOML file -> source text, shown beside the value."""
    digest: str = ""
    """SHA-256 of the definition as it is in force, kept with every judgment."""

    def offers(self, benefit: Benefit) -> bool:
        return any(rule.benefit is benefit for rule in self.benefits)

    def benefit(self, benefit: Benefit) -> BenefitRule:
        """Raises KeyError where the programme has no such benefit."""
        for rule in self.benefits:
            if rule.benefit is benefit:
                return rule
        raise KeyError(benefit)

    def amount(self, benefit: Benefit) -> int:
        """Yen of one household, child or person; 0 where the programme has no such benefit."""
        return next((rule.amount for rule in self.benefits if rule.benefit is benefit), 0)

    def label(self, benefit: Benefit) -> str:
        """The programme's word for a benefit; 「世帯への給付」 where its type is not known yet."""
        return next((rule.label for rule in self.benefits if rule.benefit is benefit), "世帯への給付")

    def host_words(self) -> dict[str, Benefit]:
        """給付種別 of the host's workbooks -> benefit."""
        return {rule.host_word: rule.benefit for rule in self.benefits}

    def article(self, rule: str) -> str:
        found = self.rules.get(rule)
        return found.article if found is not None else ""

    def effect(self, rule: str, category: Category) -> Effect:
        """What a row does for a category; a row that the programme does not name is not applied."""
        found = self.rules.get(rule)
        return found.effects.get(category, Effect.OFF) if found is not None else Effect.OFF

    def placement(self, code: str | None) -> Placement | None:
        return next((placement for placement in self.placements if placement.code == code), None)

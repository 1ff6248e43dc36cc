"""A programme of benefits as data: dates, amounts, cut-offs, exclusions, evidence, deadlines, each with its source.

The TOML files of ``resources/programmes`` are turned into these values by :func:`parse` (the reading of the file is ``settings``' work,
so that this module stays free of I/O). A rule never holds a date or an amount of its own: it asks the programme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kyufu_desktop.domain.values import Category


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One accepted kind of evidence, e.g. ``E1`` 保護命令決定書, and the categories that may use it."""

    code: str
    name: str
    categories: frozenset[Category]
    expires: bool
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """All that the rules need to know. Amounts are whole yen, dates are days."""

    code: str
    name: str
    version: str
    base_date: date
    levy_date: date
    dependants_date: date
    hikazei_amount: int
    kintowari_amount: int
    child_amount: int
    child_born_from: date
    newborn_until: date
    head_counts_as_child: bool
    income_tax_relief: int
    resident_tax_relief: int
    adjustment_unit: int
    income_cap: int
    return_deadline: date
    reminder_days_before: int
    payment_ceiling: int
    batch_ceiling: int
    dependants_exclusion: frozenset[Category]
    """Categories for which row 5 (dependants of persons outside only) is applied; empty for the in-house programme."""
    r5_manual: frozenset[Category]
    """Categories for which a history of the former household, not as its head, is decided by a person."""
    evidence: tuple[EvidenceKind, ...]
    letter_wording: str
    bank: BankSettings
    sources: Mapping[str, str] = field(default_factory=dict)
    """key of the TOML file -> source text, shown beside the value."""
    articles: Mapping[str, str] = field(default_factory=dict)
    """rule id -> article it rests on, shown at the right of a condition (「要綱 第3条」)."""
    digest: str = ""
    """SHA-256 of the file, kept with every judgment."""


@dataclass(frozen=True, slots=True)
class BankSettings:
    """The ward's variant of the bank file (domain rules section 3); every field is a setting."""

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


def parse(values: Mapping[str, Any], *, digest: str) -> Programme:
    """The programme of an already read TOML table.

    Every leaf is ``{value = ..., source = "..."}``. Raises ``InputProblem`` that names key and expected form.
    """
    raise NotImplementedError

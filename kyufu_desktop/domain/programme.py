"""A programme of benefits as data: dates, amounts, cut-offs, exclusions, evidence, deadlines, each with its source.

The TOML files of ``resources/programmes`` are turned into these values by :func:`parse` (the reading of the file is ``settings``' work,
so that this module stays free of I/O). A rule never holds a date or an amount of its own: it asks the programme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem


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
    sources: dict[str, str] = {}

    def leaf(table: str, key: str, kind: type, words: str) -> Any:
        where = f"{table}.{key}"
        found = values.get(table, {}).get(key) if isinstance(values.get(table), dict) else None
        if not isinstance(found, dict) or "value" not in found or not str(found.get("source", "")).strip():
            raise _problem(where, "値（value）と出典（source）の組")
        value = found["value"]
        if type(value) is not kind:
            raise _problem(where, words)
        sources[where] = str(found["source"])
        return value

    def amount(table: str, key: str) -> int:
        value = leaf(table, key, int, "円の整数")
        if value < 0:
            raise _problem(f"{table}.{key}", "0以上の整数")
        return int(value)

    def day(table: str, key: str) -> date:
        return cast(date, leaf(table, key, date, "日付（2024-06-03 の形）"))

    def words(table: str, key: str) -> str:
        return str(leaf(table, key, str, "文字"))

    def switch(table: str, key: str) -> bool:
        return bool(leaf(table, key, bool, "true か false"))

    def categories(table: str, key: str) -> frozenset[Category]:
        return _categories(f"{table}.{key}", leaf(table, key, list, "区分の並び"))

    evidence = []
    for number, entry in enumerate(values.get("evidence", []), start=1):
        where = f"evidence[{number}]"
        if not isinstance(entry, dict) or not {"code", "name", "categories", "expires", "source"} <= set(entry):
            raise _problem(where, "code, name, categories, expires, source の組")
        sources[where] = str(entry["source"])
        evidence.append(
            EvidenceKind(
                str(entry["code"]),
                str(entry["name"]),
                _categories(where, entry["categories"]),
                bool(entry["expires"]),
                bool(entry.get("needs_approval", False)),
            )
        )
    if not evidence:
        raise _problem("evidence", "1つ以上の根拠の種類")
    articles = values.get("articles")
    if not isinstance(articles, dict) or not articles:
        raise _problem("articles", "規則と条文の組")
    return Programme(
        code=words("programme", "code"),
        name=words("programme", "name"),
        version=words("programme", "version"),
        base_date=day("dates", "base_date"),
        levy_date=day("dates", "levy_date"),
        dependants_date=day("dates", "dependants_date"),
        hikazei_amount=amount("amounts", "hikazei"),
        kintowari_amount=amount("amounts", "kintowari"),
        child_amount=amount("amounts", "child"),
        child_born_from=day("dates", "child_born_from"),
        newborn_until=day("dates", "newborn_until"),
        head_counts_as_child=switch("rules", "head_counts_as_child"),
        income_tax_relief=amount("amounts", "income_tax_relief"),
        resident_tax_relief=amount("amounts", "resident_tax_relief"),
        adjustment_unit=amount("amounts", "adjustment_unit"),
        income_cap=amount("amounts", "income_cap"),
        return_deadline=day("dates", "return_deadline"),
        reminder_days_before=amount("dates", "reminder_days_before"),
        payment_ceiling=amount("amounts", "payment_ceiling"),
        batch_ceiling=amount("amounts", "batch_ceiling"),
        dependants_exclusion=categories("rules", "dependants_exclusion"),
        r5_manual=categories("rules", "r5_manual"),
        evidence=tuple(evidence),
        letter_wording=words("programme", "letter_wording"),
        bank=BankSettings(
            client_code=words("bank", "client_code"),
            client_name=words("bank", "client_name"),
            bank_code=words("bank", "bank_code"),
            bank_name=words("bank", "bank_name"),
            branch_code=words("bank", "branch_code"),
            branch_name=words("bank", "branch_name"),
            account_kind=words("bank", "account_kind"),
            account_number=words("bank", "account_number"),
            clearing_filler=words("bank", "clearing_filler"),
            line_end=words("bank", "line_end"),
            transfer_kind=words("bank", "transfer_kind"),
            edi=switch("bank", "edi"),
        ),
        sources=sources,
        articles={str(key): str(value) for key, value in articles.items()},
        digest=digest,
    )


def _categories(where: str, names: Any) -> frozenset[Category]:
    known = {category.value for category in Category}
    if not isinstance(names, list) or not set(names) <= known:
        raise _problem(where, "DV, CHILD, DISABLED, ELDERLY の並び")
    return frozenset(Category(name) for name in names)


def _problem(key: str, expected: str) -> InputProblem:
    return InputProblem("K-1010", key, f"給付の定義の {key} が読めません。", todo=f"{expected}にしてください。")

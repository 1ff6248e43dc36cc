"""From the TOML table of a programme to its values, with a check of every key.

Every value is ``{value = ..., source = "..."}``; one that the ward still has to confirm carries ``certain = false``. What is wrong is told
with the key and what is expected there. Confirmed values of the ward are laid over the file by ``with_confirmed``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from kyufu_desktop.domain.programme import (
    AfterDeath,
    BankSettings,
    BenefitRule,
    Effect,
    EvidenceField,
    EvidenceKind,
    Placement,
    Programme,
    ProxyBasis,
    Question,
    Route,
    Rule,
)
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.errors import InputProblem

_Choice = TypeVar("_Choice", bound=StrEnum)

#: key of the file -> (what it is called on the screen, type, expected form). Every key here must be in the file.
LEAVES: dict[str, tuple[str, type, str]] = {
    "programme.code": ("定義の符号", str, "文字"),
    "programme.name": ("給付の名前", str, "文字"),
    "programme.version": ("定義の版", str, "文字"),
    "programme.tax_year": ("住民税の年度", str, "文字（令和6年度 の形）"),
    "programme.income_tax_year": ("所得税の年分", str, "文字（令和6年分 の形）"),
    "programme.letter_wording": ("確認書の文言", str, "文字"),
    "dates.base_date": ("基準日", date, "日付（2024-06-03 の形）"),
    "dates.levy_date": ("賦課期日", date, "日付（2024-01-01 の形）"),
    "dates.dependants_date": ("扶養の状況を見る日", date, "日付（2023-12-31 の形）"),
    "dates.child_born_from": ("対象となる児童の生年月日（この日以後）", date, "日付（2006-04-02 の形）"),
    "dates.newborn_until": ("基準日のあとに生まれた子の申請期限", date, "日付（2024-10-31 の形）"),
    "dates.return_deadline": ("確認書の提出期限", date, "日付（2024-10-31 の形）"),
    "dates.reminder_days_before": ("再度のご案内（期限の何日前）", int, "日数の整数"),
    "adjustment.income_tax_relief": ("所得税の定額減税（1人）", int, "円の整数"),
    "adjustment.resident_tax_relief": ("住民税の定額減税（1人）", int, "円の整数"),
    "adjustment.unit": ("切上げの単位", int, "1以上の円の整数"),
    "adjustment.income_cap": ("合計所得金額の上限", int, "円の整数"),
    "shortfall.flat": ("不足額給付II（定額）", int, "円の整数"),
    "shortfall.flat_abroad": ("不足額給付II（賦課期日に国外にいた人）", int, "円の整数"),
    "limits.payment_ceiling": ("1件の上限", int, "円の整数"),
    "limits.batch_ceiling": ("1回の上限", int, "円の整数"),
    "settings.head_counts_as_child": ("18歳以下の世帯主を児童に数えるか", bool, "true か false"),
    "settings.death_before_submission": ("提出の前に亡くなったとき", str, "refuse か pay_to_heirs"),
    "settings.death_after_submission": ("提出のあとに亡くなったとき", str, "refuse か pay_to_heirs"),
    "settings.child_death_after_base_date_counts": ("基準日のあとに亡くなった児童を数えるか", bool, "true か false"),
    "bank.client_code": ("振込依頼人コード", str, "数字10けた"),
    "bank.client_name": ("振込依頼人名", str, "半角カナ"),
    "bank.bank_code": ("仕向銀行番号", str, "数字4けた"),
    "bank.bank_name": ("仕向銀行名", str, "半角カナ"),
    "bank.branch_code": ("仕向支店番号", str, "数字3けた"),
    "bank.branch_name": ("仕向支店名", str, "半角カナ"),
    "bank.account_kind": ("依頼人の預金種目", str, "1、2、9のどれか"),
    "bank.account_number": ("依頼人の口座番号", str, "数字7けた"),
    "bank.clearing_filler": ("データの39〜42桁", str, "0000 か空白4文字"),
    "bank.line_end": ("改行", str, "CRLF か空"),
    "bank.transfer_kind": ("データの112桁", str, "7 か空白"),
    "bank.edi": ("92〜111桁をEDI情報とするか", bool, "true か false"),
}

#: Tables of entries: each entry has its own source and, where the ward has to confirm it, ``certain = false``.
TABLES = ("benefit", "rule", "route", "evidence", "placement", "proxy")

_ALL = "all"


def parse(values: Mapping[str, Any], *, digest: str) -> Programme:
    """The programme of an already read TOML table.

    Raises ``InputProblem`` K-1010 that names the key and what is expected there.
    """
    sources: dict[str, str] = {}
    questions: list[Question] = []
    leaf = {key: _leaf(values, key, sources, questions) for key in LEAVES}
    for key, found in leaf.items():
        if LEAVES[key][1] is int and (found < 0 or (key == "adjustment.unit" and found == 0)):
            raise problem(key, "0以上の整数" if key != "adjustment.unit" else "1以上の整数")
    unknown = sorted(set(_flat(values)) - set(LEAVES))
    if unknown:
        raise problem(unknown[0], "この定義にない項目です。綴りを確かめるか、消すように")
    entries = {table: _entries(values, table, sources, questions) for table in TABLES}
    return Programme(
        code=leaf["programme.code"],
        name=leaf["programme.name"],
        version=leaf["programme.version"],
        tax_year=leaf["programme.tax_year"],
        income_tax_year=leaf["programme.income_tax_year"],
        base_date=leaf["dates.base_date"],
        levy_date=leaf["dates.levy_date"],
        dependants_date=leaf["dates.dependants_date"],
        child_born_from=leaf["dates.child_born_from"],
        newborn_until=leaf["dates.newborn_until"],
        return_deadline=leaf["dates.return_deadline"],
        reminder_days_before=leaf["dates.reminder_days_before"],
        benefits=tuple(_benefit(where, entry) for where, entry in entries["benefit"]),
        head_counts_as_child=leaf["settings.head_counts_as_child"],
        death_before_submission=_choice(AfterDeath, "settings.death_before_submission", leaf["settings.death_before_submission"]),
        death_after_submission=_choice(AfterDeath, "settings.death_after_submission", leaf["settings.death_after_submission"]),
        child_death_after_base_date_counts=leaf["settings.child_death_after_base_date_counts"],
        income_tax_relief=leaf["adjustment.income_tax_relief"],
        resident_tax_relief=leaf["adjustment.resident_tax_relief"],
        adjustment_unit=leaf["adjustment.unit"],
        income_cap=leaf["adjustment.income_cap"],
        flat_shortfall=leaf["shortfall.flat"],
        flat_shortfall_abroad=leaf["shortfall.flat_abroad"],
        payment_ceiling=leaf["limits.payment_ceiling"],
        batch_ceiling=leaf["limits.batch_ceiling"],
        rules=_unique("rule", "id", {rule.id: rule for rule in (_rule(where, entry) for where, entry in entries["rule"])}, entries["rule"]),
        routes=_routes(entries["route"]),
        account_inquiry=frozenset(
            category for where, entry in entries["route"] if entry.get("account_inquiry") for category in _categories(where, entry)
        ),
        evidence=tuple(_evidence(where, entry) for where, entry in entries["evidence"]),
        placements=tuple(_placement(where, entry) for where, entry in entries["placement"]),
        proxies=tuple(_proxy(where, entry) for where, entry in entries["proxy"]),
        letter_wording=leaf["programme.letter_wording"],
        bank=BankSettings(**{key.partition(".")[2]: leaf[key] for key in LEAVES if key.startswith("bank.")}),
        questions=tuple(questions),
        sources=sources,
        digest=digest,
    )


def with_confirmed(values: Mapping[str, Any], confirmed: Mapping[str, tuple[object, str]]) -> dict[str, Any]:
    """The TOML table with what the ward confirmed: key of a question -> (value, source). A confirmed value is certain.

    Raises ``InputProblem`` K-1010 where a key is not one of the file's.
    """
    result: dict[str, Any] = copy.deepcopy(dict(values))
    for key, (value, source) in confirmed.items():
        table, _, rest = key.partition(".")
        place = result.get(table)
        if table in TABLES and isinstance(place, list):
            entry = next((item for item in place if _name(table, item) == rest), None)
            if entry is None:
                raise problem(key, "この定義にある項目")
            if table == "benefit":
                entry["amount"] = value
            entry["source"], entry["certain"] = source, True
        elif isinstance(place, dict) and rest in place:
            place[rest] = {"value": value, "source": source, "certain": True}
        else:
            raise problem(key, "この定義にある項目")
    return result


def keys(values: Mapping[str, Any]) -> frozenset[str]:
    """Every key of a TOML table: ``dates.base_date``, ``placement.C07``."""
    entries = (f"{table}.{_name(table, entry)}" for table in TABLES for entry in values.get(table, ()) if isinstance(entry, dict))
    return frozenset((*_flat(values), *entries))


def _leaf(values: Mapping[str, Any], key: str, sources: dict[str, str], questions: list[Question]) -> Any:
    label, kind, expected = LEAVES[key]
    table, _, name = key.partition(".")
    group = values.get(table)
    found = group.get(name) if isinstance(group, dict) else None
    if not isinstance(found, dict) or "value" not in found or not str(found.get("source", "")).strip():
        raise problem(key, "値（value）と出典（source）の組")
    value = found["value"]
    if type(value) is not kind:
        raise problem(key, expected)
    sources[key] = str(found["source"])
    if found.get("certain", True) is not True:
        questions.append(Question(key, label, value, sources[key]))
    return value


def _flat(values: Mapping[str, Any]) -> list[str]:
    return [f"{table}.{name}" for table, group in values.items() if isinstance(group, dict) for name in group]


def _entries(
    values: Mapping[str, Any], table: str, sources: dict[str, str], questions: list[Question]
) -> list[tuple[str, Mapping[str, Any]]]:
    """(where, entry) of one table of entries; at least one of each kind except placements and proxies."""
    found = values.get(table, [])
    if not isinstance(found, list) or (not found and table not in {"placement", "proxy"}):
        raise problem(table, "1つ以上の項目")
    entries: list[tuple[str, Mapping[str, Any]]] = []
    for number, entry in enumerate(found, start=1):
        if not isinstance(entry, dict) or not str(entry.get("source", "")).strip():
            raise problem(f"{table}[{number}]", "出典（source）のある項目")
        name = _name(table, entry)
        where = f"{table}.{name}" if name else f"{table}[{number}]"
        sources[where] = str(entry["source"])
        if entry.get("certain", True) is not True:
            questions.append(Question(where, _title(table, entry), entry.get("amount", True), sources[where]))
        entries.append((where, entry))
    return entries


def _name(table: str, entry: Mapping[str, Any]) -> str:
    key = {"benefit": "kind", "rule": "id", "route": "name"}.get(table, "code")
    return str(entry.get(key, ""))


def _title(table: str, entry: Mapping[str, Any]) -> str:
    word = {"benefit": "給付", "rule": "条件", "route": "支給の方式", "evidence": "根拠", "placement": "措置の根拠", "proxy": "代理の根拠"}
    return f"{word[table]}「{entry.get('label') or entry.get('name') or entry.get('title') or _name(table, entry)}」"


def _benefit(where: str, entry: Mapping[str, Any]) -> BenefitRule:
    benefit = _choice(Benefit, where, entry.get("kind"))
    amount, count = entry.get("amount"), entry.get("planned_count", 0)
    if benefit is Benefit.HOUSEHOLD:
        raise problem(where, "hikazei, kintowari, kodomo, chosei, fusoku のどれか")
    if type(amount) is not int or amount < 0 or type(count) is not int or count < 0:
        raise problem(where, "金額（amount、円の整数）と件数（planned_count）の組")
    return BenefitRule(benefit, _text(where, entry, "label"), _text(where, entry, "host_word"), amount, count, str(entry["source"]))


def _rule(where: str, entry: Mapping[str, Any]) -> Rule:
    effects: dict[Category, Effect] = {}
    for effect in (Effect.REFUSE, Effect.HOLD):
        for category in _categories(where, entry, effect.value, missing=()):
            if category in effects:
                raise problem(where, "refuse と hold で重ならない区分")
            effects[category] = effect
    return Rule(_text(where, entry, "id"), _text(where, entry, "article"), effects, str(entry["source"]))


def _routes(entries: list[tuple[str, Mapping[str, Any]]]) -> dict[Category, Route]:
    routes: dict[Category, Route] = {}
    for where, entry in entries:
        route = _choice(Route, where, entry.get("name"))
        for category in _categories(where, entry):
            if category in routes:
                raise problem(where, "1つの区分に1つの方式")
            routes[category] = route
    if set(routes) != set(Category):
        raise problem("route", "すべての区分（DV, CHILD, DISABLED, ELDERLY）の方式")
    return routes


def _evidence(where: str, entry: Mapping[str, Any]) -> EvidenceKind:
    fields = entry.get("fields", [])
    if not isinstance(fields, list) or not all(isinstance(item, dict) and {"key", "label"} <= set(item) for item in fields):
        raise problem(where, "fields は key と label の組の並び")
    return EvidenceKind(
        code=_text(where, entry, "code"),
        name=_text(where, entry, "name"),
        categories=_categories(where, entry),
        expires=_switch(where, entry, "expires"),
        needs_approval=_switch(where, entry, "needs_approval"),
        placement=_switch(where, entry, "placement"),
        moved_in_after_base_date=_switch(where, entry, "moved_in_after_base_date"),
        fields=tuple(EvidenceField(str(item["key"]), str(item["label"]), item.get("required") is True) for item in fields),
    )


def _placement(where: str, entry: Mapping[str, Any]) -> Placement:
    return Placement(
        _text(where, entry, "code"),
        _text(where, entry, "name"),
        _text(where, entry, "law"),
        _categories(where, entry),
        _switch(where, entry, "children_only"),
    )


def _proxy(where: str, entry: Mapping[str, Any]) -> ProxyBasis:
    return ProxyBasis(
        _text(where, entry, "code"),
        _text(where, entry, "name"),
        _text(where, entry, "law"),
        _categories(where, entry),
        _switch(where, entry, "needs_document", default=True),
    )


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise problem(where, f"{key} に文字")
    return value


def _switch(where: str, entry: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    value = entry.get(key, default)
    if type(value) is not bool:
        raise problem(where, f"{key} に true か false")
    return value


def _categories(where: str, entry: Mapping[str, Any], key: str = "categories", *, missing: object = None) -> frozenset[Category]:
    names = entry.get(key, missing)
    if names == _ALL:
        return frozenset(Category)
    known = {category.value for category in Category}
    if not isinstance(names, list | tuple) or not set(names) <= known:
        raise problem(where, f'{key} に DV, CHILD, DISABLED, ELDERLY の並びか "all"')
    return frozenset(Category(name) for name in names)


def _choice(kind: type[_Choice], where: str, value: object) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        raise problem(where, "・".join(item.value for item in kind) + "のどれか") from None


def _unique(table: str, key: str, found: dict[str, Rule], entries: list[tuple[str, Mapping[str, Any]]]) -> Mapping[str, Rule]:
    if len(found) != len(entries):
        raise problem(table, f"重ならない {key}")
    return found


def problem(key: str, expected: str) -> InputProblem:
    """K-1010: what cannot be read, and what is expected there."""
    return InputProblem("K-1010", key, f"給付の定義の {key} が読めません。", todo=f"{expected}にしてください。")


#: What reads a value typed by a person into the type of its key; raises ValueError.
READERS: dict[type, Callable[[str], object]] = {
    int: lambda text: int(text.replace(",", "").replace("円", "").strip()),
    date: lambda text: date.fromisoformat(text.strip()),
    bool: lambda text: {"はい": True, "いいえ": False}[text.strip()],
    str: str,
}

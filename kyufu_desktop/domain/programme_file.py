"""From the TOML table of a programme to its values, with a check of every key.

Every value is ``{value = ..., source = "..."}``; one that the ward still has to confirm carries ``certain = false``. What is wrong is told
with the key and what is expected there. Confirmed values of the ward are laid over the file by ``with_confirmed``.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from kyufu_desktop.domain.envelope import Envelope, envelope
from kyufu_desktop.domain.first_page import first_page
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
from kyufu_desktop.domain.programme_leaves import LEAVES, READERS, well_formed
from kyufu_desktop.domain.questions import questions as rule_questions
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.errors import InputProblem

__all__ = ["LEAVES", "READERS", "TABLES", "keys", "parse", "problem", "with_confirmed"]

_Choice = TypeVar("_Choice", bound=StrEnum)

#: Tables of entries: each entry has its own source and, where the ward has to confirm it, ``certain = false``.
TABLES = ("benefit", "rule", "route", "evidence", "placement", "proxy")

#: What an entry of a table may hold beside ``source`` and ``certain``.
_ENTRY_KEYS: dict[str, frozenset[str]] = {
    "benefit": frozenset({"kind", "label", "host_word", "amount", "planned_count"}),
    "rule": frozenset({"id", "article", "refuse", "hold"}),
    "route": frozenset({"name", "categories", "account_inquiry"}),
    "evidence": frozenset({"code", "name", "categories", "fields", "expires", "needs_approval", "placement", "moved_in_after_base_date"}),
    "placement": frozenset({"code", "name", "law", "categories", "children_only"}),
    "proxy": frozenset({"code", "name", "law", "categories", "needs_document", "may_receive"}),
}
#: Rows of the rules that only a programme with one of these benefits has to name.
_ONLY_WITH: dict[str, frozenset[Benefit]] = {
    "child": frozenset({Benefit.KODOMO}),
    "adjustment": frozenset({Benefit.CHOSEI, Benefit.FUSOKU}),
    "shortfall": frozenset({Benefit.FUSOKU}),
}
_GROUPS = frozenset(key.partition(".")[0] for key in LEAVES)

_ALL = "all"


def parse(values: Mapping[str, Any], *, digest: str) -> Programme:
    """The programme of an already read TOML table.

    Raises ``InputProblem`` K-1010 that names the key and what is expected there.
    """
    sources: dict[str, str] = {}
    questions: list[Question] = []
    leaf = {key: _leaf(values, key, sources, questions) for key in LEAVES}
    unknown = sorted((set(_flat(values)) - set(LEAVES)) | (set(values) - _GROUPS - set(TABLES)))
    if unknown:
        raise problem(unknown[0], "定義で使う項目の名前（綴りを確かめるか、消すか）")
    entries = {table: _entries(values, table, sources, questions) for table in TABLES}
    programme = Programme(
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
        rules={rule.id: rule for rule in (_rule(where, entry) for where, entry in entries["rule"])},
        routes=_routes(entries["route"]),
        account_inquiry=frozenset(
            category for where, entry in entries["route"] if entry.get("account_inquiry") for category in _categories(where, entry)
        ),
        evidence=tuple(_evidence(where, entry) for where, entry in entries["evidence"]),
        placements=tuple(_placement(where, entry) for where, entry in entries["placement"]),
        proxies=tuple(_proxy(where, entry) for where, entry in entries["proxy"]),
        letter_wording=leaf["programme.letter_wording"],
        bank=BankSettings(**{key.partition(".")[2]: leaf[key] for key in LEAVES if key.startswith("bank.")}),
        envelope=_envelope(leaf),
        questions=tuple(questions),
        sources=sources,
        digest=digest,
    )
    _fits_together(programme)
    asked = rule_questions(programme)
    named = (
        replace(question, label=f"条件「{asked[question.key.removeprefix('rule.')]}」") if question.key.startswith("rule.") else question
        for question in programme.questions
    )
    return replace(programme, questions=tuple(named))


def _fits_together(programme: Programme) -> None:
    """What no value can show alone: days in order, amounts below the ceilings, every row of the rules, evidence for everybody."""
    if not programme.dependants_date <= programme.levy_date <= programme.base_date:
        raise problem("dates.levy_date", "扶養の状況を見る日より後、基準日より前の日付")
    for key, day in (("dates.return_deadline", programme.return_deadline), ("dates.newborn_until", programme.newborn_until)):
        if day < programme.base_date:
            raise problem(key, "基準日より後の日付")
    if programme.child_born_from >= programme.base_date:
        raise problem("dates.child_born_from", "基準日より前の日付")
    if programme.batch_ceiling < programme.payment_ceiling:
        raise problem("limits.batch_ceiling", "1件の上限より小さくない金額")
    for item in programme.benefits:
        if item.amount > programme.payment_ceiling:
            raise problem(f"benefit.{item.benefit.value}", "1件の上限を超えない金額")
    offered = {item.benefit for item in programme.benefits}
    known = set(rule_questions(programme))
    for rule in sorted(set(programme.rules) - known):
        raise problem(f"rule.{rule}", "判定にある条件の名前（docs/rules.md の表）")
    for rule in sorted(known - set(programme.rules)):
        if offered & _ONLY_WITH.get(rule.partition(".")[0], offered):
            raise problem(f"rule.{rule}", "条文（article）と出典（source）のある条件")
    for category in Category:
        kinds = [kind for kind in programme.evidence if category in kind.categories]
        if not kinds:
            raise problem("evidence", f"{category.value} の人が出せる根拠を1つ以上")
        if any(kind.placement for kind in kinds) and not any(category in place.categories for place in programme.placements):
            raise problem("placement", f"{category.value} の措置の根拠を1つ以上")


def with_confirmed(values: Mapping[str, Any], confirmed: Mapping[str, tuple[object, str]]) -> dict[str, Any]:
    """The TOML table with what the ward confirmed: key of a question -> (value, source). A confirmed value is certain.

    The value of an entry is the amount (benefit), ``refuse``/``hold``/``off`` for the categories that the row names (rule), or whether the
    entry is in force at all (evidence, placement, proxy); True leaves an entry as it is.

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
            elif table == "rule" and value in {effect.value for effect in Effect}:
                covered = entry.pop("refuse", None) or entry.pop("hold", None)
                entry.pop("hold", None)
                if value != Effect.OFF.value:
                    entry[str(value)] = covered
            elif value is False:
                place.remove(entry)
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
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind or not well_formed(key, value):
        raise problem(key, expected)
    if not set(found) <= {"value", "source", "certain"}:
        raise problem(key, "value、source、certain だけの組")
    sources[key] = str(found["source"])
    if not _certain(key, found):
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
        if where in sources:
            raise problem(where, "ほかと重ならない符号の項目")
        unknown = sorted(set(entry) - _ENTRY_KEYS[table] - {"source", "certain"})
        if unknown:
            raise problem(f"{where}.{unknown[0]}", "定義で使う項目の名前（綴りを確かめるか、消すか）")
        sources[where] = str(entry["source"])
        if not _certain(where, entry):
            questions.append(Question(where, _title(table, entry), _proposal(table, entry), sources[where]))
        entries.append((where, entry))
    return entries


def _certain(where: str, found: Mapping[str, Any]) -> bool:
    certain = found.get("certain", True)
    if type(certain) is not bool:
        raise problem(where, "certain に true か false")
    return certain


def _proposal(table: str, entry: Mapping[str, Any]) -> object:
    """What the ward is asked about an entry; a rule with one effect for its categories can be given another one."""
    if table == "benefit":
        return entry.get("amount")
    if table == "rule" and ("refuse" in entry) != ("hold" in entry):
        return Effect.REFUSE.value if "refuse" in entry else Effect.HOLD.value
    return True


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
    if len({str(item["key"]) for item in fields}) < len(fields):
        raise problem(where, "fields に重ならない key")
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
        _switch(where, entry, "may_receive", default=True),
    )


def _envelope(leaf: Mapping[str, Any]) -> Envelope:
    """The envelope, where a letter fits into it and its window shows the address and nothing else."""
    name, width, height, sheet_width, sheet_height, *window = (leaf[key] for key in LEAVES if key.startswith("envelope."))
    left, top, across, down = window
    try:
        found = envelope(name, size=(width, height), sheet=(sheet_width, sheet_height), window=(left, top, across, down))
        first_page(found)
    except InputProblem as fault:
        raise problem(f"envelope.{fault.field}", fault.todo.removesuffix("にしてください。")) from None
    return found


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
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        names = None
    if names is None or not set(names) <= known or len(set(names)) < len(names):
        raise problem(where, f'{key} に DV, CHILD, DISABLED, ELDERLY を1回ずつの並びか "all"')
    return frozenset(Category(name) for name in names)


def _choice(kind: type[_Choice], where: str, value: Any) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        raise problem(where, "・".join(item.value for item in kind) + "のどれか") from None


def problem(key: str, expected: str) -> InputProblem:
    """K-1010: what cannot be read, and what is expected there."""
    return InputProblem("K-1010", key, f"給付の定義の {key} が読めません。", todo=f"{expected}にしてください。")

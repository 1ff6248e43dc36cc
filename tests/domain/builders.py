"""Facts from the words of the vector tables, and the tables themselves."""

from __future__ import annotations

import csv
import dataclasses
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kyufu_desktop import settings
from kyufu_desktop.domain.judgment import CaseFacts, HistoryDecision, LevyClass, PersonFacts, TaxFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.programme_file import parse
from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
ON = date(2024, 8, 28)
CATEGORIES = {"DV": Category.DV, "児童": Category.CHILD, "障害者": Category.DISABLED, "高齢者": Category.ELDERLY}
BENEFITS = {
    "非課税化": Benefit.HIKAZEI,
    "均等割のみ": Benefit.KINTOWARI,
    "世帯": Benefit.HOUSEHOLD,
    "こども加算": Benefit.KODOMO,
    "調整給付": Benefit.CHOSEI,
}
LEVIES = {"非課税": LevyClass.EXEMPT, "均等割のみ": LevyClass.PER_CAPITA_ONLY, "課税": LevyClass.TAXED, "区分不明": None}
FLAGS: dict[str, dict[str, Any]] = {
    "未申告": {"undeclared": True},
    "租税条約": {"treaty_exempt": True},
    "R5対象": {"r5_target": True},
    "R5世帯主": {"r5_head": True},
    "遅い入国": {"entered_japan_late": True},
    "区外扶養": {"supporter_number": "9999999999", "supporter_outside_ward": True},
    "外の人の扶養": {"supporter_number": "8888888888"},
    "世帯主の扶養": {"supporter_number": "0000000001"},
    "生活保護": {"welfare": True},
}


@cache
def programme() -> Programme:
    values, digest = settings.read_toml("programmes", "r6.toml")
    return parse(values, digest=digest)


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name_of(row: dict[str, str]) -> str:
    return next(iter(row.values()))


def person(
    person_id: int = 1, tax: TaxFacts | None = None, birth: date | None = date(1980, 5, 5), *, head: bool | None = None, **more: Any
) -> PersonFacts:
    is_head = person_id == 1 if head is None else head
    values: dict[str, Any] = {
        "person_id": person_id,
        "resident_number": f"{person_id:010d}",
        "name": f"練習　{person_id}",
        "relation": Relation.HEAD if is_head else Relation.MEMBER,
        "birth": BirthDate("昭和20年不詳" if birth is None else birth.isoformat(), birth),
        "levied_elsewhere": False,
        "paid_by_host": False,
        "tax": tax or TaxFacts(levy=LevyClass.EXEMPT, income_levy=0, income_tax=0, total_income=0),
    }
    return PersonFacts(**(values | more))


def case(*persons: PersonFacts, category: Category = Category.DV, **more: Any) -> CaseFacts:
    values: dict[str, Any] = {"case_id": 1, "category": category, "persons": persons or (person(),), "evidence_verified": True}
    return CaseFacts(**(values | more))


def person_in_words(person_id: int, words: str) -> PersonFacts:
    """「世帯主 非課税 所得割0 未申告」."""
    tax: dict[str, Any] = {"levy": LevyClass.EXEMPT, "income_levy": 0, "income_tax": 0, "total_income": 0}
    more: dict[str, Any] = {}
    for word in words.split():
        if word in ("世帯主", "世帯員"):
            continue
        if word in LEVIES:
            tax["levy"] = LEVIES[word]
        elif word == "所得割不明":
            tax["income_levy"] = None
        elif word.startswith("所得割"):
            tax["income_levy"] = int(word.removeprefix("所得割"))
        elif word == "支給済":
            more["paid_by_host"] = True
        else:
            tax |= FLAGS[word]
    return person(person_id, TaxFacts(**tax), head=words.startswith("世帯主"), **more)


def case_in_words(category: str, members: str, circumstances: str) -> tuple[CaseFacts, Programme]:
    facts: dict[str, Any] = {"evidence_verified": True}
    rule_book = programme()
    for word in circumstances.split():
        match word:
            case found if found.startswith("突合未決"):
                facts["open_findings"] = int(found.removeprefix("突合未決").removesuffix("件"))
            case found if found.startswith("突合停止:"):
                facts["collation_stops"] = frozenset({BENEFITS[found.removeprefix("突合停止:")]})
            case "住民でない":
                facts["resident_on_base_date"] = False
            case "他区市町村":
                facts["other_municipality"] = True
            case "世帯分離":
                facts["split_household"] = True
            case "根拠未確認":
                facts["evidence_verified"] = False
            case "支給済は別と判断":
                facts["host_paid_cleared"] = True
            case "履歴を数える":
                facts["history"] = HistoryDecision.COUNTS
            case "履歴を数えない":
                facts["history"] = HistoryDecision.DOES_NOT_COUNT
            case "扶養の条件を使う":
                rule_book = dataclasses.replace(rule_book, dependants_exclusion=frozenset({CATEGORIES[category]}))
            case "R5は人が判断しない":
                rule_book = dataclasses.replace(rule_book, r5_manual=frozenset())
            case _:
                raise ValueError(word)
    persons = tuple(person_in_words(number, words.strip()) for number, words in enumerate(members.split("／"), start=1))
    return case(*persons, category=CATEGORIES[category], **facts), rule_book

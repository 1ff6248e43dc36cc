"""Facts from the words of the vector tables, and the tables themselves."""

from __future__ import annotations

import csv
import dataclasses
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kyufu_desktop import settings
from kyufu_desktop.domain.calendar import parse_birth
from kyufu_desktop.domain.judgment import CaseFacts, ExitKind, HistoryDecision, LevyClass, PersonFacts, Residence, TaxFacts
from kyufu_desktop.domain.programme import Effect, Programme
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
    "不足額給付": Benefit.FUSOKU,
}
#: A placement of the programme by which an ordinary case of the category lives where it lives.
PLACEMENTS = {Category.DV: None, Category.CHILD: "C04", Category.DISABLED: "D01", Category.ELDERLY: "E03"}
EFFECTS = {"支給しない": Effect.REFUSE, "保留する": Effect.HOLD, "見ない": Effect.OFF}
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
def programme(code: str = "r6") -> Programme:
    """A programme with nothing left to confirm."""
    values, digest = settings.read_toml("programmes", f"{code}.toml")
    return dataclasses.replace(parse(values, digest=digest), questions=())


def with_effect(rules: Programme, rule: str, effect: Effect) -> Programme:
    """The programme with one row doing something else for every category."""
    changed = dataclasses.replace(rules.rules[rule], effects=dict.fromkeys(Category, effect))
    return dataclasses.replace(rules, rules={**rules.rules, rule: changed})


def offering(rules: Programme, *benefits: Benefit) -> Programme:
    return dataclasses.replace(rules, benefits=tuple(item for item in rules.benefits if item.benefit in benefits))


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
    values["placement"] = PLACEMENTS[category]
    return CaseFacts(**(values | more))


def person_in_words(person_id: int, words: str) -> PersonFacts:
    """「世帯主 非課税 所得割0 未申告 死亡令和6年7月1日」."""
    tax: dict[str, Any] = {"levy": LevyClass.EXEMPT, "income_levy": 0, "income_tax": 0, "total_income": 0}
    more: dict[str, Any] = {}
    for word in words.split():
        match word:
            case "世帯主" | "世帯員":
                continue
            case known if known in LEVIES:
                tax["levy"] = LEVIES[word]
            case "所得割不明":
                tax["income_levy"] = None
            case levy if levy.startswith("所得割"):
                tax["income_levy"] = int(levy.removeprefix("所得割"))
            case "支給済":
                more["paid_by_host"] = True
            case "書類に名前なし":
                more["named"] = False
            case "転入":
                more["levied_elsewhere"] = True
            case died if died.startswith("死亡"):
                more["died_on"] = parse_birth(died.removeprefix("死亡")).day
            case born if born.startswith("生まれ"):
                more["birth"] = parse_birth(born.removeprefix("生まれ")).day
            case _:
                tax |= FLAGS[word]
    return person(person_id, TaxFacts(**tax), head=words.startswith("世帯主"), **more)


#: What is said of a household -> fields of its facts.
CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "住民でない": {"residence": Residence.ELSEWHERE},
    "実際に居住": {"residence": Residence.ACTUAL},
    "あとで初めて登録": {"residence": Residence.FIRST_REGISTERED_LATER},
    "住んでいたと判断": {"residence_confirmed": True},
    "他区市町村": {"exit": ExitKind.CLAIMED_ELSEWHERE},
    "取下げ": {"exit": ExitKind.WITHDRAWN},
    "要件消滅": {"exit": ExitKind.LAPSED},
    "世帯分離": {"split_household": True},
    "R5世帯主の死亡": {"r5_head_died": True},
    "根拠未確認": {"evidence_verified": False},
    "措置なし": {"placement": None},
    "支給済は別と判断": {"host_paid_cleared": True},
    "履歴を数える": {"history": HistoryDecision.COUNTS},
    "履歴を数えない": {"history": HistoryDecision.DOES_NOT_COUNT},
}


def case_in_words(category: str, members: str, circumstances: str, rule_book: Programme | None = None) -> tuple[CaseFacts, Programme]:
    facts: dict[str, Any] = {"evidence_verified": True}
    rule_book = rule_book or programme()
    for word in circumstances.split():
        key, _, rest = word.partition(":")
        match key:
            case known if known in CIRCUMSTANCES:
                facts |= CIRCUMSTANCES[known]
            case found if found.startswith("突合未決"):
                facts["open_findings"] = int(found.removeprefix("突合未決").removesuffix("件"))
            case "突合停止":
                facts["collation_stops"] = frozenset({BENEFITS[rest]})
            case "措置":
                facts["placement"] = rest
            case "提出":
                facts["submitted_on"] = parse_birth(rest).day
            case "給付":
                rule_book = offering(rule_book, *(BENEFITS[name] for name in rest.split(",")))
            case "条件":
                rule, _, effect = rest.partition("=")
                rule_book = with_effect(rule_book, rule, EFFECTS[effect])
            case _:
                raise ValueError(word)
    persons = tuple(person_in_words(number, words.strip()) for number, words in enumerate(members.split("／"), start=1))
    return case(*persons, category=CATEGORIES[category], **facts), rule_book

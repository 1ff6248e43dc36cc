"""A second, small judge for the tests of whole days: the rows of the rule book as a table, read straight from the workbooks.

It shares no code with the program: the workbooks are opened with msoffcrypto and openpyxl, the rules are written down again.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl

BASE_DATE, CHILD_FROM, NEWBORN_UNTIL = date(2024, 6, 3), date(2006, 4, 2), date(2024, 10, 31)
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
SMALL = str.maketrans("ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ")
LEVY, INCOME_LEVY, INCOME_TAX, INCOME = "令和6年度均等割", "令和6年度所得割額（定額減税前）", "令和6年分推計所得税額", "合計所得金額"
PEOPLE = ("同一生計配偶者", "一般扶養親族数", "特定扶養親族数", "老人扶養親族数", "16歳未満扶養親族数")

Facts = dict[str, Any]


@dataclass
class Household:
    number: str
    people: list[Facts] = field(default_factory=list)
    met: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def any(self, heading: str, value: object = "1") -> bool:
        return any(str(person.get(heading)) == value for person in self.people)


@dataclass(frozen=True)
class Expected:
    benefit: str
    taxpayer: str | None
    outcome: str
    amount: int
    first_reason: str


def sheet(path: Path, password: str, name: str) -> list[Facts]:
    """Rows of one sheet as heading -> value."""
    office = msoffcrypto.OfficeFile(io.BytesIO(path.read_bytes()))
    office.load_key(password=password)
    plain = io.BytesIO()
    office.decrypt(plain)
    head, *rows = openpyxl.load_workbook(plain, read_only=True)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=False)) for row in rows]


def number(value: object) -> int | None:
    return None if value is None or value == "" else int(str(value))


def born(written: object) -> date | None:
    if isinstance(written, datetime):
        return written.date()
    text = unicodedata.normalize("NFKC", str(written))
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if found:
        return date(*map(int, found.groups()))
    found = re.fullmatch(r"(..)(元|\d+)年(\d+)月(\d+)日", text)
    if found is None:
        return None
    era, year, month, day = found.groups()
    return date(ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day))


def folded(kana: object) -> str:
    text = unicodedata.normalize("NFKC", str(kana or "")).upper()
    text = "".join(chr(ord(each) + 96) if "ぁ" <= each <= "ゖ" else each for each in text)
    return re.sub(r"[\s・･ー‐−–―\-'’.=]", "", text).translate(SMALL)


def read(inputs: Path, password: str) -> dict[str, Household]:
    """Management number -> household, with the answers of the inquiry and what the contractor is about to pay."""
    facts = {row["住民番号"]: row for row in sheet(inputs / "targets.xlsx", password, "判定資料")}
    found: dict[str, Household] = {}
    for row in sheet(inputs / "targets.xlsx", password, "支給対象者"):
        household = found.setdefault(row["給付管理番号"], Household(row["世帯番号"]))
        household.people.append({**facts[row["住民番号"]], **row})
    answers = {row["住民番号"]: row for row in sheet(inputs / "tax_answers.xlsx", password, "税照会結果")}
    for person in (person for household in found.values() for person in household.people):
        answer = answers.get(person["住民番号"])
        asked = person["令和6年1月1日時点の住所地"] and (person[LEVY] is None or number(person[INCOME_LEVY]) is None)
        if asked and answer is not None and answer["処理結果"] == "正常":
            person.update({name: answer[name] for name in (LEVY, INCOME_LEVY, INCOME, "未申告")})
    meet(found, sheet(inputs / "planned_payments.xlsx", password, "支給予定情報"))
    return found


def meet(households: dict[str, Household], planned: list[Facts]) -> None:
    """Which rows of the contractor's list meet which household, and by what."""
    own: dict[str, dict[object, set[str]]] = {key: defaultdict(set) for key in KEYS}
    for management, household in households.items():
        own["management"][management].add(management)
        own["household"][household.number].add(management)
        for person in household.people:
            for key in ("person", "child"):
                own[key][person["住民番号"]].add(management)
            own["name_birth"][who(person)].add(management)
    for row in planned:
        met: dict[str, set[str]] = defaultdict(set)
        for key, value in KEYS.items():
            given = value(row)
            for management in own[key].get(given, ()) if given else ():
                met[management].add(key)
        for management, keys in met.items():
            households[management].met.append((row["給付管理番号"], frozenset(keys)))


def who(row: Facts) -> tuple[str, date] | None:
    day = born(row["生年月日"])
    return None if day is None else (folded(row["カナ氏名"]), day)


#: Key of the collation -> what of a planned row is compared.
KEYS: dict[str, Callable[[Facts], object]] = {
    "management": lambda row: row["給付管理番号"],
    "household": lambda row: row["世帯番号"],
    "person": lambda row: row["世帯主住民番号"],
    "child": lambda row: row["対象児童住民番号"],
    "name_birth": who,
}

#: Rows of the benefit of the household, in order; the first that applies decides.
HOUSEHOLD: tuple[tuple[str, Callable[[Household], bool]], ...] = (
    ("NG_SHOTOKUWARI", lambda h: any((number(p[INCOME_LEVY]) or 0) > 0 for p in h.people)),
    ("HOLD_UNDECLARED", lambda h: h.any("未申告")),
    ("NG_TREATY", lambda h: h.any("租税条約免除")),
    ("NG_R5_TARGET", lambda h: h.any("令和5年度給付時世帯主")),
    ("HOLD_R5_HISTORY", lambda h: h.any("令和5年度給付対象世帯")),
    ("HOLD_FOREIGN_ENTRY", lambda h: h.any("令和6年1月2日以後入国")),
    ("HOLD_TAX_INQUIRY", lambda h: any(p[LEVY] is None or number(p[INCOME_LEVY]) is None for p in h.people)),
    ("HOLD_TAX_CONTRADICTION", lambda h: h.any(LEVY, "課税")),
)
#: Rows that every benefit ends with. The evidence is always there: the day enters it for everybody.
SAFETY: tuple[tuple[str, Callable[[Household], bool]], ...] = (
    ("HOLD_PAID_BY_HOST", lambda h: h.any("給付状況", "支給済")),
    ("HOLD_COLLATION", lambda h: bool(h.met)),
)
#: Rows of the adjustment benefit of one person.
ADJUSTMENT: tuple[tuple[str, Callable[[Facts], bool]], ...] = (
    ("NG_NOT_LEVIED_HERE", lambda p: bool(p["令和6年1月1日時点の住所地"])),
    ("HOLD_TAX_INQUIRY", lambda p: any(number(p[name]) is None for name in (INCOME_TAX, INCOME_LEVY, INCOME))),
    ("HOLD_TAX_CONTRADICTION", lambda p: heads(p) < 1),
    ("NG_INCOME_CAP", lambda p: (number(p[INCOME]) or 0) > 18_050_000),
    ("NG_NO_TAX", lambda p: not number(p[INCOME_TAX]) and not number(p[INCOME_LEVY])),
    ("NG_NO_SHORTFALL", lambda p: shortfall(p) <= 0),
)


def heads(person: Facts) -> int:
    return 1 + sum(number(person[name]) or 0 for name in PEOPLE) - (number(person["国外居住扶養親族数"]) or 0)


def shortfall(person: Facts) -> int:
    n = heads(person)
    return max(0, 30_000 * n - (number(person[INCOME_TAX]) or 0)) + max(0, 10_000 * n - (number(person[INCOME_LEVY]) or 0))


def first(table: tuple[tuple[str, Callable[[Any], bool]], ...], subject: object) -> str | None:
    return next((reason for reason, applies in table if applies(subject)), None)


def outcome(reason: str | None) -> str:
    return "ELIGIBLE" if reason is None else reason.partition("_")[0]


def judge(household: Household) -> list[Expected]:
    reason = first(HOUSEHOLD, household) or first(SAFETY, household)
    classes = {person[LEVY] for person in household.people}
    if classes == {"非課税"}:
        kinds: tuple[str, ...] = ("hikazei",)
    else:
        kinds = ("kintowari",) if classes <= {"非課税", "均等割のみ"} else ("hikazei", "kintowari")
    expected = [Expected(kind, None, outcome(reason), 0 if reason else 100_000, reason or f"ELIGIBLE_{kind.upper()}") for kind in kinds]
    children = [(person, born(person["生年月日"])) for person in household.people if person["続柄"] != "世帯主"]
    days = [day for _, day in children if day is None or day >= CHILD_FROM]
    if days:
        counted = sum(1 for day in days if day is not None and day <= BASE_DATE)
        table: tuple[tuple[str, bool], ...] = (
            (reason or "", reason is not None),
            ("HOLD_BIRTH_UNKNOWN", None in days),
            ("HOLD_NEWBORN", any(day is not None and BASE_DATE < day <= NEWBORN_UNTIL for day in days)),
            ("NG_NO_CHILD", counted == 0),
        )
        child = next((code for code, applies in table if applies), None)
        expected.append(Expected("kodomo", None, outcome(child), 0 if child else 50_000 * counted, child or "ELIGIBLE_KODOMO"))
    for person in household.people:
        if person[LEVY] == "課税" or (number(person[INCOME_TAX]) or 0) > 0 or (number(person[INCOME_LEVY]) or 0) > 0:
            own = first(ADJUSTMENT, person) or first(SAFETY, household)
            amount = 0 if own else -(-shortfall(person) // 10_000) * 10_000
            expected.append(Expected("chosei", person["住民番号"], outcome(own), amount, own or "ELIGIBLE_CHOSEI"))
    return expected

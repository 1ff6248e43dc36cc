"""Dummy people for the practice vault, the tests and the measurements: the host's workbooks, made up from a seed.

Nobody in them exists: the surnames are landscapes, the buildings are called 架空 (fictitious), resident numbers begin with 0099 and
household numbers with 099, ranges that are set aside for practice. The same seed and number of cases always give the same people, so that
the four workbooks of a practice day fit together.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kyufu_desktop.domain.values import BENEFIT_HOST_WORDS, Benefit
from kyufu_desktop.exchange import envelope, layouts, raw_workbook, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet

Value = str | int | None
CREATED_ON = date(2024, 6, 10)
BASE_DATE = date(2024, 6, 3)
#: The day on which practice begins: an answer is never older than its question.
ANSWERED_ON = date(2024, 8, 28)
PLANNED_ON = date(2024, 7, 1)
OUTSIDE_PERSON = "9999999999"

_SURNAMES = (
    ("青葉", "アオバ"),
    ("朝霧", "アサギリ"),
    ("葛\U000e0100城", "カツラギ"),
    ("白雲", "シラクモ"),
    ("𠮷田", "ヨシダ"),
    ("夕凪", "ユウナギ"),
    ("髙橋", "タカハシ"),
    ("緑川", "ミドリカワ"),
    ("渡邉\U000e0102", "ワタナベ"),
    ("風早", "カザハヤ"),
    ("山﨑", "ヤマザキ"),
    ("花園", "ハナゾノ"),
    ("辻\U000e0100", "ツジ"),
    ("若草", "ワカクサ"),
    ("野分", "ノワキ"),
)
_GIVEN = (
    ("みどり", "ミドリ"),
    ("楓", "カエデ"),
    ("ひかり", "ヒカリ"),
    ("大地", "ダイチ"),
    ("小春", "コハル"),
    ("空", "ソラ"),
    ("つばき", "ツバキ"),
    ("渚", "ナギサ"),
    ("蓮", "レン"),
    ("千代", "チヨ"),
)
_FOREIGN = (
    ("NGUYỄN THỊ HOA", "グエン テイ ホア"),
    ("MARIA CLARA SANTOS DE LA CRUZ", "マリア・クララ サントス デ ラ クルス"),
    ("李 小明", "リ シヤオミン"),
)
_PLACES = (
    ("160-0022", "東京都新宿区新宿五丁目"),
    ("160-0023", "東京都新宿区西新宿三丁目"),
    ("162-0052", "東京都新宿区戸山二丁目"),
    ("169-0073", "東京都新宿区百人町二丁目"),
    ("161-0033", "東京都新宿区下落合四丁目"),
)
_BUILDINGS = (
    None,
    "架空荘１０１",
    "メゾン架空２０５号室",
    "架空レジデンス\u3000ノースウイング\u3000ガーデンテラス棟\u3000１２階\u3000１２０４号室\u3000管理人室気付",
)
_ELSEWHERE = ("神奈川県横浜市中区", "北海道札幌市中央区", "大阪府大阪市北区", "沖縄県那覇市")
_CATEGORIES = ("DV避難者", "児童福祉施設等入所児童", "施設入所障害者", "施設入所高齢者")
_BANKS = (("0001", "001"), ("0005", "001"), ("0009", "001"), ("9900", "018"))


@dataclass(slots=True)
class DummyPerson:
    """One row of 支給対象者 and one of 判定資料, as far as they are not empty."""

    resident_number: str
    household_number: str
    relation: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth: str = field(repr=False)
    born: date | None = field(repr=False)
    category: str = ""
    target: dict[str, Value] = field(default_factory=dict, repr=False)
    facts: dict[str, Value] = field(default_factory=dict, repr=False)

    @property
    def management_number(self) -> str:
        return "R6" + self.household_number[-8:]


Household = list[DummyPerson]


def households(seed: int) -> Iterator[Household]:
    """Households without end: every scenario once with each category, then again and again with other people."""
    chance = random.Random(seed)  # noqa: S311 - people who do not exist need no secrets
    people = itertools.count(17, 13)
    for number in itertools.count(0):
        category = _CATEGORIES[number % 4] if number % 3 else "DV避難者"
        household = _new_household(chance, people, f"099{number * 7 + 101:06}", category)
        _SCENARIOS[number % len(_SCENARIOS)](household, chance)
        yield household


def ward(seed: int, cases: int) -> list[Household]:
    return list(itertools.islice(households(seed), cases))


def targets_workbook(seed: int, cases: int, password: str) -> bytes:
    """支給対象者データ, sealed."""
    people = [person for household in ward(seed, cases) for person in household]
    cover = workbook_writer.cover(
        "支給対象者データ 第1版", CREATED_ON, len(people), practice=True, more=(("基準日", BASE_DATE.isoformat()),)
    )
    sheets = [OutSheet(name, headings, rows) for name, headings, rows in _target_sheets(people)]
    return envelope.seal(workbook_writer.write([cover, *sheets]), password)


def planned_workbook(seed: int, cases: int, password: str, rows: int = 300, words: Mapping[Benefit, str] | None = None) -> bytes:
    """支給予定情報, sealed: ``rows`` strangers, and meetings planted at the first cases, one of each kind of key.

    ``words`` = 給付種別 of another programme than R6; what it does not offer becomes its first benefit.
    """
    planned = planned_rows(seed, cases, rows)
    if words:
        first = next(iter(words.values()))
        planned = [(*row[:5], words.get(BENEFIT_HOST_WORDS[str(row[5])], first), *row[6:]) for row in planned]
    layout = layouts.known("planned")[0]
    cover = workbook_writer.cover(layout.form, PLANNED_ON, len(planned), practice=True)
    sheet = OutSheet("支給予定情報", tuple(column.heading for column in layout.sheets[0].columns), planned)
    return envelope.seal(workbook_writer.write([cover, sheet]), password)


def tax_answers(seed: int, cases: int, password: str) -> bytes:
    """税照会結果, sealed: an answer for everybody who moved in; one in five needs a person (自動応答不可, 該当者なし)."""
    rows: list[Sequence[Value]] = []
    for person in (person for household in ward(seed, cases) for person in household):
        asked_of = person.target.get("令和6年1月1日時点の住所地")
        if asked_of is None:
            continue
        kind = len(rows) % 10
        if kind in {3, 8}:
            rows.append((person.resident_number, asked_of, "自動応答不可" if kind == 3 else "該当者なし", None, None, None, None))
            continue
        levy, income_levy, income = (("非課税", 0, 900_000), ("均等割のみ", 0, 1_100_000), ("課税", 35_000, 2_000_000))[kind % 3]
        rows.append((person.resident_number, asked_of, "正常", levy, income_levy, income, "1" if kind == 6 else None))
    return _answers("tax_answers", rows, password)


def account_answers(seed: int, cases: int, password: str) -> bytes:
    """口座照会結果, sealed: an answer for everybody, with an account for every second one."""
    people = [person for household in ward(seed, cases) for person in household]
    rows = [(person.resident_number, "正常", _account(at, person.kana) if at % 2 else None) for at, person in enumerate(people)]
    return _answers("account_answers", rows, password)


def big_targets(rows: int = 50_000, password: str = "renshu-big", seed: int = 7) -> bytes:  # noqa: S107 - the password of dummy people
    """支給対象者データ with exactly ``rows`` people, sealed: for the measurements."""
    people: list[DummyPerson] = []
    for household in households(seed):
        if len(people) + len(household) > rows:
            break
        people.extend(household)
    spare = itertools.count(0)
    while len(people) < rows:
        # Single people fill what is left: half a household would be refused.
        number = f"098{next(spare):06}"
        single = _new_household(random.Random(seed), itertools.count(900_000 + len(people)), number, "DV避難者")  # noqa: S311
        people.append(single[0])
    cover = (("作成日", CREATED_ON.isoformat()), ("基準日", BASE_DATE.isoformat()), ("件数", rows), ("様式", "支給対象者データ 第1版"))
    sheets = [("表紙", ("項目", "値"), cover), *_target_sheets(people)]
    return envelope.seal(raw_workbook.write(sheets), password)


def big_planned(rows: int = 1_000_000, password: str = "renshu-big", seed: int = 7, cases: int = 100) -> bytes:  # noqa: S107
    """支給予定情報 of the size of the largest city, sealed: strangers, and the planted meetings of ``ward(seed, cases)``."""
    layout = layouts.known("planned")[0]
    planned = planned_rows(seed, cases, rows)
    cover = (("作成日", PLANNED_ON.isoformat()), ("件数", len(planned)), ("様式", layout.form))
    headings = tuple(column.heading for column in layout.sheets[0].columns)
    return envelope.seal(raw_workbook.write([("表紙", ("項目", "値"), cover), ("支給予定情報", headings, planned)]), password)


def planned_rows(seed: int, cases: int, strangers: int) -> list[Sequence[Value]]:
    """Rows of 支給予定情報: strangers (household numbers of 5...), mixed with meetings at known households."""
    chance = random.Random(seed + 1)  # noqa: S311
    rows: list[Sequence[Value]] = [_stranger(chance, number) for number in range(strangers)]
    known = ward(seed, cases)
    for at, household in enumerate(known[: max(6, cases // 10)]):
        place = (at * 7919) % (len(rows) + 1)
        rows.insert(place, _meeting(household, at, f"{580_000_000 + at:09}"))
    return rows


def _meeting(household: Household, at: int, stranger: str) -> Sequence[Value]:
    """One row that meets the household by one key (by turns), as the original household of an evacuee would."""
    head = household[0]
    child = household[-1]
    other = "R6" + stranger[-8:]
    unknown = "58" + stranger[-8:]
    paid = "支給済" if at % 2 else "予定"
    kind = at % 5
    if kind == 0:
        benefit = "令和6年度非課税化給付"
        return (other, head.household_number, unknown, "ヤマビコ シゲル", "1969-11-03", benefit, 100_000, "2024-07-12", paid, None)
    if kind == 1:
        return (other, stranger, unknown, "ヤマビコ シゲル", "1969-11-03", "子ども加算", 50_000, "2024-07-12", paid, child.resident_number)
    if kind == 2:
        return (other, stranger, head.resident_number, head.kana, head.birth, "調整給付", 40_000, "2024-07-19", paid, None)
    if kind == 3:
        return (other, stranger, unknown, head.kana, head.birth, "令和6年度均等割のみ課税化給付", 100_000, "2024-07-19", paid, None)
    return (
        head.management_number,
        head.household_number,
        head.resident_number,
        head.kana,
        head.birth,
        "令和6年度非課税化給付",
        100_000,
        "2024-07-26",
        paid,
        None,
    )


def _stranger(chance: random.Random, number: int) -> Sequence[Value]:
    surname, given = _SURNAMES[number % len(_SURNAMES)], _GIVEN[number // 7 % len(_GIVEN)]
    born = date(1940, 1, 1) + timedelta(days=int(chance.random() * 23_000))
    benefit, amount = (
        ("令和6年度非課税化給付", 100_000),
        ("令和6年度均等割のみ課税化給付", 100_000),
        ("子ども加算", 50_000),
        ("調整給付", 10_000 * (1 + number % 17)),
    )[number % 4]
    planned_on = f"2024-07-{1 + number % 28:02}"
    household = f"{500_000_000 + number:09}"
    # The family name of a stranger ends in a letter that no household of the ward has: name and birth never meet by chance.
    kana = f"{surname[1]}ヌ {given[1]}"
    state = "支給済" if number % 3 == 0 else "予定"
    return ("R6" + household[1:], household, f"50{number:08}", kana, born.isoformat(), benefit, amount, planned_on, state, None)


def _answers(kind: str, rows: Sequence[Sequence[Value]], password: str) -> bytes:
    layout = layouts.known(kind)[0]
    cover = workbook_writer.cover(layout.form, ANSWERED_ON, len(rows), practice=True)
    sheet = OutSheet(layout.sheets[0].name, tuple(column.heading for column in layout.sheets[0].columns), rows)
    return envelope.seal(workbook_writer.write([cover, sheet]), password)


def _target_sheets(people: Sequence[DummyPerson]) -> list[tuple[str, tuple[str, ...], list[list[Value]]]]:
    targets, facts = layouts.known("targets")[0].sheets
    sheets = []
    for layout, rows in ((targets, map(_target_row, people)), (facts, map(_facts_row, people))):
        headings = tuple(column.heading for column in layout.columns)
        sheets.append((layout.name, headings, [[row.get(heading) for heading in headings] for row in rows]))
    return sheets


def _target_row(person: DummyPerson) -> dict[str, Value]:
    return {
        "給付管理番号": person.management_number,
        "住民番号": person.resident_number,
        "世帯番号": person.household_number,
        "続柄": person.relation,
        "漢字氏名": person.name,
        "カナ氏名": person.kana,
        "生年月日": person.birth,
        "特別対応区分": person.category,
        "口座フラグ": "0",
        **person.target,
    }


def _facts_row(person: DummyPerson) -> dict[str, Value]:
    return {"住民番号": person.resident_number, **person.facts}


def _account(number: int, kana: str) -> str:
    bank, branch = _BANKS[number % len(_BANKS)]
    return f"{bank}-{branch}-1-{900_001 + number % 99_999:07}-{kana}"


def _new_household(chance: random.Random, numbers: Iterator[int], household_number: str, category: str) -> Household:
    """A household with its address; the head's age and the number of children follow the category."""
    at = int(household_number)
    surname = _SURNAMES[chance.randrange(len(_SURNAMES))]
    years = {"児童福祉施設等入所児童": 12, "施設入所高齢者": 82}.get(category, 34)
    postal, street = _PLACES[at % len(_PLACES)]
    place: dict[str, Value] = {
        "郵便番号": postal,
        "漢字住所": f"{street}{chance.randint(1, 39)}番{chance.randint(1, 29)}号",
        "漢字方書": _BUILDINGS[at % len(_BUILDINGS)],
    }
    household: Household = []
    children = (0, 1, 2, 0, 3)[at % 5] if category == "DV避難者" else 0
    for index in range(1 + children):
        name, kana = _name(surname, chance)
        foreign = index == 0 and at % 17 == 5
        if foreign:
            name, kana = _FOREIGN[at % len(_FOREIGN)]
        born = BASE_DATE - timedelta(days=365 * (years if index == 0 else 4 * index) + chance.randint(0, 300))
        resident_number = f"0099{next(numbers) % 1_000_000:06}"
        person = DummyPerson(
            resident_number, household_number, "世帯主" if index == 0 else "子", name, kana, born.isoformat(), born, category, dict(place)
        )
        if foreign:
            person.target["在留カード番号"] = f"ZZ{chance.randint(0, 99_999_999):08}ZZ"
        if chance.random() < 0.3:
            person.target["過去の給付金支給口座情報"] = _account(chance.randint(0, 99_998), kana)
        if index and chance.random() < 0.1:
            person.target["点字利用者情報"] = "点字"
        person.facts = _no_tax() | ({"扶養者住民番号": household[0].resident_number} if index else {})
        household.append(person)
    return household


def _name(surname: tuple[str, str], chance: random.Random) -> tuple[str, str]:
    given = _GIVEN[chance.randrange(len(_GIVEN))]
    return f"{surname[0]}\u3000{given[0]}", f"{surname[1]} {given[1]}"


def _no_tax() -> dict[str, Value]:
    amounts = ("令和6年度所得割額（定額減税前）", "令和6年分推計所得税額", "合計所得金額")
    counts = ("同一生計配偶者", "一般扶養親族数", "特定扶養親族数", "老人扶養親族数", "16歳未満扶養親族数", "国外居住扶養親族数")
    return {"令和6年度均等割": "非課税", **dict.fromkeys((*amounts, *counts), 0)}


def _taxed(income_levy: int, income_tax: int, income: int, children: int = 0, spouse: int = 0) -> dict[str, Value]:
    return {
        "令和6年度均等割": "課税",
        "令和6年度所得割額（定額減税前）": income_levy,
        "令和6年分推計所得税額": income_tax,
        "合計所得金額": income,
        "16歳未満扶養親族数": children,
        "同一生計配偶者": spouse,
    }


Scenario = Callable[[Household, random.Random], None]


def _nothing(household: Household, chance: random.Random) -> None:
    """Nobody taxed: eligible."""


def _dependants_only(household: Household, chance: random.Random) -> None:
    """All are dependants of a taxed person outside the household."""
    for person in household:
        person.facts.update({"扶養者住民番号": OUTSIDE_PERSON, "扶養者区外": "1"})


def _moved_in(household: Household, chance: random.Random) -> None:
    """Moved in since 1 January: the tax must be asked there."""
    place = _ELSEWHERE[chance.randrange(len(_ELSEWHERE))]
    for person in household:
        person.target["令和6年1月1日時点の住所地"] = place
        person.facts["令和6年度均等割"] = None


def _child_born(day: date) -> Scenario:
    """The last member, or a child added to a single person's household, is born on ``day``: on the border of the child addition."""

    def scenario(household: Household, chance: random.Random) -> None:
        if len(household) == 1:
            head = household[0]
            number = f"0099{(int(head.resident_number[4:]) + 5) % 1_000_000:06}"
            name, kana = _name(_SURNAMES[0], chance)
            household.append(
                DummyPerson(number, head.household_number, "子", name, kana, "", None, head.category, dict(head.target), _no_tax())
            )
        child = household[-1]
        child.born, child.birth = day, day.isoformat()

    return scenario


def _birth_unknown(household: Household, chance: random.Random) -> None:
    household[-1].born, household[-1].birth = None, "昭和20年不詳"


def _paid_by_host(household: Household, chance: random.Random) -> None:
    household[0].target["給付状況"] = "支給済"


def _old_name(household: Household, chance: random.Random) -> None:
    household[0].target["旧氏"] = "旧姓𠀋風"
    household[0].birth = "平成2年4月29日"
    household[0].born = date(1990, 4, 29)


def _head(facts: dict[str, Value], target: dict[str, Value] | None = None) -> Scenario:
    def scenario(household: Household, chance: random.Random) -> None:
        household[0].facts.update(facts)
        household[0].target.update(target or {})

    return scenario


#: Every row of the rules at least once; the numbers of the adjustment are the municipalities' published examples.
_SCENARIOS: tuple[Scenario, ...] = (
    _nothing,
    _head({"令和6年度均等割": "均等割のみ", "合計所得金額": 1_100_000}),
    _moved_in,
    _head(_taxed(35_000, 79_000, 3_200_000, children=3)),
    _head({"未申告": "1"}),
    _head({"租税条約免除": "1"}),
    _dependants_only,
    _head({"令和5年度給付対象世帯": "1", "令和5年度給付時世帯主": "1"}),
    _head({"令和5年度給付対象世帯": "1"}),
    _child_born(date(2006, 4, 2)),
    _child_born(date(2006, 4, 1)),
    _child_born(date(2024, 6, 5)),
    _head({"生活保護受給": "1"}, {"生活保護費支給口座情報": "0001-001-1-0900001-アオバ ミドリ", "口座フラグ": "3"}),
    _head({"令和6年1月2日以後入国": "1"}),
    _paid_by_host,
    _birth_unknown,
    _head(_taxed(107_300, 49_250, 2_800_000, spouse=1)),
    _head(_taxed(10_000, 29_999, 1_500_000)),
    _head(_taxed(10_000, 30_000, 1_500_000)),
    _head(_taxed(220_000, 200_000, 18_050_000, children=3)),
    _head(_taxed(5_000, 10_000, 18_050_001, spouse=1)),
    _head({"令和6年度所得割額（定額減税前）": 5_000}),
    _old_name,
    _moved_in,
    _head({}, {"点字利用者情報": "点字"}),
)

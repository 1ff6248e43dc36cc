"""Programmes as data: every wrong file is refused with its key, every key is said in words, four programmes judge without code."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain import programme_file
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.judgment import LevyClass, TaxFacts, judge
from kyufu_desktop.domain.outcome import Outcome
from kyufu_desktop.domain.programme import AfterDeath, Effect
from kyufu_desktop.domain.programme_file import parse, with_confirmed
from kyufu_desktop.domain.programme_leaves import LEAVES, read_answer, words_of
from kyufu_desktop.domain.programme_words import SWITCHED, compare, describe, question_words
from kyufu_desktop.domain.questions import questions
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import BENEFITS, case, name_of, person, person_in_words, programme, rows

CODES = sorted(path.stem for path in settings.resource("programmes").glob("*.toml"))


@pytest.fixture
def values() -> dict[str, Any]:
    return copy.deepcopy(settings.read_toml("programmes", "r6.toml")[0])


def entry(values: dict[str, Any], table: str, name: str) -> dict[str, Any]:
    key = {"benefit": "kind", "rule": "id", "route": "name"}.get(table, "code")
    return next(item for item in values[table] if item[key] == name)


def refused(values: dict[str, Any]) -> InputProblem:
    with pytest.raises(InputProblem) as caught:
        parse(values, digest="")
    assert caught.value.code == "K-1010"
    assert caught.value.field in caught.value.happened
    assert caught.value.todo.endswith("にしてください。")
    return caught.value


def test_the_four_programmes_are_here() -> None:
    assert CODES == ["r5_70000", "r6", "r6_12", "r7_fusoku"]


@pytest.mark.parametrize("code", CODES)
def test_every_value_of_a_programme_names_its_source(code: str) -> None:
    found, _ = settings.read_toml("programmes", f"{code}.toml")
    sources = parse(found, digest="").sources
    assert set(sources) == programme_file.keys(found)
    assert all(source.strip() for source in sources.values())


def test_programme_of_r6_holds_the_amounts_of_the_ward() -> None:
    r6 = programme()
    assert [r6.amount(benefit) for benefit in (Benefit.HIKAZEI, Benefit.KINTOWARI, Benefit.KODOMO)] == [100_000, 100_000, 50_000]
    days = (r6.base_date, r6.levy_date, r6.child_born_from)
    assert days == (date(2024, 6, 3), date(2024, 1, 1), date(2006, 4, 2))
    assert (r6.income_cap, r6.adjustment_unit) == (18_050_000, 10_000)
    assert len(r6.digest) == 64


def spoil(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    table, _, name = path.partition(".")

    def change(values: dict[str, Any]) -> None:
        values[table][name]["value"] = value

    return change


WRONG_VALUES = [
    ("dates.base_date", "2024-06-03"),
    ("dates.reminder_days_before", -1),
    ("dates.reminder_days_before", 41.0),
    ("adjustment.income_cap", "18050000"),
    ("adjustment.income_cap", True),
    ("adjustment.unit", 0),
    ("limits.payment_ceiling", -1),
    ("settings.head_counts_as_child", 0),
    ("settings.death_before_submission", "pay"),
    ("programme.code", "R6 給付"),
    ("programme.name", "  "),
    ("programme.tax_year", "2024"),
    ("bank.edi", "Y"),
    ("envelope.width", "235"),
    ("envelope.width", True),
    ("envelope.window_left", -1.0),
    ("envelope.name", " "),
    ("bank.client_code", "12345"),
    ("bank.bank_name", "テスト銀行"),
    ("bank.clearing_filler", "00"),
    ("bank.line_end", "\n"),
]


@pytest.mark.parametrize(("key", "wrong"), WRONG_VALUES)
def test_wrong_value_is_refused_with_its_key_and_what_is_expected(values: dict[str, Any], key: str, wrong: object) -> None:
    spoil(key, wrong)(values)
    problem = refused(values)
    assert problem.field == key
    assert problem.todo == f"{LEAVES[key][2]}にしてください。"


@pytest.mark.parametrize("change", [lambda leaf: leaf.pop("source"), lambda leaf: leaf.pop("value"), lambda leaf: leaf.update(source=" ")])
def test_value_without_source_is_refused(values: dict[str, Any], change: Any) -> None:
    change(values["dates"]["base_date"])
    assert refused(values).field == "dates.base_date"


@pytest.mark.parametrize("key", sorted(LEAVES))
def test_missing_value_is_refused(values: dict[str, Any], key: str) -> None:
    table, _, name = key.partition(".")
    del values[table][name]
    assert refused(values).field == key


@pytest.mark.parametrize("table", ["programme", "dates", "adjustment", "benefit", "rule", "route", "evidence", "bank"])
def test_missing_table_is_refused(values: dict[str, Any], table: str) -> None:
    del values[table]
    assert refused(values).field.startswith(table)


def _double(table: str, at: int = 0) -> Callable[[dict[str, Any]], None]:
    return lambda values: values[table].append(dict(values[table][at]))


WRONG_FILES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "unknown value": (lambda v: v["dates"].update(bse_date={"value": 1, "source": "x"}), "dates.bse_date"),
    "unknown table": (lambda v: v.update(evidense=[{"code": "E9", "source": "x"}]), "evidense"),
    "unknown word in a leaf": (lambda v: v["dates"]["base_date"].update(note="x"), "dates.base_date"),
    "certain is no switch": (lambda v: v["dates"]["base_date"].update(certain="no"), "dates.base_date"),
    "unknown word in an entry": (lambda v: entry(v, "evidence", "E1").update(expire=True), "evidence.E1.expire"),
    "entry without source": (lambda v: entry(v, "evidence", "E1").pop("source"), "evidence[1]"),
    "certain of an entry is no switch": (lambda v: entry(v, "evidence", "E1").update(certain=0), "evidence.E1"),
    "unknown rule": (lambda v: entry(v, "rule", "household.treaty").update(id="household.treeaty"), "rule.household.treeaty"),
    "missing rule": (lambda v: v["rule"].remove(entry(v, "rule", "household.split")), "rule.household.split"),
    "missing rule of children": (lambda v: v["rule"].remove(entry(v, "rule", "child.placed")), "rule.child.placed"),
    "doubled rule": (_double("rule"), "rule.household.resident"),
    "rule without article": (lambda v: entry(v, "rule", "household.treaty").update(article=""), "rule.household.treaty"),
    "refuse and hold overlap": (lambda v: entry(v, "rule", "household.treaty").update(hold=["DV"]), "rule.household.treaty"),
    "category twice": (lambda v: entry(v, "rule", "common.companion").update(hold=["DV", "DV"]), "rule.common.companion"),
    "unknown category": (lambda v: entry(v, "rule", "common.companion").update(hold=["KIND"]), "rule.common.companion"),
    "category is no text": (lambda v: entry(v, "rule", "common.companion").update(hold=[1]), "rule.common.companion"),
    "doubled benefit": (_double("benefit"), "benefit.hikazei"),
    "unknown benefit": (lambda v: entry(v, "benefit", "kodomo").update(kind="kodmo"), "benefit.kodmo"),
    "household is no benefit": (lambda v: entry(v, "benefit", "kodomo").update(kind="household"), "benefit.household"),
    "negative amount": (lambda v: entry(v, "benefit", "kodomo").update(amount=-1), "benefit.kodomo"),
    "amount as text": (lambda v: entry(v, "benefit", "kodomo").update(amount="50000"), "benefit.kodomo"),
    "amount above the ceiling": (lambda v: entry(v, "benefit", "kodomo").update(amount=1_000_001), "benefit.kodomo"),
    "doubled evidence": (_double("evidence"), "evidence.E1"),
    "evidence asks the same twice": (
        lambda v: entry(v, "evidence", "E6")["fields"].append({"key": "statement", "label": "x"}),
        "evidence.E6",
    ),
    "field without label": (lambda v: entry(v, "evidence", "E6")["fields"].append({"key": "x"}), "evidence.E6"),
    "expires is no switch": (lambda v: entry(v, "evidence", "E1").update(expires="yes"), "evidence.E1"),
    "nobody's evidence": (lambda v: v["evidence"].remove(entry(v, "evidence", "P4")), "evidence"),
    "placements of nobody": (lambda v: v.update(placement=[p for p in v["placement"] if p["categories"] != ["ELDERLY"]]), "placement"),
    "doubled placement": (_double("placement"), "placement.C01"),
    "doubled proxy": (_double("proxy"), "proxy.A1"),
    "route of three categories only": (lambda v: v["route"][0].update(categories=["DV", "CHILD", "DISABLED"]), "route"),
    "two routes of a category": (lambda v: v["route"].append({"name": "push", "categories": ["DV"], "source": "x"}), "route.push"),
    "unknown route": (lambda v: v["route"][0].update(name="letter"), "route.letter"),
    "deadline before the base date": (spoil("dates.return_deadline", date(2024, 6, 2)), "dates.return_deadline"),
    "newborn deadline before the base date": (spoil("dates.newborn_until", date(2024, 1, 1)), "dates.newborn_until"),
    "levy date after the base date": (spoil("dates.levy_date", date(2024, 6, 4)), "dates.levy_date"),
    "dependants after the levy date": (spoil("dates.dependants_date", date(2024, 1, 2)), "dates.levy_date"),
    "children born after the base date": (spoil("dates.child_born_from", date(2024, 6, 3)), "dates.child_born_from"),
    "sheet wider than the envelope": (spoil("envelope.sheet_width", 240.0), "envelope.sheet_width"),
    "sheet higher than the envelope": (spoil("envelope.sheet_height", 121.0), "envelope.sheet_height"),
    "window beyond the right edge": (spoil("envelope.window_left", 150.0), "envelope.window_left"),
    "window beyond the lower edge": (spoil("envelope.window_top", 80.0), "envelope.window_top"),
    "nothing always visible": (spoil("envelope.window_width", 25.0), "envelope.window_width"),
    "nothing always visible downwards": (spoil("envelope.window_height", 21.0), "envelope.window_height"),
    "no room for an address": (spoil("envelope.window_width", 70.0), "envelope.window_width"),
    "no room for five lines": (spoil("envelope.window_height", 38.0), "envelope.window_height"),
    "no height": (spoil("envelope.height", 0), "envelope.height"),
    "batch below one payment": (spoil("limits.batch_ceiling", 999_999), "limits.batch_ceiling"),
}


@pytest.mark.parametrize("name", list(WRONG_FILES))
def test_wrong_file_is_refused_with_the_place(values: dict[str, Any], name: str) -> None:
    change, key = WRONG_FILES[name]
    parse(copy.deepcopy(values), digest="")
    change(values)
    assert refused(values).field == key


@pytest.mark.parametrize("code", CODES)
def test_every_key_of_the_file_is_said_in_words_once(code: str) -> None:
    found, digest = settings.read_toml("programmes", f"{code}.toml")
    rules = parse(found, digest=digest)
    said = [row for section in describe(rules) for row in section.rows]
    assert sorted(row.key for row in said) == sorted(programme_file.keys(found))
    assert {row.key for row in said if not row.certain} == {question.key for question in rules.questions}
    for row in said:
        assert row.word.strip() and row.source.strip()
        assert row.value.strip() or row.key == "bank.clearing_filler", row.key
        assert not {"refuse", "hold", "pay_to_heirs", "True", "False"} & set(row.value.split()), row


def test_words_follow_the_values(values: dict[str, Any]) -> None:
    before = {row.key: row.value for section in describe(parse(values, digest="")) for row in section.rows}
    spoil("dates.base_date", date(2024, 6, 4))(values)
    entry(values, "rule", "household.treaty").update(hold=entry(values, "rule", "household.treaty").pop("refuse"))
    entry(values, "proxy", "A1")["needs_document"] = False
    after = {row.key: row.value for section in describe(parse(values, digest="")) for row in section.rows}
    assert {key for key in after if after[key] != before[key]} == {"dates.base_date", "rule.household.treaty", "proxy.A1"}
    assert after["dates.base_date"] == "令和6年6月4日"
    assert after["rule.household.treaty"].startswith("人が判断する（すべての区分）")


def test_envelope_of_the_programme_is_that_of_the_file_and_whole_millimetres_may_be_written_so(values: dict[str, Any]) -> None:
    assert parse(values, digest="").envelope == LONG_3
    spoil("envelope.window_left", 20)(values)
    found = parse(values, digest="")
    assert (found.envelope.window_left, type(found.envelope.window_left)) == (20.0, float)
    said = {row.key: row for section in describe(found) for row in section.rows}
    assert (said["envelope.window_left"].value, said["envelope.window_left"].certain) == ("20 mm", False)


def test_every_change_of_a_file_is_a_difference() -> None:
    found, _ = settings.read_toml("programmes", "r6.toml")
    other, _ = settings.read_toml("programmes", "r6_12.toml")
    left, right = parse(found, digest=""), parse(other, digest="")
    rows_of = {row.key: row for row in compare(left, right)}
    assert set(rows_of) >= programme_file.keys(found) ^ programme_file.keys(other)
    assert rows_of["benefit.kintowari"].right is None
    assert rows_of["dates.base_date"].left == "令和6年6月3日" and rows_of["dates.base_date"].right == "令和6年12月13日"
    assert "dates.levy_date" not in rows_of
    everything = compare(left, right, everything=True)
    assert {row.key for row in everything} == programme_file.keys(found) | programme_file.keys(other)
    assert {row.key for row in everything if not row.same} == set(rows_of)
    assert compare(left, left) == ()


@pytest.mark.parametrize("row", rows("programmes"), ids=lambda row: f"{name_of(row)} {row['人（／で区切る）']}")
def test_another_programme_judges_without_a_line_of_code(row: dict[str, str]) -> None:
    persons = tuple(person_in_words(number, words) for number, words in enumerate(row["人（／で区切る）"].split("／"), start=1))
    found = judge(case(*persons), programme(row["定義"]), date.fromisoformat(row["審査日"]))
    words = {benefit: word for word, benefit in BENEFITS.items()}
    assert " ".join(f"{words[one.benefit]}={one.outcome.value}:{one.amount}" for one in found) == row["期待（給付=結果:円）"]


def test_the_later_benefit_judges_people_and_no_household() -> None:
    rules, on = programme("r7_fusoku"), date(2025, 8, 1)
    (first,) = judge(
        case(
            person(
                1, TaxFacts(levy=LevyClass.TAXED, total_income=2_000_000, income_tax=20_000, income_levy=5_000, adjustment_decided=10_000)
            )
        ),
        rules,
        on,
    )
    assert (first.benefit, first.outcome, first.amount) == (Benefit.FUSOKU, Outcome.ELIGIBLE, 10_000)
    (flat,) = judge(
        case(person(1, TaxFacts(levy=LevyClass.EXEMPT, total_income=0, outside_tax_cut=True, income_tax=0, income_levy=0))), rules, on
    )
    assert (flat.outcome, flat.amount) == (Outcome.ELIGIBLE, 40_000)


@pytest.mark.parametrize("rule", sorted(SWITCHED))
def test_rows_that_can_be_switched_are_rows_of_the_rules(rule: str) -> None:
    assert rule in questions(programme())


# ------------------------------------------------------------ confirming
def test_every_question_can_be_answered_as_proposed_and_then_none_is_left(values: dict[str, Any]) -> None:
    for code in CODES:
        found, _ = settings.read_toml("programmes", f"{code}.toml")
        rules = parse(found, digest="")
        assert rules.questions
        answers = {}
        for question in rules.questions:
            text = question_words(question)
            assert read_answer(question.key, question.value, text) == question.value, question.key
            answers[question.key] = (question.value, "要綱")
        after = parse(with_confirmed(found, answers), digest="")
        assert after.questions == ()
        assert [after.sources[key] for key in answers] == ["要綱"] * len(answers)
        assert {row.key: row.value for s in describe(after) for row in s.rows} == {
            row.key: row.value for s in describe(rules) for row in s.rows
        }


def test_confirmed_otherwise_takes_effect(values: dict[str, Any]) -> None:
    answers: dict[str, tuple[object, str]] = {
        "dates.return_deadline": (date(2024, 11, 15), "告示"),
        "settings.death_before_submission": ("pay_to_heirs", "要綱 第7条"),
        "rule.household.entry": ("refuse", "要綱 第4条"),
        "rule.household.r5": ("off", "要綱 第4条"),
        "placement.C07": (False, "要綱 別表"),
        "proxy.A1": (False, "要綱 第9条"),
    }
    rules = parse(with_confirmed(values, answers), digest="")
    assert rules.return_deadline == date(2024, 11, 15)
    assert rules.death_before_submission is AfterDeath.PAY_TO_HEIRS
    assert rules.effect("household.entry", Category.DV) is Effect.REFUSE
    assert rules.effect("household.r5", Category.CHILD) is Effect.OFF
    assert rules.placement("C07") is None and rules.placement("C08") is not None
    assert "A1" not in {basis.code for basis in rules.proxies}
    assert not set(answers) & {question.key for question in rules.questions}


def test_a_key_that_the_file_does_not_have_cannot_be_confirmed(values: dict[str, Any]) -> None:
    for key in ("dates.nothing", "placement.X99", "nothing.at_all"):
        with pytest.raises(InputProblem) as caught:
            with_confirmed(values, {key: (True, "x")})
        assert caught.value.code == "K-1010"


@pytest.mark.parametrize(
    ("key", "proposed", "text", "value"),
    [
        ("dates.return_deadline", date(2024, 10, 31), "令和6年11月15日", date(2024, 11, 15)),
        ("dates.return_deadline", date(2024, 10, 31), "2024-11-15", date(2024, 11, 15)),
        ("limits.payment_ceiling", 1_000_000, "５００，０００円", 500_000),
        ("settings.head_counts_as_child", False, "はい", True),
        ("settings.death_after_submission", "refuse", "相続人に支給する", "pay_to_heirs"),
        ("bank.clearing_filler", "0000", "空白4文字", "    "),
        ("rule.household.r5", "hold", "適用しない", "off"),
        ("placement.C07", True, "認めない", False),
        ("benefit.kodomo", 50_000, "20,000", 20_000),
        ("envelope.window_left", 22.0, "２０．５ mm", 20.5),
        ("envelope.window_top", 13.0, "12", 12.0),
    ],
)
def test_answer_in_words_becomes_the_value(key: str, proposed: object, text: str, value: object) -> None:
    read = read_answer(key, proposed, text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "proposed", "text"),
    [
        ("dates.return_deadline", date(2024, 10, 31), "10月31日"),
        ("limits.payment_ceiling", 1_000_000, "-5"),
        ("limits.payment_ceiling", 1_000_000, "百万"),
        ("adjustment.unit", 10_000, "0"),
        ("settings.head_counts_as_child", False, "true"),
        ("settings.death_after_submission", "refuse", "refuse"),
        ("rule.household.r5", "hold", "認める"),
        ("programme.name", "x", "  "),
        ("envelope.window_left", 22.0, "2 cm"),
        ("envelope.window_left", 22.0, "-3"),
        ("envelope.window_width", 90.0, "900"),
    ],
)
def test_answer_that_cannot_be_read_names_its_key(key: str, proposed: object, text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        read_answer(key, proposed, text)
    assert (caught.value.code, caught.value.field) == ("K-1644", key)
    assert caught.value.todo


def test_choices_are_offered_where_a_value_is_one_of_few() -> None:
    for question in parse(settings.read_toml("programmes", "r7_fusoku.toml")[0], digest="").questions:
        words = words_of(question.key, question.value)
        assert words is None or question_words(question) in words

"""The decision tables of the benefits, row by row from ``tests/vectors``, and the traps that other municipalities fell into."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kyufu_desktop.domain.calendar import parse_birth
from kyufu_desktop.domain.judgment import (
    CaseFacts,
    ExitKind,
    Finding,
    Judgment,
    LevyClass,
    Outcome,
    Reason,
    TaxFacts,
    adjustment,
    judge,
)
from kyufu_desktop.domain.programme import AfterDeath, Programme
from kyufu_desktop.domain.values import Benefit, Category
from tests.domain.builders import BENEFITS, ON, case, case_in_words, name_of, person, person_in_words, programme, rows

EXEMPT = TaxFacts(levy=LevyClass.EXEMPT, income_levy=0, income_tax=0, total_income=0)
TAXED = TaxFacts(levy=LevyClass.TAXED, income_levy=25_000, income_tax=73_000, total_income=3_420_000, spouse=1, dependants_under16=2)


def of(judgments: tuple[Judgment, ...], *benefits: Benefit) -> list[Judgment]:
    return [judgment for judgment in judgments if judgment.benefit in benefits]


def household(facts: CaseFacts) -> Judgment:
    return judge(facts, programme(), ON)[0]


@pytest.mark.parametrize("row", rows("household"), ids=name_of)
def test_household_table(row: dict[str, str]) -> None:
    facts, rule_book = case_in_words(row["区分"], row["世帯員"], row["世帯の事情"])
    judgment = judge(facts, rule_book, ON)[0]
    assert judgment.outcome.value == row["判定"]
    assert judgment.benefit is BENEFITS[row["給付"]]
    assert judgment.amount == int(row["金額"])
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()


@pytest.mark.parametrize("row", rows("placements"), ids=name_of)
def test_placement_table(row: dict[str, str]) -> None:
    facts, rule_book = case_in_words(row["区分"], row["世帯員"], row["世帯の事情"])
    judgment = judge(facts, rule_book, ON)[0]
    assert judgment.outcome.value == row["判定"]
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()


@pytest.mark.parametrize("row", rows("deaths"), ids=name_of)
def test_death_table(row: dict[str, str]) -> None:
    facts, rule_book = case_in_words("DV", row["世帯員"], row["世帯の事情"])
    rule_book = dataclasses.replace(
        rule_book,
        death_before_submission=AfterDeath(row["提出前の死亡"]),
        death_after_submission=AfterDeath(row["提出後の死亡"]),
    )
    judgment = judge(facts, rule_book, ON)[0]
    assert (judgment.outcome.value, judgment.amount) == (row["判定"], int(row["金額"]))
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()


@pytest.mark.parametrize("row", rows("children"), ids=name_of)
def test_child_table(row: dict[str, str]) -> None:
    circumstances = row["世帯員の事情"].split()
    members = [person(1, birth=parse_birth(row["世帯主の生年月日"]).day)]
    words = " ".join(word for word in circumstances if word not in {"ほかで数える", "申請あり", "数えない定義", "取下げ"})
    for number, birth in enumerate(row["世帯員の生年月日"].split(), start=2):
        members.append(dataclasses.replace(person_in_words(number, f"世帯員 {words}"), birth=parse_birth(birth)))
    numbers = frozenset(p.resident_number for p in members[1:])
    none: frozenset[str] = frozenset()
    facts = case(
        *members,
        child_resident_numbers_elsewhere=numbers if "ほかで数える" in circumstances else none,
        newborn_applied=numbers if "申請あり" in circumstances else none,
        exit=ExitKind.WITHDRAWN if "取下げ" in circumstances else None,
    )
    rules = dataclasses.replace(programme(), child_death_after_base_date_counts="数えない定義" not in circumstances)
    found = of(judge(facts, rules, ON), Benefit.KODOMO)
    if row["判定"] == "なし":
        assert found == []
        return
    [judgment] = found
    assert judgment.outcome.value == row["判定"]
    assert judgment.amount == int(row["金額"])
    assert len(judgment.children) == int(row["数えた人数"])
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()


@pytest.mark.parametrize("row", rows("shortfall"), ids=name_of)
def test_shortfall_table(row: dict[str, str]) -> None:
    def amount(key: str) -> int | None:
        return int(row[key]) if row[key] else None

    tax = TaxFacts(
        levy=LevyClass.TAXED,
        income_levy=amount("所得割額"),
        income_tax=amount("所得税額"),
        total_income=amount("合計所得金額"),
        spouse=int(row["配偶者"]),
        dependants_under16=int(row["16歳未満"]),
        adjustment_decided=amount("先の調整給付"),
        outside_tax_cut=bool(row["対象外だった人"]),
        entered_japan_late=bool(row["賦課期日に国外"]),
    )
    [judgment] = judge(case(person(1, tax)), programme("r7_fusoku"), ON)
    assert (judgment.benefit, judgment.person_id) == (Benefit.FUSOKU, 1)
    assert (judgment.outcome.value, judgment.amount) == (row["判定"], int(row["金額"]))
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()
    if judgment.working is not None:
        assert judgment.working.earlier == (amount("先の調整給付") or 0)
        assert judgment.outcome is not Outcome.ELIGIBLE or judgment.working.amount == judgment.amount


@pytest.mark.parametrize("row", rows("adjustment"), ids=name_of)
def test_adjustment_table(row: dict[str, str]) -> None:
    def amount(key: str) -> int | None:
        return int(row[key]) if row[key] else None

    tax = TaxFacts(
        levy=LevyClass.TAXED,
        income_levy=amount("所得割額"),
        income_tax=amount("推計所得税額"),
        total_income=amount("合計所得金額"),
        spouse=int(row["配偶者"]),
        dependants_general=int(row["一般"]),
        dependants_specific=int(row["特定"]),
        dependants_elderly=int(row["老人"]),
        dependants_under16=int(row["16歳未満"]),
        dependants_abroad=int(row["国外"]),
    )
    facts = case(person(1, tax, levied_elsewhere=bool(row["ほかで課税"])))
    [judgment] = of(judge(facts, programme(), ON), Benefit.CHOSEI)
    assert judgment.outcome.value == row["判定"]
    assert judgment.amount == int(row["金額"])
    assert judgment.person_id == 1
    assert [reason.value for reason in judgment.reasons] == row["理由"].split()
    if row["人数"]:
        assert judgment.working is not None
        assert judgment.working.people == int(row["人数"])
        assert judgment.working.total == int(row["引ききれない額"])
        assert judgment.working == adjustment(tax, programme())
    else:
        assert judgment.working is None


def test_every_condition_is_listed_in_the_same_order_whatever_comes_out() -> None:
    orders = {tuple(c.rule for c in household(case(person(1, tax))).conditions) for tax in (EXEMPT, TAXED, TaxFacts())}
    assert len(orders) == 1
    assert len(next(iter(orders))) == 23


def test_every_condition_names_its_article() -> None:
    child = person(2, birth=date(2015, 1, 1))
    for judgment in judge(case(person(1, TAXED), child), programme(), ON):
        for condition in judgment.conditions:
            assert condition.article.startswith("要綱 第"), condition.rule
            assert condition.sentence


@pytest.mark.parametrize("code", ["r6", "r6_12", "r5_70000", "r7_fusoku"])
def test_every_condition_asks_a_question_and_names_its_article_in_every_programme(code: str) -> None:
    rules = programme(code)
    seen: set[str] = set()
    for category in Category:
        for judgment in judge(case(person(1, TAXED), person(2, birth=date(2015, 1, 1)), category=category), rules, ON):
            for condition in judgment.conditions:
                assert condition.question.endswith("か"), condition.rule
                assert "{" not in condition.question
                assert condition.article, condition.rule
                seen.add(condition.rule)
    assert seen <= set(rules.rules)


def test_question_and_sentence_speak_of_the_programmes_own_year() -> None:
    unknown = case(person(1, TaxFacts()))
    [r5] = judge(unknown, programme("r5_70000"), ON)
    [known] = [condition for condition in r5.conditions if condition.rule == "household.tax_known"]
    assert known.question == "全員の令和5年度住民税が分かっていますか"
    assert known.sentence == "令和5年度住民税が分からない人がいます"


def test_every_fact_names_where_it_comes_from_each_place_once() -> None:
    first = dataclasses.replace(EXEMPT, origin="ホスト 判定資料 12行目")
    answer = dataclasses.replace(EXEMPT, origin="照会の回答 令和6年7月10日")
    facts = case(
        person(1, first, origin="ホスト 支給対象者 3行目"),
        person(2, first, origin="ホスト 支給対象者 4行目"),
        person(3, answer, origin="ホスト 支給対象者 4行目"),
        evidence_origin="入力 田中 8/20、確認 鈴木 8/21",
        residence_origin="住民記録 令和6年6月3日",
        collation_origin="突合 8/22 佐藤",
    )
    origin = {condition.rule: condition.origin for condition in household(facts).conditions}
    assert origin["household.resident"] == "住民記録 令和6年6月3日"
    assert origin["household.tax_known"] == "ホスト 判定資料 12行目、照会の回答 令和6年7月10日"
    assert origin["common.evidence"] == origin["common.companion"] == "入力 田中 8/20、確認 鈴木 8/21"
    assert origin["common.host_paid"] == "ホスト 支給対象者 3行目、ホスト 支給対象者 4行目"
    assert origin["common.collation"] == origin["common.double_payment"] == "突合 8/22 佐藤"


def test_origin_of_one_case_is_never_shown_on_another() -> None:
    for row in ("12行目", "13行目", ""):
        found = household(case(person(1, dataclasses.replace(EXEMPT, origin=row))))
        [condition] = [item for item in found.conditions if item.rule == "household.exempt"]
        assert condition.origin == row


def test_only_what_the_programme_offers_is_judged() -> None:
    facts = case(person(1, TAXED), person(2, birth=date(2015, 1, 1)))

    def benefits(rules: Programme) -> list[Benefit]:
        return [judgment.benefit for judgment in judge(facts, rules, ON)]

    assert benefits(programme()) == [Benefit.HOUSEHOLD, Benefit.KODOMO, Benefit.CHOSEI]
    assert benefits(programme("r6_12")) == [Benefit.HOUSEHOLD, Benefit.KODOMO]
    assert benefits(programme("r5_70000")) == [Benefit.HOUSEHOLD]
    assert benefits(programme("r7_fusoku")) == [Benefit.FUSOKU]
    assert judge(case(person(1)), programme("r7_fusoku"), ON) == ()


def test_amounts_are_those_of_the_programme() -> None:
    facts = case(person(1), person(2, birth=date(2015, 1, 1)))
    assert [judgment.amount for judgment in judge(facts, programme(), ON)] == [100_000, 50_000]
    assert [judgment.amount for judgment in judge(facts, programme("r6_12"), ON)] == [30_000, 20_000]
    assert [judgment.amount for judgment in judge(facts, programme("r5_70000"), ON)] == [70_000]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ExitKind.WITHDRAWN, Reason.NG_WITHDRAWN),
        (ExitKind.LAPSED, Reason.NG_LAPSED),
        (ExitKind.CLAIMED_ELSEWHERE, Reason.NG_OTHER_MUNICIPALITY),
    ],
)
def test_exit_refuses_every_benefit_of_the_case(kind: ExitKind, reason: Reason) -> None:
    facts = case(person(1, TAXED), person(2, birth=date(2015, 1, 1)), exit=kind)
    for judgment in judge(facts, programme(), ON):
        assert judgment.outcome is Outcome.NG
        assert reason in judgment.reasons


def test_adjustment_of_a_dead_taxpayer_goes_to_the_heirs_only_after_submission() -> None:
    dead = person(1, TAXED, died_on=date(2024, 7, 10))
    for handed, outcome in ((None, Outcome.NG), (date(2024, 7, 11), Outcome.NG), (date(2024, 7, 10), Outcome.ELIGIBLE)):
        [judgment] = of(judge(case(dead, submitted_on=handed), programme(), ON), Benefit.CHOSEI)
        assert judgment.outcome is outcome
        assert (Reason.NG_DECEASED in judgment.reasons) == (outcome is Outcome.NG)


def test_death_of_another_leaves_the_taxpayers_adjustment() -> None:
    [judgment] = of(judge(case(person(1, TAXED), person(2, died_on=date(2024, 7, 1))), programme(), ON), Benefit.CHOSEI)
    assert judgment.outcome is Outcome.ELIGIBLE


def test_stop_of_the_shortfall_stops_it() -> None:
    tax = dataclasses.replace(TAXED, adjustment_decided=0)
    [judgment] = judge(case(person(1, tax), collation_stops=frozenset({Benefit.FUSOKU})), programme("r7_fusoku"), ON)
    assert (judgment.outcome, judgment.reasons) == (Outcome.NG, (Reason.NG_DOUBLE_PAYMENT,))


def test_income_levy_brought_to_nought_by_the_tax_cut_still_refuses() -> None:
    """The levy before the cut is 1 yen: nothing is left to pay, the household is refused all the same."""
    assert household(case(person(1, dataclasses.replace(EXEMPT, income_levy=1)))).reasons == (Reason.NG_SHOTOKUWARI,)


def test_missing_tax_is_never_taken_for_exempt() -> None:
    assert household(case(person(1, TaxFacts()))).outcome is Outcome.HOLD


def test_dead_head_of_r5_household_does_not_free_its_members() -> None:
    """A town paid again because only the present head was compared."""
    member = person(2, dataclasses.replace(EXEMPT, r5_target=True))
    assert household(case(person(1), member)).outcome is Outcome.HOLD


def test_head_at_eighteen_counts_as_child_only_where_the_programme_says_so() -> None:
    facts = case(person(1, birth=date(2010, 1, 1)), category=Category.CHILD)
    assert of(judge(facts, programme(), ON), Benefit.KODOMO) == []
    switched = dataclasses.replace(programme(), head_counts_as_child=True)
    [judgment] = of(judge(facts, switched, ON), Benefit.KODOMO)
    assert (judgment.amount, judgment.children) == (50_000, (1,))


def test_brothers_of_a_child_counted_elsewhere_keep_their_addition() -> None:
    members = (person(1), person(2, birth=date(2010, 1, 1)), person(3, birth=date(2012, 1, 1)))
    facts = case(*members, child_resident_numbers_elsewhere=frozenset({members[1].resident_number}))
    [judgment] = of(judge(facts, programme(), ON), Benefit.KODOMO)
    assert (judgment.outcome, judgment.amount, judgment.children) == (Outcome.ELIGIBLE, 50_000, (3,))
    [placed] = [condition for condition in judgment.conditions if condition.rule == "child.placed"]
    assert (placed.finding, placed.reason) == (Finding.NOT_APPLIED, Reason.NG_CHILD_PLACED)


def test_per_tax_rounding_of_the_consumer_article_is_wrong() -> None:
    """41,000 + 5,000 rounded one by one would be 60,000."""
    tax = dataclasses.replace(TAXED, income_tax=79_000, income_levy=35_000)
    assert adjustment(tax, programme()).amount == 50_000


def test_each_class_of_dependants_is_shown_and_counted_once() -> None:
    """A city counted 一般扶養 twice, left 特定扶養 out and sent 656 wrong letters."""
    tax = dataclasses.replace(TAXED, spouse=1, dependants_general=2, dependants_specific=4, dependants_elderly=8, dependants_under16=16)
    working = adjustment(dataclasses.replace(tax, dependants_abroad=3), programme())
    assert [count for _, count in working.components] == [1, 1, 2, 4, 8, 16, -3]
    assert sum(count for _, count in working.components) == working.people == 29


def test_adjustment_of_unknown_tax_is_not_computed() -> None:
    with pytest.raises(ValueError, match="both taxes"):
        adjustment(TaxFacts(income_tax=1), programme())


def test_one_taxpayer_one_adjustment() -> None:
    found = of(judge(case(person(3, TAXED), person(1), person(2, TAXED)), programme(), ON), Benefit.CHOSEI)
    assert [judgment.person_id for judgment in found] == [2, 3]


@pytest.mark.parametrize("levy", [LevyClass.EXEMPT, LevyClass.PER_CAPITA_ONLY, None])
def test_who_has_no_tax_is_not_judged_for_the_adjustment(levy: LevyClass | None) -> None:
    tax = TaxFacts(levy=levy, income_levy=None if levy is None else 0, income_tax=0, total_income=0)
    assert of(judge(case(person(1, tax)), programme(), ON), Benefit.CHOSEI) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence_verified": False}, Reason.HOLD_EVIDENCE),
        ({"open_findings": 1}, Reason.HOLD_COLLATION),
        ({"collation_stops": frozenset({Benefit.CHOSEI})}, Reason.NG_DOUBLE_PAYMENT),
    ],
)
def test_safety_conditions_stop_the_adjustment_too(change: dict[str, object], reason: Reason) -> None:
    [judgment] = of(judge(case(person(1, TAXED), **change), programme(), ON), Benefit.CHOSEI)
    assert (judgment.amount, judgment.reasons) == (0, (reason,))


def test_payment_by_the_host_to_any_member_holds_the_adjustment_of_another() -> None:
    [judgment] = of(judge(case(person(1, TAXED), person(2, paid_by_host=True)), programme(), ON), Benefit.CHOSEI)
    assert judgment.reasons == (Reason.HOLD_PAID_BY_HOST,)


def test_stop_of_child_addition_leaves_the_household_benefit() -> None:
    facts = case(person(1), person(2, birth=date(2015, 1, 1)), collation_stops=frozenset({Benefit.KODOMO}))
    first, second = judge(facts, programme(), ON)
    assert first.outcome is Outcome.ELIGIBLE
    assert (second.outcome, second.reasons) == (Outcome.NG, (Reason.NG_DOUBLE_PAYMENT,))


def test_sentences_read_like_the_ward_writes() -> None:
    [judgment] = of(judge(case(person(1, TAXED)), programme(), ON), Benefit.CHOSEI)
    texts = {condition.sentence: condition.values for condition in judgment.conditions}
    assert texts["住民税は新宿区が課税しています"] == "賦課期日 令和6年1月1日"
    assert texts["合計所得金額は 18,050,000円 以下です"] == "3,420,000円"
    assert texts["所得税か所得割のどちらかがあります"] == "推計所得税額 73,000円　所得割額 25,000円"


def test_no_name_or_amount_is_shown_by_repr() -> None:
    judgments = judge(case(person(1, TAXED), person(2, paid_by_host=True)), programme(), ON)
    facts = case(person(1, TAXED))
    for text in (repr(judgments[0].conditions), repr(judgments[-1].conditions), repr(facts)):
        assert "練習" not in text
        assert "3,420,000" not in text
        assert "3420000" not in text


def test_changed_programme_is_never_answered_from_the_last_one() -> None:
    facts = case(person(1, dataclasses.replace(TAXED, total_income=100)))
    lower = dataclasses.replace(programme(), income_cap=99)
    outcomes = [of(judge(facts, rules, ON), Benefit.CHOSEI)[0].outcome for rules in (programme(), lower, programme())]
    assert outcomes == [Outcome.ELIGIBLE, Outcome.NG, Outcome.ELIGIBLE]


def test_case_without_persons_is_a_bug() -> None:
    with pytest.raises(ValueError, match="one person"):
        judge(CaseFacts(1, Category.DV, ()), programme(), ON)

"""What single fact turns a judgment: row by row, and where one fact is not enough."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kyufu_desktop.domain.judgment import CaseFacts, ExitKind, LevyClass, Outcome, Reason, TaxFacts, judge
from kyufu_desktop.domain.turning import Turning, turning
from kyufu_desktop.domain.values import Benefit, Category
from tests.domain.builders import BENEFITS, ON, case, case_in_words, name_of, person, programme, rows

EXEMPT = TaxFacts(levy=LevyClass.EXEMPT, income_levy=0, income_tax=0, total_income=0)


def found(facts: CaseFacts, benefit: Benefit | None = None, code: str = "r6") -> dict[str, Turning]:
    return {item.fact: item for item in turning(facts, programme(code), ON) if benefit in (None, item.benefit)}


@pytest.mark.parametrize("row", rows("turning"), ids=name_of)
def test_turning_table(row: dict[str, str]) -> None:
    facts, rules = case_in_words(row["区分"], row["世帯員"], row["世帯の事情"])
    household = [item for item in turning(facts, rules, ON) if item.benefit in (Benefit.HIKAZEI, Benefit.KINTOWARI, Benefit.HOUSEHOLD)]
    assert " ".join(item.fact for item in household) == row["変わる事実"]
    if not row["変わる事実"]:
        return
    item = household[0]
    assert (item.outcome.value, item.amount) == (row["判定"], int(row["金額"]))
    assert item.becomes is BENEFITS[row["給付"]]
    assert " ".join(reason.value for reason in item.needs_more) == row["残る理由"]
    assert item.sentence == row["文"]


def test_nothing_turns_what_is_paid_already() -> None:
    assert turning(case(), programme(), ON) == ()


def test_answer_of_the_former_municipality_turns_household_and_child_addition() -> None:
    facts = case(person(1, TaxFacts(), levied_elsewhere=True), person(2, birth=date(2015, 1, 1)))
    turned = [(item.benefit, item.becomes, item.outcome, item.amount) for item in turning(facts, programme(), ON)]
    assert turned == [
        (Benefit.HOUSEHOLD, Benefit.HIKAZEI, Outcome.ELIGIBLE, 100_000),
        (Benefit.KODOMO, Benefit.KODOMO, Outcome.ELIGIBLE, 50_000),
    ]


def test_two_missing_facts_each_say_what_the_other_leaves() -> None:
    facts = case(person(1, TaxFacts(), levied_elsewhere=True), evidence_verified=False)
    turned = found(facts)
    assert turned["evidence"].needs_more == (Reason.HOLD_TAX_INQUIRY,)
    assert turned["tax.exempt"].needs_more == (Reason.HOLD_EVIDENCE,)
    assert turned["evidence"].sentence == "秘匿の根拠が2人目に確認されれば、残ることは「令和6年度住民税が分からない人がいます」です"
    assert all(item.outcome is Outcome.HOLD and item.amount == 0 for item in turned.values())


def test_refusal_that_becomes_a_hold_is_told_as_such() -> None:
    facts = case(person(1), exit=ExitKind.WITHDRAWN, evidence_verified=False)
    item = found(facts)["exit"]
    assert (item.outcome, item.needs_more) == (Outcome.HOLD, (Reason.HOLD_EVIDENCE,))
    assert "不支給ではなく保留になります" in item.sentence


def test_hopeless_refusal_promises_nothing() -> None:
    """Three refusals at once: no single fact pays, and none opens it again."""
    tax = dataclasses.replace(EXEMPT, treaty_exempt=True, r5_head=True)
    assert turning(case(person(1, tax), split_household=True), programme(), ON) == ()


def test_adult_is_proposed_as_new_head_before_a_child() -> None:
    facts = case(person(1, died_on=date(2024, 7, 1)), person(2, birth=date(2015, 1, 1)), person(3))
    assert {item.benefit: item.amount for item in turning(facts, programme(), ON) if item.fact == "new_head"} == {
        Benefit.HIKAZEI: 100_000,
        Benefit.KODOMO: 50_000,
    }


def test_unknown_birth_day_and_newborn_turn_the_child_addition_only() -> None:
    assert found(case(person(1), person(2, birth=None)), Benefit.KODOMO)["birth"].amount == 50_000
    newborn = found(case(person(1), person(2, birth=date(2024, 7, 1))))
    assert newborn["newborn"].sentence == "練習　2さんの申請が令和6年10月31日までにあれば、支給できます（50,000円）"
    child = person(2, birth=date(2015, 1, 1))
    elsewhere = case(person(1), child, child_resident_numbers_elsewhere=frozenset({child.resident_number}))
    assert set(found(elsewhere)) == {"child.placed"}


def test_unknown_amount_of_a_taxpayer_promises_no_more_than_it_can() -> None:
    tax = TaxFacts(levy=LevyClass.TAXED, income_levy=5_000, total_income=1_000_000)
    item = found(case(person(1, tax)), Benefit.CHOSEI)["amounts:1"]
    assert item.amount == 40_000
    assert item.sentence == "練習　1さんの所得税額が分かれば、支給できることがあります（40,000円まで）"


def test_earlier_amount_turns_the_shortfall() -> None:
    tax = TaxFacts(levy=LevyClass.TAXED, income_levy=5_000, income_tax=20_000, total_income=1_000_000)
    item = found(case(person(7, tax)), code="r7_fusoku")["earlier:7"]
    assert (item.benefit, item.person_id, item.amount) == (Benefit.FUSOKU, 7, 20_000)
    assert item.sentence.endswith("支給できることがあります（20,000円まで）")


def test_income_levy_corrected_turns_the_household_and_leaves_the_adjustment_alone() -> None:
    tax = TaxFacts(levy=LevyClass.TAXED, income_levy=5_000, income_tax=20_000, total_income=1_000_000)
    turned = turning(case(person(1, tax)), programme(), ON)
    assert [(item.fact, item.benefit, item.becomes, item.amount) for item in turned] == [
        ("income_levy", Benefit.HOUSEHOLD, Benefit.KINTOWARI, 100_000)
    ]


def test_sentence_and_names_are_not_in_the_repr() -> None:
    assert "練習" not in repr(turning(case(person(1, TaxFacts())), programme(), ON))


@pytest.mark.parametrize("category", Category)
def test_claims_hold_where_a_person_enters_the_fact(category: Category) -> None:
    """Applied by hand, not by the table of facts that turning uses."""
    facts = case(person(1, dataclasses.replace(EXEMPT, undeclared=True)), category=category)
    assert found(facts)["declaration"].amount == 100_000
    assert judge(case(person(1, EXEMPT), category=category), programme(), ON)[0].amount == 100_000

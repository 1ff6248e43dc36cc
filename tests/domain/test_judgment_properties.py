"""What holds for every case whatever its facts are."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kyufu_desktop.domain.facts import CaseFacts, ExitKind, HistoryDecision, LevyClass, Residence, TaxFacts
from kyufu_desktop.domain.judgment import Finding, Outcome, adjustment, judge
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.single_facts import single_facts
from kyufu_desktop.domain.turning import turning
from kyufu_desktop.domain.values import Benefit, Category
from tests.domain.builders import ON, case, person, programme

EXEMPT = TaxFacts(levy=LevyClass.EXEMPT, income_levy=0, income_tax=0, total_income=0)

amounts = st.one_of(st.none(), st.integers(0, 500_000))
counts = st.integers(0, 4)
taxes = st.builds(
    TaxFacts,
    levy=st.sampled_from([*LevyClass, None]),
    income_levy=st.one_of(st.none(), st.just(0), st.integers(1, 300_000)),
    income_tax=amounts,
    total_income=st.one_of(st.none(), st.integers(0, 20_000_000)),
    undeclared=st.booleans(),
    treaty_exempt=st.booleans(),
    spouse=st.integers(0, 1),
    dependants_general=counts,
    dependants_specific=counts,
    dependants_elderly=counts,
    dependants_under16=counts,
    dependants_abroad=counts,
    r5_target=st.booleans(),
    r5_head=st.booleans(),
    entered_japan_late=st.booleans(),
    supporter_outside_ward=st.booleans(),
    adjustment_decided=st.one_of(st.none(), st.integers(0, 20).map(lambda tens: tens * 10_000)),
    outside_tax_cut=st.booleans(),
)
known_taxes = taxes.filter(lambda tax: tax.income_tax is not None and tax.income_levy is not None)
births = st.one_of(st.none(), st.dates(date(1930, 1, 1), date(2024, 12, 31)))
deaths = st.one_of(st.none(), st.none(), st.dates(date(2024, 5, 30), date(2024, 8, 20)))
members = st.lists(st.tuples(taxes, births, st.booleans(), deaths, st.booleans(), st.booleans()), min_size=1, max_size=4)
PLACES = [None, *(placement.code for placement in programme().placements)]


def _case(found: list[Any], category: Category, more: dict[str, Any]) -> CaseFacts:
    persons = tuple(
        person(number, tax, birth, paid_by_host=paid, died_on=died, named=named, levied_elsewhere=elsewhere)
        for number, (tax, birth, paid, died, named, elsewhere) in enumerate(found, start=1)
    )
    numbers = frozenset(one.resident_number for one in persons[1::2])
    return case(*persons, category=category, newborn_applied=numbers, **more)


circumstances = st.fixed_dictionaries(
    {},
    optional={
        "residence": st.sampled_from(Residence),
        "residence_confirmed": st.booleans(),
        "evidence_verified": st.booleans(),
        "placement": st.sampled_from(PLACES),
        "open_findings": st.integers(0, 2),
        "collation_stops": st.frozensets(st.sampled_from(Benefit), max_size=2),
        "exit": st.one_of(st.none(), st.sampled_from(ExitKind)),
        "submitted_on": st.one_of(st.none(), st.dates(date(2024, 6, 10), date(2024, 8, 20))),
        "r5_head_died": st.booleans(),
        "split_household": st.booleans(),
        "host_paid_cleared": st.booleans(),
        "history": st.one_of(st.none(), st.sampled_from(HistoryDecision)),
    },
)
cases = st.builds(_case, members, st.sampled_from(Category), circumstances)
#: Cases with few things in the way, so that what pays and what nearly pays comes up often.
near = st.builds(
    lambda tax, change, category, more: case(person(1, dataclasses.replace(EXEMPT, **change)), person(2, tax), category=category, **more),
    st.sampled_from([EXEMPT, TaxFacts(), dataclasses.replace(EXEMPT, levy=LevyClass.TAXED, income_levy=9_000, income_tax=20_000)]),
    st.fixed_dictionaries({}, optional={"undeclared": st.booleans(), "r5_target": st.booleans(), "treaty_exempt": st.booleans()}),
    st.sampled_from(Category),
    circumstances,
)
programmes = st.sampled_from(["r6", "r6_12", "r5_70000", "r7_fusoku"]).map(programme)


@given(cases, programmes)
def test_order_of_people_never_matters(facts: CaseFacts, rules: Programme) -> None:
    expected = judge(facts, rules, ON)
    turned = turning(facts, rules, ON)
    for order in itertools.islice(itertools.permutations(facts.persons), 1, 24, 9):
        other = dataclasses.replace(facts, persons=order)
        assert judge(other, rules, ON) == expected
        assert turning(other, rules, ON) == turned


@given(st.one_of(cases, near), programmes)
def test_at_most_one_household_benefit_and_money_only_where_eligible(facts: CaseFacts, rules: Programme) -> None:
    judgments = judge(facts, rules, ON)
    of_household = [judgment for judgment in judgments if judgment.benefit in (Benefit.HIKAZEI, Benefit.KINTOWARI, Benefit.HOUSEHOLD)]
    assert len(of_household) == (1 if rules.offers(Benefit.HIKAZEI) else 0)
    assert len({(judgment.benefit, judgment.person_id) for judgment in judgments}) == len(judgments)
    assert all(rules.offers(judgment.benefit) for judgment in judgments if judgment.benefit is not Benefit.HOUSEHOLD)
    for judgment in judgments:
        assert (judgment.amount > 0) == (judgment.outcome is Outcome.ELIGIBLE)
        failing = [c for c in judgment.conditions if c.finding in (Finding.FAIL, Finding.HOLD)]
        assert bool(failing) == (judgment.outcome is not Outcome.ELIGIBLE)
        if failing:
            assert judgment.reasons[0] is failing[0].reason
            assert {c.reason for c in failing} <= set(judgment.reasons)
            assert judgment.outcome.value == judgment.reasons[0].value.split("_")[0]
        else:
            assert len(judgment.reasons) == 1


@given(known_taxes, st.sampled_from(["spouse", "dependants_general", "dependants_specific", "dependants_elderly", "dependants_under16"]))
def test_one_more_dependant_never_lowers_the_adjustment(tax: TaxFacts, field: str) -> None:
    more = dataclasses.replace(tax, **{field: getattr(tax, field) + 1})
    assert adjustment(more, programme()).amount >= adjustment(tax, programme()).amount


@given(known_taxes)
def test_sum_is_rounded_once(tax: TaxFacts) -> None:
    working = adjustment(tax, programme())
    assert working.amount % 10_000 == 0
    assert 0 <= working.amount - working.total < 10_000
    assert working.total == working.income_tax_shortfall + working.resident_tax_shortfall


@given(known_taxes, st.integers(1, 100_000))
def test_more_tax_never_raises_the_adjustment(tax: TaxFacts, extra: int) -> None:
    more = dataclasses.replace(tax, income_tax=(tax.income_tax or 0) + extra)
    assert adjustment(more, programme()).total <= adjustment(tax, programme()).total


@given(st.one_of(cases, near), programmes)
def test_what_turning_claims_is_true_when_the_fact_is_applied(facts: CaseFacts, rules: Programme) -> None:
    applied = {change.fact: change.facts for change in single_facts(facts, rules)}
    now = {(judgment.benefit, judgment.person_id): judgment for judgment in judge(facts, rules, ON)}
    for item in turning(facts, rules, ON):
        before = now[item.benefit, item.person_id]
        assert before.outcome is not Outcome.ELIGIBLE
        [after] = [
            judgment
            for judgment in judge(applied[item.fact], rules, ON)
            if (judgment.benefit, judgment.person_id) == (item.becomes, item.person_id)
        ]
        assert (after.outcome, after.amount) == (item.outcome, item.amount)
        assert item.needs_more == (() if after.outcome is Outcome.ELIGIBLE else after.reasons)
        assert (item.amount > 0) == (item.outcome is Outcome.ELIGIBLE) == (not item.needs_more)
        if after.outcome is not Outcome.ELIGIBLE:
            assert set(after.reasons) < set(before.reasons) or (before.outcome, after.outcome) == (Outcome.NG, Outcome.HOLD)


@given(st.one_of(cases, near), programmes)
def test_each_single_fact_is_named_once_and_changes_something(facts: CaseFacts, rules: Programme) -> None:
    found = list(single_facts(facts, rules))
    assert len({change.fact for change in found}) == len(found)
    assert all(change.facts != facts for change in found)


@settings(max_examples=30)
@given(cases)
def test_judging_twice_gives_the_same(facts: CaseFacts) -> None:
    assert judge(facts, programme(), ON) == judge(facts, dataclasses.replace(programme()), ON)

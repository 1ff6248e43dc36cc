"""The rules of the domain against the decision tables of this folder, on generated households: a difference is a misreading."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain import judgment
from kyufu_desktop.domain.facts import CaseFacts
from kyufu_desktop.domain.outcome import Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.second_judge.households import households
from tests.second_judge.interpreter import Verdict, judge

ON = date(2024, 8, 28)
SEED = 20240603
CI, CAMPAIGN = 10_000, 100_000


def programmes() -> tuple[Programme, ...]:
    """Every programme of the resources, that of the ward first."""
    codes = sorted(Path(str(path)).stem for path in settings.resource("programmes", "r6.toml").parent.glob("*.toml"))
    return tuple(as_proposed(code) for code in sorted(codes, key=lambda code: code != "r6"))


def of_the_domain(facts: CaseFacts, programme: Programme) -> frozenset[Verdict]:
    return frozenset(
        Verdict(
            found.benefit.value, found.person_id, found.outcome.value, found.amount,
            tuple(reason.value for reason in found.reasons), tuple(sorted(found.children)),
        )
        for found in judgment.judge(facts, programme, ON)
    )  # fmt: skip


def difference(facts: CaseFacts, programme: Programme, tables: frozenset[Verdict], domain: frozenset[Verdict]) -> str:
    return f"{programme.code}: 表 {sorted(tables - domain, key=str)} 規則 {sorted(domain - tables, key=str)}\n{facts}"


def campaign(seed: int, count: int) -> Counter[str]:
    """Judges ``count`` households twice. Returns how often each reason occurred; stops at the first household judged differently."""
    reasons: Counter[str] = Counter()
    for facts, programme in households(seed, count, programmes()):
        tables = frozenset(judge(facts, programme))
        domain = of_the_domain(facts, programme)
        assert tables == domain, difference(facts, programme, tables, domain)
        reasons.update(reason for verdict in tables for reason in verdict.reasons)
    return reasons


@pytest.mark.slow
def test_second_judge_agrees_on_ten_thousand_households_and_every_reason_occurs() -> None:
    reasons = campaign(SEED, CI)
    rare = {reason.value: reasons[reason] for reason in Reason if reasons[reason] < 50}
    assert not rare, rare


@pytest.mark.campaign
def test_second_judge_agrees_on_a_hundred_thousand_households(capsys: pytest.CaptureFixture[str]) -> None:
    reasons = campaign(SEED + 1, CAMPAIGN)
    with capsys.disabled():
        print("\n" + "\n".join(f"{reason.value:28}{reasons[reason]:8}" for reason in Reason))
    assert all(reasons[reason] >= 50 for reason in Reason)


def test_second_judge_notices_a_changed_rule() -> None:
    """The comparison itself: an amount, a switch or a bound that only one of the two knows is found."""
    facts = [facts for facts, _ in households(SEED, 1_000, programmes())]
    ward = programmes()[0]
    changed = (
        dataclasses.replace(ward, income_cap=ward.income_cap - 1),
        dataclasses.replace(ward, adjustment_unit=1_000),
        dataclasses.replace(ward, child_born_from=date(2006, 4, 1)),
        dataclasses.replace(ward, benefits=tuple(rule for rule in ward.benefits if rule.benefit is not Benefit.KINTOWARI)),
    )
    for other in changed:
        assert any(frozenset(judge(one, ward)) != of_the_domain(one, other) for one in facts)

"""Budget against what was decided, sent and paid: the ward's planned counts, and the plan of the cases kept in-house.

The counts of the programme's file are those of the whole ward; what is kept in-house is a small part of them, which only the ward knows.
So the officer enters a plan of its own per benefit, kept as a setting of the vault.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.programme import BenefitRule
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.tracking import Stage
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.base import Setting
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.tracking_facts import Tracked, tracked

_NAME = "plan_{}"
MOST = 100_000
_GONE = frozenset(Stage) - {Stage.DECIDED, Stage.READY, Stage.IN_BATCH}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One benefit. ``unit`` is the yen of one; ``mean`` says that it is the mean of what was decided, because no amount is fixed."""

    benefit: Benefit
    label: str
    counted: str
    """What is counted: 世帯, 児童 or 人."""
    unit: int
    mean: bool
    ward_count: int
    """区全体の見込み (0 = not stated)."""
    ward_yen: int
    plan_count: int | None
    """区直接対応分の見込み; None where nobody entered one."""
    plan_yen: int | None
    decided: tuple[int, int]
    sent: tuple[int, int]
    paid: tuple[int, int]

    @property
    def left(self) -> int | None:
        """Plan less decided, in yen; negative where more was decided than planned. None without a plan."""
        return None if self.plan_yen is None else self.plan_yen - self.decided[1]


def page(desk: Desk) -> tuple[BudgetLine, ...]:
    """Every benefit of the programme; counts and sums only."""
    with desk.look() as session:
        facts = tracked(session, desk.today())
        return tuple(
            _line(session, rule, [each for each in facts if each.benefit == rule.benefit.value]) for rule in desk.programme.benefits
        )


def set_plan(desk: Desk, benefit: Benefit, count: int) -> Changes:
    """The in-house plan of a benefit, by an officer. Raises InputProblem K-1560 where it is no count."""
    if not 0 <= count <= MOST:
        raise InputProblem("K-1560", "count", f"0から{MOST:,}までの数のはずです。", todo="見込みの件数を入れてください。")
    if not desk.programme.offers(benefit):
        raise InputProblem("K-1560", "count", "この制度にない給付です。", todo="一覧から選んでください。")
    name = _NAME.format(benefit.value)
    with desk.work(Act.SETTING_CHANGED) as unit:
        kept = unit.session.scalar(select(Setting).where(Setting.name == name))
        if kept is None:
            unit.session.add(Setting(name=name, value=str(count)))
        else:
            kept.value = str(count)
        unit.record(Act.SETTING_CHANGED, subject="setting", name=name, value=str(count))
    return Changes(Kind.PAYMENTS | Kind.AUDIT, f"{desk.programme.label(benefit)}の区直接対応分の見込みを{count:,}にしました。")


def _line(session: Session, rule: BenefitRule, facts: list[Tracked]) -> BudgetLine:
    count, amount = _pair(facts)
    unit = rule.amount or (amount // count if count else 0)
    kept = session.scalar(select(Setting.value).where(Setting.name == _NAME.format(rule.benefit.value)))
    plan = int(kept) if kept is not None else None
    return BudgetLine(
        benefit=rule.benefit,
        label=rule.label,
        counted="人" if not rule.amount else "児童" if rule.benefit is Benefit.KODOMO else "世帯",
        unit=unit,
        mean=not rule.amount,
        ward_count=rule.planned_count,
        ward_yen=rule.planned_count * unit,
        plan_count=plan,
        plan_yen=plan * unit if plan is not None else None,
        decided=(count, amount),
        sent=_pair([each for each in facts if each.stage in _GONE]),
        paid=_pair([each for each in facts if each.paid]),
    )


def _pair(facts: list[Tracked]) -> tuple[int, int]:
    """Households, children or people, and yen."""
    return sum(max(each.children, 1) for each in facts), sum(each.decided for each in facts)

"""Runs over many cases: what is held and why, holds by a person, differences after a change, a cancelled run keeps nothing."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import Finding, Outcome
from kyufu_desktop.domain.programme import Effect, Programme, Question
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Cancelled, Conflict, InputProblem
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.services import cases, collation, household_events, judgment, letters
from kyufu_desktop.services.case_rows import EventEntry
from kyufu_desktop.services.session import Desk
from tests.services.desk_work import ADDRESS, Ward, facts, person, workbook
from tests.services.office import silent
from tests.services.test_collation import planned
from tests.services.test_host_exchange import stop_after
from tests.services.test_planned_difference import stranger

WHY = "本人の話を聞いてから判定するため"


def decided(ward: Ward, *ids: int) -> None:
    judgment.draft(ward.desk, ids, silent)
    judgment.approve(ward.desk, ids, ward.suzuki, silent)


def by_other_rules(desk: Desk, **changes: object) -> Desk:
    """The desk with another version of its programme."""
    return dataclasses.replace(desk, programme=dataclasses.replace(desk.programme, **changes))  # type: ignore[arg-type]


def with_amount(programme: Programme, yen: int) -> tuple[object, ...]:
    return tuple(dataclasses.replace(rule, amount=yen) if rule.amount == 100_000 else rule for rule in programme.benefits)


def refusing_r5(programme: Programme) -> MappingProxyType[str, object]:
    rule = dataclasses.replace(programme.rules["household.r5"], effects=dict.fromkeys(Category, Effect.REFUSE))
    return MappingProxyType({**programme.rules, "household.r5": rule})


def test_report_counts_benefits_and_reasons_and_tells_of_every_case_why(ward: Ward) -> None:
    ward.bring_in(
        "targets",
        workbook(
            [person(10, 1), person(20, 2), person(30, 3), person(40, 4)],
            [
                facts(10),
                facts(20, 令和6年度均等割=""),
                facts(30, 令和6年度均等割=""),
                facts(40, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 90_000, "令和6年分推計所得税額": 90_000}),
            ],
        ),
    )
    ward.evidence_for_all()
    _, report = judgment.draft(ward.desk, ward.ids(), silent)
    assert (report.judged, report.eligible, report.refused) == (4, 1, 1)
    assert [item.management_number for item in report.held] == ["R600000002", "R600000003"]
    assert all("住民税が分からない" in item.why for item in report.held)
    first = next(item for item in report.benefits if item.label == "非課税化給付")
    assert (first.eligible, first.amount) == (1, 100_000)
    assert sum(item.held for item in report.benefits) == 2 and sum(item.refused for item in report.benefits) >= 1
    words, count = report.reasons[0]
    assert words.startswith("保留：") and "分からない" in words and count == 2


def test_case_that_a_person_holds_is_left_by_a_run_until_somebody_ends_the_hold(ward: Ward) -> None:
    case, other = ward.household(1), ward.household(2)
    judgment.hold(ward.desk, case, WHY)
    assert ward.status(case) == "保留" and judgment.page(ward.desk, case).held_by_person
    assert WHY in [row.text for row in cases.page(ward.desk, case).contacts]
    (row,) = judgment.list_cases(ward.desk, "保留")
    assert row.case_id == case and not row.may_draft
    _, report = judgment.draft(ward.desk, (case, other), silent)
    assert ward.status(case) == "保留" and ward.status(other) == "決裁待ち"
    assert [item.case_id for item in report.held] == [case] and "担当者が保留" in report.held[0].why
    assert judgment.page(ward.desk, case).held_by_person, "the run itself does not end the hold"
    judgment.draft(ward.desk, (case,), silent, release=True)
    assert ward.status(case) == "決裁待ち" and not judgment.page(ward.desk, case).held_by_person


def test_hold_needs_a_reason_and_a_case_that_is_not_judged_yet(ward: Ward) -> None:
    case = ward.household(1)
    with pytest.raises(InputProblem):
        judgment.hold(ward.desk, case, "短い")
    judgment.hold(ward.desk, case, WHY)
    with pytest.raises(Conflict, match="K-1670"):
        judgment.hold(ward.desk, case, WHY)
    other = ward.household(2)
    decided(ward, other)
    with pytest.raises(Conflict, match="K-1060"):
        judgment.hold(ward.desk, other, WHY)


def test_nothing_is_drafted_while_a_value_of_the_programme_is_not_confirmed(ward: Ward) -> None:
    case = ward.household(1)
    asking = by_other_rules(ward.desk, questions=(Question("dates.return_deadline", "返送期限", ward.desk.today(), "未確認"),))
    with pytest.raises(Conflict, match="K-1641"):
        judgment.draft(asking, (case,), silent)
    assert ward.count(JudgmentRecord) == 0


def test_a_run_that_is_cancelled_half_way_keeps_nothing(ward: Ward) -> None:
    ward.bring_in("targets", ward.targets(120))
    ward.evidence_for_all()
    ids = ward.ids()
    before = ward.acts()
    with pytest.raises(Cancelled):
        judgment.draft(ward.desk, ids, stop_after(2))
    assert ward.count(JudgmentRecord) == 0 and ward.acts() == before
    assert {row.status.value for row in cases.rows(ward.desk, ward.ids())} == {"要件承認"}


def test_draft_of_yesterday_can_be_approved_today(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    ward.office.clock.days(1)
    assert judgment.list_cases(ward.desk, None)[0].state_word == "決裁待ち"
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert ward.status(case) == "支給判定済"


def test_nothing_differs_where_nothing_changed(ward: Ward) -> None:
    first, second = ward.household(1), ward.household(2)
    decided(ward, first)
    judgment.draft(ward.desk, (second,), silent)
    ward.household(3)
    ward.office.clock.days(1)
    assert judgment.differences(ward.desk, None, silent) == ()


def test_changed_amount_of_the_programme_shows_only_the_cases_that_it_touches(ward: Ward) -> None:
    paid = ward.household(1)
    refused = ward.household(2, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 90_000, "令和6年分推計所得税額": 90_000})
    decided(ward, paid, refused)
    desk = by_other_rules(ward.desk, benefits=with_amount(ward.desk.programme, 70_000), digest="f" * 64)
    (item,) = judgment.differences(desk, None, silent)
    assert (item.case_id, item.before, item.before_amount, item.after, item.after_amount) == (
        paid, Outcome.ELIGIBLE, 100_000, Outcome.ELIGIBLE, 70_000,
    )  # fmt: skip
    assert item.programme_changed and item.may_draft and item.before_state == "APPROVED"


def test_changed_rule_shows_the_condition_before_and_after_with_its_origin(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1), person(20, 2)], [facts(10, 令和5年度給付対象世帯="1"), facts(20)]))
    ward.evidence_for_all()
    judgment.draft(ward.desk, ward.ids(), silent)
    desk = by_other_rules(ward.desk, rules=refusing_r5(ward.desk.programme), digest="e" * 64)
    (item,) = judgment.differences(desk, None, silent)
    assert (item.management_number, item.before, item.after) == ("R600000001", Outcome.HOLD, Outcome.NG)
    (change,) = item.changes
    assert change.before is not None and change.after is not None
    assert (change.rule, change.before.finding, change.after.finding) == ("household.r5", Finding.HOLD, Finding.FAIL)
    assert "判定資料" in change.before.origin


def test_changed_fact_is_a_difference_until_it_is_drafted(ward: Ward) -> None:
    first, second = ward.household(1), ward.household(2)
    decided(ward, first, second)
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    found = judgment.differences(ward.desk, None, silent)
    assert {item.case_id for item in found} == {first} and found[0].before_state == "VOID"
    judgment.draft(ward.desk, tuple({item.case_id for item in found if item.may_draft}), silent)
    assert judgment.differences(ward.desk, None, silent) == ()
    assert judgment.differences(ward.desk, (second,), silent) == ()


def test_differences_change_nothing_and_can_be_cancelled(ward: Ward) -> None:
    decided(ward, ward.household(1))
    rows = ward.count(JudgmentRecord)
    with pytest.raises(Cancelled):
        judgment.differences(ward.desk, None, stop_after(0))
    judgment.differences(ward.desk, None, silent)
    assert ward.count(JudgmentRecord) == rows


def family_with_a_newborn(ward: Ward) -> int:
    """A household whose second child was born after the base date; the addition waits for its application."""
    rows = [person(10, 1), person(11, 1, 続柄="子", 漢字氏名="見本　次郎", カナ氏名="ミホン ジロウ", 生年月日="2024-06-05")]
    ward.bring_in("targets", workbook(rows, [facts(10), facts(11)]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    cases.enter_address(ward.desk, case, ADDRESS)
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    return case


def applied(ward: Ward, case: int) -> None:
    household_events.add(
        ward.desk, case, EventEntry(EventKind.NEWBORN_APPLIED, ward.person_id(11), ward.desk.today(), "新生児の申請書 8/28収受")
    )


def test_benefit_that_clears_after_the_letter_gets_its_own_letter(ward: Ward) -> None:
    case = family_with_a_newborn(ward)
    decided(ward, case)
    (first,) = ward.office.sent(case)
    assert ward.status(case) == "確認書発送"
    applied(ward, case)
    assert judgment.page(ward.desk, case).may_draft
    judgment.draft(ward.desk, (case,), silent)
    assert ward.status(case) == "確認書発送", "a draft beside the letter leaves the status"
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert ward.status(case) == "支給判定済"
    (second,) = ward.office.sent(case)
    assert ward.status(case) == "確認書発送" and second != first
    with ward.desk.look() as session:
        told = session.execute(
            select(LetterBenefit.letter_id, JudgmentRecord.benefit).join(JudgmentRecord, JudgmentRecord.id == LetterBenefit.judgment_id)
        ).all()
    assert [benefit for _, benefit in told] == ["hikazei", "kodomo"], "the second letter does not ask again for the first benefit"


def test_paid_benefit_is_left_alone_when_a_further_one_clears(ward: Ward) -> None:
    case = family_with_a_newborn(ward)
    decided(ward, case)
    ward.office.reviewed(case)
    ward.bring_in("planned", planned(stranger(1)))
    collation.run(ward.desk, silent)
    batch = ward.office.approved(ward.office.batch())
    ward.office.written(batch)
    applied(ward, case)
    with pytest.raises(Conflict):
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and "振込準備" in report.held[0].why, "not while a transfer is being prepared"
    ward.office.settled(batch)
    assert ward.status(case) == "振込済"
    decided(ward, case)
    assert ward.status(case) == "支給判定済"
    letters.prepare(ward.desk, (case,), silent)
    assert ward.office.letter(case).amount == 50_000
    assert ward.office.ready() == (), "the paid benefit is not payable again"

"""支給の状況: every case, batch and benefit with what it waits for, and money that waits too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.tracking import Stage
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.services import budget, tracking
from kyufu_desktop.services.tracking import TrackingFilter, TrackingRow
from tests.services.office import Office, opened


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Cases 1 paid, 2 failed, 3 sent and unanswered, 4 reviewed, 5 decided only (two benefits)."""
    with opened(tmp_path_factory.mktemp("tracked")) as made:
        for _ in range(2):
            made.reviewed(made.household(("hikazei", 100_000)))
        first = made.approved(made.batch())
        made.written(first)
        made.settled(first, {made.payments_of(first)[1].payment_id: FailureReason.CLOSED})
        made.reviewed(made.household(("kodomo", 100_000), children=2))
        made.written(made.approved(made.batch(*made.judgments(3))))
        made.reviewed(made.household(("hikazei", 100_000)))
        made.household(("hikazei", 100_000), ("chosei", 40_000))
        yield made


EVERYTHING = TrackingFilter()


def rows(office: Office, wanted: TrackingFilter = EVERYTHING) -> tuple[TrackingRow, ...]:
    return tracking.case_rows(office.desk, tracking.list_cases(office.desk, wanted))


def test_every_case_says_where_its_money_is_and_what_is_next(office: Office) -> None:
    found = rows(office)
    assert [row.stage for row in found] == [Stage.PAID, Stage.FAILED, Stage.SENT, Stage.READY, Stage.DECIDED]
    assert [(row.decided, row.paid) for row in found[:3]] == [(100_000, 100_000), (100_000, 0), (100_000, 0)]
    assert found[0].next_step == "" and found[1].failure == "口座解約" and "次の回" in found[1].next_step
    assert found[3].since == office.desk.today(), "due since the day of the review"
    assert found[4].benefits == "非課税化給付・調整給付" and found[4].decided == 140_000
    assert found[2].transfer_on == date(2024, 9, 10) and found[2].batch_number == 2


def test_filters_by_stage_benefit_and_lateness(office: Office) -> None:
    assert [row.case_id for row in rows(office, TrackingFilter(stage=Stage.SENT))] == [3]
    assert [row.case_id for row in rows(office, TrackingFilter(benefit=Benefit.CHOSEI))] == [5]
    assert rows(office, TrackingFilter(late=True)) == ()
    office.clock.days(20)
    try:
        assert [row.case_id for row in rows(office, TrackingFilter(late=True))] == [2, 3, 4]
    finally:
        office.clock.days(-20)


def test_a_list_that_was_read_is_in_the_log(office: Office) -> None:
    rows(office)
    with office.desk.look() as db:
        listed = select(AuditEntry.detail).where(AuditEntry.act == Act.CASES_LISTED.value).order_by(AuditEntry.seq.desc())
        last = db.scalars(listed.limit(1)).one()
    assert '"place":"tracking"' in last and '"rows":5' in last


def test_batches_benefits_and_what_is_due_come_to_the_same_sums(office: Office) -> None:
    page = tracking.page(office.desk)
    first, second = page.batches
    assert (first.paid, first.failed, first.waiting) == ((1, 100_000), (1, 100_000), (0, 0))
    assert second.waiting == (1, 100_000) and first.unreported == 2
    lines = {line.label: line for line in page.benefits}
    assert lines["非課税化給付"].decided == (4, 400_000) and lines["非課税化給付"].paid == (1, 100_000)
    assert lines["こども加算"].sent == (1, 100_000) and lines["調整給付"].left == (1, 40_000)
    due = [line.words for line in page.due]
    assert {"振込の回に入れる", "不能の口座を確かめ直す", "第2回の振込日", "第1回の結果をホストに報告する"} <= set(due)
    assert page.course.days[-1][1:] == (540_000, 300_000, 100_000, 100_000)
    assert page.course.ahead[-1] == (date(2024, 9, 10), 200_000)


def test_results_are_overdue_three_business_days_after_the_transfer_day(office: Office) -> None:
    # Tuesday 10 September, then Wednesday, Thursday, Friday 13: overdue from Saturday 14.
    office.clock.days(6)
    try:
        assert office.desk.today() == date(2024, 9, 13)
        assert [line.late for line in tracking.page(office.desk).due if line.words == "第2回の結果を入れる"] == [False]
        office.clock.days(1)
        late = tracking.page(office.desk)
        assert late.due[0].late and late.batches[1].late
        office.clock.days(-1)
    finally:
        office.clock.days(-6)


def test_an_in_house_plan_is_the_officers_and_stands_beside_the_wards(office: Office) -> None:
    before = {line.benefit: line for line in budget.page(office.desk)}
    assert before[Benefit.HIKAZEI].ward_count == 10_000 and before[Benefit.HIKAZEI].ward_yen == 1_000_000_000
    assert before[Benefit.HIKAZEI].plan_count is None and before[Benefit.HIKAZEI].left is None
    with pytest.raises(NotAllowed):
        budget.set_plan(office.desk, Benefit.HIKAZEI, 3)
    officer = office.at(office.suzuki)
    with pytest.raises(InputProblem, match="100,000"):
        budget.set_plan(officer, Benefit.HIKAZEI, -1)
    budget.set_plan(officer, Benefit.HIKAZEI, 3)
    line = next(line for line in budget.page(office.desk) if line.benefit is Benefit.HIKAZEI)
    assert (line.plan_count, line.plan_yen, line.left) == (3, 300_000, -100_000), "more decided than planned"
    children = before[Benefit.KODOMO]
    assert children.counted == "児童" and children.decided == (2, 100_000), "two children of one case are two"
    computed = before[Benefit.CHOSEI]
    assert computed.mean and computed.unit == 40_000, "no fixed amount: the mean of what was decided"

"""支給の状況: where the money of every case, batch and benefit stands, what is due when, and the sums over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.payment import WITH_PAYEE, BatchState, PaymentState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.tracking import NEXT_STEPS, RESULT_BUSINESS_DAYS, URGENCY, Stage, results_due
from kyufu_desktop.domain.values import Benefit, Relation, yen
from kyufu_desktop.exchange.holidays import is_holiday
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services.case_facts import chunks
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.tracking_facts import Tracked, tracked

_LEFT = (BatchState.SENT.value, BatchState.SETTLED.value, BatchState.PARTLY_FAILED.value)
_WAITING = (PaymentState.IN_BATCH.value, PaymentState.SENT.value)


@dataclass(frozen=True, slots=True)
class TrackingFilter:
    """None = all."""

    stage: Stage | None = None
    benefit: Benefit | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class TrackingRow:
    """One case with everything that was decided to be paid to it. Amounts in yen; ``stage`` is that of its most urgent benefit."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefits: str
    decided: int
    paid: int
    since: date | None
    transfer_on: date | None
    batch_number: int
    stage: Stage
    late: bool
    failure: str
    next_step: str


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch: what became of it, and what is still to be done with it."""

    number: int
    transfer_on: date
    cash: bool
    state: BatchState
    count: int
    total: int
    paid: tuple[int, int]
    failed: tuple[int, int]
    waiting: tuple[int, int]
    unsent_notices: int
    """Cases whose 支給（振込）通知書 has not been posted although the file left."""
    unreported: int
    late: bool


@dataclass(frozen=True, slots=True)
class DueLine:
    """Something to do about money: ``day`` None = at once. ``station`` is where it is done."""

    day: date | None
    words: str
    detail: str
    station: str
    late: bool


@dataclass(frozen=True, slots=True)
class BenefitLine:
    """One benefit of the programme; pairs are (count, yen)."""

    label: str
    decided: tuple[int, int]
    sent: tuple[int, int]
    paid: tuple[int, int]
    failed: tuple[int, int]
    left: tuple[int, int]
    """Decided and not with the payee."""


@dataclass(frozen=True, slots=True)
class Course:
    """Cumulative yen by day, oldest first: (day, decided, sent, paid, failed); ``ahead``: (day, paid when all goes as planned)."""

    days: tuple[tuple[date, int, int, int, int], ...]
    ahead: tuple[tuple[date, int], ...]
    deadline: date


@dataclass(frozen=True, slots=True)
class TrackingPage:
    batches: tuple[BatchLine, ...]
    due: tuple[DueLine, ...]
    benefits: tuple[BenefitLine, ...]
    course: Course


def list_cases(desk: Desk, wanted: TrackingFilter) -> tuple[int, ...]:
    """Ids of the cases of which something was decided, by management number. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        found = [rows for rows in _by_case(tracked(unit.session, desk.today())).values() if _fits(rows, wanted)]
        unit.record(Act.CASES_LISTED, place="tracking", rows=len(found))
    return tuple(rows[0].case_id for rows in found)


def case_rows(desk: Desk, ids: tuple[int, ...]) -> tuple[TrackingRow, ...]:
    """Rows for a page of ids (200 at most), in the order of ``ids``."""
    with desk.look() as session:
        names: dict[int, str] = {}
        for part in chunks(ids):
            heads = select(Person.case_id, Person.name).where(Person.case_id.in_(list(part)), Person.relation == Relation.HEAD.value)
            names.update((case_id, name) for case_id, name in session.execute(heads))
        cases = _by_case([each for part in chunks(ids) for each in tracked(session, desk.today(), part)])
    return tuple(_row(desk, cases[case_id], names.get(case_id, "")) for case_id in ids if case_id in cases)


def page(desk: Desk) -> TrackingPage:
    """Batches, what is due, benefits and the course over time: counts, sums and days only, nothing of a person."""
    with desk.look() as session:
        facts = tracked(session, desk.today())
        batches = _batches(session, desk.today())
        return TrackingPage(batches, _due(facts, batches, desk.today()), _benefits(desk, facts), _course(session, desk))


def _by_case(facts: list[Tracked]) -> dict[int, list[Tracked]]:
    cases: dict[int, list[Tracked]] = {}
    for each in facts:
        cases.setdefault(each.case_id, []).append(each)
    return cases


def _fits(rows: list[Tracked], wanted: TrackingFilter) -> bool:
    return any(
        (wanted.stage is None or each.stage is wanted.stage)
        and (wanted.benefit is None or each.benefit == wanted.benefit.value)
        and (each.late or not wanted.late)
        for each in rows
    )


def _row(desk: Desk, rows: list[Tracked], name: str) -> TrackingRow:
    first = min(rows, key=lambda each: (not each.late, URGENCY[each.stage]))
    return TrackingRow(
        case_id=first.case_id,
        management_number=first.management_number,
        name=name,
        benefits="・".join(desk.programme.label(Benefit(each.benefit)) for each in rows),
        decided=sum(each.decided for each in rows),
        paid=sum(each.paid for each in rows),
        since=first.since,
        transfer_on=first.transfer_on,
        batch_number=first.batch_number,
        stage=first.stage,
        late=first.late,
        failure=first.failure,
        next_step=NEXT_STEPS[first.stage],
    )


def _batches(session: Session, on: date) -> tuple[BatchLine, ...]:
    states: dict[int, dict[str, tuple[int, int]]] = {}
    query = select(Payment.batch_id, Payment.state, func.count(), func.sum(Payment.amount)).group_by(Payment.batch_id, Payment.state)
    for batch_id, state, count, amount in session.execute(query):
        states.setdefault(batch_id, {})[state] = (count, int(amount))
    open_results = select(Payment.batch_id, func.count()).where(
        Payment.state.not_in((*_WAITING, PaymentState.CANCELLED.value)), Payment.reported_export_id.is_(None)
    )
    unreported = dict(session.execute(open_results.group_by(Payment.batch_id)).all())
    unsent = _unsent(session)
    return tuple(
        _batch_line(batch, states.get(batch.id, {}), unsent.get(batch.id, 0), unreported.get(batch.id, 0), on)
        for batch in session.scalars(select(Batch).order_by(Batch.number))
    )


def _batch_line(batch: Batch, states: dict[str, tuple[int, int]], unsent: int, unreported: int, on: date) -> BatchLine:
    def of(*wanted: str) -> tuple[int, int]:
        found = [pair for state, pair in states.items() if state in wanted]
        return sum(pair[0] for pair in found), sum(pair[1] for pair in found)

    state = BatchState(batch.state)
    waiting = of(*_WAITING)
    house = state in (BatchState.DRAFTED, BatchState.APPROVED, BatchState.WRITING)
    late = (house and on >= batch.transfer_on) or (
        state is BatchState.SENT and waiting[0] > 0 and on > results_due(batch.transfer_on, is_holiday)
    )
    return BatchLine(
        number=batch.number,
        transfer_on=batch.transfer_on,
        cash=batch.method != "TRANSFER",
        state=state,
        count=batch.count,
        total=batch.total,
        paid=of(*(each.value for each in WITH_PAYEE)),
        failed=of(PaymentState.FAILED.value, PaymentState.RECALLED.value, PaymentState.REPAID.value),
        waiting=waiting,
        unsent_notices=unsent if batch.state in _LEFT else 0,
        unreported=unreported,
        late=late,
    )


def _unsent(session: Session) -> dict[int, int]:
    """Batch -> cases in it without a posted 支給（振込）通知書 of that batch."""
    posted = and_(
        Letter.case_id == Payment.case_id,
        Letter.batch_id == Payment.batch_id,
        Letter.kind == LetterKind.PAYMENT.value,
        Letter.sent_on.is_not(None),
    )
    query = (
        select(Payment.batch_id, func.count(func.distinct(Payment.case_id)))
        .outerjoin(Letter, posted)
        .where(Letter.id.is_(None), Payment.state.not_in((PaymentState.CANCELLED.value, PaymentState.FAILED.value)))
        .group_by(Payment.batch_id)
    )
    return dict(session.execute(query).all())


def _due(facts: list[Tracked], batches: tuple[BatchLine, ...], on: date) -> tuple[DueLine, ...]:
    """What is due when: the late first, then by day."""
    lines: list[DueLine] = []
    ready = [each for each in facts if each.stage is Stage.READY]
    if ready:
        longest = max((on - each.since).days for each in ready if each.since is not None)
        amount = sum(each.decided for each in ready)
        lines.append(
            DueLine(
                None,
                "振込の回に入れる",
                f"{len(ready):,}件・{yen(amount)}　長いもので審査から{longest}日",
                "payments",
                any(each.late for each in ready),
            )
        )
    failed = [each for each in facts if each.stage is Stage.FAILED]
    if failed:
        late = any(each.late for each in failed)
        lines.append(
            DueLine(None, "不能の口座を確かめ直す", f"{len(failed):,}件・{yen(sum(each.decided for each in failed))}", "review", late)
        )
    for batch in batches:
        lines += _due_of(batch, on)
    return tuple(sorted(lines, key=lambda line: (not line.late, line.day or on)))


def _due_of(batch: BatchLine, on: date) -> list[DueLine]:
    size = f"{batch.waiting[0]:,}件・{yen(batch.waiting[1])}"
    found = []
    if batch.state is BatchState.DRAFTED:
        found.append(DueLine(batch.transfer_on, f"第{batch.number}回を決裁する", size, "payments", batch.late))
    elif batch.state in (BatchState.APPROVED, BatchState.WRITING):
        found.append(DueLine(batch.transfer_on, f"第{batch.number}回を銀行へ渡す", size, "payments", batch.late))
    elif batch.state is BatchState.SENT and on < batch.transfer_on:
        found.append(DueLine(batch.transfer_on, f"第{batch.number}回の振込日", size, "payments", False))
    elif batch.state is BatchState.SENT and batch.waiting[0]:
        day = results_due(batch.transfer_on, is_holiday)
        words = f"{size}　振込日から{RESULT_BUSINESS_DAYS}営業日で銀行に聞きます"
        found.append(DueLine(day, f"第{batch.number}回の結果を入れる", words, "payments", batch.late))
    if batch.unsent_notices:
        late = on > batch.transfer_on
        found.append(DueLine(batch.transfer_on, f"第{batch.number}回の振込通知書を送る", f"{batch.unsent_notices:,}件", "letters", late))
    if batch.unreported:
        found.append(DueLine(None, f"第{batch.number}回の結果をホストに報告する", f"{batch.unreported:,}件", "host_exchange", False))
    return found


def _benefits(desk: Desk, facts: list[Tracked]) -> tuple[BenefitLine, ...]:
    lines = []
    for rule in desk.programme.benefits:
        mine = [each for each in facts if each.benefit == rule.benefit.value]
        gone = [each for each in mine if each.stage not in (Stage.DECIDED, Stage.READY, Stage.IN_BATCH)]
        paid = [each for each in mine if each.paid]
        failed = [each for each in mine if each.stage in (Stage.FAILED, Stage.RECALLED, Stage.REPAID)]
        lines.append(
            BenefitLine(
                rule.label,
                _pair(mine),
                _pair(gone),
                (len(paid), sum(each.paid for each in paid)),
                _pair(failed),
                (len(mine) - len(paid), sum(each.decided for each in mine) - sum(each.paid for each in paid)),
            )
        )
    return tuple(lines)


def _pair(facts: list[Tracked]) -> tuple[int, int]:
    return len(facts), sum(each.decided for each in facts)


def _course(session: Session, desk: Desk) -> Course:
    """Each line from its own table: decisions by the day of approval, files by the day they were written, payments by the bank's day."""
    steps: dict[date, list[int]] = {}

    def add(day: date, line: int, amount: int) -> None:
        steps.setdefault(day, [0, 0, 0, 0])[line] += amount

    decided = select(JudgmentRecord.approved_at, JudgmentRecord.amount).where(
        JudgmentRecord.state == "APPROVED", JudgmentRecord.outcome == "ELIGIBLE", JudgmentRecord.superseded_by.is_(None)
    )
    for at, amount in session.execute(decided):
        if at is not None:
            add(date.fromisoformat(at[:10]), 0, amount)
    files = select(Export.made_at, Batch.total).join(Batch, Batch.export_id == Export.id).where(Batch.state.in_(_LEFT))
    for at, amount in session.execute(files):
        add(date.fromisoformat(at[:10]), 1, amount)
    results = select(Payment.state, Payment.paid_on, Payment.result_at, Payment.amount).where(Payment.state.not_in(_WAITING))
    for state, paid_on, result_at, amount in session.execute(results):
        if PaymentState(state) in WITH_PAYEE and paid_on is not None:
            add(paid_on, 2, amount)
        elif state == PaymentState.FAILED.value and result_at is not None:
            add(date.fromisoformat(result_at[:10]), 3, amount)
    days, sums = [], [0, 0, 0, 0]
    for day in sorted(steps):
        sums = [had + more for had, more in zip(sums, steps[day], strict=True)]
        days.append((day, sums[0], sums[1], sums[2], sums[3]))
    return Course(tuple(days), _ahead(session, sums[2], desk.today()), desk.programme.return_deadline)


def _ahead(session: Session, paid: int, on: date) -> tuple[tuple[date, int], ...]:
    query = (
        select(Batch.transfer_on, func.sum(Payment.amount))
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Payment.state.in_(_WAITING))
        .group_by(Batch.transfer_on)
        .order_by(Batch.transfer_on)
    )
    points = [(on, paid)]
    for day, amount in session.execute(query):
        paid += int(amount)
        points.append((max(day, on), paid))
    return tuple(points)

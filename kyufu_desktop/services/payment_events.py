"""What became of an attempt, one append-only row a step: the one place where the state of a payment that left changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.payment import OCCUPYING, FailureReason, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import EventSource, check_move, word
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.payment import Batch, PaidChild, Payment, PaymentEvent
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services.batches import release_children
from kyufu_desktop.services.session import Desk, Second

_SOURCE_WORDS: dict[EventSource, str] = {EventSource.HAND: "手入力", EventSource.FILE: "銀行のファイル", EventSource.COUNTER: "窓口"}


@dataclass(frozen=True, slots=True)
class Step:
    """Where a payment goes. ``on`` is the day of the bank or of the counter, ``reason`` the bank's, or why money is asked back."""

    to: PaymentState
    on: date
    source: EventSource
    reason: str = field(default="", repr=False)
    result_file_id: int | None = None
    paid_on: date | None = None
    """The day on which the payee had the money, where it is another than the day of the word."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the history of a payment."""

    on: date
    word: str
    reason: str = field(repr=False)
    source: str
    entered_by: str
    second_by: str


def method_of(session: Session, payment: Payment) -> PayMethod:
    return PayMethod(session.get_one(Batch, payment.batch_id).method)


def payment_of(session: Session, payment_id: int) -> Payment:
    """Raises Conflict K-1981 where there is no such payment."""
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise Conflict("K-1981", "この支払の記録はありません。", todo="一覧を読み直してください。")
    return payment


def move(desk: Desk, unit: UnitOfWork, payment: Payment, step: Step, second: Second | None = None) -> None:
    """Writes the event and the state. Children are released where the money is free again, and counted again where it never was.

    The history is written before the state: the file refuses a second occupying attempt, whatever stands here. The day of a step lies
    neither in the future nor before the step before it. Raises Conflict K-1980, InputProblem K-1982.
    """
    session = unit.session
    before = PaymentState(payment.state)
    check_move(before, step.to, method_of(session, payment))
    _check_day(desk, session, payment, step.on)
    session.add(
        PaymentEvent(
            payment_id=payment.id,
            state=step.to.value,
            reason=step.reason or None,
            happened_on=step.on,
            source=step.source.value,
            result_file_id=step.result_file_id,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
            second_by=second.staff.id if second is not None else None,
        )
    )
    payment.state = step.to.value
    payment.result_at, payment.result_by = desk.now_text(), desk.staff.id
    payment.failure = step.reason if step.to is PaymentState.FAILED else None
    if step.to is PaymentState.PAID:
        payment.paid_on = step.paid_on or step.on
        if before not in OCCUPYING:
            # The host may have been told of a failure: it is told again.
            payment.reported_export_id = None
            _count_children_again(session, payment)
    elif step.to not in OCCUPYING:
        # The host was told of money that is not there any more: it is told again.
        payment.paid_on, payment.reported_export_id = None, None
        release_children(session, payment, desk.now_text())
    session.flush()


def _count_children_again(session: Session, payment: Payment) -> None:
    """New rows beside the released ones, which stay as they were. The index on live children has the last word."""
    query = select(PaidChild.programme, PaidChild.resident_number).where(PaidChild.payment_id == payment.id).distinct()
    for programme, resident_number in session.execute(query.order_by(PaidChild.resident_number)).all():
        session.add(PaidChild(programme=programme, resident_number=resident_number, payment_id=payment.id))


def _check_day(desk: Desk, session: Session, payment: Payment, on: date) -> None:
    """In a practice vault, where weeks are rehearsed in an hour, any day goes."""
    if desk.practice:
        return
    last = session.scalar(
        select(PaymentEvent.happened_on).where(PaymentEvent.payment_id == payment.id).order_by(PaymentEvent.id.desc()).limit(1)
    )
    if on > desk.today() or (last is not None and on < last):
        raise InputProblem(
            "K-1982", "on", "日付が今日よりあとか、前の段階より前の日です。", todo="前の段階の日から今日までの日を入力してください。"
        )


def fail(reason: FailureReason, on: date, source: EventSource, result_file_id: int | None = None) -> Step:
    return Step(PaymentState.FAILED, on, source, reason.value, result_file_id)


def last_event(session: Session, payment_id: int, state: PaymentState) -> PaymentEvent | None:
    """The newest step of a payment to ``state``: who entered it may not be the second person of the next."""
    return session.scalar(
        select(PaymentEvent)
        .where(PaymentEvent.payment_id == payment_id, PaymentEvent.state == state.value)
        .order_by(PaymentEvent.id.desc())
        .limit(1)
    )


def history(session: Session, payment: Payment) -> tuple[EventRow, ...]:
    """The steps of a payment, the oldest first."""
    names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
    method = method_of(session, payment)
    return tuple(
        EventRow(
            event.happened_on,
            word(PaymentState(event.state), method),
            event.reason or "",
            _SOURCE_WORDS[EventSource(event.source)],
            names.get(event.entered_by, "不明"),
            names.get(event.second_by, "") if event.second_by is not None else "",
        )
        for event in session.scalars(select(PaymentEvent).where(PaymentEvent.payment_id == payment.id).order_by(PaymentEvent.id))
    )

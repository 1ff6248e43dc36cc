"""Payments: batches, approval over the exact bytes, the bank file, results, failed ones back to review, reconciliation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import announcements, bank_calendar, open_files, payables, sent_ledger
from kyufu_desktop.services.announcements import Announced
from kyufu_desktop.services.bank_data import payments_of
from kyufu_desktop.services.batches import batch_of
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import case_of, listed_name
from kyufu_desktop.services.exchange_rows import OpenFile
from kyufu_desktop.services.reconciliation import Reconciliation, reconcile
from kyufu_desktop.services.sent_ledger import LedgerView
from kyufu_desktop.services.session import Desk

_TRANSFER = PayMethod.TRANSFER.value
#: The file has not left yet.
_AT_HOME = (BatchState.DRAFTED.value, BatchState.APPROVED.value)


@dataclass(frozen=True, slots=True)
class ReadyPayment:
    judgment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefit_word: str
    amount: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    batch_id: int
    number: int
    transfer_on: date
    count: int
    total: int
    state: BatchState
    reported_word: str
    """報告済 / 報告待ち / 未着手."""
    memo: str
    made_by: str
    made_by_id: int
    announced: Announced | None = None
    """How far the 支給（振込）通知書 are; None where nobody is told (not approved, cancelled)."""
    cut_off: date | None = None
    """The last day for the file at the bank; None where it has left or there is none."""


@dataclass(frozen=True, slots=True)
class FailedRow:
    payment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    amount: int
    reason: str
    what_next: str


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    ready: tuple[ReadyPayment, ...]
    batches: tuple[BatchRow, ...]
    failed: tuple[FailedRow, ...]
    reconciliation: Reconciliation
    next_day: date
    """The first transfer day that a file handed over today can still have."""
    open_files: tuple[OpenFile, ...]
    """Bank files whose writing stopped half way: a person has to look at the medium."""
    ledger: LedgerView
    """Whether an older vault was put back, or the sent ledger cannot be believed."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    payment_id: int
    management_number: str
    name: str = field(repr=False)
    benefit_word: str
    amount: int
    state_word: str


def page(desk: Desk) -> PaymentsPage:
    with desk.look() as session:
        ready: list[ReadyPayment] = []
        candidates = payables.candidates(session)
        # Held while the rows are made, so that every benefit finds its case and its people here already.
        cases = cases_with_people(session, dict.fromkeys(judgment.case_id for judgment in candidates))
        for judgment in candidates:
            found = payables.payable(session, judgment, desk.today(), desk.programme)
            if isinstance(found, payables.Payable):
                ready.append(
                    ReadyPayment(
                        judgment.id,
                        judgment.case_id,
                        cases[judgment.case_id].management_number,
                        listed_name(cases[judgment.case_id]),
                        desk.programme.label(Benefit(judgment.benefit)),
                        judgment.amount,
                    )
                )
        names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
        batches = session.scalars(select(Batch).where(Batch.method == "TRANSFER").order_by(Batch.number.desc())).all()
        return PaymentsPage(
            tuple(ready),
            tuple(_batch_row(desk, session, batch, names) for batch in batches),
            _failed(session, desk.today(), desk.programme),
            reconcile(session),
            bank_calendar.first_day(desk.programme, desk.today()),
            tuple(file for file in open_files.open_files(session) if file.batch),
            sent_ledger.view(desk, session),
        )


def _batch_row(desk: Desk, session: Session, batch: Batch, names: dict[int, str]) -> BatchRow:
    states = session.execute(select(Payment.state, Payment.reported_export_id).where(Payment.batch_id == batch.id)).all()
    paid = [reported for state, reported in states if state == PaymentState.PAID.value]
    failed = sum(state == PaymentState.FAILED.value for state, _ in states)
    word = "未着手" if not paid else "報告済" if all(reported is not None for reported in paid) else "報告待ち"
    taken = sum(state == PaymentState.CANCELLED.value for state, _ in states) if batch.state != BatchState.CANCELLED.value else 0
    memo = batch.cancelled_reason or "、".join(
        words for words in (f"{taken}件を外し、作り直し" if taken else "", f"不能 {failed}件" if failed else "") if words
    )
    return BatchRow(
        batch.id,
        batch.number,
        batch.transfer_on,
        batch.count,
        batch.total,
        BatchState(batch.state),
        word,
        memo,
        names.get(batch.made_by, "不明"),
        batch.made_by,
        announcements.of_batch(session, batch) if batch.state in announcements.TOLD else None,
        bank_calendar.cut_off(desk.programme, batch.transfer_on) if batch.state in _AT_HOME and batch.method == _TRANSFER else None,
    )


def _failed(session: Session, on: date, programme: Programme) -> tuple[FailedRow, ...]:
    """The newest attempt of a benefit that failed and has not been put in another batch."""
    newest = select(func.max(Payment.id)).where(Payment.state != PaymentState.CANCELLED.value).group_by(Payment.judgment_id)
    rows: list[FailedRow] = []
    for payment in session.scalars(
        select(Payment).where(Payment.id.in_(newest), Payment.state == PaymentState.FAILED.value).order_by(Payment.id)
    ):
        case = case_of(session, payment.case_id)
        judgment = session.get_one(JudgmentRecord, payment.judgment_id)
        rows.append(
            FailedRow(
                payment.id,
                case.id,
                case.management_number,
                listed_name(case),
                payment.amount,
                payment.failure or "",
                payables.why_not(session, judgment, case, on, programme) or "次の振込に入れられます。",
            )
        )
    return tuple(rows)


def batch_payments(desk: Desk, batch_id: int) -> tuple[PaymentRow, ...]:
    """The payments of a batch in the order of the file."""
    with desk.look() as session:
        batch_of(session, batch_id)
        rows: list[PaymentRow] = []
        for payment in payments_of(session, batch_id):
            case = case_of(session, payment.case_id)
            rows.append(
                PaymentRow(
                    payment.id,
                    case.management_number,
                    listed_name(case),
                    desk.programme.label(Benefit(payment.benefit)),
                    payment.amount,
                    payment.state if payment.failure is None else f"{payment.state}（{payment.failure}）",
                )
            )
        return tuple(rows)

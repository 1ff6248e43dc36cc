"""The counter of 窓口払い: what the screen shows, the receipts on paper, the cash ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import money_sheets
from kyufu_desktop.documents.money_sheets import CashLine
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import word
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Heir
from kyufu_desktop.models.payment import Batch, CashReceipt, Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import cash, heirs, payables, sent_ledger
from kyufu_desktop.services.bank_data import payments_of
from kyufu_desktop.services.batches import batch_of
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import advance, case_of, listed_name, recipient
from kyufu_desktop.services.payment_events import payment_of
from kyufu_desktop.services.payments import ReadyPayment
from kyufu_desktop.services.session import Desk

#: A list of the counter as screens say it.
BATCH_WORDS: dict[BatchState, str] = {
    BatchState.DRAFTED: "決裁待ち",
    BatchState.APPROVED: "支給待ち",
    BatchState.SETTLED: "支給済",
    BatchState.CANCELLED: "取消",
}


@dataclass(frozen=True, slots=True)
class CashPaymentRow:
    payment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    amount: int
    state: PaymentState
    state_word: str
    receipt: int | None
    """Number of its receipt; None = not printed yet."""
    receiver: str


@dataclass(frozen=True, slots=True)
class CashBatchRow:
    """``paid`` and ``left`` in yen: what was handed over, what still lies in the cash box."""

    batch_id: int
    number: int
    pay_on: date
    count: int
    total: int
    state: BatchState
    state_word: str
    paid: int
    left: int
    over: bool
    """Its day has passed: nothing of it may be handed over any more."""
    made_by_id: int
    payments: tuple[CashPaymentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CashPage:
    ready: tuple[ReadyPayment, ...]
    batches: tuple[CashBatchRow, ...]
    days: tuple[tuple[date, int, int], ...]
    """(day, count, yen) of what was handed over, the newest first."""


def page(desk: Desk) -> CashPage:
    with desk.look() as session:
        candidates = payables.candidates(session)
        cases = cases_with_people(session, dict.fromkeys(judgment.case_id for judgment in candidates))
        ready = [
            ReadyPayment(
                judgment.id,
                judgment.case_id,
                cases[judgment.case_id].management_number,
                listed_name(cases[judgment.case_id]),
                desk.programme.label(Benefit(judgment.benefit)),
                judgment.amount,
            )
            for judgment in candidates
            if isinstance(payables.payable(session, judgment, desk.today(), desk.programme, PayMethod.CASH), payables.Payable)
        ]
        found = session.scalars(select(Batch).where(Batch.method == PayMethod.CASH.value).order_by(Batch.number.desc())).all()
        days = session.execute(
            select(CashReceipt.paid_on, func.count(), func.sum(Payment.amount))
            .join(Payment, Payment.id == CashReceipt.payment_id)
            .where(CashReceipt.paid_on.is_not(None))
            .group_by(CashReceipt.paid_on)
            .order_by(CashReceipt.paid_on.desc())
        )
        return CashPage(
            tuple(ready),
            tuple(_batch_row(desk, session, batch) for batch in found),
            tuple((day, count, int(total)) for day, count, total in days if day is not None),
        )


def _batch_row(desk: Desk, session: Session, batch: Batch) -> CashBatchRow:
    payments = payments_of(session, batch.id)
    left = sum(payment.amount for payment in payments if payment.state == PaymentState.IN_BATCH.value)
    state = BatchState(batch.state)
    return CashBatchRow(
        batch.id,
        batch.number,
        batch.transfer_on,
        batch.count,
        batch.total,
        state,
        BATCH_WORDS.get(state, state.value),
        sum(payment.amount for payment in payments if payment.state == PaymentState.PAID.value),
        left,
        batch.transfer_on < desk.today() and left > 0,
        batch.made_by,
        tuple(_payment_row(session, payment) for payment in payments),
    )


def _payment_row(session: Session, payment: Payment) -> CashPaymentRow:
    receipt = session.scalar(select(CashReceipt).where(CashReceipt.payment_id == payment.id))
    case = case_of(session, payment.case_id)
    state = PaymentState(payment.state)
    return CashPaymentRow(
        payment.id,
        case.id,
        case.management_number,
        listed_name(case),
        payment.amount,
        state,
        word(state, PayMethod.CASH),
        receipt.number if receipt is not None and receipt.voided_at is None else None,
        cash.RECEIVERS.get(receipt.receiver or "", "") if receipt is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Two copies, each a PDF of its own. ``again``: the number was printed before, on paper that is torn up now."""

    number: int
    theirs: bytes = field(repr=False)
    ours: bytes = field(repr=False)
    again: bool = False


def receipt(desk: Desk, payment_id: int) -> Receipt:
    """領収書 of a payment of an approved list. Its number belongs to this payment for ever and is never given to another.

    Raises Conflict K-1755 (not approved, paid or taken out), K-1758 (its day has passed).
    """
    with desk.work(Act.RECEIPT_PRINTED) as unit:
        session = unit.session
        payment = payment_of(session, payment_id)
        batch = batch_of(session, payment.batch_id, BatchState.APPROVED)
        if batch.method != PayMethod.CASH.value or payment.state != PaymentState.IN_BATCH.value:
            raise Conflict("K-1755", "窓口で支給を待っている支払ではありません。", todo="一覧を読み直してください。")
        if batch.transfer_on < desk.today():
            raise Conflict("K-1758", "支給日を過ぎています。", todo="受け取りのなかったものを、回から外してください。")
        sent_ledger.require_fitting(desk, session)
        kept = session.scalar(select(CashReceipt).where(CashReceipt.payment_id == payment.id))
        again = kept is not None
        if kept is None:
            number = max(session.scalar(select(func.max(CashReceipt.number))) or 0, sent_ledger.highest(desk).receipt) + 1
            kept = CashReceipt(payment_id=payment.id, number=number, printed_at=desk.now_text(), printed_by=desk.staff.id)
            session.add(kept)
            session.flush()
        case = case_of(session, payment.case_id)
        account = session.get_one(AccountRecord, payment.account_id)
        heir = session.get(Heir, account.heir_id) if account.heir_id is not None else None
        name = heirs.name_of(desk, case, heir) if heir is not None else recipient(case).name
        theirs, ours = money_sheets.receipt(kept.number, name, payment.amount, desk.today(), practice=desk.practice)
        advance(case, Act.RECEIPT_PRINTED, desk.now_text())
        unit.record(Act.RECEIPT_PRINTED, subject="case", subject_id=case.id, payment=payment.id, receipt=kept.number, again=int(again))
    return Receipt(kept.number, theirs, ours, again)


def printed(made: Receipt) -> Changes:
    """The sentence after the printer took both copies."""
    more = "前に印刷した紙は「無効」と書いて綴ってください。" if made.again else ""
    return Changes(cash.CHANGED, f"領収書 {made.number:06d} を2枚印刷しました。{more}")


def ledger(desk: Desk) -> bytes:
    """現金出納の一覧: every number in order, with both people; a signature that does not hold is said in its line. Recorded."""
    with desk.work(Act.LEDGER_PRINTED) as unit:
        session = unit.session
        names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
        kept = session.scalars(select(CashReceipt).order_by(CashReceipt.number)).all()
        lines = [_line(session, one, names) for one in kept]
        pdf = money_sheets.cash_ledger(lines, desk.today(), practice=desk.practice)
        unit.record(Act.LEDGER_PRINTED, ledger="cash", rows=len(lines))
    return pdf


def _line(session: Session, kept: CashReceipt, names: dict[int, str]) -> CashLine:
    payment = session.get_one(Payment, kept.payment_id)
    remark = ""
    if kept.voided_at is not None:
        remark = f"無効（{kept.voided_reason}）"
    elif kept.paid_on is not None and not cash.signed(session, kept):
        remark = "署名が合いません"
    return CashLine(
        kept.number,
        kept.paid_on,
        case_of(session, payment.case_id).management_number,
        payment.amount,
        cash.RECEIVERS.get(kept.receiver or "", ""),
        names.get(kept.payer_id or 0, ""),
        names.get(kept.witness_id or 0, ""),
        remark,
    )

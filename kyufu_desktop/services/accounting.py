"""The accounting office's list of payments (会計への支払明細) of a period, sealed like every file that leaves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.exchange import accounting_file
from kyufu_desktop.exchange.accounting_file import AccountingRow
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services import exports
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Outgoing, next_number
from kyufu_desktop.services.session import Desk, require

#: Batches of which money is on its way or has arrived.
_LEFT = (BatchState.SENT.value, BatchState.SETTLED.value, BatchState.PARTLY_FAILED.value)


def make(desk: Desk, first: date, last: date, medium: str, progress: Progress) -> Outgoing:
    """Every transfer and every payment at the counter whose day lies in the period, both ends included, once its batch has left.

    Raises InputProblem K-1562 (the period ends before it begins), Conflict K-1563 (nothing in it), CustodyProblem K-1561.
    """
    require(desk.staff, Act.ACCOUNTING_WRITTEN)
    if last < first:
        raise InputProblem("K-1562", "last", "期間の終わりが、初めより前です。", todo="日を入れ直してください。")
    with desk.look() as session:
        query = (
            select(Payment, Batch)
            .join(Batch, Batch.id == Payment.batch_id)
            .where(
                Batch.transfer_on >= first,
                Batch.transfer_on <= last,
                Batch.state.in_(_LEFT),
                Payment.state != PaymentState.CANCELLED.value,
            )
            .order_by(Batch.number, Payment.id)
        )
        rows = [_row(desk, payment, batch) for payment, batch in session.execute(query)]
        number = next_number(session, ExportKind.ACCOUNTING)
    if not rows:
        raise Conflict("K-1563", "この期間に、渡した支払はありません。", kept="何も書き出していません。", todo="期間を確かめてください。")
    progress(1, 3)
    plain = accounting_file.accounting_workbook(rows, first, last, created_on=desk.today(), practice=desk.practice)
    total = sum(row.amount for row in rows)
    accounting_file.require_agreeing(plain, len(rows), total)
    progress(2, 3)
    return exports.sealed(ExportKind.ACCOUNTING, number, plain, len(rows), total, medium, None, progress)


def _row(desk: Desk, payment: Payment, batch: Batch) -> AccountingRow:
    return AccountingRow(
        batch_number=batch.number,
        transfer_on=batch.transfer_on,
        reference=payment.reference,
        benefit_word=desk.programme.label(Benefit(payment.benefit)),
        amount=payment.amount,
        result=payment.state,
        failure=payment.failure or "",
        paid_on=payment.paid_on,
    )

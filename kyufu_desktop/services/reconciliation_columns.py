"""The columns that must come to the same, each added up from its own table by its own query; none is computed from another.

What was signed stands in the batch, what was decided in the judgments, what the bank gets in the bytes, what became of it in the payments,
what left in the ledger, what the host was told in the marks of the status workbooks.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.payment import OCCUPYING, BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.exchange import zengin
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, CashReceipt, Payment, PaymentEvent
from kyufu_desktop.services import cash
from kyufu_desktop.services.bank_data import encode_batch, payments_of

_CANCELLED = PaymentState.CANCELLED.value


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and yen."""

    count: int = 0
    yen: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.count + other.count, self.yen + other.yen)

    def __sub__(self, other: Sum) -> Sum:
        return Sum(self.count - other.count, self.yen - other.yen)


def total_of(sums: object) -> Sum:
    """All of them together; ``sums`` is any iterable of :class:`Sum`."""
    return sum(sums, Sum())  # type: ignore[call-overload,no-any-return]


def signed(session: Session) -> dict[int, Sum]:
    """Batch -> count and total as the batch has them; cancelled batches are not there."""
    rows = session.execute(select(Batch.id, Batch.count, Batch.total).where(Batch.state != BatchState.CANCELLED.value))
    return {batch_id: Sum(count, total) for batch_id, count, total in rows}


def under_signature(session: Session) -> dict[int, Sum]:
    """Batch -> count and total in the payload that the second person signed; absent where nobody has signed."""
    rows = session.execute(select(Batch.id, Signature.payload).join(Signature, Signature.id == Batch.signature_id))
    said = {batch_id: json.loads(payload) for batch_id, payload in rows}
    return {batch_id: Sum(int(facts["count"]), int(facts["total"])) for batch_id, facts in said.items()}


def decided(session: Session) -> dict[int, Sum]:
    """Batch -> the judgments that its attempts pay, with the amounts of the judgments."""
    query = (
        select(Payment.batch_id, func.count(JudgmentRecord.id), func.sum(JudgmentRecord.amount))
        .join(JudgmentRecord, JudgmentRecord.id == Payment.judgment_id)
        .where(Payment.state != _CANCELLED)
        .group_by(Payment.batch_id)
    )
    return {batch_id: Sum(count, int(yen or 0)) for batch_id, count, yen in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Bytes:
    """What the bank file, or the list of the counter, holds when it is made again. ``same``: its digest is the one that was approved."""

    sum: Sum
    same: bool


def encoded(session: Session, settings: BankSettings) -> dict[int, Bytes]:
    """Batch -> count and total read from the bytes, made again from the accounts and amounts that the payments keep."""
    found: dict[int, Bytes] = {}
    for batch in session.scalars(select(Batch).where(Batch.state != BatchState.CANCELLED.value)):
        payments = [payment for payment in payments_of(session, batch.id) if payment.state != _CANCELLED]
        counter = batch.method == PayMethod.CASH.value
        try:
            data = encode_batch(settings, batch, sorted(payments + (_left_behind(session, batch) if counter else []), key=_by_id))
            every = Sum(len(payments), sum(payment.amount for payment in payments)) if counter else Sum(*zengin.totals(data))
            found[batch.id] = Bytes(every, hashlib.sha256(data).hexdigest() == batch.sha256)
        except (UserError, ValueError):
            # Bytes that cannot be made any more are certainly not those that were approved.
            found[batch.id] = Bytes(Sum(), False)
    return found


def _by_id(payment: Payment) -> int:
    return payment.id


def _left_behind(session: Session, batch: Batch) -> list[Payment]:
    """What nobody came for: it stood in the list that was approved and was taken out at the counter afterwards."""
    taken = select(PaymentEvent.payment_id).where(PaymentEvent.source == EventSource.COUNTER.value, PaymentEvent.state == _CANCELLED)
    return list(session.scalars(select(Payment).where(Payment.batch_id == batch.id, Payment.id.in_(taken))))


def by_state(session: Session) -> dict[int, dict[PaymentState, Sum]]:
    """Batch -> state of the attempts -> how many, how much."""
    query = select(Payment.batch_id, Payment.state, func.count(), func.sum(Payment.amount)).group_by(Payment.batch_id, Payment.state)
    found: dict[int, dict[PaymentState, Sum]] = defaultdict(dict)
    for batch_id, state, count, yen in session.execute(query):
        found[batch_id][PaymentState(state)] = Sum(count, int(yen))
    return dict(found)


def contradicted(session: Session) -> dict[int, Sum]:
    """Batch -> attempts whose state says something else than their day, their reason or the last that was entered about them."""
    last = select(func.max(PaymentEvent.id)).group_by(PaymentEvent.payment_id)
    events = dict(session.execute(select(PaymentEvent.payment_id, PaymentEvent.state).where(PaymentEvent.id.in_(last))).all())
    found: dict[int, Sum] = {}
    columns = (Payment.id, Payment.batch_id, Payment.state, Payment.amount, Payment.paid_on, Payment.failure, Payment.result_at)
    for payment_id, batch_id, state, amount, paid_on, failure, result_at in session.execute(select(*columns)):
        before = state in (PaymentState.IN_BATCH.value, PaymentState.SENT.value)
        wrong = (
            (state == PaymentState.PAID.value and (paid_on is None or failure is not None))
            or (state == PaymentState.FAILED.value and failure is None)
            or (before and result_at is not None)
            or (state != _CANCELLED and events.get(payment_id, state) != state)
        )
        if wrong:
            found[batch_id] = found.get(batch_id, Sum()) + Sum(1, amount)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A file in the ledger. ``digest`` is its short digest; ``recorded``: the log of acts holds the same rows, total and digest."""

    sum: Sum
    digest: str
    recorded: bool


def ledger(session: Session) -> dict[int, Line]:
    """Batch -> the line of its bank file, where one was written, read back and not voided."""
    lines = ledger_lines(session, ExportKind.BANK_FILE, Act.BANK_FILE_WRITTEN)
    pairs = session.execute(select(Batch.id, Batch.export_id).where(Batch.export_id.is_not(None)))
    return {batch_id: lines[export_id] for batch_id, export_id in pairs if export_id in lines}


def receipts(session: Session) -> dict[int, Line]:
    """Batch of the counter -> its receipts of money that was handed over. ``recorded``: two people have signed every one of them."""
    query = (
        select(Payment.batch_id, Payment.amount, CashReceipt)
        .join(CashReceipt, CashReceipt.payment_id == Payment.id)
        .where(CashReceipt.paid_on.is_not(None))
    )
    found: dict[int, Line] = {}
    for batch_id, amount, receipt in session.execute(query):
        line = found.get(batch_id, Line(Sum(), "領収書", True))
        found[batch_id] = Line(line.sum + Sum(1, amount), line.digest, line.recorded and cash.signed(session, receipt))
    return found


def stray(session: Session) -> list[Sum]:
    """Bank files of the ledger that no batch names."""
    named = select(Batch.export_id).where(Batch.export_id.is_not(None))
    query = select(Export.rows, Export.total).where(_there(ExportKind.BANK_FILE), Export.id.not_in(named))
    return [Sum(rows, total) for rows, total in session.execute(query)]


def ledger_lines(session: Session, kind: ExportKind, act: Act) -> dict[int, Line]:
    """Export id -> line, for the files of a kind."""
    written: dict[int, tuple[int, int, str]] = {}
    for text in session.scalars(select(AuditEntry.detail).where(AuditEntry.act == act.value).order_by(AuditEntry.seq)):
        said = json.loads(text)
        if "export" in said:
            written[int(said["export"])] = (int(said["rows"]), int(said["total"]), str(said["sha256"]))
    return {
        line.id: Line(Sum(line.rows, line.total), line.sha256[:8], written.get(line.id) == (line.rows, line.total, line.sha256))
        for line in session.scalars(select(Export).where(_there(kind)))
    }


def _there(kind: ExportKind) -> ColumnElement[bool]:
    return (Export.kind == kind.value) & Export.read_back_at.is_not(None) & Export.voided_at.is_(None)


def told(session: Session) -> dict[int, dict[PaymentState, Sum]]:
    """Batch -> state -> attempts that a status workbook of the ledger told the host of."""
    workbooks = select(Export.id).where(_there(ExportKind.HOST_STATUS))
    query = (
        select(Payment.batch_id, Payment.state, func.count(), func.sum(Payment.amount))
        .where(Payment.reported_export_id.in_(workbooks))
        .group_by(Payment.batch_id, Payment.state)
    )
    found: dict[int, dict[PaymentState, Sum]] = defaultdict(dict)
    for batch_id, state, count, yen in session.execute(query):
        found[batch_id][PaymentState(state)] = Sum(count, int(yen))
    return dict(found)


def marked_nowhere(session: Session) -> dict[int, Sum]:
    """Batch -> attempts that are marked as told by something that is no status workbook of the ledger."""
    workbooks = select(Export.id).where(_there(ExportKind.HOST_STATUS))
    query = (
        select(Payment.batch_id, func.count(), func.sum(Payment.amount))
        .where(Payment.reported_export_id.is_not(None), Payment.reported_export_id.not_in(workbooks))
        .group_by(Payment.batch_id)
    )
    return {batch_id: Sum(count, int(yen)) for batch_id, count, yen in session.execute(query)}


def came_back_untold(session: Session) -> Sum:
    """What the newest status workbook told as paid and what has come back since: the host hears of it with the next one."""
    made_at = session.scalar(select(Export.made_at).where(_there(ExportKind.HOST_STATUS)).order_by(Export.id.desc()).limit(1))
    if made_at is None:
        return Sum()
    told_as_paid = select(PaymentEvent.payment_id).where(PaymentEvent.state == PaymentState.PAID.value, PaymentEvent.entered_at <= made_at)
    back = sorted(state.value for state in frozenset(PaymentState) - OCCUPYING - {PaymentState.CANCELLED})
    count, yen = session.execute(
        select(func.count(), func.sum(Payment.amount)).where(
            Payment.state.in_(back), Payment.reported_export_id.is_(None), Payment.id.in_(told_as_paid)
        )
    ).one()
    return Sum(count, int(yen or 0))


def last_status(session: Session) -> Line | None:
    """The newest status workbook that left: its total is what the host believes to be paid."""
    lines = ledger_lines(session, ExportKind.HOST_STATUS, Act.STATUS_WRITTEN)
    return lines[max(lines)] if lines else None

"""The bytes of a batch, made again from its payments whenever they are needed, and the second persons' signatures behind them.

The file is kept nowhere: what was approved is known by its SHA-256, and whatever changes between approval and writing changes the digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod, Transfer
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.exchange import banks, zengin
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security import approval
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.services.judgment_rows import APPROVED, digest_of

KIND = "batch"


def payments_of(session: Session, batch_id: int) -> list[Payment]:
    """The payments of a batch in the order of the file, without those that were taken out of it; all of one that was cancelled."""
    query = select(Payment).join(Batch, Batch.id == Payment.batch_id).where(Payment.batch_id == batch_id, _in_file())
    return list(session.scalars(query.order_by(Payment.id)))


def _in_file() -> ColumnElement[bool]:
    return or_(Payment.state != PaymentState.CANCELLED.value, Batch.state == BatchState.CANCELLED.value)


def encode_batch(settings: BankSettings, batch: Batch, payments: Sequence[Payment]) -> bytes:
    """The bank file of a batch, from the snapshots that its payments keep: a newer list of banks changes nothing in it.

    Of 窓口払い the list that is approved instead of a file.
    """
    if batch.method == PayMethod.CASH.value:
        return cash_list(batch, payments)
    return zengin.encode(
        settings,
        [
            Transfer(
                reference=payment.reference,
                account=BankAccount(payment.bank, payment.branch, payment.kind, payment.number, payment.holder),
                bank_kana=bank_kana,
                branch_kana=branch_kana,
                amount=payment.amount,
                first=payment.attempt == 1,
            )
            for payment in payments
            for bank_kana, branch_kana in (_place(payment),)
        ],
        batch.transfer_on,
    )


def _place(payment: Payment) -> tuple[str, str]:
    """Bank and branch in kana, as they were when the payment was made; older payments kept none and take the program's own list."""
    if payment.bank_kana is not None and payment.branch_kana is not None:
        return payment.bank_kana, payment.branch_kana
    known = banks.packaged()
    return known.bank_kana(payment.bank), known.branch_kana(payment.bank, payment.branch)


def cash_list(batch: Batch, payments: Sequence[Payment]) -> bytes:
    """What is approved of a list of the counter: its day and, for each payment, number, decision, person entitled, way and sum."""
    rows = [[payment.reference, payment.judgment_id, payment.entitlement, payment.account_id, payment.amount] for payment in payments]
    return canonical({"method": batch.method, "number": batch.number, "on": batch.transfer_on.isoformat(), "rows": rows})


def unchanged(settings: BankSettings, session: Session, batch: Batch) -> bytes | None:
    """The bytes, if they are still those whose digest the batch keeps and count and total agree; else None."""
    payments = payments_of(session, batch.id)
    data = encode_batch(settings, batch, payments)
    # A bank file carries its sums in the trailer; the list of the counter has none.
    cash = batch.method == PayMethod.CASH.value
    sums = (len(payments), sum(payment.amount for payment in payments)) if cash else zengin.totals(data)
    if hashlib.sha256(data).hexdigest() != batch.sha256 or sums != (batch.count, batch.total):
        return None
    return data


def receipt_digest(receipt: int, payment_id: int, amount: int, receiver: str) -> str:
    """SHA-256 of what both people at the counter sign: number of the receipt, payment, yen, and who received (SELF, PROXY, HEIR)."""
    said = {"receipt": receipt, "payment": payment_id, "amount": amount, "receiver": receiver}
    return hashlib.sha256(canonical(said)).hexdigest()


def statement_of(batch: Batch, generation: int, seq: int) -> Statement:
    """What the second person signs. ``seq`` is the audit entry of the approval, so that an approval serves once."""
    return Statement(KIND, batch.count, batch.total, batch.sha256, generation, seq)


def verify_signature(session: Session, batch: Batch) -> bool:
    """Whether the approval kept with the batch is a signature of another person over what the batch is now.

    The decision behind every payment of it must hold as well: see :func:`decided`.
    """
    kept = session.get(Signature, batch.signature_id) if batch.signature_id is not None else None
    if kept is None or kept.act != Act.BATCH_APPROVED.value or (kept.subject, kept.subject_id) != (KIND, batch.id):
        return False
    signer = session.get(StaffMember, kept.signer_id)
    if signer is None or signer.id == batch.made_by:
        return False
    said = json.loads(kept.payload)
    statement = statement_of(batch, int(said["generation"]), int(said["seq"]))
    if statement.payload().decode("utf-8") != kept.payload or not approval.verify(signer.public_key, statement, kept.signature):
        return False
    return decisions_stand(session, batch.id)


def decisions_stand(session: Session, batch_id: int) -> bool:
    """Whether every payment of the batch still rests on a decision in force: none voided by a changed fact, none withdrawn."""
    return all(decided(*row) for row in _decisions(session, batch_id))


def _decisions(session: Session, batch_id: int) -> list[tuple[Payment, JudgmentRecord, Signature | None, StaffMember | None]]:
    query = (
        select(Payment, JudgmentRecord, Signature, StaffMember)
        .join(JudgmentRecord, JudgmentRecord.id == Payment.judgment_id)
        .outerjoin(Signature, Signature.id == JudgmentRecord.signature_id)
        .outerjoin(StaffMember, StaffMember.id == Signature.signer_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Payment.batch_id == batch_id, _in_file())
    )
    return [(payment, judgment, kept, signer) for payment, judgment, kept, signer in session.execute(query)]


def decided(payment: Payment, judgment: JudgmentRecord, kept: Signature | None, signer: StaffMember | None) -> bool:
    """Whether ``payment`` pays what another person than the drafter has signed, and the judgment still says exactly that.

    The word 決裁済 in the file is not enough: whoever could write to the file past the program could write it there.
    """
    if kept is None or signer is None or signer.id == judgment.drafted_by or judgment.state != APPROVED:
        return False
    if (payment.case_id, payment.amount) != (judgment.case_id, judgment.amount) or kept.act != Act.JUDGMENT_APPROVED.value:
        return False
    if kept.digest != judgment.digest or digest_of(judgment) != judgment.digest:
        return False
    said = json.loads(kept.payload)
    statement = Statement("judgment", 1, judgment.amount, judgment.digest, int(said["generation"]), int(said["seq"]))
    return statement.payload().decode("utf-8") == kept.payload and approval.verify(signer.public_key, statement, kept.signature)

"""窓口払い: a list of cash payments for one day, approved like a bank file, and each handed over before two people who both sign.

Until the money is in the receiver's hand the payment is 振込準備 and can be taken out again; afterwards it is paid and never called back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.payment import Batch, CashReceipt, Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security import approval
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.services import batches, collation_state, payables, receivers, sent_blocks, sent_ledger
from kyufu_desktop.services.bank_data import payments_of, receipt_digest, unchanged, verify_signature
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.payment_events import Step, move, payment_of
from kyufu_desktop.services.proxies import live_proxy
from kyufu_desktop.services.session import Desk, Second, require_known
from kyufu_desktop.services.signatures import keep_signature

CHANGED = Kind.PAYMENTS | Kind.CASES | Kind.AUDIT
#: What a signature of the counter is over.
KIND = "cash"
RECEIVERS: dict[str, str] = {receivers.SELF: "本人", receivers.PROXY: "代理人", receivers.HEIR: "相続人"}
#: Document that shows who the receiver is -> words. One with a photograph, or two without.
IDENTITIES: dict[str, str] = {
    "LICENCE": "運転免許証",
    "CARD": "個人番号カード（表の面だけ）",
    "PASSPORT": "旅券",
    "RESIDENCE": "在留カード",
    "DISABILITY": "障害者手帳",
    "TWO_OTHERS": "写真のない書類2点",
}


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who stands at the counter. ``receiver`` and ``identity`` are codes of the tables above."""

    receiver: str
    identity: str


def _cash_batch(session: Session, batch_id: int, *allowed: BatchState) -> Batch:
    batch = batches.batch_of(session, batch_id, *allowed)
    if batch.method != PayMethod.CASH.value:
        raise Conflict("K-1997", "窓口払いの回ではありません。", todo="一覧を読み直してください。")
    return batch


def hand_over(desk: Desk, payment_id: int, given: HandOver, witness: Second) -> Changes:
    """The money is in the receiver's hand: who pays (at the desk) and who stands by both sign, and the payment is paid.

    Everything is asked once more: the approval, the decision, evidence, collation, who may receive, and whether a later state of the vault
    has paid it already. What was handed over is entered in the ledger of what left, which a backup that is put back does not take away.
    Stopped between the two the vault knows more than the ledger: no money moves until two officers have made the ledger anew.

    Raises InputProblem K-1998 (receiver, identity), Conflict K-1944 (older vault), K-1752/K-1759/K-1999 (no receipt), K-1758 (its day has
    passed), NotAllowed K-1988 (the same person twice), CustodyProblem K-1945.
    """
    if given.receiver not in RECEIVERS or given.identity not in IDENTITIES:
        raise InputProblem("K-1998", "identity", "受け取る方か、本人確認書類を選んでいません。", todo="書類を見て、選んでください。")
    with desk.work(Act.CASH_PAID, witness) as unit:
        session, payer = unit.session, Second(desk.staff, desk.signer)
        # Both sign: the one at the desk is looked up in the file as well, not only the one who stands by.
        require_known(session, payer)
        sent_ledger.require_fitting(desk, session)
        if not may_verify(Act.CASH_PAID, desk.staff.id, witness.staff):
            raise NotAllowed("K-1988", "支払う人と立ち会う人が同じです。", todo="別の取扱者に立ち会ってもらってください。")
        payment = payment_of(session, payment_id)
        batch = _cash_batch(session, payment.batch_id, BatchState.APPROVED)
        receipt = session.scalar(select(CashReceipt).where(CashReceipt.payment_id == payment.id, CashReceipt.voided_at.is_(None)))
        if receipt is None:
            raise Conflict("K-1999", "領収書をまだ印刷していません。", todo="領収書を印刷してから支給してください。")
        if batch.transfer_on < desk.today():
            raise Conflict("K-1758", "支給日を過ぎています。", todo="受け取りのなかったものを、回から外してください。")
        _require_payable(desk, session, batch, payment, given.receiver)
        digest = receipt_digest(receipt.number, payment.id, payment.amount, given.receiver)
        statement = Statement(KIND, 1, payment.amount, digest, desk.vault.generation, unit.next_seq)
        of = (Act.CASH_PAID, KIND, receipt.id)
        receipt.payer_signature_id = keep_signature(desk, unit, statement, payer, of).id
        receipt.witness_signature_id = keep_signature(desk, unit, statement, witness, of).id
        receipt.paid_on, receipt.receiver, receipt.identity = desk.today(), given.receiver, given.identity
        receipt.payer_id, receipt.witness_id = desk.staff.id, witness.staff.id
        move(desk, unit, payment, Step(PaymentState.PAID, desk.today(), EventSource.COUNTER), witness)
        _after(session, batch)
        case = case_of(session, payment.case_id)
        if case.status == CaseStatus.PAYMENT_PREPARED.value and not batches.under_way(session, case.id):
            advance(case, Act.CASH_PAID, desk.now_text())
        unit.record(
            Act.CASH_PAID, subject="case", subject_id=case.id,
            payment=payment.id, receipt=receipt.number, amount=payment.amount, receiver=given.receiver,
        )  # fmt: skip
        entry = sent_ledger.handed_over(desk, session, batch, payment, receipt)
    sent_ledger.enter(desk, entry)
    return Changes(CHANGED, f"領収書 {receipt.number:06d} で {yen(payment.amount)} を支給しました。", (case.id,))


def signed(session: Session, kept: CashReceipt) -> bool:
    """Whether two different people have signed exactly this receipt, payment, amount and receiver."""
    payment = session.get_one(Payment, kept.payment_id)
    digest = receipt_digest(kept.number, payment.id, payment.amount, kept.receiver or "")
    signers: set[int] = set()
    for signature_id, staff_id in ((kept.payer_signature_id, kept.payer_id), (kept.witness_signature_id, kept.witness_id)):
        found = session.get(Signature, signature_id) if signature_id is not None else None
        signer = session.get(StaffMember, staff_id) if staff_id is not None else None
        if found is None or signer is None or found.signer_id != signer.id or found.subject_id != kept.id:
            return False
        statement = _statement(found, payment.amount, digest)
        if statement.payload().decode("utf-8") != found.payload or not approval.verify(signer.public_key, statement, found.signature):
            return False
        signers.add(signer.id)
    return len(signers) == 2


def _statement(found: Signature, amount: int, digest: str) -> Statement:
    said = json.loads(found.payload)
    return Statement(KIND, 1, amount, digest, int(said["generation"]), int(said["seq"]))


def _require_payable(desk: Desk, session: Session, batch: Batch, payment: Payment, receiver: str) -> None:
    if unchanged(desk.programme.bank, session, batch) is None:
        raise batches.changed(batch)
    if not verify_signature(session, batch):
        raise batches.voided(batch)
    on, case = desk.today(), case_of(session, payment.case_id)
    collation_state.require_collated(session, [case.id])
    receivers.require_batch(session, desk.programme, [payment], on)
    why = sent_blocks.SENTENCE if batches.blocked(session, payment) else payables.gone(session, case.id, on)
    account = session.get_one(AccountRecord, payment.account_id)
    heirs_only = account.belongs_to == receivers.HEIR
    if not why and not batches.account_stands(session, payment):
        why = "支払の方法が変わったか、2人目の確かめ直しを待っています。"
    if not why and (receiver == receivers.HEIR) != heirs_only:
        why = "相続人に支給する案件です。" if heirs_only else "相続人に支給する案件ではありません。"
    if not why and receiver == receivers.PROXY:
        proxy = live_proxy(session, case.id, on)
        basis = next((basis for basis in desk.programme.proxies if proxy is not None and basis.code == proxy.basis), None)
        if basis is None or not basis.may_receive:
            why = "受け取ってよい代理人が、確認済になっていません。"
    if why:
        raise Conflict(
            "K-1752",
            f"{case.management_number} は支払えません。{why}",
            kept="現金は渡さないでください。何も記録していません。",
            todo="この案件を確かめてください。",
        )


def _after(session: Session, batch: Batch) -> None:
    """The list is settled once every payment of it was handed over."""
    session.flush()
    if all(payment.state != PaymentState.IN_BATCH.value for payment in payments_of(session, batch.id)):
        batch.state = BatchState.SETTLED.value


def take_out(desk: Desk, batch_id: int, second: Second, reason: str) -> Changes:
    """What nobody came for goes back: 取消, its receipts are void, and it can be put in another list or paid by transfer.

    What was handed over stays paid. Raises InputProblem K-1760, NotAllowed K-1761, Conflict K-1755.
    """
    stated = reason.strip()
    if len(stated) < batches.REASON_LENGTH:
        raise InputProblem("K-1760", "reason", "理由が短すぎます。", todo=f"理由を{batches.REASON_LENGTH}字以上で入力してください。")
    with desk.work(Act.BATCH_CANCELLED, second) as unit:
        session = unit.session
        batch = _cash_batch(session, batch_id, BatchState.DRAFTED, BatchState.APPROVED)
        if not may_verify(Act.BATCH_CANCELLED, batch.made_by, second.staff):
            raise NotAllowed("K-1761", "回を作った人だけでは取り消せません。", todo="別の人と一緒に取り消してください。")
        payments = payments_of(session, batch.id)
        left = [payment for payment in payments if payment.state == PaymentState.IN_BATCH.value]
        paid = [payment for payment in payments if payment.state not in (PaymentState.IN_BATCH.value, PaymentState.CANCELLED.value)]
        receipts: list[int] = []
        for payment in left:
            move(desk, unit, payment, Step(PaymentState.CANCELLED, desk.today(), EventSource.COUNTER, stated), second)
            receipts += batches.void_receipt(session, payment, desk.now_text(), stated)
        # Sums are of what was paid from now on; what was approved stands in the record of the approval.
        if paid:
            batch.count, batch.total = len(paid), sum(payment.amount for payment in paid)
        batch.state = (BatchState.SETTLED if paid else BatchState.CANCELLED).value
        batch.cancelled_reason = stated
        session.flush()
        cases = tuple(dict.fromkeys(payment.case_id for payment in left))
        for case_id in cases:
            case = case_of(session, case_id)
            if case.status == CaseStatus.PAYMENT_PREPARED.value and not batches.under_way(session, case_id):
                advance(case, Act.BATCH_CANCELLED, desk.now_text())
        unit.record(Act.BATCH_CANCELLED, subject="batch", subject_id=batch.id, count=len(left), paid=len(paid), total=batch.total)
    return Changes(CHANGED, f"受け取りのなかった{len(left)}件を外しました。{batches.waste_words(receipts)}", cases)

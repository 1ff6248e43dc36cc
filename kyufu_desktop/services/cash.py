"""窓口払い: a list of cash payments for one day, approved like a bank file, and each handed over before two people who both sign.

Until the money is in the receiver's hand the payment is 振込準備 and can be taken out again; afterwards it is paid and never called back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, CashReceipt, Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.services import batches, collation_state, payables, receivers
from kyufu_desktop.services.bank_data import KIND as BATCH_KIND
from kyufu_desktop.services.bank_data import encode_batch, payments_of, statement_of, verify_signature
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.payment_events import Step, move, payment_of
from kyufu_desktop.services.proxies import live_proxy
from kyufu_desktop.services.session import Desk, Second

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


def make(desk: Desk, judgment_ids: tuple[int, ...], pay_on: date) -> tuple[Changes, int]:
    """A list of cash payments for ``pay_on`` (today or later), of cases whose confirmed way to pay is cash. Returns the batch id.

    Raises InputProblem K-1750/K-1051, Conflict K-1752/K-1753.
    """
    if not judgment_ids:
        raise InputProblem("K-1750", "judgments", "窓口払いに入れる給付を選んでいません。", todo="一覧から選んでください。")
    if pay_on < desk.today():
        raise InputProblem("K-1051", "pay_on", "支給日が、今日より前の日です。", todo="日を選び直してください。")
    with desk.work(Act.BATCH_MADE) as unit:
        session = unit.session
        taken = [_take(desk, session, judgment_id) for judgment_id in dict.fromkeys(judgment_ids)]
        receivers.require(session, desk.programme, [(item.judgment, item.case, item.account) for item in taken], desk.today())
        _check_ceilings(desk, [item.judgment.amount for item in taken])
        batch = Batch(
            number=(session.scalar(select(func.max(Batch.number))) or 0) + 1,
            method=PayMethod.CASH.value,
            transfer_on=pay_on,
            count=len(taken),
            total=sum(item.judgment.amount for item in taken),
            sha256="",
            state=BatchState.DRAFTED.value,
            made_at=desk.now_text(),
            made_by=desk.staff.id,
        )
        session.add(batch)
        session.flush()
        payments = [batches.add_payment(session, batch, item) for item in taken]
        for case in {item.case.id: item.case for item in taken}.values():
            if case.status == CaseStatus.REVIEWED.value:
                advance(case, Act.BATCH_MADE, desk.now_text())
        batch.sha256 = hashlib.sha256(encode_batch(desk.programme.bank, batch, payments)).hexdigest()
        unit.record(
            Act.BATCH_MADE, subject="batch", subject_id=batch.id,
            number=batch.number, count=batch.count, total=batch.total, sha256=batch.sha256, method=batch.method,
        )  # fmt: skip
        cases = tuple(dict.fromkeys(item.case.id for item in taken))
    return Changes(CHANGED, f"窓口払い 第{batch.number}号を作りました。{batch.count}件・{yen(batch.total)}です。", cases), batch.id


def _check_ceilings(desk: Desk, amounts: list[int]) -> None:
    programme = desk.programme
    if max(amounts) > programme.payment_ceiling:
        raise Conflict("K-1055", f"1件の上限 {programme.payment_ceiling:,}円 を超えるものがあります。", todo="判定を確かめてください。")
    if sum(amounts) > programme.batch_ceiling:
        raise Conflict("K-1056", f"1回の上限 {programme.batch_ceiling:,}円 を超えます。", todo="2回に分けてください。")


def _take(desk: Desk, session: Session, judgment_id: int) -> payables.Payable:
    judgment = session.get(JudgmentRecord, judgment_id)
    if judgment is None:
        raise Conflict("K-1751", "この判定は保管庫にありません。", todo="一覧を読み直してください。")
    found = payables.payable(session, judgment, desk.today(), desk.programme, PayMethod.CASH)
    if isinstance(found, str):
        number = case_of(session, judgment.case_id).management_number
        raise Conflict(
            "K-1752",
            f"{number} は窓口払いに入れられません。{found}",
            kept="窓口払いの回は作っていません。",
            todo="一覧を読み直してください。",
        )
    return found


def _cash_batch(session: Session, batch_id: int, *allowed: BatchState) -> Batch:
    batch = batches.batch_of(session, batch_id, *allowed)
    if batch.method != PayMethod.CASH.value:
        raise Conflict("K-1997", "窓口払いの回ではありません。", todo="一覧を読み直してください。")
    return batch


def approve(desk: Desk, batch_id: int, typed_count: int, typed_total: int, second: Second) -> Changes:
    """The second person signs count, total and SHA-256 of the list; both numbers are typed from the paper (InputProblem K-1757)."""
    with desk.work(Act.BATCH_APPROVED, second) as unit:
        session = unit.session
        batch = _cash_batch(session, batch_id, BatchState.DRAFTED)
        if not may_verify(Act.BATCH_APPROVED, batch.made_by, second.staff):
            raise NotAllowed("K-1756", "窓口払いの回を作った人は決裁できません。", todo="別の取扱責任者が決裁してください。")
        for name, typed, real, word in (
            ("typed_count", typed_count, batch.count, "件数"),
            ("typed_total", typed_total, batch.total, "合計"),
        ):
            if typed != real:
                raise InputProblem("K-1757", name, f"入力した{word}が、一覧の{word}と違います。", todo="紙を見て入力し直してください。")
        if batch.transfer_on < desk.today():
            raise Conflict("K-1758", "支給日を過ぎています。", todo="回を取り消し、新しい支給日で作ってください。")
        _require_unchanged(desk, session, batch)
        batches.require_entitled(session, batch, desk.today())
        batches.require_collated(session, batch)
        receivers.require_batch(session, desk.programme, payments_of(session, batch.id), desk.today())
        statement = statement_of(batch, desk.vault.generation, unit.next_seq)
        signature = _sign(desk, unit, statement, second, (Act.BATCH_APPROVED, BATCH_KIND, batch.id))
        batch.signature_id = signature.id
        batch.approved_at, batch.approved_by = desk.now_text(), second.staff.id
        batch.state = BatchState.APPROVED.value
        unit.record(Act.BATCH_APPROVED, subject="batch", subject_id=batch.id, count=batch.count, total=batch.total, sha256=batch.sha256)
    return Changes(CHANGED, f"窓口払い 第{batch.number}号を決裁しました。領収書を印刷できます。")


def _require_unchanged(desk: Desk, session: Session, batch: Batch) -> None:
    payments = payments_of(session, batch.id)
    data = encode_batch(desk.programme.bank, batch, payments)
    sums = (len(payments), sum(payment.amount for payment in payments))
    if hashlib.sha256(data).hexdigest() != batch.sha256 or sums != (batch.count, batch.total):
        raise batches.changed(batch)


def _sign(desk: Desk, unit: UnitOfWork, statement: Statement, by: Second, of: tuple[Act, str, int]) -> Signature:
    act, subject, subject_id = of
    signature = Signature(
        act=act.value,
        subject=subject,
        subject_id=subject_id,
        digest=statement.sha256,
        payload=statement.payload().decode("utf-8"),
        signer_id=by.staff.id,
        signature=by.signer.sign(statement),
        signed_at=desk.now_text(),
    )
    unit.session.add(signature)
    unit.session.flush()
    return signature


def digest_of(receipt: int, payment_id: int, amount: int, receiver: str) -> str:
    """SHA-256 of what both people at the counter sign."""
    said = {"receipt": receipt, "payment": payment_id, "amount": amount, "receiver": receiver}
    return hashlib.sha256(canonical(said)).hexdigest()


def hand_over(desk: Desk, payment_id: int, given: HandOver, witness: Second) -> Changes:
    """The money is in the receiver's hand: who pays (at the desk) and who stands by both sign, and the payment is paid.

    Everything is asked once more: the approval, the decision, evidence, collation, who may receive. Raises InputProblem K-1998 (receiver,
    identity), Conflict K-1752/K-1759/K-1999 (no receipt), K-1758 (its day has passed), NotAllowed K-1988 (the same person twice).
    """
    if given.receiver not in RECEIVERS or given.identity not in IDENTITIES:
        raise InputProblem("K-1998", "identity", "受け取る方か、本人確認書類を選んでいません。", todo="書類を見て、選んでください。")
    with desk.work(Act.CASH_PAID, witness) as unit:
        session = unit.session
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
        digest = digest_of(receipt.number, payment.id, payment.amount, given.receiver)
        statement = Statement(KIND, 1, payment.amount, digest, desk.vault.generation, unit.next_seq)
        of = (Act.CASH_PAID, KIND, receipt.id)
        receipt.payer_signature_id = _sign(desk, unit, statement, Second(desk.staff, desk.signer), of).id
        receipt.witness_signature_id = _sign(desk, unit, statement, witness, of).id
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
    return Changes(CHANGED, f"領収書 {receipt.number:06d} で {yen(payment.amount)} を支給しました。", (case.id,))


def _require_payable(desk: Desk, session: Session, batch: Batch, payment: Payment, receiver: str) -> None:
    _require_unchanged(desk, session, batch)
    if not verify_signature(session, batch):
        raise batches.voided(batch)
    on, case = desk.today(), case_of(session, payment.case_id)
    collation_state.require_collated(session, [case.id])
    receivers.require_batch(session, desk.programme, [payment], on)
    why = payables.gone(session, case.id, on)
    account = session.get_one(AccountRecord, payment.account_id)
    heirs_only = account.belongs_to == receivers.HEIR
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
        for payment in left:
            move(desk, unit, payment, Step(PaymentState.CANCELLED, desk.today(), EventSource.COUNTER, stated), second)
            receipt = session.scalar(select(CashReceipt).where(CashReceipt.payment_id == payment.id))
            if receipt is not None:
                receipt.voided_at, receipt.voided_reason = desk.now_text(), stated
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
    return Changes(CHANGED, f"受け取りのなかった{len(left)}件を外しました。領収書は無効です。", cases)

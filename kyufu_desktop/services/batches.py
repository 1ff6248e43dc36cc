"""Batches (振込の回): made from what is ready, approved over the exact bytes by a second person, cancelled before the file leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.payment import BatchState, Due, PaymentState, PayMethod, check_batch, check_counter_day, check_day
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.route import MOVES_ON
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import BankAccount, Benefit, Category, yen
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, CashReceipt, PaidChild, Payment, PaymentEvent
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import bank_calendar, collation_state, payables, receivers, sent_blocks, sent_ledger
from kyufu_desktop.services.bank_data import KIND as BATCH_KIND
from kyufu_desktop.services.bank_data import decisions_stand, encode_batch, payments_of, statement_of, unchanged
from kyufu_desktop.services.case_steps import advance, case_of, live_account
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.services.signatures import keep_signature

_CHANGED = Kind.PAYMENTS | Kind.CASES | Kind.AUDIT
#: A cancelled batch needs a reason of this many characters at least.
REASON_LENGTH = 10


def make_batch(
    desk: Desk, judgment_ids: tuple[int, ...], pay_on: date, progress: Progress, method: PayMethod = PayMethod.TRANSFER
) -> tuple[Changes, int]:
    """Takes the ready benefits into a new batch with a number never used before, and keeps the digest of what will be approved.

    That is the bank file's bytes, or of the counter the list of who gets how much. Raises InputProblem K-1750/K-1051/K-1052/K-1057/K-1058,
    Conflict K-1752/K-1753 and those of ``check_batch``. Returns the batch id.
    """
    if not judgment_ids:
        raise InputProblem("K-1750", "judgments", "支払に入れる給付を選んでいません。", todo="一覧から選んでください。")
    with desk.work(Act.BATCH_MADE) as unit:
        session = unit.session
        sent_ledger.require_fitting(desk, session)
        # An older vault that was put back goes on behind what it does not know.
        last = sent_ledger.highest(desk)
        taken = [_take(desk, session, judgment_id, method) for judgment_id in judgment_ids]
        receivers.require(session, desk.programme, [(item.judgment, item.case, item.account) for item in taken], desk.today())
        _check_day(desk, pay_on, method)
        check_batch(
            [
                Due(
                    item.judgment.id,
                    item.case.id,
                    Benefit(item.judgment.benefit),
                    item.judgment.amount,
                    BankAccount(item.account.bank, item.account.branch, item.account.kind, item.account.number, item.account.holder),
                )
                for item in taken
            ],
            desk.programme,
        )
        batch = Batch(
            number=max(session.scalar(select(func.max(Batch.number))) or 0, last.batch) + 1,
            method=method.value,
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
        payments: list[Payment] = []
        progress(0, len(taken))
        for done, item in enumerate(taken, start=1):
            payments.append(_add_payment(session, batch, item, last.payment))
            progress(done, len(taken))
        for case in {item.case.id: item.case for item in taken}.values():
            # A case with two benefits may have the first one in an earlier batch.
            if CaseStatus(case.status) in MOVES_ON[desk.programme.routes[Category(case.category)]]:
                advance(case, Act.BATCH_MADE, desk.now_text())
        batch.sha256 = _digest_of(desk, batch, payments)
        unit.record(
            Act.BATCH_MADE,
            subject="batch",
            subject_id=batch.id,
            number=batch.number,
            count=batch.count,
            total=batch.total,
            sha256=batch.sha256,
            method=batch.method,
        )
        words = f"{title_of(batch)}を作りました。{batch.count}件・{yen(batch.total)}です。"
        return Changes(_CHANGED, words, tuple(dict.fromkeys(item.case.id for item in taken))), batch.id


def _check_day(desk: Desk, pay_on: date, method: PayMethod) -> None:
    if method is PayMethod.CASH:
        check_counter_day(pay_on, desk.today())
    else:
        check_day(pay_on, desk.today(), desk.programme.bank.cut_off_days, bank_calendar.is_open)


def title_of(batch: Batch) -> str:
    """「振込データ第3号」 or 「窓口払い第3号」, as sentences name it."""
    return f"{'窓口払い' if batch.method == PayMethod.CASH.value else '振込データ'}第{batch.number}号"


def _take(desk: Desk, session: Session, judgment_id: int, method: PayMethod) -> payables.Payable:
    judgment = session.get(JudgmentRecord, judgment_id)
    if judgment is None:
        raise Conflict("K-1751", "この判定は保管庫にありません。", todo="一覧を読み直してください。")
    if session.scalar(select(Payment.id).where(Payment.judgment_id == judgment_id, Payment.state.in_(payables.OCCUPYING_WORDS)).limit(1)):
        raise _twice()
    found = payables.payable(session, judgment, desk.today(), desk.programme, method)
    if isinstance(found, str):
        number = case_of(session, judgment.case_id).management_number
        where = "窓口払い" if method is PayMethod.CASH else "振込"
        raise Conflict(
            "K-1752", f"{number} は{where}に入れられません。{found}", kept="支払の回は作っていません。", todo="一覧を読み直してください。"
        )
    return found


def _twice() -> Conflict:
    return Conflict(
        "K-1753", "同じ給付が、すでに支払の回に入っています。", kept="支払の回は作っていません。", todo="一覧を読み直してください。"
    )


def _add_payment(session: Session, batch: Batch, item: payables.Payable, last: int = 0) -> Payment:
    """One attempt, numbered behind ``last``. The unique indexes of the file have the last word, whatever the rules above said."""
    judgment, account, lists = item.judgment, item.account, present(session)
    attempts = session.scalar(select(func.max(Payment.attempt)).where(Payment.judgment_id == judgment.id)) or 0
    payment_id = max(session.scalar(select(func.max(Payment.id))) or 0, last) + 1
    payment = Payment(
        id=payment_id,
        batch_id=batch.id,
        case_id=item.case.id,
        judgment_id=judgment.id,
        account_id=account.id,
        entitlement=payables.entitlement(judgment, item.case),
        benefit=judgment.benefit,
        attempt=attempts + 1,
        # The bank sees this number: a running one that says nothing about case or person.
        reference=f"{payment_id:010d}",
        amount=judgment.amount,
        bank=account.bank,
        branch=account.branch,
        kind=account.kind,
        number=account.number,
        holder=account.holder,
        bank_kana=lists.bank_kana(account.bank),
        branch_kana=lists.branch_kana(account.bank, account.branch),
        state=PaymentState.IN_BATCH.value,
    )
    try:
        session.add(payment)
        session.flush()
        for child in payables.children_of(session, judgment):
            session.add(PaidChild(programme=judgment.programme, resident_number=child, payment_id=payment.id))
        session.flush()
    except IntegrityError:
        raise _twice() from None
    return payment


def batch_of(session: Session, batch_id: int, *allowed: BatchState) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise Conflict("K-1754", "この振込データの記録はありません。", todo="一覧を読み直してください。")
    if allowed and BatchState(batch.state) not in allowed:
        raise Conflict("K-1755", f"{title_of(batch)}は「{batch.state}」です。", todo="一覧を読み直してください。")
    return batch


def approve_batch(desk: Desk, batch_id: int, typed_count: int, typed_total: int, second: Second) -> Changes:
    """The second person signs count, total and SHA-256 of the exact bytes (of the counter: of the list). Any change afterwards voids it.

    Count and total are typed from the paper by who approves, and compared here: one transfer of everything to one person agrees with the
    total but not with the count. Raises InputProblem K-1757 naming the one that differs.
    """
    with desk.work(Act.BATCH_APPROVED, second) as unit:
        session = unit.session
        batch = batch_of(session, batch_id, BatchState.DRAFTED)
        name = title_of(batch)
        if not may_verify(Act.BATCH_APPROVED, batch.made_by, second.staff) or second.signer.staff_id != second.staff.id:
            raise NotAllowed("K-1756", f"{name}を作った人は決裁できません。", todo="別の取扱責任者が決裁してください。")
        for field, typed, real, word in (
            ("typed_count", typed_count, batch.count, "件数"),
            ("typed_total", typed_total, batch.total, "合計"),
        ):
            if typed != real:
                words = f"入力した{word}が、{name}の{word}と違います。"
                raise InputProblem("K-1757", field, words, todo=f"紙の{word}を見て入力し直してください。")
        sent_ledger.require_fitting(desk, session)
        if unchanged(desk.programme.bank, session, batch) is None:
            raise changed(batch)
        if not decisions_stand(session, batch.id):
            raise voided(batch)
        require_entitled(session, batch, desk.today())
        receivers.require_batch(session, desk.programme, payments_of(session, batch.id), desk.today())
        require_collated(session, batch)
        bank_calendar.require_in_time(desk, batch)
        statement = statement_of(batch, desk.vault.generation, unit.next_seq)
        signature = keep_signature(desk, unit, statement, second, (Act.BATCH_APPROVED, BATCH_KIND, batch.id))
        batch.signature_id = signature.id
        batch.approved_at = desk.now_text()
        batch.approved_by = second.staff.id
        batch.state = BatchState.APPROVED.value
        unit.record(Act.BATCH_APPROVED, subject="batch", subject_id=batch.id, count=batch.count, total=batch.total, sha256=batch.sha256)
        more = "領収書を印刷できます。" if batch.method == PayMethod.CASH.value else ""
        return Changes(_CHANGED, f"{name}を決裁しました。{more}")


def require_collated(session: Session, batch: Batch) -> None:
    """A meeting that opened, or a list that came in, after the batch was made stops the money as long as it is in the house."""
    collation_state.require_collated(session, [payment.case_id for payment in payments_of(session, batch.id)])


def require_entitled(session: Session, batch: Batch, on: date) -> None:
    """Evidence that ended, an exit, an account that is looked at again, while the batch waited; money that another state of the vault paid.

    Raises Conflict K-1752.
    """
    payments = payments_of(session, batch.id)
    already = {payment.case_id for payment in payments if blocked(session, payment)}
    moved = {payment.case_id for payment in payments if not account_stands(session, payment)}
    for case_id in dict.fromkeys(payment.case_id for payment in payments):
        why = sent_blocks.SENTENCE if case_id in already else payables.gone(session, case_id, on)
        if not why and case_id in moved:
            why = "口座が変わったか、2人目の確かめ直しを待っています。"
        if why:
            raise Conflict(
                "K-1752",
                f"{case_of(session, case_id).management_number} は支払えません。{why}",
                kept="支払は何も進めていません。",
                todo="この案件を確かめ、入らなくなったときは回を取り消してください。",
            )


def account_stands(session: Session, payment: Payment) -> bool:
    """Whether the payment still goes where two people have seen that it should: to the live account of its case, to the letter."""
    account = session.get_one(AccountRecord, payment.account_id)
    live = live_account(session, payment.case_id)
    same = ("bank", "branch", "kind", "number", "holder")
    return (
        live is not None
        and live.id == account.id
        and account.verified_at is not None
        and all(getattr(payment, name) == getattr(account, name) for name in same)
    )


def blocked(session: Session, payment: Payment) -> bool:
    """Whether its money, or one of its children's, was paid by a state of the vault that this one does not know."""
    programme = payment.entitlement.partition("|")[0]
    children = session.scalars(select(PaidChild.resident_number).where(PaidChild.payment_id == payment.id))
    return bool(sent_blocks.why_not(session, payment.entitlement, programme, children))


def voided(batch: Batch) -> Conflict:
    return Conflict(
        "K-1690",
        f"{title_of(batch)}に、決裁が無効になった給付が入っています。",
        kept="支払は何も進めていません。",
        todo="この回を取り消し、判定を起案し直してください。",
    )


def changed(batch: Batch) -> Conflict:
    return Conflict(
        "K-1759",
        f"{title_of(batch)}の中身が、作ったときと違います。決裁は無効です。",
        kept="支払は何も進めていません。",
        todo="この回を取り消して、作り直してください。",
    )


def cancel_batch(desk: Desk, batch_id: int, second: Second, reason: str) -> Changes:
    """Before the file left: every payment of it is CANCELLED and its judgment can be paid by another batch."""
    if len(reason.strip()) < REASON_LENGTH:
        raise InputProblem("K-1760", "reason", "取消の理由が短すぎます。", todo=f"理由を{REASON_LENGTH}字以上で入力してください。")
    with desk.work(Act.BATCH_CANCELLED, second) as unit:
        session = unit.session
        batch = batch_of(session, batch_id, BatchState.DRAFTED, BatchState.APPROVED)
        if not may_verify(Act.BATCH_CANCELLED, batch.made_by, second.staff):
            raise NotAllowed("K-1761", f"{title_of(batch)}を作った人だけでは取り消せません。", todo="別の人と一緒に取り消してください。")
        payments = payments_of(session, batch.id)
        require_none_left(batch, payments)
        receipts: list[int] = []
        for payment in payments:
            payment.state = PaymentState.CANCELLED.value
            release_children(session, payment, desk.now_text())
            receipts += void_receipt(session, payment, desk.now_text(), reason.strip())
        batch.state = BatchState.CANCELLED.value
        batch.cancelled_reason = reason.strip()
        session.flush()
        cases = tuple(dict.fromkeys(payment.case_id for payment in payments))
        for case_id in cases:
            case = case_of(session, case_id)
            if case.status == CaseStatus.PAYMENT_PREPARED.value and not under_way(session, case_id):
                advance(case, Act.BATCH_CANCELLED, desk.now_text())
        unit.record(Act.BATCH_CANCELLED, subject="batch", subject_id=batch.id, count=batch.count, total=batch.total)
        words = f"{title_of(batch)}を取り消しました。{batch.count}件は次の回に入れられます。"
        return Changes(_CHANGED, words + waste_words(receipts), cases)


def require_none_left(batch: Batch, payments: list[Payment]) -> None:
    """Of a list of the counter some may be in the receiver's hand already. Raises Conflict K-1755."""
    if any(payment.state not in (PaymentState.IN_BATCH.value, PaymentState.CANCELLED.value) for payment in payments):
        raise Conflict(
            "K-1755", f"第{batch.number}号には、もう支給したものがあります。", todo="受け取りのなかったものだけを外してください。"
        )


def release_children(session: Session, payment: Payment, at: str) -> None:
    for child in session.scalars(select(PaidChild).where(PaidChild.payment_id == payment.id, PaidChild.released_at.is_(None))):
        child.released_at = at


def void_receipt(session: Session, payment: Payment, at: str, why: str) -> list[int]:
    """The receipt of a payment that is not made: two papers lie printed. Returns its number, which is never used again."""
    receipt = session.scalar(select(CashReceipt).where(CashReceipt.payment_id == payment.id, CashReceipt.voided_at.is_(None)))
    if receipt is None:
        return []
    receipt.voided_at, receipt.voided_reason = at, why
    return [receipt.number]


def waste_words(receipts: Sequence[int]) -> str:
    """What is done with the papers of receipts that are void now; empty where none was printed."""
    if not receipts:
        return ""
    return f"領収書 {'・'.join(f'{number:06d}' for number in receipts)} は無効です。「無効」と書いて綴ってください。"


def under_way(session: Session, case_id: int) -> bool:
    """Whether anything of the case is on its way to the bank."""
    states = (PaymentState.IN_BATCH.value, PaymentState.SENT.value)
    return session.scalar(select(Payment.id).where(Payment.case_id == case_id, Payment.state.in_(states)).limit(1)) is not None


#: A batch in one of these is in the house: nobody at the bank has seen its file.
_IN_THE_HOUSE = (BatchState.DRAFTED.value, BatchState.APPROVED.value)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What :func:`take_out` did: the batches that lost something, and the receipts whose papers are void."""

    batches: tuple[Batch, ...] = ()
    receipts: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """What the clerk is told, in sentences; empty where nothing waited in a batch."""
        if not self.batches:
            return ""
        states = {batch.state for batch in self.batches}
        words = f"{'・'.join(map(title_of, self.batches))}から外しました。"
        words += "決裁をやり直してください。" if BatchState.DRAFTED.value in states else ""
        words += "空になった回は取り消しました。" if BatchState.CANCELLED.value in states else ""
        return words + waste_words(self.receipts)


def take_out(unit: UnitOfWork, desk: Desk, case_id: int, why: str, judgment_ids: Sequence[int] | None = None) -> TakenOut:
    """Takes the payments of a case (only those of ``judgment_ids``, where given) out of the batches that wait in the house.

    For whatever changes beneath a payment: its account, its decision. Each batch keeps its number, gets a new revision, count, total and
    digest, and loses its approval; one that is left empty is cancelled with ``why``. A list of the counter of which all the rest was handed
    over is settled, under the approval that it was handed over with. The case goes back to 審査完了 unless something else of it is under
    way. A batch that is being written or has left is not touched.
    """
    session = unit.session
    query = (
        select(Payment)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Payment.case_id == case_id, Payment.state == PaymentState.IN_BATCH.value, Batch.state.in_(_IN_THE_HOUSE))
    )
    if judgment_ids is not None:
        query = query.where(Payment.judgment_id.in_(judgment_ids))
    taken = session.scalars(query.order_by(Payment.id)).all()
    if not taken:
        return TakenOut()
    receipts: list[int] = []
    for payment in taken:
        payment.state = PaymentState.CANCELLED.value
        release_children(session, payment, desk.now_text())
        receipts += void_receipt(session, payment, desk.now_text(), why)
    session.flush()
    touched = tuple(session.get_one(Batch, batch_id) for batch_id in dict.fromkeys(payment.batch_id for payment in taken))
    for batch in touched:
        left = payments_of(session, batch.id)
        was_approved = batch.state == BatchState.APPROVED.value
        if left and all(payment.state != PaymentState.IN_BATCH.value for payment in left):
            _settle_list(desk, session, batch, [payment for payment in taken if payment.batch_id == batch.id], why)
        else:
            batch.revision += 1
            batch.signature_id, batch.approved_at, batch.approved_by = None, None, None
            batch.state = (BatchState.DRAFTED if left else BatchState.CANCELLED).value
            batch.cancelled_reason = None if left else why
        if left:
            batch.count, batch.total = len(left), sum(payment.amount for payment in left)
        if batch.state == BatchState.DRAFTED.value:
            batch.sha256 = _digest_of(desk, batch, left)
        unit.record(
            Act.BATCH_VOIDED,
            subject="batch",
            subject_id=batch.id,
            number=batch.number,
            revision=batch.revision,
            taken=sum(payment.batch_id == batch.id for payment in taken),
            approved=int(was_approved),
            count=len(left),
            total=batch.total if left else 0,
            sha256=batch.sha256 if left else None,
        )
    _spoil_announcements(session, case_id, [batch.id for batch in touched])
    session.flush()
    case = case_of(session, case_id)
    if case.status == CaseStatus.PAYMENT_PREPARED.value and not under_way(session, case_id):
        advance(case, Act.BATCH_VOIDED, desk.now_text())
    return TakenOut(touched, tuple(receipts))


def _settle_list(desk: Desk, session: Session, batch: Batch, taken: Sequence[Payment], why: str) -> None:
    """The rest of a list of the counter was handed over: what is taken out stood in the list that was approved, and is kept as such."""
    batch.state, batch.cancelled_reason = BatchState.SETTLED.value, why
    for payment in taken:
        session.add(
            PaymentEvent(
                payment_id=payment.id,
                state=payment.state,
                reason=why,
                happened_on=desk.today(),
                source=EventSource.COUNTER.value,
                entered_at=desk.now_text(),
                entered_by=desk.staff.id,
            )
        )


def _spoil_announcements(session: Session, case_id: int, batch_ids: Sequence[int]) -> None:
    """A 振込通知 that has not left would tell of a day and an account that do not hold any more."""
    query = select(Letter).where(
        Letter.kind == LetterKind.PAYMENT.value,
        Letter.case_id == case_id,
        Letter.batch_id.in_(batch_ids),
        Letter.state.in_((LetterState.PREPARED.value, LetterState.PRINTED.value)),
        Letter.voided_by.is_(None),
    )
    for letter in session.scalars(query):
        letter.state, letter.reprint_reason = LetterState.SPOILED.value, "振込の回から外れたため"


def announced(session: Session, case_id: int, batch_ids: Sequence[int]) -> bool:
    """Whether a 振込通知 of these batches has gone to the person."""
    sent = select(Letter.id).where(
        Letter.kind == LetterKind.PAYMENT.value,
        Letter.case_id == case_id,
        Letter.batch_id.in_(batch_ids),
        Letter.state == LetterState.SENT.value,
    )
    return session.scalar(sent.limit(1)) is not None


def _digest_of(desk: Desk, batch: Batch, payments: Sequence[Payment]) -> str:
    return hashlib.sha256(encode_batch(desk.programme.bank, batch, payments)).hexdigest()

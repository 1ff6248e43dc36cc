"""Payments: batches, approval over the exact bytes, the bank file, results, failed ones back to review, reconciliation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.calendar import is_business_day, next_business_day
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import EXPORT_FILE_NAMES, ExportKind
from kyufu_desktop.domain.payment import BatchState, Due, FailureReason, PaymentState, check_batch
from kyufu_desktop.domain.review import FormState, Item
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import BankAccount, Benefit, yen
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.exchange import archive
from kyufu_desktop.exchange.envelope import generate_password
from kyufu_desktop.exchange.holidays import is_holiday
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.models.payment import Batch, PaidChild, Payment
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import accounts, collation_state, custody, payables
from kyufu_desktop.services.bank_data import KIND as BATCH_KIND
from kyufu_desktop.services.bank_data import decisions_stand, encode_batch, payments_of, statement_of, unchanged, verify_signature
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import advance, case_of, recipient
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Outgoing, name_of, next_number
from kyufu_desktop.services.reconciliation import Reconciliation, reconcile
from kyufu_desktop.services.session import Desk, Second

_CHANGED = Kind.PAYMENTS | Kind.CASES | Kind.AUDIT
#: A cancelled batch needs a reason of this many characters at least.
REASON_LENGTH = 10
#: Items of a form that are looked at again after a failed transfer.
_LOOK_AGAIN = frozenset({Item.PASSBOOK.value, Item.HOLDER.value})


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
    """First bank business day proposed for the next batch."""


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
            found = payables.payable(session, judgment, desk.today())
            if isinstance(found, payables.Payable):
                ready.append(
                    ReadyPayment(
                        judgment.id,
                        judgment.case_id,
                        cases[judgment.case_id].management_number,
                        recipient(cases[judgment.case_id]).name,
                        desk.programme.label(Benefit(judgment.benefit)),
                        judgment.amount,
                    )
                )
        names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
        batches = session.scalars(select(Batch).order_by(Batch.number.desc())).all()
        return PaymentsPage(
            tuple(ready),
            tuple(_batch_row(session, batch, names) for batch in batches),
            _failed(session, desk.today()),
            reconcile(session),
            next_business_day(desk.today(), is_holiday),
        )


def _batch_row(session: Session, batch: Batch, names: dict[int, str]) -> BatchRow:
    states = session.execute(select(Payment.state, Payment.reported_export_id).where(Payment.batch_id == batch.id)).all()
    paid = [reported for state, reported in states if state == PaymentState.PAID.value]
    failed = sum(state == PaymentState.FAILED.value for state, _ in states)
    word = "未着手" if not paid else "報告済" if all(reported is not None for reported in paid) else "報告待ち"
    memo = batch.cancelled_reason or (f"不能 {failed}件" if failed else "")
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
    )


def _failed(session: Session, on: date) -> tuple[FailedRow, ...]:
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
                recipient(case).name,
                payment.amount,
                payment.failure or "",
                payables.why_not(session, judgment, case, on) or "次の振込に入れられます。",
            )
        )
    return tuple(rows)


def make_batch(desk: Desk, judgment_ids: tuple[int, ...], transfer_on: date, progress: Progress) -> tuple[Changes, int]:
    """Takes the ready benefits into a new batch with a number never used before; builds the bank file's bytes and keeps their digest."""
    if not judgment_ids:
        raise InputProblem("K-1750", "judgments", "振込に入れる給付を選んでいません。", todo="一覧から選んでください。")
    with desk.work(Act.BATCH_MADE) as unit:
        session = unit.session
        taken = [_take(session, judgment_id, desk.today()) for judgment_id in judgment_ids]
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
            transfer_on,
            desk.today(),
            desk.programme,
            lambda day: is_business_day(day, is_holiday),
        )
        batch = Batch(
            number=(session.scalar(select(func.max(Batch.number))) or 0) + 1,
            transfer_on=transfer_on,
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
            payments.append(_add_payment(session, batch, item))
            progress(done, len(taken))
        for case in {item.case.id: item.case for item in taken}.values():
            # A case with two benefits may have the first one in an earlier batch.
            if case.status == CaseStatus.REVIEWED.value:
                advance(case, Act.BATCH_MADE, desk.now_text())
        batch.sha256 = hashlib.sha256(encode_batch(desk.programme.bank, batch, payments)).hexdigest()
        unit.record(
            Act.BATCH_MADE,
            subject="batch",
            subject_id=batch.id,
            number=batch.number,
            count=batch.count,
            total=batch.total,
            sha256=batch.sha256,
        )
        words = f"振込データ第{batch.number}号を作りました。{batch.count}件・{yen(batch.total)}です。"
        return Changes(_CHANGED, words, tuple(dict.fromkeys(item.case.id for item in taken))), batch.id


def _take(session: Session, judgment_id: int, on: date) -> payables.Payable:
    judgment = session.get(JudgmentRecord, judgment_id)
    if judgment is None:
        raise Conflict("K-1751", "この判定は保管庫にありません。", todo="一覧を読み直してください。")
    if session.scalar(select(Payment.id).where(Payment.judgment_id == judgment_id, Payment.state.in_(payables.OCCUPYING_WORDS)).limit(1)):
        raise _twice()
    found = payables.payable(session, judgment, on)
    if isinstance(found, str):
        number = case_of(session, judgment.case_id).management_number
        raise Conflict(
            "K-1752", f"{number} は振込に入れられません。{found}", kept="振込データは作っていません。", todo="一覧を読み直してください。"
        )
    return found


def _twice() -> Conflict:
    return Conflict(
        "K-1753", "同じ給付が、すでに振込に入っています。", kept="振込データは作っていません。", todo="一覧を読み直してください。"
    )


def _add_payment(session: Session, batch: Batch, item: payables.Payable) -> Payment:
    """One attempt. The unique indexes of the file have the last word, whatever the rules above said."""
    judgment, account = item.judgment, item.account
    attempts = session.scalar(select(func.max(Payment.attempt)).where(Payment.judgment_id == judgment.id)) or 0
    payment_id = (session.scalar(select(func.max(Payment.id))) or 0) + 1
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


def _batch(session: Session, batch_id: int, *allowed: BatchState) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise Conflict("K-1754", "この振込データの記録はありません。", todo="一覧を読み直してください。")
    if allowed and BatchState(batch.state) not in allowed:
        raise Conflict("K-1755", f"振込データ第{batch.number}号は「{batch.state}」です。", todo="一覧を読み直してください。")
    return batch


def batch_payments(desk: Desk, batch_id: int) -> tuple[PaymentRow, ...]:
    """The payments of a batch in the order of the file."""
    with desk.look() as session:
        _batch(session, batch_id)
        rows: list[PaymentRow] = []
        for payment in payments_of(session, batch_id):
            case = case_of(session, payment.case_id)
            rows.append(
                PaymentRow(
                    payment.id,
                    case.management_number,
                    recipient(case).name,
                    desk.programme.label(Benefit(payment.benefit)),
                    payment.amount,
                    payment.state if payment.failure is None else f"{payment.state}（{payment.failure}）",
                )
            )
        return tuple(rows)


def approve_batch(desk: Desk, batch_id: int, typed_total: int, second: Second) -> Changes:
    """The second person signs count, total and SHA-256 of the exact bytes; the typed total must equal. Any change afterwards voids it."""
    with desk.work(Act.BATCH_APPROVED, second) as unit:
        session = unit.session
        batch = _batch(session, batch_id, BatchState.DRAFTED)
        if not may_verify(Act.BATCH_APPROVED, batch.made_by, second.staff) or second.signer.staff_id != second.staff.id:
            raise NotAllowed("K-1756", "振込データを作った人は決裁できません。", todo="別の取扱責任者が決裁してください。")
        if typed_total != batch.total:
            raise InputProblem(
                "K-1757", "typed_total", "入力した合計が、振込データの合計と違います。", todo="紙の合計を見て入力し直してください。"
            )
        if batch.transfer_on <= desk.today():
            raise Conflict("K-1758", "振込日を過ぎています。", todo="振込データを取り消し、新しい振込日で作ってください。")
        if unchanged(desk.programme.bank, session, batch) is None:
            raise _changed(batch)
        if not decisions_stand(session, batch.id):
            raise _void(batch)
        _require_entitled(session, batch, desk.today())
        _require_collated(session, batch)
        statement = statement_of(batch, desk.vault.generation, unit.next_seq)
        signature = Signature(
            act=Act.BATCH_APPROVED.value,
            subject=BATCH_KIND,
            subject_id=batch.id,
            digest=batch.sha256,
            payload=statement.payload().decode("utf-8"),
            signer_id=second.staff.id,
            signature=second.signer.sign(statement),
            signed_at=desk.now_text(),
        )
        session.add(signature)
        session.flush()
        batch.signature_id = signature.id
        batch.approved_at = desk.now_text()
        batch.approved_by = second.staff.id
        batch.state = BatchState.APPROVED.value
        unit.record(Act.BATCH_APPROVED, subject="batch", subject_id=batch.id, count=batch.count, total=batch.total, sha256=batch.sha256)
        return Changes(_CHANGED, f"振込データ第{batch.number}号を決裁しました。")


def _require_collated(session: Session, batch: Batch) -> None:
    """A meeting that opened, or a list that came in, after the batch was made stops the money as long as it is in the house."""
    collation_state.require_collated(session, [payment.case_id for payment in payments_of(session, batch.id)])


def _require_entitled(session: Session, batch: Batch, on: date) -> None:
    """Evidence that ended, or an exit, while the batch waited in the house. Raises Conflict K-1752."""
    for case_id in dict.fromkeys(payment.case_id for payment in payments_of(session, batch.id)):
        why = payables.gone(session, case_id, on)
        if why:
            raise Conflict(
                "K-1752",
                f"{case_of(session, case_id).management_number} は支払えません。{why}",
                kept="振込は何も進めていません。",
                todo="振込データを取り消し、この案件を確かめてください。",
            )


def _void(batch: Batch) -> Conflict:
    return Conflict(
        "K-1690",
        f"振込データ第{batch.number}号に、決裁が無効になった給付が入っています。",
        kept="振込は何も進めていません。",
        todo="振込データを取り消し、判定を起案し直してください。",
    )


def _changed(batch: Batch) -> Conflict:
    return Conflict(
        "K-1759",
        f"振込データ第{batch.number}号の中身が、作ったときと違います。決裁は無効です。",
        kept="ファイルは書き出していません。",
        todo="振込データを取り消して、作り直してください。",
    )


def cancel_batch(desk: Desk, batch_id: int, second: Second, reason: str) -> Changes:
    """Before the file left: every payment of it is CANCELLED and its judgment can be paid by another batch."""
    if len(reason.strip()) < REASON_LENGTH:
        raise InputProblem("K-1760", "reason", "取消の理由が短すぎます。", todo=f"理由を{REASON_LENGTH}字以上で入力してください。")
    with desk.work(Act.BATCH_CANCELLED, second) as unit:
        session = unit.session
        batch = _batch(session, batch_id, BatchState.DRAFTED, BatchState.APPROVED)
        if not may_verify(Act.BATCH_CANCELLED, batch.made_by, second.staff):
            raise NotAllowed("K-1761", "振込データを作った人だけでは取り消せません。", todo="別の人と一緒に取り消してください。")
        payments = payments_of(session, batch.id)
        for payment in payments:
            payment.state = PaymentState.CANCELLED.value
            _release_children(session, payment, desk.now_text())
        batch.state = BatchState.CANCELLED.value
        batch.cancelled_reason = reason.strip()
        session.flush()
        cases = tuple(dict.fromkeys(payment.case_id for payment in payments))
        for case_id in cases:
            case = case_of(session, case_id)
            if case.status == CaseStatus.PAYMENT_PREPARED.value and not _occupied(session, case_id):
                advance(case, Act.BATCH_CANCELLED, desk.now_text())
        unit.record(Act.BATCH_CANCELLED, subject="batch", subject_id=batch.id, count=batch.count, total=batch.total)
        return Changes(_CHANGED, f"振込データ第{batch.number}号を取り消しました。{batch.count}件は次の振込に入れられます。", cases)


def _release_children(session: Session, payment: Payment, at: str) -> None:
    for child in session.scalars(select(PaidChild).where(PaidChild.payment_id == payment.id, PaidChild.released_at.is_(None))):
        child.released_at = at


def _occupied(session: Session, case_id: int) -> bool:
    under_way = (PaymentState.IN_BATCH.value, PaymentState.SENT.value)
    return session.scalar(select(Payment.id).where(Payment.case_id == case_id, Payment.state.in_(under_way)).limit(1)) is not None


def enter_results(desk: Desk, batch_id: int, failed: dict[int, FailureReason], on: date) -> Changes:
    """All payments of the batch are PAID except ``failed`` (payment id -> reason), which go back to account review.

    ``on`` is the day of the bank's answer. In a practice vault, where a whole day is rehearsed, it may be before the transfer day.
    """
    with desk.work(Act.RESULT_ENTERED) as unit:
        session = unit.session
        batch = _batch(session, batch_id, BatchState.SENT)
        if not desk.practice and (on < batch.transfer_on or on > desk.today()):
            raise InputProblem(
                "K-1762", "on", "結果の日は、振込日から今日までの日のはずです。", todo="銀行から結果が来た日を入力してください。"
            )
        payments = payments_of(session, batch.id)
        if not set(failed) <= {payment.id for payment in payments}:
            raise Conflict("K-1763", "この振込データにない支払が選ばれています。", todo="一覧を読み直してください。")
        for payment in payments:
            reason = failed.get(payment.id)
            payment.result_at = desk.now_text()
            payment.result_by = desk.staff.id
            if reason is None:
                payment.state = PaymentState.PAID.value
                payment.paid_on = batch.transfer_on
            else:
                payment.state = PaymentState.FAILED.value
                payment.failure = reason.value
                _release_children(session, payment, desk.now_text())
        batch.state = (BatchState.PARTLY_FAILED if failed else BatchState.SETTLED).value
        session.flush()
        cases = tuple(dict.fromkeys(payment.case_id for payment in payments))
        for case_id in cases:
            lost = [payment for payment in payments if payment.case_id == case_id and payment.id in failed]
            _after_result(desk, unit, case_id, lost)
        unit.record(
            Act.RESULT_ENTERED,
            subject="batch",
            subject_id=batch.id,
            paid=len(payments) - len(failed),
            failed=len(failed),
            total=sum(payment.amount for payment in payments if payment.id not in failed),
        )
        words = f"振込済 {len(payments) - len(failed)}件。" + (f"不能 {len(failed)}件は口座の確認に戻しました。" if failed else "")
        return Changes(_CHANGED | Kind.FORMS | Kind.ACCOUNTS, words, cases)


def _after_result(desk: Desk, unit: UnitOfWork, case_id: int, lost: list[Payment]) -> None:
    """Failed: form and account are looked at again before the next batch. Else the case is paid once nothing of it is under way."""
    session, now = unit.session, desk.now_text()
    case = case_of(session, case_id)
    if lost:
        told = select(LetterBenefit.letter_id).where(LetterBenefit.judgment_id.in_([payment.judgment_id for payment in lost]))
        for form in session.scalars(
            select(ReturnedForm).where(ReturnedForm.letter_id.in_(told), ReturnedForm.state == FormState.COMPLETED.value)
        ):
            form.state = FormState.RECEIVED.value
            items: dict[str, str] = json.loads(form.items)
            form.items = json.dumps(
                {name: value for name, value in items.items() if name not in _LOOK_AGAIN}, ensure_ascii=False, sort_keys=True
            )
            form.completed_on = None
        account = accounts.ask_again(session, case_id, now)
        for payment in lost:
            unit.record(
                Act.RESULT_ENTERED, subject="case", subject_id=case_id, payment=payment.id, failure=payment.failure, account=account
            )
        advance(case, Act.RESULT_ENTERED, now, failed=True)
    elif case.status == CaseStatus.PAYMENT_PREPARED.value and not _occupied(session, case_id):
        advance(case, Act.RESULT_ENTERED, now)


def bank_file(desk: Desk, batch_id: int, medium: str, progress: Progress) -> Outgoing:
    """The bytes that were approved (digest and signature checked again), sealed in an archive unless the setting says plain.

    The batch is marked as sent where the file is really written: by ``on_written`` in the unit of work of ``write_out``.
    """
    progress(0, 1)
    with desk.look() as session:
        batch = _batch(session, batch_id, BatchState.APPROVED)
        data = _approved_bytes(desk, session, batch)
        plain = custody.value_of(session, "bank_file") == "plain"
        number = next_number(session, ExportKind.BANK_FILE)
        count, total = batch.count, batch.total
    name = name_of(ExportKind.BANK_FILE, number)
    password = "" if plain else generate_password()
    sealed = data if plain else archive.seal_file(EXPORT_FILE_NAMES[ExportKind.BANK_FILE], data, password)
    progress(1, 1)

    def verify(back: bytes) -> None:
        if (back != data) if plain else not archive.verify(back, password, data):
            raise CustodyProblem(
                "K-1764",
                "読み戻した振込データが、決裁した内容と違います。",
                kept="渡してよいファイルはできていません。",
                todo="媒体を替えて、もう一度書き出してください。",
            )

    def on_written(unit: UnitOfWork, export_id: int) -> None:
        _mark_sent(desk, unit, batch_id, export_id, data)

    return Outgoing(
        export_id=0,
        file_name=name if plain else f"{name.removesuffix('.txt')}.zip",
        data=sealed,
        rows=count,
        total=total,
        sha256=hashlib.sha256(sealed).hexdigest(),
        password=password,
        kind=ExportKind.BANK_FILE,
        medium=medium,
        verify=verify,
        on_written=on_written,
        subject="batch",
        subject_id=batch_id,
    )


def _approved_bytes(desk: Desk, session: Session, batch: Batch) -> bytes:
    _require_collated(session, batch)
    if not decisions_stand(session, batch.id):
        raise _void(batch)
    _require_entitled(session, batch, desk.today())
    data = unchanged(desk.programme.bank, session, batch)
    if data is None or not verify_signature(session, batch):
        raise _changed(batch)
    if batch.transfer_on <= desk.today():
        raise Conflict("K-1758", "振込日を過ぎています。", todo="振込データを取り消し、新しい振込日で作ってください。")
    return data


def _mark_sent(desk: Desk, unit: UnitOfWork, batch_id: int, export_id: int, data: bytes) -> None:
    """The file leaves: batch and payments wait for the result from now on, and the batch cannot be cancelled any more."""
    session = unit.session
    batch = _batch(session, batch_id, BatchState.APPROVED)
    if _approved_bytes(desk, session, batch) != data:
        raise _changed(batch)
    batch.state = BatchState.SENT.value
    batch.export_id = export_id
    for payment in payments_of(session, batch_id):
        payment.state = PaymentState.SENT.value
    session.flush()

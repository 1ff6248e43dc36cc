"""What the bank says of a batch: paid, or not paid and back to the review of the account."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import and_, or_, select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, FailureReason, PaymentState
from kyufu_desktop.domain.review import FormKind, FormState, Item
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import accounts
from kyufu_desktop.services.bank_data import payments_of
from kyufu_desktop.services.batches import batch_of, release_children, under_way
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.PAYMENTS | Kind.CASES | Kind.AUDIT
#: Items of a form that are looked at again after a failed transfer.
_LOOK_AGAIN = frozenset({Item.PASSBOOK.value, Item.HOLDER.value})


def enter_results(desk: Desk, batch_id: int, failed: dict[int, FailureReason], on: date) -> Changes:
    """All payments of the batch are PAID except ``failed`` (payment id -> reason), which go back to account review.

    ``on`` is the day of the bank's answer. In a practice vault, where a whole day is rehearsed, it may be before the transfer day.
    """
    with desk.work(Act.RESULT_ENTERED) as unit:
        session = unit.session
        batch = batch_of(session, batch_id, BatchState.SENT)
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
                release_children(session, payment, desk.now_text())
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
        applied = and_(ReturnedForm.case_id == case_id, ReturnedForm.kind == FormKind.APPLICATION.value)
        for form in session.scalars(
            select(ReturnedForm).where(or_(ReturnedForm.letter_id.in_(told), applied), ReturnedForm.state == FormState.COMPLETED.value)
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
    elif case.status == CaseStatus.PAYMENT_PREPARED.value and not under_way(session, case_id):
        advance(case, Act.RESULT_ENTERED, now)

"""What the bank says of a batch: paid, or not paid and back to the review of the account. By hand, for a batch or for one late word."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, FailureReason, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import DEFICIENCY_OF, EventSource
from kyufu_desktop.domain.review import DEFICIENCIES, FormKind, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.models.payment import Batch, Payment, PaymentEvent
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import accounts, judgment_void
from kyufu_desktop.services.bank_data import payments_of
from kyufu_desktop.services.batches import batch_of, take_out, under_way
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.payment_events import Step, fail, last_event, method_of, move, payment_of
from kyufu_desktop.services.session import Desk, Second, require

CHANGED = Kind.PAYMENTS | Kind.CASES | Kind.FORMS | Kind.ACCOUNTS | Kind.AUDIT
#: Why a decision is void that stood only because its money was out.
WHY_BACK = "お金が戻ったときの判定し直し"
#: A batch in one of these has left the house.
LEFT = (BatchState.SENT, BatchState.SETTLED, BatchState.PARTLY_FAILED)
#: Items of a form that are looked at again after a failed transfer.
_LOOK_AGAIN = frozenset({Item.PASSBOOK.value, Item.HOLDER.value})
_ITEM_OF: Mapping[str, Item] = {deficiency.code: deficiency.item for deficiency in DEFICIENCIES}


def enter_results(desk: Desk, batch_id: int, failed: dict[int, FailureReason], on: date, second: Second | None = None) -> Changes:
    """Every payment of the batch that has no result yet is PAID except ``failed`` (payment id -> reason), which go to account review.

    ``on`` is the day of the bank's answer. In a practice vault, where a whole day is rehearsed, it may be before the transfer day.

    A failure makes money payable again, so one that is entered by hand needs a ``second`` person, once for the whole entry: the wrong row
    would pay somebody twice by ordinary routine. Raises NotAllowed K-1591 without one, K-1592 where it is the person at the desk.
    """
    if failed:
        require(desk.staff, Act.RESULT_ENTERED)
        second = two_people(desk, Act.RESULT_ENTERED, second)
    with desk.work(Act.RESULT_ENTERED, second) as unit:
        session = unit.session
        batch = batch_of(session, batch_id, BatchState.SENT)
        _check_day(desk, batch, on)
        payments = [payment for payment in payments_of(session, batch.id) if payment.state == PaymentState.SENT.value]
        if not set(failed) <= {payment.id for payment in payments}:
            raise Conflict("K-1763", "この振込データにない支払が選ばれています。", todo="一覧を読み直してください。")
        answers = {payment: failed.get(payment.id) for payment in payments}
        return settle(desk, unit, batch, answers, on, EventSource.HAND, second=second)


def two_people(desk: Desk, act: Act, second: Second | None, undone: PaymentEvent | None = None) -> Second:
    """A word about money is changed by two: the second is neither the person at the desk nor who entered ``undone``.

    Raises NotAllowed K-1591 (nobody), K-1592 (not another person).
    """
    if second is None:
        raise NotAllowed(
            "K-1591",
            "振込不能を手で入れるには、2人目の確認が要ります。",
            kept="結果は何も書いていません。",
            todo="別の取扱者と一緒に、銀行の知らせを確かめてください。",
        )
    makers = {desk.staff.id} if undone is None else {desk.staff.id, undone.entered_by}
    if not all(may_verify(act, maker, second.staff) for maker in makers):
        raise NotAllowed(
            "K-1592",
            "結果を入れた人は、それを改める2人目になれません。",
            kept="結果は何も書いていません。",
            todo="別の取扱者が確かめてください。",
        )
    return second


def _check_day(desk: Desk, batch: Batch, on: date) -> None:
    if not desk.practice and (on < batch.transfer_on or on > desk.today()):
        raise InputProblem(
            "K-1762", "on", "結果の日は、振込日から今日までの日のはずです。", todo="銀行から結果が来た日を入力してください。"
        )


def settle(
    desk: Desk,
    unit: UnitOfWork,
    batch: Batch,
    answers: Mapping[Payment, FailureReason | None],
    on: date,
    source: EventSource,
    result_file_id: int | None = None,
    second: Second | None = None,
) -> Changes:
    """Takes over the bank's answers (None = paid) to payments of a sent batch; those without an answer go on waiting.

    ``second`` has confirmed the failures; a file needs nobody, it is the proof itself.
    """
    session = unit.session
    for payment, reason in answers.items():
        paid = Step(PaymentState.PAID, batch.transfer_on, source, result_file_id=result_file_id)
        if reason is None:
            move(desk, unit, payment, paid)
        else:
            move(desk, unit, payment, fail(reason, on, source, result_file_id), second)
    set_batch_state(session, batch)
    cases = tuple(dict.fromkeys(payment.case_id for payment in answers))
    lost = [payment for payment, reason in answers.items() if reason is not None]
    for case_id in cases:
        _after_result(desk, unit, case_id, [payment for payment in lost if payment.case_id == case_id])
    paid_total = sum(payment.amount for payment, reason in answers.items() if reason is None)
    unit.record(
        Act.RESULT_ENTERED,
        subject="batch",
        subject_id=batch.id,
        paid=len(answers) - len(lost),
        failed=len(lost),
        total=paid_total,
        source=source.value,
    )
    words = f"振込済 {len(answers) - len(lost)}件。" + (f"不能 {len(lost)}件は口座の確認に戻しました。" if lost else "")
    if batch.state == BatchState.SENT.value:
        words += "まだ結果のないものは「結果待ち」のままです。"
    return Changes(CHANGED, words, cases)


def set_batch_state(session: Session, batch: Batch) -> None:
    """A batch waits as long as one of its payments does; then it is settled, with or without failures."""
    session.flush()
    states = {payment.state for payment in payments_of(session, batch.id)}
    if PaymentState.SENT.value in states:
        return
    batch.state = (BatchState.PARTLY_FAILED if PaymentState.FAILED.value in states else BatchState.SETTLED).value
    session.flush()


def enter_late(desk: Desk, payment_id: int, reason: FailureReason, on: date, second: Second) -> Changes:
    """The bank sends back, days after, money that it had called paid: seen by two people, because it becomes payable again.

    Raises NotAllowed K-1592 where the second person is at the desk or entered it as paid, Conflict K-1980, InputProblem K-1762/K-1982.
    """
    require(desk.staff, Act.RESULT_ENTERED)
    with desk.work(Act.RESULT_ENTERED, second) as unit:
        session = unit.session
        payment = payment_of(session, payment_id)
        two_people(desk, Act.RESULT_ENTERED, second, last_event(session, payment.id, PaymentState.PAID))
        batch = batch_of(session, payment.batch_id, *LEFT)
        if method_of(session, payment) is PayMethod.TRANSFER:
            _check_day(desk, batch, on)
        move(desk, unit, payment, fail(reason, on, EventSource.HAND), second)
        set_batch_state(session, batch)
        _after_result(desk, unit, payment.case_id, [payment])
        unit.record(Act.RESULT_ENTERED, subject="batch", subject_id=batch.id, paid=0, failed=1, late=1, payment=payment.id)
    return Changes(CHANGED, "戻ってきた1件を「振込不能」にし、口座の確認に戻しました。", (payment.case_id,))


def _after_result(desk: Desk, unit: UnitOfWork, case_id: int, lost: Sequence[Payment]) -> None:
    """Failed: form and account are looked at again before the next batch. Else the case is paid once nothing of it is under way."""
    if lost:
        look_again(desk, unit, case_id, lost, Act.RESULT_ENTERED)
        return
    case = case_of(unit.session, case_id)
    if case.status == CaseStatus.PAYMENT_PREPARED.value and not under_way(unit.session, case_id):
        advance(case, Act.RESULT_ENTERED, desk.now_text())


def forms_about(case_id: int, judgment_ids: Sequence[int]) -> Select[ReturnedForm]:
    """Forms of letters that told of these benefits, and the application of the case, which is about all of them."""
    told = select(LetterBenefit.letter_id).where(LetterBenefit.judgment_id.in_(judgment_ids))
    applied = and_(ReturnedForm.case_id == case_id, ReturnedForm.kind == FormKind.APPLICATION.value)
    return select(ReturnedForm).where(or_(ReturnedForm.letter_id.in_(told), applied))


def look_again(desk: Desk, unit: UnitOfWork, case_id: int, free: Sequence[Payment], act: Act) -> None:
    """The money of ``free`` is here again: nothing of it is paid before two people have looked at the account once more.

    A transfer that failed makes its form deficient in what the bank said, so that the 不備通知 about the account is due. Where the ward
    itself asked the money back, the person did nothing wrong and no letter is due. A decision that does not hold any more is void.
    """
    session, now = unit.session, desk.now_text()
    codes = sorted({DEFICIENCY_OF[FailureReason(payment.failure)] for payment in free if payment.failure is not None})
    of_these = forms_about(case_id, [payment.judgment_id for payment in free])
    for form in session.scalars(of_these.where(ReturnedForm.state == FormState.COMPLETED.value)):
        # Codes and days only, so that a failure that was none leaves the form as it was (see :mod:`result_corrections`).
        looked = json.loads(form.items)
        unit.record(
            act,
            subject="form",
            subject_id=form.id,
            passbook=looked.get(Item.PASSBOOK.value),
            holder=looked.get(Item.HOLDER.value),
            completed_on=form.completed_on.isoformat() if form.completed_on is not None else None,
            second_look_at=form.second_look_at,
            second_look_by=form.second_look_by,
        )
        items: dict[str, str] = {name: value for name, value in json.loads(form.items).items() if name not in _LOOK_AGAIN}
        items |= {_ITEM_OF[code].value: ItemState.DEFICIENT.value for code in codes}
        form.items = json.dumps(items, ensure_ascii=False, sort_keys=True)
        form.deficiencies = json.dumps(codes)
        form.state = (FormState.DEFICIENT if codes else FormState.RECEIVED).value
        form.completed_on = None
        # Whoever looked a second time looked at another account.
        form.second_look_at, form.second_look_by = None, None
    # What else of the case waits in the house would go to the account that is being asked about.
    take_out(unit, desk, case_id, "口座を確かめ直すため")
    account = accounts.ask_again(session, case_id, now)
    for payment in free:
        unit.record(act, subject="case", subject_id=case_id, payment=payment.id, failure=payment.failure, account=account)
    advance(case_of(session, case_id), Act.RESULT_ENTERED, now, failed=True)
    session.flush()
    if _kept_grounds(session, free):
        # A fact that changed while the money was out voided nothing: it is asked now, before the money can go out a second time.
        judgment_void.void_changed(unit, desk, (case_id,), WHY_BACK)


def _kept_grounds(session: Session, payments: Sequence[Payment]) -> bool:
    """Whether the decisions say what they rest on; those of the first version do not, and nothing can be compared with them."""
    ids = [payment.judgment_id for payment in payments]
    return (
        session.scalar(select(JudgmentRecord.id).where(JudgmentRecord.id.in_(ids), JudgmentRecord.conditions != "[]").limit(1)) is not None
    )

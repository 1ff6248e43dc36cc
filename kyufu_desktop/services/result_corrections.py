"""振込不能ではなかった: a failure that was entered for the wrong payment is taken back by two people, before anybody is paid twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.payment import OCCUPYING, PaymentState
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.review import OPEN, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment, PaymentEvent
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services import payables, results
from kyufu_desktop.services.batches import batch_of, under_way
from kyufu_desktop.services.case_steps import advance, approved_benefits, case_of, live_account
from kyufu_desktop.services.judgment_rows import APPROVED
from kyufu_desktop.services.payment_events import Step, last_event, move, payment_of
from kyufu_desktop.services.recalls import stated_reason
from kyufu_desktop.services.review_forms import items_of, with_items
from kyufu_desktop.services.session import Desk, Second, require

#: Of an account: what makes two rows the same account.
_SAME = ("method", "belongs_to", "proxy_id", "heir_id", "bank", "branch", "kind", "number", "holder")
#: Forms that nobody looks at any more.
_OVER = (FormState.COMPLETED.value, FormState.LATE.value)
#: Money of these came back and is owed again.
_CAME_BACK = tuple(sorted(state.value for state in frozenset(PaymentState) - OCCUPYING - {PaymentState.CANCELLED}))


def paid_after_all(desk: Desk, payment_id: int, reason: str, on: date, second: Second) -> Changes:
    """The payee has the money although it stands as 振込不能. ``on`` is the day of the bank's word; the day of payment is the old one.

    Raises NotAllowed K-1592 (the second person is at the desk, or entered the failure), Conflict K-1595, K-1755, K-1593 (a later attempt
    holds the money), K-1594 (a child is counted elsewhere meanwhile), InputProblem K-1982/K-1986.
    """
    stated = stated_reason(reason)
    require(desk.staff, Act.RESULT_CORRECTED)
    with desk.work(Act.RESULT_CORRECTED, second) as unit:
        session = unit.session
        payment = payment_of(session, payment_id)
        if payment.state != PaymentState.FAILED.value:
            raise Conflict("K-1595", f"この支払は「{payment.state}」です。", todo="一覧を読み直し、いまの状態を確かめてください。")
        results.two_people(desk, Act.RESULT_CORRECTED, second, last_event(session, payment.id, PaymentState.FAILED))
        batch = batch_of(session, payment.batch_id, *results.LEFT)
        case = case_of(session, payment.case_id)
        judgment = session.get_one(JudgmentRecord, payment.judgment_id)
        if payables.taken(session, judgment, case):
            raise Conflict(
                "K-1593",
                "同じ給付が、このあとの支払に入っています。",
                kept="この支払は「振込不能」のままです。",
                todo="その支払を回から外すか、銀行に止めてもらってから、直してください。",
            )
        first_paid = session.scalar(
            select(func.min(PaymentEvent.happened_on)).where(
                PaymentEvent.payment_id == payment.id, PaymentEvent.state == PaymentState.PAID.value
            )
        )
        try:
            move(
                desk,
                unit,
                payment,
                Step(PaymentState.PAID, on, EventSource.HAND, stated, paid_on=first_paid or batch.transfer_on),
                second,
            )
        except IntegrityError:
            raise Conflict(
                "K-1594",
                "この支払の子どもは、いまは別の支払で数えています。",
                kept="この支払は「振込不能」のままです。",
                todo="別の支払を止めるか、組戻しを依頼してから、直してください。",
            ) from None
        results.set_batch_state(session, batch)
        unit.record(Act.RESULT_CORRECTED, subject="case", subject_id=case.id, payment=payment.id, amount=payment.amount)
        # Another benefit of the case really came back: its form and account go on being looked at.
        left = approved_benefits(session, case.id)
        others = _came_back(session, left)
        notices = () if others else _restore(desk, session, payment)
        session.flush()
        if not others:
            _settle_status(desk, session, case.id, waits=bool(left))
        words = "「振込済」に直しました。" + _told(notices)
        if judgment.state != APPROVED:
            words += "この給付の決裁は、そのあと無効になっています。案件を確かめてください。"
    return Changes(results.CHANGED | Kind.LETTERS, words, (payment.case_id,))


def _came_back(session: Session, left: Sequence[JudgmentRecord]) -> bool:
    ids = [judgment.id for judgment in left]
    return session.scalar(select(Payment.id).where(Payment.judgment_id.in_(ids), Payment.state.in_(_CAME_BACK)).limit(1)) is not None


def _settle_status(desk: Desk, session: Session, case_id: int, *, waits: bool) -> None:
    """Back to where the case would stand without the failure; one that has gone on with something else stays there."""
    case, on_its_way = case_of(session, case_id), under_way(session, case_id)
    if case.status == CaseStatus.PAYMENT_FAILED.value:
        advance(case, Act.RESULT_CORRECTED, desk.now_text(), failed=waits or on_its_way)
        if on_its_way:
            # The other benefit of the case is in a batch already, and its result shall find the case there.
            advance(case, Act.BATCH_MADE, desk.now_text())
    elif case.status == CaseStatus.REVIEWED.value and not waits and not on_its_way:
        advance(case, Act.RESULT_CORRECTED, desk.now_text())


def _restore(desk: Desk, session: Session, payment: Payment) -> tuple[Letter, ...]:
    """Form and account as the failure found them. Returns the notices that asked the person for another account.

    What somebody has finished since (a review completed again, an account that was entered anew) stays.
    """
    _restore_account(session, payment.case_id)
    asked: list[Letter] = []
    for form in session.scalars(results.forms_about(payment.case_id, [payment.judgment_id]).order_by(ReturnedForm.id)).all():
        was, notices = _reopened(session, form.id), _notices(session, form.id)
        answers = _answers(session, notices)
        # An answer that was through its review itself took the place of this form, and is the one that was re-opened.
        replaced = any(answer.state == FormState.COMPLETED.value or _reopened(session, answer.id) is not None for answer in answers)
        if form.state in _OVER or replaced or (was is None and _is_answer(session, form)):
            continue
        _restore_form(desk, form, was or {})
        for answer in answers:
            # It answers a question that nobody had to ask.
            if FormState(answer.state) in OPEN:
                answer.state = FormState.SUPPLEMENTED.value
        asked += notices
    return tuple(asked)


def _reopened(session: Session, form_id: int) -> dict[str, Any] | None:
    """What the form was when money that came back re-opened it, as the log has it (see ``results.look_again``)."""
    query = select(AuditEntry.detail).where(AuditEntry.subject == "form", AuditEntry.subject_id == form_id)
    kept = session.scalar(query.order_by(AuditEntry.seq.desc()).limit(1))
    return dict(json.loads(kept)) if kept is not None else None


def _is_answer(session: Session, form: ReturnedForm) -> bool:
    letter = session.get(Letter, form.letter_id) if form.letter_id is not None else None
    return letter is not None and letter.kind == LetterKind.DEFICIENCY.value


def _restore_form(desk: Desk, form: ReturnedForm, was: dict[str, Any]) -> None:
    # Where an older version of the program kept nothing: a completed review had looked at both, and neither was deficient.
    items = items_of(form.items) | {
        Item.PASSBOOK: ItemState(was.get("passbook") or ItemState.FITS),
        Item.HOLDER: ItemState(was.get("holder") or ItemState.FITS),
    }
    form.items = with_items(form.items, items)
    form.deficiencies = "[]"
    form.state = FormState.COMPLETED.value
    form.completed_on = date.fromisoformat(was["completed_on"]) if was.get("completed_on") else desk.today()
    form.second_look_at, form.second_look_by = was.get("second_look_at"), was.get("second_look_by")


def _restore_account(session: Session, case_id: int) -> None:
    """The row that waits for a second person is a copy of the one that he had confirmed: what he saw has not changed."""
    live = live_account(session, case_id)
    if live is None or live.verified_by is not None:
        return
    before = session.scalar(select(AccountRecord).where(AccountRecord.superseded_by == live.id))
    if before is not None and before.verified_by is not None and all(getattr(before, name) == getattr(live, name) for name in _SAME):
        live.verified_at, live.verified_by = before.verified_at, before.verified_by


def _notices(session: Session, form_id: int) -> tuple[Letter, ...]:
    query = select(Letter).where(Letter.form_id == form_id, Letter.kind == LetterKind.DEFICIENCY.value, Letter.voided_by.is_(None))
    return tuple(session.scalars(query.order_by(Letter.id)))


def _answers(session: Session, notices: Sequence[Letter]) -> list[ReturnedForm]:
    return list(session.scalars(select(ReturnedForm).where(ReturnedForm.letter_id.in_([letter.id for letter in notices]))))


def _told(notices: Sequence[Letter]) -> str:
    """What is still to be done about letters: nobody shall be asked for an account for nothing."""
    states = {letter.state for letter in notices}
    words = ""
    if LetterState.SENT.value in states:
        words += "口座をたずねる手紙は発送したあとです。本人に知らせてください。"
    if states & {LetterState.PREPARED.value, LetterState.PRINTING.value, LetterState.PRINTED.value}:
        words += "口座をたずねる手紙を、送らずに書損にしてください。"
    return words

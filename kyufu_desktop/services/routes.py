"""How far the papers of a decided benefit have come, read for the table of the routes; what is ready without a form."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from kyufu_desktop.domain.calendar import is_business_day
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.programme import Programme, Route
from kyufu_desktop.domain.review import FormKind, FormState
from kyufu_desktop.domain.route import Reached, last_day_of_waiting
from kyufu_desktop.exchange.holidays import is_holiday
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord, Decline, ReturnedForm
from kyufu_desktop.services.case_steps import decided
from kyufu_desktop.services.workstation import value_of


def reached(session: Session, judgment: JudgmentRecord, account: AccountRecord | None) -> Reached:
    """The facts that the table of the routes asks for."""
    announcements = session.execute(
        select(Letter.state, Letter.return_due)
        .join(LetterBenefit, LetterBenefit.letter_id == Letter.id)
        .where(LetterBenefit.judgment_id == judgment.id, Letter.kind == LetterKind.PUSH.value, Letter.voided_by.is_(None))
    ).all()
    ends = [due for state, due in announcements if state == LetterState.SENT.value and due is not None]
    return Reached(
        form_completed=_one(
            session,
            select(ReturnedForm.id)
            .join(LetterBenefit, LetterBenefit.letter_id == ReturnedForm.letter_id)
            .where(LetterBenefit.judgment_id == judgment.id, ReturnedForm.state == FormState.COMPLETED.value),
        ),
        application_completed=_one(
            session,
            select(ReturnedForm.id).where(
                ReturnedForm.case_id == judgment.case_id,
                ReturnedForm.kind == FormKind.APPLICATION.value,
                ReturnedForm.state == FormState.COMPLETED.value,
            ),
        ),
        announced=bool(ends),
        announcement_returned=any(state == LetterState.UNDELIVERED.value for state, _ in announcements),
        wait_until=last_day_of_waiting(max(ends), _days(session), _is_bank_day) if ends else None,
        declined=_one(session, _declines(judgment.case_id).where(JudgmentRecord.benefit_key == judgment.benefit_key)),
        account_verified=account is not None and account.verified_by is not None,
    )


def _one(session: Session, query: Select[int]) -> bool:
    return session.scalar(query.limit(1)) is not None


def _declines(case_id: int) -> Select[int]:
    """Live declines of a case with the judgments that their letters told of.

    A decline is about the benefit, not about the record of its judgment: where that was voided and decided anew, it stops the new one too.
    """
    return (
        select(Decline.id)
        .join(LetterBenefit, LetterBenefit.letter_id == Decline.letter_id)
        .join(JudgmentRecord, JudgmentRecord.id == LetterBenefit.judgment_id)
        .where(Decline.case_id == case_id, Decline.withdrawn_at.is_(None))
    )


def declined_in_batch(session: Session, case_id: int) -> bool:
    """Whether a benefit of the case that waits in a batch of the house was declined."""
    paid = aliased(JudgmentRecord)
    in_batch = (
        select(paid.benefit_key)
        .join(Payment, Payment.judgment_id == paid.id)
        .where(Payment.case_id == case_id, Payment.state == PaymentState.IN_BATCH.value)
    )
    return _one(session, _declines(case_id).where(JudgmentRecord.benefit_key.in_(in_batch)))


def _is_bank_day(day: date) -> bool:
    return is_business_day(day, is_holiday)


def _days(session: Session) -> int:
    return int(value_of(session, "decline_wait_days"))


def silent_cases(session: Session, programme: Programme, on: date) -> int:
    """Cases of プッシュ型 whose period is over without a word from the person, and of which a benefit is not paid yet."""
    push = [category.value for category, route in programme.routes.items() if route is Route.PUSH]
    if not push:
        return 0
    days, last = _days(session), on - timedelta(days=1)
    while last_day_of_waiting(last, days, _is_bank_day) >= on:
        last -= timedelta(days=1)
    declined = select(Decline.letter_id).where(Decline.withdrawn_at.is_(None))
    query = (
        select(func.count(func.distinct(Letter.case_id)))
        .join(Case, Case.id == Letter.case_id)
        .join(LetterBenefit, LetterBenefit.letter_id == Letter.id)
        .join(JudgmentRecord, JudgmentRecord.id == LetterBenefit.judgment_id)
        .where(
            Case.category.in_(push),
            Letter.kind == LetterKind.PUSH.value,
            Letter.state == LetterState.SENT.value,
            Letter.voided_by.is_(None),
            Letter.return_due <= last,
            Letter.id.not_in(declined),
            *decided(),
        )
    )
    return session.scalar(query) or 0

"""What the station 収受・審査 shows: the queue of received forms, and one form with what is still missing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain import review as rules
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.review import OPEN, FormKind, FormState, Item, ItemState, SecondLook, Waits
from kyufu_desktop.domain.values import Relation
from kyufu_desktop.models.case import Case, CaseExit, Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.review import AccountRecord, Decline, ReturnedForm
from kyufu_desktop.services import accounts
from kyufu_desktop.services.accounts import AccountRow
from kyufu_desktop.services.case_steps import approved_benefits, benefit_words, case_of, live_account, recipient
from kyufu_desktop.services.receipt import day_due
from kyufu_desktop.services.review_forms import LATE_REASON, answer_days, form_of, items_of, looked_at, note_of, policy
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form of the queue. ``reviewed_by`` is who looked at it, where it waits for a second person's look; else None."""

    form_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    received_on: date
    late: bool
    state: FormState
    waits: Waits
    missing: tuple[str, ...]
    reviewed_by: int | None
    answer_by: date | None
    """The day by which its deficiencies were to be mended."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form under review: items with their state, chosen deficiencies, account, what is still missing in sentences."""

    form_id: int
    case_id: int
    kind: FormKind
    code: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    benefits: str
    amount: int
    received_on: date
    postmark_on: date | None
    late: bool
    late_reason: str = field(repr=False)
    """Why the officer accepts the form although it is late; empty where nobody decided."""
    deadline: date
    items: dict[Item, ItemState]
    deficiencies: tuple[str, ...]
    answer_by: date | None
    account: AccountRow | None
    waits: Waits
    missing: tuple[str, ...]
    state: FormState


@dataclass(frozen=True, slots=True)
class ReviewPage:
    waiting: tuple[FormRow, ...]
    completed: int
    not_returned: int
    """Letters sent and not yet back, nor declined."""


def page(desk: Desk) -> ReviewPage:
    with desk.look() as session:
        completed = session.scalar(select(func.count()).select_from(ReturnedForm).where(ReturnedForm.state == FormState.COMPLETED.value))
        not_returned = session.scalar(
            select(func.count())
            .select_from(Letter)
            .where(
                Letter.kind == LetterKind.CONFIRMATION.value,
                Letter.state == LetterState.SENT.value,
                Letter.voided_by.is_(None),
                Letter.id.not_in(select(ReturnedForm.letter_id).where(ReturnedForm.letter_id.is_not(None))),
                Letter.id.not_in(select(Decline.letter_id).where(Decline.withdrawn_at.is_(None))),
            )
        )
        return ReviewPage(_rows(session, desk.today()), completed or 0, not_returned or 0)


def _rows(session: Session, on: date) -> tuple[FormRow, ...]:
    """Every form under review, a few queries for all of them: the list is read again after every act.

    A form that was refused as late is here again when the exit that followed it was revoked.
    """
    live = and_(AccountRecord.case_id == ReturnedForm.case_id, AccountRecord.superseded_by.is_(None))
    gone = select(CaseExit.case_id).where(CaseExit.revoked_at.is_(None))
    query = (
        select(ReturnedForm, Letter.code, Case.management_number, Person.name, AccountRecord)
        .join(Case, Case.id == ReturnedForm.case_id)
        .outerjoin(Letter, Letter.id == ReturnedForm.letter_id)
        .outerjoin(Person, and_(Person.case_id == ReturnedForm.case_id, Person.relation == Relation.HEAD.value))
        .outerjoin(AccountRecord, live)
        .where(
            or_(
                ReturnedForm.state.in_(sorted(state.value for state in OPEN)),
                and_(ReturnedForm.state == FormState.LATE.value, ReturnedForm.case_id.not_in(gone)),
            )
        )
        .order_by(ReturnedForm.received_on, ReturnedForm.id, Person.id)
    )
    found: dict[int, FormRow] = {}
    read = session.execute(query).all()
    wanted = policy(session)
    days = answer_days(session, {form.id for form, *_ in read if form.state == FormState.DEFICIENT.value})
    for form, code, number, name, account in read:
        if form.id in found:
            continue
        if not name:
            # Says that the household has no head.
            name = recipient(case_of(session, form.case_id)).name
        looked = looked_at(form, account, days.get(form.id))
        second = rules.needs_second_look(wanted, looked) and not looked.second_look and rules.ready_for_second_look(looked)
        found[form.id] = FormRow(
            form_id=form.id,
            case_id=form.case_id,
            code=code or application_words(number),
            name=name,
            received_on=form.received_on,
            late=form.late and not looked.late_accepted,
            state=FormState(form.state),
            waits=rules.waits_for(looked, wanted, on),
            missing=rules.complete(looked, wanted),
            reviewed_by=form.reviewed_by if second else None,
            answer_by=looked.answer_by,
        )
    return tuple(found.values())


def second_looks(session: Session, on: date) -> dict[int, int]:
    """Reviewer -> how many forms that he looked at wait for another person's look."""
    if policy(session) is SecondLook.NONE:
        return {}
    return dict(Counter(row.reviewed_by for row in _rows(session, on) if row.reviewed_by is not None))


def application_words(management_number: str) -> str:
    """What an application is called where a form has the code of its letter."""
    return f"申請書 {management_number}"


def form(desk: Desk, form_id: int) -> FormPage:
    with desk.look() as session:
        found = form_of(session, form_id)
        case = case_of(session, found.case_id)
        letter = session.get_one(Letter, found.letter_id) if found.letter_id is not None else None
        told = _told(session, found, letter)
        account = live_account(session, case.id)
        head = recipient(case)
        wanted = policy(session)
        looked = looked_at(found, account, answer_days(session, [found.id]).get(found.id))
        state = FormState(found.state)
        return FormPage(
            form_id=found.id,
            case_id=case.id,
            kind=FormKind(found.kind),
            code=letter.code if letter is not None else application_words(case.management_number),
            name=head.name,
            kana=head.kana,
            benefits=benefit_words(told, desk.programme) or "まだ決裁されていません",
            amount=sum(judgment.amount for judgment in told),
            received_on=found.received_on,
            postmark_on=found.postmark_on,
            late=found.late,
            late_reason=note_of(found.items, LATE_REASON),
            deadline=day_due(letter) if letter is not None else desk.programme.return_deadline,
            items=items_of(found.items),
            deficiencies=tuple(json.loads(found.deficiencies)),
            answer_by=looked.answer_by,
            account=None if account is None else accounts.row(session, account),
            waits=rules.waits_for(looked, wanted, desk.today()),
            missing=rules.complete(looked, wanted) if state in OPEN else (),
            state=state,
        )


def _told(session: Session, form: ReturnedForm, letter: Letter | None) -> list[JudgmentRecord]:
    """The benefits that the form is about: those of its letter; an application is about all that the case is to be paid."""
    if form.kind == FormKind.APPLICATION.value or letter is None:
        return approved_benefits(session, form.case_id)
    return list(
        session.scalars(
            select(JudgmentRecord)
            .join(LetterBenefit, LetterBenefit.judgment_id == JudgmentRecord.id)
            .where(LetterBenefit.letter_id == letter.id)
            .order_by(JudgmentRecord.id)
        )
    )

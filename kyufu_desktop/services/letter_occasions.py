"""Which cases are due for which letter besides their first one, for all cases in a handful of queries; and whether a letter still is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.letter_occasion import Occasion, announcement_due, notice_due, reminder_due
from kyufu_desktop.domain.outcome import Outcome
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.programme import Programme, Route
from kyufu_desktop.domain.review import FormKind, FormState
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.payment import Batch, Payment, PaymentEvent
from kyufu_desktop.models.review import Decline, ReturnedForm
from kyufu_desktop.services import routes
from kyufu_desktop.services.case_facts import chunks
from kyufu_desktop.services.case_steps import decided
from kyufu_desktop.services.letter_standing import LIVE, applications, stale

#: Batches whose transfers are told to the people: decided, and not cancelled.
_ANNOUNCED: tuple[str, ...] = (BatchState.APPROVED.value, BatchState.WRITING.value, BatchState.SENT.value)


def occasions(session: Session, programme: Programme, today: date) -> tuple[Occasion, ...]:
    """Reminders, 不備通知, decisions, refusals and announcements that are due and not written yet, in the order of the kinds."""
    gone = stale(session, today)
    told = _told(session, gone)
    found = (
        *_reminders(session, programme, today, told[LetterKind.REMINDER]),
        *_deficiencies(session, today, gone),
        *_decisions(session, programme, told[LetterKind.DECISION]),
        *_refusals(session, told[LetterKind.REFUSAL]),
        *_announcements(session, today, gone),
    )
    order = list(LetterKind)
    return tuple(sorted(found, key=lambda occasion: (order.index(occasion.kind), occasion.case_id)))


def of_letter(session: Session, letter: Letter) -> Occasion:
    """The occasion that a letter was made for, to make it anew."""
    told = select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id).order_by(LetterBenefit.id)
    return Occasion(LetterKind(letter.kind), letter.case_id, tuple(session.scalars(told)), letter.amount, letter.form_id, letter.batch_id)


def passed(session: Session, letter: Letter, today: date) -> str:
    """Why a letter that has not left may not leave any more; empty where it may."""
    told = select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)
    states = session.scalars(select(JudgmentRecord.state).where(JudgmentRecord.id.in_(told))).all()
    if any(state != "APPROVED" for state in states):
        return "決裁は、無効になっています。"
    return _PASSED.get(LetterKind(letter.kind), _never)(session, letter, today)


def _never(_session: Session, _letter: Letter, _today: date) -> str:
    return ""


def _form_passed(session: Session, letter: Letter, _today: date) -> str:
    told = select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)
    open_still = session.scalar(select(func.count(JudgmentRecord.id)).where(JudgmentRecord.id.in_(told), *decided()))
    if not open_still:
        return "振込が始まっています。"
    return "申請書を収受しています。" if session.scalar(applications([letter.case_id]).limit(1)) is not None else ""


def _reminder_passed(session: Session, letter: Letter, today: date) -> str:
    judgments = select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)
    asking = (
        select(Letter)
        .join(LetterBenefit, LetterBenefit.letter_id == Letter.id)
        .where(Letter.kind == LetterKind.CONFIRMATION.value, Letter.voided_by.is_(None), LetterBenefit.judgment_id.in_(judgments))
    )
    forms = list(session.scalars(asking))
    if session.scalar(select(ReturnedForm.id).where(ReturnedForm.letter_id.in_([form.id for form in forms])).limit(1)) is not None:
        return "確認書は、もう届いています。"
    if not any(form.return_due is not None and today <= form.return_due for form in forms):
        return "確認書の提出期限が過ぎています。"
    if session.scalar(_declined().where(Decline.letter_id.in_([form.id for form in forms])).limit(1)) is not None:
        return "辞退の届出があります。"
    return ""


def _declined() -> Select[int]:
    """Letters that the person does not want anything of: nobody is asked again."""
    return select(Decline.letter_id).where(Decline.withdrawn_at.is_(None))


def _deficiency_passed(session: Session, letter: Letter, _today: date) -> str:
    form = session.get(ReturnedForm, letter.form_id) if letter.form_id is not None else None
    return "" if form is not None and form.state == FormState.DEFICIENT.value else "不備は、もう補われています。"


def _announcement_passed(session: Session, letter: Letter, today: date) -> str:
    batch = session.get(Batch, letter.batch_id) if letter.batch_id is not None else None
    if batch is None or batch.state not in _ANNOUNCED:
        return "振込の回は、取り消されています。"
    told = set(session.scalars(select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)))
    held = select(Payment.judgment_id).where(Payment.batch_id == batch.id, Payment.state != PaymentState.CANCELLED.value)
    if told - set(session.scalars(held)):
        return "振込の回から外れた給付を知らせています。"
    if routes.declined_in_batch(session, letter.case_id):
        return "辞退の届出があります。"
    return "" if announcement_due(batch.transfer_on, today) else "振込日になりました。"


#: What besides its decisions a letter rests on.
_PASSED: dict[LetterKind, Callable[[Session, Letter, date], str]] = {
    LetterKind.PUSH: _form_passed,
    LetterKind.CONFIRMATION: _form_passed,
    LetterKind.REMINDER: _reminder_passed,
    LetterKind.DEFICIENCY: _deficiency_passed,
    LetterKind.PAYMENT: _announcement_passed,
}


def _told(session: Session, gone: frozenset[int]) -> dict[LetterKind, set[int]]:
    """Kind -> judgments that a letter of it, which is not waste paper and not ``gone``, tells of."""
    query = (
        select(Letter.kind, LetterBenefit.judgment_id)
        .join(LetterBenefit, LetterBenefit.letter_id == Letter.id)
        .where(Letter.voided_by.is_(None), Letter.state.in_(LIVE), Letter.id.not_in(gone))
    )
    told: dict[LetterKind, set[int]] = defaultdict(set)
    for kind, judgment_id in session.execute(query):
        told[LetterKind(kind)].add(judgment_id)
    return told


def _of_forms(session: Session, letter_ids: Iterable[int]) -> dict[int, list[JudgmentRecord]]:
    """Letter id -> the approved benefits that it tells of."""
    found: dict[int, list[JudgmentRecord]] = defaultdict(list)
    for part in chunks(list(letter_ids)):
        query = (
            select(LetterBenefit.letter_id, JudgmentRecord)
            .join(JudgmentRecord, JudgmentRecord.id == LetterBenefit.judgment_id)
            .where(LetterBenefit.letter_id.in_(part), JudgmentRecord.state == "APPROVED", JudgmentRecord.superseded_by.is_(None))
            .order_by(JudgmentRecord.id)
        )
        for letter_id, judgment in session.execute(query):
            found[letter_id].append(judgment)
    return found


def _about(kind: LetterKind, case_id: int, judgments: Iterable[JudgmentRecord], form_id: int | None = None) -> Occasion:
    listed = list(judgments)
    return Occasion(kind, case_id, tuple(judgment.id for judgment in listed), sum(judgment.amount for judgment in listed), form_id)


def _reminders(session: Session, programme: Programme, today: date, reminded: set[int]) -> list[Occasion]:
    """Sent confirmation letters whose form is not back; each decision is asked for once."""
    query = select(Letter).where(
        Letter.kind == LetterKind.CONFIRMATION.value,
        Letter.state == LetterState.SENT.value,
        Letter.voided_by.is_(None),
        Letter.return_due.is_not(None),
        Letter.id.not_in(select(ReturnedForm.letter_id).where(ReturnedForm.letter_id.is_not(None))),
        Letter.id.not_in(_declined()),
    )
    waiting = {
        letter.id: letter.case_id
        for letter in session.scalars(query)
        if letter.return_due is not None and reminder_due(letter.return_due, programme.reminder_days_before, today)
    }
    found = []
    for letter_id, judgments in _of_forms(session, waiting).items():
        missing = [judgment for judgment in judgments if judgment.id not in reminded]
        if missing:
            found.append(_about(LetterKind.REMINDER, waiting[letter_id], missing))
    return found


def _deficiencies(session: Session, today: date, gone: frozenset[int]) -> list[Occasion]:
    """Forms with a deficiency that no letter has told of yet, or that were asked for once and not answered by the day of that letter.

    The second letter is the reminder; nobody is written to a third time. Letters of ``gone`` must not be printed any more.
    """
    told: dict[int, list[Letter]] = defaultdict(list)
    notices = select(Letter).where(
        Letter.kind == LetterKind.DEFICIENCY.value,
        Letter.voided_by.is_(None),
        Letter.state.in_(LIVE),
        Letter.form_id.is_not(None),
        Letter.id.not_in(gone),
        Letter.id.not_in(_overtaken()),
    )
    for notice in session.scalars(notices):
        assert notice.form_id is not None
        told[notice.form_id].append(notice)
    query = select(ReturnedForm).where(ReturnedForm.state == FormState.DEFICIENT.value).order_by(ReturnedForm.id)
    forms = [form for form in session.scalars(query) if notice_due([_asked(notice) for notice in told[form.id]], today)]
    judgments = _of_forms(session, (form.letter_id for form in forms if form.letter_id is not None))
    found = []
    for form in forms:
        # An application may be deficient before anything was decided: its letter tells of the form and of no benefit.
        about = [] if form.kind == FormKind.APPLICATION.value or form.letter_id is None else judgments[form.letter_id]
        if about or form.kind == FormKind.APPLICATION.value:
            found.append(_about(LetterKind.DEFICIENCY, form.case_id, about, form.id))
    return found


def _overtaken() -> Select[int]:
    """Letters older than a failed transfer of their case: what they told of was mended before, and the account is asked for anew."""
    failed = select(PaymentEvent.id).join(Payment, Payment.id == PaymentEvent.payment_id)
    later = failed.where(
        Payment.case_id == Letter.case_id, PaymentEvent.state == PaymentState.FAILED.value, PaymentEvent.entered_at > Letter.prepared_at
    )
    return select(Letter.id).where(later.exists())


def _asked(notice: Letter) -> date | None:
    """The day by which a notice that was posted had to be answered; None while it waits in the house."""
    return notice.return_due if notice.state == LetterState.SENT.value else None


def _decisions(session: Session, programme: Programme, told: set[int]) -> list[Occasion]:
    """Benefits whose form, or the application of whose case, is through the review: the ward tells that it pays."""
    query = select(ReturnedForm).where(ReturnedForm.state == FormState.COMPLETED.value).order_by(ReturnedForm.id)
    completed = list(session.scalars(query))
    forms = {form.letter_id: form for form in completed if form.letter_id is not None and form.kind == FormKind.CONFIRMATION.value}
    declined = set(session.scalars(_declined()))
    known = set(told)
    found = []
    for letter_id, judgments in _of_forms(session, forms).items():
        new = [judgment for judgment in judgments if judgment.id not in known]
        if new and letter_id not in declined:
            known.update(judgment.id for judgment in new)
            found.append(_about(LetterKind.DECISION, forms[letter_id].case_id, new, forms[letter_id].id))
    applied = {form.case_id: form for form in completed if form.kind == FormKind.APPLICATION.value}
    for case_id, judgments in _of_applicants(session, programme, applied).items():
        new = [judgment for judgment in judgments if judgment.id not in known]
        if new:
            found.append(_about(LetterKind.DECISION, case_id, new, applied[case_id].id))
    return found


def _of_applicants(session: Session, programme: Programme, case_ids: Iterable[int]) -> dict[int, list[JudgmentRecord]]:
    """Case id -> what it is decided to be paid, of cases whose category is paid by application."""
    categories = [category.value for category, route in programme.routes.items() if route is Route.APPLICATION]
    found: dict[int, list[JudgmentRecord]] = defaultdict(list)
    for part in chunks(list(case_ids)):
        query = (
            select(JudgmentRecord)
            .join(Case, Case.id == JudgmentRecord.case_id)
            .where(
                Case.id.in_(part),
                Case.category.in_(categories),
                JudgmentRecord.state == "APPROVED",
                JudgmentRecord.outcome == Outcome.ELIGIBLE.value,
                JudgmentRecord.superseded_by.is_(None),
            )
            .order_by(JudgmentRecord.id)
        )
        for judgment in session.scalars(query):
            found[judgment.case_id].append(judgment)
    return found


def _refusals(session: Session, told: set[int]) -> list[Occasion]:
    """Benefits that were decided not to be paid, one letter a case."""
    query = (
        select(JudgmentRecord)
        .where(
            JudgmentRecord.state == "APPROVED",
            JudgmentRecord.outcome == Outcome.NG.value,
            JudgmentRecord.superseded_by.is_(None),
        )
        .order_by(JudgmentRecord.id)
    )
    by_case: dict[int, list[JudgmentRecord]] = defaultdict(list)
    for judgment in session.scalars(query):
        if judgment.id not in told:
            by_case[judgment.case_id].append(judgment)
    return [_about(LetterKind.REFUSAL, case_id, judgments) for case_id, judgments in by_case.items()]


def _announcements(session: Session, today: date, gone: frozenset[int]) -> list[Occasion]:
    """Transfers of an approved batch before their day, one letter a case and batch."""
    told = {
        (case_id, batch_id)
        for case_id, batch_id in session.execute(
            select(Letter.case_id, Letter.batch_id).where(
                Letter.kind == LetterKind.PAYMENT.value, Letter.voided_by.is_(None), Letter.state.in_(LIVE), Letter.id.not_in(gone)
            )
        )
    }
    query = (
        select(Payment, Batch)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Batch.state.in_(_ANNOUNCED),
            Batch.method == PayMethod.TRANSFER.value,
            Payment.state.in_((PaymentState.IN_BATCH.value, PaymentState.SENT.value)),
        )
        .order_by(Payment.id)
    )
    by_case: dict[tuple[int, int], list[Payment]] = defaultdict(list)
    declined = set(session.scalars(select(Decline.case_id).where(Decline.withdrawn_at.is_(None))))
    stopped = {case_id for case_id in declined if routes.declined_in_batch(session, case_id)}
    for payment, batch in session.execute(query):
        if announcement_due(batch.transfer_on, today) and (payment.case_id, batch.id) not in told and payment.case_id not in stopped:
            by_case[(payment.case_id, batch.id)].append(payment)
    return [
        Occasion(
            LetterKind.PAYMENT,
            case_id,
            tuple(payment.judgment_id for payment in payments),
            sum(payment.amount for payment in payments),
            batch_id=batch_id,
        )
        for (case_id, batch_id), payments in by_case.items()
    ]

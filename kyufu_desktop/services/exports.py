"""What leaves for the host and for the information network, built from the rows and sealed in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.inquiry import InquiryKind, must_ask_tax
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, Relation
from kyufu_desktop.errors import Conflict
from kyufu_desktop.exchange import envelope, inquiry_files
from kyufu_desktop.exchange.inquiry_files import StatusRow, TaxInquiry
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services.case_facts import newest_tax_facts, person_facts
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Outgoing, name_of, next_number
from kyufu_desktop.services.session import Desk

_SETTLED = (PaymentState.PAID.value, PaymentState.FAILED.value)

#: 給付状況 of a benefit by the newest attempt to pay it.
_STATUS_WORDS: dict[str, str] = {
    PaymentState.PAID.value: "支給済",
    PaymentState.FAILED.value: "振込不能",
    PaymentState.SENT.value: "振込手続中",
    PaymentState.IN_BATCH.value: "振込手続中",
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Somebody who must be asked and was not asked yet."""

    person_id: int
    case_id: int
    resident_number: str = field(repr=False)
    asked_of: str = field(repr=False)


def status_rows(session: Session) -> tuple[StatusRow, ...]:
    """One row for every decided benefit, by management number. 支給額 is what the bank has paid, else 0."""
    newest: dict[int, Payment] = {}
    for payment in session.scalars(select(Payment).where(Payment.state != PaymentState.CANCELLED.value).order_by(Payment.id)):
        newest[payment.judgment_id] = payment
    letters: dict[int, Letter] = {}
    for letter in session.scalars(select(Letter).where(Letter.sent_on.is_not(None)).order_by(Letter.id)):
        letters[letter.case_id] = letter
    rows = []
    query = (
        select(JudgmentRecord, Case.management_number)
        .join(Case, Case.id == JudgmentRecord.case_id)
        .where(JudgmentRecord.state == "APPROVED", JudgmentRecord.superseded_by.is_(None))
        .order_by(Case.management_number, JudgmentRecord.id)
    )
    for judgment, number in session.execute(query):
        rows.append(_status_row(judgment, number, newest.get(judgment.id), letters.get(judgment.case_id)))
    return tuple(rows)


def _status_row(judgment: JudgmentRecord, number: str, payment: Payment | None, letter: Letter | None) -> StatusRow:
    eligible = judgment.outcome == Outcome.ELIGIBLE.value
    paid = payment is not None and payment.state == PaymentState.PAID.value
    word = _STATUS_WORDS.get(payment.state, "手続中") if payment is not None else ("手続中" if eligible else "不支給")
    benefit = Benefit(judgment.benefit)
    return StatusRow(
        management_number=number,
        # The host has no word for "one of the two household benefits"; a refusal is told once, under the first.
        benefit=Benefit.HIKAZEI if benefit is Benefit.HOUSEHOLD else benefit,
        eligible=eligible,
        amount=payment.amount if paid and payment is not None else 0,
        transferred_on=payment.paid_on if paid and payment is not None else None,
        status=word,
        letter_sent_on=letter.sent_on if letter is not None else None,
        letter_due_on=letter.return_due if letter is not None else None,
    )


def unreported(session: Session) -> int:
    """Payments whose result the host has not been told."""
    query = select(func.count()).select_from(Payment).where(Payment.state.in_(_SETTLED), Payment.reported_export_id.is_(None))
    return session.scalar(query) or 0


def to_ask(session: Session, kind: InquiryKind) -> tuple[ToAsk, ...]:
    """TAX: who moved in after 1 January and whose levy is not known here. ACCOUNT: every recipient. Nobody is asked twice."""
    asked = select(InquiryRecord.person_id).where(InquiryRecord.kind == kind.value)
    query = select(Person).where(Person.id.not_in(asked)).order_by(Person.case_id, Person.id)
    if kind is InquiryKind.ACCOUNT:
        query = query.where(Person.relation == Relation.HEAD.value)
        return tuple(ToAsk(person.id, person.case_id, person.resident_number, "") for person in session.scalars(query))
    people = session.scalars(query.where(Person.moved_in_from.is_not(None))).all()
    taxes = newest_tax_facts(session, sorted({person.case_id for person in people}))
    return tuple(
        ToAsk(person.id, person.case_id, person.resident_number, person.moved_in_from or "")
        for person in people
        if must_ask_tax(person_facts(person, taxes.get(person.id)))
    )


def inquiries_to_make(session: Session, kind: InquiryKind) -> int:
    return len(to_ask(session, kind))


def status(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    with desk.look() as session:
        rows = status_rows(session)
        settled = tuple(
            session.scalars(
                select(Payment.id).where(Payment.state.in_(_SETTLED), Payment.reported_export_id.is_(None)).order_by(Payment.id)
            )
        )
        number = next_number(session, ExportKind.HOST_STATUS)
    if not rows:
        raise Conflict("K-1697", "決裁した給付がまだありません。", todo="判定を決裁してから、書き出してください。")
    progress(1, 3)
    plain = inquiry_files.status_workbook(rows, created_on=desk.today(), practice=desk.practice)
    progress(2, 3)

    def reported(unit: UnitOfWork, export_id: int) -> None:
        for payment_id in settled:
            unit.session.get_one(Payment, payment_id).reported_export_id = export_id

    total = sum(row.amount for row in rows)
    return _sealed(ExportKind.HOST_STATUS, number, plain, len(rows), total, medium, reported, progress)


def inquiries(desk: Desk, kind: InquiryKind, medium: str, progress: Progress) -> Outgoing:
    export_kind = ExportKind.INQUIRY_TAX if kind is InquiryKind.TAX else ExportKind.INQUIRY_ACCOUNT
    with desk.look() as session:
        people = to_ask(session, kind)
        number = next_number(session, export_kind)
    if not people:
        raise Conflict("K-1692", "新しく照会する人はいません。", todo="回答を待つか、支給対象者データを取り込んでください。")
    progress(1, 3)
    if kind is InquiryKind.TAX:
        rows = [TaxInquiry(person.resident_number, person.asked_of) for person in people]
        plain = inquiry_files.tax_inquiry_workbook(rows, created_on=desk.today(), practice=desk.practice)
    else:
        numbers = [person.resident_number for person in people]
        plain = inquiry_files.account_inquiry_workbook(numbers, created_on=desk.today(), practice=desk.practice)
    progress(2, 3)

    def asked(unit: UnitOfWork, export_id: int) -> None:
        _enter_asked(desk, unit, kind, people, export_id)

    return _sealed(export_kind, number, plain, len(people), 0, medium, asked, progress)


def _enter_asked(desk: Desk, unit: UnitOfWork, kind: InquiryKind, people: Sequence[ToAsk], export_id: int) -> None:
    at = desk.now_text()
    if {person.person_id for person in to_ask(unit.session, kind)} != {person.person_id for person in people}:
        raise Conflict("K-1693", "ファイルを作ったあとに、照会する人が変わりました。", todo="もう一度作り直してください。")
    for person in people:
        unit.session.add(
            InquiryRecord(
                case_id=person.case_id,
                person_id=person.person_id,
                kind=kind.value,
                asked_of=person.asked_of,
                asked_at=at,
                asked_by=desk.staff.id,
                export_id=export_id,
            )
        )
    for case_id in dict.fromkeys(person.case_id for person in people):
        if kind is InquiryKind.TAX:
            advance(unit.session.get_one(Case, case_id), Act.INQUIRY_MADE, at)
        unit.record(Act.INQUIRY_MADE, subject="case", subject_id=case_id, kind=kind.value, export=export_id)


def exclusion(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    with desk.look() as session:
        query = (
            select(Case.management_number, Person.resident_number)
            .join(Person, Person.case_id == Case.id)
            .order_by(Case.management_number, Person.id)
        )
        pairs = [(number, resident) for number, resident in session.execute(query)]
        number = next_number(session, ExportKind.EXCLUSION)
    if not pairs:
        raise Conflict("K-1694", "案件がまだありません。", todo="支給対象者データを取り込んでください。")
    progress(1, 3)
    plain = inquiry_files.exclusion_workbook(pairs, created_on=desk.today(), practice=desk.practice)
    progress(2, 3)
    return _sealed(ExportKind.EXCLUSION, number, plain, len(pairs), 0, medium, None, progress)


def _sealed(
    kind: ExportKind,
    number: int,
    plain: bytes,
    rows: int,
    total: int,
    medium: str,
    on_written: Callable[[UnitOfWork, int], None] | None,
    progress: Progress,
) -> Outgoing:
    password = envelope.generate_password()
    data = envelope.seal(plain, password)

    def verify(back: bytes) -> None:
        envelope.verify(back, password, plain)

    progress(3, 3)
    return Outgoing(
        export_id=0,
        file_name=name_of(kind, number),
        data=data,
        rows=rows,
        total=total,
        sha256=hashlib.sha256(data).hexdigest(),
        password=password,
        kind=kind,
        medium=medium,
        verify=verify,
        on_written=on_written,
    )

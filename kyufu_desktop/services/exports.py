"""What leaves for the host and for the information network, built from the rows and sealed in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.facts import ExitKind
from kyufu_desktop.domain.inquiry import ASKED_AGAIN, InquiryKind, may_ask_account, must_ask_tax
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.letter import FIRST
from kyufu_desktop.domain.payment import WITH_PAYEE, PaymentState
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_LABELS, Benefit, Category, Relation
from kyufu_desktop.errors import Conflict
from kyufu_desktop.exchange import envelope, inquiry_check, inquiry_files
from kyufu_desktop.exchange.inquiry_files import StatusRow, TaxInquiry
from kyufu_desktop.models.case import Case, CaseExit, Person, ReceivedNotice
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services.case_facts import newest_tax_facts, person_facts
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Outgoing, name_of, next_number
from kyufu_desktop.services.session import Desk

_FIRST = tuple(kind.value for kind in FIRST)
#: The bank or the counter has said what became of it. Money that came back is told like money that was paid.
_SETTLED = tuple(sorted(state.value for state in set(PaymentState) - {PaymentState.IN_BATCH, PaymentState.SENT, PaymentState.CANCELLED}))
#: 給付状況 of a benefit by the newest attempt to pay it. A recall that the payee refused leaves the money where it is.
_STATUS_WORDS: dict[PaymentState, str] = {
    PaymentState.IN_BATCH: "支払手続中",
    PaymentState.SENT: "支払手続中",
    PaymentState.PAID: "支給済",
    PaymentState.FAILED: "振込不能",
    PaymentState.RECALL_ASKED: "組戻依頼中",
    PaymentState.RECALLED: "組戻済",
    PaymentState.RECALL_REFUSED: "支給済",
    PaymentState.REPAYMENT_CLAIMED: "返還請求中",
    PaymentState.REPAID: "返還済",
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Somebody who must be asked and was not asked yet."""

    person_id: int
    case_id: int
    resident_number: str = field(repr=False)
    asked_of: str = field(repr=False)


def status_rows(session: Session) -> tuple[StatusRow, ...]:
    """One row for every decided benefit, by management number. 支給額 is what the payee has, asked back or not, else 0."""
    newest: dict[int, Payment] = {}
    for payment in session.scalars(select(Payment).where(Payment.state != PaymentState.CANCELLED.value).order_by(Payment.id)):
        newest[payment.judgment_id] = payment
    letters: dict[int, Letter] = {}
    for letter in session.scalars(select(Letter).where(Letter.sent_on.is_not(None), Letter.kind.in_(_FIRST)).order_by(Letter.id)):
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
    paid = payment is not None and PaymentState(payment.state) in WITH_PAYEE
    word = _STATUS_WORDS[PaymentState(payment.state)] if payment is not None else ("手続中" if eligible else "不支給")
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


def to_ask(session: Session, kind: InquiryKind, programme: Programme) -> tuple[ToAsk, ...]:
    """Whom the next file of this kind asks about; cases of another programme and those that have left are not among them.

    TAX: who moved in after the levy date and whose levy is not known here. ACCOUNT: recipients of the categories for which the programme
    allows it. Nobody is asked twice: only a person for whom somebody decided to ask again (ASKED_AGAIN) comes back.
    """
    asked = select(InquiryRecord.person_id).where(
        InquiryRecord.kind == kind.value, or_(InquiryRecord.result.is_(None), InquiryRecord.result != ASKED_AGAIN)
    )
    left = select(CaseExit.case_id).where(CaseExit.revoked_at.is_(None))
    query = (
        select(Person)
        .join(Case, Case.id == Person.case_id)
        .where(Person.id.not_in(asked), Case.programme == programme.code, Case.id.not_in(left))
        .order_by(Person.case_id, Person.id)
    )
    if kind is InquiryKind.ACCOUNT:
        allowed = [category.value for category in Category if may_ask_account(programme, category)]
        query = query.where(Person.relation == Relation.HEAD.value, Case.category.in_(allowed))
        return tuple(ToAsk(person.id, person.case_id, person.resident_number, "") for person in session.scalars(query))
    people = session.scalars(query.where(Person.moved_in_from.is_not(None))).all()
    taxes = newest_tax_facts(session, sorted({person.case_id for person in people}))
    return tuple(
        ToAsk(person.id, person.case_id, person.resident_number, person.moved_in_from or "")
        for person in people
        if must_ask_tax(person_facts(person, taxes.get(person.id)))
    )


def inquiries_to_make(session: Session, kind: InquiryKind, programme: Programme) -> int:
    return len(to_ask(session, kind, programme))


def refuse_account(programme: Programme) -> None:
    """Raises ``Conflict`` K-1765 where the programme lets nobody's public-money account be asked for."""
    if any(may_ask_account(programme, category) for category in Category):
        return
    raise Conflict(
        "K-1765",
        "この給付では、公金受取口座を照会しません。",
        kept=f"{'・'.join(CATEGORY_LABELS.values())}の口座は、相手方や親が知っていることがあります。",
        todo="本人が申し出た口座を、確認書で確かめてください。",
    )


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
    words = {item.benefit: item.host_word for item in desk.programme.benefits}
    plain = inquiry_files.status_workbook(rows, created_on=desk.today(), practice=desk.practice, words=words)
    progress(2, 3)

    def reported(unit: UnitOfWork, export_id: int) -> None:
        for payment_id in settled:
            unit.session.get_one(Payment, payment_id).reported_export_id = export_id

    total = sum(row.amount for row in rows)
    return sealed(ExportKind.HOST_STATUS, number, plain, len(rows), total, medium, reported, progress)


def inquiries(desk: Desk, kind: InquiryKind, medium: str, progress: Progress) -> Outgoing:
    """One request file of one kind and one programme, in which every row says 不開示 要; nothing is marked until it is written.

    Raises Conflict K-1692 (nobody to ask), K-1765 (this programme asks for no account), CustodyProblem K-1766 (a row without the flag).
    """
    tax = kind is InquiryKind.TAX
    export_kind, layout = (ExportKind.INQUIRY_TAX, "inquiry_tax") if tax else (ExportKind.INQUIRY_ACCOUNT, "inquiry_account")
    if not tax:
        refuse_account(desk.programme)
    with desk.look() as session:
        people = to_ask(session, kind, desk.programme)
        number = next_number(session, export_kind)
    if not people:
        raise Conflict("K-1692", "新しく照会する人はいません。", todo="回答を待つか、支給対象者データを取り込んでください。")
    progress(1, 3)
    if tax:
        rows = [TaxInquiry(person.resident_number, person.asked_of) for person in people]
        plain = inquiry_files.tax_inquiry_workbook(rows, created_on=desk.today(), practice=desk.practice)
    else:
        numbers = [person.resident_number for person in people]
        plain = inquiry_files.account_inquiry_workbook(numbers, created_on=desk.today(), practice=desk.practice)
    inquiry_check.require_hidden(plain, layout, len(people))
    progress(2, 3)

    def asked(unit: UnitOfWork, export_id: int) -> None:
        _enter_asked(desk, unit, kind, people, export_id)

    return sealed(export_kind, number, plain, len(people), 0, medium, asked, progress)


def _enter_asked(desk: Desk, unit: UnitOfWork, kind: InquiryKind, people: Sequence[ToAsk], export_id: int) -> None:
    at = desk.now_text()
    if {person.person_id for person in to_ask(unit.session, kind, desk.programme)} != {person.person_id for person in people}:
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
        case = unit.session.get_one(Case, case_id)
        if kind is InquiryKind.TAX:
            advance(case, Act.INQUIRY_MADE, at)
        unit.record(Act.INQUIRY_MADE, subject="case", subject_id=case_id, kind=kind.value, export=export_id)


def exclusion_pairs(session: Session) -> list[tuple[str, str]]:
    """(management number, resident number) that the contractor's data must not hold; nothing says why.

    People of our cases, without those handed back to the ordinary way before payment (withdrawn, lapsed), and whom another
    municipality's verified notice names (person and companions). Where such a person has no case here the number of the case stays empty.
    """
    # A claim elsewhere is no way back to the contractor: paying it there would be the second payment.
    handed_back = select(CaseExit.case_id).where(
        CaseExit.revoked_at.is_(None), CaseExit.after_payment.is_(False), CaseExit.kind != ExitKind.CLAIMED_ELSEWHERE.value
    )
    query = (
        select(Case.management_number, Person.resident_number)
        .join(Person, Person.case_id == Case.id)
        .where(Case.id.not_in(handed_back))
        .order_by(Case.management_number, Person.id)
    )
    pairs: dict[str, str] = {resident: number for number, resident in session.execute(query)}
    notices = select(ReceivedNotice.resident_number, ReceivedNotice.companions).where(
        ReceivedNotice.kind == "MIRROR", ReceivedNotice.verified_at.is_not(None), ReceivedNotice.closed_at.is_(None)
    )
    for resident, companions in session.execute(notices.order_by(ReceivedNotice.number)):
        for number in (resident, *(companion.get("resident_number") for companion in json.loads(companions))):
            if number:
                pairs.setdefault(number, "")
    # In one order by number: a list that kept its sources apart would tell them apart.
    return sorted(((number, resident) for resident, number in pairs.items()), key=lambda pair: pair[1])


def exclusion(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    with desk.look() as session:
        pairs = exclusion_pairs(session)
        number = next_number(session, ExportKind.EXCLUSION)
    if not pairs:
        raise Conflict("K-1694", "案件がまだありません。", todo="支給対象者データを取り込んでください。")
    progress(1, 3)
    plain = inquiry_files.exclusion_workbook(pairs, created_on=desk.today(), practice=desk.practice)
    progress(2, 3)
    return sealed(ExportKind.EXCLUSION, number, plain, len(pairs), 0, medium, None, progress)


def sealed(
    kind: ExportKind,
    number: int,
    plain: bytes,
    rows: int,
    total: int,
    medium: str,
    on_written: Callable[[UnitOfWork, int], None] | None,
    progress: Progress,
) -> Outgoing:
    """A workbook in clear, sealed under a new password; what was sealed is asked of the medium again when it is read back."""
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

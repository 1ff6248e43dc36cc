"""Inquiries (照会): who must be asked, what is waiting, answers that come by hand."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.inquiry import AnswerResult, InquiryKind, state_of
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.services.case_facts import newest_tax_facts, tax_facts
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.exports import to_ask
from kyufu_desktop.services.import_answers import CERTIFICATE, after_answers
from kyufu_desktop.services.import_targets import tax_row
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """``state_word`` is a chip word: 未着手 / 照会中 / 済 / 保留."""

    inquiry_id: int | None
    person_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    kind: str
    asked_of: str = field(repr=False)
    asked_at: str | None
    waiting_days: int | None
    state_word: str
    sentence: str


def page(desk: Desk) -> tuple[InquiryRow, ...]:
    """Everybody who must be asked or was asked about taxes, those waiting longest first. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session, on = unit.session, desk.today()
        query = (
            select(InquiryRecord, Person.name, Case.management_number)
            .join(Person, Person.id == InquiryRecord.person_id)
            .join(Case, Case.id == InquiryRecord.case_id)
            .order_by(InquiryRecord.asked_at, InquiryRecord.id)
        )
        rows = [_asked_row(record, name, number, on) for record, name, number in session.execute(query)]
        for person in to_ask(session, InquiryKind.TAX):
            stored = session.get_one(Person, person.person_id)
            number = session.get_one(Case, person.case_id).management_number
            state = state_of(InquiryKind.TAX, False, None)
            rows.append(
                InquiryRow(
                    inquiry_id=None,
                    person_id=person.person_id,
                    case_id=person.case_id,
                    management_number=number,
                    name=stored.name,
                    kind=InquiryKind.TAX.value,
                    asked_of=person.asked_of,
                    asked_at=None,
                    waiting_days=None,
                    state_word=state.word,
                    sentence=state.sentence,
                )
            )
        rows.sort(key=lambda row: (row.state_word == "済", row.inquiry_id is None, -(row.waiting_days or 0), row.management_number))
        unit.record(Act.CASES_LISTED, place="inquiry", rows=len(rows))
    return tuple(rows)


def _asked_row(record: InquiryRecord, name: str, number: str, on: date) -> InquiryRow:
    kind = InquiryKind(record.kind)
    if record.answered_at is not None and record.result != AnswerResult.NORMAL.value and kind is InquiryKind.TAX:
        word, sentence = "済", "電話、公文書または証明書で確かめました。"
    else:
        state = state_of(kind, True, AnswerResult(record.result) if record.result else None)
        word, sentence = state.word, state.sentence
    waiting = None if record.answered_at is not None else (on - date.fromisoformat(record.asked_at[:10])).days
    return InquiryRow(
        inquiry_id=record.id,
        person_id=record.person_id,
        case_id=record.case_id,
        management_number=number,
        name=name,
        kind=record.kind,
        asked_of=record.asked_of,
        asked_at=record.asked_at,
        waiting_days=waiting,
        state_word=word,
        sentence=sentence,
    )


@dataclass(frozen=True, slots=True)
class HandAnswer:
    """An answer by telephone, official letter or certificate; ``document`` says which (10 characters at least)."""

    levy: LevyClass
    income_levy: int = field(repr=False)
    total_income: int = field(repr=False)
    undeclared: bool
    document: str


def answer_by_hand(desk: Desk, person_id: int, answer: HandAnswer) -> Changes:
    """Keeps the answer as new facts of source CERTIFICATE; what was known before stays as an older row.

    Raises InputProblem K-1648 (document), K-1636 (amount), Conflict K-1637 (no such person).
    """
    document = require_reason(answer.document, "document")
    for name, amount in (("income_levy", answer.income_levy), ("total_income", answer.total_income)):
        if amount < 0:
            raise InputProblem("K-1636", name, "金額は0円以上のはずです。", todo="書類の金額を確かめてください。")
    if answer.levy is not LevyClass.TAXED and answer.income_levy > 0:
        raise InputProblem("K-1636", "income_levy", "所得割があるのに、課税の区分が違います。", todo="書類の区分と金額を確かめてください。")
    with desk.work(Act.INQUIRY_ANSWERED) as unit:
        session, at = unit.session, desk.now_text()
        person = session.get(Person, person_id)
        if person is None:
            raise Conflict("K-1637", "この人は、もう案件にいません。", todo="一覧を読み直してください。")
        before = tax_facts(newest_tax_facts(session, [person.case_id]).get(person_id))
        facts = dataclasses.replace(
            before,
            levy=answer.levy,
            income_levy=answer.income_levy,
            total_income=answer.total_income,
            undeclared=answer.undeclared,
            origin=f"{document}（{wareki(desk.today())}）",
        )
        session.add(tax_row(person_id, CERTIFICATE, facts, at, desk.staff.id))
        query = select(InquiryRecord).where(
            InquiryRecord.person_id == person_id, InquiryRecord.kind == InquiryKind.TAX.value, InquiryRecord.answered_at.is_(None)
        )
        for record in session.scalars(query):
            record.answered_at = at
            record.note = document
        session.flush()
        after_answers(session, [person.case_id], at)
        unit.record(Act.INQUIRY_ANSWERED, subject="case", subject_id=person.case_id, kind="TAX", person=person_id, levy=answer.levy.name)
    return Changes(Kind.INQUIRIES | Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, "回答を残しました。判定をやり直せます。", (person.case_id,))

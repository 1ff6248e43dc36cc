"""Answers from the information network: only to what was asked; what a machine could not answer waits for an answer by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.inquiry import ASKED_AGAIN, AnswerResult, InquiryKind, contradiction, may_ask_account
from kyufu_desktop.domain.judgment import CaseFacts, TaxFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange.inquiry_files import (
    AccountAnswer,
    AccountAnswersInspection,
    TaxAnswer,
    TaxAnswersInspection,
    inspect_account_answers,
    inspect_tax_answers,
)
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import ImportFile, InquiryRecord
from kyufu_desktop.services.addresses import folded_address
from kyufu_desktop.services.case_facts import chunks, facts_of, newest_tax_facts, tax_facts
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.exchange_rows import Inspection, Progress
from kyufu_desktop.services.import_plan import account_text
from kyufu_desktop.services.inquiry_proposals import turned
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.tax_rows import tax_row

INQUIRY, CERTIFICATE = "INQUIRY", "CERTIFICATE"
WHY_VOID = "照会の回答"

_SHEETS = {InquiryKind.TAX: "税照会結果", InquiryKind.ACCOUNT: "口座照会結果"}
_Answer = TaxAnswer | AccountAnswer


@dataclass(frozen=True, slots=True)
class _Matched:
    """The answers that were asked for, each with its question, and the others with the reason why they are refused."""

    taken: list[tuple[_Answer, InquiryRecord]] = field(repr=False)
    refused: list[tuple[_Answer, str]] = field(repr=False)
    case_ids: dict[int, None] = field(default_factory=dict)

    def cases(self) -> tuple[int, ...]:
        return tuple(self.case_ids)


def inspect_tax(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    read = inspect_tax_answers(data, password, file, progress)
    with desk.look() as session:
        matched = _matched(session, InquiryKind.TAX, read.rows, read.created_on, desk.programme)
        differences = _differences(desk, session, matched, read.created_on or desk.today())
    return _inspection(InquiryKind.TAX, "tax_answers", read, matched, file, differences)


def inspect_accounts(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    read = inspect_account_answers(data, password, file, progress)
    with desk.look() as session:
        matched = _matched(session, InquiryKind.ACCOUNT, read.rows, read.created_on, desk.programme)
    return _inspection(InquiryKind.ACCOUNT, "account_answers", read, matched, file, ())


def _inspection(
    kind: InquiryKind,
    word: str,
    read: TaxAnswersInspection | AccountAnswersInspection,
    matched: _Matched,
    file: str,
    differences: tuple[tuple[str, str, str], ...],
) -> Inspection:
    sheet = _SHEETS[kind]
    findings = [*read.findings, *(CellFinding(sheet, answer.row, "住民番号", f"{why}。取り込みません") for answer, why in matched.refused)]
    by_hand = sum(answer.result is not AnswerResult.NORMAL for answer, _ in matched.taken)
    if by_hand:
        why = f"自動で回答できなかった人が{by_hand:,}人います。電話、公文書または証明書で確かめてください"
        findings.append(CellFinding(sheet, 0, "処理結果", why, fatal=False))
    for answer, _ in matched.taken:
        if isinstance(answer, TaxAnswer) and answer.levy is not None:
            odd = contradiction(answer.levy, answer.income_levy or 0, answer.total_income or 0, answer.undeclared)
            if odd is not None:
                why = f"{odd[1].removesuffix('。')}。取り込みますが、照会先に確かめてください"
                findings.append(CellFinding(sheet, answer.row, "令和6年度均等割", why, fatal=False))
    touched = len(matched.cases())
    return Inspection(
        kind=word,
        file=file,
        created_on=read.created_on,
        people=len(matched.taken),
        cases=touched,
        new_cases=0,
        changed_cases=touched,
        unchanged_cases=0,
        refused_households=read.counted - len(matched.taken),
        findings=tuple(findings),
        differences=differences,
        count_agrees=read.count_agrees,
        payload=read,
    )


def _matched(session: Session, kind: InquiryKind, answers: Sequence[_Answer], created_on: date | None, programme: Programme) -> _Matched:
    """Each answer beside the newest question about the same person; without one, or where it cannot belong to it, the reason."""
    newest = _newest(session, kind, [answer.resident_number for answer in answers])
    matched = _Matched([], [])
    for answer in answers:
        record = newest.get(answer.resident_number)
        why = _refusal(kind, answer, record, created_on, programme)
        if record is None or why:
            matched.refused.append((answer, why))
        else:
            matched.taken.append((answer, record))
            matched.case_ids[record.case_id] = None
    return matched


def _newest(session: Session, kind: InquiryKind, numbers: Sequence[str]) -> dict[str, InquiryRecord]:
    """Resident number -> the newest inquiry of this kind about the person."""
    found: dict[str, InquiryRecord] = {}
    last = select(func.max(InquiryRecord.id)).where(InquiryRecord.kind == kind.value).group_by(InquiryRecord.person_id)
    for part in chunks(numbers):
        query = (
            select(Person.resident_number, InquiryRecord)
            .join(InquiryRecord, InquiryRecord.person_id == Person.id)
            .where(Person.resident_number.in_(part), InquiryRecord.id.in_(last))
        )
        found.update(dict(session.execute(query).all()))
    return found


def _refusal(kind: InquiryKind, answer: _Answer, record: InquiryRecord | None, created_on: date | None, programme: Programme) -> str:
    """Why an answer is not taken; empty where it is."""
    if record is None:
        if kind is InquiryKind.ACCOUNT and not any(may_ask_account(programme, category) for category in Category):
            return "この給付では口座を照会していません"
        return "照会していない人の回答です"
    if record.result == ASKED_AGAIN:
        return "もう一度照会することにした人の回答です。照会をやり直すか、手で入れてください"
    if record.answered_at is not None:
        return "回答が済んだ人の回答です。前の回答が違うときは、照会の画面で直してください"
    asked_on = date.fromisoformat(record.asked_at[:10])
    if created_on is not None and created_on < asked_on:
        return f"照会した日（{wareki(asked_on)}）より前に作られた回答です"
    if isinstance(answer, TaxAnswer) and folded_address(answer.asked_of) != folded_address(record.asked_of):
        return "照会先が、照会した区市町村と違います"
    return ""


def _differences(desk: Desk, session: Session, matched: _Matched, on: date) -> tuple[tuple[str, str, str], ...]:
    """(management number, benefit, before → after) for every result that the answers would change; nothing is stored."""
    ids = matched.cases()
    facts = facts_of(session, ids, desk.programme, desk.today())
    answers = {
        record.person_id: answer
        for answer, record in matched.taken
        if isinstance(answer, TaxAnswer) and answer.result is AnswerResult.NORMAL
    }
    numbers: dict[int, str] = {}
    for part in chunks(ids):
        query = select(Case.id, Case.management_number).where(Case.id.in_(part))
        numbers.update(dict(session.execute(query).all()))
    return tuple(
        (numbers[case_id], turn.label, f"{turn.before} → {turn.after}")
        for case_id in ids
        if case_id in facts
        for turn in turned(desk.programme, desk.today(), facts[case_id], _with(facts[case_id], answers, on))
    )


def _with(facts: CaseFacts, answers: dict[int, TaxAnswer], on: date) -> CaseFacts:
    persons = tuple(
        dataclasses.replace(person, tax=_answered(person.tax, answers[person.person_id], on)) if person.person_id in answers else person
        for person in facts.persons
    )
    return dataclasses.replace(facts, persons=persons)


def bring_in_tax(desk: Desk, unit: UnitOfWork, inspection: Inspection, record: ImportFile, progress: Progress) -> Changes:
    """NORMAL answers become new facts; the others are kept as results and wait for an answer by hand."""
    read = inspection.payload
    assert isinstance(read, TaxAnswersInspection)
    session, at = unit.session, desk.now_text()
    matched = _matched(session, InquiryKind.TAX, read.rows, read.created_on, desk.programme)
    rows, touched = matched.taken, matched.cases()
    turns = len({number for number, _, _ in _differences(desk, session, matched, read.created_on or desk.today())})
    taxes = newest_tax_facts(session, sorted(touched))
    normal = 0
    for done, (answer, inquiry) in enumerate(rows):
        if done % 50 == 0:
            progress(done, len(rows))
        assert isinstance(answer, TaxAnswer)
        inquiry.result = answer.result.value
        inquiry.answer_import_id = record.id
        if answer.result is not AnswerResult.NORMAL:
            continue
        normal += 1
        inquiry.answered_at = at
        before = tax_facts(taxes.get(inquiry.person_id))
        facts = _answered(before, answer, read.created_on or desk.today())
        session.add(tax_row(inquiry.person_id, INQUIRY, facts, at, desk.staff.id))
    session.flush()
    after_answers(session, touched, at)
    for case_id in touched:
        unit.record(Act.INQUIRY_ANSWERED, subject="case", subject_id=case_id, kind="TAX", source=record.id)
    unit.record(Act.TAX_ANSWERS_IMPORTED, subject="import", subject_id=record.id, rows=len(rows), normal=normal)
    session.flush()
    void_changed(unit, desk, touched, WHY_VOID)
    progress(len(rows), len(rows))
    sentence = f"税照会の回答{len(rows):,}件を取り込みました。"
    if turns:
        sentence += f"{turns:,}件の案件で、判定の結果が変わります。「照会」で確かめてください。"
    if normal < len(rows):
        sentence += f"{len(rows) - normal:,}件は、電話や証明書で確かめてください。"
    return Changes(Kind.INQUIRIES | Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, sentence, touched)


def _answered(before: TaxFacts, row: TaxAnswer, on: date) -> TaxFacts:
    return dataclasses.replace(
        before,
        levy=row.levy,
        income_levy=row.income_levy,
        total_income=row.total_income,
        undeclared=row.undeclared,
        origin=f"照会の回答 {wareki(on)}",
    )


def after_answers(session: Session, case_ids: Sequence[int], at: str) -> None:
    """A case goes on where nothing that was asked about it is open any more."""
    waiting: set[int] = set()
    for part in chunks(case_ids):
        waiting.update(
            session.scalars(
                select(InquiryRecord.case_id).where(
                    InquiryRecord.case_id.in_(part), InquiryRecord.kind == InquiryKind.TAX.value, InquiryRecord.answered_at.is_(None)
                )
            )
        )
    for case_id in case_ids:
        case = session.get_one(Case, case_id)
        if case_id not in waiting and case.status == CaseStatus.TAX_INQUIRY.value:
            advance(case, Act.INQUIRY_ANSWERED, at)


def bring_in_accounts(desk: Desk, unit: UnitOfWork, inspection: Inspection, record: ImportFile, progress: Progress) -> Changes:
    """Kept beside the inquiry as information only: an account older than the flight or placement may be the other party's."""
    read = inspection.payload
    assert isinstance(read, AccountAnswersInspection)
    at = desk.now_text()
    matched = _matched(unit.session, InquiryKind.ACCOUNT, read.rows, read.created_on, desk.programme)
    for done, (answer, inquiry) in enumerate(matched.taken):
        if done % 50 == 0:
            progress(done, len(matched.taken))
        assert isinstance(answer, AccountAnswer)
        inquiry.result = answer.result.value
        inquiry.answered_at = at if answer.result is not AnswerResult.NOT_AUTOMATIC else None
        inquiry.answer_import_id = record.id
        inquiry.note = account_text(answer.account)
    unit.record(Act.ACCOUNT_ANSWERS_IMPORTED, subject="import", subject_id=record.id, rows=len(matched.taken))
    progress(len(matched.taken), len(matched.taken))
    sentence = f"口座照会の回答{len(matched.taken):,}件を取り込みました。参考として残し、支給には使いません。"
    return Changes(Kind.INQUIRIES | Kind.AUDIT, sentence, matched.cases())

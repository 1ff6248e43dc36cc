"""Answers from the information network: only to what was asked; what a machine could not answer waits for an answer by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.inquiry import AnswerResult, InquiryKind
from kyufu_desktop.domain.judgment import TaxFacts
from kyufu_desktop.domain.staff import Act
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
from kyufu_desktop.services.case_facts import chunks, newest_tax_facts, tax_facts
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.exchange_rows import Inspection, Progress
from kyufu_desktop.services.import_targets import account_text, tax_row
from kyufu_desktop.services.session import Desk

INQUIRY, CERTIFICATE = "INQUIRY", "CERTIFICATE"

_SHEETS = {InquiryKind.TAX: "税照会結果", InquiryKind.ACCOUNT: "口座照会結果"}


def inspect_tax(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    read = inspect_tax_answers(data, password, file, progress)
    return _inspection(desk, InquiryKind.TAX, "tax_answers", read, file)


def inspect_accounts(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    read = inspect_account_answers(data, password, file, progress)
    return _inspection(desk, InquiryKind.ACCOUNT, "account_answers", read, file)


def _inspection(desk: Desk, kind: InquiryKind, word: str, read: TaxAnswersInspection | AccountAnswersInspection, file: str) -> Inspection:
    with desk.look() as session:
        waiting = _asked(session, kind, [row.resident_number for row in read.rows])
        asked = {number: record.case_id for number, record in waiting.items()}
    wanted = [row for row in read.rows if row.resident_number in asked]
    unasked = tuple(
        CellFinding(_SHEETS[kind], row.row, "住民番号", "照会していない人、または回答が済んだ人の回答です。取り込みません")
        for row in read.rows
        if row.resident_number not in asked
    )
    by_hand = sum(row.result is not AnswerResult.NORMAL for row in wanted)
    findings = (*read.findings, *unasked)
    if by_hand:
        why = f"自動で回答できなかった人が{by_hand:,}人います。電話、公文書または証明書で確かめてください"
        findings = (*findings, CellFinding(_SHEETS[kind], 0, "処理結果", why, fatal=False))
    return Inspection(
        kind=word,
        file=file,
        created_on=read.created_on,
        people=len(wanted),
        cases=len({asked[row.resident_number] for row in wanted}),
        new_cases=0,
        changed_cases=len({asked[row.resident_number] for row in wanted}),
        unchanged_cases=0,
        refused_households=read.counted - len(wanted),
        findings=findings,
        differences=(),
        count_agrees=read.count_agrees,
        payload=read,
    )


def _asked(session: Session, kind: InquiryKind, numbers: Sequence[str]) -> dict[str, InquiryRecord]:
    """Resident number -> the inquiry that still waits for an answer."""
    found: dict[str, InquiryRecord] = {}
    for part in chunks(numbers):
        query = (
            select(Person.resident_number, InquiryRecord)
            .join(InquiryRecord, InquiryRecord.person_id == Person.id)
            .where(Person.resident_number.in_(part), InquiryRecord.kind == kind.value, InquiryRecord.answered_at.is_(None))
        )
        for number, record in session.execute(query):
            found[number] = record
    return found


def bring_in_tax(desk: Desk, unit: UnitOfWork, inspection: Inspection, record: ImportFile, progress: Progress) -> Changes:
    """NORMAL answers become new facts; the others are kept as results and wait for an answer by hand."""
    read = inspection.payload
    assert isinstance(read, TaxAnswersInspection)
    session, at = unit.session, desk.now_text()
    asked = _asked(session, InquiryKind.TAX, [row.resident_number for row in read.rows])
    rows = [row for row in read.rows if row.resident_number in asked]
    taxes = newest_tax_facts(session, sorted({asked[row.resident_number].case_id for row in rows}))
    normal = 0
    for done, row in enumerate(rows):
        if done % 50 == 0:
            progress(done, len(rows))
        inquiry = asked[row.resident_number]
        inquiry.result = row.result.value
        inquiry.answer_import_id = record.id
        if row.result is not AnswerResult.NORMAL:
            continue
        normal += 1
        inquiry.answered_at = at
        before = tax_facts(taxes.get(inquiry.person_id))
        session.add(tax_row(inquiry.person_id, INQUIRY, _answered(before, row, read.created_on or desk.today()), at, desk.staff.id))
    session.flush()
    touched = tuple(dict.fromkeys(asked[row.resident_number].case_id for row in rows))
    after_answers(session, touched, at)
    for case_id in touched:
        unit.record(Act.INQUIRY_ANSWERED, subject="case", subject_id=case_id, kind="TAX", source=record.id)
    unit.record(Act.TAX_ANSWERS_IMPORTED, subject="import", subject_id=record.id, rows=len(rows), normal=normal)
    progress(len(rows), len(rows))
    sentence = f"税照会の回答{len(rows):,}件を取り込みました。"
    if normal < len(rows):
        sentence += f"{len(rows) - normal:,}件は、電話や証明書で確かめてください。"
    return Changes(Kind.INQUIRIES | Kind.CASES | Kind.AUDIT, sentence, touched)


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
    asked = _asked(unit.session, InquiryKind.ACCOUNT, [row.resident_number for row in read.rows])
    rows: list[AccountAnswer] = [row for row in read.rows if row.resident_number in asked]
    for done, row in enumerate(rows):
        if done % 50 == 0:
            progress(done, len(rows))
        inquiry = asked[row.resident_number]
        inquiry.result = row.result.value
        inquiry.answered_at = at if row.result is not AnswerResult.NOT_AUTOMATIC else None
        inquiry.answer_import_id = record.id
        inquiry.note = account_text(row.account)
    unit.record(Act.ACCOUNT_ANSWERS_IMPORTED, subject="import", subject_id=record.id, rows=len(rows))
    progress(len(rows), len(rows))
    touched = tuple(dict.fromkeys(asked[row.resident_number].case_id for row in rows))
    sentence = f"口座照会の回答{len(rows):,}件を取り込みました。参考として残し、支給には使いません。"
    return Changes(Kind.INQUIRIES | Kind.AUDIT, sentence, touched)

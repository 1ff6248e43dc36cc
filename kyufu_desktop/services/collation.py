"""Collation (突合) of our cases with the contractor's list: run it, show what met, let a person decide."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.collation import CaseKeys, Certainty, FindingDecision, Key, Meeting, PlannedPayment, collate
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import CollationFinding, ImportFile, PlannedRow
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.services.case_facts import cases_with_people, staff_names
from kyufu_desktop.services.case_steps import case_of, recipient
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.session import Desk

_PIECE = 5000


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    keys: tuple[Key, ...]
    certainty: Certainty
    benefit: Benefit
    amount: int
    planned_on: date | None
    paid: bool
    planned_management_number: str
    advice: str
    decision: FindingDecision | None
    decision_reason: str | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class CollationPage:
    list_rows: int
    list_created_on: date | None
    cases: int
    findings: tuple[FindingRow, ...]


def run(desk: Desk, progress: Progress) -> Changes:
    """Compares every case with the newest list; new meetings are stored open, vanished ones marked gone, decided ones kept.

    Raises Conflict K-1695 where no list was brought in.
    """
    with desk.work(Act.COLLATED) as unit:
        session, at = unit.session, desk.now_text()
        total = session.scalar(select(func.count()).select_from(PlannedRow)) or 0
        if not total:
            raise Conflict("K-1695", "支給予定情報がまだありません。", todo="ホスト連携で、支給予定情報を取り込んでください。")
        meetings = collate(_case_keys(session), _planned(session, total, progress))
        known = {(finding.case_id, finding.fingerprint): finding for finding in session.scalars(select(CollationFinding))}
        seen: set[tuple[int, str]] = set()
        new = 0
        for meeting in meetings:
            mark = (meeting.case_id, fingerprint(meeting.planned))
            if mark in seen:
                continue
            seen.add(mark)
            finding = known.get(mark)
            if finding is None:
                session.add(_finding(meeting, mark[1], at))
                new += 1
                continue
            finding.gone_at = None
            finding.keys = _keys(meeting)
            finding.certainty = meeting.certainty.value
            finding.advice = meeting.advice
        gone = 0
        for mark, finding in known.items():
            if mark not in seen and finding.decision is None and finding.gone_at is None:
                finding.gone_at = at
                gone += 1
        touched = tuple(sorted({case_id for case_id, _ in seen}))
        for case_id in touched:
            unit.record(Act.COLLATED, subject="case", subject_id=case_id)
        unit.record(Act.COLLATED, rows=total, met=len(seen), new=new, gone=gone)
    progress(total, total)
    sentence = f"支給予定{total:,}行と突き合わせ、{len(seen):,}件が一致しました。新しい一致は{new:,}件です。"
    return Changes(Kind.FINDINGS | Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, sentence, touched)


def fingerprint(planned: PlannedPayment) -> str:
    """SHA-256 of what the row says, wherever it stands in the list. A planned payment that has been paid asks again."""
    content = (
        planned.management_number,
        planned.household_number,
        planned.head_number,
        planned.kana_folded,
        planned.birth.isoformat() if planned.birth else None,
        planned.benefit.value,
        planned.amount,
        planned.planned_on.isoformat() if planned.planned_on else None,
        planned.paid,
        planned.child_number,
    )
    return hashlib.sha256(canonical(content)).hexdigest()


def _case_keys(session: Session) -> Iterator[CaseKeys]:
    for case in session.scalars(select(Case).order_by(Case.management_number).options(selectinload(Case.people))):
        yield CaseKeys(
            case_id=case.id,
            category=Category(case.category),
            management_number=case.management_number,
            household_number=case.household_number,
            people=tuple((person.resident_number, person.kana_folded, person.birth_day) for person in case.people),
        )


def _planned(session: Session, total: int, progress: Progress) -> Iterator[PlannedPayment]:
    columns = (
        PlannedRow.row,
        PlannedRow.management_number,
        PlannedRow.household_number,
        PlannedRow.head_number,
        PlannedRow.kana_folded,
        PlannedRow.birth_day,
        PlannedRow.benefit,
        PlannedRow.amount,
        PlannedRow.planned_on,
        PlannedRow.paid,
        PlannedRow.child_number,
    )
    rows = session.execute(select(*columns).order_by(PlannedRow.row).execution_options(yield_per=_PIECE))
    for done, row in enumerate(rows):
        if done % _PIECE == 0:
            progress(done, total)
        values = list(row)
        values[6] = Benefit(values[6])
        yield PlannedPayment(*values)


def _keys(meeting: Meeting) -> str:
    return json.dumps([key.value for key in meeting.keys])


def _finding(meeting: Meeting, mark: str, at: str) -> CollationFinding:
    planned = meeting.planned
    return CollationFinding(
        case_id=meeting.case_id,
        fingerprint=mark,
        keys=_keys(meeting),
        certainty=meeting.certainty.value,
        benefit=planned.benefit.value,
        planned_management_number=planned.management_number,
        amount=planned.amount,
        planned_on=planned.planned_on,
        paid=planned.paid,
        child_number=planned.child_number,
        advice=meeting.advice,
        found_at=at,
    )


def page(desk: Desk) -> CollationPage:
    """All meetings that stand, undecided first, then by management number. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        newest = session.scalar(select(ImportFile.created_on).where(ImportFile.kind == "planned").order_by(ImportFile.id.desc()).limit(1))
        findings = session.scalars(select(CollationFinding).where(CollationFinding.gone_at.is_(None)).order_by(CollationFinding.id)).all()
        cases = cases_with_people(session, sorted({finding.case_id for finding in findings}))
        staff = staff_names(session)
        rows = [_row(finding, cases[finding.case_id], staff) for finding in findings]
        rows.sort(key=lambda row: (row.decision is not None, row.management_number, row.finding_id))
        result = CollationPage(
            list_rows=session.scalar(select(func.count()).select_from(PlannedRow)) or 0,
            list_created_on=newest,
            cases=session.scalar(select(func.count()).select_from(Case)) or 0,
            findings=tuple(rows),
        )
        unit.record(Act.CASES_LISTED, place="collation", rows=len(rows))
    return result


def _row(finding: CollationFinding, case: Case, staff: dict[int, str]) -> FindingRow:
    return FindingRow(
        finding_id=finding.id,
        case_id=case.id,
        management_number=case.management_number,
        name=recipient(case).name,
        keys=tuple(Key(key) for key in json.loads(finding.keys)),
        certainty=Certainty(finding.certainty),
        benefit=Benefit(finding.benefit),
        amount=finding.amount,
        planned_on=finding.planned_on,
        paid=finding.paid,
        planned_management_number=finding.planned_management_number,
        advice=finding.advice,
        decision=FindingDecision(finding.decision) if finding.decision else None,
        decision_reason=finding.decision_reason,
        decided_by=staff.get(finding.decided_by) if finding.decided_by else None,
    )


def decide(desk: Desk, finding_id: int, decision: FindingDecision, reason: str) -> Changes:
    """A person decides (reason of 10 characters at least). A later decision replaces the former; both stay in the log."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.FINDING_DECIDED) as unit:
        finding = unit.session.get(CollationFinding, finding_id)
        if finding is None or finding.gone_at is not None:
            raise Conflict("K-1696", "この一致は、新しい一覧にはありません。", todo="突合の画面を読み直してください。")
        case = case_of(unit.session, finding.case_id)
        before = finding.decision
        finding.decision = decision.value
        finding.decision_reason = stated
        finding.decided_at = desk.now_text()
        finding.decided_by = desk.staff.id
        unit.record(Act.FINDING_DECIDED, subject="case", subject_id=case.id, finding=finding_id, decision=decision.value, before=before)
    return Changes(Kind.FINDINGS | Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, "突合の結果を判断し、理由を残しました。", (case.id,))

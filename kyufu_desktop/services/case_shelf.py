"""Everything that is kept about many cases besides people and taxes, taken from the file in a constant number of queries for every 500."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.notice import NoticeKind
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import CaseExit, EvidenceRecord, HouseholdEvent, ReceivedNotice
from kyufu_desktop.models.exchange import CollationFinding, ImportFile
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.models.staff import StaffMember

#: Ids in one IN (...) of a query: below the limit of variables of every SQLite.
CHUNK = 500

_Value = TypeVar("_Value", int, str)


def chunks(ids: Sequence[_Value], size: int = CHUNK) -> Iterator[Sequence[_Value]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def staff_names(session: Session) -> dict[int, str]:
    """Staff id -> name, also of people who have left."""
    return dict(session.execute(select(StaffMember.id, StaffMember.name)).all())


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows by case id; only what is in force (not withdrawn, not revoked), in the order of its entry."""

    programme: Programme
    on: date
    staff: dict[int, str]
    kind_names: dict[str, str]
    evidences: dict[int, list[EvidenceRecord]] = field(default_factory=lambda: defaultdict(list))
    findings: dict[int, list[CollationFinding]] = field(default_factory=lambda: defaultdict(list))
    events: dict[int, list[HouseholdEvent]] = field(default_factory=lambda: defaultdict(list))
    exits: dict[int, CaseExit] = field(default_factory=dict)
    """The newest exit that has not been revoked."""
    mirrors: dict[int, list[ReceivedNotice]] = field(default_factory=lambda: defaultdict(list))
    """Notices from other municipalities, confirmed by a second person and not closed."""
    submitted: dict[int, date] = field(default_factory=dict)
    decided: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """``history`` / ``host_paid`` -> who decided it and when, in words."""
    files: dict[int, str] = field(default_factory=dict)
    """Import file id -> in words."""

    def who(self, word: str, staff_id: int | None, at: str | None) -> str:
        """「入力 佐藤 8/20」; empty where nobody did it."""
        return f"{word} {self.staff.get(staff_id, '')} {_short(at)}".replace("  ", " ") if staff_id is not None and at else ""


def _short(at: str) -> str:
    return f"{int(at[5:7])}/{int(at[8:10])}"


def read_shelf(session: Session, case_ids: Sequence[int], programme: Programme, on: date) -> Shelf:
    names = {kind.code: kind.name for kind in programme.evidence}
    shelf = Shelf(programme, on, staff_names(session), names)
    for file_id, created_on, imported_at in session.execute(select(ImportFile.id, ImportFile.created_on, ImportFile.imported_at)):
        made = f"{created_on.month}/{created_on.day}作成、" if created_on else ""
        shelf.files[file_id] = f"ホスト 支給対象者データ（{made}{_short(imported_at)}取込み）"
    for part in chunks(case_ids):
        _read_rows(session, part, shelf)
        _read_decisions(session, part, shelf)
    return shelf


def _read_rows(session: Session, part: Sequence[int], shelf: Shelf) -> None:
    for evidence in session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.case_id.in_(part), EvidenceRecord.withdrawn_at.is_(None)).order_by(EvidenceRecord.id)
    ):
        shelf.evidences[evidence.case_id].append(evidence)
    for finding in session.scalars(select(CollationFinding).where(CollationFinding.case_id.in_(part)).order_by(CollationFinding.id)):
        shelf.findings[finding.case_id].append(finding)
    for event in session.scalars(
        select(HouseholdEvent).where(HouseholdEvent.case_id.in_(part), HouseholdEvent.revoked_at.is_(None)).order_by(HouseholdEvent.id)
    ):
        shelf.events[event.case_id].append(event)
    for leaving in session.scalars(select(CaseExit).where(CaseExit.case_id.in_(part), CaseExit.revoked_at.is_(None)).order_by(CaseExit.id)):
        shelf.exits[leaving.case_id] = leaving
    mirrors = select(ReceivedNotice).where(
        ReceivedNotice.case_id.in_(part),
        ReceivedNotice.kind == NoticeKind.MIRROR.value,
        ReceivedNotice.verified_at.is_not(None),
        ReceivedNotice.closed_at.is_(None),
    )
    for notice in session.scalars(mirrors.order_by(ReceivedNotice.id)):
        assert notice.case_id is not None
        shelf.mirrors[notice.case_id].append(notice)
    forms = select(ReturnedForm.case_id, ReturnedForm.postmark_on, ReturnedForm.received_on).where(ReturnedForm.case_id.in_(part))
    for case_id, postmark_on, received_on in session.execute(forms):
        day = postmark_on or received_on
        shelf.submitted[case_id] = min(day, shelf.submitted.get(case_id, day))


def _read_decisions(session: Session, part: Sequence[int], shelf: Shelf) -> None:
    """The log is the one place that knows who decided about an R5 history and about 支給済 of the host."""
    query = (
        select(AuditEntry.subject_id, AuditEntry.actor_id, AuditEntry.at, AuditEntry.detail)
        .where(AuditEntry.act == Act.HISTORY_DECIDED.value, AuditEntry.subject == "case", AuditEntry.subject_id.in_(part))
        .order_by(AuditEntry.seq)
    )
    for case_id, actor, at, detail in session.execute(query):
        what = "host_paid" if "HOST_PAID_CLEARED" in detail else "history"
        assert case_id is not None
        shelf.decided[case_id][what] = shelf.who("判断", actor, at)

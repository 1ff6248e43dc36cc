"""受付の点検: every notice and case with a missing step, since when, and whether somebody has looked through them this month.

In a city the notice about a person lay in the office and the restriction was never entered. So: what was received stays in this list until
it is entered, what was entered until a second person has compared it, and the list itself must be gone through every month.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.evidence import EvidenceState, state_on
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.notice import NoticeKind, NoticeState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Setting
from kyufu_desktop.models.case import Case, EvidenceRecord, HouseholdEvent, MunicipalityNotice, Person, Proxy, ReceivedNotice
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.services.case_facts import chunks, evidence_of, staff_names
from kyufu_desktop.services.case_rows import FlagTimes, NoticeRow
from kyufu_desktop.services.contacts import refuse_my_number
from kyufu_desktop.services.notices import rows_of, waiting
from kyufu_desktop.services.session import Desk

#: The list is gone through at least this often.
MONTH_DAYS = 31

NOT_ENTERED = "受付したが未入力"
NOT_COMPARED = "入力したが2人目の確認がない"
NO_EVIDENCE = "秘匿の根拠が未入力"
ENDS_SOON = "根拠の期限が1か月以内"
EXPIRED = "根拠の期限切れ"
UNDECIDED = "住民票のある区市町村への通知の要否が未定"
PROXY_UNSEEN = "代理人の書類が未確認"

_NOTE = "checklist_note"
#: Nothing is left to do in these, except that a notice about them may still wait.
_DONE = (CaseStatus.PAID.value, CaseStatus.NOT_ELIGIBLE.value, CaseStatus.CLOSED.value)


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One notice or case with a missing step. ``days`` since it was received, ``missing`` in words."""

    notice_id: int | None
    case_id: int | None
    number: str
    """Number in the book (「受付 12番」) or the management number."""
    name: str = field(repr=False)
    received_on: date
    days: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list, longest waiting first, and when it was last gone through. ``overdue``: more than a month ago, or never with rows here."""

    rows: tuple[ChecklistRow, ...]
    counts: tuple[tuple[str, int], ...]
    """(missing step, how many)."""
    last_on: date | None
    last_by: str
    last_note: str = field(repr=False)
    overdue: bool
    sentence: str


def page(desk: Desk) -> Checklist:
    """Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        found = _page(desk, unit.session)
        unit.record(Act.CASES_LISTED, place="checklist", rows=len(found.rows))
    return found


def _page(desk: Desk, session: Session) -> Checklist:
    on = desk.today()
    open_lines = session.scalars(
        select(ReceivedNotice).where(ReceivedNotice.closed_at.is_(None), ReceivedNotice.verified_at.is_(None)).order_by(ReceivedNotice.id)
    ).all()
    rows = [_notice_row(line) for line in waiting(rows_of(session, open_lines, on))]
    rows += _case_rows(session, on)
    rows.sort(key=lambda row: (-row.days, row.number))
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        for word in row.missing:
            counted[word] += 1
    last_on, last_by, note = _last(session)
    overdue = _overdue(rows, last_on, on)
    return Checklist(tuple(rows), tuple(counted.items()), last_on, last_by, note, overdue, _sentence(last_on, last_by, overdue))


def _overdue(rows: Sequence[ChecklistRow], last_on: date | None, on: date) -> bool:
    return (on - last_on).days > MONTH_DAYS if last_on is not None else bool(rows)


def _sentence(last_on: date | None, last_by: str, overdue: bool) -> str:
    if last_on is None:
        return "まだ点検していません。" + ("1件ずつ確かめてください。" if overdue else "")
    done = f"前回の点検は{wareki(last_on)}（{last_by}）です。"
    return done + ("1か月を過ぎています。点検してください。" if overdue else "")


def _notice_row(line: NoticeRow) -> ChecklistRow:
    missing = NOT_ENTERED if line.state is NoticeState.RECEIVED else NOT_COMPARED
    name = line.name or line.kana
    return ChecklistRow(line.notice_id, line.case_id, f"受付 {line.number}番", name, line.received_on, line.days, (missing,))


def _case_rows(session: Session, on: date) -> list[ChecklistRow]:
    """Cases under way with a missing step: one statement each for cases, evidence, proxies and undecided notices."""
    query = (
        select(Case.id, Case.management_number, Person.name, ImportFile.created_on, ImportFile.imported_at)
        .join(Person, (Person.case_id == Case.id) & (Person.relation == "HEAD"))
        .join(ImportFile, ImportFile.id == Case.import_id)
        .where(Case.status.not_in(_DONE))
        .order_by(Case.management_number)
    )
    cases = session.execute(query).all()
    ids = [case[0] for case in cases]
    missing = missing_of(session, ids, on)
    rows: list[ChecklistRow] = []
    for case_id, number, name, created_on, imported_at in cases:
        steps = missing.get(case_id)
        if steps:
            received = created_on or date.fromisoformat(imported_at[:10])
            rows.append(ChecklistRow(None, case_id, number, name, received, (on - received).days, steps))
    return rows


def missing_of(session: Session, case_ids: Sequence[int], on: date) -> dict[int, tuple[str, ...]]:
    """Case id -> the steps that are missing, in words; cases where nothing is missing are absent."""
    found: dict[int, tuple[str, ...]] = {}
    for part in chunks(case_ids):
        states: dict[int, list[EvidenceState]] = defaultdict(list)
        evidence = select(EvidenceRecord).where(EvidenceRecord.case_id.in_(part), EvidenceRecord.withdrawn_at.is_(None))
        for record in session.scalars(evidence):
            states[record.case_id].append(state_on(evidence_of(record), on))
        unseen = set(
            session.scalars(select(Proxy.case_id).where(Proxy.case_id.in_(part), Proxy.verified_at.is_(None), Proxy.ended_at.is_(None)))
        )
        undecided = _undecided(session, part)
        for case_id in part:
            steps = (
                *_evidence_steps(states.get(case_id, ())),
                *((PROXY_UNSEEN,) if case_id in unseen else ()),
                *((UNDECIDED,) if case_id in undecided else ()),
            )
            if steps:
                found[case_id] = steps
    return found


def with_missing(desk: Desk, case_ids: Sequence[int], steps: Iterable[str] = ()) -> tuple[int, ...]:
    """Of these cases the ones under way in which a step is missing (one of ``steps`` where some are named), in their order."""
    wanted = set(steps)
    with desk.look() as session:
        found = missing_of(session, case_ids, desk.today())
        open_ids = set(session.scalars(select(Case.id).where(Case.status.not_in(_DONE))))
    return tuple(
        case_id for case_id in case_ids if case_id in open_ids and case_id in found and (not wanted or wanted.intersection(found[case_id]))
    )


def _evidence_steps(states: Iterable[EvidenceState]) -> tuple[str, ...]:
    known = set(states)
    if not known:
        return (NO_EVIDENCE,)
    steps: list[str] = []
    if EvidenceState.UNVERIFIED in known:
        steps.append(NOT_COMPARED)
    if EvidenceState.VALID not in known:
        if EvidenceState.ENDS_SOON in known:
            steps.append(ENDS_SOON)
        elif EvidenceState.EXPIRED in known:
            steps.append(EXPIRED)
    return tuple(steps)


def _undecided(session: Session, part: Sequence[int]) -> set[int]:
    """Cases of people who are registered elsewhere, as the register or an event says, for whom nobody decided about the notice."""
    elsewhere = set(
        session.scalars(
            select(HouseholdEvent.case_id).where(
                HouseholdEvent.case_id.in_(part),
                HouseholdEvent.kind == EventKind.RESIDES_UNREGISTERED.value,
                HouseholdEvent.revoked_at.is_(None),
            )
        )
    )
    elsewhere.update(
        session.scalars(select(Person.case_id).where(Person.case_id.in_(part), Person.registered_address.not_like("%新宿区%")))
    )
    if not elsewhere:
        return set()
    decided = select(MunicipalityNotice.case_id).where(MunicipalityNotice.case_id.in_(part), MunicipalityNotice.superseded_at.is_(None))
    return elsewhere - set(session.scalars(decided))


def done(desk: Desk, note: str) -> Changes:
    """The list was gone through. ``note`` (may be empty) is kept in the vault, not in the log."""
    stated = note.strip()
    refuse_my_number(stated, "note")
    with desk.work(Act.CHECKLIST_DONE) as unit:
        found = _page(desk, unit.session)
        setting = unit.session.scalar(select(Setting).where(Setting.name == _NOTE))
        text = json.dumps({"at": desk.now_text(), "note": stated}, ensure_ascii=False)
        if setting is None:
            unit.session.add(Setting(name=_NOTE, value=text))
        else:
            setting.value = text
        unit.record(Act.CHECKLIST_DONE, rows=len(found.rows), not_entered=dict(found.counts).get(NOT_ENTERED, 0))
    return Changes(Kind.NOTICES | Kind.AUDIT, f"受付の点検を記録しました。残っているものは{len(found.rows):,}件です。")


def _last(session: Session) -> tuple[date | None, str, str]:
    """When and by whom the list was last gone through, and the note of that day."""
    seq = session.scalar(select(func.max(AuditEntry.seq)).where(AuditEntry.act == Act.CHECKLIST_DONE.value))
    if seq is None:
        return None, "", ""
    entry = session.get_one(AuditEntry, seq)
    kept = session.scalar(select(Setting.value).where(Setting.name == _NOTE))
    note = str(json.loads(kept)["note"]) if kept else ""
    return date.fromisoformat(entry.at[:10]), staff_names(session).get(entry.actor_id, ""), note


def waiting_count(session: Session) -> int:
    """Lines of the book with a missing step, for the sidebar."""
    open_lines = (ReceivedNotice.closed_at.is_(None), ReceivedNotice.verified_at.is_(None))
    return session.scalar(select(func.count()).select_from(ReceivedNotice).where(*open_lines)) or 0


def is_overdue(session: Session, on: date) -> bool:
    """The list was not gone through for more than a month while something could be in it."""
    last_on, _, _ = _last(session)
    if last_on is not None:
        return (on - last_on).days > MONTH_DAYS
    return session.scalar(select(Case.id).limit(1)) is not None or waiting_count(session) > 0


def flag_times(session: Session, case: Case, lines: Sequence[NoticeRow], staff: dict[int, str]) -> FlagTimes:
    """The three facts of the restriction of a case: the first notice entered in it, else the host's file that brought it."""
    own = next((line for line in lines if line.closed_at is None and line.kind is NoticeKind.OWN), None)
    if own is not None:
        received = f"{wareki(own.received_on)}　{own.channel_words}（受付 {own.number}番、{own.recorded_by}）"
        entered = _when(own.entered_at, own.entered_by)
        verified = _when(own.verified_at, own.verified_by)
        return FlagTimes(received, entered, verified)
    file = session.get_one(ImportFile, case.import_id)
    day = file.created_on or date.fromisoformat(file.imported_at[:10])
    first = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.case_id == case.id, EvidenceRecord.verified_at.is_not(None))
        .order_by(EvidenceRecord.verified_at, EvidenceRecord.id)
        .limit(1)
    ).first()
    verified = _when(first.verified_at, staff.get(first.verified_by or 0)) if first is not None else ""
    return FlagTimes(f"{wareki(day)}　ホストの支給対象者データ", _when(file.imported_at, staff.get(file.imported_by)), verified)


def _when(at: str | None, who: str | None) -> str:
    """「令和6年8月28日 10:15　佐藤 主事」; empty where it has not happened."""
    return f"{wareki(date.fromisoformat(at[:10]))} {at[11:16]}　{who or ''}".rstrip() if at else ""

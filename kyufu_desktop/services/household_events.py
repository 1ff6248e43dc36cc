"""異動: what happened to the household, each with the document that shows it; an error is revoked, never overwritten."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.household_event import DATED, EVENT_LABELS, OF_A_PERSON, EventKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case, HouseholdEvent
from kyufu_desktop.services.case_rows import EventEntry, HouseholdEventRow
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import refuse_my_number, require_reason
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk

_SHORTEST_SOURCE = 4


def add(desk: Desk, case_id: int, entry: EventEntry) -> Changes:
    """An event with its source. Raises InputProblem K-1661 (person), K-1662 (day), K-1663 (source), Conflict K-1664 (there already)."""
    source = entry.source.strip()
    if len(source) < _SHORTEST_SOURCE:
        raise InputProblem("K-1663", "source", "何で確かめたかが入っていません。", todo="書類か台帳の名前を入れてください。")
    refuse_my_number(source, "source")
    with desk.work(Act.HOUSEHOLD_EVENT_ADDED) as unit:
        case = case_of(unit.session, case_id)
        _check(desk, case, entry)
        same = select(HouseholdEvent.id).where(
            HouseholdEvent.case_id == case_id,
            HouseholdEvent.kind == entry.kind.value,
            HouseholdEvent.person_id == entry.person_id if entry.person_id is not None else HouseholdEvent.person_id.is_(None),
            HouseholdEvent.revoked_at.is_(None),
        )
        if entry.kind is EventKind.DEATH and unit.session.scalar(same) is not None:
            raise Conflict("K-1664", "この人の死亡は、もう入っています。", todo="違うときは、先の入力を取り消してから入れてください。")
        row = HouseholdEvent(
            case_id=case_id,
            person_id=entry.person_id,
            kind=entry.kind.value,
            happened_on=entry.happened_on,
            source=source,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        unit.session.add(row)
        unit.session.flush()
        advance(case, Act.HOUSEHOLD_EVENT_ADDED, desk.now_text())
        unit.record(Act.HOUSEHOLD_EVENT_ADDED, subject="case", subject_id=case_id, event=row.id, kind=entry.kind.value)
        voided = void_changed(unit, desk, (case_id,), f"世帯の異動（{EVENT_LABELS[entry.kind]}）")
    return _changed("世帯の異動を入れました。", bool(voided), case_id)


def _check(desk: Desk, case: Case, entry: EventEntry) -> None:
    if entry.kind in OF_A_PERSON and entry.person_id is None:
        raise InputProblem("K-1661", "person_id", "だれについての異動かが選ばれていません。", todo="世帯の人を選んでください。")
    if entry.person_id is not None and entry.person_id not in {person.id for person in case.people}:
        raise InputProblem("K-1661", "person_id", "この世帯の人ではありません。", todo="世帯の人を選び直してください。")
    if entry.kind in DATED and entry.happened_on is None:
        raise InputProblem("K-1662", "happened_on", "いつのことかが入っていません。", todo="書類の日付を入れてください。")
    if entry.happened_on is not None and entry.happened_on > desk.today():
        raise InputProblem("K-1662", "happened_on", "日付が、今日より後です。", todo="日付を確かめてください。")


def revoke(desk: Desk, event_id: int, reason: str) -> Changes:
    """Takes an event back; the row stays. Raises Conflict K-1664, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.HOUSEHOLD_EVENT_REVOKED) as unit:
        row = unit.session.get(HouseholdEvent, event_id)
        if row is None or row.revoked_at is not None:
            raise Conflict("K-1664", "この異動は、もう取り消されています。", todo="案件を開き直してください。")
        row.revoked_at, row.revoked_by, row.revoked_reason = desk.now_text(), desk.staff.id, stated
        case = case_of(unit.session, row.case_id)
        unit.session.flush()
        advance(case, Act.HOUSEHOLD_EVENT_REVOKED, desk.now_text())
        unit.record(Act.HOUSEHOLD_EVENT_REVOKED, subject="case", subject_id=case.id, event=event_id, kind=row.kind)
        voided = void_changed(unit, desk, (case.id,), f"世帯の異動の取消（{EVENT_LABELS[EventKind(row.kind)]}）")
    return _changed("世帯の異動を取り消しました。", bool(voided), case.id)


def _changed(sentence: str, voided: bool, case_id: int) -> Changes:
    more = "決裁は無効になりました。判定をやり直してください。" if voided else ""
    return Changes(Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, sentence + more, (case_id,))


def rows_of(session: Session, case: Case, staff: dict[int, str]) -> tuple[HouseholdEventRow, ...]:
    names = {person.id: person.name for person in case.people}
    query = select(HouseholdEvent).where(HouseholdEvent.case_id == case.id).order_by(HouseholdEvent.id)
    return tuple(
        HouseholdEventRow(
            event_id=row.id,
            kind=EventKind(row.kind),
            words=EVENT_LABELS[EventKind(row.kind)],
            person_name=names.get(row.person_id) if row.person_id is not None else None,
            happened_on=row.happened_on,
            source=row.source,
            entered_by=staff.get(row.entered_by, ""),
            entered_at=row.entered_at,
            revoked_at=row.revoked_at,
            revoked_reason=row.revoked_reason,
        )
        for row in session.scalars(query)
    )

"""起案 of one case or of many, and 保留 by a person. A run is kept as a whole or not at all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import programmes
from kyufu_desktop.services.case_facts import cases_with_people, chunks
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import keep_words, require_reason
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.judgment_report import BulkReport, Tally
from kyufu_desktop.services.judgment_rows import DRAFTED, VOID, fresh_record, held_sentences
from kyufu_desktop.services.judgment_standing import Standing, held_by_person, standings
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT
#: Cases judged between two looks at 中止.
_STEP = 100
#: Kind of the line in 対応履歴 that keeps why somebody put the case on hold.
HELD = "保留"


def draft(desk: Desk, case_ids: tuple[int, ...], progress: Progress, *, release: bool = False) -> tuple[Changes, BulkReport]:
    """起案: stores the judgments of the cases. ELIGIBLE and NG become DRAFTED; HOLD stays with its reason and is not drafted.

    A case of which nothing is drafted gets the status 保留. A judgment that differs from an approved one supersedes it visibly; one with
    a live payment is left alone and reported. A case that a person put on hold is left, unless ``release`` ends the hold.
    Cancelling keeps nothing of the run. Raises Conflict K-1641 while a value of the programme is not confirmed, InputProblem K-1668.
    """
    if not case_ids:
        raise InputProblem("K-1668", "case_ids", "起案する案件が選ばれていません。", todo="一覧で案件を選んでください。")
    tally = Tally(desk.programme)
    with desk.work(Act.JUDGMENT_DRAFTED) as unit:
        programmes.require_confirmed(desk)
        session, at = unit.session, desk.now_text()
        programmes.keep_version(session, desk, at)
        cases = cases_with_people(session, case_ids)
        missing = [case_id for case_id in case_ids if case_id not in cases]
        if missing:
            case_of(session, missing[0])
        left_alone = 0
        for start, part in enumerate(chunks(case_ids, _STEP)):
            progress(start * _STEP, len(case_ids))
            judged = standings(session, desk, part)
            waiting = set() if release else {case_id for case_id in part if judged[case_id].held_by_person}
            kept = {
                case_id: _store(session, desk, judged[case_id], at)
                for case_id in part
                if may_change(cases[case_id]) and case_id not in waiting
            }
            session.flush()
            for case_id in part:
                case, standing, new = cases[case_id], judged[case_id], kept.get(case_id, [])
                shown = standing.shown(desk)
                why = _why_left(standing, shown, case, case_id in waiting)
                tally.add(case.management_number, standing, shown, why, bool(new))
                if case_id in waiting:
                    left_alone += 1
                    continue
                if case_id in kept:
                    _after_draft(case, standing, new, at)
                unit.record(
                    Act.JUDGMENT_DRAFTED,
                    subject="case",
                    subject_id=case_id,
                    drafted=sum(record.state == DRAFTED for record in new),
                    held=sum(entry.held for entry in standing.entries),
                    amount=sum(record.amount for record in new),
                )
        progress(len(case_ids), len(case_ids))
        if left_alone:
            unit.record(Act.JUDGMENT_DRAFTED, left_on_hold=left_alone)
    report = tally.report()
    sentence = (
        f"{report.changed:,}件を判定し、支給{report.eligible:,}件、不支給{report.refused:,}件を起案しました。"
        f"保留は{len(report.held):,}件です。"
    )
    return Changes(_CHANGED, sentence, tuple(case_ids)), report


def _store(session: Session, desk: Desk, standing: Standing, at: str) -> list[JudgmentRecord]:
    """New rows for what is new or different; the old ones name their successor. Returns the new rows (ids are set)."""
    new: list[tuple[JudgmentRecord, JudgmentRecord | None]] = []
    for entry in standing.entries:
        if entry.occupied or not (entry.to_draft or (entry.held and not entry.same)):
            continue
        record = fresh_record(entry.judgment, standing.facts, desk.programme, desk.today(), desk.staff.id, at)
        new.append((record, entry.stored))
    for old in standing.stale:
        old.state = VOID
        old.void_reason = "対象ではなくなったため"
        old.superseded_by = old.id
    for _, previous in new:
        if previous is not None:
            # Steps aside first: the file allows one live row of a benefit only.
            previous.superseded_by = previous.id
    if not new and not standing.stale:
        return []
    session.flush()
    session.add_all(record for record, _ in new)
    session.flush()
    for record, previous in new:
        if previous is not None:
            previous.superseded_by = record.id
    return [record for record, _ in new]


def may_change(case: Case) -> bool:
    """Whether the case stands where a judgment is drafted; a draft that waits may be replaced by a newer one."""
    status = CaseStatus(case.status)
    return status is CaseStatus.DRAFTED or (status, Act.JUDGMENT_DRAFTED) in TRANSITIONS


def _after_draft(case: Case, standing: Standing, new: list[JudgmentRecord], at: str) -> None:
    fresh = any(record.state == DRAFTED for record in new)
    kept = any(entry.same and (entry.drafted or entry.approved) for entry in standing.entries)
    if not fresh and kept:
        return
    if case.status == CaseStatus.DRAFTED.value:
        # The draft that waited is withdrawn by the newer one.
        advance(case, Act.JUDGMENT_RETURNED, at)
    advance(case, Act.JUDGMENT_DRAFTED, at, failed=not fresh)


def _why_left(standing: Standing, shown: list[JudgmentRecord], case: Case, waiting: bool) -> str:
    """Why something of the case was not drafted, as words; empty where nothing was left."""
    words = held_sentences(shown)
    if waiting:
        return f"担当者が保留にしています。{words}"
    if any(entry.occupied and not entry.same for entry in standing.entries):
        return f"支給の手続が進んでいるため、判定を変えていません。{words}"
    if not may_change(case) and standing.to_draft:
        return f"「{case.status}」まで進んでいるため、判定を変えていません。{words}"
    if not words and any(entry.judgment.outcome is Outcome.HOLD for entry in standing.entries):
        return "保留の理由があります。"
    return words


def hold(desk: Desk, case_id: int, reason: str) -> Changes:
    """保留にする: a person stops the case before its judgment, with a reason of 10 characters at least (kept sealed in 対応履歴).

    It is drafted again only by ``draft(..., release=True)``. Raises Conflict K-1060 where the case is judged already, K-1670 where it is
    on hold by a person already.
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.JUDGMENT_HELD) as unit:
        case = case_of(unit.session, case_id)
        if held_by_person(unit.session, [case_id]):
            raise Conflict("K-1670", "この案件は、もう保留にしてあります。", todo="対応履歴で、保留の理由を確かめてください。")
        advance(case, Act.JUDGMENT_HELD, desk.now_text())
        contact = keep_words(desk, unit.session, case, HELD, stated, desk.today())
        unit.record(Act.JUDGMENT_HELD, subject="case", subject_id=case_id, contact=contact)
    return Changes(_CHANGED | Kind.CONTACTS, "1件を保留にしました。理由は対応履歴にあります。", (case_id,))

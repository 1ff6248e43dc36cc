"""Collation (突合) of our cases with the contractor's list, with each other and with notices: run it, let a person decide."""

from __future__ import annotations

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.collation import CaseIndex, FindingDecision, collate, collate_notices, collate_own
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.services import collation_candidates, collation_findings, collation_state
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.collation_page import page
from kyufu_desktop.services.collation_rows import CollationPage, FindingRow, Pair
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk

__all__ = ["CollationPage", "FindingRow", "Pair", "decide", "page", "run"]

_CHANGED = Kind.FINDINGS | Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT


def run(desk: Desk, progress: Progress) -> Changes:
    """Compares every case with the newest list, with every other case and with the notices of other municipalities.

    New meetings are stored open, vanished ones marked gone, decided ones kept. ``progress`` may raise ``Cancelled``: nothing is changed
    then. Raises Conflict K-1695 where no list was brought in.
    """
    with desk.work(Act.COLLATED) as unit:
        session, at = unit.session, desk.now_text()
        newest = collation_state.newest_list(session)
        if newest is None or not newest.rows:
            raise Conflict("K-1695", "支給予定情報がまだありません。", todo="ホスト連携で、支給予定情報を取り込んでください。")
        cases = CaseIndex(collation_candidates.case_keys(session, desk.programme.child_born_from))
        numbers = {case_id: case.management_number for case_id, case in cases.cases.items()}
        found = [collation_findings.with_list(met) for met in collate(cases, collation_candidates.candidates(session, progress))]
        others = (*collate_own(cases), *collate_notices(cases, collation_candidates.noticed(session)))
        found += [collation_findings.with_other(met, numbers) for met in others]
        kept = collation_findings.keep(session, found, at)
        for case_id in sorted(kept.changed):
            unit.record(Act.COLLATED, subject="case", subject_id=case_id)
        collation_state.keep_run(
            session,
            collation_state.LastRun(
                at, desk.staff.name, newest.id, collation_state.newest_targets(session), newest.rows, kept.met, kept.new, kept.gone
            ),
        )
        unit.record(Act.COLLATED, rows=newest.rows, met=kept.met, new=kept.new, gone=kept.gone)
        session.flush()
        voided = void_changed(unit, desk, sorted(kept.changed), "突合で一致が見つかりました")
        progress(newest.rows, newest.rows)
    sentence = f"支給予定{newest.rows:,}行と突き合わせ、{kept.met:,}件が一致しました。新しい一致は{kept.new:,}件です。"
    if voided:
        sentence += f"{len(voided):,}件の決裁が無効になりました。"
    return Changes(_CHANGED, sentence, tuple(sorted(kept.changed)))


def decide(desk: Desk, finding_id: int, decision: FindingDecision, reason: str) -> Changes:
    """A person decides (reason of 10 characters at least). A later decision replaces the former; both stay in the log.

    Raises Conflict K-1696 (the newest list does not hold it), K-1652 (the other case of ours is to be paid already).
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.FINDING_DECIDED) as unit:
        finding = unit.session.get(CollationFinding, finding_id)
        if finding is None or finding.gone_at is not None:
            raise Conflict("K-1696", "この一致は、新しい一覧にはありません。", todo="突合の画面を読み直してください。")
        if decision is FindingDecision.SAME_PERSON_PAY:
            other = collation_findings.paid_on_other_side(unit.session, finding)
            if other is not None:
                raise Conflict(
                    "K-1652",
                    f"{other} の案件で、支給すると決めています。両方では支給できません。",
                    kept="決めたことは変えていません。",
                    todo="どちらか一方だけを支給するように決めてください。",
                )
        case = case_of(unit.session, finding.case_id)
        before = finding.decision
        finding.decision = decision.value
        finding.decision_reason = stated
        finding.decided_at = desk.now_text()
        finding.decided_by = desk.staff.id
        unit.record(Act.FINDING_DECIDED, subject="case", subject_id=case.id, finding=finding_id, decision=decision.value, before=before)
        unit.session.flush()
        void_changed(unit, desk, (case.id,), "突合の判断")
    return Changes(_CHANGED, "突合の結果を判断し、理由を残しました。", (case.id,))

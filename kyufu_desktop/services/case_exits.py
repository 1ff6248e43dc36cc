"""取下げ・要件消滅・ほかの区市町村での申請: how a case ends early, said with what it still changes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case_exit import CAUSE_LABELS, CAUSES, EXIT_LABELS, ExitCause, ExitEffect, effect_of
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import ExitKind, Outcome
from kyufu_desktop.domain.payment import GONE_OUT
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import CaseExit
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services.case_rows import ExitEntry, ExitRow
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk

#: The file has left or the money has: an exit cannot call it back.
_GONE_OUT = tuple(sorted(state.value for state in GONE_OUT))


def effect(desk: Desk, case_id: int) -> ExitEffect:
    """What registering an exit now would change; nothing is kept."""
    with desk.look() as session:
        case_of(session, case_id)
        return _effect(session, case_id)


def _effect(session: Session, case_id: int) -> ExitEffect:
    """After payment only where nothing is left to be decided or paid: a further benefit of a case with a paid one is still refused."""
    live = session.execute(
        select(JudgmentRecord.id, JudgmentRecord.state, JudgmentRecord.outcome).where(
            JudgmentRecord.case_id == case_id, JudgmentRecord.superseded_by.is_(None)
        )
    ).all()
    gone = set(session.scalars(select(Payment.judgment_id).where(Payment.case_id == case_id, Payment.state.in_(_GONE_OUT))))
    open_ones = [judgment for judgment, _, outcome in live if outcome != Outcome.NG.value and judgment not in gone]
    return effect_of(any(state == "APPROVED" for _, state, _ in live), bool(gone) and not open_ones)


def register(desk: Desk, case_id: int, entry: ExitEntry) -> Changes:
    """The case leaves. Raises InputProblem K-1648 (reason), K-1634 (day), K-1661 (cause), Conflict K-1664 (left already)."""
    stated = require_reason(entry.reason, "reason")
    if entry.cause not in CAUSES[entry.kind]:
        raise InputProblem("K-1661", "cause", "この終わり方には合わない理由です。", todo="一覧から選び直してください。")
    if entry.happened_on > desk.today():
        raise InputProblem("K-1634", "happened_on", "日付が、今日より後です。", todo="日付を確かめてください。")
    with desk.work(Act.CASE_EXITED) as unit:
        words = leave(unit, desk, case_id, entry, stated)
    return Changes(Kind.CASES | Kind.JUDGMENTS | Kind.LETTERS | Kind.AUDIT, words, (case_id,))


def leave(unit: UnitOfWork, desk: Desk, case_id: int, entry: ExitEntry, stated: str) -> str:
    """The step itself, for a door that does something beside it in the same unit of work. Returns what it changed, in words."""
    case = case_of(unit.session, case_id)
    if left(unit.session, case_id):
        raise Conflict("K-1664", "取下げか要件消滅が、もう登録されています。", todo="案件を開き直してください。")
    changes = _effect(unit.session, case_id)
    row = CaseExit(
        case_id=case_id,
        kind=entry.kind.value,
        cause=entry.cause.value,
        happened_on=entry.happened_on,
        reason=stated,
        after_decision=changes.after_decision,
        after_payment=changes.after_payment,
        entered_at=desk.now_text(),
        entered_by=desk.staff.id,
    )
    unit.session.add(row)
    unit.session.flush()
    if not changes.after_payment:
        advance(case, Act.CASE_EXITED, desk.now_text())
    unit.record(Act.CASE_EXITED, subject="case", subject_id=case_id, exit=row.id, kind=row.kind, cause=row.cause)
    unit.session.flush()
    void_changed(unit, desk, (case_id,), EXIT_LABELS[entry.kind])
    return f"{EXIT_LABELS[entry.kind]}を登録しました。{changes.sentence}"


def left(session: Session, case_id: int) -> bool:
    """Whether an exit of the case is in force."""
    return session.scalar(select(CaseExit.id).where(CaseExit.case_id == case_id, CaseExit.revoked_at.is_(None)).limit(1)) is not None


def revoke(desk: Desk, exit_id: int, reason: str) -> Changes:
    """The exit was an error: the case is judged anew. The row stays. Raises Conflict K-1664, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.CASE_EXIT_REVOKED) as unit:
        row = unit.session.get(CaseExit, exit_id)
        if row is None or row.revoked_at is not None:
            raise Conflict("K-1664", "この登録は、もう取り消されています。", todo="案件を開き直してください。")
        row.revoked_at, row.revoked_by, row.revoked_reason = desk.now_text(), desk.staff.id, stated
        case = case_of(unit.session, row.case_id)
        unit.session.flush()
        if not row.after_payment:
            advance(case, Act.CASE_EXIT_REVOKED, desk.now_text())
        unit.record(Act.CASE_EXIT_REVOKED, subject="case", subject_id=case.id, exit=exit_id)
        unit.session.flush()
        void_changed(unit, desk, (case.id,), f"{EXIT_LABELS[ExitKind(row.kind)]}の取消")
    return Changes(Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, "登録を取り消しました。判定をやり直してください。", (case.id,))


def rows_of(session: Session, case_id: int, staff: dict[int, str]) -> tuple[ExitRow, ...]:
    query = select(CaseExit).where(CaseExit.case_id == case_id).order_by(CaseExit.id)
    return tuple(
        ExitRow(
            exit_id=row.id,
            kind=ExitKind(row.kind),
            words=EXIT_LABELS[ExitKind(row.kind)],
            cause_words=CAUSE_LABELS[ExitCause(row.cause)],
            happened_on=row.happened_on,
            reason=row.reason,
            effect=effect_of(row.after_decision, row.after_payment).sentence,
            after_payment=row.after_payment,
            entered_by=staff.get(row.entered_by, ""),
            entered_at=row.entered_at,
            revoked_at=row.revoked_at,
            revoked_reason=row.revoked_reason,
        )
        for row in session.scalars(query)
    )

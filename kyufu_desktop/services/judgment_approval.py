"""決裁: signed by a second person over exactly what is shown, sent back with a reason, withdrawn only before payment."""

from __future__ import annotations

from sqlalchemy import func, select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.payment import OCCUPYING
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.security.approval import Statement, sign
from kyufu_desktop.services import programmes
from kyufu_desktop.services.case_facts import cases_with_people, chunks
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.judgment_rows import APPROVED, DRAFTED, RETURNED, digest_of, live_records
from kyufu_desktop.services.judgment_standing import Standing, occupied_judgments, standings
from kyufu_desktop.services.judgment_void import void_records
from kyufu_desktop.services.session import Desk, Second

_CHANGED = Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT
_STEP = 100


def approve(desk: Desk, case_ids: tuple[int, ...], second: Second, progress: Progress) -> Changes:
    """決裁: the second person signs the digest of every drafted judgment of the cases; refused for what he drafted himself.

    All cases or none. Raises Conflict K-1669 (nothing drafted), K-1673 (facts or the programme changed since), K-1641 (a value of the
    programme is not confirmed), K-1642 (one was confirmed after this login), NotAllowed K-1674 (own draft).
    """
    with desk.work(Act.JUDGMENT_APPROVED, second) as unit:
        programmes.require_in_force(unit.session, desk)
        session, at = unit.session, desk.now_text()
        cases = cases_with_people(session, case_ids)
        signature_id = (session.scalar(select(func.max(Signature.id))) or 0) + 1
        count = total = done = 0
        for part in chunks(case_ids, _STEP):
            progress(done, len(case_ids))
            judged = standings(session, desk, part)
            for case_id in part:
                if case_id not in judged:
                    case_of(session, case_id)
                drafted = _approvable(judged[case_id], second)
                for record in drafted:
                    _sign(unit, desk, second, record, signature_id, at)
                    signature_id += 1
                amount = sum(record.amount for record in drafted)
                _settle(cases[case_id], judged[case_id], drafted, at)
                unit.record(Act.JUDGMENT_APPROVED, subject="case", subject_id=case_id, judgments=len(drafted), amount=amount)
                count += len(drafted)
                total += amount
            done += len(part)
        progress(done, len(case_ids))
        if not case_ids:
            raise InputProblem("K-1668", "case_ids", "決裁する案件が選ばれていません。", todo="一覧で案件を選んでください。")
    sentence = f"{len(case_ids):,}件（給付{count:,}件、{total:,}円）を決裁しました。"
    return Changes(_CHANGED, sentence, tuple(case_ids))


def _approvable(standing: Standing, second: Second) -> list[JudgmentRecord]:
    drafted = [entry for entry in standing.entries if entry.drafted]
    if not drafted:
        raise Conflict("K-1669", "決裁を待つ起案がない案件が含まれています。", todo="一覧を読み直してください。")
    records = []
    for entry in drafted:
        record = entry.stored
        assert record is not None
        if not may_verify(Act.JUDGMENT_APPROVED, record.drafted_by, second.staff) or second.signer.staff_id != second.staff.id:
            raise NotAllowed("K-1674", "起案した人は、自分の起案を決裁できません。", todo="別の取扱責任者が決裁してください。")
        if not entry.same:
            raise _changed()
        if digest_of(record) != record.digest:
            raise CustodyProblem("K-1675", "起案の記録が、書かれたときと違います。", todo="作業を止め、取扱責任者に知らせてください。")
        records.append(record)
    if standing.stale:
        raise _changed()
    return records


def _changed() -> Conflict:
    return Conflict("K-1673", "起案のあとに内容が変わった案件が含まれています。", todo="起案し直してから、決裁してください。")


def _sign(unit: UnitOfWork, desk: Desk, second: Second, record: JudgmentRecord, signature_id: int, at: str) -> None:
    statement = Statement("judgment", 1, record.amount, record.digest, desk.vault.generation, unit.next_seq)
    unit.session.add(
        Signature(
            id=signature_id,
            act=Act.JUDGMENT_APPROVED.value,
            subject="judgment",
            subject_id=record.id,
            digest=record.digest,
            payload=statement.payload().decode("utf-8"),
            signer_id=second.staff.id,
            signature=sign(second.signer, statement),
            signed_at=at,
        )
    )
    record.state = APPROVED
    record.approved_by = second.staff.id
    record.approved_at = at
    record.signature_id = signature_id


def _settle(case: Case, standing: Standing, drafted: list[JudgmentRecord], at: str) -> None:
    """After the approval: 支給判定済 where something is paid, 不支給 where nothing is, 保留 where the rest still waits.

    A further benefit after the letter leads back to 支給判定済 only where it is one that is paid.
    """
    if case.status == CaseStatus.DRAFTED.value:
        eligible = any(entry.judgment.outcome is Outcome.ELIGIBLE for entry in standing.entries)
        advance(case, Act.JUDGMENT_APPROVED, at, failed=not eligible)
        if not eligible and any(entry.held for entry in standing.entries):
            advance(case, Act.JUDGMENT_DRAFTED, at, failed=True)
        return
    advance(case, Act.JUDGMENT_APPROVED, at, failed=not any(record.outcome == Outcome.ELIGIBLE.value for record in drafted))


def send_back(desk: Desk, case_id: int, second: Second, reason: str) -> Changes:
    """差戻し: every drafted judgment of the case goes back with the reason; it can be drafted anew."""
    if not reason.strip():
        raise InputProblem("K-1676", "reason", "差戻しの理由が入っていません。", todo="起案した人に分かる理由を入れてください。")
    with desk.work(Act.JUDGMENT_RETURNED, second) as unit:
        case = case_of(unit.session, case_id)
        records = [record for record in live_records(unit.session, [case_id])[case_id].values() if record.state == DRAFTED]
        if not records:
            raise Conflict("K-1669", "決裁を待つ起案がありません。", todo="一覧を読み直してください。")
        for record in records:
            if not may_verify(Act.JUDGMENT_RETURNED, record.drafted_by, second.staff):
                raise NotAllowed("K-1674", "起案した人は、自分の起案を差し戻せません。", todo="別の取扱責任者が行ってください。")
            _return(record, reason.strip())
        advance(case, Act.JUDGMENT_RETURNED, desk.now_text())
        unit.record(Act.JUDGMENT_RETURNED, subject="case", subject_id=case_id, judgments=len(records))
    return Changes(_CHANGED, "1件を差し戻しました。", (case_id,))


def _return(record: JudgmentRecord, reason: str) -> None:
    record.state = RETURNED
    record.returned_reason = reason


def withdraw(desk: Desk, case_id: int, second: Second, reason: str) -> Changes:
    """決裁の取消: an officer other than the drafter takes every approval of the case out of force, before anything of it is paid.

    The rows stay as they were signed and say why they do not hold any more; a draft that waits goes back with them.
    Raises InputProblem K-1648 (reason), Conflict K-1671 (nothing approved), K-1672 (a payment is under way or made), NotAllowed K-1674.
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.JUDGMENT_WITHDRAWN, second) as unit:
        session = unit.session
        case = case_of(session, case_id)
        live = list(live_records(session, [case_id])[case_id].values())
        records = [record for record in live if record.state == APPROVED]
        if not records:
            raise Conflict("K-1671", "この案件に、取り消せる決裁はありません。", todo="一覧を読み直してください。")
        if any(not may_verify(Act.JUDGMENT_WITHDRAWN, record.drafted_by, second.staff) for record in records):
            raise NotAllowed("K-1674", "起案した人は、自分の起案の決裁を取り消せません。", todo="別の取扱責任者が行ってください。")
        if (
            occupied_judgments(session, [case_id], OCCUPYING)[case_id]
            or (CaseStatus(case.status), Act.JUDGMENT_WITHDRAWN) not in TRANSITIONS
        ):
            raise Conflict(
                "K-1672",
                "支給の手続が進んでいるため、決裁を取り消せません。",
                todo="振込の回に入っているときは、先に振込の回を取り消してください。",
            )
        for record in live:
            if record.state == DRAFTED:
                _return(record, stated)
        void_records(unit, desk, case, records, Act.JUDGMENT_WITHDRAWN, f"決裁の取消。{stated}", by=second.staff.id)
    return Changes(_CHANGED | Kind.LETTERS, "1件の決裁を取り消しました。もう一度起案できます。", (case_id,))

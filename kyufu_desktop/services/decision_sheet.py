"""判定調書 of one case from what is kept: the facts as they were looked at, the definition used, every condition, the signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import decision_sheet as documents
from kyufu_desktop.documents.decision_sheet import BenefitSheet, ConditionLine, DecisionSheet, Fact
from kyufu_desktop.documents.letters import working_lines as letter_lines
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.turning import Turning, turning
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.programme import ProgrammeVersion
from kyufu_desktop.services import gaiji, programmes
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.case_steps import case_of, recipient
from kyufu_desktop.services.fact_words import fact_lines
from kyufu_desktop.services.judgment_rows import APPROVED, DRAFTED, JUDGED, RETURNED, VOID, conditions_from, working_from
from kyufu_desktop.services.judgment_standing import Standing, standings
from kyufu_desktop.services.session import Desk

OUTCOME_WORDS: dict[Outcome, str] = {Outcome.ELIGIBLE: "支給", Outcome.NG: "不支給", Outcome.HOLD: "保留"}
_STATE_WORDS = {JUDGED: "保留", DRAFTED: "決裁待ち", APPROVED: "決裁済", RETURNED: "差戻し", VOID: "決裁無効"}


def decision_sheet(desk: Desk, case_id: int) -> bytes:
    """判定調書 as PDF bytes (in memory) of what is drafted or decided, and of what was voided; recorded before it is returned.

    Raises Conflict K-1677 where nothing was judged yet.
    """
    with desk.work(Act.DECISION_SHEET_MADE) as unit:
        session = unit.session
        case = case_of(session, case_id)
        standing = standings(session, desk, [case_id])[case_id]
        live = sorted((*(entry.stored for entry in standing.entries if entry.stored), *standing.gone), key=lambda record: record.id)
        records = [*live, *standing.voided]
        if not records:
            raise Conflict("K-1677", "この案件は、まだ判定していません。", todo="判定を起案してから、判定調書を作ってください。")
        names, staff = {person.id: person.name for person in case.people}, staff_names(session)
        newest = max(records, key=lambda record: record.id)
        edition = session.scalar(
            select(func.count(AuditEntry.seq)).where(
                AuditEntry.act == Act.DECISION_SHEET_MADE.value, AuditEntry.subject == "case", AuditEntry.subject_id == case_id
            )
        )
        sheet = DecisionSheet(
            management_number=case.management_number,
            recipient=recipient(case).name,
            programme=_programme_words(session, desk, newest),
            programme_digest=newest.programme_digest,
            judged_on=newest.judged_on,
            made_on=desk.today(),
            edition=(edition or 0) + 1,
            facts=tuple(Fact(*line) for line in fact_lines(newest.facts, names, desk.programme)),
            benefits=tuple(_benefit_sheet(desk, record, names, staff, _turning_of(standing, desk, record)) for record in records),
            practice=desk.practice,
        )
        unit.record(Act.DECISION_SHEET_MADE, subject="case", subject_id=case_id, judgments=len(records), edition=sheet.edition)
        pictures = gaiji.approved(session)
    return documents.decision_sheet(sheet, pictures)


def _programme_words(session: Session, desk: Desk, record: JudgmentRecord) -> str:
    """Name and version of the definition that the judgment was made by, which may be an older one than that of the desk."""
    if record.programme_digest == desk.programme.digest:
        return f"{desk.programme.name}　{desk.programme.version}版"
    version = session.scalar(select(ProgrammeVersion).where(ProgrammeVersion.digest == record.programme_digest))
    if version is None:
        return f"{desk.programme.name}　（いまと違う版）"
    try:
        kept = programmes.from_version(version.text)
    except (ValueError, InputProblem):
        # Kept by an older form of the program: its text is there, its name and version are not told apart any more.
        return f"{desk.programme.name}　（以前の版）"
    return f"{kept.name}　{kept.version}版（いまは別の版です）"


def _turning_of(standing: Standing, desk: Desk, record: JudgmentRecord) -> tuple[str, ...]:
    """What would turn it, as long as the record still says what would be judged today."""
    if record.outcome == Outcome.ELIGIBLE.value or record.state == VOID:
        return ()
    found = turning(standing.facts, desk.programme, desk.today())
    return tuple(item.sentence for item in found if turns(item, Benefit(record.benefit), record.person_id))


def turns(item: Turning, benefit: Benefit, person_id: int | None) -> bool:
    """Whether ``item`` is about this benefit of this person."""
    return item.benefit is benefit and item.person_id == person_id


def _benefit_sheet(
    desk: Desk, record: JudgmentRecord, names: Mapping[int, str], staff: Mapping[int, str], turning_words: Sequence[str]
) -> BenefitSheet:
    working = letter_lines(working_from(record.working)) if record.working else ()
    signed = record.approved_at or ""
    return BenefitSheet(
        label=desk.programme.label(Benefit(record.benefit)),
        outcome=OUTCOME_WORDS[Outcome(record.outcome)],
        amount=record.amount,
        conditions=tuple(
            ConditionLine(item.question or item.sentence, item.sentence, item.values, item.origin, item.finding, item.article)
            for item in conditions_from(record.conditions)
        ),
        working=working,
        taxpayer=names.get(record.person_id, "") if record.person_id else "",
        turning=tuple(turning_words),
        state=_STATE_WORDS[record.state],
        drafter=staff.get(record.drafted_by, ""),
        drafted_on=date.fromisoformat(record.drafted_at[:10]),
        approver=staff.get(record.approved_by or 0, ""),
        approved_on=date.fromisoformat(signed[:10]) if signed else None,
        digest=record.digest,
        note=_note(record, staff),
    )


def _note(record: JudgmentRecord, staff: Mapping[int, str]) -> str:
    """Why it does not hold (any more), with the day and who."""
    if record.state == VOID and record.void_reason:
        who = f"、{staff.get(record.voided_by or 0, '')}" if record.voided_by else ""
        day = f"（{wareki(date.fromisoformat(record.voided_at[:10]))}{who}）" if record.voided_at else ""
        return f"決裁無効：{record.void_reason}{day}"
    if record.state == RETURNED and record.returned_reason:
        return f"差戻し：{record.returned_reason}"
    return ""

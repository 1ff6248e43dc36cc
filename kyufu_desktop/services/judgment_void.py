"""Changes after the approval void it visibly: what was signed is not what would be signed now, so nothing may be paid on it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.payment import GONE_OUT
from kyufu_desktop.domain.printing import VOIDED_REASON
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.services import batches
from kyufu_desktop.services.case_facts import chunks
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.judgment_rows import APPROVED, VOID, live_records
from kyufu_desktop.services.judgment_standing import occupied_judgments, standings
from kyufu_desktop.services.session import Desk

#: Letters that have not left the house: they are shredded with the decision that they tell of.
_UNSENT = (LetterState.PREPARED.value, LetterState.PRINTED.value)


def void_changed(unit: UnitOfWork, desk: Desk, case_ids: Iterable[int], why: str) -> tuple[int, ...]:
    """Judges the cases afresh after a fact changed; an approval that says something else now becomes VOID. Returns the ids of those cases.

    ``why`` names the fact in a few words, as it is shown beside the case (「秘匿の根拠の取下げ」). To be called at the end of the
    unit of work that changes the fact, after ``session.flush()``. A payment whose file has left is not touched; one that only waits in
    a batch of the house is taken out of it, and the batch has to be approved anew.
    """
    ids = list(dict.fromkeys(case_ids))
    if not ids:
        return ()
    session = unit.session
    changed: list[int] = []
    for part in chunks(ids):
        candidates = _with_approval(session, part)
        if not candidates:
            continue
        gone_out = occupied_judgments(session, candidates, GONE_OUT)
        for case_id, standing in standings(session, desk, candidates).items():
            broken = [entry.stored for entry in standing.entries if entry.stored is not None and entry.approved and not entry.same]
            broken += [record for record in standing.gone if record.state == APPROVED]
            broken = [record for record in broken if record.id not in gone_out[case_id]]
            if broken:
                void_records(unit, desk, session.get_one(Case, case_id), broken, Act.JUDGMENT_VOIDED, why)
                changed.append(case_id)
    return tuple(changed)


def _with_approval(session: Session, part: Iterable[int]) -> list[int]:
    query = select(JudgmentRecord.case_id).where(
        JudgmentRecord.case_id.in_(part), JudgmentRecord.state == APPROVED, JudgmentRecord.superseded_by.is_(None)
    )
    return list(dict.fromkeys(session.scalars(query.order_by(JudgmentRecord.case_id))))


def void_records(
    unit: UnitOfWork, desk: Desk, case: Case, records: list[JudgmentRecord], act: Act, why: str, by: int | None = None
) -> None:
    """Takes approvals out of force: by a changed fact, or because an officer withdraws them. The rows stay as they were signed."""
    session, at = unit.session, desk.now_text()
    for record in records:
        record.state = VOID
        record.void_reason = why
        record.voided_at = at
        record.voided_by = by or desk.staff.id
        record.superseded_by = record.id
    shred_letters(session, [record.id for record in records])
    session.flush()
    # What waits in the house is paid without them; a file that may have left is stopped at the door by the decisions behind it.
    batches.take_out(unit, desk, case.id, "決裁が無効になったため", [record.id for record in records])
    if (CaseStatus(case.status), act) in TRANSITIONS and not _still_pays(session, case.id):
        advance(case, act, at)
    total = sum(record.amount for record in records)
    unit.record(act, subject="case", subject_id=case.id, judgment=records[0].id, judgments=len(records), amount=total)


def _still_pays(session: Session, case_id: int) -> bool:
    """Another benefit of the case is decided to be paid: letter, form and payment of that one go on."""
    live = live_records(session, [case_id])[case_id].values()
    return any(record.state == APPROVED and record.outcome == Outcome.ELIGIBLE.value for record in live)


def shred_letters(session: Session, judgment_ids: list[int]) -> None:
    """A letter that has not left and tells of a decision that does not hold any more is spoiled; a new one is made after the next."""
    told = select(LetterBenefit.letter_id).where(LetterBenefit.judgment_id.in_(judgment_ids))
    for letter in session.scalars(select(Letter).where(Letter.id.in_(told), Letter.state.in_(_UNSENT), Letter.voided_by.is_(None))):
        letter.state = LetterState.SPOILED.value
        letter.reprint_reason = VOIDED_REASON

"""Every decided benefit with its newest attempt, read in a few statements: what the lists of 支給の状況 are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import OCCUPYING, WITH_PAYEE, PaymentState
from kyufu_desktop.domain.review import FormState
from kyufu_desktop.domain.tracking import Stage, overdue, stage_of
from kyufu_desktop.exchange.holidays import is_holiday
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import ReturnedForm

#: The money is on its way or with the payee: it is followed although the decision may have fallen meanwhile.
_HELD = tuple(sorted(state.value for state in OCCUPYING))


@dataclass(frozen=True, slots=True)
class Tracked:
    """One decided benefit. Amounts in yen; ``paid`` is what is with the payee."""

    judgment_id: int
    case_id: int
    management_number: str
    benefit: str
    children: int
    """Children counted in it; 0 where it is no benefit of children."""
    decided: int
    decided_on: date
    stage: Stage
    since: date | None
    """Since when it waits: the day of the review, of the bank's refusal, or of the decision; None where nothing is waited for."""
    transfer_on: date | None
    batch_number: int
    paid: int
    failure: str
    reported: bool
    late: bool


def tracked(session: Session, on: date, case_ids: Iterable[int] | None = None) -> list[Tracked]:
    """By management number; of ``case_ids`` only, where they are named.

    What was decided and is still in force, and what holds money although the decision fell later.
    """
    newest = select(func.max(Payment.id)).where(Payment.state != PaymentState.CANCELLED.value).group_by(Payment.judgment_id)
    reviewed = _reviewed(session)
    query = (
        select(JudgmentRecord, Case.management_number, Payment, Batch)
        .join(Case, Case.id == JudgmentRecord.case_id)
        .outerjoin(Payment, (Payment.judgment_id == JudgmentRecord.id) & Payment.id.in_(newest))
        .outerjoin(Batch, Batch.id == Payment.batch_id)
        .where(
            JudgmentRecord.outcome == "ELIGIBLE",
            JudgmentRecord.amount > 0,
            ((JudgmentRecord.state == "APPROVED") & JudgmentRecord.superseded_by.is_(None)) | Payment.state.in_(_HELD),
        )
        .order_by(Case.management_number, JudgmentRecord.id)
    )
    if case_ids is not None:
        query = query.where(JudgmentRecord.case_id.in_(list(case_ids)))
    rows = session.execute(query).all()
    return [_tracked(judgment, number, payment, batch, reviewed.get(judgment.id), on) for judgment, number, payment, batch in rows]


def _reviewed(session: Session) -> dict[int, date]:
    """Judgment -> the day on which the review of its form was completed."""
    query = (
        select(LetterBenefit.judgment_id, func.max(ReturnedForm.completed_on))
        .join(ReturnedForm, ReturnedForm.letter_id == LetterBenefit.letter_id)
        .where(ReturnedForm.state == FormState.COMPLETED.value)
        .group_by(LetterBenefit.judgment_id)
    )
    return {judgment_id: day for judgment_id, day in session.execute(query) if day is not None}


def _tracked(
    judgment: JudgmentRecord, number: str, payment: Payment | None, batch: Batch | None, reviewed: date | None, on: date
) -> Tracked:
    state = PaymentState(payment.state) if payment is not None else None
    stage = stage_of(state, reviewed=reviewed is not None)
    decided_on = date.fromisoformat((judgment.approved_at or judgment.drafted_at)[:10])
    result_on = date.fromisoformat(payment.result_at[:10]) if payment is not None and payment.result_at else None
    since = {Stage.READY: reviewed, Stage.FAILED: result_on, Stage.RECALLED: result_on, Stage.PAID: None, Stage.REPAID: None}.get(
        stage, decided_on
    )
    transfer_on = batch.transfer_on if batch is not None else None
    return Tracked(
        judgment_id=judgment.id,
        case_id=judgment.case_id,
        management_number=number,
        benefit=judgment.benefit,
        children=judgment.children.count(",") + 1 if judgment.children not in ("", "[]") else 0,
        decided=judgment.amount,
        decided_on=decided_on,
        stage=stage,
        since=since,
        transfer_on=transfer_on,
        batch_number=batch.number if batch is not None else 0,
        paid=payment.amount if payment is not None and state in WITH_PAYEE else 0,
        failure=(payment.failure or "") if payment is not None and stage is Stage.FAILED else "",
        reported=payment is not None and payment.reported_export_id is not None,
        late=overdue(stage, since, transfer_on, on, is_holiday),
    )

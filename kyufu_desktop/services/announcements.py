"""How far the 支給（振込）通知書 of a batch are: each household is told before the transfer day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import business_days_before
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services.bank_calendar import is_open
from kyufu_desktop.services.letter_standing import LIVE

#: Batches whose people are told: approved, and not yet past.
TOLD = (BatchState.APPROVED.value, BatchState.WRITING.value, BatchState.SENT.value)


@dataclass(frozen=True, slots=True)
class Announced:
    """Counts of households of a batch. ``last_day`` is the last working day before the transfer day."""

    wanted: int
    printed: int
    sent: int
    last_day: date

    @property
    def missing(self) -> int:
        """Households to which no letter has gone yet."""
        return self.wanted - self.sent


def of_batch(session: Session, batch: Batch) -> Announced:
    paid = (Payment.batch_id == batch.id, Payment.state.not_in((PaymentState.CANCELLED.value,)))
    wanted = session.scalar(select(func.count(Payment.case_id.distinct())).where(*paid)) or 0
    letters = (Letter.kind == LetterKind.PAYMENT.value, Letter.batch_id == batch.id, Letter.voided_by.is_(None), Letter.state.in_(LIVE))
    counted = {
        row[0]: row[1]
        for row in session.execute(select(Letter.state, func.count(Letter.case_id.distinct())).where(*letters).group_by(Letter.state))
    }
    sent = counted.get(LetterState.SENT.value, 0)
    return Announced(wanted, sent + counted.get(LetterState.PRINTED.value, 0), sent, business_days_before(batch.transfer_on, 1, is_open))


def to_send(session: Session, today: date) -> list[tuple[int, Announced]]:
    """(number of the batch, how far) of the batches with households that are not told yet, the next transfer first."""
    query = select(Batch).where(Batch.state.in_(TOLD), Batch.transfer_on > today).order_by(Batch.transfer_on, Batch.number)
    found = ((batch.number, of_batch(session, batch)) for batch in session.scalars(query))
    return [(number, announced) for number, announced in found if announced.missing > 0]

"""The figures of a statement (精算書): what moved in a period and what is carried over, from the days that stand in the books.

A balance is what was decided and is not with the payee. It is counted for a day, never carried forward by hand: the closing balance of a
month and the opening balance of the next are the same count of the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kyufu_desktop.domain.payment import WITH_PAYEE, BatchState, PaymentState
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, Payment, PaymentEvent

_LEFT = (BatchState.SENT.value, BatchState.SETTLED.value, BatchState.PARTLY_FAILED.value)
#: The bank (or the counter) has handed the money over, whatever became of it later.
_HANDED = frozenset({state.value for state in WITH_PAYEE} | {PaymentState.RECALLED.value, PaymentState.REPAID.value})


class Move(StrEnum):
    """What happened to money (value = heading of its column), in the order of the columns."""

    DECIDED = "決裁"
    WITHDRAWN = "決裁の取消"
    SENT = "渡した"
    PAID = "支給済"
    CASH = "うち窓口"
    FAILED = "振込不能"
    RECALLED = "組戻済"
    REPAID = "返還済"


#: How a move changes what is still to be paid.
_SIGNS: dict[Move, int] = {Move.DECIDED: 1, Move.WITHDRAWN: -1, Move.PAID: -1, Move.RECALLED: 1, Move.REPAID: 1}


@dataclass(frozen=True, slots=True)
class Movement:
    day: date
    move: Move
    benefit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of a statement; pairs are (count, yen)."""

    label: str
    opening: tuple[int, int]
    moves: tuple[tuple[int, int], ...]
    """In the order of :class:`Move`."""
    closing: tuple[int, int]


def movements(session: Session) -> list[Movement]:
    """Everything that ever moved, in no order."""
    return [*_decisions(session), *_files(session), *_results(session)]


def figures(label: str, moved: Iterable[Movement], first: date, after: date) -> Figures:
    """What moved from ``first`` to the day before ``after``, with the balances at both ends."""
    listed = list(moved)
    inside = [each for each in listed if first <= each.day < after]
    sums = tuple(_pair(each for each in inside if each.move is move) for move in Move)
    return Figures(label, balance(listed, first), sums, balance(listed, after))


def balance(moved: Iterable[Movement], day: date) -> tuple[int, int]:
    """How many and how much was decided and not with the payee when ``day`` began."""
    count = amount = 0
    for each in moved:
        sign = _SIGNS.get(each.move, 0) if each.day < day else 0
        count, amount = count + sign, amount + sign * each.amount
    return count, amount


def _pair(moved: Iterable[Movement]) -> tuple[int, int]:
    amounts = [each.amount for each in moved]
    return len(amounts), sum(amounts)


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _decisions(session: Session) -> Iterator[Movement]:
    after = aliased(JudgmentRecord)
    query = (
        select(JudgmentRecord, after.drafted_at)
        .outerjoin(after, after.id == JudgmentRecord.superseded_by)
        .where(JudgmentRecord.outcome == "ELIGIBLE", JudgmentRecord.amount > 0, JudgmentRecord.approved_at.is_not(None))
    )
    for record, replaced_at in session.execute(query):
        if record.state == "RETURNED":
            continue
        yield Movement(_day(record.approved_at or ""), Move.DECIDED, record.benefit, record.amount)
        gone = record.voided_at or (replaced_at if record.superseded_by != record.id else None)
        if gone is not None:
            yield Movement(_day(gone), Move.WITHDRAWN, record.benefit, record.amount)


def _files(session: Session) -> Iterator[Movement]:
    query = (
        select(Export.made_at, Payment.benefit, Payment.amount)
        .join(Batch, Batch.export_id == Export.id)
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Batch.state.in_(_LEFT), Payment.state != PaymentState.CANCELLED.value)
    )
    for at, benefit, amount in session.execute(query):
        yield Movement(_day(at), Move.SENT, benefit, amount)


def _results(session: Session) -> Iterator[Movement]:
    """Payments by the day of the bank. Money that came back moves twice: out on its day, and back on the day of the last step."""
    last = select(func.max(PaymentEvent.id)).group_by(PaymentEvent.payment_id)
    steps = dict(session.execute(select(PaymentEvent.payment_id, PaymentEvent.happened_on).where(PaymentEvent.id.in_(last))).all())
    # A recall clears the day of payment, since the benefit is owed again; the history keeps it.
    was_paid = select(PaymentEvent.payment_id, func.min(PaymentEvent.happened_on)).where(PaymentEvent.state == PaymentState.PAID.value)
    paid_days = dict(session.execute(was_paid.group_by(PaymentEvent.payment_id)).all())
    for payment, method in session.execute(select(Payment, Batch.method).join(Batch, Batch.id == Payment.batch_id)):
        benefit, amount = payment.benefit, payment.amount
        told = steps.get(payment.id) or (_day(payment.result_at) if payment.result_at else payment.paid_on)
        paid_on = payment.paid_on or paid_days.get(payment.id)
        if payment.state in _HANDED and paid_on is not None:
            yield Movement(paid_on, Move.PAID, benefit, amount)
            if method != "TRANSFER":
                yield Movement(paid_on, Move.CASH, benefit, amount)
        if told is None:
            continue
        if payment.state == PaymentState.FAILED.value:
            yield Movement(told, Move.FAILED, benefit, amount)
        elif payment.state == PaymentState.RECALLED.value:
            yield Movement(told, Move.RECALLED, benefit, amount)
        elif payment.state == PaymentState.REPAID.value:
            yield Movement(told, Move.REPAID, benefit, amount)

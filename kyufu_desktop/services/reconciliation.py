"""Four sums that must come to the same: what was decided, what the bank was given, what was paid, what the host was told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.domain.values import yen
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services.payables import OCCUPYING_WORDS


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Four sums that must be equal as far as the work has come: (label, yen, count, remark), and the sentence of a difference."""

    boxes: tuple[tuple[str, int, int, str], ...]
    equal: tuple[bool, ...]
    difference: str


def reconcile(session: Session) -> Reconciliation:
    """Decided amounts of what was put in batches = batches without what failed = paid = reported to the host."""
    decided = _sum(session, select(func.sum(JudgmentRecord.amount), func.count()).where(JudgmentRecord.id.in_(_live())))
    filed = _sum(session, select(func.sum(Batch.total), func.sum(Batch.count)).where(Batch.state != BatchState.CANCELLED.value))
    failed = _payments(session, Payment.state == PaymentState.FAILED.value)
    bank = (filed[0] - failed[0], filed[1] - failed[1])
    paid = _payments(session, Payment.state == PaymentState.PAID.value)
    waiting = _payments(session, Payment.state.in_((PaymentState.IN_BATCH.value, PaymentState.SENT.value)))
    told = _payments(session, Payment.state == PaymentState.PAID.value, Payment.reported_export_id.is_not(None))
    untold = (paid[0] - told[0], paid[1] - told[1])
    boxes = (
        ("決裁した額", *decided, "振込に入れたもの"),
        ("振込データ", *bank, f"不能 {failed[1]}件を除く" if failed[1] else ""),
        ("振込の結果", *paid, f"結果待ち {waiting[1]}件" if waiting[1] else ""),
        ("ホストへの報告", *told, f"報告待ち {untold[1]}件" if untold[1] else ""),
    )
    sums = [(amount, count) for _, amount, count, _ in boxes]
    equal = tuple(left == right for left, right in itertools.pairwise(sums))
    return Reconciliation(boxes, equal, _difference(sums, waiting, untold))


def _difference(sums: list[tuple[int, int]], waiting: tuple[int, int], untold: tuple[int, int]) -> str:
    if sums[0] != sums[1]:
        return f"決裁した額と振込データが{yen(abs(sums[0][0] - sums[1][0]))}違います。支払を止めて責任者に知らせてください。"
    if (sums[1][0] - waiting[0], sums[1][1] - waiting[1]) != sums[2]:
        return f"振込データと結果が{yen(abs(sums[1][0] - waiting[0] - sums[2][0]))}違います。結果の入力を確かめてください。"
    parts = []
    if waiting[1]:
        parts.append(f"結果待ちが{waiting[1]}件・{yen(waiting[0])}あります。")
    if untold[1]:
        parts.append(f"ホストへの報告待ちが{untold[1]}件・{yen(untold[0])}あります。")
    return "".join(parts)


def _live() -> Select[int]:
    return select(Payment.judgment_id).where(Payment.state.in_(OCCUPYING_WORDS))


def _payments(session: Session, *conditions: ColumnElement[bool]) -> tuple[int, int]:
    return _sum(session, select(func.sum(Payment.amount), func.count()).where(*conditions))


def _sum(session: Session, query: Select[Any, Any]) -> tuple[int, int]:
    total, count = session.execute(query).one()
    return int(total or 0), int(count or 0)

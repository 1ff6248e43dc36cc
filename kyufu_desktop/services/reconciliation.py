"""Four sums that must come to the same: what was decided, what the bank was given, what was paid, what the host was told.

The short form above 支給・振込; the whole sheet with every batch is ``reconciliation_sheet``. Both are fed by ``reconciliation_columns``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import OCCUPYING, WITH_PAYEE, PaymentState
from kyufu_desktop.domain.values import yen
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import reconciliation_columns as columns
from kyufu_desktop.services.payables import OCCUPYING_WORDS
from kyufu_desktop.services.reconciliation_columns import Sum, total_of

#: The money of the attempt is not with the payee and not on its way: another attempt may follow.
_BACK = frozenset(PaymentState) - OCCUPYING - {PaymentState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Four sums that must be equal as far as the work has come: (label, yen, count, remark), and the sentence of a difference."""

    boxes: tuple[tuple[str, int, int, str], ...]
    equal: tuple[bool, ...]
    difference: str


def reconcile(session: Session) -> Reconciliation:
    """Decided amounts of what was put in batches = batches without what came back = paid = reported to the host."""
    decided = _decided(session)
    states = columns.by_state(session)
    back = _of(states, _BACK)
    bank = total_of(columns.signed(session).values()) - back
    paid = _of(states, WITH_PAYEE)
    prepared, sent = _of(states, {PaymentState.IN_BATCH}), _of(states, {PaymentState.SENT})
    told = _of(columns.told(session), WITH_PAYEE)
    untold = paid - told
    sums = (decided, bank, paid, told)
    words = (
        ("決裁した額", "支払に入れたもの"),
        ("振込データ", f"不能・組戻 {back.count}件を除く" if back.count else ""),
        ("振込の結果", _remark(prepared, sent)),
        ("ホストへの報告", f"報告待ち {untold.count}件" if untold.count else ""),
    )
    boxes = tuple((label, each.yen, each.count, remark) for each, (label, remark) in zip(sums, words, strict=True))
    equal = tuple(left == right for left, right in itertools.pairwise(sums))
    return Reconciliation(boxes, equal, _difference(sums, prepared, sent, untold))


def _remark(prepared: Sum, sent: Sum) -> str:
    """How the attempts without a result are called: 結果待ち only where something is with the bank."""
    word = "結果待ちなど" if prepared.count and sent.count else "結果待ち" if sent.count else "支払う前"
    waiting = prepared + sent
    return f"{word} {waiting.count}件" if waiting.count else ""


def _difference(sums: tuple[Sum, ...], prepared: Sum, sent: Sum, untold: Sum) -> str:
    decided, bank, paid, _ = sums
    if decided != bank:
        return f"決裁した額と振込データが{yen(abs(decided.yen - bank.yen))}違います。支払を止めて責任者に知らせてください。"
    gap = bank - prepared - sent - paid
    if gap != Sum():
        return f"振込データと結果が{yen(abs(gap.yen))}違います。結果の入力を確かめてください。"
    parts = []
    if prepared.count:
        parts.append(f"支払う前のものが{prepared.count}件・{yen(prepared.yen)}あります。")
    if sent.count:
        parts.append(f"結果待ちが{sent.count}件・{yen(sent.yen)}あります。")
    if untold.count:
        parts.append(f"ホストへの報告待ちが{untold.count}件・{yen(untold.yen)}あります。")
    return "".join(parts)


def _decided(session: Session) -> Sum:
    """The decided amounts of what has an attempt that holds its money."""
    held = select(Payment.judgment_id).where(Payment.state.in_(OCCUPYING_WORDS))
    amount, count = session.execute(select(func.sum(JudgmentRecord.amount), func.count()).where(JudgmentRecord.id.in_(held))).one()
    return Sum(int(count), int(amount or 0))


def _of(states: dict[int, dict[PaymentState, Sum]], wanted: Iterable[PaymentState]) -> Sum:
    chosen = frozenset(wanted)
    return total_of(each for batch in states.values() for state, each in batch.items() if state in chosen)

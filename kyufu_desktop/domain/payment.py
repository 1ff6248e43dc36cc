"""Payments: attempts, batches, the rule that no yen is paid twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kyufu_desktop.domain.calendar import business_days_before, wareki_with_weekday
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import BankAccount, Benefit
from kyufu_desktop.errors import Conflict, InputProblem


class PayMethod(StrEnum):
    """口座振込 / 窓口での現金."""

    TRANSFER = "TRANSFER"
    CASH = "CASH"


class PaymentState(StrEnum):
    """State of one attempt."""

    IN_BATCH = "振込準備"
    SENT = "結果待ち"
    PAID = "振込済"
    FAILED = "振込不能"
    CANCELLED = "取消"
    RECALL_ASKED = "組戻依頼中"
    RECALLED = "組戻済"
    RECALL_REFUSED = "組戻不可"
    REPAYMENT_CLAIMED = "返還請求中"
    REPAID = "返還済"


#: An attempt in one of these occupies the money of its judgment: no second attempt may be made.
OCCUPYING: frozenset[PaymentState] = frozenset(
    {
        PaymentState.IN_BATCH,
        PaymentState.SENT,
        PaymentState.PAID,
        PaymentState.RECALL_ASKED,
        PaymentState.RECALL_REFUSED,
        PaymentState.REPAYMENT_CLAIMED,
    }
)
#: The file has left the house, or the money: what was decided for it is not taken back any more.
GONE_OUT: frozenset[PaymentState] = OCCUPYING - {PaymentState.IN_BATCH}
#: The money is with the payee, asked back or not.
WITH_PAYEE: frozenset[PaymentState] = OCCUPYING - {PaymentState.IN_BATCH, PaymentState.SENT}
#: What may follow a state once the file has left the house (組戻: domain of the banks; a payee must consent).
AFTER_SENDING: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.SENT: frozenset({PaymentState.PAID, PaymentState.FAILED}),
    PaymentState.PAID: frozenset({PaymentState.FAILED, PaymentState.RECALL_ASKED, PaymentState.REPAYMENT_CLAIMED}),
    # Entered for the wrong row: the payee has the money. Without this step the wrong word could only be followed by a second payment.
    PaymentState.FAILED: frozenset({PaymentState.PAID}),
    PaymentState.RECALL_ASKED: frozenset({PaymentState.RECALLED, PaymentState.RECALL_REFUSED}),
    PaymentState.RECALL_REFUSED: frozenset({PaymentState.REPAYMENT_CLAIMED}),
    PaymentState.REPAYMENT_CLAIMED: frozenset({PaymentState.REPAID}),
}


class BatchState(StrEnum):
    DRAFTED = "決裁待ち"
    APPROVED = "送信待ち"
    WRITING = "書出中"
    """About to be written to the medium; where the program stopped here, a person says whether the file is there."""
    SENT = "結果待ち"
    SETTLED = "振込済"
    PARTLY_FAILED = "一部不能"
    CANCELLED = "取消"


class FailureReason(StrEnum):
    """振込不能の理由."""

    NO_ACCOUNT = "口座なし"
    NAME_DIFFERS = "名義相違"
    KIND_DIFFERS = "科目相違"
    CLOSED = "口座解約"
    STOPPED = "振込停止"
    BRANCH_GONE = "店舗統廃合"
    OTHER = "その他"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One record of the bank file. ``reference`` is the opaque number of position 92-111, ``first`` the first attempt of its benefit."""

    reference: str
    account: BankAccount = field(repr=False)
    bank_kana: str = ""
    branch_kana: str = ""
    amount: int = 0
    first: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """A judged benefit that could be paid."""

    judgment_id: int
    case_id: int
    benefit: Benefit
    amount: int
    account: BankAccount = field(repr=False)


#: The bank file holds month and day only: a day further away could be taken for another year's.
LONGEST_AHEAD = timedelta(days=180)


def check_day(transfer_on: date, today: date, cut_off_days: int, is_business_day: Callable[[date], bool]) -> None:
    """Raises ``InputProblem`` where no file made ``today`` can be paid on ``transfer_on``: no bank day, or the bank needs it earlier."""
    if transfer_on <= today:
        raise InputProblem("K-1051", "transfer_on", "振込指定日は、明日以後の日にしてください。", todo="日を選び直してください。")
    if transfer_on > today + LONGEST_AHEAD:
        raise InputProblem("K-1058", "transfer_on", "半年より先の日です。", todo="日を選び直してください。")
    if not is_business_day(transfer_on):
        raise InputProblem("K-1052", "transfer_on", "銀行が休みの日です。", todo="銀行の営業日を選んでください。")
    last = business_days_before(transfer_on, cut_off_days, is_business_day)
    if last < today:
        raise InputProblem(
            "K-1057",
            "transfer_on",
            f"この日に振り込むには、{wareki_with_weekday(last)}までに銀行へ渡す必要がありました。",
            todo="もっと先の営業日を選んでください。",
        )


def check_counter_day(pay_on: date, today: date) -> None:
    """Raises ``InputProblem`` where nobody can come to the counter on ``pay_on`` any more."""
    if pay_on < today:
        raise InputProblem("K-1051", "transfer_on", "支給日が、今日より前の日です。", todo="日を選び直してください。")


def check_batch(dues: Sequence[Due], programme: Programme) -> None:
    """Raises ``InputProblem`` (selection) or ``Conflict`` (money) where these may not be paid together, in whatever way.

    Nothing chosen, a judgment twice, no amount, a ceiling passed.
    """
    if not dues:
        raise InputProblem("K-1050", "dues", "支払うものがありません。", todo="審査の完了したものを選んでください。")
    if len({due.judgment_id for due in dues}) != len(dues):
        raise Conflict("K-1053", "同じ給付が2回入っています。", todo="選び直してください。")
    for due in dues:
        if due.amount <= 0:
            raise Conflict("K-1054", "0円以下の給付が入っています。", todo="判定を確かめてください。")
        if due.amount > programme.payment_ceiling:
            raise Conflict("K-1055", f"1件の上限 {programme.payment_ceiling:,}円 を超えるものがあります。", todo="判定を確かめてください。")
    if sum(due.amount for due in dues) > programme.batch_ceiling:
        raise Conflict("K-1056", f"1回の上限 {programme.batch_ceiling:,}円 を超えます。", todo="2回に分けてください。")

"""Where a decided benefit stands on its way to the payee, and from when on its waiting is too long. No clock: every day is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from kyufu_desktop.domain.calendar import next_business_day
from kyufu_desktop.domain.payment import PaymentState

#: The bank's answer is asked for when it has not come this many business days after the transfer day.
RESULT_BUSINESS_DAYS = 3
#: What is ready to be paid is put in a batch within this many days of its review.
READY_DAYS = 14
#: A transfer that failed is taken up again within this many days.
FAILED_DAYS = 14


class Stage(StrEnum):
    """Where a benefit stands (value = word on the screen); the most urgent first: of several benefits of a case the first one speaks."""

    FAILED = "振込不能"
    RECALL_ASKED = "組戻依頼中"
    RECALL_REFUSED = "組戻不可"
    REPAYMENT_CLAIMED = "返還請求中"
    RECALLED = "組戻済"
    SENT = "結果待ち"
    IN_BATCH = "振込準備"
    READY = "支給待ち"
    DECIDED = "審査前"
    REPAID = "返還済"
    PAID = "振込済"


URGENCY: dict[Stage, int] = {stage: place for place, stage in enumerate(Stage)}

#: What is done next about a benefit in a stage; empty where nothing is left.
NEXT_STEPS: dict[Stage, str] = {
    Stage.FAILED: "口座を確かめ直し、次の回に入れます。",
    Stage.RECALL_ASKED: "銀行から組戻しの結果を待ちます。",
    Stage.RECALL_REFUSED: "本人に返還を請求します。",
    Stage.REPAYMENT_CLAIMED: "返還された日を入れます。",
    Stage.RECALLED: "支給し直すか、判定を改めます。",
    Stage.SENT: "銀行の結果を入れます。",
    Stage.IN_BATCH: "回を決裁し、銀行へ渡します。",
    Stage.READY: "次の振込の回に入れます。",
    Stage.DECIDED: "確認書を待ち、審査します。",
    Stage.REPAID: "",
    Stage.PAID: "",
}


def stage_of(state: PaymentState | None, *, reviewed: bool) -> Stage:
    """Stage by the newest attempt that was not cancelled (None: there is none)."""
    if state is None or state is PaymentState.CANCELLED:
        return Stage.READY if reviewed else Stage.DECIDED
    return Stage(state.value)


def results_due(transfer_on: date, is_holiday: Callable[[date], bool]) -> date:
    """The last day on which the bank's answer is waited for without asking."""
    day = transfer_on
    for _ in range(RESULT_BUSINESS_DAYS):
        day = next_business_day(day, is_holiday)
    return day


def overdue(stage: Stage, since: date | None, transfer_on: date | None, on: date, is_holiday: Callable[[date], bool]) -> bool:
    """Whether a benefit waits too long on ``on``. ``since``: the day it came into what it waits for (review, failure)."""
    if stage is Stage.SENT and transfer_on is not None:
        return on > results_due(transfer_on, is_holiday)
    if stage is Stage.IN_BATCH and transfer_on is not None:
        # Its day has come and the file has not left.
        return on >= transfer_on
    limit = {Stage.READY: READY_DAYS, Stage.FAILED: FAILED_DAYS, Stage.RECALLED: FAILED_DAYS}.get(stage)
    return limit is not None and since is not None and on > since + timedelta(days=limit)

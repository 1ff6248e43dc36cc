"""From when on money waits too long: business days after the transfer, days after the review, the transfer day itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.tracking import NEXT_STEPS, URGENCY, Stage, overdue, results_due, stage_of

FRIDAY = date(2024, 9, 13)
#: Monday 16 September is 敬老の日.
HOLIDAY = date(2024, 9, 16)


def holiday(day: date) -> bool:
    return day == HOLIDAY


def test_every_state_of_an_attempt_has_a_stage_with_an_urgency_and_a_next_step() -> None:
    stages = {stage_of(state, reviewed=True) for state in PaymentState}
    assert stages == set(Stage) - {Stage.DECIDED}
    assert set(URGENCY) == set(NEXT_STEPS) == set(Stage)
    assert [stage for stage in Stage if not NEXT_STEPS[stage]] == [Stage.REPAID, Stage.PAID]
    assert stage_of(None, reviewed=False) is Stage.DECIDED
    assert stage_of(PaymentState.CANCELLED, reviewed=True) is Stage.READY, "a cancelled batch gives the money back to the list"


def test_the_banks_answer_is_waited_for_over_weekend_and_holiday() -> None:
    assert results_due(FRIDAY, holiday) == date(2024, 9, 19)


@pytest.mark.parametrize(
    ("stage", "since", "transfer_on", "last_good"),
    [
        (Stage.SENT, FRIDAY, FRIDAY, date(2024, 9, 19)),
        (Stage.IN_BATCH, FRIDAY, date(2024, 9, 20), date(2024, 9, 19)),
        (Stage.READY, FRIDAY, None, date(2024, 9, 27)),
        (Stage.FAILED, FRIDAY, date(2024, 9, 9), date(2024, 9, 27)),
        (Stage.RECALLED, FRIDAY, date(2024, 9, 9), date(2024, 9, 27)),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_late(stage: Stage, since: date, transfer_on: date | None, last_good: date) -> None:
    assert not overdue(stage, since, transfer_on, last_good, holiday)
    assert overdue(stage, since, transfer_on, last_good + timedelta(days=1), holiday)


@pytest.mark.parametrize("stage", [Stage.PAID, Stage.REPAID, Stage.DECIDED, Stage.RECALL_ASKED])
def test_what_waits_for_nobody_here_is_never_late(stage: Stage) -> None:
    assert not overdue(stage, FRIDAY, FRIDAY, date(2030, 1, 1), holiday)

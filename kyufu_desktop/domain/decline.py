"""辞退: somebody does not want what a letter told. It stops the money at once and can be taken back until a day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class DeclineHow(StrEnum):
    """How it was declared."""

    PAPER = "PAPER"
    PHONE = "PHONE"


DECLINE_LABELS: dict[DeclineHow, str] = {DeclineHow.PAPER: "届出書", DeclineHow.PHONE: "電話"}


class DeclineState(StrEnum):
    """Stops the money; taken back; or for good, because the case left by 取下げ."""

    STOPS = "辞退"
    WITHDRAWN = "撤回"
    FOR_GOOD = "取下げ済"


def last_day_to_take_back(deadline: date, answer_by: date | None) -> date:
    """Until when a decline can be taken back: the programme's deadline, or the letter's own where that is later."""
    return max(deadline, answer_by or deadline)

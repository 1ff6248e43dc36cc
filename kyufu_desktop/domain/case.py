"""The life of a case: statuses, actions, the one table of transitions, and who may do what next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyufu_desktop.domain.staff import Act, Staff


class CaseStatus(StrEnum):
    """進捗状況 of a case (value = word on the screen and in the host's file)."""

    ACCEPTED = "受付"
    REQUIREMENTS_CHECK = "要件審査"
    REQUIREMENTS_APPROVED = "要件承認"
    TAX_INQUIRY = "税照会中"
    ON_HOLD = "保留"
    DRAFTED = "決裁待ち"
    JUDGED = "支給判定済"
    LETTER_SENT = "確認書発送"
    FORM_RECEIVED = "確認書収受"
    DEFICIENT = "不備照会中"
    RETURNED_MAIL = "返戻"
    REVIEWED = "審査完了"
    PAYMENT_PREPARED = "振込準備"
    PAID = "振込済"
    PAYMENT_FAILED = "振込不能"
    NOT_ELIGIBLE = "不支給"
    CLOSED = "終結"


#: (status, act) -> status afterwards. What is not here cannot be done in that status.
TRANSITIONS: dict[tuple[CaseStatus, Act], CaseStatus] = {}


@dataclass(frozen=True, slots=True)
class Turn:
    """What the case waits for: the sentence 「次にすること」, whose turn it is and why a person may not."""

    act: Act
    sentence: str
    second_person: bool


def next_status(status: CaseStatus, act: Act) -> CaseStatus:
    """The status after ``act``. Raises ``Conflict`` with the words of both where the table has no such row."""
    raise NotImplementedError


def allowed_actions(status: CaseStatus, staff: Staff, maker_id: int | None) -> frozenset[Act]:
    """Acts that ``staff`` may do in ``status``, four eyes included (``maker_id`` made what would be acted on)."""
    raise NotImplementedError

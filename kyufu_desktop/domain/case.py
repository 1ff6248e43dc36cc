"""The life of a case: statuses, actions, the one table of transitions, and who may do what next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kyufu_desktop.domain.staff import SECOND_PERSON, Act, Staff, may
from kyufu_desktop.errors import Conflict


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


class After(NamedTuple):
    """The status after an act: ``done`` when it went as it should, ``failed`` when it did not (None = cannot fail).

    What "failed" means: a judgment on hold (drafted) or refused (approved), an unpaid transfer.
    """

    done: CaseStatus
    failed: CaseStatus | None = None


_S = CaseStatus

_BEFORE_JUDGMENT = (_S.ACCEPTED, _S.REQUIREMENTS_CHECK, _S.REQUIREMENTS_APPROVED, _S.TAX_INQUIRY, _S.ON_HOLD)
_JUDGED_FROM = (*_BEFORE_JUDGMENT, _S.JUDGED, _S.NOT_ELIGIBLE)
#: After a failed transfer a 不備通知 asks for another account.
_WITH_LETTER = (_S.JUDGED, _S.LETTER_SENT, _S.RETURNED_MAIL, _S.DEFICIENT, _S.FORM_RECEIVED, _S.PAYMENT_FAILED)
#: A benefit may clear after the letter for another one went out: it is drafted without a change of the status, and its approval
#: leads back to 支給判定済, so that its own letter goes out. Not while a transfer is being prepared.
_FURTHER_FROM = (_S.LETTER_SENT, _S.RETURNED_MAIL, _S.DEFICIENT, _S.FORM_RECEIVED, _S.REVIEWED, _S.PAID, _S.PAYMENT_FAILED)
#: The letter of an earlier benefit is out, its form or its transfer is under way, while a further one is being decided or sent.
_MEANWHILE = (_S.REQUIREMENTS_APPROVED, _S.ON_HOLD, _S.DRAFTED, _S.JUDGED)
#: Where an approval may be taken out of force before anything of it was paid.
_APPROVED_IN = (_S.JUDGED, _S.LETTER_SENT, _S.RETURNED_MAIL, _S.DEFICIENT, _S.FORM_RECEIVED, _S.REVIEWED, _S.PAYMENT_FAILED)
_BEFORE_PAYMENT = (*_BEFORE_JUDGMENT, _S.DRAFTED, *_APPROVED_IN, _S.NOT_ELIGIBLE)

#: Acts that are possible in every status and leave it as it is.
ALWAYS: frozenset[Act] = frozenset(
    {
        Act.CASES_LISTED, Act.COUNTER_ASKED, Act.CASE_VIEWED, Act.EVIDENCE_ENTERED, Act.EVIDENCE_VERIFIED, Act.EVIDENCE_WITHDRAWN,
        Act.ADDRESS_ENTERED, Act.ADDRESS_VERIFIED, Act.ADDRESS_REVEALED, Act.CONTACT_ADDED, Act.INQUIRY_MADE, Act.INQUIRY_ANSWERED,
        Act.COLLATED, Act.FINDING_DECIDED, Act.HISTORY_DECIDED, Act.DECISION_SHEET_MADE, Act.ACCOUNT_ENTERED, Act.ACCOUNT_VERIFIED,
        Act.LETTER_PREVIEWED, Act.LETTER_SPOILED, Act.RETURNED_MAIL_SETTLED, Act.LETTER_ENCLOSED, Act.ENCLOSING_STOPPED,
        Act.LETTER_REISSUED, Act.READING_TEXT_MADE, Act.STATUS_WRITTEN, Act.INQUIRY_FILE_WRITTEN, Act.EXCLUSION_WRITTEN,
        Act.NOTICE_RECEIVED, Act.NOTICE_LINKED, Act.NOTICE_VERIFIED, Act.NOTICE_CLOSED, Act.SOURCE_REVEALED, Act.CHECKLIST_DONE,
        Act.PROXY_ENTERED, Act.PROXY_VERIFIED, Act.PROXY_ENDED, Act.HOUSEHOLD_EVENT_ADDED, Act.HOUSEHOLD_EVENT_REVOKED,
        Act.MUNICIPALITY_NOTICE_DECIDED, Act.MUNICIPALITY_NOTICE_MADE, Act.MUNICIPALITY_NOTICE_SENT,
        Act.CASE_EXITED, Act.CASE_EXIT_REVOKED, Act.JUDGMENT_VOIDED, Act.FORM_SECOND_LOOK, Act.DECLINE_ENTERED, Act.DECLINE_WITHDRAWN,
        Act.LATE_FORM_DECIDED,
        Act.HEIR_ENTERED, Act.HEIR_VERIFIED, Act.HEIR_ENDED, Act.RECALL_ASKED, Act.REPAYMENT_CLAIMED, Act.REPAYMENT_SETTLED,
        Act.RESULT_CORRECTED, Act.RECEIPT_PRINTED,
    }
)  # fmt: skip


def _rows(act: Act, ends: dict[CaseStatus, CaseStatus], stays: tuple[CaseStatus, ...] = ()) -> dict[tuple[CaseStatus, Act], After]:
    """Rows of one act that cannot fail: where it leads, and where it leaves the case as it is."""
    return {**{(status, act): After(status) for status in stays}, **{(status, act): After(end) for status, end in ends.items()}}


#: (status, act) -> what follows. A row here goes before ``ALWAYS``; what is in neither cannot be done in that status.
TRANSITIONS: dict[tuple[CaseStatus, Act], After] = {
    (_S.ACCEPTED, Act.EVIDENCE_ENTERED): After(_S.REQUIREMENTS_CHECK),
    (_S.ACCEPTED, Act.EVIDENCE_VERIFIED): After(_S.REQUIREMENTS_APPROVED),
    (_S.REQUIREMENTS_CHECK, Act.EVIDENCE_VERIFIED): After(_S.REQUIREMENTS_APPROVED),
    **{(status, Act.INQUIRY_MADE): After(_S.TAX_INQUIRY) for status in _BEFORE_JUDGMENT},
    (_S.TAX_INQUIRY, Act.INQUIRY_ANSWERED): After(_S.REQUIREMENTS_APPROVED),
    **{(status, Act.JUDGMENT_DRAFTED): After(_S.DRAFTED, _S.ON_HOLD) for status in _JUDGED_FROM},
    **{(status, Act.JUDGMENT_DRAFTED): After(status, status) for status in _FURTHER_FROM},
    **{(status, Act.JUDGMENT_HELD): After(_S.ON_HOLD) for status in _BEFORE_JUDGMENT},
    (_S.DRAFTED, Act.JUDGMENT_RETURNED): After(_S.REQUIREMENTS_APPROVED),
    **{(status, Act.JUDGMENT_RETURNED): After(status) for status in _FURTHER_FROM},
    (_S.DRAFTED, Act.JUDGMENT_APPROVED): After(_S.JUDGED, _S.NOT_ELIGIBLE),
    **{(status, Act.JUDGMENT_APPROVED): After(_S.JUDGED, status) for status in _FURTHER_FROM},
    **{
        (status, act): After(_S.REQUIREMENTS_APPROVED)
        for status in (*_APPROVED_IN, _S.NOT_ELIGIBLE)
        for act in (Act.JUDGMENT_VOIDED, Act.JUDGMENT_WITHDRAWN)
    },
    # A further benefit was drafted beside the approved one: the draft goes back with it.
    (_S.DRAFTED, Act.JUDGMENT_WITHDRAWN): After(_S.REQUIREMENTS_APPROVED),
    (_S.ON_HOLD, Act.JUDGMENT_WITHDRAWN): After(_S.ON_HOLD),
    **{(status, act): After(status) for status in _WITH_LETTER for act in (Act.LETTER_PREPARED, Act.PRINT_STARTED, Act.PRINT_CONFIRMED)},
    **_rows(
        Act.LETTER_SENT,
        {_S.JUDGED: _S.LETTER_SENT, _S.RETURNED_MAIL: _S.LETTER_SENT},
        stays=(_S.LETTER_SENT, _S.DEFICIENT, _S.FORM_RECEIVED, _S.PAYMENT_FAILED),
    ),
    **_rows(
        Act.LETTER_RETURNED,
        dict.fromkeys((_S.LETTER_SENT, _S.DEFICIENT, _S.REVIEWED, _S.PAID), _S.RETURNED_MAIL),
        stays=(*_MEANWHILE, _S.FORM_RECEIVED, _S.RETURNED_MAIL, _S.PAYMENT_PREPARED, _S.PAYMENT_FAILED, _S.NOT_ELIGIBLE),
    ),
    **_rows(
        Act.FORM_RECEIVED,
        dict.fromkeys((_S.LETTER_SENT, _S.DEFICIENT, _S.RETURNED_MAIL, _S.REVIEWED, _S.PAID), _S.FORM_RECEIVED),
        stays=(*_MEANWHILE, _S.FORM_RECEIVED, _S.PAYMENT_PREPARED, _S.PAYMENT_FAILED, _S.NOT_ELIGIBLE),
    ),
    # Only a deficient form moves the case; one without faults waits for REVIEW_COMPLETED.
    **_rows(
        Act.FORM_CHECKED,
        dict.fromkeys((_S.FORM_RECEIVED, _S.DEFICIENT, _S.REVIEWED, _S.PAID), _S.DEFICIENT),
        stays=(*_MEANWHILE, _S.LETTER_SENT, _S.RETURNED_MAIL, _S.PAYMENT_PREPARED, _S.NOT_ELIGIBLE),
    ),
    **_rows(
        Act.REVIEW_COMPLETED,
        dict.fromkeys((_S.FORM_RECEIVED, _S.DEFICIENT, _S.PAYMENT_FAILED, _S.REVIEWED, _S.PAID), _S.REVIEWED),
        stays=(*_MEANWHILE, _S.LETTER_SENT, _S.RETURNED_MAIL, _S.PAYMENT_PREPARED, _S.NOT_ELIGIBLE),
    ),
    (_S.REVIEWED, Act.BATCH_MADE): After(_S.PAYMENT_PREPARED),
    # Without a form there is no review: プッシュ型 is paid after its letter, or after its account was confirmed again; the review of an
    # application may be over before the decision. Which of them a case may take is the table of its route (domain.route.MOVES_ON).
    **{(status, Act.BATCH_MADE): After(_S.PAYMENT_PREPARED) for status in (_S.LETTER_SENT, _S.PAYMENT_FAILED, _S.JUDGED)},
    (_S.PAYMENT_PREPARED, Act.BATCH_APPROVED): After(_S.PAYMENT_PREPARED),
    (_S.PAYMENT_PREPARED, Act.BANK_FILE_WRITTEN): After(_S.PAYMENT_PREPARED),
    (_S.PAYMENT_PREPARED, Act.BATCH_CANCELLED): After(_S.REVIEWED),
    (_S.PAYMENT_PREPARED, Act.BATCH_VOIDED): After(_S.REVIEWED),
    (_S.PAYMENT_PREPARED, Act.CASH_PAID): After(_S.PAID),
    (_S.PAYMENT_PREPARED, Act.RESULT_ENTERED): After(_S.PAID, _S.PAYMENT_FAILED),
    # The bank may send money back days after it reported the transfer as done, and while a further benefit is under way.
    (_S.PAID, Act.RESULT_ENTERED): After(_S.PAID, _S.PAYMENT_FAILED),
    (_S.PAYMENT_FAILED, Act.RESULT_ENTERED): After(_S.PAYMENT_FAILED, _S.PAYMENT_FAILED),
    (_S.REVIEWED, Act.RESULT_ENTERED): After(_S.REVIEWED, _S.PAYMENT_FAILED),
    **{
        (status, Act.RESULT_ENTERED): After(status, status)
        for status in (*_MEANWHILE, _S.LETTER_SENT, _S.RETURNED_MAIL, _S.DEFICIENT, _S.FORM_RECEIVED, _S.NOT_ELIGIBLE, _S.CLOSED)
    },
    # It had not failed: nothing is left to do (PAID), or another benefit of the case waits for its batch (REVIEWED). A case that has gone
    # on with something else meanwhile stays where it is.
    (_S.PAYMENT_FAILED, Act.RESULT_CORRECTED): After(_S.PAID, _S.REVIEWED),
    (_S.REVIEWED, Act.RESULT_CORRECTED): After(_S.PAID, _S.REVIEWED),
    # 取下げ・要件消滅 before payment ends the case; while money is under way or paid it is only recorded. Revoked, the case is judged anew.
    **{(status, Act.CASE_EXITED): After(_S.CLOSED) for status in _BEFORE_PAYMENT},
    # What an exit refuses is decided as well (不支給), and the case stays closed.
    (_S.CLOSED, Act.JUDGMENT_DRAFTED): After(_S.CLOSED, _S.CLOSED),
    (_S.CLOSED, Act.JUDGMENT_RETURNED): After(_S.CLOSED),
    (_S.CLOSED, Act.JUDGMENT_APPROVED): After(_S.CLOSED, _S.CLOSED),
    (_S.CLOSED, Act.CASE_EXIT_REVOKED): After(_S.REQUIREMENTS_APPROVED),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What the case waits for: the sentence 「次にすること」, whose turn it is and why a person may not."""

    act: Act
    sentence: str
    second_person: bool


_TURNS: dict[CaseStatus, tuple[Act, str]] = {
    _S.ACCEPTED: (Act.EVIDENCE_ENTERED, "秘匿の根拠を入力してください。"),
    _S.REQUIREMENTS_CHECK: (Act.EVIDENCE_VERIFIED, "2人目の方が秘匿の根拠を確かめてください。"),
    _S.REQUIREMENTS_APPROVED: (Act.JUDGMENT_DRAFTED, "判定を確かめて、起案してください。"),
    _S.TAX_INQUIRY: (Act.INQUIRY_ANSWERED, "税照会の回答を待っています。届いたら取り込んでください。"),
    _S.ON_HOLD: (Act.JUDGMENT_DRAFTED, "保留の理由を片付けてから、起案してください。"),
    _S.DRAFTED: (Act.JUDGMENT_APPROVED, "取扱責任者の決裁を待っています。"),
    _S.JUDGED: (Act.LETTER_PREPARED, "確認書を用意して発送してください。"),
    _S.LETTER_SENT: (Act.FORM_RECEIVED, "確認書の返送を待っています。"),
    _S.FORM_RECEIVED: (Act.FORM_CHECKED, "届いた確認書を審査してください。"),
    _S.DEFICIENT: (Act.FORM_RECEIVED, "不備の補正を待っています。"),
    _S.RETURNED_MAIL: (Act.CONTACT_ADDED, "送り先を確かめてから、確認書を送り直してください。"),
    _S.REVIEWED: (Act.BATCH_MADE, "次の振込の回に入れてください。"),
    _S.PAYMENT_PREPARED: (Act.RESULT_ENTERED, "振込の結果を待っています。"),
    _S.PAYMENT_FAILED: (Act.ACCOUNT_ENTERED, "口座を確かめ直してください。"),
}


def next_turn(status: CaseStatus) -> Turn | None:
    """What a case in ``status`` waits for; None where nothing is left to do (paid, refused, closed)."""
    found = _TURNS.get(status)
    if found is None:
        return None
    act, sentence = found
    return Turn(act, sentence, act in SECOND_PERSON)


def next_status(status: CaseStatus, act: Act, *, failed: bool = False) -> CaseStatus:
    """The status after ``act``; ``failed`` takes the other branch of the row.

    Raises ``Conflict`` (K-1060) where the table has no such row.
    """
    after = TRANSITIONS.get((status, act))
    if after is None and act in ALWAYS:
        return status
    if after is None or (failed and after.failed is None):
        raise Conflict(
            "K-1060",
            f"「{status.value}」の案件では、この操作はできません。",
            todo="案件を開き直して、いまの進捗状況を確かめてください。",
        )
    if failed and after.failed is not None:
        return after.failed
    return after.done


def allowed_actions(status: CaseStatus, staff: Staff, maker_id: int | None) -> frozenset[Act]:
    """Acts that ``staff`` may do in ``status``, four eyes included (``maker_id`` made what would be acted on; None = nobody did yet)."""
    if not staff.active:
        return frozenset()
    possible = ALWAYS | {act for known, act in TRANSITIONS if known is status}
    return frozenset(
        act for act in possible if may(staff.role, act) and not (act in SECOND_PERSON and (maker_id is None or maker_id == staff.id))
    )

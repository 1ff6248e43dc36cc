from __future__ import annotations

import pytest

from kyufu_desktop.domain.case import ALWAYS, TRANSITIONS, CaseStatus, allowed_actions, next_status, next_turn
from kyufu_desktop.domain.staff import SECOND_PERSON, Act, Role, Staff
from kyufu_desktop.errors import Conflict

HANDLER = Staff(1, "sato", "佐藤", Role.HANDLER)
OFFICER = Staff(2, "suzuki", "鈴木", Role.OFFICER)

DAY = [
    (Act.EVIDENCE_ENTERED, False, CaseStatus.REQUIREMENTS_CHECK),
    (Act.EVIDENCE_VERIFIED, False, CaseStatus.REQUIREMENTS_APPROVED),
    (Act.INQUIRY_MADE, False, CaseStatus.TAX_INQUIRY),
    (Act.INQUIRY_ANSWERED, False, CaseStatus.REQUIREMENTS_APPROVED),
    (Act.JUDGMENT_DRAFTED, False, CaseStatus.DRAFTED),
    (Act.JUDGMENT_RETURNED, False, CaseStatus.REQUIREMENTS_APPROVED),
    (Act.JUDGMENT_DRAFTED, True, CaseStatus.ON_HOLD),
    (Act.JUDGMENT_DRAFTED, False, CaseStatus.DRAFTED),
    (Act.JUDGMENT_APPROVED, False, CaseStatus.JUDGED),
    (Act.LETTER_PREPARED, False, CaseStatus.JUDGED),
    (Act.LETTER_SENT, False, CaseStatus.LETTER_SENT),
    (Act.LETTER_RETURNED, False, CaseStatus.RETURNED_MAIL),
    (Act.LETTER_SENT, False, CaseStatus.LETTER_SENT),
    (Act.FORM_RECEIVED, False, CaseStatus.FORM_RECEIVED),
    (Act.FORM_CHECKED, False, CaseStatus.DEFICIENT),
    (Act.FORM_RECEIVED, False, CaseStatus.FORM_RECEIVED),
    (Act.REVIEW_COMPLETED, False, CaseStatus.REVIEWED),
    (Act.BATCH_MADE, False, CaseStatus.PAYMENT_PREPARED),
    (Act.BATCH_CANCELLED, False, CaseStatus.REVIEWED),
    (Act.BATCH_MADE, False, CaseStatus.PAYMENT_PREPARED),
    (Act.RESULT_ENTERED, True, CaseStatus.PAYMENT_FAILED),
    (Act.REVIEW_COMPLETED, False, CaseStatus.REVIEWED),
    (Act.BATCH_MADE, False, CaseStatus.PAYMENT_PREPARED),
    (Act.RESULT_ENTERED, False, CaseStatus.PAID),
]


def test_a_long_life_of_a_case_follows_the_table() -> None:
    status = CaseStatus.ACCEPTED
    for act, failed, expected in DAY:
        status = next_status(status, act, failed=failed)
        assert status is expected, act


def test_refused_judgment_ends_as_not_eligible() -> None:
    assert next_status(CaseStatus.DRAFTED, Act.JUDGMENT_APPROVED, failed=True) is CaseStatus.NOT_ELIGIBLE


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("act", [Act.CONTACT_ADDED, Act.ADDRESS_ENTERED, Act.ADDRESS_REVEALED, Act.CASE_VIEWED])
def test_contacts_addresses_and_looking_are_possible_in_every_status(status: CaseStatus, act: Act) -> None:
    assert next_status(status, act) is status


@pytest.mark.parametrize(
    ("status", "act"),
    [
        (CaseStatus.ACCEPTED, Act.BATCH_MADE),
        (CaseStatus.FORM_RECEIVED, Act.BATCH_MADE),
        (CaseStatus.DEFICIENT, Act.BATCH_MADE),
        (CaseStatus.RETURNED_MAIL, Act.BATCH_MADE),
        (CaseStatus.PAID, Act.BATCH_MADE),
        (CaseStatus.PAYMENT_PREPARED, Act.JUDGMENT_DRAFTED),
        (CaseStatus.PAYMENT_PREPARED, Act.JUDGMENT_WITHDRAWN),
        (CaseStatus.PAID, Act.JUDGMENT_WITHDRAWN),
        (CaseStatus.JUDGED, Act.JUDGMENT_HELD),
        (CaseStatus.DRAFTED, Act.JUDGMENT_HELD),
        (CaseStatus.ACCEPTED, Act.JUDGMENT_WITHDRAWN),
        (CaseStatus.ACCEPTED, Act.LETTER_SENT),
        (CaseStatus.REQUIREMENTS_APPROVED, Act.JUDGMENT_APPROVED),
        (CaseStatus.CLOSED, Act.LETTER_PREPARED),
    ],
)
def test_steps_cannot_be_skipped_or_done_twice(status: CaseStatus, act: Act) -> None:
    with pytest.raises(Conflict) as caught:
        next_status(status, act)
    assert status.value in caught.value.happened


def test_act_that_cannot_fail_has_no_failed_branch() -> None:
    with pytest.raises(Conflict):
        next_status(CaseStatus.REVIEWED, Act.BATCH_MADE, failed=True)


def test_maker_cannot_approve_own_judgment() -> None:
    assert Act.JUDGMENT_APPROVED in allowed_actions(CaseStatus.DRAFTED, OFFICER, maker_id=1)
    assert Act.JUDGMENT_APPROVED not in allowed_actions(CaseStatus.DRAFTED, OFFICER, maker_id=2)
    assert Act.JUDGMENT_APPROVED not in allowed_actions(CaseStatus.DRAFTED, HANDLER, maker_id=2)


def test_nothing_is_verified_where_nobody_made_it() -> None:
    assert not allowed_actions(CaseStatus.DRAFTED, OFFICER, maker_id=None) & SECOND_PERSON


def test_removed_member_and_auditor_do_nothing_to_a_case() -> None:
    removed = Staff(3, "x", "元職員", Role.OFFICER, active=False)
    assert allowed_actions(CaseStatus.DRAFTED, removed, 1) == frozenset()
    assert allowed_actions(CaseStatus.DRAFTED, Staff(4, "a", "監査", Role.AUDITOR), 1) == frozenset()


@pytest.mark.parametrize("status", CaseStatus)
def test_what_a_case_waits_for_can_be_done_in_its_status(status: CaseStatus) -> None:
    turn = next_turn(status)
    if turn is None:
        assert status in (CaseStatus.PAID, CaseStatus.NOT_ELIGIBLE, CaseStatus.CLOSED)
        return
    assert turn.act in ALWAYS or (status, turn.act) in TRANSITIONS
    assert turn.sentence.endswith("。")


def test_every_status_can_be_reached() -> None:
    reached = {CaseStatus.ACCEPTED}
    for after in TRANSITIONS.values():
        reached |= {status for status in after if status is not None}
    assert set(CaseStatus) == reached


FURTHER = (
    CaseStatus.LETTER_SENT, CaseStatus.RETURNED_MAIL, CaseStatus.DEFICIENT, CaseStatus.FORM_RECEIVED, CaseStatus.REVIEWED,
    CaseStatus.PAID, CaseStatus.PAYMENT_FAILED,
)  # fmt: skip


@pytest.mark.parametrize("status", FURTHER)
def test_further_benefit_is_drafted_in_place_and_its_approval_leads_to_its_own_letter(status: CaseStatus) -> None:
    assert next_status(status, Act.JUDGMENT_DRAFTED) is status
    assert next_status(status, Act.JUDGMENT_RETURNED) is status
    assert next_status(status, Act.JUDGMENT_APPROVED, failed=True) is status, "a refused further benefit changes nothing"
    judged = next_status(status, Act.JUDGMENT_APPROVED)
    assert judged is CaseStatus.JUDGED
    assert next_status(judged, Act.LETTER_PREPARED) is CaseStatus.JUDGED
    assert next_status(judged, Act.LETTER_SENT) is CaseStatus.LETTER_SENT


@pytest.mark.parametrize("status", [status for status in CaseStatus if status is not CaseStatus.CLOSED])
def test_form_and_money_of_an_earlier_letter_never_get_stuck(status: CaseStatus) -> None:
    """A form may come back, and the bank may report, while a further benefit is being decided."""
    if status in (CaseStatus.ACCEPTED, CaseStatus.REQUIREMENTS_CHECK, CaseStatus.TAX_INQUIRY):
        with pytest.raises(Conflict):
            next_status(status, Act.FORM_RECEIVED)
        return
    received = next_status(status, Act.FORM_RECEIVED)
    next_status(received, Act.REVIEW_COMPLETED)
    for failed in (False, True):
        next_status(received, Act.RESULT_ENTERED, failed=failed)
    if status is not CaseStatus.PAYMENT_FAILED:
        next_status(received, Act.FORM_CHECKED)


@pytest.mark.parametrize("act", [Act.JUDGMENT_VOIDED, Act.JUDGMENT_WITHDRAWN])
@pytest.mark.parametrize("status", [CaseStatus.JUDGED, CaseStatus.LETTER_SENT, CaseStatus.REVIEWED, CaseStatus.NOT_ELIGIBLE])
def test_decision_out_of_force_leads_back_to_where_it_is_drafted(status: CaseStatus, act: Act) -> None:
    assert next_status(status, act) is CaseStatus.REQUIREMENTS_APPROVED


@pytest.mark.parametrize("status", [CaseStatus.ACCEPTED, CaseStatus.REQUIREMENTS_APPROVED, CaseStatus.TAX_INQUIRY, CaseStatus.ON_HOLD])
def test_person_can_put_a_case_on_hold_before_its_judgment(status: CaseStatus) -> None:
    assert next_status(status, Act.JUDGMENT_HELD) is CaseStatus.ON_HOLD


def test_exit_closes_before_payment_and_is_only_recorded_afterwards() -> None:
    assert next_status(CaseStatus.REVIEWED, Act.CASE_EXITED) is CaseStatus.CLOSED
    assert next_status(CaseStatus.CLOSED, Act.CASE_EXIT_REVOKED) is CaseStatus.REQUIREMENTS_APPROVED
    for status in (CaseStatus.PAYMENT_PREPARED, CaseStatus.PAID):
        assert next_status(status, Act.CASE_EXITED) is status

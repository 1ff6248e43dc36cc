"""Between approval and money days pass: evidence ends, people leave, transfers fail. Nothing is paid that does not hold on the day."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import bank_files, case_exits, cases, judgment, payments, recalls, results
from kyufu_desktop.services.cases import ExitEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.money_office import WORDS
from tests.services.office import silent
from tests.services.three_households import TAXED, look_over

LAST_DAY = date(2024, 8, 30)
MONDAY = date(2024, 9, 2)
BACK = ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, date(2024, 8, 28), "本人から窓口で取り下げたいと申出があった")


def decided(ward: Ward) -> int:
    """A case that is to be paid and whose evidence ends on :data:`LAST_DAY`, up to the completed review."""
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    (case,) = ward.ids()
    ward.evidence(case, ends_on=LAST_DAY)
    cases.enter_address(ward.desk, case, cases.AddressEntry("950-0001", "見本県見本市北町四丁目8番2号", "", "", "", ""))
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    ward.office.reviewed(case)
    return case


def test_evidence_that_ended_since_the_approval_stops_the_batch(ward: Ward) -> None:
    decided(ward)
    (ready,) = ward.office.ready()
    ward.office.clock.days(2)
    assert ward.office.ready() == (ready,), "the last day itself still carries"
    ward.office.clock.days(1)
    assert ward.office.ready() == ()
    with pytest.raises(Conflict, match="根拠の期限が切れています") as caught:
        ward.office.batch(ready, on=MONDAY)
    assert caught.value.code == "K-1752"


def test_evidence_renewed_in_time_lets_it_go_on(ward: Ward) -> None:
    case = decided(ward)
    ward.office.clock.days(2)
    ward.evidence(case, starts_on=date(2024, 8, 30), issued_on=date(2024, 8, 30))
    ward.office.clock.days(1)
    assert len(ward.office.ready()) == 1


def test_batch_made_in_time_is_not_approved_after_the_evidence_ended(ward: Ward) -> None:
    decided(ward)
    batch = ward.office.batch(on=MONDAY)
    ward.office.clock.days(3)
    with pytest.raises(Conflict, match="根拠の期限が切れています"):
        ward.office.approved(batch)
    assert ward.office.row(batch).state.value == "決裁待ち"


def test_approved_batch_does_not_leave_the_house_after_the_evidence_ended(ward: Ward) -> None:
    decided(ward)
    batch = ward.office.approved(ward.office.batch(on=MONDAY))
    ward.office.clock.days(3)
    with pytest.raises(Conflict, match="根拠の期限が切れています"):
        bank_files.bank_file(ward.desk, batch, "DVD-001", silent)


def test_who_left_while_the_file_was_at_the_bank_is_not_paid_again_when_that_transfer_fails(ward: Ward) -> None:
    case = ward.office.household(("hikazei", 100_000))
    ward.office.reviewed(case)
    (ready,) = ward.office.ready()
    batch = ward.office.approved(ward.office.batch())
    ward.office.written(batch)
    case_exits.register(ward.desk, case, BACK)
    (row,) = ward.office.payments_of(batch)
    ward.office.settled(batch, {row.payment_id: FailureReason.NO_ACCOUNT})
    ward.office.verify_accounts()
    assert payments.page(ward.desk).failed[0].what_next == "取下げか要件消滅が登録されています。"
    with pytest.raises(Conflict, match="取下げか要件消滅"):
        ward.office.batch(ready)


@pytest.mark.parametrize("paid_first", [False, True], ids=["failed", "sent back late"])
def test_decision_that_fell_while_the_money_was_out_is_void_when_the_money_comes_back(ward: Ward, paid_first: bool) -> None:
    decided(ward)
    (ready,) = ward.office.ready()
    batch = ward.office.approved(ward.office.batch())
    ward.office.written(batch)
    (row,) = ward.office.payments_of(batch)
    if paid_first:
        results.enter_results(ward.desk, batch, {}, ward.desk.today())
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, **TAXED)]))
    assert state(ward, ready) == "APPROVED", "what was paid on it stays as it is"
    if paid_first:
        results.enter_late(ward.desk, row.payment_id, FailureReason.CLOSED, ward.desk.today(), ward.suzuki)
    else:
        results.enter_results(ward.desk, batch, {row.payment_id: FailureReason.CLOSED}, ward.desk.today(), ward.suzuki)
    assert state(ward, ready) == "VOID"
    look_over(ward.office)
    assert ward.office.ready() == ()
    with pytest.raises(Conflict):
        ward.office.batch(ready)


@pytest.mark.parametrize("step", ["paid", "asked back", "refused", "claimed"])
def test_decision_stays_as_long_as_the_payee_has_the_money_whatever_is_asked_of_the_bank(ward: Ward, step: str) -> None:
    decided(ward)
    (ready,) = ward.office.ready()
    batch = ward.office.approved(ward.office.batch())
    ward.office.written(batch)
    results.enter_results(ward.desk, batch, {}, ward.desk.today())
    (row,) = ward.office.payments_of(batch)
    if step != "paid":
        recalls.ask(ward.desk, row.payment_id, WORDS, ward.desk.today())
    if step in ("refused", "claimed"):
        recalls.settle(ward.desk, row.payment_id, False, ward.desk.today(), ward.suzuki)
    if step == "claimed":
        recalls.claim(ward.desk, row.payment_id, WORDS, ward.desk.today())
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, **TAXED)]))
    assert state(ward, ready) == "APPROVED"


def state(ward: Ward, judgment_id: int) -> str:
    with ward.desk.look() as session:
        return session.get_one(JudgmentRecord, judgment_id).state

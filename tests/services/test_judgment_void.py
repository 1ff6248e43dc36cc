"""Approvals that do not hold any more: voided by each kind of changed fact, withdrawn by an officer, never paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.facts import ExitKind
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import EvidenceRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import batches, case_exits, cases, collation, evidence, household_events, judgment, letters, print_jobs
from kyufu_desktop.services.case_rows import EventEntry, ExitEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import MACHINE, silent
from tests.services.test_collation import planned
from tests.services.test_planned_difference import stranger

WHY = "本人からの電話で、内容が変わったと分かったため"
DAY = date(2024, 8, 20)


def decided(ward: Ward, *ids: int) -> None:
    judgment.draft(ward.desk, ids, silent)
    judgment.approve(ward.desk, ids, ward.suzuki, silent)


def sendable(ward: Ward, case: int) -> None:
    """A safe address that a second person has compared."""
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)


def record_of(ward: Ward, case: int) -> JudgmentRecord:
    with ward.desk.look() as session:
        found = session.scalars(select(JudgmentRecord).where(JudgmentRecord.case_id == case).order_by(JudgmentRecord.id)).first()
        assert found is not None
        session.expunge(found)
        return found


def withdraw_evidence(ward: Ward, case: int) -> None:
    with ward.desk.look() as session:
        piece = session.scalar(select(EvidenceRecord.id).where(EvidenceRecord.case_id == case))
    assert piece is not None
    evidence.withdraw_evidence(ward.desk, piece, WHY)


def newer_tax(ward: Ward, case: int) -> None:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 9000})]))


def death(ward: Ward, case: int) -> None:
    household_events.add(ward.desk, case, EventEntry(EventKind.DEATH, ward.person_id(10), DAY, "住民票の除票"))


def not_resident(ward: Ward, case: int) -> None:
    household_events.add(ward.desk, case, EventEntry(EventKind.NOT_RESIDENT, None, None, "実態の調査"))


def gone_home(ward: Ward, case: int) -> None:
    case_exits.register(ward.desk, case, ExitEntry(ExitKind.LAPSED, ExitCause.RETURNED_HOME, DAY, WHY))


CHANGES: dict[str, tuple[Callable[[Ward, int], None], str]] = {
    "evidence withdrawn": (withdraw_evidence, "秘匿の根拠の取下げ"),
    "tax of the host": (newer_tax, "支給対象者データの訂正"),
    "death": (death, "世帯の異動"),
    "residence": (not_resident, "世帯の異動"),
    "exit": (gone_home, "要件消滅"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_fact_voids_the_approval_visibly_with_its_reason(ward: Ward, change: str) -> None:
    act, why = CHANGES[change]
    case = ward.household(1)
    decided(ward, case)
    act(ward, case)
    old = record_of(ward, case)
    assert (old.state, old.superseded_by, old.voided_by) == ("VOID", old.id, ward.desk.staff.id)
    assert old.void_reason and why in old.void_reason and old.voided_at
    assert old.approved_by is not None and old.signature_id is not None, "what was signed stays as it was signed"
    assert "JUDGMENT_VOIDED" in ward.acts(case)
    assert f"事実が変わり決裁を無効に（{old.void_reason}）" in [event.words for event in cases.page(ward.desk, case).events]
    (row,) = judgment.list_cases(ward.desk, "決裁無効")
    assert row.case_id == case
    (told,) = judgment.page(ward.desk, case).voided
    assert told.void_reason == old.void_reason and told.amount == 100_000
    assert ward.status(case) in {"要件承認", "終結"}


def test_papers_of_a_former_category_carry_nothing_after_the_host_corrects_it(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1, 特別対応区分="施設入所高齢者")], [facts(10)]))
    (case,) = ward.ids()
    ward.evidence(case)
    decided(ward, case)
    ward.bring_in("targets", workbook([person(10, 1, 特別対応区分="DV避難者")], [facts(10)]))
    old = record_of(ward, case)
    assert (old.state, old.void_reason) == ("VOID", "支給対象者データの訂正")
    assert judgment.page(ward.desk, case).rows[0].reasons == ("HOLD_EVIDENCE",)


def test_a_fact_that_changes_no_ground_leaves_the_approval(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    ward.evidence(case)
    household_events.add(ward.desk, case, EventEntry(EventKind.TRANSFER_OUT, ward.person_id(10), DAY, "住民票の写し"))
    assert record_of(ward, case).state == "APPROVED" and ward.status(case) == "支給判定済"
    assert not judgment.page(ward.desk, case).voided


def test_a_voided_case_is_drafted_and_decided_anew(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    withdraw_evidence(ward, case)
    ward.evidence(case)
    page = judgment.page(ward.desk, case)
    assert page.voided and page.may_draft
    decided(ward, case)
    assert ward.status(case) == "支給判定済" and not judgment.page(ward.desk, case).voided
    assert record_of(ward, case).state == "VOID"


def test_a_letter_that_has_not_left_is_shredded_with_its_decision(ward: Ward) -> None:
    case = ward.household(1, address=True)
    sendable(ward, case)
    decided(ward, case)
    (letter,) = ward.office.printed(case)
    withdraw_evidence(ward, case)
    with ward.desk.look() as session:
        assert session.get_one(Letter, letter).state == LetterState.SPOILED.value
    with pytest.raises(Conflict):
        letters.mark_sent(ward.desk, (letter,), ward.desk.today())


def test_a_letter_at_the_printer_is_not_sent_after_its_decision_was_voided(ward: Ward) -> None:
    case = ward.household(1, address=True)
    sendable(ward, case)
    decided(ward, case)
    letters.prepare(ward.desk, (case,), silent)
    letter = ward.office.letter(case).id
    order = print_jobs.start_job(ward.desk, (letter,), MACHINE, silent)
    withdraw_evidence(ward, case)
    print_jobs.confirm_job(ward.desk, order.job_id, order.sheets)
    with pytest.raises(Conflict, match="K-1691"):
        letters.mark_sent(ward.desk, (letter,), ward.desk.today())
    print_jobs.spoil(ward.desk, letter, "決裁が無効になったため")
    ward.evidence(case)
    decided(ward, case)
    letters.prepare(ward.desk, (case,), silent)
    assert ward.office.letter(case).id != letter


def paid_up_to(ward: Ward, step: str) -> tuple[int, int]:
    """A household whose batch stands at ``step``. Returns case and batch."""
    case = ward.household(1, address=True)
    sendable(ward, case)
    decided(ward, case)
    ward.office.reviewed(case)
    ward.bring_in("planned", planned(stranger(1)))
    collation.run(ward.desk, silent)
    batch = ward.office.batch()
    if step == "approved":
        ward.office.approved(batch)
    return case, batch


def test_a_voided_decision_is_not_paid_where_its_batch_was_only_prepared(ward: Ward) -> None:
    case, batch = paid_up_to(ward, "prepared")
    withdraw_evidence(ward, case)
    assert record_of(ward, case).state == "VOID"
    with pytest.raises(Conflict, match="K-1755"):
        batches.approve_batch(ward.desk, batch, 1, 100_000, ward.suzuki)
    row = ward.office.row(batch)
    assert (row.state.value, row.memo) == ("取消", "決裁が無効になったため"), "nothing else was in it"
    assert ward.office.ready() == ()
    assert ward.status(case) == "要件承認", "it is judged anew"


def test_a_voided_decision_is_not_paid_where_its_batch_was_approved(ward: Ward) -> None:
    case, batch = paid_up_to(ward, "approved")
    withdraw_evidence(ward, case)
    with pytest.raises(Conflict, match="K-1755"):
        ward.office.written(batch)
    assert not list(ward.office.medium.iterdir())


def test_a_decision_whose_file_has_left_stays_as_it_is(ward: Ward) -> None:
    case, batch = paid_up_to(ward, "approved")
    ward.office.written(batch)
    withdraw_evidence(ward, case)
    assert record_of(ward, case).state == "APPROVED"
    assert "支給の手続" in judgment.page(ward.desk, case).why_not
    ward.office.settled(batch)
    assert ward.status(case) == "振込済"


def test_neyagawa_2020_a_paid_household_that_is_judged_again_is_not_paid_again(ward: Ward) -> None:
    """寝屋川市 2020: the list of whom was paid was not brought up to date, and 993 households were paid a second time."""
    case, batch = paid_up_to(ward, "approved")
    ward.office.written(batch)
    ward.office.settled(batch)
    ward.bring_in(
        "targets", workbook([person(10, 1, 漢字住所="東京都新宿区架空町四丁目1番1号")], [facts(10, 令和6年度均等割="均等割のみ")])
    )
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and "支給の手続" in report.held[0].why
    assert ward.office.ready() == () and ward.count(Payment) == 1
    with pytest.raises(Conflict):
        letters.prepare(ward.desk, (case,), silent)


def test_tsushima_2024_a_second_file_of_the_same_decisions_cannot_be_made(ward: Ward) -> None:
    """対馬市 2024: an operator made the transfer file twice, and nine households were paid twice."""
    _, batch = paid_up_to(ward, "approved")
    ward.office.written(batch)
    with pytest.raises(Conflict, match="K-1755"):
        ward.office.written(batch)
    with ward.desk.look() as session:
        decision = session.scalars(select(Payment.judgment_id)).one()
    with pytest.raises(Conflict):
        ward.office.batch(decision)
    with pytest.raises(Conflict):
        batches.cancel_batch(ward.desk, batch, ward.suzuki, "もう一度作るために取り消します")


def test_a_withdrawn_decision_can_be_drafted_again_and_says_who_and_why(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    assert judgment.page(ward.desk, case).may_withdraw
    judgment.withdraw(ward.desk, case, ward.suzuki, WHY)
    old = record_of(ward, case)
    assert old.state == "VOID" and old.void_reason == f"決裁の取消。{WHY}" and old.voided_by == ward.suzuki.staff.id
    assert ward.status(case) == "要件承認" and "JUDGMENT_WITHDRAWN" in ward.acts(case)
    assert judgment.list_cases(ward.desk, "決裁無効")[0].may_draft
    decided(ward, case)
    assert ward.status(case) == "支給判定済"


def test_who_drafted_cannot_withdraw_the_decision(ward: Ward) -> None:
    case = ward.household(1)
    officer = ward.office.at(ward.suzuki)
    judgment.draft(officer, (case,), silent)
    judgment.approve(officer, (case,), ward.office.tanaka, silent)
    with pytest.raises(NotAllowed, match="K-1674"):
        judgment.withdraw(ward.desk, case, ward.suzuki, WHY)
    with pytest.raises(NotAllowed):
        judgment.withdraw(ward.desk, case, ward.office.sato, WHY)
    judgment.withdraw(ward.desk, case, ward.office.tanaka, WHY)


def test_a_decision_is_withdrawn_only_before_payment_and_with_a_reason(ward: Ward) -> None:
    case, batch = paid_up_to(ward, "prepared")
    with pytest.raises(InputProblem):
        judgment.withdraw(ward.desk, case, ward.suzuki, "短い")
    with pytest.raises(Conflict, match="K-1672"):
        judgment.withdraw(ward.desk, case, ward.suzuki, WHY)
    batches.cancel_batch(ward.desk, batch, ward.suzuki, "決裁を取り消すために取り消します")
    judgment.withdraw(ward.desk, case, ward.suzuki, WHY)
    assert ward.office.ready() == ()
    with pytest.raises(Conflict, match="K-1671"):
        judgment.withdraw(ward.desk, case, ward.suzuki, WHY)

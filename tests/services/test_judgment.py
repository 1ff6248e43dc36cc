"""Judging: drafted by one, decided by another, with reasons, signature and nothing lost."""

from __future__ import annotations

import json
import time
from collections import Counter

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import Cancelled, Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.programme import ProgrammeVersion
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security.approval import Statement, verify
from kyufu_desktop.services import cases, judgment
from kyufu_desktop.services.judgment_rows import digest_of
from tests.services.desk_work import Ward, facts, person, sample, workbook
from tests.services.office import silent
from tests.services.test_host_exchange import stop_after


def decided(ward: Ward, *case_ids: int) -> None:
    judgment.draft(ward.desk, case_ids, silent)
    judgment.approve(ward.desk, case_ids, ward.suzuki, silent)


def test_an_untaxed_household_is_drafted_decided_and_moves_on(ward: Ward) -> None:
    case = ward.household(1)
    assert judgment.page(ward.desk, case).headline == "支給できます"
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert (report.judged, report.eligible, report.refused, report.held) == (1, 1, 0, ())
    assert ward.status(case) == "決裁待ち"
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert ward.status(case) == "支給判定済"
    page = judgment.page(ward.desk, case)
    assert page.total == 100_000 and page.rows[0].approved_by == "鈴木 係長" and page.rows[0].state == "APPROVED"


def test_what_the_page_shows_before_the_draft_is_what_is_drafted(ward: Ward) -> None:
    case = ward.household(1)
    before = judgment.page(ward.desk, case).rows
    judgment.draft(ward.desk, (case,), silent)
    after = judgment.page(ward.desk, case).rows
    assert [(row.benefit, row.amount, row.reasons, row.conditions) for row in before] == [
        (row.benefit, row.amount, row.reasons, row.conditions) for row in after
    ]
    assert before[0].judgment_id == 0 and after[0].judgment_id > 0


def test_who_drafted_cannot_approve_even_as_an_officer(ward: Ward) -> None:
    case = ward.household(1)
    officer = ward.office.at(ward.suzuki)
    judgment.draft(officer, (case,), silent)
    with pytest.raises(NotAllowed, match="K-1674"):
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert not judgment.page(officer, case).may_approve
    assert judgment.page(ward.office.at(ward.office.tanaka), case).may_approve
    judgment.approve(officer, (case,), ward.office.tanaka, silent)
    assert ward.status(case) == "支給判定済"


def test_a_handler_cannot_approve(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.office.at(ward.suzuki), (case,), silent)
    with pytest.raises(NotAllowed):
        judgment.approve(ward.desk, (case,), ward.office.sato, silent)


def test_the_signature_is_over_the_digest_of_the_stored_judgment(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    with ward.desk.look() as session:
        record = session.scalars(select(JudgmentRecord).where(JudgmentRecord.benefit == "hikazei")).one()
        signature = session.get_one(Signature, record.signature_id)
        assert digest_of(record) == record.digest == signature.digest
        key = session.get_one(StaffMember, signature.signer_id).public_key
        payload = json.loads(signature.payload)
        statement = Statement(**payload)
        assert statement.sha256 == record.digest and statement.total == 100_000
        assert verify(key, statement, signature.signature)
        record.amount = 200_000
        assert digest_of(record) != signature.digest
        session.rollback()


def test_a_held_benefit_is_not_drafted_and_says_why(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = ward.case_id("R600000001")
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.eligible == 0 and len(report.held) == 1 and "根拠" in report.held[0].why
    assert ward.status(case) == "保留"
    with pytest.raises(Conflict, match="K-1669"):
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    (row,) = [row for row in judgment.page(ward.desk, case).rows if row.benefit is not Benefit.CHOSEI]
    assert row.state == "JUDGED" and row.outcome == "HOLD" and "HOLD_EVIDENCE" in row.reasons
    ward.evidence(case)
    judgment.draft(ward.desk, (case,), silent)
    assert ward.status(case) == "決裁待ち"


def test_a_case_of_which_nothing_is_paid_becomes_refused_only_after_approval(ward: Ward) -> None:
    case = ward.household(1, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 90_000, "令和6年分推計所得税額": 90_000})
    judgment.draft(ward.desk, (case,), silent)
    assert ward.status(case) == "決裁待ち"
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert ward.status(case) == "不支給"
    assert [row.state_word for row in judgment.list_cases(ward.desk, None)] == ["不支給"]


def test_drafting_again_without_a_change_makes_no_new_row(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    rows = ward.count(JudgmentRecord)
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and ward.count(JudgmentRecord) == rows and ward.status(case) == "支給判定済"


def test_a_changed_fact_supersedes_the_approved_judgment_visibly(ward: Ward) -> None:
    case = ward.household(1)
    decided(ward, case)
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 1 and ward.status(case) == "決裁待ち"
    with ward.desk.look() as session:
        query = select(JudgmentRecord).where(JudgmentRecord.benefit_key == "household").order_by(JudgmentRecord.id)
        old, new = session.scalars(query).all()
        assert (old.benefit, old.state, old.superseded_by) == ("hikazei", "VOID", old.id)
        assert (new.benefit, new.state, new.superseded_by) == ("kintowari", "DRAFTED", None)


def test_a_judgment_whose_payment_is_at_the_bank_is_left_alone(ward: Ward) -> None:
    office = ward.office
    case = ward.household(1, address=True)
    decided(ward, case)
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    office.reviewed(case)
    office.written(office.approved(office.batch()))
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    rows = ward.count(JudgmentRecord)
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and ward.count(JudgmentRecord) == rows and "支給の手続が進んでいる" in report.held[0].why


def test_a_returned_draft_keeps_its_reason_and_can_be_drafted_anew(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    with pytest.raises(InputProblem):
        judgment.send_back(ward.desk, case, ward.suzuki, "  ")
    judgment.send_back(ward.desk, case, ward.suzuki, "根拠の期間を確かめ直してください")
    page = judgment.page(ward.desk, case)
    assert page.rows[0].returned_reason == "根拠の期間を確かめ直してください" and page.may_draft
    judgment.draft(ward.desk, (case,), silent)
    assert ward.status(case) == "決裁待ち"


def test_approval_of_many_is_all_or_nothing(ward: Ward) -> None:
    first, second = ward.household(1), ward.household(2)
    judgment.draft(ward.desk, (first,), silent)
    with pytest.raises(Conflict, match="K-1669"):
        judgment.approve(ward.desk, (first, second), ward.suzuki, silent)
    assert ward.status(first) == "決裁待ち" and ward.count(Signature) == 0


def test_a_cancelled_draft_leaves_nothing(evidenced: Ward) -> None:
    with pytest.raises(Cancelled):
        judgment.draft(evidenced.desk, evidenced.ids(), stop_after(1))
    assert evidenced.count(JudgmentRecord) == 0
    assert {row.status.value for row in cases.rows(evidenced.desk, evidenced.ids())} == {"要件承認"}


def test_the_history_decision_of_a_person_resolves_the_hold(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和5年度給付対象世帯="1")]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    assert cases.page(ward.desk, case).history_needed
    cases.decide_history(ward.desk, case, False, "元の世帯の受給で、本人は受け取っていない")
    assert not cases.page(ward.desk, case).history_needed
    assert judgment.page(ward.desk, case).total == 100_000


def test_the_snapshot_of_facts_holds_no_name_and_the_programme_is_kept(ward: Ward) -> None:
    judgment.draft(ward.desk, (ward.household(1),), silent)
    with ward.desk.look() as session:
        snapshot = session.scalars(select(JudgmentRecord.facts)).first()
        assert snapshot is not None and "見本" not in snapshot and '"levy":"非課税"' in snapshot
        version = session.scalars(select(ProgrammeVersion)).one()
        assert version.digest == ward.desk.programme.digest and "[[benefit]]" in version.text


def test_the_decision_sheet_is_a_pdf_and_is_recorded(ward: Ward) -> None:
    case = ward.household(1)
    with pytest.raises(Conflict, match="K-1677"):
        judgment.decision_sheet(ward.desk, case)
    decided(ward, case)
    assert judgment.decision_sheet(ward.desk, case).startswith(b"%PDF")
    assert "DECISION_SHEET_MADE" in ward.acts(case)


def test_the_sample_s_240_cases_are_judged_and_drafted_quickly(ward: Ward) -> None:
    ward.bring_in("targets", sample("targets.xlsx"))
    ids = ward.ids()
    words = Counter(row.state_word for row in judgment.list_cases(ward.desk, None))
    assert sum(words.values()) == 240
    started = time.perf_counter()
    _, report = judgment.draft(ward.desk, ids, silent)
    took = time.perf_counter() - started
    assert report.judged == 240 and report.eligible == 0, "without evidence nothing may be drafted to be paid"
    assert took < 9.0, f"{took:.1f} s for 240 cases"


def test_the_sample_s_outcomes_with_evidence(ward: Ward) -> None:
    ward.bring_in("targets", sample("targets.xlsx"))
    ward.evidence_for_all()
    ids = ward.ids()
    _, report = judgment.draft(ward.desk, ids, silent)
    drafted = [row.case_id for row in judgment.list_cases(ward.desk, "決裁待ち")]
    judgment.approve(ward.desk, tuple(drafted), ward.suzuki, silent)
    status = Counter(row.status.value for row in cases.rows(ward.desk, ids))
    assert status["支給判定済"] == report.eligible and sum(status.values()) == 240
    assert set(status) <= {"支給判定済", "不支給", "保留"}
    with ward.desk.look() as session:
        asked = session.scalars(select(Person.case_id).where(Person.moved_in_from.is_not(None)).distinct()).all()
        held = session.scalars(select(JudgmentRecord.case_id).where(JudgmentRecord.reasons.contains("HOLD_TAX_INQUIRY")).distinct()).all()
    assert held and set(held) <= set(asked)

"""Evidence through the services: its fields, its basis, whom it names, who may confirm it, and what its withdrawal does."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import CaseFacts
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import EvidenceRecord
from kyufu_desktop.services import cases, judgment
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.cases import EvidenceEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import silent

WHY = "書類が取り消されたと発行した機関から連絡"
DAY = date(2024, 6, 1)


def family(ward: Ward, category: str = "DV避難者") -> int:
    """A mother and her son; no evidence yet."""
    people = [
        person(10, 1, 特別対応区分=category),
        person(11, 1, 続柄="子", 漢字氏名="見本　髙志", カナ氏名="ミホン タカシ", 生年月日="2015-05-05", 特別対応区分=category),
    ]
    ward.bring_in("targets", workbook(people, [facts(10), facts(11)]))
    return ward.case_id("R600000001")


def of(ward: Ward, case_id: int) -> CaseFacts:
    with ward.desk.look() as session:
        return facts_of(session, [case_id], ward.desk.programme, ward.desk.today())[case_id]


def test_companion_counts_only_when_the_document_names_him(ward: Ward) -> None:
    case = family(ward)
    ward.evidence(case, companions=())
    assert [one.named for one in of(ward, case).persons] == [True, False]
    ward.evidence(case, companions=("見本 高志",))
    assert [one.named for one in of(ward, case).persons] == [True, True]


def test_companion_named_in_a_document_that_nobody_checked_does_not_count(ward: Ward) -> None:
    case = family(ward)
    ward.evidence(case, companions=())
    ward.evidence(case, verified=False, companions=("見本 高志",))
    assert not of(ward, case).persons[1].named


def test_companion_whom_the_household_does_not_have_is_shown(ward: Ward) -> None:
    case = family(ward)
    changed = cases.enter_evidence(
        ward.desk, case, EvidenceEntry("E2", DAY, DAY, None, "見本センター", ("ミホン　タカシ", "見本　知らない"))
    )
    assert "1人は、世帯に見当たりません" in changed.sentence
    assert cases.page(ward.desk, case).evidences[0].unmatched == ("見本　知らない",)


@pytest.mark.parametrize(
    ("category", "kind", "basis"),
    [("児童福祉施設等入所児童", "P1", "C04"), ("施設入所障害者", "P3", "D02"), ("施設入所高齢者", "P4", "E03")],
)
def test_placement_is_read_off_the_document_and_comes_to_the_judgment(ward: Ward, category: str, kind: str, basis: str) -> None:
    case = family(ward, category)
    with pytest.raises(InputProblem, match="契約による入所"):
        ward.evidence(case, kind=kind, basis=None)
    ward.evidence(case, kind=kind, basis=basis)
    assert of(ward, case).placement == basis
    assert "法" in cases.page(ward.desk, case).evidences[0].basis_words


def test_withdrawn_placement_is_no_placement(ward: Ward) -> None:
    case = family(ward, "施設入所高齢者")
    piece = ward.evidence(case, kind="P4", basis="E03")
    cases.withdraw_evidence(ward.desk, piece, WHY)
    assert of(ward, case).placement is None and not of(ward, case).evidence_verified


def test_free_statement_is_confirmed_by_an_officer_only(ward: Ward) -> None:
    case = family(ward)
    office = ward.office
    statement = EvidenceEntry("E6", DAY, DAY, None, "本人", (), details={"statement": "生計を別にしている"})
    officer = office.at(office.suzuki)
    cases.enter_evidence(officer, case, statement)
    piece = cases.page(ward.desk, case).evidences[0]
    assert piece.needs_officer
    with pytest.raises(NotAllowed, match="K-1704"):
        cases.verify_evidence(ward.desk, (piece.evidence_id,), office.sato)
    cases.verify_evidence(ward.desk, (piece.evidence_id,), office.tanaka)
    assert of(ward, case).evidence_verified


def test_support_measure_says_where_she_really_lives(ward: Ward) -> None:
    case = family(ward)
    with pytest.raises(InputProblem, match="K-1701"):
        ward.evidence(case, kind="E4", moved_in_on=date(2024, 6, 3), details={})
    ward.evidence(case, kind="E4", moved_in_on=date(2024, 6, 10), details={})
    assert of(ward, case).residence.value == "ACTUAL"


def test_withdrawal_voids_the_approval_and_leaves_the_row_with_its_reason(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert ward.status(case) == "支給判定済"
    (piece,) = cases.page(ward.desk, case).evidences
    with pytest.raises(InputProblem):
        cases.withdraw_evidence(ward.desk, piece.evidence_id, "短い")
    changed = cases.withdraw_evidence(ward.desk, piece.evidence_id, WHY)
    assert "決裁は無効" in changed.sentence
    page = cases.page(ward.desk, case)
    assert page.evidences == () and page.withdrawn_evidences[0].withdrawn_reason == WHY
    assert page.status.value != "支給判定済" and Act.JUDGMENT_VOIDED.value in ward.acts(case)
    with pytest.raises(Conflict):
        cases.withdraw_evidence(ward.desk, piece.evidence_id, WHY)


def test_renewal_is_a_new_piece_and_carries_where_the_old_one_has_ended(ward: Ward) -> None:
    case = family(ward)
    ward.evidence(case, kind="E4", moved_in_on=date(2024, 6, 10), details={}, starts_on=date(2024, 6, 10), ends_on=date(2024, 9, 10))
    assert cases.page(ward.desk, case).evidences[0].state is EvidenceState.ENDS_SOON
    ward.office.clock.days(20)
    assert not of(ward, case).evidence_verified
    assert cases.page(ward.desk, case).missing == ("根拠の期限切れ",)
    ward.evidence(case, kind="E4", moved_in_on=date(2024, 6, 10), details={}, starts_on=date(2024, 9, 10), ends_on=date(2025, 9, 9))
    assert of(ward, case).evidence_verified and cases.page(ward.desk, case).missing == ()


def test_what_was_read_off_the_document_is_sealed_and_shown_for_a_reason_that_is_kept(ward: Ward) -> None:
    case = family(ward)
    ward.evidence(case, details={"court": "北の裁判所", "number": "令和6年配チ99"}, issuer="北県婦人相談所")
    (piece,) = cases.page(ward.desk, case).evidences
    assert "北の裁判所" not in repr(piece) and "北県" not in str(cases.page(ward.desk, case))
    with ward.desk.look() as session:
        assert "北の裁判所".encode() not in session.scalars(select(EvidenceRecord.issuer_sealed)).one()
    with pytest.raises(InputProblem):
        cases.reveal_evidence(ward.desk, piece.evidence_id, "なんとなく", "決裁の前に書類と照らし合わせるため")
    shown = dict(cases.reveal_evidence(ward.desk, piece.evidence_id, "決裁のための確認", "決裁の前に書類と照らし合わせるため").lines)
    assert shown["裁判所"] == "北の裁判所" and shown["発行した機関"] == "北県婦人相談所（いまの名称 北県女性相談支援センター）"
    assert ward.acts(case)[-1] == Act.SOURCE_REVEALED.value
    with ward.desk.look() as session:
        assert not any("書類と照らし" in detail or "北" in detail for detail in session.scalars(select(AuditEntry.detail)))


def test_facts_name_who_entered_and_who_confirmed(ward: Ward) -> None:
    case = family(ward)
    ward.evidence(case)
    known = of(ward, case)
    assert known.evidence_origin == "入力 佐藤 主事 8/28、確認 鈴木 係長 8/28"
    assert "保護命令決定書" in known.evidence_words
    assert known.persons[0].origin.startswith("ホスト 支給対象者データ（6/10作成")
    assert known.persons[0].tax.origin.startswith("ホスト 判定資料")

"""Cases: list, evidence, sealed address, contacts, counter."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date

import pytest
from sqlalchemy import select, text

from kyufu_desktop.database.engine import WRITES
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.staff import ACT_WORDS, Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Contact, EvidenceRecord, SafeAddress
from kyufu_desktop.services import cases
from kyufu_desktop.services import session as session_of
from kyufu_desktop.services.addresses import folded_address
from kyufu_desktop.services.cases import CaseFilter
from tests.services.desk_work import ADDRESS, Ward, facts, person, workbook

SEEN = "2人目の確認のため書類と照らし合わせます"


@pytest.fixture
def case(ward: Ward) -> int:
    return ward.household(1)


def test_the_list_is_searched_by_number_kana_and_common_form_of_the_name(ward: Ward) -> None:
    odd = person(20, 2, 漢字氏名="渡邉󠄂　髙子", カナ氏名="ワタナベ タカコ")
    ward.bring_in("targets", workbook([person(10, 1), odd], [facts(10), facts(20)]))
    second = ward.case_id("R600000002")
    for typed in ("渡辺高子", "ﾜﾀﾅﾍﾞ", "わたなべ", "r600000002", "0000000020", "渡辺 タカコ"):
        assert cases.list_ids(ward.desk, CaseFilter(text=typed)) == (second,), typed
    assert cases.list_ids(ward.desk, CaseFilter(text="100%_")) == ()
    (row,) = cases.rows(ward.desk, (second,))
    assert row.name == "渡邉󠄂　髙子"


def test_the_list_is_filtered_by_category_and_by_who_waits(imported: Ward) -> None:
    everything = cases.rows(imported.desk, imported.ids())
    placed = cases.list_ids(imported.desk, CaseFilter(category=Category.CHILD))
    assert placed and set(placed) == {row.case_id for row in everything if row.category is Category.CHILD}
    assert cases.list_ids(imported.desk, CaseFilter(waiting_for_second=True)) == ()
    imported.evidence(placed[0], verified=False)
    assert cases.list_ids(imported.desk, CaseFilter(waiting_for_second=True)) == (placed[0],)


def test_the_search_text_itself_is_not_in_the_log(ward: Ward, case: int) -> None:
    cases.list_ids(ward.desk, CaseFilter(text="ミホン"))
    with ward.desk.look() as session:
        assert not [detail for detail in session.scalars(select(AuditEntry.detail)) if "ミホン" in detail]


def test_a_case_is_found_by_scanned_letter_code_and_nothing_by_a_strange_one(ward: Ward, case: int) -> None:
    assert cases.find_by_code(ward.desk, "R600000001-01") == case
    assert cases.find_by_code(ward.desk, "Ｒ６" + "０" * 7 + "１") == case
    assert cases.find_by_code(ward.desk, "R699999999") is None
    assert cases.find_by_code(ward.desk, "") is None


def test_reading_a_case_is_recorded_with_who_read_it(ward: Ward, case: int) -> None:
    before = ward.acts(case).count("CASE_VIEWED")
    page = cases.page(ward.desk, case)
    assert ward.acts(case).count("CASE_VIEWED") == before + 1
    assert page.events[0].words == "案件を閲覧" and page.events[0].who == "佐藤 主事"


def test_who_entered_evidence_cannot_verify_it(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = ward.case_id("R600000001")
    piece = ward.evidence(case, verified=False)
    with pytest.raises(NotAllowed):
        cases.verify_evidence(ward.desk, (piece,), ward.office.sato)
    assert cases.page(ward.desk, case).evidences[0].state is EvidenceState.UNVERIFIED
    cases.verify_evidence(ward.desk, (piece,), ward.suzuki)
    row = cases.page(ward.desk, case).evidences[0]
    assert row.state is EvidenceState.VALID and row.verified_by == "鈴木 係長"
    with pytest.raises(Conflict):
        cases.verify_evidence(ward.desk, (piece,), ward.suzuki)


def test_the_issuer_of_evidence_is_nowhere_in_clear(ward: Ward, case: int) -> None:
    with ward.desk.look() as session:
        sealed = session.scalars(select(EvidenceRecord.issuer_sealed)).one()
    assert "見本相談支援センター".encode() not in sealed


def test_the_page_never_holds_the_address_and_it_is_shown_only_for_a_reason(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    page = cases.page(ward.desk, case)
    assert page.address_state == "2人目待ち"
    assert "北町" not in str(dataclasses.astuple(page))
    with pytest.raises(InputProblem):
        cases.reveal_address(ward.desk, case, "送り先の確認", "短い")
    with pytest.raises(InputProblem):
        cases.reveal_address(ward.desk, case, "なんとなく", SEEN)
    assert "ADDRESS_REVEALED" not in ward.acts(case)
    assert cases.reveal_address(ward.desk, case, "送り先の確認", SEEN) == ADDRESS
    assert ward.acts(case)[-1] == "ADDRESS_REVEALED"


def test_words_of_a_reveal_are_sealed_with_the_case_and_never_in_the_log(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    words = "見本花子さんから、避難先のみどり町に届かないと電話があったため"
    cases.reveal_address(ward.desk, case, "送り先の確認", words)
    (line,) = [row for row in cases.page(ward.desk, case).contacts if row.kind == "表示理由"]
    assert (line.text, line.entered_by) == (f"送り先の確認。{words}", ward.desk.staff.name)
    with ward.desk.look() as session:
        details = session.scalars(select(AuditEntry.detail)).all()
        (sealed,) = session.scalars(select(Contact.text_sealed)).all()
    assert not any("みどり町" in detail or "花子" in detail for detail in details)
    assert "みどり町".encode() not in sealed
    (revealed,) = session_of.audit_page(ward.office.at(ward.suzuki), act=Act.ADDRESS_REVEALED)
    assert {name for name, _ in revealed.detail} == {"address", "reason", "contact"}


def test_reveal_leaves_no_words_where_its_record_cannot_be_kept(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    with ward.desk.vault.engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text("CREATE TRIGGER no_log BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"))
    with pytest.raises(Exception):  # noqa: B017 - whatever it is, neither address nor words may stay
        cases.reveal_address(ward.desk, case, "送り先の確認", SEEN)
    with ward.desk.look() as session:
        assert session.scalars(select(Contact)).all() == []


def test_search_in_the_log_cannot_be_guessed_from_a_printed_page(ward: Ward, case: int) -> None:
    name = "ﾐﾎﾝ"
    for _ in range(2):
        cases.list_ids(ward.desk, CaseFilter(text=name))
    rows = session_of.audit_page(ward.office.at(ward.suzuki), act=Act.CASES_LISTED, limit=2)
    codes = {dict(row.detail)["search"] for row in rows}
    assert len(codes) == 1, "the same search has the same code"
    assert codes.isdisjoint({hashlib.sha256(name.encode()).hexdigest()[:16], name, ""})


def test_nothing_is_shown_where_the_reveal_cannot_be_recorded(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    with ward.desk.vault.engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text("CREATE TRIGGER no_log BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"))
    shown: list[object] = []
    with pytest.raises(Exception):  # noqa: B017 - whatever it is, the address must not come back
        shown.append(cases.reveal_address(ward.desk, case, "送り先の確認", SEEN))
    assert shown == []


def test_an_address_is_verified_only_by_another_person_who_has_seen_it(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    assert cases.addresses_to_verify(ward.desk) == ()
    assert cases.addresses_to_verify(ward.office.at(ward.suzuki)) == (case,)
    with pytest.raises(NotAllowed):
        cases.verify_address(ward.desk, (case,), ward.office.sato)
    with pytest.raises(Conflict, match="K-1619"):
        cases.verify_address(ward.desk, (case,), ward.suzuki)
    cases.reveal_address(ward.desk, case, "送り先の確認", SEEN)
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    assert cases.page(ward.desk, case).address_state == "確認済"


def test_a_new_address_must_be_seen_and_verified_anew(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    cases.reveal_address(ward.desk, case, "送り先の確認", SEEN)
    cases.enter_address(ward.desk, case, dataclasses.replace(ADDRESS, address="見本県見本市南町一丁目1番1号"))
    with pytest.raises(Conflict, match="K-1619"):
        cases.verify_address(ward.desk, (case,), ward.suzuki)
    with ward.desk.look() as session:
        older, newer = session.scalars(select(SafeAddress).order_by(SafeAddress.id)).all()
        assert older.superseded_at is not None and newer.superseded_at is None


@pytest.mark.parametrize("written", ["東京都新宿区架空町三丁目9番1号", "新宿区架空町３－９－１", "新宿区架空町3丁目9番地1 架空荘101"])
def test_the_registered_address_is_refused_however_it_is_written(ward: Ward, case: int, written: str) -> None:
    with pytest.raises(InputProblem, match="K-1615"):
        cases.enter_address(ward.desk, case, dataclasses.replace(ADDRESS, address=written))
    assert ward.count(SafeAddress) == 0


def test_a_neighbour_of_the_registered_address_is_accepted(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, dataclasses.replace(ADDRESS, address="東京都新宿区架空町三丁目9番12号"))
    assert ward.count(SafeAddress) == 1


def test_contacts_are_sealed_and_a_my_number_is_refused(ward: Ward, case: int) -> None:
    cases.add_contact(ward.desk, case, date(2024, 8, 27), "支援者", "支援者から、送り先が変わる予定と連絡")
    with ward.desk.look() as session:
        assert "支援者から".encode() not in session.scalars(select(Contact.text_sealed)).one()
    assert cases.page(ward.desk, case).contacts[0].text == "支援者から、送り先が変わる予定と連絡"
    with pytest.raises(InputProblem) as refused:
        cases.add_contact(ward.desk, case, date(2024, 8, 27), "電話", "番号は 123456789018 です")
    assert "123456789018" not in str(refused.value)


def test_the_host_s_paid_mark_is_cleared_once_with_a_reason(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1, 給付状況="支給済")], [facts(10)]))
    case = ward.case_id("R600000001")
    assert cases.page(ward.desk, case).host_paid
    with pytest.raises(InputProblem):
        cases.clear_host_paid(ward.desk, case, "ちがう")
    cases.clear_host_paid(ward.desk, case, "令和5年度の給付であることを担当係に確かめた")
    assert not cases.page(ward.desk, case).host_paid
    with pytest.raises(Conflict):
        cases.clear_host_paid(ward.desk, case, "令和5年度の給付であることを担当係に確かめた")


def test_the_counter_answers_the_same_for_a_restricted_person_and_for_nobody(ward: Ward, case: int) -> None:
    assert cases.ask_at_counter(ward.desk, "見本 花子") == cases.ask_at_counter(ward.desk, "いない人")
    assert ward.acts()[-2:] == ["COUNTER_ASKED", "COUNTER_ASKED"]


def test_details_of_the_log_hold_no_name_and_no_address(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    cases.add_contact(ward.desk, case, date(2024, 8, 27), "電話", "本人と話した")
    with ward.desk.look() as session:
        details = "".join(session.scalars(select(AuditEntry.detail)))
    for secret in ("見本", "ミホン", "北町", "架空町", "025-000", "本人と話した"):
        assert secret not in details


def test_every_act_has_a_japanese_word() -> None:
    assert set(ACT_WORDS) == set(Act)


def test_today_counts_what_waits_for_whom(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, ADDRESS)
    day = cases.today(ward.desk)
    assert day.total == 1
    waiting = [task for task in day.tasks if task.group == "waiting"]
    assert [task.words for task in waiting] == ["送り先を2人目が確かめる"]
    assert waiting[0].whose == "佐藤 主事以外の人"
    assert {label: count for label, count, _, _ in day.pipeline}["判定"] == 1
    keys = [count.key for count in cases.station_counts(ward.desk)]
    stations = ["judgment", "collation", "inquiry", "letters", "review", "payments", "host_exchange", "gaiji", "custody"]
    assert keys == ["today", "notices", "cases", *stations]


@pytest.mark.parametrize("written", ["架空町3-9-1", "東京都架空町三丁目9番1号", "架空町３－９－１　コーポ見本"])
def test_the_registered_address_is_refused_without_its_ward_too(ward: Ward, case: int, written: str) -> None:
    with pytest.raises(InputProblem, match="K-1615"):
        cases.enter_address(ward.desk, case, dataclasses.replace(ADDRESS, address=written))


def test_the_same_street_of_another_town_is_accepted(ward: Ward, case: int) -> None:
    cases.enter_address(ward.desk, case, dataclasses.replace(ADDRESS, address="見本県見本市架空町3-9-1"))
    assert cases.page(ward.desk, case).address_state == "2人目待ち"


@pytest.mark.parametrize(
    ("written", "same"),
    [("架空町二十一番十号", "架空町21-10"), ("架空町十二番地の三", "架空町12-3"), ("架空町十番", "架空町10"), ("架空町一二番", "架空町12")],
)
def test_numbers_in_chinese_characters_are_compared_as_numbers(written: str, same: str) -> None:
    assert folded_address(written) == folded_address(same)

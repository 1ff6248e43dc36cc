"""The notice to the municipality of registration: decided with a reason, made without a hint of the place, sent and kept."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kyufu_desktop.documents import municipality_notice as documents
from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import MunicipalityNotice, Person
from kyufu_desktop.services import cases, municipality_notices, notices, proxies
from kyufu_desktop.services.case_rows import AddressEntry, NoticeEntry, ProxyEntry
from tests.services.desk_work import Ward, facts, person, workbook

HOME = "神奈川県川崎市架空区見本町三丁目9番1号"
WORDS = "申出書にもとづき、重ねて支給されないようにするため"
REQUESTED = date(2024, 8, 20)


@pytest.fixture
def fled(ward: Ward) -> Ward:
    """A mother registered in Kawasaki with one child whom the document names, one whom it does not; she lives in a facility."""
    people = [
        person(10, 1, 漢字住所=HOME, 漢字方書="川辺荘201"),
        person(
            11, 1, 続柄="子", 漢字氏名="見本　次郎", カナ氏名="ミホン ジロウ", 生年月日="2015-05-05", 漢字住所=HOME, 漢字方書="川辺荘201"
        ),
        person(
            12, 1, 続柄="子", 漢字氏名="見本　三郎", カナ氏名="ミホン サブロウ", 生年月日="2017-05-05", 漢字住所=HOME, 漢字方書="川辺荘201"
        ),
    ]
    ward.bring_in("targets", workbook(people, [facts(10), facts(11), facts(12)]))
    ward.evidence(ward.ids()[0], companions=("見本 次郎",))
    cases.enter_address(
        ward.desk, ward.ids()[0], AddressEntry("380-0001", "長野県長野市白樺町四丁目8番2号", "あさひ寮5号", "みどり園", "", "026-111-2222")
    )
    return ward


def decided(ward: Ward, municipality: str = "神奈川県川崎市") -> int:
    (case,) = ward.ids()
    municipality_notices.decide(ward.desk, case, True, municipality, REQUESTED, WORDS)
    return case


def planted(ward: Ward, words: str) -> None:
    """What no screen lets through, put into the row directly: the last check must still find it."""
    with ward.desk.work(Act.CONTACT_ADDED) as unit:
        unit.session.scalars(select(MunicipalityNotice).order_by(MunicipalityNotice.id.desc())).first().municipality = words  # type: ignore[union-attr]
        unit.record(Act.CONTACT_ADDED, subject="case", subject_id=1)


def test_the_way_from_undecided_to_sent(fled: Ward) -> None:
    desk = fled.desk
    (row,) = municipality_notices.page(desk)
    assert (row.state_word, row.proposed) == ("要否未定", "神奈川県川崎市")
    case = decided(fled)
    assert [row.state_word for row in municipality_notices.page(desk)] == ["作成待ち"]
    pdf = municipality_notices.make(desk, case)
    (row,) = municipality_notices.page(desk)
    assert row.state_word == "発送待ち" and re.fullmatch(r"notice-\d+", row.print_title)
    municipality_notices.sent(desk, case, desk.today(), fled.suzuki)
    assert municipality_notices.page(desk) == ()
    assert municipality_notices.of_case(desk, case).state_word == "発送済"
    with desk.look() as session:
        record = session.scalars(select(MunicipalityNotice)).one()
        assert record.sha256 == hashlib.sha256(pdf).hexdigest() and record.sent_by == fled.suzuki.staff.id
        made = session.scalars(select(AuditEntry.detail).where(AuditEntry.act == Act.MUNICIPALITY_NOTICE_MADE.value)).one()
        assert record.sha256 in made and "川崎" not in made


def test_the_page_names_her_and_who_went_with_her_and_nothing_of_where_they_are(fled: Ward) -> None:
    text = re.sub(r"\s", "", documents.page_text(municipality_notices.make(fled.desk, decided(fled))))
    for words in ("見本花子", "ミホンハナコ", "昭和55年1月1日", "川辺荘201", "見本次郎", "平成27年5月5日", "令和6年8月20日"):
        assert words in text, words
    assert "三郎" not in text, "only companions whom the document names"
    for words in ("長野", "白樺", "あさひ", "みどり園", "1112222", "380", "支援センター", "DV", "避難", "R600000001"):
        assert words not in text, words


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("川崎市みどり園", "施設などの名前"),
        ("み　ど　り　園", "施設などの名前"),
        ("長野県", "送り先の住所"),
        ("長野市", "送り先の住所"),
        ("白樺町", "送り先の住所"),
        ("あさひ寮", "送り先の住所"),
        ("長野県長野市白樺町４－８－２", "送り先の住所"),
        ("026(111)2222", "電話番号"),
        ("０２６－１１１－２２２２", "電話番号"),
        ("〒380-0001", "送り先の住所"),
        ("見本相談支援センター", "根拠の書類の機関や内容"),
        ("1234567", "口座"),
        ("白樺福祉の会", "代理人"),
        ("北信女性相談支援センター", "申出や通知の差出人"),
    ],
)
def test_a_planted_word_of_the_place_stops_the_notice(fled: Ward, words: str, kind: str) -> None:
    case = decided(fled)
    desk = fled.desk
    cases_proxy = ProxyEntry("A1", "白樺福祉の会 山本", "支援者", "026-333-4444", True, date(2024, 8, 1))
    proxies.enter(desk, case, cases_proxy)
    _, notice_id = notices.record(
        desk, NoticeEntry(NoticeKind.OWN, next(iter(Channel)), REQUESTED, "見本　花子", "ミホン ハナコ", sender="北信女性相談支援センター")
    )
    notices.link(desk, notice_id, case)
    fled.office.account(case)
    planted(fled, words)
    with pytest.raises(UserError) as caught:
        municipality_notices.make(desk, case)
    assert caught.value.code == "K-1830" and kind in caught.value.happened
    assert words not in str(caught.value)
    assert municipality_notices.of_case(desk, case).state_word == "作成待ち"


def test_what_only_the_template_would_bring_in_is_found_on_the_finished_page(fled: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    case = decided(fled)
    real = documents.compose

    def betraying(letter: documents.MunicipalityNotice, **given: Any) -> bytes:
        return real(dataclasses.replace(letter, programme=f"{letter.programme} みどり園"), **given)

    monkeypatch.setattr(documents, "compose", betraying)
    with pytest.raises(UserError) as caught:
        municipality_notices.make(fled.desk, case)
    assert caught.value.code == "K-1833" and "施設" in caught.value.happened


def test_a_registered_building_that_is_the_facility_stops_the_notice(fled: Ward) -> None:
    case = decided(fled)
    with fled.desk.work(Act.CONTACT_ADDED) as unit:
        unit.session.scalars(select(Person)).first().registered_building = "児童養護施設 みどり園"  # type: ignore[union-attr]
        unit.record(Act.CONTACT_ADDED, subject="case", subject_id=case)
    with pytest.raises(UserError) as caught:
        municipality_notices.make(fled.desk, case)
    assert caught.value.code == "K-1830"


@pytest.mark.parametrize(
    ("municipality", "requested", "reason", "field"),
    [
        ("みどり園", REQUESTED, WORDS, "municipality"),
        ("川崎市みどり園", REQUESTED, WORDS, "municipality"),
        ("長野県長野市", REQUESTED, WORDS, "municipality"),
        ("", REQUESTED, WORDS, "municipality"),
        ("川崎市", None, WORDS, "requested_on"),
        ("川崎市", date(2024, 8, 29), WORDS, "requested_on"),
        ("川崎市", REQUESTED, "必要", "reason"),
    ],
)
def test_a_decision_that_cannot_be_right_is_refused(fled: Ward, municipality: str, requested: date | None, reason: str, field: str) -> None:
    (case,) = fled.ids()
    with pytest.raises(InputProblem) as caught:
        municipality_notices.decide(fled.desk, case, True, municipality, requested, reason)
    assert caught.value.field == field and fled.count(MunicipalityNotice) == 0


def test_nothing_is_made_before_the_decision_or_against_it(fled: Ward) -> None:
    (case,) = fled.ids()
    for needed in (None, False):
        if needed is False:
            municipality_notices.decide(fled.desk, case, False, "", None, "本人が通知を望まず、住民票の世帯は対象外のため")
        with pytest.raises(Conflict) as caught:
            municipality_notices.make(fled.desk, case)
        assert caught.value.code == "K-1777"
    assert municipality_notices.page(fled.desk) == ()


def test_a_new_decision_follows_the_old_one_and_a_sent_notice_is_not_made_again(fled: Ward) -> None:
    case = decided(fled)
    with pytest.raises(Conflict):
        municipality_notices.sent(fled.desk, case, fled.desk.today())
    municipality_notices.make(fled.desk, case)
    municipality_notices.make(fled.desk, case)
    with pytest.raises(InputProblem):
        municipality_notices.sent(fled.desk, case, date(2024, 8, 27))
    municipality_notices.sent(fled.desk, case, fled.desk.today())
    with pytest.raises(Conflict) as caught:
        municipality_notices.make(fled.desk, case)
    assert caught.value.code == "K-1778"
    decided(fled)
    assert fled.count(MunicipalityNotice) == 2
    assert municipality_notices.of_case(fled.desk, case).state_word == "作成待ち"


def test_who_is_registered_in_the_ward_needs_no_notice(ward: Ward) -> None:
    case = ward.household(1)
    assert municipality_notices.page(ward.desk) == ()
    assert municipality_notices.of_case(ward.desk, case).state_word == "不要"
    with pytest.raises(InputProblem) as caught:
        municipality_notices.decide(ward.desk, case, True, "東京都新宿区", REQUESTED, WORDS)
    assert caught.value.field == "municipality"


@pytest.mark.parametrize(
    ("address", "municipality"),
    [
        ("神奈川県川崎市架空区見本町1", "神奈川県川崎市"),
        ("川崎市架空区見本町1", "川崎市"),
        ("東京都中野区見本1", "東京都中野区"),
        ("北海道虻田郡見本町字見本1", "北海道虻田郡見本町"),
        ("三重県四日市市見本町1", "三重県四日市市"),
        ("千葉県市川市見本1", "千葉県市川市"),
        ("東京都町田市見本1", "東京都町田市"),
        ("奈良県大和郡山市見本町1", "奈良県大和郡山市"),
        ("広島県廿日市市見本1", "広島県廿日市市"),
        ("見本", ""),
    ],
)
def test_the_municipality_is_read_off_the_registered_address(address: str, municipality: str) -> None:
    assert municipality_notices.municipality_in(address) == municipality


def test_a_place_typed_beside_the_name_of_a_companion_stops_the_notice(fled: Ward) -> None:
    case = decided(fled)
    fled.evidence(case, companions=("見本 四郎（みどり園）",))
    with pytest.raises(UserError) as caught:
        municipality_notices.make(fled.desk, case)
    assert caught.value.code == "K-1830" and "施設などの名前" in caught.value.happened

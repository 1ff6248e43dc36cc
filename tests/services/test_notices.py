"""受付簿: three facts, each by somebody; who sent a notice stays sealed; another municipality's notice stops a child here."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select, text

from kyufu_desktop.database.engine import WRITES
from kyufu_desktop.domain.notice import Channel, NoticeKind, NoticeState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import ReceivedNotice
from kyufu_desktop.services import cases, judgment, notices, session
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.cases import CompanionEntry, NoticeEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import OFFICERS, silent

WHY = "同じ通知が二度届いたため、こちらは使わない"
OWN = NoticeEntry(
    NoticeKind.OWN, Channel.REGISTER, date(2024, 8, 20), "見本　花子", "ミホン ハナコ", date(1980, 1, 1), sender="住民記録の第二係 内線0000"
)
CHILD = CompanionEntry("見本　髙志", "ﾐﾎﾝ ﾀｶｼ", date(2015, 5, 5))
MIRROR = NoticeEntry(
    NoticeKind.MIRROR,
    Channel.MUNICIPALITY,
    date(2024, 8, 21),
    "見本　月子",
    "ミホン ツキコ",
    date(1985, 3, 3),
    companions=(CHILD,),
    sender="遠くの町の福祉課",
)


def family(ward: Ward) -> int:
    people = [person(10, 1), person(11, 1, 続柄="子", 漢字氏名="見本　髙志", カナ氏名="ミホン タカシ", 生年月日="2015-05-05")]
    ward.bring_in("targets", workbook(people, [facts(10), facts(11)]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    return case


def line(ward: Ward, entry: NoticeEntry) -> int:
    return notices.record(ward.desk, entry)[1]


def test_received_entered_and_confirmed_are_three_facts_with_their_people(ward: Ward) -> None:
    case = family(ward)
    notice = line(ward, OWN)
    (row,) = notices.page(ward.desk)
    assert (row.number, row.state, row.state_word, row.days) == (1, NoticeState.RECEIVED, "未入力", 8)
    ward.office.clock.days(1)
    notices.link(ward.desk, notice, case)
    (row,) = notices.page(ward.desk)
    assert (row.state, row.entered_by, row.management_number) == (NoticeState.ENTERED, "佐藤 主事", "R600000001")
    ward.office.clock.days(1)
    notices.verify(ward.desk, (notice,), ward.suzuki)
    (row,) = notices.page(ward.desk)
    assert (row.state, row.verified_by) == (NoticeState.VERIFIED, "鈴木 係長")
    assert row.recorded_at < (row.entered_at or "") < (row.verified_at or "")
    assert notices.page(ward.desk, open_only=True) == ()
    flag = cases.page(ward.desk, case).flag
    assert flag.received.startswith("令和6年8月20日") and "受付 1番" in flag.received
    assert flag.entered.startswith("令和6年8月29日") and flag.verified.startswith("令和6年8月30日")


def test_who_entered_the_notice_cannot_confirm_it(ward: Ward) -> None:
    case, notice = family(ward), line(ward, OWN)
    with pytest.raises(Conflict, match="K-1712"):
        notices.verify(ward.desk, (notice,), ward.suzuki)
    notices.link(ward.desk, notice, case)
    with pytest.raises(NotAllowed, match="K-1713"):
        notices.verify(ward.desk, (notice,), ward.office.sato)
    assert notices.page(ward.desk)[0].state is NoticeState.ENTERED


def test_one_wrong_line_and_none_is_confirmed(ward: Ward) -> None:
    case, first, second = family(ward), line(ward, OWN), line(ward, OWN)
    notices.link(ward.desk, first, case)
    with pytest.raises(Conflict):
        notices.verify(ward.desk, (first, second), ward.suzuki)
    assert {row.state for row in notices.page(ward.desk)} == {NoticeState.ENTERED, NoticeState.RECEIVED}


def test_lines_are_numbered_without_a_gap_and_never_taken_out(ward: Ward) -> None:
    for _ in range(3):
        line(ward, OWN)
    assert [row.number for row in notices.page(ward.desk)] == [3, 2, 1]
    writing = ward.desk.vault.engine.execution_options(**{WRITES: True})
    with pytest.raises(Exception, match="notices are never deleted"), writing.begin() as connection:
        connection.execute(text("DELETE FROM received_notice"))


def test_own_notice_needs_a_case_and_is_entered_once(ward: Ward) -> None:
    case, notice = family(ward), line(ward, OWN)
    with pytest.raises(InputProblem, match="K-1710"):
        notices.link(ward.desk, notice, None)
    notices.link(ward.desk, notice, case)
    with pytest.raises(Conflict, match="K-1709"):
        notices.link(ward.desk, notice, case)


def test_only_an_officer_ends_a_line_without_effect(ward: Ward) -> None:
    notice = line(ward, OWN)
    with pytest.raises(NotAllowed):
        notices.close(ward.desk, notice, WHY)
    notices.close(ward.office.at(ward.suzuki), notice, WHY)
    (row,) = notices.page(ward.desk)
    assert (row.state, row.closed_reason) == (NoticeState.CLOSED, WHY)
    with pytest.raises(Conflict):
        notices.link(ward.desk, notice, None)


def test_cases_are_suggested_by_number_then_kana_and_birth_then_household(ward: Ward) -> None:
    ward.bring_in(
        "targets",
        workbook(
            [person(10, 1, 生年月日="1970-01-01"), person(20, 2), person(30, 3, カナ氏名="ベツノ ヒト")], [facts(10), facts(20), facts(30)]
        ),
    )
    entry = NoticeEntry(
        NoticeKind.OWN, Channel.PERSON, date(2024, 8, 20), "見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1980, 1, 1), "0000000010", "000000003"
    )
    found = notices.suggestions(ward.desk, line(ward, entry))
    assert [(one.management_number, one.why) for one in found] == [
        ("R600000001", "住民番号が同じ"),
        ("R600000002", "カナ氏名と生年月日が同じ"),
        ("R600000003", "世帯番号が同じ"),
    ]


def test_nobody_is_suggested_where_nobody_fits(ward: Ward) -> None:
    family(ward)
    entry = NoticeEntry(NoticeKind.OWN, Channel.PERSON, date(2024, 8, 20), "別野　人", "ベツノ ヒト", date(1999, 9, 9))
    assert notices.suggestions(ward.desk, line(ward, entry)) == ()


def test_child_in_another_municipalitys_notice_is_not_counted_here_once_it_is_confirmed(ward: Ward) -> None:
    case, notice = family(ward), line(ward, MIRROR)

    def elsewhere() -> frozenset[str]:
        with ward.desk.look() as db:
            return facts_of(db, [case], ward.desk.programme, ward.desk.today())[case].child_resident_numbers_elsewhere

    notices.link(ward.desk, notice, case)
    assert elsewhere() == frozenset(), "one person alone decides nothing"
    notices.verify(ward.desk, (notice,), ward.suzuki)
    assert elsewhere() == frozenset({"0000000011"})


def test_confirmed_mirror_notice_voids_the_addition_of_that_child_without_a_word_of_why(ward: Ward) -> None:
    case, notice = family(ward), line(ward, MIRROR)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    notices.link(ward.desk, notice, case)
    notices.verify(ward.desk, (notice,), ward.suzuki)
    assert Act.JUDGMENT_VOIDED.value in ward.acts(case)
    shown = str(judgment.page(ward.desk, case))
    assert "遠くの町" not in shown and "月子" not in shown and "避難" not in shown.replace("DV等避難", "")
    notices.close(ward.office.at(ward.suzuki), notice, WHY)
    with ward.desk.look() as db:
        assert not facts_of(db, [case], ward.desk.programme, ward.desk.today())[case].child_resident_numbers_elsewhere


def test_mirror_notice_about_nobody_of_ours_is_entered_for_the_exclusion_list(ward: Ward) -> None:
    notice = line(ward, MIRROR)
    notices.link(ward.desk, notice, None)
    notices.verify(ward.desk, (notice,), ward.suzuki)
    assert notices.page(ward.desk)[0].state is NoticeState.VERIFIED


def test_sender_is_sealed_and_shown_for_a_reason(ward: Ward) -> None:
    notice = line(ward, MIRROR)
    assert "遠くの町" not in str(notices.page(ward.desk))
    with ward.desk.look() as db:
        row = db.scalars(select(ReceivedNotice)).one()
        assert "遠くの町".encode() not in row.sender_sealed
    with pytest.raises(InputProblem):
        notices.reveal_sender(ward.desk, notice, "その他", "短い")
    assert notices.reveal_sender(ward.desk, notice, "その他", "折り返しの連絡先を確かめるため").lines == (("差出人", "遠くの町の福祉課"),)
    with ward.desk.look() as db:
        details = "".join(db.scalars(select(AuditEntry.detail)))
    assert "月子" not in details and "遠く" not in details


def test_sender_can_be_read_after_somebody_was_taken_out_of_the_staff(ward: Ward) -> None:
    notice = line(ward, MIRROR)
    office = ward.office
    session.remove_staff(office.at(office.suzuki), office.sato.staff.id, office.tanaka)
    folder, clock = office.folder, office.clock
    session.close(office.at(office.suzuki))
    desk = session.unlock(folder, OFFICERS[0][0], OFFICERS[0][2], clock)
    try:
        assert notices.reveal_sender(desk, notice, "その他", "折り返しの連絡先を確かめるため").lines[0][1] == "遠くの町の福祉課"
    finally:
        desk.vault.close()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " ", "kana": ""}, "name"),
        ({"received_on": date(2024, 8, 29)}, "received_on"),
        ({"resident_number": "123"}, "resident_number"),
        ({"household_number": "12345678x"}, "household_number"),
        ({"sender": "個人番号 123456789018 の件"}, "sender"),
        ({"companions": (CompanionEntry(" "),)}, "companions"),
    ],
)
def test_a_line_that_cannot_be_is_refused(ward: Ward, changes: dict[str, object], field: str) -> None:
    with pytest.raises(InputProblem) as refused:
        notices.record(ward.desk, dataclasses.replace(OWN, **changes))  # type: ignore[arg-type]
    assert refused.value.field == field and notices.page(ward.desk) == ()

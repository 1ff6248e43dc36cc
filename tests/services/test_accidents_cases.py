"""Accidents of other municipalities, played through the services: the program stands in the way each time."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import Reason
from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.errors import UserError
from kyufu_desktop.services import cases, checklist, household_events, judgment, letters, notices
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.cases import EventEntry, NoticeEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import silent

NOTICE = NoticeEntry(
    NoticeKind.OWN, Channel.REGISTER, date(2024, 7, 1), "見本　花子", "ミホン ハナコ", date(1980, 1, 1), "0000000010", sender="住民記録の係"
)
SOURCE = "戸籍の附票 8月20日"


def reasons(ward: Ward, case: int) -> set[str]:
    return {reason for row in judgment.page(ward.desk, case).rows for reason in row.reasons}


def test_oamishirasato_notice_received_and_never_entered_cannot_be_forgotten(ward: Ward) -> None:
    """2022-23: the notice of a support measure came in, nobody entered the restriction."""
    notice = notices.record(ward.desk, NOTICE)[1]
    ward.office.clock.days(60)
    found = checklist.page(ward.desk)
    assert [(row.number, row.missing) for row in found.rows] == [("受付 1番", ("受付したが未入力",))]
    assert found.overdue and found.rows[0].days == 118
    checklist.done(ward.desk, "住民記録の係に聞いている")
    assert checklist.page(ward.desk).rows == found.rows, "looking at the list takes nothing out of it"
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = ward.case_id("R600000001")
    assert [one.case_id for one in notices.suggestions(ward.desk, notice)] == [case]
    notices.link(ward.desk, notice, case)
    assert ("入力したが2人目の確認がない",) in [row.missing for row in checklist.page(ward.desk).rows]
    notices.verify(ward.desk, (notice,), ward.suzuki)
    assert all(row.notice_id is None for row in checklist.page(ward.desk).rows)


def test_kamimine_rest_of_a_household_whose_r5_head_has_died_is_not_paid_again(ward: Ward) -> None:
    """2024: the head of the R5 household had died, the new head was paid a second time."""
    ward.bring_in("targets", workbook([person(10, 1), person(11, 1, 続柄="子", 漢字氏名="見本　次郎")], [facts(10), facts(11)]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    assert "NG_R5_TARGET" not in reasons(ward, case)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    household_events.add(ward.desk, case, EventEntry(EventKind.R5_HEAD_DIED, None, date(2024, 3, 1), SOURCE))
    household = judgment.page(ward.desk, case).rows[0]
    assert household.reasons[0] == Reason.NG_R5_TARGET.value and household.amount == 0
    assert ward.status(case) != "支給判定済" and "JUDGMENT_VOIDED" in ward.acts(case)
    condition = next(one for one in household.conditions if one.rule == "household.r5_head_died")
    assert SOURCE in condition.origin


def test_kamimine_dead_r5_head_within_the_household_counts_too(ward: Ward) -> None:
    people = [person(10, 1), person(11, 1, 続柄="母", 漢字氏名="見本　月子", カナ氏名="ミホン ツキコ", 生年月日="1950-01-01")]
    ward.bring_in("targets", workbook(people, [facts(10), facts(11, 令和5年度給付対象世帯="1", 令和5年度給付時世帯主="1")]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    household_events.add(ward.desk, case, EventEntry(EventKind.DEATH, ward.person_id(11), date(2024, 3, 1), SOURCE))
    assert "NG_R5_TARGET" in reasons(ward, case)


def test_seki_restriction_is_no_memo_but_stands_before_every_letter(ward: Ward) -> None:
    """2017: the flag was not handed on and a form went to the old address. Here nothing goes out without a confirmed safe address."""
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = ward.case_id("R600000001")
    assert "送りません" in cases.page(ward.desk, case).strip
    ward.evidence(case)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    with pytest.raises(UserError):
        letters.prepare(ward.desk, (case,), silent)
    assert cases.page(ward.desk, case).letters == ()


def test_withdrawn_evidence_keeps_the_restriction_of_the_address(ward: Ward) -> None:
    """The flag is the case itself: taking its evidence away opens no old address."""
    case = ward.household(1)
    (piece,) = cases.page(ward.desk, case).evidences
    cases.withdraw_evidence(ward.desk, piece.evidence_id, "書類が取り消されたと発行した機関から連絡")
    page = cases.page(ward.desk, case)
    assert "送りません" in page.strip and "架空町" not in str(page)
    with ward.desk.look() as session:
        assert not facts_of(session, [case], ward.desk.programme, ward.desk.today())[case].evidence_verified

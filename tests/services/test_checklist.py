"""The monthly check: every notice and case with a missing step is in it, and it says when nobody looked for a month."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.services import case_exits, cases, checklist, household_events, notices, proxies
from kyufu_desktop.services.cases import EventEntry, ExitEntry, NoticeEntry, ProxyEntry
from kyufu_desktop.services.checklist import Checklist
from tests.services.desk_work import Ward, facts, person, workbook

NOTICE = NoticeEntry(NoticeKind.OWN, Channel.REGISTER, date(2024, 7, 1), "見本　月子", "ミホン ツキコ", date(1985, 3, 3), sender="住民記録")


def missing(found: Checklist) -> dict[str, tuple[str, ...]]:
    return {row.number: row.missing for row in found.rows}


def new_case(ward: Ward) -> int:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    return ward.case_id("R600000001")


def test_everything_that_lacks_a_step_is_listed_longest_first(ward: Ward) -> None:
    new_case(ward)
    notices.record(ward.desk, NOTICE)
    notices.record(ward.desk, dataclasses.replace(NOTICE, received_on=date(2024, 8, 20)))
    found = checklist.page(ward.desk)
    assert [(row.number, row.days, row.missing) for row in found.rows] == [
        ("R600000001", 79, ("秘匿の根拠が未入力",)),
        ("受付 1番", 58, ("受付したが未入力",)),
        ("受付 2番", 8, ("受付したが未入力",)),
    ]
    assert dict(found.counts) == {"秘匿の根拠が未入力": 1, "受付したが未入力": 2}


def test_a_case_leaves_the_list_only_when_a_second_person_has_compared(ward: Ward) -> None:
    case = new_case(ward)
    piece = ward.evidence(case, verified=False)
    assert missing(checklist.page(ward.desk)) == {"R600000001": ("入力したが2人目の確認がない",)}
    cases.verify_evidence(ward.desk, (piece,), ward.suzuki)
    assert checklist.page(ward.desk).rows == ()


def test_second_piece_that_nobody_compared_is_listed_beside_a_good_one(ward: Ward) -> None:
    case = new_case(ward)
    ward.evidence(case)
    ward.evidence(case, verified=False)
    assert missing(checklist.page(ward.desk)) == {"R600000001": ("入力したが2人目の確認がない",)}


def test_evidence_that_ends_and_has_ended_is_listed_until_renewed(ward: Ward) -> None:
    case = new_case(ward)
    ward.evidence(case, ends_on=date(2024, 9, 27))
    assert missing(checklist.page(ward.desk)) == {"R600000001": ("根拠の期限が1か月以内",)}
    ward.office.clock.days(31)
    assert missing(checklist.page(ward.desk)) == {"R600000001": ("根拠の期限切れ",)}
    ward.evidence(case)
    assert checklist.page(ward.desk).rows == ()


def test_proxy_and_undecided_notice_are_steps_too(ward: Ward) -> None:
    case = new_case(ward)
    ward.evidence(case)
    proxies.enter(ward.desk, case, ProxyEntry("C5", "支援　花子", "支援者", "", False, date(2024, 8, 1)))
    household_events.add(ward.desk, case, EventEntry(EventKind.RESIDES_UNREGISTERED, None, None, "支援者の確認書"))
    assert missing(checklist.page(ward.desk)) == {"R600000001": ("代理人の書類が未確認", "住民票のある区市町村への通知の要否が未定")}


def test_a_case_that_has_ended_asks_for_nothing(ward: Ward) -> None:
    case = new_case(ward)
    case_exits.register(
        ward.desk, case, ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, date(2024, 8, 27), "本人から窓口で取り下げたいと申出があった")
    )
    assert checklist.page(ward.desk).rows == ()


def test_check_is_overdue_after_a_month_and_done_by_somebody(ward: Ward) -> None:
    assert not checklist.page(ward.desk).overdue
    new_case(ward)
    before = checklist.page(ward.desk)
    assert before.overdue and before.sentence.startswith("まだ点検していません")
    checklist.done(ward.desk, "月子さんの件は住民記録に聞く")
    found = checklist.page(ward.desk)
    assert (found.last_on, found.last_by, found.last_note) == (date(2024, 8, 28), "佐藤 主事", "月子さんの件は住民記録に聞く")
    ward.office.clock.days(31)
    assert not checklist.page(ward.desk).overdue
    ward.office.clock.days(1)
    assert checklist.page(ward.desk).overdue and "1か月を過ぎています" in checklist.page(ward.desk).sentence


def test_log_of_the_check_holds_counts_and_no_words(ward: Ward) -> None:
    new_case(ward)
    checklist.done(ward.desk, "月子さんの件は住民記録に聞く")
    with ward.desk.look() as session:
        (detail,) = session.scalars(select(AuditEntry.detail).where(AuditEntry.act == Act.CHECKLIST_DONE.value)).all()
    assert "月子" not in detail and '"rows":1' in detail
    with pytest.raises(InputProblem):
        checklist.done(ward.desk, "番号 123456789018 の件")


def test_sidebar_counts_what_waits_and_says_when_a_check_is_due(ward: Ward) -> None:
    notices.record(ward.desk, NOTICE)
    with ward.desk.look() as session:
        assert checklist.waiting_count(session) == 1
        assert checklist.is_overdue(session, ward.desk.today())
    checklist.done(ward.desk, "")
    with ward.desk.look() as session:
        assert not checklist.is_overdue(session, ward.desk.today())

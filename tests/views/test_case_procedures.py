"""手続き at the case page: events, proxies, how a case ends, the notice to the municipality; the flag; what was voided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.services import cases, judgment, municipality_notices
from kyufu_desktop.services.cases import CasePage
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.dialogs_procedures import ExitDialog
from tests.services.desk_work import facts, person, workbook
from tests.views.station_bench import Answer, Bench, agree, bench, suzuki_signs, type_in
from tests.views.station_stand import Paper, put


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def page(work: Bench, case: int) -> CasePage:
    return cases.page(work.ward.desk, case)


def open_case(work: Bench, case: int, part: str) -> CasesStation:
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    station._case.procedures.segments.choose(part)
    work.settle()
    return station


def said(station: CasesStation) -> str:
    return " ".join(label.text() for label in station.findChildren(QLabel) if label.isVisible())


def filled(chosen: dict[str, str], **texts: str) -> Answer:
    def answer(dialog: Dialog) -> bool:
        for name, value in chosen.items():
            put(dialog, name, value)
        type_in(dialog, **texts)
        return dialog.perform()

    return answer


def reason(dialog: Dialog) -> bool:
    type_in(dialog, **{f"{dialog.fields['reason'].widget.objectName().split('.')[0]}__reason": "窓口で本人に確かめたため"})
    return dialog.perform()


def test_an_event_is_entered_and_taken_back_with_a_reason(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case, "events")
    work.answers.append(filled({"event.kind": "RESIDES_UNREGISTERED"}, event__source="居住の確認書 8/20"))
    work.press(station, "case.add_event")
    assert [item.source for item in page(work, case).household_events] == ["居住の確認書 8/20"]
    work.answers.append(reason)
    work.press(station, "case.revoke_event")
    assert page(work, case).household_events[0].revoked_reason == "窓口で本人に確かめたため"
    assert work.problem(station) == ""


def test_a_death_without_person_day_or_source_is_refused_beside_the_fields(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case, "events")
    problems: list[str] = []

    def nothing(dialog: Dialog) -> bool:
        put(dialog, "event.kind", "DEATH")
        assert not dialog.perform()
        problems.extend(key for key, field in dialog.fields.items() if field.problem)
        return False

    work.answers.append(nothing)
    work.press(station, "case.add_event")
    assert set(problems) == {"person_id", "happened_on", "source"}
    assert page(work, case).household_events == ()


def test_a_proxy_is_sealed_confirmed_by_another_person_and_ended(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case, "proxies")
    work.answers.append(filled({"proxy.document_seen": ""}, proxy__name="代理　一郎", proxy__starts_on="令6.8.1"))
    work.press(station, "case.enter_proxy")
    assert "代理　一郎" not in said(station) and page(work, case).proxies[0].state == "2人目待ち"
    work.answers.append(suzuki_signs)
    work.press(station, "case.verify_proxy")
    assert page(work, case).proxies[0].verified_by == "鈴木 係長"
    work.answers.append(reason)
    work.press(station, "case.end_proxy")
    assert page(work, case).proxies[0].state == "解消"


def test_the_exit_says_before_what_it_changes_and_the_page_says_it_after(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case, "exits")
    told: list[str] = []

    def leave(dialog: Dialog) -> bool:
        assert isinstance(dialog, ExitDialog)
        told.append(dialog.says.text())
        put(dialog, "exit.kind", "LAPSED")
        causes = dialog.findChild(QComboBox, "exit.cause")
        assert causes is not None and causes.count() == 5
        put(dialog, "exit.cause", "RETURNED_HOME")
        type_in(dialog, exit__reason="本人から帰宅したと電話があった")
        return dialog.perform()

    work.answers.append(leave)
    work.press(station, "case.register_exit")
    assert "決裁の前" in told[0]
    assert page(work, case).status is CaseStatus.CLOSED
    assert "要件消滅（帰宅）" in said(station)
    work.answers.append(reason)
    work.press(station, "case.revoke_exit")
    assert page(work, case).exits[0].revoked_at and page(work, case).status is not CaseStatus.CLOSED


def test_the_notice_to_the_municipality_is_decided_printed_and_sent(work: Bench, tmp_path: Path) -> None:
    work.ward.bring_in("targets", workbook([person(20, 2, 漢字住所="神奈川県川崎市見本町1番1号")], [facts(20)]))
    case = work.ward.case_id("R600000002")
    paper = Paper(tmp_path / "paper")
    station = CasesStation(work.ward.desk, work.lane, work._go, paper)
    work.qtbot.addWidget(station)
    station.resize(1072, 680)
    station.show()
    station.open_case(case)
    work.settle()
    assert "要否未定" in said(station) or station._case.procedures.segments.key() == "municipality"
    work.answers.append(filled({}, municipality__requested_on="令6.8.1", municipality__reason="申出書に基づいて知らせるため"))
    work.press(station, "case.decide_municipality")
    work.answers.append(agree)
    work.press(station, "case.print_municipality")
    assert work.problem(station) == "" and (tmp_path / "paper" / "notice.pdf").exists()
    work.answers.append(agree)
    work.press(station, "case.sent_municipality")
    assert municipality_notices.of_case(work.ward.desk, case).state_word == "発送済"


def test_a_decision_that_broke_is_shown_with_the_fact_that_broke_it(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), lambda _done, _total: None)
    judgment.approve(work.ward.desk, (case,), work.ward.suzuki, lambda _done, _total: None)
    piece = page(work, case).evidences[0].evidence_id
    cases.withdraw_evidence(work.ward.desk, piece, "別の人の書類だったことが分かった")
    station = open_case(work, case, "events")
    cells = [cell.spoken() for line in station._case.work.reasons.rows for cell in line.cells]
    assert any("無効になりました" in words and "秘匿の根拠の取下げ" in words for words in cells)
    assert "事実が変わり決裁を無効に（秘匿の根拠の取下げ）" in [event.words for event in page(work, case).events]


def test_the_flag_shows_the_three_facts_and_what_is_missing(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    station = open_case(work, work.ward.case_id("R600000001"), "events")
    assert "まだです" in said(station) and "足りないもの\n・秘匿の根拠が未入力" in said(station)
    work.ward.household(2)
    station.open_case(work.ward.case_id("R600000002"))
    work.settle()
    assert "まだです" not in said(station)


def test_all_parts_of_the_procedures_are_reached_by_one_key(work: Bench) -> None:
    station = open_case(work, work.ward.household(1), "events")
    seen = []
    for _ in range(6):
        seen.append(station._case.procedures.segments.key())
        station._case.procedures.step()
    assert seen == ["events", "proxies", "heirs", "declines", "exits", "municipality"]


def test_a_decline_is_entered_taken_back_and_closed_from_the_case_page(work: Bench) -> None:
    office = work.ward.office
    case = office.household(("hikazei", 100_000))
    office.sent(case)
    station = open_case(work, case, "declines")
    work.answers.append(filled({"decline.how": "PHONE"}))
    work.press(station, "case.enter_decline")
    assert "10月31日まで撤回できます" in said(station)
    assert not work.button(station, "case.close_decline").isVisible() and not work.button(station, "case.enter_decline").isVisible()
    work.answers.append(reason)
    work.press(station, "case.withdraw_decline")
    assert [row.state for row in page(work, case).declines] == [DeclineState.WITHDRAWN]
    work.answers.append(agree)
    work.press(station, "case.enter_decline")
    office.clock.days(65)
    station.refresh()
    work.settle()
    station._case.procedures.declines.select(page(work, case).declines[-1].decline_id)
    work.answers.append(agree)
    work.press(station, "case.close_decline")
    assert page(work, case).status is CaseStatus.CLOSED
    assert [row.state for row in page(work, case).declines] == [DeclineState.WITHDRAWN, DeclineState.FOR_GOOD]

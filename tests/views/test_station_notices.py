"""受付簿 through its screen: written, entered in a case, confirmed by another person, closed; and the monthly check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.notice import NoticeState
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.services import checklist, notices
from kyufu_desktop.services.cases import NoticeRow
from kyufu_desktop.views.dialogs import Dialog, ReasonDialog, SecondPersonDialog
from kyufu_desktop.views.parts import Button, Table
from kyufu_desktop.views.stations.dialogs_case import SourceDialog
from kyufu_desktop.views.stations.dialogs_notices import LinkDialog, RecordDialog
from kyufu_desktop.views.stations.notices import CHECK, NoticesStation
from kyufu_desktop.views.workplace import FURTHER, STATIONS
from tests.services.desk_work import facts, person, workbook
from tests.views.station_bench import Answer, Bench, agree, bench, suzuki_signs, type_in
from tests.views.station_stand import put


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def record(kind: str = "OWN", **texts: str) -> Answer:
    def answer(dialog: Dialog) -> bool:
        assert isinstance(dialog, RecordDialog)
        put(dialog, "notice.kind", kind)
        given = {"notice__name": "見本　花子", "notice__kana": "ミホン ハナコ", "notice__birth": "昭55.1.1", **texts}
        type_in(dialog, **given)
        return dialog.perform()

    return answer


def rows(work: Bench) -> tuple[NoticeRow, ...]:
    return notices.page(work.ward.desk)


def said(station: NoticesStation) -> str:
    return " ".join(label.text() for label in station.findChildren(QLabel) if label.isVisible())


def test_a_notice_is_written_entered_in_the_suggested_case_and_confirmed_by_another_person(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    station = work.open(NoticesStation)
    work.answers.append(record(notice__sender="見本相談所"))
    work.press(station, "notices.record")
    assert rows(work)[0].state is NoticeState.RECEIVED and "見本相談所" not in said(station)
    reasons: list[str] = []

    def first(dialog: Dialog) -> bool:
        assert isinstance(dialog, LinkDialog)
        reasons.extend(cell.spoken() for line in dialog.table.rows for cell in line.cells)
        return dialog.perform()

    work.answers.append(first)
    work.press(station, "notices.link")
    assert "カナ氏名と生年月日が同じ" in reasons
    assert rows(work)[0].management_number == "R600000001"
    work.answers.append(suzuki_signs)
    work.press(station, "notices.verify")
    assert rows(work)[0].state is NoticeState.VERIFIED and rows(work)[0].verified_by == "鈴木 係長"
    assert station.table.count() == 0
    station._segments.choose("book")
    work.settle()
    assert station.table.count() == 1


def test_who_entered_it_is_not_offered_as_the_second_person(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    station = work.open(NoticesStation)
    work.answers += [record(), agree]
    work.press(station, "notices.record")
    work.press(station, "notices.link")
    offered: list[str] = []

    def look(dialog: Dialog) -> bool:
        assert isinstance(dialog, SecondPersonDialog)
        offered.extend(str(dialog.person.itemData(place)) for place in range(dialog.person.count()))
        return False

    work.answers.append(look)
    work.press(station, "notices.verify")
    assert offered and work.ward.desk.staff.login not in offered


def test_a_wrong_number_comes_back_beside_its_field_with_what_was_typed(work: Bench) -> None:
    station = work.open(NoticesStation)
    seen: list[tuple[str, str]] = []

    def again(dialog: Dialog) -> bool:
        assert isinstance(dialog, RecordDialog)
        seen.append((dialog.name.text(), dialog.fields["resident_number"].problem))
        return False

    work.answers += [record(notice__resident_number="12"), again]
    work.press(station, "notices.record")
    assert seen[0][0] == "見本　花子" and "10けた" in seen[0][1]
    assert rows(work) == ()


def test_nobody_named_is_refused_in_the_dialog(work: Bench) -> None:
    station = work.open(NoticesStation)
    problems: list[str] = []

    def nobody(dialog: Dialog) -> bool:
        assert isinstance(dialog, RecordDialog)
        type_in(dialog, notice__companions="見本　若葉、ミホン ワカバ、へんな日")
        assert not dialog.perform()
        problems.extend(key for key, field in dialog.fields.items() if field.problem)
        return False

    work.answers.append(nobody)
    work.press(station, "notices.record")
    assert problems == ["name", "companions"]


def test_companions_are_read_line_by_line(work: Bench) -> None:
    station = work.open(NoticesStation)

    def two(dialog: Dialog) -> bool:
        lines = dialog.findChild(QPlainTextEdit, "notice.companions")
        assert lines is not None
        lines.setPlainText("見本　若葉、ミホン ワカバ、平27.9.3、0000000011\n見本　太郎")
        return record("MIRROR")(dialog)

    work.answers.append(two)
    work.press(station, "notices.record")
    assert rows(work)[0].companions == 2


def test_a_mirror_notice_about_nobody_of_ours_goes_into_the_exclusion_list_only(work: Bench) -> None:
    station = work.open(NoticesStation)
    work.answers += [record("MIRROR"), agree]
    work.press(station, "notices.record")
    work.press(station, "notices.link")
    assert rows(work)[0].state is NoticeState.ENTERED and rows(work)[0].case_id is None


def test_an_unknown_case_number_comes_back_beside_its_field(work: Bench) -> None:
    station = work.open(NoticesStation)
    seen: list[str] = []

    def wrong(dialog: Dialog) -> bool:
        type_in(dialog, link__number="R699999999")
        return dialog.perform()

    def again(dialog: Dialog) -> bool:
        seen.append(dialog.fields["number"].problem)
        return False

    work.answers += [record(), wrong, again]
    work.press(station, "notices.record")
    work.press(station, "notices.link")
    assert "案件はありません" in seen[0] and rows(work)[0].state is NoticeState.RECEIVED


def test_the_sender_is_shown_only_for_a_recorded_reason(work: Bench) -> None:
    station = work.open(NoticesStation)
    shown: list[str] = []

    def why(dialog: Dialog) -> bool:
        assert isinstance(dialog, ReasonDialog)
        dialog.text.setPlainText("紙と見比べるため差出人を確かめる")
        return dialog.perform()

    def source(dialog: Dialog) -> bool:
        assert isinstance(dialog, SourceDialog)
        shown.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        return False

    work.answers += [record(notice__sender="見本相談所"), why, source]
    work.press(station, "notices.record")
    work.press(station, "notices.sender")
    assert "見本相談所" in shown[0]


def test_only_an_officer_closes_a_line_without_effect(work: Bench) -> None:
    station = work.open(NoticesStation)
    work.answers.append(record())
    work.press(station, "notices.record")
    assert not work.button(station, "notices.close").isEnabled() and "取扱責任者が行います" in said(station)
    officer = work.open(NoticesStation, work.ward.suzuki)

    def why(dialog: Dialog) -> bool:
        type_in(dialog, close_notice__reason="ほかの課あての書類だったため")
        return dialog.perform()

    work.answers.append(why)
    work.press(officer, "notices.close")
    assert rows(work)[0].state is NoticeState.CLOSED


def test_the_check_lists_missing_steps_longest_waiting_first_and_is_recorded(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    station = work.open(NoticesStation)
    work.answers.append(record())
    work.press(station, "notices.record")
    station._segments.choose(CHECK)
    work.settle()
    assert "点検の期限超過" in said(station) or "まだ点検していません" in said(station)
    days = [int(line.cells[0].text.removesuffix("日")) for line in station.checks.rows]
    assert len(days) == 2 and days == sorted(days, reverse=True)
    case_line = next(line.key for line in station.checks.rows if isinstance(line.key, tuple) and line.key[1] is not None)
    station.checks.activated.emit(case_line)
    assert work.gone_to == [("cases", work.ward.case_id("R600000001"))]

    def note(dialog: Dialog) -> bool:
        type_in(dialog, checklist__note="受付1件を明日入れる")
        return dialog.perform()

    work.answers.append(note)
    work.press(station, "notices.check_done")
    assert checklist.page(work.ward.desk).last_note == "受付1件を明日入れる"
    assert "受付1件を明日入れる" in said(station)


def test_the_book_is_not_in_the_counters_frame_and_leaves_the_ten_keys_alone() -> None:
    assert "notices" not in STATIONS[Role.COUNTER] and "notices" not in STATIONS[Role.AUDITOR]
    ten = [key for key in STATIONS[Role.HANDLER] if key not in FURTHER]
    assert ten[0] == "today" and len(ten) == 10
    assert len(set(FURTHER.values())) == len(FURTHER)


def test_an_empty_book_says_what_fills_it_and_everything_has_a_name(work: Bench) -> None:
    station = work.open(NoticesStation)
    assert "ここに並ぶ受付はありません。" in said(station)
    assert all(button.accessibleName() and button.objectName() for button in station.findChildren(Button) if button.isVisible())
    assert all(table.accessibleName() for table in station.findChildren(Table))

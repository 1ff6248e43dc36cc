"""管理 through its screen: people, the log, settings, paper, the end of the day."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from kyufu_desktop.database import vault as vaults
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.models.letter import PrinterTest
from kyufu_desktop.services import session, workstation
from kyufu_desktop.views.dialogs import AskTextDialog, Dialog, SecondPersonDialog
from kyufu_desktop.views.printing import PrinterInfo
from kyufu_desktop.views.recovery_code import RecoveryCodeDialog
from kyufu_desktop.views.stations import custody_log
from kyufu_desktop.views.stations.custody import CustodyStation
from kyufu_desktop.views.stations.dialogs_custody import PrinterDialog
from tests.services.office import OFFICERS
from tests.views.station_bench import Bench, agree, bench
from tests.views.station_stand import Filled, Paper, custody_station, office, put, show, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "paper")


@pytest.fixture
def station(work: Bench, paper: Paper) -> CustodyStation:
    return custody_station(work, paper)


NEW = {"staff__login": "mori", "staff__name": "森 主事", "staff__role": Role.HANDLER.value}
WORDS = "夕方の坂道で犬が三匹のんびり歩いている"


def tanaka_signs(dialog: Dialog) -> bool:
    assert isinstance(dialog, SecondPersonDialog)
    assert [dialog.person.itemData(place) for place in range(dialog.person.count())] == [OFFICERS[1][0]]
    dialog.sign(OFFICERS[1][0], OFFICERS[1][2])
    return dialog.perform()


def test_a_member_is_added_by_two_officers(work: Bench, station: CustodyStation) -> None:
    work.answers += [Filled(**NEW, staff__passphrase=WORDS, staff__again=WORDS), tanaka_signs]
    work.press(station, "admin.add_staff")
    assert "森 主事" in [cell.text for row in station._staff.rows for cell in row.cells]


def test_two_different_passphrases_are_said_beside_the_field(work: Bench, station: CustodyStation) -> None:
    def mistyped(dialog: Dialog) -> bool:
        put(dialog, "staff.login", "mori")
        put(dialog, "staff.name", "森 主事")
        put(dialog, "staff.passphrase", WORDS)
        put(dialog, "staff.again", WORDS + "。")
        assert not dialog.perform()
        assert dialog.fields["again"].problem == "上と違います。"
        return False

    work.answers.append(mistyped)
    work.press(station, "admin.add_staff")


def test_reading_the_log_shows_it_and_is_itself_in_it(work: Bench, station: CustodyStation) -> None:
    assert "記録を表示していません。" in words(station)
    work.press(station, "admin.read_log")
    before = station._log.count()
    work.press(station, "admin.read_log")
    assert station._log.rows[0].cells[3].text == "記録を閲覧"
    assert station._log.count() == before + 1


def test_the_handler_may_not_read_the_log_and_is_told_whose_it_is(work: Bench, paper: Paper) -> None:
    station = show(work, CustodyStation(work.ward.desk, work.lane, work._go, paper))
    assert not work.button(station, "admin.read_log").isEnabled()
    assert "記録を見るのは、取扱責任者と監査の人です。" in words(station)
    assert station._log.count() == 0


def test_older_pages_of_the_log_are_added_below(work: Bench, station: CustodyStation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody_log, "PAGE", 2)
    work.press(station, "admin.read_log")
    first = [row.key for row in station._log.rows]
    while work.button(station, "admin.older_log").isVisible():
        work.press(station, "admin.older_log")
    shown = [row.key for row in station._log.rows]
    assert len(first) == 2 and shown[:2] == first
    assert shown == list(range(shown[0], 0, -1)) and len(shown) > 4


def test_an_officer_takes_a_member_out_and_writes_the_new_code_down(work: Bench, station: CustodyStation) -> None:
    def write_down(dialog: Dialog) -> bool:
        assert isinstance(dialog, RecoveryCodeDialog)
        shown = dialog.findChild(QLabel, "recovery.code")
        assert shown is not None
        put(dialog, "recovery.typed", "ABCD")
        assert not dialog.perform() and dialog.fields["code"].problem == "表示したコードと違います。"
        dialog.reject()
        put(dialog, "recovery.typed", shown.text().lower())
        return dialog.perform()

    assert station._staff.select(work.ward.desk.staff.id)
    work.answers += [agree, tanaka_signs, write_down]
    work.press(station, "admin.remove_staff")
    assert work.answers == []
    gone = next(row for row in station._staff.rows if row.key == work.ward.desk.staff.id)
    assert gone.cells[2].text == "外れた人"
    assert not work.button(station, "admin.remove_staff").isEnabled()


def test_nobody_takes_himself_out(work: Bench, station: CustodyStation) -> None:
    station._staff.select(station.desk.staff.id)
    assert not work.button(station, "admin.remove_staff").isEnabled()
    assert "自分自身は外せません。" in words(station)


def test_two_officers_stay(work: Bench, station: CustodyStation) -> None:
    other = next(one for one in session.list_staff(station.desk) if one.login == OFFICERS[1][0])
    station._staff.select(other.id)
    work.answers += [agree, tanaka_signs]
    work.press(station, "admin.remove_staff")
    assert told(station).code == "K-1605"


def test_the_passphrase_is_changed_and_opens_from_then_on(work: Bench, station: CustodyStation) -> None:
    work.answers.append(Filled(own__old=OFFICERS[0][2], own__new=WORDS, own__again=WORDS))
    work.press(station, "admin.change_passphrase")
    assert station.error is None
    assert vaults.prove(station.desk.vault, OFFICERS[0][0], WORDS).staff_id == station.desk.staff.id


def test_a_passphrase_typed_two_ways_is_not_taken(work: Bench, station: CustodyStation) -> None:
    def mistyped(dialog: Dialog) -> bool:
        put(dialog, "own.old", OFFICERS[0][2])
        put(dialog, "own.new", WORDS)
        put(dialog, "own.again", WORDS + "。")
        assert not dialog.perform()
        assert dialog.fields["again"].problem == "上と違います。"
        return False

    work.answers.append(mistyped)
    work.press(station, "admin.change_passphrase")


def test_the_handler_is_told_who_changes_people_and_settings(work: Bench, paper: Paper) -> None:
    station = show(work, CustodyStation(work.ward.desk, work.lane, work._go, paper))
    for name in ("admin.add_staff", "admin.remove_staff", "admin.change_setting"):
        assert not work.button(station, name).isEnabled()
    assert "取扱者を加える・外すのは、取扱責任者です。" in words(station)
    assert "設定を変えるのは、取扱責任者です。" in words(station)


def test_a_setting_is_changed_from_its_list(work: Bench, station: CustodyStation) -> None:
    station._settings.table.select("bank_file")
    work.answers.append(Filled(setting__value="plain"))
    work.press(station, "admin.change_setting")
    assert workstation.setting(work.ward.desk, "bank_file") == "plain"
    assert "そのまま渡す" in [cell.text for row in station._settings.table.rows for cell in row.cells]


def test_a_printer_that_may_not_be_used_cannot_be_chosen(work: Bench, station: CustodyStation) -> None:
    far = PrinterInfo("遠くのプリンター", "ipp://192.0.2.7", "ネットワークの先にあるプリンターは使えません。")
    near = PrinterInfo("机の上のプリンター", "usb://Brother/HL", "")

    def choose(dialog: Dialog) -> bool:
        assert isinstance(dialog, PrinterDialog)
        dialog.choose(far.name)
        assert not dialog.perform()
        dialog.choose(near.name)
        return dialog.perform()

    work.answers.append(choose)
    station._settings.choose_printer((far, near))
    work.settle()
    kept = (workstation.setting(work.ward.desk, "printer_name"), workstation.setting(work.ward.desk, "printer_device"))
    assert kept == (near.name, near.device)


def test_the_sheets_for_the_paper_files_come_out(work: Bench, station: CustodyStation, paper: Paper) -> None:
    work.answers += [agree, agree]
    for kind in ("staff", "ledger", "anchor", "jobs"):
        work.press(station, f"admin.print_{kind}")
    assert sorted(path.name for path in paper.folder.iterdir()) == ["anchor.pdf", "jobs.pdf", "ledger.pdf", "staff.pdf"]


def test_a_ledger_is_printed_of_the_days_that_were_asked_for(work: Bench, station: CustodyStation, paper: Paper) -> None:
    def backwards(dialog: Dialog) -> bool:
        put(dialog, "period.first", "令6.8.20")
        put(dialog, "period.last", "令6.8.19")
        assert not dialog.perform() and dialog.fields["last"].problem == "始まりの日より前です。"
        put(dialog, "period.last", "令6.8.28")
        return dialog.perform()

    work.answers.append(backwards)
    work.press(station, "admin.print_ledger")
    done = subprocess.run(["pdftotext", "-raw", paper.folder / "ledger.pdf", "-"], capture_output=True, check=True, timeout=60)
    assert "令和6年8月20日から令和6年8月28日までに作成したもの" in done.stdout.decode("utf-8")


def test_a_report_of_nothing_erased_is_not_printed(work: Bench, station: CustodyStation, paper: Paper) -> None:
    work.answers.append(Filled(period__medium="M-99"))
    work.press(station, "admin.print_erasure")
    assert told(station).code == "K-1484" and not (paper.folder / "erasure.pdf").exists()


def test_the_place_on_paper_is_set_as_a_pair_and_only_within_the_window(work: Bench, station: CustodyStation) -> None:
    def too_far(dialog: Dialog) -> bool:
        put(dialog, "shift.right", "0.6")
        assert not dialog.perform() and "0.5mmまで" in dialog.fields["shift_right"].problem
        put(dialog, "shift.right", "0.25")
        assert not dialog.perform() and "0.1mmきざみ" in dialog.fields["shift_right"].problem
        return Filled(shift__right="0.4", shift__down="-0.2")(dialog)

    assert workstation.calibration(work.ward.desk) == (0.0, 0.0)
    station._settings.table.select("shift_down")
    work.answers.append(too_far)
    work.press(station, "admin.change_setting")
    assert workstation.calibration(work.ward.desk) == (0.4, -0.2)


def test_the_day_is_closed_with_its_slip(work: Bench, station: CustodyStation, paper: Paper) -> None:
    work.answers.append(agree)
    work.press(station, "admin.close_day")
    assert (paper.folder / "anchor.pdf").is_file()
    work.press(station, "admin.read_log")
    assert "一日を締め" in [row.cells[3].text for row in station._log.rows]


def test_a_copy_goes_to_the_medium_and_is_opened(work: Bench, station: CustodyStation) -> None:
    assert "バックアップはまだありません。" in words(station)
    work.answers.append(Filled(ask__text=str(office(work).medium)))
    work.press(station, "admin.backup")
    assert list(office(work).medium.iterdir())
    assert "バックアップはまだありません。" not in words(station)


def test_a_copy_without_a_medium_is_not_made(work: Bench, station: CustodyStation, tmp_path: Path) -> None:
    work.answers.append(Filled(ask__text=str(tmp_path / "absent")))
    work.press(station, "admin.backup")
    assert "行き先が見つかりません" in told(station).happened


def test_a_test_page_is_proved_by_the_code_that_was_on_it(work: Bench, station: CustodyStation) -> None:
    def type_the_code(dialog: Dialog) -> bool:
        with work.ward.desk.look() as db:
            code = db.scalars(select(PrinterTest.code).order_by(PrinterTest.id.desc())).first()
        assert isinstance(dialog, AskTextDialog) and code is not None
        return Filled(ask__text=code)(dialog)

    work.answers.append(type_the_code)
    work.press(station, "admin.test_printer")
    with work.ward.desk.look() as db:
        row = db.scalars(select(PrinterTest).order_by(PrinterTest.id.desc())).first()
        assert row is not None and row.confirmed_at is not None and row.device == "practice:pdf"

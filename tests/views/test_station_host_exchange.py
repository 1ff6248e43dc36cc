"""ホスト連携 through its screen: a workbook is looked at before it comes in, and what leaves is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.custody import ErasureMethod
from kyufu_desktop.services import host_exchange, judgment, media
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.stations.host_exchange import HostExchangeStation
from tests.services.desk_work import PASSWORD, facts, person, workbook
from tests.services.office import silent
from tests.views.station_bench import Bench, agree, bench
from tests.views.station_stand import Filled, Paper, host_station, leaves, office, put, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def from_host(tmp_path: Path) -> Path:
    folder = tmp_path / "from_the_host"
    folder.mkdir()
    (folder / "targets.xlsx").write_bytes(workbook([person(10, 1), person(20, 2)], [facts(10), facts(20)]))
    return folder


@pytest.fixture
def station(work: Bench, from_host: Path, tmp_path: Path) -> HostExchangeStation:
    return host_station(work, Paper(tmp_path / "paper"), from_host)


def cases(work: Bench) -> int:
    return len(work.ward.ids())


def test_a_workbook_is_looked_at_before_anything_is_kept(work: Bench, station: HostExchangeStation) -> None:
    work.answers.append(Filled(file__password=PASSWORD))
    work.press(station, "host_exchange.take_targets")
    assert "新しい案件 2件" in words(station) and "まだ何も取り込んでいません。" in words(station)
    assert cases(work) == 0
    work.press(station, "host_exchange.bring_in")
    assert cases(work) == 2
    assert "中身を確かめました" not in words(station)


def test_not_taking_it_in_keeps_nothing(work: Bench, station: HostExchangeStation) -> None:
    work.answers.append(Filled(file__password=PASSWORD))
    work.press(station, "host_exchange.take_targets")
    work.press(station, "host_exchange.drop")
    assert cases(work) == 0 and "中身を確かめました" not in words(station)


def test_a_wrong_password_says_what_to_do_and_takes_nothing_in(work: Bench, station: HostExchangeStation) -> None:
    work.answers.append(Filled(file__password="まちがい"))
    work.press(station, "host_exchange.take_targets")
    assert told(station).code == "K-1203"
    assert cases(work) == 0


def test_the_same_workbook_is_not_taken_in_twice(work: Bench, station: HostExchangeStation) -> None:
    work.answers += [Filled(file__password=PASSWORD), Filled(file__password=PASSWORD)]
    work.press(station, "host_exchange.take_targets")
    work.press(station, "host_exchange.bring_in")
    work.press(station, "host_exchange.take_targets")
    assert "取り込み済み" in told(station).happened


def test_a_cover_that_counts_otherwise_needs_a_second_thought(work: Bench, station: HostExchangeStation, from_host: Path) -> None:
    (from_host / "targets.xlsx").write_bytes(workbook([person(10, 1)], [facts(10)], count=9))
    work.answers.append(Filled(file__password=PASSWORD))
    work.press(station, "host_exchange.take_targets")
    assert "行の数が違います" in words(station)

    def stop(dialog: Dialog) -> bool:
        assert dialog.windowTitle() == "件数の違うブックです"
        return False

    work.answers.append(stop)
    work.press(station, "host_exchange.bring_in")
    assert cases(work) == 0
    work.answers.append(agree)
    work.press(station, "host_exchange.bring_in")
    assert cases(work) == 1


def test_another_head_of_a_household_is_asked_about_before_it_comes_in(work: Bench, station: HostExchangeStation, from_host: Path) -> None:
    both = [person(10, 1, 漢字氏名="見本　太郎"), person(11, 1, 続柄="妻")]
    work.ward.bring_in("targets", workbook(both, [facts(10), facts(11)]))
    (from_host / "targets.xlsx").write_bytes(workbook([person(11, 1)], [facts(11)]))
    work.answers.append(Filled(file__password=PASSWORD))
    work.press(station, "host_exchange.take_targets")

    def stop(dialog: Dialog) -> bool:
        assert dialog.windowTitle() == "世帯主が替わります"
        assert "R600000001" in " ".join(found.text() for found in dialog.findChildren(QLabel))
        return False

    work.answers.append(stop)
    work.press(station, "host_exchange.bring_in")
    (case,) = work.ward.ids()
    assert judgment.page(work.ward.desk, case).name == "見本　太郎"
    work.answers.append(agree)
    work.press(station, "host_exchange.bring_in")
    assert judgment.page(work.ward.desk, case).name == "見本　花子"


def test_a_file_that_is_not_there_is_said_in_the_dialog(work: Bench, station: HostExchangeStation, from_host: Path) -> None:
    def absent(dialog: Dialog) -> bool:
        put(dialog, "file.path", str(from_host / "absent.xlsx"))
        put(dialog, "file.password", PASSWORD)
        assert not dialog.perform()
        assert dialog.fields["path"].problem
        return False

    work.answers.append(absent)
    work.press(station, "host_exchange.take_targets")


def test_what_leaves_is_in_the_ledger_and_its_password_goes_another_day(work: Bench, station: HostExchangeStation, tmp_path: Path) -> None:
    office(work).reviewed(office(work).household(("hikazei", 100_000)))
    medium = office(work).medium
    work.answers += [Filled(medium__folder=str(medium), medium__number="M-07"), leaves]
    work.press(station, "host_exchange.write_status")
    assert (medium / "host_status.xlsx").is_file()
    (line,) = host_exchange.overview(work.ward.desk).exports
    work.press(station, "host_exchange.hand_over")
    assert told(station).code == "K-1912"
    station._ledger.table.select(line.export_id)
    work.answers.append(Filled(hand_over__receiver="情報システム課 山下", hand_over__bag="B-3"))
    work.press(station, "host_exchange.hand_over")
    work.press(station, "host_exchange.password_sheet")
    assert "別の日" in told(station).happened
    office(work).clock.days(1)
    work.press(station, "host_exchange.password_sheet")
    assert (tmp_path / "paper" / "password.pdf").is_file()
    assert host_exchange.overview(work.ward.desk).exports[0].password_printed_at is not None


def test_the_handed_over_lines_can_be_left_out(work: Bench, station: HostExchangeStation) -> None:
    office(work).reviewed(office(work).household(("hikazei", 100_000)))
    office(work).written(office(work).approved(office(work).batch()))
    (line,) = host_exchange.overview(work.ward.desk).exports
    host_exchange.hand_over(work.ward.desk, line.export_id, "会計課 森", "B-1")
    station.refresh()
    work.settle()
    assert station._ledger.table.count() == 1
    station._ledger.filter.choose("open")
    assert station._ledger.table.count() == 0 and "この絞り込みに当てはまる行はありません。" in words(station)
    station._ledger.filter.choose("out")
    assert station._ledger.table.count() == 1


@pytest.fixture
def handed(work: Bench, station: HostExchangeStation) -> int:
    """A file that was handed over four weeks ago and is chosen in the ledger. Returns its number."""
    office(work).reviewed(office(work).household(("hikazei", 100_000)))
    work.ward.written(host_exchange.make_status(work.ward.desk, "M-07", silent))
    media.hand_over(work.ward.desk, 1, "情報システム課 山下", "B-3")
    office(work).clock.days(28)
    station.refresh()
    work.settle()
    assert station._ledger.table.select(1)
    return 1


def cells(station: HostExchangeStation) -> list[str]:
    return [cell.spoken() for cell in station._ledger.table.rows[0].cells]


def test_a_medium_that_is_out_too_long_wears_the_chip_until_its_return_is_written(
    work: Bench, station: HostExchangeStation, handed: int
) -> None:
    assert "期限超過 9/11 まで" in cells(station) and "返す期限を過ぎた媒体 1件" in words(station)
    work.answers += [Filled(media__returned_on="令6.9.20"), agree]
    work.press(station, "host_exchange.enter_return")
    assert len(work.shown) == 2, "the day is read back before it is kept"
    assert "9/20" in cells(station) and "返す期限を過ぎた媒体" not in words(station)
    work.press(station, "host_exchange.enter_return")
    assert "9月20日と書いてあります" in told(station).happened


def test_the_second_look_shows_the_days_and_stopping_there_writes_nothing(work: Bench, station: HostExchangeStation, handed: int) -> None:
    def look(dialog: Dialog) -> bool:
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert "令和6年8月28日（水）" in said and "令和6年9月20日（金）" in said and "あとから直せません" in said
        return False

    work.answers += [Filled(media__returned_on="令6.9.20"), look]
    work.press(station, "host_exchange.enter_return")
    assert host_exchange.overview(work.ward.desk).exports[0].line.returned_on is None


@pytest.mark.parametrize("day", ["令6.8.27", "令6.9.26", "あした", ""])
def test_a_day_that_cannot_be_is_said_beside_its_field(work: Bench, station: HostExchangeStation, handed: int, day: str) -> None:
    def mistyped(dialog: Dialog) -> bool:
        put(dialog, "media.returned_on", day)
        assert not dialog.perform() and dialog.fields["returned_on"].problem
        return False

    work.answers.append(mistyped)
    work.press(station, "host_exchange.enter_return")


def test_an_erasure_is_written_with_method_and_witness(work: Bench, station: HostExchangeStation, handed: int) -> None:
    media.enter_return(work.ward.desk, 1, work.ward.desk.today())
    station.refresh()
    work.settle()

    def myself(dialog: Dialog) -> bool:
        put(dialog, "media.method", "DESTROYED")
        put(dialog, "media.erased_on", "令6.9.25")
        put(dialog, "media.witness", work.ward.desk.staff.name)
        assert not dialog.perform() and "区別できません" in dialog.fields["witness"].problem
        put(dialog, "media.witness", "総務課 森 係長")
        return dialog.perform()

    work.answers += [myself, agree]
    work.press(station, "host_exchange.enter_erasure")
    entry = host_exchange.overview(work.ward.desk).exports[0].line
    assert (entry.method, entry.witness) == (ErasureMethod.DESTROYED, "総務課 森 係長")
    assert cells(station)[-1] == "9/25"
    work.press(station, "host_exchange.enter_erasure")
    assert told(station).code == "K-1913"


def test_without_the_medium_only_the_receivers_report_can_be_written(work: Bench, station: HostExchangeStation, handed: int) -> None:
    def report(dialog: Dialog) -> bool:
        method = dialog.findChild(QComboBox, "media.method")
        assert method is not None and [method.itemData(place) for place in range(method.count())] == ["RECEIVER_KEEPS"]
        typed = {"media.erased_on": "令6.9.1", "media.reported_on": "令6.9.3", "media.witness": "総務課 森 係長"}
        for name, text in typed.items():
            put(dialog, name, text)
        return dialog.perform()

    work.answers += [report, agree]
    work.press(station, "host_exchange.enter_erasure")
    assert "返らない 報告書 9/3" in cells(station) and cells(station)[-1] == "9/1"


def test_the_notice_goes_with_the_medium_and_only_after_it_was_handed_over(
    work: Bench, station: HostExchangeStation, tmp_path: Path
) -> None:
    office(work).reviewed(office(work).household(("hikazei", 100_000)))
    work.ward.written(host_exchange.make_status(work.ward.desk, "M-07", silent))
    station.refresh()
    work.settle()
    station._ledger.table.select(1)
    for button in ("medium_notice", "enter_return", "enter_erasure"):
        work.press(station, f"host_exchange.{button}")
        assert told(station).code == "K-1913"
    work.answers += [Filled(hand_over__receiver="情報システム課 山下", hand_over__bag="B-3"), agree]
    work.press(station, "host_exchange.hand_over")
    work.press(station, "host_exchange.medium_notice")
    assert (tmp_path / "paper" / "handover.pdf").is_file() and not (tmp_path / "paper" / "password.pdf").exists()

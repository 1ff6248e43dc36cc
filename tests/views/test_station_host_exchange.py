"""ホスト連携 through its screen: a workbook is looked at before it comes in, and what leaves is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import host_exchange
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.stations.host_exchange import HostExchangeStation
from tests.services.desk_work import PASSWORD, facts, person, workbook
from tests.views.station_bench import Bench, agree, bench
from tests.views.station_stand import Filled, Paper, host_station, leaves, office, put, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "from_the_host"
    folder.mkdir()
    (folder / "targets.xlsx").write_bytes(workbook([person(10, 1), person(20, 2)], [facts(10), facts(20)]))
    return folder


@pytest.fixture
def station(work: Bench, media: Path, tmp_path: Path) -> HostExchangeStation:
    return host_station(work, Paper(tmp_path / "paper"), media)


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


def test_a_cover_that_counts_otherwise_needs_a_second_thought(work: Bench, station: HostExchangeStation, media: Path) -> None:
    (media / "targets.xlsx").write_bytes(workbook([person(10, 1)], [facts(10)], count=9))
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


def test_a_file_that_is_not_there_is_said_in_the_dialog(work: Bench, station: HostExchangeStation, media: Path) -> None:
    def absent(dialog: Dialog) -> bool:
        put(dialog, "file.path", str(media / "absent.xlsx"))
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
    station._exports.select(line.export_id)
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
    assert station._exports.count() == 1
    station._filter.choose("open")
    assert station._exports.count() == 0

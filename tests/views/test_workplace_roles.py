"""What each role finds behind the door, in the real frame over a real vault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.staff import Act, Role
from kyufu_desktop.services import session
from kyufu_desktop.services.case_lists import COUNTER_SENTENCE
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.parts import Button
from kyufu_desktop.views.sidebar import StationButton
from kyufu_desktop.views.stations.counter import CounterStation
from kyufu_desktop.views.workplace import FURTHER, STATIONS, Workplace
from tests.services.conftest import ward_programme
from tests.services.office import CHEAP, OFFICERS, WEDNESDAY, opened

WORDS = "夕方の坂道で犬が三匹のんびり歩いている"


def clock() -> datetime:
    return WEDNESDAY


class Seat:
    """The frame as it stands for the person who opened the vault."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.desk: Desk | None = None
        self.place = Workplace(folder, clock, on_lock=lambda: None, printer_folder=folder.parent)

    def sit(self, desk: Desk) -> None:
        self.place._enter(desk)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.place.lane.busy, timeout=20000)

    @property
    def shell(self) -> QWidget:
        assert self.place.shell is not None
        return self.place.shell

    def keys(self) -> list[str]:
        return [button.objectName().removeprefix("station_button.") for button in self.shell.findChildren(StationButton)]

    def words(self) -> str:
        return " ".join(label.text() for label in self.shell.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice vault with a person of every role."""
    with opened(tmp_path, "practice", ward_programme) as office:
        for login, name, role in (("mado", "窓口 係員", Role.COUNTER), ("kansa", "監査 委員", Role.AUDITOR)):
            desk = office.at(office.suzuki)
            session.add_staff(desk, login, name, role, WORDS, office.tanaka, CHEAP)
        path = desk.vault.folder.path
    return Path(path)


@pytest.fixture
def seat(folder: Path, qtbot: QtBot) -> Iterator[Seat]:
    made = Seat(folder, qtbot)
    yield made
    made.place.lock()
    made.settle()
    made.place.lane.close()


def unlocked(folder: Path, login: str, passphrase: str = WORDS) -> Desk:
    return session.unlock(folder, login, passphrase, clock)


def test_every_role_has_its_stations() -> None:
    assert set(STATIONS) == set(Role)
    assert len(set(STATIONS[Role.HANDLER]) - set(FURTHER)) == 10 and STATIONS[Role.OFFICER] == STATIONS[Role.HANDLER]


def test_an_officer_has_the_ten_stations_of_the_work(seat: Seat, folder: Path) -> None:
    seat.sit(unlocked(folder, OFFICERS[0][0], OFFICERS[0][2]))
    assert seat.keys() == list(STATIONS[Role.OFFICER])
    assert "Ctrl+1〜0 で移動" in seat.words()


def test_the_counter_has_one_question_and_nothing_to_look_for_a_person_with(seat: Seat, folder: Path) -> None:
    seat.sit(unlocked(folder, "mado"))
    assert seat.keys() == ["counter"]
    assert "記録 0件" not in seat.words() and "照合符号" in seat.words()
    text = seat.shell.findChild(QLineEdit, "counter.text")
    assert text is not None and seat.shell.focusWidget() is text
    for name in ("shell.search", "shell.scan"):
        field = seat.shell.findChild(QLineEdit, name)
        assert field is not None and not field.isVisible() and not field.isEnabled()
    for key in ("cases", "admin", "today"):
        seat.place.go(key, None)
        assert seat.place.shell is not None and seat.place.shell.current == "counter"


@pytest.mark.parametrize("typed", ["R600004178", "見本 花子", "いない人"])
def test_the_counter_gets_the_same_sentence_for_everybody_and_the_text_goes(seat: Seat, folder: Path, typed: str) -> None:
    seat.sit(unlocked(folder, "mado"))
    field = seat.shell.findChild(QLineEdit, "counter.text")
    assert field is not None
    field.setText(typed)
    seat.qtbot.keyClick(field, Qt.Key.Key_Return)
    seat.settle()
    answer = seat.shell.findChild(QLabel, "counter.answer")
    assert answer is not None and answer.isVisible() and answer.text() == COUNTER_SENTENCE
    assert field.text() == "" and typed not in seat.words()


def test_the_counter_asks_nothing_without_words(seat: Seat, folder: Path) -> None:
    seat.sit(unlocked(folder, "mado"))
    station = seat.place.stations["counter"]
    assert isinstance(station, CounterStation)
    button = station.findChild(Button, "counter.ask")
    assert button is not None
    button.click()
    seat.settle()
    assert station._field.problem == "入れてください。" and not station._answer.isVisible()


def test_the_auditor_has_the_log_and_changes_nothing(seat: Seat, folder: Path) -> None:
    seat.sit(unlocked(folder, "kansa"))
    assert seat.keys() == ["admin", "programme"]
    station = seat.place.stations["admin"]
    read = station.findChild(Button, "admin.read_log")
    assert read is not None and read.isEnabled()
    read.click()
    seat.settle()
    assert seat.place.desk is not None and seat.place.desk.may(Act.AUDIT_READ)
    assert "件を表示" in seat.words()
    for name in ("admin.backup", "admin.close_day", "admin.add_staff", "admin.remove_staff", "admin.change_setting"):
        button = station.findChild(Button, name)
        assert button is not None and not button.isEnabled(), name
    assert "バックアップと締めは、取扱者と取扱責任者が行います。" in seat.words()

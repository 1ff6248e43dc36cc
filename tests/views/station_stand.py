"""Puts up the stations that need a printer or a folder, and presses what a person would press."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from kyufu_desktop.errors import UserError
from kyufu_desktop.views.dialogs import Dialog, LeavesHouseDialog
from kyufu_desktop.views.printing import PracticePrinter
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.custody import CustodyStation
from kyufu_desktop.views.stations.host_exchange import HostExchangeStation
from kyufu_desktop.views.stations.letters import LettersStation
from kyufu_desktop.views.stations.payments import PaymentsStation
from kyufu_desktop.views.stations.review import ReviewStation
from tests.services.office import Office
from tests.views.station_bench import Bench


class Paper:
    """The practice printer, and where its files are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._printer = PracticePrinter(folder, practice=True)

    def __call__(self) -> PracticePrinter:
        return self._printer


S = TypeVar("S", bound=Station)


def show(work: Bench, station: S) -> S:
    work.qtbot.addWidget(station)
    station.resize(1072, 680)
    station.show()
    work.settle()
    return station


def office(work: Bench) -> Office:
    return work.ward.office


def letters_station(work: Bench, paper: Paper) -> LettersStation:
    return show(work, LettersStation(work.ward.desk, work.lane, work._go, paper, office(work).medium))


def review_station(work: Bench) -> ReviewStation:
    return show(work, ReviewStation(work.ward.desk, work.lane, work._go))


def payments_station(work: Bench, paper: Paper | None = None) -> PaymentsStation:
    return show(work, PaymentsStation(work.ward.desk, work.lane, work._go, office(work).medium, paper))


def host_station(work: Bench, paper: Paper, folder: Path) -> HostExchangeStation:
    return show(work, HostExchangeStation(work.ward.desk, work.lane, work._go, paper, folder))


def custody_station(work: Bench, paper: Paper) -> CustodyStation:
    """As the officer sees it: the handler may change nothing there."""
    return show(work, CustodyStation(office(work).at(office(work).suzuki), work.lane, work._go, paper))


def put(where: QWidget, name: str, text: str = "") -> None:
    """Types, chooses or ticks the control of that name."""
    found = where.findChild(QWidget, name)
    assert found is not None, name
    if isinstance(found, QLineEdit):
        found.setText(text)
        found.editingFinished.emit()
    elif isinstance(found, QComboBox):
        found.setCurrentIndex(found.findData(text))
        assert found.currentData() == text
    else:
        assert isinstance(found, QAbstractButton), name
        found.setChecked(True)


def words(where: QWidget) -> str:
    """Everything that is said on the page."""
    return " ".join(label.text() for label in where.findChildren(QLabel) if label.isVisible() and label.text())


def told(station: Station) -> UserError:
    """The error of the page: it says what happened, what is left and what to do."""
    error = station.error
    assert error is not None, "the page shows no problem"
    said = words(station)
    for part in (error.happened, error.kept, error.todo):
        assert part and part in said
    return error


class Filled:
    """Answers a dialog: what to type by object name, then the act."""

    def __init__(self, **texts: str) -> None:
        self._texts = texts

    def __call__(self, dialog: Dialog) -> bool:
        for name, text in self._texts.items():
            put(dialog, name.replace("__", "."), text)
        return dialog.perform()


def leaves(dialog: Dialog) -> bool:
    """Types the total that the dialog asks for."""
    assert isinstance(dialog, LeavesHouseDialog)
    put(dialog, "leaves.total", str(dialog.total))
    return dialog.perform()

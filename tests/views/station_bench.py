"""A station on an offscreen window, a real vault behind it, and somebody who answers its dialogs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.errors import UserError
from kyufu_desktop.services.session import Second
from kyufu_desktop.views.dialogs import Dialog, SecondPersonDialog, set_presenter
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button
from kyufu_desktop.views.station import Station
from tests.services.conftest import ward_programme
from tests.services.desk_work import Ward
from tests.services.office import OFFICERS, opened

S = TypeVar("S", bound=Station)
Answer = Callable[[Dialog], bool]


def type_in(dialog: QWidget, **texts: str) -> None:
    """Types ``station__field="text"`` into the field named ``station.field``."""
    for name, text in texts.items():
        widget = dialog.findChild(QWidget, name.replace("__", "."))
        assert isinstance(widget, QLineEdit | QPlainTextEdit), name
        widget.setText(text) if isinstance(widget, QLineEdit) else widget.setPlainText(text)


def choose(dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QRadioButton, name)
    assert button is not None, name
    button.setChecked(True)


@dataclasses.dataclass
class Bench:
    """``answers`` are used one after the other; a dialog that nobody expects is an error."""

    ward: Ward
    qtbot: QtBot
    lane: Lane
    answers: list[Answer] = dataclasses.field(default_factory=list)
    shown: list[Dialog] = dataclasses.field(default_factory=list)
    gone_to: list[tuple[str, int | None]] = dataclasses.field(default_factory=list)
    unclaimed: list[object] = dataclasses.field(default_factory=list)

    def open(self, kind: type[S], second: Second | None = None) -> S:
        """The station as the handler sees it, or as ``second`` does."""
        desk = self.ward.desk if second is None else self.ward.office.at(second)
        station = kind(desk, self.lane, self._go)
        self.qtbot.addWidget(station)
        station.resize(1072, 680)
        station.show()
        self.settle()
        return station

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.lane.busy, timeout=20000)
        # What was put into a layout is shown by a queued call.
        QApplication.processEvents()

    def press(self, station: Station, name: str) -> None:
        button = station.findChild(Button, name)
        assert button is not None and button.isVisible() and button.isEnabled(), name
        button.click()
        self.settle()

    def button(self, station: Station, name: str) -> Button:
        found = station.findChild(Button, name)
        assert found is not None, name
        return found

    def problem(self, station: Station) -> str:
        """Code of the error that the page shows; empty where it shows none."""
        error: UserError | None = station.error
        return error.code if error is not None else ""

    def present(self, dialog: Dialog) -> bool:
        assert self.answers, f"nobody expected {type(dialog).__name__} {dialog.windowTitle()}"
        self.shown.append(dialog)
        return self.answers.pop(0)(dialog)

    def _go(self, key: str, case_id: int | None) -> None:
        self.gone_to.append((key, case_id))


def agree(dialog: Dialog) -> bool:
    return dialog.perform()


def dismiss(dialog: Dialog) -> bool:
    return False


def suzuki_signs(dialog: Dialog) -> bool:
    assert isinstance(dialog, SecondPersonDialog)
    dialog.sign(OFFICERS[0][0], OFFICERS[0][2])
    return dialog.perform()


@contextmanager
def bench(folder: Path, qtbot: QtBot) -> Iterator[Bench]:
    """A new practice vault, its lane and the person who answers."""
    with opened(folder, "practice", ward_programme) as office:
        lane = Lane()
        made = Bench(Ward(office), qtbot, lane)
        lane.unclaimed.connect(made.unclaimed.append)
        set_presenter(made.present)
        try:
            yield made
            assert not made.unclaimed, made.unclaimed
        finally:
            lane.close()

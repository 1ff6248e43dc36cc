"""The workstation as a whole: door, frame, lock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.database import vault as vaults
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import CustodyProblem, UserError
from kyufu_desktop.services import cases, session
from kyufu_desktop.services.case_lists import COUNTER_SENTENCE
from kyufu_desktop.services.cases import CaseFilter
from kyufu_desktop.services.session import JAPAN
from kyufu_desktop.views.dialogs import set_presenter
from kyufu_desktop.views.hands import Hands
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.workplace import Workplace
from tests.services.conftest import ward_programme
from tests.services.desk_work import ADDRESS, Ward
from tests.services.office import CHEAP, HANDLER, OFFICERS, opened

NOW = datetime(2024, 8, 28, 10, 0, tzinfo=JAPAN)
COUNTER = ("mado", "窓口 係員", "窓の外には大きな楠が一本立っている")
PERSON = "見本　花子"
Start = Callable[..., "Sitting"]


def _vault(place: Path, kind: str) -> Path:
    """One household with evidence and a verified safe address, and somebody at the counter."""
    with opened(place, kind, ward_programme) as office:
        ward = Ward(office)
        case_id = ward.household(address=True)
        address = cases.addresses_to_verify(office.at(office.suzuki))
        assert case_id in address
        session.add_staff(office.at(office.suzuki), COUNTER[0], COUNTER[1], Role.COUNTER, COUNTER[2], office.tanaka, CHEAP)
    return place / "vault"


@pytest.fixture(scope="module")
def vaults_made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {kind: _vault(tmp_path_factory.mktemp(kind), kind) for kind in ("practice", "real")}


class Sitting:
    """Somebody at the workstation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ends = 0
        self.work = Workplace(folder, lambda: NOW, on_lock=self._end, printer_folder=folder.parent / "out")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.hands = Hands(app, lambda: self.work.lane, self._window, self._error, folder.parent / "pictures")

    def _end(self) -> None:
        self.ends += 1

    def _window(self) -> QWidget:
        window = self.work.shell or self.work.gate
        assert window is not None
        return window

    def _error(self) -> UserError | None:
        return self.work.gate.error if self.work.gate is not None else None

    def login(self, who: tuple[str, str, str]) -> None:
        self.work.show()
        self.hands.put("gate.login", who[0])
        self.hands.put("gate.passphrase", who[2])
        self.hands.press("gate.unlock")

    def type(self, name: str, text: str) -> None:
        field = self.hands.find(name)
        assert isinstance(field, QLineEdit)
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.hands.settle()
        QApplication.processEvents()

    def words(self) -> str:
        """Everything that can be read in the window."""
        QApplication.processEvents()
        window = self._window()
        shown = [each.text() for each in window.findChildren(QLabel) if each.isVisible()]
        shown += [each.text() for each in window.findChildren(QLineEdit) if each.isVisible()]
        return "\n".join(shown)


@pytest.fixture
def sit(vaults_made: dict[str, Path], tmp_path: Path, qtbot: QtBot) -> Iterator[Start]:
    made: list[Sitting] = []

    def start(who: tuple[str, str, str] = HANDLER, kind: str = "practice") -> Sitting:
        folder = tmp_path / f"{kind}-{len(made)}" / "vault"
        shutil.copytree(vaults_made[kind], folder)
        one = Sitting(folder)
        made.append(one)
        set_presenter(one.hands.present)
        one.login(who)
        return one

    yield start
    set_presenter(None)
    for one in made:
        one.hands.let_go()
        if one.work.desk is not None:
            one.work.lock()
            one.hands.settle()
        one.work.lane.close()


def test_lock_closes_the_vault_takes_the_desk_away_and_ends_in_on_lock(sit: Start) -> None:
    one = sit()
    desk, shell = one.work.desk, one.work.shell
    assert desk is not None and shell is not None
    with pytest.raises(CustodyProblem, match="K-1421"):
        vaults.unlock(one.folder, OFFICERS[0][0], OFFICERS[0][2])
    one.hands.press("shell.lock")
    assert one.ends == 1
    assert one.work.desk is None and one.work.shell is None and one.work.stations == {}
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    assert not shiboken6.isValid(shell), "no window with people in it stays"
    again = session.unlock(one.folder, OFFICERS[0][0], OFFICERS[0][2], lambda: NOW)
    session.close(again)
    with pytest.raises(CustodyProblem, match="K-1428"):
        cases.list_ids(desk, CaseFilter())


def test_what_a_station_asks_while_the_lock_closes_does_not_open_the_vault_again(sit: Start) -> None:
    one = sit()
    one.work.lock()
    for station in tuple(one.work.stations.values()):
        station.refresh()
    one.hands.settle()
    assert one.ends == 1
    session.close(session.unlock(one.folder, OFFICERS[0][0], OFFICERS[0][2], lambda: NOW))


def test_lock_that_cannot_be_recorded_locks_all_the_same(sit: Start) -> None:
    one = sit()
    assert one.work.desk is not None
    one.work.desk.vault.close()
    one.hands.answer("MessageDialog", {})
    one.work.lock()
    one.hands.settle()
    assert one.ends == 1 and one.work.shell is None


def test_idle_clock_that_runs_out_locks(sit: Start) -> None:
    one = sit()
    assert one.work.shell is not None
    one.work.shell.idle_clock.ran_out.emit()
    one.hands.settle()
    assert one.ends == 1 and one.work.desk is None


def test_locking_twice_ends_once(sit: Start) -> None:
    one = sit()
    one.work.lock()
    one.work.lock()
    one.hands.settle()
    assert one.ends == 1


def test_real_vault_has_no_printer_that_writes_files(sit: Start, tmp_path: Path) -> None:
    one = sit(kind="real")
    with pytest.raises(UserError) as caught:
        one.work.printer().send(b"%PDF-1.7", "letters-1")
    assert caught.value.code.startswith("K-18")
    assert not (one.folder.parent / "out").exists() or not list((one.folder.parent / "out").iterdir())
    assert "練習" not in one.work.shell.windowTitle()  # type: ignore[union-attr]


def test_practice_vault_prints_into_its_folder(sit: Start) -> None:
    one = sit()
    assert one.work.printer().machine.device == "practice:pdf"
    assert "練習" in one.work.shell.windowTitle()  # type: ignore[union-attr]


def test_search_goes_to_the_list_of_cases(sit: Start) -> None:
    one = sit()
    one.type("shell.search", "ミホン")
    assert one.work.shell is not None and one.work.shell.current == "cases"
    field = one.hands.find("cases.search")
    assert isinstance(field, QLineEdit) and field.text() == "ミホン"


def test_scanned_number_opens_its_case_and_an_unknown_one_says_so(sit: Start) -> None:
    one = sit()
    assert one.work.shell is not None
    one.type("shell.scan", "R600000001-01")
    assert one.work.shell.current == "cases"
    station = one.work.stations["cases"]
    assert isinstance(station, CasesStation) and "R600000001" in one.words()
    one.work.go("today", None)
    one.type("shell.scan", "R699999999")
    assert one.work.shell.current == "today"
    assert "見つかりません" in one.words()


def test_scan_while_forms_are_received_stays_at_the_forms(sit: Start) -> None:
    one = sit()
    assert one.work.shell is not None
    one.work.go("review", None)
    one.hands.settle()
    one.type("shell.scan", "R600000001-01")
    assert one.work.shell.current == "review"


def test_counter_has_one_screen_without_people_and_one_answer_for_everybody(sit: Start) -> None:
    one = sit(COUNTER)
    assert one.work.shell is not None and set(one.work.stations) == {"counter"}
    answers = []
    for asked in ("ミホン ハナコ", "R600000001", "だれもいない人"):
        field = one.hands.find("counter.text").findChild(QLineEdit) or one.hands.find("counter.text")
        assert isinstance(field, QLineEdit)
        field.setText(asked)
        one.hands.press("counter.ask")
        shown = one.hands.find("counter.answer")
        assert isinstance(shown, QLabel)
        answers.append(shown.text())
        words = one.words()
        assert asked not in words and PERSON not in words and ADDRESS.address not in words
    assert set(answers) == {COUNTER_SENTENCE}
    with pytest.raises(UserError):
        cases.list_ids(one.work.desk, CaseFilter())  # type: ignore[arg-type]


def test_counter_cannot_reach_a_case_by_scanning_or_by_name(sit: Start) -> None:
    one = sit(COUNTER)
    assert one.work.shell is not None
    for way in (one.work.shell.scanned, one.work.shell.searched):
        way.emit("R600000001")
        one.hands.settle()
        assert one.work.shell.current == "counter" and PERSON not in one.words()

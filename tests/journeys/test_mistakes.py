"""What people get wrong, through the real window: one clear sentence on the page, and nothing is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.errors import UserError
from kyufu_desktop.exchange import envelope
from kyufu_desktop.services import cases, judgment
from kyufu_desktop.services.cases import CaseFilter
from kyufu_desktop.services.session import JAPAN
from kyufu_desktop.views.dialogs import ConfirmDialog, Dialog, set_presenter
from kyufu_desktop.views.hands import Hands
from kyufu_desktop.views.parts import ErrorPanel
from kyufu_desktop.views.workplace import Workplace
from tests.exchange.conftest import PASSWORD as OTHER_PASSWORD
from tests.exchange.conftest import TargetsFile
from tests.services.conftest import ward_programme
from tests.services.desk_work import PASSWORD, Ward
from tests.services.office import HANDLER, OFFICERS, opened, silent

NOW = datetime(2024, 8, 28, 10, 0, tzinfo=JAPAN)
#: Acts that only tell that somebody looked.
LOOKING = {"LOGGED_IN", "CASES_LISTED", "CASE_VIEWED"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice vault of ten dummy cases, judged and approved; the workbook that they came from lies beside it."""
    place = tmp_path_factory.mktemp("template")
    with opened(place, "practice", ward_programme) as office:
        ward = Ward(office)
        data = ward.targets(10)
        (place / "targets.xlsx").write_bytes(data)
        ward.bring_in("targets", data)
        ward.evidence_for_all()
        judgment.draft(ward.desk, ward.ids(), silent)
        judgment.approve(ward.desk, cases.list_ids(ward.desk, CaseFilter(status=CaseStatus.DRAFTED)), ward.suzuki, silent)
    return place


class Person:
    """At the window of a copy of the template."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.work = Workplace(place / "vault", lambda: NOW, on_lock=self._locked, printer_folder=place / "out")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.hands = Hands(app, lambda: self.work.lane, self._window, self._error, place / "pictures")
        self.locked = 0
        self.declines: tuple[type[Dialog], ...] = ()

    def _locked(self) -> None:
        self.locked += 1

    def _window(self):
        return self.work.shell or self.work.gate

    def _error(self) -> UserError | None:
        if self.work.gate is not None:
            return self.work.gate.error
        return next((station.error for station in self.work.stations.values() if station.error is not None), None)

    def present(self, dialog: Dialog) -> bool:
        if isinstance(dialog, self.declines):
            self.hands.seen.append(type(dialog).__name__)
            return False
        return self.hands.present(dialog)

    def login(self, who: tuple[str, str, str] = HANDLER, passphrase: str = "") -> None:
        self.work.show()
        self.hands.put("gate.login", who[0])
        self.hands.put("gate.passphrase", passphrase or who[2])
        self.hands.press("gate.unlock")

    def take(self, path: Path, password: str, kind: str = "targets") -> None:
        self.work.go("host_exchange", None)
        self.hands.settle()
        self.hands.answer("OpenWorkbookDialog", {"file.path": str(path), "file.password": password})
        self.hands.press(f"host_exchange.take_{kind}")

    # ------------------------------------------------------------ what is there
    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table but the log."""
        self.hands.settle()
        assert self.work.desk is not None
        with self.work.desk.vault.engine.connect() as db:
            names = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")).scalars().all()
            return {
                name: [tuple(row) for row in db.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1')] for name in names if name != "audit"
            }

    def acts(self) -> list[str]:
        self.hands.settle()
        assert self.work.desk is not None
        with self.work.desk.vault.engine.connect() as db:
            return list(db.execute(text("SELECT act FROM audit ORDER BY seq")).scalars())

    def panel(self) -> ErrorPanel:
        """The one panel on the page; it answers the three questions in words of the ward."""
        # What was put into a layout is shown by a queued call.
        QApplication.processEvents()
        shown = [panel for panel in self._window().findChildren(ErrorPanel) if panel.isVisible()]
        assert len(shown) == 1
        words = [found.text() for found in shown[0].findChildren(QLabel)]
        error = shown[0].error
        for answer in (error.happened, error.kept, error.todo):
            assert answer in words
            assert answer.endswith("。") and len(answer) <= 60, answer
            assert not re.search(r"Error|Exception|Traceback|None|/", answer), answer
        return shown[0]


@pytest.fixture
def person(template: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:
    shutil.copytree(template, tmp_path / "place")
    made = Person(tmp_path / "place")
    set_presenter(made.present)
    try:
        yield made
    finally:
        set_presenter(None)
        made.hands.let_go()
        if made.work.desk is not None:
            made.work.lock()
            made.hands.settle()
        if made.work.gate is not None:
            made.work.gate.deleteLater()
        made.work.lane.close()


@contextmanager
def nothing_changes(person: Person) -> Iterator[None]:
    """Whatever is done inside leaves every table as it was, and in the log no more than looks."""
    before, acts = person.contents(), person.acts()
    yield
    assert person.contents() == before
    assert set(person.acts()[len(acts) :]) <= LOOKING


def refused(person: Person, path: Path, password: str, kind: str = "targets") -> UserError:
    with nothing_changes(person):
        with pytest.raises(UserError) as caught:
            person.take(path, password, kind)
        assert person.panel().error is caught.value
        assert person.work.stations["host_exchange"].inspection is None  # type: ignore[attr-defined]
    return caught.value


def test_wrong_passphrase_says_so_at_the_door_and_opens_nothing(person: Person) -> None:
    vault = person.place / "vault" / "gen-1" / "vault.db"
    before = vault.read_bytes()
    with pytest.raises(UserError) as caught:
        person.login(passphrase="まちがった合言葉をここに入れました")
    assert caught.value.code == "K-1402"
    person.panel()
    assert person.work.desk is None and person.work.shell is None
    assert vault.read_bytes() == before
    assert person.hands.find("gate.passphrase").text() == "", "what was typed wrong does not stay"  # type: ignore[attr-defined]


def test_wrong_password_of_a_workbook(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "SPIN", 1000)
    person.login()
    path = person.place / "new.xlsx"
    path.write_bytes(envelope.seal(TargetsFile().plain(), OTHER_PASSWORD))
    error = refused(person, path, "tigau-2024")
    assert "パスワード" in error.happened + error.todo


def test_file_that_is_not_a_workbook(person: Person) -> None:
    person.login()
    path = person.place / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(3000))
    refused(person, path, PASSWORD)


def test_plain_workbook_without_a_password(person: Person) -> None:
    person.login()
    path = person.place / "plain.xlsx"
    path.write_bytes(TargetsFile().plain())
    refused(person, path, PASSWORD)


def test_workbook_of_another_kind(person: Person) -> None:
    person.login()
    refused(person, person.place / "targets.xlsx", PASSWORD, "planned")


def test_workbook_with_a_missing_column_is_refused_with_the_heading(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "SPIN", 1000)
    person.login()
    file = TargetsFile()
    file.people_headings.remove("生年月日")
    path = person.place / "column.xlsx"
    path.write_bytes(envelope.seal(file.plain(), OTHER_PASSWORD))
    error = refused(person, path, OTHER_PASSWORD)
    told = error.happened + error.todo + "".join(finding.column + finding.why for finding in getattr(error, "findings", ()))
    assert "生年月日" in told


def test_same_file_twice(person: Person) -> None:
    person.login()
    error = refused(person, person.place / "targets.xlsx", PASSWORD)
    assert error.code == "K-1678"


def test_cover_that_counts_one_row_more_waits_for_a_person(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "SPIN", 1000)
    person.login()
    file = TargetsFile()
    file.cover["件数"] = len(file.people) + 1
    path = person.place / "count.xlsx"
    path.write_bytes(envelope.seal(file.plain(), OTHER_PASSWORD))
    person.declines = (ConfirmDialog,)
    with nothing_changes(person):
        person.take(path, OTHER_PASSWORD)
        shown = [each.text() for each in person.work.stations["host_exchange"].findChildren(QLabel) if each.isVisible()]
        assert any("表紙の件数と、行の数が違います" in words for words in shown)
        QApplication.processEvents()
        person.hands.press("host_exchange.bring_in")
        assert "ConfirmDialog" in person.hands.seen, "a person is asked"
        person.hands.press("host_exchange.drop")
    person.declines = ()
    person.take(path, OTHER_PASSWORD)
    person.hands.press("host_exchange.bring_in")
    assert "TARGETS_IMPORTED" in person.acts()[-8:], "who has asked the host may go on"


@contextmanager
def small_medium(folder: Path) -> Iterator[Path]:
    """A medium of 4 KB in memory: less than the smallest workbook."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small medium can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


def test_full_medium_keeps_no_half_report_and_the_ledger_says_that_none_left(person: Person) -> None:
    """The ledger had the word before the first byte: its line stays, void, and everything else is as it was."""
    person.login()
    person.work.go("host_exchange", None)
    before, acts = person.contents(), person.acts()
    assert before["export"] == []
    with small_medium(person.place / "small") as medium:
        person.hands.answer("MediumDialog", {"medium.folder": str(medium), "medium.number": "M-01"})
        with pytest.raises(UserError) as caught:
            person.hands.press("host_exchange.write_status")
        assert caught.value.code == "K-1666"
        assert "空き" in person.panel().error.happened
        assert list(medium.iterdir()) == []
    after = person.contents()
    assert {name for name in before if after[name] != before[name]} == {"export"}
    assert person.work.desk is not None
    with person.work.desk.vault.engine.connect() as db:
        (line,) = db.execute(text("SELECT voided_at, read_back_at, password FROM export")).all()
    assert line.voided_at is not None and line.read_back_at is None and line.password is None
    assert [act for act in person.acts()[len(acts) :] if act not in LOOKING] == ["FILE_STARTED", "FILE_VOIDED"]


def test_report_goes_out_once_the_medium_has_room(person: Person) -> None:
    """The same act with room: the test above proves something."""
    person.login()
    person.work.go("host_exchange", None)
    medium = person.place / "roomy"
    medium.mkdir()
    person.hands.answer("MediumDialog", {"medium.folder": str(medium), "medium.number": "M-01"})
    person.hands.press("host_exchange.write_status")
    assert [path.name for path in medium.iterdir()] == ["host_status.xlsx"]
    assert len(person.contents()["export"]) == 1


def test_officers_see_the_same_door(person: Person) -> None:
    person.login(OFFICERS[1])
    assert person.work.desk is not None and person.work.desk.staff.login == OFFICERS[1][0]

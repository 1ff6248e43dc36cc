"""Every station and every dialog that can be reached, with a planted name in all places: it is painted by glyphs and never set by Qt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.services import cases, judgment, notices, proxies, session
from kyufu_desktop.services.cases import AddressEntry, NoticeEntry, ProxyEntry
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog, ReasonDialog, set_presenter
from kyufu_desktop.views.gate import Gate
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Field, NameField, Segments, Table, col, label, text_field
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.case_procedures import EVENTS, EXITS, MUNICIPALITY, PROXIES
from kyufu_desktop.views.stations.dialogs_custody import NewStaffDialog
from kyufu_desktop.views.stations.dialogs_media import HandOverDialog
from kyufu_desktop.views.stations.dialogs_second import SecondLookDialog, WhoComparesDialog
from kyufu_desktop.views.workplace import STATIONS, Workplace
from tests.services.conftest import ward_programme
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import CHEAP, Clock, opened, silent
from tests.services.test_gaiji import rename
from tests.views.plain_names import PLANTED, Drawn, in_plain_text, planted, unpreviewed, watching_painters

CHILD = PLANTED + "子"
STRANGER = PLANTED + "三"
#: Buttons that end the walk, or do what no test of names needs.
_NOT_PRESSED = ("lock", "close_error", "backup", "close_day", ".back", "to_judgment", "to_collation")


def _fill(ward: Ward) -> None:
    """A vault in which the planted name stands wherever a name can stand."""
    office, desk = ward.office, ward.desk
    people = [
        person(1000, 1, 漢字氏名=PLANTED, 旧氏=PLANTED, カナ氏名="ワタナベ カツラ"),
        person(1001, 1, 漢字氏名=CHILD, 続柄="子", 生年月日="2015-05-05", カナ氏名="ワタナベ カツコ"),
        person(1010, 2, 漢字氏名=PLANTED), person(1011, 2, 漢字氏名=CHILD, 続柄="子", 生年月日="2015-05-05"),
        person(1020, 3, 漢字氏名=PLANTED),
    ]  # fmt: skip
    ward.bring_in("targets", workbook(people, [facts(1000), facts(1010), facts(1011)]))
    case = ward.case_id("R600000001")
    ward.evidence(case, verified=False, companions=(CHILD, STRANGER), issuer=f"見本相談所 {PLANTED}")
    cases.enter_address(desk, case, AddressEntry("950-0001", "見本県見本市北町四丁目8番2号", f"{PLANTED}荘", f"{PLANTED}園", PLANTED, ""))
    proxies.enter(desk, case, ProxyEntry("C5", PLANTED, f"{PLANTED}の父", "", True, desk.today()))
    notices.record(desk, NoticeEntry(NoticeKind.OWN, Channel.PERSON, desk.today(), PLANTED, "ワタナベ カツラ", sender=PLANTED))
    drafted = ward.case_id("R600000002")
    ward.evidence(drafted, companions=(CHILD,))
    judgment.draft(desk, (drafted,), silent)
    ward.evidence(ward.case_id("R600000003"))
    for step in (office.printed, office.sent, office.received, office.reviewed):
        household = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
        rename(office, household, PLANTED)
        step(household)
    office.household(("hikazei", 100_000))
    rename(office, household + 1, PLANTED)
    session.add_staff(
        office.at(office.suzuki), "watanabe", PLANTED, Role.OFFICER, "夕方の坂道で犬が三匹のんびり歩いている", office.tanaka, CHEAP
    )


class Walk:
    """Goes through the frame, presses what can be pressed and looks at every page and dialog."""

    def __init__(self, place: Workplace, drawn: Drawn) -> None:
        self.place, self.drawn = place, drawn
        self.faults: list[str] = []
        self.seen: dict[str, int] = {}
        self.dialogs: set[str] = set()

    def settle(self) -> None:
        for _ in range(3):
            QApplication.processEvents()
            while self.place.lane.busy:
                QApplication.processEvents()

    def look(self, where: QWidget, name: str) -> None:
        where.grab()
        self.faults += [f"{name}: {fault}" for fault in in_plain_text(where)]
        self.faults += [f"{name}: painted {len(self.drawn.faults)} times"] * bool(self.drawn.faults)
        self.drawn.faults.clear()
        self.seen[name] = self.seen.get(name, 0) + _sightings(where)

    def present(self, dialog: Dialog) -> bool:
        """Looks at the dialog; goes on only where another one with names stands behind it."""
        name = type(dialog).__name__
        self.dialogs.add(name)
        dialog.show()
        QApplication.processEvents()
        self.look(dialog, name)
        self.faults += [f"{name}: no preview beside {words}" for words in unpreviewed(dialog)]
        dialog.hide()
        if isinstance(dialog, ReasonDialog):
            dialog.text.setPlainText("字形を確かめるために表示します")
            return dialog.perform()
        return isinstance(dialog, SecondLookDialog | WhoComparesDialog) and dialog.perform()

    def press_all(self, page: QWidget, name: str) -> None:
        """Each button that can be pressed now, once; what it leads to may take others away."""
        names = [each.objectName() for each in page.findChildren(Button) if each.isVisible()]
        for wanted in dict.fromkeys(names):
            button = next((each for each in page.findChildren(Button, wanted) if each.isVisible() and each.isEnabled()), None)
            if button is not None and wanted and not wanted.endswith(_NOT_PRESSED):
                button.click()
                self.settle()
                self.look(page, name)

    def case(self, case_id: int) -> None:
        """The page of a case with every part of its procedures."""
        self.place.go("cases", case_id)
        self.settle()
        page = self.place.stations["cases"]
        parts = page.findChild(Segments, "case.procedures")
        assert parts is not None
        for part in (EVENTS, PROXIES, EXITS, MUNICIPALITY):
            parts.choose(part)
            self.settle()
            self.press_all(page, "case")
            self.place.go("cases", case_id)
            self.settle()

    def station(self, key: str, case_id: int | None = None) -> None:
        self.place.go(key, case_id)
        self.settle()
        page: QWidget = self.place.stations[key]
        self.look(page, key)
        for table in page.findChildren(Table):
            keys = [row.key for row in table.rows if not row.group] if isValid(table) and table.isVisible() else []
            for each in keys[:6]:
                if not isValid(table):
                    break
                table.select(each)
                self.settle()
                self.look(page, key)
        self.press_all(page, key)


def _sightings(where: QWidget) -> int:
    """How often the planted name is shown."""
    texts = [each.text() for each in (*where.findChildren(NameLabel), *where.findChildren(QLabel), *where.findChildren(QCheckBox))]
    texts += [cell.spoken() for table in where.findChildren(Table) for row in table.rows for cell in row.cells]
    texts += [box.itemText(at) for box in where.findChildren(QComboBox) for at in range(box.count())]
    return sum(planted(text) for text in texts)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path, "practice", ward_programme) as office:
        _fill(Ward(office))
        yield office.desk


def test_the_planted_name_is_nowhere_set_by_qt(filled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Workplace(tmp_path / "vault", filled.clock, on_lock=lambda: None, printer_folder=tmp_path)
    with watching_painters(monkeypatch) as drawn:
        walk = Walk(place, drawn)
        set_presenter(walk.present)
        place._enter(filled)
        walk.settle()
        assert place.shell is not None
        for key in STATIONS[Role.HANDLER]:
            walk.station(key)
        for case_id in (1, 2, 3, 4):
            walk.station("cases", case_id)
        for key in ("judgment", "collation"):
            walk.station(key, 2)
        walk.look(place.shell, "frame")
        assert drawn.texts > 100
    place.lane.close()
    set_presenter(None)
    place.shell.close()
    assert not walk.faults, sorted(set(walk.faults))
    # The walk has seen something: the name stands in these places and the dialogs were open.
    shown = {name for name, count in walk.seen.items() if count}
    stations = {"notices", "cases", "judgment", "letters", "review", "payments", "admin"}
    assert stations | {"EventDialog", "EvidenceDialog"} <= shown, shown
    entered = {"AddressDialog", "ContactDialog", "EvidenceDialog", "ProxyDialog", "RecordDialog"}
    assert entered | {"EventDialog", "SecondLookDialog", "SourceDialog"} <= walk.dialogs, walk.dialogs


def test_the_planted_faults_are_found(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A label, a box to tick, a list and a field of Qt's own, and a painter that hands the name to Qt."""
    field = QLineEdit(PLANTED)
    choice = QComboBox()
    choice.addItem(PLANTED)
    page = QWidget()
    plain = (QLabel(f"名前は{PLANTED}です"), QCheckBox(PLANTED), QRadioButton(PLANTED), choice, field)
    page.setLayout(col(*plain, Field("代理人の氏名", text_field())))
    qtbot.addWidget(page)
    assert [fault.split(" ")[0] for fault in in_plain_text(page)] == ["QLabel", "QCheckBox", "QRadioButton", "QComboBox", "QLineEdit"]
    assert unpreviewed(page) == ["代理人の氏名"]
    with watching_painters(monkeypatch) as drawn:
        image = QImage(100, 30, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.drawText(QRectF(0, 0, 100, 30), 0, PLANTED)
        painter.end()
    assert drawn.faults == [PLANTED]


def test_our_own_parts_are_no_faults(qtbot: QtBot) -> None:
    typed = NameField("代理人の氏名", text_field())
    page = QWidget()
    page.setLayout(col(label(PLANTED), label(PLANTED, wrap=True), NameLabel(PLANTED), typed))
    qtbot.addWidget(page)
    typed.widget.setText(PLANTED)  # type: ignore[attr-defined]
    assert in_plain_text(page) == [] and unpreviewed(page) == []


def test_names_are_previewed_in_the_dialogs_that_the_walk_does_not_reach(qtbot: QtBot, tmp_path: Path) -> None:
    lane = Lane()
    gate = Gate(tmp_path / "vault", Clock(), lane)
    dialogs: list[QWidget] = [gate, NewStaffDialog(), HandOverDialog("host_status.xlsx")]
    for each in dialogs:
        qtbot.addWidget(each)
        assert unpreviewed(each) == [] and each.findChildren(NameField), type(each).__name__
    lane.close()

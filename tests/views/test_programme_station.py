"""給付の定義 on the screen: the rules in words, open values settled by two officers, another programme beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.staff import Act, Role
from kyufu_desktop.services import programmes, session
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog, set_presenter
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Segments
from kyufu_desktop.views.stations.dialogs_programme import ConfirmValuesDialog
from kyufu_desktop.views.stations.programme import ProgrammeStation
from kyufu_desktop.views.stations.tall_table import TallTable
from tests.services.office import CHEAP, HANDLER, OFFICERS, Clock


@dataclass
class Screen:
    """The station over a real vault of one programme, and who answers its dialog."""

    folder: Path
    qtbot: QtBot
    code: str
    who: int = 0
    lane: Lane = field(default_factory=Lane)
    locked: list[bool] = field(default_factory=list)
    listed: list[list[str]] = field(default_factory=list)
    """What the second officer was shown, dialog by dialog."""
    passphrase: str = OFFICERS[1][2]

    def __post_init__(self) -> None:
        self.clock = Clock()
        if session.vault_kind(self.folder) is None:
            session.first_start(self.folder, "real", OFFICERS, self.clock, CHEAP, self.code)
        self.desk = session.unlock(self.folder, OFFICERS[self.who][0], OFFICERS[self.who][2], self.clock)
        set_presenter(self._answer)

    def open(self, desk: Desk | None = None) -> ProgrammeStation:
        station = ProgrammeStation(desk or self.desk, self.lane, lambda *_: None, lambda: self.locked.append(True))
        self.qtbot.addWidget(station)
        station.resize(1072, 640)
        station.show()
        self.settle()
        return station

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.lane.busy, timeout=20000)
        QApplication.processEvents()
        QApplication.processEvents()

    def _answer(self, dialog: Dialog) -> bool:
        assert isinstance(dialog, ConfirmValuesDialog)
        self.listed.append([" ".join(cell.spoken() for cell in row.cells) for row in table(dialog, "programme.confirm_list").rows])
        dialog.sign(OFFICERS[1][0], self.passphrase)
        return dialog.perform()


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    made = Screen(tmp_path / "vault", qtbot, "r6")
    yield made
    made.settle()
    made.lane.close()
    made.desk.vault.close()


def find(where: QWidget, kind: type, name: str) -> QWidget:
    found = where.findChild(kind, name)
    assert found is not None, name
    return found


def table(where: QWidget, name: str) -> TallTable:
    found = find(where, TallTable, name)
    assert isinstance(found, TallTable)
    return found


def put(station: ProgrammeStation, key: str, basis: str, text: str | None = None) -> None:
    """Chooses an open value, types or chooses, and presses 入れて次へ."""
    assert table(station, "programme.open").select(key)
    choice, typed = find(station, QComboBox, "programme.choice"), find(station, QLineEdit, "programme.value")
    if text is not None and choice.isVisible():
        assert isinstance(choice, QComboBox)
        choice.setCurrentText(text)
        assert choice.currentText() == text
    elif text is not None:
        assert isinstance(typed, QLineEdit) and typed.isVisible()
        typed.setText(text)
    rest = find(station, QLineEdit, "programme.basis")
    assert isinstance(rest, QLineEdit)
    rest.setText(basis)
    button(station, "programme.put").click()
    QApplication.processEvents()


def button(station: QWidget, name: str) -> Button:
    found = find(station, Button, name)
    assert isinstance(found, Button)
    return found


def words(where: QWidget) -> str:
    return " ".join(label.text() for label in where.findChildren(QLabel) if label.isVisible())


def test_every_value_is_shown_with_its_source_and_whether_it_is_confirmed(screen: Screen) -> None:
    station = screen.open()
    rows = {row.key: row for row in table(station, "programme.words").rows if not row.group}
    assert set(rows) == set(screen.desk.programme.sources)
    spoken = " ".join(cell.spoken() for cell in rows["dates.return_deadline"].cells)
    assert "令和6年10月31日" in spoken and "名古屋市" in spoken and "要確認" in spoken
    assert "要確認" not in " ".join(cell.spoken() for cell in rows["dates.base_date"].cells)
    opened = [row.key for row in table(station, "programme.open").rows]
    assert opened == [question.key for question in screen.desk.programme.questions]


def test_no_word_of_a_value_is_cut_short(screen: Screen) -> None:
    station = screen.open()
    shown = table(station, "programme.words")
    head = shown.view.horizontalHeader()
    for place, row in enumerate(shown.rows):
        if not row.group:
            needed = max(cell.lines(head.sectionSize(at) - 26) for at, cell in enumerate(shown._tall[row.key]) if hasattr(cell, "lines"))
            assert shown.view.rowHeight(place) >= needed * 22 + 8, row.key


def test_a_value_is_settled_by_two_officers_and_used_from_the_next_login(screen: Screen) -> None:
    station = screen.open()
    assert not button(station, "programme.confirm").isEnabled()
    put(station, "dates.return_deadline", "告示第12号", "令和6年11月15日")
    put(station, "placement.C07", "要綱 別表", "認めない")
    put(station, "settings.head_counts_as_child", "通知 6月20日")
    assert button(station, "programme.confirm").isEnabled()
    button(station, "programme.confirm").click()
    screen.settle()
    (listed,) = screen.listed
    assert len(listed) == 3
    assert "令和6年11月15日 告示第12号" in listed[0] and "認めない 要綱 別表" in listed[1] and "いいえ 通知 6月20日" in listed[2]
    assert len(programmes.open_questions(screen.desk)) == 40
    assert "次に開けたときから使います" in words(station)
    assert table(station, "programme.open").count() == 40
    spoken = {row.key: " ".join(cell.spoken() for cell in row.cells) for row in table(station, "programme.words").rows}
    assert "確認済" in spoken["dates.return_deadline"] and "鈴木 係長・田中 主任" in spoken["dates.return_deadline"]
    assert "placement.C07" not in spoken
    assert not screen.locked
    button(station, "programme.lock").click()
    assert screen.locked == [True]


def test_what_was_typed_wrong_is_told_beside_its_field_and_not_taken(screen: Screen) -> None:
    station = screen.open()
    put(station, "dates.return_deadline", "告示", "十一月")
    assert "日付" in words(station) and not station._open.answers
    put(station, "dates.return_deadline", "  ", "令和6年11月15日")
    assert "根拠を入れてください。" in words(station) and not station._open.answers


def test_what_was_typed_can_be_taken_back_before_it_is_confirmed(screen: Screen) -> None:
    station = screen.open()
    put(station, "dates.return_deadline", "告示")
    assert set(station._open.answers) == {"dates.return_deadline"}
    assert table(station, "programme.open").key() == "dates.reminder_days_before"
    table(station, "programme.open").select("dates.return_deadline")
    button(station, "programme.take_back").click()
    assert not station._open.answers and not button(station, "programme.confirm").isEnabled()


def test_values_that_do_not_fit_together_confirm_nothing_and_stay_typed(screen: Screen) -> None:
    station = screen.open()
    put(station, "dates.return_deadline", "告示", "令和6年6月1日")
    button(station, "programme.confirm").click()
    screen.settle()
    assert "基準日より後の日付" in words(station)
    assert set(station._open.answers) == {"dates.return_deadline"}
    assert len(programmes.open_questions(screen.desk)) == 43


def test_a_wrong_passphrase_confirms_nothing(screen: Screen) -> None:
    station = screen.open()
    put(station, "dates.return_deadline", "告示")
    screen.passphrase = "まちがった合言葉を入れました"
    button(station, "programme.confirm").click()
    screen.settle()
    assert station.error is not None and station.error.code == "K-1402"
    assert set(station._open.answers) == {"dates.return_deadline"}
    assert len(programmes.open_questions(screen.desk)) == 43


def test_a_handler_reads_but_does_not_settle(screen: Screen) -> None:
    tanaka = session.second_person(screen.desk, OFFICERS[1][0], OFFICERS[1][2], Act.STAFF_ADDED, screen.desk.staff.id)
    session.add_staff(screen.desk, HANDLER[0], HANDLER[1], Role.HANDLER, HANDLER[2], tanaka, CHEAP)
    sato = session.second_person(screen.desk, HANDLER[0], HANDLER[2], Act.ACCOUNT_VERIFIED, screen.desk.staff.id)
    desk = Desk(screen.desk.vault, sato.staff, sato.signer, screen.clock, screen.desk.programme)
    station = screen.open(desk)
    assert table(station, "programme.words").count() > 100
    assert not button(station, "programme.confirm").isEnabled()
    assert "取扱責任者2人です" in words(station)


def test_another_programme_is_shown_beside_this_one(screen: Screen) -> None:
    station = screen.open()
    segments, which = find(station, Segments, "programme.segments"), find(station, Segments, "programme.which")
    assert isinstance(segments, Segments) and isinstance(which, Segments)
    segments.choose("compare")
    screen.settle()
    other = find(station, QComboBox, "programme.other")
    assert isinstance(other, QComboBox)
    assert [other.itemData(at) for at in range(other.count())] == ["r5_70000", "r6_12", "r7_fusoku"]
    other.setCurrentIndex(other.findData("r6_12"))
    screen.settle()
    shown = table(station, "programme.differences")
    spoken = {row.key: [cell.spoken() for cell in row.cells] for row in shown.rows if not row.group}
    assert spoken[("dates.base_date",)] == ["基準日", "令和6年6月3日", "令和6年12月13日"]
    assert spoken[("benefit.kintowari",)][2] == "（ありません）"
    assert ("dates.levy_date",) not in spoken
    assert not button(station, "programme.confirm").isVisible()
    which.choose("everything")
    screen.settle()
    assert ("dates.levy_date",) in {row.key for row in shown.rows}

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.errors import UserError
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, MaskedField, SecretStrip, col, label
from kyufu_desktop.views.practice_banner import PracticeBanner
from kyufu_desktop.views.shell import Shell
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.wording_form import WordsEdit

KEYS = ("today", "cases", "judgment", "collation", "inquiry", "letters", "review", "payments", "host_exchange", "admin")
ICONS = ("today", "case", "judge", "collate", "inquiry", "letter", "inbox", "pay", "host", "admin")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shell(qtbot: QtBot, lane: Lane, clock: Clock) -> Shell:
    made = Shell(True, "佐藤 由紀", "取扱者", lane, monotonic=clock)
    qtbot.addWidget(made)
    for key, icon in zip(KEYS, ICONS, strict=True):
        made.add_station(key, icon, key, QWidget())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_idle_lock_fires_after_three_minutes_and_once(qtbot: QtBot, shell: Shell, clock: Clock) -> None:
    asked: list[bool] = []
    shell.lock_asked.connect(lambda: asked.append(True))
    clock.now += 179.4
    shell.idle_clock.tick()
    assert asked == []
    clock.now += 1
    shell.idle_clock.tick()
    shell.idle_clock.tick()
    assert asked == [True]


@pytest.mark.parametrize("sign", ["key", "mouse"])
def test_key_and_mouse_put_the_lock_off(qtbot: QtBot, shell: Shell, clock: Clock, sign: str) -> None:
    clock.now += 170
    if sign == "key":
        qtbot.keyClick(shell.windowHandle(), Qt.Key.Key_A)
    else:
        qtbot.mouseMove(shell.windowHandle(), QPoint(7, 7))
        qtbot.wait(1)
    clock.now += 20
    shell.idle_clock.tick()
    assert shell.idle_clock.left == 160


def test_last_minute_is_said_in_words(shell: Shell, clock: Clock) -> None:
    clock.now += 119
    shell.idle_clock.tick()
    texts = [each.text() for each in shell.top_bar.findChildren(QLabel)]
    assert "ロックまで" in texts and "1:01" in texts
    clock.now += 10
    shell.idle_clock.tick()
    texts = [each.text() for each in shell.top_bar.findChildren(QLabel)]
    assert "まもなくロックします" in texts and "0:51" in texts


def test_touching_after_the_time_is_over_does_not_help(shell: Shell, clock: Clock) -> None:
    clock.now += 181
    shell.idle_clock.tick()
    shell.idle_clock.touch()
    assert shell.idle_clock.left == 0


@pytest.mark.parametrize(("digit", "key"), list(zip("1234567890", KEYS, strict=True)))
def test_every_station_has_its_number(qtbot: QtBot, shell: Shell, digit: str, key: str) -> None:
    qtbot.keyClick(shell, getattr(Qt.Key, f"Key_{digit}"), Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.current == key)


def test_search_and_scan_leave_as_signals(qtbot: QtBot, shell: Shell) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert shell.top_bar.search.hasFocus()
    with qtbot.waitSignal(shell.searched) as sent:
        qtbot.keyClicks(shell.top_bar.search, "yamabuki")
        qtbot.keyClick(shell.top_bar.search, Qt.Key.Key_Return)
    assert sent.args == ["yamabuki"]
    with qtbot.waitSignal(shell.scanned) as sent:
        shell.top_bar.scan.setText("R601427643-02")
        qtbot.keyClick(shell.top_bar.scan, Qt.Key.Key_Return)
    assert sent.args == ["R601427643-02"]
    assert shell.top_bar.scan.text() == ""


def test_scanner_is_heard_where_nobody_is_writing(qtbot: QtBot, shell: Shell) -> None:
    button = shell._buttons["letters"]
    button.setFocus()
    with qtbot.waitSignal(shell.scanned) as sent:
        qtbot.keyClick(shell.windowHandle(), "R")
        for sign in "601427643-02":
            qtbot.keyClick(shell.top_bar.scan, sign)
        qtbot.keyClick(shell.top_bar.scan, Qt.Key.Key_Return)
    assert sent.args == ["R601427643-02"]


def test_letter_r_typed_into_a_field_stays_there(qtbot: QtBot, shell: Shell) -> None:
    shell.top_bar.search.setFocus()
    qtbot.keyClick(shell.windowHandle(), "R")
    assert shell.top_bar.search.text() == "R"
    assert shell.top_bar.scan.text() == ""


def test_letter_r_typed_into_the_words_of_a_letter_stays_there(qtbot: QtBot, shell: Shell) -> None:
    edit = WordsEdit("", lines=True)
    edit.setParent(shell.centralWidget())
    edit.show()
    edit.setFocus()
    qtbot.keyClick(shell.windowHandle(), "R")
    assert edit.toPlainText() == "R"
    assert shell.top_bar.scan.text() == ""


def test_lock_key_asks_for_the_lock(qtbot: QtBot, shell: Shell) -> None:
    with qtbot.waitSignal(shell.lock_asked):
        qtbot.keyClick(shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def test_help_is_asked_for_the_station_that_is_open(qtbot: QtBot, shell: Shell) -> None:
    shell.open("payments")
    with qtbot.waitSignal(shell.help_asked) as sent:
        qtbot.keyClick(shell, Qt.Key.Key_F1)
    assert sent.args == ["payments"]


def test_escape_hides_an_address_before_it_stops_a_job(qtbot: QtBot, lane: Lane, clock: Clock) -> None:
    shell = Shell(False, "佐藤 由紀", "取扱者", lane, monotonic=clock)
    qtbot.addWidget(shell)
    field = MaskedField("住所", monotonic=clock)
    shell.add_station("cases", "case", "案件", field)
    shell.show()
    field.reveal("見本市北町1-2")
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert not field.revealed


def test_leaving_a_station_hides_what_was_shown(qtbot: QtBot, lane: Lane, clock: Clock) -> None:
    shell = Shell(False, "佐藤 由紀", "取扱者", lane, monotonic=clock)
    qtbot.addWidget(shell)
    field = MaskedField("住所", monotonic=clock)
    shell.add_station("cases", "case", "案件", field)
    shell.add_station("judgment", "judge", "判定", QWidget())
    field.reveal("見本市北町1-2")
    shell.open("judgment")
    assert not field.revealed


def test_practice_strip_is_there_in_practice_and_absent_in_the_real_vault(qtbot: QtBot, shell: Shell, lane: Lane) -> None:
    assert len(shell.findChildren(PracticeBanner)) == 1
    real = Shell(False, "佐藤 由紀", "取扱者", lane)
    qtbot.addWidget(real)
    assert real.findChildren(PracticeBanner) == []


def test_window_title_names_no_person(shell: Shell) -> None:
    assert "佐藤" not in shell.windowTitle()


def test_small_screen_is_enough(shell: Shell) -> None:
    shell.resize(1280, 720)
    hint = shell.minimumSizeHint()
    assert hint.width() <= 1280 and hint.height() <= 720


def test_fields_of_the_top_bar_do_not_meet_when_the_lock_is_near(shell: Shell) -> None:
    shell.top_bar.show_left(42)
    QApplication.processEvents()
    assert shell.top_bar.search.geometry().right() < shell.top_bar.scan.geometry().left()


def test_counts_are_said_to_a_reader(shell: Shell) -> None:
    shell.set_count("inquiry", 7, late=True)
    button = shell._buttons["inquiry"]
    assert button.accessibleName() == "inquiry 7件"
    assert "期限を過ぎたものがあります。" in button.accessibleDescription()


def test_every_control_of_the_frame_has_an_accessible_name(shell: Shell) -> None:
    for child in shell.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            assert child.accessibleName(), type(child).__name__


class Cases(Station):
    key, title, icon, kinds = "cases", "案件", "case", Kind.CASES | Kind.LETTERS

    def __init__(self, lane: Lane) -> None:
        super().__init__(None, lane, self._go)  # type: ignore[arg-type]
        self.read = 0

    def _go(self, key: str, case_id: int | None) -> None:
        raise AssertionError(key)

    def refresh(self) -> None:
        self.read += 1


def test_station_reads_when_first_seen_and_after_changes_of_its_kinds(qtbot: QtBot, lane: Lane) -> None:
    station = Cases(lane)
    qtbot.addWidget(station)
    assert station.read == 0
    station.show()
    assert station.read == 1
    lane.changed.emit(Kind.PAYMENTS)
    assert station.read == 1
    lane.changed.emit(Kind.LETTERS | Kind.AUDIT)
    assert station.read == 2
    station.hide()
    lane.changed.emit(Kind.CASES)
    assert station.read == 2
    station.show()
    assert station.read == 3


def test_error_stands_at_the_top_of_the_page_until_it_is_closed(qtbot: QtBot, lane: Lane) -> None:
    station = Cases(lane)
    qtbot.addWidget(station)
    station.show()
    error = UserError("K-1601", "ほかの人が先に決裁しました。", todo="読み直してください。")
    station.show_error(error)
    station.show_error(error)
    assert station.error is error
    qtbot.mouseClick(station.findChild(Button, "cases.close_error"), Qt.MouseButton.LeftButton)
    assert station.error is None


def test_strip_and_title_stay_while_the_body_scrolls(qtbot: QtBot, lane: Lane) -> None:
    station = Cases(lane)
    qtbot.addWidget(station)
    strip = SecretStrip("住民票の住所には、送りません。")
    station.set_strip(strip)
    station.set_body(col(*(QLineEdit() for _ in range(60)), label("終わり")))
    station.resize(1000, 500)
    station.show()
    before = strip.mapTo(station, strip.rect().topLeft())
    bar = station._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    assert strip.mapTo(station, strip.rect().topLeft()) == before

"""The main window: practice banner, top bar, the ten stations, the page, the status bar."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from kyufu_desktop.views.dialog import set_practice
from kyufu_desktop.views.dialogs import show_problem
from kyufu_desktop.views.ending import end_from_the_root
from kyufu_desktop.views.idle import IdleClock
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts.masked import MaskedField
from kyufu_desktop.views.parts.text import box, hline, label, plate, row
from kyufu_desktop.views.practice_banner import PracticeBanner
from kyufu_desktop.views.sidebar import StationButton
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.status_bar import StatusBar
from kyufu_desktop.views.top_bar import TopBar

PROGRAM_NAME = "臨時給付金"
SIDEBAR_WIDTH = 208
#: Stations in front of which a hairline stands, beside the second one: what is seldom opened follows it.
_RULED = frozenset({"programme"})


class Shell(QMainWindow):
    """The frame around the stations. It decides nothing: what is asked for leaves as a signal."""

    searched = Signal(str)
    scanned = Signal(str)
    lock_asked = Signal()
    help_asked = Signal(str)
    opened = Signal(str)

    __del__ = end_from_the_root

    def __init__(
        self,
        practice: bool,
        person: str,
        role_label: str,
        lane: Lane,
        lock_after: int = 180,
        monotonic: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.lane = lane
        self.setWindowTitle(f"{PROGRAM_NAME}（練習）" if practice else PROGRAM_NAME)
        self.setMinimumSize(1280, 720)
        self.resize(1280, 800)
        set_practice(practice)
        self._buttons: dict[str, StationButton] = {}
        self._further = 0
        self._pages: dict[str, QWidget] = {}
        self._current = ""
        self.top_bar = TopBar(PROGRAM_NAME, person, role_label)
        self.status_bar = StatusBar()
        self._stack = QStackedWidget()
        whole = QWidget()
        plate(whole, "page")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if practice:
            column.addWidget(PracticeBanner())
        column.addWidget(self.top_bar)
        column.addLayout(row(self._sidebar(), (self._stack, 1), gap=0), 1)
        column.addWidget(self.status_bar)
        self.setCentralWidget(whole)
        self.idle_clock = IdleClock(lock_after, monotonic, self)
        self._join()
        self.idle_clock.start()

    def _sidebar(self) -> QWidget:
        self._stations = QVBoxLayout()
        self._stations.setContentsMargins(0, 8, 0, 8)
        self._stations.setSpacing(0)
        self._stations.addStretch(1)
        self._keys = label("Ctrl+1〜0 で移動", "muted")
        self._stations.addLayout(row(self._keys, margins=(20, 0, 0, 4)))
        side = box(self._stations, "sidebar")
        side.setFixedWidth(SIDEBAR_WIDTH)
        side.setAccessibleName("仕事の一覧")
        return side

    def _join(self) -> None:
        self.top_bar.searched.connect(self.searched)
        self.top_bar.scanned.connect(self.scanned)
        self.top_bar.lock.clicked.connect(self.lock_asked)
        self.idle_clock.ticked.connect(self.top_bar.show_left)
        self.idle_clock.ran_out.connect(self.lock_asked)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.top_bar.to_search)
        QShortcut(QKeySequence("Ctrl+B"), self).activated.connect(self.top_bar.to_scan)
        self.status_bar.help.clicked.connect(self._ask_help)
        self.status_bar.stop.clicked.connect(self.lane.cancel)
        self.lane.started.connect(self.status_bar.begin)
        self.lane.progressed.connect(self.status_bar.progress)
        self.lane.finished.connect(self.status_bar.end)
        self.lane.failed.connect(self.status_bar.fail)
        self.lane.unclaimed.connect(self._unclaimed)

    def hide_search(self) -> None:
        """A role that may not look for a person has neither the fields nor their keys."""
        self._keys.hide()
        for field in (self.top_bar.search, self.top_bar.scan):
            field.hide()
            field.setEnabled(False)

    def add_station(self, key: str, icon: str, title: str, widget: QWidget, further: int = 0) -> None:
        """The next station from the top: Ctrl+1 to Ctrl+0; a ``further`` one is reached with Ctrl+Shift and that number.

        A page that does not scroll by itself is put into a scroll area.
        """
        place = len(self._buttons)
        self._further += bool(further)
        shortcut = f"Ctrl+Shift+{further}" if further else f"Ctrl+{(place - self._further + 1) % 10}"
        button = StationButton(icon, title, shortcut, key)
        button.picked.connect(self.open)
        at = self._stations.count() - 2
        if place == 1 or key in _RULED:
            ruled = box(_spaced_rule())
            self._stations.insertWidget(at, ruled)
            at += 1
        self._stations.insertWidget(at, button)
        self._buttons[key] = button
        page = widget if isinstance(widget, Station) else _scrolling(widget)
        self._pages[key] = page
        self._stack.addWidget(page)
        if place == 0:
            self.open(key)

    @property
    def current(self) -> str:
        """Key of the station that is shown."""
        return self._current

    def open(self, key: str) -> None:
        """Shows a station; the focus goes to its first control when it comes from the sidebar's key."""
        former = self._buttons.get(self._current)
        if former is not None:
            former.set_current(False)
        self._conceal()
        self._current = key
        self._buttons[key].set_current(True)
        self._stack.setCurrentWidget(self._pages[key])
        self.opened.emit(key)

    def set_count(self, key: str, number: int, late: bool = False) -> None:
        """How much waits at a station; ``late`` = something there is overdue."""
        self._buttons[key].set_count(number, late)

    def set_anchor(self, count: int, code: str) -> None:
        """Number of records and the code for the paper ledger."""
        self.status_bar.set_anchor(count, code)

    def _ask_help(self) -> None:
        self.help_asked.emit(self._current)

    def _unclaimed(self, problem: BaseException) -> None:
        # What failed in the lane was rolled back as a whole.
        show_problem(problem, self, undone=True)

    def _conceal(self) -> bool:
        """Hides every shown address of the page; whether there was one."""
        page = self._pages.get(self._current)
        shown = [field for field in page.findChildren(MaskedField) if field.revealed] if page is not None else []
        for field in shown:
            field.conceal()
        return bool(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            # What is shown of a person goes first; only then a running job.
            if not self._conceal():
                self.lane.cancel()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Keys come in at the window; a filter of the application would be asked about every event of every control.
        window = self.windowHandle()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A scanner types: a management number begins with R, and where nobody is writing it belongs into the scan field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.text() in ("R", "r") and self.isActiveWindow():
            focused = QApplication.focusWidget()
            writing = isinstance(focused, QLineEdit | QPlainTextEdit | QTextEdit | QComboBox)
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if plain and not writing and self.top_bar.scan.isEnabled() and (focused is None or focused.window() is self):
                self.top_bar.to_scan()
                self.top_bar.scan.setText(event.text())
                return True
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.idle_clock.stop()
        super().closeEvent(event)


def _spaced_rule() -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 4, 0, 4)
    layout.addWidget(hline())
    return layout


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area

"""A month of the bank: which days can be the transfer day, until when the file must be there, and why a day cannot be chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from kyufu_desktop.domain.calendar import wareki, wareki_with_weekday
from kyufu_desktop.services.bank_calendar import BankDay
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, col, label, row
from kyufu_desktop.views.theme.tokens import font, q

_WEEKDAYS = "日月火水木金土"
_CELL = (76, 46)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
_OF_THE_MONTH = frozenset({*_STEPS, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter})


def sentence_of(found: BankDay) -> str:
    """What the view says of a day."""
    day = wareki_with_weekday(found.day)
    if found.why_not:
        return f"{day}は選べません。{found.why_not}"
    assert found.cut_off is not None
    return f"{day}を選べます。{wareki_with_weekday(found.cut_off)}までに銀行へ渡します。"


class _Day(QAbstractButton):
    """One day: its number, and below it the last day for the file, or that it cannot be chosen."""

    def __init__(self, found: BankDay, parent: QWidget) -> None:
        super().__init__(parent)
        self.found = found
        self.chosen = False
        self.setFixedSize(*_CELL)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setObjectName(f"bank_day.{found.day.isoformat()}")
        self.setAccessibleName(sentence_of(found))

    @property
    def mark(self) -> str:
        if not self.found.why_not and self.found.cut_off is not None:
            return f"〆{self.found.cut_off.month}/{self.found.cut_off.day}"
        return "休" if self.found.closed else "不可"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A button would walk through its neighbours by itself; the month knows better, space stays the button's.
        event.ignore() if Qt.Key(event.key()) in _OF_THE_MONTH else super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, free = QRectF(self.rect()).adjusted(1, 1, -1, -1), not self.found.why_not
        painter.setPen(QPen(q("line"), 1))
        painter.setBrush(q("accent" if self.chosen else "surface" if free else "sunken"))
        painter.drawRoundedRect(rect, 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(q("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(q("on_accent" if self.chosen else "text" if free else "text3"))
        painter.setFont(font(16, free))
        painter.drawText(rect.adjusted(0, 3, 0, -22), int(Qt.AlignmentFlag.AlignCenter), str(self.found.day.day))
        painter.setFont(font(16))
        painter.drawText(rect.adjusted(0, 20, 0, -2), int(Qt.AlignmentFlag.AlignCenter), self.mark)


class BankMonth(QWidget):
    """Arrows move by day and week, PgUp and PgDn by month, Enter or space chooses; Tab leaves. ``read`` gives the days of a month."""

    chosen = Signal(object)

    def __init__(self, read: Callable[[int, int], tuple[BankDay, ...]], day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read, self._day, self._days = read, day, dict[date, _Day]()
        self._chosen = day
        self.setObjectName("batch.month")
        self.setAccessibleName("銀行の営業日")
        self._title = label("", "strong")
        before = Button("前の月", "PgUp", "quiet", name="batch.month_before")
        after = Button("次の月", "PgDn", "quiet", name="batch.month_after")
        before.clicked.connect(Weakly(self._turn, -1))
        after.clicked.connect(Weakly(self._turn, 1))
        for button in (before, after):
            # The keys work from a day as well; the buttons are for the mouse.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        for place, word in enumerate(_WEEKDAYS):
            self._grid.addWidget(label(word, "muted"), 0, place, Qt.AlignmentFlag.AlignHCenter)
        self._sentence = label("", "sub", wrap=True)
        self._sentence.setMinimumHeight(44)
        self.setLayout(col(row(self._title, None, before, after), self._grid, self._sentence, gap=6))
        self._show(day)

    @property
    def sentence(self) -> str:
        """What is said of the day that was looked at last."""
        return self._sentence.text()

    def choose(self, day: date) -> None:
        """Shows ``day`` as chosen, whoever chose it."""
        self._chosen = day
        self._show(day)

    def day(self, day: date) -> _Day | None:
        """The cell of a day of the shown month."""
        return self._days.get(day)

    def _show(self, day: date, *, focus: bool = False) -> None:
        if (day.year, day.month) != (self._day.year, self._day.month) or not self._days:
            self._fill(day.year, day.month)
        self._day = day
        for each, cell in self._days.items():
            cell.chosen = each == self._chosen
            # One stop for Tab: the day that was looked at last.
            cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each == day else Qt.FocusPolicy.ClickFocus)
            cell.update()
        self._sentence.setText(sentence_of(self._days[day].found))
        self.setFocusProxy(self._days[day])
        if focus:
            self._days[day].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, year: int, month: int) -> None:
        for cell in self._days.values():
            self._grid.removeWidget(cell)
            cell.setParent(None)
            cell.deleteLater()
        self._days = {}
        first = date(year, month, 1)
        self._title.setText(wareki(first).removesuffix("1日"))
        for found in self._read(year, month):
            cell = _Day(found, self)
            cell.clicked.connect(Weakly(self._take, found.day))
            place = (first.weekday() + 1) % 7 + found.day.day - 1
            self._grid.addWidget(cell, 1 + place // 7, place % 7)
            self._days[found.day] = cell
            cell.show()

    def _take(self, day: date) -> None:
        self._show(day, focus=True)
        if not self._days[day].found.why_not:
            self.choose(day)
            self.chosen.emit(day)

    def _turn(self, step: int) -> None:
        months = self._day.year * 12 + self._day.month - 1 + step
        first = date(months // 12, months % 12 + 1, 1)
        last = (date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)).day
        self._show(first.replace(day=min(self._day.day, last)), focus=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._show(self._day + timedelta(days=_STEPS[key]), focus=True)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._turn(-1 if key is Qt.Key.Key_PageUp else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._take(self._day)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._days[self._day].setFocus(event.reason())

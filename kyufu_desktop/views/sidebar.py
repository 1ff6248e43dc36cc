"""One station in the sidebar: icon, word, triangle where something is overdue, count."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kyufu_desktop.views.theme.icons import pix
from kyufu_desktop.views.theme.tokens import font, q

#: As a control: fifteen stations have room in a window of 720.
HEIGHT = 36


class StationButton(QAbstractButton):
    """Chosen = surface plate, accent bar and bold word."""

    picked = Signal(str)

    def __init__(self, icon: str, title: str, shortcut: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._title, self._key = icon, title, key
        self._count, self._late, self._current = 0, False, False
        self.setObjectName(f"station_button.{key}")
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setShortcut(QKeySequence(shortcut))
        self.clicked.connect(self._pick)
        self._name()

    def set_current(self, current: bool) -> None:
        self._current = current
        self._name()
        self.update()

    def set_count(self, number: int, late: bool) -> None:
        self._count, self._late = number, late
        self._name()
        self.update()

    @property
    def count(self) -> int:
        return self._count

    def _name(self) -> None:
        self.setAccessibleName(f"{self._title} {self._count}件" if self._count else self._title)
        state = ("期限を過ぎたものがあります。" if self._late else "") + ("いま開いています。" if self._current else "")
        self.setAccessibleDescription(state)

    def _pick(self) -> None:
        self.picked.emit(self._key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self._current:
            painter.setBrush(q("surface"))
            painter.drawRoundedRect(rect.adjusted(8, 2, -8, -2), 5, 5)
            painter.setBrush(q("accent"))
            painter.drawRoundedRect(QRectF(8, (HEIGHT - 20) / 2, 3, 20), 1.5, 1.5)
        elif self.underMouse():
            painter.setBrush(q("head"))
            painter.drawRoundedRect(rect.adjusted(8, 2, -8, -2), 5, 5)
        painter.drawPixmap(QPointF(20, (HEIGHT - 20) / 2), pix(self._icon, "accent" if self._current else "text2", 20))
        painter.setFont(font(16, self._current))
        painter.setPen(q("text" if self._current else "text2"))
        painter.drawText(QRectF(50, 0, 120, HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), self._title)
        if self._count:
            digits = font(16, mono=True)
            painter.setFont(digits)
            words = f"{self._count:,}"
            wide = QFontMetricsF(digits).horizontalAdvance(words)
            painter.drawText(QRectF(rect.width() - 20 - wide, 0, wide + 1, HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), words)
        if self._late:
            painter.drawPixmap(QPointF(rect.width() - 64, (HEIGHT - 18) / 2), pix("alarm", "fail", 18))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(q("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(7, 1, -7, -1), 6, 6)

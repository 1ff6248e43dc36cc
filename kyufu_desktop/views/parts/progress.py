"""Progress: a flat bar of 8 px, the count in words, the way to stop, and what stopping leaves."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.text import col, label, plate, row
from kyufu_desktop.views.theme.tokens import q


class Bar(QWidget):
    """``value`` from 0 to 1. The number stands beside it, never only here."""

    def __init__(self, value: float = 0.0, tone: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value, self._tone = value, tone
        self.setFixedHeight(8)

    def set(self, value: float) -> None:
        self._value = min(max(value, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        rect = QRectF(self.rect())
        painter.setBrush(q("none_soft"))
        painter.drawRoundedRect(rect, 4, 4)
        if self._value:
            rect.setWidth(max(rect.width() * self._value, 8.0))
            painter.setBrush(q(self._tone))
            painter.drawRoundedRect(rect, 4, 4)


class Progress(QFrame):
    """A running job in the page."""

    cancelled = Signal()

    def __init__(self, title: str, leaves: str = "中止しても、元のままです。", unit: str = "件", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plate(self, "panel")
        self._title, self._unit = label(title), unit
        self._count = label("", mono=True)
        self._bar = Bar()
        stop = Button("中止する", "Esc", name="progress.stop")
        stop.clicked.connect(self.cancelled)
        head = row(self._title, None, self._count)
        self.setLayout(col(head, row((self._bar, 1), stop, gap=16), label(leaves, "muted"), gap=6, margins=(16, 12, 16, 12)))
        self.setAccessibleName(title)

    def set(self, done: int, total: int) -> None:
        """``done`` of ``total``; a total of 0 means that nobody knows it yet."""
        self._bar.set(done / total if total else 0.0)
        words = f"{done:,} / {total:,}{self._unit}" if total else f"{done:,}{self._unit}"
        self._count.setText(words)
        self.setAccessibleDescription(words)

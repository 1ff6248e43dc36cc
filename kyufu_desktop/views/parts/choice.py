"""Segments: a filter of few choices, all visible, with their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from kyufu_desktop.views.theme.tokens import font, q


class _Segment(QAbstractButton):
    def __init__(self, words: str, number: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self.setCheckable(True)
        self.setFixedHeight(34)
        self.set_number(number)

    def set_number(self, number: int | None) -> None:
        self.setText(self._words if number is None else f"{self._words} {number:,}")
        self.setAccessibleName(self._words if number is None else f"{self._words} {number}件")
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(QFontMetricsF(font(16, True)).horizontalAdvance(self.text())) + 28, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        live = self.isEnabled()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(q("accent" if live else "none_soft"))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(q("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
            if chosen:
                painter.setPen(QPen(q("surface"), 2))
                painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 3, 3)
        painter.setFont(font(16, chosen))
        painter.setPen(q(("on_accent" if chosen else "text2") if live else "text3"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self.text())


class Segments(QWidget):
    """``items`` = (key, words, count or None). One is always chosen; arrows move, Tab leaves."""

    chosen = Signal(object)

    def __init__(self, items: Sequence[tuple[object, str, int | None]], name: str = "絞り込み", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [key for key, _, _ in items]
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self._segments = []
        for place, (_, words, number) in enumerate(items):
            segment = _Segment(words, number, self)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus)
            self._group.addButton(segment, place)
            self._segments.append(segment)
            layout.addWidget(segment)
        self._segments[0].setChecked(True)
        self._group.idToggled.connect(self._toggled)
        self.setFixedHeight(36)
        self.setAccessibleName(name)

    def key(self) -> object:
        return self._keys[self._group.checkedId()]

    def choose(self, key: object) -> None:
        self._segments[self._keys.index(key)].setChecked(True)

    def set_counts(self, counts: Mapping[object, int]) -> None:
        for key, segment in zip(self._keys, self._segments, strict=True):
            if key in counts:
                segment.set_number(counts[key])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = (self._group.checkedId() + step) % len(self._segments)
        self._segments[place].setFocus(Qt.FocusReason.TabFocusReason)
        self._segments[place].setChecked(True)

    def _toggled(self, place: int, on: bool) -> None:
        segment = self._segments[place]
        segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        if on:
            self.chosen.emit(self._keys[place])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(q("field" if self.isEnabled() else "line"), 1))
        painter.setBrush(q("surface" if self.isEnabled() else "sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QPen(q("line"), 1))
        for left, right in zip(self._segments, self._segments[1:], strict=False):
            if not left.isChecked() and not right.isChecked():
                painter.drawLine(right.x(), 10, right.x(), 26)

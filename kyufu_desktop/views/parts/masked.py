"""A field whose value is not here until a reason was given: the bar's length says nothing, the value goes again after a minute."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.parts.text import label
from kyufu_desktop.views.theme.tokens import q

_CHARACTER = 16


class MaskBar(QWidget):
    """Hatched bar; its length is fixed for the field and has nothing to do with the value."""

    def __init__(self, length: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wide = length * _CHARACTER
        self.setFixedHeight(24)
        self.setMinimumWidth(min(60, self._wide))
        self.setAccessibleName("伏せています")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 2, min(self.width(), self._wide), self.height() - 4)
        outline = QPainterPath()
        outline.addRoundedRect(rect, 3, 3)
        painter.fillPath(outline, q("none_soft"))
        painter.setClipPath(outline)
        painter.setPen(QPen(q("field", 0.55), 1.5))
        for x in range(-24, int(rect.width()) + 24, 7):
            painter.drawLine(x, int(rect.bottom()), x + int(rect.height()), int(rect.top()))


class MaskedField(QWidget):
    """``name`` is what the field is (「住所」). ``button``: words of its own button; None where one button serves several fields.

    ``asked``: the person wants to see the value. The screen then asks for the reason, lets the service record it and calls :meth:`reveal`.
    """

    asked = Signal()
    concealed = Signal()

    def __init__(
        self,
        name: str,
        length: int = 12,
        button: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._monotonic, self._until = name, monotonic, 0.0
        self._value: QLabel | NameLabel | None = None
        self._mask = MaskBar(length)
        self._left = label("", color="hold")
        self._hide = Button("隠す", "Esc", "quiet", name="masked.hide")
        self._hide.clicked.connect(self.conceal)
        self._ask = Button(button, icon="eye", name="masked.reveal") if button else None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._mask, 1)
        self._row.addWidget(self._left)
        self._row.addWidget(self._hide)
        if self._ask is not None:
            self._row.addWidget(self._ask)
            self._ask.clicked.connect(self.asked)
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._tick)
        self._show_state()

    @property
    def revealed(self) -> bool:
        return self._value is not None

    def reveal(self, text: str, seconds: int = 60, *, name: bool = False) -> None:
        """Shows ``text`` for ``seconds``. ``name`` = a person's name, with its variant glyphs."""
        self._drop()
        self._value = NameLabel(text) if name else label(text, "strong", wrap=True)
        self._row.insertWidget(1, self._value, 1)
        self._until = self._monotonic() + seconds
        self._clock.start()
        self._show_state()
        self._tick()

    def conceal(self) -> None:
        """Takes the value away again, from the window and from this object."""
        if not self.revealed:
            return
        self._drop()
        self._clock.stop()
        self._show_state()
        self.concealed.emit()

    def _drop(self) -> None:
        gone, self._value = self._value, None
        if gone is None:
            return
        self._row.removeWidget(gone)
        gone.setParent(None)
        gone.deleteLater()

    def _tick(self) -> None:
        left = self._until - self._monotonic()
        if left <= 0:
            self.conceal()
            return
        self._left.setText(f"あと{int(left + 0.999)}秒")

    def _show_state(self) -> None:
        shown = self.revealed
        self._mask.setVisible(not shown)
        self._left.setVisible(shown)
        self._hide.setVisible(shown)
        if self._ask is not None:
            self._ask.setVisible(not shown)
        self.setAccessibleName(self._name if shown else f"{self._name} 伏せています")

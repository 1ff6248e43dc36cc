"""Buttons: a verb with its object and its key. Height 36, the key stands inside, right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kyufu_desktop.views.parts.text import label
from kyufu_desktop.views.theme.icons import pix
from kyufu_desktop.views.theme.tokens import font, q

_ARROWS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down"}
#: Keys that stand on a button as a reminder only: the table or the frame already answers them.
_ANSWERED_ELSEWHERE = frozenset({"Enter", "Esc"})
_EDGE = 14


def sequences(key: str) -> list[QKeySequence]:
    """Key sequences of what a button says: Enter stands for both Enter keys."""
    for arrow, word in _ARROWS.items():
        key = key.replace(arrow, word)
    if key.endswith("Enter"):
        return [QKeySequence(key[: -len("Enter")] + "Return"), QKeySequence(key)]
    return [QKeySequence(key)]


class Button(QPushButton):
    """``kind``: plain (edge), primary (filled, one a page), quiet (accent word), danger (filled red, dialogs only).

    ``name`` is ``station.verb`` and becomes the object name. ``beside`` is the label that says why the button cannot be pressed.
    """

    def __init__(
        self, text: str, key: str = "", kind: str = "plain", icon: str | None = None, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._key, self._kind, self._icon = text, key, kind, icon
        self.beside = label("", "muted")
        self.beside.setVisible(False)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if key and key not in _ANSWERED_ELSEWHERE:
            first, *others = sequences(key)
            self.setShortcut(first)
            for other in others:
                QShortcut(other, self).activated.connect(self.click)

    @property
    def words(self) -> str:
        """What the button says, without the key."""
        return self._words

    @property
    def key(self) -> str:
        return self._key

    def set_words(self, text: str) -> None:
        self._words = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def forbid(self, why: str) -> None:
        """Cannot be pressed; ``why`` is a whole sentence and stands beside the button."""
        self.setEnabled(False)
        self.beside.setText(why)
        self.beside.setVisible(bool(why))
        self.setAccessibleDescription(why)

    def allow(self) -> None:
        self.setEnabled(True)
        self.beside.setVisible(False)
        self.setAccessibleDescription("")

    def sizeHint(self) -> QSize:
        return QSize(round(self._needed()), 36)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _needed(self) -> float:
        words = QFontMetricsF(font(16, self._kind == "primary")).horizontalAdvance(self._words)
        key = QFontMetricsF(font(16)).horizontalAdvance(self._key) + 12 if self._key else 0
        return _EDGE + (26 if self._icon else 0) + words + key + _EDGE + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        front, key_token = self._ground(painter)
        middle = max(0.0, (self.width() - self._needed()) / 2) if not self._key else 0.0
        x = _EDGE + middle
        if self._icon:
            painter.drawPixmap(QPointF(x, (self.height() - 18) / 2), pix(self._icon, front, 18))
            x += 26
        painter.setFont(font(16, self._kind == "primary"))
        painter.setPen(q(front))
        painter.drawText(QRectF(x, 0, self.width(), self.height()), int(Qt.AlignmentFlag.AlignVCenter), self._words)
        if self._key:
            painter.setFont(font(16))
            painter.setPen(q(key_token))
            place = QRectF(0, 0, self.width() - _EDGE, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._key)

    def _ground(self, painter: QPainter) -> tuple[str, str]:
        """Paints plate, edge and focus ring; gives back the tokens of the word and of the key."""
        live = self.isEnabled()
        pressed = self.isDown() or self.underMouse()
        ground: str | None
        edge: str | None = None
        front, key = "text", "text3"
        filled = self._kind in ("primary", "danger") and live
        if filled:
            ground, front = ("accent_hi" if pressed else "accent", "on_accent") if self._kind == "primary" else ("fail", "on_fail")
            key = front
        elif self._kind == "quiet":
            ground, front = ("head" if pressed and live else None), ("accent" if live else "text3")
            if self.isChecked():
                ground = "sel"
        else:
            ground, front, edge = ("surface", "text", "field") if live else ("sunken", "text3", "line")
            if live and (pressed or self.isChecked()):
                ground = "sel" if self.isChecked() else "head"
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(q(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(q(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 5, 5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(q("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)
            if filled:
                painter.setPen(QPen(q("surface"), 2))
                painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 3, 3)
        return front, key

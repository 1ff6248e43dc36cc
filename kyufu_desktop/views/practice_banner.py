"""The striped banner of a practice vault. In the real vault it is absent, not recoloured."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.theme.tokens import font, q

WORD = "練習"
SENTENCE = "架空の人だけが入っています。印刷物とファイルにも「練習」と入ります。"
HEIGHT = 32


class PracticeBanner(QWidget):
    """Never closable; dialogs repeat it, with the first sentence only."""

    def __init__(self, short: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = SENTENCE.split("。", 1)[0] + "。" if short else SENTENCE
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(f"{WORD} {self._sentence}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), q("prac"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("prac2"))
        for x in range(-40, self.width() + 40, 32):
            corners = (QPointF(x, HEIGHT), QPointF(x + 16, HEIGHT), QPointF(x + 48, 0), QPointF(x + 32, 0))
            painter.drawPolygon(QPolygonF(corners))
        bold = font(16, True)
        first = QFontMetricsF(bold).horizontalAdvance(WORD) + 14
        wide = first + QFontMetricsF(font(16)).horizontalAdvance(self._sentence)
        x0 = (self.width() - wide) / 2
        painter.setBrush(q("prac"))
        painter.drawRect(QRectF(x0 - 20, 0, wide + 40, HEIGHT))
        painter.setPen(q("on_prac"))
        painter.setFont(bold)
        painter.drawText(QRectF(x0, 0, wide, HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), WORD)
        painter.setFont(font(16))
        painter.drawText(QRectF(x0 + first, 0, wide, HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), self._sentence)

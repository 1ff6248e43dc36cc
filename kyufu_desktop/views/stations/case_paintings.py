"""Painted parts of the case page and of 判定: the bar of a period, the line of events, the two steps of a judgment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from kyufu_desktop.documents.fonts import pieces
from kyufu_desktop.views.parts.written import elided, text_width
from kyufu_desktop.views.stations.today_charts import draw_text
from kyufu_desktop.views.theme import font, pix, q


def period_painter(
    starts: date | None, ends: date | None, issued: date, on: date, words: str, tone: str
) -> Callable[[QPainter, QRectF], None]:
    """Painter of a cell: the words of the period, below them a bar from start to end with a mark at ``on``.

    Without an end only the words are painted: a bar without an end would claim one.
    """

    def paint(painter: QPainter, rect: QRectF) -> None:
        if ends is None:
            draw_text(painter, rect, words, tone, mono=True)
            return
        draw_text(painter, QRectF(rect.x(), rect.y() + 2, rect.width(), 22), words, tone, mono=True)
        begin = starts or issued
        # The scale is the period and today, with a little air on both sides.
        low, high = min(begin, on), max(ends, on)
        air = timedelta(days=max((high - low).days // 12, 1))
        low, high = low - air, high + air
        wide, y = rect.width() - 8, rect.bottom() - 11

        def x_of(day: date) -> float:
            return rect.x() + wide * (day - low).days / (high - low).days

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("none_soft"))
        painter.drawRoundedRect(QRectF(rect.x(), y, wide, 6), 3, 3)
        painter.setBrush(q("ok" if tone == "text" else tone))
        painter.drawRoundedRect(QRectF(x_of(begin), y, max(x_of(ends) - x_of(begin), 6), 6), 3, 3)
        painter.setBrush(q("text"))
        painter.drawRect(QRectF(x_of(on) - 1, y - 3, 2, 12))

    return paint


@dataclass(frozen=True, slots=True)
class Happening:
    """One point of the line of events; ``tone`` ``ok`` is filled, anything else a ring."""

    when: str
    what: str
    who: str
    tone: str = "ok"


class EventLine(QWidget):
    """経過: newest first. What was done takes as many lines as it needs; who did it stands at the end of the last, or on one of its own."""

    ROW, MORE, LEFT = 28, 22, 116

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Happening, ...] = ()
        self.setAccessibleName("経過")

    def show_items(self, items: tuple[Happening, ...]) -> None:
        self._items = items
        self._measure()
        self.setAccessibleDescription("、".join(f"{item.when} {item.what} {item.who}" for item in items))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        more = sum(len(self._lines(item)) - 1 for item in self._items)
        self.setFixedHeight(self.ROW * max(len(self._items), 1) + self.MORE * more + 4)

    def _lines(self, item: Happening) -> list[tuple[str, str]]:
        """(what, who) of each line of one item."""
        face, room = font(16), max(self.width() - self.LEFT, 64)
        whats = [""]
        for letter in pieces(item.what):
            if text_width(whats[-1] + letter, face) > room:
                whats.append("")
            whats[-1] += letter
        lines = [(what, "") for what in whats]
        if text_width(whats[-1], face) + 12 + text_width(item.who, face) <= room:
            lines[-1] = (whats[-1], item.who)
        else:
            lines.append(("", item.who))
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._items:
            draw_text(painter, QRectF(0, 0, self.width(), self.ROW), "まだ何もしていません。", "text3")
            return
        axis, room = 7.0, self.width() - self.LEFT
        painter.setPen(QPen(q("line"), 2))
        told = [self._lines(item) for item in self._items]
        places: list[float] = []
        y = self.ROW / 2
        for lines in told:
            places.append(y)
            y += self.ROW + self.MORE * (len(lines) - 1)
        painter.drawLine(QPointF(axis, places[0]), QPointF(axis, places[-1]))
        for y, item, lines in zip(places, self._items, told, strict=True):
            token = "ok" if item.tone == "ok" else "accent"
            painter.setPen(QPen(q(token), 2))
            painter.setBrush(q(token) if item.tone == "ok" else q("surface"))
            painter.drawEllipse(QPointF(axis, y), 5, 5)
            draw_text(painter, QRectF(24, y - 12, 96, 24), item.when, "text3", mono=True)
            for place, (what, who) in enumerate(lines):
                line = QRectF(self.LEFT, y - 12 + place * self.MORE, room, 24)
                draw_text(painter, line, what, "text")
                draw_text(painter, line, who, "text2", right=True)


class Steps(QWidget):
    """起案 — 決裁: the icon, the step, and below it who (or whose turn it is)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[tuple[str, str, str, str], ...] = ()
        self.setFixedHeight(48)
        self.setMinimumWidth(230)
        self.setAccessibleName("起案と決裁")

    def show_items(self, items: tuple[tuple[str, str, str, str], ...]) -> None:
        """``items`` = (icon, token, step, who)."""
        self._items = items
        self.setAccessibleDescription("、".join(f"{step} {who}" for _, _, step, who in items))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self.width() / max(len(self._items), 1)
        for index, (icon, token, step, who) in enumerate(self._items):
            x = index * wide
            painter.drawPixmap(QPointF(x, 3), pix(icon, token, 20))
            draw_text(painter, QRectF(x + 28, 0, wide, 24), step, "text", bold=True)
            shown = elided(who, font(16), int(wide - 32))
            draw_text(painter, QRectF(x + 28, 24, wide - 30, 22), shown, "text3")
            if index < len(self._items) - 1:
                start = x + 28 + QFontMetrics(font(16, True)).horizontalAdvance(step) + 10
                painter.setPen(QPen(q("line"), 2))
                painter.drawLine(QPointF(start, 13), QPointF(x + wide - 12, 13))

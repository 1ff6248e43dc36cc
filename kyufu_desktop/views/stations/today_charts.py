"""The two pictures of 今日の仕事: where the cases stand in the order of the work, and how far they have come."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.parts.written import paint_text
from kyufu_desktop.views.theme import font, pix, q

_REMARK_ICONS = {"wait": "stamp", "hold": "clock", "fail": "alarm", "run": "half", "ok": "ok", "none": "todo"}
_TONE_TOKENS = {"wait": "wait", "hold": "hold", "fail": "fail", "late": "fail", "run": "accent", "ok": "ok", "none": "text3"}


def draw_text(
    painter: QPainter,
    rect: QRectF,
    words: str,
    token: str,
    *,
    size: int = 16,
    bold: bool = False,
    mono: bool = False,
    right: bool = False,
    centre: bool = False,
) -> None:
    """One line of text in a token's colour, vertically centred in ``rect`` (pixels)."""
    painter.setFont(font(size, bold, mono))
    painter.setPen(q(token))
    across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft
    paint_text(painter, rect, words, across)


class Flow(QWidget):
    """How many cases stand at each step now; the remark under a count says what is urgent there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[tuple[str, int, str, str], ...] = ()
        self.setFixedHeight(92)
        self.setAccessibleName("工程ごとの件数")

    def show_steps(self, steps: tuple[tuple[str, int, str, str], ...]) -> None:
        """``steps`` = (label, count, remark, tone of the remark) in the order of the work."""
        self._steps = steps
        self.setAccessibleDescription("、".join(f"{label} {count}件 {remark}".strip() for label, count, remark, _ in steps))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = len(self._steps)
        if not count:
            return
        height, arrow, step = self.height() - 0.5, 12, self.width() / count
        for index, (label, number, remark, tone) in enumerate(self._steps):
            left, last = index * step + 0.5, index == count - 1
            right = self.width() - 0.5 if last else left + step - 4
            path = QPainterPath(QPointF(left, 0.5))
            path.lineTo(right, 0.5)
            if not last:
                path.lineTo(right + arrow, height / 2)
            path.lineTo(right, height)
            path.lineTo(left, height)
            if index:
                path.lineTo(left + arrow, height / 2)
            path.closeSubpath()
            painter.setPen(QPen(q("line"), 1))
            painter.setBrush(q("surface"))
            painter.drawPath(path)
            at = left + (28 if index else 20)
            draw_text(painter, QRectF(at, 8, step, 22), label, "text2")
            draw_text(painter, QRectF(at, 30, step, 32), str(number), "text", size=28, bold=True, mono=True)
            wide = QFontMetrics(font(28, True, True)).horizontalAdvance(str(number))
            draw_text(painter, QRectF(at + wide + 4, 36, 30, 26), "件", "text2")
            if remark:
                token = _TONE_TOKENS.get(tone, "text3")
                painter.drawPixmap(QPointF(at, 64), pix(_REMARK_ICONS.get(tone, "info"), token, 16))
                draw_text(painter, QRectF(at + 21, 61, step, 22), remark, token)


class BurnUp(QWidget):
    """Cumulative cases against time: ordered stages in one hue, direct numbers beside the picture.

    The dashed line is the even pace of payment from the first day to the deadline; it is a yardstick, not a promise.
    """

    STAGES: tuple[tuple[str, str], ...] = (("判定", "s1"), ("発送", "s2"), ("収受", "s3"), ("支給", "s4"))
    #: px for the numbers of the axis, and for the numbers beside the picture; words of the dashed line.
    AXIS, LEGEND = 34, 170
    PLAN = "支給の目安"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[tuple[date, int, int, int, int], ...] = ()
        self._total = 0
        self._deadline: date | None = None
        self._today: date | None = None
        self.setMinimumHeight(200)
        self.setAccessibleName("進み具合")

    def show_series(self, series: tuple[tuple[date, int, int, int, int], ...], total: int, deadline: date, on: date) -> None:
        """``series`` = (day, judged, sent, received, paid), cumulative, oldest first; ``on`` = today."""
        self._series, self._total, self._deadline, self._today = series, total, deadline, on
        last = series[-1][1:] if series else (0, 0, 0, 0)
        numbers = " ".join(f"{name}{last[index]}件 残り{total - last[index]}件" for index, (name, _) in enumerate(self.STAGES))
        self.setAccessibleName(f"進み具合 {numbers} 対象{total}件")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._deadline is None or self._today is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, top, bottom = float(self.AXIS), self.width() - 2.0, 26.0, self.height() - 28.0
        first = min(self._series[0][0] if self._series else self._today, self._today - timedelta(days=28))
        # The right third stays empty future: the numbers are written there.
        span = max((self._today - first).days, 1)
        last_day = max(self._deadline + timedelta(days=10), self._today + timedelta(days=span))
        days = (last_day - first).days
        ceiling = max(self._total, 1)

        def x_of(day: date) -> float:
            return left + (right - left) * (day - first).days / days

        def y_of(value: float) -> float:
            return bottom - (bottom - top) * value / ceiling

        self._paint_axes(painter, first, last_day, left, right, bottom, x_of, y_of)
        self._paint_stages(painter, first, bottom, x_of, y_of)
        painter.setPen(QPen(q("text2"), 1.6, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([QPointF(x_of(day), y_of(value)) for day, value in self._plan(first)]))
        now, due = x_of(self._today), x_of(self._deadline)
        painter.setPen(QPen(q("text"), 1.6))
        painter.drawLine(QPointF(now, top - 4), QPointF(now, bottom))
        legend_y = bottom - 4 * 24 - 6
        if legend_y - 26 >= top + 24:  # on a low window the legend needs the place
            draw_text(painter, QRectF(now + 10, top + 2, 160, 22), self.PLAN, "text2")
        # A label that would run into 「今日」 gives way to it: the line itself stays.
        if due - now > 70:
            painter.setPen(QPen(q("fail"), 1.6, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(due, top - 4), QPointF(due, legend_y - 30))
            draw_text(
                painter,
                QRectF(min(due - 60, right - 120), 0, 120, 22),
                "提出期限",
                "fail",
                centre=due - 60 <= right - 120,
                right=due - 60 > right - 120,
            )
        draw_text(painter, QRectF(max(now - 60, 0), 0, 120, 22), "今日", "text", bold=True, centre=True)
        self._paint_legend(painter, min(now + 12, right - self.LEGEND), legend_y)

    def _plan(self, first: date) -> list[tuple[date, float]]:
        """Points of the dashed line."""
        assert self._deadline is not None
        return [(first, 0), (self._deadline, max(self._total, 1))]

    def _tick(self, value: int) -> str:
        """A value of the axis in words."""
        return str(value)

    def _paint_axes(self, painter: QPainter, first: date, last: date, left: float, right: float, bottom: float, x_of, y_of) -> None:  # type: ignore[no-untyped-def]
        for value in sorted({0, self._total // 2, self._total}):
            painter.setPen(QPen(q("line"), 1))
            painter.drawLine(QPointF(left, y_of(value)), QPointF(right, y_of(value)))
            draw_text(painter, QRectF(0, y_of(value) - 11, left - 6, 22), self._tick(value), "text3", mono=True, right=True)
        month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        while month <= last:
            x = x_of(month)
            painter.setPen(QPen(q("line"), 1))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 5))
            if x + 36 <= right:
                draw_text(painter, QRectF(x - 2, bottom + 5, 60, 22), f"{month.month}月", "text3")
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)

    def _paint_stages(self, painter: QPainter, first: date, bottom: float, x_of, y_of) -> None:  # type: ignore[no-untyped-def]
        if not self._series or self._today is None:
            return
        for index, (_, token) in enumerate(self.STAGES):
            points = [QPointF(x_of(self._series[0][0]), bottom)]
            points += [QPointF(x_of(row[0]), y_of(row[index + 1])) for row in self._series]
            points.append(QPointF(x_of(self._today), y_of(self._series[-1][index + 1])))
            area = QPolygonF([*points, QPointF(x_of(self._today), bottom)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(q(token))
            painter.drawPolygon(area)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # s1 has too little contrast of its own: its edge is drawn in the colour of edges.
            painter.setPen(QPen(q("field" if index == 0 else "surface"), 1.5))
            painter.drawPolyline(QPolygonF(points))

    def _paint_legend(self, painter: QPainter, x: float, y: float) -> None:
        last = self._series[-1][1:] if self._series else (0, 0, 0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("surface"))
        painter.drawRect(QRectF(x - 4, y - 26, 172, 5 * 24 + 4))
        draw_text(painter, QRectF(x + 20, y - 26, 150, 22), "済み・残り（件）", "text3")
        for index, (name, token) in enumerate(self.STAGES):
            line = y + index * 24
            done = last[index]
            painter.setPen(QPen(q("field"), 1))
            painter.setBrush(q(token))
            painter.drawRect(QRectF(x + 0.5, line + 6.5, 11, 11))
            draw_text(painter, QRectF(x + 20, line, 40, 24), name, "text2")
            draw_text(painter, QRectF(x + 54, line, 40, 24), str(done), "text", bold=True, mono=True, right=True)
            draw_text(painter, QRectF(x + 100, line, 68, 24), f"残り{self._total - done}", "text3", mono=True)

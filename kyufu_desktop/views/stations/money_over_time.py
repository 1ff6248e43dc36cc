"""The picture of 支給の状況: yen decided, given to the bank, paid and failed over time, and what the batches under way will bring."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kyufu_desktop.services.tracking import Course
from kyufu_desktop.views.stations.today_charts import BurnUp, draw_text
from kyufu_desktop.views.theme import q


class MoneyOverTime(BurnUp):
    """Three stages in one hue, what failed in the colour of failure; dashed = paid once every batch under way has arrived."""

    STAGES = (("決裁", "s2"), ("渡した", "s3"), ("振込済", "s4"), ("不能", "fail"))
    AXIS, LEGEND = 84, 210
    PLAN = "振込の予定"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ahead: tuple[tuple[date, int], ...] = ()
        self.setAccessibleName("支給の推移")

    def show_course(self, course: Course, on: date) -> None:
        last = course.days[-1][1:] if course.days else (0, 0, 0, 0)
        self._ahead = course.ahead
        self.show_series(course.days, max(*last, course.ahead[-1][1] if course.ahead else 0, 1), course.deadline, on)
        numbers = " ".join(f"{name}{last[place]:,}円" for place, (name, _) in enumerate(self.STAGES))
        plan = f" 予定どおりなら{course.ahead[-1][1]:,}円" if course.ahead else ""
        self.setAccessibleName(f"支給の推移 {numbers}{plan} 決裁と振込済の差{last[0] - last[2]:,}円")

    def _plan(self, first: date) -> list[tuple[date, float]]:
        return list(self._ahead)

    def _tick(self, value: int) -> str:
        return f"{value // 10_000:,}万円" if value else "0円"

    def _paint_legend(self, painter: QPainter, x: float, y: float) -> None:
        # At the edge: the dashed line begins at today, where the numbers would lie on it.
        x = self.width() - 2.0 - self.LEGEND
        last = self._series[-1][1:] if self._series else (0, 0, 0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("surface"))
        painter.drawRect(QRectF(x - 4, y - 26, self.LEGEND + 2, 5 * 24 + 4))
        draw_text(painter, QRectF(x + 20, y - 26, 190, 22), "これまでの合計（円）", "text3")
        for place, (name, token) in enumerate(self.STAGES):
            line = y + place * 24
            painter.setPen(QPen(q("field"), 1))
            painter.setBrush(q(token))
            painter.drawRect(QRectF(x + 0.5, line + 6.5, 11, 11))
            draw_text(painter, QRectF(x + 20, line, 60, 24), name, "text2")
            draw_text(painter, QRectF(x + 70, line, 130, 24), f"{last[place]:,}", "text", bold=True, mono=True, right=True)

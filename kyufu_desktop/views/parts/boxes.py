"""Reconciliation: sums in boxes joined by = 一致 or ≠ 不一致. Sign, word and colour say the same; the sentence below says by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.theme.tokens import font, q

_GAP = 74
#: px: a box with one line of note, and a line more.
_HEIGHT, _LINE = 88, 22
_V = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Amount:
    """One box. ``yen`` None = not there yet. ``agrees`` with the box before: True, False, or None where it cannot be said."""

    title: str
    yen: int | None
    note: str = ""
    agrees: bool | None = None


class Reconcile(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: tuple[Amount, ...] = ()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("照らし合わせ")

    def set_boxes(self, boxes: Sequence[Amount]) -> None:
        self._boxes = tuple(boxes)
        words = []
        for each in self._boxes:
            joined = {True: "一致 ", False: "不一致 ", None: ""}[each.agrees]
            words.append(f"{joined}{each.title} {_yen(each.yen)} {each.note}".strip())
        self.setAccessibleDescription("、".join(words))
        most = max((len(_notes(each.note)) for each in self._boxes), default=1)
        self.setFixedHeight(_HEIGHT + _LINE * (most - 1))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._boxes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        number = len(self._boxes)
        wide = (self.width() - _GAP * (number - 1)) / number
        for place, each in enumerate(self._boxes):
            x = place * (wide + _GAP)
            self._box(painter, x, wide, each)
            if place and each.agrees is not None:
                self._join(painter, x - _GAP, each.agrees)

    def _box(self, painter: QPainter, x: float, wide: float, each: Amount) -> None:
        bad = each.agrees is False
        painter.setPen(QPen(q("fail" if bad else "line"), 1.5 if bad else 1))
        painter.setBrush(q("surface"))
        painter.drawRoundedRect(QRectF(x + 1, 1, wide - 2, self.height() - 2), 6, 6)
        painter.setFont(font(16))
        painter.setPen(q("text2"))
        painter.drawText(QRectF(x + 14, 8, wide - 20, 22), int(_V), each.title)
        for place, line in enumerate(_notes(each.note)):
            painter.drawText(QRectF(x + 14, 60 + place * _LINE, wide - 20, 22), int(_V), line)
        if each.yen is None:
            painter.setPen(q("text3"))
            painter.drawText(QRectF(x + 14, 30, wide - 20, 30), int(_V), "まだありません")
            return
        figure = font(20, True, True)
        painter.setFont(figure)
        painter.setPen(q("fail" if bad else "text"))
        words = f"{each.yen:,}"
        painter.drawText(QRectF(x + 14, 30, wide, 30), int(_V), words)
        painter.setFont(font(16))
        painter.setPen(q("text2"))
        painter.drawText(QRectF(x + 17 + QFontMetricsF(figure).horizontalAdvance(words), 32, 30, 28), int(_V), "円")

    def _join(self, painter: QPainter, x: float, agrees: bool) -> None:
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.setPen(q("ok" if agrees else "fail"))
        painter.setFont(font(28, True))
        painter.drawText(QRectF(x, 12, _GAP, 30), centre, "=" if agrees else "≠")
        painter.setFont(font(16))
        painter.drawText(QRectF(x, 42, _GAP, 24), centre, "一致" if agrees else "不一致")


def _notes(note: str) -> list[str]:
    """Facts of a note, each on its own line: a sum's note is never cut short."""
    return note.split("　") or [""]


def _yen(yen: int | None) -> str:
    return "まだありません" if yen is None else f"{yen:,}円"

"""A table whose rows are as high as their words: nothing is cut short, and the second fact stands below the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.parts import Cell, Row, Table
from kyufu_desktop.views.parts.lines import CELL_PITCH, break_lines
from kyufu_desktop.views.parts.written import paint_text
from kyufu_desktop.views.theme import font, q

#: Room left and right of the words in a cell, and above and below them in a row.
_BESIDE, _AROUND = 26, 16
#: A row of one line, or of a cell with two.
LEAST_HEIGHT = 44


@dataclass(frozen=True, slots=True)
class Tall:
    """Words on as many lines as they need; ``sub`` (a source) follows in the third colour."""

    text: str
    sub: str = ""
    color: str = "text"

    def cell(self) -> Cell:
        said = f"{self.text} {self.sub}" if self.sub else self.text
        return Cell(self.text, paint=partial(_paint, self), accessible=said)

    def lines(self, width: float) -> int:
        face = font(16)
        return len(break_lines(self.text, face, width)) + (len(break_lines(self.sub, face, width)) if self.sub else 0)


TallRow = tuple[object, tuple[Tall | Cell, ...]]
"""(key, cells)"""


class TallTable(Table):
    """Filled with :meth:`set_tall`; the heights follow when the columns become wider or narrower. ``least`` px is the lowest row."""

    def __init__(
        self,
        columns: Sequence[str],
        widths: Sequence[int],
        *,
        empty: QWidget | None = None,
        name: str = "",
        fit: bool = False,
        least: int = LEAST_HEIGHT,
    ) -> None:
        self._tall: dict[object, tuple[Tall | Cell, ...]] = {}
        self._least = least
        super().__init__(columns, widths, fit=fit, empty=empty, name=name)
        # Not within the resizing: a row that becomes lower may take the scroll bar away, and the column changes again.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._settle)
        self.view.horizontalHeader().sectionResized.connect(self._widths_changed)

    def set_tall(self, rows: Sequence[TallRow | Row]) -> None:
        """Rows with tall cells; a :class:`Row` is a group row."""
        made, self._tall = [], {}
        for item in rows:
            if isinstance(item, Row):
                made.append(item)
                continue
            key, cells = item
            self._tall[key] = cells
            made.append(Row(key, tuple(cell.cell() if isinstance(cell, Tall) else cell for cell in cells)))
        self.set_rows(made)
        self._settle()

    def _widths_changed(self, *_: int) -> None:
        self._soon.start()

    def _settle(self) -> None:
        head = self.view.horizontalHeader()
        for place, made in enumerate(self.rows):
            cells = self._tall.get(made.key)
            if cells is None:
                continue
            needed = max(
                (cell.lines(head.sectionSize(column) - _BESIDE) for column, cell in enumerate(cells) if isinstance(cell, Tall)), default=1
            )
            self.view.setRowHeight(place, max(self._least, needed * CELL_PITCH + _AROUND))
        self._measure()


def _paint(tall: Tall, painter: QPainter, rect: QRectF) -> None:
    face = font(16)
    lines = [(line, tall.color) for line in break_lines(tall.text, face, rect.width())]
    if tall.sub:
        lines += [(line, "text3") for line in break_lines(tall.sub, face, rect.width())]
    painter.setFont(face)
    top = rect.center().y() - CELL_PITCH * len(lines) / 2
    for place, (line, color) in enumerate(lines):
        painter.setPen(q(color))
        spot = QRectF(rect.x(), top + place * CELL_PITCH, rect.width() + 2, CELL_PITCH)
        paint_text(painter, spot, line, Qt.AlignmentFlag.AlignLeft)

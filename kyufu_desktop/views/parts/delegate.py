"""The one delegate that paints the cells of every table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from kyufu_desktop.views.parts.cells import Cell
from kyufu_desktop.views.parts.chip import paint_chip
from kyufu_desktop.views.parts.lines import CELL_PITCH, paint_lines
from kyufu_desktop.views.parts.names import paint_name
from kyufu_desktop.views.parts.paged_model import CELL_ROLE, GROUP_ROLE
from kyufu_desktop.views.parts.written import elided, paint_text, text_width
from kyufu_desktop.views.theme.icons import pix
from kyufu_desktop.views.theme.tokens import font, q

_LEFT = Qt.AlignmentFlag.AlignLeft
_LINE = 22


class CellDelegate(QStyledItemDelegate):
    """Ground, hairline, accent bar and focus ring of the row; then chip, icon and one or two lines of text."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        cell: Cell = index.data(CELL_ROLE)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(GROUP_ROLE):
            self._group(painter, rect, cell)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._ground(painter, rect, index, selected)
            inner = rect.adjusted(12, 0, -8, -1)
            if cell.paint is not None:
                cell.paint(painter, inner)
            else:
                self._content(painter, inner, cell, selected)
        painter.restore()

    def _group(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        painter.fillRect(rect, q("head"))
        x = rect.x() + 12
        if cell.icon:
            painter.drawPixmap(QPointF(x, rect.center().y() - 9), pix(cell.icon, cell.color, 18))
            x += 26
        bold = font(16, True)
        painter.setFont(bold)
        painter.setPen(q(cell.color))
        paint_text(painter, QRectF(x, rect.y(), rect.right() - x, rect.height()), cell.text, _LEFT)
        if cell.sub:
            x += text_width(cell.text, bold) + 10
            painter.setFont(font(16))
            painter.setPen(q("text3"))
            paint_text(painter, QRectF(x, rect.y(), rect.right() - x - 12, rect.height()), cell.sub, _LEFT)

    def _ground(self, painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex, selected: bool) -> None:
        painter.fillRect(rect, q("sel" if selected else "surface"))
        painter.setPen(QPen(q("line"), 1))
        painter.drawLine(QPointF(rect.x(), rect.bottom() - 0.5), QPointF(rect.right() + 1, rect.bottom() - 0.5))
        if not selected:
            return
        first, last = index.column() == 0, index.column() == index.model().columnCount() - 1
        if first:
            painter.fillRect(QRectF(rect.x(), rect.y(), 4, rect.height() - 1), q("accent"))
        if self._view.hasFocus():
            painter.setPen(QPen(q("focus"), 2))
            painter.drawLine(QPointF(rect.x(), rect.y() + 1), QPointF(rect.right() + 1, rect.y() + 1))
            painter.drawLine(QPointF(rect.x(), rect.bottom() - 1), QPointF(rect.right() + 1, rect.bottom() - 1))
            if first:
                painter.drawLine(QPointF(rect.x() + 1, rect.y()), QPointF(rect.x() + 1, rect.bottom()))
            if last:
                painter.drawLine(QPointF(rect.right() - 1, rect.y()), QPointF(rect.right() - 1, rect.bottom()))

    def _content(self, painter: QPainter, rect: QRectF, cell: Cell, selected: bool) -> None:
        x, middle = rect.x(), rect.center().y()
        if cell.chip:
            x += paint_chip(painter, x, middle, cell.chip, selected) + 10
        if cell.icon:
            painter.drawPixmap(QPointF(x, middle - 9), pix(cell.icon, cell.icon_color or cell.color, 18))
            x += 26
        width = rect.right() - x
        if cell.sub is None:
            self._text(painter, QRectF(x, rect.y(), width, rect.height()), cell)
            return
        self._text(painter, QRectF(x, middle - _LINE + 1, width, _LINE), cell)
        second = font(16, mono=cell.sub_mono)
        painter.setFont(second)
        painter.setPen(q("text2" if selected else "text3"))
        # Only a second line may be cut short; a name, a number, a day or a reason never is.
        paint_text(painter, QRectF(x, middle, width, _LINE), elided(cell.sub, second, width + 1), _align(cell))

    def _text(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        if not cell.text:
            return
        if cell.name:
            paint_name(painter, rect, cell.text, 16, q(cell.color))
            return
        face = font(16, cell.bold, cell.mono)
        painter.setFont(face)
        painter.setPen(q(cell.color))
        if rect.height() >= 2 * CELL_PITCH and text_width(cell.text, face) > rect.width() + 1:
            paint_lines(painter, rect, cell.text, face)
            return
        paint_text(painter, rect, cell.text, _align(cell))


def _align(cell: Cell) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if cell.right else _LEFT

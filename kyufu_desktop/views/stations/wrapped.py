"""A sentence in a table cell, on two lines where it needs them: reasons are never cut short."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kyufu_desktop.views.parts import Cell
from kyufu_desktop.views.parts.lines import paint_lines
from kyufu_desktop.views.theme import font, q


def wrapped(text: str, color: str = "text") -> Cell:
    """``color`` is a token. Rows need 52 px for two lines."""
    return Cell(text, paint=partial(_paint, text, color), accessible=text)


def _paint(text: str, color: str, painter: QPainter, rect: QRectF) -> None:
    painter.setPen(q(color))
    paint_lines(painter, rect, text, font(16))

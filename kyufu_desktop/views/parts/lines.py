"""Labels and cells of words: 24 px from line to line in labels, 22 in cells, no single character left over on the last line.

Names that stand among the words are painted with their variants.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QWidget

from kyufu_desktop.views.parts.written import is_hard, paint_text, room_of, text_width

#: px from line to line.
PITCH, CELL_PITCH = 24, 22
#: A last line shorter than this takes some of the line before it.
_SHORTEST = 4
_STEP = 8.0
_TRIES = 24


def break_lines(text: str, face: QFont, width: float) -> list[str]:
    """``text`` broken at ``width`` px by the rules of line breaking (禁則); its own line ends stay."""
    if not is_hard(text):
        return list(_broken(text, face.toString(), max(width, 1.0)))
    plain, meant = room_of(text)
    lines: list[str] = []
    at = 0
    for line in _broken(plain, face.toString(), max(width, 1.0)):
        lines.append("".join(meant[at : at + len(line)]))
        at += len(line)
        if plain[at : at + 1] == "\n":
            at += 1
    return lines


@lru_cache(maxsize=512)
def _broken(text: str, face: str, width: float) -> tuple[str, ...]:
    font = QFont()
    font.fromString(face)
    lines: list[str] = []
    for part in text.split("\n"):
        found = _at(part, font, width)
        narrower, tries = width, 0
        fitted = found
        while len(fitted) > 1 and len(fitted[-1].strip()) < _SHORTEST and tries < _TRIES:
            narrower, tries = narrower - _STEP, tries + 1
            fitted = _at(part, font, narrower)
        lines += fitted if len(fitted) == len(found) else found
    return tuple(lines)


def _at(text: str, face: QFont, width: float) -> list[str]:
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    places: list[int] = []
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        places.append(line.textStart())
    layout.endLayout()
    # Places are counted in UTF-16 units.
    units = text.encode("utf-16-le")
    ends = [*places[1:], len(units) // 2]
    return [units[start * 2 : end * 2].decode("utf-16-le") for start, end in zip(places, ends, strict=True)] or [""]


def paint_lines(painter: QPainter, rect: QRectF, text: str, face: QFont, pitch: float = CELL_PITCH) -> None:
    """In the pen of ``painter``, from the left, the block in the middle of ``rect``."""
    lines = break_lines(text, face, rect.width())
    painter.setFont(face)
    top = rect.center().y() - pitch * len(lines) / 2
    for place, line in enumerate(lines):
        paint_text(painter, QRectF(rect.x(), top + place * pitch, rect.width() + 2, pitch), line, Qt.AlignmentFlag.AlignLeft)


class Words(QLabel):
    """A label on one line. What Qt would show in other shapes is painted here."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not is_hard(self.text()):
            return hint
        self.ensurePolished()
        edges = self.contentsMargins()
        return QSize(math.ceil(text_width(self.text(), self.font())) + edges.left() + edges.right() + 1, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if is_hard(self.text()) else super().minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not is_hard(self.text()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        paint_text(painter, QRectF(self.contentsRect()), self.text(), self.alignment())
        painter.end()


class WrappedLabel(QLabel):
    """A label on as many lines as it needs. QLabel itself sets the lines of this face edge to edge."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)

    def _pitch(self) -> float:
        return max(PITCH, QFontMetricsF(self.font()).height() * 1.3)

    def heightForWidth(self, width: int) -> int:
        self.ensurePolished()
        edges = self.contentsMargins()
        lines = break_lines(self.text(), self.font(), width - edges.left() - edges.right())
        one = QFontMetricsF(self.font()).height()
        return round(one + self._pitch() * (len(lines) - 1)) + 2 + edges.top() + edges.bottom()

    def sizeHint(self) -> QSize:
        width = super().sizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        face, pitch = self.font(), self._pitch()
        painter.setFont(face)
        space = QRectF(self.contentsRect())
        lines = break_lines(self.text(), face, space.width())
        one = QFontMetricsF(face).height()
        top = space.center().y() - (one + pitch * (len(lines) - 1)) / 2
        for place, line in enumerate(lines):
            # Below the line as much room as above: the descent of a comma must not be cut.
            spot = QRectF(space.x(), top + place * pitch - 4, space.width() + 2, one + 8)
            paint_text(painter, spot, line, Qt.AlignmentFlag.AlignLeft)

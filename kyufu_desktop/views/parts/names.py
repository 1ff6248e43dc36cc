"""Names with variant glyphs on the screen.

Qt drops variation selectors: a name with a variant would be shown in its ordinary shape. So names are shaped with HarfBuzz,
run by run in the font that the index names, and painted as glyphs. A character that no font
holds is shown as a box with its code point, never as another shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QRawFont
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from kyufu_desktop.documents.fonts import Coverage, clusters, code_point, font_for, pieces

#: pixels; the body size of the screens (12 points at 96 dpi).
BODY_SIZE = 16.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """Glyphs of one font, or one box: ``path`` is empty for a box, whose words are ``text``."""

    path: str
    glyphs: tuple[int, ...]
    positions: tuple[float, ...]
    width: float
    text: str = ""


@lru_cache(maxsize=64)
def _raw_font(path: str, size: float) -> QRawFont:
    return QRawFont(path, size, QFont.HintingPreference.PreferNoHinting)


@lru_cache(maxsize=16)
def _shaper(path: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), 0))


def _shaped(path: str, text: str, size: float) -> _Piece:
    font = _shaper(path)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    scale = size / font.face.upem
    glyphs: list[int] = []
    positions: list[float] = []
    at = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(info.codepoint)
        positions.append(at + position.x_offset * scale)
        at += position.x_advance * scale
    return _Piece(path, tuple(glyphs), tuple(positions), at)


def _pieces(text: str, size: float) -> tuple[_Piece, ...]:
    """The text as glyph runs. Not cached: names must not outlive their screen."""
    found: list[_Piece] = []
    waiting: tuple[Coverage, str] | None = None

    def flush() -> None:
        if waiting is not None:
            found.append(_shaped(str(waiting[0].path), waiting[1], size))

    for cluster in clusters(text):
        coverage = font_for(cluster, screen=True)
        if waiting is not None and coverage is waiting[0]:
            waiting = (waiting[0], waiting[1] + cluster)
            continue
        flush()
        waiting = None
        if coverage is None:
            found.append(_Piece("", (), (), size * 2.0, code_point(cluster).replace("U+", "")))
        else:
            waiting = (coverage, cluster)
    flush()
    return tuple(found)


def glyphs_of(text: str, size: float = BODY_SIZE) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """(font file, glyph ids) of every run as it will be painted; an empty file name stands for the box of a missing character."""
    return tuple((piece.path, piece.glyphs) for piece in _pieces(text, size))


def name_width(text: str, size: float = BODY_SIZE) -> float:
    """Width in pixels."""
    return sum(piece.width for piece in _pieces(text, size))


#: Below this share of its size a name is no longer made smaller but narrower.
_LEAST_SHRINK = 0.85


def paint_name(painter: QPainter, rect: QRectF, text: str, size: float = BODY_SIZE, color: QColor | None = None) -> float:
    """Paints the name left-aligned and vertically centred in ``rect``; returns the width used in pixels.

    A name is never cut: where it is wider than ``rect`` it is painted a little smaller, and what is still too wide is set narrower, so that
    its height stays readable.
    """
    shaped = _pieces(text, size)
    width = sum(piece.width for piece in shaped)
    if not shaped or width <= 0 or rect.width() <= 0:
        return 0.0
    fits = min(1.0, max(1.0, rect.width() - 2.0) / width)
    shrink = max(fits, _LEAST_SHRINK)
    used = size * shrink
    if shrink < 1.0:
        shaped = _pieces(text, used)
    narrow = min(1.0, fits / shrink)
    painter.save()
    if narrow < 1.0:
        painter.translate(rect.left(), 0.0)
        painter.scale(narrow, 1.0)
        rect = QRectF(0.0, rect.top(), rect.width() / narrow, rect.height())
    if color is not None:
        painter.setPen(color)
    # The ideographic body is 0.88 em above and 0.12 em below the base line.
    baseline = rect.center().y() + used * 0.38
    at = rect.left()
    for piece in shaped:
        if piece.path:
            run = QGlyphRun()
            run.setRawFont(_raw_font(piece.path, used))
            run.setGlyphIndexes(list(piece.glyphs))
            run.setPositions([QPointF(position, 0.0) for position in piece.positions])
            painter.drawGlyphRun(QPointF(at, baseline), run)
        else:
            box = QRectF(at + 1, baseline - used * 0.86, piece.width - 2, used)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            font = QFont(painter.font())
            font.setPixelSize(max(6, int(used * 0.5)))
            painter.setFont(font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, piece.text)
        at += piece.width
    painter.restore()
    return (at - rect.left()) * narrow


class NameLabel(QWidget):
    """A name, painted with its variants; screen readers get the text itself."""

    def __init__(self, text: str = "", size: float = BODY_SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(name_width(self._text, self._size) + 2), int(self._size * 1.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(int(self._size * 4), int(self._size * 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_name(painter, QRectF(self.rect()), self._text, self._size, self.palette().color(QPalette.ColorRole.WindowText))
        painter.end()


class NameEdit(QLineEdit):
    """A field for names: deleting and moving never tears a character from its variation selector.

    Qt counts UTF-16 units and removes a selector alone; here whole clusters go.
    """

    def boundaries(self) -> tuple[int, ...]:
        """Positions between whole characters, in UTF-16 units as Qt counts them."""
        found = [0]
        for cluster in pieces(self.text()):
            found.append(found[-1] + len(cluster.encode("utf-16-le")) // 2)
        return tuple(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or not self._moved(event):
            super().keyPressEvent(event)
        else:
            event.accept()

    def _moved(self, event: QKeyEvent) -> bool:
        """Handles the keys that work on one character; False leaves the key to Qt."""
        at = self.cursorPosition()
        bounds = self.boundaries()
        before = max((bound for bound in bounds if bound < at), default=0)
        behind = min((bound for bound in bounds if bound > at), default=bounds[-1])
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        marking = modifiers == Qt.KeyboardModifier.ShiftModifier
        if (event.key() == Qt.Key.Key_Backspace and plain) or event.matches(QKeySequence.StandardKey.Delete):
            backwards = event.key() == Qt.Key.Key_Backspace
            if not self.hasSelectedText():
                start, end = (before, at) if backwards else (at, behind)
                if start == end:
                    return True
                self.setSelection(start, end - start)
            self.del_()
            return True
        if event.key() == Qt.Key.Key_Left and (marking or (plain and not self.hasSelectedText())):
            self.cursorBackward(marking, at - before)
            self._settle(before, marking)
            return True
        if event.key() == Qt.Key.Key_Right and (marking or (plain and not self.hasSelectedText())):
            self.cursorForward(marking, behind - at)
            self._settle(behind, marking)
            return True
        return False

    def _settle(self, wanted: int, marking: bool) -> None:
        """``cursorForward`` counts what Qt takes for characters; where that is not the wanted place, go there by position."""
        if self.cursorPosition() == wanted:
            return
        if not marking:
            self.setCursorPosition(wanted)
            return
        start, length = self.selectionStart(), len(self.selectedText().encode("utf-16-le")) // 2
        anchor = start + length if self.cursorPosition() == start else start
        self.setSelection(anchor, wanted - anchor)

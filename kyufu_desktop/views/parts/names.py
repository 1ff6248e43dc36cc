"""Names on the screen: painted with their variants, and typed without ever tearing a character from its variation selector."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from kyufu_desktop.documents.fonts import pieces
from kyufu_desktop.views.parts.glyphs import draw, shaped, width_of

#: pixels; the body size of the screens (12 points at 96 dpi).
BODY_SIZE = 16.0


def glyphs_of(text: str, size: float = BODY_SIZE) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """(font file, glyph ids) of every run as it will be painted; an empty file name stands for a character that no font holds."""
    return tuple((piece.path, piece.glyphs) for piece in shaped(text, size))


def name_width(text: str, size: float = BODY_SIZE) -> float:
    """Width in pixels."""
    return width_of(shaped(text, size))


#: Below this share of its size a name is no longer made smaller but narrower.
_LEAST_SHRINK = 0.85


def paint_name(painter: QPainter, rect: QRectF, text: str, size: float = BODY_SIZE, color: QColor | None = None) -> float:
    """Paints the name left-aligned and vertically centred in ``rect``; returns the width used in pixels.

    A name is never cut: where it is wider than ``rect`` it is painted a little smaller, and what is still too wide is set narrower, so that
    its height stays readable.
    """
    found = shaped(text, size)
    width = width_of(found)
    if not found or width <= 0 or rect.width() <= 0:
        return 0.0
    fits = min(1.0, max(1.0, rect.width() - 2.0) / width)
    shrink = max(fits, _LEAST_SHRINK)
    used = size * shrink
    if shrink < 1.0:
        found = shaped(text, used)
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
    at = draw(painter, rect.left(), baseline, found, used)
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
        return _bounds(self.text())

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


class NameLines(QPlainTextEdit):
    """Several lines in which names may stand: a character goes as a whole here too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        backwards = event.key() == Qt.Key.Key_Backspace and plain
        if self.isReadOnly() or not (backwards or event.matches(QKeySequence.StandardKey.Delete)) or self.textCursor().hasSelection():
            super().keyPressEvent(event)
            return
        cursor = self.textCursor()
        at, start = cursor.positionInBlock(), cursor.block().position()
        bounds = _bounds(cursor.block().text())
        other = (
            max((bound for bound in bounds if bound < at), default=None) if backwards else min((b for b in bounds if b > at), default=None)
        )
        if other is None:
            # The line's edge: two lines become one.
            super().keyPressEvent(event)
            return
        cursor.setPosition(start + at)
        cursor.setPosition(start + other, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self.setTextCursor(cursor)
        event.accept()


def _bounds(text: str) -> tuple[int, ...]:
    """Positions between whole characters, in UTF-16 units as Qt counts them."""
    found = [0]
    for cluster in pieces(text):
        found.append(found[-1] + len(cluster.encode("utf-16-le")) // 2)
    return tuple(found)

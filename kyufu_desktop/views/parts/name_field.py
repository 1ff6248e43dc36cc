"""Fields and choices in which a person's name or address stands: typed whole, seen in its true shape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from kyufu_desktop.views.parts.form import Field
from kyufu_desktop.views.parts.text import label
from kyufu_desktop.views.parts.written import is_hard, paint_text

_LEFT = Qt.AlignmentFlag.AlignLeft
SEEN = "印刷される字形　"
"""Stands before the painted line: 「印刷される字形　渡邉󠄂 葛󠄀」."""


class NameField(Field):
    """A field for a name or an address. Qt cannot show every shape while it is typed: such a text is painted once more below the field."""

    seen_changed = Signal()

    def __init__(
        self, words: str, widget: QLineEdit | QPlainTextEdit, required: bool = False, hint: str = "", name: str = "", after: str = ""
    ) -> None:
        super().__init__(words, widget, required, hint, name, after)
        self._seen = label("", "sub", wrap=True)
        self._seen.setVisible(False)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._seen)
        widget.textChanged.connect(self._look)
        self._look()

    @property
    def seen(self) -> str:
        """What stands painted below the field; empty where the field itself shows the true shapes."""
        return self._seen.text().removeprefix(SEEN)

    def _look(self) -> None:
        text = self.widget.toPlainText() if isinstance(self.widget, QPlainTextEdit) else getattr(self.widget, "text", str)()
        hard = is_hard(text)
        before = self._seen.text()
        self._seen.setText(SEEN + text.strip() if hard else "")
        self._seen.setVisible(hard)
        if bool(before) is not hard:
            self.seen_changed.emit()


def _pen(widget: QWidget) -> QPalette.ColorRole:
    return QPalette.ColorRole.WindowText if widget.isEnabled() else QPalette.ColorRole.Mid


def _paint_hard(button: QCheckBox | QRadioButton, control: QStyle.ControlElement, words: QStyle.SubElement) -> bool:
    """The control without its words, and the words painted beside it in their true shapes. False where the style can write them."""
    text = button.text()
    if not is_hard(text):
        return False
    option = QStyleOptionButton()
    button.initStyleOption(option)
    option.text = ""
    painter = QStylePainter(button)
    painter.drawControl(control, option)
    rect = button.style().subElementRect(words, option, button)
    painter.setPen(button.palette().color(_pen(button)))
    paint_text(painter, QRectF(rect), text, _LEFT)
    painter.end()
    return True


class NameTick(QCheckBox):
    """A box to tick beside a name."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if not _paint_hard(self, QStyle.ControlElement.CE_CheckBox, QStyle.SubElement.SE_CheckBoxContents):
            super().paintEvent(event)


class NameRadio(QRadioButton):
    """One of several, with a name in its words."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if not _paint_hard(self, QStyle.ControlElement.CE_RadioButton, QStyle.SubElement.SE_RadioButtonContents):
            super().paintEvent(event)


class _Items(QStyledItemDelegate):
    """The lines of the opened list."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not is_hard(text):
            super().paint(painter, option, index)
            return
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        view = option.widget
        style = view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, view)
        painter.save()
        painter.setFont(plain.font)
        painter.setPen(view.palette().color(QPalette.ColorRole.Text))
        paint_text(
            painter, QRectF(style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, plain, view)).adjusted(3, 0, 0, 0), text, _LEFT
        )
        painter.restore()


class NameChoice(QComboBox):
    """A list of people: closed and opened in their true shapes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Items(self))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not is_hard(self.currentText()):
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text, option.currentText = option.currentText, ""
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        rect = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        paint_text(painter, QRectF(rect), text, _LEFT)
        painter.end()

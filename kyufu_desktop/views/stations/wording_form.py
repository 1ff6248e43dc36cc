"""The words of one letter as fields, in its order, under its headings. What is typed stays until it is saved or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextBlockFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QTextEdit, QVBoxLayout, QWidget

from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.wordings import FieldRow
from kyufu_desktop.views.parts import Segments, box, col, hline, icon, label, row
from kyufu_desktop.views.parts.text import repolish

#: px from line to line, as in labels; and edge and padding above and below the lines.
_PITCH, _AROUND = 24, 14


class WordsEdit(QTextEdit):
    """Plain text, as high as its lines. ``lines``: an item a line; else Enter goes on, for such a text has no line ends.

    A QPlainTextEdit sets the lines of this face edge to edge: nobody reads a letter like that.
    """

    def __init__(self, text: str, lines: bool) -> None:
        super().__init__()
        self._lines = lines
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.setPlainText(text)
        self._space()
        self.document().clearUndoRedoStacks()
        self.textChanged.connect(self._fit)
        self._fit()

    def _space(self) -> None:
        """Every line as far from the next as in a label; what was pasted over everything has lost that."""
        spaced = QTextBlockFormat()
        spaced.setLineHeight(_PITCH, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spaced)

    def _fit(self) -> None:
        if self.document().firstBlock().blockFormat().lineHeight() != _PITCH:
            self._space()
        self.setFixedHeight(round(self.document().size().height()) + _AROUND)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._lines:
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.focusNextChild()
            return
        super().keyPressEvent(event)


class WordsField(QWidget):
    """Label, words over the whole width, what was found in them below: beside a column as narrow as this nothing could be read."""

    def __init__(self, row_of: FieldRow, widget: QWidget) -> None:
        super().__init__()
        self.widget = widget
        head = label(row_of.label)
        head.setBuddy(widget)
        self._problem = label("", color="fail", wrap=True)
        self._told = box(row((icon("fail", "fail", 18), 0), (self._problem, 1), gap=6))
        self._told.setVisible(False)
        line = row(widget, None) if row_of.choices else widget
        layout = col(head, line, self._told, gap=4)
        if row_of.hint:
            layout.addWidget(label(row_of.hint, "muted", wrap=True))
        self.setLayout(layout)
        self._hint = row_of.hint
        widget.setObjectName(f"wording.{row_of.key}")
        widget.setAccessibleName(f"{row_of.group} {row_of.label}")
        widget.setAccessibleDescription(row_of.hint)
        self.setFocusProxy(widget)

    @property
    def problem(self) -> str:
        return self._problem.text()

    def show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._told.setVisible(bool(text))
        self.widget.setProperty("problem", "true" if text else "false")
        self.widget.setAccessibleDescription(text or self._hint)
        repolish(self.widget)


class WordsForm(QScrollArea):
    """Filled with :meth:`show_fields`. ``typed`` after every change of a field."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("文言の欄")
        self._rows: dict[str, FieldRow] = {}
        self._fields: dict[str, WordsField] = {}
        self._wanted = ""
        self.show_fields((), {})

    def show_fields(self, fields: Sequence[FieldRow], altered: Mapping[str, str]) -> None:
        """The fields with the words of a version, and in ``altered`` ones what was typed before."""
        self._rows = {each.key: each for each in fields}
        self._fields = {}
        page = QWidget()
        page.setObjectName("scrolled")
        column = QVBoxLayout(page)
        column.setContentsMargins(15, 12, 15, 12)
        column.setSpacing(10)
        group = ""
        for each in fields:
            if each.group != group:
                if group:
                    column.addSpacing(6)
                    column.addWidget(hline())
                group = each.group
                column.addWidget(label(group, "section", wrap=True))
            self._fields[each.key] = WordsField(each, self._editor(each, altered.get(each.key, each.value)))
            column.addWidget(self._fields[each.key])
        column.addStretch(1)
        self.setWidget(page)

    def _editor(self, each: FieldRow, text: str) -> QWidget:
        if each.choices:
            choice = Segments([(word, word, None) for word in each.choices], name=each.label)
            choice.choose(text)
            choice.chosen.connect(self._say)
            return choice
        edit = WordsEdit(text, each.lines)
        edit.textChanged.connect(self._say)
        return edit

    def _say(self, *_: object) -> None:
        self.typed.emit()

    @property
    def altered(self) -> dict[str, str]:
        """key -> what stands in the field, of every field that is not as the version has it."""
        found = {key: _text(field.widget) for key, field in self._fields.items()}
        return {key: text for key, text in found.items() if text != self._rows[key].value}

    def clear_problems(self) -> None:
        for field in self._fields.values():
            field.show_problem("")

    def show_problem(self, problem: InputProblem) -> bool:
        """Puts the problem beside its field and goes there; False where it is of none of these."""
        if problem.field not in self._fields:
            return False
        self.clear_problems()
        field = self._fields[problem.field]
        field.show_problem(f"{problem.happened}{problem.todo}")
        field.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wanted = problem.field
        # The sentence makes the field higher: where it lies is known only afterwards.
        QTimer.singleShot(0, self._go_there)
        return True

    def _go_there(self) -> None:
        field = self._fields.get(self._wanted)
        if field is not None:
            self.ensureWidgetVisible(field, 0, 24)


def _text(widget: QWidget) -> str:
    return str(widget.key()) if isinstance(widget, Segments) else widget.toPlainText() if isinstance(widget, QTextEdit) else ""

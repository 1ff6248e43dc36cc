"""Forms: the label above, 必須 as a word, the problem beside the field; what was typed is kept."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLayout, QLineEdit, QSizePolicy, QWidget

from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.parts.names import NameEdit
from kyufu_desktop.views.parts.text import col, icon, label, repolish, row


class Field(QWidget):
    """One field. ``name`` becomes the object name of the editing widget."""

    def __init__(
        self,
        words: str,
        widget: QWidget,
        required: bool = False,
        hint: str = "",
        name: str = "",
        after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.widget = widget
        head = label(words)
        head.setBuddy(widget)
        must = label("必須", color="fail")
        must.setVisible(required)
        self._mark, self._problem = icon("fail", "fail", 18), label("", color="fail", wrap=True)
        self._problem.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._mark.setVisible(False)
        self._problem.setVisible(False)
        grows = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding and widget.maximumWidth() > 10_000
        line = row((widget, 1 if grows else 0), label(after) if after else 0, self._mark, (self._problem, 1), gap=6)
        if not grows:
            line.addStretch(0)
        layout = col(row(head, must, None), line, gap=4)
        if hint:
            layout.addWidget(label(hint, "muted", wrap=True))
        self.setLayout(layout)
        self._hint = hint
        widget.setAccessibleName(f"{words} 必須" if required else words)
        widget.setAccessibleDescription(hint)
        if name:
            widget.setObjectName(name)
        self.setFocusProxy(widget)

    @property
    def problem(self) -> str:
        """The sentence beside the field; empty when there is none."""
        return self._problem.text()

    def show_problem(self, text: str) -> None:
        """Marks the field and says beside it what it must be."""
        self._problem.setText(text)
        self._mark.setVisible(bool(text))
        self._problem.setVisible(bool(text))
        self.widget.setProperty("problem", "true" if text else "false")
        self.widget.setAccessibleDescription(text or self._hint)
        repolish(self.widget)

    def clear_problem(self) -> None:
        self.show_problem("")


class Form(QWidget):
    """Fields by the identifier that an :class:`InputProblem` names; one below the other, or as ``layout`` arranges them."""

    def __init__(self, fields: Mapping[str, Field], gap: int = 12, parent: QWidget | None = None, layout: QLayout | None = None) -> None:
        super().__init__(parent)
        self.fields = dict(fields)
        self.setLayout(layout or col(*self.fields.values(), gap=gap))

    def show_problem(self, problem: InputProblem) -> bool:
        """Puts the problem beside its field; False where the form has no such field."""
        self.clear()
        field = self.fields.get(problem.field)
        if field is None:
            return False
        field.show_problem(f"{problem.happened}{problem.todo}")
        field.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def clear(self) -> None:
        for field in self.fields.values():
            field.clear_problem()


def text_field(placeholder: str = "", width: int | None = None, text: str = "") -> QLineEdit:
    """A line of text, 36 high; ``width`` None = as wide as there is room. The input method is asked not to learn what is typed.

    A character is deleted whole, with its variation selector. For a name or an address it goes into a ``NameField``.
    """
    made = NameEdit(text)
    made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
    made.setPlaceholderText(placeholder)
    made.setFixedHeight(36)
    if width is not None:
        made.setFixedWidth(width)
    return made


def integer_field(maximum: int = 1_000_000_000, width: int = 120) -> QLineEdit:
    """Whole numbers from 0, thousands marks allowed while typing. A QSpinBox loses its text under a style sheet."""
    made = text_field(width=width)
    digits = len(str(maximum))
    made.setValidator(QRegularExpressionValidator(QRegularExpression(rf"[0-9,]{{0,{digits + digits // 3}}}"), made))
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    made.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
    return made


def integer_of(field: QLineEdit) -> int | None:
    """The number that stands in an :func:`integer_field`; None when empty."""
    digits = field.text().replace(",", "").strip()
    return int(digits) if digits.isdecimal() else None

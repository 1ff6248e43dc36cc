"""Dialogs of some fields. What was typed can be taken over into a fresh dialog: a shown one is gone when it closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from kyufu_desktop.domain.calendar import parse_day
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Field, NameChoice, NameField, label, row
from kyufu_desktop.views.parts.names import NameLines

#: A reason or a note that says less than this says nothing (characters).
LEAST = 10
#: How a day may be typed.
DAYS = "日付は、令6.8.28 や 2024-08-28 の形で入れます。"


def fit(dialog: Dialog) -> None:
    """As high as what it shows: a dialog that was squeezed cuts the edges of its fields and the ends of its sentences."""
    layout = dialog.layout()
    if layout is not None:
        layout.activate()
        high = layout.totalHeightForWidth(dialog.width()) if layout.hasHeightForWidth() else 0
        dialog.resize(dialog.width(), max(high, layout.totalSizeHint().height(), layout.totalMinimumSize().height()))


class FormDialog(Dialog):
    """Some fields. Where a service refuses one, the screen shows the same dialog again with the problem beside it."""

    def __init__(
        self, title: str, act: str, fields: dict[str, Field], note: str = "", parent: QWidget | None = None, width: int = 640
    ) -> None:
        super().__init__(title, act=act, width=width, parent=parent)
        self.days: dict[str, date | None] = {}
        self.body.setSpacing(6)
        if note:
            self.body.addWidget(label(note, "sub", wrap=True))
        for key, field in fields.items():
            self.add_field(key, field)
            if isinstance(field, NameField):
                field.seen_changed.connect(self._fit_soon)

    def fit(self) -> None:
        """As high as what it shows now."""
        fit(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        # The style sheet looks at the fields only after they are shown; a field with a problem is higher then.
        QTimer.singleShot(0, self.fit)

    def _fit_soon(self) -> None:
        """The painted line below a name came or went."""
        if self.isVisible():
            QTimer.singleShot(0, self.fit)

    def refuse(self, name: str, sentence: str) -> bool:
        super().refuse(name, sentence)
        self.fit()
        return False

    def typed(self) -> dict[str, str]:
        """What stands in the fields, as text."""
        return {key: text_of(field.widget) for key, field in self.fields.items()}

    def retype(self, typed: dict[str, str]) -> None:
        """Fills the fields with what :meth:`typed` gave."""
        for key, text in typed.items():
            fill_in(self.fields[key].widget, text)

    def missing(self, needed: Sequence[tuple[str, str]]) -> bool:
        """Marks every empty field of (field, sentence); True where one is empty."""
        empty = [(key, sentence) for key, sentence in needed if not text_of(self.fields[key].widget).strip()]
        for key, sentence in reversed(empty):
            self.refuse(key, sentence)
        return bool(empty)

    def short(self, key: str, least: int = LEAST) -> bool:
        """Marks a text that is too short to explain anything; True where it is."""
        left = least - len(text_of(self.fields[key].widget).strip())
        if left > 0:
            self.refuse(key, f"あと{left}文字、書いてください。")
        return left > 0

    def read_days(self, *keys: str) -> bool:
        """Reads the days of these fields into ``days`` (None = empty); False where one is not a day, which is then marked."""
        fits = True
        for key in keys:
            text = text_of(self.fields[key].widget).strip()
            self.days[key] = None
            if text:
                try:
                    self.days[key] = parse_day(text)
                except InputProblem as problem:
                    self.refuse(key, problem.happened)
                    fits = False
        return fits

    def beside(self, *keys: str) -> None:
        """Puts fields that are read together side by side, each as wide as the others."""
        place = self.body.indexOf(self.fields[keys[0]])
        line = row(*((self.fields[key], 1) for key in keys), gap=24)
        for key in keys:
            self.fields[key].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.setAlignment(self.fields[key], Qt.AlignmentFlag.AlignTop)
        self.body.insertLayout(place, line)


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QCheckBox):
        return "1" if widget.isChecked() else ""
    return widget.text() if isinstance(widget, QLineEdit) else ""


def fill_in(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit):
        widget.setPlainText(text)
    elif isinstance(widget, QComboBox):
        widget.setCurrentText(text)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(text))
    elif isinstance(widget, QLineEdit):
        widget.setText(text)


def choice(items: Sequence[tuple[str, object]]) -> QComboBox:
    """A list of (words, value); 36 high as every field, and never wider than its dialog."""
    made = NameChoice()
    made.setFixedHeight(36)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    for words, value in items:
        made.addItem(words, value)
    return made


def lines_field(height: int = 84) -> QPlainTextEdit:
    """Some lines of text; Tab leaves it, and the input method is asked not to learn."""
    made = NameLines()
    made.setTabChangesFocus(True)
    made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
    made.setFixedHeight(height)
    return made


class WhyDialog(FormDialog):
    """One reason in words of one's own, after the sentences that say what the act does."""

    def __init__(
        self, title: str, sentences: Sequence[str], act: str, name: str, danger: bool = False, parent: QWidget | None = None
    ) -> None:
        self.reason = lines_field(90)
        hint = f"{LEAST}文字以上で書いてください。あなたの名前と一緒に記録します。"
        super().__init__(title, act, {"reason": Field("理由", self.reason, True, hint, name=f"{name}.reason")}, parent=parent)
        for place, sentence in enumerate(sentences):
            self.body.insertWidget(place, label(sentence, wrap=True))
        self.setAccessibleDescription(" ".join(sentences))

    @property
    def words(self) -> str:
        return self.reason.toPlainText().strip()

    def ready(self) -> bool:
        return not self.short("reason")

"""Base of the dialogs, and the one seam through which every dialog is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.ending import end_from_the_root
from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.form import Field
from kyufu_desktop.views.parts.panel import Panel
from kyufu_desktop.views.parts.text import box, row
from kyufu_desktop.views.practice_banner import PracticeBanner


class _Frame:
    """What all dialogs of the running window have in common."""

    practice: bool = False


def set_practice(practice: bool) -> None:
    """Whether dialogs repeat the practice banner; the main window says it once."""
    _Frame.practice = practice


class Dialog(QDialog):
    """Title, body, buttons to the right: ``cancel`` (Esc) and the act (Ctrl+Enter). A button names the act, never OK.

    ``focus_cancel`` starts on the cancelling button: where the act cannot be undone. Override :meth:`ready` to look at what was typed.
    """

    __del__ = end_from_the_root

    def __init__(
        self,
        title: str,
        *,
        act: str = "",
        danger: bool = False,
        cancel: str = "やめる",
        focus_cancel: bool = False,
        width: int = 620,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent if parent is not None else QApplication.activeWindow())
        self.setModal(True)
        # A window title is seen by whoever looks at the task list: the act, never a person.
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setFixedWidth(width)
        self.fields: dict[str, Field] = {}
        self._focus_cancel = focus_cancel
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if _Frame.practice:
            outer.addWidget(PracticeBanner(short=True))
        panel = Panel(title)
        self.body = panel.body
        self.cancel_button = Button(cancel, "Esc", name="dialog.cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.act_button = Button(act, "Ctrl+Enter", "danger" if danger else "primary", name="dialog.act")
        self.act_button.setVisible(bool(act))
        self.act_button.clicked.connect(self.perform)
        self._buttons = box(row(None, self.cancel_button, self.act_button, margins=(15, 4, 15, 14)))
        panel.layout().addWidget(self._buttons)  # type: ignore[union-attr]
        outer.addWidget(box(row(panel, margins=(12, 12, 12, 12))))

    def add_field(self, name: str, field: Field) -> Field:
        """A field that a problem can be put beside by its identifier."""
        self.fields[name] = field
        self.body.addWidget(field)
        return field

    def ready(self) -> bool:
        """Whether the act may be done; puts a problem beside its field where not."""
        return True

    def perform(self) -> bool:
        """Presses the act: True when it was taken and the dialog closed."""
        for field in self.fields.values():
            field.clear_problem()
        if not self.act_button.isEnabled() or not self.ready():
            return False
        self.accept()
        return True

    def refuse(self, name: str, sentence: str) -> bool:
        """Puts ``sentence`` beside a field, goes there, and gives back False for :meth:`ready`."""
        self.fields[name].show_problem(sentence)
        self.fields[name].widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def show_problem(self, problem: InputProblem) -> bool:
        """A problem that a service found in what was typed here; False where there is no such field."""
        if problem.field not in self.fields:
            return False
        self.refuse(problem.field, f"{problem.happened}{problem.todo}")
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._focus_cancel or not self.fields:
            self.cancel_button.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            next(iter(self.fields.values())).widget.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # Enter alone never does an act that leaves the house or names a second person; on a focused button it presses it.
            focused = self.focusWidget()
            if isinstance(focused, Button):
                focused.click()
            event.accept()
            return
        super().keyPressEvent(event)


Presenter = Callable[[Dialog], bool]


def _run(dialog: Dialog) -> bool:
    return dialog.exec() == QDialog.DialogCode.Accepted


class _Seam:
    presenter: Presenter = staticmethod(_run)


def present(dialog: Dialog) -> bool:
    """Shows a dialog and waits; True when the act was taken."""
    try:
        return _Seam.presenter(dialog)
    finally:
        dialog.deleteLater()


def set_presenter(presenter: Presenter | None) -> Presenter:
    """Puts somebody else in the person's place (a driver of whole days); None puts the person back. Gives back the former one."""
    former = _Seam.presenter
    _Seam.presenter = staticmethod(presenter if presenter is not None else _run)
    return former

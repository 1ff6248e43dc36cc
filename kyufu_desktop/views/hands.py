"""Hands of a rehearsal: press what a person would press, type what he would type, wait for the lane, take a picture.

Everything is found by object name in the real window; a control that is hidden or cannot be pressed stops the rehearsal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from kyufu_desktop.errors import Conflict, UserError
from kyufu_desktop.views.dialogs import BugDialog, Dialog, LeavesHouseDialog, MessageDialog
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Table

T = TypeVar("T")


def _stopped(what: str) -> Conflict:
    kept = "ここまでの記録は、保管庫に残っています。"
    return Conflict("K-1990", f"1日の仕事が止まりました: {what}", kept=kept, todo="画面の絵を見て、操作を確かめてください。")


class Hands(QObject):
    """``answers`` gives, per class name of a dialog, the texts to type by object name, or a function that fills the dialog."""

    def __init__(
        self,
        app: QApplication,
        lane: Callable[[], Lane],
        window: Callable[[], QWidget],
        error: Callable[[], UserError | None],
        pictures: Path,
    ) -> None:
        super().__init__()
        self._app, self._lane, self._window, self._error, self._pictures = app, lane, window, error, pictures
        self._problem: BaseException | None = None
        self._former_hook = sys.excepthook
        sys.excepthook = self._caught
        self._answers: dict[str, Mapping[str, str] | Callable[[Any], None]] = {}
        self._got: list[object] = []
        self._shots = 0
        self.seen: list[str] = []

    # ------------------------------------------------------------ waiting
    def settle(self) -> None:
        """Until the lane has nothing to do and every answer has arrived."""
        for _ in range(1000):
            self._app.processEvents()
            lane = self._lane()
            if not lane.busy:
                return
            loop = QEventLoop()
            lane.idle.connect(loop.quit)
            loop.exec()
        raise _stopped("処理が終わりません。")

    # ------------------------------------------------------------ finding and doing
    def find(self, name: str, where: QWidget | None = None) -> QWidget:
        """The visible control with this object name."""
        found = [widget for widget in (where or self._window()).findChildren(QWidget, name) if where is not None or widget.isVisible()]
        if not found:
            raise _stopped(f"「{name}」が画面にありません。")
        return found[-1]

    def table(self, words: str) -> Table:
        """The visible list with this accessible name."""
        found = [table for table in self._window().findChildren(Table) if table.accessibleName() == words and table.isVisible()]
        if not found:
            raise _stopped(f"一覧「{words}」が画面にありません。")
        return found[-1]

    def press(self, name: str) -> None:
        """Presses a button and waits for what follows."""
        button = self.find(name)
        if not isinstance(button, QAbstractButton) or not button.isEnabled():
            raise _stopped(f"「{name}」を押せません。")
        button.click()
        self.settle()
        self._refuse_error()

    def can_press(self, name: str) -> bool:
        """Whether a visible button of that name can be pressed."""
        buttons = self._window().findChildren(QAbstractButton, name)
        return any(button.isVisible() and button.isEnabled() for button in buttons)

    def put(self, name: str, text: str, where: QWidget | None = None) -> None:
        """Types into a field; chooses in a list by data or words."""
        widget = self.find(name, where)
        if isinstance(widget, QLineEdit):
            widget.setText(text)
            widget.editingFinished.emit()
        elif isinstance(widget, QPlainTextEdit):
            widget.setPlainText(text)
        elif isinstance(widget, QComboBox):
            at = widget.findData(text)
            at = widget.findText(text) if at < 0 else at
            if at < 0:
                raise _stopped(f"「{name}」の一覧に入れるものがありません。")
            widget.setCurrentIndex(at)
        elif isinstance(widget, QAbstractButton):
            widget.setChecked(True)
        else:
            raise _stopped(f"「{name}」には入れられません。")

    def enter(self, name: str) -> None:
        """Enter in a field."""
        QTest.keyClick(self.find(name), Qt.Key.Key_Return)
        self.settle()
        self._refuse_error()

    def ask(self, work: Callable[[], T]) -> T:
        """A question to the services, on the lane like any other."""
        self._got.clear()
        self._lane().read(self, work, self._take)
        self.settle()
        if not self._got:
            raise _stopped("答えがありません。")
        return self._got[0]  # type: ignore[return-value]

    def _take(self, result: object) -> None:
        self._got.append(result)

    def _caught(self, _: type[BaseException], problem: BaseException, __: object) -> None:
        """Qt swallows what a slot raises; the rehearsal must not."""
        self._problem = self._problem or problem

    def let_go(self) -> None:
        """Gives the hook for uncaught problems back."""
        sys.excepthook = self._former_hook

    def _refuse_error(self) -> None:
        problem, self._problem = self._problem, None
        problem = problem or self._error()
        if problem is not None:
            raise problem

    # ------------------------------------------------------------ dialogs
    def answer(self, kind: str, filling: Mapping[str, str] | Callable[[Any], None]) -> None:
        """What is typed when a dialog of this class comes up, from now on."""
        self._answers[kind] = filling

    def present(self, dialog: Dialog) -> bool:
        """In the person's place: fills the dialog and presses its act."""
        kind = type(dialog).__name__
        self.seen.append(kind)
        if isinstance(dialog, MessageDialog | BugDialog):
            self._problem = self._problem or getattr(dialog, "error", None) or _stopped(dialog.windowTitle())
            return False
        if isinstance(dialog, LeavesHouseDialog):
            self.put("leaves.total", str(dialog.total), dialog)
        filling = self._answers.get(kind, {})
        if callable(filling):
            filling(dialog)
        else:
            for name, text in filling.items():
                self.put(name, text, dialog)
        if not dialog.act_button.isVisibleTo(dialog):
            dialog.reject()
            return False
        if not dialog.perform():
            raise _stopped(f"「{dialog.windowTitle()}」を進められません。")
        return True

    # ------------------------------------------------------------ pictures
    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """``NN_name.png`` of the window as it is."""
        self.settle()
        self._shots += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        (widget or self._window()).grab().save(str(self._pictures / f"{self._shots:02d}_{name}.png"))


def later(function: Callable[..., T], *arguments: object) -> Callable[[], T]:
    """A call for :meth:`Hands.ask`."""
    return partial(function, *arguments)

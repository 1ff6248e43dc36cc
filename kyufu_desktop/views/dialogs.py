"""The ready-made dialogs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from kyufu_desktop import log
from kyufu_desktop.domain.staff import ROLE_LABELS, Role
from kyufu_desktop.errors import UserError
from kyufu_desktop.views.dialog import Dialog, Presenter, present, set_practice, set_presenter
from kyufu_desktop.views.parts.error_panel import ErrorPanel
from kyufu_desktop.views.parts.form import Field, integer_field, integer_of, text_field
from kyufu_desktop.views.parts.name_field import NameChoice
from kyufu_desktop.views.parts.names import NameLines
from kyufu_desktop.views.parts.text import box, icon, label, row

__all__ = [
    "AskTextDialog",
    "BugDialog",
    "ConfirmDialog",
    "Dialog",
    "LeavesHouseDialog",
    "MessageDialog",
    "Presenter",
    "ReasonDialog",
    "SecondPersonDialog",
    "catch_bugs",
    "present",
    "set_practice",
    "set_presenter",
    "show_problem",
]


class MessageDialog(Dialog):
    """An error where there is no page to show it in."""

    def __init__(self, error: UserError, parent: QWidget | None = None) -> None:
        super().__init__("続けられませんでした", cancel="閉じる", parent=parent)
        self.error = error
        panel = ErrorPanel(error, title=error.code)
        panel.setProperty("plate", "")
        self.body.addWidget(panel)


class BugDialog(Dialog):
    """The one dialog for a fault of the program itself: the number, and what is left.

    ``undone``: the work was rolled back as a whole. Where the window failed after it, nobody may claim that.
    """

    def __init__(self, number: str, undone: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("プログラムの不具合です", cancel="閉じる", parent=parent)
        self.number = number
        self.body.addWidget(label("いまの操作を終えられませんでした。", "strong"))
        kept = "この操作では、何も変えていません。" if undone else "済んだ操作は残っています。画面を開き直して、確かめてください。"
        self.body.addWidget(label(kept, "sub", wrap=True))
        self.body.addWidget(label("番号を控えて、担当者に伝えてください。個人の情報は記録していません。", "sub", wrap=True))
        self.body.addLayout(row(label("番号", "muted"), label(number, mono=True), None))
        self.setAccessibleDescription(f"番号 {number}")


class ConfirmDialog(Dialog):
    """An act with its consequences, one sentence each."""

    def __init__(self, title: str, sentences: Sequence[str], act: str, danger: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(title, act=act, danger=danger, focus_cancel=True, parent=parent)
        for sentence in sentences:
            self.body.addWidget(label(sentence, wrap=True))
        self.setAccessibleDescription(" ".join(sentences))


class SecondPersonDialog(Dialog):
    """Another person than the one at the desk signs with their own passphrase. ``staff_choices`` = (login, name, role)."""

    def __init__(self, staff_choices: Sequence[tuple[str, str, Role | str]], sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("2人目の確認", act="確認する", parent=parent)
        for line in sentence.split("\n"):
            self.body.addWidget(label(line, wrap=True))
        self.person = NameChoice()
        for login, name, role in staff_choices:
            self.person.addItem(f"{name}（{ROLE_LABELS[role] if isinstance(role, Role) else role}）", login)
        self._secret = text_field()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_field("login", Field("確認する人", self.person, required=True, name="second.login"))
        self.add_field("passphrase", Field("その人のパスフレーズ", self._secret, required=True, name="second.passphrase"))
        self.body.addWidget(label("起案した人・入力した人は、確認できません。", "muted"))
        if not staff_choices:
            self.act_button.forbid("確認できる人が登録されていません。")

    @property
    def login(self) -> str:
        return str(self.person.currentData() or "")

    @property
    def passphrase(self) -> str:
        return self._secret.text()

    @property
    def answer(self) -> tuple[str, str]:
        """(login, passphrase)."""
        return self.login, self.passphrase

    def sign(self, login: str, passphrase: str) -> None:
        """Fills both fields."""
        self.person.setCurrentIndex(self.person.findData(login))
        self._secret.setText(passphrase)

    def ready(self) -> bool:
        return bool(self.passphrase) or self.refuse("passphrase", "その人のパスフレーズを入れてください。")


class ReasonDialog(Dialog):
    """Why something is to be seen or undone: a reason of the list and words of one's own, recorded before the act."""

    def __init__(
        self, title: str, sentence: str, reasons: Sequence[str], act: str = "表示する", least: int = 10, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, act=act, parent=parent)
        self._least = least
        self.body.addWidget(label(sentence, wrap=True))
        self.choice = QComboBox()
        self.choice.addItems(list(reasons))
        self.text = NameLines()
        self.text.setTabChangesFocus(True)
        self.text.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
        self.text.setFixedHeight(84)
        self.add_field("reason", Field("理由", self.choice, required=True, name="reason.choice"))
        hint = f"{least}文字以上で書いてください。あなたの名前と一緒に記録します。"
        self.add_field("words", Field("くわしい事情", self.text, required=True, hint=hint, name="reason.words"))

    @property
    def reason(self) -> str:
        return self.choice.currentText()

    @property
    def words(self) -> str:
        return self.text.toPlainText().strip()

    @property
    def answer(self) -> str:
        """Reason and words as one text."""
        return f"{self.reason}　{self.words}"

    def ready(self) -> bool:
        if len(self.words) < self._least:
            return self.refuse("words", f"あと{self._least - len(self.words)}文字、書いてください。")
        return True


class LeavesHouseDialog(Dialog):
    """Something is about to leave the workstation: what, what not, where to, by whose hands; the total is typed again."""

    def __init__(
        self,
        title: str,
        *,
        out: str,
        contains: str,
        not_contains: str,
        destination: str,
        carrier: str,
        irreversible: str,
        total: int,
        act: str = "書き出す",
        what: str = "合計金額",
        unit: str = "円",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, act=act, focus_cancel=True, width=780, parent=parent)
        self._total, self._what = total, what
        self.body.addWidget(label("次のものが、この端末の外へ出ます。", "strong"))
        facts = (("出るもの", out), ("含むもの", contains), ("含まない", not_contains), ("行き先", destination), ("渡す人", carrier))
        for name, fact in facts:
            head = label(name, "muted")
            head.setFixedWidth(96)
            self.body.addLayout(row(head, (label(fact, wrap=True), 1)))
        self.body.addSpacing(4)
        self.body.addWidget(box(row(icon("info", "accent", 18), (label(irreversible, wrap=True), 1), margins=(12, 8, 12, 8)), "sunken"))
        self.amount = integer_field(width=160)
        self.add_field("total", Field(f"確認のため、{what}を入れてください", self.amount, name="leaves.total", after=unit))
        self.setAccessibleDescription("、".join(f"{name} {fact}" for name, fact in facts) + f"。{irreversible}")

    @property
    def total(self) -> int:
        """The total that must be typed."""
        return self._total

    def ready(self) -> bool:
        typed = integer_of(self.amount)
        if typed is None:
            return self.refuse("total", f"{self._what}を入れてください。")
        if typed != self._total:
            return self.refuse("total", f"{self._what}と違います。書類の数字を見直してください。")
        return True


class AskTextDialog(Dialog):
    """One text. ``secret`` hides it while it is typed (passwords of files)."""

    def __init__(
        self,
        title: str,
        words: str,
        act: str,
        sentence: str = "",
        least: int = 1,
        multiline: bool = False,
        secret: bool = False,
        value: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, act=act, parent=parent)
        self._least = least
        if sentence:
            self.body.addWidget(label(sentence, wrap=True))
        self._line: QLineEdit | QPlainTextEdit
        if multiline:
            self._line = NameLines(value)
            self._line.setTabChangesFocus(True)
            self._line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
            self._line.setFixedHeight(120)
        else:
            self._line = text_field(text=value)
            if secret:
                self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_field("text", Field(words, self._line, required=least > 0, name="ask.text"))

    @property
    def text(self) -> str:
        return self._line.toPlainText() if isinstance(self._line, QPlainTextEdit) else self._line.text()

    def fill(self, text: str) -> None:
        if isinstance(self._line, QPlainTextEdit):
            self._line.setPlainText(text)
        else:
            self._line.setText(text)

    def ready(self) -> bool:
        missing = self._least - len(self.text.strip())
        return missing <= 0 or self.refuse("text", "入れてください。" if self._least == 1 else f"あと{missing}文字、書いてください。")


def show_problem(problem: BaseException, parent: QWidget | None = None, *, undone: bool = False) -> None:
    """Where every problem ends that no page took: an error is said, anything else is a bug with a number."""
    if isinstance(problem, UserError):
        present(MessageDialog(problem, parent))
    else:
        present(BugDialog(log.incident(problem), undone, parent))


def catch_bugs() -> None:
    """Sends what a slot of the window's thread raises to :func:`show_problem`, instead of to the console.

    What another thread or a dying object raises is noted in the technical log only. Python's own way would print it, and the message may
    hold a person's data: what a desktop program prints is kept on disk by the session.
    """

    def hook(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        show_problem(problem)

    def noted(event: threading.ExceptHookArgs | sys.UnraisableHookArgs) -> None:
        if event.exc_value is not None and not isinstance(event.exc_value, SystemExit):
            log.incident(event.exc_value)

    sys.excepthook = hook
    threading.excepthook = noted
    sys.unraisablehook = noted

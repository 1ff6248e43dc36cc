"""The door: the assistant of the first start, and the lock screen. Nothing of the vault is behind it until a key slot opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QLineEdit, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import ROLE_LABELS
from kyufu_desktop.errors import InputProblem, UserError
from kyufu_desktop.services import programme_definitions, session
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.programme_definitions import CatalogueEntry
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views import recovery_code
from kyufu_desktop.views.ending import end_from_the_root
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, ErrorPanel, Field, Form, NameChoice, NameField, Panel, box, col, label, row, text_field

#: The log is shorter or other than the last anchor: only an officer in charge may open all the same, and that is recorded.
CHAIN_DIFFERS = frozenset({"K-1430", "K-1431"})
KINDS = {"practice": "練習（架空の人だけを入れる）", "real": "本番（実際の案件を入れる）"}


class Gate(QWidget):
    """Shows the assistant where there is no vault, else the lock screen; gives the desk when the vault is open."""

    opened = Signal(object)
    """Desk"""

    __del__ = end_from_the_root

    def __init__(self, folder: Path, clock: Callable[[], datetime], lane: Lane) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._folder, self._clock, self._lane = folder, clock, lane
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 24, 0, 24)
        self._error: ErrorPanel | None = None
        self._page: QWidget | None = None
        self.show_door()

    def show_door(self) -> None:
        """The assistant or the lock screen, by what is there."""
        if session.vault_kind(self._folder) is not None:
            self._put(LockScreen(self._folder, self._unlock, self.show_recovery))
        else:
            self._put(FirstStart(self._found, programme_definitions.catalogue()))

    def show_recovery(self) -> None:
        """Where nobody knows a passphrase any more: the code from the safe."""
        self._put(Recover(self._recover, self.show_door))

    def _put(self, page: QWidget) -> None:
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self._error = None
        self._page = page
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(box(row(None, col(None, page, None), None)))
        self._layout.addWidget(area)
        page.setFocus()

    def show_error(self, error: UserError) -> None:
        """Above the door; what was typed stays, but for the passphrase."""
        if self._error is not None:
            self._error.deleteLater()
        self._error = ErrorPanel(error)
        self._error.setMaximumWidth(760)
        self._layout.insertLayout(0, row(None, self._error, None))
        if isinstance(self._page, LockScreen):
            self._page.try_again(chain_differs=error.code in CHAIN_DIFFERS)

    @property
    def error(self) -> UserError | None:
        """What is shown above the door."""
        return self._error.error if self._error is not None else None

    def show_problem(self, problem: InputProblem) -> bool:
        return isinstance(self._page, FirstStart | Recover) and self._page.form.show_problem(problem)

    # ------------------------------------------------------------ acts
    def _unlock(self, login: str, passphrase: str, override: bool) -> None:
        work = partial(_open, self._folder, login, passphrase, self._clock, override)
        self._lane.write(self, work, self._let_in, title="保管庫を開けています")

    def _let_in(self, result: tuple[Changes, Desk]) -> None:
        self.opened.emit(result[1])

    def _found(self, kind: str, programme: str, officers: tuple[tuple[str, str, str], tuple[str, str, str]]) -> None:
        work = partial(_found, self._folder, kind, programme, officers, self._clock)
        self._lane.write(self, work, self._show_code, title="保管庫を作っています")

    def _recover(self, code: str, login: str, name: str, passphrase: str) -> None:
        work = partial(_recover, self._folder, code, login, name, passphrase, self._clock)
        self._lane.write(self, work, self._show_code, title="復旧コードで開けています")

    def _show_code(self, result: tuple[Changes, str]) -> None:
        self._put(RecoveryCode(result[1], self.show_door))


class LockScreen(Panel):
    """Who, and the passphrase."""

    def __init__(self, folder: Path, unlock: Callable[[str, str, bool], None], recover: Callable[[], None]) -> None:
        self._unlock = unlock
        lost = Button("復旧コードを使う…", "Alt+R", "quiet", name="gate.recover")
        lost.clicked.connect(recover)
        self._override = QCheckBox("食い違いを記録に残して、取扱責任者が開ける")
        self._override.setObjectName("gate.override_chain")
        self._override.hide()
        self._who = NameChoice()
        self._who.setObjectName("gate.login")
        self._who.setMinimumWidth(360)
        for login, name, role in session.staff_choices(folder):
            self._who.addItem(f"{name}（{ROLE_LABELS[role]}）", login)
        self._passphrase = text_field("", 360)
        self._passphrase.setObjectName("gate.passphrase")
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._passphrase.returnPressed.connect(self._try)
        enter = Button("開ける", "Enter", "primary", name="gate.unlock")
        enter.clicked.connect(self._try)
        kept = session.last_anchor(folder)
        paper = f"前回の記録 {kept.count:,}件　照合符号 {kept.code}" if kept else "はじめて開けます。前回の記録はありません。"
        compare = "紙の管理簿に書いた符号と、同じかを確かめてください。" if kept else "閉じるときの符号から、紙の管理簿に書きます。"
        super().__init__(
            "保管庫を開けます", Field("名前", self._who), Field("パスフレーズ", self._passphrase, required=True), label(paper, "sub"),
            label(compare, "muted"), self._override, row(lost, None, enter),
        )  # fmt: skip
        self.setMinimumWidth(560)
        self.setFocusProxy(self._passphrase)

    def _try(self) -> None:
        self._unlock(str(self._who.currentData()), self._passphrase.text(), self._override.isChecked())

    def try_again(self, *, chain_differs: bool) -> None:
        """Empties the passphrase; where the log differs, an officer may say that he opens all the same."""
        self._override.setVisible(chain_differs)
        self._passphrase.clear()
        self._passphrase.setFocus()


def _field(key: str, words: str, widget: QLineEdit, name: str) -> Field:
    """A required field; a person's name is shown in its true shape."""
    kind = NameField if key == "name" else Field
    return kind(words, widget, required=True, name=name)


class Recover(Panel):
    """The paper code from the safe makes a new officer in charge, and new keys for everybody; a new code takes the old one's place."""

    def __init__(self, recover: Callable[[str, str, str, str], None], back: Callable[[], None]) -> None:
        self._recover = recover
        words = {"code": "復旧コード", "login": "新しい取扱責任者のログイン名", "name": "氏名"}
        words |= {"passphrase": "パスフレーズ", "again": "もう一度"}
        self._texts = {key: text_field("", 480 if key == "code" else 330) for key in words}
        for key in ("passphrase", "again"):
            self._texts[key].setEchoMode(QLineEdit.EchoMode.Password)
        fields = {key: _field(key, words[key], widget, f"gate.recover_{key}") for key, widget in self._texts.items()}
        self.form = Form(fields)
        away = Button("やめる", "Esc", name="gate.recover_stop")
        away.clicked.connect(back)
        QShortcut(QKeySequence("Esc"), away).activated.connect(back)
        act = Button("復旧コードで開ける", "Ctrl+Enter", "primary", name="gate.recover_act")
        act.clicked.connect(self._try)
        super().__init__(
            "復旧コードで開けます",
            label("金庫の封筒を、2人で開けてください。使ったことは記録に残り、鍵はすべて新しくなります。", "sub", wrap=True),
            self.form, row(None, away, act),
        )  # fmt: skip
        self.setMinimumWidth(700)
        self.setFocusProxy(self._texts["code"])

    def _try(self) -> None:
        self.form.clear()
        for key, widget in self._texts.items():
            if not widget.text().strip():
                self.form.fields[key].show_problem("入れてください。")
                widget.setFocus()
                return
        if self._texts["passphrase"].text() != self._texts["again"].text():
            self.form.fields["again"].show_problem("上と違います。")
            return
        self._recover(*(self._texts[key].text() for key in ("code", "login", "name", "passphrase")))


class FirstStart(Panel):
    """Kind and programme of the vault for ever, and the first two officers in charge; each types his own passphrase."""

    def __init__(
        self, found: Callable[[str, str, tuple[tuple[str, str, str], tuple[str, str, str]]], None], programmes: Sequence[CatalogueEntry]
    ) -> None:
        self._found = found
        self._programme = QComboBox()
        self._programme.setFixedHeight(36)
        self._programme.setMinimumWidth(560)
        for entry in programmes:
            self._programme.addItem(f"{entry.name}（{entry.code}）", entry.code)
        self._programme.setCurrentIndex(max(0, self._programme.findData(programme_definitions.DEFAULT)))
        self._kinds = QButtonGroup()
        choices = []
        for kind, words in KINDS.items():
            choice = QRadioButton(words)
            choice.setObjectName(f"gate.kind_{kind}")
            self._kinds.addButton(choice)
            choices.append(choice)
        self._choices = dict(zip(KINDS, choices, strict=True))
        fields: dict[str, Field] = {}
        for number in (1, 2):
            for name, words, secret in (
                ("login", "ログイン名", False),
                ("name", "氏名", False),
                ("passphrase", "パスフレーズ", True),
                ("again", "もう一度", True),
            ):
                widget = text_field("", 330)
                if secret:
                    widget.setEchoMode(QLineEdit.EchoMode.Password)
                fields[f"{name}_{number}"] = _field(name, words, widget, f"gate.{name}_{number}")
        self.form = Form(fields, layout=row(*(self._officer(number, fields) for number in (1, 2)), gap=24))
        self._kind_problem = label("", color="fail")
        start = Button("保管庫を作る", "Ctrl+Enter", "primary", name="gate.found")
        start.clicked.connect(self._try)
        super().__init__(
            "はじめての準備",
            label("この端末の保管庫を作ります。種類と給付は、あとから変えられません。", "sub"), *choices, self._kind_problem,
            Field("給付の定義", self._programme, required=True, hint="1つの保管庫に、1つの給付です。", name="gate.programme"),
            label("取扱責任者を2人決めます。パスフレーズは本人が入れます。16字以上か、5つ以上の言葉です。", "sub", wrap=True),
            self.form, row(None, start),
        )  # fmt: skip
        self.setMinimumWidth(800)

    @staticmethod
    def _officer(number: int, fields: dict[str, Field]) -> QVBoxLayout:
        return col(
            label(f"{number}人目の取扱責任者", "strong"), *(fields[f"{name}_{number}"] for name in ("login", "name", "passphrase", "again"))
        )

    def _text(self, name: str) -> str:
        widget = self.form.fields[name].widget
        return widget.text() if isinstance(widget, QLineEdit) else ""

    def _try(self) -> None:
        self.form.clear()
        kind = next((kind for kind, choice in self._choices.items() if choice.isChecked()), "")
        self._kind_problem.setText("" if kind else "保管庫の種類を選んでください。")
        if not kind:
            return
        for name, field in self.form.fields.items():
            if not self._text(name).strip():
                field.show_problem("入れてください。")
                field.setFocus()
                return
        for number in (1, 2):
            if self._text(f"passphrase_{number}") != self._text(f"again_{number}"):
                self.form.fields[f"again_{number}"].show_problem("上と違います。")
                return
        first, second = ((self._text(f"login_{n}").strip(), self._text(f"name_{n}").strip(), self._text(f"passphrase_{n}")) for n in (1, 2))
        self._found(kind, str(self._programme.currentData()), (first, second))


class RecoveryCode(Panel):
    """The code for the safe: shown once, and typed again so that the paper is known to be right."""

    def __init__(self, code: str, go_on: Callable[[], None]) -> None:
        self._code, self._go_on = code, go_on
        self._typed = text_field("", 480)
        self._field = Field(recovery_code.TYPE_AGAIN, self._typed, required=True, name="gate.recovery")
        shown = label(code, "result", mono=True, wrap=True)
        shown.setObjectName("gate.recovery_code")
        done = Button(recovery_code.KEPT, "Ctrl+Enter", "primary", name="gate.recovery_kept")
        done.clicked.connect(self._check)
        super().__init__(
            recovery_code.TITLE,
            label(recovery_code.ONCE, "sub", wrap=True), shown,
            label(recovery_code.WRITE_DOWN, "sub"), self._field, row(None, done),
        )  # fmt: skip
        self.setMinimumWidth(700)
        self.setFocusProxy(self._typed)

    def _check(self) -> None:
        if not recovery_code.same_code(self._typed.text(), self._code):
            self._field.show_problem(recovery_code.DIFFERS)
            return
        self._code = ""
        self._go_on()


# What runs on the lane.
def _open(folder: Path, login: str, passphrase: str, clock: Callable[[], datetime], override: bool, _: Progress) -> tuple[Changes, Desk]:
    return Changes(Kind.NONE, "保管庫を開けました。"), session.unlock(folder, login, passphrase, clock, override_chain=override)


def _found(
    folder: Path,
    kind: str,
    programme: str,
    officers: tuple[tuple[str, str, str], tuple[str, str, str]],
    clock: Callable[[], datetime],
    _: Progress,
) -> tuple[Changes, str]:
    return Changes(Kind.NONE, "保管庫を作りました。"), session.first_start(folder, kind, officers, clock, programme=programme)


def _recover(
    folder: Path, code: str, login: str, name: str, passphrase: str, clock: Callable[[], datetime], _: Progress
) -> tuple[Changes, str]:
    return Changes(Kind.NONE, "新しい取扱責任者を登録しました。"), session.use_recovery(folder, code, login, name, passphrase, clock)

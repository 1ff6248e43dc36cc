"""Dialogs of 管理: a new member of the staff, a value from a list, the one printer and where it prints, which days a ledger shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from kyufu_desktop.domain.custody import Span
from kyufu_desktop.domain.envelope import Envelope
from kyufu_desktop.domain.printing import BLOCK_MARGIN, check_shift, typed_shift
from kyufu_desktop.domain.staff import ROLE_LABELS, Role
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, Column, EmptyList, Field, NameField, Row, Table, label, text_field
from kyufu_desktop.views.printing import PrinterInfo
from kyufu_desktop.views.stations.form_dialog import DAYS, FormDialog
from kyufu_desktop.views.stations.wrapped import wrapped


class NewStaffDialog(Dialog):
    """Name, role and the passphrase that the new member types himself."""

    def __init__(self) -> None:
        super().__init__("取扱者を加えます", act="次へ")
        self._login, self._name = text_field("", 220), text_field("", 320)
        self._role = QComboBox()
        for role, words in ROLE_LABELS.items():
            self._role.addItem(words, role.value)
        self._passphrase, self._again = _secret(), _secret()
        self.add_field("login", Field("ログイン名", self._login, required=True, name="staff.login"))
        self.add_field("name", NameField("氏名", self._name, required=True, name="staff.name"))
        self.add_field("role", Field("役割", self._role, required=True, name="staff.role"))
        self.add_field(
            "passphrase",
            Field(
                "パスフレーズ", self._passphrase, required=True, hint="本人が入れます。16字以上か、5つ以上の言葉。", name="staff.passphrase"
            ),
        )
        self.add_field("again", Field("もう一度", self._again, required=True, name="staff.again"))

    @property
    def login(self) -> str:
        return self._login.text().strip()

    @property
    def name(self) -> str:
        return self._name.text().strip()

    @property
    def role(self) -> Role:
        return Role(self._role.currentData())

    @property
    def passphrase(self) -> str:
        return self._passphrase.text()

    def ready(self) -> bool:
        for name, value in (("login", self.login), ("name", self.name), ("passphrase", self.passphrase)):
            if not value:
                return self.refuse(name, "入れてください。")
        return self.passphrase == self._again.text() or self.refuse("again", "上と違います。")


class PassphraseDialog(Dialog):
    """The passphrase of who sits here: the one that opens now, and the next one twice."""

    def __init__(self) -> None:
        super().__init__("自分のパスフレーズを変えます", act="変える")
        self._old, self._new, self._again = _secret(), _secret(), _secret()
        self.add_field("old", Field("いまのパスフレーズ", self._old, required=True, name="own.old"))
        hint = "16字以上か、5つ以上の言葉。次に開けるときから使います。"
        self.add_field("passphrase", Field("新しいパスフレーズ", self._new, required=True, hint=hint, name="own.new"))
        self.add_field("again", Field("もう一度", self._again, required=True, name="own.again"))

    @property
    def old(self) -> str:
        return self._old.text()

    @property
    def new(self) -> str:
        return self._new.text()

    def ready(self) -> bool:
        for name, value in (("old", self.old), ("passphrase", self.new)):
            if not value:
                return self.refuse(name, "入れてください。")
        if self.old == self.new:
            return self.refuse("passphrase", "いまと同じです。")
        return self.new == self._again.text() or self.refuse("again", "上と違います。")


class ChoiceDialog(Dialog):
    """One of a closed list of values."""

    def __init__(self, words: str, choices: dict[str, str]) -> None:
        super().__init__(f"「{words}」を変えます", act="変える")
        self._choice = QComboBox()
        for value, shown in choices.items():
            self._choice.addItem(shown, value)
        self.add_field("value", Field(words, self._choice, required=True, name="setting.value"))

    @property
    def text(self) -> str:
        return str(self._choice.currentData())


class ShiftDialog(FormDialog):
    """Where the destination stands on the paper: the pair that the test page measures. ``values`` is the answer."""

    def __init__(self, envelope: Envelope, right: str, down: str) -> None:
        self._envelope = envelope
        self._edits = {"shift_right": text_field("", 120, right), "shift_down": text_field("", 120, down)}
        super().__init__(
            "印刷位置の補正を変えます",
            "変える",
            {
                "shift_right": Field("右へ", self._edits["shift_right"], required=True, name="shift.right", after="mm"),
                "shift_down": Field("下へ", self._edits["shift_down"], required=True, name="shift.down", after="mm"),
            },
            note=f"試し刷りの紙で測った数を入れます。左と上は「-0.3」のように入れます。動くのは宛先だけで、{BLOCK_MARGIN}mmまでです。",
        )

    @property
    def values(self) -> dict[str, str]:
        return {name: field.text().strip() for name, field in self._edits.items()}

    def ready(self) -> bool:
        try:
            right, down = (typed_shift(name, text) for name, text in self.values.items())
            check_shift(self._envelope, "shift_right", right, 0.0)
            check_shift(self._envelope, "shift_down", 0.0, down)
        except InputProblem as problem:
            return not self.show_problem(problem)
        return True


class PeriodDialog(FormDialog):
    """From which day to which; an empty field is an open end. ``span`` is the answer, ``medium`` stays empty."""

    def __init__(self, title: str, today: date, more: dict[str, Field] | None = None, note: str = "") -> None:
        self._today = today
        self._first, self._last = text_field("", 220), text_field("", 220)
        fields = {
            "first": Field("この日から", self._first, name="period.first"),
            "last": Field("この日まで", self._last, hint=DAYS, name="period.last"),
        }
        super().__init__(
            title, "印刷する", {**fields, **(more or {})}, note=note or "日を入れなければ、初めから今日までのすべてを載せます。"
        )

    @property
    def span(self) -> Span:
        return Span(self.days["first"], self.days["last"])

    @property
    def medium(self) -> str:
        return ""

    def ready(self) -> bool:
        if not self.read_days("first", "last"):
            return False
        first, last = self.span.first, self.span.last
        if first is not None and first > self._today:
            return self.refuse("first", "今日より後の日です。")
        return first is None or last is None or first <= last or self.refuse("last", "始まりの日より前です。")


class ErasureReportDialog(PeriodDialog):
    """The days of the erasure, and one medium where the report is about one only."""

    def __init__(self, title: str, today: date) -> None:
        self._number = text_field("", 160)
        hint = "空のままなら、すべての媒体です。"
        more = {"medium": Field("媒体の管理番号", self._number, hint=hint, name="period.medium")}
        super().__init__(title, today, more, note="消去した日の範囲です。日を入れなければ、これまでのすべてを載せます。")

    @property
    def medium(self) -> str:
        return self._number.text().strip()


class PrinterDialog(Dialog):
    """The printer on the desk for the letters; those that cannot be used say why. ``printer`` is the answer."""

    def __init__(self, found: Sequence[PrinterInfo]) -> None:
        super().__init__("使うプリンターを決めます", act="このプリンターに決める", width=780)
        self._found = {printer.name: printer for printer in found}
        self._table = Table(
            [Column("プリンター"), Column("使えるか", 400)],
            row_height=52,
            name="プリンター",
            empty=EmptyList("この端末につながるプリンターはありません。", "電源を入れ、ケーブルでつないでください。", icon_name="printer"),
        )
        self._table.set_rows(
            [
                Row(
                    printer.name,
                    (
                        Cell(printer.name, sub=printer.device, sub_mono=True),
                        wrapped(printer.refusal, "fail") if printer.refusal else Cell(chip="準備よし"),
                    ),
                )
                for printer in found
            ]
        )
        self._table.setMinimumHeight(220)
        self._problem = label("", color="fail")
        self.body.addWidget(label("確認書は、この端末に直結した1台だけで印刷します。", "sub"))
        self.body.addWidget(self._table)
        self.body.addWidget(self._problem)

    @property
    def printer(self) -> PrinterInfo | None:
        key = self._table.key()
        return self._found.get(key) if isinstance(key, str) else None

    def choose(self, name: str) -> None:
        """As if the row was clicked."""
        self._table.select(name)

    def ready(self) -> bool:
        if self.printer is None or self.printer.refusal:
            self._problem.setText("一覧から、使えるプリンターを選んでください。")
            return False
        return True

    def show_problem(self, problem: InputProblem) -> bool:
        self._problem.setText(f"{problem.happened}{problem.todo}")
        return True


def _secret() -> QLineEdit:
    made = text_field("", 420)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    return made

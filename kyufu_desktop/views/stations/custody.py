"""管理: who works here, the log and its code, settings of the workstation, ledgers on paper, a proved copy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import ACT_WORDS, ROLE_LABELS, Act, Role
from kyufu_desktop.services import custody, session
from kyufu_desktop.services.custody import CustodyPage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import AuditRow, Desk
from kyufu_desktop.views.dialogs import AskTextDialog, Dialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Field, Form, Panel, Row, Table, box, col, label, row, text_field
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station

SHEETS: dict[str, tuple[str, Callable[[Desk], bytes]]] = {
    "staff": ("取扱者指定簿", custody.staff_list_pdf),
    "ledger": ("受渡し管理簿", custody.ledger_pdf),
    "anchor": ("照合符号の控え", custody.anchor_slip_pdf),
}


class CustodyStation(Station):
    """Left: the log. Right: people, settings, sheets for the paper files."""

    key, title, icon = "admin", "管理", "admin"
    kinds = Kind.STAFF | Kind.AUDIT | Kind.EXPORTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer]) -> None:
        super().__init__(desk, lane, go)
        self._printer = printer
        close = Button("今日を締める…", "Ctrl+E", name="admin.close_day")
        close.clicked.connect(self._close_day)
        copy = Button("控えを作る…", "Alt+B", name="admin.backup")
        copy.clicked.connect(self._ask_backup)
        self.add_action(copy)
        self.add_action(close)
        right = box(col(self._staff_panel(), self._chain_panel(), self._settings_panel(), self._sheets_panel(), gap=12))
        right.setFixedWidth(420)
        self.set_body(row((self._log_panel(), 1), right, gap=12))

    def _log_panel(self) -> Panel:
        self._log = Table(
            [Column("番号", 84, right=True), Column("日時", 110), Column("人", 120), Column("したこと"), Column("もの", 130)], name="操作の記録",
            empty=EmptyList("記録を表示していません。", "「記録を見る」を押すと並びます。見たことも記録に残ります。", icon="eye"),
        )  # fmt: skip
        self._log.setMinimumHeight(520)
        read = Button("記録を見る", "Alt+R", "quiet", name="admin.read_log")
        read.clicked.connect(self._read_log)
        return Panel("操作の記録", self._log, right=[read], flush=True)

    def _staff_panel(self) -> Panel:
        self._staff = Table([Column("名前"), Column("役割", 130), Column("状態", 100)], fit=True, name="取扱者")
        add = Button("加える…", "Alt+N", "quiet", name="admin.add_staff")
        add.clicked.connect(self._ask_add)
        return Panel("取扱者", self._staff, right=[add], flush=True)

    def _chain_panel(self) -> Panel:
        self._count = label("", "sub")
        self._code = label("", "result", mono=True)
        self._verdict = label("", "strong")
        self._kept = label("", "sub", wrap=True)
        return Panel("記録の照合", self._count, self._code, self._verdict, self._kept, label("紙の管理簿に、件数と照合符号を書き写してください。", "muted", wrap=True))

    def _settings_panel(self) -> Panel:
        self._settings = Table([Column("設定"), Column("値", 170)], fit=True, name="端末の設定")
        change = Button("変える…", "", "quiet", name="admin.change_setting")
        change.clicked.connect(self._ask_change)
        return Panel("端末の設定", self._settings, right=[change], flush=True)

    def _sheets_panel(self) -> Panel:
        buttons = []
        for kind, (words, _) in SHEETS.items():
            button = Button(words, "", name=f"admin.print_{kind}")
            button.clicked.connect(partial(self._print_sheet, kind))
            buttons.append(row(button, None))
        return Panel("紙に残すもの", *buttons)

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(custody.page, self.desk), self._show)

    def _show(self, page: CustodyPage) -> None:
        self._staff.set_rows([
            Row(staff.id, (Cell(staff.name, sub=None, name=True), Cell(ROLE_LABELS[staff.role]), Cell("登録中" if staff.active else "外れた人", color="text" if staff.active else "text3"))) for staff in page.staff
        ])  # fmt: skip
        self._settings.set_rows([Row(name, (Cell(words), Cell(custody.CHOICES.get(name, {}).get(value, value) or "決めていません"))) for name, words, value in page.settings])
        self._count.setText(f"記録 {page.audit_count:,}件　保管庫 第{page.generation}世代")
        self._code.setText(page.anchor)
        self._verdict.setText("記録はすべてつながっています。" if page.chain_ok else "記録のつながりが切れています。作業を止めてください。")
        self._kept.setText(f"最後の控え {page.last_backup[:16].replace('T', ' ')}" if page.last_backup else "控えはまだありません。")

    def _read_log(self) -> None:
        self.lane.read(self, partial(session.audit_page, self.desk), self._show_log)

    def _show_log(self, lines: tuple[AuditRow, ...]) -> None:
        self._log.set_rows([
            Row(line.seq, (
                Cell(f"{line.seq:,}", mono=True, right=True), Cell(f"{int(line.at[5:7])}/{int(line.at[8:10])} {line.at[11:16]}", mono=True), Cell(line.actor), Cell(ACT_WORDS[line.act]),
                Cell(f"案件 {line.subject_id}" if line.subject == "case" else "", color="text2"),
            ))
            for line in lines
        ])  # fmt: skip

    # ------------------------------------------------------------ acts
    def _ask_add(self) -> None:
        self.hide_error()
        dialog = NewStaffDialog()
        if not present(dialog):
            return
        prove = ask_second(self.desk, Act.STAFF_ADDED, self.desk.staff.id, "取扱者を加えます", [f"{dialog.name}（{ROLE_LABELS[dialog.role]}）"], "加える")
        if prove is not None:
            work = partial(_add, self.desk, dialog.login, dialog.name, dialog.role, dialog.passphrase, prove)
            self.lane.write(self, work, title="取扱者を加えています")

    def _ask_change(self) -> None:
        key = self._settings.key()
        if not isinstance(key, str):
            return
        dialog: AskTextDialog | ChoiceDialog
        words = custody.SETTINGS[key][0]
        if key in custody.CHOICES:
            dialog = ChoiceDialog(words, custody.CHOICES[key])
        else:
            dialog = AskTextDialog(f"「{words}」を変えます", words, "変える")
        if present(dialog):
            self.lane.write(self, partial(_change, self.desk, key, dialog.text), title="設定を変えています")

    def _ask_backup(self) -> None:
        dialog = AskTextDialog("控えを作ります", "行き先のフォルダ", "控えを作る", sentence="登録した媒体を差し込んでください。作ったあと、開いて確かめます。")
        if present(dialog):
            self.lane.write(self, partial(_backup, self.desk, dialog.text), title="控えを作って確かめています")

    def _close_day(self) -> None:
        self.lane.write(self, partial(_close, self.desk, self._printer()), title="今日を締めています")

    def _print_sheet(self, kind: str) -> None:
        words, make = SHEETS[kind]
        self.lane.write(self, partial(_print, self.desk, make, words, self._printer()), title=f"{words}を印刷しています")


class NewStaffDialog(Dialog):
    """Name, role and the passphrase that the new member types himself."""

    def __init__(self) -> None:
        super().__init__("取扱者を加えます", act="次へ")
        self._login = text_field("", 220)
        self._name = text_field("", 320)
        self._role = QComboBox()
        for role, words in ROLE_LABELS.items():
            self._role.addItem(words, role.value)
        self._passphrase = text_field("", 420)
        self._again = text_field("", 420)
        for secret in (self._passphrase, self._again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.form = Form({
            "login": Field("利用者名", self._login, required=True, name="staff.login"),
            "name": Field("氏名", self._name, required=True, name="staff.name"),
            "role": Field("役割", self._role, required=True, name="staff.role"),
            "passphrase": Field("パスフレーズ", self._passphrase, required=True, hint="本人が入れます。16字以上か、5つ以上の言葉。", name="staff.passphrase"),
            "again": Field("もう一度", self._again, required=True, name="staff.again"),
        })  # fmt: skip
        self.body.addWidget(self.form)

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
        self.form.clear()
        for name, value in (("login", self.login), ("name", self.name), ("passphrase", self.passphrase)):
            if not value:
                self.form.fields[name].show_problem("入れてください。")
                return False
        if self.passphrase != self._again.text():
            self.form.fields["again"].show_problem("上と違います。")
            return False
        return True


class ChoiceDialog(Dialog):
    """One of a closed list of values."""

    def __init__(self, words: str, choices: dict[str, str]) -> None:
        super().__init__(f"「{words}」を変えます", act="変える")
        self._choice = QComboBox()
        for value, shown in choices.items():
            self._choice.addItem(shown, value)
        self.body.addWidget(Field(words, self._choice, required=True, name="setting.value"))

    @property
    def text(self) -> str:
        return str(self._choice.currentData())


# What runs on the lane.
def _add(desk: Desk, login: str, name: str, role: Role, passphrase: str, prove: Prove, _: Progress) -> Changes:
    session.add_staff(desk, login, name, role, passphrase, prove())
    return Changes(Kind.STAFF | Kind.AUDIT, f"{ROLE_LABELS[role]}を1人加えました。")


def _change(desk: Desk, name: str, value: str, _: Progress) -> Changes:
    return custody.change_setting(desk, name, value)


def _backup(desk: Desk, folder: str, _: Progress) -> Changes:
    return custody.backup(desk, folder)


def _close(desk: Desk, printer: Printer, _: Progress) -> Changes:
    anchor = custody.close_day(desk)
    printer.send(custody.anchor_slip_pdf(desk), "照合符号の控え")
    return Changes(Kind.AUDIT, f"今日を締めました。記録 {anchor.count:,}件 照合符号 {anchor.code}")


def _print(desk: Desk, make: Callable[[Desk], bytes], words: str, printer: Printer, _: Progress) -> Changes:
    printer.send(make(desk), words)
    return Changes(Kind.AUDIT, f"{words}を印刷しました。")

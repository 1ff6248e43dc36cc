"""管理: who works here, the log and its code, settings of the workstation, ledgers on paper, a proved copy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import custody, printer_tests
from kyufu_desktop.services.custody import CustodyPage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Chip, Panel, box, col, label, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.custody_banks import BanksPanel
from kyufu_desktop.views.stations.custody_log import LogPanel
from kyufu_desktop.views.stations.custody_papers import PapersPanel
from kyufu_desktop.views.stations.custody_people import PeoplePanel
from kyufu_desktop.views.stations.custody_settings import SettingsPanel
from kyufu_desktop.views.stations.words import moment_words


class CustodyStation(Station):
    """Left: the log. Right: people, the state of the log, settings, sheets for the paper files."""

    key, title, icon = "admin", "管理", "admin"
    kinds = Kind.STAFF | Kind.AUDIT | Kind.EXPORTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer]) -> None:
        super().__init__(desk, lane, go)
        self._printer = printer
        close = Button("今日を締める…", "Ctrl+E", icon="check", name="admin.close_day")
        close.clicked.connect(self._close_day)
        test = Button("試し刷り…", "Alt+T", icon="printer", name="admin.test_printer")
        test.clicked.connect(self._test_printer)
        self.add_action(test)
        copy = Button("バックアップを作る…", "Alt+B", icon="disc", name="admin.backup")
        copy.clicked.connect(self._ask_backup)
        self.add_action(copy)
        self.add_action(close)
        if not desk.may(Act.PRINTER_TESTED):
            test.forbid("")
        if not desk.may(Act.BACKUP_MADE):
            copy.forbid("")
            close.forbid("バックアップと締めは、取扱者と取扱責任者が行います。")
        self._people, log = PeoplePanel(self), LogPanel(self)
        self._settings, self._papers = SettingsPanel(self), PapersPanel(self, printer)
        self._staff, self._log = self._people.table, log.table
        self._banks = BanksPanel(self)
        right = box(col(self._chain_panel(), self._people, self._settings, self._banks, self._papers, None, gap=12))
        right.setFixedWidth(404)
        self.set_body(row((log, 1), right, gap=12))

    def _chain_panel(self) -> Panel:
        self._count = label("", "sub")
        self._code = label("", "result", mono=True)
        self._verdict = Chip("一致")
        self._kept = label("", "sub", wrap=True)
        return Panel(
            "記録の照合",
            row(self._code, None, self._verdict),
            self._count,
            self._kept,
            label("件数と照合符号を紙の管理簿に写してください。", "muted", wrap=True),
            gap=4,
        )

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(custody.page, self.desk), self._show)
        self._banks.refresh()

    def _show(self, page: CustodyPage) -> None:
        self._people.show_staff(page.staff)
        self._settings.show_settings(page.settings)
        self._papers.set_number(page.audit_count)
        self._count.setText(f"記録 {page.audit_count:,}件　保管庫 第{page.generation}世代")
        self._code.setText(page.anchor)
        if page.chain_ok:
            self._verdict.set("一致")
        else:
            self._verdict.set("不一致")
        broken = "" if page.chain_ok else "記録のつながりが切れています。作業を止めてください。"
        kept = f"最後のバックアップ {moment_words(page.last_backup)}" if page.last_backup else "バックアップはまだありません。"
        self._kept.setText(f"{broken}{kept}")

    # ------------------------------------------------------------ the test page
    def _test_printer(self) -> None:
        self.hide_error()
        self.lane.write(self, partial(_print_test, self.desk, self._printer), self._ask_code, title="試し刷りをしています")

    def _ask_code(self, _: Changes) -> None:
        sentence = "出てきた紙の枠が4辺とも欠けていないことを見て、大きな文字を入力してください。"
        dialog = AskTextDialog("試し刷りを確かめます", "紙の符号", "確かめる", sentence=sentence)
        if present(dialog):
            self.lane.write(self, partial(_confirm_test, self.desk, self._printer, dialog.text), title="試し刷りを確かめています")

    # ------------------------------------------------------------ copies, paper, the end of the day
    def _ask_backup(self) -> None:
        self.hide_error()
        dialog = AskTextDialog(
            "バックアップを作ります",
            "行き先のフォルダ",
            "バックアップを作る",
            sentence="登録した媒体を差し込んでください。作ったあと、開いて確かめます。",
        )
        if present(dialog):
            self.lane.write(self, partial(_backup, self.desk, dialog.text), title="バックアップを作って確かめています")

    def _close_day(self) -> None:
        self.hide_error()
        sentences = ["記録のつながりを確かめ、照合符号の控えを印刷します。", "控えは紙の管理簿に貼ってください。"]
        if present(ConfirmDialog("今日を締めます", sentences, "締めて控えを印刷する")):
            self.lane.write(self, partial(_close, self.desk, self._printer), title="今日を締めています")


# What runs on the lane.
def _print_test(desk: Desk, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    ready.send(printer_tests.make(desk, ready.machine), "test")
    return Changes(Kind.AUDIT, "試し刷りを1枚、プリンターへ送りました。")


def _confirm_test(desk: Desk, printer: Callable[[], Printer], typed: str, _: Progress) -> Changes:
    return printer_tests.confirm(desk, printer().machine, typed)


def _backup(desk: Desk, folder: str, _: Progress) -> Changes:
    return custody.backup(desk, folder)


def _close(desk: Desk, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    anchor = custody.close_day(desk)
    ready.send(custody.anchor_slip_pdf(desk), f"anchor-{anchor.count}")
    return Changes(Kind.AUDIT, f"今日を締めました。記録 {anchor.count:,}件 照合符号 {anchor.code}")

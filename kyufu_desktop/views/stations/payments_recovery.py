"""What has to be cleared up before money moves on: a bank file whose writing stopped, an older vault that was put back, a broken ledger."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import open_files, sent_ledger
from kyufu_desktop.services.exchange_rows import OpenFile, Progress
from kyufu_desktop.services.open_files import Found
from kyufu_desktop.services.payments import PaymentsPage
from kyufu_desktop.services.sent_ledger import LedgerView, Standing
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, Row, Table, box, col, icon, label, row
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_payments import MediumFolderDialog
from kyufu_desktop.views.stations.open_file_panel import OpenFilePanel, facts_of, question_of
from kyufu_desktop.views.stations.words import moment_words, short_day

_WORDS = {
    Standing.OLDER_VAULT: (
        "前の保管庫に戻ったあとのようです。次の支払は済んでいますが、この保管庫には記録がありません。",
        "取扱責任者2人で、銀行の受付の記録や領収書の控えと照らし合わせてください。済むまで、支払は進められません。",
    ),
    Standing.BROKEN: (
        "渡した振込データと現金の控え（sent.json）がないか、保管庫と合いません。",
        "取扱責任者2人で、銀行の受付の記録、領収書の控え、紙の管理簿を見て、この保管庫の回がすべてであることを確かめてください。",
    ),
}


class PaymentsRecovery(QWidget):
    """Hidden where everything is clear. Its acts run on the lane of the station it stands in."""

    def __init__(self, station: Station, folder: Path) -> None:
        super().__init__()
        self._station, self._desk, self._folder = station, station.desk, folder
        self._files = OpenFilePanel("payments", may_destroy=False)
        self._files.look.connect(self._ask_look)
        self._what, self._todo = label("", "strong", wrap=True), label("", "sub", wrap=True)
        self._settle = Button("記録と照らし合わせた…", "Alt+G", name="payments.settle_older_vault")
        self._settle.clicked.connect(self._ask_settle)
        self._rebuild = Button("控えを作り直す…", "Alt+G", name="payments.rebuild_ledger")
        self._rebuild.clicked.connect(self._ask_rebuild)
        self._unknown = Table(
            [
                Column("回・領収書", 140),
                Column("支払う日", 130),
                Column("件数", 90, right=True),
                Column("金額（円）", 150, right=True),
                Column("書き出した日時"),
            ],
            fit=True,
            name="この保管庫にない支払",
        )
        self._ledger = box(
            col(
                row(icon("alarm", "fail"), (self._what, 1)),
                self._todo,
                self._unknown,
                row(None, self._settle, self._rebuild),
                gap=6,
                margins=(14, 8, 8, 8),
            ),
            "soft_fail",
        )
        self.setLayout(col(self._ledger, self._files, gap=8))
        self.hide()

    def show_page(self, page: PaymentsPage) -> None:
        self._files.set_files(page.open_files)
        self._show_ledger(page.ledger)
        self.setVisible(bool(page.open_files) or page.ledger.standing is not Standing.FITS)

    def _show_ledger(self, ledger: LedgerView) -> None:
        wrong = ledger.standing is not Standing.FITS
        self._ledger.setVisible(wrong)
        if not wrong:
            return
        what, todo = _WORDS[ledger.standing]
        self._what.setText(what)
        self._todo.setText(todo)
        older = ledger.standing is Standing.OLDER_VAULT
        self._settle.setVisible(older)
        self._rebuild.setVisible(not older)
        self._unknown.setVisible(older)
        for button in (self._settle, self._rebuild):
            if self._desk.may(Act.OLDER_VAULT_SETTLED):
                button.allow()
            else:
                button.forbid("取扱責任者が行います。")
        self._settle.beside.setVisible(older and not self._settle.isEnabled())
        self._rebuild.beside.setVisible(not older and not self._rebuild.isEnabled())
        self._unknown.set_rows(
            [
                Row(
                    number,
                    (
                        Cell(f"領収書 {file.receipt:06d}" if file.receipt else f"第{file.batch}回", bold=True),
                        Cell(short_day(file.transfer_on)),
                        Cell(f"{file.count:,}", mono=True, right=True),
                        Cell(f"{file.total:,}", mono=True, right=True),
                        Cell(moment_words(file.at)),
                    ),
                )
                for number, file in enumerate(ledger.unknown)
            ]
        )

    # ------------------------------------------------------------ a file whose writing stopped
    def _ask_look(self, file: OpenFile) -> None:
        self._station.hide_error()
        sentences = [f"媒体 {file.medium} を差し込んでください。", "プログラムがファイルを探し、照合値を比べます。"]
        dialog = MediumFolderDialog(question_of(file), sentences, self._folder)
        if present(dialog):
            self._folder = dialog.folder
            work = partial(open_files.look, self._desk, file.export_id, str(dialog.folder))
            self._station.lane.read(self._station, work, partial(self._looked, file, str(dialog.folder)))

    def _looked(self, file: OpenFile, folder: str, found: Found) -> None:
        if found is Found.WHOLE:
            sentences = [
                "書き出したとおりの振込データが、媒体にあります。",
                facts_of(file),
                f"第{file.batch}回は「結果待ち」になり、取り消せません。渡さないときは「やめる」を押し、媒体を裁断してください。",
            ]
            if present(ConfirmDialog("振込データは媒体にありました", sentences, "あったものとして続ける")):
                work = partial(_complete, self._desk, file.export_id, folder)
                self._station.lane.write(self._station, work, title="振込データを確かめています")
            return
        there = "同じ名前の、別のファイルがあります。" if found is Found.OTHER else "この媒体に、振込データはありません。"
        sentences = [
            there,
            f"媒体の管理番号が {file.medium} であることを、見てください。",
            "だれにも渡していないことを、2人で確かめてください。",
            f"第{file.batch}回は「送信待ち」に戻り、もう一度書き出せます。",
        ]
        title = "振込データが媒体にないことを確かめます"
        prove = ask_second(self._desk, Act.BANK_FILE_ABSENT, self._desk.staff.id, title, sentences, "渡していない", officer=True)
        if prove is not None:
            work = partial(_absent, self._desk, file.export_id, folder, prove)
            self._station.lane.write(self._station, work, title="振込データがないことを書いています")

    # ------------------------------------------------------------ the sent ledger
    def _ask_settle(self) -> None:
        self._station.hide_error()
        dialog = AskTextDialog(
            "記録で分かったこと",
            "分かったこと",
            "次へ",
            sentence="銀行の受付や領収書の控えが、一覧の日・件数・金額と合うことを確かめて書きます。そこで支払った人へは、この保管庫からもう支払えません。",
            least=sent_ledger.FOUND_LENGTH,
        )
        if present(dialog):
            prove = self._two_officers("銀行の記録や領収書と照らし合わせました", "照らし合わせた")
            if prove is not None:
                work = partial(_settle, self._desk, dialog.text, prove)
                self._station.lane.write(self._station, work, title="確かめたことを書いています")

    def _ask_rebuild(self) -> None:
        self._station.hide_error()
        prove = self._two_officers("この保管庫の回から、控えを作り直します", "作り直す")
        if prove is not None:
            self._station.lane.write(self._station, partial(_rebuild, self._desk, prove), title="控えを作り直しています")

    def _two_officers(self, title: str, verb: str) -> Prove | None:
        sentences = ["もう1人の取扱責任者が、記録を一緒に見てから入れます。"]
        return ask_second(self._desk, Act.OLDER_VAULT_SETTLED, self._desk.staff.id, title, sentences, verb, officer=True)


# What runs on the lane.
def _complete(desk: Desk, export_id: int, folder: str, _: Progress) -> Changes:
    return open_files.complete(desk, export_id, folder)


def _absent(desk: Desk, export_id: int, folder: str, prove: Prove, _: Progress) -> Changes:
    return open_files.absent(desk, export_id, folder, prove())


def _settle(desk: Desk, found: str, prove: Prove, _: Progress) -> Changes:
    return sent_ledger.settle(desk, found, prove())


def _rebuild(desk: Desk, prove: Prove, _: Progress) -> Changes:
    return sent_ledger.rebuild(desk, prove())

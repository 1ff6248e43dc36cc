"""The list of banks and branches in 管理: which one counts, a newer one from a medium, and the accounts that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import FileProblem
from kyufu_desktop.services import bank_lists
from kyufu_desktop.services.bank_lists import BankListInspection, BankListPage, StrandedAccount
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Field, Panel, Row, Table, box, col, label, row, text_field
from kyufu_desktop.views.station import Station

#: Lines of one kind of change that the dialog shows; the rest is counted.
_SHOWN = 200


class BanksPanel(Panel):
    """Day of the list, and what an officer may do with it."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._words, self._origin = label("", "strong", wrap=True), label("", "sub", wrap=True)
        self._bring = Button("金融機関の一覧を取り込む…", "Alt+L", name="admin.bring_banks")
        self._bring.clicked.connect(self._ask_file)
        self.stranded = Table([Column("見直す口座"), Column("銀行・支店", 196)], row_height=48, fit=True, name="見直す口座")
        self.stranded.activated.connect(self._open_case)
        self._told = label("", color="hold", wrap=True)
        self._why = label("一覧を取り込むのは、取扱責任者です。", "muted", wrap=True)
        head = box(col(self._words, self._origin, self._told, gap=4, margins=(15, 12, 15, 8)))
        foot = box(col(self._why, row(self._bring, None), gap=6, margins=(15, 8, 15, 12)))
        super().__init__("金融機関の一覧", head, self.stranded, foot, flush=True)
        may = self._desk.may(Act.BANK_LIST_BROUGHT)
        self._why.setVisible(not may)
        if not may:
            self._bring.forbid("")
            self._bring.setAccessibleDescription(self._why.text())
        self._show_stranded(())

    @property
    def _desk(self) -> Desk:
        return self._station.desk

    def refresh(self) -> None:
        self._station.lane.read(self, partial(bank_lists.page, self._desk), self._show)

    def _show(self, page: BankListPage) -> None:
        self._words.setText(f"{wareki(page.listed_on)}の一覧")
        self._origin.setText(f"金融機関 {page.banks:,}　支店 {page.branches:,}\n{page.origin}")
        self._show_stranded(page.stranded)

    def _show_stranded(self, accounts: Sequence[StrandedAccount]) -> None:
        self.stranded.set_rows(_stranded_rows(accounts))
        self.stranded.setVisible(bool(accounts))
        self._told.setVisible(bool(accounts))
        self._told.setText(f"支店が一覧にない口座が {len(accounts):,}件あります。案件を開き、口座を入れ直してください。")

    def _open_case(self, key: object) -> None:
        if isinstance(key, int):
            self._station.go("cases", key)

    # ------------------------------------------------------------ a newer list
    def _ask_file(self) -> None:
        self._station.hide_error()
        dialog = OpenListDialog()
        if present(dialog):
            work = partial(_inspect, self._desk, dialog.path)
            self._station.lane.write(self._station, work, self._ask_bring_in, title="一覧を確かめています")

    def _ask_bring_in(self, inspection: BankListInspection) -> None:
        if present(BankListDialog(inspection)):
            work = partial(_bring_in, self._desk, inspection)
            self._station.lane.write(self._station, work, title="金融機関の一覧を取り込んでいます")


class OpenListDialog(Dialog):
    """The archive on the medium. Nothing remembers the path."""

    def __init__(self) -> None:
        super().__init__("金融機関の一覧を取り込みます", act="中身を確かめる", width=720)
        self._path = text_field("", 520)
        self.body.addWidget(label("媒体にある一覧の書庫（zip）を選びます。まだ何も変わりません。", "sub"))
        hint = "data/banks.json と data/branches の入った書庫です。"
        self.add_field("path", Field("ファイルの場所", self._path, required=True, hint=hint, name="banks.path"))

    @property
    def path(self) -> Path:
        return Path(self._path.text().strip())

    def ready(self) -> bool:
        return self.path.is_file() or self.refuse("path", "この場所にファイルがありません。媒体を差し込んでください。")


class BankListDialog(Dialog):
    """What a newer list changes, before it is taken in."""

    def __init__(self, inspection: BankListInspection) -> None:
        super().__init__("金融機関の一覧を取り込みます", act="取り込む", focus_cancel=True, width=820)
        found = inspection.differences
        days = f"{wareki(inspection.present_on)} → {wareki(inspection.listed_on)}"
        self.body.addWidget(label(days, "strong"))
        counts = (
            ("なくなる支店", len(found.branches_gone)),
            ("新しい支店", len(found.branches_new)),
            ("名前の変わる支店", len(found.branches_renamed)),
            ("なくなる金融機関", len(found.banks_gone)),
            ("新しい金融機関", len(found.banks_new)),
            ("名前の変わる金融機関", len(found.banks_renamed)),
        )
        summary = "　".join(f"{words} {number:,}" for words, number in counts if number) or "変わる金融機関も支店もありません。"
        self.body.addWidget(label(summary, "sub", wrap=True))
        changes = Table(
            [Column("変わること", 196), Column("コード", 110), Column("名前")],
            name="変わること",
            empty=EmptyList("変わる金融機関も支店もありません。", "一覧の日付だけが新しくなります。"),
        )
        changes.set_rows(_change_rows(inspection))
        changes.setMinimumHeight(196)
        self.body.addWidget(changes)
        told = f"なくなる支店の口座 {len(inspection.stranded):,}件は、確認からやり直します。振込の回に入っていれば、その回から外します。"
        self.body.addWidget(label(told if inspection.stranded else "いま使っている口座の支店は、すべて新しい一覧にもあります。", wrap=True))
        if inspection.stranded:
            accounts = Table([Column("見直す口座"), Column("銀行・支店", 360)], row_height=48, name="見直す口座")
            accounts.set_rows(_stranded_rows(inspection.stranded))
            accounts.setMinimumHeight(130)
            self.body.addWidget(accounts)
        self.setAccessibleDescription(f"{days} {summary}")


def _change_rows(inspection: BankListInspection) -> list[Row]:
    """The accounts' branches matter most, so what goes stands first."""
    found = inspection.differences
    kinds: tuple[tuple[str, Sequence[tuple[str, ...]]], ...] = (
        ("なくなる支店", found.branches_gone),
        ("なくなる金融機関", found.banks_gone),
        ("名前の変わる支店", found.branches_renamed),
        ("名前の変わる金融機関", found.banks_renamed),
        ("新しい金融機関", found.banks_new),
        ("新しい支店", found.branches_new),
    )
    rows: list[Row] = []
    for words, lines in kinds:
        for code, *names in lines[:_SHOWN]:
            rows.append(Row((words, code), (Cell(words), Cell(code, mono=True), Cell(_renamed(names)))))
        if len(lines) > _SHOWN:
            rows.append(Row((words, ""), (Cell(words), Cell(""), Cell(f"ほか {len(lines) - _SHOWN:,}", color="text2"))))
    return rows


def _renamed(names: Sequence[str]) -> str:
    if len(names) == 2 and names[0] == names[1]:
        return f"{names[0]}（カナが変わります）"
    return " → ".join(names)


def _stranded_rows(accounts: Sequence[StrandedAccount]) -> list[Row]:
    return [
        Row(each.case_id, (Cell(each.management_number, sub=each.state, mono=True), Cell(each.place, sub="いまの一覧にありません")))
        for each in accounts
    ]


# What runs on the lane.
def _inspect(desk: Desk, path: Path, progress: Progress) -> BankListInspection:
    try:
        data = path.read_bytes()
    except OSError:
        raise FileProblem("K-1266", "ファイルを読めません。", file=path.name, todo="媒体を差し直して、もう一度選んでください。") from None
    return bank_lists.inspect(desk, data, path.name, progress)


def _bring_in(desk: Desk, inspection: BankListInspection, _: Progress) -> Changes:
    return bank_lists.bring_in(desk, inspection)

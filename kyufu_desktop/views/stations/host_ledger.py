"""ホスト連携, the hand-over ledger: what left, in whose hands it is, when it comes back, how it was erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.services import media
from kyufu_desktop.services.host_exchange import ExportRow, Progress
from kyufu_desktop.services.media import Erasure
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Segments, Table, col, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_media import (
    ErasureDialog,
    HandOverDialog,
    NoticeDialog,
    ReturnDialog,
    read_back_erasure,
    read_back_return,
)

#: Copies of the notice: one goes with the medium, one comes back signed.
NOTICE_COPIES = 2
_NOTHING = ("受渡し管理簿に、まだ行がありません。", "上のボタンで書き出すと、ここに残ります。")
_NONE_LIKE_THIS = ("この絞り込みに当てはまる行はありません。", "「すべて」を選ぶと、全部の行が出ます。")
#: Which lines are shown: key -> (words, whether a line is).
SHOWN: dict[str, tuple[str, Callable[[ExportRow], bool]]] = {
    "all": ("すべて", lambda line: True),
    "open": ("渡していないもの", lambda line: line.handed_over_at is None and not line.state_word),
    "out": ("返っていないもの", lambda line: line.due_on is not None),
    "kept": ("消去していないもの", lambda line: line.handed_over_at is not None and line.line.erased_on is None),
}


class LedgerPanel(Panel):
    """One line a file. Two lines of text a row: the second says whose hands."""

    def __init__(self, station: Station, printer: Callable[[], Printer]) -> None:
        self._station, self._printer = station, printer
        self._lines: tuple[ExportRow, ...] = ()
        self.filter = Segments([(key, words, None) for key, (words, _) in SHOWN.items()])
        self.filter.chosen.connect(self._fill)
        self._empty = EmptyList(*_NOTHING)
        self.table = Table(
            [
                Column("もの"),
                Column("件", 72, right=True),
                Column("金額（円）", 112, right=True),
                Column("媒体", 110),
                Column("渡した日", 172),
                Column("通知書", 84),
                Column("返却", 176),
                Column("消去", 76),
            ],
            row_height=52,
            fit=True,
            empty=self._empty,
            name="受渡し管理簿",
        )
        self._acts: dict[str, Callable[[ExportRow], None]] = {}
        handed = self._button("hand_over", "渡したことを書く…", "Alt+H", self._hand_over)
        notice = self._button("medium_notice", "媒体送付票を印刷する…", "Alt+N", self._notice)
        sheet = self._button("password_sheet", "パスワード通知書を印刷する…", "Alt+P", self._password_sheet)
        back = self._button("enter_return", "返却を書く…", "Alt+R", self._return)
        erased = self._button("enter_erasure", "消去を書く…", "Alt+E", self._erase)
        super().__init__(
            "受渡し管理簿",
            row(None, self.filter, margins=(12, 8, 12, 8)),
            self.table,
            col(row(None, handed, notice, sheet), row(None, back, erased), gap=8, margins=(12, 8, 12, 12)),
            flush=True,
        )

    def _button(self, name: str, words: str, key: str, slot: Callable[[ExportRow], None]) -> Button:
        button = Button(words, key, name=f"host_exchange.{name}")
        self._acts[name] = slot
        button.clicked.connect(Weakly(self._with_line, name))
        return button

    # ------------------------------------------------------------ showing
    def show_rows(self, lines: tuple[ExportRow, ...]) -> None:
        self._lines = lines
        late = sum(line.overdue for line in lines)
        self.set_count(f"返す期限を過ぎた媒体 {late:,}件" if late else "")
        self._fill()

    def _fill(self, _: object = None) -> None:
        self._empty.say(*(_NONE_LIKE_THIS if self._lines else _NOTHING))
        belongs = SHOWN[str(self.filter.key())][1]
        self.table.set_rows([_row(line) for line in self._lines if belongs(line)])

    def _with_line(self, name: str) -> None:
        """The chosen line of the ledger; says so where none is chosen."""
        self._station.hide_error()
        key = self.table.key()
        line = next((line for line in self._lines if line.export_id == key), None)
        if line is not None:
            self._acts[name](line)
            return
        self._station.show_error(
            InputProblem(
                "K-1912",
                "exports",
                "管理簿の行を選んでいません。",
                kept="何も変えていません。",
                todo="受渡し管理簿で、媒体の行を選んでください。",
            )
        )

    # ------------------------------------------------------------ acts
    def _hand_over(self, line: ExportRow) -> None:
        dialog = HandOverDialog(line.file_name)
        if present(dialog):
            self._write(partial(_hand_over, self._station.desk, line.export_id, dialog.receiver, dialog.bag), "管理簿に書いています")

    def _notice(self, line: ExportRow) -> None:
        if line.handed_over_at is None:
            self._station.show_error(
                Conflict("K-1913", "媒体をまだ渡していません。", todo="先に「渡したことを書く」で、受け取った人とかばんを書いてください。")
            )
        elif present(NoticeDialog(line)):
            self._write(partial(_print_notice, self._station.desk, line.export_id, self._printer), "媒体送付票を印刷しています")

    def _password_sheet(self, line: ExportRow) -> None:
        self._write(partial(_print_sheet, self._station.desk, line.export_id, self._printer), "通知書を印刷しています")

    def _return(self, line: ExportRow) -> None:
        if not self._is_out(line) or self._already(line, line.line.returned_on, "返却"):
            return
        dialog = ReturnDialog(line, self._station.desk.today())
        if not present(dialog):
            return
        returned_on = dialog.returned_on
        if present(read_back_return(line, returned_on)):
            self._write(partial(_return, self._station.desk, line.export_id, returned_on), "管理簿に書いています")

    def _erase(self, line: ExportRow) -> None:
        if not self._is_out(line):
            return
        dialog = ErasureDialog(line, self._station.desk.today(), self._station.desk.staff.name)
        if not present(dialog):
            return
        erasure = dialog.erasure
        if present(read_back_erasure(line, erasure)):
            self._write(partial(_erase, self._station.desk, line.export_id, erasure), "管理簿に書いています")

    def _is_out(self, line: ExportRow) -> bool:
        """Handed over and not erased; says so where it is not."""
        if line.handed_over_at is None:
            todo = "渡したことを管理簿に書いてから、返却や消去を書いてください。"
            self._station.show_error(Conflict("K-1913", "媒体をまだ渡していません。", todo=todo))
            return False
        return not self._already(line, line.line.erased_on, "消去")

    def _already(self, line: ExportRow, day: date | None, words: str) -> bool:
        if day is None:
            return False
        happened = f"媒体 {line.medium} の{words}は、{day.month}月{day.day}日と書いてあります。"
        self._station.show_error(Conflict("K-1913", happened, todo="書いたことは直せません。違うときは、取扱責任者に知らせてください。"))
        return True

    def _write(self, work: Callable[[Progress], Changes], title: str) -> None:
        self._station.lane.write(self._station, work, title=title)


def _row(line: ExportRow) -> Row:
    entry = line.line
    return Row(
        line.export_id,
        (
            Cell(line.kind_word, sub=line.file_name, sub_mono=True),
            Cell(f"{line.rows:,}", mono=True, right=True),
            Cell(f"{line.total:,}" if line.total else "－", mono=True, right=True),
            Cell(line.medium, sub=line.made_by),
            Cell(chip=line.state_word)
            if line.state_word
            else Cell(_short(entry.handed_over_on), sub=line.receiver or None, color="text" if entry.handed_over_on else "hold"),
            Cell("" if line.state_word else _short(entry.password_on) if entry.sealed else "なし"),
            _back(line),
            Cell(_short(entry.erased_on) if entry.handed_over_on else "－", color="text" if entry.erased_on else "text2"),
        ),
    )


def _back(line: ExportRow) -> Cell:
    entry = line.line
    if line.overdue:
        return Cell(_short(line.due_on), chip="期限超過", accessible=f"期限超過 {_until(line.due_on)}")
    if line.due_on is not None:
        return Cell(_until(line.due_on))
    if entry.returned_on is not None:
        return Cell(_short(entry.returned_on))
    return Cell("返らない", sub=f"報告書 {_short(entry.reported_on)}") if entry.reported_on else Cell("－", color="text2")


def _until(day: date | None) -> str:
    return f"{_short(day)} まで" if day is not None else ""


def _short(day: date | None) -> str:
    return f"{day.month}/{day.day}" if day is not None else "まだ"


# What runs on the lane.
def _hand_over(desk: Desk, export_id: int, receiver: str, bag: str, _: Progress) -> Changes:
    return media.hand_over(desk, export_id, receiver, bag)


def _print_notice(desk: Desk, export_id: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    ready.send(media.notice(desk, export_id), f"handover-{export_id}", NOTICE_COPIES)
    return Changes(Kind.EXPORTS | Kind.AUDIT, "媒体送付票を2部印刷しました。1部は署名をもらって持ち帰ってください。")


def _print_sheet(desk: Desk, export_id: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    # The printer first: making the sheet drops the password from the vault.
    ready = printer()
    ready.send(media.password_sheet(desk, export_id), f"password-{export_id}")
    return Changes(Kind.EXPORTS, "パスワード通知書を印刷しました。媒体とは別の日に渡してください。")


def _return(desk: Desk, export_id: int, returned_on: date, _: Progress) -> Changes:
    return media.enter_return(desk, export_id, returned_on)


def _erase(desk: Desk, export_id: int, erasure: Erasure, _: Progress) -> Changes:
    return media.enter_erasure(desk, export_id, erasure)

"""ホスト連携: bring the host's workbooks in after looking at them, write the encrypted ones out, keep the hand-over ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import custody, host_exchange
from kyufu_desktop.services.host_exchange import ExportRow, ImportRow, Inspection, Outgoing, Overview, Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, Dialog, LeavesHouseDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, Column, EmptyList, Field, Panel, Row, Segments, Table, col, label, row, text_field
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.file_choice import MediumDialog, OpenWorkbookDialog
from kyufu_desktop.views.stations.open_file_panel import StoppedFiles
from kyufu_desktop.views.stations.wrapped import wrapped

#: kind -> (words, usual file name).
INCOMING: dict[str, tuple[str, str]] = {
    "targets": ("支給対象者データ", "targets.xlsx"),
    "planned": ("支給予定情報", "planned_payments.xlsx"),
    "tax_answers": ("税照会結果", "tax_answers.xlsx"),
    "account_answers": ("口座照会結果", "account_answers.xlsx"),
}
#: kind -> (words, what it holds, what it does not hold, to whom).
OUTGOING: dict[str, tuple[str, str, str, str]] = {
    "status": ("給付状況", "管理番号・給付種別・支給額・振込日", "住所・口座・秘匿の理由", "ホスト担当"),
    "tax": ("税照会", "住民番号・照会先・不開示の指定", "氏名・住所・秘匿の理由", "ホスト担当"),
    "account": ("口座照会", "住民番号・不開示の指定", "氏名・住所・秘匿の理由", "ホスト担当"),
    "exclusion": ("除外一覧", "管理番号・住民番号", "氏名・秘匿の区分・理由", "ホスト担当"),
}

#: kind -> key of its button.
KEYS: dict[str, str] = {
    "targets": "Alt+1",
    "planned": "Alt+2",
    "tax_answers": "Alt+3",
    "account_answers": "Alt+4",
    "status": "Alt+5",
    "tax": "Alt+6",
    "account": "Alt+7",
    "exclusion": "Alt+8",
}

#: Height of a row that may hold a sentence of two lines.
_FOUND = 48


class HandOverDialog(Dialog):
    """Who took the medium, in which locked bag."""

    def __init__(self, file: str) -> None:
        super().__init__("渡したことを書きます", act="管理簿に書く")
        self._receiver, self._bag = text_field("", 360), text_field("", 160)
        self.body.addWidget(label(f"{file} を入れた媒体を渡しました。"))
        self.add_field(
            "receiver",
            Field("受け取った人", self._receiver, required=True, hint="相手の所属と名前を入れてください。", name="hand_over.receiver"),
        )
        self.add_field(
            "bag", Field("かばんの番号", self._bag, required=True, hint="鍵付きかばんに貼ってある番号です。", name="hand_over.bag")
        )

    @property
    def receiver(self) -> str:
        return self._receiver.text().strip()

    @property
    def bag(self) -> str:
        return self._bag.text().strip()

    def ready(self) -> bool:
        if not self.receiver:
            return self.refuse("receiver", "受け取った人を入れてください。")
        return bool(self.bag) or self.refuse("bag", "番号を入れてください。")


class HostExchangeStation(Station):
    """What came in, what would come in, what went out: one column, because its lists are wide."""

    key, title, icon = "host_exchange", "ホスト連携", "host"
    kinds = Kind.CASES | Kind.EXPORTS | Kind.PAYMENTS | Kind.INQUIRIES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer], folder: Path) -> None:
        super().__init__(desk, lane, go)
        self._printer, self._folder = printer, folder
        self._shown: Overview | None = None
        self._medium = ""
        self._inspection: Inspection | None = None
        self._take = [
            self._button(f"host_exchange.take_{kind}", f"{words}…", KEYS[kind], partial(self._choose, kind))
            for kind, (words, _) in INCOMING.items()
        ]
        self._give = [
            self._button(f"host_exchange.write_{kind}", f"{facts[0]}…", KEYS[kind], partial(self._export, kind))
            for kind, facts in OUTGOING.items()
        ]
        self.title_row.addStrut(36)
        self._stopped = StoppedFiles(self, folder)
        self.set_body(col(self._stopped, self._inspected(), self._incoming(), self._outgoing(), None, gap=12))

    def _button(self, name: str, words: str, key: str, slot: Callable[[], None]) -> Button:
        button = Button(words, key, name=name)
        button.clicked.connect(slot)
        return button

    def _incoming(self) -> Panel:
        empty = EmptyList("まだ何も取り込んでいません。", "媒体を差し込み、支給対象者データから取り込みます。", icon_name="host")
        self._imports = Table(
            [
                Column("種類", 160),
                Column("ファイル"),
                Column("行", 80, right=True),
                Column("取り込まない", 120, right=True),
                Column("取り込んだ日時", 170),
                Column("人", 110),
            ],
            fit=True,
            empty=empty,
            name="取り込んだブック",
        )
        return Panel("取り込む", row(*self._take, None, margins=(12, 8, 12, 8)), self._imports, flush=True)

    def _inspected(self) -> Panel:
        self._summary = [label("", wrap=True) for _ in range(4)]
        self._verdict = Chip("準備よし")
        self._findings = Table(
            [Column("シート", 130), Column("行", 70, right=True), Column("項目", 190), Column("見つかったこと")],
            row_height=_FOUND,
            name="見つかったこと",
        )
        self._differences = Table(
            [Column("給付管理番号", 130), Column("項目", 190), Column("変わること")], row_height=_FOUND, name="変わること"
        )
        self._bring = Button("取り込む", "Ctrl+Enter", "primary", name="host_exchange.bring_in")
        self._bring.clicked.connect(self._bring_in)
        self._drop = Button("取り込まない", "Esc", name="host_exchange.drop")
        self._drop.clicked.connect(self._forget)
        self._look = Panel(
            "中身を確かめました",
            col(row((self._summary[0], 1), self._verdict), *self._summary[1:], gap=2, margins=(15, 10, 12, 10)),
            self._findings,
            self._differences,
            row(None, self._drop, self._bring, margins=(12, 8, 12, 12)),
            flush=True,
        )
        self._look.hide()
        return self._look

    def _outgoing(self) -> Panel:
        self._waiting = label("", "sub")
        self._filter = Segments([("all", "すべて", None), ("open", "渡していないもの", None)])
        self._filter.chosen.connect(self._show_exports)
        self._exports = Table(
            [
                Column("もの", 120),
                Column("ファイル"),
                Column("件", 70, right=True),
                Column("金額（円）", 130, right=True),
                Column("媒体", 112),
                Column("作った人", 110),
                Column("渡した日", 150),
                Column("通知書", 88),
            ],
            fit=True,
            empty=EmptyList("書き出したものはありません。", "上のボタンで書き出すと、ここに受渡し管理簿として残ります。"),
            name="受渡し管理簿",
        )
        handed = self._button("host_exchange.hand_over", "渡したことを書く…", "Alt+H", self._hand_over)
        sheet = self._button("host_exchange.password_sheet", "パスワード通知書を印刷する…", "Alt+P", self._password_sheet)
        return Panel(
            "書き出す・受渡し管理簿",
            row(*self._give, None, margins=(12, 8, 12, 4)),
            row(self._waiting, None, self._filter, margins=(16, 0, 12, 4)),
            self._exports,
            row(None, handed, sheet, margins=(12, 8, 12, 12)),
            flush=True,
        )

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(_read, self.desk), self._show)

    def _show(self, read: tuple[Overview, str]) -> None:
        page, self._medium = read
        self._shown = page
        self._stopped.set_files([file for file in page.open_files if not file.batch])
        self._imports.set_rows([_import_row(line) for line in page.imports])
        self._waiting.setText(f"ホストへ報告していない振込 {page.status_waiting:,}件　照会していない人 {page.inquiries_waiting:,}人")
        self._show_exports()

    def _show_exports(self) -> None:
        only_open = self._filter.key() == "open"
        lines = self._shown.exports if self._shown else ()
        self._exports.set_rows([_export_row(line) for line in lines if not (only_open and (line.handed_over_at or line.state_word))])

    @property
    def inspection(self) -> Inspection | None:
        """What was looked at and waits to be brought in."""
        return self._inspection

    # ------------------------------------------------------------ coming in
    def _choose(self, kind: str) -> None:
        self.hide_error()
        words, file = INCOMING[kind]
        dialog = OpenWorkbookDialog(f"{words}を取り込みます", self._folder, file)
        if present(dialog):
            self._folder = dialog.path.parent
            work = partial(_inspect, self.desk, dialog.path, dialog.password, kind)
            self.lane.write(self, work, self._inspected_now, title=f"{words}を調べています")

    def _inspected_now(self, result: tuple[Changes, Inspection]) -> None:
        inspection = result[1]
        self._inspection = inspection
        fatal = sum(finding.fatal for finding in inspection.findings)
        words = INCOMING[inspection.kind][0]
        parts = [f"「{inspection.file}」　{words}　{inspection.people:,}行"]
        if inspection.kind == "targets":
            parts.append(
                f"新しい案件 {inspection.new_cases:,}件、変わる案件 {inspection.changed_cases:,}件、"
                f"同じ案件 {inspection.unchanged_cases:,}件。取り込まない世帯 {inspection.refused_households:,}件。"
            )
        if not inspection.count_agrees:
            parts.append("表紙の件数と、行の数が違います。ホスト担当に確かめるまで、取り込まないでください。")
        if inspection.older:
            parts.append("今ある一覧より、作成日が前のファイルです。新しいファイルがないか確かめてください。")
        parts.append(f"直すところ {fatal:,}件、知らせ {len(inspection.findings) - fatal:,}件。まだ何も取り込んでいません。")
        for line, words in zip(self._summary, [*parts, "", ""], strict=False):
            line.setText(words)
            line.setVisible(bool(words))
        self._verdict.set("不一致" if not inspection.count_agrees else "不備" if fatal else "準備よし")
        _fill(
            self._findings,
            [
                Row(
                    number,
                    (
                        Cell(finding.sheet),
                        Cell(str(finding.row) if finding.row else "", mono=True, right=True),
                        Cell(finding.column),
                        wrapped(finding.why, "fail" if finding.fatal else "text2"),
                    ),
                )
                for number, finding in enumerate(inspection.findings)
            ],
        )
        _fill(
            self._differences,
            [
                Row(number, (Cell(management, mono=True), Cell(field), wrapped(change)))
                for number, (management, field, change) in enumerate(inspection.differences)
            ],
        )
        self._look.show()
        self._bring.setFocus()

    def _bring_in(self) -> None:
        inspection = self._inspection
        if inspection is None:
            return
        if inspection.older:
            sentences = [
                "今ある一覧より、作成日が前のファイルです。",
                "新しいファイルがないことを、ホスト担当に確かめた人だけが進めてください。",
            ]
            if not present(ConfirmDialog("前に作られた一覧です", sentences, "確かめたので取り込む", danger=True)):
                return
        confirmed = inspection.count_agrees
        if not confirmed:
            sentences = ["表紙の件数と行の数が違うまま取り込みます。", "ホスト担当に確かめた人だけが進めてください。"]
            if not present(ConfirmDialog("件数の違うブックです", sentences, "確かめたので取り込む", danger=True)):
                return
            confirmed = True
        work = partial(host_exchange.bring_in, self.desk, inspection, confirmed or inspection.older)
        self.lane.write(self, work, self._brought, title=f"{INCOMING[inspection.kind][0]}を取り込んでいます")

    def _brought(self, _: Changes) -> None:
        self._forget()

    def _forget(self) -> None:
        self._inspection = None
        self._look.hide()

    # ------------------------------------------------------------ going out
    def _export(self, kind: str) -> None:
        self.hide_error()
        words = OUTGOING[kind][0]
        dialog = MediumDialog(f"{words}を書き出します", self._folder, self._medium)
        if not present(dialog):
            return
        self._folder = dialog.folder
        self.lane.write(self, partial(_make, self.desk, kind, dialog.medium), partial(self._confirm, kind), title=f"{words}を作っています")

    def _confirm(self, kind: str, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        words, contains, without, carrier = OUTGOING[kind]
        count_only = outgoing.total == 0
        dialog = LeavesHouseDialog(
            f"{words}を、外へ出します",
            out=f"{outgoing.file_name}　{outgoing.rows:,}件" + ("" if count_only else f"　{outgoing.total:,}円"),
            contains=contains,
            not_contains=without,
            destination=f"登録媒体 {outgoing.medium}（暗号化）→ {carrier}",
            carrier=f"{self.desk.staff.name}　パスワードは別の日に渡します",
            irreversible="書き出したことは、受渡し管理簿に残ります。",
            total=outgoing.rows if count_only else outgoing.total,
            what="件数" if count_only else "合計金額",
            unit="件" if count_only else "円",
        )
        if present(dialog):
            self.lane.write(self, partial(_write, self.desk, outgoing, str(self._folder)), title="媒体へ書き出しています")

    def _hand_over(self) -> None:
        self.hide_error()
        line = self._line()
        if line is None:
            return
        dialog = HandOverDialog(line.file_name)
        if present(dialog):
            self.lane.write(self, partial(_hand_over, self.desk, line.export_id, dialog.receiver, dialog.bag), title="管理簿に書いています")

    def _line(self) -> ExportRow | None:
        """The chosen line of the ledger; says so where none is chosen."""
        key = self._exports.key()
        line = next((line for line in self._shown.exports if line.export_id == key), None) if self._shown else None
        if line is None:
            self.show_error(
                InputProblem(
                    "K-1912", "exports", "管理簿の行を選んでいません。", kept="何も変えていません。", todo="渡すものの行を選んでください。"
                )
            )
        return line

    def _password_sheet(self) -> None:
        self.hide_error()
        line = self._line()
        if line is not None:
            self.lane.write(self, partial(_print_sheet, self.desk, line.export_id, self._printer), title="通知書を印刷しています")


def _fill(table: Table, rows: list[Row]) -> None:
    """As high as its rows, but never more than six of them: what follows stays in sight."""
    table.set_rows(rows)
    table.setVisible(bool(rows))
    table.setFixedHeight(33 + _FOUND * min(len(rows), 6))


def _import_row(line: ImportRow) -> Row:
    return Row(
        line.import_id,
        (
            Cell(line.kind_word),
            Cell(line.file_name),
            Cell(f"{line.rows:,}", mono=True, right=True),
            Cell(f"{line.refused:,}", mono=True, right=True, color="fail" if line.refused else "text3"),
            Cell(_when(line.imported_at), mono=True),
            Cell(line.imported_by),
        ),
    )


def _export_row(line: ExportRow) -> Row:
    sheet = "" if line.state_word else "印刷済" if line.password_printed_at else "まだ"
    return Row(
        line.export_id,
        (
            Cell(line.kind_word),
            Cell(line.file_name),
            Cell(f"{line.rows:,}", mono=True, right=True),
            Cell(f"{line.total:,}" if line.total else "－", mono=True, right=True),
            Cell(line.medium),
            Cell(line.made_by),
            Cell(chip=line.state_word)
            if line.state_word
            else Cell(_when(line.handed_over_at)[:5] if line.handed_over_at else "まだ", color="text" if line.handed_over_at else "hold"),
            Cell(sheet),
        ),
    )


def _when(moment: str) -> str:
    """``2024-08-28T10:15:00+09:00`` -> ``8/28 10:15``."""
    return f"{int(moment[5:7])}/{int(moment[8:10])} {moment[11:16]}"


# What runs on the lane.
def _read(desk: Desk) -> tuple[Overview, str]:
    return host_exchange.overview(desk), custody.setting(desk, "medium")


def _inspect(desk: Desk, path: Path, password: str, kind: str, progress: Progress) -> tuple[Changes, Inspection]:
    try:
        data = path.read_bytes()
    except OSError:
        raise InputProblem(
            "K-1911",
            "path",
            "ファイルを読めませんでした。",
            kept="何も取り込んでいません。",
            todo="媒体を差し直し、もう一度選んでください。",
        ) from None
    found = host_exchange.inspect(desk, data, password, path.name, kind, progress)
    return Changes(Kind.NONE, "中身を確かめました。まだ何も取り込んでいません。"), found


def _make(desk: Desk, kind: str, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    if kind == "status":
        made = host_exchange.make_status(desk, medium, progress)
    elif kind == "exclusion":
        made = host_exchange.make_exclusion(desk, medium, progress)
    else:
        made = host_exchange.make_inquiries(desk, kind, medium, progress)
    return Changes(Kind.NONE, "書き出すものを作りました。まだ外へ出していません。"), made


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    return host_exchange.write_out(desk, outgoing, folder)


def _hand_over(desk: Desk, export_id: int, receiver: str, bag: str, _: Progress) -> Changes:
    return host_exchange.hand_over(desk, export_id, receiver, bag)


def _print_sheet(desk: Desk, export_id: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    # The printer first: making the sheet drops the password from the vault.
    ready = printer()
    ready.send(host_exchange.password_sheet(desk, export_id), f"password-{export_id}")
    return Changes(Kind.EXPORTS, "パスワード通知書を印刷しました。媒体とは別の日に渡してください。")

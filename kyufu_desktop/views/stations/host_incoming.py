"""ホスト連携, what comes in: a workbook is looked at, what it would change is shown, and only then it is brought in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import host_exchange
from kyufu_desktop.services.host_exchange import ImportRow, Inspection, Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, Cell, Chip, Column, EmptyList, Panel, Row, Table, col, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.file_choice import OpenWorkbookDialog, Places
from kyufu_desktop.views.stations.words import moment_words
from kyufu_desktop.views.stations.wrapped import wrapped

#: kind -> (words, usual file name).
INCOMING: dict[str, tuple[str, str]] = {
    "targets": ("支給対象者データ", "targets.xlsx"),
    "planned": ("支給予定情報", "planned_payments.xlsx"),
    "tax_answers": ("税照会結果", "tax_answers.xlsx"),
    "account_answers": ("口座照会結果", "account_answers.xlsx"),
}
#: kind -> key of its button.
KEYS: dict[str, str] = {"targets": "Alt+1", "planned": "Alt+2", "tax_answers": "Alt+3", "account_answers": "Alt+4"}
#: Height of a row that may hold a sentence of two lines.
_FOUND = 48


#: Case numbers that a question spells out; the list below has them all.
_NUMBERS = 5


class InspectionPanel(Panel):
    """What a workbook would bring in. ``take`` and ``drop`` are pressed by the person."""

    def __init__(self) -> None:
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
        self.take = Button("取り込む", "Ctrl+Enter", "primary", name="host_exchange.bring_in")
        self.drop = Button("取り込まない", "Esc", name="host_exchange.drop")
        super().__init__(
            "中身を確かめました",
            col(row((self._summary[0], 1), self._verdict), *self._summary[1:], gap=2, margins=(15, 10, 12, 10)),
            self._findings,
            self._differences,
            row(None, self.drop, self.take, margins=(12, 8, 12, 12)),
            flush=True,
        )
        self.hide()

    def tell(self, inspection: Inspection) -> None:
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
        self.show()
        self.take.setFocus()


class IncomingPanel(Panel):
    """What came in, and the buttons to bring more in. ``look`` is the panel above it that shows what was looked at."""

    def __init__(self, station: Station, places: Places) -> None:
        self._station, self._places = station, places
        self.inspection: Inspection | None = None
        self.look = InspectionPanel()
        self.look.take.clicked.connect(self._bring_in)
        self.look.drop.clicked.connect(self._forget)
        buttons = []
        for kind, (words, _) in INCOMING.items():
            button = Button(f"{words}…", KEYS[kind], name=f"host_exchange.take_{kind}")
            button.clicked.connect(Weakly(self._choose, kind))
            buttons.append(button)
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
        super().__init__("取り込む", row(*buttons, None, margins=(12, 8, 12, 8)), self._imports, flush=True)

    def show_rows(self, imports: tuple[ImportRow, ...]) -> None:
        self._imports.set_rows([_import_row(line) for line in imports])

    def _choose(self, kind: str) -> None:
        self._station.hide_error()
        words, file = INCOMING[kind]
        dialog = OpenWorkbookDialog(f"{words}を取り込みます", self._places.folder, file)
        if present(dialog):
            self._places.folder = dialog.path.parent
            work = partial(_inspect, self._station.desk, dialog.path, dialog.password, kind)
            self._station.lane.write(self._station, work, self._inspected, title=f"{words}を調べています")

    def _inspected(self, result: tuple[Changes, Inspection]) -> None:
        self.inspection = result[1]
        self.look.tell(result[1])

    def _bring_in(self) -> None:
        inspection = self.inspection
        if inspection is None:
            return
        if inspection.older:
            sentences = [
                "今ある一覧より、作成日が前のファイルです。",
                "新しいファイルがないことを、ホスト担当に確かめた人だけが進めてください。",
            ]
            if not present(ConfirmDialog("前に作られた一覧です", sentences, "確かめたので取り込む", danger=True)):
                return
        if inspection.new_heads:
            shown = "、".join(inspection.new_heads[:_NUMBERS]) + (" ほか" if len(inspection.new_heads) > _NUMBERS else "")
            sentences = [
                f"世帯主が替わる案件が{len(inspection.new_heads):,}件あります（{shown}）。",
                "取り込むと、前の世帯主への決裁・手紙・口座・代理人は無効になり、送り先は2人目が確かめ直すまで使えません。",
                "下の「見つかったこと」を読み、世帯主が替わることを確かめた人だけが進めてください。",
            ]
            if not present(ConfirmDialog("世帯主が替わります", sentences, "確かめたので取り込む", danger=True)):
                return
        confirmed = inspection.count_agrees
        if not confirmed:
            sentences = ["表紙の件数と行の数が違うまま取り込みます。", "ホスト担当に確かめた人だけが進めてください。"]
            if not present(ConfirmDialog("件数の違うブックです", sentences, "確かめたので取り込む", danger=True)):
                return
            confirmed = True
        work = partial(host_exchange.bring_in, self._station.desk, inspection, confirmed or inspection.older)
        self._station.lane.write(self._station, work, self._brought, title=f"{INCOMING[inspection.kind][0]}を取り込んでいます")

    def _brought(self, _: Changes) -> None:
        self._forget()

    def _forget(self) -> None:
        self.inspection = None
        self.look.hide()


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
            Cell(moment_words(line.imported_at), mono=True),
            Cell(line.imported_by),
        ),
    )


# What runs on the lane.
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

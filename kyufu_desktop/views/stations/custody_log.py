"""The log of the workstation in 管理, newest first, a page at a time: looking at a page is an act that is recorded."""

from __future__ import annotations

from functools import partial

from kyufu_desktop.domain.staff import ACT_WORDS, Act
from kyufu_desktop.services import session
from kyufu_desktop.services.session import AuditRow
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Table
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.words import moment_words

#: Lines of a page.
PAGE = 200


class LogPanel(Panel):
    def __init__(self, station: Station) -> None:
        self._station = station
        self._lines: list[AuditRow] = []
        empty = EmptyList("記録を表示していません。", "「記録を見る」を押すと並びます。見たことも記録に残ります。", icon_name="eye")
        self.table = Table(
            [Column("番号", 64, right=True), Column("日時", 104), Column("人", 112), Column("したこと"), Column("もの", 84)],
            name="操作の記録",
            empty=empty,
        )
        self.table.setMinimumHeight(480)
        self._older = Button("前の記録を足す", "Alt+O", "quiet", name="admin.older_log")
        self._older.hide()
        read = Button("記録を見る", "Alt+R", "quiet", name="admin.read_log")
        if not station.desk.may(Act.AUDIT_READ):
            why = "記録を見るのは、取扱責任者と監査の人です。"
            read.forbid("")
            read.setAccessibleDescription(why)
            empty.say("記録を表示していません。", why)
        super().__init__("操作の記録", (self.table, 1), right=[self._older, read], flush=True)
        self._older.clicked.connect(self._read_older)
        read.clicked.connect(self._read)

    def _read(self) -> None:
        self._station.hide_error()
        self._station.lane.read(self._station, partial(session.audit_page, self._station.desk, limit=PAGE), self._show)

    def _read_older(self) -> None:
        self._station.hide_error()
        before = self._lines[-1].seq if self._lines else None
        self._station.lane.read(self._station, partial(session.audit_page, self._station.desk, before, PAGE), self._append)

    def _show(self, lines: tuple[AuditRow, ...]) -> None:
        self._lines = []
        self._append(lines)

    def _append(self, lines: tuple[AuditRow, ...]) -> None:
        self._lines += lines
        self.table.set_rows([Row(line.seq, _cells(line)) for line in self._lines])
        last = self._lines[-1].seq if self._lines else 1
        self._older.setVisible(last > 1)
        self.set_count(f"{len(self._lines):,}件を表示" if self._lines else "")


def _cells(line: AuditRow) -> tuple[Cell, ...]:
    return (
        Cell(f"{line.seq:,}", mono=True, right=True),
        Cell(moment_words(line.at), mono=True),
        Cell(line.actor),
        Cell(ACT_WORDS[line.act]),
        Cell(f"案件 {line.subject_id}" if line.subject == "case" else "", color="text2"),
    )

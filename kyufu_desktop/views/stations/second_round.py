"""2人目の確認: one waiting case after the other, compared with the paper, by keyboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.services.session import Second
from kyufu_desktop.views.parts import Bar, Button, EmptyList, Panel, col, label, row
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_second import ValueLines, comparison_lines
from kyufu_desktop.views.stations.second_look import SecondLook, confirm_and_next, next_look


class SecondRound(QWidget):
    """``finished`` when nothing waits any more or the person stops. Every confirmation is kept at once; stopping loses nothing."""

    finished = Signal()

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._station = station
        self._second: Second | None = None
        self._rest: tuple[int, ...] = ()
        self._seen: SecondLook | None = None
        self._total = self._done = 0
        self._count = label("", "strong", mono=True)
        self._count.setObjectName("second_round.count")
        self._bar = Bar(0.0)
        self._who = label("", "muted")
        self._place = QWidget()
        self._lines = QVBoxLayout(self._place)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self.confirm = Button("書類と同じです", "Ctrl+Enter", "primary", name="second_round.confirm")
        self.confirm.clicked.connect(self._confirm)
        self.skip = Button("違うので後にする", "Alt+N", name="second_round.skip")
        self.skip.clicked.connect(self._skip)
        self.stop = Button("一覧へ戻る", "Alt+←", name="second_round.stop")
        self.stop.clicked.connect(self.finished)
        work = Panel("書類と照らし合わせます", self._place, None, row(self.stop, None, self.skip, self.confirm, gap=8))
        note = label("違っていたら「違うので後にする」を押し、案件の画面で入れ直してください。", "muted", wrap=True)
        self.setLayout(col(row(self._count, (self._bar, 1), self._who, gap=16), (work, 1), note, gap=12))

    def start(self, case_ids: tuple[int, ...], second: Second) -> None:
        """Goes through ``case_ids`` with the eyes of ``second``."""
        self._second, self._rest, self._total, self._done = second, case_ids, len(case_ids), 0
        self._who.setText(f"確かめる人 {second.staff.name}")
        self._busy(True)
        self._station.lane.read(self, partial(next_look, self._station.desk, self._rest, second.staff), self._first)

    def _first(self, result: tuple[int, SecondLook | None]) -> None:
        self._show(*result)

    def _next(self, result: tuple[Changes, int, SecondLook | None]) -> None:
        self._done += 1
        self._show(result[1], result[2])

    def _show(self, passed: int, seen: SecondLook | None) -> None:
        self._seen = seen
        self._rest = self._rest[passed + 1 :] if seen is not None else ()
        self._clear()
        left = len(self._rest) + (1 if seen is not None else 0)
        self._count.setText(f"{self._total - left:,} / {self._total:,}件")
        self._bar.set((self._total - left) / self._total if self._total else 1.0)
        if seen is None:
            self._lines.addWidget(
                EmptyList(f"確かめるものはありません。{self._done:,}件を確認しました。", "入力した人が自分の分を確かめることはできません。")
            )
            self._busy(True)
            self.stop.setFocus()
            return
        head = seen.page.people[0] if seen.page.people else None
        who = row(
            NameLabel(head.name if head else "", 24),
            label(head.kana if head else "", "sub"),
            label(seen.page.management_number, "sub", mono=True),
            None,
            gap=16,
        )
        inner = QWidget()
        inner.setLayout(col(who, ValueLines(comparison_lines(seen)), gap=12))
        self._lines.addWidget(inner)
        self._busy(False)
        self.confirm.setFocus()

    def _clear(self) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()

    def _busy(self, busy: bool) -> None:
        self.confirm.setEnabled(not busy)
        self.skip.setEnabled(not busy)

    def _confirm(self) -> None:
        if self._seen is None or self._second is None:
            return
        self._busy(True)
        work = partial(confirm_and_next, self._station.desk, self._seen, self._second, self._rest)
        self._station.lane.write(self, work, self._next, title="確認を記録しています")

    def _skip(self) -> None:
        if self._second is not None:
            self._busy(True)
            self._station.lane.read(self, partial(next_look, self._station.desk, self._rest, self._second.staff), self._first)

"""What is asked at a batch: its day, count and total typed from the paper, where a medium is, the results by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QComboBox

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.bank_calendar import BankDay
from kyufu_desktop.services.payments import BatchRow, PaymentRow
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import (
    Button,
    Cell,
    Column,
    Field,
    Row,
    Table,
    integer_field,
    label,
    row,
    text_field,
)
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.stations.bank_month import BankMonth


class NewBatchDialog(Dialog):
    """The transfer day of a new batch; the first day that the file can still reach is proposed."""

    def __init__(self, count: int, total: int, proposed: date, read: Callable[[int, int], tuple[BankDay, ...]]) -> None:
        super().__init__("振込の回を作ります", act="作る")
        self.day = proposed
        self._day = text_field("", 220, wareki(proposed))
        self.month = BankMonth(read, proposed)
        self.month.chosen.connect(self._take)
        self._day.editingFinished.connect(self._typed)
        self.body.addWidget(label(f"振り込めるもの {count:,}件　{total:,}円 を入れます。"))
        self.add_field(
            "transfer_on",
            Field("振込指定日", self._day, required=True, hint="下の月から選べます。〆は銀行へ渡す期限です。", name="batch.transfer_on"),
        )
        self.body.addWidget(self.month)

    def _take(self, day: object) -> None:
        assert isinstance(day, date)
        self._day.setText(wareki(day))
        self.fields["transfer_on"].clear_problem()

    def _typed(self) -> None:
        with contextlib.suppress(InputProblem):
            self.month.choose(parse_day(self._day.text()))

    def ready(self) -> bool:
        try:
            self.day = parse_day(self._day.text())
        except InputProblem as problem:
            return self.refuse("transfer_on", f"{problem.happened}{problem.todo}")
        return True


class TypeTotalDialog(Dialog):
    """The approver types count and total that he saw on paper; they are compared where it is signed, not here."""

    def __init__(self, batch: str) -> None:
        super().__init__(f"{batch}の件数と合計を入れてください", act="次へ")
        self.count = self.total = 0
        self._count = integer_field(10**6, 120)
        self._total = integer_field(10**12, 200)
        self.body.addWidget(label("一覧を見て、自分で数えた件数と合計を入れます。画面の数字は写しません。", wrap=True))
        self.add_field("typed_count", Field("件数", self._count, required=True, after="件", name="batch.count"))
        self.add_field("typed_total", Field("合計金額", self._total, required=True, after="円", name="batch.total"))

    def ready(self) -> bool:
        count, total = integer_of(self._count), integer_of(self._total)
        if count is None:
            return self.refuse("typed_count", "件数を入れてください。")
        if total is None:
            return self.refuse("typed_total", "金額を入れてください。")
        self.count, self.total = count, total
        return True


class MediumFolderDialog(Dialog):
    """Where the medium is that may hold a file whose writing stopped."""

    def __init__(self, title: str, sentences: Sequence[str], folder: Path) -> None:
        super().__init__(title, act="媒体を調べる")
        for sentence in sentences:
            self.body.addWidget(label(sentence, wrap=True))
        self._path = text_field("", 520)
        self._path.setText(str(folder))
        self.add_field("folder", Field("媒体のフォルダ", self._path, required=True, name="medium.folder"))

    @property
    def folder(self) -> Path:
        return Path(self._path.text())

    def ready(self) -> bool:
        if not self._path.text().strip() or not self.folder.is_dir():
            return self.refuse("folder", "このフォルダはありません。媒体を差し込んでください。")
        return True


#: Failures of one entry that the second person reads one by one; a dialog is no higher than the window.
_SPELT_OUT = 10


class ResultsDialog(Dialog):
    """Results by hand: everything is paid except what is given a reason."""

    def __init__(self, batch: BatchRow, rows: tuple[PaymentRow, ...], today: date) -> None:
        super().__init__(f"第{batch.number}回の結果を入れます", act="結果を書く", width=880)
        self.day = today
        self.failed: dict[int, FailureReason] = {}
        self._words = label("", "sub")
        self._day = text_field("", 220, wareki(max(batch.transfer_on, today)))
        self._rows = {row.payment_id: row for row in rows}
        self._table = Table(
            [Column("氏名・番号"), Column("給付", 200), Column("金額（円）", 116, right=True), Column("結果", 220)],
            row_height=48,
            name="振込の結果",
        )
        self._table.setMinimumHeight(280)
        self._reason = QComboBox()
        self._reason.setObjectName("results.reason")
        self._reason.setAccessibleName("選んだものの結果")
        self._reason.addItems(["振込済", *(reason.value for reason in FailureReason)])
        put = Button("選んだものをこの結果にする", "Alt+Enter", name="results.put")
        put.clicked.connect(self._put)
        self.add_field("day", Field("振り込まれた日", self._day, required=True, name="results.day"))
        self.body.addWidget(self._table)
        self.body.addLayout(row(self._reason, put, None))
        self.body.addWidget(self._words)
        self._show()

    def _show(self) -> None:
        self._table.set_rows(
            [
                Row(
                    key,
                    (
                        Cell(line.name, sub=line.management_number, sub_mono=True, name=True),
                        Cell(line.benefit_word),
                        Cell(f"{line.amount:,}", mono=True, right=True),
                        _result_cell(self.failed.get(key)),
                    ),
                )
                for key, line in self._rows.items()
            ]
        )
        good = sum(line.amount for key, line in self._rows.items() if key not in self.failed)
        self._words.setText(f"振込済 {len(self._rows) - len(self.failed):,}件 {good:,}円　不能 {len(self.failed):,}件")

    def failures(self) -> tuple[str, ...]:
        """The rows that failed, each as a sentence to be compared with the bank's paper; of very many the last are told together."""
        lines = [
            f"{self._rows[key].management_number}　{self._rows[key].benefit_word}　{self._rows[key].amount:,}円　{reason.value}"
            for key, reason in self.failed.items()
        ]
        total = sum(self._rows[key].amount for key in self.failed)
        more = [f"ほか {len(lines) - _SPELT_OUT}件"] if len(lines) > _SPELT_OUT else []
        return (*lines[:_SPELT_OUT], *more, f"合計 {len(lines)}件　{total:,}円")

    def _put(self) -> None:
        key = self._table.key()
        if not isinstance(key, int):
            return
        words = self._reason.currentText()
        if words == "振込済":
            self.failed.pop(key, None)
        else:
            self.failed[key] = FailureReason(words)
        self._show()
        self._table.select(key)

    def ready(self) -> bool:
        try:
            self.day = parse_day(self._day.text())
        except InputProblem as problem:
            return self.refuse("day", f"{problem.happened}{problem.todo}")
        return True


def _result_cell(reason: FailureReason | None) -> Cell:
    return Cell(chip="振込済") if reason is None else Cell(reason.value, chip="振込不能")

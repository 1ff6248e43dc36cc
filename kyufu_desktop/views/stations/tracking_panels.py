"""The five views of 支給の状況: cases, batches with what is due, benefits with the picture, the sheet of all papers, the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kyufu_desktop.services.budget import BudgetLine
from kyufu_desktop.services.reconciliation_sheet import COLUMNS, ReconciliationSheet
from kyufu_desktop.services.tracking import TrackingPage
from kyufu_desktop.views.parts import Button, Cell, Chip, EmptyList, Panel, Table, col, label
from kyufu_desktop.views.stations.money_over_time import MoneyOverTime
from kyufu_desktop.views.stations.tall_table import Tall, TallTable
from kyufu_desktop.views.stations.tracking_rows import batch_row, benefit_row, budget_row, due_row, sheet_row

Go = Callable[[str, int | None], None]

_TWO_LINES = 52


def cases_table() -> Table:
    empty = EmptyList("ここに並ぶ案件はありません。", "絞り込みを「すべて」にするか、判定を決裁してください。", icon_name="pay")
    heads = ("氏名・番号", "給付", ">決裁・支給済（円）", "支給する日", "状態", "次にすること")
    made = Table(heads, (172, 150, 150, 172, 140, 0), row_height=_TWO_LINES, empty=empty, name="決裁した案件")
    made.setObjectName("tracking.cases")
    return made


class BatchesPanel(QWidget):
    """Above: what is due when. Below: every batch and what became of it."""

    def __init__(self, go: Go) -> None:
        super().__init__()
        self._go = go
        self._stations: dict[object, str] = {}
        self._due = Table(
            ("期限", "いつまで", "すること", "内容"),
            (126, 196, 244, 0),
            row_height=40,
            fit=True,
            name="いつまでに何を",
            empty=EmptyList("いま期限のあるものはありません。", "回を作ると、振込日と結果の期限がここに並びます。", icon_name="ok"),
        )
        self._due.setObjectName("tracking.due")
        self._due.activated.connect(self._open)
        self._batches = Table(
            ("回", "支給する日", "状態", ">回の額（円）", ">支給済（円）", ">不能・戻り（円）", ">結果待ち（円）", "残っていること"),
            (88, 104, 126, 114, 114, 132, 118, 0),
            row_height=_TWO_LINES,
            fit=True,
            name="振込の回",
            empty=EmptyList("振込の回はまだありません。", "「支給・振込」で作ります。", icon_name="pay"),
        )
        self._batches.setObjectName("tracking.batches")
        look = Button("その画面を開く", "Enter", "quiet", name="tracking.open_due")
        look.clicked.connect(self._open_chosen)
        self._panel = Panel("振込の回", self._batches, flush=True)
        self.setLayout(col(Panel("いつまでに何を", self._due, right=[look], flush=True), self._panel, None, gap=12))

    def show_page(self, page: TrackingPage, on: date) -> None:
        self._stations = {place: line.station for place, line in enumerate(page.due)}
        self._due.set_rows([due_row(place, line, on) for place, line in enumerate(page.due)])
        self._batches.set_rows([batch_row(batch) for batch in page.batches])
        self._panel.set_count(f"{len(page.batches):,}回")

    def _open_chosen(self) -> None:
        self._open(self._due.key())

    def _open(self, key: object) -> None:
        if key in self._stations:
            self._go(self._stations[key], None)


class BenefitsPanel(QWidget):
    """Above: the benefits of the programme. Below: the picture over time."""

    def __init__(self) -> None:
        super().__init__()
        self._table = Table(
            ("給付", ">決裁（円）", ">渡した（円）", ">支給済（円）", ">不能・戻り（円）", ">これから（円）"),
            (0, 150, 150, 150, 160, 150),
            row_height=46,
            fit=True,
            name="給付ごと",
        )
        self._table.setObjectName("tracking.benefits")
        self._chart = MoneyOverTime()
        self._chart.setMinimumHeight(230)
        self.setLayout(col(Panel("給付ごと", self._table, flush=True), (Panel("支給の推移", (self._chart, 1)), 1), gap=12))

    def show_page(self, page: TrackingPage, on: date) -> None:
        self._table.set_rows([benefit_row(line) for line in page.benefits])
        self._chart.show_course(page.course, on)


class SheetPanel(QWidget):
    """Every batch in one line through all its papers; below it each difference in one sentence, and the station that mends it."""

    def __init__(self, go: Go) -> None:
        super().__init__()
        self._go = go
        self._stations: dict[object, str] = {}
        self._verdict = Chip("一致")
        self._table = Table(
            ("回", *(f">{name}（円）" for name in COLUMNS)),
            (118, 136, 116, 166, 0, 166, 154),
            row_height=_TWO_LINES,
            fit=True,
            name="照合表",
            empty=EmptyList("照らし合わせる回はまだありません。", "「支給・振込」で回を作ると、ここに並びます。", icon_name="pay"),
        )
        self._table.setObjectName("tracking.sheet")
        self._faults = TallTable(("列", "差異とすること"), (172, 0), fit=True, name="差異")
        self._faults.setObjectName("tracking.faults")
        self._faults.activated.connect(self._open)
        look = Button("直す画面を開く", "Enter", "quiet", name="tracking.open_fault")
        look.clicked.connect(self._open_chosen)
        self._fault_panel = Panel("差異", self._faults, right=[look], flush=True)
        self._waiting = label("", "sub", wrap=True)
        self.setLayout(
            col(Panel("照合表", self._table, right=[self._verdict, label(" ")], flush=True), self._fault_panel, self._waiting, None, gap=12)
        )

    def show_page(self, page: ReconciliationSheet) -> None:
        self._table.set_rows([sheet_row(each) for each in (*page.rows, page.total)] if page.rows or page.faults else [])
        self._verdict.set("不一致" if page.faults else "一致")
        self._stations = {place: fault.station for place, fault in enumerate(page.faults)}
        self._faults.set_tall(
            [
                (place, (Cell(COLUMNS[fault.column], icon="alarm", color="fail"), Tall(fault.sentence)))
                for place, fault in enumerate(page.faults)
            ]
        )
        self._fault_panel.set_count(f"{len(page.faults):,}件")
        self._fault_panel.setVisible(bool(page.faults))
        self._waiting.setText("".join(page.waiting) or ("" if page.faults else "すべての列が一致しています。"))

    def _open_chosen(self) -> None:
        self._open(self._faults.key())

    def _open(self, key: object) -> None:
        if key in self._stations:
            self._go(self._stations[key], None)


class BudgetPanel(QWidget):
    """The ward's plan, the plan of the cases kept in-house, and what became of it."""

    asked = Signal(object)

    def __init__(self, may_plan: bool) -> None:
        super().__init__()
        self._table = Table(
            ("給付", ">区全体の見込み（円）", ">区直接対応分（円）", ">決裁（円）", ">渡した（円）", ">支給済（円）", ">残り（円）"),
            (0, 166, 152, 112, 112, 112, 130),
            row_height=_TWO_LINES,
            fit=True,
            name="予算と支給",
        )
        self._table.setObjectName("tracking.budget")
        plan = Button("見込みを入れる…", "Alt+P", "quiet", name="tracking.plan")
        plan.clicked.connect(self._ask)
        if may_plan:
            self._table.activated.connect(self.asked)
        else:
            plan.forbid("見込みを入れるのは、取扱責任者です。")
        self._notes = label("", "sub", wrap=True)
        self.setLayout(col(Panel("予算と支給", self._table, right=[plan], flush=True), self._notes, None, gap=12))

    def show_lines(self, lines: Sequence[BudgetLine]) -> None:
        self._table.set_rows([budget_row(line) for line in lines])
        notes = ["区全体の見込みは、委託先が扱う分を含みます。残りは、区直接対応分の見込みから決裁した額を引いたものです。"]
        if any(line.mean for line in lines):
            means = "・".join(line.label for line in lines if line.mean)
            notes.append(f"{means}は1人ごとに額が違うため、決裁した額の平均で見込みを計算しています。")
        self._notes.setText("".join(notes))

    def _ask(self) -> None:
        key = self._table.key()
        if key is None and self._table.rows:
            key = self._table.rows[0].key
        if key is not None:
            self.asked.emit(key)

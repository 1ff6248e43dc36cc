"""支給の状況: where the money of every case, batch and benefit stands, all papers on one sheet, budget, statements, the accounting list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.tracking import Stage
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.services import accounting, budget, host_exchange, reconciliation_sheet, statements, tracking, workstation
from kyufu_desktop.services.budget import BudgetLine
from kyufu_desktop.services.host_exchange import Outgoing, Progress
from kyufu_desktop.services.reconciliation_sheet import ReconciliationSheet
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.tracking import TrackingFilter, TrackingPage, TrackingRow
from kyufu_desktop.views.dialogs import ConfirmDialog, LeavesHouseDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Panel, Segments, box, col, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_tracking import MonthDialog, PeriodDialog, PlanDialog
from kyufu_desktop.views.stations.file_choice import MediumDialog
from kyufu_desktop.views.stations.form_dialog import choice
from kyufu_desktop.views.stations.tracking_panels import BatchesPanel, BenefitsPanel, BudgetPanel, SheetPanel, cases_table
from kyufu_desktop.views.stations.tracking_rows import case_row

SEGMENTS: tuple[tuple[object, str, int | None], ...] = (
    ("cases", "案件", None),
    ("batches", "回", None),
    ("benefits", "給付", None),
    ("sheet", "照合表", None),
    ("budget", "予算", None),
)


class TrackingStation(Station):
    """Five views of the same money; only the one that is seen is read."""

    key, title, icon = "tracking", "支給の状況", "track"
    kinds = Kind.PAYMENTS | Kind.FORMS | Kind.EXPORTS | Kind.JUDGMENTS | Kind.LETTERS | Kind.CASES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer], folder: Path) -> None:
        super().__init__(desk, lane, go)
        self._printer, self._folder, self._medium = printer, folder, ""
        self._lines: tuple[BudgetLine, ...] = ()
        self._segments = Segments(SEGMENTS, name="見かた")
        self._segments.setObjectName("tracking.segments")
        self._segments.chosen.connect(self._turned)
        self.add_filter(self._segments)
        self._account = Button("会計へ書き出す…", "Ctrl+Enter", "primary", icon="disc", name="tracking.accounting")
        self._account.clicked.connect(self._ask_period)
        self.add_action(self._account)
        self._month = Button("月の精算書…", "Alt+M", name="tracking.month")
        self._month.clicked.connect(self._ask_month)
        self._end = Button("事業終了の精算書…", "Alt+E", name="tracking.end")
        self._end.clicked.connect(self._ask_end)
        self._filters_box = self._filters_row()
        self._table = cases_table()
        self._table.activated.connect(self._open_case)
        self._cases = Panel("決裁した案件", (self._table, 1), flush=True)
        self._cases.setMinimumHeight(340)
        self._batches, self._benefits = BatchesPanel(self.go), BenefitsPanel()
        self._sheet, self._budget = SheetPanel(self.go), BudgetPanel(desk.may(Act.SETTING_CHANGED))
        self._budget.asked.connect(self._ask_plan)
        self._panes: dict[object, QWidget] = {
            "cases": self._cases,
            "batches": self._batches,
            "benefits": self._benefits,
            "sheet": self._sheet,
            "budget": self._budget,
        }
        tools = row(self._filters_box, None, self._month, self._end, gap=12)
        self.set_body(col(tools, *((pane, 1) for pane in self._panes.values()), gap=12))
        self._show_pane()

    def _filters_row(self) -> QWidget:
        self._stage = choice([("すべての状態", None), *((stage.value, stage) for stage in Stage)])
        self._stage.setObjectName("tracking.stage")
        self._stage.setAccessibleName("状態で絞り込む")
        self._stage.setFixedWidth(150)
        labels = [(rule.label, rule.benefit) for rule in self.desk.programme.benefits]
        self._benefit = choice([("すべての給付", None), *labels])
        self._benefit.setObjectName("tracking.benefit")
        self._benefit.setAccessibleName("給付で絞り込む")
        self._benefit.setFixedWidth(204)
        self._late = Button("期限超過だけ", "Alt+L", "quiet", name="tracking.late")
        self._late.setCheckable(True)
        self._stage.currentIndexChanged.connect(self._filtered)
        self._benefit.currentIndexChanged.connect(self._filtered)
        self._late.toggled.connect(self._filtered)
        return box(row(self._stage, self._benefit, self._late))

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        pane = self._segments.key()
        if pane == "cases":
            self._list()
        elif pane == "sheet":
            self.lane.read(self, partial(reconciliation_sheet.page, self.desk), self._show_sheet)
        elif pane == "budget":
            self.lane.read(self, partial(budget.page, self.desk), self._show_budget)
        else:
            self.lane.read(self, partial(tracking.page, self.desk), self._show_page)

    def _turned(self, _: object) -> None:
        self.hide_error()
        self._show_pane()
        self.refresh()

    def _show_pane(self) -> None:
        chosen = self._segments.key()
        for key, pane in self._panes.items():
            pane.setVisible(key == chosen)
        self._filters_box.setVisible(chosen == "cases")

    def _filtered(self, _: object) -> None:
        self._late.set_words("すべて" if self._late.isChecked() else "期限超過だけ")
        self._list()

    def _list(self) -> None:
        stage, benefit = self._stage.currentData(), self._benefit.currentData()
        wanted = TrackingFilter(
            Stage(stage) if stage is not None else None, Benefit(benefit) if benefit is not None else None, self._late.isChecked()
        )
        self.lane.read(self, partial(tracking.list_cases, self.desk, wanted), self._show_ids)

    def _show_ids(self, ids: tuple[int, ...]) -> None:
        self._cases.set_count(f"{len(ids):,}件")
        self._table.set_paged(ids, self._want)

    def _want(self, keys: tuple[object, ...]) -> None:
        ids = tuple(key for key in keys if isinstance(key, int))
        self.lane.read(self, partial(tracking.case_rows, self.desk, ids), self._deliver)

    def _deliver(self, rows: tuple[TrackingRow, ...]) -> None:
        self._table.deliver([case_row(item) for item in rows])

    def _show_page(self, page: TrackingPage) -> None:
        self._batches.show_page(page, self.desk.today())
        self._benefits.show_page(page, self.desk.today())

    def _show_sheet(self, page: ReconciliationSheet) -> None:
        self._sheet.show_page(page)

    def _show_budget(self, lines: tuple[BudgetLine, ...]) -> None:
        self._lines = lines
        self._budget.show_lines(lines)

    def _open_case(self, key: object) -> None:
        if isinstance(key, int):
            self.go("cases", key)

    # ------------------------------------------------------------ acts
    def _ask_plan(self, key: object) -> None:
        self.hide_error()
        line = next((line for line in self._lines if line.benefit.value == key), None)
        if line is None:
            return
        dialog = PlanDialog(line)
        if present(dialog):
            self.lane.write(self, partial(_plan, self.desk, line.benefit, dialog.count), title="見込みを入れています")

    def _ask_month(self) -> None:
        self.hide_error()
        dialog = MonthDialog(self.desk.today())
        if present(dialog):
            work = partial(_print_month, self.desk, dialog.month, self._printer)
            self.lane.write(self, work, title="月次精算書を作っています")

    def _ask_end(self) -> None:
        self.hide_error()
        self.lane.read(self, partial(statements.programme_end, self.desk), self._confirm_end)

    def _confirm_end(self, made: statements.Statement) -> None:
        said = [f"支給済 {made.total.moves[3][1]:,}円　残り {made.total.closing[1]:,}円"]
        if made.open:
            said += ["次のものが残っています。「未確定」と書いた精算書になります。", *made.open]
        if made.differences:
            said.append(f"照合の差異が{len(made.differences)}件あります。精算書に載ります。")
        if present(ConfirmDialog("事業終了精算書を作ります", said, "作って印刷する")):
            self.lane.write(self, partial(_print_end, self.desk, self._printer), title="事業終了精算書を作っています")

    def _ask_period(self) -> None:
        self.hide_error()
        self.lane.read(self, partial(workstation.setting, self.desk, "medium"), self._choose_period)

    def _choose_period(self, known: str) -> None:
        last = self.desk.today().replace(day=1) - timedelta(days=1)
        period = PeriodDialog(last.replace(day=1), last)
        if not present(period):
            return
        medium = MediumDialog("会計への支払明細を書き出します", self._folder, self._medium or known)
        if not present(medium):
            return
        self._folder, self._medium = medium.folder, medium.medium
        work = partial(_make, self.desk, *period.period, medium.medium)
        self.lane.write(self, work, self._confirm_accounting, title="会計への支払明細を作っています")

    def _confirm_accounting(self, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        dialog = LeavesHouseDialog(
            "会計への支払明細を、外へ出します",
            out=f"{outgoing.file_name}　{outgoing.rows:,}件　{outgoing.total:,}円",
            contains="回・振込指定日・振込の番号・給付種別・金額・結果",
            not_contains="氏名・住所・口座・給付管理番号・特別対応区分",
            destination=f"登録媒体 {outgoing.medium}（暗号化）→ 会計担当",
            carrier=f"{self.desk.staff.name}　パスワードは別の日に渡します",
            irreversible="書き出したことは、受渡し管理簿に残ります。",
            total=outgoing.total,
            act=f"媒体 {outgoing.medium} へ書き出す",
        )
        if present(dialog):
            self.lane.write(self, partial(_write, self.desk, outgoing, str(self._folder)), title="媒体へ書き出しています")

    def choose(self, pane: str) -> None:
        """Shows one of the five views."""
        self._segments.choose(pane)


# What runs on the lane.
def _plan(desk: Desk, benefit: Benefit, count: int, _: Progress) -> Changes:
    return budget.set_plan(desk, benefit, count)


def _make(desk: Desk, first: date, last: date, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    made = accounting.make(desk, first, last, medium, progress)
    return Changes(Kind.NONE, "会計への支払明細を作りました。まだ外へ出していません。"), made


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    return host_exchange.write_out(desk, outgoing, folder)


def _print_month(desk: Desk, month: tuple[int, int], printer: Callable[[], Printer], _: Progress) -> Changes:
    # The printer first: a statement that is recorded as made has a printer to go to.
    ready = printer()
    ready.send(statements.month_pdf(desk, *month), f"statement-{month[0]}{month[1]:02d}")
    return Changes(Kind.AUDIT, f"{month[1]}月分の月次精算書を、プリンターへ送りました。")


def _print_end(desk: Desk, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    ready.send(statements.programme_end_pdf(desk), "statement-end")
    return Changes(Kind.AUDIT, "事業終了精算書を、プリンターへ送りました。")

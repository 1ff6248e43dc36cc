"""今日の仕事: where the cases stand, what is due first and whose turn it is, how far the programme has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from kyufu_desktop.domain.calendar import wareki_with_weekday
from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.services import cases
from kyufu_desktop.services.cases import Today, TodayTask
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Panel, Row, Table, box, col, group, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.today_charts import BurnUp, Flow
from kyufu_desktop.views.stations.words import days_left, short_day

#: group of a task -> words, icon, token of the group row; also the order of the groups.
GROUPS: dict[str, tuple[str, str, str]] = {
    "late": ("期限を過ぎたもの", "alarm", "fail"),
    "today": ("今日が期限のもの", "clock", "hold"),
    "next": ("次にすること", "arrow", "accent"),
    "waiting": ("ほかの人を待っているもの", "users", "wait"),
}

ME = "あなた"


class TodayStation(Station):
    """The first screen of the day; Enter on a task goes where it is done."""

    key = "today"
    title = "今日の仕事"
    icon = "today"
    kinds = Kind.ALL

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._tasks: tuple[TodayTask, ...] = ()
        self._shown: list[TodayTask] = []
        self._day = label(wareki_with_weekday(desk.today()), "sub")
        self.add_filter(self._day)
        self._flow = Flow()
        self._host = Button("ホスト連携を開く", "Ctrl+9", name="today.to_host")
        self._host.clicked.connect(self._to_host)
        empty = EmptyList("先にすることはありません。", "データを取り込むと、ここにすることが並びます。", self._host, icon_name="ok")
        self._table = Table(("すること", "案件", "担当", ">期限"), (0, 96, 156, 92), empty=empty, name="先にすること")
        self._table.setObjectName("today.tasks")
        self._table.activated.connect(self._open_task)
        self._open = Button("開く", "Enter", "quiet", name="today.open")
        self._open.clicked.connect(self._open_current)
        self._mine = Button("自分の分だけ", "Ctrl+M", "quiet", name="today.mine")
        self._mine.setCheckable(True)
        self._mine.toggled.connect(self._fill)
        self._work = Panel("先にすること", (self._table, 1), right=(self._open, self._mine), flush=True)
        self._chart = BurnUp()
        self._scope = label("", "muted")
        progress = Panel("進み具合", (self._chart, 1), right=(self._scope, label(" ")))
        self._deadlines = Table(
            ("期限", "すること", ">あと"),
            (96, 0, 84),
            head=False,
            fit=True,
            name="これからの期限",
            empty=EmptyList("これからの期限はありません。"),
        )
        due = Panel("これからの期限", self._deadlines, flush=True)
        right = box(col((progress, 1), due, gap=12))
        right.setFixedWidth(366)
        self.set_body(col(self._flow, (row((self._work, 1), right, gap=12), 1), gap=12))

    def refresh(self) -> None:
        self.lane.read(self, partial(cases.today, self.desk), self._show)

    def _show(self, today: Today) -> None:
        on = self.desk.today()
        self._flow.show_steps(today.pipeline)
        self._tasks = today.tasks
        self._fill()
        self._scope.setText(f"対象 {today.total:,}件")
        self._chart.show_series(today.series, today.total, today.deadline, on)
        self._deadlines.set_rows([Row(index, _deadline_cells(day, words, on)) for index, (day, words, _) in enumerate(today.deadlines)])

    def _fill(self) -> None:
        mine_only = self._mine.isChecked()
        self._shown = [task for task in self._tasks if not mine_only or task.whose == ME]
        rows: list[Row] = []
        for key, (words, icon, token) in GROUPS.items():
            members = [index for index, task in enumerate(self._shown) if task.group == key]
            if members:
                rows.append(group(words, icon, token, f"{len(members)}件"))
                rows += [Row(index, _task_cells(self._shown[index])) for index in members]
        self._table.set_rows(rows)
        self._work.set_count(f"{len(self._shown)}件")
        self._mine.set_words("全員の分も" if mine_only else "自分の分だけ")

    def _open_current(self) -> None:
        self._open_task(self._table.key())

    def _open_task(self, key: object) -> None:
        if isinstance(key, int) and key < len(self._shown):
            self.go(self._shown[key].station, self._shown[key].case_id)

    def _to_host(self) -> None:
        self.go("host_exchange", None)


def _task_cells(task: TodayTask) -> tuple[Cell, ...]:
    token = {"late": "fail", "today": "hold"}.get(task.group, "text2")
    return (
        Cell(task.words, icon=task.icon, icon_color="text2"),
        Cell(task.subject, mono=True, color="text2"),
        Cell(task.whose, color="text2"),
        Cell(task.due, right=True, mono=True, color=token),
    )


def _deadline_cells(day: date, words: str, on: date) -> tuple[Cell, ...]:
    left = (day - on).days
    token = "fail" if left < 0 else "hold" if left == 0 else "text"
    return (Cell(short_day(day), mono=True, color="text2"), Cell(words), Cell(days_left(day, on), right=True, mono=True, color=token))

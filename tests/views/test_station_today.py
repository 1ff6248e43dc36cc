"""今日の仕事 through its screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import cases
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.today import TodayStation
from kyufu_desktop.views.stations.today_charts import BurnUp
from tests.views.station_bench import Bench, bench


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def test_enter_on_a_task_goes_where_it_is_done(work: Bench) -> None:
    work.ward.bring_in("targets", work.ward.targets(30))
    station = work.open(TodayStation)
    tasks = cases.today(work.ward.desk).tasks
    table = station.findChild(Table, "today.tasks")
    assert table is not None and table.count() > len(tasks), "a group row stands above the tasks"
    key = next(row.key for row in table.rows if not row.group)
    table.select(key)
    work.press(station, "today.open")
    assert work.gone_to[0][0] in {"cases", "judgment", "collation", "inquiry", "letters", "review", "payments", "host_exchange", "admin"}


def test_an_empty_vault_says_what_to_do_first(work: Bench) -> None:
    station = work.open(TodayStation)
    table = station.findChild(Table, "today.tasks")
    assert table is not None
    if table.count() == 0:
        work.press(station, "today.to_host")
        assert work.gone_to == [("host_exchange", None)]


def test_chart_says_its_numbers_to_a_screen_reader(work: Bench) -> None:
    work.ward.bring_in("targets", work.ward.targets(30))
    station = work.open(TodayStation)
    chart = station.findChild(BurnUp)
    assert chart is not None
    assert chart.accessibleName() == "進み具合 判定0件 残り30件 発送0件 残り30件 収受0件 残り30件 支給0件 残り30件 対象30件"
    assert not chart.grab().isNull()

"""支給の状況 through its screen: five views of the same money, the accounting list, statements on the printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import budget
from kyufu_desktop.services.session import Second
from kyufu_desktop.views.dialogs import ConfirmDialog, Dialog
from kyufu_desktop.views.parts import Segments, Table
from kyufu_desktop.views.stations.money_over_time import MoneyOverTime
from kyufu_desktop.views.stations.tracking import TrackingStation
from tests.views.station_bench import Bench, agree, bench, dismiss
from tests.views.station_stand import Filled, Paper, leaves, office, put, show, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    """Two paid or failed in one batch, ten days ago; one more that was reviewed."""
    with bench(tmp_path, qtbot) as made:
        stage = office(made)
        for _ in range(2):
            stage.reviewed(stage.household(("hikazei", 100_000)))
        batch = stage.approved(stage.batch())
        stage.written(batch)
        stage.settled(batch, {stage.payments_of(batch)[1].payment_id: FailureReason.CLOSED})
        stage.reviewed(stage.household(("chosei", 40_000)))
        yield made


def station(work: Bench, tmp_path: Path, second: Second | None = None) -> TrackingStation:
    desk = work.ward.desk if second is None else office(work).at(second)
    return show(work, TrackingStation(desk, work.lane, work._go, Paper(tmp_path), office(work).medium))


def turn(work: Bench, page: TrackingStation, pane: str) -> None:
    page.choose(pane)
    work.settle()


def table(page: TrackingStation, name: str) -> Table:
    found = page.findChild(Table, f"tracking.{name}")
    assert found is not None
    return found


def said(page: TrackingStation, name: str) -> list[str]:
    """Every row as a screen reader says it."""
    return [" ".join(cell.spoken() for cell in row.cells) for row in table(page, name).rows]


def seen(work: Bench, page: TrackingStation) -> None:
    """The rows of a long list come when they are painted."""
    page.grab()
    work.settle()
    page.grab()
    work.settle()


def test_a_case_says_what_is_next_and_enter_opens_it(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    seen(work, page)
    rows = said(page, "cases")
    assert len(rows) == 3 and "振込済" in rows[0] and "口座解約" in rows[1] and "次の振込の回に入れます。" in rows[2]
    table(page, "cases").select(2)
    table(page, "cases")._enter()
    assert work.gone_to == [("cases", 2)]


def test_filters_narrow_the_list_to_what_waits_too_long(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    work.press(page, "tracking.late")
    assert table(page, "cases").count() == 0 and "ここに並ぶ案件はありません。" in words(page)
    office(work).clock.days(15)
    page.refresh()
    work.settle()
    assert table(page, "cases").count() == 2


def test_every_view_is_reached_with_the_arrows(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    segments = page.findChild(Segments, "tracking.segments")
    assert segments is not None
    keys = []
    for _ in range(5):
        keys.append(segments.key())
        work.qtbot.keyClick(segments, Qt.Key.Key_Right)
        work.settle()
    assert keys == ["cases", "batches", "benefits", "sheet", "budget"]
    assert segments.key() == "cases"


def test_what_is_due_leads_to_the_station_where_it_is_done(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    turn(work, page, "batches")
    due = said(page, "due")
    assert any("不能の口座を確かめ直す" in line for line in due) and any("第1回の結果をホストに報告する" in line for line in due)
    place = next(place for place, line in enumerate(due) if "ホストに報告" in line)
    table(page, "due").select(place)
    work.press(page, "tracking.open_due")
    assert work.gone_to == [("host_exchange", None)]
    assert "一部不能" in said(page, "batches")[0]


def test_the_picture_says_its_numbers(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    turn(work, page, "benefits")
    chart = page.findChild(MoneyOverTime)
    assert chart is not None
    name = chart.accessibleName()
    for part in ("決裁240,000円", "渡した200,000円", "振込済100,000円", "不能100,000円"):
        assert part in name, name


def test_a_difference_is_said_with_a_word_and_leads_to_its_station(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    turn(work, page, "sheet")
    assert "不一致" not in " ".join(said(page, "sheet"))
    with work.ward.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text("UPDATE export SET total = total - 500"))
        unit.record(Act.COLLATED)
    page.refresh()
    work.settle()
    assert "不一致 199,500円" in said(page, "sheet")[0]
    assert "500円違います" in said(page, "faults")[0]
    table(page, "faults").select(0)
    work.press(page, "tracking.open_fault")
    assert work.gone_to == [("host_exchange", None)]


def test_only_an_officer_enters_a_plan(work: Bench, tmp_path: Path) -> None:
    handler = station(work, tmp_path)
    turn(work, handler, "budget")
    assert not work.button(handler, "tracking.plan").isEnabled() and "取扱責任者です" in words(handler)
    assert "区全体の見込みは、委託先が扱う分を含みます。" in words(handler)
    officer = station(work, tmp_path, office(work).suzuki)
    turn(work, officer, "budget")
    work.answers.append(Filled(plan__count="240"))
    work.press(officer, "tracking.plan")
    assert budget.page(work.ward.desk)[0].plan_count == 240
    assert "240世帯" in said(officer, "budget")[0]


def test_the_accounting_list_leaves_after_its_total_is_typed_again(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    medium = Filled(medium__folder=str(office(work).medium), medium__number="M-09")

    def read_first(dialog: Dialog) -> bool:
        assert "含まない 氏名・住所・口座・給付管理番号" in dialog.accessibleDescription()
        return leaves(dialog)

    work.answers += [agree, medium, read_first]
    work.press(page, "tracking.accounting")
    assert (office(work).medium / "accounting.xlsx").is_file()


def test_a_period_the_wrong_way_round_is_said_beside_the_field_and_an_empty_one_on_the_page(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)

    def mistyped(dialog: Dialog) -> bool:
        put(dialog, "period.first", "令6.9.1")
        put(dialog, "period.last", "令6.8.1")
        assert not dialog.perform()
        assert "前です" in dialog.fields["last"].problem
        return False

    work.answers.append(mistyped)
    work.press(page, "tracking.accounting")
    medium = Filled(medium__folder=str(office(work).medium), medium__number="M-09")
    work.answers += [Filled(period__first="令6.7.1", period__last="令6.7.31"), medium]
    work.press(page, "tracking.accounting")
    assert "渡した支払はありません" in told(page).happened


def test_statements_go_to_the_printer_and_an_open_end_is_said_before(work: Bench, tmp_path: Path) -> None:
    page = station(work, tmp_path)
    work.answers.append(agree)
    work.press(page, "tracking.month")
    first = (tmp_path / "statement.pdf").stat().st_size

    def warned(dialog: Dialog) -> bool:
        assert isinstance(dialog, ConfirmDialog)
        assert "「未確定」" in dialog.accessibleDescription() and "報告待ち" in dialog.accessibleDescription()
        return dialog.perform()

    work.answers += [warned]
    work.press(page, "tracking.end")
    assert (tmp_path / "statement.pdf").stat().st_size > first, "put behind the statement of the month"
    work.answers.append(dismiss)
    work.press(page, "tracking.end")

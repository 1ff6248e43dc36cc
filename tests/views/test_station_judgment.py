"""判定 through its screen: why, how much, drafted by one, approved by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import judgment
from kyufu_desktop.views.dialogs import AskTextDialog, Dialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.dialogs_judgment import DifferenceDialog, ReportDialog, SheetDialog
from kyufu_desktop.views.stations.judgment import JudgmentStation
from kyufu_desktop.views.stations.worked_sum import WorkedSum, components_words
from tests.services.desk_work import facts, person, workbook
from tests.services.office import silent
from tests.views.station_bench import Answer, Bench, agree, bench, dismiss, suzuki_signs


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def words(station: JudgmentStation) -> str:
    return " ".join(label.text() for label in station.findChildren(QLabel) if label.isVisible())


def test_the_chosen_case_shows_headline_total_and_every_condition(work: Bench) -> None:
    case = work.ward.household(1)
    station = work.open(JudgmentStation)
    assert "支給できます" in words(station) and "100,000円" in words(station)
    page = judgment.page(work.ward.desk, case)
    table = next(table for table in station.findChildren(Table) if table.objectName() != "judgment.list")
    assert table.count() == len(page.rows[0].conditions)


def test_one_case_is_drafted_and_a_second_person_approves_it_at_the_same_desk(work: Bench) -> None:
    case = work.ward.household(1)
    station = work.open(JudgmentStation)
    work.press(station, "judgment.draft")
    assert work.ward.status(case) == "決裁待ち"
    assert not work.button(station, "judgment.draft").isVisible()
    work.answers.append(suzuki_signs)
    work.press(station, "judgment.approve")
    assert work.ward.status(case) == "支給判定済"
    assert work.problem(station) == ""


def test_officer_who_is_not_the_maker_approves_after_one_plain_question(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), silent)
    station = work.open(JudgmentStation, work.ward.suzuki)
    work.answers.append(agree)
    work.press(station, "judgment.approve")
    assert work.ward.status(case) == "支給判定済"


def test_all_that_can_be_drafted_is_drafted_with_a_report_of_what_is_held(work: Bench) -> None:
    work.ward.bring_in("targets", work.ward.targets(30))
    work.ward.evidence_for_all()
    station = work.open(JudgmentStation)
    assert judgment.list_cases(work.ward.desk, "起案できる")
    work.answers += [agree, dismiss]
    work.press(station, "judgment.draft_all")
    assert isinstance(work.shown[-1], ReportDialog)
    assert not judgment.list_cases(work.ward.desk, "起案できる")
    work.answers.append(suzuki_signs)
    work.press(station, "judgment.approve_all")
    assert not judgment.list_cases(work.ward.desk, "決裁待ち")


def test_nothing_is_drafted_where_the_question_is_answered_with_no(work: Bench) -> None:
    case = work.ward.household(1)
    station = work.open(JudgmentStation)
    work.answers.append(dismiss)
    work.press(station, "judgment.draft_all")
    assert work.ward.status(case) != "決裁待ち"


def test_held_case_says_why_it_cannot_be_drafted(work: Bench) -> None:
    work.ward.household(1, 令和6年度均等割="")
    station = work.open(JudgmentStation)
    assert not work.button(station, "judgment.draft").isEnabled()
    assert "保留しています" in words(station) and "起案できません" in words(station)


def test_judgment_is_sent_back_with_a_reason(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), silent)
    station = work.open(JudgmentStation, work.ward.suzuki)

    def why(dialog: Dialog) -> bool:
        assert isinstance(dialog, AskTextDialog)
        dialog.fill("根拠の日付を、もう一度確かめてください")
        return dialog.perform()

    work.answers += [why, agree]
    work.press(station, "judgment.send_back")
    assert work.ward.status(case) != "決裁待ち"
    assert work.problem(station) == ""


def test_decision_sheet_is_shown_from_memory(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), silent)
    station = work.open(JudgmentStation)
    work.answers.append(dismiss)
    work.press(station, "judgment.decision_sheet")
    assert isinstance(work.shown[-1], SheetDialog)


def test_worked_sum_shows_the_steps_of_the_service(work: Bench) -> None:
    case = work.ward.household(1, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 5000, "令和6年分推計所得税額": 8000})
    working = next(row.working for row in judgment.page(work.ward.desk, case).rows if row.working is not None)
    station = work.open(JudgmentStation)
    assert station.findChildren(WorkedSum)
    shown = words(station)
    assert all(f"{number:,}" in shown for _, number in working[-9:])
    assert components_words(working) in shown


def reason(text: str) -> Answer:
    def type_it(dialog: Dialog) -> bool:
        assert isinstance(dialog, AskTextDialog)
        dialog.fill(text)
        return dialog.perform()

    return type_it


def test_chosen_condition_is_told_with_question_finding_and_origin(work: Bench) -> None:
    work.ward.household(1, 令和6年度均等割="")
    station = work.open(JudgmentStation)
    page = judgment.page(work.ward.desk, 1)
    held = next(item for item in page.rows[0].conditions if item.finding == "HOLD")
    assert held.question in words(station) and held.sentence in words(station) and held.origin in words(station)
    table = next(table for table in station.findChildren(Table) if "確かめたこと" in table.accessibleName())
    table.select(table.rows[0].key)
    table.chosen.emit(table.rows[0].key)
    assert page.rows[0].conditions[0].question in words(station)


def test_what_would_change_a_held_case_stands_below_its_conditions(work: Bench) -> None:
    work.ward.household(1, 令和6年度均等割="")
    station = work.open(JudgmentStation)
    table = next(table for table in station.findChildren(Table) if "こうなれば変わります" in table.accessibleName())
    sentences = [turn.sentence for turn in judgment.page(work.ward.desk, 1).turning]
    assert table.count() >= 1 and {row.cells[0].text for row in table.rows} <= set(sentences)


def test_voided_decision_stands_in_the_list_and_above_the_case_with_its_reason(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), silent)
    judgment.approve(work.ward.desk, (case,), work.ward.suzuki, silent)
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    station = work.open(JudgmentStation)
    (voided,) = judgment.page(work.ward.desk, case).voided
    assert voided.void_reason is not None and voided.void_reason in words(station) and "支払いません" in words(station)
    table = next(table for table in station.findChildren(Table) if table.objectName() == "judgment.list")
    assert any(cell.chip and "決裁無効" in cell.chip for cell in table.rows[0].cells)
    work.press(station, "judgment.draft")
    assert work.ward.status(case) == "決裁待ち"


def test_case_is_put_on_hold_with_a_reason_and_drafted_again_after_a_question(work: Bench) -> None:
    case = work.ward.household(1)
    station = work.open(JudgmentStation)
    work.answers.append(reason("本人の話を聞いてから判定するため"))
    work.press(station, "judgment.hold")
    assert work.ward.status(case) == "保留"
    assert "佐藤 主事が保留にしました" in words(station) and "本人の話を聞いてから判定するため" in words(station)
    assert not work.button(station, "judgment.hold").isVisible()
    work.answers.append(dismiss)
    work.press(station, "judgment.draft")
    assert work.ward.status(case) == "保留"
    work.answers.append(agree)
    work.press(station, "judgment.draft")
    assert work.ward.status(case) == "決裁待ち"


def test_decision_is_withdrawn_by_a_second_person_with_a_reason(work: Bench) -> None:
    case = work.ward.household(1)
    judgment.draft(work.ward.desk, (case,), silent)
    judgment.approve(work.ward.desk, (case,), work.ward.suzuki, silent)
    station = work.open(JudgmentStation)
    work.answers += [reason("決裁の前提が違っていたため"), suzuki_signs]
    work.press(station, "judgment.withdraw")
    assert work.problem(station) == "" and work.ward.status(case) == "要件承認"
    assert "決裁の前提が違っていたため" in words(station)
    assert work.button(station, "judgment.draft").isVisible() and not work.button(station, "judgment.withdraw").isVisible()


def test_only_what_differs_is_shown_and_drafted_in_one_act(work: Bench) -> None:
    case, other = work.ward.household(1), work.ward.household(2)
    judgment.draft(work.ward.desk, (case, other), silent)
    judgment.approve(work.ward.desk, (case, other), work.ward.suzuki, silent)
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    station = work.open(JudgmentStation)
    work.answers.append(agree)
    work.press(station, "judgment.differences")
    dialog = work.shown[-1]
    assert isinstance(dialog, DifferenceDialog) and dialog.to_draft == (case,)
    assert work.ward.status(case) == "決裁待ち" and work.ward.status(other) == "支給判定済"


def test_dialog_of_differences_says_so_where_there_are_none(work: Bench) -> None:
    work.ward.household(1)
    station = work.open(JudgmentStation)
    said: list[str] = []

    def read(dialog: Dialog) -> bool:
        assert isinstance(dialog, DifferenceDialog) and dialog.to_draft == ()
        said.extend(label.text() for label in dialog.findChildren(QLabel))
        return False

    work.answers.append(read)
    work.press(station, "judgment.differences")
    assert any("変わりません" in text for text in said)


def test_what_must_be_looked_at_first_is_in_sight_without_scrolling(work: Bench) -> None:
    work.ward.household(1, 令和6年度均等割="")
    station = work.open(JudgmentStation)
    station.resize(1072, 580)

    def seen() -> bool:
        table = next(table for table in station.findChildren(Table) if "確かめたこと" in table.accessibleName())
        rect = table.view.visualRect(table.view.currentIndex())
        port = station._scrolled.viewport()
        at = table.view.viewport().mapTo(port, rect.center()).y()
        return table.rows[table.view.currentIndex().row()].cells[0].spoken() == "保留" and 0 < at < port.height()

    work.qtbot.waitUntil(seen, timeout=3000)
    assert not station._scrolled.visibleRegion().isEmpty() and work.button(station, "judgment.draft").isVisible()


def test_arrow_keys_bring_each_condition_into_sight(work: Bench) -> None:
    work.ward.household(1)
    station = work.open(JudgmentStation)
    station.resize(1072, 580)
    table = next(table for table in station.findChildren(Table) if "確かめたこと" in table.accessibleName())
    work.qtbot.waitUntil(lambda: station._scrolled.verticalScrollBar().maximum() > 0, timeout=3000)
    table.view.setFocus()
    for _ in range(table.count() - 1):
        work.qtbot.keyClick(table.view, Qt.Key.Key_Down)
    rect = table.view.visualRect(table.view.currentIndex())
    at = table.view.viewport().mapTo(station._scrolled.viewport(), rect.center()).y()
    assert table.view.currentIndex().row() == table.count() - 1 and 0 < at < station._scrolled.viewport().height()

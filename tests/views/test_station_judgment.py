"""判定 through its screen: why, how much, drafted by one, approved by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import judgment
from kyufu_desktop.views.dialogs import AskTextDialog, Dialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.dialogs_judgment import ReportDialog, SheetDialog
from kyufu_desktop.views.stations.judgment import JudgmentStation
from kyufu_desktop.views.stations.worked_sum import WorkedSum, components_words
from tests.services.office import silent
from tests.views.station_bench import Bench, agree, bench, dismiss, suzuki_signs


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

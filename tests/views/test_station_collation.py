"""突合 and 照会 through their screens: what met, what a person decides, whom to ask, what came back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.services import collation, inquiry
from kyufu_desktop.views.dialogs import Dialog, LeavesHouseDialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.collation import CollationStation
from kyufu_desktop.views.stations.inquiry import InquiryStation
from tests.services.desk_work import facts, person, workbook
from tests.services.test_collation import planned
from tests.views.station_bench import Bench, bench, choose, type_in


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def words(widget: CollationStation | InquiryStation) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_without_a_list_the_button_is_off_and_says_why(work: Bench) -> None:
    station = work.open(CollationStation)
    assert not work.button(station, "collation.run").isEnabled()
    assert "支給予定情報を、まだ取り込んでいません。" in words(station)


def test_meeting_is_found_shown_with_its_keys_and_decided_by_a_person(work: Bench) -> None:
    case = work.ward.household(1)
    work.ward.bring_in("planned", planned({"世帯主住民番号": "0000000010"}))
    station = work.open(CollationStation)
    work.press(station, "collation.run")
    facts_table = station._facts
    assert [cell.text for row in facts_table.rows for cell in row.cells][:2] == ["一致した項目", "住民番号"]

    def decide(dialog: Dialog) -> bool:
        assert not dialog.perform(), "nothing is chosen beforehand"
        choose(dialog, "finding.OTHER_PERSON")
        type_in(dialog, finding__reason="委託先に電話で確かめ、別の人と分かった")
        return dialog.perform()

    work.answers.append(decide)
    work.press(station, "collation.decide")
    (finding,) = collation.page(work.ward.desk).findings
    assert finding.decision is FindingDecision.OTHER_PERSON
    assert "確認を待つものはありません。" in words(station)
    station.open_case(case)
    assert "別の人" in words(station)


def moved_in(work: Bench) -> None:
    city = {"令和6年1月1日時点の住所地": "神奈川県横浜市中区"}
    work.ward.bring_in("targets", workbook([person(10, 1, **city)], [facts(10, 令和6年度均等割="")]))


def test_nobody_to_ask_is_said_and_no_file_can_be_made(work: Bench) -> None:
    station = work.open(InquiryStation)
    assert "照会が要る人はいません。" in words(station)
    assert not work.button(station, "inquiry.make_file").isEnabled()


def test_inquiry_file_leaves_only_after_the_count_was_typed_again(work: Bench) -> None:
    moved_in(work)
    station = work.open(InquiryStation)
    medium = work.ward.office.medium

    def folder(dialog: Dialog) -> bool:
        type_in(dialog, medium__folder=str(medium), medium__number="M-07")
        return dialog.perform()

    def leave(dialog: Dialog) -> bool:
        assert isinstance(dialog, LeavesHouseDialog)
        dialog.amount.setText("2")
        assert not dialog.perform()
        dialog.amount.setText("1")
        return dialog.perform()

    work.answers += [folder, leave]
    work.press(station, "inquiry.make_file")
    assert [path.suffix for path in medium.iterdir()] == [".xlsx"]
    assert inquiry.page(work.ward.desk)[0].state_word == "照会中"
    assert work.problem(station) == ""


def test_answer_by_hand_needs_its_document_and_fills_the_facts(work: Bench) -> None:
    moved_in(work)
    station = work.open(InquiryStation)
    table = station.findChild(Table, "inquiry.list")
    assert table is not None and table.count() == 1

    def answer(dialog: Dialog) -> bool:
        type_in(dialog, answer__income_levy="0", answer__total_income="0", answer__document="電話")
        assert not dialog.perform()
        type_in(dialog, answer__document="横浜市の課税証明書 令和6年8月20日付")
        return dialog.perform()

    work.answers.append(answer)
    work.press(station, "inquiry.answer")
    assert work.problem(station) == ""
    assert all(row.state_word == "済" for row in inquiry.page(work.ward.desk))

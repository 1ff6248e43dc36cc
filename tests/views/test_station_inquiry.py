"""照会 through its screen: whom to ask, the file, answers with their document, corrections, asking again, results that turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.inquiry import OVERDUE_AFTER_DAYS, AnswerWay
from kyufu_desktop.services import host_exchange, inquiry
from kyufu_desktop.views.dialogs import Dialog, LeavesHouseDialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.inquiry import InquiryStation
from tests.services.desk_work import facts, person, workbook
from tests.services.office import silent
from tests.services.test_inquiry import answers
from tests.views.station_bench import Bench, bench, type_in

CITY = "神奈川県横浜市中区"


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def words(station: InquiryStation) -> str:
    return " ".join(label.text() for label in station.findChildren(QLabel) if label.isVisible())


def moved_in(work: Bench, *, asked: bool = False) -> int:
    city = {"令和6年1月1日時点の住所地": CITY}
    work.ward.bring_in("targets", workbook([person(10, 1, **city)], [facts(10, 令和6年度均等割="")]))
    case = work.ward.ids()[0]
    work.ward.evidence(case)
    if asked:
        work.ward.written(host_exchange.make_inquiries(work.ward.desk, "tax", "M-07", silent))
    return case


def by_way(dialog: Dialog, way: AnswerWay) -> None:
    box = dialog.findChild(QComboBox, "answer.way")
    assert box is not None
    box.setCurrentIndex(box.findText(way.value))


def filled(dialog: Dialog, way: AnswerWay = AnswerWay.LETTER, **changes: str) -> bool:
    by_way(dialog, way)
    texts = {"answer__dated_on": "令6.8.28", "answer__number": "第12号", "answer__income_levy": "0", "answer__total_income": "0"}
    type_in(dialog, **{**texts, **changes})
    return dialog.perform()


def table(station: InquiryStation, name: str) -> Table:
    found = station.findChild(Table, name)
    assert found is not None
    return found


def test_nobody_to_ask_is_said_and_no_file_can_be_made(work: Bench) -> None:
    station = work.open(InquiryStation)
    assert "照会が要る人はいません。" in words(station)
    assert not work.button(station, "inquiry.make_file").isEnabled()
    assert not table(station, "inquiry.proposals").isVisible()


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


def test_answer_by_telephone_needs_who_answered_there_and_frees_the_result(work: Bench) -> None:
    case = moved_in(work, asked=True)
    station = work.open(InquiryStation)

    def answer(dialog: Dialog) -> bool:
        assert not filled(dialog, AnswerWay.TELEPHONE, answer__number="")
        return filled(dialog, AnswerWay.TELEPHONE, answer__number="", answer__called_back="横浜市 市民税課 山本")

    work.answers.append(answer)
    work.press(station, "inquiry.answer")
    assert work.problem(station) == ""
    assert all(row.state_word == "済" for row in inquiry.page(work.ward.desk))
    shown = [cell.text for row in table(station, "inquiry.proposals").rows for cell in row.cells]
    assert shown[1:4] == ["非課税化給付", "保留", "支給 100,000円"]
    work.press(station, "inquiry.to_judgment")
    assert work.gone_to[-1] == ("judgment", case)


def test_what_a_service_refuses_comes_back_in_the_same_dialog_with_what_was_typed(work: Bench) -> None:
    moved_in(work, asked=True)
    station = work.open(InquiryStation)

    def contradictory(dialog: Dialog) -> bool:
        return filled(dialog, answer__income_levy="9000")

    def mended(dialog: Dialog) -> bool:
        assert "所得割があるのに" in dialog.fields["income_levy"].problem
        type_in(dialog, answer__income_levy="0")
        return dialog.perform()

    work.answers += [contradictory, mended]
    work.press(station, "inquiry.answer")
    assert work.problem(station) == "" and inquiry.page(work.ward.desk)[0].state_word == "済"


def test_a_wrong_answer_is_corrected_with_a_reason(work: Bench) -> None:
    moved_in(work, asked=True)
    work.ward.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    station = work.open(InquiryStation)
    assert work.button(station, "inquiry.answer").words == "回答を直す…"

    def correct(dialog: Dialog) -> bool:
        box = dialog.findChild(QComboBox, "answer.levy")
        assert box is not None
        box.setCurrentIndex(1)
        assert not filled(dialog, answer__total_income="900000")
        return filled(dialog, answer__total_income="900000", answer__reason="横浜市から訂正の公文書が届いた")

    work.answers.append(correct)
    work.press(station, "inquiry.answer")
    assert work.problem(station) == ""
    shown = [cell.text for row in table(station, "inquiry.proposals").rows for cell in row.cells]
    assert shown[1:4] == ["均等割のみ課税化給付", "非課税化給付 支給 100,000円", "支給 100,000円"]


def test_asking_again_is_off_until_its_time_and_needs_a_reason(work: Bench) -> None:
    moved_in(work, asked=True)
    station = work.open(InquiryStation)
    assert not work.button(station, "inquiry.again").isEnabled()
    work.ward.office.clock.days(OVERDUE_AFTER_DAYS + 1)
    station = work.open(InquiryStation)
    assert "14日を過ぎた人 1人" in words(station)

    def again(dialog: Dialog) -> bool:
        type_in(dialog, ask__text="照会先で見当たらないと電話で聞いた")
        return dialog.perform()

    work.answers.append(again)
    work.press(station, "inquiry.again")
    assert work.problem(station) == ""
    assert [row.state_word for row in inquiry.page(work.ward.desk)] == ["未着手"]
    assert work.button(station, "inquiry.make_file").isEnabled()

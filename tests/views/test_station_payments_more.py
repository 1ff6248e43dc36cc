"""支給・振込 beside the transfers: the bank's file of results, money that comes back, cash at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.services import cash_desk, payments, recalls, results
from kyufu_desktop.services.bank_data import encode_batch, payments_of
from kyufu_desktop.services.batches import batch_of
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.dialogs_results import ResultFileDialog
from kyufu_desktop.views.stations.payments import PaymentsStation
from kyufu_desktop.views.stations.payments_results import BACK, COUNTER, TRANSFERS
from tests.services.money_office import WORDS, states
from tests.views.station_bench import Bench, agree, bench, dismiss, suzuki_signs
from tests.views.station_stand import Filled, Paper, office, payments_station, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        for _ in range(2):
            office(made).reviewed(office(made).household(("hikazei", 100_000)))
        yield made


def sent(work: Bench) -> None:
    office(work).written(office(work).approved(office(work).batch()))
    office(work).clock.days(10)


def bank_says(work: Bench, *codes: str) -> Path:
    """The bank's file on the medium."""
    with work.ward.desk.look() as db:
        data = encode_batch(work.ward.desk.programme.bank, batch_of(db, 1), payments_of(db, 1))
    lines = data.split(b"\r\n")
    for number, code in enumerate(codes, start=1):
        lines[number] = lines[number][:113] + code.encode() + lines[number][114:]
    path = office(work).medium / "kekka.txt"
    path.write_bytes(b"\r\n".join(lines))
    return path


def turn(work: Bench, station: PaymentsStation, key: str) -> None:
    station._segments.segments.choose(key)
    work.settle()


def test_the_file_of_the_bank_is_shown_before_it_is_taken_over(work: Bench) -> None:
    sent(work)
    station = payments_station(work)
    path = bank_says(work, "0", "1")
    work.answers += [Filled(results__path=str(path)), dismiss]
    work.press(station, "payments.result_file")
    assert states(office(work)) == ["結果待ち"] * 2
    work.answers += [Filled(results__path=str(path)), agree]
    work.press(station, "payments.result_file")
    assert states(office(work)) == ["振込済", "振込不能"]
    assert "振り込めなかったもの" in words(station)


def test_a_file_with_a_difference_offers_nothing_but_to_close(work: Bench) -> None:
    sent(work)
    station = payments_station(work)
    path = office(work).medium / "kekka.csv"
    path.write_bytes("振込番号,結果,理由,金額\r\n1,0,,100001\r\n".encode("cp932"))

    def looked_at(dialog: Dialog) -> bool:
        assert isinstance(dialog, ResultFileDialog)
        assert "取り込めません" in " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert dialog.fields == {}, "no day is asked for"
        return False

    work.answers += [Filled(results__path=str(path)), looked_at]
    work.press(station, "payments.result_file")
    assert states(office(work)) == ["結果待ち"] * 2


def test_a_file_that_is_none_is_said_on_the_page(work: Bench) -> None:
    sent(work)
    station = payments_station(work)
    path = office(work).medium / "memo.txt"
    path.write_bytes(b"nothing")
    work.answers.append(Filled(results__path=str(path)))
    work.press(station, "payments.result_file")
    assert told(station).code == "K-1270"


def test_a_recall_is_asked_and_settled_by_two(work: Bench, tmp_path: Path) -> None:
    sent(work)
    results.enter_results(work.ward.desk, 1, {}, work.ward.desk.today())
    station = payments_station(work, Paper(tmp_path))
    turn(work, station, BACK)
    assert not work.button(station, "payments.results").isVisible()
    back = station._segments.back
    back._wanted.setText("R600000001")
    work.press(station, "recalls.find")
    back._table.select(1)
    work.answers.append(Filled(recalls__reason=WORDS))
    work.press(station, "recalls.ask")
    assert states(office(work))[0] == "組戻依頼中"
    back._table.select(1)
    work.answers += [Filled(recalls__answer="refused"), suzuki_signs]
    work.press(station, "recalls.settle")
    back._table.select(1)
    work.answers.append(Filled(recalls__reason=WORDS))
    work.press(station, "recalls.claim")
    back._table.select(1)
    work.press(station, "recalls.sheet")
    assert list(tmp_path.glob("*.pdf"))
    work.answers.append(suzuki_signs)
    work.press(station, "recalls.repaid")
    assert states(office(work))[0] == "返還済"
    assert recalls.page(work.ward.desk).open_count == 0


def test_money_that_came_back_late_is_entered_from_the_list(work: Bench) -> None:
    sent(work)
    results.enter_results(work.ward.desk, 1, {}, work.ward.desk.today())
    station = payments_station(work)
    turn(work, station, BACK)
    station._segments.back._wanted.setText("R600000002")
    work.press(station, "recalls.find")
    station._segments.back._table.select(2)

    def of_whom(dialog: Dialog) -> bool:
        (shown,) = dialog.findChildren(Table)[0].rows
        assert [cell.text for cell in shown.cells] == ["見本 花子2", "非課税化給付", "100,000", "第1回"]
        assert [cell.sub for cell in shown.cells][::3] == ["R600000002", "令和6年8月30日"]
        return Filled(results__late_reason="口座解約")(dialog)

    def second_reads_the_row(dialog: Dialog) -> bool:
        said = " ".join(found.text() for found in dialog.findChildren(QLabel))
        assert all(part in said for part in ("R600000002", "100,000円", "第1回", "口座解約"))
        return suzuki_signs(dialog)

    work.answers += [of_whom, dismiss]
    work.press(station, "recalls.late")
    assert states(office(work)) == ["振込済"] * 2, "nobody confirmed it"
    work.answers += [of_whom, second_reads_the_row]
    work.press(station, "recalls.late")
    assert states(office(work)) == ["振込済", "振込不能"]


def test_a_failure_of_the_wrong_row_is_taken_back_from_the_list_by_two(work: Bench) -> None:
    sent(work)
    desk = work.ward.desk
    results.enter_results(desk, 1, {2: FailureReason.CLOSED}, desk.today(), office(work).suzuki)
    station = payments_station(work)
    turn(work, station, BACK)
    assert not work.button(station, "recalls.correct").isEnabled()
    station._segments.back._wanted.setText("R600000002")
    work.press(station, "recalls.find")
    station._segments.back._table.select(2)
    assert not work.button(station, "recalls.late").isEnabled()
    work.answers += [Filled(recalls__reason=WORDS), suzuki_signs]
    work.press(station, "recalls.correct")
    assert states(office(work)) == ["振込済"] * 2


def test_cash_from_the_list_to_the_hand(work: Bench, tmp_path: Path) -> None:
    office(work).at_the_counter(1, 2)
    station = payments_station(work, Paper(tmp_path))
    turn(work, station, COUNTER)
    assert not work.button(station, "cash.hand_over").isEnabled()
    work.answers += [agree, Filled(batch__count="2", batch__total="200000"), suzuki_signs]
    work.press(station, "cash.make")
    work.press(station, "cash.approve")
    assert "領収書を2枚印刷してください。" in words(station)
    work.press(station, "cash.receipt")
    assert len(list(tmp_path.glob("*.pdf"))) == 2
    work.answers += [Filled(cash__receiver="SELF", cash__identity="LICENCE"), suzuki_signs]
    work.press(station, "cash.hand_over")
    assert states(office(work)) == ["振込済", "振込準備"]
    work.answers += [Filled(ask__text="受け取りに来られなかったため"), suzuki_signs]
    work.press(station, "cash.take_out")
    assert states(office(work)) == ["振込済", "取消"]
    work.press(station, "cash.ledger")
    assert cash_desk.page(work.ward.desk).days[0][1:] == (1, 100_000)
    assert payments.page(work.ward.desk).batches == ()


@pytest.mark.parametrize("key", [TRANSFERS, COUNTER, BACK])
def test_every_segment_fits_the_smallest_window(work: Bench, tmp_path: Path, key: str) -> None:
    office(work).at_the_counter(2)
    sent(work)
    station = payments_station(work, Paper(tmp_path))
    turn(work, station, key)
    assert station.width() == 1072
    assert station.minimumSizeHint().width() <= 1072
    assert station._scroll.widget().width() <= station._scroll.viewport().width()

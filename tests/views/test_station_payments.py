"""支給・振込 through its screen: a batch is made, signed by another person, written for the bank, and its results entered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.payment import BatchState, FailureReason
from kyufu_desktop.services import payments
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.stations.payments import PaymentsStation, ResultsDialog
from tests.views.station_bench import Bench, agree, bench, dismiss, suzuki_signs
from tests.views.station_stand import Filled, leaves, office, payments_station, put, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        for _ in range(2):
            office(made).reviewed(office(made).household(("hikazei", 100_000)))
        yield made


def states(work: Bench) -> list[BatchState]:
    return [batch.state for batch in payments.page(work.ward.desk).batches]


def signed(work: Bench, station: PaymentsStation) -> None:
    work.answers += [agree, Filled(batch__total="200000"), suzuki_signs]
    work.press(station, "batches.make_batch")
    work.press(station, "payments.approve")


def written(work: Bench, station: PaymentsStation) -> None:
    signed(work, station)
    work.answers += [Filled(medium__folder=str(office(work).medium), medium__number="M-07"), leaves]
    work.press(station, "bank_files.bank_file")


def test_a_batch_goes_from_making_to_paid(work: Bench) -> None:
    station = payments_station(work)
    written(work, station)
    assert (office(work).medium / "transfer.zip").is_file()
    assert "第1回は銀行の結果を待っています。" in words(station)
    office(work).clock.days(3)
    work.answers.append(agree)
    work.press(station, "payments.results")
    assert states(work) == [BatchState.SETTLED]
    assert "ホストへの報告待ちが2件・200,000円あります。" in words(station)
    work.press(station, "payments.report")
    assert work.gone_to == [("host_exchange", None)]


def test_only_the_act_that_the_batch_waits_for_can_be_pressed(work: Bench) -> None:
    station = payments_station(work)
    names = ("payments.approve", "bank_files.bank_file", "payments.results")
    assert [work.button(station, name).isEnabled() for name in names] == [False, False, False]
    work.answers.append(agree)
    work.press(station, "batches.make_batch")
    assert [work.button(station, name).isEnabled() for name in names] == [True, False, False]
    assert not work.button(station, "batches.make_batch").isEnabled()


def test_a_wrong_total_is_not_signed(work: Bench) -> None:
    station = payments_station(work)
    work.answers += [agree, Filled(batch__total="210000"), suzuki_signs]
    work.press(station, "batches.make_batch")
    work.press(station, "payments.approve")
    assert "合計が、振込データの合計と違います" in told(station).happened
    assert states(work) == [BatchState.DRAFTED]


def test_a_bank_holiday_makes_no_batch(work: Bench) -> None:
    station = payments_station(work)
    work.answers.append(Filled(batch__transfer_on="令和6年8月31日"))
    work.press(station, "batches.make_batch")
    assert told(station).happened == "銀行が休みの日です。"
    assert states(work) == []


def test_a_day_that_is_no_day_is_said_beside_the_field(work: Bench) -> None:
    station = payments_station(work)

    def mistyped(dialog: Dialog) -> bool:
        put(dialog, "batch.transfer_on", "あした")
        assert not dialog.perform()
        assert dialog.fields["transfer_on"].problem
        return False

    work.answers.append(mistyped)
    work.press(station, "batches.make_batch")
    assert states(work) == []


def test_nothing_leaves_while_the_total_is_not_typed_again(work: Bench) -> None:
    station = payments_station(work)
    signed(work, station)

    def mistaken(dialog: Dialog) -> bool:
        put(dialog, "leaves.total", "200001")
        assert not dialog.perform()
        return False

    work.answers += [Filled(medium__folder=str(office(work).medium), medium__number="M-07"), mistaken]
    work.press(station, "bank_files.bank_file")
    assert list(office(work).medium.iterdir()) == []
    assert states(work) == [BatchState.APPROVED]


def test_a_missing_medium_is_said_in_the_dialog(work: Bench, tmp_path: Path) -> None:
    station = payments_station(work)
    signed(work, station)

    def pulled(dialog: Dialog) -> bool:
        put(dialog, "medium.folder", str(tmp_path / "pulled"))
        put(dialog, "medium.number", "M-07")
        assert not dialog.perform()
        assert "媒体を差し込んでください" in dialog.fields["folder"].problem
        return False

    work.answers.append(pulled)
    work.press(station, "bank_files.bank_file")
    assert states(work) == [BatchState.APPROVED]


def test_a_failed_transfer_is_listed_with_its_reason_and_leads_to_its_case(work: Bench) -> None:
    station = payments_station(work)
    written(work, station)
    office(work).clock.days(3)
    first = payments.batch_payments(work.ward.desk, payments.page(work.ward.desk).batches[0].batch_id)[0]

    def one_failed(dialog: Dialog) -> bool:
        assert isinstance(dialog, ResultsDialog)
        dialog._table.select(first.payment_id)
        dialog._reason.setCurrentText(FailureReason.NAME_DIFFERS.value)
        dialog._put()
        return dialog.perform()

    work.answers.append(one_failed)
    work.press(station, "payments.results")
    assert states(work) == [BatchState.PARTLY_FAILED]
    assert "振り込めなかったもの" in words(station)
    station._failed.select(first.payment_id)
    work.press(station, "payments.open_case")
    assert work.gone_to[0][0] == "cases"


def test_a_batch_that_is_cancelled_gives_its_payments_back(work: Bench) -> None:
    station = payments_station(work)
    work.answers += [agree, Filled(ask__text="金額を見直すために取り消します"), suzuki_signs]
    work.press(station, "batches.make_batch")
    work.press(station, "batches.cancel_batch")
    assert states(work) == [BatchState.CANCELLED]
    assert len(payments.page(work.ward.desk).ready) == 2


def test_leaving_a_dialog_changes_nothing(work: Bench) -> None:
    station = payments_station(work)
    work.answers += [dismiss]
    work.press(station, "batches.make_batch")
    assert states(work) == []

"""支給・振込 through its screen: a batch is made, signed by another person, written for the bank, and its results entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.database import sent_ledger as book
from kyufu_desktop.domain.payment import BatchState, FailureReason
from kyufu_desktop.services import bank_files, cases, payments, sent_ledger
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.stations.payments import NewBatchDialog, PaymentsStation, ResultsDialog
from tests.services.office import silent
from tests.services.test_written_in_two_steps import cut
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
    work.answers += [agree, Filled(batch__count="2", batch__total="200000"), suzuki_signs]
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
    work.answers += [agree, Filled(batch__count="2", batch__total="210000"), suzuki_signs]
    work.press(station, "batches.make_batch")
    work.press(station, "payments.approve")
    assert "合計が、振込データ第1号の合計と違います" in told(station).happened
    assert states(work) == [BatchState.DRAFTED]


def test_a_wrong_count_is_not_signed(work: Bench) -> None:
    """One transfer of everything to one person has the right total."""
    station = payments_station(work)
    work.answers += [agree, Filled(batch__count="1", batch__total="200000"), suzuki_signs]
    work.press(station, "batches.make_batch")
    work.press(station, "payments.approve")
    assert "件数が、振込データ第1号の件数と違います" in told(station).happened
    assert states(work) == [BatchState.DRAFTED]


def test_neither_count_nor_total_of_the_batch_is_shown_where_they_are_typed(work: Bench) -> None:
    station = payments_station(work)
    work.answers += [agree, read_and_leave]
    work.press(station, "batches.make_batch")
    work.press(station, "payments.approve")
    assert "200,000" not in words(work.shown[-1]) and "2件" not in words(work.shown[-1])


def read_and_leave(dialog: Dialog) -> bool:
    dialog.show()
    return False


def test_a_bank_holiday_makes_no_batch(work: Bench) -> None:
    station = payments_station(work)
    work.answers.append(Filled(batch__transfer_on="令和6年8月31日"))
    work.press(station, "batches.make_batch")
    assert told(station).happened == "銀行が休みの日です。"
    assert states(work) == []


def keys(where: QWidget, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(where.focusWidget() or where, key)


def test_month_is_walked_with_the_keys_and_says_why_a_day_cannot_be_chosen(work: Bench) -> None:
    station = payments_station(work)

    def walk(dialog: Dialog) -> bool:
        assert isinstance(dialog, NewBatchDialog)
        dialog.show()
        month = dialog.month
        month.setFocus()
        assert month.sentence == "令和6年8月30日（金）を選べます。令和6年8月28日（水）までに銀行へ渡します。"
        keys(month, Qt.Key.Key_Right)
        assert month.sentence == "令和6年8月31日（土）は選べません。土曜日です。"
        keys(month, Qt.Key.Key_Return)
        assert dialog.day == date(2024, 8, 30), "a day that cannot be chosen is not taken"
        keys(month, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_PageDown)
        assert month.sentence.startswith("令和6年10月2日（水）を選べます")
        keys(month, Qt.Key.Key_PageUp, Qt.Key.Key_Down, Qt.Key.Key_Down)
        assert month.sentence == "令和6年9月16日（月）は選べません。祝日です。"
        keys(month, Qt.Key.Key_Right, Qt.Key.Key_Return)
        return dialog.perform()

    work.answers.append(walk)
    work.press(station, "batches.make_batch")
    (row,) = payments.page(work.ward.desk).batches
    assert (row.transfer_on, row.cut_off) == (date(2024, 9, 17), date(2024, 9, 12))


def test_every_day_of_the_month_is_named_for_a_reader(work: Bench) -> None:
    station = payments_station(work)

    def look(dialog: Dialog) -> bool:
        assert isinstance(dialog, NewBatchDialog)
        dialog.show()
        shown = {day.accessibleName() for number in range(1, 32) if (day := dialog.month.day(date(2024, 8, number)))}
        assert len(shown) == 31 and all("選べ" in words for words in shown)
        marks = [day.mark for number in (28, 29, 30, 31) if (day := dialog.month.day(date(2024, 8, number)))]
        assert marks == ["不可", "不可", "〆8/28", "休"]
        return False

    work.answers.append(look)
    work.press(station, "batches.make_batch")


def stopped(work: Bench, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> PaymentsStation:
    """The program ended between 'approved' and 'written'; then the station is opened."""
    station = payments_station(work)
    signed(work, station)
    batch = payments.page(work.ward.desk).batches[0].batch_id
    sealed = bank_files.bank_file(work.ward.desk, batch, "M-07", silent)
    cut(office(work), monkeypatch, "_place", sealed, after=after)
    return payments_station(work)


def test_file_that_was_written_when_the_program_ended_is_found_on_the_medium(work: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    station = stopped(work, monkeypatch, after=True)
    assert "第1回の振込データが媒体に書かれたか、確かめてください。" in words(station)
    assert "媒体 M-07　transfer.zip　2件　200,000円" in words(station)
    names = ("payments.approve", "bank_files.bank_file", "payments.results", "batches.cancel_batch")
    assert not any(work.button(station, name).isEnabled() for name in names)
    work.answers += [Filled(medium__folder=str(office(work).medium)), agree]
    work.press(station, "payments.look_for_file")
    assert states(work) == [BatchState.SENT]
    assert "書かれたか" not in words(station)


def test_file_that_is_not_there_goes_back_with_an_officer_s_word(work: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    station = stopped(work, monkeypatch, after=False)
    work.answers += [Filled(medium__folder=str(office(work).medium)), dismiss]
    work.press(station, "payments.look_for_file")
    assert states(work) == [BatchState.WRITING]
    work.answers += [Filled(medium__folder=str(office(work).medium)), suzuki_signs]
    work.press(station, "payments.look_for_file")
    assert states(work) == [BatchState.APPROVED]
    work.answers += [Filled(medium__folder=str(office(work).medium), medium__number="M-08"), leaves]
    work.press(station, "bank_files.bank_file")
    assert states(work) == [BatchState.SENT]


def test_letters_that_are_not_posted_yet_are_counted_and_said_before_the_file_leaves(work: Bench) -> None:
    station = payments_station(work)
    signed(work, station)
    (row,) = payments.page(work.ward.desk).batches
    assert row.announced is not None and (row.announced.wanted, row.announced.sent, row.announced.last_day.day) == (2, 0, 29)

    def hear(dialog: Dialog) -> bool:
        dialog.show()
        assert "支給（振込）通知書が、あと2通、発送されていません。8/29(木)までに送ってください。" in words(dialog)
        return leaves(dialog)

    work.answers += [Filled(medium__folder=str(office(work).medium), medium__number="M-07"), hear]
    work.press(station, "bank_files.bank_file")
    assert states(work) == [BatchState.SENT]
    due = [task for task in cases.today(work.ward.desk).tasks if "支給（振込）通知書" in task.words]
    assert [(task.subject, task.due) for task in due] == [("2通", "8/29まで")]


def test_older_vault_is_settled_by_two_officers_with_the_bank_s_record(work: Bench) -> None:
    station = payments_station(work)
    signed(work, station)
    entry = [sent_file(9, 7, 700_000, "0" * 64)]
    book.write(work.ward.desk.vault.folder, sent_ledger._key(work.ward.desk), entry)
    station = payments_station(work)
    assert "この保管庫には記録がありません" in words(station)
    assert not work.button(station, "payments.settle_older_vault").isEnabled() and "取扱責任者が行います。" in words(station)
    office(work).desk = work.ward.office.desk = office(work).at(office(work).tanaka)
    station = payments_station(work)
    work.answers += [Filled(ask__text="銀行の受付書の件数と合計に合う"), suzuki_signs]
    work.press(station, "payments.settle_older_vault")
    assert "この保管庫には記録がありません" not in words(station)


def sent_file(batch: int, count: int, total: int, sha256: str) -> book.SentFile:
    return book.SentFile(batch, 0, 3, count, total, sha256, date(2024, 8, 30), "2024-08-28T09:00:00+09:00", 90, (), (), book.Left.WRITTEN)


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

    def second_reads_the_row(dialog: Dialog) -> bool:
        said = " ".join(found.text() for found in dialog.findChildren(QLabel))
        assert all(part in said for part in (first.management_number, f"{first.amount:,}円", "名義相違"))
        return suzuki_signs(dialog)

    work.answers += [one_failed, dismiss]
    work.press(station, "payments.results")
    assert states(work) == [BatchState.SENT], "nobody confirmed it"
    work.answers += [one_failed, second_reads_the_row]
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

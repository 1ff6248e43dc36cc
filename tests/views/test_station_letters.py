"""確認書・通知 through its screen: made, printed, confirmed, sent; and what it says when a print stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.enclosing import Outcome
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.printing import Failure, Machine
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.services import cases, host_exchange, letters, print_jobs, returned_mail
from kyufu_desktop.services.cases import AddressEntry
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.printing import PracticePrinter, PrintReceipt, QueueState, paint_pdf, pinned_printer
from kyufu_desktop.views.stations.dialogs_enclosing import EnclosingDialog
from kyufu_desktop.views.stations.dialogs_reading import ReadingDialog
from kyufu_desktop.views.stations.letters import LettersStation
from tests.views.station_bench import Answer, Bench, agree, bench, dismiss, suzuki_signs
from tests.views.station_stand import Filled, Paper, leaves, letters_station, office, put, show, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "paper")


def states(work: Bench) -> list[str]:
    return sorted(letter.state.value for letter in letters.page(work.ward.desk).letters)


def two_printed(work: Bench, station: LettersStation) -> None:
    work.answers += [agree, agree]
    work.press(station, "letters.make")
    work.press(station, "letters.print")


def reading(work: Bench, *codes: str) -> Answer:
    """Somebody who reads these codes into the enclosing dialog; an empty one is Enter alone."""

    def read(dialog: Dialog) -> bool:
        assert isinstance(dialog, EnclosingDialog)
        for code in codes:
            dialog.code.setText(code)
            QTest.keyClick(dialog.code, Qt.Key.Key_Return)
            work.settle()
        return False

    return read


def test_a_page_of_another_letter_is_stopped_aloud_and_nothing_can_be_sent(
    work: Bench, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", staticmethod(lambda: beeps.append(1)))
    cases = [office(work).household(("hikazei", 100_000)) for _ in range(2)]
    office(work).printed(*cases)
    one, two = (office(work).letter(case).code for case in cases)
    station = letters_station(work, paper)
    said: list[str] = []

    def look(dialog: Dialog) -> bool:
        reading(work, one, one + "-1", two + "-2")(dialog)
        said.append(dialog.accessibleDescription())
        assert isinstance(dialog, EnclosingDialog) and dialog.code.text() == ""
        reading(work, two, *(f"{two}-{page}" for page in (1, 2, 3)), "")(dialog)
        assert dialog.result_shown is not None and dialog.result_shown.fits
        assert dialog.sizeHint().height() <= dialog.minimumHeight(), "a result would be squeezed"
        return False

    work.answers += [suzuki_signs, look]
    work.press(station, "letters.enclose")
    assert beeps == [1]
    assert said[0].startswith("不一致。2枚目") and two in said[0]
    work.answers.append(agree)
    work.press(station, "letters.mark_sent")
    assert states(work) == sorted([LetterState.PRINTED.value, LetterState.SENT.value])


def test_the_list_behind_waits_until_the_last_envelope_was_read(work: Bench, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two envelopes the lane is free for the next one; afterwards the list is true again."""
    office(work).printed(*(office(work).household(("hikazei", 100_000)) for _ in range(2)))
    station = letters_station(work, paper)
    reads: list[int] = []
    page = letters.page
    monkeypatch.setattr(letters, "page", lambda desk: reads.append(1) or page(desk))

    def all_of_them(dialog: Dialog) -> bool:
        assert isinstance(dialog, EnclosingDialog)
        for waiting in dialog.page.waiting:
            reading(work, waiting.code, *waiting.page_codes, "")(dialog)
        assert reads == []
        return False

    work.answers += [suzuki_signs, all_of_them]
    work.press(station, "letters.enclose")
    assert reads == [1]
    assert work.button(station, "letters.mark_sent").isEnabled()


def test_a_letter_whose_address_changed_after_the_print_is_stopped_aloud_and_leads_to_a_new_one(
    work: Bench, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", staticmethod(lambda: beeps.append(1)))
    cases_here = [office(work).household(("hikazei", 100_000)) for _ in range(2)]
    # Both are in closed envelopes when the new place of the first becomes known.
    gone, stays = office(work).enclosed(*office(work).printed(*cases_here))
    code = office(work).letter(cases_here[0]).code
    station = letters_station(work, paper)
    assert "送れなくなった手紙" not in words(station)
    cases.enter_address(work.ward.desk, cases_here[0], AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", ""))
    station.refresh()
    work.settle()
    assert "送れなくなった手紙が 1通あります。" in words(station) and "細断し" in words(station)
    first = station._letters.rows[0]
    assert first.key == gone, "what must be taken out comes first"
    assert "送れません" in first.cells[0].spoken() and "宛先が変わりました" in first.cells[1].spoken()
    with work.ward.desk.work(Act.LETTER_ENCLOSED) as unit:
        # As if nobody had looked at the envelope yet: the button is there for those that wait.
        unit.session.get_one(Letter, gone).enclosed_at = None
        unit.record(Act.LETTER_ENCLOSED)
    station.refresh()
    work.settle()

    def look(dialog: Dialog) -> bool:
        reading(work, code, *(f"{code}-{page}" for page in (1, 2, 3)), "")(dialog)
        assert isinstance(dialog, EnclosingDialog) and dialog.result_shown is not None
        assert dialog.result_shown.outcome is Outcome.STALE and beeps == [1]
        said = words(dialog) + dialog.accessibleDescription()
        assert dialog.accessibleDescription().startswith("不一致") and "封をせず、紙を細断し" in said
        assert dialog.sizeHint().height() <= dialog.minimumHeight(), "the sentence would be squeezed"
        return False

    work.answers += [suzuki_signs, look]
    work.press(station, "letters.enclose")
    # The other one goes out; the stopped one does not hold it back.
    work.answers.append(agree)
    work.press(station, "letters.mark_sent")
    assert {letter.letter_id: letter.state for letter in letters.page(work.ward.desk).letters} == {
        gone: LetterState.PRINTED,
        stays: LetterState.SENT,
    }
    station._filter.choose("printed")
    station._letters.select(gone)
    work.settle()
    work.answers.append(Filled(ask__text="宛先が変わったため"))
    work.press(station, "letters.spoil")
    assert "送れなくなった手紙" not in words(station)
    assert kept_state(work, gone) == LetterState.SPOILED.value


def kept_state(work: Bench, letter_id: int) -> str:
    with work.ward.desk.look() as db:
        return db.get_one(Letter, letter_id).state


def test_a_letter_that_may_not_leave_alone_leaves_nothing_to_be_posted(work: Bench, paper: Paper) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).enclosed(*office(work).printed(case))
    station = letters_station(work, paper)
    assert work.button(station, "letters.mark_sent").isEnabled()
    cases.enter_address(work.ward.desk, case, AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", ""))
    station.refresh()
    work.settle()
    assert not work.button(station, "letters.mark_sent").isEnabled()
    assert "細断" in letters.page(work.ward.desk).ready[0].obstacle


def test_nobody_checks_the_enclosing_of_what_he_printed_without_another_person(work: Bench, paper: Paper) -> None:
    office(work).printed(office(work).household(("hikazei", 100_000)))
    station = letters_station(work, paper)
    work.answers.append(dismiss)
    work.press(station, "letters.enclose")
    assert len(work.shown) == 1


def test_a_letter_is_made_printed_confirmed_and_sent(work: Bench, paper: Paper) -> None:
    office(work).household(("hikazei", 100_000))
    station = letters_station(work, paper)
    two_printed(work, station)
    assert "前回の印刷は、正しく出ましたか" in words(station)
    document = pypdfium2.PdfDocument(paper.folder / "letters.pdf")
    assert len(document) == 3
    document.close()
    put(station, "letters.all_good")
    work.press(station, "letters.confirm_job")
    assert "前回の印刷は、正しく出ましたか" not in words(station)
    assert not work.button(station, "letters.mark_sent").isEnabled()
    code = office(work).letter(1).code
    work.answers += [suzuki_signs, reading(work, code, *(f"{code}-{page}" for page in (1, 2, 3)), "")]
    work.press(station, "letters.enclose")
    work.answers.append(agree)
    work.press(station, "letters.mark_sent")
    assert states(work) == [LetterState.SENT.value]
    assert not work.button(station, "letters.print").isEnabled()


def test_a_jam_after_the_fourth_sheet_reprints_and_shreds_whole_letters(work: Bench, paper: Paper) -> None:
    for _ in range(2):
        office(work).household(("hikazei", 100_000))
    station = letters_station(work, paper)
    two_printed(work, station)
    put(station, "letters.some_good")
    put(station, "letters.good_sheets", "4")
    said = words(station)
    assert "1通目（3枚）" in said and "2通目" in said and "4–6枚目の紙（3枚）" in said
    work.press(station, "letters.confirm_job")
    assert states(work) == [LetterState.PRINTED.value, LetterState.PREPARED.value]
    assert sorted(letter.code[-2:] for letter in letters.page(work.ward.desk).letters) == ["01", "02"]


def test_more_good_sheets_than_were_printed_cannot_be_confirmed(work: Bench, paper: Paper) -> None:
    office(work).household(("hikazei", 100_000))
    station = letters_station(work, paper)
    two_printed(work, station)
    put(station, "letters.some_good")
    put(station, "letters.good_sheets", "5")
    assert not work.button(station, "letters.confirm_job").isEnabled()
    assert "この印刷は 3枚です。" in words(station)


def test_nothing_is_printed_before_the_last_print_is_confirmed(work: Bench, paper: Paper) -> None:
    office(work).household(("hikazei", 100_000))
    station = letters_station(work, paper)
    two_printed(work, station)
    office(work).household(("hikazei", 100_000))
    station.refresh()
    work.settle()
    work.answers.append(agree)
    work.press(station, "letters.make")
    assert not work.button(station, "letters.print").isEnabled()


def test_a_day_of_sending_in_the_future_is_refused_and_nothing_is_written(work: Bench, paper: Paper) -> None:
    office(work).enclosed(*office(work).printed(office(work).household(("hikazei", 100_000))))
    station = letters_station(work, paper)
    work.answers.append(Filled(ask__text="令和7年1月1日"))
    work.press(station, "letters.mark_sent")
    assert told(station).code == "K-1850"
    assert states(work) == [LetterState.PRINTED.value]


def test_without_a_pinned_printer_the_page_says_what_to_do(work: Bench) -> None:
    office(work).household(("hikazei", 100_000))

    def nothing_pinned() -> object:
        return pinned_printer(Machine(""))

    station = show(work, LettersStation(work.ward.desk, work.lane, work._go, nothing_pinned, office(work).medium))  # type: ignore[arg-type]
    work.answers.append(agree)
    work.press(station, "letters.make")
    work.press(station, "letters.print")
    assert told(station).code == "K-1826"
    assert states(work) == [LetterState.PREPARED.value]


def test_the_preview_of_a_chosen_letter_is_shown_and_recorded(work: Bench, paper: Paper) -> None:
    (letter,) = office(work).printed(office(work).household(("hikazei", 100_000)))
    station = letters_station(work, paper)
    assert station._sheet.pages == 0
    station._letters.select(letter)
    work.settle()
    assert station._sheet.pages == 3


def test_what_cannot_be_written_says_why_and_leads_to_its_case(work: Bench, paper: Paper) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).printed(case)
    print_jobs.spoil(work.ward.desk, office(work).letter(case).id, "汚れたため")
    other = office(work).household(("hikazei", 100_000))
    station = letters_station(work, paper)
    station._filter.choose("ready")
    station._ready.select(f"confirmation:{other}:0:0")
    station._ready._enter()
    assert work.gone_to == [("cases", other)]


def test_what_came_back_is_kept_with_its_reason_and_settled_at_the_counter(work: Bench, paper: Paper) -> None:
    office(work).sent(office(work).household(("hikazei", 100_000)))
    station = letters_station(work, paper)
    station._filter.choose("sent")
    station._letters.select(1)
    work.settle()
    work.answers.append(Filled(returned__reason="MOVED"))
    work.press(station, "letters.undelivered")
    (mail,) = returned_mail.open_mail(work.ward.desk)
    assert mail.reason_words == "転居"
    station._filter.choose("bad")
    work.settle()
    work.answers.append(Filled(returned__how="CONTACT", returned__kind="支援者", returned__words="支援者に送り先を尋ねた"))
    work.press(station, "letters.follow_up")
    assert returned_mail.open_mail(work.ward.desk)[0].contacted
    work.answers.append(Filled(returned__how="HANDED_OVER", returned__words="窓口で本人に手渡しをした"))
    work.press(station, "letters.follow_up")
    assert returned_mail.open_mail(work.ward.desk) == ()
    assert not work.button(station, "letters.follow_up").isVisible()


class Jammed(PracticePrinter):
    """A printer that takes one letter and then nothing more; of what it took, one is still in it."""

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        if title.endswith("-2"):
            raise UserError("K-1825", "プリンターが印刷を受け付けませんでした。", kept="印刷していません。", todo="電源を見てください。")
        return super().send(pdf, title, copies)

    def queue(self) -> QueueState:
        return QueueState(("ward-1",), "用紙がありません。用紙を入れると、続きを印刷します。")


def test_a_printer_that_stops_in_the_middle_is_told_and_the_rest_waits_again(work: Bench, tmp_path: Path) -> None:
    for _ in range(3):
        office(work).household(("hikazei", 100_000))
    printer = Jammed(tmp_path / "paper", practice=True)
    station = show(work, LettersStation(work.ward.desk, work.lane, work._go, lambda: printer, office(work).medium))
    two_printed(work, station)
    assert told(station).code == "K-1825"
    assert states(work) == sorted([LetterState.PRINTING.value, LetterState.PREPARED.value, LetterState.PREPARED.value])
    said = words(station)
    assert "確認書 1通 3枚" in said and "受け付けませんでした" in said
    assert "用紙がありません" in said and "プリンターに 1通が残っています" in said
    assert work.button(station, "letters.cancel_waiting").isVisible()
    put(station, "letters.none_good")
    work.press(station, "letters.confirm_job")
    assert states(work) == [LetterState.PREPARED.value] * 3


class OnePage(QPrinter):
    """Takes the first page and no further one."""

    def newPage(self) -> bool:
        return False


class Halting(PracticePrinter):
    """A printer that takes one letter, painted as on Windows, and stops in the middle of the next one."""

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        if title.endswith("-2"):
            printer = OnePage(QPrinter.PrinterMode.HighResolution)
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(self._folder / "half.pdf"))
            self._folder.mkdir(exist_ok=True)
            paint_pdf(printer, pdf)
        return super().send(pdf, title, copies)


def test_a_letter_whose_printer_stopped_in_the_middle_is_counted_shredded_and_gets_a_new_number(work: Bench, tmp_path: Path) -> None:
    for _ in range(3):
        office(work).household(("hikazei", 100_000))
    printer = Halting(tmp_path / "paper", practice=True)
    station = show(work, LettersStation(work.ward.desk, work.lane, work._go, lambda: printer, office(work).medium))
    two_printed(work, station)
    assert told(station).code == "K-1828"
    assert states(work) == sorted([LetterState.PRINTING.value, LetterState.PRINTING.value, LetterState.PREPARED.value])
    assert "確認書 2通 6枚" in words(station) and "紙がどこまで出たか、分かりませんでした" in words(station)
    half = office(work).letter(2)
    put(station, "letters.some_good")
    put(station, "letters.good_sheets", "4")
    work.press(station, "letters.confirm_job")
    assert states(work) == sorted([LetterState.PRINTED.value, LetterState.PREPARED.value, LetterState.PREPARED.value])
    with work.ward.desk.look() as db:
        job = db.get_one(PrintJob, 1)
        assert (job.failure, job.good_sheets, job.shredded_sheets) == (Failure.UNKNOWN.value, 4, 3)
        assert db.get_one(Letter, half.id).state == LetterState.SPOILED.value, "its paper is somewhere"
    assert office(work).letter(2).code != half.code, "no second paper of a valid code"


def test_a_lost_form_is_issued_anew_from_the_list_of_what_was_sent(work: Bench, paper: Paper) -> None:
    office(work).sent(office(work).household(("hikazei", 100_000)))
    station = letters_station(work, paper)
    station._filter.choose("sent")
    work.press(station, "letters.reissue")
    assert told(station).code == "K-1910"
    station._letters.select(1)
    work.settle()
    work.answers.append(Filled(ask__text="届いていないと電話があった"))
    work.press(station, "letters.reissue")
    assert station._filter.key() == "queue"
    assert states(work) == sorted([LetterState.SENT.value, LetterState.PREPARED.value])
    station._filter.choose("sent")
    assert [letter.void for letter in letters.page(work.ward.desk).letters] == [False, True]
    station._letters.select(1)
    work.answers.append(Filled(ask__text="もう一度ほしいと電話があった"))
    work.press(station, "letters.reissue")
    assert told(station).code == "K-1862"


def marked(work: Bench, person_id: int, **changes: object) -> None:
    with work.ward.desk.work(Act.TARGETS_IMPORTED) as unit:
        person = unit.session.get_one(Person, person_id)
        for name, value in changes.items():
            setattr(person, name, value)
        unit.record(Act.TARGETS_IMPORTED)


def heard(station: LettersStation) -> list[date | None]:
    """Of every letter in the list of 点字利用者: when its text was made."""
    return [letter.read_aloud_on for letter in station._shown.letters if letter.letter_id in {row.key for row in station._heard.table.rows}]


def test_the_letters_of_braille_readers_are_a_list_of_their_own(work: Bench, paper: Paper) -> None:
    for _ in range(2):
        office(work).household(("hikazei", 100_000))
    marked(work, 1, braille="点字", kana="")
    office(work).printed(1, 2)
    station = letters_station(work, paper)
    put(station, "letters.kind", "braille")
    assert station._heard.table.isVisible() and not station._letters.isVisible()
    assert heard(station) == [None]
    station._heard.table.select(1)
    work.settle()
    assert station._sheet.pages > 3, "large print takes more sheets"
    said: list[str] = []

    def hear(dialog: Dialog) -> bool:
        assert isinstance(dialog, ReadingDialog)
        said.append(words(dialog) if dialog.isVisible() else dialog.text.toPlainText())
        return False

    work.answers.append(hear)
    work.press(station, "letters.read_aloud")
    assert "読みの登録がありません" in said[0] and "10万円（100,000円）" in said[0] and "北町" not in said[0]
    assert heard(station) == [work.ward.desk.today()]


def test_a_reading_text_leaves_the_house_sealed_and_stands_in_the_ledger(work: Bench, paper: Paper) -> None:
    office(work).household(("hikazei", 100_000))
    marked(work, 1, braille="点字")
    office(work).printed(1)
    station = letters_station(work, paper)
    put(station, "letters.kind", "braille")
    station._heard.table.select(1)
    work.settle()
    work.answers += [Filled(medium__number="M-07"), leaves]
    work.press(station, "letters.write_reading_text")
    data = (office(work).medium / "reading_text.zip").read_bytes()
    assert data[:2] == b"PK" and b"100,000" not in data
    (line,) = host_exchange.overview(work.ward.desk).exports
    assert (line.kind_word, line.medium, line.rows) == ("読み上げ文", "M-07", 1)
    assert heard(station) == [work.ward.desk.today()]


def test_without_braille_readers_the_list_says_what_fills_it(work: Bench, paper: Paper) -> None:
    office(work).printed(office(work).household(("hikazei", 100_000)))
    station = letters_station(work, paper)
    put(station, "letters.kind", "braille")
    assert "点字利用者の手紙はありません。" in words(station)
    assert not work.button(station, "letters.read_aloud").isEnabled()

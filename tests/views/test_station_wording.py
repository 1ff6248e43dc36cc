"""通知の文言 on the screen: fields in the order of the letter, a sample beside, saved by one, signed by another, by keyboard too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from kyufu_desktop.domain.letter import LETTER_LABELS, Layout, LetterKind
from kyufu_desktop.domain.letter_wording import WordingState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import wordings
from kyufu_desktop.services.wordings import Draft
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Segments
from kyufu_desktop.views.stations.dialogs_wording import ApproveOtherDialog, ApproveOwnDialog, SaveDraftDialog
from kyufu_desktop.views.stations.sheet_view import SheetView
from kyufu_desktop.views.stations.tall_table import TallTable
from kyufu_desktop.views.stations.wording import WordingStation
from kyufu_desktop.views.stations.wording_cells import CHIPS, next_name
from tests.services.office import silent
from tests.views.station_bench import Bench, agree, bench, suzuki_signs
from tests.views.station_stand import words

WHY = "法務担当の指摘により書き直す"
LEAD = "審査の結果、次のとおり給付金の支給を決めました。"


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def edit(station: WordingStation, key: str) -> QTextEdit:
    found = station.findChild(QTextEdit, f"wording.{key}")
    assert found is not None, key
    return found


def choose(work: Bench, station: WordingStation, kind: LetterKind) -> None:
    kinds = station.findChild(TallTable, "wording.kinds")
    assert kinds is not None and kinds.select(kind.value)
    work.settle()


def versions(station: WordingStation) -> list[str]:
    found = station.findChild(QComboBox, "wording.choice")
    assert found is not None
    return [found.itemText(place) for place in range(found.count())]


def shown(station: WordingStation) -> str:
    found = station.findChild(QComboBox, "wording.choice")
    assert found is not None
    return found.currentText()


def sheet(station: WordingStation) -> SheetView:
    found = station.findChild(SheetView)
    assert found is not None
    return found


def drafted(work: Bench, kind: LetterKind = LetterKind.DECISION) -> int:
    wanted = Draft(kind, wordings.SHIPPED, {"text.lead": LEAD, "switches.kyoji": "印刷する"}, "第2版", work.ward.desk.today(), WHY)
    return wordings.draft(work.ward.desk, wanted, silent)[1]


class Save:
    """Fills the dialog and saves; what stood in it before is kept for the test."""

    def __init__(self, version: str, reason: str = WHY, day: str = "") -> None:
        self._version, self._reason, self._day = version, reason, day
        self.before: dict[str, str] = {}
        self.problems: list[str] = []

    def __call__(self, dialog: Dialog) -> bool:
        assert isinstance(dialog, SaveDraftDialog)
        self.before, self.problems = dialog.typed(), [field.problem for field in dialog.fields.values() if field.problem]
        dialog.retype({"version": self._version, "reason": self._reason, **({"valid_from": self._day} if self._day else {})})
        return dialog.perform()


def test_every_kind_shows_its_version_its_day_and_its_state(work: Bench) -> None:
    drafted(work)
    station = work.open(WordingStation)
    kinds = station.findChild(TallTable, "wording.kinds")
    assert kinds is not None
    said = {row.key: " ".join(cell.spoken() for cell in row.cells) for row in kinds.rows}
    assert list(said) == [kind.value for kind in LetterKind]
    for kind in LetterKind:
        assert LETTER_LABELS[kind] in said[kind.value] and "第1版" in said[kind.value] and "令6.4.1" in said[kind.value]
        assert ("2人目待ち" if kind is LetterKind.DECISION else "有効") in said[kind.value]
    assert set(CHIPS) == set(WordingState)


@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_word_of_a_kind_has_its_field_in_the_order_of_the_letter(work: Bench, kind: LetterKind) -> None:
    station = work.open(WordingStation)
    choose(work, station, kind)
    found = wordings.words(work.ward.desk, kind).fields
    tops = []
    for field in found:
        widget = station.findChild(QWidget, f"wording.{field.key}")
        assert widget is not None and widget.accessibleName() == f"{field.group} {field.label}"
        tops.append(widget.mapTo(station, widget.rect().topLeft()).y())
        if isinstance(widget, QTextEdit):
            assert widget.toPlainText() == field.value
            # As high as its words: nothing of a letter is cut off.
            assert widget.document().size().height() <= widget.viewport().height()
    assert tops == sorted(tops)
    said = " ".join(label.text() for label in station.findChildren(QLabel))
    assert ("法務担当が決めます" in said) == any(field.key == "switches.kyoji" for field in found)
    assert ("確認書の文言で直します" in said) == (kind is not LetterKind.CONFIRMATION)


def test_typed_words_are_seen_on_a_sample_and_kept_as_a_draft(work: Bench) -> None:
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    assert not work.button(station, "wording.save").isEnabled()
    edit(station, "text.lead").setPlainText(LEAD)
    switch = station.findChild(Segments, "wording.switches.kyoji")
    assert switch is not None and switch.key() == "印刷しない"
    switch.choose("印刷する")
    assert station._state.chip[0] == "案" and "変更2件を戻す" in work.button(station, "wording.take_back").words
    work.press(station, "wording.sample")
    assert sheet(station).pages == 1
    layout = station.findChild(Segments, "wording.layout")
    assert layout is not None
    layout.choose(Layout.LARGE)
    work.settle()
    assert sheet(station).pages == 2 and "いまは" not in words(station)
    edit(station, "text.close").setPlainText("\n".join(f"{number}つ目の段落です。{'長い文が続きます。' * 12}" for number in range(9)))
    work.press(station, "wording.sample")
    assert sheet(station).pages > 2 and "いまは2枚" in words(station)
    answer = Save("第2版")
    work.answers = [answer]
    work.press(station, "wording.save")
    assert answer.before["version"] == "第2版" and answer.before["valid_from"] == "令6.8.28"
    assert versions(station) == ["第2版（2人目待ち）", "第1版（有効）"] and shown(station) == "第2版（2人目待ち）"
    assert edit(station, "text.lead").toPlainText() == LEAD and station._state.chip[0] == "2人目待ち"
    found = station.findChild(QComboBox, "wording.choice")
    assert found is not None
    found.setCurrentIndex(1)
    work.settle()
    assert edit(station, "text.lead").toPlainText() != LEAD and station._state.chip[0] == "有効"


def test_a_word_that_no_letter_may_say_is_told_at_its_field_and_stays_typed(work: Bench) -> None:
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    edit(station, "text.close").setPlainText("施設の方へ\n振り込みます。")
    # No dialog is expected: the words are looked at first.
    work.press(station, "wording.save")
    assert "手紙に入れてはならない言葉があります（施設）" in words(station)
    assert edit(station, "text.close").toPlainText() == "施設の方へ\n振り込みます。" and station.focusWidget() is edit(
        station, "text.close"
    )
    assert versions(station) == ["第1版（有効）"]
    edit(station, "text.close").setPlainText("振り込みます。")
    work.press(station, "wording.sample")
    assert "入れてはならない" not in words(station) and sheet(station).pages == 1


def test_a_refused_name_brings_the_dialog_back_with_what_was_typed(work: Bench) -> None:
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    edit(station, "text.lead").setPlainText(LEAD)
    again = Save("第2版")
    work.answers = [Save("第1版", "法務担当の指摘によるもの", "令6.9.10"), again]
    work.press(station, "wording.save")
    work.settle()
    assert again.before == {"version": "第1版", "valid_from": "令6.9.10", "reason": "法務担当の指摘によるもの"}
    assert any("もう使われています" in problem for problem in again.problems)
    assert shown(station) == "第2版（2人目待ち）"
    (row,) = [each for each in wordings.page(work.ward.desk) if each.kind is LetterKind.DECISION]
    assert (row.versions[0].valid_from.isoformat(), row.versions[0].reason) == ("2024-09-10", WHY)


def test_what_is_typed_stays_while_another_kind_is_looked_at(work: Bench) -> None:
    station = work.open(WordingStation)
    choose(work, station, LetterKind.REMINDER)
    edit(station, "title").setPlainText("確認書のお願い")
    choose(work, station, LetterKind.PAYMENT)
    drafted(work)
    station.refresh()
    work.settle()
    choose(work, station, LetterKind.REMINDER)
    assert edit(station, "title").toPlainText() == "確認書のお願い"
    work.press(station, "wording.take_back")
    assert edit(station, "title").toPlainText() == "臨時給付金 確認書の提出のお願い"
    assert not work.button(station, "wording.save").isEnabled()


def test_another_officer_reads_every_change_and_signs_at_the_desk_of_the_maker(work: Bench) -> None:
    drafted(work)
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    listed: list[str] = []

    def read(dialog: Dialog) -> bool:
        assert isinstance(dialog, ApproveOtherDialog)
        table = dialog.findChild(TallTable, "wording.changes")
        assert table is not None
        listed.extend(" ".join(cell.spoken() for cell in row.cells) for row in table.rows if not row.group)
        assert [dialog.person.itemData(place) for place in range(dialog.person.count())] == ["suzuki", "tanaka"]
        return suzuki_signs(dialog)

    work.answers = [read]
    work.press(station, "wording.approve")
    assert len(listed) == 2 and LEAD in listed[0] and "印刷しない" in listed[1] and "印刷する" in listed[1]
    assert versions(station) == ["第2版（有効）", "第1版（前の版）"]
    assert not work.button(station, "wording.approve").isEnabled() and not work.button(station, "wording.withdraw").isEnabled()


def test_an_officer_who_did_not_make_it_signs_with_his_own_login(work: Bench) -> None:
    drafted(work)
    station = work.open(WordingStation, work.ward.office.suzuki)
    choose(work, station, LetterKind.DECISION)

    def read(dialog: Dialog) -> bool:
        assert isinstance(dialog, ApproveOwnDialog) and dialog.focusWidget() is not dialog.act_button
        return dialog.perform()

    work.answers = [read]
    work.press(station, "wording.approve")
    assert versions(station)[0] == "第2版（有効）"


def test_only_an_officer_withdraws_and_the_others_are_told_so(work: Bench) -> None:
    drafted(work)
    handler = work.open(WordingStation)
    choose(work, handler, LetterKind.DECISION)
    assert not work.button(handler, "wording.withdraw").isEnabled() and "取り下げるのは、取扱責任者です。" in words(handler)
    station = work.open(WordingStation, work.ward.office.suzuki)
    choose(work, station, LetterKind.DECISION)
    work.answers = [agree]
    work.press(station, "wording.withdraw")
    assert versions(station) == ["第2版（取下げ）", "第1版（有効）"]


def test_the_history_tells_who_when_from_which_day_and_why(work: Bench) -> None:
    drafted(work)
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    history = station.findChild(TallTable, "wording.history")
    segments = station.findChild(Segments, "wording.segments")
    assert history is not None and segments is not None
    segments.choose("history")
    said = [" ".join(cell.spoken() for cell in row.cells) for row in history.rows]
    assert "第2版" in said[0] and "令6.8.28から" in said[0] and "佐藤 主事" in said[0] and WHY in said[0] and "2人目待ち" in said[0]
    assert "プログラムの添付" in said[1]
    history.activated.emit(wordings.SHIPPED)
    work.settle()
    assert segments.key() == "words" and shown(station) == "第1版（有効）"


def test_the_whole_way_goes_by_keyboard(work: Bench) -> None:
    station = work.open(WordingStation)
    choose(work, station, LetterKind.REMINDER)
    station.activateWindow()
    title = edit(station, "title")
    title.setFocus()
    work.qtbot.keyClick(title, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    work.qtbot.keyClicks(title, "Oshirase")
    # A text has no line ends: Enter goes on to the next field, in a list it makes the next item.
    work.qtbot.keyClick(title, Qt.Key.Key_Return)
    assert title.toPlainText() == "Oshirase" and station.focusWidget() is edit(station, "text.lead")
    work.qtbot.keyClick(edit(station, "text.lead"), Qt.Key.Key_Tab)
    assert station.focusWidget() is edit(station, "headings.benefit")
    close = edit(station, "text.close")
    close.setFocus()
    before = len(close.toPlainText().splitlines())
    work.qtbot.keyClick(close, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    work.qtbot.keyClick(close, Qt.Key.Key_Return)
    work.qtbot.keyClicks(close, "Owari")
    assert len(close.toPlainText().splitlines()) == before + 1
    _press(work, station, "wording.sample", Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    assert sheet(station).pages == 1
    work.answers = [Save("第2版")]
    _press(work, station, "wording.save", Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shown(station) == "第2版（2人目待ち）"
    # The fields are others now: the keyboard stands on the version and not nowhere.
    assert station.focusWidget() is station.findChild(QComboBox, "wording.choice")
    work.answers = [suzuki_signs]
    _press(work, station, "wording.approve", Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert shown(station) == "第2版（有効）"


def _press(work: Bench, station: WordingStation, name: str, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """The key of a button: Qt shows it pressed for a moment before it is."""
    station.activateWindow()
    with work.qtbot.waitSignal(work.button(station, name).clicked):
        work.qtbot.keyClick(station.windowHandle(), key, modifier)
    work.settle()
    work.settle()


def test_nothing_is_cut_off_at_the_smallest_window(work: Bench) -> None:
    station = work.open(WordingStation)
    station.resize(1072, 600)
    for kind in LetterKind:
        choose(work, station, kind)
        edit(station, "title").setPlainText("変えた表題")
        QApplication.processEvents()
        scrolled = station._scroll.widget()
        assert scrolled is not None and scrolled.minimumSizeHint().width() <= station._scroll.viewport().width(), kind


def test_words_pasted_over_everything_are_spaced_as_the_others(work: Bench) -> None:
    station = work.open(WordingStation)
    lead = edit(station, "text.lead")
    one = lead.height()
    lead.setPlainText("あ" * 200)
    assert lead.height() > one and lead.document().firstBlock().blockFormat().lineHeight() == 24


def test_a_vault_with_a_version_that_was_changed_past_the_program_says_so(work: Bench) -> None:
    drafted(work)
    with work.ward.desk.work(Act.WORDING_DRAFTED) as unit:
        unit.session.execute(text("UPDATE letter_wording SET approved_at = made_at, approved_by = 1"))
        unit.record(Act.WORDING_DRAFTED)
    station = work.open(WordingStation)
    choose(work, station, LetterKind.DECISION)
    kinds = station.findChild(TallTable, "wording.kinds")
    assert kinds is not None
    assert any("不一致" in cell.spoken() for row in kinds.rows if row.key == "decision" for cell in row.cells)
    assert work.problem(station) == "K-1964"


def test_the_next_name_counts_on() -> None:
    def row(*names: str) -> wordings.KindRow:
        made = [
            wordings.VersionRow(place, LetterKind.PUSH, name, WordingState.FORMER, date(2024, 4, 1), "", "", 0, "", True)
            for place, name in enumerate(names)
        ]
        return wordings.KindRow(LetterKind.PUSH, "", made[0], tuple(made))

    assert next_name(row("第1版")) == "第2版"
    assert next_name(row("令和6年度 第1版", "第9版", "第10版")) == "第11版"
    assert next_name(row("令和6年度 第1版")) == "令和6年度 第2版"
    assert next_name(row("春の版")) == ""

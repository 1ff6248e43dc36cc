from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop import log
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import UserError
from kyufu_desktop.views.dialogs import (
    AskTextDialog,
    BugDialog,
    ConfirmDialog,
    Dialog,
    LeavesHouseDialog,
    MessageDialog,
    ReasonDialog,
    SecondPersonDialog,
    catch_bugs,
    present,
    set_practice,
    set_presenter,
    show_problem,
)
from kyufu_desktop.views.parts.form import integer_field, text_field
from kyufu_desktop.views.practice_banner import PracticeBanner

STAFF = [("tk", "高橋 誠", Role.OFFICER), ("sz", "鈴木 花", Role.HANDLER)]


def leaves() -> LeavesHouseDialog:
    return LeavesHouseDialog(
        "第4回の振込データを、外へ出します",
        out="振込データ　42件　3,980,000円",
        contains="口座番号・名義カナ・金額・管理番号",
        not_contains="住所・電話・秘匿の理由・施設名",
        destination="登録媒体 M-07（暗号化）→ 銀行",
        carrier="高橋",
        irreversible="書き出すと、作り直しに係長の承認が要ります。",
        total=3_980_000,
        act="媒体 M-07 へ書き出す",
    )


def shown(qtbot: QtBot, dialog: Dialog) -> Dialog:
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_nothing_leaves_the_house_with_another_total(qtbot: QtBot) -> None:
    dialog = leaves()
    qtbot.addWidget(dialog)
    assert not dialog.perform()
    assert dialog.fields["total"].problem
    dialog.amount.setText("3,980,001")
    assert not dialog.perform()
    dialog.amount.setText("3,980,000")
    assert dialog.perform()


def test_focus_starts_on_the_way_out_and_enter_takes_it(qtbot: QtBot) -> None:
    dialog = shown(qtbot, leaves())
    assert dialog.cancel_button.hasFocus()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)


def test_enter_in_the_field_does_not_write_out(qtbot: QtBot) -> None:
    dialog = leaves()
    shown(qtbot, dialog)
    dialog.amount.setFocus()
    dialog.amount.setText("3,980,000")
    qtbot.keyClick(dialog.amount, Qt.Key.Key_Return)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.amount, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_leaves_every_dialog(qtbot: QtBot) -> None:
    for dialog in (leaves(), ConfirmDialog("閉じます", ["3件あります。"], "閉じる"), SecondPersonDialog(STAFF, "確かめてください。")):
        shown(qtbot, dialog)
        with qtbot.waitSignal(dialog.rejected):
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_reason_of_nine_characters_is_too_short(qtbot: QtBot) -> None:
    dialog = ReasonDialog("送り先を表示します", "見た人と理由を記録します。", ["電話で本人と話す", "手紙を送る"])
    qtbot.addWidget(dialog)
    dialog.text.setPlainText("あいうえおかきくけ ")
    assert not dialog.perform()
    assert "あと1文字" in dialog.fields["words"].problem
    dialog.text.setPlainText("あいうえおかきくけこ")
    dialog.choice.setCurrentIndex(1)
    assert dialog.perform()
    assert dialog.answer == "手紙を送る　あいうえおかきくけこ"


def test_second_person_is_asked_for_the_passphrase_hidden(qtbot: QtBot) -> None:
    dialog = SecondPersonDialog(STAFF, "送り先を照らし合わせてください。")
    qtbot.addWidget(dialog)
    assert not dialog.perform()
    dialog.sign("sz", "ことばの鍵")
    assert dialog.perform()
    assert dialog.answer == ("sz", "ことばの鍵")
    field = dialog.fields["passphrase"].widget
    assert isinstance(field, QLineEdit) and field.echoMode() == QLineEdit.EchoMode.Password


def test_without_a_second_person_nothing_can_be_confirmed(qtbot: QtBot) -> None:
    dialog = SecondPersonDialog([], "照らし合わせてください。")
    qtbot.addWidget(dialog)
    dialog.sign("sz", "x")
    assert not dialog.perform()
    assert dialog.act_button.beside.text()


def test_text_is_asked_for(qtbot: QtBot) -> None:
    dialog = AskTextDialog("引継ぎを書きます", "引継ぎ", "書く", multiline=True)
    qtbot.addWidget(dialog)
    assert not dialog.perform()
    dialog.fill("明日15時に銀行へ。")
    assert dialog.perform() and dialog.text == "明日15時に銀行へ。"


def test_presenter_stands_in_for_the_person() -> None:
    seen: list[Dialog] = []

    def person(dialog: Dialog) -> bool:
        seen.append(dialog)
        return dialog.perform()

    set_presenter(person)
    assert present(ConfirmDialog("今日を締めます", ["記録を確かめました。"], "締める"))
    assert not present(leaves())
    assert [type(dialog) for dialog in seen] == [ConfirmDialog, LeavesHouseDialog]


def test_practice_banner_is_repeated_in_dialogs_and_absent_in_the_real_vault(qtbot: QtBot) -> None:
    real = leaves()
    qtbot.addWidget(real)
    assert real.findChildren(PracticeBanner) == []
    set_practice(True)
    practice = leaves()
    qtbot.addWidget(practice)
    assert len(practice.findChildren(PracticeBanner)) == 1


def test_bug_gets_a_number_and_no_value_is_shown_or_logged(tmp_path: Path) -> None:
    seen: list[Dialog] = []
    set_presenter(lambda dialog: bool(seen.append(dialog)))
    log.open_log(tmp_path)
    try:
        raise KeyError("山吹 はるか")
    except KeyError as problem:
        show_problem(problem)
    log.close_log()
    (dialog,) = seen
    assert isinstance(dialog, BugDialog)
    text = (tmp_path / "technical.log").read_text("utf-8")
    assert dialog.number in text and "山吹" not in text


def test_error_without_a_page_is_told_in_a_dialog() -> None:
    seen: list[Dialog] = []
    set_presenter(lambda dialog: bool(seen.append(dialog)))
    show_problem(UserError("K-1401", "開けませんでした。", todo="もう一度入れてください。"))
    assert isinstance(seen[0], MessageDialog)


def test_no_dialog_says_yes_no_or_ok(qtbot: QtBot, qapp: QApplication) -> None:
    for dialog in (
        leaves(),
        ConfirmDialog("消します", ["戻せません。"], "消す", danger=True),
        MessageDialog(UserError("K-1", "x", todo="y")),
    ):
        qtbot.addWidget(dialog)
        words = {dialog.act_button.words, dialog.cancel_button.words}
        assert not words & {"OK", "はい", "いいえ", "キャンセル"}


@pytest.mark.parametrize("make", [leaves, lambda: SecondPersonDialog(STAFF, "確かめてください。")])
def test_every_control_of_a_dialog_has_an_accessible_name(qtbot: QtBot, make: object) -> None:
    dialog = make()  # type: ignore[operator]
    qtbot.addWidget(dialog)
    dialog.show()
    for child in dialog.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            assert child.accessibleName(), child.objectName()


@pytest.mark.parametrize("undone", [True, False])
def test_bug_claims_that_nothing_changed_only_where_the_work_was_undone(undone: bool) -> None:
    seen: list[list[str]] = []

    def person(dialog: Dialog) -> bool:
        seen.append([each.text() for each in dialog.findChildren(QLabel)])
        return False

    set_presenter(person)
    show_problem(KeyError("x"), undone=undone)
    assert ("この操作では、何も変えていません。" in seen[0]) is undone


def test_problem_of_another_thread_is_noted_without_its_words_and_never_printed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for holder, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(holder, name, getattr(holder, name))
    log.open_log(tmp_path)
    catch_bugs()

    class Dying:
        def __del__(self) -> None:
            raise ValueError("見本 花子 北町1丁目")

    def breaks() -> None:
        raise ValueError("見本 花子 北町1丁目")

    try:
        thread = threading.Thread(target=breaks)
        thread.start()
        thread.join()
        dying = Dying()
        del dying
    finally:
        log.close_log()
    written = (tmp_path / "technical.log").read_text("utf-8")
    assert written.count("builtins.ValueError") == 2
    printed = capfd.readouterr()
    assert "花子" not in written + printed.out + printed.err


def test_input_method_is_asked_not_to_learn_what_is_typed(qtbot: QtBot) -> None:
    reason = ReasonDialog("表示", "理由", ("その他",))
    asked = AskTextDialog("聞く", "言葉", "決める", multiline=True)
    for dialog in (reason, asked):
        qtbot.addWidget(dialog)
    for widget in (reason.text, asked.fields["text"].widget, text_field(), integer_field()):
        assert widget.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData

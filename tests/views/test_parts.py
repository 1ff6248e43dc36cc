from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFontMetricsF
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.judgment import Condition, Finding
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.domain.review import FormState
from kyufu_desktop.errors import InputProblem, UserError
from kyufu_desktop.views.parts import (
    Amount,
    Button,
    Cell,
    Chip,
    Column,
    EmptyList,
    ErrorPanel,
    Field,
    Form,
    MaskedField,
    ReasonList,
    Reconcile,
    Row,
    Segments,
    Table,
    group,
    integer_field,
    label,
    row,
)
from kyufu_desktop.views.parts.chip import TONE, WORD, chip_of
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.parts.lines import PITCH, break_lines
from kyufu_desktop.views.parts.paged_model import PagedModel
from kyufu_desktop.views.theme import font

SECRET = "見本市北町1-2 メゾン秘"


def everything_in(widget: QObject) -> Iterator[str]:
    """Every text that an object of the tree, or a reader of the screen, can give away."""
    for each in (widget, *widget.findChildren(QObject)):
        yield each.objectName()
        yield from (str(each.property(bytes(name).decode())) for name in each.dynamicPropertyNames())
        meta = each.metaObject()
        yield from (str(each.property(meta.property(at).name())) for at in range(meta.propertyCount()))
        interface = QAccessible.queryAccessibleInterface(each)
        if isinstance(interface, QAccessibleInterface) and interface.isValid():
            kinds = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help)
            yield from (interface.text(kind) for kind in kinds)


# ------------------------------------------------------------------------------------------------ chips


@pytest.mark.parametrize("states", [CaseStatus, LetterState, FormState, PaymentState, BatchState])
def test_every_state_of_the_domain_has_its_chip(states: type) -> None:
    assert [state.value for state in states if state.value not in WORD] == []  # type: ignore[attr-defined]


def test_every_chip_has_icon_and_word_and_known_colours() -> None:
    for word, (icon, tone) in WORD.items():
        assert word and icon and tone in TONE


def test_only_overdue_is_filled_red_and_only_secret_is_ink() -> None:
    assert [word for word, (_, tone) in WORD.items() if tone == "late"] == ["期限超過"]
    assert [word for word, (_, tone) in WORD.items() if tone == "secret"] == ["秘匿"]


def test_fit_and_unfit_differ_in_icon_not_only_in_colour() -> None:
    assert chip_of("適合")[1] != chip_of("不適合")[1]


def test_a_word_without_meaning_is_not_coloured() -> None:
    assert chip_of("なにか") == ("なにか", "info", "none")


def test_chip_says_its_word_to_a_reader(qtbot: QtBot) -> None:
    chip = Chip("決裁待ち")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "決裁待ち"
    chip.set("承認済")
    assert chip.accessibleName() == "承認済"


# ------------------------------------------------------------------------------------------------ masked field


def test_value_is_nowhere_in_the_widget_until_it_is_revealed(qtbot: QtBot) -> None:
    field = MaskedField("住所", button="理由を入力して表示…")
    qtbot.addWidget(field)
    assert not any(SECRET in text for text in everything_in(field))
    field.reveal(SECRET)
    assert any(SECRET in text for text in everything_in(field))


def test_value_is_gone_again_when_the_time_is_over(qtbot: QtBot) -> None:
    now = [0.0]
    field = MaskedField("住所", monotonic=lambda: now[0])
    qtbot.addWidget(field)
    field.reveal(SECRET, seconds=60)
    now[0] = 59.0
    field._tick()
    assert field.revealed
    now[0] = 60.0
    with qtbot.waitSignal(field.concealed):
        field._tick()
    assert not field.revealed
    assert not any(SECRET in text for text in everything_in(field))


def test_length_of_the_bar_does_not_depend_on_the_value(qtbot: QtBot) -> None:
    field = MaskedField("住所", length=14)
    qtbot.addWidget(field)
    field.resize(400, 36)
    before = field.grab().toImage()
    field.reveal("短")
    field.conceal()
    assert field.grab().toImage() == before


def test_masked_field_asks_and_shows_nothing_by_itself(qtbot: QtBot) -> None:
    field = MaskedField("住所", button="理由を入力して表示…")
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.asked):
        qtbot.mouseClick(field.findChild(Button, "masked.reveal"), Qt.MouseButton.LeftButton)
    assert not field.revealed


# ------------------------------------------------------------------------------------------------ buttons


def test_button_says_why_it_cannot_be_pressed(qtbot: QtBot) -> None:
    holder = QWidget()
    button = Button("決裁する", "Ctrl+Enter", "primary", name="judgment.approve")
    holder.setLayout(row(button))
    qtbot.addWidget(holder)
    holder.show()
    button.forbid("起案した人は決裁できません。")
    assert not button.isEnabled()
    assert "起案した人は決裁できません。" in [label.text() for label in holder.findChildren(QLabel) if label.isVisible()]
    button.allow()
    assert button.isEnabled() and not button.beside.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_both_enter_keys_press_the_button(qtbot: QtBot, key: Qt.Key) -> None:
    holder = QWidget()
    button = Button("起案する", "Ctrl+Enter", "primary")
    line = QLineEdit()
    holder.setLayout(row(line, button))
    qtbot.addWidget(holder)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    line.setFocus()
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(line, key, Qt.KeyboardModifier.ControlModifier)


# ------------------------------------------------------------------------------------------------ tables

COLUMNS = (Column("状態", 112), Column("氏名"), Column("金額（円）", 120, right=True))


def rows(keys: range | tuple[object, ...]) -> list[Row]:
    return [Row(key, (Cell(chip="適合"), Cell(f"人{key}", sub="番号"), Cell("100,000", mono=True, right=True))) for key in keys]


def test_model_of_the_table_keeps_the_rules_of_qt(qtmodeltester: object) -> None:
    model = PagedModel(COLUMNS)
    model.set_rows([group("期限を過ぎたもの", "alarm", "fail", "2件"), *rows(range(3))])
    qtmodeltester.check(model, force_py=True)  # type: ignore[attr-defined]
    model.set_paged(range(500), lambda keys: None)
    model.deliver(rows(range(200)))
    qtmodeltester.check(model, force_py=True)  # type: ignore[attr-defined]


def test_enter_opens_the_chosen_row(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_rows(rows(range(3)))
    table.select(1)
    with qtbot.waitSignal(table.activated) as sent:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert sent.args == [1]


def test_arrows_step_over_group_rows(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_rows([*rows((1,)), group("今日が期限のもの"), *rows((2,))])
    table.show()
    table.select(1)
    with qtbot.waitSignal(table.chosen) as sent:
        qtbot.keyClick(table.view, Qt.Key.Key_Down)
    assert sent.args == [2]


def test_chosen_row_stays_chosen_when_the_list_is_read_again(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_rows(rows(range(5)))
    table.select(3)
    heard: list[object] = []
    table.chosen.connect(heard.append)
    table.set_rows(rows(range(2, 9)))
    assert table.key() == 3
    assert heard == []
    table.set_rows(rows(range(7, 9)))
    assert table.key() is None


def test_tab_leaves_the_table(qtbot: QtBot) -> None:
    holder = QWidget()
    table, after = Table(COLUMNS), QLineEdit()
    holder.setLayout(row(table, after))
    qtbot.addWidget(holder)
    table.set_rows(rows(range(3)))
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    table.setFocus()
    qtbot.keyClick(table.view, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_reader_hears_state_and_both_lines(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_rows(rows((1,)))
    index = table.model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "適合"
    assert index.siblingAtColumn(1).data(Qt.ItemDataRole.AccessibleTextRole) == "人1 番号"


def test_long_list_reads_only_the_pages_that_are_seen(qtbot: QtBot) -> None:
    wanted: list[tuple[object, ...]] = []
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.set_paged(range(100_000), wanted.append)
    table.show()
    qtbot.waitUntil(lambda: bool(wanted))
    assert [len(keys) for keys in wanted] == [200]
    table.deliver(rows(range(200)))
    table.view.scrollTo(table.model.index(50_000, 0))
    qtbot.waitUntil(lambda: len(wanted) > 1)
    assert all(49_800 <= keys[0] <= 50_000 for keys in wanted[1:])  # type: ignore[operator]
    assert len(wanted) <= 3


def test_late_page_of_an_older_list_is_dropped(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_paged((1, 2), lambda keys: None)
    table.set_paged((3,), lambda keys: None)
    table.deliver(rows((1, 3)))
    assert [each.key for each in table.rows] == [3]


def test_empty_list_says_what_fills_it(qtbot: QtBot) -> None:
    empty = EmptyList("印刷を待つ手紙はありません。", "決裁が済むと、ここに並びます。")
    table = Table(COLUMNS, empty=empty)
    qtbot.addWidget(table)
    table.show()
    assert empty.isVisible() and not table.view.isVisible()
    table.set_rows(rows((1,)))
    assert table.view.isVisible() and not empty.isVisible()


def test_row_and_cell_keep_names_out_of_their_repr() -> None:
    assert "山吹" not in repr(Row(1, (Cell("山吹 はるか", sub="山吹", name=True),)))


def test_painting_a_name_with_a_variant_does_not_fail(qtbot: QtBot) -> None:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.set_rows([Row(1, (Cell(chip="秘匿"), Cell("葛\U000e0100飾", sub="R600004178", name=True), Cell("1")))])
    table.show()
    assert not table.grab().isNull()


# ------------------------------------------------------------------------------------------------ the rest


def test_first_condition_that_stops_is_chosen(qtbot: QtBot) -> None:
    reasons = ReasonList()
    qtbot.addWidget(reasons)
    found = (Finding.PASS, Finding.NOT_APPLIED, Finding.HOLD, Finding.FAIL)
    reasons.set_conditions([Condition(str(n), "文", "値", "第2条", finding) for n, finding in enumerate(found)])
    assert [each.cells[0].chip for each in reasons.rows] == ["適合", "適用外", "保留", "不適合"]
    assert reasons.key() == 2


def test_problem_stands_beside_its_field_and_the_text_is_kept(qtbot: QtBot) -> None:
    line = QLineEdit("ｱｵﾊﾞ")
    form = Form({"holder_kana": Field("口座名義カナ", line, required=True)})
    qtbot.addWidget(form)
    assert form.show_problem(InputProblem("K-1001", "holder_kana", "本人と違います。", todo="通帳を見てください。"))
    assert form.fields["holder_kana"].problem == "本人と違います。通帳を見てください。"
    assert line.text() == "ｱｵﾊﾞ"
    assert not form.show_problem(InputProblem("K-1001", "other", "違います。", todo="見てください。"))
    assert form.fields["holder_kana"].problem == ""


def test_integer_field_takes_digits_and_marks_only(qtbot: QtBot) -> None:
    line = integer_field()
    qtbot.addWidget(line)
    qtbot.keyClicks(line, "3,98a0-000")
    assert line.text() == "3,980000"
    assert integer_of(line) == 3_980_000
    line.clear()
    assert integer_of(line) is None


def test_error_panel_answers_three_questions(qtbot: QtBot) -> None:
    panel = ErrorPanel(UserError("K-1203", "5行目が9けたです。", kept="何も取り込んでいません。", todo="作り直しを頼んでください。"))
    qtbot.addWidget(panel)
    texts = [label.text() for label in panel.findChildren(QLabel)]
    assert {"K-1203", "5行目が9けたです。", "何も取り込んでいません。", "作り直しを頼んでください。"} <= set(texts)


def test_reconciliation_says_the_difference_without_colour(qtbot: QtBot) -> None:
    boxes = Reconcile()
    qtbot.addWidget(boxes)
    boxes.set_boxes([Amount("決定額", 11_840_000, "127件"), Amount("ホスト報告", 11_190_000, "120件", agrees=False)])
    assert boxes.accessibleDescription() == "決定額 11,840,000円 127件、不一致 ホスト報告 11,190,000円 120件"


def test_segments_are_chosen_with_the_arrows(qtbot: QtBot) -> None:
    segments = Segments([("all", "すべて", 12), ("hold", "保留", 4)])
    qtbot.addWidget(segments)
    segments.show()
    with qtbot.waitSignal(segments.chosen) as sent:
        qtbot.keyClick(segments, Qt.Key.Key_Right)
    assert sent.args == ["hold"] and segments.key() == "hold"


def test_a_wrapped_label_leaves_room_between_its_lines_and_no_lone_character(qtbot: QtBot) -> None:
    made = label("自動で回答できなかった人が7人います。電話、公文書または証明書で確かめてください", wrap=True)
    qtbot.addWidget(made)
    made.ensurePolished()
    face = made.font()
    whole = QFontMetricsF(face).horizontalAdvance(made.text())
    lines = break_lines(made.text(), face, whole - 4)
    assert len(lines) == 2 and "".join(lines) == made.text()
    assert len(lines[1]) >= 4
    assert made.heightForWidth(round(whole) - 4) - made.heightForWidth(round(whole) + 8) == PITCH


def test_line_ends_and_characters_outside_the_first_plane_stay_whole(qtbot: QtBot) -> None:
    text = "\U00020bb7田さんの書類を、もう一度確かめてください。\n次の行です。"
    lines = break_lines(text, font(16), 120)
    assert "".join(lines) == text.replace("\n", "")
    assert lines[-1] == "次の行です。"


def test_every_fact_of_a_sum_has_its_own_line(qtbot: QtBot) -> None:
    sums = Reconcile()
    qtbot.addWidget(sums)
    sums.set_boxes([Amount("決裁した額", 1, "192件")])
    low = sums.height()
    sums.set_boxes([Amount("決裁した額", 1, "192件　支払に入れたもの")])
    assert sums.height() == low + 22

"""Names among other words: painted in their true shapes, as wide as they are, broken between whole characters; pictures of 外字."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.documents.gaiji import NO_PICTURES
from kyufu_desktop.views.parts import Cell, NameChoice, NameField, NameRadio, NameTick, Row, Table, label, text_field
from kyufu_desktop.views.parts.gaiji import has_picture, picture_of, show_pictures
from kyufu_desktop.views.parts.lines import break_lines
from kyufu_desktop.views.parts.names import NameLabel, NameLines, glyphs_of, name_width
from kyufu_desktop.views.parts.written import elided, is_hard, paint_text, text_width
from kyufu_desktop.views.theme import font
from tests.documents.shapes import KO, OTSU, drawn, pictures

PLAIN, VARIANT = "渡邉 葛", "渡邉\U000e0102 葛\U000e0102"


@pytest.fixture(autouse=True)
def no_pictures(qapp: QApplication) -> Iterator[None]:
    yield
    show_pictures(NO_PICTURES)


def _image(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("text", [VARIANT, "\ue000", "\U00020bb7野", "NGUYE\u0302\u0303N", "か\u3099"])
def test_what_qt_would_change_is_hard(text: str) -> None:
    assert is_hard(f"氏名は{text}です")


@pytest.mark.parametrize("text", ["", "渡邉 葛", "100,000円（10/31まで）", "→ ● ＊ — “x” é", "カナ ｶﾅ", "1行目\n2行目"])
def test_ordinary_words_are_left_to_qt(text: str) -> None:
    assert not is_hard(text)


@pytest.mark.parametrize("kind", ["line", "wrapped", "tick", "radio", "choice", "cell", "second line", "group"])
def test_a_variant_looks_different_wherever_a_name_may_stand(qtbot: QtBot, kind: str) -> None:
    def made(name: str) -> QWidget:
        if kind in ("line", "wrapped"):
            return label(f"氏名は{name}です", wrap=kind == "wrapped")
        if kind in ("tick", "radio"):
            return NameTick(name) if kind == "tick" else NameRadio(name)
        if kind == "choice":
            choice = NameChoice()
            choice.addItem(name)
            return choice
        table = Table(("氏名",), (0,), row_height=48, name="x")
        cell = Cell(name, sub="x") if kind == "cell" else Cell("x", sub=name)
        table.set_rows([Row(1, (cell,), group=kind == "group")])
        return table

    shown = []
    for name in (PLAIN, VARIANT, "渡邉\U000e0118 葛\U000e0102"):
        widget = made(name)
        qtbot.addWidget(widget)
        widget.resize(300, 120)
        shown.append(_image(widget))
    assert shown[0] != shown[1] != shown[2] != shown[0]


def test_a_line_with_a_variant_is_as_wide_as_the_plain_one(qapp: QApplication) -> None:
    face = font(16)
    assert abs(text_width(VARIANT, face) - QFontMetricsF(face).horizontalAdvance(PLAIN)) < 1.0
    assert label(VARIANT).sizeHint().width() >= text_width(VARIANT, face)


def test_lines_are_broken_between_whole_characters_and_nothing_is_lost(qapp: QApplication) -> None:
    text = f"まだどの書類にも名前がない人：{VARIANT}、{VARIANT}\ue000。\n判定は保留になります。"
    lines = break_lines(text, font(16), 120)
    assert "".join(lines) == text.replace("\n", "")
    assert len(lines) > 3 and all(text_width(line, font(16)) <= 121 for line in lines)
    assert not any(line.startswith(("\U000e0102", "\ue001")) for line in lines)


def test_a_second_line_is_cut_between_whole_characters(qapp: QApplication) -> None:
    short = elided(VARIANT * 5, font(16), 100)
    assert short.endswith("…") and not short[:-1].endswith("葛") and text_width(short, font(16)) <= 100


def test_words_to_the_right_end_at_the_right(qapp: QApplication) -> None:
    image = QImage(200, 30, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(font(16))
    paint_text(painter, QRectF(0, 0, 200, 30), VARIANT, Qt.AlignmentFlag.AlignRight)
    painter.end()
    inked = [x for x in range(200) if any(image.pixelColor(x, y).lightness() < 128 for y in range(30))]
    assert inked[0] > 100 and inked[-1] > 190


# ---------------------------------------------------------------- pictures
def test_an_approved_picture_takes_the_place_of_the_box(qtbot: QtBot) -> None:
    shown = NameLabel("渡\ue000")
    qtbot.addWidget(shown)
    shown.resize(120, 30)
    boxed, wide = _image(shown), shown.sizeHint().width()
    show_pictures(pictures(E000=drawn(KO)))
    assert has_picture("\ue000") and not has_picture("\ue001")
    assert _image(shown) != boxed and shown.sizeHint().width() == wide - 16
    one = _image(shown)
    show_pictures(pictures(E000=drawn(OTSU)))
    assert _image(shown) != one
    show_pictures(NO_PICTURES)
    assert _image(shown) == boxed


def test_a_picture_is_as_wide_as_a_character_and_a_box_twice(qapp: QApplication) -> None:
    assert name_width("\ue000") == 32
    show_pictures(pictures(E000=drawn()))
    assert name_width("\ue000") == 16 and glyphs_of("\ue000") == (("", ()),)


def test_a_picture_is_inked_in_the_colour_of_the_words(qapp: QApplication) -> None:
    show_pictures(pictures(E000=drawn(KO)))
    image = picture_of("\ue000", 64, QColor("#ff0000"))
    assert image is not None
    inked = [image.pixelColor(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() > 200]
    assert inked and all(color.red() > 240 and color.green() < 20 for color in inked)
    assert image.pixelColor(1, 1).alpha() == 0


def test_a_character_of_a_font_is_never_painted_as_a_picture(qapp: QApplication) -> None:
    before = glyphs_of("山")
    show_pictures(pictures(**{"5C71": drawn()}))
    assert glyphs_of("山") == before and before[0][0]


def test_a_picture_stands_where_the_character_beside_it_stands(qapp: QApplication) -> None:
    """「永〓」: the ink of both lies between the same heights, give or take the roundness of a glyph."""
    show_pictures(pictures(E000=drawn(((8, 8, 92, 16), (8, 84, 92, 92), (46, 8, 54, 92)))))

    def heights(text: str) -> tuple[int, int]:
        image = QImage(80, 80, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setFont(font(16))
        paint_text(painter, QRectF(0, 0, 80, 80), text, Qt.AlignmentFlag.AlignLeft)
        painter.end()
        rows = [y for y in range(80) if any(image.pixelColor(x, y).lightness() < 128 for x in range(80))]
        return rows[0], rows[-1]

    (top, bottom), (upper, lower) = heights("国"), heights("\ue000")
    assert abs(top - upper) <= 2 and abs(bottom - lower) <= 2


# ---------------------------------------------------------------- fields
def test_a_name_field_shows_the_true_shape_as_soon_as_it_is_needed(qtbot: QtBot) -> None:
    field = NameField("氏名", text_field(), name="x.name")
    qtbot.addWidget(field)
    field.show()
    grown: list[int] = []
    field.seen_changed.connect(lambda: grown.append(1))
    field.widget.setText("渡邉 花子")  # type: ignore[attr-defined]
    assert field.seen == "" and not grown
    for text in (VARIANT, "渡\ue000", "\U00020bb7田"):
        field.widget.setText(text)  # type: ignore[attr-defined]
        assert field.seen == text
    assert len(grown) == 1
    field.widget.clear()  # type: ignore[attr-defined]
    assert field.seen == "" and len(grown) == 2


@pytest.mark.parametrize(("key", "left"), [(Qt.Key.Key_Backspace, "渡 花"), (Qt.Key.Key_Delete, "渡邉\U000e0102花")])
def test_lines_of_names_lose_whole_characters_too(qtbot: QtBot, key: Qt.Key, left: str) -> None:
    lines = NameLines()
    qtbot.addWidget(lines)
    lines.setPlainText("上\n渡邉\U000e0102 花")
    cursor = lines.textCursor()
    # Behind the variant on the second line: 2 of the line before, 渡, and three units of the variant.
    cursor.setPosition(2 + 1 + 3)
    lines.setTextCursor(cursor)
    QTest.keyClick(lines, key)
    assert lines.toPlainText() == f"上\n{left}"
    lines.undo()
    assert lines.toPlainText() == "上\n渡邉\U000e0102 花"


def test_at_the_edge_of_a_line_two_lines_become_one(qtbot: QtBot) -> None:
    lines = NameLines()
    qtbot.addWidget(lines)
    lines.setPlainText("葛\U000e0100\n城")
    cursor = lines.textCursor()
    cursor.setPosition(4)
    lines.setTextCursor(cursor)
    QTest.keyClick(lines, Qt.Key.Key_Backspace)
    assert lines.toPlainText() == "葛\U000e0100城"

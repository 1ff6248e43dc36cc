"""Names on the screen: the right glyph, whole characters, the text for screen readers."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from kyufu_desktop.views.parts.names import NameEdit, NameLabel, glyphs_of, name_width, paint_name

VARIANT = "葛\U000e0100"


def _painted(text: str, width: int = 120) -> QImage:
    image = QImage(width, 40, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_name(painter, QRectF(0, 0, width, 40), text, 32)
    painter.end()
    return image


def test_variant_is_another_glyph_than_its_base(qapp: Any) -> None:
    assert glyphs_of("葛\U000e0100") != glyphs_of("葛\U000e0101") or glyphs_of("葛\U000e0100") != glyphs_of("葛")
    assert _painted("葛\U000e0100") != _painted("葛\U000e0102")


def test_two_variants_of_one_name_look_different_on_the_screen(qapp: Any) -> None:
    assert _painted("邉\U000e0102") != _painted("邉\U000e0118")


def test_every_run_has_a_glyph_of_its_own(qapp: Any) -> None:
    for path, glyphs in glyphs_of("渡邉\U000e0118 \U00020bb7田 髙﨑"):
        assert path and all(glyphs)


def test_character_without_a_font_is_a_box_not_another_shape(qapp: Any) -> None:
    assert glyphs_of("山\ue000")[1] == ("", ())
    assert _painted("\ue000") != _painted("")


def test_wide_name_is_painted_smaller_never_cut(qapp: Any) -> None:
    name = "寿限無寿限無五劫の擦り切れ"
    assert name_width(name, 32) > 120
    image = _painted(name)
    edge = [image.pixelColor(119, y).lightness() for y in range(40)]
    assert min(edge) > 200


def test_label_gives_screen_readers_the_text(qtbot: Any) -> None:
    label = NameLabel(f"{VARIANT}城")
    qtbot.addWidget(label)
    assert label.accessibleName() == f"{VARIANT}城" and label.text() == f"{VARIANT}城"
    label.setText("山田")
    assert label.accessibleName() == "山田" and label.sizeHint().width() > 20
    label.show()
    label.grab()


@pytest.mark.parametrize("text", [VARIANT, "\U00020bb7", "か\u3099", "田"])
def test_backspace_removes_the_whole_character(qtbot: Any, text: str) -> None:
    edit = NameEdit()
    qtbot.addWidget(edit)
    edit.setText("山" + text)
    edit.end(False)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text() == "山"
    edit.undo()
    assert edit.text() == "山" + text


@pytest.mark.parametrize("text", [VARIANT, "\U00020bb7", "か\u3099", "田"])
def test_delete_removes_the_whole_character(qtbot: Any, text: str) -> None:
    edit = NameEdit()
    qtbot.addWidget(edit)
    edit.setText(text + "山")
    edit.home(False)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    assert edit.text() == "山"


def test_cursor_never_stands_inside_a_character(qtbot: Any) -> None:
    edit = NameEdit()
    qtbot.addWidget(edit)
    edit.setText(f"山{VARIANT}\U00020bb7田")
    assert edit.boundaries() == (0, 1, 4, 6, 7)
    edit.home(False)
    stops = [edit.cursorPosition()]
    for _ in range(4):
        QTest.keyClick(edit, Qt.Key.Key_Right)
        stops.append(edit.cursorPosition())
    assert tuple(stops) == edit.boundaries()
    for _ in range(4):
        QTest.keyClick(edit, Qt.Key.Key_Left)
        stops.append(edit.cursorPosition())
    assert tuple(stops[5:]) == (6, 4, 1, 0)


def test_marking_takes_whole_characters(qtbot: Any) -> None:
    edit = NameEdit()
    qtbot.addWidget(edit)
    edit.setText(f"{VARIANT}城")
    edit.home(False)
    QTest.keyClick(edit, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert edit.selectedText() == VARIANT
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text() == "城"

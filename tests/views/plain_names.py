"""Finds names that Qt itself would show: in labels, buttons, lists and fields, and in what our own painters draw.

Qt drops variation selectors, so a name with one is seen in another shape wherever its text reaches Qt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from kyufu_desktop.views.parts import Button, Field, NameChoice, NameField, NameRadio, NameTick
from kyufu_desktop.views.parts.lines import Words, WrappedLabel

#: 渡邉󠄂 葛󠄀, an invented person.
PLANTED = "渡邉\U000e0102　葛\U000e0100"
_HARD = ("邉\U000e0102", "葛\U000e0100")
#: Labels of fields in which a person's name or an address is typed.
_NAMES = re.compile("氏名|住所|宛名|建物|気付|代理人|本人との関係|受け取った人|同伴者|差出人|区市町村|機関|相手")
_OTHERS = re.compile("カナ|番号|知らせるかどうか|連絡した相手")


def planted(text: str) -> bool:
    return any(hard in text for hard in _HARD)


def in_plain_text(root: QWidget) -> list[str]:
    """What Qt would set by itself, as class and object name."""
    return [f"{type(widget).__name__} {widget.objectName()}" for widget in (root, *root.findChildren(QWidget)) if _faulty(widget)]


def _faulty(widget: QWidget) -> bool:
    if planted(widget.windowTitle()) or planted(widget.toolTip()):
        return True
    if isinstance(widget, QLabel):
        return planted(widget.text()) and not isinstance(widget, Words | WrappedLabel)
    if isinstance(widget, QComboBox):
        return any(planted(widget.itemText(at)) for at in range(widget.count())) and not isinstance(widget, NameChoice)
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        text = widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()
        return planted(widget.placeholderText()) or (planted(text) and not planted(_seen_beside(widget)))
    if isinstance(widget, QAbstractButton):
        said = widget.words if isinstance(widget, Button) else widget.text()
        return planted(said) and not isinstance(widget, NameTick | NameRadio)
    return False


def _seen_beside(widget: QWidget) -> str:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, NameField):
        above = above.parentWidget()
    return above.seen if isinstance(above, NameField) else ""


def unpreviewed(root: QWidget) -> list[str]:
    """Fields for a name or an address that are no NameField, by their words."""
    found = []
    for field in root.findChildren(Field):
        words = field.widget.accessibleName()
        typed = isinstance(field.widget, QLineEdit | QPlainTextEdit)
        if typed and _NAMES.search(words) and not _OTHERS.search(words) and not isinstance(field, NameField):
            found.append(words)
    return found


class Drawn:
    """What our painters handed to Qt as text, as far as the planted name is in it; ``texts`` counts all of them."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.texts = 0


@contextmanager
def watching_painters(patch: pytest.MonkeyPatch) -> Iterator[Drawn]:
    """Every call of ``QPainter.drawText`` from Python passes here."""
    drawn, real = Drawn(), QPainter.drawText

    def watched(self: QPainter, *given: Any) -> Any:
        for text in given:
            if isinstance(text, str):
                drawn.texts += 1
                if planted(text):
                    drawn.faults.append(text)
        return real(self, *given)

    with patch.context() as inner:
        inner.setattr(QPainter, "drawText", watched)
        yield drawn

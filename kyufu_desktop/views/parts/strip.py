"""The ink-coloured strip of a sensitive case: what must not be done, as a sentence. Nothing on a screen is stronger."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.parts.text import icon, label, plate, row


class SecretStrip(QWidget):
    def __init__(self, sentence: str, right: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plate(self, "ink")
        self.setFixedHeight(36)
        self._sentence, self._right = label(sentence, "strong"), label(right)
        self.setLayout(row(icon("ban", "on_ink"), self._sentence, None, self._right, gap=10, margins=(14, 0, 14, 0)))
        self.say(sentence, right)

    def say(self, sentence: str, right: str = "") -> None:
        self._sentence.setText(sentence)
        self._right.setText(right)
        self.setAccessibleName(f"秘匿 {sentence}")

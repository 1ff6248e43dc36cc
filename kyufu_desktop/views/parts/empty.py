"""What an empty list says: that there is nothing, what fills it, and the way there."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.text import col, icon, label, row


class EmptyList(QWidget):
    """``sentence``: 「…はありません。」, ``hint``: what brings something here, ``button``: where to go for it."""

    def __init__(
        self, sentence: str, hint: str = "", button: Button | None = None, icon_name: str = "ok", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sentence = label(sentence, "strong")
        self._hint = label(hint, "muted", wrap=False)
        layout = col(
            None,
            row(None, icon(icon_name, "ok" if icon_name == "ok" else "text2", 24), None),
            row(None, self._sentence, None),
            row(None, self._hint, None),
            gap=6,
            margins=(16, 12, 16, 16),
        )
        if button is not None:
            layout.addLayout(row(None, button, None))
        layout.addStretch(1)
        self.setLayout(layout)
        self._hint.setVisible(bool(hint))
        self.say(sentence, hint)

    def say(self, sentence: str, hint: str = "") -> None:
        """Other words, e.g. when a filter and not the work is the reason for the emptiness."""
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{sentence}{hint}")

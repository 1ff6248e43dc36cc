"""The first window: there at once, while the rest of the program is still being read from the disk."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class Opening(QWidget):
    """Program name and one sentence; the door takes its place."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("臨時給付金")
        self.resize(1280, 800)
        name, sentence = QLabel("臨時給付金"), QLabel("準備しています。")
        name.setProperty("role", "title")
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for words in (name, sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(words)
        layout.addStretch(1)

"""F1: the manual page of a station, from ``resources/help``."""

from __future__ import annotations

from PySide6.QtWidgets import QTextBrowser

from kyufu_desktop import settings
from kyufu_desktop.views.dialogs import Dialog


class HelpDialog(Dialog):
    """One page of the manual. Links lead nowhere outside: there is no outside."""

    def __init__(self, key: str) -> None:
        super().__init__("この画面の手引き", cancel="閉じる", width=860)
        self.text = QTextBrowser()
        self.text.setObjectName("help.text")
        self.text.setAccessibleName("手引き")
        self.text.setOpenLinks(False)
        self.text.setMinimumHeight(460)
        self.text.setMarkdown(settings.resource("help", f"{key}.md").read_text(encoding="utf-8"))
        self.body.addWidget(self.text)

"""読み上げ文: a letter as text before the eyes of whoever reads it to the person, or for the screen reader."""

from __future__ import annotations

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QWidget

from kyufu_desktop.services.reading_texts import ReadingText
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Chip, label, row
from kyufu_desktop.views.stations.form_dialog import lines_field
from kyufu_desktop.views.theme import font


class ReadingDialog(Dialog):
    """The text can be gone through by keyboard and is not to be changed; names without a reading are pointed out first."""

    def __init__(self, made: ReadingText, parent: QWidget | None = None) -> None:
        super().__init__(f"{made.kind_word} {made.code} の読み上げ文", cancel="閉じる", width=820, parent=parent)
        self.setObjectName("reading")
        self.body.addWidget(label("本人であることを確かめてから、初めから順に読んでください。送り先は入っていません。", "sub", wrap=True))
        if made.without_reading:
            words = f"読みの登録がない氏名が {made.without_reading:,}か所あります。推測で読まず、書類の読みを確かめてください。"
            self.body.addLayout(row(Chip("確認待ち"), (label(words, color="hold", wrap=True), 1), gap=8))
        self.text = lines_field(400)
        self.text.setObjectName("reading.text")
        self.text.setAccessibleName("読み上げ文")
        self.text.setReadOnly(True)
        self.text.setFont(font(18))
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.text.setPlainText(made.text)
        self.body.addWidget(self.text)
        self.text.setFocus()
